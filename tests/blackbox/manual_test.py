"""The man pages contain what `--help` and `alohook help` print, and formatters read them without a warning."""
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
import unittest

import alohook
from alohook import Case

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
SETTINGS = ["ENVIRONMENT", "FILES"]

# The verbs that help strings start with, in the imperative.
VERBS = set("""Accept Add Allow Append Break Check Choose Connect Create Delay Exit Explain Export Forward Get Include Keep Limit List
Listen Load Make Open Preserve Print Queue Read Receive Remember Remove Respond Retry Run Save Send Serve Set Show Shuffle Sign Skip Sync Test
Trust Use Verify Wait Write""".split())


def sentences(text):
    return re.split(r"(?<=[.?!]) +(?=[A-Z])", text)


class Manual(Case):
    def setUp(self):
        super().setUp()
        self.folder = self.home / "man"
        self.folder.mkdir()
        result = self.run_program("__man", self.folder, "2026-11-23")
        self.assertEqual((result.code, result.out, result.err), (0, b"", b""))
        listed = self.run_program("--help").text.split("Commands:")[1].split("\n\n")[0]
        self.commands = re.findall(r"^  (\w+)  ", listed, re.M)
        self.pages = {command: self.folder / f"alohook-{command}.1" for command in self.commands}
        self.pages[None] = self.folder / "alohook.1"
        topics = self.run_program("help").text.split("Manual:")[1]
        self.topics = re.findall(r"^  help (\w+)  ", topics, re.M)

    def shown(self, page):
        """Returns the page as a reader sees it. Without a formatter, undoes the markup itself."""
        if shutil.which("mandoc"):
            text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=300", page], capture_output=True, check=True).stdout.decode()
            return re.sub(".\b", "", text)
        text = re.sub(r"\\f[BIR]|\\&", "", page.read_text())
        for escape, character in ((r"\-", "-"), (r"\(aq", "'"), (r"\(dq", '"'), (r"\(ti", "~"), (r"\(ha", "^"), (r"\(ga", "`")):
            text = text.replace(escape, character)
        return re.sub(r"\\\[u([0-9A-F]+)\]", lambda match: chr(int(match[1], 16)), text).replace(r"\e", "\\")

    def help_of(self, command):
        return self.run_program(*([command] if command else []), "--help").text

    def test_every_command_has_a_page_and_there_is_no_other(self):
        commands = {path.name for path in self.folder.iterdir() if path.suffix == ".1"}
        self.assertEqual(commands, {page.name for page in self.pages.values()})
        self.assertGreaterEqual(len(self.pages), 11)
        topics = {path.name for path in self.folder.iterdir() if path.suffix != ".1"}
        self.assertEqual(topics, {"alohook-journal.5", "alohook.toml.5", "alohook-checks.7", "alohook-ci.7", "alohook-diagnosis.7",
                                  "alohook-load.7", "alohook-protocol.7"})
        self.assertEqual(len(self.topics), len(topics))

    def test_every_page_has_its_sections_in_order(self):
        for command, page in self.pages.items():
            sections = re.findall(r"^\.SH (.*)", page.read_text(), re.M)
            wanted = [*SECTIONS[:5], *SETTINGS, *SECTIONS[5:]]
            if command is None:
                wanted.insert(3, "COMMANDS")
            if command in ("completion", "help", "version"):  # they have no settings
                wanted = SECTIONS
            self.assertEqual(sections, wanted, page.name)

    def test_every_flag_and_value_of_the_help_is_in_its_page(self):
        for command, page in self.pages.items():
            shown = self.shown(page)
            flags = re.findall(r"^  (?:-\w, )?(--[\w-]+)(?: (\S*[A-Z]\S*))?", self.help_of(command), re.M)
            self.assertTrue(flags)
            for flag, value in flags:
                with self.subTest(command=command, flag=flag):
                    self.assertRegex(shown, rf"(?m)^\s*(?:-\w, )?{flag}(?:, --[\w-]+)?{' ' + re.escape(value) if value else ''}(?!\S)")

    def examples(self, command):
        """Returns the examples of the help: lines to copy, without comments."""
        block = self.help_of(command).split("Examples:\n")[1].split("\n\n")[0].replace(" \\\n     ", "")
        return [line.split("  # ")[0].strip() for line in block.splitlines() if not line.startswith("  # ")]

    def test_every_example_of_the_help_is_in_its_page_word_for_word(self):
        for command, page in self.pages.items():
            shown = [line.strip() for line in self.shown(page).splitlines()]
            examples = self.examples(command)
            self.assertTrue(examples, page.name)
            for example in examples:
                self.assertIn("alohook", example)
                self.assertIn(example, shown, page.name)

    def test_every_exit_code_of_the_help_is_in_its_page(self):
        for command, page in self.pages.items():
            codes = re.findall(r"^  (\d+)\b", self.help_of(command).split("Exit codes:\n")[1].split("\n\n")[0], re.M)
            self.assertIn("0", codes)
            status = self.shown(page).split("EXIT STATUS")[1].split("EXAMPLES")[0].split("ENVIRONMENT")[0]
            for code in codes:
                self.assertRegex(status, rf"(?m)^\s*{code}\b", page.name)
            self.assertRegex(status, r"(?m)^\s*4\b")

    def test_every_topic_can_be_read_without_installing_and_is_its_page(self):
        for topic in self.topics:
            text = self.run_program("help", topic).text
            name, section = re.match(r"(\S+)\((\d)\): ", text).groups()
            shown = " ".join(self.shown(self.folder / f"{name}.{section}").split())
            words = re.findall(r"^  ([a-z][\w-]+)  ", text, re.M)  # the items of lists
            headings = re.findall(r"^([A-Z][A-Z' ]+)$", text, re.M)
            self.assertTrue(headings, topic)
            for part in words + headings:
                self.assertIn(part, shown, topic)
            self.assertEqual(self.run_program("help", name).text, text)

    def test_lists_in_topics_are_those_of_the_program(self):
        checks = {line["id"] for line in self.run_program("check", "--list", "--format", "json").lines}
        self.assertGreater(len(checks), 40)
        self.assertEqual({word for word in re.findall(r"^  ([a-z][\w-]+)\b", self.run_program("help", "checks").text, re.M)} & checks, checks)
        kinds = {line.split("\t")[0] for line in self.run_program("__complete", "send", "--bad", "").text.splitlines()}
        self.assertGreater(len(kinds), 40)
        self.assertEqual(kinds - {"list", "all"} - set(re.findall(r"^  ([a-z][\w-]+)\b", self.run_program("help", "protocol").text, re.M)), set())

    def test_every_line_of_help_fits_80_columns(self):
        for words in [["--help"], ["help"], *(["help", name] for name in self.commands + self.topics)]:
            text = self.run_program(*words).text
            self.assertGreater(text.count("\n"), 5)
            for line in text.splitlines():
                is_code = line.startswith("    ") and words[-1] in self.topics  # code in topics isn't wrapped
                self.assertTrue(is_code or len(line) <= 80, (words, line))

    def help_in_terminal(self, columns, *words):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([alohook.PROGRAM, *words], env=self.env(), stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        stream = alohook.Stream(os.fdopen(ours, "rb", buffering=0))
        self.assertEqual(process.wait(alohook.PATIENCE), 0)
        stream.thread.join(alohook.PATIENCE)
        return stream.bytes.decode().replace("\r\n", "\n")

    def test_help_fits_the_terminal(self):
        for columns in (40, 80, 120):
            for words in (["--help"], ["listen", "--help"], ["help", "send"]):
                text = self.help_in_terminal(columns, *words)
                lines = text.splitlines()
                self.assertGreater(len(lines), 30)
                too_wide = [line for line in lines if len(line) > columns and len(line.split()[0]) + 6 < columns]
                self.assertEqual(too_wide, [], (columns, words))
        self.assertLess(text.count("\n"), self.help_in_terminal(80, *words).count("\n"), "wide terminals need fewer lines")

    def test_every_flag_s_help_begins_with_a_verb_and_has_short_sentences(self):
        for command in self.commands:
            texts = [line.split("\t")[1] for line in self.run_program("__complete", command, "--").text.splitlines()]
            self.assertTrue(texts)
            for text in [*texts, self.help_of(command).splitlines()[0]]:
                with self.subTest(command=command, text=text):
                    self.assertIn(text.split()[0].strip(","), VERBS)
                    self.assertFalse(text.endswith("."))
                    self.assertNotIn(";", text)
                    for sentence in sentences(text):
                        self.assertLessEqual(len(sentence.split()), 30)

    def test_nothing_in_the_text_is_taken_for_markup(self):
        for page in self.folder.iterdir():
            for number, line in enumerate(page.read_text().splitlines(), 1):
                with self.subTest(page=page.name, line=number):
                    self.assertTrue(line.isascii())
                    if line.startswith((".", "'")):
                        self.assertRegex(line, r"^\.(TH|SH|SS|PP|TP|br|nf|fi|nh|ad|RS|RE)\b")
                    else:
                        self.assertNotRegex(re.sub(r"\\.", "", line), r"-", "a dash that a formatter may turn into a hyphen")
                        self.assertEqual(set(re.findall(r"\\(.)", line)) - set("ef(-[&"), set())

    def test_mandoc_reports_no_warning(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *self.folder.iterdir()], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""))

    def test_groff_reports_no_warning(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        for page in self.folder.iterdir():
            result = subprocess.run(["groff", "-ww", "-man", "-z", page], capture_output=True, text=True, check=False)
            self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""), page.name)

    def test_a_missing_directory_is_an_error(self):
        self.check_error(self.run_program("__man", self.home / "nowhere", "2026-11-23"), 2, "nowhere/alohook.1")

    def test_only_the_build_writes_pages(self):
        self.assertNotIn("__man", self.help_of(None))
        self.assertNotIn("__man", self.run_program("__complete", "__").text)


if __name__ == "__main__":
    alohook.main()
