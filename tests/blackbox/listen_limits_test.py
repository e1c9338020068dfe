"""Limits in size, time and number, and the ways to listen: whatever one client does, the others are served."""
import hashlib
import resource
import signal
import socket
import ssl
import stat
import threading
import time
import unittest

import alohook
from alohook import EVENT, Case, connect, make_certificate, post, read_answer, request_bytes, sign

IDLE, SLOW = 500, 50


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Limits(Case):
    def check_rejected(self, listener, raw, status):
        """Checks that the client gets the reason, the terminal shows it, and the next client is served."""
        with connect(listener.port) as connection:
            try:
                connection.sendall(raw)
            except OSError:
                pass  # rejected before everything was sent
            self.assertEqual(read_answer(connection).status, status, raw[:100])
        line = listener.err.wait_for(lambda err: b"responded %d to 127.0.0.1:" % status in err)
        self.assertTrue(line, listener.err.bytes)
        self.assertEqual(post(listener.port, EVENT).status, 200)

    def test_a_body_over_the_limit_is_413(self):
        listener = self.listen("--max-body", "1k")
        fits = b"x" * 1024
        self.assertEqual(post(listener.port, fits).status, 200)
        self.check_rejected(listener, request_bytes(fits + b"x", sign(fits + b"x")), 413)
        chunked = request_bytes(b"", {"Transfer-Encoding": "chunked"}, framing=False)
        self.check_rejected(listener, chunked + b"400\r\n" + fits + b"\r\n" + b"1\r\nx\r\n0\r\n\r\n", 413)
        # The length alone is enough: there is no need to send 8 EiB.
        self.check_rejected(listener, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\n", 413)
        self.assertIn("malformed", listener.stop().error)

    def test_ten_mebibytes_fit_unless_told_otherwise(self):
        listener = self.listen("--format", "quiet")
        body = b"x" * (10 * 1024 * 1024)
        self.assertEqual(post(listener.port, body).status, 200)
        self.check_rejected(listener, request_bytes(body + b"x", {}), 413)

    def test_a_header_over_64_kib_is_431(self):
        listener = self.listen()
        self.assertEqual(post(listener.port, EVENT, {**sign(EVENT), "X-Long": "x" * 60000}).status, 200)
        self.check_rejected(listener, request_bytes(EVENT, {"X-Long": "x" * 66000}), 431)
        self.check_rejected(listener, request_bytes(EVENT, {f"X-{number}": "y" for number in range(9000)}), 431)
        self.check_rejected(listener, request_bytes(EVENT, {}, target="/" + "x" * 70000), 431)
        self.check_rejected(listener, b"x" * 70000, 431)

    def test_a_request_that_takes_too_long_is_408(self):
        listener = self.listen("--request-timeout", "300ms")
        raw = request_bytes(EVENT, sign(EVENT))
        for part in (raw[:10], raw[:-1]):
            self.check_rejected(listener, part, 408)

    def test_a_drop_now_and_then_does_not_extend_the_time(self):
        listener = self.listen("--request-timeout", "500ms")
        raw = request_bytes(EVENT * 100, {})
        with connect(listener.port) as connection:
            connection.settimeout(0.02)
            answer = b""
            for position in range(len(raw)):
                try:
                    connection.sendall(raw[position:position + 1])
                    answer = connection.recv(1000)
                    break
                except socket.timeout:
                    continue
                except OSError:
                    break
            self.assertIn(b" 408 ", answer[:20])
            self.assertLess(position, len(raw) - 1)

    def test_what_could_be_read_in_two_ways_is_400(self):
        listener = self.listen()
        head = b"POST / HTTP/1.1\r\nHost: x\r\n"
        for raw in (head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    head + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
                    head + b"Content-Length: abc\r\n\r\n",
                    head + b"Content-Length: -1\r\n\r\n",
                    head + b"Content-Length: +2\r\n\r\nab",
                    head + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
                    head + b"Transfer-Encoding: gzip\r\n\r\n",
                    head + b"X-Blank : y\r\n\r\n",
                    head + b"X-No-Colon\r\n\r\n",
                    head + b"X: a\r\n folded\r\n\r\n",
                    head.replace(b"\r\n", b"\n") + b"\n",
                    b"GET  / HTTP/1.1\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/x.y\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"):
            with self.subTest(raw):
                self.check_rejected(listener, raw, 400)

    def test_a_client_that_leaves_in_mid_request_is_named(self):
        listener = self.listen()
        with connect(listener.port) as connection:
            connection.sendall(request_bytes(EVENT, sign(EVENT))[:-1])
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(read_answer(connection).status, 400)
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.assertIn("responded 400", listener.stop().error)

    def test_a_connection_over_the_limit_is_503(self):
        listener = self.listen("--max-connections", "3")
        kept = [connect(listener.port) for _ in range(3)]
        for connection in kept:  # a response shows that it counts
            connection.sendall(request_bytes(EVENT, sign(EVENT)))
            self.assertEqual(read_answer(connection).status, 200)
        for _ in range(2):
            self.assertEqual(post(listener.port, EVENT).status, 503)
        kept[0].sendall(request_bytes(EVENT, sign(EVENT)))
        self.assertEqual(read_answer(kept[0]).status, 200)
        for connection in kept:
            connection.close()
        self.until(lambda: post(listener.port, EVENT).status == 200)
        self.assertIn("responded 503", listener.stop().error)

    def until(self, condition):
        deadline = time.monotonic() + alohook.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)


