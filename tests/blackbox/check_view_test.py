"""What `alohook check` prints: the verdict and the root cause first, briefly, with correct numbers."""
import fcntl
import hashlib
import json
import os
import pty
import re
import struct
import termios

import alohook
from alohook import OTHER_SECRET, SECRET, Case, Receiver, is_authentic, make_certificate, server_tls


def response(status, body=b"", *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Server:
    """A webhook endpoint in which one step can be replaced."""

    def __init__(self, secret=SECRET, signed_form=lambda body: body, verifies=True, rejection=response("403 Forbidden", b"no")):
        self.secret, self.signed_form, self.verifies, self.rejection = secret, signed_form, verifies, rejection

    def __call__(self, head, headers, body):
        if not head.startswith(b"POST "):
            return response("405 Method Not Allowed")
        if self.verifies and not self.is_valid(headers, body):
            return self.rejection
        try:
            event = json.loads(body)
        except ValueError:
            return response("400 Bad Request", b"not an event")
        if not isinstance(event, dict):
            return response("400 Bad Request", b"not an event")
        if event.get("type") in ("webhook_url_verification", "webhook_url_validation"):
            return response("200 OK", json.dumps({"challenge": event.get("challenge")}).encode(), "Content-Type: application/json")
        return response("200 OK", b"ok", "Content-Type: text/plain")

    def is_valid(self, headers, body):
        names = [name.lower() for name, _ in headers]
        if names.count("x-alo-signature") != 1 or names.count("x-alo-request-timestamp") != 1:
            return False
        try:
            body = self.signed_form(body)
            return is_authentic([(name, value) for name, value in headers if value.isascii()], body, self.secret)
        except ValueError:
            return False


def reserialized(body):
    return json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()


class ViewCase(Case):
    def check(self, url, *arguments, **more):
        result = self.run_program("check", url, *arguments, **more)
        result.lines_shown = [line for line in (result.text + result.error).splitlines()]
        return result

    def check_lines(self, result, code, most, *words):
        self.assertEqual(result.code, code, result)
        self.assertLessEqual(len(result.lines_shown), most, "\n".join(result.lines_shown))
        for word in words:
            self.assertIn(word, result.text)


class NothingToCheck(ViewCase):
    def test_nothing_there(self):
        receiver = Receiver(self)
        receiver.close()
        result = self.check(receiver.url)
        self.check_lines(result, 3, 4, f"✗ can't check {receiver.url}", "is your server running?", "--wait 30s")
        self.assertIn("efused", result.text)

    def test_a_path_that_is_no_endpoint(self):
        receiver = Receiver(self, response("404 Not Found"))
        result = self.check(receiver.url + "nope")
        self.check_lines(result, 1, 4, f"no webhook endpoint at {receiver.url}nope: 404 Not Found", "Is the path right?")
        self.assertLess(len(receiver.requests), 12, "it stops early")

    def test_a_path_that_does_not_accept_post(self):
        result = self.check(Receiver(self, response("405 Method Not Allowed", b"", "Allow: GET")).url)
        self.check_lines(result, 1, 4, "doesn't accept POST: 405 Method Not Allowed", "It allows GET")

    def test_a_redirect(self):
        receiver = Receiver(self, response("308 Permanent Redirect", b"", "Location: /hook/"))
        result = self.check(receiver.url + "hook")
        self.check_lines(result, 1, 4, "redirects: 308 Permanent Redirect", f"{receiver.url}hook/")
        self.assertLess(len(receiver.requests), 12)

    def test_http_to_a_port_that_speaks_tls_and_the_other_way_round(self):
        secure = Receiver(self, response("200 OK"), tls=server_tls(*make_certificate(self.home)))
        result = self.check(secure.url.replace("https:", "http:"))
        self.check_lines(result, 3, 4, "does the server speak https?", secure.url)
        result = self.check(secure.url)
        self.check_lines(result, 3, 4, "--cacert FILE", "--insecure")
        plain = Receiver(self, response("200 OK"))
        result = self.check(plain.url.replace("http:", "https:"))
        self.check_lines(result, 3, 4, "plain http", plain.url)

    def test_only_another_answer_at_this_path_is_checked_on(self):
        """A server that rejects with 404 is checked like any other."""
        result = self.check(Receiver(self, Server(rejection=response("404 Not Found"))).url)
        self.assertEqual(result.code, 0, result)


class AtAGlance(ViewCase):
    def test_a_correct_server(self):
        receiver = Receiver(self, Server())
        result = self.check(receiver.url)
        self.check_lines(result, 0, 6, "✓ all ", " required checks passed", receiver.url)

    def test_another_secret(self):
        result = self.check(Receiver(self, Server(secret=OTHER_SECRET)).url)
        self.check_lines(result, 1, 8, "accept-valid", "do both sides use the same secret?", "With   ALOHOOK_SECRET (",
                         hashlib.sha256(SECRET.encode()).hexdigest()[:8], "Fix    compare on your server: ")
        result = self.check(Receiver(self, Server(secret=OTHER_SECRET)).url, env=self.env(ALOHOOK_SECRET=None))
        self.check_lines(result, 1, 9, "With   the development secret (", "Fix    alohook secret --show prints it")

    def test_fixes_are_for_the_language_of_the_project(self):
        url = Receiver(self, Server(signed_form=reserialized)).url
        self.assertIn("With code: --lang ruby, node, python", self.check(url).text)
        self.check_lines(self.check(url, "--lang", "python"), 1, 25, "Python: request.get_data()")
        (self.home / "Gemfile").write_text("source 'https://rubygems.org'\n")
        result = self.check(url)
        self.check_lines(result, 1, 25, "Ruby: verify request.raw_post")
        self.assertNotIn("--lang", result.text)

    def test_a_500(self):
        result = self.check(Receiver(self, response("500 Internal Server Error", b"NoMethodError")).url)
        self.check_lines(result, 1, 8, "500", "NoMethodError")

    def test_no_verification(self):
        result = self.check(Receiver(self, Server(verifies=False)).url)
        self.check_lines(result, 1, 25, "reject-")

    def test_a_body_that_is_re_serialized(self):
        receiver = Receiver(self, Server(signed_form=reserialized))
        result = self.check(receiver.url)
        self.check_lines(result, 1, 25, "Bug: body-reserialised", "Proof", "Fix", "Fails", "raw-whitespace", "Retry")
        lines = result.text.splitlines()
        self.check_proof(receiver, result)
        self.assertIn("required checks failed", lines[0], "the verdict comes first")
        self.assertEqual(lines[2], "Bug: body-reserialised", "and then the cause")
        self.assertEqual(re.findall("(?m)^Bug: .*", result.text), ["Bug: body-reserialised"], "one cause, one bug")

    def test_chance_is_said_once(self):
        count = iter(range(10_000))

        def now_and_then(head, headers, body):
            return response("401 Unauthorized", b"no") if next(count) % 5 == 4 else Server()(head, headers, body)
        result = self.check(Receiver(self, now_and_then).url)
        self.check_lines(result, 1, 12, "valid requests", "intermittent")
        self.assertEqual(re.findall("(?m)^Failed: (.*)", result.text), ["accept-valid"])

    def check_proof(self, receiver, result):
        """The same body was sent correctly signed and signed in the other way, as the proof says."""
        proof = re.search(r"Proof  (.*?)\n  \w", result.text, re.S)[1]
        self.assertIn("rejected when it is signed correctly, and accepted when it is signed with", " ".join(proof.split()))
        signed_form = Server(signed_form=reserialized)
        bodies = {True: set(), False: set()}
        for _, headers, body in receiver.requests:
            if not all(value.isascii() for _, value in headers) or signed_form.is_valid(headers, body) == is_authentic(headers, body):
                continue
            bodies[is_authentic(headers, body)].add(body)
        self.assertTrue(bodies[True] & bodies[False])

    def test_the_number_of_requests_is_the_number_that_arrived(self):
        for server in (Server(), Server(verifies=False), Server(secret=OTHER_SECRET), Server(signed_form=reserialized)):
            receiver = Receiver(self, server)
            result = self.check(receiver.url)
            self.assertEqual(int(re.search(r"(\d+) requests,", result.text)[1]), len(receiver.requests))

    def test_recommended_checks_are_named_and_do_not_fail_the_run(self):
        def server(head, headers, body):
            return Server()(b"POST " if head.startswith(b"PUT ") else head, headers, body)
        result = self.check(Receiver(self, server).url)
        self.check_lines(result, 0, 6, "1 recommended check failed: method-not-post")


    def test_control_bytes_in_the_status_line_do_not_reach_the_terminal(self):
        escaped = b"HTTP/1.1 403 \x1b[31mNo\x07\r\nContent-Length: 0\r\n\r\n"
        for answer in (escaped, Server(rejection=escaped), b"HTTP/1.1 200 \x9b31mred\r\nContent-Length: 0\r\n\r\n"):
            for arguments in ([], ["-v"], ["--format", "json"]):
                result = self.check(Receiver(self, answer).url, *arguments)
                self.assertNotRegex(result.out + result.err, rb"[\x00-\x08\x0b-\x1f\x7f]")
                self.assertNotIn("\x9b", result.text + result.error)
                self.assertNotIn("speak https", result.text + result.error, "it speaks HTTP")
                self.assertIn(result.code, (1, 3))


class OnATerminal(ViewCase):
    """The terminal doesn't truncate or wrap anything, and the limits apply there, too. Commands are never wrapped, so that
    they can be copied."""

    def check_on_terminal(self, url, columns, *arguments):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.start("check", url, *arguments, env=self.env(TERM="dumb", NO_COLOR="1"), stdout=theirs)
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # EIO: the program has ended
                break
            if not chunk:
                break
            shown += chunk
        os.close(ours)
        return process.result().code, shown.decode().replace("\r\n", "\n").splitlines()

    def test_lines_fit_and_are_few(self):
        gone = Receiver(self)
        gone.close()
        redirect = response("308 Permanent Redirect", b"", "Location: /hook/")
        cases = [(gone.url, 3, 4), (Receiver(self, response("404 Not Found")).url, 1, 4), (Receiver(self, redirect).url, 1, 4),
                 (Receiver(self, Server(secret=OTHER_SECRET)).url + "webhooks/of/this/venue/alo", 1, 8), (Receiver(self, Server(secret=OTHER_SECRET)).url, 1, 8),
                 (Receiver(self, response("500 Internal Server Error", b"NoMethodError")).url, 1, 8), (Receiver(self, Server(verifies=False)).url, 1, 25),
                 (Receiver(self, Server(signed_form=reserialized)).url, 1, 25), (Receiver(self, Server()).url, 0, 6)]
        for url, code, most in cases:
            with self.subTest(url=url, most=most):
                ended, lines = self.check_on_terminal(url, 80)
                self.assertEqual(ended, code, lines)
                self.assertLessEqual(len(lines), most, "\n".join(lines))
                self.assertEqual([line for line in lines if len(line) > 80 and "alohook check" not in line], [])


class Details(ViewCase):
    def test_verbose_shows_each_check(self):
        result = self.check(Receiver(self, Server()).url, "-v")
        self.assertEqual(result.code, 0)
        for id in ("accept-valid", "raw-newlines", "reject-stale", "still-alive"):
            self.assertRegex(result.text, f"(?m)^✓ {id} ")
        self.assertIn("required checks passed", result.text)

    def test_explain_runs_one_check_and_says_why_it_matters(self):
        receiver = Receiver(self, Server(verifies=False))
        result = self.check(receiver.url, "--explain", "reject-stale")
        self.assertEqual(result.code, 1)
        for word in ("reject-stale", "why", "sent", "expected", "got", "reproduce"):
            self.assertIn(word, result.text)
        self.assertNotIn("raw-newlines", result.text)
        self.check_error(self.run_program("check", receiver.url, "--explain", "reject-stael"), 2, "reject-stale")

    def test_quiet_prints_nothing(self):
        receiver = Receiver(self)
        receiver.close()
        for url, code in ((Receiver(self, Server()).url, 0), (Receiver(self, Server(verifies=False)).url, 1), (receiver.url, 3)):
            result = self.check(url, "--format", "quiet")
            self.assertEqual((result.code, result.out, result.err), (code, b"", b""))


if __name__ == "__main__":
    alohook.main()
