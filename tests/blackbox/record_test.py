"""`listen --record`: events that got a 200 are in the journal, byte for byte, whatever happens to the listener or the
disk."""
import json
import os
import pathlib
import random
import subprocess
import threading
import time
import unittest

import alohook
import json_schema
from alohook import EVENT, PATIENCE, Case, Receiver, ask, body_of, connect, is_sanitized, post, read_answer
from alohook import request_bytes, sign

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parent.parent / "schemas/journal.schema.json").read_text())
RUNS = 4 if is_sanitized() else 20


def some_body(who, number):
    """Returns a unique body: text, bytes that aren't text, or sometimes a very long one."""
    mark = b"%s-%d" % (who.encode(), number)
    if number % 50 == 7:
        return b'{"type":"action_created","mark":"' + mark + b'","fill":"' + b"x" * random.randrange(200_000) + b'"}'
    if number % 5 == 3:
        return mark + b"\xff\x00\r\n" + random.randbytes(random.randrange(5000))
    return b'{"type":"action_created","mark":"' + mark + '","t":"Zoë\\u0000 \\"\\\\"}'.encode()


class Senders:
    """Threads that post as fast as they can, each on its own connection, until the listener is gone."""

    def __init__(self, addresses, name="", most=10**9):
        self.acknowledged = []  # bodies; list.append is atomic
        self.most = most
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(address, f"{name}{number}"), daemon=True)
                        for number, address in enumerate(addresses)]
        for thread in self.threads:
            thread.start()

    def _send(self, address, who):
        try:
            with connect(address) as connection:
                for number in range(self.most):
                    body = some_body(who, number)
                    connection.sendall(request_bytes(body, sign(body)))
                    if read_answer(connection).status == 200:
                        self.acknowledged.append(body)
                    if self.enough.is_set():
                        return
        except (OSError, ValueError, alohook.http.client.HTTPException):
            pass  # killed: requests without a response don't matter

    def wait_for(self, count):
        deadline = time.monotonic() + PATIENCE
        while len(self.acknowledged) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"only {len(self.acknowledged)} of {count} were acknowledged")
            time.sleep(0.001)

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


class RecordCase(Case):
    def setUp(self):
        super().setUp()
        self.journal = self.home / "events.jsonl"

    def lines(self, path=None):
        """Returns the journal's lines, after checking that all of them are complete."""
        text = (path or self.journal).read_bytes()
        self.assertTrue(text.endswith(b"\n") or not text)
        return [json.loads(line) for line in text.split(b"\n")[:-1]]

    def whole_lines(self, path=None):
        """Returns the complete lines, like a reader that skips truncated ones."""
        whole = []
        for line in (path or self.journal).read_bytes().split(b"\n"):
            try:
                whole.append(json.loads(line))
            except ValueError:
                pass
        return whole

    def check_holds(self, lines, bodies):
        """Checks that the journal contains each of the bodies exactly once."""
        recorded = [body_of(line) for line in lines]
        missing = set(bodies) - set(recorded)
        self.assertFalse(missing, f"{len(missing)} of {len(bodies)} are lost, such as {sorted(missing)[:1]!r:.300}")
        self.assertEqual(len(recorded), len(set(recorded)), "an event is there twice")