class ManyClients(Case):
    def test_idle_and_slow_connections_delay_nobody(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = IDLE + SLOW + 200
        if hard != resource.RLIM_INFINITY and hard < wanted:
            self.skipTest(f"only {hard} files may be open here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

        listener = self.listen("--format", "quiet", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard)))
        idle = [connect(listener.port) for _ in range(IDLE)]
        slow = [connect(listener.port) for _ in range(SLOW)]
        stop = threading.Event()
        raw = request_bytes(EVENT, sign(EVENT))

        def drip():
            for position in range(len(raw)):
                for connection in slow:
                    connection.sendall(raw[position:position + 1])
                if stop.wait(0.05):
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            for _ in range(20):
                began = time.monotonic()
                self.assertEqual(post(listener.port, EVENT).status, 200)
                self.assertLess(time.monotonic() - began, 5)  # the benchmark measures; this only distinguishes fast from stuck
        finally:
            stop.set()
            dripping.join()
            for connection in idle + slow:
                connection.close()
        self.assertEqual(post(listener.port, EVENT).status, 200)

    def test_a_reader_that_never_reads_delays_nobody(self):
        """Sends pipelined requests without reading the responses."""
        listener = self.listen("--format", "quiet")
        with connect(listener.port) as greedy:
            greedy.setblocking(False)
            raw = request_bytes(EVENT, sign(EVENT)) * 100
            try:
                for _ in range(1000):
                    greedy.send(raw)
            except BlockingIOError:
                pass
            for _ in range(5):
                self.assertEqual(post(listener.port, EVENT).status, 200)


class WaysToListen(Case):
    @unittest.skipUnless(has_ipv6(), "there is no IPv6 here")
    def test_ipv6(self):
        listener = self.listen("--host", "::1", "--format", "json", env=self.env(ALOHOOK_SECRET=None))
        self.assertEqual(listener.url, f"http://[::1]:{listener.port}/")
        result = self.run_program("send", "action_created", listener.url, env=self.env(ALOHOOK_SECRET=None))
        self.assertEqual(result.code, 0, result)  # ::1 is also this machine, so the development secret may be sent there
        self.assertRegex(listener.wait_lines(1)[0]["remote"], r"^\[::1\]:\d+$")

    def test_only_this_machine_unless_told_otherwise(self):
        listener = self.listen()
        with open(f"/proc/{listener.process.pid}/net/tcp") as table:
            listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
        self.assertIn(f"0100007F:{listener.port:04X}", listening)
        self.assertNotIn(f"00000000:{listener.port:04X}", listening)

    def test_localhost_by_name(self):
        listener = self.listen("--host", "localhost")
        self.assertEqual(self.run_program("send", "action_created", f"http://localhost:{listener.port}/").code, 0)

    def listen_on_file(self, *arguments):
        process = self.start("listen", "--unix", "alo.sock", *arguments)
        self.assertTrue(process.err.wait_for(lambda err: b"listening on unix:" in err), process.err.bytes)
        return process

    def test_a_socket_file(self):
        process = self.listen_on_file("--format", "json")
        path = self.home / "alo.sock"
        self.assertTrue(stat.S_ISSOCK(path.stat().st_mode))
        self.assertEqual(post(path, EVENT).status, 200)
        for target in (["unix:alo.sock"], [f"unix:{path}"], ["http://venue.example/hooks?x=1", "--unix", "alo.sock"]):
            result = self.run_program("send", "action_created", *target)
            self.assertEqual(result.code, 0, (target, result))
        self.assertEqual(self.run_program("challenge", f"unix:{path}").code, 0)
        process.send_signal(signal.SIGINT)
        result = process.result()
        self.assertEqual(result.lines[0]["remote"], "unix")
        self.assertEqual(result.lines[3]["target"], "/hooks?x=1")
        self.assertFalse(path.exists(), "the socket file is left behind")

    def test_a_stale_socket_file_is_replaced(self):
        first = self.listen_on_file()
        first.process.kill()  # no time to clean up
        first.process.wait()
        self.assertTrue((self.home / "alo.sock").exists())
        self.listen_on_file()
        self.assertEqual(post(self.home / "alo.sock", EVENT).status, 200)

    def test_a_file_that_is_no_socket_is_left_alone(self):
        (self.home / "alo.sock").write_text("precious")
        self.check_error(self.run_program("listen", "--unix", "alo.sock"), 2, "alo.sock")
        self.assertEqual((self.home / "alo.sock").read_text(), "precious")

    def test_one_path_only(self):
        listener = self.listen("--path", "/webhooks/alo", "--format", "json")
        for target, status in (("/webhooks/alo", 200), ("/webhooks/alo?x=1", 200), ("/", 404), ("/webhooks/alo/", 404), ("/webhooks/al", 404)):
            self.assertEqual(post(listener.port, EVENT, target=target).status, status, target)
        self.assertEqual(post(listener.port, EVENT, {}, target="/webhooks/alo").status, 401)
        self.assertEqual([line["answer"]["status"] for line in listener.wait_lines(6)], [200, 200, 404, 404, 404, 401])

    def test_settings_from_the_environment_and_the_file(self):
        (self.home / "alohook.toml").write_text('path = "/file"\n[listen]\nrefused-status = 403\naccepted_status = 202\n')
        listener = self.listen(env=self.env(ALOHOOK_PATH="/environment"))
        self.assertEqual(post(listener.port, EVENT, target="/environment").status, 202)
        self.assertEqual(post(listener.port, EVENT, target="/file").status, 404)
        self.assertEqual(post(listener.port, EVENT, {}, target="/environment").status, 403)
        listener = self.listen("--path", "/flag", env=self.env(ALOHOOK_PATH="/environment"))
        self.assertEqual(post(listener.port, EVENT, target="/flag").status, 202)

    def test_filters_hide_and_still_answer(self):
        listener = self.listen("--format", "json", "--only", "action_status_updated", "--where", "/action/status=Doing")
        bodies = [b'{"type":"action_created","action":{"status":"Doing"}}', b'{"type":"action_status_changed","action":{"status":"Doing"}}',
                  b'{"type":"action_status_updated","action":{"status":"Completed"}}', b'{"type":"action_status_updated","action":{"status":"Doing"}}']
        for body in bodies:
            self.assertEqual(post(listener.port, body).status, 200)
        self.assertEqual([line["body"].encode() for line in listener.wait_lines(2)], [bodies[1], bodies[3]])


