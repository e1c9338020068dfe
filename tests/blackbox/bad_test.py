"""`alohook send --bad KIND` succeeds if the server rejects the request and accepts a valid one."""
import json
import pathlib

import alohook
import receivers_test
from alohook import Case, Receiver, is_authentic, sign

TESTS = pathlib.Path(__file__).resolve().parent.parent
KINDS = [json.loads(line)["name"] for line in (TESTS / "vectors/forgeries.jsonl").read_text().splitlines()]
EVENT = b'{"type": "action_created",\n "action": {"actionId": 7, "title": "Leak"}}\n'


def is_right(headers, body):
    names = [name.lower() for name, _ in headers]
    return len(names) == len(set(names)) and all(value.isascii() for _, value in headers) and is_authentic(headers, body)


def answer(status):
    return f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n".encode()


class BadCase(Case):
    def send(self, url, kind, *more, stdin=EVENT):
        return self.run_program("send", "-", url, "--bad", kind, *more, stdin=stdin)


class RightReceivers(BadCase, receivers_test.Receivers):
    """Each receiver in the README. How they are started is inherited, but not what is tested."""

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
    def test_a_server_that_accepts_all_fails_and_only_the_control_is_valid(self):
        receiver = Receiver(self, answer(200))
        for kind in KINDS:
            with self.subTest(kind):
                count = len(receiver.requests)
                result = self.send(receiver.url, kind)
                self.assertEqual(result.code, 1, result)
                self.assertEqual(len(receiver.requests), count + 2)
                _, headers, body = receiver.requests[-2]
                self.assertTrue(is_right(headers, body), "the control is valid")
                _, headers, body = receiver.requests[-1]
                names = [name.lower() for name, _ in headers]
                is_doubled = kind in ("duplicate-signature", "duplicate-timestamp")
                self.assertEqual(len(names) == len(set(names)), not is_doubled)
                self.assertFalse(is_right(headers, body) and not is_doubled)
                self.assertIn(("Content-Type", "application/json"), headers)
                if kind not in ("tampered-body", "appended-byte", "appended-newline", "body-dropped"):
                    self.assertEqual(body, EVENT)

    def test_the_answer_says_what_acceptance_means(self):
        result = self.send(Receiver(self, answer(204)).url, "stale")
        self.assertEqual(result.code, 1)
        self.assertIn("doesn't check the timestamp", result.text + result.error)

    def rejecting(self, status):
        return Receiver(self, lambda _, headers, body: answer(200 if is_right(headers, body) else status))

    def test_a_rejection_is_one_of_the_signature(self):
        for status, code in ((400, 0), (401, 0), (403, 0), (422, 0), (411, 1), (413, 1), (414, 1), (431, 1), (200, 1), (202, 1), (404, 1), (500, 1), (503, 1)):
            with self.subTest(status):
                self.assertEqual(self.send(self.rejecting(status).url, "stale").code, code)

    def test_a_server_that_rejects_valid_requests_too_proves_nothing(self):
        for status in (401, 403, 404, 500, 302):
            receiver = Receiver(self, answer(status))
            result = self.send(receiver.url, "stale")
            self.assertEqual((result.code, len(receiver.requests)), (3, 2), result)
            self.assertIn("no valid one is accepted", result.text)
            self.assertTrue(is_right(*receiver.requests[0][1:]))

    def test_an_invalid_request_that_is_accepted_is_a_fault_even_if_no_valid_one_is(self):
        def has_no_secret(_, headers, body):
            values = {name.lower(): value for name, value in headers}
            right = sign(body, "", values.get("x-alo-request-timestamp", ""))["X-ALO-Signature"]
            return answer(200 if values.get("x-alo-signature") == right else 401)
        for kind in ("empty-secret", "all"):
            result = self.send(Receiver(self, has_no_secret).url, kind)
            self.assertEqual(result.code, 1, result)
            self.assertRegex(result.text, "(?m)^✗ empty-secret +200 accepted: your server has no secret")
            self.assertNotIn("prove nothing", result.text)
        self.assertEqual(self.send(Receiver(self, has_no_secret).url, "undefined-secret").code, 3)

    def test_no_answer_is_no_verdict(self):
        receiver = Receiver(self, b"nonsense")
        self.assertEqual(self.send(receiver.url, "stale").code, 3)

    def test_list_prints_each_kind_with_a_line(self):
        result = self.run_program("send", "--bad", "list")
        self.assertEqual((result.code, result.err), (0, b""))
        lines = result.text.splitlines()
        self.assertEqual([line.split()[0] for line in lines], KINDS)
        self.assertTrue(all(len(line.split()) > 2 for line in lines))

    def test_all_sends_each_kind_and_counts(self):
        receiver = self.rejecting(401)
        result = self.send(receiver.url, "all")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(len(receiver.requests), len(KINDS) + 1)
        self.assertIn(f"✓ {len(KINDS)} invalid requests rejected, 0 not rejected", result.text)

        def forgets_the_age(_, headers, body):
            stamps = {name.lower(): value for name, value in headers}
            right = sign(body, timestamp=stamps.get("x-alo-request-timestamp", "")).get("X-ALO-Signature")
            return answer(200 if stamps.get("x-alo-signature") == right else 401)
        result = self.send(Receiver(self, forgets_the_age).url, "all")
        self.assertEqual(result.code, 1)
        self.assertRegex(result.text, "(?m)^✗ stale +200 accepted: your server doesn't check the timestamp")
        self.assertRegex(result.text, "(?m)^✓ wrong-secret +401 rejected")
        self.assertEqual(self.send(Receiver(self, answer(403)).url, "all").code, 3)

    def test_all_skips_what_this_body_can_not_have(self):
        result = self.run_program("send", "-", self.rejecting(401).url, "--bad", "all", stdin=b"text")
        self.assertEqual(result.code, 0)
        self.assertRegex(result.text, "(?m)^- reserialised +skipped: ")

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
