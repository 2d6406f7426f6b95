"""Several ticked posts are drafts again; what is scheduled is called off."""

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post, Revision
from posts.tests.factory import make_post

URL = reverse("posts_unpublish")


class PostsUnpublishTests(ViewTestCase):
    @tag("slow")
    @both_ways("ada")
    def test_ticked_posts_are_drafts_each_with_a_revision(self, client):
        posts = [make_post(self.ada, state=state) for state in ("live", "scheduled")]
        kept = make_post(self.ada)
        client.post(URL, {"post": [post.pk for post in posts]})
        self.assertCountEqual(Post.objects.drafts(), posts)
        self.assertEqual(Post.objects.published().get(), kept)
        for post in posts:
            self.assertEqual(post.revisions.newest_first()[0].reason, Revision.Reason.UNPUBLISHED)

    def test_partial_is_the_list_with_true_counts_and_the_message(self):
        posts = [make_post(self.ada) for _ in range(2)]
        response = self.htmx(self.ada).post(URL, {"post": [post.pk for post in posts]})
        self.assertPartial(response, "posts/my_posts.html#my-posts")
        self.assertContains(response, "2 posts are drafts again.")
        self.assertContains(response, ">Drafts 2</a>")

    def test_drafts_are_left_alone(self):
        draft = make_post(self.ada, state="draft")
        response = self.htmx(self.ada).post(URL, {"post": draft.pk})
        self.assertContains(response, "Nothing to unpublish: these are drafts already.")
        self.assertEqual(Post.objects.get().version, 1)

    def test_posts_of_others_are_passed_over_without_a_word(self):
        self.assertEqual(self.page(self.ada).post(URL, {"post": make_post(self.ben).pk}).status_code, 422)
        self.assertEqual(Post.objects.get().status, "published")

    def test_nothing_ticked_is_said(self):
        self.assertContains(self.page(self.ada).post(URL), "Tick the posts first", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
