"""A picture that is there goes into a post: into what is being written, and nothing is saved by it."""

import uuid

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post, WorkingCopy
from posts.tests.factory import make_image, make_post


class PictureUseTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.image = make_image(cls.ada, alt="A low tide")
        cls.url = reverse("picture_use", args=[cls.image.pk])
        cls.post = make_post(cls.ada, title="Tides", content="Low.", excerpt="Short", tags=("sea",))

    def keep(self, **typed: str) -> WorkingCopy:
        return WorkingCopy.objects.keep(author=self.ada, post=self.post, token=uuid.uuid4(), version=1, typed=typed)

    @tag("slow")
    @both_ways("ada")
    def test_goes_to_the_end_of_the_text(self, client):
        response = client.post(self.url, {"post": self.post.pk, "place": "text"})
        copy = WorkingCopy.objects.get()
        self.assertWentTo(response, client, f"{reverse('post_edit', args=[self.post.slug])}?copy={copy.pk}")
        self.assertEqual(copy.content, f"Low.\n\n{self.image.markdown}\n")
        self.assertEqual([*copy.uses.values_list("image", flat=True)], [self.image.pk])
        self.assertEqual(Post.objects.get().content, "Low.")

    @both_ways("ada")
    def test_becomes_the_lead_with_its_description(self, client):
        client.post(self.url, {"post": self.post.pk, "place": "lead"})
        response = client.get(reverse("post_edit", args=[self.post.slug]))
        self.assertContains(response, f'name="featured_image_held" value="{self.image.token}"')
        self.assertContains(response, "A low tide</textarea>")
        for kept in ("Low.</textarea>", "Short</textarea>", 'value="sea"', 'value="tides"'):
            self.assertContains(response, kept)

    def test_description_that_was_written_stays(self):
        self.keep(title="Tides", content="Low.", image_alt="Mine", **{"featured_image-clear": "on"})
        self.page(self.ada).post(self.url, {"post": self.post.pk, "place": "lead"})
        copy = WorkingCopy.objects.get()
        self.assertEqual((copy.fields, copy.picture), ({"image_alt": "Mine"}, self.image))

    def test_goes_on_from_what_was_being_written(self):
        before = self.keep(title="Tides!", content="Low. And", tags="sea, moon")
        self.page(self.ada).post(self.url, {"post": self.post.pk, "place": "text"})
        copy = WorkingCopy.objects.get()
        self.assertEqual((copy.title, copy.fields), ("Tides!", {"tags": "sea, moon"}))
        self.assertTrue(copy.content.startswith("Low. And\n\n!["))
        # The form that is open still has words, too: they stand beside, and overwrite nothing.
        typed = {"title": "Tides!", "content": "Low. And high."}
        late = {"token": before.token, "version": 1, "typed": typed, "seen": before.seen}
        WorkingCopy.objects.keep(author=self.ada, post=self.post, **late)
        self.assertEqual(WorkingCopy.objects.count(), 2)

    @tag("slow")
    def test_what_others_saved_over_is_left_alone(self):
        self.keep(title="Old", content="Old.")
        self.post.content = "New."
        self.post.revise()
        self.page(self.ada).post(self.url, {"post": self.post.pk, "place": "text"})
        self.assertTrue(WorkingCopy.objects.newest_first().first().content.startswith("New.\n"))
        self.assertEqual(WorkingCopy.objects.count(), 2)

    @tag("slow")
    def test_begins_a_new_post(self):
        response = self.page(self.ada).post(self.url, {"post": "", "place": "text"}, follow=True)
        self.assertContains(response, "This post was never saved.")
        self.assertEqual(WorkingCopy.objects.get().content, f"{self.image.markdown}\n")

    @tag("slow")
    @both_ways("ada")
    def test_post_of_others_and_no_place_are_refused(self, client):
        foreign = make_post(self.ben, title="Foreign")
        for data in ({"post": foreign.pk, "place": "text"}, {"post": "x", "place": "text"}, {"place": "hat"}, {}):
            response = client.post(self.url, data)
            self.assertAnswers(response, client, "posts/picture_edit.html", "picture-edit", 422)
            self.assertContains(response, 'class="errorlist"', 1, status_code=422)
        self.assertNotContains(response, "Foreign", status_code=422)
        self.assertFalse(WorkingCopy.objects.exists())

    def test_other_author(self):
        self.assertHidden(self.url, self.ben, methods=("post",))

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url, "post")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "get", "put", "delete")
