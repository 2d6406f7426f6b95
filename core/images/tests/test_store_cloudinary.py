"""The Cloudinary store: the SDK against the fake server and its faults, or patched for the rest of them."""

import os
import threading
import traceback
from time import monotonic
from unittest.mock import ANY, patch
from uuid import uuid4

import cloudinary.utils
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, override_settings, tag

from core.images.stores import Stored, StoreError, StoreRefused, Usage
from core.images.stores import cloudinary as store
from core.images.stores.configuration import parse_cloudinary_url
from core.images.tests.store_contract import painted, row
from core.images.validate import Picture
from core.testing.fakecloud import FakeCloud, Fault, busy, over_quota

UNREACHABLE = "cloudinary://key:secret@demo?upload_prefix=http://127.0.0.1:9"


class CloudTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.cloud = cls.enterClassContext(FakeCloud())
        cls.enterClassContext(
            override_settings(
                CLOUDINARY_URL=cls.cloud.cloudinary_url,
                IMAGES_DELIVERY_BASE=cls.cloud.delivery_base,
                IMAGES_SITES=["old", "galley"],
            )
        )

    def setUp(self) -> None:
        self.cloud.reset()
        self.key = f"galley/{uuid4()}"

    def actions(self) -> list[tuple[str, int]]:
        return [(call.action, call.status) for call in self.cloud.log]


