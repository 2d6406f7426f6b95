"""A picture on this machine's disk, as large as it is kept."""

from django.test import override_settings

from core.images.models import Image
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase


@override_settings(IMAGES_STORES={"local": "core.images.stores.local"}, IMAGES_STORE="local")
class ImageMasterTests(ViewTestCase):
    def test_is_the_clean_picture_and_kept_for_good_by_every_cache(self):
        picture = clean_picture(pictures.jpeg())
        image = Image.objects.hold(picture, owner=self.ada)
        image.send()
        response = self.page().get(image.src())
        self.assertEqual((response.getvalue(), response["Content-Type"]), (picture.data, "image/jpeg"))
        self.assertEqual(response["Cache-Control"], "public, max-age=31536000, immutable")

    def test_unknown_picture_is_404(self):
        self.assertHidden("/media/i/galley/0f8fad5b-d9cb-469f-a165-70867728950e/master.jpg", None)
