"""One Undo for what was done to several posts: exactly that, and nothing that was done since."""

from datetime import timedelta
from unittest.mock import patch

from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post
from posts.tests.factory import begin_post, make_post
from posts.tests.test_posts_delete import undo_of

URL = reverse("posts_undo")
STATE = ("title", "content", "slug", "published_at", "first_published_at", "deleted_at")


class PostsUndoTests(ViewTestCase):
    def done(self, name: str, *posts: Post) -> str:
        """Do it on the page, and answer where its Undo leads."""
        return undo_of(self.page(self.ada).post(reverse(name), {"post": [post.pk for post in posts]}))

    def state(self) -> list[tuple]:
        return [tuple(getattr(post, name) for name in STATE) for post in Post.everything.order_by("pk")]

    @both_ways("ada")
    def test_puts_back_exactly_what_was_done(self, client):
        posts = [make_post(self.ada, state=state, tags=("sea",)) for state in ("live", "draft", "scheduled")]
        past = make_post(self.ada, published_at=timezone.now() - timedelta(days=400))
        past.unpublish()
        before = self.state()
        for name in ("posts_delete", "posts_publish", "posts_unpublish"):
            with self.subTest(name):
                undo = self.done(name, *posts, past)
                self.assertNotEqual(self.state(), before)
                client.post(undo)
                self.assertEqual(self.state(), before)

    def test_partial_is_the_list_again(self):
        post = make_post(self.ada, title="Tides", state="draft")
        response = self.htmx(self.ada).post(self.done("posts_publish", post))
        self.assertPartial(response, "posts/my_posts.html#my-posts")
        self.assertContains(response, "“Tides” is as before.")
        self.assertContains(response, ">Drafts 1</a>")

    def test_page_goes_back_to_the_list(self):
        posts = [make_post(self.ada).pk for _ in range(2)]
        undo = undo_of(self.page(self.ada).post(reverse("posts_delete") + "?show=live", {"post": posts}))
        response = self.page(self.ada).post(undo, follow=True)
        self.assertRedirects(response, f"{reverse('my_posts')}?show=live")
        self.assertContains(response, "2 posts are as before.")

    @tag("slow")
    def test_post_that_was_changed_since_stays_as_it_is_and_is_said(self):
        changed, other = make_post(self.ada, state="draft"), make_post(self.ada, title="Tides", state="draft")
        undo = self.done("posts_publish", changed, other)
        changed.refresh_from_db()
        changed.content = "Since."
        changed.revise()
        response = self.htmx(self.ada).post(undo)
        self.assertContains(response, "“Tides” is as before.")
        self.assertContains(response, "1 post was changed since, and stays as it is.")
        self.assertEqual(Post.objects.published().get().content, "Since.")

    @tag("slow")
    def test_post_that_was_restored_or_deleted_since_stays_as_it_is(self):
        restored, deleted = make_post(self.ada), make_post(self.ada, state="draft")
        undo_delete = self.done("posts_delete", restored)
        Post.trash.get().restore()
        Post.objects.get(pk=restored.pk).discard()  # by another action, which this Undo is not of
        undo_publish = self.done("posts_publish", deleted)
        deleted.discard()
        for undo in (undo_delete, undo_publish):
            self.assertContains(self.htmx(self.ada).post(undo), "1 post was changed since")
        self.assertEqual(Post.trash.count(), 2)

    @tag("slow")
    def test_twice_is_once(self):
        undo, client = self.done("posts_publish", make_post(self.ada, state="draft")), self.htmx(self.ada)
        client.post(undo)
        version = Post.objects.get().version
        self.assertContains(client.post(undo), "1 post was changed since")
        self.assertEqual(Post.objects.get().version, version)

    def test_post_that_was_never_saved_comes_back_with_its_working_copy(self):
        self.page(self.ada).post(self.done("posts_delete", begin_post(self.ada, content="A thought")))
        self.assertEqual(Post.objects.get().working_copies.get().content, "A thought")

    @tag("slow")
    @both_ways("ben")
    def test_note_is_its_makers_alone(self, client):
        undo = self.done("posts_delete", make_post(self.ada))
        self.assertAnswers(client.post(undo), client, "posts/my_posts.html", "my-posts", 422)
        self.assertTrue(Post.trash.exists())

    @tag("slow")
    @both_ways("ada")
    def test_old_or_made_up_note_is_refused_in_one_sentence(self, client):
        undo = self.done("posts_delete", make_post(self.ada))
        with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + 3601):
            self.assertContains(client.post(undo), "cannot be undone at once any more", status_code=422)
        for made_up in (undo[:-1], f"{URL}?undo=x", URL):
            self.assertContains(client.post(made_up), "cannot be undone at once any more", status_code=422)
        self.assertTrue(Post.trash.exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
