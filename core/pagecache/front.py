"""The WSGI application in front of Django: who gets a page from memory, and what Django is asked.

Nobody with a session or a message gets one. Everybody else is the same reader, in one of the site's languages, by
the same rule as Django's LocaleMiddleware has it; so Django is asked without the visitor: without cookies, address,
browser and whatever else was sent, and with the language alone. Nothing of one reader can get into what others see.

A view is asked so once it has been seen to answer publicly (core.htmx.mark_public); all others get the true request,
and are asked once. What a public view answers otherwise is given as it is if it is a redirect or says that there is
nothing, and sets no cookie; else the true request decides.

A hit costs one look into a dictionary: its key is what was sent, word for word, and its value an answer that was made
before. Cookies and conditional requests are looked at more closely, and so is whatever was never sent before.
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from io import BytesIO
from math import inf
from time import monotonic, time
from typing import Any, NamedTuple

from django.conf import settings
from django.core.handlers.wsgi import get_path_info, get_str_from_wsgi
from django.http import parse_cookie
from django.http.request import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation

from core.htmx import asks_for_part
from core.pagecache.entry import Entry, Headers, again, ready_size, way_of
from core.pagecache.freshness import Freshness, Stamp, redis_of
from core.pagecache.reads import Reads
from core.pagecache.shelf import Shelf

SAFE = {"GET", "HEAD"}
MESSAGES = "messages"  # the cookie of django.contrib.messages
SAME_FOR_ALL = {301, 302, 303, 307, 308, 404, 410}  # from a view that is public
LONGEST = 2_000  # characters of an address that is kept
READY = 16  # ways to ask that one entry is ready for
PATIENCE = 5.0  # seconds that one waits for another's rendering
SENT_ON = (
    *("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "SERVER_SOFTWARE", "SCRIPT_NAME", "PATH_INFO"),
    *("HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme", "wsgi.errors", "wsgi.version", "wsgi.multithread"),
    *("wsgi.multiprocess", "wsgi.run_once"),
)
StartResponse = Callable[..., Any]
Environ = dict[str, Any]


class Asked(NamedTuple):
    """A question that everybody is answered alike."""

    host: str
    secure: bool
    path: str
    query: str
    language: str
    part: bool


class Answered(NamedTuple):
    """What Django said."""

    status: str
    headers: Headers
    response: Any

    @property
    def is_public(self) -> bool:
        is_marked = self.status.startswith("200 ") and getattr(self.response, "is_public", False)
        return is_marked and not self.response.streaming

    @property
    def sets_cookie(self) -> bool:
        return any(name.lower() == "set-cookie" for name, _ in self.headers)


@lru_cache(1024)
def _language(cookie: str, accept: str) -> str:
    request = HttpRequest()
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: cookie} if cookie else {}
    request.META = {"HTTP_ACCEPT_LANGUAGE": accept} if accept else {}
    return translation.get_language_from_request(request)


def language_of(cookie: str, accept: str) -> str:
    """What LocaleMiddleware chooses."""
    return (_language if len(cookie) + len(accept) <= LONGEST else _language.__wrapped__)(cookie, accept)


def is_secure(environ: Environ) -> bool:
    """As HttpRequest.is_secure() has it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if (said := environ.get(name)) is not None:
            return said.split(",", 1)[0].strip() == secure
    return environ["wsgi.url_scheme"] == "https"


def for_one(headers: Headers) -> Headers:
    """Headers with a cookie. No cache may keep one, not even beside what is the same for all."""
    if not any(name.lower() == "cache-control" and "public" in value for name, value in headers):
        return headers
    kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
    return [*kept, ("Cache-Control", "private, no-cache")]


def view_of(environ: Environ) -> Callable | None:
    try:
        return resolve(get_path_info(environ)).func
    except Resolver404:
        return None


