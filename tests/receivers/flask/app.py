"""Receives ALO webhooks with Flask."""
import hashlib
import hmac
import json
import os
import re
import sys
import time

from flask import Flask, Response, request
from werkzeug.serving import make_server

SECRET = os.environ.get("ALOHOOK_SECRET", "").encode()
CHALLENGE_TYPES = ("webhook_url_verification", "webhook_url_validation")

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024


def is_authentic(headers, body):
    timestamp = headers.get("X-ALO-Request-Timestamp", "").strip(" \t")
    signature = headers.get("X-ALO-Signature", "").strip(" \t")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(int(time.time()) - int(timestamp)) > 300:
        return False
    mac = hmac.new(SECRET, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    expected = "v0=" + mac.hexdigest()  # bare hex: mac.hexdigest(); base64: b64encode(mac.digest()).decode()
    return hmac.compare_digest(signature.encode(), expected.encode())


@app.post("/")
def webhook():
    body = request.get_data()  # the bytes as received; request.json wouldn't work
    if not is_authentic(request.headers, body):
        return Response("not authentic\n", 403, mimetype="text/plain")
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return Response("not an event\n", 400, mimetype="text/plain")
    if event.get("type") in CHALLENGE_TYPES:
        return {"challenge": event.get("challenge")}  # Flask sends a dict as application/json
    # Handle the event here; unknown types are accepted and ignored.
    return Response("ok\n", mimetype="text/plain")


if __name__ == "__main__":
    if not SECRET:
        sys.exit("ALOHOOK_SECRET is not set")
    server = make_server("127.0.0.1", int(os.environ.get("PORT", "3000")), app, threaded=True)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
