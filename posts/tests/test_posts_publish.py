"""Several ticked posts go live at once."""

from datetime import timedelta

from django.db import connection
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post, Revision
from posts.tests.factory import begin_post, make_post

URL = reverse("posts_publish")
MOST_QUERIES = 25  # for each post: publishing is a save, with its revision


class PostsPublishTests(ViewTestCase):
    @both_ways("ada")
    def test_ticked_drafts_are_live_each_with_a_revision(self, client):
        posts = [make_post(self.ada, state=state, tags=("sea",)) for state in ("draft", "scheduled")]
        kept = make_post(self.ada, state="draft")
        client.post(URL, {"post": [post.pk for post in posts]})
        self.assertCountEqual(Post.objects.published(), posts)
        self.assertEqual(Post.objects.drafts().get(), kept)
        for post in posts:
            self.assertEqual(post.revisions.newest_first()[0].reason, Revision.Reason.PUBLISHED)
            self.assertEqual([tag.name for tag in post.tags.all()], ["sea"])

    def test_partial_is_the_list_with_true_counts_and_the_message(self):
        posts = [make_post(self.ada, state="draft") for _ in range(2)]
        response = self.htmx(self.ada).post(f"{URL}?show=drafts", {"post": [post.pk for post in posts]})
        self.assertPartial(response, "posts/my_posts.html#my-posts")
        self.assertContains(response, "2 posts are live.")
        self.assertContains(response, '<a href="?show=drafts" aria-current="page">Drafts 0</a>')

    def test_what_readers_have_seen_comes_back_under_its_first_date(self):
        at = timezone.now() - timedelta(days=400)
        post = make_post(self.ada, published_at=at)
        post.unpublish()
        self.page(self.ada).post(URL, {"post": post.pk})
        self.assertEqual(Post.objects.get().published_at, at)

    def test_what_is_live_is_left_alone_and_not_counted(self):
        live, draft = make_post(self.ada), make_post(self.ada, title="Tides", state="draft")
        response = self.htmx(self.ada).post(URL, {"post": [live.pk, draft.pk]})
        self.assertContains(response, "“Tides” is live.")
        self.assertEqual(Post.objects.get(pk=live.pk).version, 1)
        response = self.htmx(self.ada).post(URL, {"post": live.pk})
        self.assertContains(response, "Nothing to publish: these are live already.")

    @tag("slow")
    @both_ways("ada")
    def test_what_was_never_saved_is_passed_over_and_said(self, client):
        begun = begin_post(self.ada)
        draft = make_post(self.ada, title="Tides", state="draft")
        response = client.post(URL, {"post": [begun.pk, draft.pk]}, follow=True)
        self.assertContains(response, "1 post was never saved, and cannot be published yet: open and save it first.")
        self.assertContains(response, "“Tides” is live.")
        self.assertEqual(Post.objects.published().get(), draft)

    def test_posts_of_others_are_passed_over_without_a_word(self):
        foreign = make_post(self.ben, state="draft")
        self.assertEqual(self.page(self.ada).post(URL, {"post": foreign.pk}).status_code, 422)
        self.assertEqual(Post.objects.get().status, "draft")

    @tag("slow")
    def test_queries_are_bounded_for_each_post(self):
        client, spent = self.htmx(self.ada), []
        for number in (1, 4):
            drafts = [make_post(self.ada, state="draft", tags=("sea",)).pk for _ in range(number)]
            with CaptureQueriesContext(connection) as queries:
                client.post(URL, {"post": drafts})
            spent.append(len(queries))
        self.assertLessEqual((spent[1] - spent[0]) / 3, MOST_QUERIES)

    def test_nothing_ticked_is_said(self):
        self.assertContains(self.page(self.ada).post(URL), "Tick the posts first", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
