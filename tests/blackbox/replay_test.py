"""`alohook replay` resends recorded events byte for byte, re-signed. Also tests the other readers of a journal."""
import base64
import datetime
import json
import re
import subprocess
import time

import alohook
from alohook import BODIES, OTHER_SECRET, SECRET, Case, Receiver, is_authentic, post, sign

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
NO = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


def iso(seconds):
    at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def journal_line(number, body, headers=(), at=None, verdict="valid", target="/hooks?x=%2F", type_="action_created", encoding="v0"):
    """Returns one event of a journal, written by Python."""
    try:
        content = {"body": body.decode()}
    except UnicodeDecodeError:
        content = {"body_base64": base64.b64encode(body).decode()}
    event = {"schema": 1, "id": f"{number:016x}", "received_at": iso(time.time() if at is None else at), "remote": "127.0.0.1:40000",
             "method": "POST", "target": target, "headers": [list(pair) for pair in headers], **content, "type": type_,
             "signature": {"verdict": verdict, "encoding": encoding, "secret": 1, "age_s": 0}, "answer": {"status": 200, "ms": 1.2}}
    return json.dumps(event, ensure_ascii=number % 2 == 0).encode() + b"\n"


class ReplayCase(Case):
    def setUp(self):
        super().setUp()
        self.file = self.home / "events.jsonl"

    def write(self, *lines):
        self.file.write_bytes(b"".join(lines))

    def replay(self, *arguments, **more):
        return self.run_program("replay", "events.jsonl", *arguments, **more)

    def bodies(self, receiver):
        return [body for _, _, body in receiver.requests]


class ByteForByte(ReplayCase):
    def test_what_python_wrote_arrives_as_it_was_and_verifies(self):
        old = time.time() - 86400
        self.write(*(journal_line(n, body, [("Host", "old:1"), *sign(body, timestamp=int(old)).items()], old)
                     for n, body in enumerate(BODIES.values())))
        receiver = Receiver(self, YES)
        result = self.replay(receiver.url)
        self.assertEqual(result.code, 0, result)
        for name, (head, headers, body) in zip(BODIES, receiver.requests, strict=True):
            with self.subTest(name):
                self.assertEqual(body, BODIES[name])
                self.assertTrue(is_authentic(headers, body))
                self.assertEqual(head.split(b"\r\n")[0], b"POST /hooks?x=%2F HTTP/1.1")
                self.assertEqual({n: v for n, v in headers if not n.startswith("X-ALO")},
                                 {"Host": f"127.0.0.1:{receiver.port}", "Content-Length": str(len(body))})
        self.assertIn(f"{len(BODIES)} events sent: {len(BODIES)} accepted", result.text)

    def test_what_listen_printed_arrives_as_it_was_and_verifies(self):
        listener = self.listen("--format", "json")
        for body in BODIES.values():
            post(listener.port, body, {**sign(body), "x-oDD": "a", "X-Empty": ""}, target="/there")
        listener.wait_lines(len(BODIES))
        self.write(listener.stop().out)
        receiver = Receiver(self, YES)
        self.assertEqual(self.replay(receiver.url).code, 0)
        self.assertEqual(self.bodies(receiver), list(BODIES.values()))
        for head, headers, body in receiver.requests:
            self.assertTrue(is_authentic(headers, body))
            self.assertIn(("x-oDD", "a"), headers)
            self.assertIn(("X-Empty", ""), headers)
            self.assertTrue(head.startswith(b"POST /there HTTP/1.1\r\n"))

    def test_headers_keep_case_duplicates_and_empty_values_and_hop_by_hop_ones_go(self):
        kept = [("x-B", "2"), ("x-B", "1"), ("X-eMPTY", ""), ("X-Escaped", "%0d%0a+")]
        gone = [("Connection", "close, X-Trace"), ("X-Trace", "1"), ("Transfer-Encoding", "chunked"), ("Keep-Alive", "5"),
                ("Content-Length", "999"), ("Expect", "100-continue"), ("Host", "old:1")]
        self.write(journal_line(1, b"{}", kept + gone + list(sign(b"{}", timestamp=1).items())))
        receiver = Receiver(self, YES)
        self.assertEqual(self.replay(receiver.url, "--header", "X-New: 1").code, 0)
        headers = receiver.requests[0][1]
        ours = [pair for pair in headers if not pair[0].startswith("X-ALO") and pair[0] not in ("Host", "Content-Length")]
        self.assertEqual(sorted(ours), sorted(kept + [("X-New", "1")]))
        self.assertEqual([value for name, value in headers if name == "x-B"], ["2", "1"])
        self.assertEqual(dict(headers)["Host"], f"127.0.0.1:{receiver.port}")

    def test_the_url_s_own_path_goes_before_the_recorded_one(self):
        self.write(journal_line(1, b"{}"))
        receiver = Receiver(self, YES)
        self.replay(receiver.url + "other?y=1")
        self.assertTrue(receiver.requests[0][0].startswith(b"POST /other?y=1 HTTP/1.1\r\n"))

    def test_the_encoding_is_the_recorded_one_unless_another_is_asked_for(self):
        self.write(journal_line(1, b"{}", encoding="base64"), journal_line(2, b"{}", encoding="hex"))
        receiver = Receiver(self, YES)
        self.replay(receiver.url)
        self.replay(receiver.url, "--encoding", "v0")
        signatures = [dict(headers)["X-ALO-Signature"] for _, headers, _ in receiver.requests]
        for signature, form in zip(signatures, (r"[\w+/]{43}=", r"[0-9a-f]{64}", r"v0=[0-9a-f]{64}", r"v0=[0-9a-f]{64}"), strict=True):
            self.assertRegex(signature, f"^{form}$")

    def test_as_recorded_is_stale_and_needs_no_secret(self):
        old = int(time.time()) - 4000
        self.write(journal_line(1, b"{}", sign(b"{}", timestamp=old).items()))
        receiver = Receiver(self, lambda head, headers, body: YES if is_authentic(headers, body) else NO)
        result = self.replay(receiver.url, "--as-recorded", env=self.env(ALOHOOK_SECRET=None))
        self.assertEqual(result.code, 1, result)
        self.assertEqual({n: v for n, v in receiver.requests[0][1] if n.startswith("X-ALO")}, sign(b"{}", timestamp=old))
        self.assertFalse((self.home / "state").exists())
        self.assertEqual(self.replay(receiver.url).code, 0)


