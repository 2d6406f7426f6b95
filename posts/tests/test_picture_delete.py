"""A picture is thrown away, unless something shows it: then the answer says what."""

from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.forms import send_form
from posts.tests.factory import make_image, make_post


class PictureDeleteTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.image = make_image(cls.ada, name="tide.jpg")
        cls.url = reverse("picture_delete", args=[cls.image.pk])

    @tag("slow")
    @three_ways("ada")
    def test_asks_first(self, client):
        response = client.get(self.url)
        self.assertAnswers(response, client, "posts/picture_delete.html", "picture-delete")
        self.assertContains(response, "Delete “tide.jpg”?")
        self.assertFalse(Image.objects.discarded().exists())

    @both_ways("ada")
    def test_goes_and_can_be_brought_back(self, client):
        response = client.post(self.url)
        self.image.refresh_from_db()
        self.assertEqual(
            (self.image.state, self.image.discarded_at), (Image.State.STORED, self.image.unreferenced_since)
        )
        if client.way == "page":
            self.assertWentTo(response, client, reverse("my_pictures"))
            response = client.get(reverse("my_pictures"))
        else:
            self.assertPartial(response, "posts/my_pictures_card.html", top=f"picture-card-{self.image.pk}")
            self.assertContains(response, ">Deleted 1</a>")
        self.assertContains(response, "“tide.jpg” is deleted.")
        self.assertContains(response, reverse("picture_restore", args=[self.image.pk]))

    @both_ways("ada")
    def test_one_in_use_is_refused_saying_where(self, client):
        posts = [
            make_post(self.ada, title="Lead", featured_image=self.image),
            make_post(self.ada, title="Text", content=self.image.markdown),
            make_post(self.ada, title="Gone", content=self.image.markdown),
        ]
        posts[2].discard()
        response = client.post(self.url)
        top = f"picture-card-{self.image.pk}"
        if client.way == "page":
            self.assertPage(response, "posts/picture_delete.html", 409)
        else:
            self.assertPartial(response, "posts/my_pictures_card.html", 409, top=top)
        for address in (posts[0].get_absolute_url(), posts[1].get_absolute_url(), reverse("trash")):
            self.assertContains(response, f'<li><a href="{address}">', 1, status_code=409)
        self.assertFalse(Image.objects.discarded().exists())

    @tag("slow")
    def test_one_that_only_the_history_knows_goes(self):
        post = make_post(self.ada, featured_image=self.image)
        post.featured_image = None
        post.save()
        self.assertContains(self.htmx(self.ada).post(self.url), "is deleted")

    @tag("slow")
    def test_second_click_is_the_first(self):
        for _ in range(2):
            self.assertContains(self.htmx(self.ada).post(self.url), "is deleted")

    def test_using_it_again_takes_it_out_of_the_deleted(self):
        self.page(self.ada).post(self.url)
        make_post(self.ada, content=self.image.markdown)
        self.image.refresh_from_db()
        self.assertEqual((self.image.discarded_at, self.image.unreferenced_since), (None, None))

    @tag("slow")
    def test_without_script(self):
        client = self.page(self.ada)
        self.assertEqual(send_form(client, client.get(self.url), "picture-delete-form").status_code, 302)
        self.assertTrue(Image.objects.discarded().exists())

    @tag("slow")
    def test_other_author(self):
        self.assertHidden(self.url, self.ben, methods=("get", "post"))

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url, "post")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "put", "delete")
