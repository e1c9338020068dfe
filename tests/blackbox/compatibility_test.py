"""What 0.1.0 wrote can still be read, and its command lines still work. Recorded by tests/vectors/0.1.0/record.py."""
import json
import pathlib
import time

import alohook
from alohook import EVENT, Case, Receiver, body_of, post, sign

RECORDED = pathlib.Path(__file__).parent.parent / "vectors/0.1.0"


def lines_of(name):
    return [json.loads(line) for line in (RECORDED / name).read_bytes().splitlines()]


def shape(value):
    """Returns the keys of an object and the types of their values; for a list, the types of its items."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(one)) for one in value})
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


class Compatibility(Case):
    def test_a_journal_of_0_1_0_is_listed_shown_verified_and_replayed(self):
        journal = RECORDED / "events.jsonl"
        recorded = lines_of("events.jsonl")
        self.assertEqual(len(recorded), 4)
        listed = self.run_program("events", journal, "--format", "json").lines
        self.assertEqual([line["id"] for line in listed], [line["id"] for line in recorded])
        self.assertEqual([line["verdict"] for line in listed], [line["signature"]["verdict"] for line in recorded])
        self.assertEqual([line["status"] for line in listed], [line["answer"]["status"] for line in recorded])
        for line in recorded:
            shown = self.run_program("show", line["id"], "--journal", journal, "--format", "json").lines[0]
            for key in ("id", "received_at", "remote", "method", "target", "headers", "type", "answer"):
                self.assertEqual(shown[key], line[key])
            self.assertEqual(body_of(shown), body_of(line))
            code = self.run_program("verify", journal, "--id", line["id"]).code
            self.assertEqual(code, 0 if line["signature"]["verdict"] == "valid" else 1)
        target = Receiver(self)
        self.assertEqual(self.run_program("replay", journal, target.url).code, 0)
        self.assertEqual([body for _, _, body in target.requests], [body_of(line) for line in recorded])

    def test_the_lines_of_listen_have_the_keys_of_0_1_0_in_their_order(self):
        listener = self.listen("--format", "json", "--fault", "4:truncate")
        valid = '{"type":"action_created","title":"Verschütteter Kaffee"}'.encode()
        updated = b'{"type":"action_updated"}'
        headers = {"target": "/hooks"}
        post(listener.port, valid, {**sign(valid), "Connection": "close"}, **headers)
        post(listener.port, b'{ "type": "action_updated" }', {**sign(updated), "Connection": "close"}, **headers)
        post(listener.port, updated, {**sign(updated, timestamp=int(time.time()) - 90_000), "Connection": "close"}, **headers)
        try:
            post(listener.port, b"not UTF-8 \xff", {"Connection": "close"}, **headers)
        except Exception:  # the response is truncated on purpose
            pass
        now, before = listener.wait_lines(4), lines_of("listen.jsonl")
        self.assertEqual(len(before), 4)
        for new, old in zip(now, before, strict=True):
            self.assertEqual([key for key in new if key in old], list(old))
            self.assertEqual({key: shape(new[key]) for key in old if key not in ("headers", "signature")},
                             {key: shape(old[key]) for key in old if key not in ("headers", "signature")})
            self.assertEqual(new["signature"]["verdict"], old["signature"]["verdict"])
            self.assertLessEqual(set(old["signature"]), set(new["signature"]))
            self.assertEqual(new["answer"]["status"], old["answer"]["status"])

    def test_the_flags_of_0_1_0_are_there(self):
        flags = [line.split() for line in (RECORDED / "flags.txt").read_text().splitlines()]
        self.assertGreater(len(flags), 150)
        for command in {command for command, _ in flags}:
            # If two flags are unknown, the error names the first one.
            for flag in [flag for of, flag in flags if of == command and flag not in ("--help", "--version")]:
                with self.subTest(command=command, flag=flag):
                    result = self.run_program(command, flag + "=x", "--no-such-flag")
                    self.assertEqual(result.code, 2, result)
                    self.assertNotIn(f"'{flag}'", result.error.splitlines()[0].replace("--no-such-flag", ""), result.error)

    def test_the_exit_codes_of_listen_are_those_of_0_1_0(self):
        self.assertEqual(self.listen().stop().code, 0)
        met = self.listen("--expect", "action_created", "--timeout", "30s")
        post(met.port, EVENT)
        self.assertEqual(met.result().code, 0)
        self.assertEqual(self.listen("--expect", "action_created", "--timeout", "1ms").result().code, 1)
        self.assertEqual(self.run_program("listen", "--expect", "=").code, 2)
        self.assertEqual(self.listen("--expect", "action_created").stop().code, 130)


if __name__ == "__main__":
    alohook.main()
