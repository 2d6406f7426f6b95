"""A picture on this machine's disk, cut to what other sites show, around the point that its owner keeps."""

import io

from django.test import override_settings
from django.urls import reverse
from PIL import Image as Drawing

from core.images.models import Image
from core.images.presets import SOCIAL
from core.images.stores import local
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase


@override_settings(IMAGES_STORES={"local": "core.images.stores.local"}, IMAGES_STORE="local")
class ImageSocialTests(ViewTestCase):
    def setUp(self):
        super().setUp()
        self.image = Image.objects.hold(clean_picture(pictures.png(width=100, height=200)), owner=self.ada)
        self.image.send()

    def cut(self, **focus: int) -> Drawing.Image:
        Image.objects.update(**focus)
        self.image.refresh_from_db()
        response = self.page().get(self.image.social())
        self.assertEqual(response["Content-Type"], "image/jpeg")
        self.assertEqual(response["Cache-Control"], "public, max-age=31536000, immutable")
        return Drawing.open(io.BytesIO(response.getvalue()))

    def test_has_the_size_that_others_expect_and_keeps_the_point(self):
        cut = self.cut(focus_x=0, focus_y=0)
        self.assertEqual((cut.size, cut.format), (SOCIAL, "JPEG"))
        self.assertGreater(min(cut.getpixel((10, 10))), 240, "the white quarter, top left")
        self.assertLess(self.cut(focus_x=0, focus_y=100).getpixel((10, 600))[2], 60, "and none of it")

    def test_address_of_a_point_that_was_given_up_leads_on_and_its_file_goes(self):
        self.cut(focus_x=0, focus_y=0)
        old = self.image.social()
        self.cut(focus_x=100, focus_y=100)
        self.assertRedirects(self.page().get(old), self.image.social(), fetch_redirect_response=False)
        self.assertEqual(len(list(local.master(self.image).parent.glob("social-*"))), 1)

    def test_no_other_cut_can_be_asked_for(self):
        site, name = self.image.key.split("/")
        response = self.page().get(reverse("image_social", args=[site, name, 37, 41]))
        self.assertEqual((response.status_code, response["Location"]), (302, self.image.social()))
        self.assertHidden(reverse("image_social", args=[site, "0f8fad5b-d9cb-469f-a165-70867728950e", 50, 50]), None)

    def test_held_picture_has_none(self):
        self.assertEqual(Image(state=Image.State.HELD).social(), "")

    def test_wrong_methods(self):
        self.assertRefuses(self.image.social(), self.ada, "post", "delete")
