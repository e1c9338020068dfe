"""The texts of tests/vectors/terminal, through every input of the program: none of them reaches stdout or stderr unescaped.

A listener gets all of them in one process. Where each text needs its own process, the inputs share the texts.
"""
import concurrent.futures
import json
import pathlib
import re
import subprocess
import unicodedata

import alohook
from alohook import EVENT, Case, Receiver, connect, is_sanitized, request_bytes, sign

CORPUS = pathlib.Path(__file__).parent.parent / "vectors/terminal/texts.txt"
OWN_COLOURS = re.compile(r"\x1b\[(0|1|2|31|32|33|35|36|1;34)m")


def bytes_of(notation):
    """Parses the notation of tests/vectors/http/README.md."""
    def one(match):
        if match["text"] is not None:
            return bytes_of(match["text"]) * int(match["times"])
        if match["hex"]:
            return bytes([int(match["hex"], 16)])
        if match["letter"]:
            return {"r": b"\r", "n": b"\n", "t": b"\t", "s": b" ", "0": b"\0"}.get(match["letter"], match["letter"].encode())
        return match[0].encode()
    token = r"\{(?P<text>.*?)\*(?P<times>\d+)\}|\\x(?P<hex>[0-9a-f]{2})|\\(?P<letter>.)|."
    return b"".join(one(match) for match in re.finditer(token, notation, re.S))


def corpus():
    names, texts = [], []
    for line in CORPUS.read_text().split("\n"):
        if line.startswith("== "):
            names.append(line[3:])
        if line.startswith("| "):
            texts.append(bytes_of(line[2:]))
    texts = list(zip(names, texts, strict=True))
    step = 8 if is_sanitized() else 1  # the program starts slowly; visible_test.cpp tests all of them in one process
    return dict(item for at, item in enumerate(texts) if at % step == 0 or "GitHub" in item[0])


TEXTS = corpus()
SHORT = {name: text for name, text in TEXTS.items() if len(text) < 5000}


def in_turn(number, ways, share):
    """Returns the inputs for the text with this number: one in `share`, so that each input gets one text in `share`."""
    return [way for at, way in enumerate(ways) if (number + at) % share == 0]


def is_raw(character):
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def in_json(text):
    """Returns a JSON string that contains the bytes unescaped, where JSON allows it."""
    return b'"' + re.sub(rb'["\\]', rb"\\\g<0>", text) + b'"'


class TerminalCase(Case):
    def check_clean(self, *streams, coloured=False):
        for stream in streams:
            shown = stream.decode()  # whatever was sent, this is UTF-8
            shown = OWN_COLOURS.sub("", shown) if coloured else shown
            at = next((at for at, character in enumerate(shown) if is_raw(character)), None)
            self.assertIsNone(at, at is not None and f"{hex(ord(shown[at]))} in {shown[max(0, at - 80):at + 80]!r}")

    def check_no_command(self, *streams):
        for stream in streams:
            self.assertIsNone(re.search(rb"^[ \t]*::|##\[", stream, re.M), stream[:2000])

    def in_parallel(self, function, items):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return dict(zip(items, pool.map(function, items)))


class Listen(TerminalCase):
    def requests(self, text):
        event = b'{"type":"action_created",' + in_json(text) + b":[" + in_json(text) + b"]}"
        typed = b'{"type":' + in_json(text) + b',"n":1}'
        escaped = json.dumps({"type": "action_created", "t": text.decode("latin-1")}).encode()
        for body in (text, event, typed, escaped):
            yield request_bytes(body, sign(body))
        line = text.replace(b"\r", b"").replace(b"\n", b"")  # these would only end it sooner
        yield request_bytes(EVENT, sign(EVENT)).replace(b"Host: test\r\n", b"Host: test\r\nX-Text: %b\r\n" % line)
        yield request_bytes(EVENT, {"X-ALO-Signature": "v0=" + line.decode("utf-8", "surrogateescape"),
                                    "X-ALO-Request-Timestamp": line.decode("utf-8", "surrogateescape")})
        yield request_bytes(EVENT, sign(EVENT)).replace(b"POST / ", b"POST /%b " % line)
        yield request_bytes(EVENT, sign(EVENT)).replace(b"POST / ", b"%b / " % line)
        yield request_bytes(EVENT, {**sign(EVENT), line.decode("utf-8", "surrogateescape"): "x"})

    def check(self, *arguments, texts, coloured=False, **env):
        listener = self.listen(*arguments, env=self.env(**env))
        count = 0
        for text in texts.values():
            for raw in self.requests(text):
                with connect(listener.port) as connection:
                    connection.sendall(raw)
                    connection.settimeout(alohook.PATIENCE)
                    self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 "), raw[:200])
                count += 1
        result = listener.stop()
        self.assertEqual(result.code, 0)
        self.check_clean(result.out, result.err, coloured=coloured)
        self.assertGreater(count, 5 * len(texts))
        return result

    def test_for_people(self):
        self.check("--color", "never", texts=TEXTS)
        self.check("--color", "always", "--max-lines", "0", "-v", texts=SHORT, coloured=True)

    def test_as_received(self):
        self.check("--color", "never", "-v", "--raw", texts=TEXTS)

    def test_as_json(self):
        self.check("--format", "json", texts=TEXTS)

    def test_no_command_of_github_under_its_actions(self):
        texts = {name: text for name, text in TEXTS.items() if "GitHub" in name}
        texts["a command on a line of its own"] = b"x\n  ::error::y\n\t::warning::z\n##[error]w\n"
        for arguments in ([], ["-v", "--raw"]):
            result = self.check("--color", "never", *arguments, texts=texts, GITHUB_ACTIONS="true")
            self.check_no_command(result.out, result.err)
            self.assertIn(b"\\::error", result.out)

    def test_forwarded_and_answered(self):
        receiver = Receiver(self)
        listener = self.listen("--forward", receiver.url, "-v", "--color", "never")
        for text in SHORT.values():
            for answer in answers(text):
                receiver.answer = answer
                with connect(listener.port) as connection:
                    connection.sendall(request_bytes(EVENT, sign(EVENT)))
                    self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 "))
        result = listener.stop()
        self.check_clean(result.out, result.err)


