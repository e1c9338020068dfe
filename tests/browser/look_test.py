"""Light and dark, narrow and wide, forced colors and 400 % zoom: nothing scrolls sideways, and axe-core finds nothing.

axe-core is fetched from npm into a directory of the build; without a network those checks are skipped.
"""
import os
import pathlib
import subprocess
import tempfile

from browser import PageCase, main

AXE_VERSION = "4.10.2"
EVENT = b'{\n  "type": "action_created",\n  "action": {"title": "Leak in hall B \xe2\x80\xae <img>", "budget": 1.0}\n}'


def axe_source():
    """Returns the source of axe-core, or None if npm can't fetch it."""
    folder = pathlib.Path(os.environ.get("ALOHOOK_TEST_CACHE", tempfile.gettempdir())) / "alohook-axe"
    source = folder / "node_modules/axe-core/axe.min.js"
    if not source.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, f"axe-core@{AXE_VERSION}"],
                           check=True, capture_output=True, timeout=120, cwd=folder)
        except (OSError, subprocess.SubprocessError):
            return None
    return source.read_text() if source.exists() else None


class Look(PageCase):
    def setUp(self):
        super().setUp()
        self.start_listener()
        self.open()
        self.axe = axe_source()
        if self.axe is None:
            print("note: axe-core could not be fetched, so accessibility is not checked", flush=True)

    def fill(self):
        for index in range(6):
            self.deliver(EVENT, secret="another-secret-123" if index % 2 else "blackbox-5fd1c0b7a9e84e0d")
        self.deliver(b"\x00\xff" * 300)
        self.wait_events(7)

    def check(self, state):
        """Checks that there is no sideways scrolling and that axe-core has no objections."""
        page = self.browser
        page.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))")
        self.assertLessEqual(page.run("return document.documentElement.scrollWidth - innerWidth"), 0, state)
        wide = page.run("return [...document.querySelectorAll('header, nav, main, #details, #list, dialog[open]')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.id || e.tagName)")
        self.assertEqual(wide, [], state)
        cut = page.run("return [...document.querySelectorAll('#details .actions *, #details .tabs *, #details .bar *, #details .card button')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth).map((e) => e.id || e.textContent)")
        self.assertEqual(cut, [], state)
        if self.axe is None:
            return
        # The page's own policy doesn't allow inline scripts, but the driver's protocol runs them anyway.
        page.run("if (!window.axe) { " + self.axe + " }; return 1")
        found = page.driver.execute_async_script("axe.run({resultTypes: ['violations']}).then((r) => arguments[0](r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary).join(' | '))), (e) => arguments[0]([String(e)]))")
        self.assertEqual(found, [], state)

    def test_every_state_at_every_width_light_and_dark(self):
        page = self.browser
        self.check("empty")
        self.fill()
        for scheme in ("light", "dark"):
            page.media(prefers_color_scheme=scheme)
            for width in (320, 400, 1280, 1920):
                page.size(width)
                page.run("history.replaceState(null, '', '/#/'); dispatchEvent(new HashChangeEvent('hashchange'))")
                self.check(f"list {width} {scheme}")
                self.open_event(1)
                for tab in "12345":
                    page.press(tab)
                    self.check(f"event {width} {scheme} {tab}")
        page.size(1280)
        self.open_event(0)
        self.check("bytes")
        first, second = self.ids()[1], self.ids()[2]
        page.run("location.hash = `#/diff/${arguments[0]}/${arguments[1]}`", first, second)
        page.wait_text("#details h1", "Difference")
        for width in (320, 1280):
            page.size(width)
            self.check(f"difference {width}")
        page.size(1280)
        self.open_event(1)
        page.press("e")
        page.wait("return document.getElementById('edit').open")
        for width in (320, 1280):
            page.size(width)
            self.check(f"edit {width}")
        page.run("document.getElementById('edit').close()")
        page.press("?")
        page.wait("return document.getElementById('keys').open")
        for width in (320, 1280):
            page.size(width)
            self.check(f"keys {width}")
        page.run("document.getElementById('keys').close()")
        page.click("#do-more")
        self.check("menu")
        page.press("\ue00c")
        self.listener.stop()
        page.wait("return !document.getElementById('banner').hidden")
        for width in (320, 1280):
            page.size(width)
            self.check(f"disconnected {width}")

    def test_forced_colors_and_four_times_zoom(self):
        page = self.browser
        self.fill()
        page.media(forced_colors="active")
        self.open_event(1)
        self.check("forced colors")
        page.media(forced_colors="none")
        page.size(320, 256)  # 1280 by 1024 at 400 %
        self.check("zoom: event")
        page.run("history.replaceState(null, '', '/#/'); dispatchEvent(new HashChangeEvent('hashchange'))")
        page.wait("return document.getElementById('list').clientHeight > 100", why="the list to have room")
        self.check("zoom: list")

    def test_the_chosen_row_is_marked_by_more_than_color_and_announced(self):
        page = self.browser
        self.fill()
        event = self.open_event(2)
        page.wait("return document.getElementById('list').getAttribute('aria-activedescendant') === arguments[0]", f"e-{event}")
        for selector, text in ((".row .icon", ("✓", "✗", "!")),):
            self.assertIn(page.text(selector), text)
        self.assertTrue(page.run("return document.getElementById('announce').textContent"))


if __name__ == "__main__":
    main()
