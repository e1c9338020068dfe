"""What the black-box tests share: running the built program, and an independent client and server.

The environment says what is tested: ALOHOOK is the program, ALOHOOK_SHARED a folder with test data that may be absent.
Nothing here knows the program's inside; signatures are made by Python's own hmac.
"""
import base64
import gzip
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import unittest

SKIPPED = 77  # the exit code that ctest takes for "skipped"
PATIENCE = 60  # seconds until a test gives up waiting; far more than anything takes
PROGRAM = os.environ.get("ALOHOOK", "")
SECRET = "blackbox-5fd1c0b7a9e84e0d"
OTHER_SECRET = "blackbox-other-77aa31c2"
EVENT = b'{"type":"action_created","action":{"actionId":7}}'

# Bodies that a program which parses, decodes or cuts on the way would change.
PRETTY = json.dumps({"type": "action_created", "action": {"title": "Leck in Halle B – Ā 漏水 🚰", "ids": [1, 2]}}, indent=4,
                    ensure_ascii=False).encode()
BODIES = {
    "pretty-printed": PRETTY,
    "CRLF": PRETTY.replace(b"\n", b"\r\n") + b"\r\n",
    "tabs and no final newline": b'{\t"type" :\t"action_created" }',
    "big integers": b'{"type":"action_created","id":9007199254740993,"x":123456789012345678901234567890,"f":1.10,"e":1E400}',
    "duplicate keys": b'{"type":"action_updated","type":"action_created","a":1,"a":2}',
    "escaped slashes": rb'{"type":"action_created","url":"https:\/\/venue.example\/a"}',
    "unicode escapes": rb'{"type":"action_created","t":"\u0100\u00e9\ud83d\ude80\u0000\ud800"}',
    "NFD": unicodedata.normalize("NFD", '{"type":"action_created","t":"Zoë Āé"}').encode(),
    "not UTF-8": b'{"type":"action_created","t":"caf\xe9 \xff\xfe\x80"}',
    "NUL and controls": b'{"type":"action_created"}\x00\x01\x1b[31m\x7f\r\n',
    "byte order mark": b'\xef\xbb\xbf{"type":"action_created"}',
    "line separators": '{"type":"action_created","t":"\u2028\u2029\u0085"}'.encode(),
    "gzip": gzip.compress(PRETTY),
    "empty": b"",
    "blanks": b" \r\n\t",
    "not JSON": b"type=action_created&x=1",
    "a scalar": b"42",
    "deeply nested": b"[" * 20000,
    "eight megabytes": b'{"type":"action_created","t":"' + os.urandom(4 * 1000 * 1000).hex().encode() + b'"}',
    "random bytes": os.urandom(70000),
}


def shared(*parts):
    """The path of shared test data, or None where it is absent."""
    folder = os.environ.get("ALOHOOK_SHARED", "")
    path = pathlib.Path(folder, *parts)
    return path if folder and path.exists() else None


def sign(body, secret=SECRET, timestamp=None, encoding="v0"):
    """The two headers that ALO puts on a request."""
    timestamp = str(int(time.time()) if timestamp is None else timestamp)
    mac = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).digest()
    text = {"v0": "v0=" + mac.hex(), "hex": mac.hex(), "base64": base64.b64encode(mac).decode()}[encoding]
    return {"X-ALO-Request-Timestamp": timestamp, "X-ALO-Signature": text}


def is_authentic(headers, body, secret=SECRET):
    """Returns whether a request is valid, like ALO's sample; `headers` is a list of pairs."""
    values = {name.lower(): value for name, value in headers}
    timestamp = values.get("x-alo-request-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 300:
        return False
    return hmac.compare_digest(sign(body, secret, timestamp)["X-ALO-Signature"].encode(), values.get("x-alo-signature", "").encode())


def body_of(line):
    """The exact body that a line of `--format json` holds."""
    return base64.b64decode(line["body_base64"]) if "body_base64" in line else line["body"].encode()


def request_bytes(body, headers, method="POST", target="/", framing=True):
    head = [f"{method} {target} HTTP/1.1", "Host: test"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    if framing:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def connect(address):
    """A connection to a port of this machine or to a socket file."""
    if isinstance(address, int):
        return socket.create_connection(("127.0.0.1", address), timeout=PATIENCE)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE)
    connection.connect(str(address))
    return connection


def make_certificate(folder, name="127.0.0.1"):
    """A self-signed certificate and its key, made by openssl; skips the test where there is no openssl."""
    if not shutil.which("openssl"):
        raise unittest.SkipTest("openssl is not installed")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}", "-out", certificate, "-keyout", key],
                   check=True, capture_output=True)
    return certificate, key


