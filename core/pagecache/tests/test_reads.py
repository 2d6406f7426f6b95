"""What counts as read, and how the numbers get to whoever keeps them."""

from unittest.mock import patch

from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections
from django.test import SimpleTestCase

from core.pagecache import reads
from core.pagecache.reads import Reads, is_robot
from core.pagecache.tests.kit import BROWSER, FrontTestCase

ROBOTS = (
    "",
    "curl/8.5.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0 Safari/537.36",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
    "Feedly/1.0",
    "Mozilla/5.0 (compatible; GPTBot/1.2)",
)
READERS = (
    BROWSER,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; U; en) Presto/2.5.25 Version/10.54",
)


def setUpModule() -> None:
    request_finished.disconnect(close_old_connections)  # no database here


def tearDownModule() -> None:
    request_finished.connect(close_old_connections)


class WhatCountsTests(FrontTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app.read = 7

    def test_every_way_of_an_answer_counts(self) -> None:
        tag = self.ask().headers["ETag"]
        self.ask()
        self.ask(COOKIE="language=en")
        self.assertEqual(self.ask(IF_NONE_MATCH=tag).status, 304)
        self.assertEqual(list(self.counter.waiting), [7, 7, 7, 7])

    def test_answers_of_django_count_too(self) -> None:
        self.ask(COOKIE="sessionid=x")
        self.app.public = False
        self.ask(COOKIE="sessionid=x")
        self.assertEqual(list(self.counter.waiting), [7, 7])

    def test_robots_prefetching_and_heads_do_not_count(self) -> None:
        for _ in range(2):
            self.ask(USER_AGENT="Googlebot")
            self.ask(SEC_PURPOSE="prefetch;prerender")
            self.ask(PURPOSE="prefetch")
            self.ask(X_MOZ="prefetch")
            self.ask(method="HEAD")
        self.assertEqual(list(self.counter.waiting), [])

    def test_robots_are_told_from_readers(self) -> None:
        for agent in ROBOTS:
            self.assertTrue(is_robot(agent), agent)
        for agent in READERS:
            self.assertFalse(is_robot(agent), agent)
        self.assertFalse(is_robot(BROWSER + " " * 5000))
        self.assertFalse(is_robot(BROWSER + " " * 5000 + "bot"))  # nobody's name is so long


class HandOnTests(SimpleTestCase):
    def test_numbers_are_handed_on_once_and_kept_while_nobody_takes_them(self) -> None:
        taken: list[dict[int, int]] = []

        def fail(numbers: dict[int, int]) -> None:
            raise DatabaseError("gone")

        counter = Reads(thread=False)
        counter.waiting.extend([1, 2, 1])
        with patch.object(reads, "_takers", [fail]), self.assertLogs("core.pagecache", "WARNING"):
            counter.hand_on()
        with patch.object(reads, "_takers", [taken.append]):
            counter.hand_on()
            counter.hand_on()
        self.assertEqual(taken, [{1: 2, 2: 1}])
