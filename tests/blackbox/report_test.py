"""Reports of `alohook check` can be parsed by the tools they are for, whatever a receiver sends."""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import alohook
from alohook import Case, Receiver, is_authentic

try:
    import jsonschema
except ImportError:
    jsonschema = None

TESTS = pathlib.Path(__file__).resolve().parent.parent
APPROVED = TESTS / "vectors" / "reports"
SCHEMA = json.loads((TESTS / "schemas" / "check.schema.json").read_text())
HOSTILE = b"a\0b\x1b[2J ]]> <script>alert(1)</script> \xff\xe2\x80\xae\xef\xbf\xbe\n::error::evil\r\n##[error]evil # TODO \\ 100%"
SEVERITIES = ["must", "should", "may"]


def answer(status, body, content_type=b"text/plain"):
    return b"HTTP/1.1 %d x\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (status, content_type, len(body), body)


def hostile_receiver(_, headers, body):
    """Rejects anything but compact JSON, with hostile responses."""
    try:
        if not is_authentic(headers, body):
            return answer(403, HOSTILE)
    except (TypeError, ValueError):  # a header that isn't ASCII
        return answer(403, HOSTILE)
    try:
        event = json.loads(body)
    except ValueError:
        return answer(400, HOSTILE)
    if not isinstance(event, dict) or "challenge" not in event:
        return answer(200, HOSTILE) if b" " not in body else answer(403, HOSTILE)
    return answer(200, json.dumps({"challenge": event["challenge"]}).encode(), b"application/json")


