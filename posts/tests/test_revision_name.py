"""Naming a version of a post."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Revision
from posts.tests.factory import make_post


class RevisionNameTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post(cls.ada)
        cls.revision = cls.post.revisions.get()
        cls.url = reverse("revision_name", args=[cls.post.slug, cls.revision.pk])

    def name(self) -> str:
        return Revision.objects.get(pk=self.revision.pk).name

    def test_page_goes_back_to_the_version(self):
        response = self.page(self.ada).post(self.url, {"name": "  Before\nthe\u202e cut "}, follow=True)
        self.assertRedirects(response, reverse("revision_detail", args=[self.post.slug, self.revision.pk]))
        self.assertContains(response, "Named “Before the cut”.")
        self.assertEqual(self.name(), "Before the cut")
        self.assertContains(self.page(self.ada).get(reverse("revision_list", args=[self.post.slug])), "Before the cut")

    def test_partial_is_the_form_with_the_new_name(self):
        response = self.htmx(self.ada).post(self.url, {"name": "Final"})
        self.assertPartial(response, "posts/revision_detail.html#revision-name")
        self.assertContains(response, 'value="Final"')
        self.assertContains(response, "Named “Final”.")

    @both_ways("ada")
    def test_emptied_it_has_no_name(self, client):
        Revision.objects.update(name="Old")
        client.post(self.url, {"name": " "})
        self.assertEqual(self.name(), "")

    @both_ways("ada")
    def test_too_long_a_name_is_refused_and_stays_in_the_form(self, client):
        Revision.objects.update(name="Old")
        response = client.post(self.url, {"name": "n" * 81})
        self.assertAnswers(response, client, "posts/revision_detail.html", "revision-name", 422)
        self.assertContains(response, "At most 80 characters; these are 81.", status_code=422)
        self.assertContains(response, f'value="{"n" * 81}"', status_code=422)
        self.assertEqual(self.name(), "Old")

    def test_it_is_the_authors_alone(self):
        self.assertHidden(self.url, self.ben, self.cleo, methods=("post",))
        other = reverse("revision_name", args=[make_post(self.ada).slug, self.revision.pk])
        self.assertHidden(other, self.ada, methods=("post",))

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url, "post")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "get", "put", "delete")