class Selection(ReplayCase):
    def setUp(self):
        super().setUp()
        self.events = [journal_line(0xabcdef0 + n, b'{"n":%d}' % n, type_=type_, verdict=verdict)
                       for n, (type_, verdict) in enumerate([("action_created", "valid"), ("action_status_changed", "invalid"),
                                                             ("action_status_updated", "valid"), (None, "stale")])]
        self.write(*self.events)
        self.receiver = Receiver(self, YES)

    def numbers(self, *arguments):
        self.receiver.requests.clear()
        result = self.replay(self.receiver.url, *arguments)
        self.assertEqual(result.code, 0, result)
        return [json.loads(body)["n"] for body in self.bodies(self.receiver)]

    def test_by_type_value_verdict_and_id(self):
        self.assertEqual(self.numbers(), [0, 1, 2, 3])
        self.assertEqual(self.numbers("--only", "action_status_updated"), [1, 2])
        self.assertEqual(self.numbers("--only", "action_created", "--only", "action_status_changed"), [0, 1, 2])
        self.assertEqual(self.numbers("--where", "/n=3"), [3])
        self.assertEqual(self.numbers("--only-valid"), [0, 2])
        self.assertEqual(self.numbers("--id", f"{0xabcdef2:016x}", "--id", f"{0xabcdef0:016x}"), [0, 2])

    def test_nothing_selected_and_wrong_ids_are_2_and_nothing_is_sent(self):
        for arguments in (["--only", "action_message_added"], ["--where", "/n=9"], ["--id", "ffffffff"], ["--id", "000"],
                          ["--id", "00000000"], ["--id", f"{0xabcdef0:016x}", "--id", "eeeeeeee"]):
            result = self.replay(self.receiver.url, *arguments)
            self.check_error(result, 2)
        self.assertEqual(self.receiver.requests, [])

    def test_an_event_is_verified_as_of_its_time_and_exported(self):
        body = BODIES["not UTF-8"]
        old = 1795453200
        self.write(journal_line(0x7777777 << 32, body, sign(body, timestamp=old).items(), old + 299, type_="action_created"))
        self.assertEqual(self.run_program("verify", "events.jsonl", "--id", "07777777").code, 0)
        self.assertEqual(self.run_program("verify", "-", "--id", "07777777", stdin=self.file.read_bytes()).code, 0)
        self.assertEqual(self.run_program("verify", "events.jsonl", "--id", "07777777", "--now", str(old + 301)).code, 1)
        self.check_error(self.run_program("verify", "events.jsonl", "--id", "123456"), 2, "123456")
        result = self.run_program("fixtures", "export", "--from", "events.jsonl", "--id", "077777")
        self.assertEqual((result.code, result.out), (0, body))
        self.assertEqual(self.run_program("fixtures", "export", "--from", "events.jsonl", "--id", "077777", "--out", "made").code, 0)
        self.assertEqual((self.home / "made/action_created.json").read_bytes(), body)

    def test_a_type_from_outside_is_no_path(self):
        self.write(journal_line(0x7777777 << 32, b"x", type_="../../evil"))
        self.run_program("fixtures", "export", "--from", "events.jsonl", "--id", "077777", "--out", "made")
        self.assertEqual([file.name for file in (self.home / "made").iterdir()], ["0777777700000000.json"])


