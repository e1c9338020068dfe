"""Receives ALO webhooks with only Python's standard library."""
import hashlib
import hmac
import json
import os
import re
import sys
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENCODING = os.environ.get("ALO_ENCODING", "v0")  # ALO doesn't document how it encodes the MAC
SECRET = os.environ.get("ALOHOOK_SECRET", "").encode()
CHALLENGE_TYPES = ("webhook_url_verification", "webhook_url_validation")
LONGEST_BODY = 1024 * 1024


def is_authentic(headers, body):
    timestamps = headers.get_all("X-ALO-Request-Timestamp", [])
    signatures = headers.get_all("X-ALO-Signature", [])
    if len(timestamps) != 1 or len(signatures) != 1:
        return False
    timestamp = timestamps[0].strip(" \t")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(int(time.time()) - int(timestamp)) > 300:
        return False
    mac = hmac.new(SECRET, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    expected = {"v0": "v0=" + mac.hexdigest(), "hex": mac.hexdigest(), "base64": b64encode(mac.digest()).decode()}[ENCODING]
    return hmac.compare_digest(signatures[0].strip(" \t").encode("utf-8", "replace"), expected.encode())


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,12}", length):
            return self.answer(411, "a Content-Length is required\n")
        if int(length) > LONGEST_BODY:
            return self.answer(413, "too large\n")
        body = self.rfile.read(int(length))
        if self.path != "/":
            return self.answer(404, "not found\n")
        if len(body) < int(length) or not is_authentic(self.headers, body):
            return self.answer(403, "not authentic\n")
        try:
            event = json.loads(body.decode())
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            return self.answer(400, "not an event\n")
        if event.get("type") in CHALLENGE_TYPES:
            return self.answer(200, json.dumps({"challenge": event.get("challenge")}), "application/json")
        # Handle the event here; unknown types are accepted and ignored.
        self.answer(200, "ok\n")

    def answer(self, status, text, content_type="text/plain; charset=utf-8"):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if status in (411, 413):  # the body wasn't read, so the connection can't be reused
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    if not SECRET:
        sys.exit("ALOHOOK_SECRET is not set")
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