class Killed(RecordCase):
    def kill_runs(self, runs, *flags):
        total = 0
        for run in range(runs):
            journal = self.home / f"{run}.jsonl"
            listener = self.listen("--record", journal, "--format", "quiet", *flags)
            senders = Senders([listener.port] * 8)
            senders.wait_for(random.randrange(20, 250))
            listener.process.kill()
            listener.process.wait(PATIENCE)
            senders.join()
            text = journal.read_bytes()
            torn = 0 if text.endswith(b"\n") else 1
            lines = text.split(b"\n")[:-1]  # what follows the last newline is truncated, or empty
            self.check_holds([json.loads(line) for line in lines], senders.acknowledged)
            # At most one request per connection was in flight.
            self.assertLessEqual(len(lines) + torn - len(senders.acknowledged), 8)
            total += len(senders.acknowledged)
        self.assertGreater(total, runs * 20)

    def test_what_was_acknowledged_is_in_the_journal_after_kill_9(self):
        self.kill_runs(RUNS)

    def test_with_sync_too(self):
        self.kill_runs(2, "--sync")

    def test_two_listeners_lose_nothing_and_tear_nothing(self):
        listeners = [self.listen("--record", self.journal, "--format", "quiet") for _ in range(2)]
        senders = Senders([listeners[number % 2].port for number in range(8)], most=40 if is_sanitized() else 150)
        senders.join()
        for listener in listeners:
            self.assertEqual(listener.stop().code, 0)
        self.assertEqual(len(senders.acknowledged), 8 * senders.most)
        lines = self.lines()
        self.assertEqual(len(lines), len(senders.acknowledged))
        self.check_holds(lines, senders.acknowledged)

    def test_one_that_is_killed_while_it_writes_spoils_no_line_of_another(self):
        body = b'{"type":"action_created","fill":"' + b"x" * 8_000_000 + b'"}'
        other = self.listen("--record", self.journal, "--format", "quiet")
        senders = Senders([other.port] * 4)
        for _ in range(4):
            victim = self.listen("--record", self.journal, "--format", "quiet")
            before = self.journal.stat().st_size
            with connect(victim.port) as connection:
                connection.sendall(request_bytes(body, sign(body)))
                deadline = time.monotonic() + PATIENCE
                while self.journal.stat().st_size < before + 1_000_000 and time.monotonic() < deadline:
                    pass
                victim.process.kill()
                victim.process.wait(PATIENCE)
        senders.wait_for(len(senders.acknowledged) + 20)
        senders.enough.set()
        senders.join()
        self.assertEqual(other.stop().code, 0)
        acknowledged = set(senders.acknowledged)
        self.check_holds([line for line in self.whole_lines() if body_of(line) in acknowledged], acknowledged)


class File(RecordCase):
    def test_a_torn_last_line_is_closed_first(self):
        torn = b'{"schema":1,"id":"0011223344556677","body":"torn in the mid'
        self.journal.write_bytes(torn)
        listener = self.listen("--record", self.journal)
        self.assertEqual(self.journal.read_bytes(), torn)
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.assertEqual(post(listener.port, b"second").status, 200)
        lines = self.journal.read_bytes().split(b"\n")
        self.assertEqual(lines[0], torn)
        self.assertEqual([body_of(json.loads(line)) for line in lines[1:-1]], [EVENT, b"second"])
        self.assertEqual(lines[-1], b"")

    def test_it_is_appended_to_and_for_its_owner_alone(self):
        for number in range(2):
            listener = self.listen("--record", self.journal, umask=0)
            self.assertEqual(post(listener.port, b"%d" % number).status, 200)
            self.assertEqual(listener.stop().code, 0)
        self.assertEqual([body_of(line) for line in self.lines()], [b"0", b"1"])
        self.assertEqual(self.journal.stat().st_mode & 0o7777, 0o600)

    def test_a_file_that_is_there_keeps_its_mode(self):
        self.journal.write_bytes(b"")
        self.journal.chmod(0o640)
        listener = self.listen("--record", self.journal)
        post(listener.port, EVENT)
        self.assertEqual(self.journal.stat().st_mode & 0o7777, 0o640)

    def test_what_cannot_be_written_to_is_an_error_at_once(self):
        for path in ("there/is/no/folder.jsonl", "."):
            self.check_error(self.run_program("listen", "--port", "0", "--record", path), 2, path)
        self.check_error(self.run_program("listen", "--port", "0", "--sync"), 2, "--record")

    def test_everything_is_recorded_whatever_is_shown(self):
        listener = self.listen("--record", self.journal, "--only", "action_updated", "--path", "/hooks", "--format", "json")
        self.assertEqual(post(listener.port, EVENT, target="/hooks").status, 200)
        self.assertEqual(post(listener.port, EVENT, {}, target="/hooks").status, 401)
        self.assertEqual(post(listener.port, EVENT).status, 404)
        self.assertEqual([line["answer"]["status"] for line in self.lines()], [200, 401, 404])
        self.assertEqual(listener.stop().out, b"")

    def test_it_is_written_before_the_answer_is_sent(self):
        listener = self.listen("--record", self.journal)
        with connect(listener.port) as connection:
            for number in range(50):
                body = b"%d" % number
                connection.sendall(request_bytes(body, sign(body)))
                self.assertEqual(read_answer(connection).status, 200)
                self.assertEqual(body_of(self.lines()[-1]), body)

    def test_no_secret_is_in_it(self):
        listener = self.listen("--record", self.journal)
        post(listener.port, EVENT)
        post(listener.port, EVENT, sign(EVENT, alohook.OTHER_SECRET))
        listener.stop()
        for secret in self.secrets:
            self.assertNotIn(secret.encode(), self.journal.read_bytes())


