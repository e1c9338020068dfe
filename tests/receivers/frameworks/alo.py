"""What the Python receivers here share: verification, and the response to an event."""
import base64
import hashlib
import hmac
import json
import os
import re
import socket
import time


def is_authentic(timestamp, signature, body):
    if not re.fullmatch("[0-9]{1,12}", timestamp or "") or abs(time.time() - int(timestamp)) > 300:
        return False
    mac = hmac.digest(os.environb[b"ALOHOOK_SECRET"], b"v0:" + timestamp.encode() + b":" + body, "sha256")
    expected = {"hex": mac.hex(), "base64": base64.b64encode(mac).decode()}.get(os.environ.get("ALO_ENCODING"), "v0=" + mac.hex())
    return hmac.compare_digest(expected.encode(), (signature or "").encode("utf-8", "surrogateescape"))


def answer(timestamp, signature, body):
    """Returns the status, the content type and the text."""
    if not is_authentic(timestamp, signature, body):
        return 403, "text/plain", "not authentic\n"
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return 400, "text/plain", "not an event\n"
    if event.get("type") in ("webhook_url_verification", "webhook_url_validation"):
        return 200, "application/json", json.dumps({"challenge": event.get("challenge")})
    return 200, "text/plain", "ok\n"


def listening_socket():
    """Prints where it listens."""
    listener = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "0"))), backlog=64)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    return listener
