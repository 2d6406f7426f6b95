"""A draft, for whoever has its link, and for nobody else."""

import re
import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.test import override_settings, tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import Image
from core.images.tests.pictures import jpeg
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase, three_ways
from posts.models import DraftLink, Post, WorkingCopy
from posts.tests.factory import make_image, make_post


class DraftLinkTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post(
            cls.ada, title="A gate in winter", slug="secret-slug", content="Nobody *opens* it.", state="draft"
        )
        make_post(cls.ada, title="Another of hers")
        cls.link = DraftLink.objects.make(cls.post, days=7)
        cls.url = cls.link.get_absolute_url()

    def assertGuarded(self, response: HttpResponse) -> None:
        """No index, cache or next site learns of it."""
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    @three_ways()
    def test_anybody_reads_the_draft_and_is_told_that_it_is_one(self, client):
        response = client.get(self.url)
        self.assertAnswers(response, client, "posts/draft_link.html", "draft")
        self.assertContains(response, "A gate in winter")
        self.assertContains(response, "Nobody <em>opens</em> it.")
        self.assertContains(response, "This is a draft")
        self.assertContains(response, f"{self.link.expires_at:%Y}")
        self.assertGuarded(response)
        if client.way != "partial":
            self.assertContains(response, '<meta name="robots" content="noindex">')

    def test_what_the_page_says_itself_is_in_its_own_language_around_a_text_in_another(self):
        Post.objects.filter(pk=self.post.pk).update(language="ar")
        response = self.page().get(self.url)
        self.assertContains(response, '<article class="post" id="draft" lang="ar" dir="rtl">')
        for part in ("message", "meta"):
            self.assertContains(response, f'class="{part}" lang="en" dir="ltr">', 1)

    @three_ways("ada")
    def test_its_author_sees_what_a_visitor_sees(self, client):
        shown, own = self.page().get(self.url), self.page(self.ada).get(self.url)
        self.assertEqual(shown.text, own.text)
        client.post(reverse("post_delete", args=[Post.objects.published().get().slug]))  # and is offered an Undo
        for tool in ("<form", "Edit", "secret-slug"):
            self.assertNotContains(client.get(self.url), tool)

    def test_leaks_neither_address_nor_anything_else_of_its_author(self):
        copy = {"title": "Half a thought", "content": "Unsaved."}
        WorkingCopy.objects.keep(author=self.ada, post=self.post, token=uuid.uuid4(), version=1, typed=copy)
        response = self.page().get(self.url)
        for leak in ("secret-slug", "Another of hers", "Half a thought", "Unsaved.", self.ada.get_absolute_url()):
            self.assertNotContains(response, leak)
        self.assertEqual(set(re.findall(r'href="(/[^"]*)"', response.text)) - self.everywhere(), {reverse("language")})

    def everywhere(self) -> set[str]:
        """The links of every page."""
        return set(re.findall(r'href="(/[^"]*)"', self.page().get(reverse("login")).text))

    def test_it_counts_as_published_nowhere(self):
        self.page().get(self.url)
        self.assertNotContains(self.page().get(reverse("post_list")), "A gate in winter")
        self.assertEqual(self.page().get(self.post.get_absolute_url()).status_code, 404)

    @tag("slow")
    def test_scheduled_post_is_a_draft_until_its_minute(self):
        post = make_post(self.ada, state="scheduled")
        url = DraftLink.objects.make(post, days=7).get_absolute_url()
        self.assertContains(self.page().get(url), "This is a draft")
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now())
        self.assertRedirects(self.page().get(url), post.get_absolute_url())

    @tag("slow")
    @three_ways()
    def test_once_published_it_leads_to_the_post(self, client):
        Post.objects.get(pk=self.post.pk).publish()
        response = client.get(self.url)
        self.assertWentTo(response, client, self.post.get_absolute_url())
        self.assertGuarded(response)

    @tag("slow")
    def test_whatever_is_wrong_with_it_the_answer_is_the_same(self):
        ended, thrown, unsaved, revoked = (
            DraftLink.objects.make(make_post(self.ada, state="draft"), days=7) for _ in range(4)
        )
        DraftLink.objects.filter(pk=ended.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        thrown.post.discard()
        Post.objects.filter(pk=unsaved.post.pk).update(version=0)
        gone = revoked.get_absolute_url()
        revoked.delete()
        forged = [
            signing.Signer(salt="other").sign(self.link.pk),
            f"{self.link.pk + 1}:{self.link.token.partition(':')[2]}",
            self.link.token[:-1],
            str(self.link.pk),
            "x",
        ]
        urls = [link.get_absolute_url() for link in (ended, thrown, unsaved)]
        urls += [gone, *(reverse("draft_link", args=[token]) for token in forged)]
        answers = {(response.status_code, response.text) for response in map(self.page().get, urls)}
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.pop()[0], 404)

    def test_its_picture_is_readable_even_before_the_store_has_it(self):
        image = Image.objects.hold(clean_picture(jpeg()), owner=self.ada, name="secret.jpg")
        Post.objects.filter(pk=self.post.pk).update(featured_image=image)
        response = self.page().get(self.url)
        self.assertContains(response, image.src())
        self.assertNotContains(response, "secret.jpg")
        self.assertEqual(self.page().get(image.src()).status_code, 200)

    def test_a_visitor_costs_two_queries(self):
        post = make_post(self.ada, state="draft", tags=("sea", "coast"), featured_image=make_image(self.ada))
        url = DraftLink.objects.make(post, days=1).get_absolute_url()
        with self.assertNumQueries(2):  # the link with its post, author and picture; the tags
            self.page().get(url)

    @override_settings(SITE_URL="https://galley.example")
    def test_the_address_to_send_is_whole(self):
        self.assertEqual(self.link.full_address, f"{settings.SITE_URL}{self.url}")

    def test_wrong_methods(self):
        for user in (None, self.ada):
            self.assertRefuses(self.url, user, "post", "put", "delete")