class Page(html.parser.HTMLParser):
    """Records the tags and attributes of a page, and whether they are balanced."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.attributes, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError(f"</{tag}> ends nothing")

    def handle_data(self, data):
        self.text += data


class Reports(Case):
    def judge(self, url, *arguments, env=None):
        result = self.run_program("check", url, *arguments, env=env)
        self.check_no_secret(result)
        return result

    def all_reports(self, *arguments):
        files = {kind: self.home / "made" / "for it" / f"report.{kind}" for kind in ("junit", "tap", "json", "html")}
        flags = [part for kind, path in files.items() for part in (f"--{kind}", path)]
        result = self.judge(Receiver(self, hostile_receiver).url, "--format", "json", *flags, *arguments)
        self.assertEqual(result.code, 1, result)
        for path in files.values():
            self.assertNotIn(alohook.SECRET, path.read_text())
        self.assertEqual(sorted(path.name for path in files["tap"].parent.iterdir()), sorted(path.name for path in files.values()), "no draft stays")
        return result, files

    def check_junit(self, text):
        """Checks the structure that common readers expect."""
        root = ElementTree.fromstring(text)
        self.assertEqual(root.tag, "testsuites")
        allowed = {"property": set(), "properties": {"property"}, "failure": set(), "error": set(), "skipped": set(), "system-out": set(),
                   "testcase": {"failure", "error", "skipped", "system-out"}, "testsuite": {"properties", "testcase"}, "testsuites": {"testsuite"}}
        for element in root.iter():
            self.assertLessEqual({child.tag for child in element}, allowed[element.tag])
        for suite in root:
            self.assertRegex(suite.get("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
            cases = suite.findall("testcase")
            names = [(case.get("classname"), case.get("name")) for case in cases]
            self.assertEqual(len(set(names)), len(names), "names are unique")
            for case in cases:
                self.assertRegex(case.get("classname"), r"^alohook\.check(\.[a-z-]+)?$")
                self.assertRegex(case.get("time"), r"^\d+\.\d{3}$")
                self.assertLessEqual(len(case), 1)
            for one in (root, suite):
                for attribute, tag in (("tests", None), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                    count = len([case for case in cases if tag is None or case.find(tag) is not None])
                    self.assertEqual(int(one.get(attribute)), count, attribute)
        return root

    def prove(self, path):
        if not shutil.which("prove"):
            self.skipTest("prove is not installed")
        result = subprocess.run(["prove", "-v", "-e", "cat", path], capture_output=True, text=True, errors="replace", check=False)
        self.assertNotIn("Parse errors", result.stdout + result.stderr)
        return result

    def check_lines(self, text):
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertEqual([line["event"] for line in lines], ["check"] * (len(lines) - 1) + ["summary"])
        if jsonschema:
            validator = jsonschema.Draft7Validator(SCHEMA)
            for line in lines:
                self.assertEqual([error.message for error in validator.iter_errors(line)], [])
        else:
            for line in lines:
                kind = SCHEMA["definitions"][line["event"]]
                self.assertLessEqual(set(kind["required"]), set(line))
                self.assertLessEqual(set(line), set(kind["properties"]))
        return lines

    def check_page(self, text):
        page = Page()
        page.feed(text)
        self.assertEqual(page.open, [])
        self.assertLessEqual(set(page.tags), set("html head meta title style body header main footer h1 h2 h3 p code pre ul li a dl dt dd table thead "
                                                 "tbody tr th td details summary div span".split()))
        self.assertFalse([name for name, _ in page.attributes if name.startswith("on") or name in ("src", "style")])
        links = [value for name, value in page.attributes if name == "href"]
        self.assertFalse([link for link in links if not link.startswith(("data:application/octet-stream;", "https://", "#"))])
        ids = {value for name, value in page.attributes if name == "id"}
        self.assertLessEqual({link[1:] for link in links if link.startswith("#")}, ids, "a link within the page leads somewhere")
        self.assertIn("default-src 'none'", dict(page.attributes).get("content", "") + text)
        return page

    def test_approved_reports_of_a_hostile_run_are_read(self):
        root = self.check_junit((APPROVED / "hostile.junit.xml").read_text())
        self.assertIn(r"a\x00b\x1b[31m", root.find(".//failure").text)
        self.assertEqual(len(self.check_lines((APPROVED / "hostile.check.jsonl").read_text())), 8)
        self.assertIn("<script>alert(1)</script>", self.check_page((APPROVED / "hostile.html").read_text()).text)
        result = self.prove(APPROVED / "hostile.tap")
        self.assertIn("Failed tests:  2, 5\n", result.stdout)

    def test_all_reports_say_the_same(self):
        result, files = self.all_reports()
        lines = self.check_lines(files["json"].read_text())
        self.assertEqual(lines, result.lines, "the file has the lines of --format json")
        root = self.check_junit(files["junit"].read_bytes())
        failed = {line["id"] for line in lines[:-1] if line["result"] == "fail" and line["severity"] == "must"}
        self.assertTrue(failed)
        self.assertEqual({case.get("name") for case in root.iter("testcase") if case.find("failure") is not None}, failed)
        self.assertEqual(len(list(root.iter("testcase"))), len(lines) - 1)
        page = self.check_page(files["html"].read_text())
        for line in lines[:-1]:
            self.assertIn(line["id"], page.text)
        tap = self.prove(files["tap"])
        self.assertEqual(set(re.findall(r"^not ok \d+ - ([a-z0-9-]+): (?!.* # TODO )", tap.stdout, re.M)),
                         {line["id"] for line in lines[:-1] if line["result"] in ("fail", "inconclusive") and line["severity"] == "must"})

    def test_what_should_pass_fails_the_reports_only_when_asked(self):
        _, files = self.all_reports("--fail-on", "should")
        lines = self.check_lines(files["json"].read_text())
        failed = {line["id"] for line in lines[:-1] if line["result"] == "fail" and line["severity"] in ("must", "should")}
        root = self.check_junit(files["junit"].read_bytes())
        self.assertEqual({case.get("name") for case in root.iter("testcase") if case.find("failure") is not None}, failed)
        self.assertNotIn("# TODO should", files["tap"].read_text())

    def test_a_receiver_that_is_not_there_is_an_error_in_every_report(self):
        receiver = Receiver(self)
        receiver.close()
        paths = {kind: self.home / kind for kind in ("junit", "tap", "json")}
        result = self.judge(receiver.url, *(part for kind, path in paths.items() for part in (f"--{kind}", path)))
        self.assertEqual(result.code, 3, result)
        root = self.check_junit(paths["junit"].read_bytes())
        self.assertGreater(int(root.get("errors")), 0)
        self.assertEqual(self.check_lines(paths["json"].read_text())[-1]["verdict"], "undecided")
        self.assertIn("Bail out!", paths["tap"].read_text())

    def test_a_report_that_cannot_be_written_is_said(self):
        blocked = self.home / "file"
        blocked.write_text("")
        result = self.judge(Receiver(self, hostile_receiver).url, "--only", "accept-valid", "--junit", blocked / "below.xml", "--tap", self.home / "tap")
        self.assertEqual(result.code, 2, result)
        self.assertIn("alohook: can't write the report", result.error)
        self.assertIn("1..1", (self.home / "tap").read_text())  # the others are still written

    def test_a_report_goes_into_a_pipe(self):
        result = self.judge(Receiver(self, hostile_receiver).url, "--only", "accept-valid", "--tap", "/dev/stdout", "--format", "quiet")
        self.assertTrue(result.text.startswith("TAP version 13\n1..1\n"), result)

    def test_a_report_to_standard_output_goes_where_the_output_is_and_replaces_no_device(self):
        def device():  # bare systems have none
            return os.readlink("/dev/stdout") if os.path.islink("/dev/stdout") else os.path.lexists("/dev/stdout")
        before = device()
        output = self.home / "output.txt"
        with output.open("wb") as file:
            file.write(b"before\n")
            file.flush()
            url = Receiver(self, hostile_receiver).url
            subprocess.run([alohook.PROGRAM, "check", url, "--only", "accept-valid", "--tap", "/dev/stdout", "--format", "quiet"],
                           stdout=file, stderr=subprocess.DEVNULL, env=self.env(), check=False, timeout=alohook.PATIENCE)
        self.assertTrue(output.read_text().startswith("before\nTAP version 13\n1..1\n"), output.read_text())
        self.assertEqual(device(), before)

    def test_a_report_follows_a_link(self):
        (self.home / "link.tap").symlink_to(self.home / "real.tap")
        self.judge(Receiver(self, hostile_receiver).url, "--only", "accept-valid", "--tap", self.home / "link.tap")
        self.assertTrue((self.home / "link.tap").is_symlink())
        self.assertIn("1..1", (self.home / "real.tap").read_text())

    def test_github_gets_annotations_and_a_summary(self):
        summary = self.home / "summary.md"
        summary.write_text("before\n")
        env = self.env(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
        result = self.judge(Receiver(self, hostile_receiver).url, env=env)
        self.assertEqual(result.code, 1, result)
        # As the runner parses it: a line whose text begins with `::`, and `##[` anywhere.
        commands = [line for line in (result.text + result.error).splitlines() if line.strip().startswith("::") or "##[" in line]
        errors = [line for line in commands if line.startswith("::error title=alohook check")]
        warnings = [line for line in commands if line.startswith("::warning title=alohook check")]
        self.assertEqual(sorted(commands), sorted(errors + warnings))
        self.assertTrue(1 <= len(errors) <= 10 and len(warnings) <= 10, commands)
        text = summary.read_text()
        self.assertTrue(text.startswith("before\n## alohook check "))
        self.assertIn("| ❌ fail | raw-whitespace | must |", text)
        self.assertNotIn("<script", text)

    def test_github_is_told_nothing_elsewhere(self):
        result = self.judge(Receiver(self, hostile_receiver).url, "--only", "raw-whitespace", env=self.env(GITHUB_ACTIONS=None))
        self.assertNotIn("::error title", result.text + result.error)


if __name__ == "__main__":
    alohook.main()
