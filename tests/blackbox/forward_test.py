"""`listen --forward`: the exact request reaches the target, its exact response is returned, in order, and nothing is
lost."""
import gzip
import json
import os
import re
import signal
import socket
import threading
import time
import unittest

import alohook
from alohook import BODIES, EVENT, OTHER_SECRET, PATIENCE, Case, Receiver, ask, body_of, connect, is_authentic, is_sanitized
from alohook import make_certificate, post, read_answer, request_bytes, server_tls, sign

SCALE = 10 if is_sanitized() else 1
# Hop-by-hop headers, which must not be forwarded (RFC 9110, section 7.6.1).
HOP_BY_HOP = ["Connection: X-Gone, keep-alive", "x-gone: 1", "Keep-Alive: timeout=5", "TE: trailers", "Proxy-Connection: keep-alive",
              "Proxy-Authorization: Basic eA==", "Upgrade: h2c", "Trailer: X-Sum"]


def field(line):
    return line.partition(":")[0].lower()


def without(lines, *names):
    return [line for line in lines if field(line) not in names]


def raw_request(lines, body, target="/", method="POST"):
    head = "\r\n".join([f"{method} {target} HTTP/1.1", *lines, f"Content-Length: {len(body)}"])
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def lines_of(head):
    return head.decode("utf-8", "surrogateescape").split("\r\n")[1:]


def signed_lines(body):
    return [f"{name}: {value}" for name, value in sign(body).items()]


def raw_answer(address, body=EVENT):
    """Returns the raw response: status line, header lines, body."""
    with connect(address) as connection:
        connection.sendall(raw_request(["Host: test", "Connection: close", *signed_lines(body)], body))
        data = b""
        while chunk := connection.recv(65536):
            data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    return status, lines, body


class ForwardCase(Case):
    def through(self, receiver, *flags):
        return self.listen("--forward", receiver.url, "--format", "json", *flags)

    def check_lines(self, arrived, sent):
        """Returns the same lines. Those with the same name are in the order sent; the order of different names doesn't
        matter."""
        self.assertEqual(sorted(arrived), sorted(sent))
        for name in {field(line) for line in sent}:
            self.assertEqual([line for line in arrived if field(line) == name], [line for line in sent if field(line) == name])


