#!/usr/bin/env python3
"""Measures the inspector: what a page costs the listener, and whether many events and a large body stay fluid.

Usage: tests/bench/inspector.py [--program build/release/alohook] [--rounds 5] [--seconds 5] [--quick]
Needs wrk, chromium, chromium-driver and python3-selenium. Takes less than 4 minutes; --quick, which checks the command
and not the program, half a minute. Rounds alternate between the measurements, and which of the listeners comes first
alternates too. Prints the median of each figure beside its goal; exits 1 when one is missed.

- receiving: requests per second of `alohook listen` with one page open, against a listener without an inspector
- 100,000 events: a journal whose events are all loaded into the page; a jump goes to a random place of the list
- a body of 10 MB: 460,000 lines of JSON; a jump goes to a random line
"""
import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from measuring import ENV, ROOT, event_body, wrk
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

TOKEN = "bench-token-0123456789abcdef"
PATIENCE = 120  # seconds until a wait gives up
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--window-size=1280,900"]

# What is measured: unit, goal, whether more is better.
GOALS = {
    "receiving with a page, as a share of without": ("", 0.9, True),
    "many events: first row after": ("ms", 400, False),
    "many events: a jump, median": ("ms", 18, False),
    "many events: a jump, worst": ("ms", 52, False),
    "many events: longest task while they load": ("ms", 200, False),
    "many events: elements in the page": ("", 500, False),
    "large body: first lines after": ("ms", 1000, False),
    "large body: a jump, median": ("ms", 18, False),
    "large body: a jump, worst": ("ms", 52, False),
    "large body: longest task": ("ms", 200, False),
}

# Until two frames have passed, which is when what was drawn is on the screen.
JUMPS = """
const [selector, count, done] = [arguments[0], arguments[1], arguments[2]];
const frame = () => new Promise(requestAnimationFrame);
(async () => {
  const box = document.querySelector(selector), times = [];
  let seed = 7;
  for (let i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    await frame();
    const began = performance.now();
    box.scrollTop = seed % box.scrollHeight;
    box.dispatchEvent(new Event('scroll'));
    box.getBoundingClientRect();
    times.push(performance.now() - began);
  }
  done(times);
})();
"""

WATCH_TASKS = """
window.longest = 0;
new PerformanceObserver((list) => { for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration); }).observe({entryTypes: ['longtask']});
"""


class Alohook:
    """The program with its inspector, or a listener without one. Ended with the block."""

    def __init__(self, program, *arguments):
        self.has_page = "inspect" in arguments or "--inspect=0" in arguments
        self.process = subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        env={**ENV, "ALOHOOK_INSPECT_TOKEN": TOKEN})
        self.url = self.page = None
        while not (self.page if self.has_page else self.url):
            line = self.process.stderr.readline().decode()
            if not line:
                self.process.wait()
                raise RuntimeError("alohook did not start")
            if found := re.search(r"^listening on (\S+)", line):
                self.url = found[1]
            if found := re.search(r"inspect at (\S+)", line):
                self.page = found[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


class Page:
    """A browser of its own, ended with the block."""

    def __init__(self, folder):
        self.profile = tempfile.mkdtemp(dir=folder)
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser")
        for flag in (*FLAGS, f"--user-data-dir={self.profile}"):
            options.add_argument(flag)
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_script_timeout(PATIENCE)
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH_TASKS})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, url):
        self.driver.get(url)
        self.wait("return document.body.dataset.connection === 'on'")

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script, *arguments):
        deadline = time.monotonic() + PATIENCE
        while not (value := self.run(script, *arguments)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"in vain: {script}")
            time.sleep(0.02)
        return value

    def loaded(self):
        return self.driver.execute_async_script("import('/page/store.js').then((m) => arguments[0](m.state.rows.length))")

    def jumps(self, selector, count):
        return self.driver.execute_async_script(JUMPS, selector, count)

    def task(self):
        return self.run("const longest = window.longest; window.longest = 0; return longest")


def write_journal(path, count, body):
    """A journal of `count` events of 1 KB, the newest of which has `body`."""
    small = event_body(1000).decode()
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            # An odd multiplier takes each number to another one, so that ids begin differently, as random ones do.
            event = {"schema": 1, "id": f"{(number + 1) * 0x9E3779B97F4A7C15 & (1 << 64) - 1:016x}", "received_at": "2026-11-26T20:00:00.000Z", "method": "POST", "target": "/",
                     "headers": [["Content-Type", "application/json"]], "body": body if number == count - 1 else small, "type": "action_created", "signature": {"verdict": "valid"},
                     "answer": {"status": 200, "ms": 1}}
            file.write(json.dumps(event, separators=(",", ":")) + "\n")


