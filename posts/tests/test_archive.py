"""The years and months that have something to read."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import override_settings, tag
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import make_post, make_posts

URL = "/archive/"


def on(*date: int) -> datetime:
    return datetime(*date, tzinfo=UTC)


class ArchiveTests(ViewTestCase):
    @three_ways()
    def test_shows_months_that_have_posts_the_newest_first(self, client):
        for date in (on(2024, 2, 29), on(2024, 12, 31, 23, 59, 59), on(2025, 1, 1), on(2025, 1, 31), on(1066, 10, 14)):
            make_post(self.ada, published_at=date)
        make_post(self.ada, published_at=on(2025, 3, 1)).discard()
        make_post(self.ada, state="draft")
        make_post(self.ada, published_at=timezone.now() + timedelta(days=40))
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/archive.html", "archive")
        shown = [(year, [month.month for month in months]) for year, months in response.context["years"]]
        self.assertEqual(shown, [(2025, [1]), (2024, [12, 2]), (1066, [10])])
        self.assertContains(response, 'href="/archive/2024/2/"')

    @tag("slow")
    def test_months_are_the_sites(self):
        make_post(self.ada, published_at=on(2024, 12, 31, 23, 30))
        with override_settings(TIME_ZONE="Europe/Stockholm"):
            self.assertContains(self.page().get(URL), 'href="/archive/2025/1/"')
            self.assertEqual(self.page().get("/archive/2025/1/").status_code, 200)
            self.assertEqual(self.page().get("/archive/2024/").status_code, 404)

    def test_months_are_the_sites_for_an_author_elsewhere_too(self):
        make_post(self.ada, published_at=on(2024, 12, 1))
        self.ada.time_zone = "America/New_York"
        self.ada.save()
        self.assertContains(self.page(self.ada).get(URL), '<a href="/archive/2024/12/">December</a>')
        self.assertContains(self.page(self.ada).get("/archive/2024/12/"), "<h1>December 2024</h1>")

    def test_nothing_published_says_so(self):
        make_post(self.ada, state="scheduled")
        self.assertContains(self.page().get(URL), "Nothing to read yet")

    def test_as_many_queries_however_many_months(self):
        make_posts(self.ada, 3)
        make_post(self.ada, published_at=on(1999, 1, 1))
        with CaptureQueriesContext(connection) as captured:
            self.page().get(URL)
        self.assertLessEqual(len(captured), 3)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
