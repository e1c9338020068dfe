"""A receiver that is right, or wrong in exactly one thing: broken.py --defect NAME [--encoding v0|hex|base64].
Or many of them, each in its own process, without starting Python for each: broken.py --on-demand.

It is what the tests hold `alohook check` against; nothing to copy from. The right ones are in the folders beside this one.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import sys
import threading
import time

from defects import DEFECTS
from forms import FORMS, NotJson

SECRET = os.environ.get("ALOHOOK_SECRET", "").encode()
CHALLENGE_TYPES = ("webhook_url_verification", "webhook_url_validation")
KNOWN_EVENTS = ("action_created", "action_updated", "action_status_updated", "action_status_changed", "action_assignment_changed", "action_message_added")
LONGEST_BODY = 16 * 1024 * 1024
WINDOW = 300

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--defect", choices=["none", *DEFECTS], default="none")
parser.add_argument("--encoding", choices=["v0", "hex", "base64"], default="v0")
parser.add_argument("--on-demand", action="store_true", help="start one for each line NAME ENCODING of stdin, end it at a line with its process ID")
options = parser.parse_args()
defect = options.defect


class Answer(Exception):
    """Ends the handling of a request."""

    def __init__(self, status, text="", content_type="text/plain; charset=utf-8", headers=()):
        super().__init__(status)
        self.status, self.text, self.content_type, self.headers = status, text, content_type, headers


class Memory:
    """State that is kept between requests."""

    def __init__(self):
        self.lock = threading.Lock()
        self.bodies = set()
        self.first_challenge = None
        self.requests = 0
        self.effects = 0

    def count_effect(self):
        with self.lock:
            self.effects += 1

    def is_new(self, body):
        with self.lock:
            before = len(self.bodies)
            self.bodies.add(hashlib.sha256(body).digest())
            return len(self.bodies) > before

    def knows(self, body):
        with self.lock:
            return hashlib.sha256(body).digest() in self.bodies


memory = Memory()
one_at_a_time = threading.Lock()


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body

    def all(self, name):
        if defect in ("headers-case-sensitive", "headers-lower-case-only"):
            wanted = name if defect == "headers-case-sensitive" else name.lower()
            return [value for key, value in self.headers if key == wanted]
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name):
        """Returns the header's value, or nothing if it is missing, empty, or duplicated."""
        values = self.all(name)
        if name == "X-ALO-Signature" and len(values) > 1:
            if defect == "duplicate-header-crash":
                raise TypeError("signature is an array")
        if len(values) != 1:
            return ""
        return values[0] if defect == "header-spaces-kept" and name == "X-ALO-Signature" else values[0].strip(" \t")


def key():
    return {
        "secret-newline": lambda: SECRET + b"\n",
        "secret-quoted": lambda: b'"' + SECRET + b'"',
        "secret-hex-decoded": lambda: bytes.fromhex(SECRET.decode()),
        "secret-base64-decoded": lambda: base64.b64decode(SECRET),
        "own-secret": lambda: b"another secret altogether",
    }.get(defect, lambda: SECRET)()


def base_string(timestamp, body):
    time_text = timestamp.encode("latin-1", "replace")
    return {
        "body-only": lambda: body,
        "template-with-dots": lambda: time_text + b"." + body,
        "template-reversed": lambda: b"v0:" + body + b":" + time_text,
        "timestamp-undefined": lambda: b"v0:undefined:" + body,
        "timestamp-milliseconds": lambda: b"v0:" + time_text + b"000:" + body,
    }.get(defect, lambda: b"v0:" + time_text + b":" + body)()


def make_mac(secret, text):
    if defect == "other-hash":
        return hmac.digest(secret, text, "sha512")
    if defect == "not-hmac":
        return hashlib.sha256(secret + text).digest()
    if defect == "key-message-swapped":
        return hmac.digest(text, secret, "sha256")
    return hmac.digest(secret, text, "sha256")


def written(mac):
    return {"v0": "v0=" + mac.hex(), "hex": mac.hex(), "base64": base64.b64encode(mac).decode()}[options.encoding]