class Damage(ReplayCase):
    def test_torn_and_foreign_lines_are_told_and_skipped(self):
        good = [journal_line(n, b'{"n":%d}' % n) for n in range(3)]
        self.write(good[0], b"\n", b"nonsense\xff\x1b[31m\n", good[1], good[2][:-20])
        receiver = Receiver(self, YES)
        result = self.replay(receiver.url)
        self.assertEqual(result.code, 0)
        self.assertEqual(self.bodies(receiver), [b'{"n":0}', b'{"n":1}'])
        self.assertRegex(result.error, "line 3 of 'events.jsonl' is not an event")
        self.assertRegex(result.error, "line 5 of 'events.jsonl' is truncated")
        self.assertEqual(result.error.count("\n"), 2)

    def test_an_event_after_a_writer_s_death_is_found(self):
        good = [journal_line(n, b'{"n":%d}' % n) for n in range(0, 4, 2)]
        self.write(*(line.replace(b'": ', b'":').replace(b', "', b',"') for line in (good[0][:-30], good[1])))
        receiver = Receiver(self, YES)
        self.assertEqual(self.replay(receiver.url).code, 0)
        self.assertEqual(self.bodies(receiver), [b'{"n":2}'])

    def test_what_is_neither_is_2(self):
        for content in (b"", b"\n\n", b"buy milk\n", b'{"log":[]}', b"[1]", b"\x00" * 100000):
            self.file.write_bytes(content)
            result = self.replay("http://127.0.0.1:1/")
            self.assertEqual((result.code, result.out), (2, b""), content)
        self.check_error(self.run_program("replay", "no-such-file"), 2, "no-such-file")


class Har(ReplayCase):
    def har(self):
        entries = []
        for seconds, (method, body) in enumerate([("GET", b""), ("POST", b'{"type":"action_created"}'), ("POST", b"\xff\x00")]):
            try:
                post_data = {"text": body.decode()}
            except UnicodeDecodeError:
                post_data = {"text": base64.b64encode(body).decode(), "encoding": "base64"}
            entries.append({"startedDateTime": f"2026-11-23T18:00:0{seconds}.000+01:00", "request": {
                "method": method, "url": "https://venue.example/hooks?x=1#f", "postData": post_data,
                "headers": [{"name": ":authority", "value": "venue.example"}, {"name": "X-A", "value": "1"}]}})
        return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1).encode()

    def test_its_posts_are_sent_and_the_rest_is_told(self):
        for prefix in (b"", b"\xef\xbb\xbf", b" \r\n"):
            self.file.write_bytes(prefix + self.har())
            for arguments, stdin in (("events.jsonl", b""), ("-", prefix + self.har())):
                receiver = Receiver(self, YES)
                result = self.run_program("replay", arguments, receiver.url, stdin=stdin)
                self.assertEqual(result.code, 0, result)
                self.assertEqual(self.bodies(receiver), [b'{"type":"action_created"}', b"\xff\x00"])
                self.assertTrue(all(is_authentic(headers, body) and ("X-A", "1") in headers for _, headers, body in receiver.requests))
                self.assertTrue(receiver.requests[0][0].startswith(b"POST /hooks?x=1 HTTP/1.1\r\n"))
                self.assertRegex(result.error, "^note: 1 request of .* skipped: not POST\n$")

    def test_a_request_without_its_body_is_skipped_and_counted_and_the_exit_code_says_so(self):
        har = json.loads(self.har())
        whole, missing = har["log"]["entries"][1], json.loads(json.dumps(har["log"]["entries"][1]))
        del missing["request"]["postData"]
        missing["request"]["bodySize"] = 45
        for entries, code, count in (([whole, missing], 3, 1), ([missing], 2, 0), ([whole], 0, 1)):
            self.file.write_text(json.dumps({"log": {"entries": entries}}))
            receiver = Receiver(self, YES)
            result = self.replay(receiver.url)
            self.assertEqual((result.code, len(receiver.requests)), (code, count), result)
            if missing in entries:
                self.assertIn("the HAR holds no body: bodySize 45, no postData.text", result.error)
        receiver = Receiver(self, NO)
        self.file.write_text(json.dumps({"log": {"entries": [whole, missing]}}))
        self.assertEqual(self.replay(receiver.url).code, 1)

    def test_its_times_are_kept(self):
        self.file.write_bytes(self.har())
        lines = self.replay(Receiver(self, YES).url, "--speed", "10x", "--format", "json").lines
        self.assertGreaterEqual(lines[-1]["elapsed_ms"], 100)


