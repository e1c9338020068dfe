"""Servers that lie, never end, or break off: each command reports it in one line, in time, with little memory, and the
right exit code."""
import concurrent.futures
import json
import os
import re
import resource
import socket
import struct
import threading
import time

import alohook
from alohook import EVENT, Case, Receiver, connect, is_sanitized, make_certificate, request_bytes, server_tls, sign

MEMORY = 64 * 1024 * 1024  # in bytes, including 8 MiB for each thread's stack; a response may be 16 MiB
OK = b"HTTP/1.1 200 OK\r\n"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TIMEOUT = "3s" if is_sanitized() else "800ms"


def timeout_for(serve):
    """Short only for servers that never end their response. The others do end it, but not always soon on a busy machine."""
    return TIMEOUT if getattr(serve, "never_ends", False) else "15s"


def never_ending(serve):
    serve.never_ends = True
    return serve


def endless(start, more):
    """Sends `more` repeatedly."""
    def serve(connection):
        connection.sendall(start)
        while True:
            connection.sendall(more)
    return never_ending(serve)


def dripping(start, pause=0.03):
    def serve(connection):
        for byte in start + b"x" * 10000:
            connection.sendall(bytes([byte]))
            time.sleep(pause)
    return never_ending(serve)


def chunked(chunks):
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks


class Hostile(Receiver):
    """Reads a request, calls the given function, and closes the connection."""

    def __init__(self, case, serve, tls=None):
        self.serve = serve
        super().__init__(case, tls=tls)

    def _serve_one(self, connection):
        self.answer = b""
        if super()._serve_one(connection):
            raise AssertionError("an answer without bytes keeps no connection")
        if callable(self.serve):
            self.serve(connection)
        else:
            connection.sendall(self.serve)
        return False


