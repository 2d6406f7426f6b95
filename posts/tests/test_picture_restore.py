"""A picture that was thrown away comes back, while it is there."""

from django.urls import reverse
from django.utils import timezone

from core.images.models import Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways
from posts.tests.factory import make_image


class PictureRestoreTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        now = timezone.now()
        cls.image = make_image(cls.ada, name="tide.jpg", discarded_at=now, unreferenced_since=now)
        cls.url = reverse("picture_restore", args=[cls.image.pk])

    @both_ways("ada")
    def test_is_back_and_its_grace_begins_anew(self, client):
        self.assertWentTo(client.post(self.url), client, reverse("picture_edit", args=[self.image.pk]))
        self.image.refresh_from_db()
        self.assertEqual((self.image.discarded_at, self.image.unreferenced_since), (None, None))

    def test_stands_in_the_library_again(self):
        listed = {"HX-Current-URL": f"http://testserver{reverse('my_pictures')}?show=discarded"}
        response = self.htmx(self.ada).post(self.url, headers=listed)
        self.assertPartial(response, "posts/my_pictures_card.html", top=f"picture-card-{self.image.pk}")
        self.assertContains(response, ">Deleted 0</a>")
        self.assertContains(response, "“tide.jpg” is back.")

    @both_ways("ada")
    def test_stays_away_where_there_is_no_room_for_it(self, client):
        make_image(self.ada)
        with self.settings(IMAGES_QUOTA=100_000):
            response = client.post(self.url)
        self.assertAnswers(response, client, "posts/picture_edit.html", "picture-edit", 422)
        self.assertContains(response, "You have used", status_code=422)
        self.assertEqual(Image.objects.discarded().count(), 1)

    def test_deleting_makes_room_for_as_much_again_and_no_more(self):
        picture = {"image": pictures.upload(pictures.png())}
        with self.settings(IMAGES_QUOTA=45_000):  # the deleted one has 90,000
            response = self.page(self.ada).post(reverse("image_upload"), picture)
        self.assertContains(response, "until they are gone", status_code=422)

    def test_one_that_is_on_its_way_out_is_gone(self):
        Image.objects.update(state=Image.State.DELETING)
        self.assertHidden(self.url, self.ada, methods=("post",))

    def test_other_author(self):
        self.assertHidden(self.url, self.ben, methods=("post",))

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url, "post")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "get", "put", "delete")
