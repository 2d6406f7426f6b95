"""One's own posts, in every state."""

import uuid

from django.http import HttpResponse
from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Post, WorkingCopy
from posts.tests.factory import begin_post, make_image, make_post, make_posts

URL = reverse("my_posts")


def titles(response: HttpResponse) -> list[str]:
    return [post.title for post in response.context["page"]]


class MyPostsTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for title, state in (("Tides", "live"), ("Clocks", "scheduled"), ("Gates", "draft"), ("Tide pools", "draft")):
            make_post(cls.ada, title=title, content=f"About {title.lower()}.", state=state)
        make_post(cls.ada, title="Thrown away").discard()
        make_post(cls.ben, title="Tides of Ben")

    @three_ways("ada")
    def test_shows_every_state_latest_first_with_counts(self, client):
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/my_posts.html", "my-posts")
        self.assertEqual(titles(response), ["Tide pools", "Gates", "Clocks", "Tides"])
        for tab in ("All 4", "Live 1", "Scheduled 1", "Drafts 2", "Trash 1"):
            self.assertContains(response, f">{tab}</a>")

    @three_ways("ada")
    def test_filters(self, client):
        for show, found in (("live", 1), ("scheduled", 1), ("drafts", 2), ("nonsense", 4)):
            self.assertEqual(len(titles(client.get(URL, {"show": show}))), found, show)

    @tag("slow")
    @three_ways("ada")
    def test_searches_title_and_text_within_the_filter(self, client):
        self.assertEqual(titles(client.get(URL, {"q": " TIDE "})), ["Tide pools", "Tides"])
        self.assertEqual(titles(client.get(URL, {"q": "pools about"})), ["Tide pools"])
        self.assertEqual(titles(client.get(URL, {"q": "tide", "show": "live"})), ["Tides"])
        self.assertContains(client.get(URL, {"q": "100%_"}), "Nothing found for “100%_”")

    def test_search_while_typing_says_how_many_it_found(self):
        region = '<hx-partial hx-target="#my-posts-found" hx-swap="innerHTML">{}</hx-partial>'
        self.assertContains(self.htmx(self.ada).get(URL, {"q": "tide"}), region.format("2 found"))
        self.assertContains(self.htmx(self.ada).get(URL, {"q": "zzz"}), region.format("0 found"))
        self.assertContains(self.htmx(self.ada).get(URL), region.format(""))
        self.assertContains(self.page(self.ada).get(URL), 'id="my-posts-found" role="status"')

    def test_search_box_keeps_words_and_filter(self):
        response = self.page(self.ada).get(URL, {"q": 'a "b"', "show": "drafts"})
        self.assertContains(response, 'value="a &quot;b&quot;"')
        self.assertContains(response, '<input type="hidden" name="show" value="drafts">')

    def test_tabs_and_pager_keep_the_words(self):
        make_posts(self.ada, 21, title="Tide again")
        response = self.page(self.ada).get(URL, {"q": "tide", "page": "1"})
        self.assertContains(response, 'href="?q=tide&amp;show=live"')
        self.assertContains(response, 'href="?q=tide&amp;page=2"')

    def test_author_without_posts_gets_the_next_step(self):
        response = self.page(self.cleo).get(URL)
        self.assertContains(response, "Nothing here yet")
        self.assertContains(response, f'href="{reverse("post_create")}"')
        self.assertContains(response, f'href="{reverse("my_reads")}"')

    def test_says_which_picture_lacks_a_description(self):
        post = make_post(self.cleo, featured_image=make_image(self.cleo))
        self.assertContains(self.page(self.cleo).get(URL), "Picture lacks a description")
        for described in ({"image_alt": "A gate"}, {"image_decorative": True}):
            type(post).objects.filter(pk=post.pk).update(**{"image_alt": "", "image_decorative": False} | described)
            self.assertNotContains(self.page(self.cleo).get(URL), "Picture lacks a description")

    @three_ways("cleo")
    def test_says_which_post_has_unsaved_changes(self, client):
        post, other = make_post(self.cleo), make_post(self.cleo)
        self.assertNotContains(client.get(URL), "Unsaved changes")
        self.type_in(post)
        response = client.get(URL)
        edit = reverse("post_edit", args=[post.slug])
        self.assertContains(response, f'<a class="needs" href="{edit}">Unsaved changes</a>')
        self.assertContains(response, "Unsaved changes", 1)
        self.assertContains(response, f'<a href="{other.get_absolute_url()}">')

    def type_in(self, post: Post) -> None:
        WorkingCopy.objects.keep(author=self.cleo, post=post, token=uuid.uuid4(), version=post.version, typed={})

    @tag("slow")
    @three_ways("cleo")
    def test_post_that_was_never_saved_says_so_and_leads_to_the_editor(self, client):
        post = begin_post(self.cleo, content="Two words")
        response = client.get(URL)
        self.assertContains(response, "Not saved yet")
        self.assertContains(response, f'<a href="{reverse("post_edit", args=[post.slug])}">Untitled</a></h2>')
        self.assertContains(response, "2 words")
        for wrong in ("Unsaved changes", post.get_absolute_url() + '"', reverse("post_publish", args=[post.slug])):
            self.assertNotContains(response, wrong)

    def test_each_row_can_be_ticked_by_its_title_and_all_by_one(self):
        response = self.page(self.ada).get(URL)
        self.assertContains(response, 'type="checkbox" name="post"', 4)
        self.assertContains(response, "Tick Tide pools")
        self.assertContains(response, '<input type="checkbox" name="all"> <span>All on this page</span>')
        self.assertNotContains(self.page(self.cleo).get(URL), "All on this page")

    @tag("slow")
    def test_as_many_queries_for_twenty_rows_as_for_one(self):
        client = self.page(self.cleo)
        self.type_in(make_post(self.cleo, tags=("one",), featured_image=make_image(self.cleo)))
        with self.assertNumQueries(6):  # session, user, counts, trash, page and its count in one list, tags
            client.get(URL)
        for number in range(19):
            self.type_in(make_post(self.cleo, tags=(f"tag {number}",), featured_image=make_image(self.cleo)))
        with self.assertNumQueries(6):
            client.get(URL)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
