"""Other pages can't read, call or frame the inspector, and its own page doesn't contact any other host."""
import http.server
import json
import threading
import urllib.parse

from browser import TOKEN, Browser, By, PageCase, main

from alohook import Receiver

EVENT = b'{"type":"action_created"}'

ATTACK = """
const base = arguments[0], token = arguments[1], order = arguments[2], done = arguments[3];
const tries = {};
const attempt = async (name, work) => { try { tries[name] = await work(); } catch (error) { tries[name] = 'blocked'; } };
(async () => {
  await attempt('read', async () => (await fetch(base + 'api/session')).status);
  await attempt('read with token', async () => (await (await fetch(base + 'api/session', {headers: {Authorization: 'Bearer ' + token}})).text()));
  await attempt('opaque', async () => (await fetch(base + 'api/session', {mode: 'no-cors'})).type);
  await attempt('replay', async () => (await fetch(base + 'api/replays', {method: 'POST', mode: 'no-cors', body: order})).type);
  await attempt('replay with token', async () => (await fetch(base + 'api/replays', {method: 'POST', headers: {Authorization: 'Bearer ' + token}, body: order})).status);
  for (const path of ['page/dom.js', 'api/session']) {
    await attempt('script ' + path, () => new Promise((yes, no) => { const s = document.createElement('script'); s.src = base + path; s.onload = () => yes('loaded'); s.onerror = no; document.body.append(s); }));
  }
  await attempt('frame', () => new Promise((yes) => { const f = document.createElement('iframe'); f.src = base; f.onload = f.onerror = () => yes('asked'); document.body.append(f); }));
  done(tries);
})();
"""


class OtherSite(PageCase):
    """A page on another local port."""

    def setUp(self):
        super().setUp()
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><body>other")

            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.other = f"http://127.0.0.1:{server.server_port}/"

    def test_a_page_on_another_port_can_neither_read_replay_frame_nor_include(self):
        receiver = Receiver(self)
        self.start_listener()
        page = self.open()
        self.deliver(EVENT)
        order = json.dumps({"id": self.wait_events(1)[0], "url": receiver.url})
        page.driver.get(self.other)
        tries = page.driver.execute_async_script(ATTACK, self.page, TOKEN, order)
        self.assertEqual(tries.pop("frame"), "asked")
        self.assertEqual(set(tries.values()), {"blocked"}, tries)
        # What a frame of another origin shows only the driver can see.
        page.driver.switch_to.frame(page.driver.find_element(By.TAG_NAME, "iframe"))
        self.assertNotIn("<main", page.driver.page_source)
        self.assertEqual(receiver.requests, [])

    def test_a_name_that_was_rebound_to_this_machine_reads_nothing(self):
        self.start_listener()
        self.deliver(EVENT)
        browser = Browser(self, "--host-resolver-rules=MAP evil.test 127.0.0.1")
        evil = self.page.replace("127.0.0.1", "evil.test")
        browser.driver.get(evil)
        self.assertNotIn("<main", browser.driver.page_source)
        status = browser.driver.execute_async_script("fetch('/api/session', {headers: {Authorization: 'Bearer ' + arguments[0]}}).then((r) => arguments[1](r.status), () => arguments[1]('blocked'))", TOKEN)
        self.assertIn(status, (421, "blocked"))

    def test_the_page_talks_to_its_own_origin_only(self):
        self.start_listener()
        page = self.open()
        self.deliver(b'{"type":"action_created","action":{"title":"http://evil.test/x.png"},"url":"http://evil.test/"}')
        self.wait_events(1)
        self.open_event()
        page.press("2", "3", "1", "?", "\ue00c", "d")
        page.driver.refresh()
        self.ready()
        urls = page.requested()
        self.assertTrue(any(url.endswith("/page/main.js") for url in urls))
        for url in urls:
            parts = urllib.parse.urlsplit(url)
            self.assertTrue(parts.scheme in ("data", "blob", "chrome", "about") or f"{parts.scheme}://{parts.netloc}/" == self.page, url)

    def test_nothing_of_an_event_is_stored_in_the_browser(self):
        self.start_listener()
        page = self.open()
        self.deliver(b'{"type":"action_created","action":{"title":"confidential-7731"}}')
        self.wait_events(1)
        self.open_event()
        page.press("*")
        page.wait_text("#toast", "Pinned")
        stored = page.run("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
        self.assertNotIn("confidential", stored)
        self.assertNotIn("action_created", stored)


if __name__ == "__main__":
    main()
