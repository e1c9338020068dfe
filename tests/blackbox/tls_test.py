"""TLS: each problem with a server's certificate or protocol has its own message."""
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
import unittest
import warnings

import alohook
from alohook import Case, Receiver, server_tls

MAKE = pathlib.Path(__file__).resolve().parent.parent / "support/certificates.sh"


def old_tls(certificate, key):
    """A server that only supports TLS 1.0 and 1.1."""
    context = server_tls(certificate, key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return context


class RawServer:
    """Sends these bytes to each client and closes the connection."""

    def __init__(self, case, greeting):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.greeting = greeting
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        case.addCleanup(self.close)

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(1000)
                    connection.sendall(self.greeting)
                except OSError:
                    pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(alohook.PATIENCE)
        self.socket.close()


class Tls(Case):
    def setUp(self):
        super().setUp()
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        made = subprocess.run(["sh", MAKE], cwd=self.home, capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)

    def identity(self, name):
        return self.home / f"{name}.pem", self.home / f"{name}.key"

    def server(self, name, tls=server_tls):
        return Receiver(self, tls=tls(*self.identity(name))).url

    def send(self, url, *flags):
        return self.run_program("send", "action_created", url, "--cacert", self.home / "ca.pem", *flags)

    def test_each_failure_has_a_line_of_its_own_and_exit_code_3(self):
        cases = {
            "expired": (self.server("expired"), "has expired"),
            "not valid yet": (self.server("future"), "is not valid yet"),
            "another host": (self.server("wrong"), 'is not for "127.0.0.1" but for other.example'),
            "a common name": (self.server("common").replace("127.0.0.1", "localhost"), "a common name doesn't count"),
            "self-signed": (self.server("self"), "is self-signed"),
            "old TLS": (self.server("good", old_tls), "no TLS 1.2 or newer"),
            "plain HTTP": (RawServer(self, b"HTTP/1.1 400 Bad Request\r\n\r\n").url, "does not speak TLS"),
            "silence": (Receiver(self).url.replace("http:", "https:"), "no TLS handshake with 127.0.0.1"),
            "plain words": (RawServer(self, b"220 mail ready\r\n").url, "does not speak TLS"),
            "closed": (RawServer(self, b"").url, "closed during the TLS handshake"),
        }
        lines = {}
        for name, (url, words) in cases.items():
            with self.subTest(name):
                result = self.send(url, "--connect-timeout", "1s") if name == "silence" else self.send(url)
                self.assertEqual(result.code, 3, result)
                self.assertIn(words, result.text + result.error)
                lines[name] = next(line for line in (result.text + result.error).splitlines() if words in line)
        self.assertEqual(self.send(self.server("good")).code, 0)
        with self.subTest("unknown authority"):
            result = self.run_program("send", "action_created", self.server("good"))
            self.assertEqual(result.code, 3)
            lines["authority"] = "from an unknown authority"
            self.assertIn(lines["authority"], result.text + result.error)
        del lines["plain words"]  # reported as plain HTTP
        self.assertEqual(len(set(lines.values())), len(cases), lines)

    def test_where_no_authority_is_installed_the_line_names_the_package(self):
        version = subprocess.run(["openssl", "version", "-d"], capture_output=True, text=True, check=True).stdout
        certificates = pathlib.Path(re.search('"(.*)"', version)[1], "certs")
        hidden = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', certificates]
        if not certificates.is_dir() or subprocess.run([*hidden, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("the system's certificates can't be hidden here")
        command = [*hidden, alohook.PROGRAM, "send", "action_created", self.server("good")]
        result = subprocess.run(command, env=self.env(), cwd=self.home, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 3, result)
        self.assertIn("install the package ca-certificates, or use --cacert", result.stdout + result.stderr)
        self.assertNotIn("unknown authority", result.stdout + result.stderr)

    def test_only_insecure_turns_verification_off_and_never_the_version(self):
        for name in ("expired", "future", "wrong", "self", "good"):
            url = self.server(name)
            self.assertEqual(self.run_program("send", "action_created", url, "--insecure").code, 0, name)
        result = self.run_program("send", "action_created", self.server("good", old_tls), "--insecure")
        self.assertEqual(result.code, 3)
        self.assertIn("no TLS 1.2 or newer", result.text + result.error)

    def test_nothing_is_sent_before_the_certificate_is_trusted(self):
        for name in ("expired", "wrong", "self"):
            receiver = Receiver(self, tls=server_tls(*self.identity(name)))
            self.assertEqual(self.send(receiver.url).code, 3)
            self.assertEqual(receiver.requests, [])

    def test_other_commands_tell_the_same(self):
        url = self.server("expired")
        for command in ("challenge", "check"):
            result = self.run_program(command, url, "--cacert", self.home / "ca.pem")
            self.assertEqual(result.code, 3, result)
            self.assertIn("certificate has expired", result.text + result.error)
        listener = self.listen("--forward", url, "--cacert", self.home / "ca.pem")
        self.assertEqual(alohook.post(listener.port, alohook.EVENT).status, 502)
        self.assertIn("certificate has expired", listener.wait_text("certificate has expired"))

    def test_a_listener_speaks_no_old_tls_either(self):
        listener = self.listen("--tls-cert", self.identity("good")[0], "--tls-key", self.identity("good")[1])
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            client.minimum_version, client.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with alohook.connect(listener.port) as connection:
            with self.assertRaises(ssl.SSLError):
                client.wrap_socket(connection)
        client.minimum_version, client.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
        with alohook.connect(listener.port) as connection:
            with client.wrap_socket(connection) as session:
                self.assertEqual(session.version(), "TLSv1.2")


if __name__ == "__main__":
    alohook.main()
