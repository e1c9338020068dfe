"""Each promise of SECURITY.md in each writer: what a hostile server or sender says, on every way out of the program.

A row is a way out, a column an attack. A word stands before each attack and after the last, so a writer that left one
out, or wrote nothing, fails. A new way out is a line of the table.
"""
import base64
import http.client
import json
import re
import unicodedata

import alohook
from alohook import EVENT, OTHER_SECRET, PATIENCE, SECRET, Case, Receiver, is_sanitized, post, request_bytes, sign

MASK = "•••"
TOKEN = "blackbox-token-0123456789abcdef"
COMMAND = re.compile(r"##(\[|vso\[|teamcity\[)|^\s*::(?!(error|warning) title=alohook check)|\x1b\[0Ksection_", re.I | re.M)
SHORT = 50  # characters of a response's parts that are quoted at least

RAW = SECRET.encode()
SECRETS = [SECRET, RAW.hex(), RAW.hex().upper(), base64.b64encode(RAW).decode(), "".join(f"%{byte:02X}" for byte in RAW)]
CONTROLS = ["\x1b[2J\x1b]0;x\x07\x08\x00\x7f", "\x9b31m\x85", "\u202e\u2066\u200f\u061c", "\u200b\ufeff\u2060\u2028"]
COMMANDS = ["\n::error::x\n  ::add-mask::y", "##[error]x", "\x1b[0Ksection_start:1:x\r\x1b[0K", "##vso[task.setvariable variable=PATH]/x",
            "##TeamCity[x]"]


def forms_of_mac(mac):
    return [mac, mac.upper(), base64.b64encode(bytes.fromhex(mac)).decode()]


def mac_of(headers, body):
    """What the secret makes of a request with this timestamp."""
    stamp = {name.lower(): value for name, value in headers}.get("x-alo-request-timestamp", "")
    return sign(body, timestamp=stamp)["X-ALO-Signature"].partition("=")[2]


def is_raw(character):
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def packs(room):
    """The numbers of all attacks, several in one pack as long as there is room for them as they are shown."""
    found, used = [[]], 0
    for number in range(len(SECRETS) + 3 + len(CONTROLS) + len(COMMANDS)):
        at = number - len(SECRETS) - 3
        size = len(MASK) if at < 0 else sum(8 if is_raw(character) else 1 for character in [*CONTROLS, *COMMANDS][at])
        if found[-1] and used + size + 8 > room:
            found.append([])
            used = 0
        found[-1].append(number)
        used += size + 8  # its word and two spaces
    return found


def headers_safe(text):
    """Without the bytes that end a header or make it none."""
    return bytes(byte for byte in text.encode() if byte >= 0x20 and byte != 0x7f)


