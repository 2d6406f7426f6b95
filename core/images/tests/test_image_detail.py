"""The address that a text names a picture by: it leads to where the picture is now."""

from django.test import override_settings

from core.images.models import Image
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase

NOBODYS = "/images/0f8fad5b-d9cb-469f-a165-70867728950e"


class ImageDetailTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.image = Image.objects.hold(clean_picture(pictures.png(width=700)), owner=cls.ada)

    def test_leads_to_the_largest_size_at_the_store(self):
        self.image.send()
        response = self.page().get(f"/images/{self.image.pk}")
        self.assertRedirects(response, self.image.src(640), fetch_redirect_response=False)
        self.assertEqual(response["Cache-Control"], "no-cache")

    def test_leads_to_what_is_held_until_it_is_sent(self):
        response = self.page().get(f"/images/{self.image.pk}")
        self.assertRedirects(response, f"/media/held/{self.image.pk}")

    @override_settings(IMAGES_STORES={"cloudinary": "core.images.stores.cloudinary"}, CLOUDINARY_URL="")
    def test_picture_whose_address_nobody_knows_is_404(self):
        Image.objects.update(state=Image.State.STORED, store="cloudinary")
        self.assertEqual(self.page().get(f"/images/{self.image.pk}").status_code, 404)

    def test_picture_on_its_way_out_is_404_as_one_that_never_was(self):
        Image.objects.update(state=Image.State.DELETING)
        self.assertHidden(f"/images/{self.image.pk}", None)
        self.assertHidden(NOBODYS, None)

    def test_wrong_methods(self):
        self.assertRefuses(NOBODYS, self.ada, "post", "delete")
