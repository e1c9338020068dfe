"""Receivers that are right but for one thing that happens to them, for tests of `alohook check`.

`receiver` makes a correct one from parts; the tables below say what is different: what alters bodies on their way, what
answers in place of the receiver, wrong clocks and secrets, and misbehavior by chance.
"""
import base64 as base64_module
import hashlib
import hmac
import html
import json
import random
import re
import threading
import time
import unicodedata
import urllib.parse

SECRET = b"situations-8d2f61c07ab94e53"


def response(status="200 OK", body="", content_type="text/plain", headers=()):
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def values(headers, name):
    return [value for key, value in headers if key.lower() == name]


def receiver(secret=SECRET, body=lambda b: b, written=lambda mac: "v0=" + mac.hex(), now=time.time, before=None, headers=(), window=300,
             time_in_base=lambda t: t, no="401 Unauthorized"):
    """Returns a handler of (head, headers, body) that does what ALO documents. Each part can be replaced."""
    def handle(head, request_headers, raw):
        if before:
            answer = before(head, request_headers, raw)
            if answer is not None:
                return answer
        if not head.startswith(b"POST "):
            return response("405 Method Not Allowed")
        times, signatures = values(request_headers, "x-alo-request-timestamp"), values(request_headers, "x-alo-signature")
        if len(times) != 1 or len(signatures) != 1 or not re.fullmatch("[0-9]{1,13}", times[0]) or abs(now() - int(times[0])) > window:
            return response(no, "rejected\n", headers=headers)
        base = b"v0:" + time_in_base(times[0]).encode() + b":" + body(raw)
        expected = written(hmac.new(secret, base, hashlib.sha256).digest())
        if not hmac.compare_digest(expected.encode(), signatures[0].encode("utf-8", "surrogateescape")):
            return response(no, "rejected\n", headers=headers)
        try:
            event = json.loads(raw.decode())
        except ValueError:
            return response("400 Bad Request", "not JSON\n")
        if not isinstance(event, dict):
            return response("400 Bad Request", "not an event\n")
        if event.get("type") in ("webhook_url_verification", "webhook_url_validation"):
            if not isinstance(event.get("challenge"), str):
                return response("400 Bad Request", "not a challenge\n")
            return response(body=json.dumps({"challenge": event["challenge"]}), content_type="application/json")
        return response(body="ok\n")
    return handle


STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?', re.S)


