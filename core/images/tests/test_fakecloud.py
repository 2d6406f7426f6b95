"""The fake Cloudinary: it checks what the real one checks, so that a wrong call of ours is found here."""

import io
import time
import urllib.error
import urllib.request
from http.client import HTTPMessage
from typing import Any
from unittest.mock import patch

import cloudinary.api
import cloudinary.exceptions
import cloudinary.uploader
import cloudinary.utils
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, tag
from PIL import Image

from core.images.tests.store_contract import painted
from core.testing.fakecloud import FakeCloud, Fault, busy, over_quota


class FakeCloudTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.cloud = cls.enterClassContext(FakeCloud())
        cls.account = {
            "cloud_name": "demo",
            "api_key": "key",
            "api_secret": "secret",
            "upload_prefix": cls.cloud.delivery_base,
        }

    def setUp(self) -> None:
        self.cloud.reset()

    def upload(self, color: str = "teal", **options: Any) -> dict[str, Any]:
        file = io.BytesIO(painted(color, (64, 48), options.pop("kind", "png")).data)
        return cloudinary.uploader.upload(file, **{"public_id": "site/a"} | self.account | options)

    def get(self, path: str, **headers: str) -> tuple[bytes, HTTPMessage]:
        request = urllib.request.Request(self.cloud.delivery_base + path, headers=headers)
        with urllib.request.urlopen(request) as response:
            return response.read(), response.headers


@tag("slow")
class CheckTests(FakeCloudTests):
    def test_bad_signature_is_refused_with_the_string_to_sign(self) -> None:
        with self.assertRaisesMessage(cloudinary.exceptions.AuthorizationRequired, "String to sign - 'public_id="):
            self.upload(api_secret="wrong")
        self.assertEqual(self.cloud.assets, {})

    def test_parameter_added_after_signing_is_refused(self) -> None:
        params = cloudinary.utils.sign_request({"public_id": "a", "timestamp": cloudinary.utils.now()}, self.account)
        params["invalidate"] = "1"
        answer = cloudinary.uploader.call_api("destroy", params, unsigned=True, return_error=True, **self.account)
        self.assertEqual(answer["error"]["http_code"], 401)

    def test_ampersand_in_a_value_is_signed_as_version_2_does(self) -> None:
        self.assertEqual(self.upload(tags=["t&overwrite=1"])["tags"], ["t&overwrite=1"])
        with self.assertRaises(cloudinary.exceptions.AuthorizationRequired):
            self.upload(tags=["t&overwrite=1"], signature_version=1)

    def test_timestamp_more_than_an_hour_away_is_refused(self) -> None:
        for seconds in (-3700, 3700):
            stamp = str(int(time.time()) + seconds)
            with (
                self.subTest(seconds=seconds),
                patch("cloudinary.utils.now", return_value=stamp),
                self.assertRaisesMessage(cloudinary.exceptions.BadRequest, "Stale request"),
            ):
                self.upload()
        self.assertEqual(self.cloud.assets, {})

    def test_unknown_key_and_unknown_cloud_are_refused(self) -> None:
        for wrong in ({"api_key": "other"}, {"cloud_name": "other"}):
            with self.subTest(wrong), self.assertRaises(cloudinary.exceptions.AuthorizationRequired):
                self.upload(**wrong)
            with self.subTest(wrong), self.assertRaises(cloudinary.exceptions.AuthorizationRequired):
                cloudinary.api.ping(**self.account | wrong)

    def test_size_content_and_format_are_checked(self) -> None:
        with (
            patch.object(self.cloud, "max_bytes", 10),
            self.assertRaisesMessage(cloudinary.exceptions.BadRequest, "File size too large"),
        ):
            self.upload()
        with self.assertRaisesMessage(cloudinary.exceptions.BadRequest, "Invalid image file"):
            cloudinary.uploader.upload(io.BytesIO(b"text"), **self.account)
        with self.assertRaisesMessage(cloudinary.exceptions.BadRequest, "format png not allowed"):
            self.upload(allowed_formats=["jpg"])
        self.assertEqual(self.cloud.assets, {})


