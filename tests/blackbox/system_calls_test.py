"""An event costs few system calls, received and sent over a kept-alive connection: `strace` counts them.

Two runs differ only in their number of events, so that what they differ by is what the events cost. Each event waits for
the one before it, so the counts don't depend on the machine's load. A timer that ticks while the machine is slow fits
into the bounds.
"""
import collections
import os
import re
import shutil
import subprocess
import unittest

import alohook
from alohook import EVENT, Case, Receiver, connect, is_sanitized, read_answer, request_bytes, sign

FEW, MANY = 50, 550
CALL = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", re.M)  # a row of `strace -c`


def why_not():
    """Why nothing can be counted here, or nothing."""
    if is_sanitized():
        return "sanitizers make system calls of their own"
    if not shutil.which("strace"):
        return "strace is not installed"
    if subprocess.run(["strace", "-f", "-c", "-o", os.devnull, "true"], capture_output=True, check=False).returncode != 0:
        return "strace can't trace here"
    return None


@unittest.skipIf(why_not(), why_not())
class SystemCalls(Case):
    def counts(self, name):
        found = CALL.findall((self.home / name).read_text())
        return collections.Counter({call: int(count) for count, call in found if call != "total"})

    def check_cost(self, run, bound, none=()):
        """Runs with few and with many events, and compares."""
        cost = run(MANY)
        cost.subtract(run(FEW))
        each = {call: count / (MANY - FEW) for call, count in cost.items() if count > 0}
        print({call: round(count, 2) for call, count in each.items() if count >= 0.005}, file=alohook.sys.stderr)
        self.assertGreater(sum(each.values()), 2, "not everything was counted")
        self.assertLessEqual(sum(each.values()), bound, each)
        for call in none:
            self.assertLess(each.get(call, 0), 0.1, each)

    def send(self, count, *flags):
        receiver = Receiver(self)
        trace = self.home / f"send-{count}"
        command = ["strace", "-f", "-c", "-o", trace, alohook.PROGRAM, "send", "action_created", receiver.url, "--repeat", str(count),
                   "--format", "quiet", *flags]
        self.assertEqual(subprocess.run(command, env=self.env(), check=False).returncode, 0)
        self.assertEqual(len(receiver.requests), count)
        return self.counts(trace.name)

    def receive(self, count, *flags, event=EVENT):
        trace = self.home / f"receive-{count}"
        # It ends by itself after so many, because strace passes no signal on.
        command = ["strace", "-f", "-c", "-o", trace, alohook.PROGRAM, "listen", "--port", "0", "--expect", f"action_created={count}", *flags]
        with subprocess.Popen(command, env=self.env(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as process:
            self.addCleanup(process.kill)
            port = re.search(rb"^listening on http://127.0.0.1:(\d+)/", process.stderr.readline())
            with connect(int(port[1])) as connection:
                request = request_bytes(event, sign(event))
                for _ in range(count):
                    connection.sendall(request)
                    self.assertEqual(read_answer(connection).status, 200)
            error = process.stderr.read()
        self.assertEqual(process.returncode, 0, error)
        return self.counts(trace.name)

    def test_a_sent_event_costs_three_system_calls(self):
        self.check_cost(self.send, 3.2, none=("futex", "getpid"))

    def test_a_received_event_costs_three_system_calls_and_wakes_no_thread(self):
        self.check_cost(lambda count: self.receive(count, "--format", "quiet"), 3.2, none=("futex", "getpid"))

    def test_an_event_as_json_costs_one_write(self):
        event = EVENT[:-1] + b',"notes":"' + b"x" * 2000 + b'"}'
        cost = self.receive(MANY, "--format", "json", event=event)
        cost.subtract(self.receive(FEW, "--format", "json", event=event))
        self.assertLessEqual((cost["write"] + cost["writev"]) / (MANY - FEW), 1.1, cost)


if __name__ == "__main__":
    alohook.main()
