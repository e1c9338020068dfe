"""Secrets stay where the user put them: not on command lines, in environments, files or output.

`alohook.Process.seen` checks that no output of a program run by the black-box tests contains a secret."""
import base64
import json
import os
import pathlib
import re
import resource
import signal
import stat
import sys
import unittest
import urllib.parse

import alohook
from alohook import EVENT, SECRET, Case, Receiver, forms_of, is_authentic, post, sign

# Writes what it can read about its parent process, and about that one's parent, to the given file.
SPY = """
import json, os, pathlib, sys
def of(pid): return {name: pathlib.Path(f"/proc/{pid}/{name}").read_bytes().decode("latin-1") for name in ("cmdline", "environ")}
pathlib.Path(sys.argv[1]).write_text(json.dumps({"own": of("self"), "parent": of(os.getppid()), "descriptors": os.listdir("/proc/self/fd")}))
print(0)
"""


def holds_secret(content, secret=SECRET):
    return any(form in content for form in forms_of(secret))


class SecrecyCase(Case):
    def setUp(self):
        super().setUp()
        self.secret_file = self.home / "secret.txt"
        self.secret_file.write_text(SECRET + "\n")
        self.secret_file.chmod(0o600)

    def env(self, **more):
        return super().env(**{"ALOHOOK_SECRET": None, **more})


@unittest.skipUnless(os.path.exists("/proc/self/environ"), "there is no /proc")
class Processes(SecrecyCase):
    def spy(self):
        (self.home / "spy.py").write_text(SPY)
        return [sys.executable, self.home / "spy.py", self.home / "seen.json"]

    def seen_by_spy(self):
        return json.loads((self.home / "seen.json").read_text())

    def test_a_secret_from_a_file_is_in_no_command_line_and_no_environment_of_ours(self):
        listener = self.listen("--secret-file", self.secret_file)
        for name in ("cmdline", "environ"):
            self.assertFalse(holds_secret(pathlib.Path(f"/proc/{listener.process.pid}/{name}").read_bytes()), name)

    def test_the_started_command_gets_it_in_one_variable_and_nowhere_else(self):
        result = self.run_program("listen", "--port", "0", "--secret-file", self.secret_file, "--", *self.spy())
        self.assertEqual(result.code, 0, result)
        seen = self.seen_by_spy()
        held = [entry for entry in seen["own"]["environ"].split("\0") if holds_secret(entry.encode("latin-1"))]
        self.assertEqual(held, [f"ALOHOOK_SECRET={SECRET}"])
        self.assertFalse(holds_secret(seen["own"]["cmdline"].encode("latin-1")))
        for name in ("cmdline", "environ"):
            self.assertFalse(holds_secret(seen["parent"][name].encode("latin-1")), name)

    def test_the_started_command_gets_no_descriptor_of_ours(self):
        """Journals, sockets and secret files aren't inherited: only the three streams, and the one that lists the
        directory."""
        result = self.run_program("listen", "--port", "0", "--secret-file", self.secret_file, "--record", "events.jsonl", "--", *self.spy())
        self.assertEqual(result.code, 0, result)
        self.assertEqual(len(self.seen_by_spy()["descriptors"]), 4)

    def test_a_command_that_counts_effects_gets_no_secret(self):
        receiver = Receiver(self)
        command = " ".join(map(str, self.spy()))
        self.run_program("check", receiver.url, "--secret-file", self.secret_file, "--event", "action_created", "--only", "duplicate-delivery",
                         "--effects-cmd", command)
        seen = self.seen_by_spy()
        for whose in ("own", "parent"):
            for name in ("cmdline", "environ"):
                self.assertFalse(holds_secret(seen[whose][name].encode("latin-1")), (whose, name))


class Files(SecrecyCase):
    def contents(self):
        """Returns all files of the test except the secret's own."""
        for path in self.home.rglob("*"):
            if path.is_file() and path != self.secret_file:
                yield path, path.read_bytes()

    def test_no_file_that_is_written_holds_it(self):
        flags = ["--secret-file", self.secret_file]
        listener = self.listen(*flags, "--record", "events.jsonl")
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.assertEqual(post(listener.port, EVENT, {"X-ALO-Signature": "v0=00"}).status, 401)
        listener.stop()
        receiver = Receiver(self, lambda head, headers, body: b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" %
                            (b"200 OK" if is_authentic(headers, body) else b"403 Forbidden"))
        self.run_program("check", receiver.url, *flags, "--junit", "r.xml", "--tap", "r.tap", "--json", "r.json", "--html", "r.html",
                         env=self.env(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(self.home / "summary.md")))
        self.run_program("fixtures", "export", "--out", "fixtures")
        for form in ("http", "curl", "hurl", "har", "vegeta", "artillery", "k6"):
            printed = self.run_program("send", "action_created", receiver.url, *flags, "--print", form)
            self.assertEqual(printed.code, 0)
        written = dict(self.contents())
        self.assertGreaterEqual({path.name for path in written}, {"events.jsonl", "r.xml", "r.tap", "r.json", "r.html", "summary.md"})
        for path, content in written.items():
            self.assertFalse(holds_secret(content), path)

    def test_a_development_secret_is_for_its_owner_alone_whatever_the_umask(self):
        def open_mask():
            os.umask(0)
        result = self.start("secret", preexec_fn=open_mask).result()
        self.assertEqual(result.code, 0, result)
        path = self.home / "state/alohook/secret"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_a_development_secret_that_others_can_read_is_warned_of(self):
        self.run_program("secret")
        path = self.home / "state/alohook/secret"
        for mode in (0o640, 0o604, 0o660):
            path.chmod(mode)
            self.assertIn("is readable by other users", self.run_program("secret").error)
        path.chmod(0o600)
        self.assertEqual(self.run_program("secret").error, "")


