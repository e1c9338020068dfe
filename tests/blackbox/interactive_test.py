"""The listener in a terminal, as a person sees it."""
import http.client
import json
import re
import signal
import subprocess
import threading
import time
import urllib.request

import alohook
import pseudo_terminal
from alohook import EVENT, PATIENCE, PRETTY, SECRET, Receiver, post, sign
from pseudo_terminal import ESCAPE, UP, Terminal, TerminalCase, is_line_by_line

LINE = re.compile(rb"\r\x1b\[K")


class Log(TerminalCase):
    def test_ids_and_verdicts_are_whole_at_every_width(self):
        for columns in (40, 80, 120):
            with self.subTest(columns=columns):
                terminal = self.listener(columns=columns, rows=60)
                bodies = [PRETTY, b"not JSON", b'{"type":"a_type_that_is_longer_than_any_that_ALO_has"}']
                for body in bodies:
                    self.event(terminal, body)
                post(terminal.port, EVENT, {})
                post(terminal.port, PRETTY, sign(json.dumps(json.loads(PRETTY)).encode(), self.secret))
                self.event(terminal, timestamp=int(time.time()) - 90_000)
                terminal.wait_text("6 events")  # an event is stored before it is counted
                events = self.events()[-6:]
                self.assertEqual(len(events), 6)
                for event in events:
                    shown = event["id"][:8]
                    terminal.wait(lambda: sum(shown in row for row in terminal.rows if re.search("[→←]", row)) == 2, shown)
                    arrival = next(row for row in terminal.rows if shown in row and "→" in row)
                    self.assertIn("✓ valid" if event["verdict"] == "valid" else "✗ ", arrival)
                    response = next(row for row in terminal.rows if shown in row and "←" in row)
                    self.assertIn(f"← {event['status']}", response)
                terminal.type("q")
                self.assertEqual(terminal.end(), 0)

    def test_a_body_never_takes_more_than_half_of_the_screen_and_the_outcome_is_last(self):
        terminal = self.listener()
        body = json.dumps({"type": "action_created", "items": list(range(100)), "long": "x" * 500}).encode()
        self.event(terminal, body)
        terminal.wait_text("1 event ")
        shown = self.events()[-1]["id"][:8]
        terminal.wait_text("more lines: alohook show " + shown, "← 200 OK")
        rows = [row for row in terminal.rows if row]
        first = next(i for i, row in enumerate(rows) if "→ action_created" in row)
        last = next(i for i, row in enumerate(rows) if "← 200 OK" in row)
        self.assertLessEqual(last - first + 1, 12)
        self.assertEqual(last, len(rows) - 2)  # the status line is below

    def test_an_arrival_shows_before_the_target_answers(self):
        may_answer = threading.Event()
        target = self.slow_target(may_answer)
        terminal = self.listener("--forward", target.url)
        sender = threading.Thread(target=self.event, args=(terminal,))
        sender.start()
        terminal.wait_text("→ action_created", "✓ valid")
        self.assertNotIn("←", terminal.text)
        may_answer.set()
        terminal.wait_text("← 200 OK")
        sender.join(PATIENCE)

    def test_the_banner_says_what_is_in_force(self):
        (self.home / "alohook.toml").write_text("[listen]\nmax-lines = 30\n")
        target = Receiver(self)
        terminal = self.listener("--forward", target.url, "--only", "action_created", "--record", "events.jsonl", "--respond", "503,200",
                                 "--path", "/hooks")
        terminal.wait_text("with alohook.toml", "development (64 bytes, sha256 ", "copy it: alohook secret --show", f"→ {target.url}",
                           "--only action_created", "events.jsonl", "503,200", f"alohook send action_created http://127.0.0.1:{terminal.port}/hooks",
                           "? shows keys")

    def test_hidden_events_are_counted(self):
        terminal = self.listener("--only", "action_updated")
        for _ in range(3):
            self.event(terminal)
        terminal.wait_text("1 hidden by --only action_updated")
        self.event(terminal, b'{"type":"action_updated"}')
        terminal.wait_text("2 more hidden by --only action_updated", "→ action_updated")

    def test_events_that_come_too_fast_lose_their_bodies(self):
        terminal = self.listener(rows=50)
        for _ in range(20):
            self.event(terminal)
        terminal.wait_bytes("events come faster than anyone can read")
        terminal.wait(lambda: terminal.bytes.count("← 200 OK".encode()) == 20)
        self.assertLess(terminal.bytes.count(b'"actionId": 7'), 10)

    def test_the_line_follows_the_width_of_the_terminal(self):
        terminal = self.listener(columns=120)
        terminal.wait_text("? keys")
        terminal.resize(50, 24)
        terminal.wait(lambda: any(row.startswith("0 events") and row.endswith("r replay  ? keys") for row in terminal.rows), "a shorter line")
        self.event(terminal)
        terminal.wait_text("→ action_created", "✓ valid", "1 event ")
        self.assertTrue(all(len(row) <= 50 for row in terminal.rows))

    def test_no_byte_of_the_log_is_lost_in_a_flood(self):
        count = 200 if alohook.is_sanitized() else 1000
        terminal = self.listener("--output", "compact")
        bodies = [b'{"type":"flood_%d"}' % i for i in range(count)]
        threads = [threading.Thread(target=lambda part=part: [self.event(terminal, body) for body in part])
                   for part in (bodies[i::8] for i in range(8))]
        for thread in threads:
            thread.start()
        terminal.type(UP * 5 + b"v")
        for thread in threads:
            thread.join(PATIENCE)
        terminal.wait(lambda: terminal.bytes.count("← 200 OK".encode()) == count, f"{count} responses")
        terminal.type("q")
        self.assertEqual(terminal.end(), 0)
        # Without the line that is erased each time, the log has only complete lines.
        log = b"".join(part[: part.rfind(b"\n") + 1] for part in LINE.split(terminal.bytes)).decode()
        for i in range(count):
            self.assertEqual(len(re.findall(rf"(?m)^\d\d:\d\d:\d\d → flood_{i} +[0-9a-f]{{8}}  ✓ valid  unknown type\r$", log)), 1, i)
        self.assertEqual(len(re.findall(r"(?m)^\d\d:\d\d:\d\d ← 200 OK +[0-9a-f]{8}  ✓ [\d.]+ ms\r$", log)), count)


