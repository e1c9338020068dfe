"""Writes forgeries.jsonl: one wrongly signed request a line, made by Python's hmac and hashlib.

    python3 make_forgeries.py > forgeries.jsonl

`timestamps` and `signatures` are all values of the two headers, `body_hex` is what is sent, and `verdict` is what a right
receiver finds.
"""
import hashlib
import hmac
import json

T = 1764000000
SECRET = b"9f2c0d5be7714aa1b3c8d6e5f4a39281"
OTHER_SECRET = b"0123456789abcdef" * 4  # what a generator yields that always says 0x0123456789abcdef
BODY = b'{\r\n  "type": "action_created",\n  "id": 7, "title": "Leak, in: hall \\"B\\"", "by": {"name": "Zo\xc3\xa9 X"} }\n'


def mac(message, key=SECRET, algorithm="sha256"):
    return hmac.new(key, message, algorithm).hexdigest()


def base(timestamp=T, body=BODY):
    return b"v0:%s:%s" % (str(timestamp).encode(), body)


def request(name, verdict, signature=None, timestamp=T, body=BODY, **all_values):
    """Signed rightly over what is sent, but for what is given."""
    timestamps = all_values.get("timestamps", [str(timestamp)])
    signatures = all_values.get("signatures", ["v0=" + (signature or mac(base(timestamp, body)))])
    return {"name": name, "timestamps": timestamps, "signatures": signatures, "body_hex": body.hex(), "verdict": verdict}


RIGHT = mac(base())
COMPACT = b'{"type":"action_created","id":7,"title":"Leak, in: hall \\"B\\"","by":{"name":"Zo\xc3\xa9 X"}}'
TAMPERED = BODY.replace(b" X\"", b" Y\"")  # X is 0x58, Y is 0x59
assert sum(bin(a ^ b).count("1") for a, b in zip(BODY, TAMPERED)) == 1

FORGERIES = [
    request("stale", "stale", timestamp=T - 24 * 60 * 60),
    request("future", "future", timestamp=T + 24 * 60 * 60),
    request("zero-timestamp", "stale", timestamp=0),
    request("negative-timestamp", "malformed-timestamp", timestamp=-1),
    request("milliseconds", "future", timestamp=T * 1000),
    request("huge-timestamp", "malformed-timestamp", timestamp=10**20 - 1),
    request("malformed-timestamp", "malformed-timestamp", timestamp="abc"),
    request("nan-timestamp", "malformed-timestamp", timestamp="NaN"),
    request("infinite-timestamp", "malformed-timestamp", timestamp="Infinity"),
    request("tampered-timestamp", "invalid", RIGHT, timestamp=T + 1),
    request("no-timestamp", "missing-timestamp", mac(b"v0::" + BODY), timestamps=[]),
    request("empty-timestamp", "missing-timestamp", mac(b"v0::" + BODY), timestamps=[""]),
    request("duplicate-timestamp", "malformed-timestamp", timestamps=[str(T - 86400), str(T)]),
    request("wrong-secret", "invalid", mac(base(), OTHER_SECRET)),
    request("empty-secret", "invalid", mac(base(), b"")),
    request("undefined-secret", "invalid", mac(base(), b"undefined")),
    request("null-secret", "invalid", mac(base(), b"null")),
    request("none-secret", "invalid", mac(base(), str(None).encode())),
    request("default-secret", "invalid", mac(base(), b"changeme")),
    request("secret-newline", "invalid", mac(base(), SECRET + b"\n")),
    request("tampered-body", "invalid", RIGHT, body=TAMPERED),
    request("appended-byte", "invalid", RIGHT, body=BODY + b" "),
    request("appended-newline", "invalid", RIGHT, body=BODY + b"\n"),
    request("body-dropped", "invalid", RIGHT, body=b""),
    request("empty-body-signed", "invalid", mac(base(body=b""))),
    request("reserialised", "invalid", mac(base(body=COMPACT))),
    request("body-only", "invalid", mac(BODY)),
    request("body-digest", "invalid", mac(hashlib.sha256(BODY).hexdigest().encode())),
    request("timestamp-unsigned", "invalid", mac(b"v0:" + BODY)),
    request("other-template", "invalid", mac(b"%d.%s" % (T, BODY))),
    request("no-version", "invalid", mac(b"%d:%s" % (T, BODY))),
    request("swapped", "invalid", mac(SECRET, base())),
    request("sha1", "malformed-signature", mac(base(), algorithm="sha1")),
    request("sha512", "malformed-signature", mac(base(), algorithm="sha512")),
    request("md5", "malformed-signature", mac(base(), algorithm="md5")),
    request("plain-hash", "invalid", hashlib.sha256(SECRET + base()).hexdigest()),
    request("no-signature", "missing-signature", signatures=[]),
    request("empty-signature", "missing-signature", signatures=[""]),
    request("empty-mac", "malformed-signature", signatures=["v0="]),
    request("truncated", "malformed-signature", RIGHT[:32]),
    request("lengthened", "malformed-signature", RIGHT + "00"),
    request("junk-appended", "malformed-signature", RIGHT + "=junk"),
    request("wrong-prefix", "malformed-signature", signatures=["v1=" + RIGHT]),
    request("sha256-prefix", "malformed-signature", signatures=["sha256=" + RIGHT]),
    request("garbage-signature", "malformed-signature", "z" * 64),
    request("multibyte-signature", "malformed-signature", "\u00e9" * 64),
    request("duplicate-signature", "malformed-signature", signatures=["v0=" + "0" * 64, "v0=" + RIGHT]),
]

for forgery in FORGERIES:
    print(json.dumps(forgery))
