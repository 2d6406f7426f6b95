"""Making a post public from the list."""

import uuid
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post, WorkingCopy
from posts.tests.factory import begin_post, make_post, renamed


def url(post: Post) -> str:
    return reverse("post_publish", args=[post.slug])


class PostPublishTests(ViewTestCase):
    @both_ways("ada")
    def test_draft_is_live_at_once(self, client):
        post = make_post(self.ada, state="draft")
        client.post(url(post))
        self.assertEqual(Post.objects.get().status, "published")
        self.assertEqual(self.page().get(post.get_absolute_url()).status_code, 200)

    def test_page_goes_to_my_posts(self):
        response = self.page(self.ada).post(url(make_post(self.ada, title="Tides", state="draft")), follow=True)
        self.assertRedirects(response, reverse("my_posts"))
        self.assertContains(response, "“Tides” is live.")

    def test_partial_is_the_row_in_its_new_state(self):
        post = make_post(self.ada, state="draft")
        response = self.htmx(self.ada).post(url(post))
        self.assertPartial(response, "posts/my_posts_row.html", top=f"post-row-{post.pk}")
        self.assertContains(response, 'data-state="published"')
        self.assertContains(response, ">Live 1</a>")
        self.assertContains(response, reverse("post_unpublish", args=[post.slug]))

    def test_what_is_live_keeps_its_date_and_version(self):
        at = timezone.now() - timedelta(days=9)
        post = make_post(self.ada, published_at=at)
        self.page(self.ada).post(url(post))
        self.assertEqual((Post.objects.get().published_at, Post.objects.get().version), (at, 1))

    def test_what_readers_have_seen_comes_back_under_its_first_date(self):
        at = timezone.now() - timedelta(days=400)
        post = make_post(self.ada, published_at=at)
        self.page(self.ada).post(reverse("post_unpublish", args=[post.slug]))
        self.page(self.ada).post(url(post))
        self.assertEqual(Post.objects.get().published_at, at)

    @both_ways("ada")
    def test_what_was_never_saved_is_opened_instead(self, client):
        post = begin_post(self.ada, content="A thought")
        self.assertWentTo(client.post(url(post)), client, reverse("post_edit", args=[post.slug]))
        self.assertContains(client.get(reverse("my_posts")), "This post is not saved yet.")
        self.assertEqual((Post.objects.get().status, Post.objects.get().version), ("draft", 0))

    @both_ways("ada")
    def test_is_found_by_any_address_that_it_has_had(self, client):
        client.post(url(renamed(make_post(self.ada, state="draft"))))
        self.assertEqual(Post.objects.get().status, "published")

    def test_row_still_tells_of_unsaved_changes(self):
        post = make_post(self.ada, state="draft")
        WorkingCopy.objects.keep(author=self.ada, post=post, token=uuid.uuid4(), version=1, typed={})
        self.assertContains(self.htmx(self.ada).post(url(post)), "Unsaved changes", 1)

    def test_form_opened_before_is_told(self):
        post = make_post(self.ada, state="draft")
        self.page(self.ada).post(url(post))
        data = {"title": "T", "content": "C", "status": "draft", "version": "1"}
        response = self.page(self.ada).post(reverse("post_edit", args=[post.slug]), data)
        self.assertEqual(response.status_code, 409)

    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(url(make_post(self.ada, state="draft")), self.ben, self.cleo, methods=("post",))
        self.assertEqual(Post.objects.get().status, "draft")

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada, state="draft")), "post")
        self.assertEqual(Post.objects.get().status, "draft")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "get", "put", "delete")
