"""An independent client signs all kinds of bodies. The verdict is correct, and every byte is preserved."""
import concurrent.futures
import gzip
import json
import time
import unittest

import alohook
from alohook import BODIES, EVENT, OTHER_SECRET, PRETTY, SECRET, Case, Receiver, ask, body_of, connect, is_authentic, post
from alohook import read_answer, request_bytes, sign


def chunked(body, sizes):
    out, position, number = b"", 0, 0
    while position < len(body):
        size = sizes[number % len(sizes)]
        part = body[position:position + size]
        out += b"%x\r\n%s\r\n" % (len(part), part)
        position, number = position + size, number + 1
    return out + b"0\r\n\r\n"


class BytesCase(Case):
    def check(self, listener, number, body, verdict="valid", **signature):
        line = listener.wait_lines(number)[number - 1]
        self.assertEqual(line["signature"]["verdict"], verdict)
        for key, value in signature.items():
            self.assertEqual(line["signature"].get(key), value, line["signature"])
        self.assertEqual(body_of(line), body)
        return line


class Received(BytesCase):
    def test_every_body_is_valid_and_comes_back_byte_for_byte(self):
        listener = self.listen("--format", "json")
        for number, (name, body) in enumerate(BODIES.items(), 1):
            with self.subTest(name):
                self.assertEqual(post(listener.port, body).status, 200)
                line = self.check(listener, number, body, encoding="v0", secret=1)
                self.assertEqual(line["schema"], 1)
                self.assertEqual(line["answer"]["status"], 200)

    def test_every_body_is_shown_to_people_too(self):
        listener = self.listen("--max-lines", "5")
        for name, body in BODIES.items():
            with self.subTest(name):
                self.assertEqual(post(listener.port, body).status, 200)
        shown = listener.stop()
        self.assertEqual(shown.text.count("  ✓ valid"), len(BODIES))

    def test_content_headers_change_nothing(self):
        listener = self.listen("--format", "json")
        sent = []
        for extra in ({"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "multipart/form-data; boundary=x"},
                      {"Content-Type": "text/plain; charset=utf-16"}, {"Content-Type": ""}, {},
                      {"Content-Encoding": "gzip"}, {"Content-Encoding": "br"}, {"Range": "bytes=0-1"}):
            for body in (EVENT, BODIES["gzip"]):
                sent.append(body)
                self.assertEqual(post(listener.port, body, {**sign(body), **extra}).status, 200, extra)
        for number, body in enumerate(sent, 1):
            self.check(listener, number, body)

    def test_every_method_and_path_is_taken(self):
        listener = self.listen("--format", "json")
        cases = [("POST", "/"), ("PUT", "/webhooks/alo?x=1&y=%2F%0d%0a"), ("PATCH", "//a/../b"), ("DELETE", "/%00"), ("GET", "/get"),
                 ("OPTIONS", "/options"), ("PROPFIND", "/dav"), ("HEAD", "/head"), ("post", "/lower"), ("TRACE", "/trace")]
        for number, (method, target) in enumerate(cases, 1):
            with self.subTest(method):
                self.assertEqual(post(listener.port, EVENT, method=method, target=target).status, 200)
                line = self.check(listener, number, EVENT)
                self.assertEqual((line["method"], line["target"]), (method, target))

    def test_headers_come_back_as_they_were(self):
        listener = self.listen("--format", "json")
        post(listener.port, EVENT, {**sign(EVENT), "X-oDD-Case": "one", "x-empty": "", "X-Escaped": "%0d%0a+%20", "X-B": "ü"})
        raw = request_bytes(EVENT, sign(EVENT)).replace(b"Host: test", b"Host: test\r\nX-Twice: b\r\nX-Twice: a\r\nX-Bytes: \xff\xfe")
        ask(listener.port, raw)
        first, second = listener.wait_lines(2)[:2]
        for pair in (["X-oDD-Case", "one"], ["x-empty", ""], ["X-Escaped", "%0d%0a+%20"], ["X-B", "ü"]):
            self.assertIn(pair, first["headers"])
        names = [name for name, _ in second["headers"]]
        self.assertEqual(names[:4], ["Host", "X-Twice", "X-Twice", "X-Bytes"])
        self.assertEqual([value for name, value in second["headers"] if name == "X-Twice"], ["b", "a"])
        self.assertEqual(dict((n, v) for n, v in second["headers"] if n == "X-Bytes"), {"X-Bytes": {"base64": "//4="}})

    def test_chunks_are_put_together(self):
        listener = self.listen("--format", "json")
        bodies = [EVENT, PRETTY, BODIES["gzip"], BODIES["random bytes"]]
        for body in bodies:
            raw = request_bytes(b"", {**sign(body), "Transfer-Encoding": "chunked"}, framing=False)
            self.assertEqual(ask(listener.port, raw + chunked(body, [1, 7, 1000, 3])).status, 200)
        for number, body in enumerate(bodies, 1):
            self.check(listener, number, body)

    def test_a_body_that_comes_byte_by_byte_is_whole(self):
        listener = self.listen("--format", "json")
        with connect(listener.port) as connection:
            for byte in request_bytes(EVENT, sign(EVENT)):
                connection.sendall(bytes([byte]))
            self.assertEqual(read_answer(connection).status, 200)
        self.check(listener, 1, EVENT)

    def test_a_client_that_waits_for_100_continue_gets_it(self):
        listener = self.listen("--format", "json")
        with connect(listener.port) as connection:
            raw = request_bytes(EVENT, {**sign(EVENT), "Expect": "100-continue"})
            connection.sendall(raw[:-len(EVENT)])
            self.assertTrue(connection.recv(1000).startswith(b"HTTP/1.1 100"))
            connection.sendall(EVENT)
            self.assertEqual(read_answer(connection).status, 200)
        self.check(listener, 1, EVENT)

    def test_the_body_is_judged_not_the_json_in_it(self):
        listener = self.listen("--format", "json")
        again = json.dumps(json.loads(PRETTY)).encode()
        self.assertEqual(post(listener.port, again, sign(PRETTY)).status, 401)
        self.assertEqual(post(listener.port, PRETTY + b"\n", sign(PRETTY)).status, 401)
        self.check(listener, 1, again, "invalid")
        self.check(listener, 2, PRETTY + b"\n", "invalid")


class Refused(BytesCase):
    def test_what_is_wrong_is_said(self):
        listener = self.listen("--format", "json")
        now = int(time.time())
        good = sign(EVENT)
        mac = good["X-ALO-Signature"]
        stamp = {"X-ALO-Request-Timestamp": good["X-ALO-Request-Timestamp"]}
        cases = [
            ("invalid", sign(EVENT, OTHER_SECRET)),
            ("invalid", sign(EVENT, SECRET + "\n")),
            ("invalid", sign(b"other")),
            ("invalid", {**good, "X-ALO-Request-Timestamp": str(now - 1)}),
            ("stale", sign(EVENT, timestamp=now - 400)),
            ("stale", sign(EVENT, timestamp=0)),
            ("future", sign(EVENT, timestamp=now + 400)),
            ("future", sign(EVENT, timestamp=99999999999)),
            ("invalid", sign(EVENT, OTHER_SECRET, timestamp=now - 400)),  # only reported as stale if the MAC is correct
            ("missing-signature", stamp),
            ("missing-signature", {}),
            ("missing-timestamp", {"X-ALO-Signature": mac}),
            ("malformed-signature", {**stamp, "X-ALO-Signature": "v0=xyz"}),
            ("malformed-signature", {**stamp, "X-ALO-Signature": mac[:-1]}),
            ("malformed-signature", {**stamp, "X-ALO-Signature": mac.replace("v0", "v1")}),
            ("malformed-timestamp", sign(EVENT, timestamp="today")),
            ("malformed-timestamp", sign(EVENT, timestamp=f"{now}.5")),
            ("malformed-timestamp", sign(EVENT, timestamp=f"+{now}")),
            ("malformed-timestamp", sign(EVENT, timestamp="9" * 40)),
        ]
        for number, (verdict, headers) in enumerate(cases, 1):
            with self.subTest(verdict, headers=headers):
                answer = post(listener.port, EVENT, headers)
                self.assertEqual(answer.status, 401)
                self.check(listener, number, EVENT, verdict)

    def test_no_answer_and_no_line_holds_the_right_mac(self):
        listener = self.listen("-v")
        right = {encoding: sign(EVENT, encoding=encoding) for encoding in ("hex", "base64")}
        stamp = {"X-ALO-Request-Timestamp": right["hex"]["X-ALO-Request-Timestamp"]}
        answers = [post(listener.port, EVENT, {**stamp, **bad})
                   for bad in ({}, {"X-ALO-Signature": "v0=" + "0" * 64}, {"X-ALO-Signature": "?"})]
        stopped = listener.stop()
        for headers in right.values():
            mac = headers["X-ALO-Signature"]
            self.assertNotIn(mac, stopped.text + stopped.error)
            for answer in answers:
                self.assertNotIn(mac, answer.body.decode() + str(answer.headers))

    def test_the_bounds_of_the_tolerance_are_inside(self):
        listener = self.listen("--format", "json", "--tolerance", "1h")
        now = int(time.time())
        # Allow ten seconds for a slow machine in the direction in which time passes.
        cases = [(now - 3590, "valid"), (now + 3600, "valid"), (now - 3601, "stale"), (now + 3640, "future")]
        for number, (timestamp, verdict) in enumerate(cases, 1):
            post(listener.port, EVENT, sign(EVENT, timestamp=timestamp))
            self.check(listener, number, EVENT, verdict)

    def test_an_unsigned_challenge_is_not_echoed(self):
        listener = self.listen()
        body = b'{\n    "challenge": "cad3d673-4965-44ae-b536-647142df97a7",\n    "type": "webhook_url_verification"\n}'
        for headers in ({}, sign(body, OTHER_SECRET), sign(body, timestamp=int(time.time()) - 1000)):
            answer = post(listener.port, body, headers)
            self.assertEqual(answer.status, 401)
            self.assertNotIn(b"cad3d673", answer.body)
        answer = post(listener.port, body)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.body, b'{"challenge":"cad3d673-4965-44ae-b536-647142df97a7"}')

    def test_statuses_can_be_chosen(self):
        listener = self.listen("--accepted-status", "204", "--refused-status", "403")
        self.assertEqual(post(listener.port, EVENT).status, 204)
        self.assertEqual(post(listener.port, EVENT, {}).status, 403)