def server_tls(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


def is_sanitized():
    """Whether the program was built with a sanitizer: many times slower, so tests that count take fewer."""
    program = pathlib.Path(PROGRAM).read_bytes() if PROGRAM else b""
    return any(name in program for name in (b"__asan_init", b"__tsan_init", b"__ubsan_handle"))


def read_answer(connection, method="POST"):
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return Answer(response.status, dict(response.getheaders()), response.read())


def ask(address, raw, method="POST"):
    """Sends these bytes on a connection of their own and reads the answer."""
    with connect(address) as connection:
        connection.sendall(raw)
        return read_answer(connection, method)


def post(address, body, headers=None, method="POST", target="/"):
    """Posts a body, signed unless other headers are given."""
    return ask(address, request_bytes(body, sign(body) if headers is None else headers, method, target), method)


class Stream:
    """Collects what a process writes, and lets others wait for it."""

    def __init__(self, file):
        self.bytes = b""
        self.changed = threading.Condition()
        self.is_ended = False
        self.thread = threading.Thread(target=self._collect, args=(file,), daemon=True)
        self.thread.start()

    def _collect(self, file):
        while True:
            try:
                chunk = os.read(file.fileno(), 65536)
            except OSError:  # EIO: nobody is left on the other side of a pseudo terminal
                chunk = b""
            with self.changed:
                self.bytes += chunk
                self.is_ended = not chunk
                self.changed.notify_all()
            if not chunk:
                file.close()
                return

    def wait_for(self, condition):
        """Waits until the condition holds for the bytes so far; returns its value, or None at the end of the stream."""
        deadline = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                value = condition(self.bytes)
                if value or self.is_ended:
                    return value or None
                if not self.changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"timed out; received so far: {self.bytes[-2000:]!r}")


