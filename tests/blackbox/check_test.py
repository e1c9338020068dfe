"""`alohook check` passes correct receivers, and hostile ones can't make it hang or crash."""
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import unittest

import alohook
import receivers_test
from alohook import OTHER_SECRET, SECRET, Case, Receiver, is_authentic

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NO = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"


def is_authentic_text(headers, body):
    """The same for headers that may contain anything."""
    try:
        return is_authentic(headers, body)
    except TypeError:  # compare_digest requires ASCII
        return False


class CheckCase(Case):
    def judge(self, url, *arguments, env=None):
        """Runs a check. Returns the result, the outcomes by ID, and the summary."""
        result = self.run_program("check", url, "--format", "json", *arguments, env=env)
        lines = result.lines
        self.assertEqual(lines[-1]["event"], "summary", result)
        return result, {line["id"]: line for line in lines if line["event"] == "check"}, lines[-1]

    def failed(self, outcomes, *severities):
        return {id for id, line in outcomes.items() if line["result"] == "fail" and line["severity"] in (severities or ("must", "should"))}


class RightReceiverCase(CheckCase):
    start_receiver = receivers_test.Receivers.start_receiver
    encoding = "v0"

    def env(self, **more):
        return super().env(ALO_ENCODING=self.encoding, **more)

    def check_right(self, command, folder, *arguments):
        url = self.start_receiver(command, folder)
        result, outcomes, summary = self.judge(url, *arguments)
        self.assertEqual(self.failed(outcomes), set(), result.text)
        self.assertEqual([id for id, line in outcomes.items() if line["result"] == "inconclusive"], [], result.text)
        self.assertEqual(result.code, 0)
        self.assertEqual((summary["verdict"], summary["encoding"]), ("right", self.encoding))
        return url, outcomes, summary


class RightReceivers(RightReceiverCase):
    def test_python_in_each_encoding(self):
        for self.encoding in ("v0", "hex", "base64"):
            with self.subTest(self.encoding):
                self.check_right([sys.executable, "receiver.py"], "python")

    def test_node_in_each_encoding(self):
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        for self.encoding in ("v0", "hex", "base64"):
            with self.subTest(self.encoding):
                self.check_right(["node", "receiver.js"], "node")

    def test_under_stress(self):
        _, outcomes, _ = self.check_right([sys.executable, "receiver.py"], "python", "--stress")
        self.assertEqual(outcomes["concurrency"]["result"], "pass")

    def test_the_encoding_that_is_given_is_used(self):
        self.encoding = "hex"
        url, _, summary = self.check_right([sys.executable, "receiver.py"], "python", "--encoding", "hex")
        self.assertTrue(summary["encoding_given"])
        result, outcomes, _ = self.judge(url, "--encoding", "base64")
        self.assertEqual(result.code, 1)
        self.assertEqual(self.failed(outcomes, "must"), {"accept-valid", "challenge-echo"} & self.failed(outcomes, "must"))
        self.assertIn("accept-valid", self.failed(outcomes, "must"))

    def test_another_secret_is_asked_about_when_nothing_else_explains_it(self):
        url = self.start_receiver([sys.executable, "receiver.py"], "python")
        result, outcomes, summary = self.judge(url, env=self.env(ALOHOOK_SECRET=OTHER_SECRET))
        self.assertEqual(result.code, 1)
        self.assertLess(summary["requests"], 420, "the search is short")
        known = self.judge(url, "--encoding", "v0", env=self.env(ALOHOOK_SECRET=OTHER_SECRET))[2]
        self.assertLess(known["requests"], 300)
        self.assertIn("the same secret?", outcomes["accept-valid"]["reason"])
        self.assertEqual(outcomes["raw-newlines"]["result"], "inconclusive")

    def test_alohook_listen_itself(self):
        listener = self.listen("--format", "quiet")
        result, outcomes, _ = self.judge(listener.url)
        # It deliberately accepts any method.
        self.assertEqual((result.code, self.failed(outcomes)), (0, {"method-not-post"}), result.text)

    def test_it_needs_little_memory(self):
        url = self.start_receiver([sys.executable, "receiver.py"], "python")
        if "SAN_OPTIONS" in " ".join(os.environ):
            self.skipTest("sanitizers need memory of their own")
        measured = "import resource, subprocess, sys; subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
        result = subprocess.run([sys.executable, "-c", measured, alohook.PROGRAM, "check", url, "--stress"], env=self.env(), capture_output=True)
        self.assertIn("required checks passed", result.stdout.decode())
        self.assertLess(int(result.stderr.split()[-1]), 50 * 1024)


