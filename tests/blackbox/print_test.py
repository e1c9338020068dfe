"""`alohook send --print FORM`: the signed request in the formats of other programs, sent by them or parsed by Python."""
import base64
import datetime
import gzip
import json
import pathlib
import re
import shutil
import socket
import subprocess
import time
import unittest

import alohook
from alohook import PATIENCE, SECRET, Case, Receiver, connect, is_authentic, read_answer, sign

K6_STUB = pathlib.Path(__file__).resolve().parent.parent / "support/k6_stub.mjs"

BODIES = {
    "pretty": b'{\n    "type": "action_created",\n    "x": [1,   2]\n}\n',
    "crlf": b'{\r\n "type": "action_created"\r\n}\r\n',
    "big integers": b'{"n":123456789012345678901234567890,"f":1.0,"e":1E2,"z":-0}',
    "duplicate keys": b'{"n":1,"n":2}',
    "shell": b"{\"a\":\"'it''s' \\\"$HOME\\\" `id` $(id) \\\\ ! !! %s %% {{x}} #\"}\n!x\n",
    "nfd": "{\"a\":\"e\u0301 \u00e9 \U0001f600\"}".encode(),
    "gzip": gzip.compress(b'{"type":"action_created"}', mtime=0),
    "empty": b"",
    "no utf-8": b'{"a":"\xff\xfe\xc3"}',
    "at": b"@/etc/hostname",
    "100 kB": b'{"a":"' + b"x" * 100_000 + b'"}',
    "hidden": "{\"a\":\"\u202e\u200b\u2028\"}\x1b[31m".encode(),
    "zero bytes": b"\x00{}\x00",
    "newlines": b"\n\n",
}
HEADERS = ["--header", "X-Empty:", "--header", "X-Quote: it's \"$HOME\" `id` \\ %s !x {{y}} #z", "--header", "X-Two: 1", "--header", "X-Two: 2"]
QUOTE = "it's \"$HOME\" `id` \\ %s !x {{y}} #z"


class PrintCase(Case):
    def setUp(self):
        super().setUp()
        if b"--print" not in self.run_program("send", "--help").out:
            self.skipTest("send has no --print")

    def print(self, form, body, url="http://127.0.0.1:1/h?x=%2F&y", *more):
        result = self.run_program("send", "-", url, "--print", form, *more, stdin=body)
        self.assertEqual(result.code, 0, result.error)
        return result.out

    def check_headers(self, headers, body, *also):
        """Checks that the signature is correct and that there is no header that alohook wouldn't send. `headers` is a list
        of pairs."""
        self.assertTrue(is_authentic(headers, body))
        values = {name.lower(): value for name, value in headers}
        self.assertRegex(values["user-agent"], r"^alohook/")
        self.assertEqual(values["content-type"], "application/json")
        expected = {"user-agent", "accept", "content-type", "x-alo-signature", "x-alo-request-timestamp", *also}
        self.assertEqual(set(values), expected)
        self.assertEqual(len(values), len(headers))

    def check_more_headers(self, headers):
        headers = [(name.lower(), value) for name, value in headers]
        self.assertIn(("x-empty", ""), headers)
        self.assertIn(("x-quote", QUOTE), headers)
        self.assertEqual([value for name, value in headers if name == "x-two"], ["1", "2"])