class PutTests(CloudTests):
    def test_upload_is_under_our_key_tagged_and_never_overwrites(self) -> None:
        stored = store.put(self.key, painted(kind="jpeg"))
        (call,) = self.cloud.log
        self.assertEqual(call.action, "image/upload")
        sent = {name: call.params[name] for name in ("public_id", "overwrite", "tags")}
        self.assertEqual(sent, {"public_id": self.key, "overwrite": "0", "tags": "galley"})
        asset = self.cloud.assets[self.key]
        self.assertEqual(
            stored,
            Stored(
                public_id=self.key,
                url=f"{self.cloud.delivery_base}/demo/image/upload/v{asset['version']}/{self.key}.jpg",
                version=str(asset["version"]),
                format="jpg",
                width=64,
                height=48,
            ),
        )

    def assertUnsure(self) -> None:
        """One request, and an error that does not say that nothing was stored."""
        self.cloud.log.clear()
        with self.assertRaises(StoreError) as caught:
            store.put(self.key, painted())
        self.assertNotIsInstance(caught.exception, StoreRefused)
        self.assertEqual([call.action for call in self.cloud.log], ["image/upload"])

    def test_picture_whose_answer_was_lost_is_found_stored_by_the_next_call(self) -> None:
        for action in ("drop", "garbage", 502):
            with self.subTest(action=action):
                self.cloud.reset()
                self.cloud.faults = [Fault(action, "after")]
                self.assertUnsure()
                self.assertEqual(list(self.cloud.assets), [self.key])
                self.assertEqual(store.put(self.key, painted()).public_id, self.key)
                self.assertEqual(self.cloud.assets[self.key]["version"], self.cloud.version)

    @tag("slow")
    def test_answer_that_is_slow_or_drips_without_end_is_not_waited_for_and_its_thread_ends(self) -> None:
        for fault in (Fault(60.0, "after"), Fault("drip")):
            with self.subTest(fault=fault), override_settings(IMAGES_TIMEOUT=0.15):
                self.cloud.reset()
                self.cloud.faults = [fault]
                began = monotonic()
                self.assertUnsure()
                self.assertLess(monotonic() - began, 1)
                for thread in [thread for thread in threading.enumerate() if thread.name == "bounded"]:
                    thread.join(5)
                    self.assertFalse(thread.is_alive())

    @tag("slow")
    def test_call_that_no_timeout_of_a_socket_ends_is_not_waited_for(self) -> None:
        over = threading.Event()
        self.addCleanup(over.set)
        with (
            override_settings(IMAGES_TIMEOUT=0.05),
            patch("cloudinary.uploader.upload", autospec=True, side_effect=lambda *_, **__: over.wait(60)),
            self.assertRaisesMessage(StoreError, "Cloudinary did not confirm the upload in 0.05 seconds."),
        ):
            store.put(self.key, painted())

    def test_only_half_of_the_threads_wait_at_once_and_the_next_picture_is_not_sent(self) -> None:
        with patch.object(store, "PLACES", threading.BoundedSemaphore(1)):
            with store.PLACES, self.assertRaisesMessage(StoreError, "sent after them"):
                store.put(self.key, painted())
            self.assertEqual(self.cloud.log, [])
            self.cloud.faults = [Fault(503)]
            with self.assertRaises(StoreError):
                store.put(self.key, painted())
            store.put(self.key, painted())

    def test_used_up_quota_is_said_in_words(self) -> None:
        for fault in (busy(420), busy(429), over_quota()):
            self.cloud.faults = [fault]
            with self.assertRaisesMessage(StoreError, "takes no more calls for now, or its quota is used up"):
                store.put(self.key, painted())

    @tag("slow")
    def test_passing_failure_stores_nothing_and_the_next_call_does(self) -> None:
        for action in (503, 420, 429, 500, 502, "drop", "garbage"):
            with self.subTest(action=action):
                self.cloud.reset()
                self.cloud.faults = [Fault(action)]
                self.assertUnsure()
                self.assertEqual(self.cloud.assets, {})
                store.put(self.key, painted())
                self.assertEqual(list(self.cloud.assets), [self.key])

    def test_wrong_secret_is_refused_in_one_request_and_tells_nothing(self) -> None:
        url = self.cloud.cloudinary_url.replace(":secret@", ":wrong-one@")
        with override_settings(CLOUDINARY_URL=url), self.assertRaises(StoreRefused) as caught:
            store.put(self.key, painted())
        self.assertEqual(self.actions(), [("image/upload", 401)])
        told = "".join(traceback.format_exception(caught.exception))
        self.assertIn("check CLOUDINARY_URL", told)
        for secret in ("wrong-one", "String to sign", "timestamp="):
            self.assertNotIn(secret, told)

    @tag("slow")
    def test_bad_picture_is_refused_in_one_request_with_the_reason(self) -> None:
        with self.assertRaisesMessage(StoreRefused, "Cloudinary refused the upload: Invalid image file"):
            store.put(self.key, Picture(b"no picture", "png", 1, 1))
        self.assertEqual(self.actions(), [("image/upload", 400)])

    def test_refusals_are_not_tried_again(self) -> None:
        for status in (400, 401, 403):
            with self.subTest(status=status):
                self.cloud.reset()
                self.cloud.faults = [Fault(status)]
                with self.assertRaises(StoreRefused):
                    store.put(self.key, painted())
                self.assertEqual(self.actions(), [("image/upload", status)])

    @override_settings(CLOUDINARY_URL=UNREACHABLE)
    def test_unreachable_cloudinary_is_an_error(self) -> None:
        with self.assertNoLogs("urllib3", "WARNING"), self.assertRaises(StoreError) as caught:
            store.put(self.key, painted())  # a second try would be logged
        self.assertNotIsInstance(caught.exception, StoreRefused)

    @override_settings(CLOUDINARY_URL="")
    def test_without_an_account_the_variable_is_named(self) -> None:
        with self.assertRaisesMessage(StoreError, "CLOUDINARY_URL is not set"):
            store.put(self.key, painted())


