"""Events are displayed as received: causes, hostile texts, exact numbers, large and binary bodies."""
import gzip
import json
import pathlib
import subprocess

from browser import SECRET, PageCase, main, sign

TEXTS = pathlib.Path(__file__).parent.parent / "vectors/terminal/texts.txt"
HOSTILE = ["<img src=x onerror=alert(1)>", "<script>window.hit=1</script>", "javascript:alert(1)", "\u202eevil\u202c", "\u200bzero\ufeff", "&lt;b&gt;",
           "\"><svg onload=alert(1)>", "{{constructor.constructor('alert(1)')()}}", "a\u0000b", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")]


class Content(PageCase):
    def test_each_kind_of_bad_request_has_the_cause_that_verify_names(self):
        journal = self.home / "events.jsonl"
        self.start_listener("--record", journal)
        page = self.open()
        for sent, kind in enumerate(["reserialised", "no-signature", "wrong-secret", "stale", "body-only"], 1):
            self.assertEqual(self.run_program("send", "action_created", self.listener.url, "--bad", kind).code, 0, kind)
            event = self.wait_events(2 * sent)[-1]  # a valid request comes first
            self.open_event()
            causes = self.browser.driver.execute_async_script("import('/page/details.js').then((m) => m.fetchDetails(arguments[0])).then((d) => arguments[1](d.causes.map((c) => c.id)))", event)
            verified = json.loads(self.run_program("verify", journal, "--id", event, "--format", "json").out)
            self.assertEqual(causes, [cause["id"] for cause in verified["causes"]], kind)
            self.assertTrue(causes, kind)
            page.wait("return document.querySelector('.card')")
            for cause in causes[:3]:
                self.assertIn(cause, page.text("#details"), kind)

    def test_a_re_serialized_body_shows_both_texts_with_the_difference_marked(self):
        self.start_listener()
        page = self.open()
        body = b'{\n  "type": "action_created",\n  "n": 1\n}'
        self.deliver(body, headers=sign(json.dumps(json.loads(body), separators=(",", ":")).encode()))
        self.wait_events(1)
        self.open_event()
        page.wait_text(".card", "body-reserialised")
        marks = page.run("return [...document.querySelectorAll('.compare mark')].map((mark) => mark.textContent)")
        self.assertEqual(marks[0], "⏎␣␣")
        self.assertIn("from byte 1 on", page.text(".card"))
        self.assertIn("received 40 bytes, signed 31 bytes", page.text(".card"))
        self.assertNotIn("…", page.text(".compare"))
        page.run("[...document.querySelectorAll('.languages button')].find((b) => b.textContent === 'Go').click()")
        page.wait("return document.querySelector('.languages [aria-selected=true]').textContent === 'Go' && document.querySelector('.fix code').textContent")

    def test_texts_of_a_difference_that_go_on_say_so(self):
        self.start_listener()
        page = self.open()
        body = b'{"type":"action_created","a":"' + b"x" * 100 + b'", "b":"' + b"y" * 200 + b'"}'
        self.deliver(body, headers=sign(json.dumps(json.loads(body), separators=(",", ":")).encode()))
        self.wait_events(1)
        self.open_event()
        page.wait_text(".card", "body-reserialised")
        self.assertEqual(page.run("return [...document.querySelectorAll('.compare pre')].map((e) => e.textContent[0] + e.textContent.at(-1))"), ["……", "……"])

    def test_hostile_text_is_written_out_everywhere_and_never_runs(self):
        texts = HOSTILE
        answer = '<img src=x onerror="window.hit=2">'
        from alohook import Receiver
        receiver = Receiver(self, f"HTTP/1.1 200 OK\r\nX-Evil: {answer}\r\nContent-Length: {len(answer)}\r\n\r\n{answer}".encode())
        self.start_listener("--forward", receiver.url)
        page = self.open()
        page.run("window.alert = () => { window.hit = 3; }; window.elements = () => document.querySelectorAll('img, script:not([src]), iframe, object, embed, a[href^=javascript], svg:not(header svg)').length")
        for count, text in enumerate(texts, 1):
            body = json.dumps({"type": text, "action": {"title": text, text: text}}).encode()
            self.deliver(body, headers={"X-Text": text.encode("ascii", "backslashreplace").decode().replace("\x00", "")})
            self.deliver(body.replace(b"title", b"tittle"), target="/?" + "".join(c for c in text if c.isascii() and c.isalnum() or c in "<>"))
        self.wait_events(2 * len(texts))
        ids = self.ids()
        for event in ids:
            page.run("location.hash = '#/e/' + arguments[0]", event)
            page.wait("return document.querySelector('#details .facts code')?.textContent === arguments[0].slice(0, 8)", event)
            for tab in "12345":
                page.press(tab)
                page.wait("return document.querySelectorAll('#details .tabs [aria-selected=true]').length === 1")
        for a, b in zip(ids, ids[1:]):
            page.run("location.hash = `#/diff/${arguments[0]}/${arguments[1]}`", a, b)
            page.wait_text("#details h1", "Difference")
        self.assertEqual(page.run("return window.hit ?? 0"), 0)
        self.assertEqual(page.run("return window.elements()"), 0)
        page.run("location.hash = '#/e/' + arguments[0]", ids[6])
        page.wait("return document.querySelector('#details .odd-byte')")
        self.assertIn("U+202E", page.text("#details"))
        self.assertEqual([line for line in page.problems() if "TrustedHTML" in line or "Content Security Policy" in line or "Uncaught" in line], [])

    def test_the_texts_that_attack_terminals_are_shown_as_text(self):
        self.start_listener()
        page = self.open()
        lines = TEXTS.read_bytes().split(b"\n")
        body = json.dumps({"type": "action_created", "lines": [line.decode("utf-8", "replace") for line in lines]}, ensure_ascii=False).encode()
        self.deliver(body)
        self.wait_events(1)
        self.open_event()
        page.wait_text(".bar", "JSON")
        self.assertEqual(page.run("return [...document.querySelectorAll('.code .t')].map((e) => e.textContent).filter((t) => /[\\u0000-\\u0008\\u001b\\u200b-\\u200f\\u202a-\\u202e]/.test(t)).length"), 0)

    def test_numbers_escapes_duplicate_keys_and_their_order_are_shown_as_sent(self):
        self.start_listener()
        page = self.open()
        body = rb'{"b":9007199254740993,"a":1.0,"a":1e400,"t":"\u0041\/","z":-0,"big":123456789012345678901234567890,"e":[],"o":{}}'
        self.deliver(body)
        self.wait_events(1)
        event = self.open_event()
        page.wait_text(".bar", "JSON")
        lines = page.run("return [...document.querySelectorAll('.code .t')].map((e) => e.textContent)")
        self.assertEqual(lines, ["{", '"b": 9007199254740993,', '"a": 1.0,', '"a": 1e400,', r'"t": "\u0041\/",', '"z": -0,', '"big": 123456789012345678901234567890,', '"e": [],', '"o": {}', "}"])
        page.press("w")
        self.assertEqual(self.browser.downloaded(f"{event[:8]}.body"), body)

    def test_downloads_are_byte_identical(self):
        self.start_listener()
        page = self.open()
        for count, body in enumerate([b'{"a":1}\r\n', b"\x00\x01\xff\xfe not utf-8", gzip.compress(b'{"a":1}'), b"", b"\xef\xbb\xbf{}"], 1):
            self.deliver(body)
            self.wait_events(count)
            event = self.open_event()
            page.press("w")
            self.assertEqual(self.browser.downloaded(f"{event[:8]}.body"), body)
            page.wait_text("#panel", "empty" if not body else "sha256")

    def test_a_body_that_is_not_utf_8_is_shown_as_bytes(self):
        self.start_listener()
        page = self.open()
        self.deliver(bytes(range(256)) * 16)
        self.wait_events(1)
        self.open_event()
        page.wait_text("#panel", "Not UTF-8")
        self.assertIn("00000010  10 11 12", page.text(".code"))
        self.assertEqual(page.run("return document.querySelectorAll('.code .l').length"), 32)

    def test_a_binary_body_leaves_the_view_of_other_bodies_as_it_was_chosen(self):
        self.start_listener()
        page = self.open()
        self.deliver(b'{"type":"action_created"}')
        self.deliver(b"\x00\xff")
        self.wait_events(2)
        view = "return document.querySelector('.segments [aria-pressed=true]').textContent"
        self.open_event(0)
        self.assertEqual(page.run(view), "Bytes")
        self.open_event(1)
        self.assertEqual(page.run(view), "Tree")
        page.run("[...document.querySelectorAll('.segments button')].find((b) => b.textContent === 'As received').click()")
        self.open_event(0)
        self.assertEqual(page.run(view), "Bytes")
        self.open_event(1)
        self.assertEqual(page.run(view), "As received")

    def test_ten_megabytes_do_not_freeze_the_page(self):
        self.start_listener("--max-body", "20M")
        page = self.open()
        bodies = {"one string": b'{"type":"action_created","t":"' + b"x" * 10_000_000 + b'"}', "many lines": b"[" + b",".join(b'{"i":%d}' % i for i in range(130_000)) + b"]",
                  "deep": b"[" * 100_000 + b"]" * 100_000}
        for count, (name, body) in enumerate(bodies.items(), 1):
            with self.subTest(name):
                self.deliver(body)
                self.wait_events(count)
                page.run("window.longest = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.longest = Math.max(window.longest, e.duration); }).observe({entryTypes: ['longtask']})")
                self.open_event()
                page.wait("return document.querySelectorAll('.code .l').length > 0 && /line/.test(document.querySelector('.facts-text').textContent) && !/so far/.test(document.querySelector('.facts-text').textContent)")
                self.assertLess(page.run("return document.querySelectorAll('*').length"), 3000)
        self.assertEqual(page.problems(), [])


if __name__ == "__main__":
    main()
