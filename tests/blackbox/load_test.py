"""Load: idle connections, slow ones of every kind, and some at full speed beside them, with recording and forwarding on.
Then the listener is killed: what it acknowledged is in the journal and at the target.

By default only a few of each; with ALOHOOK_LONG=1, as many as an attacker would use."""
import json
import os
import pathlib
import resource
import select
import socket
import sys
import threading
import time
import unittest

import alohook
from alohook import EVENT, Case, Receiver, connect, is_sanitized, post, request_bytes, sign

LONG = bool(os.environ.get("ALOHOOK_LONG"))
IDLE, SLOW, FAST, SECONDS = (10_000, 200, 50, 60) if LONG else (200, 20, 8, 1.5)
OTHERS = 500  # files that are open besides
SUBSET = b"Range: bytes=0-" + b"".join(b",%d-" % number for number in range(1300)) + b"\r\n"


def allow_files(count):
    """Lets this process and the listener open this many files. Returns why that isn't possible, or None."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))  # root may do that
        except (ValueError, OSError):
            return f"only {hard} files may be open here, {count} are needed"
    elif soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    return None


def memory_of(process):
    """Returns the resident memory and its peak, in MiB; 0 if the system doesn't report it."""
    try:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0, 0
    found = dict(line.split(":", 1) for line in status.splitlines())
    return tuple(int(found[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))


class Slow(threading.Thread):
    """Connections of one kind, kept slow until told to stop. Those that the listener ends are reopened."""

    def __init__(self, port, start, drop, reads=True):
        super().__init__()
        self.port, self.first, self.drop, self.reads = port, start, drop, reads
        self.connections = {}
        self.failed = 0
        self.is_over = threading.Event()

    def open(self):
        connection = connect(self.port)
        if not self.reads:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        connection.setblocking(False)
        try:
            connection.send(self.first)
        except BlockingIOError:
            pass
        self.connections[connection.fileno()] = connection

    def run(self):
        for _ in range(SLOW):
            self.open()
        while not self.is_over.wait(0.2):
            for number, connection in list(self.connections.items()):
                try:
                    if self.drop:
                        connection.send(self.drop)
                    if self.reads and connection.recv(4096) == b"":
                        raise ConnectionError
                except BlockingIOError:
                    pass
                except OSError:
                    self.failed += 1
                    connection.close()
                    del self.connections[number]
                    self.open()
        for connection in self.connections.values():
            connection.close()


class Fast(threading.Thread):
    """One connection that sends events as fast as they are answered, until the listener is killed."""

    def __init__(self, port, number):
        super().__init__()
        self.port, self.number = port, number
        self.sent, self.times, self.error = [], [], None
        self.is_over = threading.Event()

    def run(self):
        try:
            with connect(self.port) as connection:
                while True:
                    key = f"{self.number}-{len(self.sent)}"
                    body = b'{"type":"action_created","key":"%b"}' % key.encode()
                    raw = request_bytes(body, sign(body))
                    began = time.monotonic()
                    connection.sendall(raw)
                    answer = connection.recv(4096)
                    if not answer.startswith(b"HTTP/1.1 200 "):
                        raise AssertionError(answer)
                    self.times.append(time.monotonic() - began)
                    self.sent.append(key)
        except (OSError, AssertionError) as error:
            if not self.is_over.is_set():
                self.error = error


def keys_of(bodies):
    return [json.loads(body)["key"] for body in bodies if '"key"' in body]


class Load(Case):
    def test_nothing_is_lost_beside_idle_and_slow_connections(self):
        reason = allow_files(IDLE + 4 * SLOW + FAST + OTHERS)
        if reason:
            self.skipTest(reason)
        target = Receiver(self, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        # The default of --max-connections would be full with the idle ones alone.
        listener = self.listen("--format", "quiet", "--record", "events.jsonl", "--forward", target.url, "--request-timeout", "5m",
                               "--max-connections", str(IDLE + 4 * SLOW + FAST + 100))
        empty, _ = memory_of(listener.process)

        idle = [connect(listener.port) for _ in range(IDLE)]
        self.addCleanup(lambda: [connection.close() for connection in idle])
        self.assertEqual(post(listener.port, EVENT).status, 200)  # so all previous connections have been accepted
        resting, _ = memory_of(listener.process)

        head = b"POST /slow HTTP/1.1\r\nHost: x\r\n"
        kinds = {
            "slow headers": Slow(listener.port, head, b"X: y\r\n"),
            "slow bodies": Slow(listener.port, head + b"Content-Length: 8192\r\n\r\n", b"x"),
            "ranges": Slow(listener.port, b"GET /slow HTTP/1.1\r\nHost: x\r\n" + SUBSET + b"\r\n", b""),
            "slow reading": Slow(listener.port, b"HEAD /slow HTTP/1.1\r\nHost: x\r\n\r\n" * 1000, b"", reads=False),
        }
        for kind in kinds.values():
            kind.start()
        fast = [Fast(listener.port, number) for number in range(FAST)]
        for one in fast:
            one.start()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and all(one.is_alive() for one in fast):
            time.sleep(0.05)
        for kind in kinds.values():
            kind.is_over.set()
        for kind in kinds.values():
            kind.join()
        still_open = self.still_open(idle)
        _, peak = memory_of(listener.process)
        for one in fast:
            one.is_over.set()
        listener.process.kill()
        for one in fast:
            one.join()
        target.close()

        self.assertEqual([one.error for one in fast if one.error], [])
        self.assertEqual(still_open, IDLE)
        acknowledged = {key for one in fast for key in one.sent}
        self.assertTrue(acknowledged)
        lines = (self.home / "events.jsonl").read_bytes().split(b"\n")[:-1]  # what follows the last newline is cut off
        recorded = keys_of(json.loads(line).get("body", "") for line in lines)
        forwarded = keys_of(body.decode() for _, _, body in target.requests)
        for place, keys in (("the journal", recorded), ("the target", forwarded)):
            self.assertEqual(len(keys), len(set(keys)), f"an event is twice in {place}")
            self.assertEqual(acknowledged - set(keys), set(), f"an event is not in {place}")
            self.assertLessEqual(len(keys) - len(acknowledged), FAST, "at most one a connection was under way")

        times = sorted(moment for one in fast for moment in one.times)
        if not is_sanitized() and empty:
            self.assertLess(resting - empty, 10 + IDLE * 4 // 1024, "an idle connection needs more than 4 KiB")
        print(f"{IDLE} idle, 4 times {SLOW} slow, {FAST} fast for {SECONDS} s: {len(acknowledged)} events, none lost; "
              f"p50 {1000 * times[len(times) // 2]:.1f} ms, p99 {1000 * times[len(times) * 99 // 100]:.1f} ms, most {1000 * times[-1]:.0f} ms; "
              f"memory {empty} MiB at first, {resting} with the idle ones, {peak} at most", file=sys.stderr)

    def still_open(self, connections):
        poll = select.poll()
        for connection in connections:
            poll.register(connection, select.POLLIN | select.POLLHUP)
        return len(connections) - len(poll.poll(0))


if __name__ == "__main__":
    alohook.main()