def asked(environ: Environ) -> Asked | None:
    """None: it is for Django alone."""
    if environ["REQUEST_METHOD"] not in SAFE or environ.get("SCRIPT_NAME") or "HTTP_HOST" not in environ:
        return None
    cookies = {}
    if "HTTP_COOKIE" in environ:
        cookies = parse_cookie(get_str_from_wsgi(environ, "HTTP_COOKIE", ""))
        if settings.SESSION_COOKIE_NAME in cookies or MESSAGES in cookies:
            return None
    return Asked(
        environ["HTTP_HOST"],
        is_secure(environ),
        environ["PATH_INFO"],
        environ["QUERY_STRING"],
        language_of(cookies.get(settings.LANGUAGE_COOKIE_NAME, ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")),
        asks_for_part(environ),
    )


def without_visitor(question: Asked, environ: Environ) -> Environ:
    """The same question, asked by nobody."""
    clean = {name: environ[name] for name in SENT_ON if name in environ}
    clean |= {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": question.query,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
    }
    clean["HTTP_ACCEPT_LANGUAGE"] = question.language
    if question.part:
        clean |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}
    return clean


class PageCache:
    """`room`: bytes, 0 to keep nothing; what is public is then only made ready for other caches."""

    def __init__(
        self, django: Callable, *, room: int | None = None, freshness: Freshness, reads: Reads | None = None
    ) -> None:
        self.django = django
        self.shelf = Shelf(settings.PAGE_CACHE if room is None else room)
        self.ready = self.shelf.ready
        self.freshness, self.reads = freshness, reads or Reads()
        self.public_views: set[Callable] = set()
        self.lock, self.rendering = threading.Lock(), {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        get = environ.get
        key = (  # all that an answer may depend on; in this form it takes half the time of a loop
            environ["PATH_INFO"],
            environ["QUERY_STRING"],
            environ["REQUEST_METHOD"],
            environ["wsgi.url_scheme"],
            get("HTTP_X_FORWARDED_PROTO"),
            get("HTTP_HOST"),
            get("HTTP_COOKIE"),
            get("HTTP_ACCEPT_LANGUAGE"),
            get("HTTP_ACCEPT_ENCODING"),
            get("HTTP_IF_NONE_MATCH"),
            get("HTTP_IF_MODIFIED_SINCE"),
            get("HTTP_HX_REQUEST"),
            get("HTTP_HX_REQUEST_TYPE"),
            get("HTTP_HX_HISTORY_RESTORE_REQUEST"),
        )
        if found := self.ready.get(key):
            entry, status, headers, body, ready_until = found
            stamp, until = self.freshness.state
            if entry.stamp is stamp and until > monotonic() < ready_until:
                self.freshness.asked = entry.used = True
                if entry.read is not None:
                    self.reads.note(environ, entry.read)
                start_response(status, headers)
                return body
        return self.look(environ, start_response, key)

    def look(self, environ: Environ, start_response: StartResponse, raw: tuple) -> Iterable[bytes]:
        """The closer look."""
        question = asked(environ)
        if question and question.query and getattr(view_of(environ), "ignores_query", False):
            question = question._replace(query="")
        entry, said = self.find(question, environ) if question else (None, None)
        if entry:
            return self.give(question, entry, environ, start_response, raw)
        said = said or self.ask(environ)
        if isinstance(read := getattr(said.response, "read", None), int):
            self.reads.note(environ, read)
        start_response(said.status, for_one(said.headers) if said.sets_cookie else said.headers)
        return said.response

    def ask(self, environ: Environ) -> Answered:
        heard = []
        # A copy, for Django writes the address into it as it reads it, and that is no address to ask for again.
        response = self.django(dict(environ), lambda status, headers, _=None: heard.extend((status, headers)))
        return Answered(*heard, response)

    def find(self, question: Asked, environ: Environ) -> tuple[Entry | None, Answered | None]:
        """What `question` is answered with: an entry, or what Django has said by now to the true request."""
        stamp = self.freshness.current() if self.shelf.room else None
        entry = self.shelf.get(question)
        if entry and stamp and entry.stamp is stamp:
            entry.used = True
            return entry, None
        if (view := view_of(environ)) is None:
            return None, None
        if view not in self.public_views:
            said = self.ask(environ)
            if not said.is_public:
                return None, said
            said.response.close()
            self.public_views.add(view)
        return self.render(question, environ, stamp)

    def render(self, question: Asked, environ: Environ, stamp: Stamp | None) -> tuple[Entry | None, Answered | None]:
        """By one at a time; others wait for what comes of it."""
        if stamp is None or len(question.host) + len(question.path) + len(question.query) > LONGEST:
            return self.make(question, environ, None)
        for _ in range(2):
            with self.lock:
                ended = self.rendering.get(question)
                if mine := ended is None:
                    ended = self.rendering[question] = threading.Event()
            if mine:
                try:
                    return self.make(question, environ, stamp)
                finally:
                    with self.lock:
                        del self.rendering[question]
                    ended.set()
            ended.wait(PATIENCE)
            entry, stamp = self.shelf.get(question), self.freshness.current()
            if entry and stamp and entry.stamp is stamp:
                entry.used = True
                return entry, None
            if stamp is None:
                break
        return None, None

    def make(self, question: Asked, environ: Environ, stamp: Stamp | None) -> tuple[Entry | None, Answered | None]:
        """Ask Django without the visitor, and keep what it says if that is public."""
        said = self.ask(without_visitor(question, environ))
        if said.is_public and not said.sets_cookie:
            before = self.shelf.get(question)
            read = getattr(said.response, "read", None)
            body = said.response.content
            entry = Entry(said.headers, body, stamp=stamp, made=time(), read=read, before=before)
            said.response.close()
            if stamp is not None:
                with self.lock:
                    self.shelf.put(question, entry)
            return entry, None
        if int(said.status[:3]) in SAME_FOR_ALL and not said.sets_cookie:
            return None, said
        said.response.close()
        return None, None

    def give(
        self, question: Hashable, entry: Entry, environ: Environ, start_response: StartResponse, raw: tuple
    ) -> list[bytes]:
        """An answer that fits how it was asked for; a ready one for next time, if it was asked for plainly."""
        way, now = way_of(environ.get("HTTP_ACCEPT_ENCODING", "")), time()
        if grown := entry.pack(way):
            with self.lock:
                self.shelf.grow(question, entry, grown)
        headers, body = entry.answer(way, now)
        status, sent = entry.status, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        if entry.known(headers, environ, now):
            status, headers, sent = "304 Not Modified", again(headers), []
        elif not {"HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"} & environ.keys():
            left = entry.modified - now  # until Last-Modified is said
            self.keep_ready(question, entry, raw, (status, headers, sent, monotonic() + left if left > 0 else inf))
        if entry.read is not None:
            self.reads.note(environ, entry.read)
        start_response(status, headers)
        return sent

    def keep_ready(self, question: Hashable, entry: Entry, raw: tuple, answer: tuple) -> None:
        if entry.stamp is None or sum(map(len, filter(None, raw))) > LONGEST:
            return
        with self.lock:
            if self.shelf.get(question) is not entry:
                return  # made room by now
            grown = 0
            if raw not in self.ready:
                if len(entry.ready) >= READY:
                    self.ready.pop(oldest := entry.ready.pop(0), None)
                    grown -= ready_size(oldest)
                entry.ready.append(raw)
                grown += ready_size(raw)
            self.ready[raw] = (entry, *answer)
            self.shelf.grow(question, entry, grown)


def in_front_of(django: Callable) -> PageCache:
    """As the settings say."""
    return PageCache(django, freshness=Freshness(redis_of(settings.CACHES["default"])))
