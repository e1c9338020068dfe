"""Each defect of the broken receivers is detected by the check meant for it, and no unrelated check fails.

With ALOHOOK_LONG=1, defects that strike by chance are checked 20 times, and the same checks have to fail each time.
"""
import concurrent.futures
import fnmatch
import os
import pathlib
import subprocess
import sys
import threading

import alohook
from alohook import PATIENCE, Case

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "receivers" / "broken"
sys.path.insert(0, str(FOLDER))
from defects import DEFECTS  # noqa: E402

# Looks like both hex and Base64, so that a receiver can decode it incorrectly.
SECRET = "626c61636b626f782d356664316330623761396538346530"

LONG = os.environ.get("ALOHOOK_LONG") == "1"

# What these do depends on how a body is split into segments, on the order of requests, or on which threads run.
BY_CHANCE = ("reads-once", "first-request-only", "races", "one-at-a-time", "tires", "dies")

# Flags that are needed for some defects, or that make them faster.
ARGUMENTS = {
    "deep-nesting-500": ["--stress", "--only", "deep-nesting"],
    "one-at-a-time": ["--stress", "--only", "concurrency"],
    "not-idempotent": ["--effects-url", "{url}effects"],
    "races": ["--stress", "--only", "concurrent-duplicates", "--effects-url", "{url}effects"],
    "slow": ["--only", "accept-valid", "--only", "response-time"],
}

EVERY_REJECTION = ["reject-*", "forged-known-id", "challenge-bad-signature", "challenge-unsigned", "challenge-key-smuggle"]
# A re-serialized body differs from the received one wherever JSON allows several notations. The challenge is
# pretty-printed. For such a receiver, additions that are lost again by re-serializing aren't tampering.
REWRITTEN = ["raw-*", "challenge-echo", "reject-tampered-body"]

# Other checks that may fail, as patterns, because the defect also violates their rule.
ALSO = {
    "no-verification": EVERY_REJECTION,
    "always-200": [*EVERY_REJECTION, "challenge-echo", "method-not-post"],
    "skips-without-signature": ["challenge-unsigned", "challenge-key-smuggle"],
    "truncated-mac": ["reject-no-signature"],
    "short-mac": ["reject-sloppy-format"],  # the correct MAC with something appended
    "no-timestamp-check": ["reject-no-timestamp", "reject-future", "reject-bad-timestamp"],
    "unparsable-timestamp-skips": ["reject-no-timestamp"],
    "milliseconds-accepted": ["reject-bad-timestamp"],
    "milliseconds-window": ["reject-future"],
    "body-by-javascript": REWRITTEN, "body-by-python-compact": REWRITTEN, "body-by-ruby": REWRITTEN, "body-by-php": REWRITTEN,
    "body-by-go": REWRITTEN, "body-sorted": REWRITTEN,
    "body-stripped": ["reject-tampered-body"],
    "body-without-last-newline": ["reject-tampered-body"],
    "reads-once": ["large-body", "raw-size", "accept-valid", "still-alive"],
    "first-request-only": ["challenge-echo", "still-alive"],
    "content-type-exact": ["accept-header-forms"],  # spaces around the value, which is informational only
    "challenge-unverified": ["challenge-bad-signature"],
    "challenge-html": ["challenge-hostile-value"],
    "unknown-event-500": ["bad-json", "odd-bytes"],  # some of these are JSON of an unknown type
    "redirects": ["accept-valid"],
    "duplicates-409": ["redelivery"],
    "poisoned-by-forgery": ["duplicate-delivery", "redelivery"],
    "bad-json-500": ["odd-bytes"],
    "body-latin-1": ["raw-keys"], "body-ascii-replaced": ["raw-keys"], "body-ascii-dropped": ["raw-keys"],
    "tires": ["accept-valid"],  # it breaks down during the many valid requests
    "dies": ["accept-valid"],
}

# The cause's ID that deliberately incorrect signatures should find.
CAUSES = {
    "body-only": "body-only", "body-only-too": "body-only",
    "body-by-javascript": "body-reserialised", "body-by-python": "body-reserialised", "body-by-python-compact": "body-reserialised",
    "body-by-ruby": "body-reserialised", "body-by-php": "body-reserialised", "body-by-go": "body-reserialised",
    "body-sorted": "body-reserialised", "body-pretty": "body-reserialised", "body-as-python-text": "body-repr",
    "body-stripped": "body-newlines", "body-without-last-newline": "body-newlines", "body-crlf-to-lf": "body-newlines",
    "body-newline-added": "body-newlines", "body-latin-1": "body-charset", "body-ascii-replaced": "body-charset",
    "body-ascii-dropped": "body-charset", "body-normalised": "body-normalised", "body-base64": "body-base64",
    "body-double-encoded": "body-double-encoded", "body-empty": "body-missing", "body-object": "body-missing",
    "secret-newline": "secret-whitespace", "secret-quoted": "secret-whitespace", "secret-hex-decoded": "secret-decoded",
    "secret-base64-decoded": "secret-decoded",
    "template-with-dots": "other-template", "template-reversed": "other-template", "timestamp-undefined": "timestamp-missing",
    "timestamp-milliseconds": "timestamp-form", "other-hash": "other-hash", "not-hmac": "other-hash",
    "key-message-swapped": "key-message-swapped",
    "empty-secret": "secret-unset", "fallback-secret": "secret-placeholder", "magic-secret": "secret-placeholder",
    "redirects": "redirect", "limit-100kb": "body-limit", "stack-trace": "debug-mode",
}

