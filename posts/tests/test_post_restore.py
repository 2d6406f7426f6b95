"""Out of the trash, as it was."""

from datetime import timedelta

from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post
from posts.tests.factory import begin_post, make_image, make_post, renamed


def url(post: Post) -> str:
    return reverse("post_restore", args=[post.slug])


class PostRestoreTests(ViewTestCase):
    @both_ways("ada")
    def test_brings_it_back_with_everything(self, client):
        post = make_post(self.ada, tags=("coast",), featured_image=make_image(self.ada))
        post.discard()
        client.post(url(post))
        back = Post.objects.get()
        for name in ("title", "slug", "content", "published_at", "featured_image", "version"):
            self.assertEqual(getattr(back, name), getattr(post, name), name)
        self.assertEqual([tag.name for tag in back.tags.all()], ["coast"])
        self.assertFalse(Post.trash.exists())

    def test_page_goes_to_my_posts(self):
        post = make_post(self.ada, title="Tides")
        post.discard()
        response = self.page(self.ada).post(url(post), follow=True)
        self.assertRedirects(response, reverse("my_posts"))
        self.assertContains(response, "“Tides” is back.")

    def test_partial_is_the_row_again(self):
        post = make_post(self.ada, title="Tides")
        post.discard()
        response = self.htmx(self.ada).post(url(post))
        self.assertPartial(response, "posts/my_posts_row.html", top=f"post-row-{post.pk}")
        self.assertContains(response, ">All 1</a>")
        self.assertContains(response, "“Tides” is back.", 1)

    def test_partial_for_the_trash_is_what_is_left_in_it(self):
        post, left = make_post(self.ada, title="Tides"), make_post(self.ada, title="Left")
        for one in (post, left):
            one.discard()
        there = {"HX-Current-URL": f"http://testserver{reverse('trash')}"}
        response = self.htmx(self.ada).post(url(post), headers=there)
        self.assertPartial(response, "posts/trash.html#trash")
        self.assertContains(response, "“Tides” is back.", 1)
        self.assertContains(response, "Left</h2>")
        self.assertNotContains(response, "Tides</h2>")

    @tag("slow")
    @both_ways("ada")
    def test_post_that_was_never_saved_comes_back_with_its_working_copy(self, client):
        post = begin_post(self.ada, content="A thought")
        post.discard()
        self.assertContains(client.post(url(post), follow=True), "Not saved yet")
        self.assertEqual(Post.objects.get().working_copies.get().content, "A thought")

    @both_ways("ada")
    def test_is_found_by_any_address_that_it_has_had(self, client):
        post = renamed(make_post(self.ada))
        post.discard()
        client.post(url(post))
        self.assertTrue(Post.objects.exists())

    def test_post_that_is_not_in_the_trash_is_404(self):
        self.assertHidden(url(make_post(self.ada)), self.ada, methods=("post",))

    @tag("slow")
    def test_what_would_have_gone_live_meanwhile_comes_back_as_a_draft(self):
        post = make_post(self.ada, published_at=timezone.now() - timedelta(hours=1))
        post.discard()
        Post.everything.update(deleted_at=timezone.now() - timedelta(hours=2))
        response = self.page(self.ada).post(url(post), follow=True)
        self.assertContains(response, "as a draft: the time that it was to go live has passed")
        self.assertEqual(Post.objects.get().status, "draft")

    def test_others_cannot_tell_that_it_exists(self):
        post = make_post(self.ada)
        post.discard()
        self.assertHidden(url(post), self.ben, self.cleo, methods=("post",))
        self.assertTrue(Post.trash.exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada)), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "get", "put", "delete")
