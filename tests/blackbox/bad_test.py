"""`alohook send --bad KIND`: success is that the receiver refuses."""
import json
import pathlib

import alohook
import receivers_test
from alohook import Case, Receiver, is_authentic

TESTS = pathlib.Path(__file__).resolve().parent.parent
KINDS = [json.loads(line)["name"] for line in (TESTS / "vectors/forgeries.jsonl").read_text().splitlines()]
EVENT = b'{"type": "action_created",\n "action": {"actionId": 7, "title": "Leak"}}\n'


def is_right(headers, body):
    return all(value.isascii() for _, value in headers) and is_authentic(headers, body)


def answer(status):
    return f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n".encode()


class BadCase(Case):
    def setUp(self):
        super().setUp()
        if b"--bad" not in self.run_program("send", "--help").out:
            self.skipTest("send has no --bad")

    def send(self, url, kind, *more, stdin=EVENT):
        return self.run_program("send", "-", url, "--bad", kind, *more, stdin=stdin)


class RightReceivers(BadCase, receivers_test.Receivers):
    """Each receiver that the README shows; how they are started is inherited, and what is tested is not."""

    def check(self, command, folder):
        url = self.start_receiver(command, folder)
        for kind in KINDS:
            with self.subTest(kind):
                result = self.send(url, kind)
                self.assertEqual(result.code, 0, result)
        for event in ("action_created", "webhook_url_verification"):
            for kind in ("stale", "tampered-body", "reserialised"):
                self.assertEqual(self.run_program("send", event, url, "--bad", kind).code, 0, (event, kind))
        self.assertEqual(self.run_program("send", "-", url, stdin=EVENT).code, 0, "the receiver refuses what is right, too")


class OtherReceivers(BadCase):
    def test_who_accepts_all_fails_and_nothing_sent_was_right(self):
        receiver = Receiver(self, answer(200))
        for kind in KINDS:
            with self.subTest(kind):
                count = len(receiver.requests)
                result = self.send(receiver.url, kind)
                self.assertEqual(result.code, 1, result)
                self.assertEqual(len(receiver.requests), count + 1)
                _, headers, body = receiver.requests[-1]
                names = [name.lower() for name, _ in headers]
                is_doubled = kind in ("duplicate-signature", "duplicate-timestamp")
                self.assertEqual(len(names) == len(set(names)), not is_doubled)
                self.assertFalse(is_right(headers, body) and not is_doubled)
                self.assertIn(("Content-Type", "application/json"), headers)
                if kind not in ("tampered-body", "appended-byte", "appended-newline", "body-dropped"):
                    self.assertEqual(body, EVENT)
        self.assertEqual(len(receiver.requests), len(KINDS))

    def test_the_answer_says_what_acceptance_means(self):
        result = self.send(Receiver(self, answer(204)).url, "stale")
        self.assertEqual(result.code, 1)
        self.assertIn("does not check the age", result.text + result.error)

    def test_a_refusal_is_one_of_the_signature(self):
        for status, code in ((400, 0), (401, 0), (403, 0), (422, 0), (200, 1), (202, 1), (404, 1), (500, 1), (503, 1)):
            with self.subTest(status):
                self.assertEqual(self.send(Receiver(self, answer(status)).url, "stale").code, code)

    def test_no_answer_is_no_verdict(self):
        receiver = Receiver(self, b"nonsense")
        self.assertEqual(self.send(receiver.url, "stale").code, 3)

    def test_an_unknown_kind_is_a_usage_error(self):
        receiver = Receiver(self, answer(403))
        self.assertEqual(self.send(receiver.url, "uppercase").code, 2)
        self.assertEqual(receiver.requests, [])

    def test_what_can_not_be_had_with_this_body_is_said(self):
        receiver = Receiver(self, answer(403))
        self.check_error(self.send(receiver.url, "body-dropped", stdin=b""), 2, "empty")
        self.check_error(self.send(receiver.url, "reserialised", stdin=b"text"), 2, "JSON")
        self.assertEqual(receiver.requests, [])


if __name__ == "__main__":
    alohook.main()
