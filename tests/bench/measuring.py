"""What the measurements share: a signed event, servers under load, wrk, and targets that are held or missed."""
import hashlib
import hmac
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECRET = "bench-secret-1c9f"
BODY_SIZE = 1024

missed = []


def expect(holds, what):
    if not holds:
        missed.append(what)
    return "yes" if holds else "NO"


def event_body():
    """An event of the size that is measured."""
    event = {"type": "action_created", "action": {"actionId": 91011, "title": "Leak in hall B", "tags": ["a", "b"], "notes": ""}}
    event["action"]["notes"] = "x" * (BODY_SIZE - len(json.dumps(event)))
    return json.dumps(event).encode()


def signed_headers(body):
    timestamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-ALO-Request-Timestamp": timestamp, "X-ALO-Signature": "v0=" + mac}


class Server:
    """A receiver under load."""

    def __init__(self, name, command, stream):
        self.name = name
        env = {**os.environ, "ALOHOOK_SECRET": SECRET}
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL,
                                        **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: subprocess.PIPE})
        line = getattr(self.process, stream).readline().decode()
        if not line.startswith("listening on http://127.0.0.1:"):
            sys.exit(f"{name} did not start: {line}")
        self.url = line.split()[2]
        self.port = int(re.search(r":(\d+)/", self.url)[1])
        self.rounds = {}

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def median(self, connections, figure):
        return statistics.median(round_[figure] for round_ in self.rounds[connections])

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def wrk(server, connections, seconds, folder):
    body = event_body()
    headers = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in signed_headers(body).items())
    script = folder / "post.lua"
    script.write_text(f"wrk.method = \"POST\"\nwrk.body = [[{body.decode()}]]\n{headers}")
    before = server.cpu_seconds()
    shown = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, server.url],
                           capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx|Socket errors", shown):
        sys.exit(f"{server.name} did not answer 200 to all:\n{shown}")
    requests = int(re.search(r"(\d+) requests in", shown)[1])
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1]),
            "p50": milliseconds(re.search(r"(?m)^ +50% +(\S+)", shown)[1]), "p99": milliseconds(re.search(r"(?m)^ +99% +(\S+)", shown)[1]),
            "cpu_us": (server.cpu_seconds() - before) / requests * 1e6}
