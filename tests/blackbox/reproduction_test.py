"""What is printed to reproduce a failure works as printed, under a plain sh."""
import pathlib
import shutil
import socket
import subprocess
import unittest

import alohook
from alohook import OTHER_SECRET, SECRET, Case, Receiver, is_authentic, make_certificate, server_tls, sign

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NO = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"


def trims(_, headers, body):
    """Rejects correct signatures of bodies that end with whitespace."""
    try:
        return OK if is_authentic(headers, body) and body == body.strip() else NO
    except TypeError:
        return NO


def accepts_all(*_):
    return OK


@unittest.skipUnless(shutil.which("curl") and shutil.which("sh"), "curl or sh is not installed")
class Reproductions(Case):
    def setUp(self):
        super().setUp()
        self.folder = self.home / "a folder"  # with a space, as in real directories
        self.folder.mkdir()
        self.secret_file = self.folder / "s.txt"
        self.secret_file.write_text(SECRET + "\n")
        self.secret_file.chmod(0o600)

    def env(self, **more):
        env = super().env(**more)
        env["PATH"] = f"{pathlib.Path(alohook.PROGRAM).parent}:{env['PATH']}"
        return env

    def failures(self, url, *arguments, env):
        lines = self.run_program("check", url, "--format", "json", *arguments, env=env).lines
        failures = [line for line in lines if line.get("result") == "fail" and "reproduction" in line]
        self.assertTrue(failures, lines)
        return failures

    def reproduce(self, failure, env):
        script = "\n".join(failure["reproduction"]["commands"])
        self.assertNotIn("<(", script)
        self.assertNotIn(SECRET, script)
        return script, subprocess.run(["sh", "-c", script], cwd=self.home, env=env, capture_output=True, timeout=alohook.PATIENCE)

    def check_reproduction(self, receiver, url, *arguments, env=None):
        """The command gets the same response, and what should have been accepted is signed with the same secret."""
        env = self.env() if env is None else env
        for failure in self.failures(url, *arguments, env=env):
            with self.subTest(check=failure["id"], arguments=arguments):
                before = len(receiver.requests)
                script, shell = self.reproduce(failure, env)
                if "alohook check" in script.splitlines()[-1]:
                    self.assertIn(f"✗ {failure['id']} ", shell.stdout.decode(), (script, shell))
                    continue
                status = failure["got"].split()[0]
                self.assertIn(f" {status} ", shell.stdout.decode(), (script, shell))
                self.assertEqual(len(receiver.requests), before + 1, (script, shell))
                if "alohook sign" in script and "-H @" in script:
                    _, headers, body = receiver.requests[-1]
                    stamps = {name.lower(): value for name, value in headers}
                    right = sign(body, timestamp=stamps["x-alo-request-timestamp"])["X-ALO-Signature"]
                    self.assertEqual(stamps["x-alo-signature"], right, "it is signed with the same secret, whatever its age")

    def test_each_failure_of_servers_that_accept_all_and_that_trim(self):
        for answer in (accepts_all, trims):
            receiver = Receiver(self, answer)
            self.check_reproduction(receiver, receiver.url)

    def test_the_secret_comes_from_where_it_came(self):
        receiver = Receiver(self, trims)
        chosen = ["--only", "raw-newlines", "--only", "reject-truncated"]
        without = self.env(ALOHOOK_SECRET=None)
        self.check_reproduction(receiver, receiver.url, *chosen, "--secret-file", self.secret_file, env=without)
        self.check_reproduction(receiver, receiver.url, *chosen, env=self.env(ALOHOOK_SECRET=None, ALOHOOK_SECRET_FILE=str(self.secret_file)))
        # Another secret in the environment doesn't replace it.
        self.check_reproduction(receiver, receiver.url, *chosen, "--secret-file", self.secret_file, env=self.env(ALOHOOK_SECRET=OTHER_SECRET))
        typed = self.failures(receiver.url, *chosen, "--secret", SECRET, env=without)[0]
        script, shell = self.reproduce(typed, without)
        self.assertIn(b"set it to the signing secret", shell.stderr, script)
        self.assertNotIn(b"HTTP/1.1", shell.stdout)
        _, shell = self.reproduce(typed, {**without, "SECRET": SECRET})
        self.assertIn(b" 403 ", shell.stdout)
        self.assertTrue(is_authentic(*receiver.requests[-1][1:]))

    def test_the_connection_is_made_in_the_same_way(self):
        certificate, key = make_certificate(self.folder)
        secure = Receiver(self, trims, tls=server_tls(certificate, key))
        chosen = ["--only", "raw-newlines", "--only", "no-redirect"]
        self.check_reproduction(secure, secure.url, *chosen, "--cacert", certificate)
        self.check_reproduction(secure, secure.url, *chosen, "--insecure")
        plain = Receiver(self, trims)
        named = f"http://hooks.example:{plain.port}/a?b=[1]"
        self.check_reproduction(plain, named, *chosen, "--resolve", f"hooks.example:{plain.port}:127.0.0.1")
        path = self.folder / "s.sock"
        local = Receiver(self, trims, address=path)
        self.check_reproduction(local, f"unix:{path}:/hooks", *chosen)
        self.check_reproduction(local, "http://hooks.example/hooks", *chosen, "--unix", path)

    def test_forgeries_are_sent_in_the_same_way(self):
        certificate, key = make_certificate(self.folder)
        secure = Receiver(self, accepts_all, tls=server_tls(certificate, key))
        self.check_reproduction(secure, secure.url, "--only", "reject-t*", "--only", "reject-wrong-secret", "--cacert", certificate,
                                "--secret-file", self.secret_file, env=self.env(ALOHOOK_SECRET=None))

    def test_the_command_to_retry_runs_the_same_check(self):
        receiver = Receiver(self, trims)
        result = self.run_program("check", receiver.url, "--secret-file", self.secret_file, env=self.env(ALOHOOK_SECRET=None))
        retry = next(line.split("Retry", 1)[1].strip() for line in result.text.splitlines() if line.strip().startswith("Retry"))
        shell = subprocess.run(["sh", "-c", retry], cwd=self.home, env=self.env(ALOHOOK_SECRET=None), capture_output=True)
        self.assertEqual(shell.returncode, 1, shell)
        self.assertIn(b"\xe2\x9c\x97 raw-", shell.stdout)


if __name__ == "__main__":
    alohook.main()