def answers(text):
    line = text.replace(b"\r", b"").replace(b"\n", b"")
    yield b"HTTP/1.1 500 No\r\nX-Text: %b\r\nLocation: %b\r\nContent-Length: %d\r\n\r\n%b" % (line, line, len(text), text)
    yield b"HTTP/1.1 400 %b\r\nContent-Length: 0\r\n\r\n" % line
    body = b'{"challenge":' + in_json(text) + b"," + in_json(text) + b":1}"
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json;%b\r\nContent-Length: %d\r\n\r\n%b" % (line, len(body), body)


class Answers(TerminalCase):
    def run_each(self, *command, texts, share=3, **env):
        receivers = [(name, Receiver(self, answer)) for number, (name, text) in enumerate(texts.items())
                     for answer in in_turn(number, list(answers(text)), share)]

        def run(item):
            return self.run_program(*command, item[1].url, "--color", "never", env=self.env(**env))
        for (name, receiver), result in self.in_parallel(run, receivers).items():
            with self.subTest(command=command, name=name):
                self.assertTrue(receiver.requests)
                self.assertIn(result.code, (0, 1, 3), result)
                self.check_clean(result.out, result.err)
                if env:
                    self.check_no_command(result.out, result.err)

    def test_send(self):
        self.run_each("send", "action_created", "-v", texts=TEXTS)

    def test_challenge(self):
        self.run_each("challenge", texts=SHORT)

    def test_check(self):
        some = dict(list(SHORT.items())[::6])
        self.run_each("check", "--only", "accept-*", "--only", "challenge-*", texts=some)

    def test_no_command_of_github_under_its_actions(self):
        texts = {name: text for name, text in TEXTS.items() if "GitHub" in name}
        for command in (["send", "action_created", "-v"], ["challenge"]):
            self.run_each(*command, texts=texts, share=1, GITHUB_ACTIONS="true")


class Files(TerminalCase):
    def test_a_journal(self):
        receiver = Receiver(self)
        lines = []
        for number, text in enumerate(SHORT.values()):
            latin = text.decode("latin-1")
            lines.append({"schema": 1, "id": f"event-{number}", "received_at": "2026-01-01T00:00:00.000Z", "remote": latin, "method": "POST",
                          "target": f"/{number}", "headers": [["Host", "x"], ["X-Text", latin.replace("\0", "")]], "body": latin, "type": latin,
                          "signature": {"verdict": latin}})
        (self.home / "events.jsonl").write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines)
                                                 + b"".join(text + b"\n" for text in SHORT.values()))
        for form in ("human", "json"):
            result = self.run_program("replay", "events.jsonl", receiver.url, "--speed", "max", "--format", form, "--color", "never", "-v")
            self.check_clean(result.out, result.err)
        self.assertTrue(receiver.requests)

        def run(number):
            latin = lines[number]["type"]
            file = self.home / f"{number}.jsonl"
            ways = [(change, command) for command in (["replay", file, receiver.url, "-v"], ["verify", file])
                    for change in ({}, {"target": latin}, {"method": latin}, {"headers": [[latin, latin]]}, {"id": latin}, {"received_at": latin})]
            for change, command in in_turn(number, ways, 6):
                file.write_text(json.dumps({**lines[number], **change}) + "\n")
                result = self.run_program(*command, "--color", "never")
                self.check_clean(result.out, result.err)
        self.in_parallel(run, range(len(lines)))

    def test_names_and_bodies_of_fixtures(self):
        def run(number):
            text = list(SHORT.values())[number]
            folder = self.home / f"fixtures-{number}"
            folder.mkdir()
            name = text.replace(b"\0", b"").replace(b"/", b"")[:200]
            file = bytes(folder) + b"/" + name + b".json"
            with open(file, "wb") as fixture:
                fixture.write(b'{"type":' + in_json(text) + b"}")
            of_folder = ["--fixtures", str(folder)]
            for command in in_turn(number, (["fixtures", *of_folder], ["fixtures", "show", name, *of_folder],
                                            ["send", name, "http://127.0.0.1:9/", *of_folder], ["sign", file]), 2):
                process = self.start_bytes(*command)
                self.check_clean(process.out, process.err)
        self.in_parallel(run, range(len(SHORT)))

    def start_bytes(self, *arguments):
        done = subprocess.run([alohook.PROGRAM, *arguments], env=self.env(), cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=alohook.PATIENCE)
        return alohook.Result(done.returncode, done.stdout, done.stderr)

    def test_arguments(self):
        def run(number):
            text = list(SHORT.values())[number].replace(b"\0", b"")
            ways = ([text], ["send", text], ["send", "action_created", b"http://" + text + b"/"], ["send", "action_created", "--header", text],
                    ["send", "action_created", "--set", b"/" + text + b"=x"], ["listen", b"--" + text], ["listen", "--port", "0", "--expect", text, "--timeout", "1ms", "--where", text],
                    ["listen", "--host", text, "--port", "0"], ["verify", text], ["verify", "--signature", text, "--timestamp", text],
                    ["replay", text], ["check", "--only", text], ["secret", "--secret-file", text], ["completion", text])
            for command in in_turn(number, ways, 4):
                process = self.start_bytes(*command)
                self.check_clean(process.out, process.err)
        self.in_parallel(run, range(len(SHORT)))


if __name__ == "__main__":
    alohook.main()
