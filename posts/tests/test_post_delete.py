"""Into the trash: asked for on a page, done in place, undone from either."""

from django.urls import reverse

from core.images.models import Image
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.fakestore import store
from posts.models import Post
from posts.tests.factory import begin_post, make_image, make_post, renamed


def url(post: Post) -> str:
    return reverse("post_delete", args=[post.slug])


class PostDeleteTests(ViewTestCase):
    @three_ways("ada")
    def test_asks_first(self, client):
        post = make_post(self.ada, title="A gate in winter")
        response = client.get(url(post))
        self.assertAnswers(response, client, "posts/post_delete.html", "post-delete")
        self.assertContains(response, "Delete “A gate in winter”?")
        self.assertTrue(Post.objects.exists())

    @both_ways("ada")
    def test_moves_it_to_the_trash_with_its_picture(self, client):
        post = make_post(self.ada, featured_image=make_image(self.ada))
        client.post(url(post))
        self.assertFalse(Post.objects.exists())
        self.assertEqual(Post.trash.get().featured_image, post.featured_image)
        self.assertEqual(store.calls, [])
        self.assertFalse(Image.objects.unreferenced().exists())

    def test_page_goes_to_my_posts_and_offers_undo(self):
        post = make_post(self.ada, title="A gate in winter")
        response = self.page(self.ada).post(url(post), follow=True)
        self.assertRedirects(response, reverse("my_posts"))
        self.assertContains(response, "“A gate in winter” is in the trash.")
        self.assertContains(response, f'action="{reverse("post_restore", args=[post.slug])}"')

    def test_partial_stands_in_for_the_row_and_keeps_the_counts_true(self):
        make_post(self.ada, state="draft")
        post = make_post(self.ada, title="A gate in winter")
        response = self.htmx(self.ada).post(url(post))
        self.assertPartial(response, "posts/my_posts_row.html", top=f"post-row-{post.pk}")
        self.assertContains(response, "“A gate in winter” is in the trash.")
        self.assertContains(response, f'hx-post="{reverse("post_restore", args=[post.slug])}"')
        for count in ("All 1", "Live 0", "Drafts 1", "Trash 1"):
            self.assertContains(response, f">{count}</a>")
        self.assertNotContains(response, "Nothing here yet")

    def test_partial_brings_the_empty_state_after_the_last_row(self):
        self.assertContains(self.htmx(self.ada).post(url(make_post(self.ada))), "Nothing here yet")

    def test_partial_speaks_of_the_list_that_the_row_stands_in(self):
        make_post(self.ada, state="draft")
        listed = {"HX-Current-URL": "http://testserver/me/posts/?show=live"}
        response = self.htmx(self.ada).post(url(make_post(self.ada)), headers=listed)
        self.assertContains(response, '<a href="?show=live" aria-current="page">Live 0</a>')
        self.assertContains(response, "Nothing here</h2>")

    @both_ways("ada")
    def test_post_that_was_never_saved_goes_with_its_working_copy(self, client):
        post = begin_post(self.ada, content="A thought")
        self.assertContains(client.get(url(post)), "Delete “Untitled”?")
        self.assertContains(client.post(url(post), follow=True), "“Untitled” is in the trash.")
        self.assertEqual(Post.trash.get().working_copies.get().content, "A thought")

    @both_ways("ada")
    def test_is_found_by_any_address_that_it_has_had(self, client):
        client.post(url(renamed(make_post(self.ada))))
        self.assertTrue(Post.trash.exists())

    def test_second_click_is_404_and_harmless(self):
        post = make_post(self.ada)
        client = self.htmx(self.ada)
        self.assertEqual([client.post(url(post)).status_code for _ in range(2)], [200, 404])
        self.assertEqual(Post.trash.count(), 1)

    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(url(make_post(self.ada)), self.ben, self.cleo, methods=("get", "post"))
        self.assertTrue(Post.objects.exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada)))
        self.assertNeedsSignIn(url(Post.objects.get()), "post")
        self.assertTrue(Post.objects.exists())

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "put", "delete", "patch")
