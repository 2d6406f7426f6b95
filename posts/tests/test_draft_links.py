"""The links of a post that let somebody without an account read it before it is published."""

from datetime import timedelta

from django.conf import settings
from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, both_ways, three_ways
from posts.models import DraftLink, Post
from posts.models.draftlink import MOST
from posts.tests.factory import begin_post, make_post

TEMPLATE, PARTIAL = "posts/draft_links.html", "draft-links"


def url(post: Post) -> str:
    return reverse("draft_links", args=[post.slug])


class DraftLinksTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post(cls.ada, title="A gate in winter", state="draft")

    @three_ways("ada")
    def test_shows_each_link_as_a_full_address_and_when_it_ends(self, client):
        link, ended = (DraftLink.objects.make(self.post, days=days) for days in (7, -1))
        response = client.get(url(self.post))
        self.assertAnswers(response, client, TEMPLATE, PARTIAL)
        self.assertContains(response, f'value="{settings.SITE_URL}{link.get_absolute_url()}" readonly')
        self.assertContains(response, "Holds until")
        self.assertContains(response, "Ended on")
        self.assertNotContains(response, ended.get_absolute_url())

    @both_ways("ada")
    def test_makes_one_that_holds_for_so_many_days(self, client):
        response = client.post(url(self.post), {"days": "30"})
        link = self.post.draft_links.get()
        left = link.expires_at - timezone.now()
        self.assertTrue(timedelta(days=29, hours=23) < left <= timedelta(days=30))
        if client.way == "page":
            self.assertRedirects(response, url(self.post))
        else:
            self.assertPartial(response, f"{TEMPLATE}#{PARTIAL}")
            self.assertContains(response, f'value="{link.full_address}" readonly autofocus')
            self.assertContains(response, "The link is ready.", 1)

    @tag("slow")
    @both_ways("ada")
    def test_nonsense_makes_none_and_is_said(self, client):
        for days in ("", "2", "-1", "seven", "٧", "9" * 30):
            response = client.post(url(self.post), {"days": days})
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
            self.assertContains(response, "1, 7 or 30 days.", status_code=422)
        self.assertFalse(self.post.draft_links.exists())

    def test_a_published_post_needs_none(self):
        live = make_post(self.ada)
        self.assertContains(self.page(self.ada).get(url(live)), "This post is published and needs no link")
        response = self.page(self.ada).post(url(live), {"days": "7"})
        self.assertContains(response, "needs no link of this kind", status_code=422)
        self.assertFalse(live.draft_links.exists())

    def test_a_scheduled_post_may_have_one(self):
        self.assertContains(self.page(self.ada).get(url(make_post(self.ada, state="scheduled"))), "Make a link")

    @both_ways("ada")
    def test_a_post_that_was_never_saved_has_none(self, client):
        begun = begin_post(self.ada)
        response = client.post(url(begun), {"days": "7"})
        self.assertWentTo(response, client, reverse("post_edit", args=[begun.slug]))
        self.assertFalse(begun.draft_links.exists())

    def test_no_end_of_them(self):
        for _ in range(MOST):
            DraftLink.objects.make(self.post, days=1)
        self.assertContains(self.page(self.ada).post(url(self.post), {"days": "7"}), "revoke one", status_code=422)
        self.assertEqual(self.post.draft_links.count(), MOST)

    def test_author_finds_it_while_the_post_is_not_public(self):
        link = f'href="{url(self.post)}"'
        self.assertContains(self.page(self.ada).get(self.post.get_absolute_url()), link)
        self.post.publish()
        self.assertNotContains(self.page(self.ada).get(self.post.get_absolute_url()), link)

    @tag("slow")
    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(url(self.post), self.ben, self.cleo, methods=("get", "post"))
        self.assertFalse(DraftLink.objects.exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(url(self.post))
        self.assertNeedsSignIn(url(self.post), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(self.post), self.ada, "put", "delete", "patch")
