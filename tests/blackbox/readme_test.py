"""What the README tells readers to type is what the program takes."""
import pathlib
import re
import unittest

import alohook
from alohook import Case

README = pathlib.Path(__file__).resolve().parent.parent.parent / "README.md"
# `alohook …` at the start of a command: after a prompt, a pipe, `&&`, `$(`, `<(`, or a path to the built program.
CALL = re.compile(r"(?:^|[|;&(\s/])alohook((?:\s+[^|;&)\s]+)+)")


def blocks(text):
    """The text of each code block marked as shell."""
    return re.findall(r"^```(?:sh|bash|shell|console)\n(.*?)^```", text, re.M | re.S)


def calls(block):
    """The words after each `alohook` in a block of shell lines."""
    for line in block.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*", "", line)
        line = re.sub(r"'[^']*'|\"[^\"]*\"", "QUOTED", line)
        for match in CALL.finditer(line):
            yield line.strip(), match[1].split()


@unittest.skipUnless(README.exists(), "there is no README.md")
class Readme(Case):
    def setUp(self):
        super().setUp()
        self.text = README.read_text(encoding="utf-8")
        self.calls = [call for block in blocks(self.text) for call in calls(block)]

    def words_of_help(self, *command):
        result = self.run_program(*command, "--help")
        self.assertEqual(result.code, 0, command)
        return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", result.text))

    def test_every_command_and_flag_exists(self):
        commands = set(re.findall(r"^  (\w+)  ", self.run_program("--help").text.split("Subcommands:")[1].split("\n\n")[0], re.M))
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
                own = words[1:words.index("--")] if "--" in words else words[1:]  # what follows is another program's
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
