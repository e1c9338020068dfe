"""Deliveries as in production: many events, at a rate, over several connections, duplicated, shuffled, and retried."""
import collections
import email.utils
import json
import os
import pty
import re
import signal
import threading
import time

import alohook
from alohook import EVENT, PATIENCE, Case, Receiver, Stream, is_authentic

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
NO = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


def busy(*headers):
    lines = b"".join(b"%s: %s\r\n" % (name.encode(), value.encode()) for name, value in headers)
    return b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n%s\r\n" % lines


def script(*answers):
    """Sends these responses one after the other, and repeats the last one."""
    left = list(answers)
    lock = threading.Lock()

    def answer(head, headers, body):
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]
    return answer


def timestamp(request):
    return int(dict(request[1])["X-ALO-Request-Timestamp"])


class DeliveriesCase(Case):
    def send(self, receiver, *arguments, code=0, event="-", **more):
        result = self.run_program("send", event, receiver.url, *arguments, stdin=EVENT, **more)
        self.assertEqual(result.code, code, result)
        return result

    def summary(self, receiver, *arguments, **more):
        return self.send(receiver, "--format", "json", *arguments, **more).lines[-1]


class Many(DeliveriesCase):
    def test_a_fixture_is_fresh_each_time_and_every_one_verifies(self):
        receiver = Receiver(self, YES)
        summary = self.summary(receiver, "--repeat", "50", event="action_created")
        self.assertEqual(len(receiver.requests), 50)
        self.assertEqual(len({body for _, _, body in receiver.requests}), 50)
        self.assertTrue(all(is_authentic(headers, body) for _, headers, body in receiver.requests))
        self.assertEqual({key: summary[key] for key in ("schema", "event", "sent", "accepted", "refused", "failed", "retried", "duplicates")},
                         {"schema": 1, "event": "summary", "sent": 50, "accepted": 50, "refused": 0, "failed": 0, "retried": 0, "duplicates": 0})
        latency = summary["latency_ms"]
        self.assertTrue(0 < latency["p50"] <= latency["p90"] <= latency["p99"] <= latency["max"], latency)

    def test_a_file_stays_as_it_is_and_one_connection_is_kept(self):
        receiver = Receiver(self, YES)
        self.send(receiver, "--repeat", "30")
        self.assertEqual([body for _, _, body in receiver.requests], [EVENT] * 30)
        self.assertEqual(len(receiver.connections), 1)

    def test_the_same_seed_sends_the_same_bodies(self):
        runs = []
        for seed in ("7", "7", "8"):
            receiver = Receiver(self, YES)
            self.send(receiver, "--repeat", "20", "--shuffle", "--seed", seed, event="action_created")
            runs.append([body for _, _, body in receiver.requests])
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(sorted(runs[0]), sorted(runs[2]))

    def test_human_output_is_short_and_quiet_is_silent(self):
        receiver = Receiver(self, lambda head, headers, body: NO if len(receiver.requests) % 2 == 0 else YES)
        result = self.send(receiver, "--repeat", "100", code=1)
        self.assertEqual(len(re.findall(r"^[✓✗] standard input  \d+  ", result.text, re.M)), 40)
        self.assertIn("✗ 100 events sent: 50 accepted, 50 rejected, 0 without a response", result.text)
        self.assertRegex(result.text, r"latency p50 .*, p90 .*, p99 .*, max \d")
        self.assertEqual(result.err, b"")
        result = self.send(Receiver(self, YES), "--repeat", "3", "--format", "quiet")
        self.assertEqual((result.out, result.err), (b"", b""))

    def test_events_start_at_the_rate(self):
        summary = self.summary(Receiver(self, YES), "--repeat", "11", "--rate", "50/s", "--concurrency", "4")
        self.assertGreaterEqual(summary["elapsed_ms"], 200)
        self.assertLessEqual(summary["per_second"], 55)
        self.assertEqual(summary["accepted"], 11)

    def test_as_many_connections_are_open_at_the_same_time(self):
        together = threading.Barrier(5)

        def answer(head, headers, body):
            together.wait(PATIENCE)  # breaks unless five requests are in flight
            return YES
        receiver = Receiver(self, answer)
        self.send(receiver, "--repeat", "20", "--concurrency", "5")
        self.assertEqual(len(receiver.connections), 5)
        self.assertEqual(len(receiver.requests), 20)

    def test_over_many_connections_each_event_arrives_exactly_once(self):
        with open(self.home / "events.jsonl", "wb") as file:
            for number in range(2000):
                file.write(json.dumps({"schema": 1, "id": f"{number:016x}", "received_at": "2026-11-23T17:00:00.000Z", "method": "POST",
                                       "target": "/", "headers": [], "body": str(number), "type": None}).encode() + b"\n")
        receiver = Receiver(self, YES)
        result = self.run_program("replay", "events.jsonl", receiver.url, "--concurrency", "16", "--shuffle")
        self.assertEqual(result.code, 0)
        self.assertEqual(collections.Counter(body for _, _, body in receiver.requests), {b"%d" % n: 1 for n in range(2000)})

    def test_duplicates_are_the_same_bytes(self):
        receiver = Receiver(self, YES)
        self.send(receiver, "--repeat", "3", "--duplicate", "2", "--shuffle", "--concurrency", "3", event="action_created")
        counts = collections.Counter((head, body) for head, _, body in receiver.requests)
        self.assertEqual(sorted(counts.values()), [3, 3, 3])