@override_settings(CLOUDINARY_URL=UNREACHABLE)
class AnswerTests(SimpleTestCase):
    """What the fake server never answers, from a patched SDK."""

    def put(self, answer: object) -> Stored:
        with patch("cloudinary.uploader.upload", autospec=True, return_value=answer) as upload:
            stored = store.put("galley/a", painted())
        self.assertEqual(upload.call_count, 1)
        (self.file,), self.options = upload.call_args
        return stored

    def test_public_id_and_url_are_enough(self) -> None:
        stored = self.put({"public_id": "x/y", "url": "http://pictures.example/y.png"})
        self.assertEqual(stored, Stored(public_id="x/y", url="http://pictures.example/y.png"))

    def test_bytes_are_sent_with_a_timeout(self) -> None:
        self.put({"public_id": "x"})
        self.assertEqual(self.file.read(), painted().data)
        timeout = self.options["timeout"]
        self.assertEqual((timeout.connect_timeout, timeout.total), (store.CONNECT, settings.IMAGES_TIMEOUT))

    def test_secure_url_is_preferred(self) -> None:
        answer = {
            "public_id": "x",
            "url": "http://p.example/y",
            "secure_url": "https://p.example/y",
        }
        self.assertEqual(self.put(answer).url, "https://p.example/y")

    def test_nonsense_is_an_error(self) -> None:
        for answer in (None, [], "x", {}, {"public_id": ""}, {"public_id": None}, {"public_id": {}}):
            with self.subTest(answer=answer), self.assertRaises(StoreError):
                self.put(answer)

    def test_nonsense_beside_the_public_id_is_left_out(self) -> None:
        answer = {"public_id": "x", "url": None, "version": [], "format": {}, "width": "wide", "height": -1}
        self.assertEqual(self.put(answer), Stored(public_id="x"))

    def test_what_no_column_of_the_row_holds_is_nonsense(self) -> None:
        for url, version in (
            ("https://x/\0", "1\0"),
            (f"https://x/{'a' * 500}", "9" * 21),
            ("https://x/\ud800", "a\nb"),
        ):
            answer = {"public_id": "x", "url": url, "version": version}
            self.assertEqual(self.put(answer), Stored(public_id="x"))
        for public_id in ("x" * 256, "\0"):
            with self.assertRaises(StoreError):
                self.put({"public_id": public_id})

    def test_existing_picture_with_a_foreign_etag_is_refused(self) -> None:
        with self.assertRaises(StoreRefused):
            self.put({"public_id": "x", "existing": True, "etag": "0" * 32})

    def test_whatever_the_sdk_raises_is_a_store_error(self) -> None:
        with (
            patch("cloudinary.uploader.upload", autospec=True, side_effect=TypeError("secret")),
            self.assertRaisesMessage(StoreError, "Cloudinary did not confirm the upload (TypeError)."),
        ):
            store.put("galley/a", painted())


class DropTests(CloudTests):
    def test_removal_reaches_the_delivery_network(self) -> None:
        image = row(self.key, store.put(self.key, painted()))
        store.drop(image)
        self.assertEqual(self.cloud.log[-1].params["invalidate"], "1")
        self.assertEqual(self.cloud.assets, {})

    def test_public_id_is_the_one_that_cloudinary_told(self) -> None:
        with patch("cloudinary.uploader.destroy", autospec=True, return_value={"result": "ok"}) as destroy:
            store.drop(row(self.key, Stored(public_id="told")))
        destroy.assert_called_once_with("told", invalidate=True, timeout=ANY)

    def test_picture_of_another_installation_is_left_alone_and_its_name_is_said(self) -> None:
        for key in (f"galley2/{uuid4()}", f"galley/x/{uuid4()}", uuid4().hex, "galley"):
            with (
                self.subTest(key=key),
                patch("cloudinary.uploader.destroy", autospec=True) as destroy,
                self.assertRaisesMessage(StoreRefused, "IMAGES_SITE"),
            ):
                store.drop(row(key, Stored(public_id=self.key)))
            destroy.assert_not_called()
        store.drop(row(f"old/{uuid4()}"))

    def test_upload_that_was_never_confirmed_goes_by_its_key(self) -> None:
        store.put(self.key, painted())
        store.drop(row(self.key))
        self.assertEqual(self.cloud.assets, {})

    def test_already_deleted_is_success_and_other_results_are_not(self) -> None:
        with patch("cloudinary.uploader.destroy", autospec=True) as destroy:
            destroy.return_value = {"result": "already deleted"}
            store.drop(row(self.key))
            for answer in ({"result": "pending"}, {}, None, []):
                destroy.return_value = answer
                with self.subTest(answer=answer), self.assertRaises(StoreError):
                    store.drop(row(self.key))

    def test_failure_is_an_error_and_not_tried_again(self) -> None:
        for fault in (Fault(500), Fault("drop", "after")):
            with self.subTest(fault=fault):
                self.cloud.reset()
                self.cloud.faults = [fault]
                with self.assertRaises(StoreError):
                    store.drop(row(self.key))
                self.assertEqual(len(self.cloud.log), 1)


