"""Every command in the README and in the manual's topics runs as printed."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

import alohook
from alohook import SECRET, Case, Stream, sign

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
TOPICS = sorted((ROOT / "cli/help/topics").glob("*.md"))
# `alohook …` at the start of a command: after a prompt, a pipe, `&&`, `$(`, `<(`, or a path to the built program.
CALL = re.compile(r"(?:^|[|;&(\s/])alohook((?:\s+[^|;&)\s]+)+)")


def blocks(text):
    """Returns the shell code blocks of a Markdown text."""
    return re.findall(r"^```(?:sh|bash|shell|console)\n(.*?)^```", text, re.M | re.S)


def topic_blocks(text):
    """Returns the code blocks of a manual topic."""
    return re.findall(r"^```\n(.*?)^```", text, re.M | re.S)


def calls(block):
    """Returns the arguments of each `alohook` call in a block of shell lines."""
    for line in block.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*", "", line)
        line = re.sub(r"'[^']*'|\"[^\"]*\"", "QUOTED", line)
        for match in CALL.finditer(line):
            yield line.strip(), match[1].split()


def whole_lines(block):
    """Returns the lines of a block that start with `alohook`."""
    return [line for line in block.replace("\\\n", " ").splitlines() if line.startswith("alohook ")]


# Stands in for the reader's own program, and sends the expected events.
SCENARIO = """#!/bin/sh
alohook send action_created --repeat 2 --format quiet &&
alohook send action_status_updated --set /action/status=Completed --format quiet
"""
EVENT_ID = "a1c6f1e000000000"

# Exit codes other than 0, and why.
OTHER_CODES = {
    "alohook verify body.json": (1, "the signature belongs to another body and secret"),
}


@unittest.skipUnless(README.exists() and shutil.which("bash"), "there is no README.md, or no bash")
class Commands(Case):
    """Runs each line in a shell, in a directory with the files that it names. Only these parts are replaced: port 3000 by a
    receiver's port, the port of `listen` by any free one, and the rate by a faster one."""

    def setUp(self):
        super().setUp()
        programs = self.home / "programs"
        programs.mkdir()
        (programs / "alohook").symlink_to(os.path.abspath(alohook.PROGRAM))
        for name, text in (("npm", SCENARIO), ("my-code", "#!/bin/sh\necho v0=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n")):
            path = programs / name
            path.write_text(text)
            path.chmod(0o755)
        self.put_files()
        self.receiver = self.start_receiver()
        self.listener = self.listen("--format", "quiet")
        self.shell_env = self.env(PATH=f"{programs}:{os.environ['PATH']}", ALOHOOK_URL=self.listener.url, ALOHOOK_PORT="0")

    def put_files(self):
        body = b'{"type":"action_created","action":{"status":"Doing"}}'
        old = int(time.time()) - 3600
        event = {"schema": 1, "id": EVENT_ID, "received_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(old)), "remote": "unix",
                 "method": "POST", "target": "/", "headers": [["Content-Type", "application/json"], *map(list, sign(body, timestamp=old).items())],
                 "body": body.decode(), "type": "action_created", "signature": {"verdict": "valid", "encoding": "v0", "secret": 1, "age_s": 0},
                 "answer": {"status": 200, "ms": 1}}
        (self.home / "events.jsonl").write_text(json.dumps(event) + "\n")
        remembered = self.home / "state/alohook"
        remembered.mkdir(parents=True, exist_ok=True)
        (remembered / "session.jsonl").write_text(json.dumps(event) + "\n")
        (self.home / "body.json").write_bytes(body)
        signed = sign(body)
        lines = ["POST / HTTP/1.1", "Content-Type: application/json", *(f"{name}: {value}" for name, value in signed.items()), "", body.decode()]
        (self.home / "request.txt").write_text("\r\n".join(lines))
        headers = [{"name": name, "value": value} for name, value in signed.items()]
        request = {"method": "POST", "url": "http://127.0.0.1:3000/", "headers": headers, "postData": {"text": body.decode()}}
        entry = {"startedDateTime": "2026-11-23T17:00:00.000Z", "request": request}
        (self.home / "capture.har").write_text(json.dumps({"log": {"entries": [entry]}}))

    def start_receiver(self):
        program = README.parent / "tests/receivers/python/receiver.py"
        process = subprocess.Popen([sys.executable, program], env=self.env(PORT="0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process.stdout.readline().decode().split()[2].rstrip("/")

    def run_line(self, line):
        """Returns the exit code and the output."""
        self.put_files()
        typed = line.replace("http://127.0.0.1:3000/webhooks/alo", self.receiver + "/").replace("http://127.0.0.1:3000", self.receiver).replace("--rate 50/s", "--rate 1000/s")
        process = subprocess.Popen(["bash", "-c", typed if "|" in typed or ">" in typed else f"exec {typed}"], cwd=self.home,
                                   env=self.shell_env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = Stream(process.stdout), Stream(process.stderr)
        try:
            if line.startswith("alohook listen"):
                ready = err.wait_for(lambda shown: re.search(rb"^listening on (\S+)$", shown, re.M))
                self.assertTrue(ready, err.bytes)
                if "--expect" not in line:
                    process.send_signal(signal.SIGTERM)
                elif " -- " not in line:
                    sent = self.run_program("send", "action_created", ready[1].decode())
                    self.assertEqual(sent.code, 0, sent)
            code = process.wait(alohook.PATIENCE)
        finally:
            process.kill()
        for stream in (out, err):
            stream.thread.join(alohook.PATIENCE)
        self.assertNotIn(SECRET.encode(), out.bytes + err.bytes)
        return code, (out.bytes + err.bytes).decode()

    def test_every_command_succeeds(self):
        lines = [line for block in blocks(README.read_text(encoding="utf-8")) for line in whole_lines(block)]
        self.assertGreater(len(lines), 20)
        for topic in TOPICS:
            lines += [line for block in topic_blocks(topic.read_text(encoding="utf-8")) for line in whole_lines(block)]
        used = set()
        for line in dict.fromkeys(lines):
            with self.subTest(line):
                other = [start for start in OTHER_CODES if line.startswith(start)]
                used.update(other)
                code, shown = self.run_line(line)
                self.assertEqual(code, OTHER_CODES[other[0]][0] if other else 0, shown)
        self.assertEqual(used, set(OTHER_CODES), "an exception that no line needs")

    def recipes(self):
        """Returns the CI configurations in the manual, each with its alohook commands in order."""
        for block in topic_blocks((ROOT / "cli/help/topics/ci.7.md").read_text(encoding="utf-8")):
            lines = re.findall(r"^ +- (?:run: )?(alohook .*)$", block, re.M)
            if lines:
                yield block, lines

    def test_the_recipes_for_ci_run_and_write_their_reports(self):
        recipes = list(self.recipes())
        self.assertEqual(len(recipes), 2)
        for block, lines in recipes:
            for name, value in re.findall(r"^ +(ALOHOOK_\w+): (.*)$", block, re.M):
                self.assertEqual(value, {"ALOHOOK_URL": "http://127.0.0.1:3000/webhooks/alo", "ALOHOOK_SECRET": "a-secret-for-this-run-only"}[name])
            summary = self.home / "summary.md"
            self.shell_env |= {"ALOHOOK_URL": self.receiver + "/"}
            if "runs-on" in block:
                self.shell_env |= {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
            for line in lines:
                with self.subTest(line):
                    code, shown = self.run_line(line)
                    self.assertEqual(code, 0, shown)
            if "runs-on" in block:
                self.assertIn("All required checks passed", summary.read_text())
            for report in re.findall(r"(?:--\w+) (reports/\S+)", block):
                self.assertIn("alohook", (self.home / report).read_text())

    @unittest.skipUnless(shutil.which("ruby"), "there is no ruby to read YAML with")
    def test_the_recipes_for_ci_are_yaml(self):
        snippets = [block for block, _ in self.recipes()] + re.findall(r"^```yaml\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
        self.assertGreater(len(snippets), 2)
        for block in snippets:
            subprocess.run(["ruby", "-ryaml", "-e", "exit !!YAML.load(STDIN.read)"], input=block.encode(), check=True)


@unittest.skipUnless(README.exists(), "there is no README.md")
class Readme(Case):
    def setUp(self):
        super().setUp()
        self.text = README.read_text(encoding="utf-8")
        self.calls = [call for block in blocks(self.text) for call in calls(block)]
        self.calls += [call for topic in TOPICS for block in topic_blocks(topic.read_text(encoding="utf-8")) for call in calls(block)]

    def test_it_is_short_and_begins_with_the_two_commands(self):
        lines = self.text.splitlines()
        self.assertLessEqual(len(lines), 300)
        first_screen = lines[:40]
        self.assertIn("sh cmake/install-dependencies.sh && cmake --workflow --preset program && sh tests/first-minute.sh", first_screen)
        self.assertIn("sh cmake/install-dependencies.sh --tests && cmake --workflow --preset dev", first_screen)

    def test_every_link_to_a_file_works(self):
        links = re.findall(r"\]\(([^)#:]+)\)", self.text)
        self.assertGreater(len(links), 5)
        for link in links:
            self.assertTrue((ROOT / link).exists(), link)

    def test_every_manual_topic_it_names_exists(self):
        topics = set(re.findall(r"`alohook help ([a-z]+)`", self.text))
        self.assertGreater(len(topics), 3)
        for topic in topics:
            self.assertEqual(self.run_program("help", topic).code, 0, topic)

    def words_of_help(self, *command):
        result = self.run_program(*command, "--help")
        self.assertEqual(result.code, 0, command)
        return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", result.text))

    def test_every_command_and_flag_exists(self):
        commands = set(re.findall(r"^  (\w+)  ", self.run_program("--help").text.split("Commands:")[1].split("\n\n")[0], re.M))
        known = {}
        self.assertTrue(self.calls, "the README shows no command")
        for line, words in self.calls:
            with self.subTest(line):
                if words[0].startswith("-"):
                    self.assertIn(words[0], self.words_of_help())
                    continue
                self.assertIn(words[0], commands)
                if words[0] not in known:
                    known[words[0]] = self.words_of_help(words[0])
                own = words[1:words.index("--")] if "--" in words else words[1:]  # the rest belongs to another program
                for word in own:
                    if word.startswith("-") and word != "-":
                        self.assertIn(word.split("=")[0], known[words[0]])

    def test_every_event_that_is_sent_by_name_exists(self):
        names = {line["name"] for line in self.run_program("fixtures", "--format", "json").lines}
        for line, words in self.calls:
            for word in re.findall(r"\b(?:action|webhook)_[a-z_]+\b", " ".join(words)):
                with self.subTest(line):
                    self.assertIn(word, names)


if __name__ == "__main__":
    alohook.main()