class Keys(TerminalCase):
    def test_keys_show_explain_copy_and_filter(self):
        terminal = self.listener(rows=60, columns=100)
        self.event(terminal)
        post(terminal.port, EVENT, {})
        terminal.wait_text("2 events · 1 rejected")
        first, second = (event["id"] for event in self.events())
        terminal.type(UP)
        terminal.wait_text("▸ action_created ✗")
        terminal.type(UP)
        terminal.wait_text("▸ action_created ✓")
        terminal.type("\n")
        terminal.wait_text(first, "X-ALO-Signature:")
        terminal.type(ESCAPE)
        terminal.wait(lambda: "▸" not in terminal.text, "nothing chosen")
        terminal.type("e")
        terminal.wait_text(f"{second[:8]}  ✗ signature missing")
        terminal.type("c")
        terminal.wait_bytes("curl ")
        terminal.wait(lambda: re.search(rb"\x1b\]52;c;[A-Za-z0-9+/=]+\x07", terminal.bytes), "OSC 52")
        terminal.type("/updated\n")
        terminal.wait_text("only events with 'updated' are shown")
        self.event(terminal)
        terminal.wait_text("3 events")
        third = self.events()[-1]["id"][:8]
        self.assertNotIn(third, terminal.text)

    def test_r_replays_to_the_forward_target(self):
        target = Receiver(self)
        terminal = self.listener("--forward", target.url)
        self.event(terminal)
        terminal.wait_text("← 200 OK")
        terminal.type("r")
        terminal.wait_text("⇢ 200 OK", "replayed to")
        self.assertEqual([body for _, _, body in target.requests], [EVENT, EVENT])

    def test_p_holds_the_log_while_events_are_still_answered(self):
        terminal = self.listener()
        terminal.type("p")
        terminal.wait_text("paused, 0 new")
        self.assertEqual(self.event(terminal).status, 200)
        terminal.wait_text("paused, 1 new")
        self.assertNotIn("→", terminal.text)
        terminal.type("p")
        terminal.wait_text("→ action_created")

    def test_the_terminal_is_as_before_after_every_end(self):
        def interrupt(terminal):
            terminal.type(b"\x03")

        def quit_with_core(terminal):
            terminal.type(b"\x1c")

        def kill_with(number):
            return lambda terminal: terminal.process.send_signal(number)
        ends = {"q": lambda terminal: terminal.type("q"), "Ctrl-C": interrupt, "Ctrl-backslash": quit_with_core,
                "SIGTERM": kill_with(signal.SIGTERM), "SIGHUP": kill_with(signal.SIGHUP)}
        if not alohook.is_sanitized():
            ends |= {"SIGABRT": kill_with(signal.SIGABRT), "SIGSEGV": kill_with(signal.SIGSEGV)}
        for name, end in ends.items():
            with self.subTest(name):
                terminal = self.listener()
                self.assertTrue(terminal.wait(lambda: not is_line_by_line(terminal.ours)))
                terminal.wait_text("? keys")
                end(terminal)
                terminal.end()
                self.assertTrue(is_line_by_line(terminal.ours))
                terminal.wait(lambda: "? keys\n" not in terminal.text + "\n", "no line left behind")

    def test_ctrl_c_says_what_it_waits_for_and_a_second_one_quits(self):
        for second in (True, False):
            with self.subTest(second=second):
                may_answer = threading.Event()
                target = self.slow_target(may_answer)
                terminal = self.listener("--forward", target.url)
                bodies = [EVENT, b'{"type":"action_updated"}']
                senders = [threading.Thread(target=self.send_to_nobody, args=(terminal, body)) for body in bodies]
                for sender in senders:
                    sender.start()
                terminal.wait_text("→ action_created", "→ action_updated")
                terminal.type(b"\x03")
                terminal.wait_text("waiting for 2 deliveries, press Ctrl-C again to quit")
                self.assertIsNone(terminal.process.poll())
                if second:
                    terminal.type(b"\x03")
                else:
                    may_answer.set()
                self.assertEqual(terminal.end(), 130 if second else 0)
                self.assertTrue(is_line_by_line(terminal.ours))
                may_answer.set()
                for sender in senders:
                    sender.join(PATIENCE)

    def send_to_nobody(self, terminal, body):
        try:
            self.event(terminal, body)
        except (OSError, http.client.HTTPException):
            pass  # the listener may end before it answers

    def test_ctrl_z_and_fg(self):
        port_file = self.home / "port"
        shell = Terminal(self, ["bash", "--norc", "--noprofile", "-i"], PS1="$ ")
        shell.type(f"{alohook.PROGRAM} listen --port 0 --port-file {port_file}\n")
        shell.wait_text("? keys")
        shell.port = int(port_file.read_text())
        self.assertFalse(is_line_by_line(shell.ours) and True)
        shell.type(b"\x1a")
        shell.wait_text("Stopped")
        shell.type("stty -a | tr ' ;' '\\n\\n' | grep -cx 'icanon\\|echo'\n")
        shell.wait(lambda: "2" in shell.rows, "icanon and echo")
        shell.type("fg\n")
        shell.wait(lambda: any(row.startswith("0 events") for row in shell.rows[-3:] + [row for row in shell.rows if row][-1:]), "the line")
        self.event(shell)
        shell.wait_text("→ action_created", "1 event")
        shell.type("q")
        shell.wait_text("stopped")
        shell.type("echo back-$((6*7))\n")
        shell.wait_text("back-42")
        shell.type("exit\n")
        shell.end()

    def test_the_line_is_off_where_it_would_be_in_the_way(self):
        (self.home / "secret.txt").write_text("secret-of-a-file-1234\n")
        (self.home / "no-keys.toml").write_text("[listen]\nkeys = false\n")
        cases = [({}, ["--config", "no-keys.toml"]), ({}, ["--no-keys"]), ({"TERM": "dumb"}, []), ({"TERM": ""}, []), ({"CI": "true"}, []),
                 ({"ALOHOOK_KEYS": "false"}, []), ({}, ["--expect", "action_created"]), ({}, ["--", "sleep", "60"])]
        for env, arguments in cases:
            with self.subTest(env=env, arguments=arguments):
                terminal = self.listener(*arguments, **env)
                self.assertTrue(is_line_by_line(terminal.ours))
                self.event(terminal)
                terminal.wait_text("← 200 OK")
                self.assertNotIn("? keys", terminal.text)
                terminal.process.send_signal(signal.SIGTERM)
                terminal.end()