class Answers(SecrecyCase):
    """A server whose error page shows its environment, and the signature that it expected."""

    def forms(self):
        percent = urllib.parse.quote(SECRET, safe="")
        return [SECRET, SECRET.encode().hex(), SECRET.encode().hex().upper(), base64.b64encode(SECRET.encode()).decode(),
                "".join(f"%{byte:02X}" for byte in SECRET.encode()), percent]

    def leak(self, status):
        def answer(_, headers, body):
            stamp = dict((name.lower(), value) for name, value in headers).get("x-alo-request-timestamp", "")
            expected = sign(body, timestamp=stamp)["X-ALO-Signature"]
            shown = " ".join([*self.forms(), expected, expected[3:].upper(), base64.b64encode(bytes.fromhex(expected[3:])).decode()])
            self.macs.add(expected[3:])
            head = f"HTTP/1.1 {status} no {SECRET}\r\nX-Debug: {shown}\r\nLocation: /?s={SECRET}\r\nContent-Type: text/plain\r\n"
            return f"{head}Content-Length: {len(shown)}\r\n\r\n{shown}".encode()
        return answer

    def check_masked(self, content):
        text = content.decode()
        for form in self.forms():
            self.assertNotIn(form, text)
        for mac in self.macs:
            self.assertNotIn(mac, text)
            self.assertNotIn(mac.upper(), text)
            self.assertNotIn(base64.b64encode(bytes.fromhex(mac)).decode(), text)

    def test_what_a_server_answers_is_masked_wherever_it_is_shown_or_written(self):
        self.macs = set()
        flags = ["--secret-file", self.secret_file]
        summary = self.home / "summary.md"
        reports = [arg for name in ("junit", "tap", "json", "html") for arg in (f"--{name}", f"report.{name}")]
        for status in (500, 401, 308, 200):
            url = Receiver(self, self.leak(status)).url
            listener = self.listen(*flags, "--forward", url, "--record", "events.jsonl", "-v")
            listener_json = self.listen(*flags, "--forward", url, "--format", "json")
            for port in (listener.port, listener_json.port):
                post(port, EVENT)
            runs = [["send", "action_created", url], ["send", "action_created", url, "-v"], ["send", "action_created", url, "--format", "json"],
                    ["send", "action_created", url, "--repeat", "3"], ["send", "action_created", url, "--bad", "stale"],
                    ["send", "action_created", url, "--bad", "all"], ["challenge", url], ["challenge", url, "--format", "json"],
                    ["replay", "events.jsonl", url], ["check", url, *reports], ["check", url, "-v"], ["check", url, "--format", "json"]]
            results = [listener.stop(), listener_json.stop()]
            for run in runs:
                results.append(self.run_program(*run, *flags, env=self.env(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))))
            shown = 0
            for result in results:
                shown += (result.out + result.err).count("•••".encode())
                # -v and JSON show what alohook sends: its own signatures aren't secret.
                self.check_masked(self.answers_only(result.out + result.err))
            self.assertGreater(shown, 20, "what is looked for was there")
        written = {path.name: path.read_bytes() for path in self.home.iterdir() if path.is_file() and path != self.secret_file}
        self.assertGreaterEqual(set(written), {"report.junit", "report.tap", "report.json", "report.html", "summary.md", "events.jsonl"})
        for name, content in written.items():
            with self.subTest(name):
                self.check_masked(self.answers_only(content))

    @staticmethod
    def answers_only(content):
        """Removes the signature headers of requests."""
        lines = [re.sub(rb'\["X-ALO-Signature","[^"]*"\]', b"", line) for line in content.split(b"\n")]
        return b"\n".join(line for line in lines if not re.match(rb"\s*X-ALO-Signature:", line))


class Ends(SecrecyCase):
    def test_an_end_by_any_signal_shows_no_secret(self):
        def without_core():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
            listener = self.listen("--secret-file", self.secret_file, preexec_fn=without_core)
            self.assertEqual(post(listener.port, EVENT).status, 200)
            listener.stop(number)  # checks the output for the secret
        self.assertEqual([path for path in self.home.rglob("core*")], [])

    def test_errors_around_secrets_do_not_quote_them(self):
        for content in (SECRET + " ", f'"{SECRET}"', f"{SECRET}\n\n", f"\t{SECRET}"):
            self.secret_file.write_text(content)
            result = self.run_program("sign", "--secret-file", self.secret_file, stdin=b"{}")
            self.check_error(result, 2, "the secret from")
            result = self.run_program("sign", env=self.env(ALOHOOK_SECRET=content), stdin=b"{}")
            self.check_error(result, 2, "the secret from")

    def test_a_configuration_file_that_is_wrong_is_not_quoted_where_it_holds_the_secret(self):
        for text in (f"secret = {SECRET}\n", f'secret = "{SECRET}\n', f'secret = "{SECRET}"\nsecret = "{SECRET}"\n',
                     f'[secret]\nvalue = "{SECRET}"\n', f'secret = "{SECRET}"\nunknown = 1\n', f'secret = {{ x = "{SECRET}" }}\n'):
            (self.home / "alohook.toml").write_text(text)
            with self.subTest(text):
                self.check_error(self.run_program("sign", stdin=b"{}"), 2, "alohook.toml")


if __name__ == "__main__":
    alohook.main()