class Encodings(BytesCase):
    def test_all_three_are_taken_and_named(self):
        listener = self.listen("--format", "json")
        for number, encoding in enumerate(("v0", "hex", "base64"), 1):
            self.assertEqual(post(listener.port, PRETTY, sign(PRETTY, encoding=encoding)).status, 200)
            self.check(listener, number, PRETTY, encoding=encoding)

    def test_only_the_chosen_one_is_taken_when_one_is_chosen(self):
        for wanted in ("v0", "hex", "base64"):
            listener = self.listen("--encoding", wanted)
            for encoding in ("v0", "hex", "base64"):
                status = post(listener.port, EVENT, sign(EVENT, encoding=encoding)).status
                self.assertEqual(status, 200 if encoding == wanted else 401, (wanted, encoding))

    def test_send_writes_all_three(self):
        listener = self.listen("--format", "json")
        for number, encoding in enumerate(("v0", "hex", "base64"), 1):
            self.assertEqual(self.run_program("send", "-", listener.url, "--encoding", encoding, stdin=PRETTY).code, 0)
            self.check(listener, number, PRETTY, encoding=encoding)

    def test_each_of_several_secrets_verifies_and_the_first_signs(self):
        (self.home / "old").write_text(OTHER_SECRET + "\n")
        (self.home / "new").write_text(SECRET)
        both = ["--secret-file", "new", "--secret-file", "old"]
        listener = self.listen("--format", "json", *both, env=self.env(ALOHOOK_SECRET="not-this-one"))
        self.assertEqual(post(listener.port, EVENT, sign(EVENT, SECRET)).status, 200)
        self.assertEqual(post(listener.port, EVENT, sign(EVENT, OTHER_SECRET)).status, 200)
        self.assertEqual(post(listener.port, EVENT, sign(EVENT, "not-this-one")).status, 401)
        self.assertEqual(self.run_program("send", "-", listener.url, *both, stdin=EVENT).code, 0)
        self.check(listener, 1, EVENT, secret=1)
        self.check(listener, 2, EVENT, secret=2)
        self.check(listener, 4, EVENT, secret=1)

    def test_a_secret_is_used_byte_for_byte(self):
        secret = "ä 'b'\t\\x41$PATH%20#;"
        self.secrets.add(secret)
        (self.home / "odd").write_text(secret + "\n")
        listener = self.listen("--format", "json", "--secret-file", "odd")
        self.assertEqual(post(listener.port, EVENT, sign(EVENT, secret)).status, 200)