def right_signatures(timestamp, body):
    """Returns all signatures that the receiver accepts; a correct one accepts only one."""
    if defect in FORMS:
        try:
            body = FORMS[defect](body)
        except NotJson:
            raise Answer(400, "not JSON\n") from None
    macs = [make_mac(key(), base_string(timestamp, body))]
    others = {"empty-secret": b"", "fallback-secret": b"changeme", "magic-secret": b"test"}
    if defect in others:
        macs.append(make_mac(others[defect], base_string(timestamp, body)))
    if defect == "body-only-too":
        macs.append(make_mac(SECRET, body))
    if defect == "timestamp-not-bound" and timestamp.isdigit():
        macs += [make_mac(SECRET, base_string(str(int(timestamp) + shift), body)) for shift in range(-400, 401)]
    return [written(mac) for mac in macs]


def is_same(signature, expected):
    if defect == "truncated-mac":
        return signature.startswith("v0=") and expected.startswith(signature)
    if defect == "short-mac":
        return signature[:35] == expected[:35]
    if defect == "contains-signature":
        return expected in signature
    if defect == "any-prefix" and "=" in signature:
        return signature.split("=", 1)[1] == expected.split("=", 1)[1]
    if defect == "compares-lengths-by-exception" and len(signature) != len(expected):
        raise ValueError("Input buffers must have the same byte length")
    if defect == "throws-on-non-ascii":
        return hmac.compare_digest(signature, expected)
    if defect == "throws-on-non-hex" and signature.startswith("v0="):
        bytes.fromhex(signature[3:])
    if defect == "algorithm-from-header" and "=" in signature and signature[:2] != "v0":
        hashlib.new(signature.split("=", 1)[0])
    return hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), expected.encode())


