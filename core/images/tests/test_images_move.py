"""manage.py images_move: pictures change their store, and whoever looks sees no difference."""

import hashlib
import io
import tempfile
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.test import override_settings, tag
from django.utils import timezone

from core.images.management.commands import images_move
from core.images.models import GRACE, HeldPicture, Image
from core.images.stores import StoreError, local
from core.images.tests.store_contract import painted
from core.testing.cases import ViewTestCase
from core.testing.fakecloud import FakeCloud
from core.testing.fakestore import store
from posts.tests.factory import make_post

STORES = {
    "fake": "core.testing.fakestore:store",
    "local": "core.images.stores.local",
    "cloudinary": "core.images.stores.cloudinary",
}


def move(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("images_move", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@override_settings(IMAGES_STORES=STORES)
class ImagesMoveTests(ViewTestCase):
    def setUp(self):
        super().setUp()
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(override_settings(MEDIA_ROOT=root))

    def stored(self, *, used: bool = True, **fields) -> Image:
        image = Image.objects.hold(painted(), owner=self.ada, name="hills.png")
        image.send()
        if used:
            make_post(self.ada, featured_image=image)
        Image.objects.filter(pk=image.pk).update(**fields)
        return Image.objects.get(pk=image.pk)

    @tag("slow")
    def test_row_shows_the_same_picture_from_the_new_store_and_the_old_place_waits_out_its_grace(self):
        image = self.stored(alt="Hills", focus_x=10, focus_y=20)
        data = store.pictures[image.key].data
        self.assertEqual(move("--to", "local"), ("1 moved to local.\n", ""))
        moved = Image.objects.get(pk=image.pk)
        self.assertEqual((moved.store, moved.state, moved.owner, moved.alt), ("local", "s", self.ada, "Hills"))
        self.assertNotEqual(moved.key, image.key)
        self.assertEqual(local.read(moved), data)
        self.assertEqual((moved.etag, moved.placeholder, moved.bytes), (image.etag, image.placeholder, image.bytes))
        old = Image.objects.get(key=image.key)
        self.assertEqual((old.store, old.state, old.owner, old.public_id), ("fake", "s", None, image.public_id))
        call_command("images_sweep", "--apply", stdout=io.StringIO())
        self.assertIn(image.key, store.pictures)
        Image.objects.filter(pk=old.pk).update(unreferenced_since=timezone.now() - GRACE)
        call_command("images_sweep", "--apply", stdout=io.StringIO())
        self.assertEqual((store.pictures, Image.objects.count()), ({}, 1))

    @tag("slow")
    def test_picture_that_waits_for_a_store_that_is_given_up_is_moved_too(self):
        image = Image.objects.hold(painted(), owner=self.ada)
        store.fail_next(StoreError("down"))
        image.send()
        make_post(self.ada, featured_image=image)
        move("--to", "local")
        moved = Image.objects.get(pk=image.pk)
        self.assertEqual((moved.store, moved.state, moved.error), ("local", "s", ""))
        self.assertEqual(hashlib.md5(local.read(moved), usedforsecurity=False).hexdigest(), image.etag)
        Image.objects.exclude(pk=image.pk).update(unreferenced_since=timezone.now() - GRACE)
        call_command("images_sweep", "--apply", stdout=io.StringIO())
        self.assertEqual((Image.objects.get(), HeldPicture.objects.count()), (moved, 0))

    @tag("slow")
    def test_only_what_is_used_and_elsewhere_is_moved_and_nothing_twice(self):
        self.stored(used=False)
        for _ in range(3):
            self.stored()
        self.assertEqual(move("--to", "local", "--dry-run")[0], "3 would be moved to local.\n")
        self.assertEqual(move("--to", "local", "--dry-run", "--limit", "2")[0], "2 would be moved to local.\n")
        self.assertEqual(len(store.pictures), 4)
        with patch("core.images.models.references.BATCH", 1), patch.object(images_move, "PROGRESS", 1):
            self.assertEqual(move("--to", "local", "--limit", "2")[0].splitlines()[:2], ["1 of 2.", "2 of 2."])
        self.assertEqual(move("--to", "local")[0], "1 moved to local.\n")
        self.assertEqual(move("--to", "local")[0], "0 moved to local.\n")
        self.assertEqual(Image.objects.referenced().filter(store="local").count(), 3)

    @tag("slow")
    def test_one_that_fails_is_named_and_the_others_go_on_and_the_next_run_takes_it(self):
        images = sorted((self.stored() for _ in range(3)), key=lambda image: image.pk)
        store.fail_next(StoreError("Nobody answered."))
        err = io.StringIO()
        with self.assertRaisesMessage(CommandError, "1 could not be moved"):
            call_command("images_move", "--to", "local", stdout=io.StringIO(), stderr=err)
        self.assertEqual(err.getvalue(), f"{images[0]} ({images[0].pk}) was not moved: Nobody answered.\n")
        self.assertEqual(Image.objects.count(), 5, "no row for what could not be read")
        self.assertEqual(move("--to", "local")[0], "1 moved to local.\n")

    @tag("slow")
    def test_copy_whose_upload_failed_leaves_a_row_that_the_sweep_removes(self):
        image = self.stored()
        with (
            patch.object(local, "put", side_effect=StoreError("The disk is full.")),
            self.assertRaisesMessage(CommandError, "1 could not be moved"),
        ):
            move("--to", "local")
        copy = Image.objects.get(store="local")
        self.assertEqual((copy.state, copy.error), ("r", "The disk is full."))
        image.refresh_from_db()
        self.assertEqual(image.store, "fake")
        Image.objects.filter(pk=copy.pk).update(unreferenced_since=timezone.now() - GRACE)
        call_command("images_sweep", "--apply", stdout=io.StringIO())
        self.assertEqual(Image.objects.get(), image)

    @tag("slow")
    def test_picture_that_is_no_longer_the_one_that_was_put_is_not_moved(self):
        image = self.stored(etag="0" * 32)
        with self.assertRaises(CommandError):
            move("--to", "local")
        Image.objects.filter(pk=image.pk).update(etag="", bytes=1)
        with self.assertRaises(CommandError):
            move("--to", "local")
        self.assertEqual((Image.objects.count(), local.listed()[0]), (1, {}))

    @tag("slow")
    def test_second_mover_changes_nothing_and_leaves_its_copy_to_the_sweep(self):
        image = self.stored()
        same = Image.objects.get(pk=image.pk)
        self.assertTrue(image.move("local"))
        self.assertFalse(same.move("local"))
        self.assertEqual(Image.objects.get(pk=image.pk).key, image.key)
        self.assertEqual(Image.objects.unreferenced().count(), 2)

    @tag("slow")
    @patch.object(images_move, "MOST_FAILURES", 2)
    def test_store_that_is_down_ends_the_run(self):
        for _ in range(3):
            self.stored()
        with (
            patch.object(local, "put", side_effect=StoreError("down")) as put,
            self.assertRaisesMessage(CommandError, "2 failed in a row; 0 were moved before."),
        ):
            move("--to", "local")
        self.assertEqual(put.call_count, 2)

    @override_settings(CLOUDINARY_URL="")
    def test_store_that_cannot_take_any_is_refused_in_one_sentence(self):
        for to, reason in (("cloudinary", "CLOUDINARY_URL is not set"), ("moon", "no store called “moon”")):
            with self.subTest(to), self.assertRaisesMessage(CommandError, reason):
                move("--to", to)
        with self.assertRaisesMessage(CommandError, "--limit is 0"):
            move("--to", "local", "--limit", "0")

    @tag("slow")
    def test_there_and_back_with_the_real_sdk(self):
        with FakeCloud() as cloud, override_settings(IMAGES_STORE="local"):
            there = {"CLOUDINARY_URL": cloud.cloudinary_url, "IMAGES_DELIVERY_BASE": cloud.delivery_base}
            image = self.stored()
            data = local.read(image)
            with override_settings(**there):
                move("--to", "cloudinary")
                self.assertEqual([asset["data"] for asset in cloud.assets.values()], [data])
            with override_settings(IMAGES_DELIVERY_BASE=cloud.delivery_base, CLOUDINARY_URL=""):
                move("--to", "local")  # from an account that is no longer set
            image.refresh_from_db()
            self.assertEqual((image.store, local.read(image)), ("local", data))
            with override_settings(**there):
                Image.objects.update(unreferenced_since=timezone.now() - GRACE)
                call_command("images_sweep", "--apply", stdout=io.StringIO())
            self.assertEqual((cloud.assets, list(local.listed()[0])), ({}, [image.key]))
