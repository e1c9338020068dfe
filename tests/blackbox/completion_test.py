"""Completion: what the shells offer is what the program takes."""
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
        """The commands that `--help` lists."""
        section = self.run_program("--help").text.split("Subcommands:")[1]
        return re.findall(r"^  (\w+)  ", section.split("\n\n")[0], re.M)

    def flags(self, command):
        """The long flags that `--help` lists."""
        return set(re.findall(r"^ +(?:-\w,)?(--[\w-]+)", self.run_program(command, "--help").text, re.M))

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
        self.assertEqual(self.candidates("send", "--fixtures", ""), [":folders"])
        self.assertEqual(self.candidates("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.candidates("fixtures", ""), ["list", "show", "export"])
        self.assertEqual(set(events) - set(self.candidates("fixtures", "show", "")), set())

    def test_whatever_stands_there_is_no_error(self):
        for words in ([], ["nonsense", ""], ["send", "--nonsense", ""], ["send", "a", "b", "c", ""], ["--help", ""], ["send", "--help", ""]):
            self.candidates(*words)


@unittest.skipUnless(shutil.which("bash"), "bash is not installed")
class Bash(CompletionCase):
    def complete(self, *words):
        """Calls the function as bash does; the last word is the one to complete."""
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
