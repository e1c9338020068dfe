"""Wrong invocations: each error is one line that says what, at most one that says what to do, and none is a library's text."""
import re
import socket
import ssl
import subprocess

import alohook
from alohook import Case, Receiver, make_certificate, server_tls
from replay_test import journal_line

# How CLI11, OpenSSL, toml++, JSON for Modern C++ and the C++ library word their errors.
OF_LIBRARIES = re.compile(r"not in range|Could not convert|is required|requires at least|PEM lib|SSL routines|error:[0-9A-F]{8}|no start line|"
                          r"bad decrypt|Error while parsing|parse_error|json\.exception|std::|basic_|filesystem error|iostream|stoul|terminate|what\(\)")


class Errors(Case):
    def setUp(self):
        super().setUp()
        (self.home / "text").write_text("neither PEM nor JSON nor TOML\n" * 30)
        (self.home / "empty").write_text("")
        (self.home / "folder").mkdir()

    def check_one(self, arguments, words, code=2):
        with self.subTest(" ".join(map(str, arguments))):
            result = self.run_program(*arguments)
            self.check_error(result, code, *words)
            self.assertIsNone(OF_LIBRARIES.search(result.error), result.error)

    def check_all(self, cases):
        for line, words in cases.items():
            self.check_one(line.split(), words)

    def test_urls(self):
        self.check_all({
            "send action_created http://": ["the host is missing"],
            "send action_created http://[::1": ["bracket"],
            "send action_created http://127.0.0.1:x/": ["port"],
            "send action_created 99999": ["65535"],
            "send action_created 0": ["65535"],
            "send action_created folder/x": ["no scheme", "try http://folder/x"],
            "send action_created /hooks": ["no scheme", "a URL looks like"],
            "send action_created unix:": ["socket"],
            "challenge ws://127.0.0.1/": ["ws"],
            "check 3000 --effects-url nonsense": ["nonsense"],
            "listen --forward http://": ["the host is missing"],
            "doctor http://a_b:": ["port"],
        })

    def test_numbers(self):
        self.check_all({
            "listen --port -1": ["--port: expected a whole number from 0 to 65535, got '-1'"],
            "listen --port 80000": ["got '80000'"],
            "listen --inspect 1e3": ["--inspect", "got '1e3'"],
            "listen --max-body 99999999999G": ["--max-body: expected a size"],
            "listen --accepted-status 99": ["--accepted-status: expected"],
            "listen --forward 3000 --forward-concurrency 0": ["from 1 to 256"],
            "send action_created --repeat -1": ["--repeat: expected"],
            "send action_created --repeat 1e9": ["--repeat: expected"],
            "send action_created --rate 0": ["--rate: expected a rate"],
            "send action_created --timeout 99999999999999999999s": ["--timeout: expected a duration"],
            "events --last 0": ["--last: expected"],
        })

    def test_files(self):
        self.check_all({
            "send ./folder 3000": ["can't read './folder': Is a directory"],
            "send no.json 3000": ["can't read 'no.json': No such file or directory"],
            "verify folder --signature v0=00 --timestamp 1": ["Is a directory"],
            "verify --http empty": ["empty"],
            "verify --har text": ["not HAR"],
            "verify text --id abcd": ["'text' is neither a journal nor HAR"],
            "replay folder 3000": ["can't read 'folder': Is a directory"],
            "replay text 3000": ["'text' is neither a journal nor HAR"],
            "replay no.jsonl 3000": ["No such file or directory"],
            "inspect folder": ["can't read 'folder': Is a directory"],
            "inspect no.jsonl": ["can't read 'no.jsonl': No such file or directory"],
            "show --journal no.jsonl": ["can't read 'no.jsonl': No such file or directory"],
            "show --journal folder": ["can't read 'folder': Is a directory"],
            "show --journal text abcd": ["'text' is neither a journal nor HAR"],
            "events text": ["'text' is neither a journal nor HAR"],
            "sign folder": ["Is a directory"],
            "secret --secret-file folder": ["Is a directory"],
            "secret --config folder": ["Is a directory"],
            "secret --config text": ["line 1 isn't valid TOML: expected '='"],
            "fixtures --fixtures text": ["Not a directory"],
            "listen --record folder": ["Is a directory"],
            "listen --port 0 --port-file folder": ["Is a directory"],
            "listen --unix folder": ["is not a socket"],
            "listen --unix no/such/socket": ["No such file or directory"],
        })

    def test_words(self):
        self.check_all({
            "send action_created --bad nonsense": ["there is no 'nonsense'", "list them: --bad list"],
            "listen --path foo": ["--path: expected a path such as /webhooks/alo, got 'foo'"],
            "listen --output zork": ["expected pretty, compact or full"],
            "check 3000 --lang cobol": ["cobol", "python"],
            "challenge 3000 --resolve zork": ["HOST:PORT:ADDRESS"],
            "listen --fault zork": ["reset"],
            "help zork": ["no command or topic"],
        })

    def test_swapped_words(self):
        self.check_all({
            "send 3000 action_created": ["'3000' is a URL: the arguments are swapped", "try: alohook send action_created 3000"],
            "send http://127.0.0.1:3000/": ["missing EVENT", "try: alohook send action_created http://127.0.0.1:3000/"],
            "replay :3000/hooks text": ["':3000/hooks' is a URL: the arguments are swapped", "try: alohook replay text :3000/hooks"],
            "replay 3000 text": ["'3000' is a URL: the arguments are swapped", "try: alohook replay text 3000"],
            "replay 3000 no.jsonl": ["'3000' is a URL: the arguments are swapped", "try: alohook replay no.jsonl 3000"],
            "replay last text": ["'text' is a file, where a URL belongs", "try: alohook replay text 3000"],
            "replay text empty": ["'empty' is a file, where a URL belongs", "try: alohook replay empty 3000"],
        })

    def test_four_digits_are_an_id_where_a_url_may_follow(self):
        for line in ("replay 3000", "replay 3000 4000"):
            self.check_one(line.split(), ["no events are remembered"])

    def test_what_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.check_one(["listen", "--port", port], ["already in use", "--port"])
        self.check_one(["listen", "--port", "0", "--host", "192.0.2.1"], ["not an address of this machine"])

    def test_certificates(self):
        certificate, key = make_certificate(self.home)
        encrypted = self.home / "encrypted.pem"
        subprocess.run(["openssl", "pkcs8", "-topk8", "-in", key, "-passout", "pass:x", "-out", encrypted], check=True, capture_output=True)
        self.check_one(["listen", "--port", "0", "--tls-cert", "text", "--tls-key", key], ["the TLS certificate can't be read", "PEM"])
        self.check_one(["listen", "--port", "0", "--tls-cert", certificate, "--tls-key", "text"], ["the TLS key can't be used", "isn't PEM"])
        self.check_one(["listen", "--port", "0", "--tls-cert", certificate, "--tls-key", encrypted], ["it has a passphrase"])
        self.check_one(["send", "action_created", "https://127.0.0.1:1/", "--cacert", "text"], ["the CA file", "PEM"])

    def test_a_server_that_wants_a_client_certificate(self):
        certificate, key = make_certificate(self.home)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            tls = server_tls(certificate, key)
            tls.minimum_version = tls.maximum_version = version
            tls.verify_mode = ssl.CERT_REQUIRED
            result = self.run_program("send", "action_created", Receiver(self, tls=tls).url, "--insecure")
            self.assertEqual(result.code, 3)
            self.assertIsNone(OF_LIBRARIES.search(result.text + result.error), result)
            self.assertRegex(result.text, "wants a client certificate|closed|reset")

    def test_what_is_useless_is_noted(self):
        result = self.run_program("listen", "--port", "0", "--only", "action_craeted", "--timeout", "1s", "--", "true")
        self.assertEqual(result.code, 0)
        self.assertIn("note: 'action_craeted' is not a type that ALO documents; did you mean 'action_created'?", result.error)
        self.assertNotIn("--timeout", result.error)
        listener = self.listen("--timeout", "1s")
        listener.err.wait_for(lambda err: b"note: --timeout has nothing to wait for" in err)
        self.assertEqual(listener.stop().code, 0)

    def test_flags_about_certificates_are_noted_where_there_are_none(self):
        certificate, key = make_certificate(self.home)
        (self.home / "events.jsonl").write_bytes(journal_line(1, b'{"type":"action_created"}'))
        plain, secure = Receiver(self), Receiver(self, tls=server_tls(certificate, key))
        flags = ["--cacert", certificate, "--insecure"]

        def notes(arguments, env=None):
            return [line for line in self.run_program(*arguments, env=env).error.splitlines() if line.startswith("note: ")]
        for command in (["send", "action_created"], ["replay", "events.jsonl"], ["challenge"], ["check", "--only", "accept-valid"], ["doctor"]):
            with self.subTest(command[0]):
                expected = [f"note: {flag} has no effect without an https URL" for flag in ("--insecure", "--cacert")]
                self.assertEqual(notes([*command, "--url", plain.url, *flags]), expected)
                self.assertEqual(notes([*command, "--url", plain.url], self.env(ALOHOOK_CACERT=str(certificate))), [])
                self.assertEqual(notes([*command, "--url", secure.url, *flags]), [])
        start = ["listen", "--port", "0", "--forward", plain.url]
        self.assertEqual(notes([*start, *flags, "--", "true"]), expected)
        self.assertEqual(notes([*start, "--forward", f"action_created={secure.url}", *flags, "--", "true"]), [])
        self.assertEqual(notes([*start, "--inspect", "0", *flags, "--", "true"]), [])

    def test_a_client_that_does_not_trust_the_listener(self):
        listener = self.listen("--tls-self-signed")
        with self.assertRaises(ssl.SSLError), socket.create_connection(("127.0.0.1", listener.port)) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")
        self.wait_note(listener, "TLS handshake failed: the client doesn't trust the certificate")
        with socket.create_connection(("127.0.0.1", listener.port)) as plain:
            plain.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n\r\n")
            self.wait_note(listener, "TLS handshake failed: the client speaks plain HTTP")
        self.assertEqual(listener.stop().code, 0)

    def wait_note(self, listener, text):
        self.assertTrue(listener.err.wait_for(lambda err: text.encode() in err), listener.err.bytes)


if __name__ == "__main__":
    alohook.main()
