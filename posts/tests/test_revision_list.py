"""The history of a post."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Post, Revision, WorkingCopy
from posts.tests.factory import make_post, make_posts


def url(post: Post) -> str:
    return reverse("revision_list", args=[post.slug])


class RevisionListTests(ViewTestCase):
    @three_ways("ada")
    def test_every_save_stands_there_newest_first(self, client):
        post = make_post(self.ada, content="One two three.")
        post.content = "One two four five."
        post.revise(by=self.ben)
        response = client.get(url(post))
        self.assertAnswers(response, client, "posts/revision_list.html", "revision-list")
        self.assertEqual([row.number for row in response.context["page"]], [2, 1])
        self.assertContains(response, "+2 −1")
        self.assertContains(response, "2 words added, 1 removed")
        self.assertContains(response, "<span>ben</span>")
        self.assertContains(response, ">Current<", 1)
        newest, oldest = response.context["page"]
        self.assertContains(response, f'name="from" value="{oldest.pk}" checked')
        self.assertContains(response, f'name="to" value="{newest.pk}" checked')
        self.assertContains(response, f'action="{reverse("revision_compare", args=[post.slug])}"')

    def test_what_is_kept_beside_the_saves_stands_apart_and_autosaves_do_not_stand_there(self):
        post = make_post(self.ada)
        kept = {"author": self.ada, "post": post, "token": None, "version": 1}
        WorkingCopy.objects.keep(**kept, typed={"title": "A", "content": "Discarded."}).discard()
        WorkingCopy.objects.keep(**kept, typed={"title": "A", "content": "Going on."})
        response = self.page(self.ada).get(url(post))
        self.assertEqual([row.reason for row in response.context["page"]], ["discarded", "saved"])
        self.assertContains(response, "data-beside", 1)

    def test_at_most_six_queries_for_500_saves_and_no_text_of_them(self):
        (post,) = make_posts(self.ada, 1)
        rows = [Revision(post=post, number=number, by=self.ben, content="W" * 99) for number in range(1, 501)]
        Revision.objects.bulk_create(rows)
        client = self.page(self.ada)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url(post))
        self.assertLessEqual(len(queries), 6)
        self.assertEqual((len(response.context["page"]), response.context["page"].paginator.num_pages), (50, 10))
        self.assertFalse(
            [query for query in queries if "posts_revision" in query["sql"] and '"content"' in query["sql"]]
        )
        self.assertContains(response, 'rel="next" href="?page=2">Older versions')

    def test_times_are_those_of_the_persons_clock(self):
        post = make_post(self.ada)
        post.revisions.update(created_at=timezone.now().replace(2026, 7, 1, 12, 30))
        self.ada.time_zone = "Asia/Tokyo"
        self.ada.save()
        self.assertContains(self.page(self.ada).get(url(post)), "Wed 1 Jul 2026, 21:30")

    @three_ways("ada")
    def test_empty(self, client):
        (post,) = make_posts(self.ada, 1)
        response = client.get(url(post))
        self.assertAnswers(response, client, "posts/revision_list.html", "revision-list")
        self.assertContains(response, "No history yet")
        self.assertNotContains(response, "Compare")

    def test_former_address_leads_here_too(self):
        post = make_post(self.ada, slug="old")
        post.slug = "new"
        post.revise()
        self.assertEqual(self.page(self.ada).get(reverse("revision_list", args=["old"])).status_code, 200)

    def test_it_is_the_authors_alone(self):
        self.assertHidden(url(make_post(self.ada)), self.ben, self.cleo)

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada)))

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "post", "delete")


class SaidTests(ViewTestCase):
    """Who made a save, as somebody is told."""

    def test_ones_own_save_is_never_somebody_elses(self):
        post = make_post(self.ada)
        post.revise(by=self.ada)
        self.assertRegex(
            post.saved_since(1).said(self.ada), r"^you at \d\d:\d\d, in another tab or on another device$"
        )
        self.assertRegex(post.saved_since(1).said(self.ben), r"^ada at \d\d:\d\d$")

    def test_another_day_is_named(self):
        post = make_post(self.ada)
        post.revise(by=self.ben)
        post.revisions.update(created_at=timezone.now() - timedelta(days=3))
        self.assertRegex(post.saved_since(1).said(self.ada), r"^ben at \d\d:\d\d on \d+ \w+$")
