"""A pseudo-terminal for the black-box tests: pyte plays the terminal, and draws what a person would see."""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
import time
import unittest

import alohook
from alohook import EVENT, PATIENCE, Case, Receiver, post, sign

SYSTEM_PYTHON = "/usr/bin/python3"

try:
    import pyte
except ImportError:
    pyte = None
    # A distribution's package is for the distribution's own Python.
    if os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON) and os.path.exists(SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])

UP, ESCAPE = b"\x1b[A", b"\x1b"


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def is_line_by_line(terminal):
    modes = termios.tcgetattr(terminal)[3]
    return bool(modes & termios.ICANON) and bool(modes & termios.ECHO)


class Terminal:
    """A program in a terminal of its own. Everything that it writes is kept, and drawn on a screen."""

    def __init__(self, case, command, columns=80, rows=24, stdin=None, **env):
        self.ours, theirs = pty.openpty()
        resize(self.ours, columns, rows)
        self.bytes = b""
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.changed = threading.Condition()
        self.is_ended = False
        environment = case.env(**{"TERM": "xterm", "NO_COLOR": "1", "CI": None, "ALOHOOK_SECRET": None, "TZ": "UTC", **env})
        self.process = subprocess.Popen(command, env=environment, cwd=case.home, stdin=stdin or theirs, stdout=theirs, stderr=theirs,
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0))
        self.theirs = theirs  # kept open, so that the modes can be looked at after the end
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        case.addCleanup(self.close)

    def _read(self):
        while True:
            try:
                chunk = os.read(self.ours, 65536)
            except OSError:
                chunk = b""
            with self.changed:
                self.bytes += chunk
                if chunk:
                    self.stream.feed(chunk)
                self.is_ended = not chunk
                self.changed.notify_all()
            if not chunk:
                return

    def resize(self, columns, rows):
        with self.changed:
            self.screen.resize(rows, columns)
        resize(self.ours, columns, rows)

    def type(self, text):
        os.write(self.ours, text.encode() if isinstance(text, str) else text)

    @property
    def rows(self):
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self):
        return "\n".join(self.rows)

    def wait(self, condition, what="the condition"):
        """Waits until the condition holds for the terminal; returns its value."""
        deadline = time.monotonic() + PATIENCE
        with self.changed:
            while not (value := condition()):
                if not self.changed.wait(max(0, deadline - time.monotonic())) and time.monotonic() > deadline:
                    raise AssertionError(f"waited in vain for {what}; the screen is\n{self.text}\nand the last bytes are {self.bytes[-500:]!r}")
            return value

    def wait_text(self, *texts):
        self.wait(lambda: all(text in self.text for text in texts), repr(texts))

    def wait_bytes(self, text):
        self.wait(lambda: text.encode() in self.bytes, repr(text))

    def end(self):
        return self.process.wait(PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.theirs)
        self.thread.join(PATIENCE)
        os.close(self.ours)


@unittest.skipIf(pyte is None, "pyte is not installed (Debian: python3-pyte)")
class TerminalCase(Case):
    def listener(self, *arguments, columns=80, rows=24, stdin=None, **env):
        """`alohook listen` in a terminal, ready. Its secret is the development secret."""
        port_file = self.home / f"port-{time.monotonic_ns()}"
        terminal = Terminal(self, [alohook.PROGRAM, "listen", "--port", "0", "--port-file", str(port_file), *map(str, arguments)],
                            columns, rows, stdin, **env)
        terminal.wait_bytes("Waiting for events")
        terminal.port = int(port_file.read_text())
        return terminal

    @property
    def secret(self):
        return (self.home / "state/alohook/secret").read_text().strip()

    def slow_target(self, may_answer):
        """Returns a forwarding target that responds once `may_answer` is set."""
        def answer(head, headers, body):
            may_answer.wait(PATIENCE)
            return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        return Receiver(self, answer)

    def event(self, terminal, body=EVENT, **signing):
        return post(terminal.port, body, sign(body, self.secret, **signing))

    def alohook(self, *arguments):
        return self.run_program(*arguments, env=self.env(ALOHOOK_SECRET=None))

    def events(self):
        return self.alohook("events", "--format", "json").lines


def main():
    """Runs the tests of the calling file; says "skipped" to ctest where pyte is missing."""
    if pyte is None:
        print("skipped: pyte is not installed (Debian: python3-pyte)")
        sys.exit(alohook.SKIPPED)
    alohook.main()
