"""Events appear immediately, once each, through reloads, restarts, pauses and many tabs."""
import http.client
import json
import time

from browser import PATIENCE, SECRET, PageCase, in_background, main, sign

EVENT = b'{"type":"action_created","action":{"title":"Leak in hall B"}}'


class Live(PageCase):
    def send_many(self, count, rate=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.port, timeout=PATIENCE)
        start = time.monotonic()
        for number in range(count):
            body = b'{"type":"action_created","n":%d}' % number
            connection.request("POST", "/", body, sign(body))
            connection.getresponse().read()
            if rate:
                time.sleep(max(0, start + (number + 1) / rate - time.monotonic()))
        connection.close()

    def test_an_event_appears_by_itself_once_with_type_verdict_and_status(self):
        self.start_listener()
        page = self.open()
        page.wait_text("main", "Waiting for the first event")
        # Checked by the page itself, so that neither a reload nor the driver causes it.
        page.run("window.seen = new Promise((done) => new MutationObserver(() => { const row = document.querySelector('.row[id]'); if (row) done(row.innerText); }).observe(document.body, {childList: true, subtree: true}))")
        self.deliver(EVENT)
        text = page.driver.execute_async_script("window.seen.then(arguments[0])")
        for word in ("action_created", "Leak in hall B", "200"):
            self.assertIn(word, text)
        page.wait_text("#details", "✓ Signature valid")
        self.deliver(EVENT, secret="another-secret-1234")
        self.wait_events(2)
        page.wait("return document.querySelectorAll('.row[id]').length === 2")
        self.assertIn("signature invalid", page.text(".row[id] .title"))
        self.assertEqual(page.text("[data-filter=all]").split(), ["All", "2"])
        self.assertEqual(page.problems(), [])

    def test_a_burst_through_five_reloads_is_whole_in_order_and_without_doubles(self):
        self.start_listener()
        self.open()
        sending = in_background(lambda: self.send_many(3000, rate=1000))
        for _ in range(5):
            time.sleep(0.4)  # reloads while events arrive; there is no condition to wait for
            self.browser.driver.refresh()
            self.ready()
        sending.join()
        self.browser.run("const timer = setInterval(() => { const list = document.getElementById('list'); list.scrollTop = list.scrollHeight; }, 20); setTimeout(() => clearInterval(timer), 60000)")
        self.wait_events(3000)
        numbers = self.state("state.rows.map((row) => row.n)")
        self.assertEqual(numbers, list(range(1, 3001)))

    def test_a_restart_draws_a_line_and_loses_nothing(self):
        journal = self.home / "events.jsonl"
        self.start_listener("--record", journal)
        page = self.open()
        for _ in range(3):
            self.deliver(EVENT)
        before = self.wait_events(3)
        port = self.inspector_port
        self.listener.stop()
        page.wait_text("#banner", "Trying again")
        self.assertTrue(page.driver.title.startswith("✗"), page.driver.title)
        page.wait("return document.getElementById('do-replay').disabled")
        self.start_listener("--record", journal, inspector=port)
        page.click("#banner button")
        self.ready()
        page.wait_text("#list", "listener restarted")
        self.deliver(EVENT)
        after = self.wait_events(4)
        self.assertEqual(after[:3], before)
        self.assertEqual(len(set(after)), len(after))

    def test_an_old_token_is_rejected_until_the_new_address_is_opened(self):
        self.start_listener()
        page = self.open()
        port = self.inspector_port
        self.listener.stop()
        token = "another-token-0123456789abcdef"
        self.start_listener(inspector=port, env=self.env(ALOHOOK_INSPECT_TOKEN=token))
        page.wait("return document.body.dataset.connection === 'off' || document.body.dataset.connection === 'no-token'")
        page.run("document.querySelector('#banner button')?.click()")
        page.wait_text("#banner", "no valid token")
        old = page.driver.current_window_handle
        page.driver.switch_to.new_window("tab")
        self.visit(token)
        page.driver.switch_to.window(old)
        self.ready()

    def test_a_wrong_token_in_an_address_does_not_replace_a_right_one(self):
        self.start_listener()
        page = self.open()
        page.run("location.hash = '#token=wrong-token-0123456789abcdef'")
        page.wait("return !location.hash.includes('token')")
        page.driver.refresh()
        self.ready()

    def test_the_token_leaves_the_address_at_once(self):
        self.start_listener()
        page = self.open()
        self.assertNotIn("token", page.driver.current_url)
        self.assertEqual(page.run("return document.cookie"), "")

    def test_a_paused_list_holds_events_and_shows_them_later(self):
        self.start_listener()
        page = self.open()
        self.deliver(EVENT)
        self.wait_events(1)
        page.press("p")
        page.wait_text("#live-text", "Paused")
        self.send_many(14)
        page.wait_text("#pause-text", "14 new")
        self.assertEqual(len(self.ids()), 1)
        page.press("p")
        self.assertEqual(len(self.wait_events(15)), 15)

    def test_eight_tabs_at_once_all_get_the_events(self):
        self.start_listener()
        page = self.open()
        for _ in range(7):
            page.driver.switch_to.new_window("tab")
            self.visit()
        self.deliver(EVENT)
        for handle in page.driver.window_handles:
            page.driver.switch_to.window(handle)
            self.wait_events(1)

    def test_the_list_stays_where_it_is_when_events_arrive(self):
        self.start_listener()
        page = self.open()
        self.send_many(100)
        self.wait_events(100)
        page.run("document.getElementById('list').scrollTop = 1120")
        page.wait("return [...document.querySelectorAll('.row[id]')].some((row) => row.style.top === '1120px')")
        at = "const list = document.getElementById('list'); const top = list.getBoundingClientRect().top; return [...document.querySelectorAll('.row[id]')].find((row) => Math.abs(row.getBoundingClientRect().top - top) < 2)?.id"
        before = page.run(at)
        self.assertTrue(before)
        self.send_many(3)
        page.wait_text("#fresh", "3 new")
        self.assertEqual(page.run(at), before)

    def test_a_journals_events_load_on_scrolling_and_few_rows_are_in_the_page(self):
        count = 12_000  # more than memory holds
        journal = self.home / "events.jsonl"
        with journal.open("w") as file:
            for number in range(count):
                body = json.dumps({"type": "action_created", "n": number})
                file.write(json.dumps({"schema": 1, "id": f"{number:08x}00000000", "received_at": "2026-11-26T20:00:00.000Z", "method": "POST", "target": "/", "headers": [], "body": body,
                                       "type": "action_created", "signature": {"verdict": "valid"}, "answer": {"status": 200, "ms": 1}}, separators=(",", ":")) + "\n")
        self.start_listener("--record", journal)
        page = self.open()
        page.wait("return document.querySelectorAll('.row[id]').length > 10")
        self.assertLess(len(self.ids()), count)
        page.run("window.most = 0; const timer = setInterval(() => { const list = document.getElementById('list'); list.scrollTop = list.scrollHeight; window.most = Math.max(window.most, document.querySelectorAll('*').length); }, 5); window.stop = () => clearInterval(timer)")
        self.wait_events(count)
        page.run("window.stop()")
        self.assertEqual(self.ids(), [f"{number:08x}00000000" for number in range(count)])
        self.assertLess(page.run("return window.most"), 800)
        page.press("G")
        page.wait("return document.querySelector('#details .facts code')?.textContent === '00000000'")
        page.wait_text("#panel", '"n": 0')

    def test_an_event_that_the_list_has_not_loaded_opens_by_its_link_with_its_actions(self):
        self.start_listener()
        self.send_many(300)
        page = self.open()
        page.wait("return document.querySelectorAll('.row[id]').length > 10")
        found = page.driver.execute_async_script("import('/page/api.js').then((m) => m.get('/api/events?before=2')).then((r) => arguments[0](r.events[0].id))")
        self.assertNotIn(found, self.ids())
        page.driver.get(f"{self.page}#/e/{found[:8]}")
        page.driver.refresh()
        self.ready()
        page.wait("return document.querySelector('#details .facts code')?.textContent === arguments[0]", found[:8])
        self.assertNotIn(found, self.ids())
        page.press("w")
        self.assertEqual(page.downloaded(f"{found[:8]}.body"), b'{"type":"action_created","n":0}')
        page.press("b")
        self.assertEqual(page.downloaded("action_created.json"), b'{"type":"action_created","n":0}')
        page.press("c")
        page.wait_text("#toast", "curl command")

    def test_a_thousand_events_keep_few_rows_in_the_page(self):
        self.start_listener()
        page = self.open()
        self.send_many(1000)
        self.wait_events(1000)
        self.assertLess(page.run("return document.querySelectorAll('.row').length"), 60)
        self.assertLess(page.run("return document.querySelectorAll('*').length"), 800)


if __name__ == "__main__":
    main()
