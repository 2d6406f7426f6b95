"""A picture on this machine's disk, in the ladder's widths and no other."""

import io
from unittest.mock import patch

from django.test import override_settings, tag
from django.urls import reverse
from PIL import Image as Drawing

from core.images.models import Image
from core.images.stores import StoreError, local
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase


@override_settings(IMAGES_STORES={"local": "core.images.stores.local"}, IMAGES_STORE="local")
class ImageVariantTests(ViewTestCase):
    def setUp(self):
        super().setUp()
        self.image = Image.objects.hold(clean_picture(pictures.jpeg(width=900, height=600)), owner=self.ada)
        self.image.send()

    def test_name_of_a_site_has_no_zero_byte(self):
        for site in ("%00", "a%00", "..", "a b"):
            for last in ("320.webp", "master.jpg", "social-50-50.jpg"):
                with self.assertNumQueries(0):  # PostgreSQL answers a zero byte with an error
                    self.assertEqual(self.page().get(f"/media/i/{site}/{self.image.pk}/{last}").status_code, 404)

    def test_is_scaled_and_kept_for_good_by_every_cache(self):
        response = self.page().get(self.image.src(320))
        self.assertEqual(Drawing.open(io.BytesIO(response.getvalue())).size, (320, 213))
        self.assertEqual(response["Content-Type"], "image/webp")
        self.assertEqual(response["Cache-Control"], "public, max-age=31536000, immutable")
        self.assertEqual(response["Content-Security-Policy"], "default-src 'none'; sandbox")
        self.assertEqual(response["Cross-Origin-Resource-Policy"], "cross-origin")  # feeds show it elsewhere

    def test_is_made_once(self):
        self.page().get(self.image.src(320)).getvalue()
        with patch("core.images.validate.scale_picture", autospec=True) as scale:
            self.page().get(self.image.src(320)).getvalue()
        scale.assert_not_called()

    @tag("slow")
    def test_other_widths_cannot_be_asked_for(self):
        for width in (1, 321, 5000):
            self.assertHidden(reverse("image_variant", args=[*self.image.key.split("/"), width]), None)

    def test_picture_that_is_gone_from_the_disk_is_404(self):
        local.drop(self.image)
        self.assertHidden(self.image.src(320), None)

    @tag("slow")
    def test_master_stands_in_where_a_variant_cannot_be_made(self):
        with patch("core.images.stores.local._write", autospec=True, side_effect=StoreError("The disk is full.")):
            response = self.page().get(self.image.src(640))
        self.assertEqual((response.status_code, response["Content-Type"]), (200, "image/jpeg"))
        self.assertEqual(Drawing.open(io.BytesIO(response.getvalue())).size, (900, 600))

    def test_condemned_picture_is_gone(self):
        Image.objects.update(state=Image.State.DELETING)
        self.assertHidden(local.url(self.image, 320), None)

    def test_wrong_methods(self):
        self.assertRefuses(self.image.src(320), self.ada, "post", "delete")