class ListedTests(CloudTests):
    def test_pages_follow_each_other(self) -> None:
        keys = sorted(f"galley/{uuid4()}" for _ in range(3))
        for key in keys:
            store.put(key, painted())
        with patch.object(store, "PAGE", 2):
            names, cursor = store.listed("galley/")
            more, end = store.listed("galley/", cursor)
        self.assertEqual((list(names), list(more), end), (keys[:2], keys[2:], ""))

    def test_busy_cloudinary_is_not_waited_for(self) -> None:
        self.cloud.faults = [Fault(503, headers={"Retry-After": "1"})]
        with self.assertRaises(StoreError):
            store.listed()
        self.assertEqual(len(self.cloud.log), 1)

    def test_nonsense_is_an_error(self) -> None:
        self.cloud.faults = [Fault("garbage")]
        with self.assertRaises(StoreError):
            store.listed()
        for answer in ({}, {"resources": 7}, {"resources": [{}]}, None):
            with (
                self.subTest(answer=answer),
                patch("cloudinary.api.resources", autospec=True, return_value=answer),
                self.assertRaises(StoreError),
            ):
                store.listed()


class ReadTests(CloudTests):
    def setUp(self) -> None:
        super().setUp()
        self.image = row(self.key, store.put(self.key, painted()))

    def test_more_than_a_picture_may_have_is_not_read(self) -> None:
        most = len(painted().data) - 1
        with override_settings(IMAGES_MAX_BYTES=most), self.assertRaisesMessage(StoreError, f"more than {most} bytes"):
            store.read(self.image)

    def test_picture_is_read_where_it_was_said_to_be_when_the_account_is_no_longer_set(self) -> None:
        with override_settings(CLOUDINARY_URL=""):
            self.assertEqual(store.read(self.image), painted().data)
            self.image.url = ""
            with self.assertRaisesMessage(StoreError, "CLOUDINARY_URL is not set"):
                store.read(self.image)

    def test_what_is_not_delivered_is_said_with_the_status(self) -> None:
        self.cloud.assets.clear()
        with self.assertRaisesMessage(StoreError, "did not deliver the picture (404)"):
            store.read(self.image)

    def test_missing_are_asked_for_by_what_cloudinary_calls_them_a_hundred_at_once(self) -> None:
        there = [row(f"galley/{number}", Stored(public_id=f"told/{number}")) for number in range(50)]
        for image in there:
            self.cloud.assets[image.public_id] = self.cloud.assets[self.key]
        gone = [row(f"galley/gone-{number}") for number in range(50)]
        self.cloud.log.clear()
        self.assertEqual(store.missing([self.image, *there, *gone]), {image.key for image in gone})
        self.assertEqual(len(self.cloud.log), 2)

    def test_usage_says_what_cloudinary_says_and_no_more(self) -> None:
        told = store.usage()
        self.assertEqual((told.plan, told.max_bytes, told.used), ("Free", self.cloud.max_bytes, len(painted().data)))
        for answer in ({}, {"plan": [], "storage": 7, "units": {"used_percent": "x"}}):
            with patch("cloudinary.api.usage", autospec=True, return_value=answer):
                self.assertEqual(store.usage(), Usage())


