"""A picture that is in the database only, as its form shows it."""

from django.urls import reverse

from core.images.models import Image
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase


class ImageHeldTests(ViewTestCase):
    def setUp(self):
        super().setUp()
        self.picture = clean_picture(pictures.png())
        self.image = Image.objects.hold(self.picture, owner=self.ada)
        self.url = reverse("image_held", args=[self.image.pk])

    def test_shows_the_clean_bytes_as_a_picture_or_not_at_all(self):
        response = self.page(self.ada).get(self.url)
        self.assertEqual((response.content, response["Content-Type"]), (self.picture.data, "image/png"))
        self.assertEqual(response["Cache-Control"], "private, no-store")
        self.assertEqual(response["Content-Security-Policy"], "default-src 'none'; sandbox")
        self.assertEqual(response["Cross-Origin-Resource-Policy"], "same-origin")
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")

    def test_is_gone_when_the_store_has_it(self):
        self.image.send()
        self.assertHidden(self.url, self.ada)

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "post", "delete")