class Defects(Case):
    def setUp(self):
        super().setUp()
        self.secrets.add(SECRET)

        env = self.env(PORT="0", PYTHONDONTWRITEBYTECODE="1", ALOHOOK_SECRET=SECRET)
        self.receivers = subprocess.Popen([sys.executable, "-S", "broken.py", "--on-demand"], cwd=FOLDER, env=env, text=True,
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ordering = threading.Lock()
        self.addCleanup(self.end_receivers)

    def end_receivers(self):
        self.receivers.stdin.close()  # which ends those that still run
        self.receivers.wait(PATIENCE)
        self.receivers.stdout.close()

    def order(self, line):
        with self.ordering:
            print(line, file=self.receivers.stdin, flush=True)
            answer = self.receivers.stdout.readline().split()
        self.assertTrue(answer, "the receivers have ended")
        return answer

    def judge(self, defect, encoding="v0", check_arguments=()):
        process, url = self.order(f"{defect} {encoding}")
        try:
            more = [argument.replace("{url}", url) for argument in check_arguments]
            result = self.run_program("check", url, "--format", "json", *more, env=self.env(ALOHOOK_SECRET=SECRET))
        finally:
            self.order(process)
        self.check_no_secret(result)
        return result, {line["id"]: line for line in result.lines if line["event"] == "check"}

    def judge_defect(self, name):
        result, outcomes = self.judge(name, check_arguments=ARGUMENTS.get(name, []))
        failed = {id for id, outcome in outcomes.items() if outcome["result"] == "fail"}
        causes = {cause["id"] for outcome in outcomes.values() for cause in outcome.get("causes", [])}
        return name, result, outcomes, failed, causes

    def test_none_is_accused(self):
        for encoding in ("v0", "hex", "base64"):
            with self.subTest(encoding=encoding):
                result, outcomes = self.judge("none", encoding)
                self.assertEqual([outcome for outcome in outcomes.values() if outcome["result"] != "pass" and
                                  not outcome.get("reason", "").startswith("needs") and outcome["result"] != "skip"], [])
                self.assertEqual((result.code, result.lines[-1]["encoding"]), (0, encoding))

    def test_each_defect_is_caught(self):
        with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            names = [name for name in DEFECTS for _ in range(20 if LONG and name in BY_CHANCE else 1)]
            runs = list(pool.map(self.judge_defect, names))
        print(f"\n{'defect':31} {'number':12} {'caught by':26} named as")
        first = {}
        for name, result, outcomes, failed, causes in runs:
            numbers, _, meant = DEFECTS[name]
            if name not in first:
                print(f"{name:31} {numbers:12} {meant:26} {' '.join(sorted(causes))}")
            with self.subTest(defect=name):
                self.assertEqual(first.setdefault(name, (result.code, failed)), (result.code, failed), "the same checks fail each time")
                self.check_verdict(name, meant, result, outcomes, failed)
                if name in CAUSES:
                    self.assertIn(CAUSES[name], causes)
                elif name not in ("no-verification", "always-200", "reads-once"):  # these accept any incorrect signature
                    self.assertEqual(causes, set())
        named = {name for name, *_, causes in runs if CAUSES.get(name) in causes}
        print(f"{len(first)} defects, {len(named)} of them named")
        self.assertGreaterEqual(len(first), 45)
        self.assertGreaterEqual(len(named), 15)

    def check_verdict(self, name, meant, result, outcomes, failed):
        self.assertIn(meant, failed)
        self.assertIn(outcomes[meant]["severity"], ("must", "should", "may"))
        must = any(outcomes[id]["severity"] == "must" for id in failed)
        self.assertEqual(result.code, 1 if must else 0)
        unrelated = {id for id in failed - {meant} if not any(fnmatch.fnmatch(id, pattern) for pattern in ALSO.get(name, []))}
        self.assertEqual(unrelated, set(), "nothing unrelated is accused")
        for field in ("reason", "sent", "expected", "got", "why"):
            self.assertTrue(outcomes[meant].get(field), f"{meant} says nothing under '{field}'")


if __name__ == "__main__":
    alohook.main()
