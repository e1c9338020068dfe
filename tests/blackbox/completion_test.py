"""Shell completion offers exactly the words that alohook accepts."""
import os
import pty
import re
import shutil
import subprocess
import unittest

import alohook
from alohook import Case

SHOW = 'printf "%s\\n" "${COMPREPLY[@]}"'


class CompletionCase(Case):
    def setUp(self):
        super().setUp()
        self.bin = self.home / "bin"
        self.bin.mkdir()
        (self.bin / "alohook").symlink_to(os.path.abspath(alohook.PROGRAM))

    def shell_env(self, **more):
        return self.env(PATH=f"{self.bin}:{os.environ['PATH']}", TERM="dumb", PS1="> ", LC_ALL="C.UTF-8", **more)

    def commands(self):
        """Returns the commands listed by `--help`."""
        section = self.run_program("--help").text.split("Commands:")[1]
        return re.findall(r"^  (\w+)  ", section.split("\n\n")[0], re.M)

    def flags(self, command):
        """Returns the long flags listed by `--help`."""
        return set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", self.run_program(command, "--help").text, re.M))

    def candidates(self, *words):
        result = self.run_program("__complete", *words)
        self.assertEqual((result.code, result.err), (0, b""))
        return [line.split("\t")[0] for line in result.text.splitlines()]


