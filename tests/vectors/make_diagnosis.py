"""Writes diagnosis.jsonl: requests whose signature is wrong for one known reason, or for two, one JSON object a line.

    python3 make_diagnosis.py > diagnosis.jsonl        (needs node, openssl, php, ruby; see reserialised/record.sh)

Every mistake is made the way people make it: the body is re-serialised by the library itself, the MAC is computed by
Python, node or openssl in turn. `causes` are the ids that alohook has to name, in any order when there are two.
"""
import base64
import gzip
import hashlib
import hmac
import itertools
import json
import subprocess
import unicodedata
import urllib.parse
import zlib

NOW = 1763900000
T = NOW - 7
SECRET = "9f2c0d5be7714aa1b3c8d6e5f4a39281706152433425160708090a0b0c0d0e0f"
BODY = ('{ "type": "action_created", "payload": {"id": 12, "title": "Leak & <b>caf\u00e9</b>", "url": "https://a/b?c=d", '
        '"n": [1.0, 2, 1e3]}, "data": {"x" : "y"} }')


def run(*command, stdin=b""):
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def node(script, stdin):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    return run("node", "-e", "const b=require('fs').readFileSync(0);process.stdout.write((b=>{%s})(b))" % script, stdin=stdin)


def php(expression, body):
    return run("php", "-r", "$b=file_get_contents('php://stdin'); echo %s;" % expression, stdin=body)


def ruby(expression, body):
    return run("ruby", "-rjson", "-rbase64", "-e", "b=STDIN.binmode.read.force_encoding('UTF-8'); print(%s)" % expression, stdin=body)


signers = itertools.cycle(["python", "node", "openssl"])


def hmac_by(signer, key, message, algorithm):
    if signer == "node":
        data = json.dumps([key.hex(), message.hex(), algorithm])
        return bytes.fromhex(node(
            "const [k,m,a]=JSON.parse(b);return require('crypto').createHmac(a,Buffer.from(k,'hex'))"
            ".update(Buffer.from(m,'hex')).digest('hex')", data).decode())
    if signer == "openssl" and key:
        return run("openssl", "dgst", "-" + algorithm, "-binary", "-mac", "HMAC", "-macopt", "hexkey:" + key.hex(), stdin=message)
    return hmac.new(key, message, algorithm).digest()


class Request:
    """A request and how its sender signed it; mistakes change one field each."""

    def __init__(self):
        self.secret = SECRET.encode()          # what alohook is given
        self.key = None                        # what the signer used; the secret when None
        self.timestamp = str(T)                # the header
        self.signed_timestamp = None           # what was signed; the header when None
        self.body = BODY.encode()              # what arrived
        self.signed_body = None                # what was signed; the body when None
        self.template = lambda t, b: b"v0:" + t + b":" + b
        self.digest = lambda k, m, by: hmac_by(by, k, m, "sha256")
        self.encode = lambda mac: "v0=" + mac.hex()
        self.headers = lambda s, t: [["X-ALO-Request-Timestamp", t], ["X-ALO-Signature", s]]

    def record(self, name, causes):
        signer = next(signers)
        t = self.timestamp if self.signed_timestamp is None else self.signed_timestamp
        body = self.body if self.signed_body is None else self.signed_body(self.body)
        key = self.secret if self.key is None else self.key(self.secret)
        mac = self.digest(key, self.template(t.encode(), body), signer)
        return {"name": name, "causes": causes, "signer": signer, "now": NOW,
                "secret": base64.b64encode(self.secret).decode(), "body": base64.b64encode(self.body).decode(),
                "headers": self.headers(self.encode(mac), self.timestamp)}


def setting(**fields):
    def change(request):
        for field, value in fields.items():
            setattr(request, field, value)
    return change


def body(signed, arrived=None):
    return setting(signed_body=signed, **({"body": arrived} if arrived is not None else {}))


def python_json(**options):
    return body(lambda b: json.dumps(json.loads(b), **options).encode())


def js(script, arrived=None):
    return body(lambda b: node(script, b), arrived)


def secret(used, given=SECRET.encode()):
    return setting(key=used, secret=given)


def provider(signature_name, timestamp_name=None):
    return setting(headers=lambda s, t: [[signature_name, s]] + ([[timestamp_name, t]] if timestamp_name else []))


