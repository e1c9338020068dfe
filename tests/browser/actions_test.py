"""What users do with an event: replay, edit, copy, compare, search, filter, pin, export, and the keyboard shortcuts."""
import json
import pathlib
import subprocess
import sys
import threading

from browser import PATIENCE, Keys, PageCase, main

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "blackbox"))
from alohook import Receiver, is_authentic  # noqa: E402

EVENT = b'{\n  "type": "action_created",\n  "action": {"title": "Leak in hall B", "id": 9007199254740993}\n}\n'


class Actions(PageCase):
    def start_with(self, *bodies, forward=True):
        self.receiver = Receiver(self)
        self.start_listener(*(["--forward", self.receiver.url] if forward else []))
        page = self.open()
        for body in bodies:
            self.deliver(body)
        self.wait_events(len(bodies))
        self.open_event()
        self.receiver.requests.clear()
        return page

    def last_sent(self, count=1):
        self.browser.wait("return document.querySelectorAll('.replay').length >= arguments[0]", count)
        _, headers, body = self.receiver.requests[-1]
        return headers, body

    def test_a_replay_sends_the_recorded_bytes_re_signed_and_shows_the_response(self):
        page = self.start_with(EVENT)
        page.press("r")
        headers, body = self.last_sent()
        self.assertEqual(body, EVENT)
        self.assertTrue(is_authentic(headers, body))
        page.wait_text("#panel", "Your server responded 200")

    def test_an_edited_body_is_sent_exactly_as_it_was_shown(self):
        page = self.start_with(EVENT)
        page.press("e")
        page.wait("return document.getElementById('edit').open")
        shown = page.run("return document.getElementById('edit-body').value")
        self.assertEqual(shown.encode(), EVENT)
        page.run("const area = document.getElementById('edit-body'); area.value = area.value.replace('Leak', 'Flood'); area.dispatchEvent(new Event('input'))")
        page.wait_text("#edit-status", "edited")
        page.run("document.getElementById('edit-body').focus()")
        from selenium.webdriver import ActionChains
        ActionChains(page.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
        headers, body = self.last_sent()
        self.assertEqual(body, EVENT.replace(b"Leak", b"Flood"))
        self.assertTrue(is_authentic(headers, body))

    def test_an_untouched_body_with_carriage_returns_is_sent_as_recorded(self):
        body = EVENT.replace(b"\n", b"\r\n")
        page = self.start_with(body)
        page.press("e")
        page.wait_text("#edit", "carriage returns")
        page.click("#edit-send")
        _, sent = self.last_sent()
        self.assertEqual(sent, body)

    def test_a_target_that_refuses_or_breaks_is_a_result(self):
        page = self.start_with(EVENT)
        self.receiver.close()
        page.press("r")
        page.wait_text("#panel", "refused")

    def test_a_replay_to_a_slow_target_leaves_the_page_usable_and_shows_the_result_at_its_event(self):
        page = self.start_with(EVENT.replace(b"hall B", b"hall C"), EVENT)
        other, replayed = self.ids()
        may_answer = threading.Event()
        self.addCleanup(may_answer.set)

        def answer(head, headers, body):
            may_answer.wait(PATIENCE)
            return b"HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nlate"
        self.receiver.answer = answer
        self.receiver.arrived.clear()
        page.run("""const toast = document.getElementById('toast');
            window.told = [];
            new MutationObserver(() => { if (!toast.hidden) window.told.push(toast.innerText.trim()); }).observe(toast, { childList: true, attributes: true });""")
        page.press("r")
        self.assertTrue(self.receiver.arrived.wait(PATIENCE))
        page.wait("return window.told.includes('Sending…')")
        page.press("j")
        page.wait_text("#details .facts code", other[:8])
        page.wait_text("#panel", "hall C")
        page.press("5")
        page.wait_text("#panel", "Not replayed yet")
        self.assertNotIn("responded", " ".join(page.run("return window.told")))
        may_answer.set()
        page.wait("return window.told.some((text) => text.startsWith('Your server responded 202'))")
        self.assertEqual(page.text("#details .facts code"), other[:8], "the result took the page to another event")
        page.click("#toast button")
        page.wait_text("#details .facts code", replayed[:8])
        page.wait_text("#panel .replay", "Your server responded 202")
        page.wait_text("#panel .replay", "late")
        self.assertEqual([body for _, _, body in self.receiver.requests], [EVENT])

    def test_without_a_target_it_asks_and_another_machine_needs_a_second_yes(self):
        page = self.start_with(EVENT, forward=False)
        page.press("r")
        page.wait("return document.activeElement?.id === 'edit-url'")
        page.press("http://alo.invalid/")
        page.click("#edit-send")
        page.wait_text("#edit-problem", "not on this machine")
        page.run("document.getElementById('edit-url').value = arguments[0]", self.receiver.url)
        page.click("#edit-send")
        self.assertEqual(self.last_sent()[1], EVENT)

    def test_a_copied_curl_command_arrives_byte_for_byte(self):
        page = self.start_with(EVENT)
        page.run("window.copied = ''; Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}})")
        page.press("c")
        command = page.wait("return window.copied")
        subprocess.run(["sh", "-c", command], check=True, capture_output=True, timeout=60, cwd=self.home)
        self.assertEqual(self.receiver.requests[-1][2], EVENT)
        page.press("y")
        link = page.wait("return window.copied.startsWith('http') && window.copied")
        self.assertIn("#/e/", link)
        self.assertNotIn("token", link)

    def test_two_events_are_compared_and_swapped(self):
        page = self.start_with(EVENT, EVENT.replace(b"hall B", b"hall C"))
        first, second = self.ids()
        page.press("d", "j", "d")
        page.wait_text("#details h1", "Difference")
        self.assertEqual(page.run("return [...document.querySelectorAll('.diff b')].map((b) => b.textContent)"), ["C", "B"])
        self.assertIn(f"#/diff/{second[:8]}/{first[:8]}", page.driver.current_url)
        page.press("s")
        page.wait("return [...document.querySelectorAll('.diff b')].map((b) => b.textContent).join('') === 'BC'")
        page.press("]")
        page.wait("return document.querySelector('.change.at')")

    def test_equal_values_in_other_bytes_are_called_formatting(self):
        page = self.start_with(EVENT, json.dumps(json.loads(EVENT)).encode())
        page.press("d", "j", "d")
        page.wait_text("#panel, .panel", "only the formatting differs")

    def test_a_search_finds_text_that_is_not_in_the_list(self):
        page = self.start_with(EVENT, b'{"type":"action_updated","form":{"note":"' + b"x" * 5000 + b' Needle"}}')
        page.press("/")
        page.press("needle")
        page.wait("return document.querySelectorAll('.row[id]').length === 1")
        self.assertIn("action_updated", page.text(".row[id]"))
        self.assertIn("q=needle", page.driver.current_url)
        page.press(Keys.ESCAPE)
        page.wait("return document.activeElement.id === 'list'")
        page.press(Keys.ESCAPE)
        page.wait("return document.querySelectorAll('.row[id]').length === 2")
        page.press("/")
        page.run("document.getElementById('search').value = 'nowhere'; document.getElementById('search').dispatchEvent(new Event('input'))")
        page.wait_text("#list-end", "Nothing matches")
        page.click("#list-end button")
        page.wait("return document.querySelectorAll('.row[id]').length === 2")

    def test_filters_live_in_the_address_and_survive_a_reload(self):
        page = self.start_with(EVENT)
        self.deliver(EVENT, secret="another-secret-123")
        self.wait_events(2)
        page.press("f")
        page.wait("return document.querySelectorAll('.row[id]').length === 1")
        self.assertIn("verdict=rejected", page.driver.current_url)
        page.driver.refresh()
        self.ready()
        page.wait("return document.querySelectorAll('.row[id]').length === 1")
        page.press("f")
        page.wait("return document.querySelectorAll('.row[id]').length === 2")

    def test_links_to_an_event_and_a_tab_open_it_and_back_returns(self):
        page = self.start_with(EVENT, EVENT + b" ")
        first = self.ids()[0]
        page.driver.get(f"{self.page}#/e/{first[:6]}/headers")
        page.driver.refresh()
        self.ready()
        page.wait("return /x-alo-signature/i.test(document.getElementById('details').innerText)")
        self.assertEqual(page.run("return document.querySelector('#details [aria-selected=true]').id"), "tab-headers")

    def test_every_key_acts_and_none_does_in_a_field(self):
        page = self.start_with(EVENT, EVENT + b" ")
        ids = self.ids()
        chosen = "return document.querySelector('.row[aria-selected=true]')?.id"
        page.press("j")
        page.wait(chosen + " === arguments[0]", f"e-{ids[0]}")
        page.press("k")
        page.wait(chosen + " === arguments[0]", f"e-{ids[1]}")
        page.press("G")
        page.wait(chosen + " === arguments[0]", f"e-{ids[0]}")
        page.press("g")
        page.wait(chosen + " === arguments[0]", f"e-{ids[1]}")
        for number, tab in enumerate(["body", "headers", "response", "deliveries", "replays"], 1):
            page.press(str(number))
            page.wait("return document.querySelector('#details .tabs [aria-selected=true]').id === arguments[0]", f"tab-{tab}")
        page.press("1", "*")
        page.wait_text("#toast", "Pinned")
        page.press("x")
        page.wait_text("#toast", "Cleared")
        page.wait("return document.querySelectorAll('.row[id]').length === 1")  # the pinned one stays
        page.click("#toast button")
        page.wait("return document.querySelectorAll('.row[id]').length === 2")
        page.press("?")
        page.wait("return document.getElementById('keys').open")
        page.press("p")
        self.assertFalse(self.state("state.paused"))
        page.press(Keys.ESCAPE)
        page.wait("return !document.getElementById('keys').open")
        page.press("/")
        page.press("rexp*")
        page.wait("return document.getElementById('search').value === 'rexp*'")
        self.assertFalse(self.state("state.paused"))
        self.assertEqual(self.receiver.requests, [])
        page.press(Keys.ESCAPE)
        page.press("h")
        page.wait("return document.activeElement.id === 'list'")
        page.press(Keys.ESCAPE)
        page.wait("return document.querySelectorAll('.row[id]').length === 2")
        page.press("h")
        self.assertEqual(len(json.loads(self.browser.downloaded(".har"))["log"]["entries"]), 2)

    def test_arrows_choose_in_the_list_only_and_enter_and_escape_move_between_list_and_details(self):
        page = self.start_with(EVENT, EVENT + b" ")
        ids = self.ids()
        chosen = "return document.querySelector('.row[aria-selected=true]')?.id === arguments[0]"
        page.run("document.getElementById('list').focus()")
        page.press(Keys.ARROW_DOWN)
        page.wait(chosen, f"e-{ids[0]}")
        page.press(Keys.HOME)
        page.wait(chosen, f"e-{ids[1]}")
        page.press(Keys.END)
        page.wait(chosen, f"e-{ids[0]}")
        page.press(Keys.ENTER)
        page.wait("return document.activeElement.id === 'details'")
        page.press(Keys.ARROW_UP)
        self.assertTrue(page.run(chosen, f"e-{ids[0]}"))
        page.press(Keys.ESCAPE)
        page.wait("return document.activeElement.id === 'list'")

    def start_with_a_fold(self):
        """Returns the page, after one fold, and a script that checks how many lines of the body are shown."""
        page = self.start_with(EVENT)
        lines = "return document.querySelectorAll('#panel .code .l').length === arguments[0]"
        page.run("document.getElementById('details').focus()")
        page.wait(lines, 7)
        page.press(Keys.ARROW_LEFT)
        page.wait(lines, 5)
        return page, lines

    def test_arrows_fold_the_tree_one_by_one_and_with_shift_all_of_it(self):
        page, lines = self.start_with_a_fold()
        page.wait_text("#panel .code", "2 lines")
        page.press(Keys.ARROW_RIGHT)
        page.wait(lines, 7)
        page.press(Keys.SHIFT + Keys.ARROW_LEFT)
        page.wait(lines, 5)
        page.press(Keys.SHIFT + Keys.ARROW_RIGHT)
        page.wait(lines, 7)

    def test_what_is_folded_stays_so_when_the_details_are_drawn_again(self):
        page, lines = self.start_with_a_fold()
        page.press("d")
        page.wait("return document.getElementById('do-compare').getAttribute('aria-pressed') === 'true'")
        self.assertTrue(page.run(lines, 5))
        page.press("2")
        page.wait("return document.getElementById('tab-headers').getAttribute('aria-selected') === 'true'")
        page.press("1")
        page.wait("return document.getElementById('tab-body').getAttribute('aria-selected') === 'true'")
        self.assertTrue(page.run(lines, 5))

    def test_a_long_body_stays_where_it_was_scrolled_to_when_the_details_are_drawn_again(self):
        page = self.start_with(b"[" + b",\n".join(b"%d" % n for n in range(5000)) + b"]")
        code = "document.querySelector('#panel .code')"
        page.wait(f"return {code}?.scrollHeight > 50000")
        page.run(f"{code}.scrollTop = 40000")
        page.wait(f"return {code}.innerText.includes('2005')")
        page.press("d")
        page.wait("return document.getElementById('do-compare').getAttribute('aria-pressed') === 'true'")
        self.assertEqual(page.run(f"return {code}.scrollTop"), 40000)
        self.assertIn("2005", page.text("#panel .code"))

    def test_focus_returns_to_what_was_drawn_again_while_a_dialog_was_open(self):
        page = self.start_with(EVENT)
        page.run("document.getElementById('do-edit').focus()")
        page.press(Keys.ENTER)
        page.wait("return document.querySelector('dialog[open]')")
        page.run("window.before = document.getElementById('do-edit'); dispatchEvent(new HashChangeEvent('hashchange'))")
        page.wait("return !window.before.isConnected")
        page.press(Keys.ESCAPE)
        page.wait("return document.activeElement.id === 'do-edit'")

    def test_focus_returns_to_where_it_was_after_a_dialog_and_goes_search_filters_list_details(self):
        page = self.start_with(EVENT)
        for opener in ("do-edit", "help"):
            page.run("document.getElementById(arguments[0]).focus()", opener)
            page.press(Keys.ENTER)
            page.wait("return document.querySelector('dialog[open]')")
            page.press(Keys.ESCAPE)
            page.wait("return document.activeElement.id === arguments[0]", opener)
        page.run("document.getElementById('search').focus()")
        places = []
        for _ in range(20):
            page.press(Keys.TAB)
            place = page.run("return ['filters', 'list', 'details'].find((id) => document.getElementById(id).contains(document.activeElement)) ?? ''")
            if place and place not in places:
                places.append(place)
        self.assertEqual(places, ["filters", "list", "details"])

    def test_back_and_forward_of_the_browser_go_through_events_and_comparisons(self):
        page = self.start_with(EVENT, EVENT.replace(b"hall B", b"hall C"))
        page.press("d", "j", "d")
        page.wait_text("#details h1", "Difference")
        page.driver.back()
        page.wait_text("#details h1", "action_created")
        page.driver.forward()
        page.wait_text("#details h1", "Difference")
        page.size(400)
        page.run("history.replaceState(null, '', '/#/'); dispatchEvent(new HashChangeEvent('hashchange'))")
        page.wait("return document.body.dataset.view === 'list'")
        page.click(".row[id]")
        page.wait("return document.body.dataset.view === 'event'")
        page.driver.back()
        page.wait("return document.body.dataset.view === 'list'")

    def test_keys_can_be_turned_off(self):
        page = self.start_with(EVENT)
        page.press("?")
        page.click("#keys-on")
        page.press(Keys.ESCAPE)
        page.wait("return !document.getElementById('keys').open")
        page.press("p")
        page.press(Keys.ESCAPE)
        self.assertFalse(self.state("state.paused"))

    def test_a_fixture_and_a_har_file_are_saved(self):
        page = self.start_with(EVENT)
        page.press("b")
        self.assertEqual(self.browser.downloaded("action_created.json"), EVENT)
        page.press("h")
        self.assertEqual(json.loads(self.browser.downloaded(".har"))["log"]["entries"][0]["request"]["postData"]["text"].encode(), EVENT)


if __name__ == "__main__":
    main()
