"""The posts of one author."""

from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import make_image, make_post

URL = "/authors/ada/"


class AuthorDetailTests(ViewTestCase):
    @three_ways()
    def test_shows_the_author_and_what_is_published(self, client):
        self.ada.display_name, self.ada.bio, self.ada.avatar = "Ada L.", "Walks.", make_image(self.ada)
        self.ada.save()
        make_post(self.ada, title="Mine")
        make_post(self.ben, title="Not mine")
        make_post(self.ada, title="Not yet", state="scheduled")
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/author_detail.html", "post-list")
        self.assertEqual([post.title for post in response.context["page"]], ["Mine"])
        if client.way != "partial":
            self.assertContains(response, '<h1 id="feed-of" dir="auto">Ada L.</h1>')
            self.assertContains(response, 'id="feed" aria-labelledby="feed feed-of" href="/authors/ada/feed.rss"')
            self.assertContains(response, "Walks.")
            self.assertContains(response, self.ada.avatar.src(96))

    def test_name_is_found_however_it_is_written(self):
        self.assertEqual(self.page().get("/authors/ADA/").status_code, 200)

    def test_nothing_published_yet_says_so(self):
        self.assertContains(self.page().get(URL), "Nothing published yet")

    def test_unknown_authors_and_inactive_ones_without_posts_are_404(self):
        self.assertHidden("/authors/nobody/", None)
        self.ada.is_active = False
        self.ada.save()
        self.assertHidden(URL, None)
        make_post(self.ada, state="draft")
        self.assertHidden(URL, None)

    def test_what_an_inactive_author_wrote_stays_where_its_byline_leads(self):
        post = make_post(self.ada)
        self.ada.is_active = False
        self.ada.save()
        self.assertContains(self.page().get(post.get_absolute_url()), f'<a href="{URL}">')
        self.assertContains(self.page().get(URL), post.title)
        self.assertContains(self.page().get(f"{URL}feed.rss"), post.title)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
