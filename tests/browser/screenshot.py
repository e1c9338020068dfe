#!/usr/bin/env python3
"""Makes the README's screenshot of the inspector from a real session: a listener, a server that it forwards to, ALO's
events, and one whose body was re-serialized before it was signed.

Usage: ALOHOOK=build/dev/alohook screenshot.py [OUT], by default .github/inspector.png. Needs chromium and
python3-selenium.
"""
import collections
import json
import pathlib
import struct
import sys
import zlib

from browser import PageCase, sign

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "blackbox"))
from alohook import Receiver  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".github/inspector.png")
MOST_BYTES = 150 * 1024


class Session(PageCase):
    def runTest(self):
        statuses = iter([200, 200, 503, 200, 200, 200, 200, 200, 200, 200, 200, 200])
        receiver = Receiver(self, lambda *_: b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}" % next(statuses))
        self.start_listener("--forward", receiver.url)
        for event in ("webhook_url_verification", "action_created", "action_updated", "action_message_added", "action_assignment_changed"):
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


def pixels(png):
    """Returns the rows of an 8-bit RGB or RGBA PNG as lists of (r, g, b), with filters undone."""
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        chunk = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, color = struct.unpack(">IIBB", chunk[:10])
            step = {2: 3, 6: 4}[color]
        elif kind == b"IDAT":
            data += chunk
        at += 12 + length
    raw, size, before, rows = zlib.decompress(data), width * step, bytes(width * step), []
    for start in range(0, height * (size + 1), size + 1):
        line, kind = bytearray(raw[start + 1:start + 1 + size]), raw[start]
        for i in range(size):
            left, up, corner = (line[i - step] if i >= step else 0), before[i], (before[i - step] if i >= step else 0)
            if kind == 1:
                add = left
            elif kind == 2:
                add = up
            elif kind == 3:
                add = (left + up) // 2
            elif kind == 4:
                p = left + up - corner
                add = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
            else:
                break
            line[i] = (line[i] + add) & 255
        rows.append([tuple(line[i:i + 3]) for i in range(0, size, step)])
        before = line
    return rows


def compress(path):
    """Rewrites the PNG with its 256 most common colors: a page has few, and the rest are the edges of letters."""
    rows = pixels(path.read_bytes())
    counted = collections.Counter(color for row in rows for color in row)
    palette = [color for color, _ in counted.most_common(256)]
    place = {color: number for number, color in enumerate(palette)}
    for color in counted:
        if color not in place:
            place[color] = min(range(len(palette)), key=lambda k: sum((x - y) ** 2 for x, y in zip(palette[k], color)))
    data = b"".join(b"\0" + bytes(place[color] for color in row) for row in rows)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0))
                     + chunk(b"PLTE", bytes(value for color in palette for value in color)) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    import unittest
    sys.exit(0 if unittest.TextTestRunner().run(Session()).wasSuccessful() else 1)
