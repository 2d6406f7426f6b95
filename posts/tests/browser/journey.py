"""What every browser test starts from: Chromium, pages that are watched, the cast's cookies, and axe.

    manage.py test --tag browser

Needs playwright and Debian's Chromium; AXE_PATH names axe.min.js. What is missing is skipped with its reason,
and fails where CI is set.
"""

from __future__ import annotations

import faulthandler
import io
import os
import shutil
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test import Client, override_settings, tag
from PIL import Image as Pillow

from core.testing.cases import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

CI = bool(os.environ.get("CI"))
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
FULL = "void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') })"
WATCH = """
  addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI} ${event.sample}`));
"""
AXE = """(rules) => Promise.allSettled(document.getAnimations().map(({finished}) => finished))
  .then(() => axe.run(document, {resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})}))
  .then(({violations}) => violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html}`)))"""


def missing(what: str) -> None:
    """Skip because of `what`; in CI nothing may be missing."""
    if CI:
        raise AssertionError(f"{what}, and CI is set.")
    raise SkipTest(f"{what}.")


@cache
def axe_source() -> str:
    path = os.environ.get("AXE_PATH") or "node_modules/axe-core/axe.min.js"
    return Path(path).read_text() if Path(path).exists() else ""


def noise(side: int = 640, format: str = "JPEG") -> bytes:
    """A picture of `side` by `side` pixels that does not compress: about 1 byte a pixel as JPEG, 3 as PNG."""
    file = io.BytesIO()
    Pillow.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(file, format)
    return file.getvalue()


def picture(side: int = 640) -> dict[str, Any]:
    """A file to choose, as Playwright takes it."""
    return {"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": noise(side)}


class OneAtATime(StaticFilesHandler):
    """The threads of the live server share one connection to the database in memory, and its transaction."""

    turn = threading.Lock()

    def __call__(self, environ: dict, start_response: Any) -> Any:
        with self.turn:
            return super().__call__(environ, start_response)


class Held(list):
    """Requests that are held. Whoever asks for one waits until it has come."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def __getitem__(self, index: int) -> Route:
        for _ in range(250):
            if len(self) > index:
                break
            self.page.wait_for_timeout(20)
        return super().__getitem__(index)


@tag("browser")
@override_settings(IMAGES_STORE="local", IMAGES_STORES={"local": "core.images.stores.local"})
class JourneyTestCase(StaticLiveServerTestCase):
    """Ada writes, Ben is another author. One browser a class, one context a test; whatever a page complains of fails.

    A test that provokes a complaint says so first: `self.allow("status of 500")`.
    """

    static_handler = OneAtATime

    @classmethod
    def setUpClass(cls) -> None:
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            missing("playwright is not installed")
        if not (chromium := shutil.which("chromium")):
            missing("Chromium is not installed")
        super().setUpClass()
        unsafe = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE", "")  # Playwright keeps an event loop in this thread
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        cls.addClassCleanup(os.environ.__setitem__, "DJANGO_ALLOW_ASYNC_UNSAFE", unsafe)
        playwright = sync_playwright().start()
        cls.addClassCleanup(playwright.stop)
        cls.browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        cls.addClassCleanup(cls.browser.close)

    def setUp(self) -> None:
        faulthandler.dump_traceback_later(120, exit=True)  # a browser that hangs must not hang the run
        self.addCleanup(faulthandler.cancel_dump_traceback_later)
        self.faults: list[str] = []
        self.allowed: list[str] = []
        self.ada, self.ben = (
            get_user_model().objects.create_user(name, f"{name}@example.org", PASSWORD) for name in ("ada", "ben")
        )

    def _fixture_teardown(self) -> None:
        with OneAtATime.turn:  # a request that nobody waits for may still be answered
            super()._fixture_teardown()

    # --- Pages ----------------------------------------------------------------------------------------------

    def context(self, user: Any = None, *, js: bool = True, **options: Any) -> BrowserContext:
        """A fresh browser profile, signed in as `user`, whose pages are watched until the test ends."""
        context = self.browser.new_context(
            base_url=self.live_server_url,
            java_script_enabled=js,
            reduced_motion="reduce",
            viewport=WIDE,
            **options,
        )
        context.set_default_timeout(10_000)
        self.addCleanup(context.close)
        self.addCleanup(context.set_offline, True)  # what a form sends when it is left would come into the next test
        context.add_init_script(WATCH)
        context.on("console", lambda message: message.type == "error" and self.complain(message.text))
        context.on("weberror", lambda error: self.complain(f"uncaught: {error.error}"))
        context.on("request", self._stays_here)
        if user:
            self.sign_in(context, user)
        return context

    def open(self, path: str, user: Any = None, **options: Any) -> Page:
        page = self.context(user, **options).new_page()
        page.goto(path)
        return page

    def sign_in(self, context: BrowserContext, user: Any) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.live_server_url}])

    def hold(self, page: Page, address: str) -> list[Route]:
        """Requests of `page` to `address` go nowhere from now on; they gather here."""
        held = Held(page)

        def keep(route: Route) -> None:  # Playwright takes no built-in for a handler
            held.append(route)

        page.route(address, keep)
        return held

    def expect(self, locator: Any) -> Any:
        from playwright.sync_api import expect

        return expect(locator)

    # --- What is watched ------------------------------------------------------------------------------------

    def allow(self, *complaints: str) -> None:
        """From now on a complaint that holds one of these is what the test is about."""
        self.allowed += complaints

    def complain(self, text: str) -> None:
        if not any(allowed in text for allowed in self.allowed):
            self.faults.append(text)

    def _stays_here(self, request: Any) -> None:
        if not request.url.startswith((self.live_server_url, "blob:", "data:", "about:")):
            self.complain(f"asked another host: {request.url}")

    def tearDown(self) -> None:
        self.assertEqual(self.faults, [], "a page complained")

    # --- What every page must pass --------------------------------------------------------------------------

    def assertFocused(self, locator: Locator) -> None:
        self.expect(locator).to_be_focused()

    def assertFits(self, page: Page, size: dict[str, int]) -> None:
        """Nothing scrolls sideways in a window of `size`."""
        page.set_viewport_size(size)
        inner, full = page.evaluate("[innerWidth, document.scrollingElement.scrollWidth]")
        self.assertLessEqual(full, inner, f"{page.url} scrolls sideways at {size['width']} px")

    def assertAccessible(self, page: Page) -> None:
        """axe finds nothing, wide and narrow, light and dark, and the page fits. Needs JavaScript, as axe does."""
        for size in (NARROW, WIDE):
            self.assertFits(page, size)
            self.assertEqual(self.axe(page), [], f"{page.url} at {size['width']} px")
        page.emulate_media(color_scheme="dark")
        self.assertEqual(self.axe(page, "color-contrast"), [], f"{page.url} in the dark")
        page.emulate_media(color_scheme="light")

    def axe(self, page: Page, *rules: str) -> list[str]:
        """What axe finds against the page, one line an element; nothing where axe is not there."""
        if not axe_source():
            self.assertFalse(CI, "AXE_PATH does not name axe.min.js, and CI is set.")
            print("axe was not asked: AXE_PATH does not name axe.min.js.")
            return []
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe_source())
        return page.evaluate(AXE, list(rules))
