#!/usr/bin/env python3
"""Makes the README's screenshot of the inspector from a real session: a listener, a server that it forwards to, ALO's
events, and one whose body was re-serialized before it was signed.

Usage: ALOHOOK=build/dev/alohook screenshot.py [OUT], by default .github/inspector.png. Needs chromium, python3-selenium
and, to keep the file below 150 KB, pngquant or ImageMagick where they are installed.
"""
import json
import pathlib
import shutil
import subprocess
import sys

from browser import PageCase, Browser, sign  # noqa: F401

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "blackbox"))
from alohook import Receiver  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".github/inspector.png")
MOST_BYTES = 150 * 1024


class Session(PageCase):
    def runTest(self):
        statuses = iter([200, 200, 503, 200, 200, 200, 200, 200, 200, 200, 200, 200])
        receiver = Receiver(self, lambda *_: b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}" % next(statuses))
        self.start_listener("--forward", receiver.url, "--only-valid")
        for event in ("webhook_url_verification", "action_created", "action_updated", "action_status_updated", "action_message_added", "action_assignment_changed"):
            self.run_program("send", event, self.listener.url)
        self.run_program("send", "action_created", self.listener.url, "--bad", "stale")
        body = json.dumps({"type": "action_created", "action": {"actionId": 91011, "title": "Leak in hall B", "status": "Doing", "form": {"department": "Cleaning", "priority": "High"}}}, indent=2).encode()
        self.deliver(body, headers=sign(json.dumps(json.loads(body), separators=(",", ":")).encode()))
        page = self.open()
        page.size(1280, 800)
        self.wait_events(8)
        self.open_event()
        page.wait_text(".card", "re-seriali")
        page.wait("return document.getElementById('toast').hidden")
        OUT.parent.mkdir(exist_ok=True)
        page.driver.save_screenshot(str(OUT))
        compress(OUT)
        self.assertLessEqual(OUT.stat().st_size, MOST_BYTES)


def compress(path):
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--quality", "60-95", "--output", path, path], check=True)
    elif shutil.which("convert"):
        subprocess.run(["convert", path, "-strip", "-colors", "128", "-define", "png:compression-level=9", path], check=True)


if __name__ == "__main__":
    import unittest
    sys.exit(0 if unittest.TextTestRunner().run(Session()).wasSuccessful() else 1)