def large_body(size):
    """JSON of four lines for each 86 bytes."""
    return "[" + ",".join(f'{{"i":{number + 10**6},"title":"{"x" * 60}"}}' for number in range(size // 86)) + "]"


def receiving(program, with_page, seconds, folder):
    with Alohook(program, "listen", "--port", "0", "--format", "quiet", *(["--inspect=0"] if with_page else [])) as listener:
        if not with_page:
            return wrk(listener.url, event_body(1000), 8, seconds, folder)["rate"]
        with Page(folder) as page:
            page.open(listener.page)
            return wrk(listener.url, event_body(1000), 8, seconds, folder)["rate"]


def looking(program, journal, count, folder):
    """The figures of a page that shows a journal."""
    figures = {}
    with Alohook(program, "inspect", journal, "--port", "0") as inspector, Page(folder) as page:
        page.open(inspector.page)
        page.driver.refresh()  # now with the token, and the browser warm
        page.wait("return document.querySelector('.row[id]')")
        # Time since the navigation began, noted by the page itself at the first row.
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
            const look = () => { if (document.querySelector('.row[id]')) window.firstRow = performance.now(); else requestAnimationFrame(look); };
            look();"""})
        page.driver.refresh()
        figures["many events: first row after"] = page.wait("return window.firstRow")

        page.wait("return document.querySelector('.code .l')")  # the newest event, with the large body, is chosen
        page.wait("return !/so far|scanning/.test(document.querySelector('.facts-text').textContent)")
        page.task()
        page.run("""
            const list = document.getElementById('list');
            const timer = setInterval(() => { list.scrollTop = list.scrollHeight; }, 5);
            window.stop = () => clearInterval(timer);""")
        deadline = time.monotonic() + PATIENCE
        while page.loaded() < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"only {page.loaded()} of {count} events were loaded")
            time.sleep(0.1)
        page.run("window.stop()")
        figures["many events: longest task while they load"] = page.task()
        jumps = page.jumps("#list", 100)
        figures["many events: a jump, median"] = statistics.median(jumps)
        figures["many events: a jump, worst"] = max(jumps)
        page.run("document.querySelector('.row[id]').click()")  # any other than the large one
        page.wait("return document.querySelectorAll('.code .l').length < 20 && document.querySelector('.code .l')")
        figures["many events: elements in the page"] = page.run("return document.querySelectorAll('*').length")

    with Alohook(program, "inspect", journal, "--port", "0") as inspector, Page(folder) as page:
        page.open(inspector.page)
        page.wait("return document.querySelector('.code .l')")
        # Another event first, so that the large one is opened in a page that stands.
        page.run("document.querySelectorAll('.row[id]')[1].click()")
        page.wait("return document.querySelectorAll('.code .l').length > 0 && document.querySelectorAll('.code .l').length < 20")
        page.driver.execute_async_script("import('/page/details.js').then((m) => { for (const row of document.querySelectorAll('.row[id]')) m.forgetDetails(row.id.slice(2)); arguments[0](); })")
        page.task()
        figures["large body: first lines after"] = page.driver.execute_async_script("""
            const done = arguments[0], began = performance.now();
            document.querySelectorAll('.row[id]')[0].click();
            const look = () => { if (document.querySelectorAll('.code.long .l').length > 20) done(performance.now() - began); else requestAnimationFrame(look); };
            look();""")
        page.wait("return / lines · /.test(document.querySelector('.facts-text').textContent)")
        figures["large body: longest task"] = page.task()
        jumps = page.jumps(".code", 100)
        figures["large body: a jump, median"] = statistics.median(jumps)
        figures["large body: a jump, worst"] = max(jumps)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/alohook")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round with small numbers, to see that the command works")
    options = parser.parse_args()
    rounds, seconds = (1, 1) if options.quick else (options.rounds, options.seconds)
    count, size = (3000, 1_000_000) if options.quick else (100_000, 10_000_000)
    measured = {name: [] for name in GOALS}
    rates = {False: [], True: []}
    with tempfile.TemporaryDirectory(prefix="alohook-bench-") as name:
        folder = pathlib.Path(name)
        journal = folder / "events.jsonl"
        write_journal(journal, count, large_body(size))
        for number in range(rounds):
            for with_page in (False, True) if number % 2 == 0 else (True, False):
                rates[with_page].append(receiving(options.program, with_page, seconds, folder))
                print(f"round {number + 1}: {rates[with_page][-1]:,.0f} requests/s {'with' if with_page else 'without'} a page", flush=True)
            for figure, value in looking(options.program, journal, count, folder).items():
                measured[figure].append(value)
    # Each ratio is of two measurements in a row, so that a machine that becomes slower or faster hardly changes it.
    measured["receiving with a page, as a share of without"] = [with_page / without for without, with_page in zip(rates[False], rates[True])]
    without, with_page = statistics.median(rates[False]), statistics.median(rates[True])
    print(f"\nMedians of {rounds} alternating round{'' if rounds == 1 else 's'}; {count:,} events, a body of {size / 1e6:.0f} MB. "
          f"Receiving: {without:,.0f} requests/s without a page, {with_page:,.0f} with one.\n")
    is_missed = False
    for figure, (unit, goal, is_more) in GOALS.items():
        value = statistics.median(measured[figure])
        is_met = value >= goal if is_more else value <= goal
        is_missed |= not is_met
        text = f"{value:.2f}" if is_more else f"{value:,.0f}" if value >= 100 or not unit else f"{value:.1f}"
        print(f"- {'met' if is_met else '**missed**'}: {figure}: {text} {unit}".rstrip() + f" (at {'least' if is_more else 'most'} {goal:,} {unit}".rstrip() + ")")
    return 1 if is_missed else 0


if __name__ == "__main__":
    sys.exit(main())
