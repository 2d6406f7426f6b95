"""One change, word by word, as readers saw it."""

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Revision
from posts.tests.factory import make_image, make_post
from posts.tests.test_post_changes import changed

WITHHELD = "The author does not show this version."


def url_of(change: Revision) -> str:
    return reverse("post_change", args=[change.post.slug, change.pk])


class PostChangeTests(ViewTestCase):
    @three_ways()
    def test_shows_what_was_removed_and_added(self, client):
        post = make_post(self.ada, title="Tides", content="It is *forty* miles. [//]: # (x)\n\n[a]: # (secret)")
        (change,) = changed(post, "It is fifty miles.")
        response = client.get(url_of(change))
        self.assertAnswers(response, client, "posts/post_change.html", "post-change")
        self.assertContains(response, "[removed: </span>forty")
        self.assertContains(response, "[added: </span>fifty")
        self.assertNotContains(response, "secret")
        self.assertNotContains(response, "<form")

    def test_shows_title_excerpt_and_picture_but_not_how_its_file_is_called(self):
        post = make_post(self.ada, title="Tides", featured_image=make_image(self.ada, name="IMG_private.jpg"))
        post.title, post.excerpt, post.image_alt, post.slug = "Tides of May", "In short", "A gate", "secret-address"
        post.featured_image = make_image(self.ada, name="IMG_other.jpg")
        post.save()
        response = self.page().get(url_of(post.revisions.changes().get()))
        for said in ("of May", "In short", "A gate", "another "):
            self.assertContains(response, said)
        self.assertNotContains(response, "IMG_")

    def test_words_are_said_in_their_language_and_what_became_of_them_in_the_pages(self):
        post = make_post(self.ada, content="Ein Wort.", language="de", title="Alt")
        (change,) = changed(post, "Ein anderes.")
        response = self.page().get(url_of(change))
        self.assertContains(response, '<div class="text-diff-block" dir="auto" lang="de" data-changed>')
        self.assertContains(response, '<span class="visually-hidden" dir="ltr" lang="en">[removed: </span>Wort')
        self.assertContains(response, '<div class="text-diff" id="text-diff">')

    @three_ways()
    def test_withheld_words_are_shown_to_nobody_but_their_author(self, client):
        post = make_post(self.ada, content="Secret words.")
        first, last = changed(post, "Open words.", "Open wide words.")
        for before, after in ((True, False), (False, True), (True, True)):
            first.annotate("", withhold_before=before, withhold_after=after)
            response = client.get(url_of(first))
            self.assertContains(response, WITHHELD)
            self.assertNotContains(response, "Secret")
            self.assertEqual(WITHHELD in client.get(url_of(last)).text, after)
        self.assertContains(self.page(self.ada).get(url_of(first)), "Secret")

    @three_ways("ada")
    def test_author_has_a_form_there(self, client):
        (change,) = changed(make_post(self.ada), "Other.")
        response = client.get(url_of(change))
        self.assertContains(response, 'name="correction"')
        self.assertEqual(response.headers["Cache-Control"].count("private"), 1)

    def test_too_long_a_text_is_not_compared(self):
        (change,) = changed(make_post(self.ada), "Words.")
        Revision.objects.filter(pk=change.pk).update(content="words " * 50_000)
        self.assertContains(self.page().get(url_of(change)), "too long to compare")

    @tag("slow")
    def test_what_was_no_change_for_readers_is_not_there(self):
        post = make_post(self.ada, state="draft")
        changed(post, "Second draft.")
        post.publish()
        (change,) = changed(post, "Third.")
        for revision in post.revisions.exclude(pk=change.pk):
            self.assertHidden(url_of(revision), self.ada, None)
        other = make_post(self.ada)
        self.assertHidden(reverse("post_change", args=[other.slug, change.pk]), None)
        self.assertHidden(f"/posts/{post.slug}/changes/{'9' * 30}/", None)
        post.unpublish()
        self.assertHidden(url_of(change), self.ada, None)

    def test_wrong_methods(self):
        (change,) = changed(make_post(self.ada), "Other.")
        self.assertRefuses(url_of(change), self.ada, "post", "delete")
