"""What is about a picture itself: its description, and the point that every crop keeps."""

import uuid

from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.forms import send_form
from posts.tests.factory import make_image, make_post


class PictureEditTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.image = make_image(cls.ada, name="tide.jpg", alt="A low tide")
        cls.url = reverse("picture_edit", args=[cls.image.pk])

    def now(self) -> tuple[str, int | None, int | None]:
        return Image.objects.values_list("alt", "focus_x", "focus_y").get(pk=self.image.pk)

    @three_ways("ada")
    def test_shows_it_with_what_can_be_done(self, client):
        post = make_post(self.ada, title="Tides", featured_image=self.image)
        response = client.get(self.url)
        self.assertAnswers(response, client, "posts/picture_edit.html", "picture-edit")
        self.assertContains(response, f"![A low tide](/images/{self.image.pk})")
        self.assertContains(response, f'<a href="{post.get_absolute_url()}">“Tides”</a> <small>lead picture</small>')
        for name in ("picture_replace", "picture_use", "picture_delete"):
            self.assertContains(response, reverse(name, args=[self.image.pk]))

    @both_ways("ada")
    def test_saves_description_and_point(self, client):
        response = client.post(self.url, {"alt": " A  high\ntide ", "focus_x": "43", "focus_y": "100"})
        self.assertWentTo(response, client, self.url)
        self.assertEqual(self.now(), ("A high tide", 43, 100))
        client.post(self.url, {"alt": "", "focus_x": "", "focus_y": ""})
        self.assertEqual(self.now(), ("", None, None))

    @tag("slow")
    @both_ways("ada")
    def test_what_is_no_point_is_refused_and_the_words_kept(self, client):
        for x, y, said in (
            ("101", "5", "Write a whole number from 0 to 100."),
            ("left", "5", "Write a whole number from 0 to 100."),
            ("5", "", "Write both numbers, or none for the middle."),
        ):
            response = client.post(self.url, {"alt": "Typed", "focus_x": x, "focus_y": y})
            self.assertAnswers(response, client, "posts/picture_edit.html", "picture-edit", 422)
            self.assertContains(response, said, status_code=422)
            self.assertContains(response, "Typed</textarea>", status_code=422)
        response = client.post(self.url, {"alt": "x" * 301})
        self.assertContains(response, "At most 300 characters; these are 301.", status_code=422)
        self.assertEqual(self.now(), ("A low tide", None, None))

    def test_click_on_the_picture_sets_the_point_without_script(self):
        page = self.page(self.ada).get(self.url)
        self.assertContains(page, 'type="image" name="point"')
        self.assertContains(page, 'width="256" height="171"')
        changes = {"point.x": "64", "point.y": "171", "focus_x": "nonsense", "alt": "Typed"}
        self.assertEqual(send_form(self.page(self.ada), page, "picture-form", **changes).status_code, 302)
        self.assertEqual(self.now(), ("Typed", 25, 100))

    @tag("slow")
    def test_key_on_the_picture_and_nonsense_are_no_click(self):
        for x, y in (("0", "0"), ("x", "1"), ("-5", "1"), ("9" * 40, "1"), ("", "")):
            response = self.page(self.ada).post(self.url, {"alt": "Typed", "point.x": x, "point.y": y})
            self.assertContains(response, "Click on the picture, or", status_code=422)
        self.page(self.ada).post(self.url, {"point.x": "500", "point.y": "1"})
        self.assertEqual(self.now()[1:], (100, 1))

    @tag("slow")
    def test_as_many_queries_however_often_it_is_used(self):
        for number in (1, 3):
            for _ in range(number):
                make_post(self.ada, featured_image=self.image)
            with self.subTest(number), self.assertNumQueries(5):  # session, user, picture, uses, posts to use it in
                self.page(self.ada).get(self.url)

    @tag("slow")
    def test_other_author(self):
        self.assertHidden(self.url, self.ben, methods=("get", "post"))
        self.assertHidden(reverse("picture_edit", args=[uuid.uuid4()]), self.ada)

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url)
        self.assertNeedsSignIn(self.url, "post")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "put", "delete")