# What the server does, and how that counts: no valid response, a rejection, or an acceptance.
BROKEN, REFUSED, ACCEPTED = "broken", "refused", "accepted"
SERVERS = {
    "a header without end": (endless(OK, b"X-More: " + b"y" * 1000 + b"\r\n"), BROKEN),
    "a header line without end": (endless(OK + b"X-More: ", b"y" * 1000), BROKEN),
    "a status line without end": (endless(b"HTTP/1.1 200 ", b"y" * 1000), BROKEN),
    "a body without end": (endless(OK + b"\r\n", b"y" * 65536), BROKEN),
    "chunks without end": (endless(chunked(b""), b"1000\r\n" + b"y" * 4096 + b"\r\n"), BROKEN),
    "chunks of one byte without end": (endless(chunked(b""), b"1\r\ny\r\n" * 1000), BROKEN),
    "a chunk extension without end": (endless(chunked(b"1;"), b"y" * 1000), BROKEN),
    "a chunk size without end": (endless(chunked(b""), b"0" * 1000), BROKEN),
    "trailers without end": (endless(chunked(b"0\r\n"), b"X-More: y\r\n" * 100), BROKEN),
    "interim answers without end": (endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50), BROKEN),
    "100 Continue without end": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), BROKEN),
    "empty lines without end": (endless(b"", b"\r\n" * 500), BROKEN),
    "garbage without end": (endless(b"", b"\x00\xff\x1b[31m" * 100), BROKEN),
    "a byte now and then": (dripping(OK + b"X: "), BROKEN),
    "a byte of the body now and then": (dripping(OK + b"Content-Length: 10000\r\n\r\n", 0.01), BROKEN),
    "a reason phrase of 30 KB": (OK[:-2] + b"y" * 30_000 + b"\r\nContent-Length: 0\r\n\r\n", BROKEN),
    "a reason phrase of 1 MB": (OK[:-2] + b"y" * 1_000_000 + b"\r\nContent-Length: 0\r\n\r\n", BROKEN),
    "a header line of 60 KB": (OK + b"X: " + b"y" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n", ACCEPTED),
    "a header line of 1 MB": (OK + b"X: " + b"y" * 1_000_000 + b"\r\nContent-Length: 0\r\n\r\n", BROKEN),
    "5,000 headers": (OK + b"X: y\r\n" * 5000 + b"Content-Length: 0\r\n\r\n", ACCEPTED),
    "a length that is too long": (OK + b"Content-Length: 10\r\n\r\nhello", BROKEN),
    "a length that is too short": (OK + b"Content-Length: 2\r\n\r\nhello", ACCEPTED),
    "two lengths": (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc", BROKEN),
    "a length and chunks": (chunked(b"0\r\n\r\n").replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n", 1), None),
    "a length of 2^64 + 2": (OK + b"Content-Length: 18446744073709551618\r\n\r\nab", BROKEN),
    "a length of gigabytes": (OK + b"Content-Length: 9000000000\r\n\r\nab", BROKEN),
    "a negative length": (OK + b"Content-Length: -1\r\n\r\n", BROKEN),
    "a chunk of 2^64 - 1 bytes": (chunked(b"ffffffffffffffff\r\nabc"), BROKEN),
    "a negative chunk": (chunked(b"-1\r\nabc\r\n0\r\n\r\n"), BROKEN),
    "a chunk without its newline": (chunked(b"3\r\nabcd\r\n0\r\n\r\n"), BROKEN),
    "a chunk that is cut off": (chunked(b"5\r\nabc"), BROKEN),
    "chunks without the last one": (chunked(b"3\r\nabc\r\n"), BROKEN),
    "no answer": (b"", BROKEN),
    "a response of newlines": (b"\r\n\r\n", BROKEN),
    "another protocol": (b"220 mail.example ESMTP\r\n", BROKEN),
    "TLS to a plain request": (b"\x15\x03\x01\x00\x02\x02\x0a", BROKEN),
    "HTTP/2": (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18, BROKEN),
    "HTTP/0.9": (b"<html>hello</html>", BROKEN),
    "a status of four digits": (b"HTTP/1.1 2000 OK\r\n\r\n", BROKEN),
    "a status of 099": (b"HTTP/1.1 099 OK\r\n\r\n", BROKEN),
    "101 that nobody asked for": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", REFUSED),
    "a NUL in the status line": (b"HTTP/1.1 500 a\x00b\r\nContent-Length: 0\r\n\r\n", None),
    "escape bytes in the reason": (b"HTTP/1.1 500 \x1b]0;x\x07\x1b[2J\r\nContent-Length: 0\r\n\r\n", None),
    "escape bytes in a header": (b"HTTP/1.1 500 No\r\nX: \x1b[2J\x9b31m\r\nRetry-After: \x1b[2J\r\nContent-Length: 0\r\n\r\n", None),
    "escape bytes in a header's name": (b"HTTP/1.1 500 No\r\n\x1b[2J: x\r\nContent-Length: 0\r\n\r\n", None),
    "escape bytes in the body": (b"HTTP/1.1 500 No\r\nContent-Length: 12\r\n\r\n\x1b]0;x\x07\x1b[2J\r\x08", REFUSED),
    "NULs in the body": (OK + b"Content-Length: 4\r\n\r\n\x00\x00\r\n", ACCEPTED),
    "a redirect to itself": (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", REFUSED),
    "a redirect to a port that is none": (b"HTTP/1.1 302 Found\r\nLocation: http://h:99999999999999/\r\nContent-Length: 0\r\n\r\n", REFUSED),
    "a page in gzip that is none": (OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", ACCEPTED),
    "a rest that never ends": (dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"), BROKEN),
}
CODES = {BROKEN: (3,), REFUSED: (1,), ACCEPTED: (0,), None: (1, 3)}


class HostileCase(Case):
    def run_timed(self, *arguments):
        began = time.monotonic()
        process = self.start(*arguments)
        self.bound_memory(process)
        result = process.result()
        self.assertLess(time.monotonic() - began, alohook.PATIENCE / 3, arguments)
        return result

    def check_shown(self, result):
        """Checks that there are no raw bytes, no internal errors, and a bounded amount of output."""
        for stream in (result.text, result.error):
            found = CONTROL.search(stream)
            self.assertIsNone(found, found and stream[max(0, found.start() - 80):][:160])
            self.assertNotIn("internal error", stream)
            self.assertLess(len(stream), 200_000, stream[:2000])
        self.assertTrue(result.out or result.err)

    def bound_memory(self, process):
        """Checks that exceeding the limit fails from here on, with a message that memory ran out."""
        if is_sanitized() or not hasattr(resource, "prlimit"):
            return
        try:
            resource.prlimit(process.process.pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
        except ProcessLookupError:
            pass  # it has already ended

    def each_server(self, check, skipped=2):
        """Runs check(serve, what) for every server, several at a time. All commands use the same client, so by default only
        `send` is run with all servers, and the others with every third one."""
        chosen = list(SERVERS.items())[::1 if "ALOHOOK_LONG" in os.environ else skipped + 1]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            futures = {pool.submit(check, serve, what): name for name, (serve, what) in chosen}
        for future, name in futures.items():
            with self.subTest(name):
                future.result()


class Answers(HostileCase):
    def test_send(self):
        def check(serve, what):
            result = self.run_timed("send", "action_created", Hostile(self, serve).url, "-v", "--timeout", timeout_for(serve))
            self.assertIn(result.code, CODES[what], result)
            self.check_shown(result)
            if what == BROKEN:  # the obstacle is the last line of output
                self.assertRegex(result.text + result.error, r"✗ no (answer|response)|can.t check|timed out|not HTTP|closed")
        self.each_server(check, skipped=0)

    def test_challenge(self):
        def check(serve, what):
            result = self.run_timed("challenge", Hostile(self, serve).url, "--timeout", timeout_for(serve))
            self.assertIn(result.code, (1,) if what == ACCEPTED else CODES[what], result)  # it doesn't echo
            self.check_shown(result)
        self.each_server(check)

    def test_replay(self):
        body = EVENT.decode()
        event = {"schema": 1, "id": "1", "received_at": "2026-01-01T00:00:00.000Z", "remote": "127.0.0.1:1", "method": "POST",
                 "target": "/", "headers": [["Host", "x"]], "body": body, "type": "action_created", "signature": {"verdict": "valid"}}
        (self.home / "events.jsonl").write_text(json.dumps(event) + "\n")

        def check(serve, what):
            result = self.run_timed("replay", "events.jsonl", Hostile(self, serve).url, "--timeout", timeout_for(serve))
            self.assertIn(result.code, CODES[what], result)
            self.check_shown(result)
        self.each_server(check)

    def test_forward(self):
        def check(serve, what):
            listener = self.listen("--forward", Hostile(self, serve).url, "-v", "--forward-timeout", timeout_for(serve), "--color", "never")
            self.bound_memory(listener)
            began = time.monotonic()
            with connect(listener.port) as connection:
                connection.sendall(request_bytes(EVENT, {**sign(EVENT), "Connection": "close"}))
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            self.assertLess(time.monotonic() - began, alohook.PATIENCE / 3)
            status, body = int(answer[9:12]), answer.partition(b"\r\n\r\n")[2]
            if what == BROKEN:
                self.assertIn(status, (502, 504))
                self.assertIn(b"not forwarded", body)
                self.assertIsNone(CONTROL.search(body.decode()), body)
            elif what == ACCEPTED:
                self.assertEqual(status, 200)
            listener.wait_text("\n\n")
            result = listener.stop()
            self.assertEqual(result.code, 0, result)
            self.check_shown(result)
        self.each_server(check)

    def test_check(self):
        """A separate test covers servers that hang, drip, end, redirect and never end."""
        names = ["a header without end", "interim answers without end", "chunks of one byte without end", "a reason phrase of 1 MB",
                 "a chunk size without end", "a length of gigabytes", "escape bytes in the reason", "two lengths", "TLS to a plain request"]
        for name in names:
            with self.subTest(name):
                serve = SERVERS[name][0]
                result = self.run_timed("check", Hostile(self, serve).url, "--only", "accept-*", "--timeout", timeout_for(serve))
                self.assertIn(result.code, CODES[SERVERS[name][1]], result)
                self.check_shown(result)


class Ends(HostileCase):
    ANSWER = (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nT: 1\r\n\r\n")

    def test_an_answer_that_breaks_off_at_any_byte_is_none(self):
        codes = {}

        def check(end):
            result = self.run_timed("send", "action_created", Hostile(self, self.ANSWER[:end]).url, "--timeout", "10s")
            self.check_shown(result)
            codes[end] = result.code
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(check, range(len(self.ANSWER) + 1)))
        self.assertEqual(codes, {end: 0 if end == len(self.ANSWER) else 3 for end in range(len(self.ANSWER) + 1)})

    def test_a_reset_at_any_moment_is_no_answer(self):
        def reset_after(count):
            def serve(connection):
                connection.sendall(self.ANSWER[:count])
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
            return serve
        for count in (0, 1, 20, 60, len(self.ANSWER) - 1):
            result = self.run_timed("send", "action_created", Hostile(self, reset_after(count)).url, "--timeout", "10s")
            self.assertEqual(result.code, 3, result)
            self.check_shown(result)

    def test_a_redirect_is_asked_for_once(self):
        receiver = Hostile(self, SERVERS["a redirect to itself"][0])
        self.assertEqual(self.run_program("send", "action_created", receiver.url).code, 1)
        self.assertEqual(len(receiver.requests), 1)


class Tls(HostileCase):
    def test_garbage_for_a_handshake(self):
        for garbage in (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x03\xff\xff" + b"\x00" * 70000, b"\x15\x03\x03\x00\x02\x02\x28",
                        b"\x16\x03\x03\x00\x04\x02\x00\x00\x00", bytes(range(256)) * 10):
            server = socket.create_server(("127.0.0.1", 0))
            self.addCleanup(server.close)

            def serve():
                while True:
                    try:
                        connection, _ = server.accept()
                    except OSError:
                        return
                    with connection:
                        try:
                            connection.recv(65536)
                            connection.sendall(garbage)
                        except OSError:
                            pass
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            url = f"https://127.0.0.1:{server.getsockname()[1]}/"
            for command in (["send", "action_created", url], ["challenge", url]):
                with self.subTest(garbage=garbage[:20], command=command):
                    result = self.run_timed(*command, "--timeout", "5s", "--insecure")
                    self.assertEqual(result.code, 3, result)
                    self.check_shown(result)
            server.shutdown(socket.SHUT_RDWR)
            thread.join()

    def test_the_same_lies_over_tls(self):
        certificate, key = make_certificate(self.home)
        for name in ("a header without end", "a body without end", "a reason phrase of 1 MB", "a length that is too long", "no answer",
                     "chunks without the last one", "a byte now and then"):
            serve, what = SERVERS[name]
            with self.subTest(name):
                server = Hostile(self, serve, tls=server_tls(certificate, key))
                result = self.run_timed("send", "action_created", server.url, "--cacert", certificate, "--timeout", timeout_for(serve))
                self.assertIn(result.code, CODES[what], result)
                self.check_shown(result)


if __name__ == "__main__":
    alohook.main()
