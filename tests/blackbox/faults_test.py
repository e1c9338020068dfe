"""Scripted, delayed and faulty responses: Python's own client sees each fault as documented."""
import errno
import http.client
import json
import os
import signal
import socket
import ssl
import struct
import time
import unittest

import alohook
from alohook import EVENT, Case, connect, make_certificate, post, request_bytes, sign

REFUSED = {"X-ALO-Signature": "v0=00"}


def challenge(text="cad3d673-4965-44ae-b536-647142df97a7"):
    return json.dumps({"challenge": text, "type": "webhook_url_verification"}).encode()


class Faults(Case):
    def client(self, listener):
        """Returns an HTTP client that has sent an event."""
        client = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=alohook.PATIENCE)
        self.addCleanup(client.close)
        client.request("POST", "/", EVENT, sign(EVENT))
        return client

    def send(self, listener):
        """Returns a raw connection that has sent an event."""
        connection = connect(listener.port)
        self.addCleanup(connection.close)
        connection.sendall(request_bytes(EVENT, sign(EVENT)))
        return connection

    def check_told(self, listener, status, fault):
        """Checks that the first event is shown with its fault."""
        line = listener.wait_lines(1)[0]
        self.assertEqual((line["answer"]["status"], line["answer"].get("fault")), (status, fault))
        self.assertEqual(list(line["answer"]), ["status", "ms", "fault"])

    def check_reset(self, connection):
        """http.client would report any end without a response as a reset, so only the system's error counts."""
        with self.assertRaises(OSError) as raised:
            while connection.recv(1000):
                pass
        self.assertEqual(raised.exception.errno, errno.ECONNRESET)

    def body_file(self, size):
        (self.home / "body.txt").write_bytes(b"x" * size)
        return "200:body.txt"

    def send_over_tls(self, *arguments):
        """Returns a TLS connection to a listener that has sent an event. It distinguishes a graceful close from any
        other."""
        certificate, key = make_certificate(self.home)
        listener = self.listen("--tls-cert", certificate, "--tls-key", key, *arguments)
        tls = ssl.create_default_context(cafile=certificate)
        connection = tls.wrap_socket(connect(listener.port), server_hostname="127.0.0.1", suppress_ragged_eofs=False)
        self.addCleanup(connection.close)
        connection.sendall(request_bytes(EVENT, sign(EVENT)))
        return connection

    def test_reset(self):
        listener = self.listen("--fault", "reset", "--format", "json")
        self.check_reset(self.send(listener))
        self.check_told(listener, 200, "reset")

    def test_reset_under_tls(self):
        connection = self.send_over_tls("--fault", "reset")
        with socket.socket(fileno=os.dup(connection.fileno())) as below:  # Python's TLS can't distinguish it from an end
            below.settimeout(alohook.PATIENCE)
            self.check_reset(below)

    def test_truncate(self):
        listener = self.listen("--respond", self.body_file(1000), "--fault", "truncate", "--format", "json")
        response = self.client(listener).getresponse()
        self.assertEqual((response.status, response.getheader("Content-Length")), (200, "1000"))
        with self.assertRaises(http.client.IncompleteRead) as raised:
            response.read()
        self.assertEqual((raised.exception.partial, raised.exception.expected), (b"x" * 500, 500))
        self.check_told(listener, 200, "truncate")

    def test_truncate_under_tls(self):
        connection = self.send_over_tls("--respond", self.body_file(1000), "--fault", "truncate")
        with self.assertRaises(http.client.IncompleteRead):
            alohook.read_answer(connection)
        self.assertEqual(connection.recv(1), b"")  # TLS reports the end, otherwise this would raise

    def test_other_faults_under_tls(self):
        connection = self.send_over_tls("--respond", "599:drip,hang")
        whole = b""
        while b"\r\n\r\n599" not in whole:
            whole += connection.recv(1)
        self.assertTrue(whole.startswith(b"HTTP/1.1 599 "), whole)

    def test_truncate_in_the_head(self):
        listener = self.listen("--respond", "204", "--fault", "truncate")
        connection = self.send(listener)
        shown = b"".join(iter(lambda: connection.recv(1000), b""))
        self.assertTrue(shown.startswith(b"HTTP/1.1 204"), shown)
        self.assertNotIn(b"\r\n\r\n", shown)

    def test_drip(self):
        listener = self.listen("--respond", "drip,200", "--format", "json")
        connection = self.send(listener)
        reads = []
        while b"\r\n\r\nok\n" not in b"".join(chunk for _, chunk in reads):
            reads.append((0, connection.recv(1000)))
            reads[-1] = (time.monotonic(), reads[-1][1])
        whole = b"".join(chunk for _, chunk in reads)
        self.assertTrue(whole.startswith(b"HTTP/1.1 200 OK\r\n"), whole)
        self.assertGreater(len(reads), len(whole) / 2)  # a slow machine may read two at once
        # Another response on the same connection takes far less time than the one that dripped.
        began = time.monotonic()
        connection.sendall(request_bytes(EVENT, sign(EVENT)))
        self.assertIn(b"200 OK", connection.recv(1000))
        self.assertLess(time.monotonic() - began, reads[-1][0] - reads[0][0])
        self.check_told(listener, 200, "drip")

    def test_hang(self):
        listener = self.listen("--respond", "hang,200", "--format", "json")
        hanging = self.send(listener)
        self.check_told(listener, 200, "hang")
        self.assertEqual(post(listener.port, EVENT).status, 200)
        hanging.setblocking(False)
        with self.assertRaises(BlockingIOError):
            hanging.recv(1)
        self.assertEqual(listener.stop().code, 0)
        hanging.settimeout(alohook.PATIENCE)
        self.assertEqual(hanging.recv(1), b"")

    def test_a_client_that_gives_up_on_a_hanging_answer_makes_room(self):
        listener = self.listen("--respond", "hang,hang,200", "--max-connections", "1", "--format", "json")
        for count in (1, 2):
            self.send(listener).close()
            listener.wait_lines(count)
        deadline = time.monotonic() + alohook.PATIENCE
        while post(listener.port, EVENT).status == 503:  # until the second one is known to be gone
            self.assertLess(time.monotonic(), deadline)

    def test_wrong_length(self):
        listener = self.listen("--respond", self.body_file(1000), "--fault", "wrong-length", "--format", "json")
        connection = self.send(listener)
        head, _, body = b"".join(iter(lambda: connection.recv(10000), b"")).partition(b"\r\n\r\n")
        self.assertIn(b"\r\nContent-Length: 500\r\n", head)
        self.assertEqual(body, b"x" * 1000)
        self.assertEqual(self.client(listener).getresponse().read(), b"x" * 500)
        self.check_told(listener, 200, "wrong-length")

    def test_bad_challenge(self):
        asked = "cad3d673-4965-44ae-b536-647142df97a7"
        listener = self.listen("--fault", "bad-challenge", "--format", "json")
        answer = post(listener.port, challenge(asked))
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/json"))
        echoed = json.loads(answer.body)
        self.assertEqual(list(echoed), ["challenge"])
        self.assertNotEqual(echoed["challenge"], asked)
        self.assertRegex(echoed["challenge"], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.check_told(listener, 200, "bad-challenge")
        self.assertEqual(post(listener.port, EVENT).body, b"ok\n")
        self.assertEqual(post(listener.port, EVENT, REFUSED).status, 401)
        self.assertEqual([line["answer"].get("fault") for line in listener.wait_lines(3)], ["bad-challenge", None, None])
        self.assertEqual(self.run_program("challenge", listener.url).code, 1)

    def test_a_fault_for_one_request_alone(self):
        listener = self.listen("--fault", "2:reset", "--fault", "4:truncate", "--format", "json")
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.check_reset(self.send(listener))
        self.assertEqual(post(listener.port, EVENT).status, 200)
        with self.assertRaises(http.client.IncompleteRead):
            post(listener.port, EVENT)
        self.assertEqual(post(listener.port, EVENT).status, 200)
        faults = [line["answer"].get("fault") for line in listener.wait_lines(5)]
        self.assertEqual(faults, [None, "reset", None, "truncate", None])

    def test_a_fault_is_shown_to_people(self):
        listener = self.listen("--respond", "503:reset")
        self.check_reset(self.send(listener))
        self.assertRegex(listener.wait_text("\n\n"), "(?m)^[0-9:]+ ← 503 reset +[0-9a-f]{8}  [0-9.]+ ms$")


class Script(Case):
    def test_entries_in_order_and_the_last_one_repeats(self):
        listener = self.listen("--respond", "503,503,200", "--format", "json")
        statuses = [post(listener.port, EVENT).status for _ in range(5)]
        self.assertEqual(statuses, [503, 503, 200, 200, 200])
        self.assertEqual([line["answer"]["status"] for line in listener.wait_lines(5)], statuses)

    def test_an_entry_is_for_whatever_comes(self):
        listener = self.listen("--respond", "503,202,201")
        self.assertEqual(post(listener.port, EVENT, REFUSED).status, 503)
        self.assertEqual(post(listener.port, challenge()).status, 202)
        self.assertEqual(post(listener.port, EVENT).status, 201)

    def test_bodies_from_files_are_answered_byte_for_byte(self):
        odd = bytes(range(256)) + b"\r\n"
        (self.home / "body.json").write_bytes(odd)
        (self.home / "reset").write_bytes(b"")
        listener = self.listen("--respond", "418:body.json,200:./reset")
        answer = post(listener.port, EVENT)
        self.assertEqual((answer.status, answer.body, answer.headers["Content-Type"]), (418, odd, "application/json"))
        answer = post(listener.port, EVENT)
        self.assertEqual((answer.status, answer.body, answer.headers["Content-Type"]), (200, b"", "text/plain"))

    def test_a_delay_is_waited_for_and_holds_nobody_else_up(self):
        listener = self.listen("--delay", "400ms", "--format", "json")
        began = time.monotonic()
        connections = [connect(listener.port) for _ in range(20)]
        for connection in connections:
            connection.sendall(request_bytes(EVENT, sign(EVENT)))
        for connection in connections:
            self.assertEqual(alohook.read_answer(connection).status, 200)
            self.assertGreaterEqual(time.monotonic() - began, 0.4)
            connection.close()
        self.assertLess(time.monotonic() - began, 20 * 0.4)
        self.assertGreaterEqual(listener.wait_lines(1)[0]["answer"]["ms"], 400)

    def test_stopping_while_one_hangs_and_one_is_delayed(self):
        listener = self.listen("--respond", "hang,200", "--delay", "300ms", "--format", "json")
        connections = []
        for count in (1, 2):
            connections.append(connect(listener.port))
            connections[-1].sendall(request_bytes(EVENT, sign(EVENT)))
            listener.wait_lines(count)
        began = time.monotonic()
        self.assertEqual(listener.stop().code, 0)
        self.assertLess(time.monotonic() - began, 5)  # how long it would wait for a request in flight
        self.assertEqual(connections[0].recv(1), b"")
        self.assertEqual(alohook.read_answer(connections[1]).status, 200)
        for connection in connections:
            connection.close()

    def test_a_long_delay_does_not_keep_it_from_ending(self):
        listener = self.listen("--delay", "1h", "--format", "json")
        with connect(listener.port) as connection:
            connection.sendall(request_bytes(EVENT, sign(EVENT)))
            listener.wait_lines(1)
            self.assertEqual(listener.stop(signal.SIGTERM).code, 0)
            self.assertEqual(connection.recv(1), b"")

    def test_clients_that_leave_in_every_way_do_no_harm(self):
        listener = self.listen("--respond", "drip,hang,truncate,reset,wrong-length,200", "--delay", "50ms")
        for number in range(5):
            with connect(listener.port) as connection:
                connection.sendall(request_bytes(EVENT, sign(EVENT)))
                if number % 2:  # with a reset
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.assertEqual(listener.stop().code, 0)

    def test_settings_can_hold_a_script(self):
        (self.home / "alohook.toml").write_text('[listen]\nrespond = "503,204"\nfault = ["1:truncate", "3:reset"]\n')
        listener = self.listen("--format", "json")
        for _ in range(3):
            try:
                post(listener.port, EVENT)
            except (http.client.HTTPException, OSError):
                pass
        answers = [(line["answer"]["status"], line["answer"].get("fault")) for line in listener.wait_lines(3)]
        self.assertEqual(answers, [(503, "truncate"), (204, None), (204, "reset")])


class Usage(Case):
    def test_what_cannot_be_is_said_before_anything_is_received(self):
        for arguments, words in (
                (["--fault", "explode"], ["'explode'", "reset, truncate, drip, hang, wrong-length, bad-challenge"]),
                (["--fault", "0:reset"], ["'0'", "counted from 1"]),
                (["--fault", "reset", "--fault", "hang"], ["'reset' and 'hang'"]),
                (["--respond", "503,maybe"], ["'maybe'"]),
                (["--respond", ""], ["--respond is empty"]),
                (["--respond", "99"], ["'99'", "200 to 599"]),
                (["--respond", "200:no-such-file"], ["'no-such-file'"]),
                (["--delay", "soon"], ["'soon'"])):
            with self.subTest(arguments):
                self.check_error(self.run_program("listen", "--port", "0", *arguments), 2, *words)

    def test_faults_are_completed(self):
        shown = self.run_program("__complete", "listen", "--fault", "").text
        self.assertEqual([line.split("\t")[0] for line in shown.splitlines()],
                         ["reset", "truncate", "drip", "hang", "wrong-length", "bad-challenge"])


if __name__ == "__main__":
    alohook.main()
