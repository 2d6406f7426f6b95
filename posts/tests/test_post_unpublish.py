"""Taking a post back from the list."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post
from posts.tests.factory import make_post, renamed


def url(post: Post) -> str:
    return reverse("post_unpublish", args=[post.slug])


class PostUnpublishTests(ViewTestCase):
    @both_ways("ada")
    def test_live_post_is_a_draft_again(self, client):
        post = make_post(self.ada)
        client.post(url(post))
        self.assertEqual(Post.objects.get().status, "draft")
        self.assertEqual(self.page().get(post.get_absolute_url()).status_code, 404)

    def test_scheduled_post_is_called_off_and_never_counts_as_public(self):
        self.page(self.ada).post(url(make_post(self.ada, state="scheduled")))
        self.assertEqual((Post.objects.get().status, Post.objects.get().first_published_at), ("draft", None))

    @both_ways("ada")
    def test_scheduled_post_is_called_off_on_its_own_page(self, client):
        post = make_post(self.ada, title="Tides", state="scheduled")
        shown = self.page(self.ada).get(post.get_absolute_url())
        self.assertContains(shown, ">Call off</button>")
        self.assertContains(shown, f'action="{url(post)}"')
        self.assertWentTo(client.post(url(post), {"from": "post"}), client, post.get_absolute_url())
        shown = client.get(post.get_absolute_url())
        self.assertContains(shown, "“Tides” is a draft again.")
        self.assertNotContains(shown, "Call off")

    def test_draft_is_left_as_it_is(self):
        self.page(self.ada).post(url(make_post(self.ada, state="draft")))
        self.assertEqual(Post.objects.get().version, 1)

    @both_ways("ada")
    def test_is_found_by_any_address_that_it_has_had(self, client):
        client.post(url(renamed(make_post(self.ada))))
        self.assertEqual(Post.objects.get().status, "draft")

    def test_page_goes_to_my_posts(self):
        response = self.page(self.ada).post(url(make_post(self.ada, title="Tides")), follow=True)
        self.assertRedirects(response, reverse("my_posts"))
        self.assertContains(response, "“Tides” is a draft again.")

    def test_partial_is_the_row_in_its_new_state(self):
        post = make_post(self.ada)
        response = self.htmx(self.ada).post(url(post))
        self.assertPartial(response, "posts/my_posts_row.html", top=f"post-row-{post.pk}")
        self.assertContains(response, 'data-state="draft"')
        self.assertContains(response, ">Drafts 1</a>")

    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(url(make_post(self.ada)), self.ben, self.cleo, methods=("post",))
        self.assertEqual(Post.objects.get().status, "published")

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada)), "post")
        self.assertEqual(Post.objects.get().status, "published")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "get", "put", "delete")