class Sample(CheckCase):
    def test_alos_own_sample_is_told_what_its_challenge_lacks(self):
        def answer(head, headers, body):
            return OK if head.startswith(b"POST ") and is_authentic_text(headers, body) else NO
        result, outcomes, _ = self.judge(Receiver(self, answer).url)
        self.assertEqual(result.code, 1)
        self.assertEqual(self.failed(outcomes), {"challenge-echo"})
        self.assertIn("plain text", outcomes["challenge-echo"]["reason"])
        self.assertIn("ALO's own documented sample", outcomes["challenge-echo"]["reason"])

    def test_what_always_answers_200_is_told_so(self):
        result, outcomes, summary = self.judge(Receiver(self, OK).url)
        self.assertEqual(result.code, 1)
        self.assertIn("2xx even to badly signed requests", summary["notes"][0])
        self.assertIn("reject-wrong-secret", self.failed(outcomes, "must"))


class Endless(Receiver):
    """Responds with a body that doesn't end."""

    def _serve_one(self, connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)


class Dripping(Receiver):
    """Sends its response one byte at a time, forever."""

    def __init__(self, case):
        self.is_over = threading.Event()
        case.addCleanup(self.is_over.set)
        super().__init__(case)

    def _serve_one(self, connection):
        connection.recv(65536)
        for byte in b"HTTP/1.1 200 OK\r\nX-Endless: " + b"x" * 100_000:
            connection.sendall(bytes([byte]))
            if self.is_over.wait(0.02):
                return False
        return False