class Headers(RecordCase):
    def test_order_case_duplicates_empty_values_and_odd_bytes_are_kept(self):
        signed = list(sign(EVENT).items())
        headers = [(b"Host", b"test"), (b"x-B", b"2"), (b"X-a", b""), (b"X-b", b"1"), (b"x-B", b"2"), (b"X-Latin", b"caf\xe9 \xff"),
                   (b"x-UTF", "Zoë 🚰".encode()), (b"X-Tab", b"a\tb"), (b"x-quote", b'"\\/'),
                   *((name.upper().encode(), value.encode()) for name, value in signed),
                   (b"Content-Type", b"application/json"), (b"content-LENGTH", b"%d" % len(EVENT))]
        raw = b"POST /hooks?x=%F0&y= HTTP/1.1\r\n" + b"".join(b"%s: %s\r\n" % header for header in headers) + b"\r\n" + EVENT
        listener = self.listen("--record", self.journal)
        self.assertEqual(ask(listener.port, raw).status, 200)
        line, = self.lines()
        self.assertEqual([(name.encode(), alohook.base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode())
                          for name, value in line["headers"]], headers)
        self.assertEqual((line["method"], line["target"], body_of(line)), ("POST", "/hooks?x=%F0&y=", EVENT))

    def test_a_chunked_body_is_recorded_as_one(self):
        raw = request_bytes(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", {**sign(b"abcde"), "Transfer-Encoding": "chunked"}, framing=False)
        listener = self.listen("--record", self.journal)
        self.assertEqual(ask(listener.port, raw).status, 200)
        line, = self.lines()
        self.assertEqual(body_of(line), b"abcde")
        self.assertIn(["Transfer-Encoding", "chunked"], line["headers"])


class FullDisk(RecordCase):
    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_the_sender_gets_503_and_the_terminal_says_why(self):
        listener = self.listen("--record", "/dev/full", "--format", "json")
        began = time.monotonic()
        for _ in range(5):
            answer = post(listener.port, EVENT)
            self.assertEqual(answer.status, 503)
            self.assertEqual(answer.headers.get("Retry-After"), "1")
        took = time.monotonic() - began
        self.assertEqual([line["answer"]["status"] for line in listener.wait_lines(5)], [503] * 5)
        result = listener.stop()
        self.assertEqual(result.code, 0)
        told = [line for line in result.error.splitlines() if "cannot record" in line]
        self.assertIn("No space left on device", told[0])
        self.assertLessEqual(len(told), took + 2, "a flood of lines")  # one a second
        self.assertIn("5 could not be recorded", result.error)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_an_event_that_could_not_be_recorded_has_not_come(self):
        listener = self.listen("--record", "/dev/full", "--expect", "action_created", "--timeout", "1s")
        self.assertEqual(post(listener.port, EVENT).status, 503)
        result = listener.result()
        self.assertEqual(result.code, 1)
        self.assertIn("0 of 1 arrived", result.text)

    def test_a_disk_that_fills_up_and_is_freed_loses_nothing_that_was_acknowledged(self):
        disk = self.home / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True).returncode != 0:
            self.skipTest("mounting a small disk needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        (disk / "ballast").write_bytes(b"x" * 65536)
        journal = disk / "events.jsonl"
        listener = self.listen("--record", journal, "--format", "quiet")
        acknowledged, statuses = [], []

        def send(count):
            for _ in range(count):
                body = b'{"type":"action_created","number":%d,"fill":"%s"}' % (len(statuses), b"x" * random.randrange(9000))
                statuses.append(post(listener.port, body).status)
                if statuses[-1] == 200:
                    acknowledged.append(body)

        while 503 not in statuses and len(statuses) < 500:
            send(1)
        send(20)  # small ones may still fit
        self.assertEqual(set(statuses), {200, 503})
        (disk / "ballast").unlink()
        before = len(statuses)
        send(5)
        self.assertEqual(statuses[before:], [200] * 5)
        self.assertEqual(listener.stop().code, 0)
        self.assertEqual([body_of(line) for line in self.whole_lines(journal)], acknowledged)


class Format(RecordCase):
    def requests(self):
        """One event of each kind."""
        stale = str(int(time.time()) - 400)
        for body, headers in ((EVENT, sign(EVENT)), (EVENT, sign(EVENT, encoding="hex")), (EVENT, sign(EVENT, encoding="base64")),
                              (EVENT, sign(EVENT, alohook.OTHER_SECRET)), (EVENT, sign(EVENT + b"\n")), (EVENT, {}),
                              (EVENT, sign(EVENT, timestamp=stale)), (EVENT, sign(EVENT, timestamp=str(int(time.time()) + 400))),
                              (EVENT, {"X-ALO-Signature": "v0=zz", "X-ALO-Request-Timestamp": stale}),
                              (EVENT, {**sign(EVENT), "X-ALO-Request-Timestamp": "soon"}),
                              (EVENT, {"X-ALO-Signature": sign(EVENT)["X-ALO-Signature"]}),
                              (b"\xff\x00\xfe", sign(b"\xff\x00\xfe")), (b"", sign(b"")), (b"[]", sign(b"[]")),
                              (b'{"type":"never_heard_of"}', sign(b'{"type":"never_heard_of"}')), (b'{"type":7}', sign(b'{"type":7}')),
                              (b'{"type":"webhook_url_verification","challenge":"c"}', sign(b'{"type":"webhook_url_verification","challenge":"c"}'))):
            yield request_bytes(body, headers)
        yield request_bytes(EVENT, {**sign(EVENT), "X-Empty": "", "X-Odd": "\udcff\udc80"}, method="PUT", target="/a?b=%ff")
        yield b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n"

    def check_lines(self, listener, statuses=None):
        count = 0
        for raw in self.requests():
            answer = ask(listener.port, raw)
            count += 1 if answer.status != 400 else 0  # 400: rejected before it became an event
        shown = listener.wait_lines(count)
        recorded = self.lines()
        self.assertEqual(len(recorded), count)
        for line, other in zip(shown, recorded, strict=True):
            self.assertEqual(json_schema.check(line, SCHEMA), [])
            self.assertEqual(json_schema.check(other, SCHEMA), [])
            line["signature"].pop("causes", None)  # searched for later, only for display
            self.assertEqual(line, other)
        return recorded

    def test_what_is_written_and_printed_is_what_the_schema_says(self):
        lines = self.check_lines(self.listen("--record", self.journal, "--format", "json"))
        self.assertGreaterEqual({line["signature"]["verdict"] for line in lines},
                                {"valid", "invalid", "stale", "future", "missing-signature", "missing-timestamp",
                                 "malformed-signature", "malformed-timestamp"})
        self.assertGreaterEqual({line["type"] for line in lines}, {"action_created", "never_heard_of", None})

    def test_what_is_forwarded_too(self):
        answers = [b"HTTP/1.1 201 Made\r\nX-A: \xff\r\nContent-Length: 3\r\n\r\n\xff\x00!", b"HTTP/1.1 204 No Content\r\n\r\n",
                   b"HTTP/1.1 500 \r\nContent-Length: 9000\r\n\r\n" + "ä".encode() * 4500, b"nonsense", b""]
        receiver = Receiver(self, lambda *_: answers[len(receiver.requests) % len(answers)])
        lines = self.check_lines(self.listen("--record", self.journal, "--format", "json", "--forward", receiver.url, "--forward-all"))
        forwards = [line["forward"] for line in lines]
        self.assertGreaterEqual({one.get("status") for one in forwards}, {201, 204, 500})
        self.assertIn("not-http", {one.get("obstacle") for one in forwards})
        long = next(one for one in forwards if one.get("status") == 500)
        self.assertEqual((long["body"], long["body_bytes"]), ("ä" * 2048, 9000))

    def test_a_target_that_is_not_there_too(self):
        receiver = Receiver(self)
        receiver.close()
        lines = self.check_lines(self.listen("--record", self.journal, "--format", "json", "--forward", receiver.url, "--forward-all"))
        self.assertEqual({line["forward"]["obstacle"] for line in lines}, {"refused"})

    def test_what_is_not_in_the_schema_is_seen(self):
        listener = self.listen("--record", self.journal)
        post(listener.port, EVENT)
        line, = self.lines()
        self.assertEqual(json_schema.check(line, SCHEMA), [])
        for change in ({"schema": 2}, {"id": "x"}, {"more": 1}, {"body_base64": ""}, {"type": 7}, {"signature": {}}, {"answer": {"status": "200", "ms": 1}},
                       {"headers": [["a"]]}, {"received_at": "2026-11-23"}, {"forward": {"url": "x", "ms": 1}},
                       {"forward": {"url": "x", "ms": 1, "status": 200, "headers": [], "body": "", "body_bytes": 0, "obstacle": "tls", "detail": ""}}):
            self.assertNotEqual(json_schema.check({**line, **change}, SCHEMA), [], change)
        del line["body"]
        self.assertNotEqual(json_schema.check(line, SCHEMA), [])


if __name__ == "__main__":
    alohook.main()
