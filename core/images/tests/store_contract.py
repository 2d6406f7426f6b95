"""What every store must do: test bodies to mix into a TestCase that names a store, and pictures for them."""

import io
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from PIL import Image

from core.images.stores import Stored, StoreRefused
from core.images.validate import Picture


def painted(color: str = "teal", size: tuple[int, int] = (64, 48), kind: str = "png") -> Picture:
    """A picture of one colour."""
    output = io.BytesIO()
    Image.new("RGB", size, color).save(output, kind)
    return Picture(output.getvalue(), kind, *size)


def row(key: str, stored: Stored | None = None, kind: str = "png") -> SimpleNamespace:
    """What a store reads of an images.Image; without `stored`, one whose upload was never confirmed."""
    stored = stored or Stored(public_id="")
    return SimpleNamespace(key=key, public_id=stored.public_id, url=stored.url, version=stored.version, format=kind)


class StoreContract:
    """The TestCase gives `store` and `site`. Together at most 15 calls, for the sake of a real account."""

    store: Any
    site = "galley"

    def key(self) -> str:
        return f"{self.site}/{uuid4()}"

    def names(self) -> list[str]:
        return self.store.listed(f"{self.site}/")[0]

    def test_stored_picture_is_listed(self) -> None:
        key = self.key()
        self.store.put(key, painted())
        self.assertIn(key, self.names())

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


class DeliveryContract:
    """For stores whose pictures can be read. `read(image, width)` gives the bytes at that address."""

    def test_master_is_delivered_unchanged_and_copies_are_scaled(self) -> None:
        key, picture = self.key(), painted(size=(64, 48))
        image = row(key, self.store.put(key, picture))
        self.assertEqual(self.read(image, None), picture.data)
        for width, size in ((32, (32, 24)), (640, (64, 48))):
            with self.subTest(width=width), Image.open(io.BytesIO(self.read(image, width))) as copy:
                self.assertEqual(copy.size, size)