def is_fresh(timestamp):
    """Returns whether the timestamp is a number close enough to the current time."""
    now = time.time()
    if defect == "no-timestamp-check":
        return True
    if defect == "skips-without-timestamp" and not timestamp:
        return True
    if defect == "nan-timestamp" and timestamp == "NaN":
        return not abs(now - float(timestamp)) > WINDOW
    if defect == "unparsable-timestamp-skips" and not re.fullmatch("-?[0-9]+", timestamp):
        return True
    if defect == "hex-timestamp" and timestamp.startswith("0x"):
        return abs(now - int(timestamp, 16)) <= WINDOW
    if defect == "lax-timestamp":
        try:
            return abs(now - float(timestamp)) <= WINDOW
        except ValueError:
            return False
    if not re.fullmatch("[0-9]{1,18}", timestamp):
        return False
    age = int(now) - int(timestamp)
    if defect == "short-window":
        return abs(age + 240) <= WINDOW
    if defect == "milliseconds-window":
        return abs(age) <= WINDOW * 1000
    if defect == "milliseconds-accepted" and len(timestamp) == 13:
        return abs(int(now) - int(timestamp) // 1000) <= WINDOW
    if defect == "future-accepted":
        return age <= WINDOW
    return abs(age) <= WINDOW


def verify(request):
    """Raises the rejection."""
    timestamp, signature = request.one("X-ALO-Request-Timestamp"), request.one("X-ALO-Signature")
    if defect == "header-stripped":
        signature = ""
    if defect in ("no-verification", "always-200") or defect == "skips-without-signature" and not signature:
        return
    if not signature and defect != "truncated-mac" or not is_fresh(timestamp):
        raise refusal(request, timestamp)
    # Compare all of them: if one comparison raises, that must not depend on the others.
    if not any([is_same(signature, expected) for expected in right_signatures(timestamp, request.body)]):
        raise refusal(request, timestamp)


def refusal(request, timestamp):
    if defect == "expected-mac-in-error":
        return Answer(403, f"not authentic: expected {right_signatures(timestamp, request.body)[0]}\n")
    if defect == "secret-in-error":
        return Answer(403, f"not authentic with {SECRET.decode()}\n")
    if defect == "secret-in-header":
        return Answer(403, "not authentic\n", headers=[("X-Debug", base64.b64encode(SECRET).decode())])
    if defect == "stack-trace":
        return Answer(403, 'Traceback (most recent call last):\n  File "/srv/app/hooks.py", line 31, in verify\nValueError: bad signature\n')
    return Answer(403, "not authentic\n")


def answer_challenge(event):
    challenge = event.get("challenge")
    if not isinstance(challenge, str):
        if defect == "challenge-crash":
            challenge.strip()
        raise Answer(400, "not a challenge\n")
    with memory.lock:
        memory.first_challenge = memory.first_challenge or challenge
    if defect == "challenge-constant":
        challenge = memory.first_challenge
    if defect == "challenge-upper-case":
        challenge = challenge.upper()
    if defect == "challenge-bare":
        raise Answer(200, json.dumps(challenge), "application/json")
    if defect == "challenge-html":
        raise Answer(200, json.dumps({"challenge": challenge}), "text/html; charset=utf-8")
    if defect == "challenge-text-type":
        raise Answer(200, json.dumps({"challenge": challenge}))
    raise Answer(201 if defect == "challenge-201" else 200, json.dumps({"challenge": challenge}), "application/json")


def depth_of(body):
    depth = deepest = 0
    for byte in body:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


def parse(body):
    """Returns the event, or the response to something that isn't one."""
    if defect == "deep-nesting-500" and depth_of(body) > 500:
        raise RecursionError
    if defect in FORMS and defect.startswith("body-without"):
        body = FORMS[defect](body)
    try:
        text = body.decode()
    except ValueError:
        if defect == "strict-decode":
            raise
        raise Answer(400, "not UTF-8\n") from None
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        if defect == "bad-json-500":
            raise
        raise Answer(400, "not JSON\n") from None
    if not isinstance(event, dict):
        if defect == "not-an-object-500":
            event.get("type")
        raise Answer(400, "not an event\n")
    return event


def unverified(request):
    """Does what some receivers do before they verify."""
    if defect == "redirects" and request.target == "/":
        raise Answer(301, headers=[("Location", "/hooks")])
    if defect == "content-type-exact" and request.all("Content-Type") != ["application/json"]:
        raise Answer(400, "not JSON\n")
    if defect == "dedupe-before-verify" and memory.knows(request.body):
        raise Answer(200, "seen before\n")
    if defect == "poisoned-by-forgery" and not memory.is_new(request.body):
        raise Answer(409, "seen before\n")
    if defect not in ("challenge-unverified", "challenge-any-signature", "challenge-by-key"):
        return
    try:
        event = parse(request.body)
    except Answer:
        return
    if defect == "challenge-unverified" and event.get("type") in CHALLENGE_TYPES and "action" not in event:
        answer_challenge(event)
    if defect == "challenge-any-signature" and event.get("type") in CHALLENGE_TYPES and request.one("X-ALO-Signature"):
        answer_challenge(event)
    if defect == "challenge-by-key" and "challenge" in event and event.get("type") not in CHALLENGE_TYPES:
        answer_challenge(event)


def handle(request):
    if defect.startswith("always-") and defect != "always-200":
        raise Answer(int(defect[-3:]), "no\n")
    if defect == "always-200":
        raise Answer(200, "ok\n")
    if request.target == "/effects":
        raise Answer(200, f"{memory.effects}\n")
    if request.method != "POST" and not (defect == "get-as-event" and request.method == "GET"):
        raise Answer(405, "only POST\n", headers=[("Allow", "POST")])
    if defect == "limit-100kb" and len(request.body) > 100 * 1024:
        raise Answer(413, "too large\n")
    unverified(request)
    verify(request)
    event = parse(request.body)
    types = CHALLENGE_TYPES[:1] if defect == "challenge-one-spelling" else CHALLENGE_TYPES
    if event.get("type") in types and defect != "challenge-plain-text":
        answer_challenge(event)
    if defect in ("unknown-event-400", "unknown-event-500") and event.get("type") not in KNOWN_EVENTS:
        raise Answer(int(defect[-3:]), "unknown event\n")
    if defect == "slow":
        time.sleep(3.1)
    is_new = not memory.knows(request.body) if defect == "races" else memory.is_new(request.body)
    if defect == "races":
        time.sleep(0.1)
        memory.is_new(request.body)
    if is_new or defect == "not-idempotent":
        memory.count_effect()
    if defect == "duplicates-409" and not is_new:
        raise Answer(409, "seen before\n")
    if defect == "refuses-retry" and memory.is_new(request.one("X-ALO-Signature").encode()) and not is_new:
        raise Answer(409, "replayed\n")
    raise Answer(200, "ok\n")


class Connection:
    def __init__(self, stream):
        self.stream = stream
        self.requests = 0
        self.file = stream.makefile("rb", buffering=65536)

    def serve(self):
        try:
            while self.serve_one():
                self.requests += 1
        except (OSError, ValueError):
            pass  # the client is gone, or doesn't speak HTTP
        finally:
            try:
                self.stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.file.close()
            self.stream.close()

    def serve_one(self):
        start = self.file.peek(1)
        if defect == "one-at-a-time":
            with one_at_a_time:
                return bool(start) and self.read_one()
        return bool(start) and self.read_one()

    def read_one(self):
        line = self.file.readline(8192)
        if not line.strip():
            return False
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = []
        while (line := self.file.readline(65536)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("utf-8", "surrogateescape").rstrip("\r\n").partition(":")
            # One space belongs to the colon.
            headers.append((name, value[1:] if value.startswith(" ") else value))
        lower = {name.lower(): value.strip() for name, value in headers}
        body = self.read_body(lower)
        if body is None:
            self.answer(Answer(413, "too large\n", headers=[("Connection", "close")]))
            return False
        with memory.lock:
            memory.requests += 1
            if defect == "dies" and memory.requests > 100:
                os._exit(1)
        try:
            if defect == "first-request-only" and self.requests > 0:
                raise Answer(400, "who are you?\n")
            if defect == "chunked-reset" and "transfer-encoding" in lower:
                raise ValueError("no Content-Length")
            if defect == "tires" and memory.requests > 100:
                raise Answer(503, "tired\n")
            handle(Request(method, target, headers, body))
        except Answer as answer:
            self.answer(answer)
        except Exception:  # pylint: disable=broad-except
            self.answer(Answer(500, "internal error\n"))
        return lower.get("connection", "").lower() != "close"

    def read_body(self, headers):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self.read_chunks()
        length = int(headers.get("content-length", "0"))
        if length > LONGEST_BODY:
            return None
        if defect == "reads-once" and length > 0:
            body = self.file.read1(length)  # what has arrived so far
            self.file.read(length - len(body))  # the rest is discarded
            return body
        return self.file.read(length)

    def read_chunks(self):
        body = b""
        while (size := int(self.file.readline(1024).split(b";")[0], 16)) > 0:
            body += self.file.read(size)
            self.file.readline(1024)
            if len(body) > LONGEST_BODY:
                return None
        while self.file.readline(8192) not in (b"\r\n", b"\n", b""):
            pass
        return body

    def answer(self, answer):
        body = answer.text.encode()
        lines = [f"HTTP/1.1 {answer.status} x", f"Content-Type: {answer.content_type}", f"Content-Length: {len(body)}",
                 *(f"{name}: {value}" for name, value in answer.headers)]
        self.stream.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def serve(server):
    while True:
        stream, _ = server.accept()
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=Connection(stream).serve, daemon=True).start()


def listen():
    return socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "0"))), backlog=128)


def url_of(server):
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def end(process):
    os.kill(process, signal.SIGKILL)  # it stays until it is waited for, so the ID is still its own
    os.waitpid(process, 0)


def serve_on_demand():
    """Answers each order with a line: `PROCESS_ID URL`, or `ended`. At the end of stdin, ends them all."""
    global defect
    processes = set()
    try:
        for order in sys.stdin:
            if order.strip().isdigit():
                end(int(order))
                processes.remove(int(order))
                print("ended", flush=True)
                continue
            server = listen()
            process = os.fork()
            if process == 0:
                processes.clear()
                defect, options.encoding = order.split()
                serve(server)
            processes.add(process)
            print(process, url_of(server), flush=True)
            server.close()
    finally:
        for process in processes:
            end(process)


def main():
    if not SECRET:
        sys.exit("ALOHOOK_SECRET is not set")
    if options.on_demand:
        serve_on_demand()
        return
    server = listen()
    print(f"listening on {url_of(server)}", flush=True)
    serve(server)


if __name__ == "__main__":
    main()
