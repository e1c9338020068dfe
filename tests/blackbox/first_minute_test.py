"""The first minute: nothing is configured, and everything works."""
import json
import re
import stat
import subprocess

import alohook
from alohook import Case, connect, post, read_answer, request_bytes, sign

DOCUMENTED = ["webhook_url_verification", "webhook_url_validation", "action_created", "action_updated",
              "action_status_updated", "action_status_changed", "action_assignment_changed", "action_message_added"]


class FirstMinute(Case):
    def env(self, **more):
        return super().env(**{"ALOHOOK_SECRET": None, **more})

    def show_secret(self):
        return subprocess.run([alohook.PROGRAM, "secret", "--show"], env=self.env(), capture_output=True, check=True)

    def test_a_sent_event_arrives_and_is_shown_as_valid(self):
        listener = self.listen()
        sent = self.run_program("send", "action_created", listener.url)
        self.assertEqual(sent.code, 0, sent.error)
        self.assertIn("✓ accepted", sent.text)
        shown = listener.wait_text("\n\n")
        self.assertRegex(shown, r"(?m)^\d\d:\d\d:\d\d → action_created +([0-9a-f]{8})  ✓ valid$[^→←]*^\d\d:\d\d:\d\d ← 200 OK +\1  ✓ [0-9.]+ ms$")
        self.assertIn('"type": "action_created"', shown)
        stopped = listener.stop()
        self.assertEqual(stopped.code, 0)
        self.assertIn("1 valid, 0 rejected", stopped.error)

    def test_the_challenge_passes_in_both_spellings(self):
        listener = self.listen()
        for arguments in ([], ["--type", "webhook_url_verification"], ["--type", "webhook_url_validation"]):
            result = self.run_program("challenge", listener.url, *arguments)
            self.assertEqual(result.code, 0, result.text)
            self.assertNotIn("✗", result.text)
            self.assertEqual(len(re.findall(r"^✓ (?:responds|echoes|rejects) ", result.text, re.M)), 7, result.text)
            self.assertIn("✓ ALO would accept this URL\n", result.text)

    def test_every_event_in_both_spellings_goes_through(self):
        names = [line["name"] for line in self.run_program("fixtures", "list", "--format", "json").lines]
        self.assertEqual(sorted(names), sorted(DOCUMENTED))
        listener = self.listen("--format", "json")
        for name in names:
            self.assertEqual(self.run_program("send", name, listener.url).code, 0, name)
        lines = listener.wait_lines(len(names))
        self.assertEqual([line["type"] for line in lines], names)
        self.assertEqual({line["signature"]["verdict"] for line in lines}, {"valid"})

    def test_an_alias_is_named_as_one(self):
        listener = self.listen()
        for name in ("action_status_changed", "action_status_updated"):
            self.run_program("send", name, listener.url)
        self.run_program("send", "-", listener.url, stdin=b'{"type":"action_exploded"}')
        shown = listener.wait_text("✓ valid  unknown type\n")
        self.assertIn("✓ valid  alias of action_status_updated\n", shown)
        self.assertNotIn("action_status_updated (alias", shown)
        self.assertIn("action_exploded", shown)

    def test_json_keeps_the_order_of_what_one_connection_sends(self):
        secret = self.show_secret().stdout.decode().strip()
        listener = self.listen("--format", "json")
        with connect(listener.port) as connection:
            for number in range(500):
                body = b'{"type":"action_created","n":%d}' % number
                connection.sendall(request_bytes(body, sign(body, secret)))
                self.assertEqual(read_answer(connection).status, 200)
        lines = listener.wait_lines(500)
        self.assertEqual([json.loads(line["body"])["n"] for line in lines], list(range(500)))
        self.assertEqual(len({line["id"] for line in lines}), 500)

    def test_pipelined_requests_are_answered_and_shown_in_order(self):
        secret = self.show_secret().stdout.decode().strip()
        listener = self.listen("--format", "json")
        bodies = [b'{"n":%d}' % number for number in range(50)]
        with connect(listener.port) as connection:
            connection.sendall(b"".join(request_bytes(body, sign(body, secret)) for body in bodies))
            file = connection.makefile("rb")
            for _ in bodies:
                self.assertIn(b" 200 ", file.readline())
                while file.readline() not in (b"\r\n", b""):
                    pass
                self.assertEqual(file.read(3), b"ok\n")
        self.assertEqual([line["body"].encode() for line in listener.wait_lines(50)], bodies)


class DevelopmentSecret(Case):
    def env(self, **more):
        return super().env(**{"ALOHOOK_SECRET": None, **more})

    def show(self):
        return subprocess.Popen([alohook.PROGRAM, "secret", "--show"], env=self.env(),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_it_is_made_once_announced_once_and_private(self):
        first = self.run_program("secret")
        second = self.run_program("secret")
        path = self.home / "state/alohook/secret"
        self.assertIn(str(path), first.error)
        self.assertEqual(second.error, "")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertTrue(re.fullmatch("[0-9a-f]{64}\n", path.read_text()))
        self.assertEqual(first.code, 0)
        self.assertIn("64 bytes", first.text)

    def test_show_prints_it_and_nothing_else(self):
        self.run_program("secret")
        out, err = self.show().communicate()
        self.assertEqual(out.decode(), (self.home / "state/alohook/secret").read_text())
        self.assertEqual(err, b"")

    def test_programs_started_at_once_agree_on_one(self):
        shown = {process.communicate()[0] for process in [self.show() for _ in range(8)]}
        self.assertEqual(len(shown), 1)
        self.assertEqual([path.name for path in (self.home / "state/alohook").iterdir()], ["secret"])

    def test_a_client_with_that_secret_is_believed(self):
        secret = self.show().communicate()[0].decode().strip()
        listener = self.listen("--format", "json")
        body = b'{"type":"action_updated"}'
        self.assertEqual(post(listener.port, body, sign(body, secret)).status, 200)
        self.assertEqual(post(listener.port, body, sign(body, "another")).status, 401)

    def test_it_never_leaves_this_machine(self):
        for url in ("http://webhooks.example/", "http://192.0.2.1/", "http://127.0.0.1.example/", "https://[2001:db8::1]/"):
            for command in (["send", "action_created", url], ["challenge", url]):
                result = self.run_program(*command)
                self.check_error(result, 2, "development secret", "--secret-file")

    def test_one_that_others_can_read_is_warned_about(self):
        self.run_program("secret")
        (self.home / "state/alohook/secret").chmod(0o644)
        result = self.run_program("secret")
        self.assertEqual(result.code, 0)
        self.assertIn("chmod 600", result.error)


if __name__ == "__main__":
    alohook.main()
