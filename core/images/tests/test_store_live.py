"""The contract against a real Cloudinary account, only with CLOUDINARY_URL and IMAGES_LIVE=1: 16 API calls.

Everything goes under a prefix of its own, which is removed at the end.
"""

import os
import unittest
import urllib.request
from uuid import uuid4

import cloudinary.api
from django.test import SimpleTestCase, override_settings, tag

from core.images.stores import cloudinary as store
from core.images.tests.store_contract import DeliveryContract, StoreContract

ASKED = bool(os.environ.get("CLOUDINARY_URL")) and os.environ.get("IMAGES_LIVE") == "1"


@tag("live")
@unittest.skipUnless(ASKED, "needs CLOUDINARY_URL of a real account, and IMAGES_LIVE=1")
class LiveContractTests(StoreContract, DeliveryContract, SimpleTestCase):
    store = store
    site = f"ci-{uuid4().hex[:12]}"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(override_settings(CLOUDINARY_URL=os.environ["CLOUDINARY_URL"], IMAGES_SITES=[cls.site]))
        cls.addClassCleanup(cls.remove_everything)

    @classmethod
    def remove_everything(cls) -> None:
        store._configure()
        cloudinary.api.delete_resources_by_prefix(f"{cls.site}/", invalidate=True, timeout=store._timeout())

    def delivered(self, image: object, width: int | None) -> bytes:
        with urllib.request.urlopen(store.url(image, width), timeout=30) as response:
            return response.read()
