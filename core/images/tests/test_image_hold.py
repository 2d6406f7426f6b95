"""Choosing a picture: it is held, and the field's preview comes back."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.images.models import HeldPicture, Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways
from core.testing.fakestore import store

URL = reverse("image_hold", args=["featured_image"])


class ImageHoldTests(ViewTestCase):
    @both_ways("ada")
    def test_answers_with_the_preview_and_its_token(self, client):
        response = client.post(URL, {"featured_image": SimpleUploadedFile("hills.png", pictures.png())})
        self.assertAnswers(
            response, client, "images/image_hold.html", "picture-slot", top="picture-slot-featured_image"
        )
        image = Image.objects.get()
        self.assertEqual((image.state, image.owner, image.name), (Image.State.HELD, self.ada, "hills.png"))
        self.assertContains(response, f'src="{reverse("image_held", args=[image.pk])}"')
        self.assertContains(response, 'name="featured_image_held"')
        self.assertEqual(store.calls, [])

    @both_ways("ada")
    def test_what_is_no_picture_is_refused_with_one_sentence(self, client):
        for data in (b"", b"text", pictures.half_jpeg(), pictures.svg()):
            response = client.post(URL, {"featured_image": SimpleUploadedFile("x.jpg", data)})
            self.assertEqual(response.status_code, 422)
            self.assertContains(response, "<li>", 1, status_code=422)
        self.assertFalse(Image.objects.exists() or HeldPicture.objects.exists())

    def test_cancelled_upload_that_arrives_without_a_file(self):
        self.assertContains(self.htmx(self.ada).post(URL), "choose it again", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
