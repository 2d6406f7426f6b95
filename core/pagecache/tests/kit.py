"""Asking the page cache as a server does, with a small application or the whole site behind it."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any, NamedTuple
from unittest.mock import patch

import brotli
from django.db import connection
from django.http import HttpResponse
from django.test.testcases import SimpleTestCase
from django.utils import timezone

from core.htmx import mark_public
from core.pagecache import freshness
from core.pagecache.freshness import Freshness, Stamp, State
from core.pagecache.front import PageCache
from core.pagecache.models import Generation
from core.pagecache.reads import Reads

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return UNPACK[self.headers.get("Content-Encoding", "")](self.body).decode()


def environ_of(address: str = "/", method: str = "GET", **headers: str) -> dict[str, Any]:
    """What a server hands over; `headers` as HTTP_ names without HTTP_."""
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": "testserver",
        "HTTP_USER_AGENT": BROWSER,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **{f"HTTP_{name}": value for name, value in headers.items()},
    }


def ask(application: Callable, address: str = "/", method: str = "GET", **headers: str) -> Answer:
    heard: list[Any] = []
    body = application(environ_of(address, method, **headers), lambda *said: heard.extend(said))
    got = b"".join(body)
    if hasattr(body, "close"):
        # The test client keeps the database open in this way too.
        from django.core.signals import request_finished
        from django.db import close_old_connections

        request_finished.disconnect(close_old_connections)
        try:
            body.close()
        finally:
            request_finished.connect(close_old_connections)
    return Answer(int(heard[0][:3]), dict(heard[1]), got)


class FixedFreshness(Freshness):
    """Believes what a test says."""

    def __init__(self) -> None:
        super().__init__(thread=False)
        self.change()

    def change(self) -> None:
        """Something public has changed, and was seen."""
        generation = self.state.stamp.generation + 1 if self.state.stamp else 1
        self.state = State(Stamp(generation, float("inf")), float("inf"))

    def die(self) -> None:
        self.state = State(self.state.stamp, float("-inf"))


class App:
    """Django, as the page cache sees it: it says what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.text = "<!doctype html><title>A page</title>" + "<p>Some words of it. " * 40
        self.status, self.public, self.cookie, self.read = 200, True, "", None
        self.before: Callable[[], object] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> HttpResponse:
        self.asked.append(environ)
        self.before()
        response = HttpResponse(self.text, status=self.status, headers={"Vary": "Cookie, Origin"})
        if self.public:
            mark_public(response)
        if self.cookie:
            response.set_cookie(self.cookie)
        if self.read:
            response.read = self.read
        headers = [*response.items(), *(("Set-Cookie", one.OutputString()) for one in response.cookies.values())]
        start_response(f"{response.status_code} Said", headers)
        return response


class FrontTestCase(SimpleTestCase):
    """A page cache in front of an App that has been asked once, so that its view is known to be public."""

    def setUp(self) -> None:
        super().setUp()
        self.app, self.fresh = App(), FixedFreshness()
        self.counter = Reads(thread=False)
        self.cache = self.new_cache()

    def new_cache(self, room: int = 1_000_000) -> PageCache:
        cache = PageCache(self.app, room=room, freshness=self.fresh, reads=self.counter)
        ask(cache, "/?warm")
        cache.shelf.forget(next(iter(cache.shelf.new), None))
        self.app.asked.clear()
        self.counter.waiting.clear()
        return cache

    def ask(self, address: str = "/", method: str = "GET", **headers: str) -> Answer:
        return ask(self.cache, address, method, **headers)

    def at(self, now: float) -> AbstractContextManager:
        """The clock of the wall stands at `now`."""
        return patch("core.pagecache.front.time", lambda: now)


def generation() -> int:
    """How often what is public has changed by now, as another connection will see it once this is committed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at commit
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            Generation.objects.update(transaction=0)  # what follows is another transaction
        cursor.execute(freshness.SUM)
        return int(cursor.fetchone()[0])


def now() -> float:
    return timezone.now().timestamp()
