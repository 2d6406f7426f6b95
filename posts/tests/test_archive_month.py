"""The posts of a month."""

from datetime import timedelta

from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import make_post
from posts.tests.test_archive import on


class ArchiveMonthTests(ViewTestCase):
    @three_ways()
    def test_shows_what_was_published_in_it(self, client):
        for title, date in (
            ("May", on(2024, 5, 31, 23, 59, 59)),
            ("June", on(2024, 6, 1)),
            ("April", on(2024, 4, 30)),
        ):
            make_post(self.ada, title=title, published_at=date)
        response = client.get("/archive/2024/5/")
        self.assertAnswers(response, client, "posts/archive_month.html", "post-list")
        self.assertEqual([post.title for post in response.context["page"]], ["May"])
        if client.way != "partial":
            self.assertContains(response, "<h1>May 2024</h1>")

    def test_the_month_of_now_hides_what_is_scheduled_in_it(self):
        now = timezone.now()
        make_post(self.ada, published_at=now + timedelta(seconds=60))
        self.assertHidden(f"/archive/{now.year}/{now.month}/", self.ada, None)

    def test_months_without_posts_are_404(self):
        make_post(self.ada, published_at=on(2024, 5, 1))
        for month in ("2024/6", "2024/0", "2024/13", "0/5", "10000/1", f"2024/{'9' * 40}"):
            self.assertHidden(f"/archive/{month}/", None)

    def test_wrong_methods(self):
        self.assertRefuses("/archive/2024/5/", self.ada, "post", "delete")
