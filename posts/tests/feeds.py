"""What every feed is asked: the same of all nine, in the three forms that they are written in.

A test module sets `name` and, for the feed of an author or a tag, `word`.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import override_settings, tag
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from core.images.models import Image
from posts.models import Post, Tag
from posts.tests.factory import make_image, make_post, make_posts
from posts.tests.feedforms import FeedCase


class FeedTests(FeedCase):
    """Abstract; imported as a module, so that nobody runs it by itself."""

    def test_what_is_public_whole_and_newest_first(self) -> None:
        before = timezone.now() - timedelta(days=1)
        lead, body = make_image(self.ada), make_image(self.ada)
        text = f"See [all](/tags/coast/).[^1]\n\n<script>x</script>\n\n![a gate](/images/{body.pk})\n\n[^1]: A note."
        self.make(title="Older", published_at=before)
        post = self.make(title="Tides & <gates>", content=text, featured_image=lead, language="ar")
        for state in ("draft", "scheduled"):
            self.make(state=state)
        self.make().discard()
        self.make(author=self.ben, published_at=before - timedelta(days=1))
        newest, *rest = self.read()
        self.assertEqual(
            [one["title"] for one in rest], ["Older"] if self.word == "ada" else ["Older", rest[-1]["title"]]
        )
        self.assertEqual(newest["title"], "Tides & <gates>")
        self.assertEqual(newest["url"], f"{settings.SITE_URL}/posts/tides-gates/")
        self.assertEqual((newest["author"], newest["language"]), ("ada", "ar"))
        self.assertCountEqual(newest["tags"], ["coast", "sea & salt"])
        self.assertEqual(newest["summary"], post.summary)
        self.assertIn('<div lang="ar" dir="rtl">', newest["html"])
        self.assertIn(f'href="{settings.SITE_URL}/posts/tides-gates/#fn1"', newest["html"])
        self.assertEqual(newest["html"].count("<img "), 2)
        self.assertNotIn("srcset", newest["html"])
        self.assertEqual(len(newest["enclosures"]), 1 if self.form == "rss" else 2)
        self.assertIn(lead.src(), newest["enclosures"][0][0])

    @tag("slow")
    def test_six_queries_however_many_posts_and_pictures(self) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.page().get(self.url)
            return len(captured)

        for author in (self.ada, self.ben, self.ada, self.ada):
            body = make_image(author)
            self.make(author=author, content=f"![x](/images/{body.pk})", featured_image=make_image(author))
        self.assertLessEqual(queries(), 6)

    def test_wrong_methods(self) -> None:
        self.assertRefuses(self.url, None, "post", "delete")

    def test_of_nothing(self) -> None:
        """Of a site or an author that has nothing yet it is empty; of a tag it is not there, as its page."""
        make_post(self.ada, state="draft", tags=("coast",))
        if self.name.startswith("tag"):
            self.assertEqual(self.page().get(self.url).status_code, 404)
        else:
            self.assertEqual(self.read(), [])
        if self.word:
            self.assertEqual(self.page().get(self.url.replace(self.word, "nothing")).status_code, 404)

    @tag("slow")
    def test_what_is_done_of_a_list_of_tasks_is_told_without_boxes(self) -> None:
        self.make(content="- [x] sail <input checked>\n- [ ] row")
        html = self.read()[0]["html"]
        self.assertNotIn("<input", html)
        self.assertRegex(html, r"☑ (<[^>]*>)*sail &lt;input checked&gt;")
        self.assertRegex(html, r"☐ (<[^>]*>)*row")

    @tag("slow")
    def test_a_real_reader_of_feeds_finds_nothing_wrong(self) -> None:
        if self.form == "json":
            return  # it reads XML
        import feedparser

        for number in range(3):
            lead = make_image(self.ada)
            self.make(title=f"Tides {number} \x0b & <b>", content="*It* is [here](/x).", featured_image=lead)
        response = self.page().get(self.url)
        feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
        self.assertFalse(feed.bozo, feed.get("bozo_exception"))
        self.assertEqual(feed.version, {"rss": "rss20", "atom": "atom10"}[self.form])
        self.assertEqual(len(feed.entries), 3)
        for entry in feed.entries:
            self.assertEqual(entry.author, "ada")
            self.assertTrue(entry.published_parsed and entry.updated_parsed)
            self.assertIn("<em>It</em>", entry.content[0].value)
            self.assertEqual(entry.enclosures[0].type, "image/jpeg")
            self.assertCountEqual([one.term for one in entry.tags], ["coast", "sea & salt"])


class FormTests(FeedTests):
    """What differs from form to form, and is asked of the site's feeds only; abstract too."""

    def test_it_says_when_a_post_has_changed_and_keeps_its_id(self) -> None:
        post = self.make(slug="one", published_at=timezone.now() - timedelta(days=2))
        [before] = self.read()
        self.assertEqual(before["updated"], post.published_at)
        changed = timezone.now() - timedelta(hours=1)
        Post.objects.filter(pk=post.pk).update(slug="two", title="Other", changed_at=changed)
        with override_settings(SITE_URL="https://new.example"):
            [after] = self.read(secure=True)
        self.assertEqual((after["id"], after["updated"]), (before["id"], changed))
        self.assertEqual(after["url"], "https://new.example/posts/two/")

    def test_characters_that_xml_forbids_do_not_break_it(self) -> None:
        self.ada.display_name = "A\x0bda"
        self.ada.save()
        self.make(title="Ti\x08des \ufffe", content="Wa\x0cter \x1b and *more*")
        Tag.objects.filter(slug="coast").update(name="co\x01ast")
        [found] = self.read()
        self.assertEqual((found["title"], found["author"]), ("Tides ", "Ada"))
        self.assertIn("Water", found["html"].replace(" ", "", 1))

    def test_hub_is_named_where_there_is_one(self) -> None:
        self.make()
        with override_settings(WEBSUB_HUB="https://hub.example/"):
            response = self.page().get(self.url)
            self.read()
        said = f'<https://hub.example/>; rel="hub", <{settings.SITE_URL}{self.url}>; rel="self"'
        self.assertEqual(response["Link"], said)
        self.assertContains(response, "https://hub.example/")
        self.assertNotIn("Link", self.page().get(self.url))


class OnceTests(FormTests):
    """What is asked of one feed, as all have it from the same line; abstract too."""

    def test_whether_it_has_changed_is_not_told_by_the_dates_of_posts(self) -> None:
        """One that was taken back leaves older ones. The page cache knows, and answers 304 itself."""
        self.make(title="Tides")
        first = self.page().get(self.url, headers={"If-Modified-Since": http_date()})
        self.assertEqual((first.status_code, first.is_public), (200, True))
        self.assertIn("public", first["Cache-Control"])
        head = self.page().head(self.url)
        self.assertEqual((head.status_code, head.content), (200, b""))

    def test_pictures_that_are_not_the_posts_are_not_shown(self) -> None:
        theirs, gone, mine = make_image(self.ben), make_image(self.ada), make_image(self.ada)
        self.make(content="\n\n".join(f"![a gate](/images/{image.pk})" for image in (theirs, gone, mine)))
        Image.objects.filter(pk=gone.pk).update(state=Image.State.DELETING)
        [found] = self.read()
        self.assertEqual((found["html"].count("<img "), len(found["enclosures"])), (1, 1))
        self.assertIn(mine.key, found["enclosures"][0][0])

    def test_twenty_posts(self) -> None:
        make_posts(self.ada, 21)
        self.assertEqual(len(self.read()), 20)