def forms_of(secret):
    """A secret as it is and as programs write bytes. Base64 depends on what stands before, so its sure middle is taken."""
    raw = secret.encode()
    encoded = base64.b64encode(raw)[: len(raw) // 3 * 4]
    return [raw, raw.hex().encode(), *([encoded] if len(encoded) >= 8 else [])]


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit code {self.code}, stdout {self.out!r}, stderr {self.err!r}"

    @property
    def text(self):
        return self.out.decode()

    @property
    def error(self):
        return self.err.decode()

    @property
    def lines(self):
        """The lines of `--format json`."""
        return [json.loads(line) for line in self.out.split(b"\n") if line]


class Process:
    """The program, running."""

    def __init__(self, case, arguments, env, stdin=subprocess.DEVNULL, **popen):
        self.case = case
        self.process = subprocess.Popen([PROGRAM, *map(str, arguments)], env=env, cwd=case.home, stdin=stdin,
                                        stdout=popen.pop("stdout", subprocess.PIPE),
                                        stderr=popen.pop("stderr", subprocess.PIPE), **popen)
        case.addCleanup(self.kill)
        self.out = Stream(self.process.stdout) if self.process.stdout else None
        self.err = Stream(self.process.stderr) if self.process.stderr else None

    def send_signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.seen()

    def seen(self):
        """What it has written once it has ended, looked through for secrets; also of one whose end nobody waited for."""
        streams = []
        for stream in (self.out, self.err):
            if stream:
                stream.thread.join(PATIENCE)
            streams.append(stream.bytes if stream else b"")
        self.case.check_no_secret(Result(self.process.returncode, *streams))
        return streams

    def result(self):
        """Waits for the end."""
        code = self.process.wait(PATIENCE)
        return Result(code, *self.seen())


class Listener(Process):
    """`alohook listen`, ready."""

    def __init__(self, case, arguments, env, **popen):
        self.port_file = case.home / f"port-{id(self)}"
        super().__init__(case, ["listen", "--port", "0", "--port-file", self.port_file, *arguments], env, **popen)
        self.url = self.err.wait_for(lambda err: re.search(rb"^listening on (\S+)$", err, re.M))
        if not self.url:
            raise AssertionError(f"listen did not get ready: {self.result().err!r}")
        self.url = self.url[1].decode()
        self.port = int(self.port_file.read_text().split()[0])

    def wait_lines(self, count):
        """The first lines of `--format json`, once so many have come."""
        self.out.wait_for(lambda out: out.count(b"\n") >= count)
        whole = self.out.bytes.rpartition(b"\n")[0]  # the last one may be on its way
        return [json.loads(line) for line in whole.split(b"\n")] if whole else []

    def wait_text(self, text):
        """What was shown, once `text` is in it."""
        found = self.out.wait_for(lambda out: text.encode() in out)
        if not found:
            raise AssertionError(f"the listener ended without {text!r}: {self.out.bytes!r}")
        return self.out.bytes.decode()

    def stop(self, number=signal.SIGINT):
        self.send_signal(number)
        return self.result()


class Receiver:
    """A server that records each request byte for byte and sends the given response.

    `answer` is bytes, or a function from (head, headers, body) to bytes; None leaves the request without an answer.
    """

    def __init__(self, case, answer=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", tls=None, address=None, port=0):
        self.answer = answer
        self.tls = tls
        self.requests = []  # (raw head, list of header pairs, body)
        self.arrived = threading.Event()
        self.connections = []
        self.threads = []
        if address is None:
            self.socket = socket.create_server(("127.0.0.1", port), backlog=128)
            self.port = self.socket.getsockname()[1]
            self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/"
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(str(address))
            self.socket.listen(16)
        case.addCleanup(self.close)
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            self.threads[-1].start()

    def _serve(self, connection):
        try:
            connection.settimeout(PATIENCE)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self.connections.append(connection)
            while self._serve_one(connection):
                pass
            connection.close()
        except OSError:
            connection.close()

    def _serve_one(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return False
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in head.decode("latin-1").split("\r\n")[1:]]
        length = int(dict((name.lower(), value) for name, value in headers).get("content-length", "0"))
        while len(body) < length:
            chunk = connection.recv(65536)
            if not chunk:
                return False
            body += chunk
        self.requests.append((head, headers, body))
        self.arrived.set()
        answer = self.answer(head, headers, body) if callable(self.answer) else self.answer
        if answer is None:
            return connection.recv(1) != b""  # held open, in silence, until the other side goes
        connection.sendall(answer)
        # Closing without having said so would race with the next request on the connection.
        return b"content-length" in answer.lower() or answer[9:12] in (b"204", b"304")

    def close(self):
        """Threads end before descriptors are given back: one that still used its number would take another's bytes."""
        self._shut_down(self.socket)
        self.accepting.join(PATIENCE)
        for connection in list(self.connections):
            self._shut_down(connection)
        for thread in self.threads:
            thread.join(PATIENCE)
        for one in (self.socket, *self.connections):
            one.close()

    @staticmethod
    def _shut_down(one):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not connected any more


class Case(unittest.TestCase):
    """A test with a home folder of its own, where nothing is configured but what it says."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="alohook-test-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.secrets = {SECRET, OTHER_SECRET}

    def env(self, **more):
        """An environment with HOME and XDG folders of this test; None takes a variable away."""
        kept = {name: os.environ[name] for name in os.environ
                if name in ("PATH", "LANG", "LD_LIBRARY_PATH") or name.startswith(("ASAN_", "UBSAN_", "TSAN_", "LSAN_"))}
        env = {**kept, "HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state"),
               "XDG_CONFIG_HOME": str(self.home / "config"), "ALOHOOK_SECRET": SECRET, **more}
        return {name: value for name, value in env.items() if value is not None}

    def start(self, *arguments, env=None, **popen):
        return Process(self, arguments, self.env() if env is None else env, **popen)

    def run_program(self, *arguments, stdin=b"", env=None):
        """Runs to the end."""
        process = self.start(*arguments, env=env, stdin=subprocess.PIPE)
        try:
            process.process.stdin.write(stdin)
            process.process.stdin.close()
        except BrokenPipeError:
            pass
        return process.result()

    def listen(self, *arguments, env=None, **popen):
        return Listener(self, arguments, self.env() if env is None else env, **popen)

    def check_no_secret(self, result):
        """No secret is ever in an output. `secret --show` is the one exception, and not run through here."""
        secrets = set(self.secrets)
        development = self.home / "state/alohook/secret"
        if development.exists():
            secrets.add(development.read_text().strip())
        for secret in secrets:
            for stream in (result.out, result.err):
                for form in forms_of(secret):
                    self.assertNotIn(form, stream)

    def check_error(self, result, code, *words):
        """A failure is one line that says what, then at most one indented line that says what to do; stdout is clean."""
        self.assertEqual(result.code, code, result)
        self.assertEqual(result.out, b"")
        lines = result.error.splitlines()
        self.assertTrue(lines and lines[0].startswith("alohook: "), result.error)
        self.assertLessEqual(len(lines), 2, result.error)
        if len(lines) == 2:
            self.assertTrue(lines[1].startswith("  "), result.error)
        for word in words:
            self.assertIn(word, result.error)


def main():
    """Runs the tests of the calling file; says "skipped" to ctest when none could run."""
    if not PROGRAM:
        print("skipped: ALOHOOK does not name the program to test")
        sys.exit(SKIPPED)
    outcome = unittest.main(module="__main__", exit=False, verbosity=2).result
    if not outcome.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if outcome.testsRun and len(outcome.skipped) == outcome.testsRun else 0)
