"""`listen --expect … -- COMMAND` as a step of a CI run whose exit code is reliable."""
import os
import re
import shlex
import signal
import sys
import time

import alohook
from alohook import EVENT, OTHER_SECRET, PATIENCE, SECRET, Case, post, sign

UPDATED = b'{"type":"action_status_updated","action":{"status":"Doing"}}'
CHANGED = b'{"type":"action_status_changed","action":{"status":"Done"}}'


def is_alive(process):
    """Returns whether a process is running. One that has ended and waits for its parent isn't."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        pass
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not os.path.exists("/proc/self")


class ExpectCase(Case):
    def wait_for_file(self, name):
        """Returns the file's text, once there is any."""
        deadline = time.monotonic() + PATIENCE
        while not (self.home / name).exists() or not (self.home / name).read_text():
            self.assertLess(time.monotonic(), deadline, f"{name} is not written")
            time.sleep(0.01)
        return (self.home / name).read_text()

    def check_gone(self, process):
        deadline = time.monotonic() + PATIENCE
        while is_alive(process):
            self.assertLess(time.monotonic(), deadline, f"process {process} still runs")
            time.sleep(0.01)


class Events(ExpectCase):
    def test_it_ends_with_0_as_soon_as_all_came(self):
        listener = self.listen("--expect", "action_created=2", "--expect", "action_status_updated", "--timeout", "60s")
        for body in (EVENT, CHANGED, EVENT):
            self.assertIsNone(listener.process.poll())
            self.assertEqual(post(listener.port, body).status, 200)  # the last one gets a response, too
        result = listener.result()
        self.assertEqual(result.code, 0)
        self.assertIn("✓  action_created  2 of 2 arrived\n", result.text)
        self.assertIn("✓  action_status_updated  1 of 1 arrived\n", result.text)
        self.assertNotIn("✗", result.text)

    def test_either_spelling_is_the_same_event(self):
        for expected, body in (("action_status_updated", CHANGED), ("action_status_changed", UPDATED)):
            listener = self.listen("--expect", expected)
            post(listener.port, body)
            self.assertEqual(listener.result().code, 0)

    def test_it_ends_with_1_when_time_is_up_and_says_what_came_and_what_did_not(self):
        listener = self.listen("--expect", "action_created", "--expect", "action_updated=3", "--timeout", "2s")
        post(listener.port, EVENT)
        post(listener.port, b'{"type":"action_updated"}')
        result = listener.result()
        self.assertEqual(result.code, 1)
        self.assertIn("✓  action_created  1 of 1 arrived\n", result.text)
        self.assertIn("✗  action_updated  1 of 3 arrived\n", result.text)
        self.assertRegex(result.text, r"✗  timed out after 2(\.0)? s\n")

    def test_what_does_not_verify_does_not_count(self):
        listener = self.listen("--expect", "action_created", "--timeout", "2s")
        post(listener.port, EVENT, sign(EVENT, OTHER_SECRET))
        post(listener.port, EVENT, {})
        post(listener.port, EVENT, sign(EVENT, timestamp=int(time.time()) - 400))
        result = listener.result()
        self.assertEqual(result.code, 1)
        self.assertIn("✗  action_created  0 of 1 arrived, 3 invalid ones were not counted\n", result.text)

    def test_only_values_that_are_asked_for_count(self):
        listener = self.listen("--expect", "action_status_updated", "--where", "/action/status=Done")
        post(listener.port, UPDATED)
        self.assertIsNone(listener.process.poll())
        post(listener.port, CHANGED)
        self.assertEqual(listener.result().code, 0)

    def test_what_comes_to_another_path_does_not_count(self):
        listener = self.listen("--expect", "action_created", "--path", "/hooks", "--timeout", "1s")
        self.assertEqual(post(listener.port, EVENT).status, 404)
        result = listener.result()
        self.assertEqual(result.code, 1)
        self.assertIn("0 of 1 arrived\n", result.text)

    def test_lines_of_json(self):
        listener = self.listen("--expect", "action_created=2", "--expect", "action_status_updated", "--timeout", "2s", "--format", "json")
        for body, headers in ((EVENT, None), (EVENT, {}), (CHANGED, None)):
            post(listener.port, body, headers)
        result = listener.result()
        self.assertEqual(result.code, 1)
        self.assertEqual([line["type"] for line in result.lines[:3]], ["action_created", "action_created", "action_status_changed"])
        self.assertEqual(result.lines[3:], [
            {"schema": 1, "event": "expectation", "type": "action_created", "wanted": 2, "came": 1, "refused": 1, "met": False},
            {"schema": 1, "event": "expectation", "type": "action_status_updated", "wanted": 1, "came": 1, "refused": 0, "met": True},
            {"schema": 1, "event": "summary", "met": False, "timed_out": True}])

    def test_a_signal_before_all_came_is_the_signals_code(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            self.assertEqual(self.listen("--expect", "action_created").stop(number).code, code)
            self.assertEqual(self.listen("--", "sleep", "100").stop(number).code, code)
            self.assertEqual(self.listen("--timeout", "60s").stop(number).code, 0)

    def test_a_misspelt_type_is_noted(self):
        listener = self.listen("--expect", "action_craeted", "--timeout", "60s")
        listener.err.wait_for(lambda err: b"'action_craeted' is not a type that ALO documents; did you mean 'action_created'?" in err)
        post(listener.port, b'{"type":"action_craeted"}')
        self.assertEqual(listener.result().code, 0)

    def test_what_makes_no_sense_is_an_error(self):
        for text in ("", "=2", "action_created=", "action_created=0", "action_created=-1", "action_created=two"):
            self.check_error(self.run_program("listen", "--port", "0", "--expect", text), 2)

    def test_recorded_and_forwarded_ones_count(self):
        receiver = alohook.Receiver(self)
        listener = self.listen("--expect", "action_created=2", "--record", "events.jsonl", "--forward", receiver.url)
        for _ in range(2):
            self.assertEqual(post(listener.port, EVENT).body, b"ok")
        self.assertEqual(listener.result().code, 0)
        self.assertEqual(len((self.home / "events.jsonl").read_text().splitlines()), 2)
        self.assertEqual(len(receiver.requests), 2)


class Command(ExpectCase):
    PYTHON = sys.executable

    def run_with(self, *flags, command, **more):
        """Runs the listener with this command until both have ended."""
        return self.start("listen", "--port", "0", *flags, "--", *command, **more).result()

    def script(self, text):
        return [self.PYTHON, "-c", text]

    def test_it_sends_what_is_expected(self):
        result = self.run_with("--expect", "action_created=2", command=["sh", "-c", f"{shlex.quote(os.path.abspath(alohook.PROGRAM))} send action_created && "
                                                                        f"{shlex.quote(os.path.abspath(alohook.PROGRAM))} send action_created"])
        self.assertEqual(result.code, 0, result)
        self.assertIn("✓  action_created  2 of 2 arrived\n", result.text)
        self.assertIn("✓  the command succeeded\n", result.text)

    def test_its_words_are_on_stderr_and_our_stdout_is_clean(self):
        result = self.run_with("--format", "json", command=["sh", "-c", "echo said on stdout; echo said on stderr >&2"])
        self.assertEqual(result.code, 0)
        self.assertEqual(result.lines, [{"schema": 1, "event": "summary", "met": True, "timed_out": False, "command_exit_code": 0}])
        for words in ("said on stdout", "said on stderr"):
            self.assertIn(words, result.error)

    def test_it_has_the_url_and_the_secret(self):
        code = "import os; open('seen', 'w').write(repr((os.environ['ALOHOOK_URL'], os.environ['ALOHOOK_SECRET'], os.environ.get('KEPT'))))"
        for flags, path in (([], ""), (["--path", "/hooks/alo"], "hooks/alo")):
            process = self.start("listen", "--port", "0", *flags, "--", *self.script(code), env=self.env(KEPT="yes"))
            result = process.result()  # checks the output for the secret
            self.assertEqual(result.code, 0, result)
            url, secret, kept = eval((self.home / "seen").read_text())  # pylint: disable=eval-used
            self.assertEqual((secret, kept), (SECRET, "yes"))
            listening = re.search(r"^listening on (\S+)$", result.error, re.M)[1]
            self.assertEqual(url, listening + path)

    def test_a_development_secret_is_handed_on_too(self):
        code = "import os; open('seen', 'w').write(os.environ['ALOHOOK_SECRET'])"
        result = self.run_with(command=self.script(code), env=self.env(ALOHOOK_SECRET=None))
        self.assertEqual(result.code, 0, result)
        self.assertEqual((self.home / "seen").read_text(), (self.home / "state/alohook/secret").read_text().strip())

    def test_the_path_is_where_it_sends(self):
        program = shlex.quote(os.path.abspath(alohook.PROGRAM))
        result = self.run_with("--expect", "action_created", "--path", "/hooks/alo", command=["sh", "-c", f"{program} send action_created"])
        self.assertEqual(result.code, 0, result)

    def test_its_failure_is_ours_at_once(self):
        for text, code in (("exit 3", 3), ("exit 1", 1), ("kill -9 $$", 137)):
            result = self.run_with("--expect", "action_created", "--timeout", "100s", command=["sh", "-c", text])
            self.assertEqual(result.code, 1)
            self.assertIn(f"✗  the command failed with exit code {code}\n", result.text)
            self.assertIn("✗  action_created  0 of 1 arrived\n", result.text)

    def test_its_success_alone_is_not_enough(self):
        result = self.run_with("--expect", "action_created", "--timeout", "1s", command=["true"])
        self.assertEqual(result.code, 1)
        self.assertIn("✓  the command succeeded\n", result.text)
        self.assertIn("✗  action_created  0 of 1 arrived\n", result.text)

    def test_events_alone_are_not_enough(self):
        program = shlex.quote(os.path.abspath(alohook.PROGRAM))
        result = self.run_with("--expect", "action_created", command=["sh", "-c", f"{program} send action_created; exit 7"])
        self.assertEqual(result.code, 1)
        self.assertIn("✓  action_created  1 of 1 arrived\n", result.text)
        self.assertIn("✗  the command failed with exit code 7\n", result.text)

    def test_what_cannot_be_run_is_an_error(self):
        for command in ("no-such-program-anywhere", "./not-there", "."):
            result = self.run_with(command=[command])
            self.assertEqual(result.code, 2, result)
            self.assertEqual(result.out, b"")
            self.assertRegex(result.error, rf"alohook: can't run '{re.escape(command)}': ")

    def test_it_and_its_children_are_ended_when_time_is_up(self):
        child = "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGINT)]; time.sleep(1000)"
        for shell in ("sleep 1000 & echo $! > {0}; wait", "{1} & echo $! > {0}; wait", "trap '' TERM; sleep 1000 & echo $! > {0}; wait; sleep 1000",
                      "sleep 1000 & echo $! > {0}; kill -STOP $$; wait"):
            with self.subTest(shell):
                (self.home / "child").unlink(missing_ok=True)
                text = shell.format("child", f"{self.PYTHON} -c {shlex.quote(child)}")
                result = self.run_with("--timeout", "1s", command=["sh", "-c", text])
                self.assertEqual(result.code, 1)
                self.assertIn("✗  the command was still running and was stopped\n", result.text)
                self.check_gone(int((self.home / "child").read_text()))

    def test_what_it_left_running_is_ended_with_us(self):
        result = self.run_with(command=["sh", "-c", "sleep 1000 > /dev/null 2>&1 & echo $! > child"])
        self.assertEqual(result.code, 0)
        self.check_gone(int((self.home / "child").read_text()))

    def test_a_signal_to_us_ends_it(self):
        process = self.start("listen", "--port", "0", "--", "sh", "-c", "echo $$ > child; sleep 1000")
        child = int(self.wait_for_file("child"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.result().code, 143)
        self.check_gone(child)

    def test_flags_behind_the_dashes_are_its_own(self):
        code = "import sys; open('seen', 'w').write(repr(sys.argv[1:]))"
        arguments = ["--port", "1", "-v", "--expect", "x", "--", "--help", "", "a b"]
        result = self.run_with(command=[*self.script(code), *arguments])
        self.assertEqual(result.code, 0, result)
        self.assertEqual((self.home / "seen").read_text(), repr(arguments))


if __name__ == "__main__":
    alohook.main()
