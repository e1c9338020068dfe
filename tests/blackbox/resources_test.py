"""If memory or threads run out, a command ends with an explanation, and never with a signal."""
import pathlib
import re
import resource
import unittest

import alohook
from alohook import EVENT, Case, Receiver, connect, is_sanitized, read_answer, request_bytes, sign

STACK = 64 * 1024 * 1024  # in bytes for each thread, which glibc takes from the limit for the first one
SPACE = 6 * STACK  # in bytes: enough for the program and one or two threads
MORE = 4 * 1024 * 1024  # in bytes: enough for small requests


@unittest.skipIf(is_sanitized(), "a sanitizer needs terabytes of address space")
class Threads(Case):
    def start_limited(self, *arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_STACK, (STACK, STACK))
            resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
        return self.start(*arguments, preexec_fn=limit)

    def test_one_thread_can_be_started(self):
        receiver = Receiver(self)
        self.assertEqual(self.start_limited("send", "action_created", receiver.url).result().code, 0)
        self.assertEqual(len(receiver.requests), 1)

    def test_send_with_more_threads_than_there_is_room_for_is_an_error(self):
        result = self.start_limited("send", "action_created", Receiver(self).url, "--repeat", "100", "--concurrency", "64").result()
        self.check_error(result, 2, "can't start another thread", "ulimit")

    def test_listen_with_more_threads_than_there_is_room_for_is_an_error(self):
        result = self.start_limited("listen", "--port", "0", "--forward", "http://127.0.0.1:1/", "--forward-concurrency", "64").result()
        self.check_error(result, 2, "can't start another thread", "ulimit")

    def test_check_with_more_threads_than_there_is_room_for_is_an_error(self):
        result = self.start_limited("check", Receiver(self).url, "--stress", "--only", "stress-*").result()
        self.assertIn(result.code, (1, 2), result)
        self.assertNotIn("terminate", result.error)


@unittest.skipIf(is_sanitized() or not hasattr(resource, "prlimit"), "the program's memory can't be limited")
class Memory(Case):
    def limit(self, listener):
        """Leaves the listener a few megabytes more than it uses now."""
        status = pathlib.Path(f"/proc/{listener.process.pid}/status").read_text()
        size = int(re.search(r"^VmData:\s+(\d+) kB", status, re.M)[1]) * 1024 + MORE
        resource.prlimit(listener.process.pid, resource.RLIMIT_DATA, (size, size))

    def test_a_response_that_there_is_no_memory_for_is_answered_502_and_the_next_event_is_forwarded(self):
        large = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000
        answers = [large]
        small = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        receiver = Receiver(self, lambda *_: answers.pop() if answers else small)
        listener = self.listen("--forward", receiver.url, "--format", "quiet")
        self.limit(listener)
        with connect(listener.port) as connection:
            connection.sendall(request_bytes(EVENT, sign(EVENT)))
            answer = read_answer(connection)
        self.assertEqual(answer.status, 502, answer.body)
        self.assertIn(b"memory", answer.body)
        with connect(listener.port) as connection:
            connection.sendall(request_bytes(EVENT, sign(EVENT)))
            self.assertEqual(read_answer(connection).status, 200)
        self.assertEqual(listener.stop().code, 0)

    def test_a_request_that_there_is_no_memory_for_is_dropped_and_the_next_one_is_served(self):
        listener = self.listen("--format", "quiet", "--max-body", "100M")
        self.limit(listener)
        with connect(listener.port) as connection:
            try:
                connection.sendall(request_bytes(b"x" * 90_000_000, {}))
                connection.recv(1)
            except OSError:
                pass  # the connection was closed before everything was sent
        self.assertEqual(alohook.post(listener.port, EVENT).status, 200)
        result = listener.stop()
        self.assertEqual(result.code, 0)
        self.assertIn("not enough memory", result.error)


if __name__ == "__main__":
    alohook.main()
