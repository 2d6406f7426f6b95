"""A picture for a text, uploaded on its own: it is kept and sent at once, and its Markdown comes back."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import tag
from django.urls import reverse

from core.images.models import HeldPicture, Image
from core.images.stores import StoreError
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways
from core.testing.fakestore import store

URL = reverse("image_upload")
TEMPLATE, PARTIAL = "images/image_upload.html", "image-upload"


def upload(data: bytes | None = None) -> dict[str, SimpleUploadedFile]:
    return {"image": SimpleUploadedFile("hills.png", pictures.png() if data is None else data)}


class ImageUploadTests(ViewTestCase):
    @both_ways("ada")
    def test_answers_with_the_markdown_of_a_picture_that_is_stored(self, client):
        response = client.post(URL, upload())
        self.assertAnswers(response, client, TEMPLATE, PARTIAL)
        image = Image.objects.get()
        self.assertEqual((image.state, image.owner, image.name), (Image.State.STORED, self.ada, "hills.png"))
        self.assertEqual(list(store.pictures), [image.key])
        self.assertContains(response, f'data-markdown="![]({reverse("image_detail", args=[image.pk])})"')

    @tag("slow")
    @both_ways("ada")
    def test_store_that_does_not_answer_is_no_error_of_the_authors(self, client):
        store.fail_next(StoreError("503"))
        response = client.post(URL, upload())
        self.assertAnswers(response, client, TEMPLATE, PARTIAL)
        self.assertContains(response, "kept here and sent later")
        self.assertTrue(Image.objects.get().waits and HeldPicture.objects.exists())

    @both_ways("ada")
    def test_what_is_no_picture_is_refused_with_one_sentence(self, client):
        for data in (b"", b"text", pictures.half_jpeg(), pictures.svg()):
            response = client.post(URL, upload(data))
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
            self.assertContains(response, "<li>", 1, status_code=422)
            self.assertNotContains(response, "data-markdown", status_code=422)
        self.assertFalse(Image.objects.exists() or store.calls)

    def test_upload_that_arrives_without_a_file(self):
        for data in ({}, {"image": "text"}):
            response = self.htmx(self.ada).post(URL, data)
            self.assertContains(response, "choose it again", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")
        self.assertFalse(Image.objects.exists())

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
