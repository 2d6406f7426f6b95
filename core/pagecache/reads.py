"""How often a post was read: counted in memory, handed over every ten seconds, and nothing kept about whoever read.

A view says whose page it answers with: `response.read = post.pk`. A hit only appends that number to a queue, so that
reading never waits for a write; a thread of its own hands the counts on, as long as there are any.
"""

import atexit
import logging
import os
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.db import connections

EVERY = 10.0  # seconds
MOST = 1_000_000  # reads that wait to be handed on; more are not counted
LONGEST = 400  # characters of a User-Agent that are looked at, and remembered
ROBOTS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|archiv|scrape|preview|fetch|feed|rss|monitor|uptime|check|scan|probe|lighthouse"
    r"|headless|phantom|python|curl|wget|libwww|httpclient|http_|okhttp|go-http|java/|ruby|perl|php|axios|node"
    r"|facebookexternalhit|whatsapp|telegram|embedly|mediapartners|validator|gptbot|claude|perplexity|ahrefs|semrush",
    re.IGNORECASE,
)
BROWSER = "Mozilla/"  # what every browser's name begins with, and Opera Mini's as well: "Opera/"

log = logging.getLogger(__name__)
_takers: list[Callable[[dict[int, int]], None]] = []


def take(callback: Callable[[dict[int, int]], None]) -> None:
    """Register who takes {post: reads}. It may raise: then the numbers are handed on with the next."""
    _takers.append(callback)


def _robot(agent: str) -> bool:
    return not agent.startswith((BROWSER, "Opera/")) or ROBOTS.search(agent) is not None


_known_robot = lru_cache(2048)(_robot)


def is_robot(agent: str) -> bool:
    """Whether a User-Agent is nobody who reads: no browser, or one that says it is driven by a program."""
    return _known_robot(agent[:LONGEST])


def is_ahead(environ: Mapping[str, Any]) -> bool:
    """Whether a browser asks for what may be read later."""
    said = (environ.get(name) for name in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ"))
    return any("prefetch" in one.lower() or "prerender" in one.lower() for one in said if one)


class Reads:
    """The counter of a process."""

    def __init__(self, *, thread: bool = True) -> None:
        self.with_thread = thread
        self.reset()
        os.register_at_fork(after_in_child=self.reset)
        if thread:
            atexit.register(self.hand_on)

    def reset(self) -> None:
        self.waiting: deque[int] = deque(maxlen=MOST)
        self.running, self.handing, self.ended = False, threading.Lock(), threading.Event()

    def note(self, environ: Mapping[str, Any], post: int) -> None:
        """Somebody was answered with `post`."""
        if environ["REQUEST_METHOD"] != "GET" or is_robot(environ.get("HTTP_USER_AGENT", "")) or is_ahead(environ):
            return
        self.waiting.append(post)
        if not self.running and self.with_thread:
            self.start()

    def start(self) -> None:
        with self.handing:
            if not self.running:
                self.running = True
                threading.Thread(target=self.run, name="reads", daemon=True).start()

    def run(self) -> None:
        """Hand on what there is, until there was nothing for a while."""
        while self.waiting:
            self.ended.wait(EVERY)
            self.hand_on()
            connections.close_all()
        self.running = False
        if self.waiting:
            self.start()

    def hand_on(self) -> None:
        """Give the numbers to whoever takes them."""
        counted: Counter[int] = Counter()
        while self.waiting:
            counted[self.waiting.popleft()] += 1
        if not (counted and _takers):
            return
        try:
            for taker in _takers:
                taker(dict(counted))
        except Exception as error:  # noqa: BLE001, RUF100  the database may be away for a while
            log.warning("Reads are counted later: %s", error)
            self.waiting.extendleft(counted.elements())