class Retries(DeliveriesCase):
    def test_each_try_has_a_signature_of_its_own_time(self):
        receiver = Receiver(self, script(NO, NO, YES))
        result = self.send(receiver, "--retry", "1s,1.2s,10m")
        self.assertEqual(len(receiver.requests), 3)
        self.assertTrue(all(is_authentic(headers, body) for _, headers, body in receiver.requests))
        times = [timestamp(request) for request in receiver.requests]
        self.assertEqual(len(set(times)), 3, times)
        self.assertIn("again in 1.2 s", result.text)

    def test_the_same_timestamp_if_asked_for(self):
        receiver = Receiver(self, script(NO, YES))
        self.send(receiver, "--retry", "1.1s", "--same-timestamp")
        self.assertEqual(receiver.requests[0][1], receiver.requests[1][1])

    def test_retry_after_is_heeded_in_seconds_and_as_a_date(self):
        for value_now in (lambda: "1", lambda: email.utils.formatdate(time.time() + 3, usegmt=True)):
            times = []

            def answer(*request):
                times.append(time.monotonic())
                # Compute the date on request: a date in the past wouldn't cause a pause.
                return busy(("Retry-After", value_now())) if len(times) == 1 else YES
            result = self.send(Receiver(self, answer), "--retry", "10ms")
            self.assertGreaterEqual(times[1] - times[0], 0.9)
            self.assertIn("(Retry-After)", result.text)

    def test_a_retry_after_beyond_five_minutes_is_told(self):
        receiver = Receiver(self, busy(("Retry-After", "3600")))
        process = self.start("send", "action_created", receiver.url, "--repeat", "2", "--retry", "10ms")
        self.assertTrue(process.err.wait_for(lambda err: b"Retry-After asks for 60 min 0 s, the next try is in 5 min 0 s" in err))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.result().code, 130)

    def test_a_retry_that_waits_holds_nothing_up(self):
        receiver = Receiver(self, lambda head, headers, body: NO if len(receiver.requests) == 1 else YES)
        lines = self.send(receiver, "--repeat", "5", "--retry", "300ms", "--format", "json").lines
        self.assertEqual([line["outcome"] for line in lines[:-1]], ["refused"] + ["accepted"] * 5)
        self.assertEqual((lines[0]["attempt"], lines[-2]["attempt"]), (1, 2))
        self.assertEqual(lines[-1]["retried"], 1)

    def test_nobody_there_is_tried_again_too(self):
        receiver = Receiver(self, script(b"", YES))
        self.send(receiver, "--retry", "10ms")

    def test_refused_to_the_end_is_1_and_unanswered_3(self):
        self.send(Receiver(self, NO), "--retry", "10ms,10ms", code=1)
        self.send(Receiver(self, b""), "--retry", "10ms,10ms", code=3)
        receiver = Receiver(self, lambda head, headers, body: b"" if len(receiver.requests) == 1 else YES)
        self.send(receiver, "--repeat", "3", code=3)
        receiver = Receiver(self, lambda head, headers, body: (b"", NO, YES)[len(receiver.requests) % 3])
        self.send(receiver, "--repeat", "6", code=1)


class Interrupted(DeliveriesCase):
    def test_a_signal_ends_the_run_with_its_summary(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            receiver = Receiver(self, YES)
            process = self.start("send", "action_created", receiver.url, "--repeat", "1000000", "--format", "json", "--concurrency", "3")
            process.out.wait_for(lambda out: out.count(b"\n") > 20)
            process.send_signal(number)
            result = process.result()
            self.assertEqual(result.code, code)
            summary = result.lines[-1]
            self.assertEqual((summary["event"], summary["interrupted"]), ("summary", True))
            self.assertEqual(summary["sent"], len(result.lines) - 1)

    def test_a_signal_ends_waiting_for_an_answer_a_retry_or_the_next_event(self):
        for receiver, arguments in ((Receiver(self, None), []), (Receiver(self, NO), ["--retry", "1h"]), (Receiver(self, YES), ["--rate", "1/h"])):
            process = self.start("send", "action_created", receiver.url, "--repeat", "3", *arguments)
            self.assertTrue(receiver.arrived.wait(PATIENCE))
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            result = process.result()
            self.assertEqual(result.code, 130)
            self.assertLess(time.monotonic() - began, 20)
            self.assertIn("sent: ", result.text)


class Terminal(DeliveriesCase):
    def test_there_is_a_bar_on_a_terminal_and_nowhere_else(self):
        receiver = Receiver(self, YES)
        ours, theirs = pty.openpty()
        process = self.start("send", "action_created", receiver.url, "--repeat", "100", stderr=theirs)
        os.close(theirs)
        shown = Stream(os.fdopen(ours, "rb"))
        process.result()
        shown.thread.join(PATIENCE)
        self.assertIn(b" %  ", shown.bytes)
        self.assertRegex(shown.bytes, rb"\r +\r$")
        self.assertLess(shown.bytes.count(b"sent"), 50)
        self.assertEqual(self.send(receiver, "--repeat", "100").err, b"")


class Printing(DeliveriesCase):
    def test_printed_events_are_not_sent(self):
        receiver = Receiver(self, YES)
        har = json.loads(self.send(receiver, "--print", "har", "--repeat", "3", "--duplicate", "1", event="action_created").out)
        texts = [entry["request"]["postData"]["text"] for entry in har["log"]["entries"]]
        self.assertEqual((len(texts), len(set(texts))), (6, 3))
        (self.home / "printed.har").write_text(json.dumps(har))
        self.assertEqual(receiver.connections, [])
        self.assertEqual(self.run_program("replay", "printed.har", receiver.url).code, 0)
        self.assertEqual([body.decode() for _, _, body in receiver.requests], texts)


if __name__ == "__main__":
    alohook.main()
