"""What the browser tests share: the built program, a real Chromium, and waiting for conditions.

Selenium, Chromium and its driver are the system's (python3-selenium, chromium, chromium-driver); no test needs a network.
"""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "blackbox"))
from alohook import PATIENCE, SECRET, SKIPPED, Case, main, sign  # noqa: E402

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("skipped: python3-selenium is not installed")
    sys.exit(SKIPPED)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    print("skipped: chromium and chromium-driver are not installed")
    sys.exit(SKIPPED)

TOKEN = "browser-token-0123456789abcdef"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions"]


class Browser:
    """A Chromium with its own profile."""

    def __init__(self, case, *flags):
        self.profile = tempfile.mkdtemp(prefix="alohook-browser-")
        self.downloads = pathlib.Path(tempfile.mkdtemp(prefix="alohook-downloads-"))
        case.addCleanup(shutil.rmtree, self.profile, ignore_errors=True)
        case.addCleanup(shutil.rmtree, self.downloads, ignore_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={self.profile}", "--window-size=1280,900", *flags):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER), options=options)
        case.addCleanup(self.driver.quit)
        self.driver.set_script_timeout(PATIENCE)
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(self.downloads)})

    def size(self, width, height=900):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.wait("return innerWidth === arguments[0]", width)

    def media(self, **features):
        """Emulates `prefers_color_scheme="dark"`, `forced_colors="active"` and so on."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script, *arguments, why=""):
        """Waits until a script returns something truthy, and returns it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            value = self.run(script, *arguments)
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError(f"in vain: {why or script}\n{self.run('return document.body.innerText')[:2000]}")

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def wait_text(self, selector, text):
        return self.wait("return (document.querySelector(arguments[0])?.innerText ?? '').includes(arguments[1])", selector, text, why=f"{text!r} in {selector}")

    def press(self, *keys):
        for key in keys:
            webdriver.ActionChains(self.driver).send_keys(key).perform()

    def click(self, selector):
        self.wait("return document.querySelector(arguments[0])", selector)
        self.run("document.querySelector(arguments[0]).click()", selector)

    def problems(self):
        """Returns what the page logged as errors: a script, a policy, a missing file."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def requested(self):
        """Returns the URLs that the page requested, from the browser's own network log."""
        urls = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls

    def downloaded(self, ending):
        """Returns the bytes of the newest download once it is complete."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            files = [path for path in self.downloads.iterdir() if path.name.endswith(ending)]
            if files:
                newest = max(files, key=lambda path: path.stat().st_mtime_ns)
                return newest.read_bytes()
            time.sleep(0.05)
        raise AssertionError(f"no download {ending}: {list(self.downloads.iterdir())}")


class PageCase(Case):
    """A test with a listener, its inspector, and a browser at its page."""

    def env(self, **more):
        return super().env(**{"ALOHOOK_INSPECT_TOKEN": TOKEN, "TZ": "UTC", **more})

    def start_listener(self, *arguments, inspector=0, **more):
        ports = self.home / "ports"
        ports.unlink(missing_ok=True)
        self.listener = self.listen(f"--inspect={inspector}", *arguments, **more)
        found = self.listener.err.wait_for(lambda err: b"#token=" in err)
        if not found:
            raise AssertionError(self.listener.err.bytes)
        self.inspector_port = int(self.listener.port_file.read_text().split()[1])
        self.page = f"http://127.0.0.1:{self.inspector_port}/"
        return self.listener

    def open(self, *flags, route="", token=TOKEN):
        """Opens the page in a new browser, using the printed URL."""
        self.browser = Browser(self, *flags)
        self.visit(token=token)
        if route:
            self.browser.driver.get(self.page + route)
            self.ready()
        return self.browser

    def visit(self, token=TOKEN):
        self.browser.driver.get(f"{self.page}#token={token}")
        self.ready()

    def ready(self):
        self.browser.wait("return document.body.dataset.connection === 'on'", why="the page to be connected")

    def deliver(self, body, secret=SECRET, headers=None, target="/"):
        request = urllib.request.Request(self.listener.url.rstrip("/") + target, data=body, method="POST",
                                         headers={"Content-Type": "application/json", **sign(body, secret), **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    def ids(self):
        """Returns the IDs of the events in the page's memory, oldest first."""
        return self.browser.driver.execute_async_script("import('/page/store.js').then((m) => arguments[0](m.state.rows.filter((r) => !r.mark).map((r) => r.id)))")

    def state(self, expression):
        return self.browser.driver.execute_async_script(f"import('/page/store.js').then((m) => {{ const state = m.state; arguments[0]({expression}); }})")

    def wait_events(self, count):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ids = self.ids()
            if len(ids) >= count:
                return ids
            time.sleep(0.05)
        raise AssertionError(f"{len(ids)} events instead of {count}")

    def open_event(self, index=0):
        """Opens the event at this position in the list, newest first, and waits for its details."""
        self.browser.wait("return document.querySelectorAll('.row[id]').length > arguments[0]", index)
        event = self.ids()[-1 - index]
        self.browser.run("location.hash = '#/e/' + arguments[0]", event)
        self.browser.wait("return document.querySelector('#details .facts code')?.textContent === arguments[0].slice(0, 8) && document.querySelector('#panel')", event)
        return event


def in_background(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


__all__ = ["By", "Browser", "Keys", "PATIENCE", "PageCase", "SECRET", "TOKEN", "in_background", "main", "os", "sign"]
