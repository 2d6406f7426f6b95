"""Taking a link back: from then on it leads nowhere."""

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import DraftLink
from posts.tests.factory import make_post


class DraftLinkRevokeTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post(cls.ada, state="draft")
        cls.link, cls.other = (DraftLink.objects.make(cls.post, days=7) for _ in range(2))
        cls.url = reverse("draft_link_revoke", args=[cls.post.slug, cls.link.pk])

    @tag("slow")
    @both_ways("ada")
    def test_revoked_link_leads_nowhere_and_the_others_hold(self, client):
        response = client.post(self.url)
        self.assertEqual(self.page().get(self.link.get_absolute_url()).status_code, 404)
        self.assertEqual(self.page().get(self.other.get_absolute_url()).status_code, 200)
        if client.way == "page":
            self.assertRedirects(response, reverse("draft_links", args=[self.post.slug]))
        else:
            self.assertPartial(response, "posts/draft_links.html#draft-links")
            self.assertContains(response, "The link leads nowhere any more.", 1)
            self.assertContains(response, "/revoke/", 2)  # of the other, as action and for htmx

    def test_twice_is_404_and_harmless(self):
        self.assertEqual([self.htmx(self.ada).post(self.url).status_code for _ in range(2)], [200, 404])

    def test_link_of_another_post_is_404(self):
        wrong = reverse("draft_link_revoke", args=[make_post(self.ada, state="draft").slug, self.link.pk])
        self.assertHidden(wrong, self.ada, methods=("post",))

    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(self.url, self.ben, self.cleo, methods=("post",))
        self.assertEqual(DraftLink.objects.count(), 2)

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url, "post")
        self.assertEqual(DraftLink.objects.count(), 2)

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "get", "put", "delete")
