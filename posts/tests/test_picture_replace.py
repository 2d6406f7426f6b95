"""Another file for a picture: it is shown wherever the picture is used, and can be taken back."""

from django.contrib.messages import get_messages
from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.images.stores import StoreError
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways
from core.testing.fakestore import store
from posts.tests.factory import make_image, make_post


class PictureReplaceTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.image = make_image(cls.ada, name="tide.jpg", alt="A low tide", focus_x=20, focus_y=30)
        cls.url = reverse("picture_replace", args=[cls.image.pk])

    def send(self, client, **data):
        return client.post(self.url, {"picture": pictures.upload(pictures.png(), "new.png")} | data)

    @both_ways("ada")
    def test_new_picture_is_shown_wherever_it_is_used_and_undo_brings_the_old_one_back(self, client):
        post, key = make_post(self.ada, featured_image=self.image), self.image.key
        response = self.send(client)
        self.assertWentTo(response, client, reverse("picture_edit", args=[self.image.pk]))
        said = [*get_messages(response.wsgi_request)]
        self.assertIn("does it still fit?", str(said[1]))
        self.image.refresh_from_db()
        old = Image.objects.get(key=key)
        self.assertEqual((self.image.name, self.image.alt, self.image.focus), ("new.png", "A low tide", None))
        self.assertIn(self.image.key, store.pictures)
        self.assertEqual((old.name, old.alt, old.focus), ("tide.jpg", "A low tide", (20, 30)))
        self.assertIsNotNone(old.discarded_at)
        self.assertEqual(post.featured_image_id, self.image.pk)

        response = client.post(said[0].extra_tags)
        self.assertIn("The earlier picture is back.", [str(said) for said in get_messages(response.wsgi_request)])
        self.image.refresh_from_db()
        self.assertEqual((self.image.name, self.image.key, self.image.focus), ("tide.jpg", key, (20, 30)))
        self.assertEqual(Image.objects.get(name="new.png").discarded_at is None, False)

    @both_ways("ada")
    def test_what_is_no_picture_is_refused_with_one_sentence(self, client):
        for file in ({}, {"picture": pictures.upload(pictures.svg())}):
            response = client.post(self.url, file)
            self.assertAnswers(response, client, "posts/picture_edit.html", "picture-edit", 422)
            self.assertContains(response, "<li>", 1, status_code=422)
        self.assertEqual(Image.objects.count(), 1)

    @tag("slow")
    def test_store_that_does_not_answer_costs_nothing(self):
        store.fail_next(StoreError("down"))
        response = self.send(self.page(self.ada))
        self.assertEqual(response.status_code, 302)
        self.image.refresh_from_db()
        self.assertTrue(self.image.waits)
        self.assertEqual(bytes(self.image.held.data)[:4], b"\x89PNG")
        self.assertIn("sent later", str([*get_messages(response.wsgi_request)][-1]))

    @tag("slow")
    def test_only_ones_own_unused_picture_takes_its_place(self):
        used, foreign = make_image(self.ada), make_image(self.ben)
        make_post(self.ada, featured_image=used)
        for by, status in ((used.pk, 404), (foreign.pk, 404), (self.image.pk, 404), ("x", 422), ("", 422)):
            self.assertEqual(self.page(self.ada).post(f"{self.url}?by={by}").status_code, status)

    def test_description_that_was_typed_beside_it_is_saved(self):
        self.send(self.page(self.ada), alt=" A high tide ")
        self.image.refresh_from_db()
        self.assertEqual(self.image.alt, "A high tide")
        self.send(self.page(self.ada), alt="x" * 301)
        self.image.refresh_from_db()
        self.assertEqual((self.image.alt, self.image.name), ("A high tide", "new.png"))

    def test_picture_that_came_into_use_meanwhile_keeps_its_place(self):
        other, key = make_image(self.ada), self.image.key
        make_post(self.ada, featured_image=other)
        self.assertFalse(self.image.replace(other))
        self.image.refresh_from_db()
        self.assertEqual(self.image.key, key)

    @tag("slow")
    def test_old_picture_does_not_count_against_the_quota(self):
        with self.settings(IMAGES_QUOTA=90_100):
            self.assertEqual(self.send(self.page(self.ada)).status_code, 302)

    def test_other_author(self):
        self.assertHidden(self.url, self.ben, methods=("post",))

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url, "post")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "get", "put", "delete")