class Tls(Case):
    def post(self, port, context, name="127.0.0.1"):
        with connect(port) as plain, context.wrap_socket(plain, server_hostname=name) as connection:
            connection.sendall(request_bytes(EVENT, sign(EVENT)))
            self.assertEqual(read_answer(connection).status, 200)
            return connection.getpeercert(binary_form=True), connection.version()

    def test_a_certificate_of_ones_own(self):
        certificate, key = make_certificate(self.home)
        listener = self.listen("--tls-cert", certificate, "--tls-key", key)
        self.assertEqual(listener.url, f"https://127.0.0.1:{listener.port}/")
        self.post(listener.port, ssl.create_default_context(cafile=str(certificate)))
        self.assertEqual(self.run_program("send", "action_created", listener.url, "--cacert", certificate).code, 0)
        self.assertEqual(self.run_program("challenge", listener.url, "--cacert", certificate).code, 0)
        self.assertEqual(self.run_program("send", "action_created", listener.url).code, 3)

    def test_a_certificate_made_in_memory_has_the_printed_fingerprint(self):
        listener = self.listen("--tls-self-signed")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        der, version = self.post(listener.port, context)
        printed = listener.err.wait_for(lambda err: err if b"certificate sha256" in err else None).decode()
        digits = printed.split("certificate sha256")[1].split("\n")[0].replace(":", "").strip().lower()
        self.assertEqual(digits, hashlib.sha256(der).hexdigest())
        self.assertIn(version, ("TLSv1.2", "TLSv1.3"))
        # The certificate is valid for this address, but self-signed. If it is trusted, everything verifies.
        (self.home / "ca.pem").write_text(ssl.DER_cert_to_PEM_cert(der))
        self.post(listener.port, ssl.create_default_context(cafile=str(self.home / "ca.pem")))
        self.assertEqual(self.run_program("send", "action_created", listener.url, "--insecure").code, 0)
        self.assertEqual(list(self.home.glob("**/*.key")), [])

    def test_old_tls_and_plain_http_are_turned_away_and_others_served(self):
        listener = self.listen("--tls-self-signed")
        for _ in range(20):
            with connect(listener.port) as connection:
                connection.sendall(request_bytes(EVENT, sign(EVENT)))
                response = b"".join(iter(lambda: connection.recv(1000), b""))  # ends without a reset
                self.assertNotIn(b" 200 ", response)
        for _ in range(3):
            connect(listener.port).close()
        silent = connect(listener.port)  # never starts the handshake
        self.addCleanup(silent.close)
        self.assertEqual(self.run_program("send", "action_created", listener.url, "--insecure").code, 0)
        self.assertNotIn("responded 0", listener.stop().error)

    def test_a_key_of_another_certificate_is_refused(self):
        certificate, _ = make_certificate(self.home)
        (self.home / "other").mkdir()
        _, key = make_certificate(self.home / "other")
        self.check_error(self.run_program("listen", "--port", "0", "--tls-cert", certificate, "--tls-key", key), 2, "key")


if __name__ == "__main__":
    alohook.main()