class Background(TerminalCase):
    def test_keys_are_off_without_a_terminal_to_type_on(self):
        terminal = self.listener(stdin=subprocess.DEVNULL)
        self.event(terminal)
        terminal.wait_text("→ action_created", "← 200 OK", "Ctrl-C quits")
        self.assertTrue(is_line_by_line(terminal.ours))
        self.assertNotIn("keys", terminal.text)

    def test_keys_begin_when_the_listener_comes_to_the_foreground(self):
        port_file = self.home / "port"
        shell = Terminal(self, ["bash", "--norc", "--noprofile", "-i"], PS1="$ ")
        shell.type(f"{alohook.PROGRAM} listen --port 0 --port-file {port_file} &\n")
        shell.wait_text("Waiting for events")
        shell.port = int(port_file.read_text())
        self.event(shell)
        shell.wait_text("← 200 OK")
        self.assertNotIn("1 event ", shell.text)
        shell.type("fg\n")
        shell.wait_text("1 event ")
        shell.type("q")
        shell.wait_text("stopped")
        shell.type("exit\n")
        shell.end()


class Memory(TerminalCase):
    def test_a_listener_in_a_terminal_remembers_its_events(self):
        terminal = self.listener()
        terminal.wait_text("alohook events")
        self.event(terminal)
        post(terminal.port, PRETTY, sign(json.dumps(json.loads(PRETTY)).encode(), self.secret))
        terminal.wait_text("2 events · 1 rejected")
        journal = self.home / "state/alohook/session.jsonl"
        self.assertEqual(journal.stat().st_mode & 0o777, 0o600)
        listed = self.alohook("events")
        self.assertEqual(listed.code, 0)
        self.assertRegex(listed.text, r"(?m)^\d\d:\d\d:\d\d  action_created +✓ valid +200  [0-9a-f]{8}$")
        self.assertRegex(listed.text, r"(?m)^\d\d:\d\d:\d\d  action_created +✗ invalid +401  [0-9a-f]{8}$")
        first, last = self.events()
        shown = self.alohook("show")
        for text in (last["id"], "X-ALO-Signature:", "Leck in Halle B", "✗ signature invalid", "JSON.stringify", "401 Unauthorized"):
            self.assertIn(text, shown.text)
        self.assertIn(first["id"], self.alohook("show", first["id"][:4]).text)
        self.assertEqual(alohook.body_of(self.alohook("show", "--format", "json").lines[0]), PRETTY)
        self.assertEqual(self.alohook("verify", "last").code, 1)
        self.assertEqual(self.alohook("verify", first["id"][:8]).code, 0)
        target = Receiver(self)
        self.assertEqual(self.alohook("replay", "last", target.url).code, 0)
        self.assertEqual(target.requests[0][2], PRETTY)
        self.assertEqual(self.alohook("show", "ffffffff").code, 2)
        self.assertIn(last["id"][:8], self.alohook("__complete", "show", "").text)

    def test_a_listener_with_a_secret_of_its_own_remembers_from_the_first_time(self):
        terminal = self.listener(ALOHOOK_SECRET=SECRET)
        post(terminal.port, EVENT, sign(EVENT))
        terminal.wait_text("1 event ")
        self.assertNotIn("not remembered", terminal.text)
        self.assertEqual(len(self.events()), 1)
        self.assertEqual((self.home / "state/alohook").stat().st_mode & 0o777, 0o700)

    def test_a_memory_that_can_t_be_written_is_noted_and_events_still_arrive(self):
        (self.home / "state").write_text("in the way\n")
        terminal = self.listener(ALOHOOK_SECRET=SECRET)
        terminal.wait_text("note: events are not remembered: can't write the session journal", "Not a directory")
        post(terminal.port, EVENT, sign(EVENT))
        terminal.wait_text("← 200 OK")
        terminal.type("q")
        self.assertEqual(terminal.end(), 0)

    def test_replay_goes_to_where_the_event_was_forwarded(self):
        target = Receiver(self)
        terminal = self.listener("--forward", target.url)
        self.event(terminal)
        terminal.wait_text("← 200 OK")
        self.assertEqual(self.alohook("replay", "last").code, 0)
        self.assertEqual(len(target.requests), 2)

    def test_the_recorded_journal_is_the_memory(self):
        terminal = self.listener("--record", "events.jsonl")
        self.event(terminal)
        terminal.wait_text("1 event ")
        self.assertEqual(len(self.events()), 1)
        self.assertFalse((self.home / "state/alohook/session.jsonl").exists())
        terminal.type("q")
        terminal.end()
        self.listener()
        self.assertEqual(self.events(), [])

    def test_nothing_is_remembered_when_that_is_off_or_stdout_is_no_terminal(self):
        for listener in (lambda: self.listener("--no-session"), lambda: self.listener(ALOHOOK_SESSION="false"), lambda: self.listen()):
            process = listener()
            post(process.port, EVENT)
            self.assertFalse((self.home / "state/alohook/session.jsonl").exists())
        result = self.alohook("events")
        self.assertEqual(result.code, 2)
        self.assertIn("no events are remembered", result.error)

    def inspected(self, process, after, count):
        """The rows that the inspector of a process has after a number, once there are so many."""
        page = process.err.wait_for(lambda err: re.search(rb"inspect at (http://127\.0\.0\.1:\d+)/#token=(\w+)", err))
        rows = []
        deadline = time.monotonic() + PATIENCE
        while len(rows) < count and time.monotonic() < deadline:
            request = urllib.request.Request(f"{page[1].decode()}/api/events?after={after + len(rows)}&wait=25", headers={"Authorization": f"Bearer {page[2].decode()}"})
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                rows += json.load(response)["events"]
        return [(row["n"], row["type"]) for row in rows]

    def test_inspect_without_a_file_shows_the_sessions_memory_and_follows_it(self):
        for arguments in ([], ["--record", "events.jsonl"]):
            with self.subTest(arguments=arguments):
                terminal = self.listener("--output", "compact", *arguments)
                self.event(terminal, b'{"type":"event_a"}')
                terminal.wait_text("1 event ")  # an event is remembered before it is counted
                process = self.start("inspect", "--port", "0", env=self.env(ALOHOOK_SECRET=None))
                self.assertEqual(self.inspected(process, -1, 1), [(0, "event_a")])
                self.event(terminal, b'{"type":"event_b"}')
                self.assertEqual(self.inspected(process, 0, 1), [(1, "event_b")])
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.result().code, 0)
                terminal.type("q")
                terminal.end()

    def test_inspect_follows_the_sessions_memory_while_it_drops_old_events(self):
        terminal = self.listener("--output", "compact")
        process = self.start("inspect", "--port", "0", env=self.env(ALOHOOK_SECRET=None))
        process.err.wait_for(lambda err: b"inspect at" in err)  # what comes earlier has other numbers
        for i in range(1, 1301):  # dropping begins at 1,250
            self.event(terminal, b'{"type":"event_%d"}' % i)
        rows = self.inspected(process, 0, 1300)
        expected = [(i, f"event_{i}") for i in range(1, 1301)]
        self.assertEqual([pair for pair in zip(rows, expected) if pair[0] != pair[1]][:3], [])
        self.assertEqual(len(rows), 1300)

    def test_only_the_newest_events_are_kept(self):
        terminal = self.listener("--output", "compact")
        for i in range(1010):
            self.event(terminal, b'{"type":"event_%d"}' % i)
        terminal.wait(lambda: terminal.bytes.count("← 200 OK".encode()) == 1010)
        terminal.type("q")
        terminal.end()
        lines = (self.home / "state/alohook/session.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line)["type"] for line in lines], [f"event_{i}" for i in range(10, 1010)])


if __name__ == "__main__":
    pseudo_terminal.main()
