"""All that posts are about."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Tag
from posts.tests.factory import make_post
from posts.views.lists import TAGS

URL = "/tags/"


class TagListTests(ViewTestCase):
    @three_ways()
    def test_names_the_tags_of_what_is_public_and_no_other(self, client):
        make_post(self.ada, tags=("Sea", "Bread"))
        make_post(self.ada, state="draft", tags=("Secret",))
        make_post(self.ada, state="scheduled", tags=("Soon",))
        make_post(self.ada, tags=("Gone",)).discard()
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/tag_list.html", "tag-list")
        self.assertEqual([tag.name for tag in response.context["page"]], ["Bread", "Sea"])

    def test_no_tags_yet_says_so(self):
        self.assertContains(self.page().get(URL), "No tags yet")

    def test_pages_are_bounded_and_the_nearest_is_shown(self):
        post = make_post(self.ada)
        post.tags.set(Tag.objects.bulk_create([Tag(name=f"t{n}", slug=f"t{n}") for n in range(TAGS + 1)]))
        self.assertContains(self.page().get(URL), 'href="?page=2"')
        with CaptureQueriesContext(connection) as captured:
            self.assertEqual(len(self.page().get(URL, {"page": "9" * 30}).context["page"]), 1)
        self.assertLessEqual(len(captured), 6)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
