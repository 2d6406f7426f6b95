"""What was deleted and can still be brought back."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import begin_post, make_post

URL = reverse("trash")


class TrashTests(ViewTestCase):
    @three_ways("ada")
    def test_shows_ones_own_deleted_posts_each_with_a_way_back(self, client):
        mine, kept, foreign = (
            make_post(self.ada, title="Mine"),
            make_post(self.ada, title="Kept"),
            make_post(self.ben, title="Foreign"),
        )
        mine.discard()
        foreign.discard()
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/trash.html", "trash")
        self.assertEqual([post.title for post in response.context["page"]], ["Mine"])
        self.assertContains(response, f'action="{reverse("post_restore", args=[mine.slug])}"')
        self.assertNotContains(response, kept.title)

    def test_restores_in_place_and_names_what_has_no_title(self):
        post = begin_post(self.ada)
        post.discard()
        response = self.page(self.ada).get(URL)
        self.assertContains(response, f'hx-post="{reverse("post_restore", args=[post.slug])}"')
        self.assertContains(response, "Untitled</h2>")

    @three_ways("ada")
    def test_empty(self, client):
        self.assertContains(client.get(URL), "The trash is empty")

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
