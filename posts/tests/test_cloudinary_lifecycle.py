"""A picture's life at Cloudinary: created, listed, shown, replaced, deleted, or never there.

Once with `cloudinary.uploader.upload` and `destroy` patched, once through the real SDK against the fake server.
"""

import io
from typing import Any
from unittest.mock import patch

import cloudinary.exceptions
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings, tag
from django.urls import reverse

from core.images.models import HeldPicture, Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase
from core.testing.fakecloud import FakeCloud
from posts.models import Post

CREATE = reverse("post_create")
FOUR = {"title": "The estuary", "content": "Forty kilometres.", "status": "published"}
CLOUDINARY = {"IMAGES_STORES": {"cloudinary": "core.images.stores.cloudinary"}, "IMAGES_STORE": "cloudinary"}


def upload(color: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("hills.png", pictures.png(color=color), "image/png")


def sweep() -> None:
    call_command("images_sweep", "--apply", "--grace-days", "0", stdout=io.StringIO())


def edit(post: Post) -> str:
    return reverse("post_edit", args=[post.slug])


@override_settings(**CLOUDINARY)
@patch("cloudinary.uploader.destroy", autospec=True, return_value={"result": "ok"})
@patch("cloudinary.uploader.upload", autospec=True)
class MockedLifecycleTests(ViewTestCase):
    @staticmethod
    def answer(name: str, **more: Any) -> dict[str, Any]:
        return {"public_id": f"posts/{name}", "url": f"http://res.cloudinary.com/demo/image/upload/{name}.png"} | more

    def test_under_test_cloudinary_is_the_store_and_nobody_listens(self, uploaded, destroyed):
        self.assertIn("127.0.0.1:9", settings.CLOUDINARY_URL)

    def test_create_list_and_show(self, uploaded, destroyed):
        for client in self.clients(self.ada):
            uploaded.reset_mock()
            uploaded.return_value = self.answer(client.way)
            with self.subTest(client.way):
                response = client.post(CREATE, {**FOUR, "title": client.way, "featured_image": upload()})
                post = Post.objects.get(title=client.way)
                self.assertWentTo(response, client, post.get_absolute_url())
                uploaded.assert_called_once()
                self.assertTrue(post.featured_image)
                self.assertEqual(post.featured_image.public_id, f"posts/{client.way}")
                for url in (reverse("post_list"), post.get_absolute_url(), reverse("my_posts"), edit(post)):
                    page = client.get(url)
                    self.assertEqual(page.status_code, 200)
                    if url != reverse("my_posts"):
                        self.assertContains(page, uploaded.return_value["url"])
        destroyed.assert_not_called()

    def test_call_names_our_key_our_bytes_and_a_time_limit(self, uploaded, destroyed):
        uploaded.return_value = self.answer("one")
        self.page(self.ada).post(CREATE, {**FOUR, "featured_image": upload()})
        options, image = uploaded.call_args.kwargs, Image.objects.get()
        self.assertEqual((options["public_id"], options["overwrite"]), (image.key, False))
        self.assertIsNotNone(options["timeout"])
        self.assertFalse(HeldPicture.objects.exists())

    def test_replace(self, uploaded, destroyed):
        for client in self.clients(self.ada):
            old, new = f"old-{client.way}", f"new-{client.way}"
            with self.subTest(client.way):
                uploaded.return_value = self.answer(old)
                client.post(CREATE, {**FOUR, "title": client.way, "featured_image": upload()})
                uploaded.return_value = self.answer(new)
                post = Post.objects.get(title=client.way)
                client.post(edit(post), {**FOUR, "title": client.way, "featured_image": upload("crimson")})
                post.refresh_from_db()
                self.assertEqual(post.featured_image.public_id, f"posts/{new}")
                destroyed.assert_not_called()
                sweep()
                destroyed.assert_called_once()
                self.assertEqual(destroyed.call_args.args, (f"posts/{old}",))
                self.assertIs(destroyed.call_args.kwargs["invalidate"], True)
                destroyed.reset_mock()
        self.assertEqual(uploaded.call_count, 4)

    @tag("slow")
    def test_replace_where_the_answer_repeats_its_id_destroys_nothing(self, uploaded, destroyed):
        uploaded.return_value = self.answer("same")
        client = self.page(self.ada)
        client.post(CREATE, {**FOUR, "featured_image": upload()})
        client.post(edit(Post.objects.get()), {**FOUR, "featured_image": upload("crimson")})
        sweep()
        destroyed.assert_not_called()

    @tag("slow")
    def test_edit_of_the_text_alone_uploads_nothing(self, uploaded, destroyed):
        uploaded.return_value = self.answer("one")
        client = self.page(self.ada)
        client.post(CREATE, {**FOUR, "featured_image": upload()})
        client.post(edit(Post.objects.get()), FOUR | {"content": "Changed."})
        uploaded.assert_called_once()
        self.assertEqual(Post.objects.get().featured_image.public_id, "posts/one")

    def test_delete_keeps_the_picture_until_the_trash_is_emptied_and_swept(self, uploaded, destroyed):
        uploaded.return_value = self.answer("one")
        client = self.page(self.ada)
        client.post(CREATE, {**FOUR, "featured_image": upload()})
        client.post(reverse("post_delete", args=["the-estuary"]))
        sweep()
        destroyed.assert_not_called()
        call_command("trash_empty", "--older-than-days", "0", stdout=io.StringIO())
        destroyed.assert_not_called()
        sweep()
        destroyed.assert_called_once()
        self.assertFalse(Image.objects.exists() or Post.everything.exists())

    def test_none(self, uploaded, destroyed):
        self.page(self.ada).post(CREATE, FOUR)
        uploaded.assert_not_called()
        self.assertFalse(Post.objects.get().featured_image)
        self.assertNotContains(self.page().get("/"), "<img")

    @tag("slow")
    def test_invalid_form_uploads_nothing(self, uploaded, destroyed):
        self.page(self.ada).post(CREATE, {**FOUR, "title": "", "featured_image": upload()})
        self.page(self.ada).post(CREATE, {**FOUR, "featured_image": SimpleUploadedFile("x.png", b"no picture")})
        uploaded.assert_not_called()

    @tag("slow")
    def test_provider_that_fails_costs_neither_text_nor_picture(self, uploaded, destroyed):
        for error in (cloudinary.exceptions.GeneralError("down"), cloudinary.exceptions.AuthorizationRequired("key")):
            uploaded.side_effect = error
            with self.subTest(error):
                response = self.page(self.ada).post(CREATE, {**FOUR, "featured_image": upload()}, follow=True)
                self.assertContains(response, "the picture is kept here and sent later")
                self.assertContains(response, "Forty kilometres.")
                image = response.context["post"].featured_image
                self.assertContains(response, f'src="{reverse("image_held", args=[image.pk])}"')
        uploaded.side_effect, uploaded.return_value = None, self.answer("late")
        sweep()
        self.assertEqual(set(Image.objects.values_list("state", flat=True)), {Image.State.STORED})


@tag("slow")
@override_settings(**CLOUDINARY)
class RealSdkLifecycleTests(ViewTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cloud = cls.enterClassContext(FakeCloud())
        cls.enterClassContext(
            override_settings(CLOUDINARY_URL=cls.cloud.cloudinary_url, IMAGES_DELIVERY_BASE=cls.cloud.delivery_base)
        )

    def setUp(self):
        super().setUp()
        self.cloud.reset()

    def assertNoOrphan(self) -> None:
        """What the database points to exists at the provider, and nothing else does."""
        self.assertEqual(set(self.cloud.assets), set(Image.objects.values_list("public_id", flat=True)))

    def test_whole_life(self):
        for client in self.clients(self.ada):
            with self.subTest(client.way):
                client.post(CREATE, {**FOUR, "title": client.way, "featured_image": upload()})
                post = Post.objects.get(title=client.way)
                self.assertEqual(list(self.cloud.assets), [post.featured_image.public_id])
                self.assertContains(
                    client.get(post.get_absolute_url()), f"/v{post.featured_image.version}/{post.featured_image.key}"
                )
                client.post(edit(post), {**FOUR, "title": client.way, "featured_image": upload("crimson")})
                self.assertEqual(len(self.cloud.assets), 2)
                sweep()
                self.assertEqual(len(self.cloud.assets), 1)
                self.assertNoOrphan()
                client.post(reverse("post_delete", args=[post.slug]))
                call_command("trash_empty", "--older-than-days", "0", stdout=io.StringIO())
                sweep()
                self.assertEqual(len(self.cloud.assets), 0)
                self.assertNoOrphan()