def plain_hash(algorithm, order):
    def digest(k, m, by):
        message = {"km": k + m, "mk": m + k, "m": m}[order]
        if by == "openssl":
            return run("openssl", "dgst", "-" + algorithm, "-binary", stdin=message)
        return hashlib.new(algorithm, message).digest()
    return setting(digest=digest)


def other_hmac(algorithm):
    return setting(digest=lambda k, m, by: hmac_by(by, k, m, algorithm))


def template(make):
    return setting(template=make)


def signed_at(text, header=None):
    return setting(signed_timestamp=text, **({"timestamp": header} if header is not None else {}))


def encoded(encode):
    return setting(encode=encode)


def headers(make):
    return setting(headers=make)


SIG, TIME = "X-ALO-Signature", "X-ALO-Request-Timestamp"
ASCII = b'{"type":"action_updated","list":[1,2,3],"s":"a b+c/d"}'
B64_KEY = base64.b64encode(bytes(range(1, 33)))
NFC_BODY = '{"title":"Caf\u00e9 \u00c5ngstr\u00f6m \ud55c\uae00 \u1ebf"}'.encode()
LINES = b'{\n  "type": "action_created",\n  "id": 1\n}\n'
b2 = base64.b64encode

# name, cause, slot, change. Mistakes of different slots can be made at once.
MISTAKES = [
    ("json.dumps", "body-reserialised", "body", python_json()),
    ("json.dumps compact", "body-reserialised", "body", python_json(separators=(",", ":"))),
    ("json.dumps sorted", "body-reserialised", "body", python_json(sort_keys=True)),
    ("json.dumps raw", "body-reserialised", "body", python_json(ensure_ascii=False)),
    ("json.dumps indent", "body-reserialised", "body", python_json(indent=4)),
    ("JSON.stringify", "body-reserialised", "body", js("return JSON.stringify(JSON.parse(b))")),
    ("JSON.stringify indent", "body-reserialised", "body", js("return JSON.stringify(JSON.parse(b),null,2)")),
    ("JSON.stringify integer keys", "body-reserialised", "body",
     js("return JSON.stringify(JSON.parse(b))", b'{"b":1,"2":"x","1":"y","type":"action_created"}')),
    ("json_encode", "body-reserialised", "body", body(lambda b: php("json_encode(json_decode($b, true))", b))),
    ("json_encode slashes", "body-reserialised", "body",
     body(lambda b: php("json_encode(json_decode($b, true), JSON_UNESCAPED_SLASHES)", b))),
    ("JSON.generate", "body-reserialised", "body", body(lambda b: ruby("JSON.generate(JSON.parse(b))", b))),
    ("JSON.pretty_generate", "body-reserialised", "body", body(lambda b: ruby("JSON.pretty_generate(JSON.parse(b))", b))),
    ("arrived pretty, signed as sent", "body-reserialised", "body",
     body(lambda b: json.dumps(json.loads(b), separators=(",", ":")).encode(), json.dumps(json.loads(ASCII), indent=2).encode())),

    ("another secret", "wrong-secret", "alone", secret(lambda s: b"another secret altogether, of some length")),

    ("newline added", "secret-whitespace", "secret", secret(lambda s: s + b"\n")),
    ("CR LF added", "secret-whitespace", "secret", secret(lambda s: s + b"\r\n")),
    ("blank added", "secret-whitespace", "secret", secret(lambda s: s + b" ")),
    ("blank before", "secret-whitespace", "secret", secret(lambda s: b" " + s)),
    ("double quotes added", "secret-whitespace", "secret", secret(lambda s: b'"' + s + b'"')),
    ("single quotes added", "secret-whitespace", "secret", secret(lambda s: b"'" + s + b"'")),
    ("newline given", "secret-whitespace", "secret", secret(lambda s: s.strip(), SECRET.encode() + b"\n")),
    ("quotes given", "secret-whitespace", "secret", secret(lambda s: s.strip(b'"'), b'"' + SECRET.encode() + b'"')),
    ("tab given", "secret-whitespace", "secret", secret(lambda s: s.strip(), b"\t" + SECRET.encode() + b" \r\n")),

    ("hex decoded", "secret-decoded", "secret", secret(lambda s: bytes.fromhex(s.decode()))),
    ("Base64 decoded", "secret-decoded", "secret", secret(base64.b64decode, B64_KEY)),
    ("base64url decoded", "secret-decoded", "secret",
     secret(lambda s: base64.urlsafe_b64decode(s + b"="), base64.urlsafe_b64encode(b"\xfb\xff" + bytes(range(30))).rstrip(b"="))),
    ("encoded as Base64", "secret-decoded", "secret", secret(base64.b64encode)),
    ("encoded as hex", "secret-decoded", "secret", secret(lambda s: s.hex().encode())),

    ("whsec_ taken off", "secret-prefix", "secret", secret(lambda s: s[6:], b"whsec_" + SECRET.encode())),
    ("whsec_ put on", "secret-prefix", "secret", secret(lambda s: b"whsec_" + s)),
    ("v1, put on", "secret-prefix", "secret", secret(lambda s: b"v1," + s)),
    ("variable name given", "secret-prefix", "secret", secret(lambda s: s[18:], b"ALO_SIGNING_TOKEN=" + SECRET.encode())),

    ("body only", "body-only", "template no timestamp", template(lambda t, b: b)),
    ("raw hash of body", "body-only", "template no timestamp", template(lambda t, b: hashlib.sha256(b).digest())),
    ("hex hash of body", "body-only", "template no timestamp", template(lambda t, b: hashlib.sha256(b).hexdigest().encode())),
    ("v0 and hash of body", "body-only", "template", template(lambda t, b: b"v0:" + t + b":" + hashlib.sha256(b).hexdigest().encode())),

    ("T.B", "other-template", "template", template(lambda t, b: t + b"." + b)),
    ("T:B", "other-template", "template", template(lambda t, b: t + b":" + b)),
    ("TB", "other-template", "template", template(lambda t, b: t + b)),
    ("v0.T.B", "other-template", "template", template(lambda t, b: b"v0." + t + b"." + b)),
    ("v0=T:B", "other-template", "template", template(lambda t, b: b"v0=" + t + b":" + b)),
    ("v0:B:T", "other-template", "template", template(lambda t, b: b"v0:" + b + b":" + t)),
    ("v1:T:B", "other-template", "template", template(lambda t, b: b"v1:" + t + b":" + b)),
    ("v0: T: B", "other-template", "template", template(lambda t, b: b"v0: " + t + b": " + b)),

    ("Base64 unpadded", "other-encoding", "encoding", encoded(lambda m: b2(m).decode().rstrip("="))),
    ("base64url", "other-encoding", "encoding", encoded(lambda m: base64.urlsafe_b64encode(m).decode().rstrip("="))),
    ("upper-case hex", "other-encoding", "encoding", encoded(lambda m: "v0=" + m.hex().upper())),
    ("doubled v0=", "other-encoding", "encoding", encoded(lambda m: "v0=v0=" + m.hex())),
    ("sha256= like GitHub", "other-encoding", "encoding", encoded(lambda m: "sha256=" + m.hex())),
    ("t=,v1= like Stripe", "other-encoding", "encoding", encoded(lambda m: "t=%d,v1=%s" % (T, m.hex()))),
    ("v1, like Standard Webhooks", "other-encoding", "encoding", encoded(lambda m: "v1," + b2(m).decode())),
    ("v0= and Base64", "other-encoding", "encoding", encoded(lambda m: "v0=" + b2(m).decode())),
    ("Base64 of hex", "other-encoding", "encoding", encoded(lambda m: b2(m.hex().encode()).decode())),
    ("Python bytes", "other-encoding", "encoding", encoded(lambda m: "v0=" + str(m.hex().encode()))),
    ("quoted", "other-encoding", "encoding", encoded(lambda m: '"v0=%s"' % m.hex())),

    ("milliseconds signed", "timestamp-form", "timestamp", signed_at("%d000" % T)),
    ("seconds signed, milliseconds sent", "timestamp-form", "timestamp", signed_at(str(T), "%d123" % T)),
    ("milliseconds signed and sent", "timestamp-form", "timestamp", signed_at(None, "%d123" % T)),
    ("float signed", "timestamp-form", "timestamp", signed_at("%d.0" % T)),
    ("ISO signed", "timestamp-form", "timestamp", signed_at("2025-11-23T12:13:13Z")),
    ("ISO with milliseconds signed", "timestamp-form", "timestamp", signed_at("2025-11-23T12:13:13.000Z")),
    ("Ruby's Time#to_s signed", "timestamp-form", "timestamp", signed_at("2025-11-23 12:13:13 UTC")),
    ("ISO signed and sent", "timestamp-form", "timestamp", signed_at(None, "2025-11-23T12:13:13Z")),
    ("own clock a second later", "timestamp-form", "timestamp", signed_at(str(T + 1))),
    ("own clock 4 s earlier", "timestamp-form", "timestamp", signed_at(str(T - 4))),

    ("undefined", "timestamp-missing", "timestamp", signed_at("undefined")),
    ("None", "timestamp-missing", "timestamp", signed_at("None")),
    ("null", "timestamp-missing", "timestamp", signed_at("null")),
    ("empty", "timestamp-missing", "timestamp", signed_at("")),
    ("zero", "timestamp-missing", "timestamp", signed_at("0")),
    ("undefined sent", "timestamp-missing", "timestamp", signed_at(None, "undefined")),

    ("empty body", "body-missing", "body", body(lambda b: b"")),
    ("[object Object]", "body-missing", "body", js("return String(JSON.parse(b))")),
    ("undefined body", "body-missing", "body", js("return String({}.body)")),
    ("{}", "body-missing", "body", js("return JSON.stringify({})")),
    ("None body", "body-missing", "body", body(lambda b: str(None).encode())),

    ("Base64 signed", "body-base64", "body", body(base64.b64encode)),
    ("Base64 arrived", "body-base64", "body", body(base64.b64decode, b2(BODY.encode()))),
    ("encode64 signed", "body-base64", "body", body(lambda b: ruby("Base64.encode64(b)", b))),
    ("encodebytes signed", "body-base64", "body", body(base64.encodebytes)),

    ("Latin-1 as UTF-8", "body-charset", "body", body(lambda b: b.decode("latin-1").encode())),
    ("cp1252 as UTF-8", "body-charset", "body", body(lambda b: b.decode("cp1252").encode())),
    ("in Latin-1", "body-charset", "body", body(lambda b: b.decode().encode("latin-1"))),
    ("arrived as mojibake", "body-charset", "body", body(lambda b: b.decode().encode("latin-1"), BODY.encode().decode("latin-1").encode())),
    ("ASCII with ?", "body-charset", "body", body(lambda b: b.decode().encode("ascii", "replace"))),
    ("ASCII dropped", "body-charset", "body", body(lambda b: b.decode().encode("ascii", "ignore"))),
    ("U+FFFD", "body-charset", "body", body(lambda b: b.decode("ascii", "replace").encode())),
    ("UTF-16", "body-charset", "body", body(lambda b: b.decode().encode("utf-16-le"))),
    ("node latin1", "body-charset", "body", js("return Buffer.from(b.toString(),'latin1')")),

    ("BOM signed", "body-bom", "body", body(lambda b: b.decode().encode("utf-8-sig"))),
    ("BOM arrived", "body-bom", "body", body(lambda b: b.decode("utf-8-sig").encode(), b"\xef\xbb\xbf" + BODY.encode())),

    ("echo", "body-newlines", "body", body(lambda b: run("sh", "-c", "printf '%s\\n' \"$(cat)\"", stdin=b))),
    ("newline arrived", "body-newlines", "body", body(lambda b: b.rstrip(b"\n"), ASCII + b"\n")),
    ("CR LF signed", "body-newlines", "body", body(lambda b: b.replace(b"\n", b"\r\n"), LINES)),
    ("CR LF arrived", "body-newlines", "body", body(lambda b: b.replace(b"\r\n", b"\n"), LINES.replace(b"\n", b"\r\n"))),
    ("trimmed", "body-newlines", "body", body(lambda b: b.strip(), b"\n " + ASCII + b" \n")),
    ("curl -d", "body-newlines", "body", body(lambda b: b.replace(b"\n", b""), LINES)),

    ("stringify twice", "body-double-encoded", "body", js("return JSON.stringify(b.toString())")),
    ("dumps twice", "body-double-encoded", "body", body(lambda b: json.dumps(b.decode()).encode())),
    ("arrived as a string", "body-double-encoded", "body", body(lambda b: json.loads(b).encode(), json.dumps(BODY).encode())),

    ("data only", "body-part", "body", body(lambda b: b'{"x" : "y"}')),
    ("type only", "body-part", "body", body(lambda b: json.loads(b)["type"].encode())),

    ("str(dict)", "body-repr", "body", body(lambda b: str(json.loads(b)).encode())),
    ("f-string of bytes", "body-repr", "body", body(lambda b: f"{b}".encode())),
    ("Hash#to_s", "body-repr", "body", body(lambda b: ruby("JSON.parse(b).to_s", b))),
    ("stringified Buffer", "body-repr", "body", js("return JSON.stringify(b)")),

    ("quote", "body-url-encoded", "body", body(lambda b: urllib.parse.quote(b).encode())),
    ("quote_plus", "body-url-encoded", "body", body(lambda b: urllib.parse.quote_plus(b).encode())),
    ("encodeURIComponent", "body-url-encoded", "body", js("return encodeURIComponent(b.toString())")),
    ("form field", "body-url-encoded", "body", body(lambda b: urllib.parse.urlencode({"payload": b}).encode())),
    ("form field arrived", "body-url-encoded", "body",
     body(lambda b: urllib.parse.parse_qs(b.decode())["payload"][0].encode(), urllib.parse.urlencode({"payload": BODY}).encode())),

    ("HMAC-SHA1", "other-hash", "hash", other_hmac("sha1")),
    ("HMAC-SHA512", "other-hash", "hash", other_hmac("sha512")),
    ("HMAC-MD5", "other-hash", "hash", other_hmac("md5")),
    ("sha256(secret + base)", "other-hash", "hash", plain_hash("sha256", "km")),
    ("sha256(base + secret)", "other-hash", "hash", plain_hash("sha256", "mk")),
    ("sha256(base)", "other-hash", "hash", plain_hash("sha256", "m")),
    ("md5(secret + base)", "other-hash", "hash", plain_hash("md5", "km")),

    ("half", "mac-truncated", "encoding", encoded(lambda m: "v0=" + m.hex()[:32])),
    ("8 bytes", "mac-truncated", "encoding", encoded(lambda m: m.hex()[:16])),
    ("one digit short", "mac-truncated", "encoding", encoded(lambda m: "v0=" + m.hex()[:63])),
    ("64 characters in all", "mac-truncated", "encoding", encoded(lambda m: ("v0=" + m.hex())[:64])),
    ("Base64 cut", "mac-truncated", "encoding", encoded(lambda m: b2(m).decode()[:40])),

    ("NFD signed", "body-normalised", "body", body(lambda b: unicodedata.normalize("NFD", b.decode()).encode(), NFC_BODY)),
    ("NFC signed", "body-normalised", "body",
     body(lambda b: unicodedata.normalize("NFC", b.decode()).encode(), unicodedata.normalize("NFD", NFC_BODY.decode()).encode())),

    ("gzip arrived", "body-compressed", "body", body(gzip.decompress, gzip.compress(BODY.encode(), mtime=0))),
    ("zlib arrived", "body-compressed", "body", body(zlib.decompress, zlib.compress(BODY.encode() * 30))),

    ("underscores", "headers-altered", "headers", headers(lambda s, t: [["X_ALO_Signature", s], ["X_ALO_Request_Timestamp", t]])),
    ("without X-", "headers-altered", "headers", headers(lambda s, t: [["ALO-Signature", s], [TIME, t]])),
    ("a typo", "headers-altered", "headers", headers(lambda s, t: [["X-ALO-Signatur", s], [TIME, t]])),
    ("CGI names", "headers-altered", "headers", headers(lambda s, t: [["HTTP_X_ALO_SIGNATURE", s], ["HTTP_X_ALO_REQUEST_TIMESTAMP", t]])),
    ("joined timestamps", "headers-altered", "headers", headers(lambda s, t: [[SIG, s], [TIME, t + ", " + t]])),
    ("doubled signature", "headers-altered", "headers", headers(lambda s, t: [[SIG, s], [SIG, s], [TIME, t]])),
    ("timestamp lost", "headers-altered", "no timestamp", headers(lambda s, t: [[SIG, s], ["Via", "1.1 proxy"]])),
    ("signature lost", "headers-altered", "alone", headers(lambda s, t: [[TIME, t], ["X-Forwarded-For", "10.0.0.1"]])),

    ("Slack's headers", "other-provider", "headers", provider("X-Slack-Signature", "X-Slack-Request-Timestamp")),
    ("GitHub's header", "other-provider", "no timestamp", provider("X-Hub-Signature-256", TIME)),

    ("stale", "clock-skew", "alone", signed_at(None, str(NOW - 301))),
    ("an hour ahead", "clock-skew", "alone", signed_at(None, str(NOW + 3600))),

    ("${VAR}", "secret-unexpanded", "alone unmatched", secret(lambda s: SECRET.encode(), b"${ALO_SIGNING_SECRET}")),
    ("op://", "secret-unexpanded", "alone unmatched", secret(lambda s: SECRET.encode(), b"op://vault/alo/signing-secret")),
    ("literal \\n given", "secret-unexpanded", "secret", secret(lambda s: s[:-2], SECRET.encode() + b"\\n")),
    ("literal \\n used", "secret-unexpanded", "secret", secret(lambda s: s + b"\\n")),

    ("zero-width space given", "secret-hidden-characters", "secret",
     secret(lambda s: SECRET.encode(), SECRET[:20].encode() + "\u200b".encode() + SECRET[20:].encode())),
    ("NBSP given", "secret-hidden-characters", "secret", secret(lambda s: SECRET.encode(), SECRET.encode() + "\u00a0".encode())),
    ("BOM given", "secret-hidden-characters", "secret", secret(lambda s: SECRET.encode(), SECRET.encode("utf-8-sig"))),
    ("UTF-16 given", "secret-hidden-characters", "secret", secret(lambda s: SECRET.encode(), SECRET.encode("utf-16"))),
    ("UTF-16 used", "secret-hidden-characters", "secret", secret(lambda s: s.decode().encode("utf-16-le"))),

    ("second of two", "several-signatures", "encoding", encoded(lambda m: "v0=" + "ab" * 32 + ",v0=" + m.hex())),
    ("first of two", "several-signatures", "encoding", encoded(lambda m: "v0=" + m.hex() + " v0=" + "ab" * 32)),
    ("two headers", "several-signatures", "headers", headers(lambda s, t: [[SIG, "v0=" + "cd" * 32], [SIG, s], [TIME, t]])),

    ("swapped", "key-message-swapped", "hash", setting(digest=lambda k, m, by: hmac_by(by, m, k, "sha256"))),

    ("trimmed by middleware", "body-altered", "body",
     body(lambda b: php("(function ($v) { array_walk_recursive($v, function (&$s) { if (is_string($s)) { $s = trim($s); $s = $s === '' ? null : $s; } });"
                        " return json_encode($v); })(json_decode($b, true))", b), b'{"type":" action_created ","note":"  ","n":1}')),
    ("null members dropped", "body-reserialised", "body",
     js("return JSON.stringify(JSON.parse(b),(k,v)=>v===null?undefined:v)", b'{"type":"a","x":null,"n":{"y":null,"z":1}}')),
    ("htmlspecialchars", "body-altered", "body", body(lambda b: php("htmlspecialchars($b, ENT_QUOTES)", b), b'{"t":"<b>it\'s</b> & more"}')),
    ("addslashes", "body-altered", "body", body(lambda b: php("addslashes($b)", b), b'{"t":"it\'s"}')),
    ("PascalCase keys", "body-altered", "body",
     body(lambda b: json.dumps({k[0].upper() + k[1:]: v for k, v in json.loads(b).items()}, separators=(",", ":")).encode(),
          b'{"type":"a","actionId":12}')),

    ("cut at 60 bytes", "body-truncated", "body", body(lambda b: b[:60])),
    ("cut in a character", "body-truncated", "body", body(lambda b: b[:b.index(b"\xa9")])),

    ("in an object", "body-wrapped", "body", js("return '{\"body\":' + b + '}'")),
    ("in a list", "body-wrapped", "body", js("return '[' + b + ']'")),

    ("secret empty", "secret-unset", "alone", secret(lambda s: b"")),
    ("secret undefined", "secret-unset", "alone", secret(lambda s: b"undefined")),
    ("secret changeme", "secret-unset", "alone", secret(lambda s: b"changeme")),

    ("a digit retyped", "mac-altered", "encoding", encoded(lambda m: "v0=" + ("1" if m.hex()[0] != "1" else "2") + m.hex()[1:])),
    ("carriage return", "other-encoding", "encoding", encoded(lambda m: "v0=" + m.hex() + "\r")),
    ("BitConverter", "other-encoding", "encoding", encoded(lambda m: m.hex("-").upper())),
    ("openssl -c", "other-encoding", "encoding", encoded(lambda m: m.hex(":"))),

    ("not UTF-8, replaced", "body-charset", "body", body(lambda b: b.decode(errors="replace").encode(), b'{"t":"caf\xc3\xa9 \xff\xfe cut \xe2\x98"}')),
    ("not UTF-8, replaced by Node", "body-charset", "body", js("return b.toString()", b'{"t":"caf\xc3\xa9 \xf0\x9f\x98 \xc0\xaf"}')),
    ("not UTF-8, dropped", "body-charset", "body", body(lambda b: b.decode(errors="ignore").encode(), b'{"t":"caf\xc3\xa9 \xff\xfe cut \xe2\x98"}')),
    ("not UTF-8, as Windows-1252", "body-charset", "body", body(lambda b: b.decode("cp1252").encode(), b'{"t":"caf\xe9 \x80"}')),

    ("json.dumps of Base64 text", "body-base64", "body", body(lambda b: base64.b64encode(base64.b64encode(b)))),
]

