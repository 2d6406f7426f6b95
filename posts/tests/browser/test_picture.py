"""A picture in a form: chosen, dropped, pasted, watched on its way, called back, refused, kept when all else fails."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from core.images.models import Image
from core.images.validate import clean_picture
from posts.models import Post
from posts.tests.browser.journey import JourneyTestCase, noise, picture
from posts.tests.factory import make_post

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle


class PictureTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = self.open("/posts/new/", self.ada, permissions=["clipboard-read", "clipboard-write"])
        self.input = self.page.get_by_label("Picture optional")
        self.kept = self.page.locator("#picture-slot-featured_image figure img")
        self.here = self.page.locator(".picture-progress img")
        self.bar = self.page.get_by_role("progressbar", name="Sending the picture")
        self.publish = self.page.get_by_role("button", name="Publish")

    def assertHeld(self) -> None:
        """The server's picture stands in the field, and the file does not travel again."""
        self.expect(self.kept).to_be_visible()
        self.expect(self.here).to_have_count(0)
        self.expect(self.bar).to_be_hidden()
        self.expect(self.input).to_have_value("")
        self.assertEqual(Image.objects.filter(state=Image.State.HELD).count(), 1)

    def transfer(self, side: int = 64) -> JSHandle:
        """What a browser hands over with a dropped file."""
        # The page may not fetch data: addresses, so the bytes come over as numbers.
        return self.page.evaluate_handle(
            """(text) => {
              const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
              const transfer = new DataTransfer();
              transfer.items.add(new File([bytes], "harbour.png", {type: "image/png"}));
              return transfer;
            }""",
            b64encode(noise(side, "PNG")).decode(),
        )

    def slow(self, bytes_a_second: int) -> None:
        network = self.page.context.new_cdp_session(self.page)
        network.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
        )

    # --- Ways in --------------------------------------------------------------------------------------------

    def test_chosen_file_is_held_and_saved(self):
        self.input.set_input_files(picture())
        self.assertHeld()
        self.expect(self.page.locator("[data-upload-status]")).to_have_text("The picture is here.")
        self.page.get_by_label("Title", exact=True).fill("Harbour")
        self.page.get_by_label("Text", exact=True).fill("Grey.")
        self.publish.click()
        self.page.wait_for_url("**/posts/harbour/")
        self.assertEqual(Post.objects.get().featured_image, Image.objects.get())

    def test_file_is_dropped_anywhere_on_the_form_but_its_text(self):
        files = self.transfer()
        title = self.page.get_by_label("Title", exact=True)
        title.dispatch_event("dragover", {"dataTransfer": files})
        self.expect(self.page.locator("[data-upload]")).to_have_attribute("data-dragging", "")
        title.dispatch_event("drop", {"dataTransfer": files})
        self.expect(self.page.locator("[data-upload]")).not_to_have_attribute("data-dragging", "")
        self.assertHeld()

    def test_file_dropped_beside_the_form_does_not_replace_the_page(self):
        header = self.page.get_by_role("banner")
        for event in ("dragover", "drop"):
            with self.subTest(event):
                stopped = header.evaluate(
                    """(element, [event, dataTransfer]) => !element.dispatchEvent(
                         new DragEvent(event, {dataTransfer, bubbles: true, cancelable: true}))""",
                    [event, self.transfer()],
                )
                self.assertTrue(stopped)
        self.expect(self.bar).to_be_hidden()

    def test_picture_is_pasted_from_the_clipboard(self):
        self.page.evaluate(
            """async () => {
              const canvas = new OffscreenCanvas(64, 48);
              canvas.getContext("2d").fillRect(0, 0, 32, 48);
              await navigator.clipboard.write([new ClipboardItem({"image/png": await canvas.convertToBlob()})]);
            }"""
        )
        self.page.get_by_label("Title", exact=True).click()
        self.page.keyboard.press("Control+v")
        self.assertHeld()

    def test_pasted_text_stays_text(self):
        self.page.evaluate("navigator.clipboard.writeText('Only words.')")
        text = self.page.get_by_label("Text", exact=True)
        text.click()
        self.page.keyboard.press("Control+v")
        self.expect(text).to_have_value("Only words.")
        self.expect(self.bar).to_be_hidden()

    # --- On the way -----------------------------------------------------------------------------------------

    def test_picture_is_shown_at_once_and_its_progress_until_it_arrives(self):
        self.page.evaluate(
            """() => {
              window.shares = [];
              const bar = document.querySelector("progress");
              new MutationObserver(() => shares.push(bar.value)).observe(bar, {attributes: true});
            }"""
        )
        self.slow(200_000)
        self.input.set_input_files(picture())
        self.expect(self.here).to_be_visible()
        self.expect(self.bar).to_be_visible()
        self.expect(self.publish).to_be_disabled()
        self.assertAccessible(self.page)
        self.assertHeld()
        self.expect(self.publish).to_be_enabled()
        shares = self.page.evaluate("shares")
        self.assertEqual(shares, sorted(shares))
        self.assertTrue(any(0 < share < 1 for share in shares), shares)

    def test_cancel_calls_it_back(self):
        self.slow(1000)
        self.input.set_input_files(picture())
        self.expect(self.here).to_be_visible()
        self.page.get_by_role("button", name="Cancel").click()
        self.expect(self.here).to_have_count(0)
        self.expect(self.bar).to_be_hidden()
        self.expect(self.input).to_have_value("")
        self.expect(self.publish).to_be_enabled()
        self.assertFocused(self.input)
        self.assertEqual(Image.objects.count(), 0)

    def test_second_choice_takes_the_place_of_the_first(self):
        held = self.hold(self.page, "**/images/hold/**")
        self.input.set_input_files(picture())
        self.expect(self.here).to_be_visible()
        with self.page.expect_request("**/images/hold/**"):
            self.input.set_input_files(picture(64))
        self.expect(self.here).to_be_visible()
        self.expect(self.bar).to_be_visible()
        self.expect(self.publish).to_be_disabled()
        held[1].continue_()
        self.assertHeld()
        self.assertEqual(Image.objects.get().width, 64)

    # --- What goes wrong ------------------------------------------------------------------------------------

    def test_file_that_is_no_picture_is_refused_and_the_one_before_stays(self):
        self.allow("status of 422")
        self.input.set_input_files(picture())
        self.assertHeld()
        self.input.set_input_files({"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
        error = self.page.locator("#field-featured_image .errorlist")
        self.expect(error).to_be_visible()
        self.assertHeld()
        self.assertAccessible(self.page)
        self.input.set_input_files(picture(64))
        self.expect(error).to_have_count(0)
        self.assertTrue(self.page.locator("[name=featured_image_held]").input_value())

    def test_picture_of_the_post_stays_where_a_new_one_is_refused(self):
        self.allow("status of 422")
        image = Image.objects.hold(clean_picture(noise(64)), owner=self.ada)
        image.send()
        post = make_post(self.ada, featured_image=image)
        self.page.goto(f"/posts/{post.slug}/edit/")
        self.input.set_input_files({"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
        self.expect(self.page.locator("#field-featured_image .errorlist")).to_be_visible()
        self.expect(self.kept).to_be_visible()

    def test_file_that_did_not_get_through_travels_with_the_form(self):
        self.allow("ERR_FAILED", "htmx:error", "status of 422")
        self.page.route("**/images/hold/**", lambda route: route.abort())
        self.input.set_input_files(picture())
        alert = self.page.locator("#messages").get_by_role("alert")
        self.expect(alert).to_contain_text("What you wrote is still in the form.")
        self.expect(self.input).to_have_value("C:\\fakepath\\harbour.jpg")
        self.page.get_by_label("Text", exact=True).fill("No title yet.")
        self.publish.click()
        self.expect(self.page.locator("#error-summary")).to_be_visible()
        self.expect(self.kept).to_be_visible()
        self.page.get_by_label("Title", exact=True).fill("Harbour")
        self.publish.click()
        self.page.wait_for_url("**/posts/harbour/")
        self.assertIsNotNone(Post.objects.get().featured_image)
