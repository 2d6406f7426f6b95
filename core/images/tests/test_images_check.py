"""manage.py images_check: what is missing, foreign or waiting is said, and nothing is changed."""

import io
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings, tag
from django.utils import timezone

from core.images.models import GRACE, Image
from core.images.stores import StoreError, Usage
from core.images.tests.store_contract import painted
from core.testing.cases import ViewTestCase
from core.testing.fakecloud import FakeCloud
from core.testing.fakestore import store
from posts.tests.factory import make_post

LONG_AGO = datetime.now(UTC) - timedelta(days=3)


def check(*arguments: str) -> str:
    out = io.StringIO()
    call_command("images_check", *arguments, stdout=out)
    return out.getvalue()


class ImagesCheckTests(ViewTestCase):
    def held(self) -> Image:
        return Image.objects.hold(painted(), owner=self.ada)

    def stored(self) -> Image:
        image = self.held()
        image.send()
        return image

    def foreign(self, site: str, since: datetime = LONG_AGO) -> str:
        key = f"{site}/{uuid4()}"
        store.put(key, painted())
        store.times[key] = since
        return key

    @tag("slow")
    def test_nothing_wrong(self):
        self.stored()
        said = check()
        self.assertRegex(said, r"\Afake: 1 picture, \d+ bytes kept, 1.0 GB free\.\nWaiting to be sent: 0\.\n")
        self.assertIn("Unreferenced: 1, 0 due now.", said)

    @tag("slow")
    def test_missing_picture_is_named_with_its_use_and_the_exit_says_so(self):
        image = self.stored()
        make_post(self.ada, title="The estuary", featured_image=image)
        del store.pictures[image.key]
        out = io.StringIO()
        with self.assertRaisesMessage(CommandError, "1 missing at fake."):
            call_command("images_check", stdout=out)
        self.assertIn(f"missing: {image.key} ({image.pk}), used by post “The estuary”", out.getvalue())

    def test_picture_that_went_while_it_was_asked_for_is_not_missing(self):
        image = self.stored()
        with patch.object(store, "missing", side_effect=lambda rows: Image.objects.all().delete() and {image.key}):
            self.assertNotIn("missing", check())

    @tag("slow")
    def test_waiting_and_unreferenced_are_counted_with_their_times(self):
        make_post(self.ada, featured_image=self.held())
        Image.objects.update(created_at=datetime(2026, 11, 1, 8, tzinfo=UTC))
        self.stored()
        late = self.stored()
        Image.objects.filter(pk=late.pk).update(unreferenced_since=datetime(2026, 1, 1, tzinfo=UTC))
        said = check()
        self.assertIn("Waiting to be sent: 1, the oldest since 2026-11-01 08:00.", said)
        self.assertIn("Unreferenced: 2, 1 due now, the first due on 2026-01-31.", said)

    @tag("slow")
    def test_foreign_pictures_under_our_names_are_listed_and_others_are_not(self):
        ours = self.foreign(settings.IMAGES_SITES[0])
        theirs = self.foreign("elsewhere")
        said = check()
        self.assertIn(f"foreign: {ours}, there for 3 days", said)
        self.assertNotIn(theirs, said)
        self.assertEqual(Image.objects.count(), 0)

    def test_limits_below_our_own_are_said(self):
        with patch.object(store, "usage", return_value=Usage(plan="Free", percent=3.5, max_bytes=1, max_pixels=10**6)):
            said = check()
        self.assertIn("fake: 0 pictures, Free plan, 1 byte for a picture at most, 1 megapixels, 3.5 % of the", said)
        self.assertIn(f"IMAGES_MAX_BYTES is {settings.IMAGES_MAX_BYTES}, but fake takes 1 at most.", said)
        self.assertIn("IMAGES_MAX_PIXELS", said)

    def test_store_that_does_not_answer_or_that_nobody_knows_is_said_and_the_rest_is_checked(self):
        store.fail_next(StoreError("Nobody answered."))
        image = self.held()
        Image.objects.filter(pk=image.pk).update(store="nowhere")
        out = io.StringIO()
        with self.assertRaisesMessage(CommandError, "fake could not be checked: Nobody answered.; nowhere could not"):
            call_command("images_check", stdout=out)
        self.assertIn("Waiting to be sent: 0.", out.getvalue())

    @tag("slow")
    def test_adopted_pictures_are_removed_after_two_looks_a_grace_apart(self):
        old, fresh = (self.foreign(settings.IMAGES_SITES[0], since) for since in (LONG_AGO, timezone.now()))
        self.assertIn("1 adopted at fake", check("--adopt"))
        image = Image.objects.get()
        self.assertEqual((image.key, image.state, image.unreferenced_since), (old, Image.State.STORED, None))
        self.assertIn("0 adopted at fake", check("--adopt"))
        call_command("images_sweep", "--apply", stdout=io.StringIO())
        Image.objects.update(unreferenced_since=timezone.now() - GRACE)
        call_command("images_sweep", "--apply", stdout=io.StringIO())
        self.assertEqual(list(store.pictures), [fresh])

    def test_too_many_strangers_are_another_database_and_none_is_adopted(self):
        self.stored()
        for _ in range(3):
            self.foreign(settings.IMAGES_SITES[0])
        with (
            patch("core.images.management.commands.images_check.MOST_ADOPTED", 2),
            self.assertRaisesMessage(CommandError, "is this the right database? Nothing was adopted."),
        ):
            check("--adopt")
        self.assertEqual(Image.objects.count(), 1)

    @tag("slow")
    def test_cloudinary_through_its_sdk(self):
        with (
            FakeCloud() as cloud,
            override_settings(
                IMAGES_STORES={"cloudinary": "core.images.stores.cloudinary"},
                IMAGES_STORE="cloudinary",
                CLOUDINARY_URL=cloud.cloudinary_url,
            ),
        ):
            kept, gone = self.stored(), self.stored()
            del cloud.assets[gone.public_id]
            cloud.assets[f"{settings.IMAGES_SITES[0]}/x"] = cloud.assets[kept.public_id]
            out = io.StringIO()
            with self.assertRaisesMessage(CommandError, "1 missing at cloudinary."):
                call_command("images_check", stdout=out)
            self.assertIn("cloudinary: 2 pictures, Free plan, ", out.getvalue())
            self.assertIn(f"missing: {gone.key}", out.getvalue())
            self.assertIn(f"foreign: {settings.IMAGES_SITES[0]}/x", out.getvalue())
            self.assertEqual(len(cloud.log), 5)  # two uploads, usage, the question, the listing
