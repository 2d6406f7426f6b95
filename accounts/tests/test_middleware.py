"""Who is signed in, and their clock."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase, TestCase
from django.utils import timezone

from accounts.middleware import SignedInMiddleware, TimeZoneMiddleware
from accounts.models import User


class TimeZoneMiddlewareTests(SimpleTestCase):
    def clock_for(self, time_zone: str) -> str:
        request = RequestFactory().get("/")
        request.user = User(time_zone=time_zone)
        seen = []
        TimeZoneMiddleware(lambda _: seen.append(timezone.get_current_timezone_name()) or HttpResponse())(request)
        return seen[0]

    def test_it_is_the_persons_during_the_request_only(self):
        self.assertEqual(self.clock_for("Asia/Kathmandu"), "Asia/Kathmandu")
        self.assertEqual(timezone.get_current_timezone_name(), "UTC")

    def test_it_is_the_sites_for_who_has_set_none_or_one_that_is_not_known_here(self):
        with timezone.override(ZoneInfo("Europe/Athens")):
            for name in ("", "Mars/Olympus", "/etc/passwd", "../x", "Europe"):
                with self.subTest(name):
                    self.assertEqual(self.clock_for(name), "UTC")


class SignedInMiddlewareTests(TestCase):
    def user_of(self, **cookies: str) -> object:
        request = RequestFactory().get("/")
        request.COOKIES.update(cookies)
        SessionMiddleware(SignedInMiddleware(lambda _: HttpResponse()))(request)
        return request.user

    def test_who_asks_is_known_and_is_no_stand_in(self):
        ada = User.objects.create_user("ada")
        self.client.force_login(ada)
        with self.assertNumQueries(2):
            user = self.user_of(sessionid=self.client.cookies["sessionid"].value)
        self.assertEqual((type(user), user.pk), (User, ada.pk))

    def test_whoever_signed_in_before_stays_signed_in(self):
        ada = User.objects.create_user("ada")
        self.client.force_login(ada)
        now, before = self.client.session, DjangosStore()
        before.update(dict(now.items()))
        before.create()
        self.assertEqual(self.user_of(sessionid=before.session_key), ada)

    def test_of_nobody_the_database_is_not_asked(self):
        with self.assertNumQueries(0):
            self.assertFalse(self.user_of().is_authenticated)

    def test_a_session_that_has_ended_or_is_none_is_nobodys(self):
        self.client.force_login(User.objects.create_user("ada"))
        key = self.client.cookies["sessionid"].value
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        for cookie in (key, "x" * 32, "nonsense", "' OR 1=1", "é" * 40, "\0" + "a" * 31):
            with self.subTest(cookie):
                self.assertFalse(self.user_of(sessionid=cookie).is_authenticated)