class IntoItsOwnListener(ReplayCase):
    """The listener records into the journal that is replayed to it. What it adds is not replayed."""

    def test_each_recorded_event_goes_out_once(self):
        listener = self.listen("--record", "events.jsonl", "--format", "quiet")
        for number in range(7):
            post(listener.port, b'{"n":%d}' % number)
        with self.file.open("rb") as journal:
            for arguments, stdin in ((["events.jsonl"], subprocess.DEVNULL), (["-"], journal)):
                before = len(self.file.read_bytes().splitlines())
                result = self.start("replay", *arguments, listener.url, stdin=stdin).result()
                self.assertEqual(result.code, 0, result)
                self.assertIn(f"{before} events sent: {before} accepted", result.text)
                self.assertEqual(len(self.file.read_bytes().splitlines()), 2 * before)


class OtherForms(ReplayCase):
    def test_what_tools_make_of_a_journal_is_read(self):
        lines = [journal_line(n, b'{"n":"}%d{"}' % n) for n in range(3)]
        events = [json.loads(line) for line in lines]
        texts = {"array": json.dumps(events), "pretty array": json.dumps(events, indent=4),
                 "pretty": "\n".join(json.dumps(event, indent=2) for event in events)}
        for name, content in {**{name: text.encode() for name, text in texts.items()}, "lines": b"".join(lines)}.items():
            for mark in (b"", b"\xef\xbb\xbf"):
                with self.subTest(name, mark=mark):
                    self.write(mark + content)
                    receiver = Receiver(self, YES)
                    result = self.replay(receiver.url)
                    self.assertEqual((result.code, result.error), (0, ""), result)
                    self.assertEqual(self.bodies(receiver), [b'{"n":"}%d{"}' % n for n in range(3)])


class Streaming(ReplayCase):
    def test_events_from_a_pipe_go_out_as_they_come(self):
        receiver = Receiver(self, YES)
        process = self.start("replay", "-", receiver.url, "--format", "json", stdin=subprocess.PIPE)
        for number in range(3):
            process.process.stdin.write(journal_line(number, b"%d" % number))
            process.process.stdin.flush()
            process.out.wait_for(lambda out: out.count(b"\n") > number)
        process.process.stdin.close()
        self.assertEqual(process.result().code, 0)
        self.assertEqual(self.bodies(receiver), [b"0", b"1", b"2"])

    def test_recorded_distances_are_kept_and_time_never_runs_back(self):
        start = 1795453200
        self.write(*(journal_line(n, b"%d" % n, at=start + at) for n, at in enumerate([0, 4, 2, 3])))
        lines = self.replay(Receiver(self, YES).url, "--speed", "10x", "--format", "json").lines
        self.assertGreaterEqual(lines[-1]["elapsed_ms"], 500)
        self.assertEqual(lines[-1]["accepted"], 4)

    def peak_memory(self, count):
        """Replays this many events. Returns the peak resident memory in KB, read while the last response is held back."""
        line = journal_line(0, b'{"type":"action_created","pad":"%s"}' % (b"x" * 600), [("X-Pad", "y" * 200)])
        with open(self.file, "wb") as file:
            for start in range(0, count, 1000):
                file.write(line * min(1000, count - start))
        peak = []

        def answer(head, headers, body):
            if len(receiver.requests) == count:
                with open(f"/proc/{process.process.pid}/status") as status:
                    peak.append(int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]))
            elif len(receiver.requests) % 1000 == 0:
                receiver.requests[:-1] = [None] * (len(receiver.requests) - 1)
            return YES

        receiver = Receiver(self, answer)
        process = self.start("replay", "events.jsonl", receiver.url, "--retry", "1s", "--shuffle", "--format", "quiet")
        result = process.result()
        self.assertEqual(result.code, 0, result)
        return peak[0]

    def test_memory_does_not_grow_with_the_file(self):
        with open(alohook.PROGRAM, "rb") as program:
            if re.search(rb"__[at]san_init", program.read()):
                self.skipTest("sanitizers keep what is freed")
        small, large = self.peak_memory(2_000), self.peak_memory(30_000)
        self.assertLess(large, small + 8_000)
        self.assertLess(large, 50_000)

    def test_a_wrong_secret_is_refused_and_said_so(self):
        self.write(journal_line(1, b"{}"), journal_line(2, b"{}"))
        listener = self.listen()
        result = self.replay(listener.url, env=self.env(ALOHOOK_SECRET=OTHER_SECRET))
        self.assertEqual(result.code, 1)
        self.assertIn("✗ action_created  401", result.text)
        self.assertEqual(self.replay(listener.url, env=self.env(ALOHOOK_SECRET=SECRET)).code, 0)
        self.assertEqual(self.replay(listener.url, "--print", "http").out.count(b"POST /hooks?x=%2F HTTP/1.1\r\n"), 2)


if __name__ == "__main__":
    alohook.main()