@tag("slow")
class UploadTests(FakeCloudTests):
    def test_answer_has_the_facts_and_a_signature_of_its_own(self) -> None:
        answer = self.upload(kind="jpeg")
        facts = {fact: answer[fact] for fact in ("public_id", "format", "width", "height", "bytes")}
        size = len(painted(kind="jpeg").data)
        self.assertEqual(facts, {"public_id": "site/a", "format": "jpg", "width": 64, "height": 48, "bytes": size})
        cloudinary.config(api_secret="secret")
        self.assertTrue(
            cloudinary.utils.verify_api_response_signature("site/a", answer["version"], answer["signature"])
        )

    def test_same_id_replaces_unless_told_otherwise(self) -> None:
        first = self.upload("teal")
        kept = self.upload("crimson", overwrite=False)
        self.assertEqual((kept["existing"], kept["etag"]), (True, first["etag"]))
        replaced = self.upload("crimson")
        self.assertNotEqual(replaced["etag"], first["etag"])
        self.assertGreater(replaced["version"], first["version"])

    def test_destroy_says_whether_there_was_anything(self) -> None:
        self.upload()
        results = [cloudinary.uploader.destroy("site/a", **self.account)["result"] for _ in range(2)]
        self.assertEqual(results, ["ok", "not found"])

    def test_explicit_reads_the_facts_again(self) -> None:
        answer = self.upload()
        again = cloudinary.uploader.explicit("site/a", type="upload", **self.account)
        self.assertEqual(again["etag"], answer["etag"])
        with self.assertRaises(cloudinary.exceptions.NotFound):
            cloudinary.uploader.explicit("site/b", type="upload", **self.account)

    def test_rename_moves_and_does_not_overwrite(self) -> None:
        self.upload()
        cloudinary.uploader.rename("site/a", "site/b", **self.account)
        self.assertEqual(list(self.cloud.assets), ["site/b"])
        self.upload()
        with self.assertRaises(cloudinary.exceptions.BadRequest):
            cloudinary.uploader.rename("site/a", "site/b", **self.account)


@tag("slow")
class AdminTests(FakeCloudTests):
    def names(self, answer: dict[str, Any]) -> list[str]:
        return [asset["public_id"] for asset in answer["resources"]]

    def test_listing_by_prefix_in_pages_with_rate_headers(self) -> None:
        for name in ("site/a", "site/b", "other/c"):
            self.upload(public_id=name)
        page = cloudinary.api.resources(type="upload", prefix="site/", max_results=1, **self.account)
        self.assertEqual(self.names(page), ["site/a"])
        self.assertEqual((page.rate_limit_allowed, page.rate_limit_remaining), (500, 496))
        rest = cloudinary.api.resources(type="upload", prefix="site/", next_cursor=page["next_cursor"], **self.account)
        self.assertEqual(self.names(rest), ["site/b"])
        self.assertNotIn("next_cursor", rest)

    def test_listing_by_ids(self) -> None:
        self.upload()
        found = cloudinary.api.resources_by_ids(["site/a", "site/b"], **self.account)
        self.assertEqual(self.names(found), ["site/a"])

    def test_more_than_it_takes_in_one_call_is_refused(self) -> None:
        with self.assertRaisesMessage(cloudinary.exceptions.BadRequest, "Too many public_ids"):
            cloudinary.api.resources_by_ids([str(number) for number in range(101)], **self.account)
        with self.assertRaisesMessage(cloudinary.exceptions.BadRequest, "max_results"):
            cloudinary.api.resources(type="upload", max_results=501, **self.account)

    def test_use_is_counted_from_what_is_kept_and_what_was_made(self) -> None:
        size = self.upload()["bytes"]
        for _ in range(50):
            self.get("/demo/image/upload/c_limit,w_32/v1/site/a")
        told = cloudinary.api.usage(**self.account)
        self.assertEqual((told["storage"]["usage"], told["transformations"]["usage"]), (size, 50))
        self.assertEqual((told["credits"]["limit"], told["credits"]["used_percent"]), (25, 0.2))

    def test_removal_by_prefix(self) -> None:
        self.upload()
        self.upload(public_id="other/c")
        answer = cloudinary.api.delete_resources_by_prefix("site/", **self.account)
        self.assertEqual(answer["deleted"], {"site/a": "deleted"})
        self.assertEqual(list(self.cloud.assets), ["other/c"])

    def test_ping_and_limits(self) -> None:
        self.assertEqual(cloudinary.api.ping(**self.account)["status"], "ok")
        limits = cloudinary.api.usage(**self.account)["media_limits"]
        self.assertEqual(limits["image_max_size_bytes"], self.cloud.max_bytes)


