"""One contract, every store: local disk, memory, and Cloudinary's SDK against the fake server."""

import tempfile
import urllib.request

from django.test import SimpleTestCase, override_settings

from core.images.stores import cloudinary, local, store
from core.images.tests.store_contract import DeliveryContract, StoreContract, painted, row
from core.testing import fakestore
from core.testing.fakecloud import FakeCloud


class LocalContractTests(StoreContract, DeliveryContract, SimpleTestCase):
    store = local

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        root = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=root))

    def delivered(self, image: object, width: int | None) -> bytes:
        return (local.variant(image, width) if width else local.master(image)).read_bytes()


class FakeStoreContractTests(StoreContract, SimpleTestCase):
    store = fakestore.FakeStore()


class CloudinaryContractTests(StoreContract, DeliveryContract, SimpleTestCase):
    store = cloudinary

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.cloud = cls.enterClassContext(FakeCloud())
        cls.enterClassContext(
            override_settings(
                CLOUDINARY_URL=cls.cloud.cloudinary_url,
                IMAGES_DELIVERY_BASE=cls.cloud.delivery_base,
                IMAGES_SITES=[cls.site],
            )
        )

    def delivered(self, image: object, width: int | None) -> bytes:
        with urllib.request.urlopen(cloudinary.url(image, width)) as response:
            return response.read()


class StoreByNameTests(SimpleTestCase):
    @override_settings(IMAGES_STORES={"disk": "core.images.stores.local"})
    def test_module_is_a_store(self) -> None:
        self.assertIs(store("disk"), local)

    @override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"})
    def test_object_in_a_module_is_a_store(self) -> None:
        self.assertIs(store("fake"), fakestore.store)


class FakeStoreTests(SimpleTestCase):
    def setUp(self) -> None:
        self.store = fakestore.FakeStore()

    def test_failure_comes_once_before_anything_was_stored(self) -> None:
        self.store.fail_next(OSError("no"))
        with self.assertRaises(OSError):
            self.store.put("a", painted())
        self.assertEqual(self.store.pictures, {})
        self.store.put("a", painted())
        self.assertEqual(list(self.store.pictures), ["a"])

    def test_failure_after_storing_leaves_the_picture_there(self) -> None:
        self.store.fail_next(OSError("no"), after=True)
        with self.assertRaises(OSError):
            self.store.put("a", painted())
        self.assertEqual(list(self.store.pictures), ["a"])

    def test_calls_are_written_down_in_order(self) -> None:
        self.store.put("a", painted())
        self.store.drop(row("a"))
        self.store.listed("galley/")
        self.assertEqual(self.store.calls, [("put", "a"), ("drop", "a"), ("listed", "galley/")])