class EveryBodyOfTheJsonTestSuite(Case):
    @unittest.skipUnless(alohook.shared("corpora", "json-test-suite", "test_parsing"), "the shared corpora are not here")
    def test_all_are_signed_sent_received_and_verified_byte_for_byte(self):
        files = sorted(alohook.shared("corpora", "json-test-suite", "test_parsing").iterdir())
        self.assertEqual(len(files), 318)
        listener = self.listen("--format", "json")

        def pass_on(head, headers, body):
            """Verifies with hmac, then passes exactly these bytes to the listener and returns its response."""
            if not is_authentic(headers, body):
                return b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
            status = ask(listener.port, head + b"\r\n\r\n" + body).status
            return b"HTTP/1.1 %d From-Listener\r\nContent-Length: 0\r\n\r\n" % status

        receiver = Receiver(self, pass_on)

        def send(file):
            return self.run_program("send", file, receiver.url, "--format", "json")

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = dict(zip(files, pool.map(send, files)))
        bodies = sorted(file.read_bytes() for file in files)
        for file, result in results.items():
            self.assertEqual(result.code, 0, (file.name, result.out, result.err))
            self.assertEqual(body_of(result.lines[0]["request"]), file.read_bytes(), file.name)
        self.assertEqual(sorted(body for _, _, body in receiver.requests), bodies)
        lines = listener.wait_lines(len(files))
        self.assertEqual({line["signature"]["verdict"] for line in lines}, {"valid"})
        self.assertEqual(sorted(map(body_of, lines)), bodies)


if __name__ == "__main__":
    alohook.main()
