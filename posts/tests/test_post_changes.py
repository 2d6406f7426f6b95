"""What has changed since a post was published, for everybody."""

from django.db import connection
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Post, Revision
from posts.tests.factory import make_image, make_post, renamed


def url_of(post: Post) -> str:
    return reverse("post_changes", args=[post.slug])


def changed(post: Post, *texts: str) -> list[Revision]:
    """The changes that readers see when the post says these, one after the other, the last one last."""
    for text in texts:
        post.content = text
        post.save()
    return list(post.revisions.changes())[::-1]


class PostChangesTests(ViewTestCase):
    @three_ways()
    def test_lists_what_readers_saw_change_the_last_one_first(self, client):
        post = make_post(self.ada, content="One.")
        first, last = changed(post, "One two.", "One two three.")
        last.annotate("It is <three>.", withhold_before=False, withhold_after=False)
        response = client.get(url_of(post))
        self.assertAnswers(response, client, "posts/post_changes.html", "post-changes")
        self.assertEqual([change.pk for change in response.context["page"]], [last.pk, first.pk])
        self.assertContains(response, "It is &lt;three&gt;.")
        self.assertContains(response, "1 word added, 0 removed")
        self.assertNotContains(response, "csrf")

    @three_ways()
    def test_says_so_when_nothing_has_changed(self, client):
        post = make_post(self.ada, tags=("coast",))
        post.image_decorative = True
        post.save()  # readers see no difference
        self.assertContains(client.get(url_of(post)), "Nothing has changed")

    def test_title_excerpt_picture_and_description_count_too(self):
        post = make_post(self.ada)
        for name, value in (
            ("title", "Another"),
            ("excerpt", "In short"),
            ("featured_image", make_image(self.ada)),
            ("image_alt", "A gate"),
        ):
            setattr(post, name, value)
            post.save()
        self.assertEqual((post.change_count, post.revisions.changes().count()), (4, 4))
        post.language, post.slug = "de", "another"
        post.save()
        self.assertEqual(Post.objects.get().change_count, 4)

    @three_ways()
    def test_withheld_words_have_no_link_for_readers(self, client):
        post = make_post(self.ada, content="Secret.")
        first, last = changed(post, "Open.", "Open and wide.")
        first.annotate("", withhold_before=True, withhold_after=False)
        response = client.get(url_of(post))
        self.assertContains(response, "The author does not show this version.", 1)
        self.assertNotContains(response, reverse("post_change", args=[post.slug, first.pk]))
        self.assertContains(response, reverse("post_change", args=[post.slug, last.pk]))
        self.assertContains(self.page(self.ada).get(url_of(post)), reverse("post_change", args=[post.slug, first.pk]))

    @tag("slow")
    def test_pages_have_addresses_and_cost_the_same(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.assertEqual(self.page().get(url_of(post)).status_code, 200)
            return len(captured)

        post = make_post(self.ada)
        changed(post, "First.")
        one = queries()
        changed(post, *(f"Text {number}." for number in range(20)))
        self.assertEqual(queries(), one)
        self.assertLessEqual(one, 6)
        second = self.page().get(url_of(post), {"page": "2"})
        self.assertEqual(len(second.context["page"]), 1)
        self.assertEqual(self.page().get(url_of(post), {"page": "x"}).context["page"].number, 1)

    def test_former_address_leads_to_the_one_of_now(self):
        post = make_post(self.ada)
        self.assertRedirects(self.page().get(url_of(renamed(post))), url_of(Post.objects.get()), 301)

    def test_nobody_can_tell_that_there_is_a_draft(self):
        for state in ("draft", "scheduled"):
            self.assertHidden(url_of(make_post(self.ada, state=state)), self.ada, self.ben, None)
        trashed = make_post(self.ada)
        trashed.discard()
        self.assertHidden(url_of(trashed), self.ada, None)
        self.assertHidden("/posts/a%00/changes/", None)

    def test_wrong_methods(self):
        self.assertRefuses(url_of(make_post(self.ada)), self.ada, "post", "delete")
