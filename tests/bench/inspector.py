#!/usr/bin/env python3
"""Requests per second of `alohook listen` with one page of the inspector open, against without, in alternating runs.

Usage: inspector.py [--program build/release/alohook] [--rounds 5] [--seconds 10]
Needs wrk, chromium and python3-selenium. Prints the median of both and their ratio; exits 1 below 0.9.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "browser"))
from measuring import ENV, ROOT, event_body, wrk  # noqa: E402

TOKEN = "bench-token-0123456789abcdef"
TARGET = 0.9


def listen(program, *arguments):
    process = subprocess.Popen([program, "listen", "--port", "0", "--format", "quiet", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env={**ENV, "ALOHOOK_INSPECT_TOKEN": TOKEN})
    url = page = None
    while not url or (arguments and not page):
        line = process.stderr.readline().decode()
        if not line:
            raise RuntimeError("alohook did not start")
        if found := re.search(r"^listening on (\S+)", line):
            url = found[1]
        if found := re.search(r"inspect at (\S+)", line):
            page = found[1]
    return process, url, page


def open_page(url):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", f"--user-data-dir={tempfile.mkdtemp()}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.get(url)
    while driver.execute_script("return document.body.dataset.connection") != "on":
        time.sleep(0.05)
    return driver


def measure(program, with_page, seconds, folder):
    process, url, page = listen(program, *(["--inspect=0"] if with_page else []))
    driver = open_page(page) if with_page else None
    try:
        return wrk(url, event_body(1000), 8, seconds, folder)["rate"]
    finally:
        if driver:
            driver.quit()
        process.terminate()
        process.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/alohook")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    rates = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for with_page in (False, True):
                rates[with_page].append(measure(options.program, with_page, options.seconds, pathlib.Path(folder)))
                print(f"round {number + 1}, {'with' if with_page else 'without'} a page: {rates[with_page][-1]:.0f} requests/s", flush=True)
    without, with_page = statistics.median(rates[False]), statistics.median(rates[True])
    print(f"median without {without:.0f}, with {with_page:.0f} requests/s: {with_page / without:.2f} (at least {TARGET})")
    return 0 if with_page / without >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
