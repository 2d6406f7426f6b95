"""Cloudinary in every kind of trouble, through the site's forms and the real SDK: nothing is lost, nobody waits long.

The whole time that a call may add to a request is IMAGES_TIMEOUT, whatever the other side does.
"""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from unittest.mock import patch
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings, tag
from django.urls import reverse

from core.images.forms import WAITS
from core.images.models import HeldPicture, Image
from core.images.stores import cloudinary as cloudinary_store
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import PageClient, ViewTestCase
from core.testing.fakecloud import FakeCloud, Fault, busy, over_quota
from posts.models import Post

CREATE, TIMEOUT = reverse("post_create"), 0.3
FOUR = {"title": "The estuary", "content": "Forty kilometres.", "status": "published"}
TROUBLES = {
    "slow": Fault(60.0, "before"),
    "slow after it stored the picture": Fault(60.0, "after"),
    "a byte at a time, without end": Fault("drip"),
    "rate limit": busy(420),
    "rate limit before the API": busy(429),
    "over quota": over_quota(),
    "error": Fault(500),
    "bad gateway": Fault(502),
    "unavailable": Fault(503, headers={"Retry-After": "3600"}),
    "error after it stored the picture": Fault(500, "after"),
    "nonsense": Fault("garbage"),
    "nonsense after it stored the picture": Fault("garbage", "after"),
    "hangs up": Fault("drop"),
    "hangs up after it stored the picture": Fault("drop", "after"),
    "refuses the account": Fault(401),
    "refuses the picture": Fault(400),
}


def upload(color: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("hills.png", pictures.png(color=color), "image/png")


def sweep() -> None:
    call_command("images_sweep", "--apply", "--grace-days", "0", stdout=io.StringIO(), stderr=io.StringIO())


@contextmanager
def silent() -> Iterator[str]:
    """The address of a machine that takes connections and says nothing, as a firewall that swallows packets does."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@override_settings(
    IMAGES_STORES={"cloudinary": "core.images.stores.cloudinary"}, IMAGES_STORE="cloudinary", IMAGES_TIMEOUT=TIMEOUT
)
class ProviderTroubleTests(ViewTestCase):
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

    def uploads(self) -> list[str]:
        return [call.params["public_id"] for call in self.cloud.log if call.action == "image/upload"]

    def assertKept(self, client: PageClient, title: str) -> Post:
        """A save in trouble: it worked, the author reads one sentence, and everybody sees text and picture."""
        began = monotonic()
        response = client.post(CREATE, {**FOUR, "title": title, "featured_image": upload()})
        self.assertLess(monotonic() - began, TIMEOUT + 1)
        post = Post.objects.get(title=title)
        self.assertRedirects(response, post.get_absolute_url(), fetch_redirect_response=False)
        self.assertContains(client.get(post.get_absolute_url()), WAITS, 1)
        image = post.featured_image
        self.assertTrue(image.waits and image.error and image.next_try_at)
        for url in (post.get_absolute_url(), reverse("post_list")):
            page = self.page().get(url)
            self.assertContains(page, title)
            self.assertContains(page, reverse("image_held", args=[image.pk]))
        self.assertEqual(self.page().get(reverse("image_held", args=[image.pk])).status_code, 200)
        return post

    def assertSentLater(self, post: Post) -> None:
        """The next sweep sends it, once and under the same key, and it is shown from there."""
        image = post.featured_image
        self.cloud.log.clear()
        sweep()
        sweep()
        key = image.key
        image.refresh_from_db()
        self.assertEqual((image.state, image.key, image.error), (Image.State.STORED, key, ""))
        self.assertEqual((self.uploads(), list(self.cloud.assets)), ([key], [key]))
        self.assertFalse(HeldPicture.objects.filter(image=image).exists())
        self.assertContains(self.page().get(post.get_absolute_url()), f"/{key}")

    @tag("slow")
    def test_one_of_them_all(self):
        self.cloud.faults = [Fault(503)]
        post = self.assertKept(self.page(self.ada), "One")
        self.assertEqual(self.uploads(), [post.featured_image.key], "one call in a request")
        self.assertSentLater(post)

    @tag("slow")
    def test_author_keeps_text_and_picture_whatever_the_provider_does(self):
        for trouble, fault in TROUBLES.items():
            with self.subTest(trouble):
                self.cloud.reset()
                self.cloud.faults = [fault]
                post = self.assertKept(self.page(self.ada), trouble)
                self.assertLessEqual(len(self.uploads()), 1, "one call in a request")
                self.assertSentLater(post)
                post.discard()
                Post.trash.all().delete()
                sweep()
                self.assertEqual((self.cloud.assets, Image.objects.count()), ({}, 0))

    @tag("slow")
    def test_author_keeps_text_and_picture_when_nobody_is_there(self):
        with silent() as nobody:
            for trouble, address in (("refused", "http://127.0.0.1:9"), ("swallowed", nobody)):
                url = f"cloudinary://key:secret@demo?upload_prefix={address}"
                with self.subTest(trouble):
                    self.cloud.reset()
                    with override_settings(CLOUDINARY_URL=url):
                        post = self.assertKept(self.page(self.ada), trouble)
                    self.assertSentLater(post)

    @tag("slow")
    def test_picture_of_an_edit_is_replaced_later_and_the_old_one_is_not_lost(self):
        client = self.page(self.ada)
        client.post(CREATE, {**FOUR, "featured_image": upload()})
        post = Post.objects.get()
        self.cloud.faults = [Fault("drop")]
        client.post(reverse("post_edit", args=[post.slug]), {**FOUR, "featured_image": upload("crimson")})
        self.assertEqual(list(self.cloud.assets), [post.featured_image.key])
        post.refresh_from_db()
        self.assertTrue(post.featured_image.waits)
        sweep()
        self.assertEqual(list(self.cloud.assets), [Image.objects.get().key])

    @tag("slow")
    def test_removal_in_trouble_is_tried_again_until_it_is_confirmed(self):
        for trouble, fault in TROUBLES.items():
            with self.subTest(trouble):
                self.cloud.reset()
                Image.objects.hold(clean_picture(pictures.png()), owner=self.ada).send()
                self.cloud.faults = [fault]
                sweep()
                self.assertEqual(Image.objects.get().state, Image.State.DELETING)
                sweep()
                self.assertEqual((self.cloud.assets, Image.objects.count()), ({}, 0))

    @tag("slow")
    def test_threads_of_a_slow_provider_are_bounded_and_the_next_author_does_not_wait(self):
        self.cloud.faults = [Fault(60.0)]
        image, other = (Image.objects.hold(clean_picture(pictures.png()), owner=self.ada) for _ in range(2))
        places = threading.BoundedSemaphore(1)
        with patch.object(cloudinary_store, "PLACES", places), places:
            began = monotonic()
            self.assertFalse(image.send())
            self.assertLess(monotonic() - began, TIMEOUT)
        self.assertEqual(self.cloud.log, [])
        self.cloud.faults.clear()
        self.assertTrue(image.send() and other.send())

    def test_trouble_leaves_the_addresses_of_what_is_stored_alone(self):
        address = urlsplit(self.cloud.delivery_base)
        image = Image(state=Image.State.STORED, store="cloudinary", public_id="a", version="1", width=640)
        with override_settings(CLOUDINARY_URL="cloudinary://key:secret@demo?upload_prefix=http://127.0.0.1:9"):
            self.assertEqual(urlsplit(image.src(640)).netloc, address.netloc)
