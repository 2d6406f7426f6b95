"""What every store must do: test bodies to mix into a TestCase that names a store, and pictures for them."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from PIL import Image

from core.images.stores import Stored, StoreError, StoreRefused
from core.images.validate import Picture


def painted(color: str = "teal", size: tuple[int, int] = (64, 48), kind: str = "png") -> Picture:
    """A picture of one colour."""
    output = io.BytesIO()
    Image.new("RGB", size, color).save(output, kind)
    return Picture(output.getvalue(), kind, *size)


def row(key: str, stored: Stored | None = None, kind: str = "png") -> SimpleNamespace:
    """What a store reads of an images.Image; without `stored`, one whose upload was never confirmed."""
    stored = stored or Stored(public_id="")
    facts = {"public_id": stored.public_id, "url": stored.url, "version": stored.version}
    return SimpleNamespace(key=key, format=kind, etag="", **facts)


class StoreContract:
    """The TestCase gives `store` and `site`, which IMAGES_SITES names. Together at most 20 calls, for the sake of a
    real account.
    """

    store: Any
    site = "galley"

    def key(self) -> str:
        return f"{self.site}/{uuid4()}"

    def names(self) -> list[str]:
        return list(self.store.listed(f"{self.site}/")[0])

    def test_stored_picture_is_listed_with_its_time_and_is_not_missing(self) -> None:
        key = self.key()
        image, never = row(key, self.store.put(key, painted())), row(self.key())
        names, _ = self.store.listed(f"{self.site}/")
        self.assertLess(abs(names[key] - datetime.now(UTC)), timedelta(hours=1))
        self.assertEqual(self.store.missing([image, never]), {never.key})

    def test_use_is_told(self) -> None:
        told = self.store.usage()
        self.assertIsInstance(told.used, int)
        self.assertTrue(told.free or (told.plan and told.max_bytes and told.max_pixels), told)

    def test_same_bytes_again_are_the_same_picture(self) -> None:
        key = self.key()
        first, again = self.store.put(key, painted()), self.store.put(key, painted())
        self.assertEqual(again, first)

    def test_other_bytes_under_the_same_key_are_refused(self) -> None:
        key = self.key()
        self.store.put(key, painted("teal"))
        with self.assertRaises(StoreRefused):
            self.store.put(key, painted("crimson"))

    def test_dropped_picture_is_gone_and_dropping_it_again_succeeds(self) -> None:
        key = self.key()
        image = row(key, self.store.put(key, painted()))
        self.store.drop(image)
        self.store.drop(image)
        self.assertNotIn(key, self.names())

    def test_dropping_what_was_never_stored_succeeds(self) -> None:
        self.store.drop(row(self.key()))

    def test_each_width_and_the_master_have_their_own_address(self) -> None:
        key = self.key()
        image = row(key, Stored(public_id=key))
        self.assertEqual(len({self.store.url(image, width) for width in (None, 320, 640)}), 3)

    def test_master_is_read_as_it_was_put_and_another_is_noticed(self) -> None:
        key, picture = self.key(), painted(size=(64, 48))
        image = row(key, self.store.put(key, picture))
        image.etag = hashlib.md5(picture.data, usedforsecurity=False).hexdigest()
        self.assertEqual(self.store.read(image), picture.data)
        image.etag = "0" * 32
        with self.assertRaises(StoreError):
            self.store.read(image)
        with self.assertRaises(StoreError):
            self.store.read(row(self.key()))


class DeliveryContract:
    """For stores whose pictures have an address. `delivered(image, width)` gives the bytes at it."""

    def test_master_is_delivered_unchanged_and_copies_are_scaled(self) -> None:
        key, picture = self.key(), painted(size=(64, 48))
        image = row(key, self.store.put(key, picture))
        self.assertEqual(self.delivered(image, None), picture.data)
        for width, size in ((32, (32, 24)), (640, (64, 48))):
            with self.subTest(width=width), Image.open(io.BytesIO(self.delivered(image, width))) as copy:
                self.assertEqual(copy.size, size)
