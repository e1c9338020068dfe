"""`alohook send --print artillery`: Artillery runs the script as printed against a listener, and both count the same.

Artillery comes from npm into a directory of the build, with a Node of its own where the installed one is too old for it.
"""
import collections
import functools
import json
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile

import alohook
from alohook import BODIES, EVENT, Case, body_of

VERSION = "2.0.34"
FIRST_NODE = (22, 18)  # what this Artillery requires
BOUND = 300  # seconds for one run, on a machine that does other things
SENT = {name: body for name, body in BODIES.items() if len(body) < 100_000}


@functools.cache
def artillery():
    """The command that starts Artillery, or None where it can't be had."""
    folder = pathlib.Path(os.environ.get("ALOHOOK_TEST_CACHE", tempfile.gettempdir())) / "alohook-artillery"
    if not shutil.which("npm") or not shutil.which("node"):
        return None
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    is_new = tuple(map(int, version.lstrip("v").split(".")[:2])) >= FIRST_NODE
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    node = "node" if is_new else folder / f"node_modules/node-linux-{machine}/bin/node"
    program = folder / "node_modules/artillery/bin/run"
    if not program.exists() or not shutil.which(node):
        packages = [f"artillery@{VERSION}", *([] if is_new else [f"node-linux-{machine}@22"])]
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, *packages],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return [node, program] if program.exists() and shutil.which(node) else None


class Artillery(Case):
    def setUp(self):
        super().setUp()
        if not artillery():
            self.skipTest("Artillery is not installed, and npm can't install it")

    def run_script(self, script, *flags, **env):
        """Returns the exit code, the counters of the report, and what was printed."""
        (self.home / "load.ts").write_bytes(script)
        node = pathlib.Path(shutil.which(artillery()[0])).parent
        done = subprocess.run([*artillery(), "run", "--output", "report.json", *flags, "load.ts"], cwd=self.home, timeout=BOUND, check=False, capture_output=True,
                              env=self.env(**{"ARTILLERY_DISABLE_TELEMETRY": "true", "PATH": f"{node}:{os.environ['PATH']}", **env}))
        shown = (done.stdout + done.stderr).decode()
        report = self.home / "report.json"
        return done.returncode, json.loads(report.read_text())["aggregate"]["counters"] if report.exists() else {}, shown

    def print(self, *arguments, stdin=b""):
        printed = self.run_program(*arguments, "--print", "artillery", stdin=stdin)
        self.assertEqual(printed.code, 0, printed.error)
        return printed.out

    def test_every_request_verifies_and_both_sides_count_the_same(self):
        for encoding, more in (("v0", []), ("base64", ["--rate", "90/m", "--repeat", "6"])):
            with self.subTest(encoding):
                listener = self.listen("--format", "json", "--encoding", encoding)
                arguments = more or ["--rate", "40/s", "--repeat", "120"]
                code, counters, shown = self.run_script(self.print("send", "action_created", listener.url + "h?x=%2F&y", "--encoding", encoding, *arguments,
                                                                   "--header", "X-Two: 1", "--header", "X-Two: 2", "--header", "X-More: \u00e9"))
                self.assertEqual(code, 0, shown)
                sent = counters["http.requests"]
                lines = listener.wait_lines(sent)
                listener.stop()
                self.assertEqual(len(lines), sent)
                self.assertEqual((counters["vusers.failed"], counters["http.codes.200"], counters["vusers.completed"]), (0, sent, sent))
                self.assertEqual([name for name in counters if name.startswith("errors.")], [])
                self.assertGreaterEqual(sent, int(arguments[-1]) // 2)
                self.assertEqual({(line["signature"]["verdict"], line["signature"]["encoding"], line["target"]) for line in lines}, {("valid", encoding, "/h?x=%2F&y")})
                self.assertEqual(len({body_of(line) for line in lines}), sent, "ids are fresh")
                names = collections.Counter(name.lower() for name, _ in lines[0]["headers"])
                self.assertEqual((names["x-two"], names["content-type"], names["user-agent"], names["accept-encoding"]), (2, 1, 1, 0))
                self.assertIn(["x-more", "\u00e9"], [[name.lower(), value] for name, value in lines[0]["headers"]])

    def test_recorded_events_arrive_byte_for_byte_one_after_the_other(self):
        listener = self.listen("--format", "json", "--record", "events.jsonl")
        for body in SENT.values():
            self.assertEqual(self.run_program("send", "-", listener.url, stdin=body).code, 0)
        listener.stop()
        listener = self.listen("--format", "json")
        # A number instead of a rate is what one thread sends, so all events come from one place in the journal's order.
        phases = [{"duration": 2, "arrivalCount": 2 * len(SENT)}]
        code, counters, shown = self.run_script(self.print("replay", "events.jsonl", listener.url), "--overrides", json.dumps({"config": {"phases": phases}}))
        lines = listener.wait_lines(counters["http.requests"])
        self.assertEqual((code, counters["vusers.failed"]), (0, 0), shown)
        self.assertEqual({line["signature"]["verdict"] for line in lines}, {"valid"})
        bodies = list(SENT.values())
        self.assertGreaterEqual(len(lines), len(bodies))
        expected = collections.Counter(bodies[number % len(bodies)] for number in range(len(lines)))
        self.assertEqual(collections.Counter(body_of(line) for line in lines), expected)

    def test_rejected_events_fail_and_are_named(self):
        listener = self.listen("--format", "quiet", env=self.env(ALOHOOK_SECRET=alohook.OTHER_SECRET))
        code, counters, shown = self.run_script(self.print("send", "-", listener.url, "--rate", "20/s", "--repeat", "20", stdin=EVENT))
        self.assertEqual(code, 1, shown)
        status = next(int(name[-3:]) for name in counters if name.startswith("http.codes."))
        self.assertEqual(counters["vusers.failed"], counters[f"errors.status {status}"])
        self.assertGreater(counters["vusers.failed"], 0)

    def test_without_a_secret_nothing_starts(self):
        listener = self.listen("--format", "json")
        code, counters, shown = self.run_script(self.print("send", "action_created", listener.url), ALOHOOK_SECRET=None)
        self.assertNotEqual(code, 0)
        self.assertIn("ALOHOOK_SECRET is not set", shown)
        self.assertEqual((counters, listener.stop().out), ({}, b""))


if __name__ == "__main__":
    alohook.main()
