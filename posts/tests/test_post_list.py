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
from posts.models import Post
from posts.models.listing import Key
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

    def test_older_posts_go_on_behind_the_last_one_whatever_was_published_since(self):
        at = timezone.now() - timedelta(days=1)
        make_posts(self.ada, 21, published_at=at)  # of one moment: their keys tell them apart
        seen, first = [], self.page().get(URL)
        seen += titles(first)
        make_post(self.ben, title="Newer")
        self.assertIn(seen[-1], titles(self.page().get(URL, {"page": 2})))  # by number it has moved on
        for number, more in ((2, True), (3, False)):
            response = self.htmx().get(URL, {"page": number, "after": str(first.context["page"].last)})
            self.assertPartial(response, "posts/post_list_more.html", top="post-pager-older")
            self.assertEqual('rel="next"' in response.text, more)
            seen, first = seen + titles(response), response
        self.assertEqual((len(seen), len(set(seen))), (21, 21))
        self.assertContains(response, "1 more post That was the oldest.<")

    def test_what_is_hidden_since_does_not_come_after_others_either(self):
        posts = make_posts(self.ada, 13)
        key = str(self.page().get(URL).context["page"].last)
        posts[10].discard()
        Post.objects.filter(pk=posts[11].pk).update(published_at=None)
        self.assertEqual(titles(self.htmx().get(URL, {"page": 2, "after": key})), [posts[12].title])

    def test_index_is_begun_where_the_list_goes_on_however_far_back(self):
        """SQLite begins at the first of two bounds, and would pass over all that is newer."""
        posts = make_posts(self.ada, 2, published_at=timezone.now() - timedelta(days=9 * 366))
        key, year = Key(posts[1].published_at, posts[1].pk), posts[1].published_at.year
        asked = (
            (URL, {"page": 2, "after": str(key)}),
            (reverse("author_detail", args=["ada"]), {"page": 2, "after": str(key)}),
            (reverse("archive_year", args=[year]), {}),
            (reverse("archive_year", args=[year]), {"page": 2, "after": str(key)}),
        )
        for url, query in asked:
            with self.subTest(url, query=query), CaptureQueriesContext(connection) as captured:
                self.htmx().get(url, query)
            keys = [one["sql"] for one in captured if "ORDER BY" in one["sql"] and "LIMIT 11" in one["sql"]]
            self.assertEqual(len(keys), 1)
            self.assertNotIn('"published_at" <= ', keys[0])  # that of now

    def test_key_that_is_none_is_passed_over(self):
        make_posts(self.ada, 11)
        for key in ("", "x", "1_", "_1", f"{'9' * 18}_1", f"{'9' * 30}_1", "253402300799999999_1", "\0", "1_1\n"):
            with self.subTest(key=key):
                response = self.htmx().get(URL, {"page": 2, "after": key})
                self.assertPartial(response, "posts/post_list.html#post-list")
        page = self.page().get(URL, {"page": 2, "after": "1_1"})
        self.assertEqual(len(titles(page)), 1)  # a page is what its number says

    def test_text_in_another_language_says_so(self):
        make_post(self.ada, title="Θάλασσα", language="ar")
        make_post(self.ada, title="Sea", language="en")
        page = self.page().get(URL)
        self.assertContains(page, '<h2 lang="ar" dir="rtl">', 1)
        self.assertContains(page, "<h2>", 1)

    @tag("slow")
    def test_queries_are_as_many_on_any_page(self):
        make_posts(self.ada, 100)
        for number in ("1", "5", "10"):
            with self.subTest(number), CaptureQueriesContext(connection) as captured:
                self.page().get(URL, {"page": number})
            self.assertEqual(len(captured), 3)

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