@tag("slow")
class DeliveryTests(FakeCloudTests):
    def size(self, change: str) -> tuple[int, int]:
        body, _ = self.get(f"/demo/image/upload/{change}/v1/site/a")
        with Image.open(io.BytesIO(body)) as picture:
            return picture.size

    def test_original_is_delivered_as_it_came(self) -> None:
        self.upload()
        for path in ("v1/site/a", "v1/site/a.png", "site/a"):
            with self.subTest(path=path):
                body, headers = self.get(f"/demo/image/upload/{path}")
                self.assertEqual((body, headers["Content-Type"]), (painted().data, "image/png"))
                self.assertEqual(headers["Access-Control-Allow-Origin"], "*")
                self.assertIn("max-age", headers["Cache-Control"])

    def test_limit_keeps_the_shape_and_never_enlarges_and_fill_crops(self) -> None:
        self.upload()
        for change, size in {
            "c_limit,f_auto,q_auto,w_32": (32, 24),
            "c_limit,w_640": (64, 48),
            "c_fill,h_20,w_20": (20, 20),
        }.items():
            with self.subTest(change=change):
                self.assertEqual(self.size(change), size)

    def test_format_follows_what_the_reader_accepts(self) -> None:
        self.upload(kind="jpeg")
        for accept, kind in (("image/webp,*/*", "image/webp"), ("*/*", "image/jpeg")):
            with self.subTest(accept=accept):
                _, headers = self.get("/demo/image/upload/f_auto,w_32/v1/site/a", Accept=accept)
                self.assertEqual(headers["Content-Type"], kind)

    def test_what_is_not_there_is_a_404_that_says_so(self) -> None:
        self.upload()
        for path in ("/demo/image/upload/v1/site/b", "/other/image/upload/v1/site/a", "/elsewhere"):
            with self.subTest(path=path), self.assertRaises(urllib.error.HTTPError) as caught:
                self.get(path)
            self.assertEqual(caught.exception.code, 404)
            self.assertEqual("X-Cld-Error" in caught.exception.headers, path != "/elsewhere")
            caught.exception.close()

    def test_what_cloudinary_would_not_understand_is_a_400(self) -> None:
        self.upload()
        for change in (
            *("w_wide", "w_0", "w_32,w_64", "c_limit", "c_cut,w_9", "z_1", "q_fine,w_9", "f_bmp,w_9"),
            *("c_limit,g_auto,w_9", "c_fill,g_auto,x_1,y_1,w_9,h_9", "c_fill,g_xy_center,x_-1,y_1,w_9,h_9"),
        ):
            with self.subTest(change=change), self.assertRaises(urllib.error.HTTPError) as caught:
                self.get(f"/demo/image/upload/{change}/v1/site/a")
            self.assertEqual(caught.exception.code, 400)
            caught.exception.close()

    def test_crop_keeps_the_point_and_stays_within_the_picture(self) -> None:
        half = Image.new("RGB", (64, 48), "teal")
        half.paste("crimson", (48, 0, 64, 48))
        output = io.BytesIO()
        half.save(output, "png")
        output.seek(0)
        cloudinary.uploader.upload(output, public_id="site/a", **self.account)
        # The right quarter is crimson: of a square around x, so much of the width is.
        for at, width in (("g_xy_center,x_0,y_24", 0), ("g_xy_center,x_64,y_0", 16), ("g_auto", 8), ("g_center", 8)):
            with self.subTest(at=at):
                body, headers = self.get(f"/demo/image/upload/c_fill,{at},f_jpg,q_auto,w_48,h_48/v1/site/a")
                self.assertEqual(headers["Content-Type"], "image/jpeg")
                with Image.open(io.BytesIO(body)) as picture:
                    red = [picture.getpixel((x, 24))[0] > 128 for x in range(48)]
                self.assertAlmostEqual(sum(red), width, delta=1)


