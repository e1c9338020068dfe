"""What goes to which stream: clean pipes, color, broken pipes, no prompts, and no hostile bytes on a terminal."""
import json
import os
import pty
import re
import signal
import subprocess
import tempfile
import time
import unittest

import alohook
from alohook import EVENT, Case, Receiver, ask, post, request_bytes, sign

ESCAPE = b"\x1b"
# Bytes that a terminal interprets or hides: C0 without LF, DEL, C1, bidirectional controls, zero-width, byte order
# mark.
HOSTILE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
EVIL = "\x1b[31mred\x1b]0;title\x07\x1b]8;;http://x\x1b\\ \u202eback\u2066 \u200b\ufeff \x9b31m \x7f"
JSON_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"


class CleanPipes(Case):
    def test_json_lines_parse_and_name_their_schema(self):
        listener = self.listen("--format", "json")
        hopeless = Receiver(self, b"")
        for command in (["send", "action_created", listener.url], ["send", "action_created", hopeless.url], ["challenge", listener.url],
                        ["challenge", hopeless.url], ["fixtures"], ["fixtures", "show", "action_updated"], ["secret"], ["sign"],
                        ["verify", "--signature", "v0=" + "0" * 64, "--timestamp", "1"]):
            result = self.run_program(*command, "--format", "json", stdin=EVENT)
            self.assertTrue(result.lines, command)
            for line in result.lines:
                self.assertIsInstance(line, dict)
                self.assertEqual(line["schema"], 1)
        post(listener.port, EVENT, {})
        for line in listener.stop().lines:
            self.assertEqual(line["schema"], 1)
            self.assertLessEqual({"id", "received_at", "remote", "method", "target", "headers", "type", "signature", "answer"}, set(line))
            self.assertRegex(line["received_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_readiness_and_summary_go_to_stderr(self):
        for form in ("human", "json", "quiet"):
            listener = self.listen("--format", form)
            self.assertRegex(listener.err.bytes.decode(), r"(?m)^listening on http://127\.0\.0\.1:\d+/$")
            stopped = listener.stop()
            self.assertEqual(stopped.out, b"")
            self.assertIn("stopped", stopped.error)

    def test_quiet_says_nothing_on_stdout(self):
        listener = self.listen("--format", "quiet")
        for command in (["send", "action_created", listener.url], ["challenge", listener.url], ["fixtures"]):
            result = self.run_program(*command, "--format", "quiet")
            self.assertEqual((result.code, result.out, result.err), (0, b"", b""), command)
        self.assertEqual(listener.stop().out, b"")

    def test_an_exported_fixture_is_its_bytes_and_nothing_more(self):
        fixtures = {line["name"]: line for line in self.run_program("fixtures", "--format", "json").lines}
        for name, fixture in fixtures.items():
            self.assertEqual(self.run_program("fixtures", "export", name).out, alohook.body_of(fixture))
        self.assertIn(b"\r\n", alohook.body_of(fixtures["action_status_updated"]))

    def test_each_event_is_written_when_it_comes(self):
        """Output isn't held in a buffer while the other end of the pipe waits for it."""
        listener = self.listen("--format", "json")
        for count in (1, 2, 3):
            post(listener.port, EVENT)
            self.assertEqual(len(listener.wait_lines(count)), count)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full here")
    def test_results_that_cannot_be_written_are_not_a_success(self):
        for command in (["fixtures", "export", "action_created"], ["fixtures", "--format", "json"], ["secret"], ["completion", "bash"]):
            with open("/dev/full", "wb") as full:
                result = self.start(*command, stdout=full).result()
            self.assertNotEqual(result.code, 0, command)
            self.assertIn("alohook: ", result.error)


class Colour(Case):
    def commands(self):
        url = Receiver(self, JSON_ANSWER).url
        return [["send", "action_created", url], ["challenge", url], ["fixtures", "show", "action_created"]]

    def test_no_escape_byte_reaches_a_pipe(self):
        for command in self.commands() + [["--help"], ["send", "--help"], ["sned"], []]:
            result = self.run_program(*command)
            self.assertNotIn(ESCAPE, result.out + result.err, command)

    def on_terminal(self, command, **env):
        """Runs with stdout and stderr on a pseudoterminal. Returns its output."""
        ours, theirs = pty.openpty()
        with open(ours, "rb", buffering=0) as file:
            process = self.start(*command, env=self.env(**{"TERM": "xterm", **env}), stdout=theirs, stderr=theirs)
            os.close(theirs)
            shown = b""
            try:
                while chunk := file.read(65536):
                    shown += chunk
            except OSError:  # EIO: the program has ended
                pass
            process.process.wait()
        return shown

    def test_the_order_of_precedence_in_a_pipe_and_on_a_terminal(self):
        command = ["fixtures", "show", "action_created"]
        #        flag      NO_COLOR  CLICOLOR_FORCE  TERM     pipe   terminal
        cases = [(None,     None,     None,           "xterm", False, True),
                 (None,     "1",      None,           "xterm", False, False),
                 (None,     "",       None,           "xterm", False, True),
                 (None,     None,     "1",            "xterm", True,  True),
                 (None,     None,     "0",            "xterm", False, True),
                 (None,     None,     "",             "xterm", False, True),
                 (None,     "1",      "1",            "xterm", False, False),
                 (None,     None,     None,           "dumb",  False, False),
                 ("auto",   None,     None,           "xterm", False, True),
                 ("auto",   "1",      None,           "xterm", False, False),
                 ("always", "1",      "0",            "dumb",  True,  True),
                 ("never",  None,     "1",            "xterm", False, False)]
        for flag, no_color, force, term, in_pipe, on_terminal in cases:
            with self.subTest(flag=flag, NO_COLOR=no_color, CLICOLOR_FORCE=force, TERM=term):
                arguments = command + (["--color", flag] if flag else [])
                env = {"NO_COLOR": no_color, "CLICOLOR_FORCE": force, "TERM": term}
                piped = self.run_program(*arguments, env=self.env(**env)).out
                self.assertEqual(ESCAPE in piped, in_pipe)
                self.assertEqual(ESCAPE in self.on_terminal(arguments, **env), on_terminal)

    def test_colour_changes_no_word(self):
        for command in self.commands():
            plain = self.run_program(*command).out
            coloured = self.run_program(*command, "--color", "always").out
            self.assertIn(ESCAPE, coloured)
            def stable(shown):
                shown = re.sub(rb"\x1b\[[0-9;]*m", b"", shown)
                shown = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", b"UUID", shown)
                return re.sub(rb"\d[\d.]* ?(ms|s)\b|\d{4}-[\dT:.-]*Z|\d+", b"N", shown)

            self.assertEqual(stable(coloured), stable(plain))

    def test_only_the_eight_colours_that_themes_define(self):
        for command in self.commands():
            coloured = self.run_program(*command, "--color", "always").out
            codes = set(re.findall(rb"\x1b\[([0-9;]*)m", coloured))
            # No black and no white: one of them may be the background.
            self.assertLessEqual(codes, {b"0", b"1", b"2", b"31", b"32", b"33", b"1;34", b"35", b"36"})

    def test_verdicts_have_a_sign_and_a_word(self):
        listener = self.listen()
        post(listener.port, EVENT)
        post(listener.port, EVENT, {})
        shown = listener.stop().text
        self.assertIn("✓ valid", shown)
        self.assertIn("✗ signature missing", shown)

    def test_colour_on_stdout_is_decided_by_stdout(self):
        ours, theirs = pty.openpty()
        with open(ours, "rb", buffering=0), open(theirs, "wb", buffering=0) as terminal:
            result = self.start("fixtures", "show", "action_created", env=self.env(TERM="xterm"), stderr=terminal).result()
        self.assertNotIn(ESCAPE, result.out)


class BrokenPipes(Case):
    def test_a_listener_whose_reader_has_gone_ends_quietly(self):
        for form in ("human", "json"):
            reading, writing = os.pipe()
            listener = self.listen("--format", form, stdout=writing)
            os.close(writing)
            post(listener.port, EVENT)
            self.assertTrue(os.read(reading, 10))
            os.close(reading)
            deadline = time.monotonic() + alohook.PATIENCE
            while listener.process.poll() is None and time.monotonic() < deadline:
                try:
                    post(listener.port, EVENT)
                except OSError:
                    pass
                time.sleep(0.01)
            self.assertIsNotNone(listener.process.poll(), "it goes on, for nobody")
            error = listener.result().error
            self.assertNotIn("error", error)
            self.assertNotIn("terminate", error)

    def test_other_commands_end_quietly(self):
        url = Receiver(self, JSON_ANSWER).url
        for command in (["send", "action_created", url], ["challenge", url], ["fixtures"], ["secret"], ["completion", "bash"], ["--help"]):
            reading, writing = os.pipe()
            os.close(reading)
            # Even if the parent process ignores the signal, as in some CI runners.
            for handling in (signal.SIG_DFL, signal.SIG_IGN):
                process = self.start(*command, stdout=writing, restore_signals=False,
                                     preexec_fn=lambda: signal.signal(signal.SIGPIPE, handling))
                self.assertEqual(process.result().err, b"", command)
            os.close(writing)

    def test_a_server_that_hangs_up_while_we_send_is_no_broken_pipe(self):
        """The signal for a broken pipe must not end a command that was only writing to a socket."""
        body = b'"' + b"x" * 8_000_000 + b'"'
        receiver = Receiver(self, JSON_ANSWER)
        receiver._serve = lambda connection: (connection.recv(1), connection.close())
        result = self.run_program("send", "-", receiver.url, stdin=body)
        self.assertEqual(result.code, 3, result)

    def test_a_client_that_hangs_up_while_we_answer_does_not_end_the_listener(self):
        listener = self.listen("--format", "quiet")
        for _ in range(20):
            connection = alohook.connect(listener.port)
            connection.sendall(request_bytes(EVENT, sign(EVENT)) * 20)
            connection.close()
        self.assertEqual(post(listener.port, EVENT).status, 200)


class NoPrompt(Case):
    def test_nothing_asks_when_stdin_is_closed(self):
        url = Receiver(self, JSON_ANSWER).url
        for env in (self.env(), self.env(ALOHOOK_SECRET=None)):
            for command in (["send", "action_created", url], ["challenge", url], ["secret"], ["fixtures"]):
                process = self.start(*command, env=env, stdin=None, preexec_fn=lambda: os.close(0), start_new_session=True)
                self.assertIn(process.result().code, (0, 1), command)

    def test_a_listener_needs_neither_stdin_nor_a_terminal(self):
        listener = self.listen(stdin=None, preexec_fn=lambda: os.close(0), start_new_session=True)
        self.assertEqual(post(listener.port, EVENT).status, 200)

    def test_an_encrypted_key_is_refused_and_not_asked_about(self):
        certificate, key = alohook.make_certificate(self.home)
        subprocess.run(["openssl", "ec", "-in", key, "-aes256", "-passout", "pass:x", "-out", self.home / "locked.pem"],
                       check=True, capture_output=True)
        result = self.run_program("listen", "--port", "0", "--tls-cert", certificate, "--tls-key", "locked.pem")
        self.check_error(result, 2, "key")


class HostileBytes(Case):
    def check_clean(self, result):
        for name, stream in (("stdout", result.out), ("stderr", result.err)):
            text = stream.decode("utf-8")  # also checks that the output is UTF-8, whatever was received
            found = HOSTILE.search(text)
            self.assertIsNone(found, f"{name} holds {found and hex(ord(found[0]))}: {text[max(0, (found.start() if found else 0) - 80):][:160]!r}")

    def bodies(self):
        evil = EVIL.encode()
        yield b"plain " + evil
        yield json.dumps({"type": "action_created", EVIL: EVIL}, ensure_ascii=False).encode()
        yield json.dumps({"type": EVIL, "n": [EVIL]}, ensure_ascii=False).encode()
        yield b'{"type":"action_created","t":"' + "\u202e\u2066\u200b\ufeff\x7f\x9b".encode() + b'"}'
        yield b'{"type":"\xe2\x80\xae\xe2\x81\xa6evil"}'
        yield b"\x00\x01\x02" + evil + b"\xff\xfe"
        yield b"\xff\x1b[31m"
        yield b"a\rb\r\nc\x0b\x0c\x08\x08d\x85"
        yield b"::error::injected\n"

    def test_nothing_that_arrives_reaches_a_stream_raw(self):
        for arguments in ([], ["-v"], ["-v", "--raw"], ["--format", "json"], ["--max-lines", "0"]):
            with self.subTest(arguments):
                listener = self.listen("--color", "never", *arguments)
                for body in self.bodies():
                    post(listener.port, body)
                    post(listener.port, body, {"X-ALO-Signature": "v0=\u202e\u200b", "X-ALO-Request-Timestamp": "\u2066"})
                for raw in (request_bytes(EVENT, {"X-Evil": "\u202e\u200b\x9b\ufeff", "X-Tab": "a\tb"}),
                            request_bytes(EVENT, sign(EVENT)).replace(b"POST / ", b"POST /\xe2\x80\xae\xff\x9b?\xc2\x9b "),
                            request_bytes(EVENT, {"X-Bytes": "\udcff\udc9b31m"}),
                            request_bytes(EVENT, {"X-Escape": "\x1b[31m"}), request_bytes(EVENT, {"X-Nul": "\x00"}),
                            b"\x1b[31mGET / HTTP/1.1\r\n\r\n", b"GET /\x1b[31m HTTP/1.1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n"):
                    ask(listener.port, raw)
                self.check_clean(listener.stop())

    def test_nothing_in_an_answer_reaches_a_stream_raw(self):
        evil = EVIL.encode()
        answers = [b"HTTP/1.1 200 \xe2\x80\xae%s\r\nContent-Length: 0\r\n\r\n" % "\u200b\x9b".encode(),
                   b"HTTP/1.1 500 OK\r\nX-Evil: \xe2\x80\xae\xff\xc2\x9b\r\nContent-Length: 0\r\n\r\n",
                   b"HTTP/1.1 302 Found\r\nLocation: http://\xe2\x80\xae\xff/\r\nContent-Length: 0\r\n\r\n",
                   b"HTTP/1.1 200 OK\r\nContent-Type: \xe2\x80\xae\xc2\x9b\r\nContent-Length: 0\r\n\r\n",
                   b"HTTP/1.1 200 \x1b[31m\r\nContent-Length: 0\r\n\r\n",
                   b"\x1b[31mcontent-length\r\n\r\n"]
        answers += [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
                    for body in [*self.bodies(), b'{"challenge":"%s"}' % evil, json.dumps({"challenge": EVIL}).encode()]]
        for answer in answers:
            url = Receiver(self, answer).url
            for command in (["send", "action_created", "-v"], ["challenge"]):
                for form in ("human", "json"):
                    with self.subTest(answer=answer, command=command, form=form):
                        self.check_clean(self.run_program(*command, url, "--color", "never", "--format", form))

    def test_nothing_in_an_argument_or_a_file_reaches_a_stream_raw(self):
        folder = tempfile.mkdtemp(dir=self.home)
        with open(os.path.join(folder, "evil.json"), "wb") as file:
            file.write(b'{"type":"\xe2\x80\xae\x1b[31m\xff"}')
        name = "\x1b[31m\u202e"
        for command in (["send", name], ["send", "action_created", f"http://{name}/"], ["send", f"./{name}.json"],
                        ["send", "action_created", "--set", f"/{name}=x"], ["send", "action_created", "--header", name],
                        ["send", "action_created", "--timeout", name], ["listen", f"--{name}"], [name], ["fixtures", "show", name],
                        ["listen", "--host", name, "--port", "0"], ["completion", name], ["fixtures", "--fixtures", folder],
                        ["fixtures", "show", "evil", "--fixtures", folder], ["secret", "--secret-file", name],
                        ["secret", "--config", name], ["listen", "--where", name], ["listen", "--unix", f"/{name}/{name}"],
                        ["sign", name], ["verify", name], ["verify", "--signature", name, "--timestamp", name], ["verify", "--http", "-"]):
            with self.subTest(command):
                self.check_clean(self.run_program(*command, stdin=EVIL.encode() + b"\xff"))


if __name__ == "__main__":
    alohook.main()
