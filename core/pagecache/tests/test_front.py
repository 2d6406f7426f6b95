"""Who gets a page from memory, what Django is asked, and how the answer fits what was asked for."""

import threading
from collections.abc import Callable
from unittest.mock import patch

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import override_settings
from django.utils.http import http_date

from core.pagecache.entry import way_of
from core.pagecache.front import READY, PageCache, language_of
from core.pagecache.tests.kit import FrontTestCase, ask, environ_of

VARY = "Accept-Encoding, Accept-Language, Cookie, HX-Request, HX-Request-Type"


def setUpModule() -> None:
    request_finished.disconnect(close_old_connections)  # no database here


def tearDownModule() -> None:
    request_finished.connect(close_old_connections)


class WhoTests(FrontTestCase):
    def test_second_reader_is_answered_from_memory(self) -> None:
        first, second = self.ask(), self.ask()
        self.assertEqual(len(self.app.asked), 1)
        self.assertEqual(first, second)
        self.assertEqual(second.text, self.app.text)

    def test_view_that_was_never_seen_is_kept_at_once(self) -> None:
        cache = PageCache(self.app, room=1_000_000, freshness=self.fresh)
        ask(cache), ask(cache)
        self.assertEqual(len(self.app.asked), 2)  # as the first reader, then as nobody
        self.assertNotIn("HTTP_USER_AGENT", self.app.asked[1])

    def test_address_in_any_script_is_asked_for_as_it_came(self) -> None:
        def django(environ: dict, start_response: Callable) -> HttpResponse:
            environ["PATH_INFO"] = environ["PATH_INFO"].encode("latin-1").decode()  # as WSGIRequest does
            return self.app(environ, start_response)

        cache = PageCache(django, room=1_000_000, freshness=self.fresh)
        self.assertEqual([ask(cache, "/posts/τ/").status for _ in range(2)], [200, 200])

    def test_nobody_with_a_session_or_a_message_gets_one(self) -> None:
        self.ask()
        for cookie in ("sessionid=x", "messages=y", "a=b; sessionid=", "a=b;messages=x;c=d"):
            self.ask(COOKIE=cookie)
            self.assertEqual(self.app.asked[-1].get("HTTP_COOKIE"), cookie)
        self.assertEqual(len(self.app.asked), 5)

    def test_other_cookies_do_not_matter(self) -> None:
        self.ask()
        self.ask(COOKIE="csrftoken=abc; _ga=1; notsessionid=2")
        self.assertEqual(len(self.app.asked), 1)

    def test_nothing_of_the_first_reader_reaches_django(self) -> None:
        secret = "s3cret"
        headers = dict.fromkeys(
            ("COOKIE", "USER_AGENT", "REFERER", "AUTHORIZATION", "X_FORWARDED_FOR", "HX_CURRENT_URL", "HX_TARGET"),
            secret,
        ) | {"RANGE": "bytes=0-1", "IF_NONE_MATCH": '"s3cret"', "ACCEPT_LANGUAGE": "de-AT;q=0.9, x-s3cret"}
        self.ask(COOKIE=f"csrftoken={secret}", **{name: value for name, value in headers.items() if name != "COOKIE"})
        (asked,) = self.app.asked
        self.assertNotIn(secret, repr(asked))
        self.assertEqual(asked["HTTP_ACCEPT_LANGUAGE"], "de")
        self.assertFalse({"HTTP_RANGE", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"} & asked.keys())
        self.assertNotIn("192.0.2.7", repr(asked))

    def test_language_is_what_django_chooses(self) -> None:
        for cookie, accept, language in (
            ("", "", "en"),
            ("", "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
            ("de", "fr", "de"),
            ("xx", "es", "es"),
            ("", "tlh", "en"),
            ("\x00" * 5000, "ar", "ar"),
        ):
            self.assertEqual(language_of(cookie, accept), language)
        self.ask(COOKIE="language=de")
        self.ask(ACCEPT_LANGUAGE="de")
        self.ask(COOKIE="language=de", ACCEPT_LANGUAGE="fr")
        self.assertEqual([one["HTTP_ACCEPT_LANGUAGE"] for one in self.app.asked], ["de"])

    def test_page_part_and_restored_page_are_kept_apart(self) -> None:
        part = {"HX_REQUEST": "true", "HX_REQUEST_TYPE": "partial"}
        self.ask()
        self.ask(**part)
        self.ask(**part, HX_TARGET="div#x")
        self.ask(HX_REQUEST_TYPE="full", HX_HISTORY_RESTORE_REQUEST="true")  # the page
        self.assertEqual([one.get("HTTP_HX_REQUEST") for one in self.app.asked], [None, "true"])

    def test_private_answer_is_asked_for_once_with_the_true_request(self) -> None:
        self.app.public = False
        for cache in (self.cache, PageCache(self.app, room=1_000_000, freshness=self.fresh)):
            cache.public_views.clear()
            self.app.asked.clear()
            ask(cache, COOKIE="csrftoken=abc"), ask(cache, COOKIE="csrftoken=abc")
            self.assertEqual([one.get("HTTP_COOKIE") for one in self.app.asked], ["csrftoken=abc"] * 2)
            self.assertEqual(cache.shelf.new, {})

    def test_public_view_that_sets_a_cookie_is_asked_with_the_true_request(self) -> None:
        self.app.cookie = "theirs"
        answer = self.ask(COOKIE="csrftoken=abc")
        self.assertEqual(self.app.asked[-1]["HTTP_COOKIE"], "csrftoken=abc")
        self.assertIn("Set-Cookie", answer.headers)
        self.assertEqual(answer.headers["Cache-Control"], "private, no-cache")
        self.assertEqual(self.cache.shelf.new, {})

    def test_missing_page_and_redirect_are_neither_kept_nor_asked_for_twice(self) -> None:
        self.app.public = False
        for status in (301, 302, 404, 410):
            self.app.status = status
            self.app.asked.clear()
            self.assertEqual(self.ask(COOKIE="csrftoken=abc").status, status)
            self.assertEqual(len(self.app.asked), 1)
        self.app.status = 500
        self.ask(COOKIE="csrftoken=abc")
        self.assertEqual(self.app.asked[-1]["HTTP_COOKIE"], "csrftoken=abc")

    def test_host_scheme_query_and_path_are_kept_apart(self) -> None:
        for change in ({}, {"HOST": "other"}, {"address": "/?page=2"}, {"address": "/?page=02"}):
            self.ask(**change)
        self.assertEqual(len(self.app.asked), 4)
        with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
            self.ask(X_FORWARDED_PROTO="http")
            self.ask(X_FORWARDED_PROTO="https")
            self.ask(X_FORWARDED_PROTO="https")
        self.assertEqual(len(self.app.asked), 5)

    def test_view_that_ignores_its_query_is_asked_once_and_without_it(self) -> None:
        cache = PageCache(self.app, room=1_000_000, freshness=self.fresh)
        for query in ("", "?utm_source=letter", "?n=1", "?n=2"):
            self.assertEqual(ask(cache, f"/robots.txt{query}").text, self.app.text)
        self.assertEqual(len(self.app.asked), 2)  # as the first reader, then as nobody
        cache = PageCache(self.app, room=1_000_000, freshness=self.fresh)
        ask(cache, "/robots.txt?n=3")
        self.assertEqual(self.app.asked[-1]["QUERY_STRING"], "")

    def test_no_answer_with_a_cookie_is_public_whatever_its_status(self) -> None:
        self.app.cookie = "messages"
        for status in (200, 301, 404, 410):
            self.app.status = status
            answer = self.ask(COOKIE="messages=x")
            self.assertEqual((answer.status, answer.headers["Cache-Control"]), (status, "private, no-cache"))

    def test_writing_and_a_request_without_a_host_are_djangos(self) -> None:
        for method in ("POST", "PUT", "OPTIONS"):
            self.ask(method=method)
        environ = environ_of()
        del environ["HTTP_HOST"]
        self.cache(environ, lambda *said: None)
        self.assertEqual(len(self.app.asked), 4)
        self.assertEqual(self.cache.shelf.new, {})


class FreshTests(FrontTestCase):
    def test_change_is_seen_by_the_next_reader(self) -> None:
        self.ask(), self.ask()
        self.app.text += "More."
        self.assertNotIn("More.", self.ask().text)
        self.fresh.change()
        self.assertIn("More.", self.ask().text)

    def test_change_while_it_is_rendered_is_seen_by_the_next_reader(self) -> None:
        self.app.before = self.fresh.change
        self.ask()
        self.app.before, self.app.text = lambda: None, "New."
        self.assertEqual(self.ask().text, "New.")

    def test_pages_go_to_django_when_nobody_knows(self) -> None:
        self.ask(), self.ask()
        self.fresh.die()
        self.app.text = "New."
        self.assertEqual(self.ask().text, "New.")
        self.assertEqual(self.ask(IF_NONE_MATCH="*").status, 304)
        self.assertIn("ETag", self.ask().headers)

    def test_without_room_nothing_is_kept_and_other_caches_are_told_the_same(self) -> None:
        cache = self.new_cache(room=0)
        first, second = ask(cache), ask(cache)
        self.assertEqual(len(self.app.asked), 2)
        self.assertEqual(first.headers, second.headers)
        self.assertEqual(first.headers["Vary"], f"{VARY}, Origin")
        self.assertEqual(ask(cache, IF_NONE_MATCH=first.headers["ETag"]).status, 304)
        self.assertEqual(ask(cache, IF_MODIFIED_SINCE=http_date(4e9)).status, 200)


class FormTests(FrontTestCase):
    def test_compressed_once_for_each_way(self) -> None:
        with patch.dict("core.pagecache.entry.WAYS", {"br": lambda body: packed.append(body) or b"br"}):
            packed: list[bytes] = []
            for _ in range(3):
                self.assertEqual(self.ask(ACCEPT_ENCODING="br").body, b"br")
            self.fresh.change()
            self.ask(ACCEPT_ENCODING="br")  # the same words again
            self.assertEqual(len(packed), 1)
            self.app.text += "More."
            self.fresh.change()
            self.ask(ACCEPT_ENCODING="br")
            self.assertEqual(len(packed), 2)
        self.assertEqual(len(self.app.asked), 3)

    def test_headers_are_complete(self) -> None:
        for way, accept in (("br", "gzip, br"), ("gzip", "gzip"), ("", "")):
            answer = self.ask(ACCEPT_ENCODING=accept)
            self.assertEqual(answer.headers.get("Content-Encoding", ""), way)
            self.assertEqual(answer.headers["Content-Length"], str(len(answer.body)))
            self.assertEqual(answer.headers["Vary"], f"{VARY}, Origin")
            self.assertEqual(answer.text, self.app.text)
        self.assertEqual(len(self.app.asked), 1)

    def test_best_way_by_weight(self) -> None:
        for accept, way in (
            ("", "identity"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1, br;q=0.5", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("*", "br"),
            ("*;q=0", "identity"),
            ("gzip;q=0.2, identity", "identity"),
            ("GZIP ; Q=0.3", "gzip"),
            ("gzip;q=x", "identity"),
            ("x" * 9000, "identity"),
        ):
            self.assertEqual(way_of(accept), way, accept)

    def test_tag_tells_ways_apart_and_is_known_again(self) -> None:
        tags = {way: self.ask(ACCEPT_ENCODING=way).headers["ETag"] for way in ("", "gzip", "br")}
        self.assertEqual(len(set(tags.values())), 3)
        for sent in (tags["br"], f"W/{tags['br']}", f'"x", {tags["br"]}', "*"):
            answer = self.ask(ACCEPT_ENCODING="br", IF_NONE_MATCH=sent)
            self.assertEqual((answer.status, answer.body), (304, b""), sent)
            self.assertLessEqual({"ETag", "Vary", "Cache-Control"}, answer.headers.keys())
            self.assertNotIn("Content-Length", answer.headers)
        self.assertEqual(self.ask(ACCEPT_ENCODING="gzip", IF_NONE_MATCH=tags["br"]).status, 200)
        self.app.text += "More."
        self.fresh.change()
        self.assertEqual(self.ask(ACCEPT_ENCODING="br", IF_NONE_MATCH=tags["br"]).status, 200)

    def test_last_modified_is_said_when_it_has_passed(self) -> None:
        with self.at(1000.9):
            self.assertNotIn("Last-Modified", self.ask().headers)
        with self.at(1001.99):
            self.assertEqual(self.ask(IF_MODIFIED_SINCE=http_date(1002)).status, 200)
        with self.at(1002.0):
            self.cache.ready.clear()  # their time is that of another clock
            self.assertEqual(self.ask().headers["Last-Modified"], http_date(1002))
            self.assertEqual(self.ask(IF_MODIFIED_SINCE=http_date(1001)).status, 200)
            self.assertEqual(self.ask(IF_MODIFIED_SINCE=http_date(1002)).status, 304)
            self.assertEqual(self.ask(IF_MODIFIED_SINCE="yesterday").status, 200)
            self.assertEqual(self.ask(IF_MODIFIED_SINCE=http_date(1002), IF_NONE_MATCH='"x"').status, 200)

    def test_ready_answer_ends_when_last_modified_is_to_be_said(self) -> None:
        with self.at(1000.9), patch("core.pagecache.front.monotonic", lambda: 50.0):
            self.ask()
        with self.at(1002.0), patch("core.pagecache.front.monotonic", lambda: 51.2):
            self.assertIn("Last-Modified", self.ask().headers)

    def test_head_has_no_body(self) -> None:
        page, head = self.ask(), self.ask(method="HEAD")
        self.assertEqual((head.headers, head.body), (page.headers, b""))
        self.assertEqual(self.ask(method="HEAD").body, b"")
        self.assertEqual(self.ask().body, page.body)
        self.assertEqual([one["REQUEST_METHOD"] for one in self.app.asked], ["GET"])


class RoomTests(FrontTestCase):
    def test_walk_through_many_addresses_takes_no_memory_and_drives_nothing_out(self) -> None:
        for _ in range(2):
            self.ask(), self.ask("/?hot")
        for number in range(400):
            self.ask(f"/?page={number}")
            if number % 40 == 0:
                self.ask(), self.ask("/?hot")
        shelf = self.cache.shelf
        self.assertLessEqual(shelf.new_size + shelf.kept_size, shelf.room)
        self.assertEqual(
            sum(entry.size for entry in (*shelf.new.values(), *shelf.kept.values())), shelf.new_size + shelf.kept_size
        )
        self.assertLess(len(self.cache.ready), 400)
        queries = [environ["QUERY_STRING"] for environ in self.app.asked]
        self.assertEqual((queries.count(""), queries.count("hot")), (1, 1))

    def test_odd_headers_take_no_memory(self) -> None:
        for number in range(100):
            self.ask(ACCEPT_LANGUAGE=f"x{number}")
        self.ask(ACCEPT_LANGUAGE="y" * 5000)
        self.assertEqual(len(self.cache.ready), READY)
        self.assertEqual(len(self.app.asked), 1)

    def test_ready_answers_take_of_the_room_what_their_words_take(self) -> None:
        for page in range(60):
            for number in range(READY):
                self.ask(f"/?page={page}", ACCEPT_LANGUAGE=f"{'x' * 1500}{number}")
        ready, shelf = self.cache.ready, self.cache.shelf
        words = sum(len(part) for key in ready for part in key if part)
        self.assertLessEqual(words, shelf.room)
        self.assertLessEqual(shelf.new_size + shelf.kept_size, shelf.room)
        kept = [*shelf.new.values(), *shelf.kept.values()]
        self.assertEqual(sum(entry.size for entry in kept), shelf.new_size + shelf.kept_size)
        self.assertEqual(sum(len(entry.ready) for entry in kept), len(ready))

    def test_what_is_too_large_or_too_long_is_not_kept(self) -> None:
        self.ask("/?" + "x" * 3000)
        self.app.text *= 1000
        self.ask()
        self.assertEqual((len(self.cache.shelf.new), len(self.cache.rendering)), (0, 0))


class StampedeTests(FrontTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.begun, self.go_on, self.answers = threading.Event(), threading.Event(), []
        self.app.before = lambda: (self.begun.set(), self.go_on.wait(5))

    def many(self, number: int = 5) -> list[threading.Thread]:
        threads = [threading.Thread(target=lambda: self.answers.append(self.ask())) for _ in range(number)]
        for thread in threads:
            thread.start()
            self.begun.wait(5)
        return threads

    def end(self, threads: list[threading.Thread]) -> None:
        self.go_on.set()
        for thread in threads:
            thread.join(5)

    def test_cold_page_is_rendered_once(self) -> None:
        self.end(self.many())
        self.assertEqual((len(self.app.asked), len(set(self.answers_told()))), (1, 1))

    def test_others_go_on_by_themselves_when_nothing_came_of_it(self) -> None:
        self.app.status, self.app.public = 404, False
        self.end(self.many())
        self.assertEqual([answer.status for answer in self.answers], [404] * 5)
        self.assertEqual(self.cache.rendering, {})

    def test_others_go_on_when_it_failed(self) -> None:
        class Broken(Exception):
            pass

        def fail() -> None:
            self.app.before = lambda: None
            raise Broken

        self.app.before = fail
        with self.assertRaises(Broken):
            self.ask()
        self.assertEqual(self.ask().status, 200)

    def answers_told(self) -> list[str]:
        self.assertEqual(len(self.answers), 5)
        return [answer.text for answer in self.answers]
