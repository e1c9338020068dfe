"""What the measurements share: signed events, servers under load, wrk, and medians."""
import hashlib
import hmac
import json
import os
import pathlib
import pty
import re
import statistics
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECRET = "bench-secret-1c9f"
KB, MB = 1024, 1024 * 1024
ENV = {**os.environ, "ALOHOOK_SECRET": SECRET}


def event_body(size):
    """Returns an event of this many bytes."""
    event = {"type": "action_created", "action": {"actionId": 91011, "title": "Leak in hall B", "tags": ["a", "b"], "notes": ""}}
    event["action"]["notes"] = "x" * (size - len(json.dumps(event)))
    return json.dumps(event).encode()


def signed_headers(body):
    timestamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-ALO-Request-Timestamp": timestamp, "X-ALO-Signature": "v0=" + mac}


class Server:
    """A receiver under load."""

    def __init__(self, name, command, stream, **popen):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        **{"env": ENV, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: subprocess.PIPE, **popen})
        line = getattr(self.process, stream).readline().decode()
        if not line.startswith("listening on http://127.0.0.1:"):
            raise RuntimeError(f"{name} did not start: {line}")
        self.url = line.split()[2]
        self.port = int(re.search(r":(\d+)/", self.url)[1])
        self.pid = self.process.pid

    def memory_mb(self, kind):
        """Returns memory figures: `VmRSS` is the current value, `VmHWM` the peak."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"{kind}:\s+(\d+) kB", status)[1]) / 1024

    def own_memory_mb(self):
        """Returns the memory that isn't shared with other processes."""
        shown = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        return sum(int(found) for found in re.findall(r"Private_\w+:\s+(\d+) kB", shown)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class InTerminal(Server):
    """A listener whose output is a terminal, which takes all at once: so it remembers its events."""

    def __init__(self, name, command, folder):
        self.ours, theirs = pty.openpty()
        threading.Thread(target=self._drain, daemon=True).start()
        super().__init__(name, command, "stderr", stdout=theirs, env={**ENV, "XDG_STATE_HOME": str(folder / "state")})
        os.close(theirs)

    def _drain(self):
        try:
            while os.read(self.ours, 65536):
                pass
        except OSError:
            pass  # the listener has ended

    def stop(self):
        super().stop()
        os.close(self.ours)


def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def wrk(url, body, connections, seconds, folder):
    """Posts one signed body repeatedly. Returns requests per second, and p50 and p99 in milliseconds."""
    (folder / "body").write_bytes(body)
    script = folder / "post.lua"
    headers = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in signed_headers(body).items())
    # One text for all requests, created once, so that the load generator only has to send it.
    script.write_text(f'wrk.method = "POST"\nlocal file = io.open("{folder}/body", "rb")\nwrk.body = file:read("*a")\nfile:close()\n{headers}')
    shown = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", script, url],
                           capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx", shown):
        raise RuntimeError(f"{url} did not answer 200 to all:\n{shown}")
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1]),
            "p50": milliseconds(re.search(r"(?m)^ +50% +(\S+)", shown)[1]), "p99": milliseconds(re.search(r"(?m)^ +99% +(\S+)", shown)[1])}


def median_of(rounds, figure):
    return statistics.median(one[figure] for one in rounds)


def timed(command, **more):
    """Returns how long a command takes in milliseconds, whatever its exit code."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV, check=False, **more)
    return (time.perf_counter() - began) * 1000