@tag("slow")
class FaultTests(FakeCloudTests):
    def test_each_fault_is_used_once_and_logged(self) -> None:
        self.cloud.faults = [Fault("drop"), Fault(420, "after"), Fault("garbage")]
        for error in (
            cloudinary.exceptions.Error,
            cloudinary.exceptions.RateLimited,
            cloudinary.exceptions.Error,
        ):
            with self.assertRaises(error):
                self.upload()
        self.upload()
        self.assertEqual([call.status for call in self.cloud.log], [0, 420, 200, 200])

    def test_before_leaves_nothing_and_after_leaves_the_picture(self) -> None:
        for when, kept in (("before", []), ("after", ["site/a"])):
            with self.subTest(when=when):
                self.cloud.reset()
                self.cloud.faults = [Fault(503, when)]
                with self.assertRaises(cloudinary.exceptions.GeneralError):
                    self.upload()
                self.assertEqual(list(self.cloud.assets), kept)

    def test_busy_account_and_one_over_its_quota_say_so(self) -> None:
        for fault, text in (
            (busy(), "Rate Limit Exceeded"),
            (busy(429), "Rate Limit Exceeded"),
            (over_quota(), "over its quota"),
        ):
            self.cloud.faults = [fault]
            with self.assertRaisesMessage(cloudinary.exceptions.RateLimited, text):
                self.upload()
        self.assertEqual(self.cloud.assets, {})

    def test_dripping_answer_never_ends_by_itself(self) -> None:
        self.cloud.faults = [Fault("drip")]
        params = cloudinary.utils.sign_request({"public_id": "a", "timestamp": cloudinary.utils.now()}, self.account)
        data = "&".join(f"{name}={value}" for name, value in params.items())
        address = f"{self.cloud.delivery_base}/v1_1/demo/image/destroy?{data}"
        with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=5) as answer:
            self.assertEqual((answer.status, answer.read(2)), (200, b"  "))

    def test_late_call_is_carried_out_when_its_time_comes(self) -> None:
        self.cloud.faults = [Fault(0.001)]
        self.assertEqual(self.upload()["public_id"], "site/a")


@tag("slow")
class CommandTests(SimpleTestCase):
    def test_command_prints_what_to_set_and_stops_on_ctrl_c(self) -> None:
        output = io.StringIO()
        with patch("core.images.management.commands.fakecloud.Event") as event:
            event.return_value.wait.side_effect = KeyboardInterrupt
            call_command("fakecloud", port=0, stdout=output)
        self.assertRegex(
            output.getvalue(),
            r"CLOUDINARY_URL='cloudinary://key:secret@demo\?upload_prefix=http://127\.0\.0\.1:\d+'",
        )
        self.assertRegex(output.getvalue(), r"IMAGES_DELIVERY_BASE='http://127\.0\.0\.1:\d+'")

    def test_taken_port_is_said_in_one_line(self) -> None:
        with FakeCloud() as cloud, self.assertRaises(CommandError) as caught:
            call_command("fakecloud", port=cloud.http.server_address[1])
        self.assertRegex(str(caught.exception), r"\APort \d+ cannot be used: [^\n]*\Z")
