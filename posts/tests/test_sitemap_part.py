"""One part of what search engines find everything by."""

from django.urls import reverse

from core.testing.cases import ViewTestCase
from posts.tests.factory import make_post
from posts.tests.test_sitemap import places


class SitemapPartTests(ViewTestCase):
    def test_a_part_holds_what_the_index_says(self) -> None:
        make_post(self.ada, title="Tides", tags=("coast",))
        found = {}
        for name in ("pages", "posts-0", "authors-0", "tags-0"):
            response = self.page().get(reverse("sitemap_part", args=[name]))
            self.assertEqual((response.status_code, response["Content-Type"]), (200, "application/xml; charset=utf-8"))
            found[name] = set(places(response.content))
        self.assertIn("/", found.pop("pages"))
        self.assertEqual(
            found, {"posts-0": {"/posts/tides/"}, "authors-0": {"/authors/ada/"}, "tags-0": {"/tags/coast/"}}
        )

    def test_parts_that_nobody_named_are_not_there(self) -> None:
        make_post(self.ada)
        for name in (
            "posts-1",
            "posts-00",
            "posts",
            "posts--1",
            "posts-" + "9" * 30,
            "posts-9999999999999",
            "x-0",
            "-",
        ):
            self.assertEqual(self.page().get(f"/sitemap-{name}.xml").status_code, 404, name)

    def test_wrong_methods(self) -> None:
        self.assertRefuses("/sitemap-pages.xml", None, "post")