class Curl(PrintCase):
    def setUp(self):
        super().setUp()
        if not shutil.which("curl") or not shutil.which("base64"):
            self.skipTest("curl is not installed")

    def run_in_shell(self, command, shell="sh"):
        """Runs what was printed in a separate directory."""
        folder = self.home / "shell"
        folder.mkdir(exist_ok=True)
        env = {**self.env(NO_PROXY="*"), "CURL_HOME": str(self.home)}
        script = self.home / "script"  # a command line has no room for a long body; a terminal and a script have
        script.write_text(command)
        done = subprocess.run([shell, script], cwd=folder, env=env, capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder

    def test_sends_each_body_as_it_is(self):
        receiver = Receiver(self)
        for name, body in BODIES.items():
            with self.subTest(name):
                command = self.print("curl", body, receiver.url + "h?x=%2F&y").decode()
                self.assertNotRegex(command, r"[^\n\x20-\U0010ffff]")
                self.assertEqual(receiver.requests, [], "printing sends nothing")
                self.run_in_shell(command)
                (head, headers, arrived), = receiver.requests[:]
                receiver.requests.clear()
                self.assertEqual(arrived, body)
                self.assertEqual(head.split(b"\r\n")[0], b"POST /h?x=%2F&y HTTP/1.1")
                self.check_headers(headers, body, "host", "content-length")

    def test_works_in_bash_too(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")
        receiver = Receiver(self)
        for body in (BODIES["shell"], BODIES["gzip"]):
            self.run_in_shell(self.print("curl", body, receiver.url, *HEADERS).decode(), "bash")
            self.assertEqual(receiver.requests[-1][2], body)
            self.check_more_headers(receiver.requests[-1][1])

    def test_headers_arrive_as_they_are(self):
        receiver = Receiver(self)
        command = self.print("curl", b"{}", receiver.url, *HEADERS, "--header", "X-Escape: \x1b[31m'%\\", "--header", "User-Agent: me",
                             "--header", "Host: venue.example").decode()
        self.assertNotIn("\x1b", command)
        self.run_in_shell(command)
        headers = receiver.requests[0][1]
        self.check_more_headers(headers)
        self.assertIn(("X-Escape", "\x1b[31m'%\\"), headers)
        self.assertIn(("User-Agent", "me"), headers)
        self.assertEqual([value for name, value in headers if name.lower() == "host"], ["venue.example"])

    def test_the_url_stays_as_it_is(self):
        receiver = Receiver(self)
        for target in ("/", "/{a,b}/[1-3]", "/a/../b/./c", "/a/%2e%2e/b", "/a'b", "/?q=$HOME&r=`id`", "/?a=[1]&b={2}"):
            self.run_in_shell(self.print("curl", b"{}", receiver.url[:-1] + target).decode())
            self.assertEqual(receiver.requests[-1][0].split(b" ")[1].decode(), target)

    def test_ipv6_and_socket_files(self):
        path = self.home / "a socket"
        receiver = Receiver(self, address=path)
        self.run_in_shell(self.print("curl", b"{}", f"unix:{path}:/x").decode())
        self.assertEqual(receiver.requests[0][0].split(b"\r\n")[0], b"POST /x HTTP/1.1")
        try:
            probe = socket.create_server(("::1", 0), family=socket.AF_INET6)
        except OSError:
            self.skipTest("there is no IPv6 here")
        probe.close()
        command = self.print("curl", b"{}", "http://[::1]:1/").decode()
        self.assertIn("--globoff", command)
        self.assertIn("http://[::1]:1/", command)

    def test_a_file_is_written_where_it_must_be_only(self):
        receiver = Receiver(self)
        folder = self.run_in_shell(self.print("curl", BODIES["shell"], receiver.url).decode())
        self.assertEqual(list(folder.iterdir()), [])
        self.run_in_shell(self.print("curl", BODIES["gzip"], receiver.url).decode())
        (file,) = folder.iterdir()
        self.assertRegex(file.name, r"^alohook-body-[0-9a-f]{8}\.bin$")
        self.assertEqual(file.read_bytes(), BODIES["gzip"])


class Http(PrintCase):
    def test_each_body_goes_over_a_socket_as_it_is(self):
        receiver = Receiver(self)
        for name, body in BODIES.items():
            with self.subTest(name):
                text = self.print("http", body, receiver.url + "h?x=%2F&y")
                with connect(receiver.port) as connection:
                    connection.sendall(text)
                    self.assertEqual(read_answer(connection).status, 200)
                (head, headers, arrived), = receiver.requests[:]
                receiver.requests.clear()
                self.assertEqual(arrived, body)
                self.assertEqual(head.split(b"\r\n")[:2], [b"POST /h?x=%2F&y HTTP/1.1", b"Host: 127.0.0.1:%d" % receiver.port])
                self.check_headers(headers, body, "host", "content-length")

    def test_headers_are_written_as_they_are(self):
        head = self.print("http", b"{}", "http://127.0.0.1:1/", *HEADERS).partition(b"\r\n\r\n")[0].decode()
        self.check_more_headers([tuple(line.split(": ", 1)) for line in head.split("\r\n")[1:]])


# What HAR 1.2 requires of each object, with the types. A list contains the type of its items.
NAME_VALUE = {"name": str, "value": str}
REQUEST = {"method": str, "url": str, "httpVersion": str, "cookies": [NAME_VALUE], "headers": [NAME_VALUE],
           "queryString": [NAME_VALUE], "headersSize": int, "bodySize": int}
RESPONSE = {"status": int, "statusText": str, "httpVersion": str, "cookies": [NAME_VALUE], "headers": [NAME_VALUE],
            "content": {"size": int, "mimeType": str}, "redirectURL": str, "headersSize": int, "bodySize": int}
ENTRY = {"startedDateTime": str, "time": (int, float), "request": REQUEST, "response": RESPONSE, "cache": {},
         "timings": {"send": (int, float), "wait": (int, float), "receive": (int, float)}}
HAR = {"log": {"version": str, "creator": {"name": str, "version": str}, "entries": [ENTRY]}}
OPTIONAL = {"postData", "comment", "encoding", "text", "pages", "browser", "pageref", "serverIPAddress", "connection"}


class Har(PrintCase):
    def check_kind(self, value, kind, where="har"):
        if isinstance(kind, dict):
            self.assertIsInstance(value, dict, where)
            for name, inner in kind.items():
                self.assertIn(name, value, where)
                self.check_kind(value[name], inner, f"{where}.{name}")
            for name in set(value) - set(kind) - OPTIONAL:
                self.assertTrue(name.startswith("_"), f"{where}.{name} is not HAR 1.2")
        elif isinstance(kind, list):
            self.assertIsInstance(value, list, where)
            for number, item in enumerate(value):
                self.check_kind(item, kind[0], f"{where}[{number}]")
        else:
            self.assertIsInstance(value, kind, where)

    def test_each_body_is_in_it_exactly(self):
        for name, body in BODIES.items():
            with self.subTest(name):
                har = json.loads(self.print("har", body))
                self.check_kind(har, HAR)
                self.assertEqual(har["log"]["version"], "1.2")
                self.assertEqual(har["log"]["creator"]["name"], "alohook")
                (entry,) = har["log"]["entries"]
                self.assertRegex(entry["startedDateTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                request = entry["request"]
                self.assertEqual((request["method"], request["url"]), ("POST", "http://127.0.0.1:1/h?x=%2F&y"))
                self.assertEqual(request["bodySize"], len(body))
                post = request.get("postData", {"text": ""})
                if body:
                    self.assertEqual(post["mimeType"], "application/json")
                encoded = post.get("_encoding") == "base64"
                self.assertEqual(base64.b64decode(post["text"], validate=True) if encoded else post["text"].encode(), body)
                self.check_headers([(header["name"], header["value"]) for header in request["headers"]], body)

    def test_headers_are_in_it_as_they_are(self):
        request = json.loads(self.print("har", b"{}", "http://127.0.0.1:1/", *HEADERS))["log"]["entries"][0]["request"]
        self.check_more_headers([(header["name"], header["value"]) for header in request["headers"]])

    def test_verify_reads_it(self):
        for name, body in BODIES.items():
            with self.subTest(name):
                (self.home / "one.har").write_bytes(self.print("har", body))
                result = self.run_program("verify", "--har", "one.har")
                self.assertEqual(result.code, 0, result)


class Vegeta(PrintCase):
    def test_each_body_is_one_line(self):
        for name, body in BODIES.items():
            with self.subTest(name):
                text = self.print("vegeta", body)
                self.assertEqual(text.count(b"\n"), 1)
                target = json.loads(text)
                self.assertEqual((target["method"], target["url"]), ("POST", "http://127.0.0.1:1/h?x=%2F&y"))
                self.assertEqual(base64.b64decode(target.get("body", ""), validate=True), body)
                self.check_headers([(name, values[0]) for name, values in target["header"].items()], body)

    def test_headers_are_lists(self):
        header = json.loads(self.print("vegeta", b"{}", "http://127.0.0.1:1/", *HEADERS))["header"]
        self.check_more_headers([(name, value) for name, values in header.items() for value in values])


class Hurl(PrintCase):
    def parse(self, text):
        """Parses one entry according to Hurl's grammar: method and URL, headers, body, response."""
        lines = [line for line in text.decode().split("\n") if line and not line.startswith("#")]
        unescape = lambda value: re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), value)
        for line in lines:
            self.assertNotRegex(line, r"\{\{|#|\\(?!u\{)")
        method, url = lines[0].split(" ")
        self.assertEqual(lines[-1], "HTTP *")
        kind, data = re.fullmatch(r"(base64|hex),(.*);", lines[-2]).groups()
        body = base64.b64decode(data, validate=True) if kind == "base64" else bytes.fromhex(data)
        headers = [tuple(unescape(part.strip()) for part in line.split(":", 1)) for line in lines[1:-2]]
        return method, unescape(url), headers, body

    def test_each_body_is_in_it_exactly(self):
        for name, body in BODIES.items():
            with self.subTest(name):
                method, url, headers, written = self.parse(self.print("hurl", body))
                self.assertEqual((method, url), ("POST", "http://127.0.0.1:1/h?x=%2F&y"))
                self.assertEqual(written, body)
                self.check_headers(headers, body)

    def test_headers_are_escaped(self):
        self.check_more_headers(self.parse(self.print("hurl", b"{}", "http://127.0.0.1:1/{{a}}", *HEADERS))[2])

    def test_hurl_sends_it(self):
        if not shutil.which("hurl"):
            self.skipTest("Hurl is not installed")
        receiver = Receiver(self)
        for name, body in BODIES.items():
            with self.subTest(name):
                (self.home / "one.hurl").write_bytes(self.print("hurl", body, receiver.url, *HEADERS))
                done = subprocess.run(["hurl", "one.hurl"], cwd=self.home, env=self.env(), capture_output=True, timeout=PATIENCE, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                _, headers, arrived = receiver.requests[-1]
                self.assertEqual(arrived, body)
                self.assertTrue(is_authentic(headers, body))
                self.check_more_headers(headers)


def seconds_of(text):
    """The Unix time of an ISO 8601 time in UTC."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def journal_of(bodies):
    """A journal with one valid event for each body."""
    lines = []
    for number, body in enumerate(bodies):
        event = {"schema": 1, "id": f"{number:016x}", "received_at": "2026-11-23T17:00:00.000Z", "remote": "unix", "method": "POST", "target": f"/h?n={number}",
                 "headers": [["Host", "old.example"], ["X-Number", str(number)], *map(list, sign(body, timestamp=1).items())],
                 "signature": {"verdict": "valid", "encoding": "hex", "secret": 1, "age_s": 0}, "answer": {"status": 200, "ms": 1}}
        try:
            event["body"] = body.decode()
        except UnicodeDecodeError:
            event["body_base64"] = base64.b64encode(body).decode()
        lines.append(json.dumps(event))
    return "\n".join(lines) + "\n"


@unittest.skipUnless(shutil.which("node") and shutil.which("openssl"), "node or openssl is not installed")
class K6(PrintCase):
    """The script runs in Node with stubs of k6's modules, which take what k6's documentation says they take."""

    def run_script(self, script, count, **env):
        path = self.home / "load.mjs"
        path.write_bytes(script)
        done = subprocess.run(["node", K6_STUB, path, str(count)], env=self.env(**env), capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def openssl(self, data, *key):
        command = ["openssl", "dgst", "-sha256", *key]
        return subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=True).stdout.split()[-1].decode()

    def check_signature(self, request, prefix, *key):
        """The MAC is openssl's for the same body and timestamp, and the timestamp is now."""
        headers = dict(request["headers"])
        timestamp = headers["X-ALO-Request-Timestamp"]
        self.assertLess(abs(int(timestamp) - time.time()), 60)
        signed = b"v0:" + timestamp.encode() + b":" + base64.b64decode(request["body"])
        self.assertEqual(headers["X-ALO-Signature"], prefix + self.openssl(signed, *(key or ("-hmac", SECRET))))

    def test_recorded_events_are_sent_in_order_over_and_over_byte_for_byte(self):
        (self.home / "events.jsonl").write_text(journal_of(BODIES.values()))
        printed = self.run_program("replay", "events.jsonl", "http://127.0.0.1:1", "--print", "k6", "--header", "X-More: \u00e9", env=self.env(ALOHOOK_SECRET=None))
        self.assertEqual(printed.code, 0, printed.error)
        requests = self.run_script(printed.out, 2 * len(BODIES))["requests"]
        for number, request in enumerate(requests):
            place = number % len(BODIES)
            with self.subTest(list(BODIES)[place], number=number):
                self.assertEqual(base64.b64decode(request["body"]), list(BODIES.values())[place])
                self.assertEqual((request["method"], request["url"]), ("POST", f"http://127.0.0.1:1/h?n={place}"))
                headers = dict(request["headers"])
                self.assertEqual((headers["X-Number"], headers["X-More"], headers["Host"]), (str(place), "\u00e9", "127.0.0.1:1"))
                self.check_signature(request, "")

    def test_ids_and_times_are_fresh_in_each_request_and_nothing_else_changes(self):
        for event in ("action_created", "action_updated", "action_status_updated", "action_message_added"):
            with self.subTest(event):
                requests = self.run_script(self.print_event(event), 3)["requests"]
                bodies = [base64.b64decode(request["body"]) for request in requests]
                self.assertEqual(len(set(bodies)), 3)
                reference = base64.b64decode(json.loads(self.run_program("send", event, "--print", "vegeta").out)["body"])
                now = time.time()
                for body, request in zip(bodies, requests):
                    self.check_signature(request, "v0=")
                    self.assertEqual(self.masked(body), self.masked(reference))
                    moments = [seconds_of(text) for text in re.findall(r'"(\d{4}-\d\d-\d\dT[\d:.]+Z)"', body.decode())]
                    moments += [int(text) / 1000 for text in re.findall(rb'"(1\d{12})"', body)]
                    self.assertLess(abs(max(moments) - now), 60)

    def print_event(self, event, *more):
        result = self.run_program("send", event, "http://127.0.0.1:1/", "--print", "k6", *more)
        self.assertEqual(result.code, 0, result.error)
        return result.out

    @staticmethod
    def masked(body):
        """The body with what may differ taken out: UUIDs, ids, times."""
        body = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", b"UUID", body)
        body = re.sub(rb'"(id|\w+Id)"(\s*:\s*)(\d+)', lambda match: b'"' + match[1] + b'"' + match[2] + b"N" * len(match[3]), body)
        body = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", lambda match: b"T" * len(match[0]), body)
        return re.sub(rb'"1\d{12}"', b"MS", body)

    def test_equal_ids_stay_equal_and_what_the_user_sets_stays_as_it_is(self):
        (self.home / "own").mkdir()
        one, two = "0b9c4a52-6f1d-4f4e-8f0e-3b8d3f1c7a10", "11111111-2222-4333-8444-555555555555"
        (self.home / "own/mine.json").write_text(json.dumps({"type": "x", "long": "to be replaced", "id": 7, "aId": 12345, "bId": 12345, "u": one, "v": one.upper(),
                                                             "at": "2024-07-18T18:30:00.5Z", "before": "2024-07-18T18:29:00Z", "ms": "1721327400000"}))
        script = self.print_event("mine", "--fixtures", "own", "--set", "/long=ä", "--set-json", "/id=7", "--set", f"/u={two}")
        for request in self.run_script(script, 5)["requests"]:
            body = json.loads(base64.b64decode(request["body"]))
            self.assertEqual((body["long"], body["id"], body["u"]), ("ä", 7, two))
            self.assertEqual(body["aId"], body["bId"])
            self.assertNotEqual(body["aId"], 12345)
            self.assertEqual(len(str(body["aId"])), 5)
            self.assertNotEqual(body["v"], one.upper())
            self.assertEqual(body["v"], body["v"].upper())
            self.assertLess(abs(seconds_of(body["at"]) - time.time()), 60)
            self.assertIn(round(seconds_of(body["at"]) - seconds_of(body["before"])), (60, 61))
            self.assertRegex(body["ms"], r"^1\d{12}$")

    def test_each_encoding_and_secrets_of_any_bytes(self):
        for encoding, prefix in (("v0", "v0="), ("hex", "")):
            (request,) = self.run_script(self.print("k6", b"{}", "http://127.0.0.1:1/", "--encoding", encoding), 1)["requests"]
            self.check_signature(request, prefix)
        script = self.print("k6", b"{}", "http://127.0.0.1:1/", "--encoding", "base64")
        (request,) = self.run_script(script, 1)["requests"]
        timestamp = dict(request["headers"])["X-ALO-Request-Timestamp"]
        self.assertEqual(dict(request["headers"])["X-ALO-Signature"], sign(b"{}", timestamp=timestamp, encoding="base64")["X-ALO-Signature"])
        secret = b"\x00\xff\xfe bytes"
        (request,) = self.run_script(self.print("k6", b"{}"), 1, ALOHOOK_SECRET=None, ALOHOOK_SECRET_BASE64=base64.b64encode(secret).decode())["requests"]
        self.check_signature(request, "v0=", "-mac", "HMAC", "-macopt", "hexkey:" + secret.hex())
        (request,) = self.run_script(self.print("k6", b"{}"), 1, ALOHOOK_SECRET="sécret-of-words")["requests"]
        self.check_signature(request, "v0=", "-hmac", "sécret-of-words")

    def test_without_a_secret_the_run_is_aborted(self):
        sent = self.run_script(self.print("k6", b"{}"), 3, ALOHOOK_SECRET=None)
        self.assertEqual(sent["requests"], [])
        self.assertIn("ALOHOOK_SECRET is not set", sent["aborted"])

    def test_flags_become_the_load(self):
        sent = self.run_script(self.print("k6", b"{}", "https://127.0.0.1:1/", "--rate", "90/m", "--repeat", "100", "--concurrency", "7", "--insecure",
                                          "--timeout", "1500ms", "--expect-status", "2xx,401"), 1)
        scenario = sent["options"]["scenarios"]["webhooks"]
        self.assertEqual(scenario, {"executor": "constant-arrival-rate", "rate": 90, "timeUnit": "1m", "duration": "66667ms", "preAllocatedVUs": 1, "maxVUs": 7})
        self.assertTrue(sent["options"]["insecureSkipTLSVerify"])
        self.assertEqual(sent["expected"], [{"min": 200, "max": 299}, 401])
        self.assertEqual(sent["requests"][0]["timeout"], "1.5s")
        usual = self.run_script(self.print("k6", b"{}"), 0)["options"]["scenarios"]["webhooks"]
        self.assertEqual((usual["rate"], usual["timeUnit"], usual["duration"], usual["maxVUs"]), (10, "1s", "60s", 100))

    def test_headers_that_the_user_gives_replace_the_signature(self):
        (request,) = self.run_script(self.print("k6", b"{}", "http://127.0.0.1:1/", "--header", "x-alo-signature: v0=mine"), 1)["requests"]
        self.assertEqual([value for name, value in request["headers"] if name.lower() == "x-alo-signature"], ["v0=mine"])


class LoadScripts(PrintCase):
    def test_no_secret_is_needed_or_printed(self):
        for form in ("artillery", "k6"):
            result = self.run_program("send", "action_created", "https://venue.example/hooks", "--print", form, env=self.env(ALOHOOK_SECRET=None))
            self.assertEqual((result.code, result.err), (0, b""))
            self.assertFalse((self.home / "state/alohook").exists())
            self.print(form, b"{}")  # looks through the output for the secret

    def test_flags_that_a_script_can_t_follow_are_errors(self):
        for form, variable in (("artillery", "NODE_EXTRA_CA_CERTS"), ("k6", "SSL_CERT_FILE")):
            for flags in (["--duplicate", "1"], ["--retry", "1s"], ["--shuffle"], ["--seed", "1"], ["--bad", "stale"], ["--resolve", "venue.example:443:127.0.0.1"],
                          ["--unix", "a.sock"]):
                self.check_error(self.run_program("send", "action_created", "--print", form, *flags), 2, form, flags[0])
            self.check_error(self.run_program("send", "action_created", "--print", form, "--cacert", "ca.pem"), 2, variable)
            self.check_error(self.run_program("send", "action_created", "unix:/tmp/a.sock", "--print", form), 2, "socket file")
            (self.home / "events.jsonl").write_text(journal_of([b"{}"]))
            for flag in (["--as-recorded"], ["--speed", "1x"]):
                self.check_error(self.run_program("replay", "events.jsonl", "--print", form, *flag), 2, form, flag[0])
            self.check_error(self.run_program("replay", "events.jsonl", "--print", form, "--only", "x"), 2, "nothing to replay")

    def test_requests_that_an_engine_would_change_are_errors(self):
        for target in ("/a/../b", "/a/%2E%2e/b", "/{a}", "/?q='"):
            for form in ("artillery", "k6"):
                self.check_error(self.run_program("send", "action_created", "http://127.0.0.1:1" + target, "--print", form), 2, "would change the path")
        self.check_error(self.run_program("send", "action_created", "--print", "artillery", "--header", "X: {{y}}"), 2, "would replace")
        self.check_error(self.run_program("send", "action_created", "--print", "k6", "--header", "X: 1", "--header", "x: 2"), 2, "twice")
        self.check_error(self.run_program("send", "action_created", "--print", "k6", "--header", "X: \x1b"), 2, "control character")


class Usage(PrintCase):
    def test_an_unknown_form_is_a_usage_error(self):
        self.assertEqual(self.run_program("send", "action_created", "--print", "wget").code, 2)

    def test_the_signature_is_of_now(self):
        target = json.loads(self.print("vegeta", b"{}"))
        self.assertLess(abs(int(target["header"]["X-ALO-Request-Timestamp"][0]) - time.time()), 60)


if __name__ == "__main__":
    alohook.main()
