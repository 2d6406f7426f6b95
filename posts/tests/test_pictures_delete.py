"""Ticked pictures are thrown away at once; those in use stay, and are named."""

from django.contrib.messages import get_messages
from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.testing.cases import ViewTestCase, both_ways
from posts.tests.factory import make_image, make_post
from posts.views.pictures import MOST

URL = reverse("pictures_delete")


class PicturesDeleteTests(ViewTestCase):
    @tag("slow")
    @both_ways("ada")
    def test_unused_ones_go_and_the_others_are_named(self, client):
        one, two, used = (make_image(self.ada, name=f"{name}.jpg") for name in ("one", "two", "used"))
        foreign, kept = make_image(self.ben), make_image(self.ada)
        make_post(self.ada, featured_image=used)
        response = client.post(URL, {"picture": [one.pk, two.pk, used.pk, foreign.pk]})
        said = [*get_messages(response.wsgi_request)] if client.way == "page" else response.text
        self.assertIn("2 pictures are deleted.", str(said[0]) if client.way == "page" else said)
        self.assertIn("“used.jpg” is in use and stays.", str(said[1]) if client.way == "page" else said)
        self.assertEqual({*Image.objects.kept()}, {used, foreign, kept})
        if client.way == "partial":
            self.assertPartial(response, "posts/my_pictures.html#my-pictures")

    def test_page_goes_back_to_the_list_that_they_were_ticked_in(self):
        image = make_image(self.ada, name="tide.jpg")
        query = "show=unused&q=tide"
        response = self.page(self.ada).post(f"{URL}?{query}&other=1", {"all": "on", "shown": image.pk}, follow=True)
        self.assertRedirects(response, f"{reverse('my_pictures')}?{query}")
        self.assertContains(response, "“tide.jpg” is deleted.")
        self.assertContains(response, f'action="{reverse("pictures_restore")}?show=unused&amp;q=tide&amp;at=')

    @tag("slow")
    @both_ways("ada")
    def test_nothing_and_too_much_are_refused(self, client):
        foreign = make_image(self.ben)
        for ticked, said in (([], "Tick the pictures"), (["x", ""], "Tick"), ([foreign.pk], "Tick the pictures")):
            response = client.post(URL, {"picture": ticked})
            self.assertAnswers(response, client, "posts/my_pictures.html", "my-pictures", 422)
            self.assertContains(response, said, status_code=422)
        many = [f"{number:032x}" for number in range(MOST + 1)]
        self.assertContains(client.post(URL, {"picture": many}), "at most 100 pictures", status_code=422)
        self.assertFalse(Image.objects.discarded().exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
