"""The manual says what `--help` says, in pages that man's formatters take without a warning."""
import re
import shutil
import subprocess
import unittest

import alohook
from alohook import Case

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
SETTINGS = ["ENVIRONMENT", "FILES"]


class Manual(Case):
    def setUp(self):
        super().setUp()
        self.folder = self.home / "man"
        self.folder.mkdir()
        result = self.run_program("__man", self.folder, "2026-11-23")
        self.assertEqual((result.code, result.out, result.err), (0, b"", b""))
        listed = self.run_program("--help").text.split("Subcommands:")[1].split("\n\n")[0]
        self.commands = re.findall(r"^  (\w+)  ", listed, re.M)
        self.pages = {command: self.folder / f"alohook-{command}.1" for command in self.commands}
        self.pages[None] = self.folder / "alohook.1"

    def shown(self, page):
        """The page as text, as a reader sees it; what a formatter would show is undone by hand where there is none."""
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
        self.assertEqual({path.name for path in self.folder.iterdir()}, {page.name for page in self.pages.values()})
        self.assertGreaterEqual(len(self.pages), 11)

    def test_every_page_has_its_sections_in_order(self):
        for command, page in self.pages.items():
            sections = re.findall(r"^\.SH (.*)", page.read_text(), re.M)
            wanted = [*SECTIONS[:5], *SETTINGS, *SECTIONS[5:]]
            if command is None:
                wanted.insert(3, "COMMANDS")
            if command == "completion":  # it has no settings
                wanted = SECTIONS
            self.assertEqual(sections, wanted, page.name)

    def test_every_flag_and_value_of_the_help_is_in_its_page(self):
        for command, page in self.pages.items():
            shown = self.shown(page)
            flags = re.findall(r"^ +(?:-\w,)?(--[\w-]+)(?: ([A-Z]\S*))?", self.help_of(command), re.M)
            self.assertTrue(flags)
            for flag, value in flags:
                with self.subTest(command=command, flag=flag):
                    self.assertRegex(shown, rf"(?m)^\s*(?:-\w, )?{flag}{' ' + re.escape(value) if value else ''}(?!\S)")

    def test_every_example_of_the_help_is_in_its_page_word_for_word(self):
        for command, page in self.pages.items():
            shown = self.shown(page).splitlines()
            examples = re.findall(r"^  (.*alohook .*)", self.help_of(command).split("\n\n", 1)[1], re.M)
            self.assertTrue(examples, page.name)
            for example in examples:
                line, _, remark = example.partition("  #")
                for part in (line, remark and "#" + remark):
                    self.assertIn(part.strip(), [one.strip() for one in shown] + [""], page.name)

    def test_every_exit_code_of_the_help_is_in_its_page(self):
        for command, page in self.pages.items():
            said = re.search(r"Exit codes: ([^.]*)\.", self.help_of(command))
            self.assertTrue(said, page.name)
            status = self.shown(page).split("EXIT STATUS")[1].split("EXAMPLES")[0].split("ENVIRONMENT")[0]
            for code in re.findall(r"(?:^|, |and )(\d+)\b", said[1].replace("\n", " ")):
                self.assertRegex(status, rf"(?m)^\s*(?:\d+, )?{code}\b", page.name)
            self.assertRegex(status, r"(?m)^\s*4\b")

    def test_nothing_in_the_text_is_taken_for_markup(self):
        for page in self.pages.values():
            for number, line in enumerate(page.read_text().splitlines(), 1):
                with self.subTest(page=page.name, line=number):
                    self.assertTrue(line.isascii())
                    if line.startswith((".", "'")):
                        self.assertRegex(line, r"^\.(TH|SH|SS|PP|TP|br|nf|fi|nh|ad|RS|RE)\b")
                    else:
                        self.assertNotRegex(re.sub(r"\\.", "", line), r"-", "a dash that may become a hyphen")
                        self.assertEqual(set(re.findall(r"\\(.)", line)) - set("ef(-[&"), set())

    def test_mandoc_has_nothing_to_complain_of(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *self.pages.values()], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""))

    def test_groff_has_nothing_to_complain_of(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        for page in self.pages.values():
            result = subprocess.run(["groff", "-ww", "-man", "-z", page], capture_output=True, text=True, check=False)
            self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""), page.name)

    def test_a_folder_that_is_not_there_is_an_error(self):
        self.check_error(self.run_program("__man", self.home / "nowhere", "2026-11-23"), 2, "nowhere/alohook.1")

    def test_the_writing_of_pages_is_for_the_build_alone(self):
        self.assertNotIn("__man", self.help_of(None))
        self.assertNotIn("__man", self.run_program("__complete", "__").text)


if __name__ == "__main__":
    alohook.main()