class Hostile(CheckCase):
    def undecided(self, receiver, *arguments):
        began = time.monotonic()
        result, outcomes, summary = self.judge(receiver.url, "--timeout", "300ms", *arguments)
        self.assertLess(time.monotonic() - began, alohook.PATIENCE)
        self.assertEqual(result.code, 3, result.text)
        self.assertEqual(summary["verdict"], "undecided")
        self.assertFalse(summary["reachable"])
        self.assertTrue(summary["obstacle"])
        return outcomes

    def test_one_that_hangs(self):
        self.undecided(Receiver(self, None))

    def test_one_that_hangs_up(self):
        self.undecided(Receiver(self, b""))

    def test_one_that_answers_garbage(self):
        self.undecided(Receiver(self, b"\x00\x01\x02 garbage \x1b[31m\r\n\r\n"))

    def test_one_that_answers_without_end(self):
        self.undecided(Endless(self))

    def test_one_that_drips(self):
        self.undecided(Dripping(self))

    def test_nobody_there(self):
        receiver = Receiver(self)
        receiver.close()
        self.undecided(receiver)

    def test_one_that_redirects_for_ever(self):
        result, outcomes, _ = self.judge(Receiver(self, b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n").url)
        self.assertEqual(result.code, 1)
        self.assertEqual(outcomes["no-redirect"]["result"], "fail")

    def test_one_that_dies_on_the_way(self):
        left = [60]

        def answer(_, headers, body):
            left[0] -= 1
            if left[0] == 0:
                Receiver._shut_down(receiver.socket)
            if left[0] <= 0:
                return b""
            if not is_authentic_text(headers, body):
                return NO
            try:
                event = json.loads(body)
            except ValueError:
                return NO
            if "challenge" not in event:
                return OK
            echo = json.dumps({"challenge": event["challenge"]}).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(echo), echo)

        receiver = Receiver(self, answer)
        result, outcomes, summary = self.judge(receiver.url, "--timeout", "300ms")
        self.assertEqual(result.code, 1, result.text)
        self.assertTrue(summary["obstacle"])
        self.assertEqual(self.failed(outcomes), {"accept-valid", "still-alive"})
        self.assertIn("stopped responding", outcomes["accept-valid"]["reason"])

    def test_one_that_limits_the_rate(self):
        result, _, summary = self.judge(Receiver(self, b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n").url)
        self.assertEqual((result.code, summary["verdict"]), (3, "undecided"))
        self.assertIn("429", summary["obstacle"])

    def test_escape_bytes_do_not_reach_the_terminal(self):
        answer = b"HTTP/1.1 500 red\r\nContent-Length: 14\r\n\r\n\x1b[31m\x1b]0;bad\x07\n"
        result = self.run_program("check", Receiver(self, answer).url)
        self.assertNotIn(b"\x1b", result.out + result.err)
        self.assertEqual(result.code, 1)


class CommandLine(CheckCase):
    def test_the_list(self):
        result = self.run_program("check", "--list")
        self.assertEqual((result.code, result.err), (0, b""))
        ids = [line.split()[0] for line in result.text.splitlines()]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertGreaterEqual(len(ids), 48)
        listed = self.run_program("check", "--list", "--only", "raw-*", "--format", "json").lines
        self.assertEqual({line["group"] for line in listed}, {"raw"})

    def test_usage_errors(self):
        self.check_error(self.run_program("check", "--only", "row-*"), 2, "row-*")
        self.check_error(self.run_program("check", "--only", "raw-newline"), 2, "raw-newlines")
        self.check_error(self.run_program("check", "--skip", "raw-newlines"), 2, "ID=REASON")
        self.check_error(self.run_program("check", "--skip", "nothing=why"), 2, "nothing")
        self.check_error(self.run_program("check", "--only", "no-redirect", "--skip", "no-redirect=why"), 2, "no check")
        self.check_error(self.run_program("check", "--fail-on", "may"), 2, "may")
        self.check_error(self.run_program("check", "http://192.0.2.1/", "--stress"), 2, "192.0.2.1", "--i-own-this")

    def test_only_and_skip(self):
        result, outcomes, _ = self.judge(Receiver(self, OK).url, "--only", "raw-*", "--skip", "raw-numbers=they have none")
        self.assertEqual(result.code, 0)
        self.assertEqual({line["group"] for line in outcomes.values()}, {"raw"})
        self.assertEqual(outcomes["raw-numbers"]["result"], "skip")
        self.assertEqual(outcomes["raw-numbers"]["reason"], "they have none")

    def test_settings_of_the_configuration_file(self):
        (self.home / "alohook.toml").write_text('[check]\nonly = ["raw-*", "large-body"]\nskip = ["raw-numbers=none here"]\nfail-on = "should"\n')
        result, outcomes, _ = self.judge(Receiver(self, OK).url)
        self.assertEqual({line["group"] for line in outcomes.values()}, {"raw", "behaviour"}, result)
        self.assertEqual(outcomes["raw-numbers"]["reason"], "none here")

    def test_effects_are_counted_by_a_command_and_by_a_url(self):
        counted = self.home / "count"
        counted.write_text("0")

        def answer(_, headers, body):
            counted.write_text(str(int(counted.read_text()) + 1))
            return OK
        counter = Receiver(self, lambda *_: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(counted.read_bytes()), counted.read_bytes()))
        for flag, value in (("--effects-cmd", f"cat '{counted}'"), ("--effects-url", counter.url)):
            _, outcomes, _ = self.judge(Receiver(self, answer).url, "--only", "duplicate-delivery", flag, value)
            self.assertEqual(outcomes["duplicate-delivery"]["result"], "fail")
            self.assertEqual(outcomes["duplicate-delivery"]["got"], "2 effects")

    def test_which_statuses_accept_and_refuse_can_be_said(self):
        def answer(_, headers, body):
            return OK if is_authentic_text(headers, body) else b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
        url = Receiver(self, answer).url
        chosen = ["--only", "reject-w*", "--only", "accept-valid"]
        self.assertIn("reject-wrong-secret", self.failed(self.judge(url, *chosen)[1]))
        result, outcomes, summary = self.judge(url, *chosen, "--accept", "200", "--reject", "202")
        self.assertEqual((result.code, self.failed(outcomes), summary["notes"]), (0, set(), []), result.text)
        self.check_error(self.run_program("check", url, "--accept", "yes"), 2, "yes")

    def test_fail_on(self):
        def answer(_, headers, body):
            return (OK if len(body) < 100_000 else NO) if is_authentic_text(headers, body) else NO
        url = Receiver(self, answer).url
        self.assertEqual(self.judge(url, "--only", "large-body")[0].code, 0)
        self.assertEqual(self.judge(url, "--only", "large-body", "--fail-on", "should")[0].code, 1)

    def test_it_waits_until_something_is_there(self):
        reserved = Receiver(self)
        port = reserved.port
        reserved.close()
        process = self.start("check", f"http://127.0.0.1:{port}/", "--wait", "60s", "--only", "accept-valid", "--format", "json")
        late = subprocess.Popen([sys.executable, receivers_test.FOLDER / "python/receiver.py"], env=self.env(PORT=str(port)),
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(late.stdout.close)
        self.addCleanup(late.wait)
        self.addCleanup(late.kill)
        self.assertEqual(process.result().code, 0)

    def test_real_events_are_announced_on_stderr(self):
        receiver = Receiver(self, OK)
        result = self.run_program("check", receiver.url, "--only", "raw-*", "--format", "json")
        self.assertEqual((result.err, result.lines[-1]["requests"]), (b"", len(receiver.requests)))
        result = self.run_program("check", receiver.url, "--only", "raw-*", "--format", "json", "--event", "action_created")
        self.assertIn("signed real events are sent", result.error)

    def test_no_signature_is_ever_shown(self):
        seen = set()

        def answer(_, headers, body):
            for timestamp in [value for name, value in headers if name.lower() == "x-alo-request-timestamp"]:
                right = alohook.sign(body, SECRET, timestamp)["X-ALO-Signature"] if timestamp else ""
                seen.add(right[3:43])
            return OK
        result = self.run_program("check", Receiver(self, answer).url, "--format", "json")
        human = self.run_program("check", Receiver(self, answer).url)
        for text in (result.text, human.text):
            self.assertFalse([mac for mac in seen if mac and mac in text])


if __name__ == "__main__":
    alohook.main()
