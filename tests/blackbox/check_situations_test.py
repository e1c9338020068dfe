"""`alohook check` against what happens in the field: altered bodies, filters in front, clocks, secrets, chance.

Each wrong receiver is caught and named, no correct one is accused. With ALOHOOK_LONG=1 everything that depends on chance
is repeated 20 times, and the verdict and the failed checks have to be the same each time.
"""
import concurrent.futures
import gzip
import os
import pathlib
import re
import sys

import alohook
from alohook import Case, Receiver

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "receivers" / "broken"))
import situations  # noqa: E402

SECRET = situations.SECRET.decode()
LONG = os.environ.get("ALOHOOK_LONG") == "1"


def seen_at(seen):
    """The time at which requests were made, which is the timestamp of most of them."""
    times = [time for _, *times in seen for time in times]
    return int(max(set(times), key=times.count))


# With these seeds, chance strikes at the first signed request.
FIRST_IS_HIT = [("an instance without the route", 3), ("a login page 1 in 6", 6), ("drops every third connection", 2), ("drops 1 in 4 connections", 2)]


class Situations(Case):
    def setUp(self):
        super().setUp()
        self.secrets.add(SECRET)

    def check(self, handler, *arguments):
        """Runs a check. Returns the exit code, the outcomes by ID, and the summary."""
        server = Receiver(self, handler)
        try:
            result = self.run_program("check", server.url + "hook", "--format", "json", "--timeout", "2s", *arguments,
                                      env=self.env(ALOHOOK_SECRET=SECRET))
        finally:
            server.close()
        lines = result.lines
        self.assertEqual(lines[-1]["event"], "summary", result)
        return result.code, {line["id"]: line for line in lines if line["event"] == "check"}, lines[-1]

    def check_all(self, cases, run):
        with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            return list(zip(cases, pool.map(run, cases)))

    @staticmethod
    def failed(outcomes, severity=None):
        return {id for id, line in outcomes.items() if line["result"] == "fail" and severity in (None, line["severity"])}

    @staticmethod
    def causes(outcome):
        return [f"{cause['id']}: {cause['text']} {cause['evidence']}" for cause in outcome.get("causes", [])]

    def test_what_alters_the_body_is_caught_and_named(self):
        self.assertGreaterEqual(len(situations.ALTERING), 40)
        runs = self.check_all(situations.ALTERING, lambda name: self.check(
            situations.receiver(body=situations.ALTERING[name][0]), "--only", "raw-*", "--only", "accept-valid"))
        print(f"\n{'alters the body':28} {'caught by':20} named as")
        for name, (code, outcomes, summary) in runs:
            _, check, says = situations.ALTERING[name]
            named = self.causes(outcomes[check])
            print(f"{name:28} {check:20} {named[0][:100] if named else '-'}")
            with self.subTest(name):
                self.assertIn(check, self.failed(outcomes))
                self.assertEqual((code, outcomes["accept-valid"]["result"]), (1, "pass"))
                self.assertTrue(named, "the transformation is named")
                if says:
                    self.assertRegex(" ".join(named), re.compile(says.replace("+", r"\+").replace("$", r"\$").replace("../", r"\.\./"), re.I))

    def test_what_is_not_about_the_signature_is_named_without_a_search(self):
        self.assertGreaterEqual(len(situations.NOT_THE_SIGNATURE), 15)
        print(f"\n{'answers in its place':28} {'named as':18} requests")
        for name, (answer, id) in situations.NOT_THE_SIGNATURE.items():
            code, outcomes, summary = self.check(answer)
            print(f"{name:28} {id:18} {summary['requests']}")
            with self.subTest(name):
                self.assertEqual(code, 1)
                self.assertEqual([cause["id"] for cause in outcomes["accept-valid"]["causes"]], [id])
                self.assertNotIn("secret", outcomes["accept-valid"]["reason"])
                self.assertLess(summary["requests"], 60)

    def test_clocks_and_secrets_are_named(self):
        self.assertGreaterEqual(len(situations.CLOCKS_AND_SECRETS), 12)
        runs = self.check_all(situations.CLOCKS_AND_SECRETS, lambda name: self.check(
            situations.CLOCKS_AND_SECRETS[name][0], "--only", "accept-valid", "--only", "reject-weak-secret"))
        print(f"\n{'clock or secret':44} named as")
        for name, (code, outcomes, _) in runs:
            _, id, says = situations.CLOCKS_AND_SECRETS[name]
            outcome = outcomes["accept-valid"]
            print(f"{name:44} {(self.causes(outcome) or [outcome['reason']])[0][:100]}")
            with self.subTest(name):
                self.assertEqual((code, outcome["result"]), (1, "fail"))
                self.assertEqual([cause["id"] for cause in outcome["causes"]], [id] if id else [])
                self.assertIn(says, " ".join([outcome["reason"], *self.causes(outcome)]))
                is_weak = id in ("secret-unset", "secret-placeholder")
                self.assertEqual(outcomes["reject-weak-secret"]["result"], "fail" if is_weak else "inconclusive")

    def test_chance_is_called_chance_and_blames_nothing_else(self):
        self.assertGreaterEqual(len(situations.BY_CHANCE), 30)
        print(f"\n{'by chance':44} accept-valid")
        cases = [(name, seed) for name in situations.BY_CHANCE for seed in range(20 if LONG else 1)]
        if not LONG:
            cases += FIRST_IS_HIT
        seen = {}
        for (name, seed), (code, outcomes, summary) in self.check_all(cases, lambda case: self.check(situations.BY_CHANCE[case[0]](case[1]))):
            outcome = outcomes["accept-valid"]
            if name not in seen:
                print(f"{name:44} {outcome.get('reason', '')[:100]}")
            with self.subTest(name, seed=seed):
                self.assertEqual((code, outcome["result"]), (1, "fail"))
                self.assertRegex(outcome["reason"], r"rejects \d+ of \d+ valid requests")
                failed = self.failed(outcomes)
                also = situations.BREAKS_TOO.get(name, set())
                self.assertLessEqual(failed, {"accept-valid", "still-alive"} | also, "nothing else is blamed")
                self.assertEqual(seen.setdefault(name, failed), failed, "the same checks fail each time")

    def test_leading_zeros_are_named(self):
        for _ in range(20 if LONG else 2):
            code, outcomes, _ = self.check(situations.BY_CHANCE["leading zeros dropped"](), "--only", "accept-valid")
            self.assertEqual(code, 1)
            self.assertIn("leading zeros", self.causes(outcomes["accept-valid"])[0])
            self.assertTrue(outcomes["accept-valid"]["causes"][0]["proven"])

    def test_a_slow_start_is_a_note(self):
        for seconds in (1.2, 2.5):  # the second one is longer than the timeout
            code, outcomes, summary = self.check(situations.receiver(before=situations.SlowStart(seconds)), "--only", "accept-valid")
            self.assertEqual((code, outcomes["accept-valid"]["result"]), (0, "pass"))
            self.assertIn("starts slowly", " ".join(summary["notes"]))

    def test_workers_that_are_recycled_are_not_accused(self):
        intervals = range(37, 37 + (20 if LONG else 1))  # in requests
        for every, (code, outcomes, _) in self.check_all(intervals, lambda every: self.check(situations.recycles_workers(every))):
            with self.subTest(every=every):
                self.assertEqual((code, self.failed(outcomes)), (0, set()))

    def test_what_happens_to_a_compressed_body_is_a_remark(self):
        def of_compressed(answer):
            def before(head, headers, body):
                if situations.values(headers, "content-encoding") != ["gzip"]:
                    return None
                self.assertEqual(gzip.decompress(body), b'{"type":"alohook.check"}')
                return answer
            return situations.receiver(before=before)
        for answer, says in ((situations.NO, "decompresses bodies before they are verified"), (None, None),
                             (situations.response("500 Internal Server Error"), "gets 500"), (situations.response(), None)):
            with self.subTest(answer):
                code, outcomes, _ = self.check(of_compressed(answer), "--only", "odd-bytes")
                self.assertEqual((code, outcomes["odd-bytes"]["result"]), (0, "pass"))
                remarks = " ".join(outcomes["odd-bytes"].get("remarks", []))
                self.assertIn(says, remarks) if says else self.assertNotIn("compress", remarks)

    def test_what_is_rejected_as_it_should_be_is_sent_once(self):
        seen = []
        self.check(situations.receiver(before=lambda head, headers, body: seen.append((head.split()[0], *situations.values(headers, "x-alo-request-timestamp")))))
        self.assertEqual([[method for method, *_ in seen].count(method) for method in (b"GET", b"PUT")], [1, 1])
        old = [time for _, *times in seen for time in times if time.isdigit() and 80_000 < seen_at(seen) - int(time) < 90_000]
        self.assertEqual(len(old), 1, "the timestamp that is a day old")

    def test_what_dies_fails_with_the_request_that_killed_it(self):
        holder = {}

        def dies(head, headers, body):
            if len(body) > 200_000 or holder.get("dead"):
                holder["dead"] = True
                Receiver._shut_down(holder["server"].socket)
                return b""
            return None
        server = holder["server"] = Receiver(self, situations.receiver(before=dies))
        result = self.run_program("check", server.url, "--format", "json", "--timeout", "2s", env=self.env(ALOHOOK_SECRET=SECRET))
        outcomes = {line["id"]: line for line in result.lines if line["event"] == "check"}
        self.assertEqual((result.code, outcomes["large-body"]["result"], outcomes["large-body"]["severity"]), (1, "fail", "must"))
        self.assertIn("256 kB", outcomes["large-body"]["reason"])

    def test_a_correct_receiver_passes_everything(self):
        for written in (lambda mac: "v0=" + mac.hex(), bytes.hex, lambda mac: situations.base64(mac)):
            code, outcomes, _ = self.check(situations.receiver(written=written))
            self.assertEqual((code, self.failed(outcomes)), (0, set()))


if __name__ == "__main__":
    alohook.main()
