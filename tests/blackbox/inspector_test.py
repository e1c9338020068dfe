"""`listen --inspect` and `inspect FILE` from outside: who may read, what is read, and what is never returned."""
import hashlib
import http.client
import json
import pathlib
import re
import shutil
import socket
import sys
import time
import unittest

from alohook import (BODIES, EVENT, OTHER_SECRET, PATIENCE, SECRET, Case, Process, Receiver, forms_of, is_authentic, main, sign)

TOKEN = "blackbox-token-0123456789abcdef"

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                               "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                               "require-trusted-types-for 'script'; trusted-types 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class Inspected(Case):
    """A test with the page of a listener or of a file, and a simple client for it."""

    def setUp(self):
        super().setUp()
        self.responses = []
        self.expected_macs, self.received_macs = set(), set()
        self.addCleanup(self.check_responses)

    def env(self, **more):
        return super().env(**{"ALOHOOK_INSPECT_TOKEN": TOKEN, **more})

    def inspect_listener(self, *arguments, **more):
        self.listener = self.listen("--inspect=0", *arguments, **more)
        self.port = self.port_of(self.listener)
        return self.listener

    def inspect_file(self, *arguments, **more):
        process = self.start("inspect", "--port", "0", *arguments, **more)
        self.port = self.port_of(process)
        return process

    @staticmethod
    def port_of(process):
        found = process.err.wait_for(lambda err: re.search(rb"inspect at http://127\.0\.0\.1:(\d+)/#token=(\S+)\n", err))
        if not found:
            raise AssertionError(f"there is no inspector: {process.err.bytes!r}")
        return int(found[1])

    def raw(self, data, port=None):
        """Sends bytes and reads to the end. Returns (status, headers as pairs, body)."""
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            response = http.client.HTTPResponse(connection)
            response.begin()
            answer = response.status, response.getheaders(), response.read()
        self.responses.append((data[:60], answer))
        return answer

    def ask(self, target, method="GET", body=b"", token=TOKEN, host=None, **headers):
        """Sends one request like the page does. None omits a header."""
        given = {"Host": host if host is not None else f"127.0.0.1:{self.port}", "Connection": "close"}
        if token:
            given["Authorization"] = f"Bearer {token}"
        if method == "POST":
            given.update({"Origin": f"http://127.0.0.1:{self.port}", "Content-Length": len(body)})
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        lines = [f"{method} {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in given.items() if value is not None]
        return self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def get(self, target):
        status, _, body = self.ask(target)
        self.assertEqual(status, 200, (target, body))
        return json.loads(body)

    def post(self, target, value):
        status, _, body = self.ask(target, "POST", json.dumps(value).encode())
        return status, json.loads(body)

    def deliver(self, body=EVENT, secret=SECRET, headers=None, target="/", timestamp=None):
        timestamp = int(time.time()) if timestamp is None else timestamp
        macs = self.received_macs if secret == SECRET else self.expected_macs
        macs |= {sign(body, SECRET, timestamp, form)["X-ALO-Signature"].encode() for form in ("hex", "base64")}
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.port, timeout=PATIENCE)
        connection.request("POST", target, body, {**sign(body, secret, timestamp), "Content-Type": "application/json", **(headers or {})})
        status = connection.getresponse().status
        connection.close()
        return status

    def rows(self, count):
        """Returns the newest rows, oldest first, once there are this many."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            rows = self.get("/api/events?limit=500")["events"][::-1]
            if len(rows) >= count:
                return rows
        raise AssertionError(f"only {len(rows)} of {count} events came")

    def wait_number(self, n):
        """Waits until the inspector has the event with this number, which is after its response was sent."""
        deadline = time.monotonic() + PATIENCE
        while self.get("/api/events?limit=1")["last"] < n:
            self.assertLess(time.monotonic(), deadline, f"event {n} did not come")

    def check_responses(self):
        """Checks that every response has every header once, and contains no secret, expected MAC or token."""
        for request, (status, headers, body) in self.responses:
            named = [name.lower() for name, _ in headers]
            for name, value in HEADERS.items():
                self.assertEqual([text for key, text in headers if key.lower() == name], [value], (request, status, name))
            self.assertFalse([name for name in named if name.startswith("access-control-") or name == "set-cookie"], request)
            for secret in (SECRET, OTHER_SECRET, TOKEN):
                for form in forms_of(secret):
                    self.assertNotIn(form, body, request)
            for mac in self.expected_macs - self.received_macs:
                self.assertNotIn(mac, body, request)


class Guarded(Inspected):
    """Each row of the threat table as a request that is rejected."""

    def setUp(self):
        super().setUp()
        self.inspect_listener()
        self.deliver()
        self.id = self.rows(1)[0]["id"]
        self.receiver = Receiver(self)
        self.order = json.dumps({"id": self.id, "url": self.receiver.url}).encode()  # what would be sent, if it got through
        self.targets = ["/api/session", "/api/events?after=0", f"/api/events/{self.id}", f"/api/events/{self.id}/body",
                        f"/api/events/{self.id}/export?form=curl", "/api/search?q=a"]

    def test_rebinding_a_name_to_this_machine_reads_nothing(self):
        for host in ("evil.test", f"evil.test:{self.port}", "127.0.0.1", f"127.0.0.1:{self.port}.", f"127.0.0.2:{self.port}",
                     f"[::1]:{self.port}", f"0.0.0.0:{self.port}", f"localhost.:{self.port}", f"127.0.0.1:{self.port}@evil.test",
                     f"LOCALHOST:{self.port}", f"127.1:{self.port}"):
            for target in ("/", "/page/main.js", *self.targets):
                with self.subTest(host=host, target=target):
                    status, _, body = self.ask(target, host=host)
                    self.assertIn(status, (421, 400))
                    self.assertNotIn(self.id.encode(), body)
        port = self.port
        for head in ("", "Host: \r\n", f"Host: 127.0.0.1:{port}\r\nHost: evil.test\r\n", f"Host: evil.test\r\nHost: 127.0.0.1:{port}\r\n"):
            status, _, _ = self.raw(f"GET /api/session HTTP/1.1\r\n{head}Authorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n".encode())
            self.assertIn(status, (400, 421), head)

    def test_other_origins_are_rejected_and_a_post_needs_one(self):
        for origin in ("null", "http://evil.test", f"http://evil.test:{self.port}", f"https://127.0.0.1:{self.port}", "http://127.0.0.1:3000",
                       f"http://10.0.0.1:{self.port}", f"http://[::1]:{self.port}"):
            for target in self.targets:
                self.assertEqual(self.ask(target, Origin=origin)[0], 403, (origin, target))
            self.assertEqual(self.ask("/api/replays", "POST", self.order, Origin=origin)[0], 403, origin)
        self.assertEqual(self.ask("/api/replays", "POST", self.order, Origin=None)[0], 403)
        own = f"http://127.0.0.1:{self.port}"
        for two in ((own, own), (own, "http://evil.test"), ("http://evil.test", own)):
            self.assertEqual(self.raw(f"GET /api/session HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: {two[0]}\r\nOrigin: {two[1]}\r\n"
                                      f"Authorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n".encode())[0], 403, two)
        self.assertEqual(self.receiver.requests, [])
        self.assertEqual(self.ask("/api/replays", "POST", self.order)[0], 200)
        self.assertEqual(len(self.receiver.requests), 1)

    def test_no_preflight_succeeds(self):
        for target in ("/", *self.targets, "/api/replays"):
            status, headers, _ = self.ask(target, "OPTIONS", Origin="http://evil.test", Access_Control_Request_Method="POST",
                                          Access_Control_Request_Headers="authorization")
            self.assertEqual(status, 405)
            # Nothing else about this one is wrong.
            self.assertEqual(self.ask(target, "OPTIONS", Origin=f"http://127.0.0.1:{self.port}")[0], 405)

    def test_there_is_no_websocket(self):
        for token, expected in ((None, 401), (TOKEN, 200)):  # with the token, a response like any other
            status, headers, _ = self.ask("/api/events", Connection="Upgrade, close", Upgrade="websocket", Sec_WebSocket_Version="13",
                                          Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==", token=token)
            self.assertEqual(status, expected)
            self.assertFalse({name.lower() for name, _ in headers} & {"upgrade", "sec-websocket-accept"})

    def test_the_guard_and_the_routes_see_the_same_path(self):
        for target in ("/%61pi/events", "/%61pi/session", "/api%2fsession", "/api/..%2fsession"):
            for token in (TOKEN, None):
                self.assertEqual(self.ask(target, token=token)[0], 404, target)
        for target in ("//api/session", "/./api/session", "/API/session", "/page/../api/session", "/page/%2e%2e/x", "/page/../../lib/README.md"):
            self.assertEqual(self.ask(target, token=None)[0], 404, target)
        for target in (f"http://127.0.0.1:{self.port}/api/session", "http://evil.test/api/session"):
            self.assertEqual(self.ask(target, token=None)[0], 401, target)

    def test_without_the_token_nothing_is_read_and_every_path_looks_the_same(self):
        answers = set()
        for target in (*self.targets, "/api/nothing", "/api/"):
            for token in (None, "", "x" * 32, TOKEN[:-1], TOKEN + "0", TOKEN.upper()):
                status, _, body = self.ask(target, token=token)
                self.assertEqual(status, 401, (target, token))
                answers.add(body)
                self.assertEqual(self.ask("/api/replays", "POST", self.order, token=token)[0], 401)
        self.assertEqual(len(answers), 1)
        self.assertEqual(self.ask(f"/api/session?token={TOKEN}", token=None)[0], 401)
        self.assertEqual(self.ask("/api/session", token=None, Cookie=f"token={TOKEN}")[0], 401)
        self.assertEqual(self.ask("/api/session", token=None, Authorization=f"Basic {TOKEN}")[0], 401)
        self.assertEqual(self.receiver.requests, [])

    def test_other_sites_read_nothing_though_a_person_may_come_from_there(self):
        for site in ("cross-site", "same-site", "none"):
            for target in ("/page/main.js", *self.targets):
                self.assertEqual(self.ask(target, Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")[0], 403, (site, target))
            self.assertEqual(self.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors", token=None)[0], 403)
            self.assertEqual(self.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate", token=None)[0], 200)
        self.assertEqual(self.ask("/api/session", Sec_Fetch_Site="same-origin")[0], 200)

    def test_only_a_replay_makes_the_inspector_send_anything(self):
        url = self.receiver.url
        body = json.dumps({"type": "action_created", "url": url, "action": {"title": f"<img src={url}>", "avatar": f"{url}a.png"}}).encode()
        self.deliver(body, headers={"Referer": url, "X-Callback": url}, target=f"/?callback={url}")
        self.deliver(body + b"\n", secret=OTHER_SECRET)
        for row in self.rows(3):
            event = f"/api/events/{row['id']}"
            for target in (event, f"{event}/body", *(f"{event}/export?form={form}&url={url}" for form in ("curl", "http", "hurl", "har", "fixture"))):
                self.assertEqual(self.ask(target)[0], 200, target)
        self.get(f"/api/search?q={url}")
        self.assertEqual(self.receiver.requests, [])

    def test_a_curl_command_has_the_senders_signature_unless_a_new_one_is_asked_for(self):
        then = int(time.time()) - 60
        self.deliver(b'{"type":"action_updated"}', timestamp=then)
        event = self.rows(2)[-1]["id"]
        recorded = sign(b'{"type":"action_updated"}', SECRET, then)["X-ALO-Signature"].encode()
        for form in ("curl", "http", "hurl", "har"):
            self.assertIn(recorded, self.ask(f"/api/events/{event}/export?form={form}")[2], form)
            self.assertNotIn(recorded, self.ask(f"/api/events/{event}/export?form={form}&resign=1")[2], form)

    def test_data_is_json_or_a_download_never_a_page(self):
        for target in self.targets:
            _, headers, _ = self.ask(target)
            kind = dict((name.lower(), value) for name, value in headers)["content-type"]
            self.assertRegex(kind, r"^(application/json|application/octet-stream|text/plain; charset=utf-8)$")
        _, headers, _ = self.ask(f"/api/events/{self.id}/body")
        self.assertIn(("Content-Disposition", f'attachment; filename="{self.id}.body"'), headers)

    def test_other_methods_are_rejected(self):
        for method in ("PUT", "DELETE", "PATCH", "TRACE"):
            self.assertEqual(self.ask("/api/session", method)[0], 405)
        self.assertEqual(self.ask("/", "POST")[0], 405)
        self.assertEqual(self.ask("/api/session", "POST", b"{}")[0], 405)

    def test_malformed_and_large_requests_have_the_headers_too(self):
        port = self.port
        self.assertEqual(self.raw(b"nonsense\r\n\r\n")[0], 400)
        self.assertEqual(self.raw(f"POST /api/replays HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 2000000\r\n\r\n".encode())[0], 413)
        self.assertEqual(self.ask("/nothing", token=None)[0], 404)
        self.assertEqual(self.ask("/page/nothing.js", token=None)[0], 404)

    def test_it_listens_on_this_machine_only_and_not_on_the_webhook_port(self):
        try:
            own = socket.gethostbyname_ex(socket.gethostname())[2]
        except OSError:
            own = []  # a machine without a network
        for address in [one for one in own if not one.startswith("127.")]:
            with self.assertRaises(OSError):
                socket.create_connection((address, self.port), timeout=5)
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.port, timeout=PATIENCE)
        connection.request("GET", "/api/session", headers={"Authorization": f"Bearer {TOKEN}"})
        self.assertNotIn(b"boot", connection.getresponse().read())
        connection.close()


class Data(Inspected):
    def test_events_arrive_with_their_verdict_and_their_cause(self):
        self.inspect_listener()
        self.deliver()
        self.deliver(secret=OTHER_SECRET)
        rows = self.rows(2)
        self.assertEqual([row["n"] for row in rows], [1, 2])
        self.assertEqual([row["verdict"] for row in rows], ["valid", "invalid"])
        self.assertEqual([row["status"] for row in rows], [200, 401])
        self.assertEqual(rows[0]["body"], hashlib.sha256(EVENT).hexdigest()[:8])
        self.assertEqual(rows[0]["type"], "action_created")
        details = self.get(f"/api/events/{rows[1]['id'][:8]}")
        self.assertEqual(details["causes"][0]["id"], "wrong-secret")
        self.assertEqual([row["n"] for row in details["deliveries"]], [1, 2])

    def test_requests_for_other_paths_and_malformed_ones_are_shown(self):
        self.inspect_listener("--path", "/hooks")
        self.assertEqual(self.deliver(target="/other"), 404)
        self.raw(b"nonsense\r\n\r\n", port=self.listener.port)
        self.responses.pop()
        rows = self.rows(2)
        self.assertEqual([row["status"] for row in rows], [404, 400])
        self.assertEqual(rows[0]["target"], "/other")
        self.assertNotIn("verdict", rows[1])
        self.assertIn("request", rows[1]["title"])

    def test_a_poll_waits_for_the_next_event(self):
        self.inspect_listener()
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as poll:
            poll.sendall(f"GET /api/events?after=0&wait=25 HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n".encode())
            poll.settimeout(0.3)
            with self.assertRaises(socket.timeout):
                poll.recv(1)
            poll.settimeout(PATIENCE)
            self.deliver()
            response = http.client.HTTPResponse(poll)
            response.begin()
            self.assertEqual([row["n"] for row in json.loads(response.read())["events"]], [1])

    def test_every_body_comes_back_byte_for_byte_and_is_replayed_so(self):
        receiver = Receiver(self)
        self.inspect_listener("--max-body", "20M")
        for count, (name, body) in enumerate(BODIES.items(), 1):
            with self.subTest(name):
                self.deliver(body)
                row = self.rows(count)[-1]
                status, _, got = self.ask(f"/api/events/{row['id']}/body")
                self.assertEqual((status, got), (200, body))
                status, answer = self.post("/api/replays", {"id": row["id"], "url": receiver.url})
                self.assertEqual((status, answer["replay"]["forward"]["status"]), (200, 200))
                _, headers, sent = receiver.requests[-1]
                self.assertEqual(sent, body)
                self.assertTrue(is_authentic(headers, sent))

    def test_an_edited_body_is_re_signed(self):
        receiver = Receiver(self)
        self.inspect_listener()
        self.deliver()
        status, _ = self.post("/api/replays", {"id": self.rows(1)[0]["id"], "url": receiver.url, "body": '{"n":9007199254740993}'})
        self.assertEqual(status, 200)
        _, headers, sent = receiver.requests[-1]
        self.assertEqual(sent, b'{"n":9007199254740993}')
        self.assertTrue(is_authentic(headers, sent))

    def test_an_unreachable_target_is_a_result_and_a_bad_url_an_error(self):
        self.inspect_listener()
        self.deliver()
        event = self.rows(1)[0]["id"]
        with socket.create_server(("127.0.0.1", 0)) as free:
            url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        status, answer = self.post("/api/replays", {"id": event, "url": url})
        self.assertEqual((status, answer["replay"]["forward"]["obstacle"]), (200, "refused"))
        self.assertEqual(self.post("/api/replays", {"id": event, "url": "nonsense"})[0], 422)

    def test_the_development_secret_never_goes_to_another_machine(self):
        self.inspect_listener(env=self.env(ALOHOOK_SECRET=None))
        self.deliver()
        row = self.rows(1)[0]
        self.assertTrue(self.get("/api/session")["secrets"][0]["development"])
        self.assertEqual(self.post("/api/replays", {"id": row["id"], "url": "http://alo.invalid/"})[1]["error"], "development-secret")
        self.assertEqual(self.ask(f"/api/events/{row['id']}/export?form=curl&resign=1&url=http://alo.invalid/")[0], 403)

    def test_a_curl_command_arrives_byte_for_byte(self):
        import shutil
        import subprocess
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        receiver = Receiver(self)
        self.inspect_listener("--forward", receiver.url)
        for count, body in enumerate((BODIES["pretty-printed"], BODIES["not UTF-8"], BODIES["CRLF"]), 1):
            self.deliver(body)
            row = self.rows(count)[-1]
            status, _, command = self.ask(f"/api/events/{row['id']}/export?form=curl&resign=1")
            self.assertEqual(status, 200)
            receiver.requests.clear()
            subprocess.run(["sh", "-c", command.decode()], check=True, capture_output=True, timeout=PATIENCE, cwd=self.home)
            _, headers, sent = receiver.requests[-1]
            self.assertEqual(sent, body)
            self.assertTrue(is_authentic(headers, sent))

    def test_a_search_reads_all_bytes(self):
        self.inspect_listener()
        self.deliver(b'{"title":"' + b"x" * 100_000 + b' Needle"}')
        self.deliver(b"\xff\x00needle")
        self.deliver()
        self.rows(3)
        self.assertEqual([row["n"] for row in self.get("/api/search?q=needle")["matches"]], [2, 1])


class Journaled(Inspected):
    def test_events_of_the_journal_come_before_number_one_and_none_twice(self):
        journal = self.home / "events.jsonl"
        self.inspect_listener("--record", journal)
        for number in range(5):
            self.deliver(b'{"type":"action_created","n":%d}' % number)
        first = self.rows(5)
        self.listener.stop()
        self.inspect_listener("--record", journal)
        self.deliver()
        rows = self.rows(6)
        self.assertEqual([row["n"] for row in rows], [-4, -3, -2, -1, 0, 1])
        self.assertEqual([row["id"] for row in rows[:5]], [row["id"] for row in first])
        self.assertEqual([row["status"] for row in rows[:5]], [200] * 5)
        self.assertEqual(json.loads(self.ask(f"/api/events/{rows[0]['id']}/body")[2])["n"], 0)
        self.assertEqual(len(self.get("/api/search?q=action_created")["matches"]), 6)

    def test_a_recorded_journal_is_shown_followed_and_never_sent(self):
        journal = self.home / "events.jsonl"
        self.inspect_listener("--record", journal)
        self.deliver()
        self.rows(1)
        process = self.inspect_file(journal)
        rows = self.rows(1)
        self.assertEqual(rows[0]["n"], 0)
        self.assertTrue(self.get("/api/session")["read_only"])
        self.assertEqual(self.post("/api/replays", {"id": rows[0]["id"], "url": "http://127.0.0.1:1/"})[0], 409)
        self.deliver(b'{"type":"action_updated"}')
        poll = self.get("/api/events?after=0&wait=25")
        self.assertEqual([(row["n"], row["type"]) for row in poll["events"]], [(1, "action_updated")])
        process.send_signal(2)
        self.assertEqual(process.result().code, 0)

    def test_a_har_file_is_shown_with_verdicts(self):
        source = self.home / "capture.har"
        self.inspect_listener()
        self.deliver()
        row = self.rows(1)[0]
        source.write_bytes(self.ask(f"/api/events/{row['id']}/export?form=har")[2])
        self.inspect_file(source)
        rows = self.rows(1)
        self.assertEqual((rows[0]["type"], rows[0]["verdict"]), ("action_created", "valid"))

    def test_a_file_that_is_not_there_is_an_error(self):
        self.check_error(self.run_program("inspect", self.home / "nothing.jsonl", env=self.env()), 2, "nothing.jsonl")

    def test_without_a_file_and_without_remembered_events_there_is_nothing_to_inspect(self):
        self.check_error(self.run_program("inspect", "--port", "0", env=self.env()), 2, "no events are remembered", "--record")

    def test_a_journal_that_is_rotated_is_followed(self):
        journal = self.home / "events.jsonl"
        self.inspect_listener("--record", journal)
        self.deliver()
        self.rows(1)
        self.inspect_file(journal)
        for number, away in enumerate((lambda: journal.rename(self.home / "events.1"), journal.unlink, lambda: journal.write_bytes(b"")), 1):
            away()
            self.deliver(b'{"type":"action_updated","n":%d}' % number)
            events = self.get(f"/api/events?after={number - 1}&wait=25")["events"]
            self.assertEqual([row["n"] for row in events], [number])
            self.assertEqual(json.loads(self.ask(f"/api/events/{events[0]['id']}/body")[2])["n"], number)

    def deliver_large(self, numbers):
        """Bodies of 8 MiB, so that memory holds seven."""
        for number in numbers:
            self.assertEqual(self.deliver(b'{"type":"action_created","n":%d,"t":"%s"}' % (number, b"x" * (8 << 20))), 200)

    def check_large(self, count):
        rows = self.rows(count)
        self.assertEqual([row["n"] for row in rows], list(range(1, count + 1)))
        self.assertGreaterEqual(self.get("/api/events?after=0")["missed"], count - 8)
        for number, row in enumerate(rows, 1):
            status, _, body = self.ask(f"/api/events/{row['id']}/body", Range="bytes=0-40")
            self.assertEqual((status, body[:36 + len(str(number))]), (206, b'{"type":"action_created","n":%d,"t":"x' % number), number)

    def test_evicted_events_are_read_back_also_when_the_journal_was_moved_away(self):
        journal = self.home / "events.jsonl"
        self.inspect_listener("--record", journal, "--max-body", "20M")
        self.deliver_large(range(1, 11))
        self.check_large(10)
        journal.rename(self.home / "events.1")
        self.deliver_large(range(11, 21))
        self.check_large(20)

    def test_evicted_events_that_a_cut_took_are_gone_and_never_others(self):
        journal = self.home / "events.jsonl"
        self.inspect_listener("--record", journal, "--max-body", "20M")
        self.deliver_large(range(1, 11))
        first, second = [row["id"] for row in self.rows(10)][:2]
        self.assertEqual(self.ask(f"/api/events/{first}?n=1")[0], 200)
        journal.write_bytes(b"")
        self.deliver_large(range(11, 14))
        self.wait_number(13)
        for n, event in enumerate((first, second), 1):
            self.assertEqual(self.ask(f"/api/events/{event}?n={n}")[0], 404)

    def test_without_a_journal_evicted_events_are_counted_and_gone(self):
        self.inspect_listener("--max-body", "20M")
        self.deliver_large([1])
        first = self.rows(1)[0]["id"]
        self.deliver_large(range(2, 11))
        self.wait_number(10)
        status, _, body = self.ask(f"/api/events/{first}")
        self.assertEqual((status, json.loads(body)["error"]), (404, "no-such-event"))
        self.assertEqual(self.get("/api/events?after=0")["missed"], 3)


class Started(Inspected):
    def test_the_token_is_new_at_each_start_and_has_256_bits(self):
        tokens = set()
        for _ in range(2):
            listener = self.listen("--inspect=0", env=self.env(ALOHOOK_INSPECT_TOKEN=None))
            self.port_of(listener)
            tokens.add(re.search(rb"#token=(\w+)", listener.err.bytes)[1])
        self.assertEqual({len(token) for token in tokens}, {64})
        self.assertEqual(len(tokens), 2)

    def test_a_short_or_odd_token_is_an_error(self):
        for token in ("short", "x" * 23, "x" * 30 + " ", "x" * 30 + "é"):
            result = self.run_program("listen", "--port", "0", "--inspect=0", env=self.env(ALOHOOK_INSPECT_TOKEN=token))
            self.check_error(result, 2, "ALOHOOK_INSPECT_TOKEN")

    def test_a_taken_port_is_an_error_with_the_remedy(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.check_error(self.run_program("listen", "--port", "0", f"--inspect={port}", env=self.env()), 2, str(port), "--inspect=0")

    def test_the_port_file_has_the_inspectors_port_on_its_second_line(self):
        port_file = self.home / "ports"
        process = Process(self, ["listen", "--port", "0", "--inspect=0", "--port-file", port_file], self.env())
        self.port = self.port_of(process)
        self.assertEqual(port_file.read_text().split("\n")[1], str(self.port))

    def opener(self, script='stat -c %a "$1" > "$HOME/mode"; cp "$1" "$HOME/page"; echo "$@" > "$HOME/arguments"'):
        """An environment whose browser is a script, and a directory for files of this session alone."""
        (self.home / "bin").mkdir()
        (self.home / "run").mkdir()
        program = self.home / "bin/xdg-open"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        return self.env(PATH=f"{self.home}/bin:/usr/bin:/bin", XDG_RUNTIME_DIR=str(self.home / "run"))

    def wait_file(self, name):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if (self.home / name).exists() and (self.home / name).read_text():
                return (self.home / name).read_text()
            time.sleep(0.02)
        raise AssertionError(f"there is no {name}")

    @unittest.skipUnless(sys.platform == "linux", "other systems open pages with another program")
    def test_open_hands_the_address_to_the_browser_where_no_other_user_sees_it(self):
        journal = self.home / "events.jsonl"
        journal.touch()
        for start in (lambda env: self.inspect_file(journal, "--open", env=env), lambda env: self.inspect_listener("--open", env=env)):
            env = self.opener()
            process = start(env)
            arguments = self.wait_file("arguments")
            self.assertNotIn(TOKEN, arguments)
            self.assertEqual(pathlib.Path(arguments.strip()).parent, self.home / "run")
            self.assertEqual(self.wait_file("mode"), "600\n")
            self.assertIn(f'url=http://127.0.0.1:{self.port}/#token={TOKEN}"', self.wait_file("page"))
            process.send_signal(2)
            process.result()
            self.assertEqual(list((self.home / "run").iterdir()), [])
            for name in ("bin", "run", "mode", "page", "arguments"):
                shutil.rmtree(self.home / name) if (self.home / name).is_dir() else (self.home / name).unlink()

    def test_without_open_no_browser_is_started(self):
        process = self.inspect_listener(env=self.opener())
        self.get("/api/session")
        process.stop()
        self.assertFalse((self.home / "arguments").exists())

    def test_a_browser_that_is_not_there_is_a_note(self):
        journal = self.home / "events.jsonl"
        journal.touch()
        process = self.inspect_file(journal, "--open", env=self.env(PATH=str(self.home)))
        self.assertTrue(process.err.wait_for(lambda err: b"can't open a browser" in err))
        self.get("/api/session")

    def test_the_end_does_not_wait_for_polls(self):
        self.inspect_listener()
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as poll:
            poll.sendall(f"GET /api/events?after=0&wait=25 HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
            self.get("/api/session")
            started = time.monotonic()
            self.assertEqual(self.listener.stop().code, 0)
            self.assertLess(time.monotonic() - started, 20)


if __name__ == "__main__":
    main()
