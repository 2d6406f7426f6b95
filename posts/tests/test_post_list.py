"""The front page: what is published, newest first, ten a page."""

from datetime import timedelta
from pathlib import Path

import brotli
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import make_image, make_post, make_posts

URL = reverse("post_list")


def titles(response: HttpResponse) -> list[str]:
    return [post.title for post in response.context["page"]]


class PostListTests(ViewTestCase):
    @three_ways()
    def test_shows_what_is_published_newest_first(self, client):
        make_post(self.ada, title="Older", published_at=timezone.now() - timedelta(days=2))
        make_post(self.ben, title="Newer", published_at=timezone.now() - timedelta(days=1))
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/post_list.html", "post-list")
        self.assertEqual(titles(response), ["Newer", "Older"])

    @three_ways("ada")
    def test_drafts_and_scheduled_posts_stay_out_even_for_their_author(self, client):
        make_post(self.ada, state="draft")
        make_post(self.ada, state="scheduled")
        self.assertContains(client.get(URL), "Nothing to read yet")

    def test_ten_a_page_with_addresses_of_their_own(self):
        make_posts(self.ada, 21)
        first, second, third = (self.page().get(URL, {"page": number}) for number in (1, 2, 3))
        self.assertEqual([len(titles(page)) for page in (first, second, third)], [10, 10, 1])
        self.assertEqual(len({*titles(first), *titles(second), *titles(third)}), 21)
        self.assertContains(first, 'href="?page=2"')
        self.assertNotContains(first, 'rel="prev"')
        self.assertContains(second, 'href="?page=1"')
        self.assertContains(second, 'href="?page=3"')
        self.assertNotContains(third, 'rel="next"')

    @tag("slow")
    def test_page_that_is_not_there_is_the_nearest_one(self):
        make_posts(self.ada, 11)
        for asked, got in (("99", 2), ("0", 2), ("-1", 2), ("abc", 1), ("", 1), ("9" * 30, 2)):
            with self.subTest(asked=asked):
                self.assertEqual(self.page().get(URL, {"page": asked}).context["page"].number, got)

    def test_posts_of_one_moment_are_each_on_one_page_only(self):
        at = timezone.now()
        make_posts(self.ada, 15, published_at=at)
        seen = [*titles(self.page().get(URL)), *titles(self.page().get(URL, {"page": 2}))]
        self.assertEqual(len(set(seen)), 15)

    def test_as_many_queries_for_ten_rows_as_for_one(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.page().get(URL)
            return len(captured)

        make_post(self.ada, tags=("coast",), featured_image=make_image(self.ada))
        one = queries()
        for author in (self.ada, self.ben, self.cleo) * 3:
            make_post(author, tags=("coast", f"tag {author}"), featured_image=make_image(author))
        self.assertEqual(queries(), one)
        self.assertLessEqual(one, 6)

    def test_first_visit_weighs_at_most_25_kilobytes(self):
        for number in range(10):
            words = {"title": f"What the tide table of {number} did not say", "excerpt": "The harbour keeps two. " * 7}
            make_post(self.ada, tags=("coast", "weather"), featured_image=make_image(self.ada), **words)
        page = self.page().get(URL, headers={"Accept-Encoding": "gzip"})
        bundles = [brotli.compress(Path(finders.find(name)).read_bytes()) for name in ("galley.css", "galley.js")]
        icon = Path(finders.find("img/galley.svg")).read_bytes()
        self.assertLessEqual(len(page.content) + sum(map(len, bundles)) + len(icon), 25_000)

    def test_titles_are_text_and_not_markup(self):
        make_post(self.ada, title="<b>bold</b> & co")
        self.assertContains(self.page().get(URL), "&lt;b&gt;bold&lt;/b&gt; &amp; co")

    def test_head_answers_without_a_body(self):
        response = self.page().head(URL)
        self.assertEqual((response.status_code, response.content), (200, b""))

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "put", "delete")
