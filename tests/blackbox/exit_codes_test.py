"""Every exit code in the table, from the built program."""
import resource
import os
import signal
import socket
import subprocess
import time

import alohook
from alohook import EVENT, OTHER_SECRET, Case, Receiver, connect, make_certificate, post, read_answer, request_bytes
from alohook import server_tls, sign

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n"
YES = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def free_port():
    """Returns a port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Yes(Case):
    def test_what_works_is_0(self):
        listener = self.listen()
        for command in (["send", "action_created", listener.url], ["challenge", listener.url], ["fixtures"],
                        ["fixtures", "show", "action_created"], ["fixtures", "export", "action_created"], ["secret"],
                        ["completion", "bash"], ["completion", "zsh"], ["completion", "fish"], ["--version"], ["--help"],
                        ["send", "--help"], ["listen", "-h"]):
            result = self.run_program(*command)
            self.assertEqual(result.code, 0, (command, result.error))
            self.assertNotEqual(result.out, b"", command)
            self.assertEqual(result.err, b"", command)
        self.assertEqual(listener.stop().code, 0)

    def test_an_expected_refusal_is_0(self):
        receiver = Receiver(self, REFUSAL)
        for statuses in ("403", "401,403", "4xx"):
            self.assertEqual(self.run_program("send", "action_created", receiver.url, "--expect-status", statuses).code, 0)


class No(Case):
    def test_a_refusal_is_1(self):
        listener = self.listen()
        result = self.run_program("send", "action_created", listener.url, env=self.env(ALOHOOK_SECRET=OTHER_SECRET))
        self.assertEqual(result.code, 1)
        self.assertIn("✗ rejected", result.text)

    def test_any_status_but_the_expected_is_1(self):
        for status in (300, 307, 404, 500, 503):
            receiver = Receiver(self, b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)
            self.assertEqual(self.run_program("send", "action_created", receiver.url).code, 1, status)
        receiver = Receiver(self, YES)
        self.assertEqual(self.run_program("send", "action_created", receiver.url, "--expect-status", "403").code, 1)

    def test_a_receiver_that_alo_would_not_accept_is_1(self):
        for answer in (YES, REFUSAL, b"HTTP/1.1 302 Found\r\nLocation: http://venue.example/\r\nContent-Length: 0\r\n\r\n"):
            result = self.run_program("challenge", Receiver(self, answer).url)
            self.assertEqual(result.code, 1)
            self.assertIn("✗ ALO would reject this URL\n", result.text)

    def test_a_receiver_that_echoes_without_looking_at_the_signature_is_1(self):
        def echo(head, headers, body):
            answer = b'{"challenge":"%s"}' % body.split(b'"')[3]
            return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer)

        result = self.run_program("challenge", Receiver(self, echo).url)
        self.assertEqual(result.code, 1, result.text)
        self.assertIn("✗ rejects an unsigned challenge: expected a rejection (4xx), got 200", result.text)
        self.assertIn("✓ echoes the challenge in a JSON object\n", result.text)
        self.assertIn("✗ ALO would accept this URL, but it is insecure", result.text)


class CouldNotStart(Case):
    def test_usage_errors_are_2_with_one_line_a_hint_and_a_clean_stdout(self):
        cases = {
            ("sned",): ["sned", "did you mean 'send'"],
            ("send",): ["EVENT", "example: alohook send"],
            ("send", "action_creatd"): ["action_creatd", "did you mean 'action_created'"],
            ("send", "no/such/file"): ["no/such/file"],
            ("send", "action_created", "one", "two"): [],
            ("send", "action_created", "ftp://venue.example/"): ["ftp"],
            ("send", "action_created", "http://127.0.0.1:99999/"): [],
            ("send", "action_created", "--sead", "1"): ["--sead", "did you mean '--seed'"],
            ("send", "action_created", "--seed", "x"): ["x"],
            ("send", "action_created", "--set", "title"): ["title"],
            ("send", "action_created", "--set", "/actoin/title=x"): ["did you mean"],
            ("send", "action_created", "--set-json", "/action/title={"): ["{"],
            ("send", "action_created", "--timeout", "soon"): ["soon"],
            ("send", "action_created", "--timeout", "-1s"): [],
            ("send", "action_created", "--expect-status", "2x"): ["2x"],
            ("send", "action_created", "--header", "nonsense"): ["nonsense"],
            ("send", "action_created", "--header", "A: b\r\nC: d"): [],
            ("send", "action_created", "--encoding", "HEX"): ["HEX", "hex"],
            ("send", "action_created", "--format", "JSON"): ["JSON", "json"],
            ("send", "action_created", "--color", "yes"): ["yes"],
            ("send", "action_created", "https://127.0.0.1:1/", "--cacert", "no-such-file"): ["no-such-file"],
            ("send", "action_created", "--fixtures", "no-such-folder"): ["no-such-folder"],
            ("send", "action_created", "--config", "no-such-file"): ["no-such-file"],
            ("send", "action_created", "--secret-file", "no-such-file"): ["No such file"],
            ("send", "action_created", "--secret", "' x'"): [],
            ("challenge", "--type", "other"): ["other"],
            ("challenge", "nonsense"): ["nonsense"],
            ("listen", "--prot", "1"): ["--prot", "did you mean '--port'"],
            ("listen", "--port", "99999"): ["99999"],
            ("listen", "--port", "http"): ["http"],
            ("listen", "--max-body", "1x"): ["1x"],
            ("listen", "--max-body", "-1"): ["-1"],
            ("listen", "--tolerance", "x"): ["x"],
            ("listen", "--where", "x"): ["x"],
            ("listen", "--port", "0", "--tls-cert", "a.pem"): ["--tls-key"],
            ("listen", "--port", "0", "--tls-cert", "a.pem", "--tls-key", "b.pem"): ["a.pem"],
            ("listen", "--port", "0", "--host", "no.such.host.invalid"): ["no.such.host.invalid"],
            ("listen", "--port", "0", "--port-file", "no/such/folder/port"): ["no/such/folder/port"],
            ("listen", "extra"): ["extra"],
            ("fixtures", "show", "action_creatd"): ["did you mean 'action_created'"],
            ("fixtures", "show"): [],
            ("fixtures", "shw"): ["shw"],
            ("fixtures", "export"): [],
            ("secret", "--shwo"): ["did you mean '--show'"],
            ("secret", "--secret", ""): ["empty"],
            ("completion",): ["SHELL", "example: "],
            ("completion", "tcsh"): ["tcsh", "bash"],
        }
        for command, words in cases.items():
            with self.subTest(command):
                self.check_error(self.run_program(*command), 2, *words)

    def test_nothing_asked_is_2_and_shows_the_help_on_stderr(self):
        result = self.run_program()
        self.assertEqual((result.code, result.out), (2, b""))
        self.assertIn("alohook listen", result.error)

    def test_secrets_that_cannot_be_meant_are_2(self):
        for bytes_, word in ((b"", "empty"), (b"\n", "empty"), (b" x\n", "whitespace"), (b"x \n", "whitespace"), (b"x\n\n", "whitespace"),
                             (b'"x"\n', "quotes"), (b"'x'", "quotes"), (b"${ALO_SECRET}\n", "unexpanded")):
            (self.home / "file").write_bytes(bytes_)
            self.check_error(self.run_program("secret", "--secret-file", "file"), 2, word)
            self.check_error(self.run_program("send", "action_created", "--secret-file", "-", stdin=bytes_), 2, word)

    def test_configuration_errors_are_2(self):
        for text, words in (("nonsense = 1", ["nonsense"]), ("[listne]\nport = 1", ["listne"]), ("[listen]\nprot = 1", ["prot", "port"]),
                            ("[listen]\nport = 99999", ["port"]), ('format = "xml"', ["xml"])):
            (self.home / "alohook.toml").write_text(text + "\n")
            self.check_error(self.run_program("listen"), 2, *words)
        (self.home / "alohook.toml").unlink()
        self.check_error(self.run_program("secret", env=self.env(ALOHOOK_FORMAT="xml")), 2, "ALOHOOK_FORMAT", "xml")

    def test_a_taken_port_is_2_with_the_remedy(self):
        listener = self.listen()
        result = self.run_program("listen", "--port", listener.port)
        self.check_error(result, 2, str(listener.port), "already in use", "--port")
        self.assertEqual(post(listener.port, EVENT).status, 200)

    def test_a_socket_file_in_use_is_2(self):
        listener = self.start("listen", "--unix", "alo.sock")
        listener.err.wait_for(lambda err: b"listening on" in err)
        self.check_error(self.run_program("listen", "--unix", "alo.sock"), 2, "alo.sock")
        self.assertEqual(post(self.home / "alo.sock", EVENT).status, 200)


class CouldNotJudge(Case):
    def check(self, result, *words):
        self.assertEqual(result.code, 3, (result.text, result.error))
        for word in words:
            self.assertIn(word, result.text + result.error)

    def both(self, url, *words, arguments=()):
        self.check(self.run_program("send", "action_created", url, *arguments), *words)
        self.check(self.run_program("challenge", url, *arguments), *words)

    def test_nobody_there_is_3(self):
        self.both(f"http://127.0.0.1:{free_port()}/", "refused")
        self.both("unix:/no/such/socket", "/no/such/socket")

    def test_a_name_without_an_address_is_3(self):
        self.both("http://no.such.host.invalid/", "no.such.host.invalid")

    def test_no_answer_in_time_is_3(self):
        self.both(Receiver(self, None).url, "300 ms", arguments=["--timeout", "300ms"])

    def test_an_answer_that_drips_is_3(self):
        def drip(connection):
            try:
                for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.02)
            except OSError:
                pass

        server = Receiver(self, None)
        server._serve = drip
        self.check(self.run_program("send", "action_created", server.url, "--timeout", "500ms"))

    def test_what_is_not_http_is_3(self):
        self.both(Receiver(self, b"SSH-2.0-OpenSSH_9.2 Content-Length\r\n\r\n").url)

    def test_a_connection_closed_without_an_answer_is_3(self):
        self.both(Receiver(self, b"").url)

    def test_an_untrusted_certificate_is_3(self):
        server = Receiver(self, YES, tls=server_tls(*make_certificate(self.home)))
        self.both(server.url, "certificate")
        self.assertEqual(server.requests, [])

    def test_tls_to_a_plain_port_is_3(self):
        self.both(Receiver(self, YES).url.replace("http:", "https:"), arguments=["--timeout", "500ms"])


class Resources(Case):
    def test_too_few_descriptors_are_2_and_a_clear_line(self):
        """With so few descriptors, not even an event loop can be created."""
        with open(alohook.PROGRAM, "rb") as program:
            if b"__ubsan_handle" in program.read():
                self.skipTest("UndefinedBehaviorSanitizer needs descriptors of its own")

        def few_descriptors():
            resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))

        result = self.start("listen", "--port", "0", preexec_fn=few_descriptors).result()
        self.check_error(result, 2, "Too many open files", "ulimit -n")


class Signals(Case):
    def test_either_signal_ends_an_idle_listener_with_0_and_a_summary(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            listener = self.listen()
            post(listener.port, EVENT)
            post(listener.port, EVENT, {})
            with connect(listener.port):  # idle, so it shouldn't be waited for
                result = listener.stop(number)
            self.assertEqual(result.code, 0)
            self.assertIn("1 valid, 1 rejected", result.error)

    def test_a_request_in_flight_is_finished_first(self):
        listener = self.listen()
        with connect(listener.port) as connection:
            raw = request_bytes(EVENT, sign(EVENT))
            connection.sendall(raw[:-5])
            self.assertEqual(post(listener.port, EVENT).status, 200)  # so the first one has arrived
            listener.send_signal(signal.SIGINT)
            self.wait_until_closed(listener.port)
            connection.sendall(raw[-5:])
            self.assertEqual(read_answer(connection).status, 200)
        result = listener.result()
        self.assertEqual(result.code, 0)
        self.assertIn("2 valid", result.error)

    def test_a_second_signal_ends_at_once(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            listener = self.listen()
            with connect(listener.port) as connection:
                connection.sendall(request_bytes(EVENT, sign(EVENT))[:-5])
                self.assertEqual(post(listener.port, EVENT).status, 200)
                listener.send_signal(number)
                self.wait_until_closed(listener.port)
                began = time.monotonic()
                listener.send_signal(number)
                self.assertEqual(listener.result().code, code)
                self.assertLess(time.monotonic() - began, 4)  # the grace for requests in flight is 5 s

    def wait_until_closed(self, port):
        """Waits until the signal has been handled: the listener no longer accepts connections."""
        deadline = time.monotonic() + alohook.PATIENCE
        while time.monotonic() < deadline:
            try:
                connect(port).close()
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                pass  # it closed just as we connected; the next one is refused
            time.sleep(0.01)
        self.fail("the listener goes on listening")

    def test_a_command_that_waits_ends_with_130_and_143(self):
        for command in (["send", "action_created"], ["challenge"]):
            for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
                receiver = Receiver(self, None)
                process = self.start(*command, receiver.url)
                self.assertTrue(receiver.arrived.wait(alohook.PATIENCE))
                process.send_signal(number)
                self.assertEqual(process.result().code, code, command)

    def test_reading_from_stdin_can_be_interrupted(self):
        with open(os.environ["ALOHOOK"], "rb") as program:
            if b"__tsan_init" in program.read():
                self.skipTest("ThreadSanitizer holds signals back while a read of standard input blocks")
        process = self.start("send", "-", stdin=subprocess.PIPE)
        self.wait_until_it_catches_signals(process)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.result().code, 130)

    def wait_until_it_catches_signals(self, process):
        deadline = time.monotonic() + alohook.PATIENCE
        while time.monotonic() < deadline:
            with open(f"/proc/{process.process.pid}/status") as status:
                fields = dict(line.split(":", 1) for line in status)
            # Sleep, too: ThreadSanitizer delivers a signal that arrives before a blocking call only after it.
            if int(fields["SigCgt"], 16) & 1 << (signal.SIGINT - 1) and fields["State"].split()[0] == "S":
                return
            time.sleep(0.01)
        self.fail("SIGINT is not caught")


if __name__ == "__main__":
    alohook.main()
