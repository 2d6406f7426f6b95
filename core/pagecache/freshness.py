"""Whether what is kept is still true: a thread that looks four times a second, while somebody asks for pages.

A look answers the generation (how often what is public has changed, see watch.py) and when the next thing becomes
public by itself. Both together are the stamp. An entry keeps the stamp that was known before it was made, and is
true as long as that is the stamp; the stamp is believed until the next thing is due, and for less than a second after
the last look began that was answered. So with a dead database, or a thread that is stuck, pages go to Django.

With Redis, a look leaves there what it has seen for 250 ms, and is spared if another process has seen less than half a
second ago what this one knows: the database is asked about four times a second, and once more by each process after a
change. The time is that of Redis' own clock, and what was seen is as old as the look that saw it. Redis only confirms:
the truth is in the database, which alone can commit it together with the change, and whether something is due is a
question for each machine's own clock, by which it renders.
"""

import logging
import os
import threading
from collections.abc import Callable
from hashlib import sha256
from math import inf
from time import monotonic, time
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from core.pagecache.models import Generation

EVERY = 0.25  # seconds between two looks
BELIEVED = 0.9  # seconds after a look began
SHARED = 0.5  # seconds after which what another process saw is too old to begin with
IDLE = 5.0  # seconds without a question, after which nobody looks any more
PATIENCE = 0.5  # seconds that a question waits for a look
SUM = f"SELECT COALESCE(SUM(number), 0) FROM {Generation._meta.db_table}"  # noqa: S608

log = logging.getLogger(__name__)
_ahead: list[Callable[[], float | None]] = []


class Stamp(NamedTuple):
    """What was seen; `due`: seconds since 1970, or infinity."""

    generation: int
    due: float


class State(NamedTuple):
    """Read and written as one, so that no stamp is ever believed by another's time."""

    stamp: Stamp | None
    until: float  # monotonic


def ahead(callback: Callable[[], float | None]) -> None:
    """Register what answers when the next thing becomes public by itself: seconds since 1970, or None."""
    _ahead.append(callback)


class Redis:
    """What processes have seen, shared."""

    def __init__(self, address: str) -> None:
        import redis  # noqa: PLC0415  an optional package

        self.client = redis.Redis.from_url(address, socket_timeout=0.2, socket_connect_timeout=0.2)
        database = connections[DEFAULT_DB_ALIAS].settings_dict
        names = [settings.SECRET_KEY, *(str(database.get(name)) for name in ("HOST", "PORT", "NAME"))]
        self.key = f"pagecache:{sha256(repr(names).encode()).hexdigest()[:24]}"

    def get(self) -> tuple[float, float, Stamp | None]:
        """The time there, the age of what was seen, and that."""
        asked = self.client.pipeline(transaction=False).get(self.key).time()
        seen, (seconds, micros) = asked.execute()
        now = seconds + micros / 1e6
        if seen is None:
            return now, 0.0, None
        at, generation, due = seen.decode().split()
        return now, now - float(at), Stamp(int(generation), float(due))

    def put(self, at: float, stamp: Stamp) -> None:
        self.client.set(self.key, f"{at!r} {stamp.generation} {stamp.due!r}", px=int(EVERY * 1000))


class Freshness:
    """`state` is what PageCache compares with. Without `thread`, somebody else calls look()."""

    def __init__(self, redis: Redis | None = None, *, thread: bool = True) -> None:
        self.redis, self.with_thread = redis, thread
        self.reset()
        os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """As in a process that has just begun: a fork takes no threads along."""
        self.state = State(None, -inf)
        self.asked = self.failing = False
        self.looking_since = inf
        self.looks, self.wake, self.looked = 0, threading.Event(), threading.Condition()
        self.starting, self.thread = threading.Lock(), None

    def current(self) -> Stamp | None:
        """What is believed now, after a look if nobody has looked for a while; None: nobody knows."""
        self.asked = True
        stamp, until = self.state
        if monotonic() < until:
            return stamp
        if self.with_thread:
            self._wait()
        stamp, until = self.state
        return stamp if monotonic() < until else None

    def _wait(self) -> None:
        """For a look to end, unless looks are in vain: then pages go to Django without delay."""
        with self.starting:
            if not (self.thread and self.thread.is_alive()):
                self.thread = threading.Thread(target=self.run, name="pagecache", daemon=True)
                self.thread.start()
        if self.failing or monotonic() - self.looking_since > PATIENCE:
            return
        with self.looked:
            before = self.looks
            self.wake.set()
            self.looked.wait_for(lambda: self.looks > before, PATIENCE)

    # --- The thread -----------------------------------------------------------------------------------------

    def run(self) -> None:
        asked_at = monotonic()
        while True:
            self.wake.clear()
            self.try_look()
            if self.asked:
                self.asked, asked_at = False, monotonic()
            if monotonic() - asked_at > IDLE:
                connections[DEFAULT_DB_ALIAS].close()
                self.wake.wait()
            else:
                self.wake.wait(self._pause())

    def _pause(self) -> float:
        """Until the next look: when something is due, no later."""
        stamp = self.state.stamp
        left = stamp.due - time() if stamp else inf
        return min(EVERY, left) if left > 0 else EVERY

    def try_look(self) -> None:
        """look(), and say that it is done, whatever came of it."""
        self.looking_since = monotonic()
        try:
            self.look()
            self.failing = False
        except Exception as error:  # noqa: BLE001, RUF100  whatever it is, the thread goes on
            if not self.failing:
                log.warning("Pages are not served from memory: %s", error)
            self.failing = True
            connections[DEFAULT_DB_ALIAS].close()
        self.looking_since = inf
        with self.looked:
            self.looks += 1
            self.looked.notify_all()

    def look(self) -> None:
        """Learn the stamp. Raises what the database raises."""
        began, there, stamp = monotonic(), None, None
        if self.redis:
            try:
                there, age, stamp = self.redis.get()
                if stamp and stamp == self.state.stamp and 0 <= age < SHARED and time() < stamp.due:
                    began -= age
                else:
                    stamp = None
            except Exception:  # noqa: BLE001, RUF100  without Redis, the database is asked
                there = None
        if stamp is None:
            stamp = self._seen()
            if there is not None:
                self._share(there, stamp)
        old = self.state.stamp
        until = min(began + BELIEVED, monotonic() + stamp.due - time())
        self.state = State(old if old == stamp else stamp, until)

    def _seen(self) -> Stamp:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(SUM)
            generation = int(cursor.fetchone()[0])
        old = self.state.stamp
        if old and old.generation == generation and time() < old.due:
            return old
        due = [at for callback in _ahead if (at := callback()) is not None]
        return Stamp(generation, min(due, default=inf))

    def _share(self, at: float, stamp: Stamp) -> None:
        try:
            self.redis.put(at, stamp)
        except Exception:  # noqa: BLE001, RUF100
            return


def redis_of(cache: dict[str, Any]) -> Redis | None:
    """What settings.CACHES["default"] leads to, if that is Redis."""
    return Redis(cache["LOCATION"]) if "redis" in cache["BACKEND"].lower() else None
