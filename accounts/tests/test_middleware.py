"""The clock of whoever is signed in."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase
from django.utils import timezone

from accounts.middleware import TimeZoneMiddleware
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
