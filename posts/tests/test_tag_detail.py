"""The posts about one thing."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Tag
from posts.tests.factory import make_post

URL = "/tags/slow-food/"


class TagDetailTests(ViewTestCase):
    @three_ways()
    def test_shows_published_posts_of_the_tag(self, client):
        make_post(self.ada, title="Soup", tags=("Slow food",))
        make_post(self.ada, title="Salt", tags=("sea",))
        make_post(self.ada, title="Stew", state="draft", tags=("Slow food",))
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/tag_detail.html", "post-list")
        self.assertEqual([post.title for post in response.context["page"]], ["Soup"])
        if client.way != "partial":
            self.assertContains(response, f'id="feed" aria-labelledby="feed feed-of" href="{URL}feed.rss"')

    def test_tag_of_drafts_only_is_as_good_as_none(self):
        make_post(self.ada, state="draft", tags=("Slow food",))
        self.assertHidden(URL, self.ada, self.ben, None)

    def test_unknown_tag_is_404(self):
        self.assertHidden(URL, None)

    def test_names_with_one_slug_are_one_tag(self):
        make_post(self.ada, tags=("Slow Food", "slow food"))
        self.assertEqual(Tag.objects.count(), 1)

    def test_non_latin_tag_has_an_address(self):
        make_post(self.ada, title="Θάλασσα", tags=("θάλασσα",))
        url = reverse("tag_detail", args=["θάλασσα"])
        self.assertContains(self.page().get(url), "Θάλασσα")

    def test_wrong_methods(self):
        make_post(self.ada, tags=("Slow food",))
        self.assertRefuses(URL, self.ada, "post", "delete")