# Two causes that meet in one place.
TOGETHER = [
    ("whsec_ and Base64", ["secret-prefix", "secret-decoded"], secret(lambda s: base64.b64decode(s[6:]), b"whsec_" + B64_KEY)),
    ("newline and hex", ["secret-whitespace", "secret-decoded"],
     secret(lambda s: bytes.fromhex(s.decode().strip()), SECRET.encode() + b"\n")),
    ("json.dumps and newline", ["body-reserialised", "body-newlines"], body(lambda b: (json.dumps(json.loads(b)) + "\n").encode())),
    ("payload stringified", ["body-part", "body-reserialised"], js("return JSON.stringify(JSON.parse(b).payload)")),
    ("upper-case half", ["other-encoding", "mac-truncated"], encoded(lambda m: "v0=" + m.hex()[:40].upper())),
    ("upper-case second", ["other-encoding", "several-signatures"],
     encoded(lambda m: "v0=" + "ab" * 32 + ",v0=" + m.hex().upper())),
]

# For pairs, one or two mistakes stand for each cause; every combination of two different slots is recorded.
FOR_PAIRS = {"json.dumps", "JSON.stringify", "newline added", "hex decoded", "whsec_ put on", "literal \\n used", "UTF-16 used",
             "body only", "T.B", "v0 and hash of body", "upper-case hex", "base64url", "milliseconds signed", "ISO signed",
             "own clock a second later", "undefined", "empty body", "Base64 signed", "Latin-1 as UTF-8", "BOM signed", "echo",
             "stringify twice", "data only", "str(dict)", "f-string of bytes", "form field", "HMAC-SHA1",
             "sha256(secret + base)", "half", "NFD signed", "gzip arrived", "underscores", "Slack's headers",
             "second of two", "swapped"}


def may_meet(a, b):
    slots = (a[2], b[2])
    if a[1] == b[1] or a[2].split()[0] == b[2].split()[0] or any(s.startswith(("alone", "no timestamp")) for s in slots):
        return False
    if "template no timestamp" in slots and "timestamp" in slots:
        return False  # a base string without the timestamp does not show what happened to it
    if {a[1], b[1]} == {"other-hash", "mac-truncated"}:
        return False  # half of a SHA-1 has no name
    return True


def main():
    for name, cause, slot, change in MISTAKES:
        request = Request()
        change(request)
        line = request.record(name, [cause])
        if slot == "alone unmatched":
            line["first_only"] = True
        print(json.dumps(line))
    for name, causes, change in TOGETHER:
        request = Request()
        change(request)
        print(json.dumps(request.record(name, causes)))
    for a, b in itertools.combinations([m for m in MISTAKES if m[0] in FOR_PAIRS], 2):
        if not may_meet(a, b):
            continue
        request = Request()
        a[3](request)
        b[3](request)
        print(json.dumps(request.record(a[0] + " + " + b[0], [a[1], b[1]])))


if __name__ == "__main__":
    main()
