"""The posts of a year."""

from django.test import tag

from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import make_post
from posts.tests.test_archive import on


class ArchiveYearTests(ViewTestCase):
    @three_ways()
    def test_shows_what_was_published_in_it(self, client):
        for title, date in (
            ("Last", on(2024, 12, 31, 23, 59, 59)),
            ("First", on(2024, 1, 1)),
            ("Next", on(2025, 1, 1)),
        ):
            make_post(self.ada, title=title, published_at=date)
        response = client.get("/archive/2024/")
        self.assertAnswers(response, client, "posts/archive_year.html", "post-list")
        self.assertEqual([post.title for post in response.context["page"]], ["Last", "First"])

    @tag("slow")
    def test_years_without_posts_are_404(self):
        make_post(self.ada, published_at=on(2024, 5, 1)).discard()
        for year in ("2024", "0", "1", "9999", "10000", "9" * 40):
            self.assertHidden(f"/archive/{year}/", None)

    def test_wrong_methods(self):
        self.assertRefuses("/archive/2024/", self.ada, "post", "delete")