class Requests(ForwardCase):
    def test_every_body_arrives_byte_for_byte_and_verifies(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        for name, body in BODIES.items():
            with self.subTest(name):
                headers = {**sign(body), **({"Content-Encoding": "gzip"} if name == "gzip" else {})}
                self.assertEqual(post(listener.port, body, headers).status, 200)
                _, arrived_headers, arrived = receiver.requests[-1]
                self.assertEqual(arrived, body)
                self.assertTrue(is_authentic(arrived_headers, arrived))
                if name == "gzip":
                    self.assertIn(("Content-Encoding", "gzip"), arrived_headers)
        self.assertEqual(len(receiver.requests), len(BODIES))

    def test_a_chunked_body_arrives_whole(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        raw = request_bytes(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", {**sign(b"abcde"), "Transfer-Encoding": "chunked"}, framing=False)
        self.assertEqual(ask(listener.port, raw).status, 200)
        self.assertEqual(receiver.requests[0][2], b"abcde")

    def test_headers_keep_case_duplicates_and_empty_values_and_none_is_added(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        kept = ["x-Dup: 2", "X-EMPTY: ", "X-dup: 1", "x-Dup: 2", "x-utf: Zoë 🚰", "x-latin: caf\udce9", *signed_lines(EVENT)]
        self.assertEqual(ask(listener.port, raw_request(["hOST: venue.example", *kept, *HOP_BY_HOP], EVENT)).status, 200)
        arrived = lines_of(receiver.requests[0][0])
        self.assertEqual([line for line in arrived if field(line) == "content-length"], [f"Content-Length: {len(EVENT)}"])
        self.check_lines(without(arrived, "content-length"), [f"hOST: 127.0.0.1:{receiver.port}", *kept])

    def test_the_host_is_the_targets_or_kept(self):
        for flags, host in (([], None), (["--keep-host"], "Host: venue.example")):
            receiver = Receiver(self)
            listener = self.through(receiver, *flags)
            ask(listener.port, raw_request(["Host: venue.example", *signed_lines(EVENT)], EVENT))
            arrived = lines_of(receiver.requests[0][0])
            self.assertEqual([line for line in arrived if field(line) == "host"], [host or f"Host: 127.0.0.1:{receiver.port}"])

    def test_method_path_and_query(self):
        receiver = Receiver(self)
        plain, own = self.through(receiver, "--forward-all"), self.listen("--forward", receiver.url + "own/path?key=1")
        for method, target in (("POST", "/"), ("PUT", "/hooks/alo?x=%F0&y=a+b&z="), ("DELETE", "//a/../b"), ("PATCH", "/?")):
            for listener, wanted in ((plain, target), (own, "/own/path?key=1")):
                self.assertEqual(ask(listener.port, request_bytes(EVENT, sign(EVENT), method, target)).status, 200)
                self.assertEqual(receiver.requests[-1][0].split(b"\r\n")[0].decode(), f"{method} {wanted} HTTP/1.1")
        ask(plain.port, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", "GET")
        self.assertTrue(receiver.requests[-1][0].startswith(b"GET /x HTTP/1.1\r\n"))

    def test_a_socket_file_is_a_target(self):
        receiver = Receiver(self, address=self.home / "target.sock")
        listener = self.listen("--forward", f"unix:{self.home / 'target.sock'}")
        self.assertEqual(post(listener.port, EVENT).body, b"ok")
        self.assertEqual(receiver.requests[0][2], EVENT)

    def test_a_target_with_tls(self):
        certificate, key = make_certificate(self.home)
        receiver = Receiver(self, tls=server_tls(certificate, key))
        self.assertEqual(post(self.through(receiver, "--cacert", certificate).port, EVENT).status, 200)
        self.assertEqual(post(self.through(receiver, "--insecure").port, EVENT).status, 200)
        self.assertEqual(len(receiver.requests), 2)
        answer = post(self.through(receiver).port, EVENT)
        self.assertEqual(answer.status, 502)
        self.assertIn(b"certificate", answer.body)
        self.assertEqual(len(receiver.requests), 2)


class Answers(ForwardCase):
    ANSWERS = (
        (b"HTTP/1.1 200 OK\r\nX-b: 2\r\nx-A: \r\nX-B: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX-Latin: \xe9\r\nContent-Length: 5\r\n\r\n\xff\x00\r\n!",
         "HTTP/1.1 200 OK", ["X-b: 2", "x-A: ", "X-B: 1", "Set-Cookie: a", "Set-Cookie: b", "X-Latin: \xe9"], b"\xff\x00\r\n!"),
        (b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", "HTTP/1.1 204 No Content", ["X-A: b"], b""),
        (b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', "HTTP/1.1 304 Not Modified", ['ETag: "x"'], b""),
        (b"HTTP/1.1 302 Found\r\nLocation: http://venue.example/\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 302 Found",
         ["Location: http://venue.example/"], b""),
        (b"HTTP/1.1 404 Nothing Here\r\nContent-Length: 3\r\n\r\nno\n", "HTTP/1.1 404 Nothing Here", [], b"no\n"),
        (b"HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<h1>", "HTTP/1.1 500 Oops", ["Content-Type: text/html"], b"<h1>"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\nContent-Length: %d\r\n\r\n" % len(BODIES["gzip"]) + BODIES["gzip"],
         "HTTP/1.1 200 OK", ["Content-Encoding: gzip", "Vary: Accept-Encoding"], BODIES["gzip"]),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: X-Gone, close\r\nX-Gone: 1\r\nKeep-Alive: timeout=1\r\nX-A: b\r\n\r\n"
         b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n", "HTTP/1.1 200 OK", ["X-A: b"], b"abcde"),
        (b"HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nuntil the end", "HTTP/1.1 200 OK", ["X-A: b"], b"until the end"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 202 Accepted", [], b""),
    )

    def test_status_headers_and_body_come_back_byte_for_byte(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        for number, (answer, status, lines, body) in enumerate(self.ANSWERS, 1):
            with self.subTest(status=status, answer=answer[:60]):
                receiver.answer = answer
                got_status, got_lines, got_body = raw_answer(listener.port)
                self.assertEqual((got_status, got_body), (status, body))
                self.assertEqual(without(got_lines, "content-length", "connection"), lines)
                length = [] if " 204 " in status or " 304 " in status else [f"Content-Length: {len(body)}"]
                self.assertEqual([line for line in got_lines if field(line) == "content-length"], length)
                line = listener.wait_lines(number)[-1]
                self.assertEqual(line["answer"]["status"], int(status.split()[1]))
                self.assertEqual(line["forward"]["status"], int(status.split()[1]))
                self.assertEqual(body_of(line["forward"]), body)
                self.assertEqual(line["forward"]["url"], receiver.url)

    def test_a_large_answer_comes_back_whole(self):
        body = os.urandom(5_000_000)
        receiver = Receiver(self, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self.assertEqual(post(self.through(receiver).port, EVENT).body, body)

    def test_what_the_target_said_is_shown(self):
        receiver = Receiver(self, b"HTTP/1.1 422 Nope\r\nX-Why: because\r\nContent-Length: 16\r\n\r\ntitle is missing")
        listener = self.listen("--forward", receiver.url)
        post(listener.port, EVENT)
        shown = listener.wait_text("title is missing")
        self.assertRegex(shown, r"← 422 Nope +[0-9a-f]{8}  [0-9.]+ m?s  title is missing")
        self.assertNotIn("because", shown)
        verbose = self.listen("--forward", receiver.url, "-v")
        post(verbose.port, EVENT)
        self.assertIn("X-Why: because", verbose.wait_text("title is missing"))

    def test_it_is_in_the_journal(self):
        receiver = Receiver(self, b"HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nlate")
        journal = self.home / "events.jsonl"
        listener = self.listen("--forward", receiver.url, "--record", journal)
        self.assertEqual(post(listener.port, EVENT).status, 202)
        receiver.close()
        self.assertEqual(post(listener.port, EVENT).status, 502)
        first, second = map(json.loads, journal.read_text().splitlines())
        self.assertEqual((first["answer"]["status"], first["forward"]["status"], first["forward"]["body"]), (202, 202, "late"))
        self.assertEqual((second["answer"]["status"], second["forward"]["obstacle"]), (502, "refused"))

    def test_the_challenge_is_the_targets_to_answer(self):
        body = b'{"type":"webhook_url_verification","challenge":"abc"}'
        self.assertEqual(post(self.through(Receiver(self)).port, body).body, b"ok")


class Routes(ForwardCase):
    def event(self, kind):
        return b'{"type":"%s"}' % kind.encode()

    def test_each_type_has_its_target_in_either_spelling(self):
        rest, created, status = Receiver(self), Receiver(self), Receiver(self)
        for spelling in ("action_status_updated", "action_status_changed"):
            listener = self.listen("--forward", rest.url, "--forward", f"action_created={created.url}", "--forward", f"{spelling}={status.url}")
            for kind, receiver in (("action_created", created), ("action_status_updated", status), ("action_status_changed", status),
                                   ("action_updated", rest), ("never_heard_of", rest)):
                before = [len(one.requests) for one in (rest, created, status)]
                self.assertEqual(post(listener.port, self.event(kind)).status, 200)
                after = [len(one.requests) for one in (rest, created, status)]
                self.assertEqual([b - a for a, b in zip(before, after)], [int(one is receiver) for one in (rest, created, status)], kind)
        post(listener.port, b"no type")
        self.assertEqual(rest.requests[-1][2], b"no type")

    def test_without_a_target_for_it_an_event_is_answered_here(self):
        receiver = Receiver(self, b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        listener = self.listen("--forward", f"action_created={receiver.url}")
        self.assertEqual(post(listener.port, self.event("action_created")).status, 202)
        self.assertEqual(post(listener.port, self.event("action_updated")).status, 200)
        self.assertEqual(len(receiver.requests), 1)

    def test_only_events_that_verify_are_forwarded_unless_all_are_asked_for(self):
        receiver = Receiver(self)
        for flags in ([], ["--only-valid"]):
            listener = self.through(receiver, *flags)
            before = len(receiver.requests)
            self.assertEqual(post(listener.port, EVENT, sign(EVENT, OTHER_SECRET)).status, 401)
            self.assertEqual(post(listener.port, EVENT, {}).status, 401)
            self.assertEqual(ask(listener.port, b"GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", "GET").status, 401)
            self.assertEqual(len(receiver.requests), before)
            self.assertEqual(post(listener.port, EVENT).status, 200)
            self.assertEqual(len(receiver.requests), before + 1)
            lines = listener.wait_lines(4)
            self.assertEqual(["forward" in line for line in lines], [False, False, False, True])
            self.assertEqual(["forward_withheld" in line for line in lines], [True, True, True, False])
        human = self.listen("--forward", receiver.url)
        post(human.port, EVENT, {})
        self.assertIn("--forward-all", human.wait_text("not forwarded"))
        everything = self.through(receiver, "--forward-all")
        self.assertEqual(post(everything.port, EVENT, {}).status, 200)  # the target decides
        self.check_error(self.run_program("listen", "--forward", receiver.url, "--forward-all", "--only-valid"), 2)

    def test_a_listener_does_not_forward_to_itself(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        for host, target in (("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("0.0.0.0", "127.0.0.1")):
            result = self.run_program("listen", "--host", host, "--port", str(port), "--forward", f"http://{target}:{port}/hooks")
            self.check_error(result, 2, "--forward", "own address")
        path = self.home / "own.sock"
        self.check_error(self.run_program("listen", "--unix", path, "--forward", f"unix:{path}"), 2, "own address")

    def test_a_loop_of_two_listeners_ends_with_a_time_out(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        first = self.listen("--forward", f"http://127.0.0.1:{port}/", "--forward-timeout", "300ms")
        second = self.start("listen", "--port", str(port), "--forward", first.url, "--forward-timeout", "5s")
        second.err.wait_for(lambda err: b"listening" in err)
        self.assertEqual(post(first.port, EVENT).status, 504)
        for listener in (first, second):
            listener.send_signal(signal.SIGTERM)
            self.assertEqual(listener.result().code, 0)

    def test_what_a_sender_claims_to_be_is_passed_on_as_it_came(self):
        """SECURITY.md says that a server can't trust it."""
        receiver = Receiver(self)
        claims = ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1"]
        ask(self.through(receiver, "--forward-all").port, raw_request(["Host: a", *claims], EVENT))
        arrived = lines_of(receiver.requests[0][0])
        self.check_lines(without(arrived, "host", "content-length"), claims)
        ask(self.through(receiver).port, raw_request(["Host: a", *claims], EVENT))
        self.assertEqual(len(receiver.requests), 1, "without --forward-all it is not passed on at all")

    def test_an_absolute_target_chooses_no_other_host(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        head = b"POST http://other.example:81/hooks?a=b HTTP/1.1\r\nHost: a\r\n"
        signature = "".join(f"{line}\r\n" for line in signed_lines(EVENT)).encode()
        self.assertEqual(ask(listener.port, head + signature + b"Content-Length: %d\r\n\r\n" % len(EVENT) + EVENT).status, 200)
        self.assertTrue(receiver.requests[0][0].startswith(b"POST /hooks?a=b HTTP/1.1\r\n"), receiver.requests[0][0])

    def test_connection_can_not_remove_the_signature(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        lines = ["Host: a", "Connection: X-ALO-Signature, x-alo-request-timestamp, X-Gone", "X-Gone: 1", *signed_lines(EVENT)]
        self.assertEqual(ask(listener.port, raw_request(lines, EVENT)).status, 200)
        self.assertTrue(is_authentic(receiver.requests[0][1], EVENT))
        self.assertNotIn(b"X-Gone", receiver.requests[0][0])

    def test_the_response_to_head_keeps_its_length(self):
        receiver = Receiver(self, b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n")
        listener = self.through(receiver, "--forward-all")
        with connect(listener.port) as connection:
            connection.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            head = connection.makefile("rb").read()
        self.assertIn(b"Content-Length: 1234\r\n", head)
        self.assertEqual(head.lower().count(b"content-length"), 1)

    def test_nothing_is_forwarded_from_another_path(self):
        receiver = Receiver(self)
        listener = self.through(receiver, "--path", "/hooks")
        self.assertEqual(post(listener.port, EVENT, target="/other").status, 404)
        self.assertEqual(receiver.requests, [])
        self.assertEqual(post(listener.port, EVENT, target="/hooks?x=1").status, 200)
        self.assertEqual(len(receiver.requests), 1)

    def test_what_makes_no_sense_is_an_error(self):
        start = ["listen", "--port", "0"]
        one, two = "http://127.0.0.1:1/a", "http://127.0.0.1:1/b"
        self.check_error(self.run_program(*start, "--forward", one, "--forward", two), 2, one, two)
        self.check_error(self.run_program(*start, "--forward", f"action_status_updated={one}", "--forward", f"action_status_changed={two}"), 2, one, two)
        for target in ("ftp://127.0.0.1/", "=http://127.0.0.1/", "action_created=", ""):
            self.check_error(self.run_program(*start, "--forward", target), 2)
        for flags in (["--only-valid"], ["--keep-host"], ["--insecure"], ["--forward-concurrency", "2"], ["--forward-queue", "2"]):
            self.check_error(self.run_program(*start, *flags), 2, "--forward")
        for flags in (["--forward-concurrency", "0"], ["--forward-queue", "0"], ["--forward-timeout", "soon"], ["--cacert", "missing.pem"]):
            self.check_error(self.run_program(*start, "--forward", "https://127.0.0.1:1/", *flags), 2)


class Obstacles(ForwardCase):
    def check_failure(self, answer, status, *words):
        self.assertEqual(answer.status, status)
        for word in words:
            self.assertIn(word, answer.body.decode())

    def test_nobody_listens(self):
        receiver = Receiver(self)
        receiver.close()
        listener = self.through(receiver)
        self.check_failure(post(listener.port, EVENT), 502, "not forwarded", f"127.0.0.1:{receiver.port}", "refused")
        line, = listener.wait_lines(1)
        self.assertEqual((line["forward"]["obstacle"], line["signature"]["verdict"]), ("refused", "valid"))
        human = self.listen("--forward", receiver.url)
        post(human.port, EVENT)
        self.assertIn("  no response: ", human.wait_text("\n\n"))

    def test_it_closes_in_mid_answer_or_says_nothing_or_nonsense(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        for answer, words in ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "closed"), (b"", "closed"),
                              (b"HTTP/1.1 200 OK\r\nX", "closed"), (b"220 mail.example ESMTP\r\n", "not HTTP")):
            receiver.answer = answer
            before = len(receiver.requests)
            self.check_failure(post(listener.port, EVENT), 502, words)
            self.assertEqual(len(receiver.requests), before + 1, "it was sent twice")

    def test_it_is_slow(self):
        receiver = Receiver(self, None)
        listener = self.through(receiver, "--forward-timeout", "300ms")
        self.check_failure(post(listener.port, EVENT), 504, "300 ms")
        self.assertEqual(listener.wait_lines(1)[0]["forward"]["obstacle"], "timed-out")

    def test_hostile_bytes_of_the_target_are_made_visible(self):
        receiver = Receiver(self, b"\x1b]0;x\x07\r\n")
        listener = self.listen("--forward", receiver.url)
        self.assertNotIn(b"\x1b", post(listener.port, EVENT).body)
        self.assertNotIn("\x1b", listener.wait_text("\n\n"))

    def test_one_that_comes_back_is_used_at_once(self):
        receiver = Receiver(self)
        listener = self.through(receiver)
        for _ in range(5):
            self.assertEqual(post(listener.port, EVENT).status, 200)
            receiver.close()
            self.assertEqual(post(listener.port, EVENT).status, 502)
            receiver = Receiver(self, port=receiver.port)

    def test_one_that_dies_and_returns_loses_nothing_that_was_acknowledged(self):
        arrived, acknowledged, failures = [], [], []
        count = 400 // SCALE

        def take(head, headers, body):
            arrived.append(body)
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

        receiver = Receiver(self, take)
        listener = self.through(receiver, "--forward-concurrency", "4")

        def send(who):
            with connect(listener.port) as connection:
                for number in range(count):
                    body = b"%d-%d" % (who, number)
                    while True:  # like a sender does: until it is accepted
                        connection.sendall(request_bytes(body, sign(body)))
                        if read_answer(connection).status == 200:
                            break
                        failures.append(body)
                    acknowledged.append(body)

        senders = [threading.Thread(target=send, args=(who,), daemon=True) for who in range(8)]
        for sender in senders:
            sender.start()
        for part in (1, 2, 3):
            self.wait_until(lambda: len(acknowledged) >= part * 2 * count)
            receiver.close()
            before = len(failures)
            self.wait_until(lambda: len(failures) > before or not any(sender.is_alive() for sender in senders))
            receiver = Receiver(self, take, port=receiver.port)
        for sender in senders:
            sender.join(PATIENCE)
        self.assertEqual(len(acknowledged), 8 * count)
        self.assertTrue(failures)
        self.assertEqual(set(acknowledged) - set(arrived), set())

    def wait_until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, "timed out")
            time.sleep(0.002)

    def test_the_end_does_not_wait_for_a_target_that_hangs(self):
        for number, code in ((signal.SIGINT, 0), (signal.SIGTERM, 0)):
            receiver = Receiver(self, None)
            listener = self.through(receiver)
            with connect(listener.port) as connection:
                connection.sendall(request_bytes(EVENT, sign(EVENT)))
                self.assertTrue(receiver.arrived.wait(PATIENCE))
                began = time.monotonic()
                result = listener.stop(number)
            self.assertLess(time.monotonic() - began, 30)
            self.assertEqual(result.code, code)
            line, = result.lines
            self.assertEqual(line["forward"]["obstacle"], "interrupted")


class Queue(ForwardCase):
    def test_a_full_queue_turns_away_after_a_while_and_loses_none_that_it_took(self):
        gate = threading.Event()
        self.addCleanup(gate.set)
        receiver = Receiver(self, lambda *_: gate.wait(PATIENCE) and b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        listener = self.through(receiver, "--forward-queue", "1", "--forward-wait", "200ms")
        answers = {}

        def send(number):
            body = b"%d" % number
            answers[body] = post(listener.port, body)

        senders = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(6)]
        senders[0].start()
        self.assertTrue(receiver.arrived.wait(PATIENCE))  # one is in flight
        for sender in senders[1:]:
            sender.start()
        turned_away = listener.wait_lines(4)  # one more is in the queue
        gate.set()
        for sender in senders:
            sender.join(PATIENCE)
        statuses = [answer.status for answer in answers.values()]
        self.assertEqual(sorted(statuses), [200, 200, 503, 503, 503, 503])
        self.assertEqual({line["answer"]["status"] for line in turned_away}, {503})
        for answer in answers.values():
            if answer.status == 503:
                self.assertEqual(answer.headers.get("Retry-After"), "1")
                self.assertIn(b"wait", answer.body)
        self.assertEqual({body for _, _, body in receiver.requests}, {body for body, answer in answers.items() if answer.status == 200})

    def test_who_waits_for_a_place_gets_it_when_there_is_one(self):
        gate = threading.Event()
        self.addCleanup(gate.set)
        receiver = Receiver(self, lambda *_: gate.wait(PATIENCE) and b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        listener = self.through(receiver, "--forward-queue", "1", "--forward-wait", "60s")
        answers = []
        senders = [threading.Thread(target=lambda: answers.append(post(listener.port, EVENT).status), daemon=True) for _ in range(6)]
        for sender in senders:
            sender.start()
        self.assertTrue(receiver.arrived.wait(PATIENCE))
        gate.set()
        for sender in senders:
            sender.join(PATIENCE)
        self.assertEqual(answers, [200] * 6)
        self.assertEqual(len(receiver.requests), 6)


class Order(ForwardCase):
    def test_events_of_one_connection_arrive_in_order(self):
        count = 5000 // SCALE
        receiver = Receiver(self)
        listener = self.listen("--forward", receiver.url, "--forward-all", "--format", "quiet")
        with connect(listener.port) as connection:
            bodies = [b'{"type":"action_created","number":%d}' % number for number in range(count)]
            headers = sign(bodies[0])  # not valid: forwarded anyway, and cheaper
            writer = threading.Thread(target=lambda: [connection.sendall(request_bytes(body, headers)) for body in bodies], daemon=True)
            writer.start()  # all at once, without waiting for responses
            data, ends = b"", 0
            while ends < count:
                chunk = connection.recv(1 << 20)
                self.assertTrue(chunk, "the connection was closed")
                data = data[-8:] + chunk
                ends += data.count(b"\r\n\r\nok") - data[:8].count(b"\r\n\r\nok")
            writer.join(PATIENCE)
        self.assertEqual([body for _, _, body in receiver.requests], bodies)

    def test_events_of_many_connections_arrive_exactly_once_each(self):
        connections, each = 16, 10_000 // SCALE // 16
        receiver = Receiver(self)
        for flags in ([], ["--forward-concurrency", "4"]):
            receiver.requests.clear()
            listener = self.listen("--forward", receiver.url, "--format", "quiet", *flags)
            statuses = []

            def send(who):
                with connect(listener.port) as connection:
                    for number in range(each):
                        body = b'{"type":"action_created","who":%d,"number":%d}' % (who, number)
                        connection.sendall(request_bytes(body, sign(body)))
                        statuses.append(read_answer(connection).status)

            senders = [threading.Thread(target=send, args=(who,), daemon=True) for who in range(connections)]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join(PATIENCE)
            self.assertEqual(statuses, [200] * (connections * each))
            bodies = [body for _, _, body in receiver.requests]
            self.assertEqual(len(bodies), connections * each)
            self.assertEqual(len(set(bodies)), connections * each)
            self.assertEqual(listener.stop().code, 0)


if __name__ == "__main__":
    alohook.main()
