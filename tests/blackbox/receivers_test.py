"""The example receivers are correct: they pass the challenge, accept every event, and reject unsigned requests."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import alohook
from alohook import OTHER_SECRET, SECRET, Case, Stream

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "receivers"
EVENTS = ["webhook_url_verification", "webhook_url_validation", "action_created", "action_updated", "action_status_updated",
          "action_status_changed", "action_assignment_changed", "action_message_added"]


def works(*command):
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, cwd=FOLDER / "express", check=False).returncode == 0


class Receivers(Case):
    def python_with_flask(self):
        for python in (sys.executable, "python3", "/usr/bin/python3"):
            if works(python, "-c", "import flask"):
                return python
        self.skipTest("Flask is not installed")

    def start_receiver(self, command, folder):
        folder = FOLDER / folder  # or one next to it
        modules = ":".join(filter(None, [os.environ.get("NODE_PATH"), str(FOLDER / "express/node_modules")]))
        process = subprocess.Popen(command, cwd=folder, env=self.env(PORT="0", PYTHONDONTWRITEBYTECODE="1", NODE_PATH=modules),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(os.killpg, process.pid, signal.SIGKILL)  # `go run` is the receiver's parent
        out, err = Stream(process.stdout), Stream(process.stderr)
        ready = out.wait_for(lambda text: re.search(rb"listening on (http://127\.0\.0\.1:\d+/)", text))
        self.assertTrue(ready, f"the receiver did not start: {err.bytes.decode()}")
        return ready[1].decode()

    def check(self, command, folder):
        url = self.start_receiver(command, folder)
        challenge = self.run_program("challenge", url)
        self.assertEqual(challenge.code, 0, challenge.text)
        self.assertEqual(self.run_program("challenge", url, "--type", "webhook_url_validation").code, 0)
        for event in EVENTS:
            self.assertEqual(self.run_program("send", event, url).code, 0, event)
        wrong = self.env(ALOHOOK_SECRET=OTHER_SECRET)
        self.assertEqual(self.run_program("send", "action_created", url, env=wrong).code, 1)
        self.assertEqual(self.run_program("challenge", url, env=wrong).code, 1)
        refused = self.run_program("send", "action_created", url, "--header", "X-ALO-Request-Timestamp: 1700000000")
        self.assertEqual(refused.code, 1)
        # A correctly signed body that isn't JSON: any response except a server error.
        odd = self.run_program("send", "-", url, "--expect-status", "2xx,4xx", stdin=b'{"type":"action_created","t":"\xff"}')
        self.assertEqual(odd.code, 0, odd.text)
        self.assertNotIn(SECRET, odd.text)

    def test_cpp(self):
        if "ALOHOOK_CPP_RECEIVER" not in os.environ:
            self.skipTest("ALOHOOK_CPP_RECEIVER does not name the built receiver (ctest sets it)")
        self.check([os.environ["ALOHOOK_CPP_RECEIVER"]], "cpp")

    def test_python(self):
        self.check([sys.executable, "receiver.py"], "python")

    def test_flask(self):
        self.check([self.python_with_flask(), "app.py"], "flask")

    def test_node(self):
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        self.check(["node", "receiver.js"], "node")

    def test_express(self):
        if not works("node", "-e", "require.resolve('express')"):
            self.skipTest("Express is not installed")
        self.check(["node", "server.js"], "express")

    def test_rails(self):
        if not works("ruby", "-e", "require 'action_controller'; require 'puma'"):
            self.skipTest("Rails' Action Pack and Puma are not installed")
        self.check(["ruby", "app.rb"], "rails")


if __name__ == "__main__":
    alohook.main()
