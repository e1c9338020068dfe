"""What a person sees of a listener, screen by screen, as tests/transcripts/screens/*.txt record it.

Each file holds the screens of one session. ALOHOOK_REWRITE_TRANSCRIPTS=1 writes what is shown now into them, for review as
a diff. What differs from run to run is replaced: ids, times, durations and ports.
"""
import json
import os
import pathlib
import re
import time

import alohook
import pseudo_terminal
from alohook import EVENT, PRETTY, Receiver, post, sign
from pseudo_terminal import UP, TerminalCase

FOLDER = pathlib.Path(__file__).parent.parent / "transcripts/screens"
FIXTURE = pathlib.Path(__file__).parent.parent.parent / "fixtures/action_created.json"
UPDATED = b'{"type":"action_updated"}'


class Screens(TerminalCase):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.shown = []
        file = self.home / "state/alohook/secret"
        file.parent.mkdir(parents=True)
        file.write_text("0123456789abcdef" * 4 + "\n")
        file.chmod(0o600)

    def take(self, terminal, title, events, target=None):
        """Adds the screen, with what differs from run to run replaced."""
        text = "\n".join(row for row in terminal.rows if not row.startswith("── ")).rstrip("\n")
        for number, event in enumerate(events, 1):
            text = text.replace(event["id"][:8], f"id{number:06}")
        if target:
            text = text.replace(f":{target.port}/", ":30000/")
        text = re.sub(rf":{terminal.port}\b", ":82560", text)
        text = re.sub(r"\b\d\d:\d\d:\d\d\b", "12:01:37", text)
        text = re.sub(r"\b[\d.]+ (µs|ms)\b", "3.8 ms", text)
        text = re.sub(r"alohook \d+\.\d+\.\d+", "alohook VERSION", text)
        self.shown.append(f"# {title}\n{text}\n")

    def check(self, name):
        file = FOLDER / f"{name}.txt"
        shown = "\n".join(self.shown)
        if os.environ.get("ALOHOOK_REWRITE_TRANSCRIPTS"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(shown)
        self.assertEqual(shown, file.read_text())

    def answered(self, terminal, count):
        terminal.wait_text(f"{count} event{'s' if count > 1 else ''} ")
        return self.events()

    def test_pretty(self):
        target = Receiver(self)
        terminal = self.listener("--forward", target.url + "webhooks/alo", "--record", "events.jsonl")
        terminal.wait_text("0 events")
        self.take(terminal, "Before the first event", [], target)
        self.event(terminal, FIXTURE.read_bytes())
        events = self.answered(terminal, 1)
        self.take(terminal, "An event with a long body", events, target)
        self.check("pretty")

    def test_compact(self):
        target = Receiver(self)
        terminal = self.listener("--forward", target.url, "--output", "compact", columns=120)
        self.event(terminal)
        terminal.wait_text("← 200 OK")
        target.answer = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 42\r\n\r\nNoMethodError in WebhooksController#create"
        self.event(terminal, UPDATED)
        terminal.wait_text("← 500")  # an event that arrives before it would stand above it
        self.event(terminal, timestamp=int(time.time()) - 86_400)
        post(terminal.port, PRETTY, sign(json.dumps(json.loads(PRETTY), separators=(",", ":"), ensure_ascii=False).encode(), self.secret))
        post(terminal.port, EVENT, {})
        events = self.answered(terminal, 5)
        self.take(terminal, "Accepted, failed, expired, re-serialized and unsigned", events, target)
        self.check("compact")

    def test_rejected(self):
        terminal = self.listener()
        post(terminal.port, PRETTY, sign(json.dumps(json.loads(PRETTY), separators=(",", ":"), ensure_ascii=False).encode(), self.secret))
        events = self.answered(terminal, 1)
        self.take(terminal, "A rejected event shows its cause instead of its body", events)
        self.check("rejected")

    def test_filtered(self):
        terminal = self.listener("--only", "action_updated", "--output", "compact")
        for body in (EVENT, EVENT, EVENT, UPDATED):
            self.event(terminal, body)
        events = self.answered(terminal, 4)
        self.take(terminal, "Hidden events are counted", events)
        self.check("filtered")

    def test_keys(self):
        terminal = self.listener("--output", "compact")
        self.event(terminal)
        self.event(terminal, UPDATED)
        self.answered(terminal, 2)
        terminal.type("?")
        terminal.wait_text("quit, as Ctrl-C")
        terminal.type(UP)
        terminal.wait_text("▸ action_updated")
        self.take(terminal, "The keys, and a chosen event", self.events())
        self.check("keys")

    def test_narrow(self):
        terminal = self.listener(columns=40)
        self.event(terminal)
        events = self.answered(terminal, 1)
        self.take(terminal, "40 columns", events)
        self.check("narrow")


if __name__ == "__main__":
    pseudo_terminal.main()