@override_settings(IMAGES_DELIVERY_BASE="", CLOUDINARY_URL="cloudinary://key:secret@demo")
class UrlTests(SimpleTestCase):
    def test_address_is_the_one_that_the_sdk_builds(self) -> None:
        cloudinary.config(cloud_name="demo", secure=True)
        for name in ("galley/0123", "a b/ü&?#%<>", "a.b-c_d:e/f"):
            for version, width in (("1795340763", 320), ("1795340763", None), ("", 640)):
                change = {"crop": "limit", "fetch_format": "auto", "quality": "auto", "width": width} if width else {}
                theirs, _ = cloudinary.utils.cloudinary_url(name, version=version or 1, secure=True, **change)
                with self.subTest(name=name, version=version, width=width):
                    ours = store.url(
                        row("k", Stored(public_id=name, version=version, url="u" if version else "")), width
                    )
                    self.assertEqual(ours, theirs)

    def test_image_without_a_version_is_shown_where_it_was_said_to_be(self) -> None:
        image = row("galley/k", Stored(public_id="x", url="http://pictures.example/x.png"))
        self.assertEqual(store.url(image), "http://pictures.example/x.png")
        self.assertEqual(
            store.url(image, 320),
            "https://res.cloudinary.com/demo/image/upload/c_limit,f_auto,q_auto,w_320/v1/x",
        )

    @override_settings(CLOUDINARY_URL="")
    def test_images_stay_visible_when_the_account_is_no_longer_set(self) -> None:
        image = row("galley/k", Stored(public_id="x", version="7", url="https://pictures.example/x.png"))
        self.assertEqual(store.url(image, 320), "https://pictures.example/x.png")


class ConfigurationTests(CloudTests):
    def test_nothing_in_the_environment_is_taken_over(self) -> None:
        other = {
            "CLOUDINARY_CLOUD_NAME": "other",
            "CLOUDINARY_API_KEY": "other",
            "CLOUDINARY_OAUTH_TOKEN": "other",
            "CLOUDINARY_UPLOAD_PRESET": "other",
        }
        with patch.dict(os.environ, other):
            cloudinary.reset_config()
            store.put(self.key, painted())
        self.assertEqual(self.actions(), [("image/upload", 200)])
        self.assertNotIn("upload_preset", self.cloud.log[0].params)

    def test_another_account_is_used_from_the_next_call_on(self) -> None:
        store.put(self.key, painted())
        with FakeCloud() as second, override_settings(CLOUDINARY_URL=second.cloudinary_url):
            store.put(self.key, painted("crimson"))
            self.assertEqual(len(second.log), 1)
        self.assertEqual(len(self.cloud.log), 1)


class UrlOfTheAccountTests(SimpleTestCase):
    def test_account_is_read(self) -> None:
        account = parse_cloudinary_url("cloudinary://1234:s-3_cret@Demo-1?upload_prefix=http%3A%2F%2F127.0.0.1%3A8090")
        self.assertEqual(
            (account.cloud_name, account.api_key, account.api_secret, account.upload_prefix),
            ("demo-1", "1234", "s-3_cret", "http://127.0.0.1:8090"),
        )
        self.assertNotIn("s-3_cret", repr(account))

    def test_half_set_address_is_refused_in_one_line_without_the_secret(self) -> None:
        for url, reason in {
            "": "does not begin with cloudinary://",
            "https://12345:s3cret@demo": "does not begin with cloudinary://",
            "CLOUDINARY_URL=cloudinary://12345:s3cret@demo": "does not begin with cloudinary://",
            "cloudinary://12345:s3cret": "has no",
            "cloudinary://12345:s3cret@": "has no cloud name",
            "cloudinary://12345@demo": "has no secret",
            "cloudinary://12345:@demo": "has no secret",
            "cloudinary://:s3cret@demo": "has no key",
            "cloudinary://demo": "has no key",
            "cloudinary://<your_api_key>:<your_api_secret>@demo": "placeholder for the key",
            "cloudinary://12345:****@demo": "placeholder for the secret",
            "cloudinary://12345:your_api_secret@demo": "placeholder for the secret",
            "cloudinary://12345:s3cret@CLOUD_NAME": "placeholder for the cloud name",
            "cloudinary://[12345:s3cret@demo": "cannot be read",
            "cloudinary://12345:s3cret@demo/pictures.example": "IMAGES_DELIVERY_BASE",
            "cloudinary://12345:s3cret@demo?upload_prefix=127.0.0.1": "upload_prefix",
        }.items():
            with self.subTest(url=url), self.assertRaises(ImproperlyConfigured) as caught:
                parse_cloudinary_url(url)
            message = str(caught.exception)
            self.assertRegex(message, rf"\ACLOUDINARY_URL [^\n]*{reason}")
            self.assertNotIn("s3cret", message)
