"""What is believed, for how long, and where it is asked."""

import os
import time
from math import inf
from unittest import skipUnless
from unittest.mock import patch

from django.conf import settings
from django.db import DatabaseError
from django.test import SimpleTestCase, tag

from core.pagecache import freshness
from core.pagecache.freshness import BELIEVED, Freshness, Stamp, redis_of


class Clock:
    """Both clocks, moved by hand."""

    def __init__(self, test: SimpleTestCase) -> None:
        self.now = 1000.0
        for name in ("monotonic", "time"):
            test.enterContext(patch.object(freshness, name, lambda: self.now))


class Shared:
    """Redis as several processes see it."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.value, self.down = clock, None, False

    def get(self) -> tuple[float, float, Stamp | None]:
        if self.down:
            raise OSError
        at, stamp = self.value or (self.clock.now, None)
        return self.clock.now, self.clock.now - at, stamp

    def put(self, at: float, stamp: Stamp) -> None:
        self.value = at, stamp


class FreshnessTestCase(SimpleTestCase):
    def setUp(self) -> None:
        self.clock = Clock(self)
        self.generation, self.due, self.queries, self.down = 1, None, 0, False
        self.enterContext(patch.object(freshness, "_ahead", [lambda: self.due]))
        self.enterContext(patch.object(freshness, "connections", {"default": self}))

    # As a connection and its cursor.
    def cursor(self) -> "FreshnessTestCase":
        return self

    def __enter__(self) -> "FreshnessTestCase":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, query: str) -> None:
        self.queries += 1
        if self.down:
            raise DatabaseError("gone")

    def fetchone(self) -> tuple[int]:
        return (self.generation,)

    def close(self) -> None:
        pass

    def new(self, redis: Shared | None = None) -> Freshness:
        fresh = Freshness(redis, thread=False)
        fresh.try_look()
        return fresh


class LookTests(FreshnessTestCase):
    def test_nothing_is_believed_before_the_first_look(self) -> None:
        self.assertIsNone(Freshness(thread=False).current())

    def test_believed_for_less_than_a_second_after_the_look_began(self) -> None:
        fresh = self.new()
        self.assertIsNotNone(fresh.current())
        self.clock.now += BELIEVED - 0.01
        self.assertIsNotNone(fresh.current())
        self.clock.now += 0.01
        self.assertIsNone(fresh.current())

    def test_look_that_takes_long_counts_from_when_it_began(self) -> None:
        def slow(query: str) -> None:
            self.clock.now += 0.7

        with patch.object(self, "execute", slow):
            fresh = self.new()
        self.clock.now += 0.25
        self.assertIsNone(fresh.current())

    def test_same_stamp_as_long_as_nothing_changes(self) -> None:
        fresh = self.new()
        stamp = fresh.current()
        self.clock.now += 3600
        fresh.try_look()
        self.assertIs(fresh.current(), stamp)
        self.generation += 1
        fresh.try_look()
        self.assertIsNot(fresh.current(), stamp)

    def test_dead_database_ends_it_and_is_said_once(self) -> None:
        fresh = self.new()
        self.down = True
        with self.assertLogs("core.pagecache", "WARNING") as logged:
            for _ in range(5):
                self.clock.now += 0.25
                fresh.try_look()
        self.assertEqual(len(logged.output), 1)
        self.assertIsNone(fresh.current())
        self.down = False
        fresh.try_look()
        self.assertIsNotNone(fresh.current())

    def test_what_is_due_is_due_to_the_moment(self) -> None:
        self.due = self.clock.now + 0.5
        fresh = self.new()
        before = fresh.current()
        self.clock.now += 0.49
        self.assertIs(fresh.current(), before)
        self.clock.now, self.due = self.due, self.clock.now + 3600
        self.assertIsNone(fresh.current())
        fresh.try_look()
        self.assertNotEqual(fresh.current(), before)
        self.assertEqual(fresh.current().due, self.due)

    def test_thread_wakes_for_what_is_due(self) -> None:
        self.due = self.clock.now + 0.1
        self.assertAlmostEqual(self.new()._pause(), 0.1)


class SharedTests(FreshnessTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.redis = Shared(self.clock)

    def knowing(self) -> Freshness:
        """A process that has asked the database, and will ask again."""
        fresh = self.new(self.redis)
        self.queries, self.redis.value = 0, None
        return fresh

    def test_one_process_asks_the_database_for_all_that_know_the_same(self) -> None:
        first, second = self.knowing(), self.knowing()
        self.clock.now += 0.4
        first.try_look(), second.try_look()
        self.assertEqual(self.queries, 1)
        self.assertEqual(first.current(), second.current())

    def test_each_asks_for_itself_after_a_change(self) -> None:
        """What another has seen of a change says nothing of what is due by one's own clock, or when one renders."""
        first, second = self.knowing(), self.knowing()
        self.generation += 1
        first.try_look(), second.try_look()
        self.assertEqual((self.queries, second.current().generation), (2, 2))

    def test_what_is_due_is_asked_of_ones_own_clock(self) -> None:
        self.due = self.clock.now + 10
        behind = self.knowing()
        self.redis.value = self.clock.now, Stamp(1, inf)  # of a machine whose clock is ahead: there it is public
        behind.try_look()
        self.assertEqual((self.queries, behind.current().due), (1, self.due))

    def test_age_of_what_another_saw_counts(self) -> None:
        second = self.knowing()
        self.redis.value = self.clock.now, Stamp(1, inf)
        self.clock.now += 0.4
        second.try_look()
        self.assertEqual(self.queries, 0)
        self.clock.now += BELIEVED - 0.4
        self.assertIsNone(second.current())

    def test_what_is_too_old_or_from_the_future_is_not_taken(self) -> None:
        for age in (0.6, -5.0):
            fresh = self.knowing()
            self.redis.value = self.clock.now - age, Stamp(1, inf)
            fresh.try_look()
            self.assertEqual(self.queries, 1)

    def test_what_came_due_meanwhile_is_not_taken(self) -> None:
        self.due = self.clock.now + 0.1
        fresh = self.knowing()
        self.clock.now, self.due = self.due, None
        self.redis.value = self.clock.now, fresh.state.stamp
        fresh.try_look()
        self.assertEqual((self.queries, fresh.current().due), (1, inf))

    def test_without_redis_the_database_is_asked(self) -> None:
        self.redis.down = True
        self.assertEqual(self.new(self.redis).current().generation, 1)

    @skipUnless("redis" in settings.CACHES["default"]["BACKEND"], "CACHE_URL leads to no Redis")
    def test_redis_itself(self) -> None:
        with (
            patch.object(freshness, "connections", {"default": self}),
            patch.object(self, "settings_dict", {}, create=True),
        ):
            one, other = redis_of(settings.CACHES["default"]), redis_of(settings.CACHES["default"])
        one.client.delete(one.key)
        there, _, nothing = one.get()
        self.assertIsNone(nothing)
        one.put(there, Stamp(5, inf))
        _, age, seen = other.get()
        self.assertEqual(seen, Stamp(5, inf))
        self.assertTrue(0 <= age < 0.25)
        self.assertLessEqual(one.client.pttl(one.key), 250)

    def test_memory_of_the_process_is_no_redis(self) -> None:
        self.assertIsNone(redis_of({"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}))


class Looking(Freshness):
    """Looks at nothing, for `takes` seconds."""

    count, takes = 0, 0.0

    def look(self) -> None:
        self.count += 1
        time.sleep(self.takes)
        self.state = freshness.State(Stamp(1, inf), time.monotonic() + 0.06)


@tag("concurrency")
class ThreadTests(SimpleTestCase):
    """The thread itself, with true clocks and no database."""

    def setUp(self) -> None:
        self.enterContext(patch.object(freshness, "EVERY", 0.02))
        self.enterContext(patch.object(freshness, "IDLE", 0.2))
        self.fresh = Looking()

    def test_first_question_waits_for_a_look_and_idle_sites_are_left_alone(self) -> None:
        self.assertIsNotNone(self.fresh.current())
        for _ in range(10):
            time.sleep(0.02)
            self.assertIsNotNone(self.fresh.current())
        time.sleep(0.5)
        before = self.fresh.count
        time.sleep(0.3)
        self.assertEqual(self.fresh.count, before)
        self.assertIsNotNone(self.fresh.current())
        self.assertGreater(self.fresh.count, before)

    def test_stuck_thread_holds_nobody_up_for_long(self) -> None:
        self.fresh.takes = 3
        with patch.object(freshness, "PATIENCE", 0.1):
            self.assertIsNone(self.fresh.current())
            began = time.monotonic()
            for _ in range(10):
                self.fresh.current()
            self.assertLess(time.monotonic() - began, 0.5)

    @skipUnless(hasattr(os, "fork"), "no fork here")
    def test_fork_begins_a_thread_of_its_own(self) -> None:
        self.fresh.current()
        reader, writer = os.pipe()
        if not (pid := os.fork()):
            os.write(writer, b"1" if self.fresh.thread is None and self.fresh.current() else b"0")
            os._exit(0)
        os.waitpid(pid, 0)
        self.assertEqual(os.read(reader, 1), b"1")