class Promises(Case):
    def setUp(self):
        super().setUp()
        self.hidden, self.words = [], []  # what may be in no output, and what must be

    def say(self, texts):
        """One text of several attacks, which the next outputs are looked through for."""
        self.words = [f"word{number}" for number in range(len(texts) + 1)]
        return " ".join(part for pair in zip(self.words, [*texts, ""]) for part in pair).rstrip()

    def check_output(self, writer, output, is_masked=True):
        with self.subTest(writer=writer):
            text = output.decode()
            for word in self.words:
                self.assertIn(word, text, "an attack was left out")
            for hidden in self.hidden:
                self.assertNotIn(hidden.lower(), text.lower())
            if self.hidden and is_masked:  # only a response is masked, a request is shown as it came
                self.assertIn(MASK, text)
            self.assertIsNone(next((hex(ord(character)) for character in text if is_raw(character)), None))
            self.assertIsNone(COMMAND.search(text))

    def server(self, numbers, status):
        """Says the attacks of these numbers in each part of its response."""
        def answer(_, headers, body):
            macs = forms_of_mac(mac_of(headers, body))
            texts = [[*SECRETS, *macs, *CONTROLS, *COMMANDS][number] for number in numbers]
            self.hidden = [text for text in texts if text in SECRETS or text in macs]
            said = self.say(texts)
            line = headers_safe(said)
            return (b"HTTP/1.1 %d %b\r\nContent-Type: text/%b\r\nX-Said: %b\r\nContent-Length: %d\r\n\r\n%b" %
                    (status, line, line, line, len(said.encode()), said.encode()))
        return Receiver(self, answer).url

    @staticmethod
    def without_own_signature(output):
        """With -v and in JSON a request is shown as it was sent, with its signature."""
        return re.sub(rb'X-ALO-Signature(: |",")v0=[0-9a-f]+', b"", output)

    def test_what_a_server_says(self):
        """In the response to what is sent, and in what a listener shows, records and serves of a forwarded event."""
        journal = self.home / "events.jsonl"
        for status in (401, 200):
            url = self.server(packs(10**9)[0], status)
            env = self.env(GITHUB_ACTIONS="true", ALOHOOK_INSPECT_TOKEN=TOKEN)
            listeners = [self.listen("-v", "--inspect=0", "--record", journal, "--forward", url, "--forward-all", env=env),
                         self.listen("--format", "json", "--forward", url, "--forward-all", env=env)]
            for writer, listener in zip(("listen", "listen, JSON"), listeners):
                post(listener.port, EVENT, sign(EVENT, OTHER_SECRET))
                listener.out.wait_for(lambda out: self.words[-1].encode() in out and out.endswith(b"\n"))
                if writer == "listen":
                    self.check_recorded(journal, listener, env)
                self.check_output(writer, listener.stop().out)
            for writer, command in (("send", ["send", "action_created", url, "-v"]), ("send, JSON", ["send", "action_created", url, "--format", "json"]),
                                    ("replay", ["replay", journal, url, "-v"])):
                result = self.run_program(*command, env=env)
                self.check_output(writer, self.without_own_signature(result.out) + result.err)

    def check_recorded(self, journal, listener, env, is_masked=True):
        """The journal, and those that show its last event."""
        line = journal.read_bytes().splitlines()[-1]
        event = json.loads(line)["id"]
        self.check_output("show", self.run_program("show", event, "--journal", journal, env=env).out, is_masked)
        port = int(re.search(rb"inspect at http://127\.0\.0\.1:(\d+)/", listener.err.bytes)[1])
        # Their readers parse them: a CI system never sees them as they are.
        without_commands = re.compile(rb"##(?=\[|vso|teamcity)", re.I)
        self.check_output("journal", without_commands.sub(b"#", line), is_masked)
        self.check_output("inspector", without_commands.sub(b"#", self.ask_inspector(port, f"/api/events/{event}")), is_masked)

    def ask_inspector(self, port, target):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", target, headers={"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {TOKEN}"})
        return connection.getresponse().read()

    def test_what_a_server_says_where_it_is_quoted(self):
        """Reports quote the response to a request without a signature, which this server accepts."""
        for numbers in packs(SHORT)[:: 4 if is_sanitized() else 1]:
            url = self.server(numbers, 200)
            paths = {kind: self.home / f"report.{kind}" for kind in ("junit", "html", "tap", "json", "summary")}
            github = self.env(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(paths["summary"]))
            self.check_output("challenge", self.run_program("challenge", url, env=github).out)
            self.check_output("challenge, JSON", self.run_program("challenge", url, "--format", "json").out)
            command = ["check", url, "--only", "reject-no-signature"]
            for_people = self.run_program(*command, "-v", "--junit", paths["junit"], "--html", paths["html"], env=github)
            for_programs = self.run_program(*command, "--format", "json", "--tap", paths["tap"], "--json", paths["json"])
            self.check_output("check", for_people.out)
            self.check_output("annotations", for_people.err)
            self.check_output("check, JSON", for_programs.out)
            for kind, path in paths.items():
                self.check_output(kind, path.read_bytes())
                path.unlink()

    def test_what_a_sender_says(self):
        """In body, target and headers of a request with an invalid signature. The valid one is in no output."""
        journal, captured = self.home / "events.jsonl", self.home / "captured.http"
        env = self.env(GITHUB_ACTIONS="true", ALOHOOK_INSPECT_TOKEN=TOKEN)
        said = self.say([*CONTROLS, *COMMANDS])
        body = said.encode()
        headers = {**sign(body, OTHER_SECRET), "X-Said": headers_safe(said).decode()}
        self.hidden = forms_of_mac(mac_of(headers.items(), body))
        listeners = {"listen": self.listen("-v", "--raw", "--inspect=0", "--record", journal, env=env),
                     "listen, JSON": self.listen("--format", "json", env=env)}
        for writer, listener in listeners.items():
            self.assertEqual(post(listener.port, body, headers).status, 401)
            listener.out.wait_for(lambda out: b"wrong-secret" in out and out.endswith(b"\n"))
            if writer == "listen":
                self.check_recorded(journal, listener, env, is_masked=False)
            self.check_output(writer, listener.stop().out, is_masked=False)
        captured.write_bytes(request_bytes(body, headers))
        for writer, command in (("verify", ["verify", "--http", captured]), ("verify, JSON", ["verify", "--http", captured, "--format", "json"])):
            self.words = []  # it explains the signature and doesn't print the request
            result = self.run_program(*command, env=env)
            self.assertIn(b"wrong-secret", result.out)
            self.check_output(writer, result.out + result.err, is_masked=False)

    def test_what_a_configuration_file_says(self):
        """One that a repository brings along; the error quotes its keys."""
        said = self.say([*CONTROLS, *COMMANDS]).replace("\0", "")  # which would end the message
        key = json.dumps(said).replace("\x7f", "\\u007f")
        (self.home / "alohook.toml").write_text(f"{key} = 1\n")
        result = self.run_program("fixtures", env=self.env(GITHUB_ACTIONS="true"))
        self.check_error(result, 2, "unknown key")
        self.check_output("error", result.err)

    def test_what_is_printed_for_other_programs_holds_no_secret(self):
        self.hidden, self.words = SECRETS, ["action_created"]
        for form in ("http", "curl", "hurl", "har", "vegeta"):
            result = self.run_program("send", "action_created", "http://127.0.0.1:1/", "--print", form)
            output = result.out if form != "vegeta" else base64.b64decode(json.loads(result.out)["body"])
            self.check_output(form, output.replace(b"\r", b""), is_masked=False)
            self.check_output(form, result.out.replace(b"\r", b"") + b" action_created", is_masked=False)


if __name__ == "__main__":
    alohook.main()