def text(change):
    return lambda raw: change(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def strings(change):
    """Changes the text of every string that isn't a key."""
    return text(lambda t: STRING.sub(lambda m: m[0] if m[2] else '"' + change(m[1]) + '"', t))


def keys(change):
    return text(lambda t: STRING.sub(lambda m: '"' + change(m[1]) + '"' + m[2] if m[2] else m[0], t))


def parsed(change):
    """Parses, changes, and re-serializes like JSON.stringify. What can't be parsed is unchanged."""
    def apply(raw):
        try:
            value = json.loads(raw, object_pairs_hook=lambda pairs: dict(pairs))
        except ValueError:
            return raw
        return json.dumps(change(value), separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return apply


def each(value, change):
    """Applies a change to every dict, from the inside out."""
    if isinstance(value, dict):
        return change({key: each(item, change) for key, item in value.items()})
    return [each(item, change) for item in value] if isinstance(value, list) else value


def spaced(raw):
    """Writes JSON again as Python does by default."""
    try:
        return json.dumps(json.loads(raw)).encode()
    except ValueError:
        return raw


def dropping(fits):
    return parsed(lambda value: each(value, lambda item: {k: v for k, v in item.items() if not fits(k, v)}))


def cut(size):
    return lambda raw: raw[:size]


def replace(old, new):
    return text(lambda t: t.replace(old, new))


def snake(key):
    return re.sub("([a-z])([A-Z])", r"\1_\2", key).lower()


def camel(key):
    return re.sub("(?<=.)_(.)", lambda m: m[1].upper(), key)


EMOJI = re.compile("[\U00010000-\U0010ffff]")

# What software does to bodies -> (the function, a check that must fail, what the cause must mention; None: any).
ALTERING = {
    "TrimStrings": (strings(lambda s: s.strip(" \t")), "raw-values", "trimmed"),
    "trim the end": (strings(lambda s: s.rstrip(" ")), "raw-values", None),
    "ConvertEmptyStringsToNull": (text(lambda t: re.sub(r':(\s*)""', r":\1null", t)), "raw-values", "empty strings become null"),
    "trim and null": (text(lambda t: re.sub(r':""', ":null", STRING.sub(lambda m: m[0] if m[2] else '"' + m[1].strip(" ") + '"', t))), "raw-values", None),
    "null members dropped": (dropping(lambda k, v: v is None), "raw-values", "null"),
    "empty members dropped": (dropping(lambda k, v: v in (None, "", [], {})), "raw-values", "empty"),
    "null becomes an empty string": (replace(":null", ':""'), "raw-values", "null"),
    "compacted arrays": (replace("null,", ""), "raw-values", "null"),
    "{} becomes []": (replace("{}", "[]"), "raw-values", "empty objects"),
    "collapsed spaces": (strings(lambda s: re.sub(" +", " ", s)), "raw-values", "spaces"),
    "plus to space": (lambda b: b.replace(b"+", b" "), "raw-values", "+"),
    "form decoding": (text(urllib.parse.unquote_plus), "raw-values", "+"),
    "percent decoding": (text(urllib.parse.unquote), "raw-values", "percent"),
    "htmlspecialchars": (strings(lambda s: html.escape(s, quote=False)), "raw-values", "HTML"),
    "html.escape": (strings(lambda s: html.escape(s, quote=False).replace("'", "&#x27;")), "raw-values", "HTML"),
    "html.unescape": (strings(lambda s: s.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")), "raw-values", "HTML"),
    "strip_tags": (strings(lambda s: re.sub("<[^>]*>", "", s)), "raw-values", "tags"),
    "xss-clean": (strings(lambda s: s.replace("<", "&lt;")), "raw-values", "HTML"),
    "DROP TABLE filter": (replace("DROP TABLE", ""), "raw-values", "SQL"),
    "UNION SELECT filter": (replace("UNION SELECT", "***"), "raw-values", None),
    "script filter": (replace("script", ""), "raw-values", "script"),
    "../ filter": (replace("../", ""), "raw-values", "../"),
    "magic quotes": (strings(lambda s: s.replace("'", "\\\\'")), "raw-values", "apostrophe"),
    "SQL quoting": (strings(lambda s: s.replace("'", "''")), "raw-values", "apostrophe"),
    "stripslashes": (strings(lambda s: s.replace("\\\\", "")), "raw-values", "backslash"),
    "numbers unquoted": (text(lambda t: re.sub(r':"([1-9][0-9]*)"', r":\1", t)), "raw-values", "numbers"),
    "booleans unquoted": (text(lambda t: re.sub(r':"(true|false)"', r":\1", t)), "raw-values", "true"),
    "milliseconds in times": (replace(':00Z"', ':00.000Z"'), "raw-values", "milliseconds"),
    "isoformat": (replace('00Z"', '00+00:00"'), "raw-values", "+00:00"),
    "microseconds cut": (replace(".123456Z", ".123Z"), "raw-values", "microseconds"),
    "normalizeEmail": (replace("Zoe@Example.COM", "zoe@example.com"), "raw-values", "e-mail"),
    "VARCHAR(255)": (strings(lambda s: s[:255]), "raw-values", "255"),
    "mongo-sanitize drops": (dropping(lambda k, v: k.startswith("$")), "raw-keys", "$"),
    "mongo-sanitize renames": (keys(lambda k: k.lstrip("$")), "raw-keys", "$"),
    "dots in keys": (keys(lambda k: k.replace(".", "_")), "raw-keys", "dots"),
    "dashes in keys": (keys(lambda k: k.replace("-", "_")), "raw-keys", "dashes"),
    "snake_case": (keys(snake), "raw-keys", None),
    "camelCase": (keys(camel), "raw-keys", "camelCase"),
    "lower-case keys": (keys(str.lower), "raw-keys", "lower case"),
    "password masked": (text(lambda t: re.sub('"(password|token)":"[^"]*"', r'"\1":"[FILTERED]"', t)), "raw-keys", "masked"),
    "NFC": (text(lambda t: unicodedata.normalize("NFC", t)), "raw-unicode", None),
    "NFKC": (text(lambda t: unicodedata.normalize("NFKC", t)), "raw-unicode", None),
    "no-break spaces": (text(lambda t: t.replace("\u00a0", " ")), "raw-unicode", "spaces"),
    "zero-width removed": (text(lambda t: re.sub("[\u200b-\u200f\u00ad\ufeff]", "", t)), "raw-unicode", None),
    "smart quotes": (text(lambda t: t.replace("\u201c", '\\"').replace("\u201d", '\\"').replace("\u2018", "'").replace("\u2019", "'")), "raw-unicode", "quotes"),
    "look-alikes": (replace("\u0430", "a"), "raw-unicode", "look-alike"),
    "emoji removed": (text(lambda t: EMOJI.sub("", t)), "raw-unicode", "emoji"),
    "utf8mb3": (text(lambda t: EMOJI.sub("?", t)), "raw-unicode", None),
    "control characters removed": (text(lambda t: re.sub("[\x7f-\x9f]", "", t)), "raw-unicode", "control"),
    "accents removed": (text(lambda t: t.replace("\u00e9", "e")), "raw-unicode", None),
    "Latin-1": (lambda b: b.decode("latin-1").encode(), "raw-unicode", None),
    "Windows-1252": (text(lambda t: t.encode("cp1252", "replace").decode("cp1252")), "raw-unicode", None),
    "escapes in lower case": (text(lambda t: re.sub(r"\\u([0-9A-F]{4})", lambda m: "\\u" + m[1].lower(), t)), "raw-unicode-escapes", None),
    "escapes decoded": (text(lambda t: re.sub(r"\\u00([4-7][0-9a-f])", lambda m: chr(int(m[1], 16)), t)), "raw-unicode-escapes", None),
    "slashes unescaped": (replace("\\/", "/"), "raw-escaped-slash", None),
    "JSON.stringify": (parsed(lambda value: value), "raw-whitespace", "re-serialized|written again"),
    "trim": (bytes.strip, "raw-newlines", None),
    "CRLF to LF": (lambda b: b.replace(b"\r\n", b"\n"), "raw-newlines", None),
    "cut at 1 KiB": (cut(1024), "raw-size", "1024"),
    "cut at 8 KiB": (cut(8192), "raw-size", "8192"),
    "cut at 16 KiB less one": (cut(16383), "raw-size", "16383"),
    "cut at 64 KiB": (cut(65536), "raw-size", "65536"),
}

# What responds instead of the receiver -> (the response, the ID that identifies it).
NOT_THE_SIGNATURE = {
    "Laravel CSRF": (response("419 unknown status", "<title>Page Expired</title>", "text/html"), "csrf-filter"),
    "Django CSRF": (response("403 Forbidden", "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>", "text/html"), "csrf-filter"),
    "Rails CSRF": (response("422 Unprocessable Entity", "<h1>The change you wanted was rejected.</h1>", "text/html"), "csrf-filter"),
    "Spring CSRF": (response("403 Forbidden", "Could not verify the provided CSRF token"), "csrf-filter"),
    "Basic password": (response("401 Unauthorized", "", headers=['WWW-Authenticate: Basic realm="staging"']), "password"),
    "bearer token": (response("401 Unauthorized", '{"detail":"Not authenticated"}', headers=["WWW-Authenticate: Bearer"]), "api-key"),
    "API Gateway": (response("403 Forbidden", '{"message":"Missing Authentication Token"}'), "api-key"),
    "bot check": (response("403 Forbidden", "<title>Just a moment...</title>", headers=["cf-mitigated: challenge"]), "bot-check"),
    "firewall": (response("406 Not Acceptable", "Mod_Security"), "firewall"),
    "Django hosts": (response("400 Bad Request", "DisallowedHost at /"), "host-filter"),
    "Rails hosts": (response("403 Forbidden", "<h1>Blocked hosts: 127.0.0.1</h1>"), "host-filter"),
    "IP filter": (response("403 Forbidden", "Your IP address is not allowed"), "ip-filter"),
    "maintenance": (response("503 Service Unavailable", "", headers=["Retry-After: 60"]), "maintenance"),
    "wrong path": (response("404 Not Found", "Cannot POST /"), "wrong-path"),
    "GET only": (response("405 Method Not Allowed", "", headers=["Allow: GET"]), "method"),
    "form only": (response("415 Unsupported Media Type"), "content-type"),
    "bad gateway": (response("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"), "gateway"),
    "gateway time-out": (response("504 Gateway Time-out"), "gateway"),
    "login": (response("302 Found", "", headers=["Location: /login"]), "login"),
    "slash": (response("308 Permanent Redirect", "", headers=["Location: /hook/"]), "redirect"),
    "HTTPS port": (response("400 Bad Request", "The plain HTTP request was sent to HTTPS port"), "https-only"),
    "single-page app": (response("200 OK", '<!doctype html><html><div id="root"></div></html>', "text/html"), "web-page"),
    "tunnel": (response("404 Not Found", "", headers=["Ngrok-Error-Code: ERR_NGROK_3200"]), "tunnel"),
}


def date(offset):
    return "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + offset))


def githubs_scheme(head, headers, body):
    """What a receiver does that was written for GitHub: no timestamp, sha256= before the digits."""
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    return response(body="ok\n") if values(headers, "x-alo-signature") == [expected] else response("401 Unauthorized", "rejected\n")


# Wrong clocks and secrets -> (the receiver, the cause, what its text has to say).
CLOCKS_AND_SECRETS = {
    "+5:30": (receiver(now=lambda: time.time() + 19_800), "clock-skew", "5 h 30 min ahead"),
    "+5:45": (receiver(now=lambda: time.time() + 20_700), "clock-skew", "5 h 45 min ahead"),
    "-8:00": (receiver(now=lambda: time.time() - 28_800), "clock-skew", "8 h behind"),
    "10 min behind": (receiver(now=lambda: time.time() - 600), "clock-skew", "10 min behind"),
    "10 min behind a proxy with the right Date": (receiver(now=lambda: time.time() - 600, headers=[date(0)]), "clock-skew", "10 min behind"),
    "7 min ahead": (receiver(now=lambda: time.time() + 420), "clock-skew", "7 min ahead"),
    "47 min behind": (receiver(now=lambda: time.time() - 2820), "clock-skew", "47 min behind"),
    "a day behind": (receiver(now=lambda: time.time() - 86_400), "clock-skew", "behind"),
    "a narrow window, 5 min behind": (receiver(now=lambda: time.time() - 300, window=120), "clock-skew", "5 min behind"),
    "milliseconds": (receiver(now=lambda: time.time() * 1000, window=300_000), "timestamp-form", "milliseconds"),
    "empty secret": (receiver(secret=b""), "secret-unset", "empty secret"),
    "undefined": (receiver(secret=b"undefined"), "secret-unset", "undefined"),
    "None": (receiver(secret=b"None"), "secret-unset", "None"),
    "null as bare hex": (receiver(secret=b"null", written=bytes.hex), "secret-unset", "null"),
    "changeme": (receiver(secret=b"changeme"), "secret-placeholder", "changeme"),
    "secret and newline": (receiver(secret=SECRET + b"\n"), "secret-whitespace", ""),
    "secret and newline, as bare hex": (receiver(secret=SECRET + b"\n", written=bytes.hex), "secret-whitespace", "newline"),
    "GitHub's scheme": (githubs_scheme, "body-only", "body"),
    "another secret": (receiver(secret=b"quite another secret"), None, "same secret"),
}


def base64(mac):
    return base64_module.b64encode(mac).decode()


class SlowStart:
    """The first request takes long, as with a dev server that compiles, or a cold function."""

    def __init__(self, seconds):
        self.seconds, self.lock = seconds, threading.Lock()

    def __call__(self, head, headers, body):
        with self.lock:
            seconds, self.seconds = self.seconds, 0
        time.sleep(seconds)
        return None


class Chance:
    """Rejects by a rule based on the number of the request, or by its own random generator."""

    def __init__(self, is_hit, answer=response("503 Service Unavailable", "try again\n")):
        self.is_hit, self.answer, self.count, self.lock = is_hit, answer, 0, threading.Lock()

    def __call__(self, head, headers, body):
        with self.lock:
            self.count += 1
            return self.answer if self.is_hit(self.count) else None


def one_in(n, seed=0):
    dice = random.Random(n + 1000 * seed)
    return lambda count: dice.randrange(n) == 0


def two_in_three(seed=0):
    dice = random.Random(5 + 1000 * seed)
    return lambda count: dice.randrange(3) > 0


NO = response("401 Unauthorized", "rejected\n")


def two_instances(choose, other=None):
    """Two instances behind one port; the other has a different secret, unless one is given."""
    ours, other = receiver(), other or receiver(secret=b"the other instance")
    state = {"count": 0}
    lock = threading.Lock()

    def handle(head, headers, body):
        with lock:
            state["count"] += 1
            is_other = choose(state["count"])
        return (other if is_other else ours)(head, headers, body)
    return handle


# Misbehavior by chance -> a function that creates the receiver. With another seed it strikes at other requests.
BY_CHANCE = {
    "rejects 1 in 16": lambda seed=0: receiver(before=Chance(one_in(16, seed), NO)),
    "rejects 1 in 8": lambda seed=0: receiver(before=Chance(one_in(8, seed), NO)),
    "rejects 1 in 3": lambda seed=0: receiver(before=Chance(one_in(3, seed), NO)),
    "rejects 2 in 3": lambda seed=0: receiver(before=Chance(two_in_three(seed), NO)),
    "rejects every second": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 2 == 0, NO)),
    "rejects every third": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 3 == 0, NO)),
    "fails 1 in 5": lambda seed=0: receiver(before=Chance(one_in(5, seed), response("500 Internal Server Error", "oops\n"))),
    "gateway errors 1 in 6": lambda seed=0: receiver(before=Chance(one_in(6, seed), response("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"))),
    "drops 1 in 4 connections": lambda seed=0: receiver(before=Chance(one_in(4, seed), b"")),
    "two instances in turn": lambda seed=0: two_instances(lambda n: (n + seed) % 2 == 0),
    "two instances at random": lambda seed=0: two_instances(one_in(2, seed)),
    "leading zeros dropped": lambda seed=0: receiver(written=lambda mac: f"v0={int(mac.hex(), 16):x}"),
    "bytes without leading zeros, base64 plus": lambda seed=0: receiver(written=lambda mac: "v0=" + (mac.hex() if mac[5] >= 0x20 else "".join(f"{b:x}" for b in mac))),
    "a restart of half a second": lambda seed=0: receiver(before=Chance(lambda n: 40 <= n < 60, response("503 Service Unavailable", "starting\n"))),
    "rejects half at random": lambda seed=0: receiver(before=Chance(one_in(2, seed), NO)),
    "rejects every fifth": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 5 == 0, NO)),
    "rejects every tenth": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 10 == 0, NO)),
    "rejects three of twelve in a row": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 12 < 3, NO)),
    "fails 1 in 16": lambda seed=0: receiver(before=Chance(one_in(16, seed), response("500 Internal Server Error", "deadlock\n"))),
    "gateway time-outs 1 in 10": lambda seed=0: receiver(before=Chance(one_in(10, seed), response("504 Gateway Time-out"))),
    "busy 1 in 7": lambda seed=0: receiver(before=Chance(one_in(7, seed), response("503 Service Unavailable", "", headers=["Retry-After: 1"]))),
    "a login page 1 in 6": lambda seed=0: receiver(before=Chance(one_in(6, seed), response("302 Found", "", headers=["Location: /login"]))),
    "an instance without the route": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 4 == 0, response("404 Not Found", "Cannot POST /hook"))),
    "drops every third connection": lambda seed=0: receiver(before=Chance(lambda n: (n + seed) % 3 == 0, b"")),
    "three instances, one with another secret": lambda seed=0: two_instances(lambda n: (n + seed) % 3 == 1),
    "an instance whose clock is wrong": lambda seed=0: two_instances(one_in(3, seed), receiver(now=lambda: time.time() + 3600)),
    "an instance that re-serializes": lambda seed=0: two_instances(one_in(4, seed), receiver(body=spaced)),
    "an instance with an older format": lambda seed=0: two_instances(one_in(5, seed), receiver(written=bytes.hex)),
    "two restarts": lambda seed=0: receiver(before=Chance(lambda n: 30 <= n < 40 or 90 <= n < 100, response("503 Service Unavailable", "starting\n"))),
    "ids that end in zero": lambda seed=0: receiver(before=lambda head, headers, body: NO if b'0","type"' in body else None),
}


# What else these break: a rejection that is a redirect is one.
BREAKS_TOO = {"a login page 1 in 6": {"no-redirect"}}


def recycles_workers(every=37):
    """Correctly drops the connection after this many requests, like gunicorn --max-requests."""
    return receiver(before=Chance(lambda n: n % every == 0 and n > every * 6, b""))