class Words(CompletionCase):
    def test_every_command_is_offered(self):
        self.assertGreaterEqual(set(self.commands()), {"listen", "send", "challenge", "fixtures", "secret", "completion"})
        self.assertEqual(set(self.candidates("")), set(self.commands()))
        self.assertNotIn("__complete", self.candidates(""))

    def test_every_flag_of_every_command_is_offered_and_no_other(self):
        for command in self.commands():
            self.assertEqual({word for word in self.candidates(command, "--")}, self.flags(command), command)
        self.assertEqual(set(self.candidates("--")), {"--help", "--version"})

    def test_values_are_offered(self):
        events = [line["name"] for line in self.run_program("fixtures", "--format", "json").lines]
        self.assertEqual(self.candidates("listen", "--format", ""), ["human", "json", "quiet"])
        self.assertEqual(self.candidates("send", "--encoding", ""), ["v0", "hex", "base64"])
        self.assertEqual(self.candidates("send", ""), [*events, ":files"])
        self.assertEqual(self.candidates("send", "--seed", "7", "-v", ""), [*events, ":files"])
        self.assertEqual(self.candidates("send", "action_created", ""), ["http://127.0.0.1:8256/"])
        self.assertEqual(self.candidates("listen", "--secret-file", ""), [":files"])
        self.assertEqual(self.candidates("send", "--fixtures", ""), [":directories"])
        self.assertEqual(self.candidates("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.candidates("fixtures", ""), ["list", "show", "export"])
        self.assertEqual(self.candidates("fixtures", "show", ""), events)

    def test_a_value_after_an_equals_sign_is_completed(self):
        kinds = self.candidates("send", "action_created", "--bad", "")
        self.assertIn("stale", kinds)
        self.assertEqual(self.candidates("send", "action_created", "--bad=st"), [f"--bad={kind}" for kind in kinds])
        self.assertEqual(self.candidates("send", "--nonsense=st"), [])

    def test_checks_are_completed_by_id(self):
        ids = [line["id"] for line in self.run_program("check", "--list", "--format", "json").lines]
        self.assertGreater(len(ids), 40)
        self.assertEqual(self.candidates("check", "--only", "ra"), ids)
        self.assertEqual(self.candidates("check", "--skip", ""), [f"{check}=" for check in ids])

    def test_paths_into_the_event_are_completed(self):
        paths = self.candidates("send", "action_created", "--set", "/")
        self.assertIn("/action/title=", paths)
        self.assertNotIn("/challenge=", paths)
        self.assertIn("/challenge=", self.candidates("send", "webhook_url_verification", "--set", "/"))
        self.assertIn("/action/title", self.candidates("send", "action_created", "--unset", ""))
        self.assertIn("/action/status=", self.candidates("listen", "--where", ""))

    def test_ids_of_a_journal_are_completed_newest_first(self):
        (self.home / "events.jsonl").write_text("".join(
            '{"schema":1,"id":"%s","received_at":"2026-11-23T17:00:0%d.000Z","remote":"unix","method":"POST","target":"/","headers":[],'
            '"body":"{}","type":"action_created","signature":{"verdict":"valid"},"answer":{"status":200,"ms":1}}\n' % (id_, second)
            for second, id_ in enumerate(("a1c6f1e000000000", "b54e2d8500000000"))))
        expected = ["b54e2d8500000000", "a1c6f1e000000000"]
        self.assertEqual(self.candidates("replay", "events.jsonl", "--id", ""), expected)
        self.assertEqual(self.candidates("verify", "events.jsonl", "--id", ""), expected)
        self.assertEqual(self.candidates("fixtures", "export", "--from", "events.jsonl", "--id", ""), expected)
        self.assertEqual(self.candidates("replay", "nowhere.jsonl", "--id", ""), [])

    def test_every_candidate_but_paths_and_numbers_has_its_own_description(self):
        for words in (["", ], ["send", ""], ["check", "--only", ""], ["send", "--bad", ""], ["fixtures", ""], ["help", ""]):
            lines = [line.split("\t") for line in self.run_program("__complete", *words).text.splitlines() if not line.startswith(":")]
            meanings = [meaning for _, meaning in lines]
            self.assertGreater(len(meanings), 2)
            self.assertNotIn("", meanings, words)
            self.assertEqual(len(set(meanings)), len(meanings), words)

    def test_flags_before_the_command_are_passed_over(self):
        self.assertEqual(self.candidates("--format", "json", "listen", "--format", ""), ["human", "json", "quiet"])
        self.assertEqual(self.candidates("--format", ""), ["human", "json", "quiet"])

    def test_nothing_is_completed_after_two_dashes(self):
        self.assertEqual(self.candidates("listen", "--", "npm", ""), [])

    def test_any_words_are_accepted_without_an_error(self):
        for words in ([], ["nonsense", ""], ["send", "--nonsense", ""], ["send", "a", "b", "c", ""], ["--help", ""], ["send", "--help", ""]):
            self.candidates(*words)


@unittest.skipUnless(shutil.which("bash"), "bash is not installed")
class Bash(CompletionCase):
    def complete(self, *words):
        """Calls the function like bash does. The last word is the one to complete."""
        script = (f"compopt() {{ :; }}\nsource <(alohook completion bash) || exit 1\n"
                  f"COMP_WORDS=(alohook \"$@\") COMP_CWORD={len(words)}\n_alohook alohook\n{SHOW}")
        result = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], cwd=self.home, env=self.shell_env(),
                                capture_output=True, text=True, check=True)
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_commands_flags_events_choices_and_files(self):
        (self.home / "body.json").write_text("{}")
        self.assertEqual(self.complete("cha"), ["challenge"])
        self.assertEqual(self.complete("listen", "--tls-"), ["--tls-cert", "--tls-key", "--tls-self-signed"])
        self.assertEqual(set(self.complete("send", "--")), self.flags("send"))
        self.assertEqual(self.complete("send", "action_cr"), ["action_created"])
        self.assertEqual(self.complete("listen", "--format", "j"), ["json"])
        self.assertEqual(self.complete("send", "bo"), ["body.json"])
        self.assertEqual(self.complete("listen", "--secret-file", "b"), ["bin", "body.json"])
        self.assertEqual(self.complete("send", "--fixtures", "b"), ["bin"])

    def test_words_that_bash_splits_at_equals_signs_and_colons(self):
        self.assertEqual(self.complete("send", "action_created", "--bad", "=", "sta"), ["stale"])
        self.assertIn("stale", self.complete("send", "action_created", "--bad", "="))
        self.assertEqual(self.complete("challenge", "http", ":", "//1"), ["//127.0.0.1:8256/"])
        self.assertEqual(self.complete("send", "action_created", "--set", "/action/ti"), ["/action/title="])

    def test_the_script_is_registered_for_the_command(self):
        script = "source <(alohook completion bash); complete -p alohook"
        result = subprocess.run(["bash", "--norc", "-c", script], env=self.shell_env(), capture_output=True, text=True, check=True)
        self.assertIn("_alohook", result.stdout)

    def test_a_tab_at_a_real_prompt(self):
        ours, theirs = pty.openpty()
        shell = subprocess.Popen(["bash", "--norc", "--noprofile", "-i"], cwd=self.home, env=self.shell_env(INPUTRC="/dev/null"),
                                 stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        stream = alohook.Stream(os.fdopen(ours, "r+b", buffering=0))

        def type_and_expect(keys, expected):
            seen = len(stream.bytes)
            os.write(ours, keys)
            self.assertTrue(stream.wait_for(lambda shown: expected in shown[seen:]), stream.bytes)

        type_and_expect(b"source <(alohook completion bash); echo rea''dy\n", b"ready")
        type_and_expect(b"alohook sen\taction_cr\t", b"alohook send action_created ")
        type_and_expect(b"--form\tj\t", b"--format json ")
        type_and_expect(b"\x15alohook challenge ht\t", b"http://127.0.0.1:8256/")
        type_and_expect(b"\x15alohook send action_created --bad=sta\t", b"--bad=stale ")
        type_and_expect(b"\x15alohook send action_created --set /action/ti\tLeak", b"--set /action/title=Leak")
        os.write(ours, b"\x15exit\n")
        self.assertEqual(shell.wait(alohook.PATIENCE), 0)


class OtherShells(CompletionCase):
    def test_zsh_reads_its_script(self):
        self.check_syntax("zsh", "-n")

    def test_fish_reads_its_script(self):
        self.check_syntax("fish", "--no-execute")

    def test_fish_completes(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        script = 'alohook completion fish | source; complete -C "alohook send action_cr"; complete -C "alohook listen --format "'
        shown = subprocess.run(["fish", "--no-config", "-c", script], env=self.shell_env(), capture_output=True, text=True, check=True)
        words = [line.split("\t")[0] for line in shown.stdout.splitlines()]
        self.assertEqual(words, ["action_created", "human", "json", "quiet"])

    def test_zsh_completes(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed")
        (self.home / "_alohook").write_bytes(self.run_program("completion", "zsh").out)
        ours, theirs = pty.openpty()
        shell = subprocess.Popen(["zsh", "-f", "-i"], cwd=self.home, env=self.shell_env(), stdin=theirs, stdout=theirs, stderr=theirs,
                                 start_new_session=True)
        os.close(theirs)
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        stream = alohook.Stream(os.fdopen(ours, "r+b", buffering=0))
        os.write(ours, b"fpath=($PWD $fpath); autoload -Uz compinit && compinit -u -D && echo rea''dy\n")
        self.assertTrue(stream.wait_for(lambda shown: b"ready" in shown), stream.bytes)
        os.write(ours, b"alohook send action_cr\t")
        self.assertTrue(stream.wait_for(lambda shown: b"ated" in shown), stream.bytes)
        os.write(ours, b"\x15exit\n")
        self.assertEqual(shell.wait(alohook.PATIENCE), 0)

    def check_syntax(self, shell, flag):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        path = self.home / f"script.{shell}"
        path.write_bytes(self.run_program("completion", shell).out)
        result = subprocess.run([shell, flag, path], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    alohook.main()
