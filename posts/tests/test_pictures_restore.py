"""Pictures that were deleted together come back together."""

from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import Image
from core.testing.cases import ViewTestCase, both_ways
from posts.tests.factory import make_image

URL = reverse("pictures_restore")


class PicturesRestoreTests(ViewTestCase):
    @both_ways("ada")
    def test_those_of_one_moment_come_back(self, client):
        one, two, earlier = (make_image(self.ada) for _ in range(3))
        foreign, going = make_image(self.ben), make_image(self.ada, state=Image.State.DELETING)
        Image.objects.filter(pk=earlier.pk).discard()
        at, _ = Image.objects.filter(pk__in=[one.pk, two.pk]).discard()
        Image.objects.filter(pk__in=[foreign.pk, going.pk]).update(discarded_at=at)
        response = client.post(f"{URL}?{self.query(at)}", follow=True)
        self.assertAnswers(response, client, "posts/my_pictures.html", "my-pictures")
        self.assertContains(response, "2 pictures are back.")
        self.assertEqual({*Image.objects.discarded()}, {earlier, foreign, going})

    def query(self, at: object) -> str:
        return f"at={at.isoformat().replace('+', '%2B')}"

    def test_moment_at_the_end_of_the_calendar_is_none(self):
        for at in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
            self.assertEqual(self.page(self.ada).post(f"{URL}?at={at}").status_code, 422)

    @tag("slow")
    @both_ways("ada")
    def test_nothing_to_bring_back_is_said(self, client):
        make_image(self.ada)
        for query in ("at=2026-13-45T99:99", "at=2026-11-22T12:00:00", self.query(timezone.now())):
            response = client.post(f"{URL}?{query}")
            self.assertAnswers(response, client, "posts/my_pictures.html", "my-pictures", 422)
            self.assertContains(response, "are back already", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
