"""One's own pictures: the focal point by mouse, finger and keys, deleting in place, and choosing one in the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.images.models import Image
from core.images.tests import pictures
from core.images.validate import clean_picture
from posts.models import WorkingCopy
from posts.tests.browser.journey import NARROW, JourneyTestCase, picture
from posts.tests.factory import make_post

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


class MyPicturesTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.keep("tide.png", alt="A low tide")

    def keep(self, name: str, **fields: object) -> Image:
        image = Image.objects.hold(clean_picture(pictures.upload(pictures.png(640, 480))), owner=self.ada, name=name)
        image.send()
        Image.objects.filter(pk=image.pk).update(**fields)
        return image

    def card(self, page: Page, image: Image) -> Locator:
        return page.locator(f"#picture-card-{image.pk}")

    def edit(self, **options: object) -> Page:
        return self.open(f"/me/pictures/{self.image.pk}/", self.ada, **options)

    def point(self) -> tuple[int | None, int | None]:
        return Image.objects.values_list("focus_x", "focus_y").get(pk=self.image.pk)

    def tap(self, page: Page, x: float, y: float, *, finger: bool = False) -> None:
        """A click, or a touch, at these shares of the picture."""
        stage = page.locator("[data-focus-stage]")
        stage.scroll_into_view_if_needed()
        box = stage.bounding_box()
        (page.touchscreen.tap if finger else page.mouse.click)(
            box["x"] + x * box["width"], box["y"] + y * box["height"]
        )

    # --- The focal point ------------------------------------------------------------------------------------

    def test_click_sets_the_point_and_dragging_moves_it(self):
        page = self.edit()
        mark = page.get_by_role("slider", name="Focal point")
        self.expect(mark).to_have_attribute("aria-valuetext", "50 % from the left, 50 % from the top")
        self.tap(page, 0.25, 0.8)
        self.expect(mark).to_have_attribute("aria-valuetext", "25 % from the left, 80 % from the top")
        self.expect(page.locator(".focus-crop-card img")).to_have_css("object-position", "30% 80%")  # in tenths
        self.assertAccessible(page)
        box, at = page.locator("[data-focus-stage]").bounding_box(), mark.bounding_box()
        page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] - 50, steps=4)
        page.mouse.up()
        self.expect(page.get_by_label("From the left, %")).to_have_value("70")
        self.expect(page.get_by_label("From the top, %")).to_have_value("0")
        page.get_by_role("button", name="Save").click()
        self.expect(page.locator("#messages")).to_contain_text("Saved.")
        self.assertEqual(self.point(), (70, 0))

    def test_touch_sets_the_point(self):
        page = self.edit(has_touch=True, is_mobile=True)
        page.set_viewport_size(NARROW)
        self.tap(page, 0.1, 0.5, finger=True)
        self.expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "10")
        self.expect(page.get_by_label("From the top, %")).to_have_value("50")
        page.wait_for_timeout(300)  # what a picture that is a button would send is answered by now
        self.assertEqual(self.point(), (None, None))
        page.get_by_role("button", name="Save").tap()
        self.expect(page.locator("#messages")).to_contain_text("Saved.")
        self.assertEqual(self.point(), (10, 50))

    def test_keys_move_the_point(self):
        page = self.edit()
        mark = page.get_by_role("slider", name="Focal point")
        for key, said in (
            ("ArrowLeft", "49 % from the left, 50 % from the top"),
            ("Shift+ArrowDown", "49 % from the left, 60 % from the top"),
            ("Home", "50 % from the left, 50 % from the top"),
            ("Shift+ArrowUp", "50 % from the left, 40 % from the top"),
        ):
            mark.press(key)
            self.expect(mark).to_have_attribute("aria-valuetext", said)
        for _ in range(7):
            mark.press("Shift+ArrowRight")
        self.expect(mark).to_have_attribute("aria-valuenow", "100")
        page.get_by_label("From the top, %").fill("12")
        self.expect(mark).to_have_attribute("aria-valuetext", "100 % from the left, 12 % from the top")
        page.get_by_label("From the top, %").press("Enter")  # saves, and is no click on the picture
        self.expect(page.locator("#messages")).to_contain_text("Saved.")
        self.assertEqual(self.point(), (100, 12))

    def test_page_of_one_with_a_long_name_fits_a_phone(self):
        Image.objects.update(name=f"IMG_{'20260101' * 6}.jpg")
        self.assertFits(self.edit(), NARROW)

    def test_what_is_no_point_is_said_and_stays(self):
        self.allow("status of 422")
        page = self.edit()
        page.get_by_label("From the left, %").fill("130")
        page.get_by_label("Description").fill("Typed")
        page.get_by_role("button", name="Save").click()
        self.expect(page.locator("#error-summary")).to_contain_text("Write a whole number from 0 to 100.")
        self.assertFocused(page.locator("#error-summary"))
        self.expect(page.get_by_label("Description")).to_have_value("Typed")
        self.assertAccessible(page)

    def test_click_without_script_sets_the_point(self):
        page = self.edit(js=False)
        page.set_viewport_size(NARROW)
        page.get_by_label("Description").fill("A high tide")
        self.tap(page, 0.75, 0.25)
        self.expect(page.locator("#messages")).to_contain_text("Saved.")
        (x, y), self.image = self.point(), Image.objects.get()
        self.assertTrue(abs(x - 75) <= 1 and abs(y - 25) <= 1, (x, y))
        self.assertEqual(self.image.alt, "A high tide")

    # --- Replacing ------------------------------------------------------------------------------------------

    def test_file_replaces_it_and_undo_brings_it_back(self):
        make_post(self.ada, featured_image=self.image)
        page = self.edit()
        page.get_by_label("Description").fill("A harbour at low tide")
        page.get_by_label("Another file").set_input_files(picture(64))
        page.get_by_role("button", name="Replace").click()
        self.expect(page.get_by_role("heading", name="harbour.jpg")).to_be_visible()
        self.expect(page.get_by_label("Description")).to_have_value("A harbour at low tide")
        self.expect(page.locator("#messages")).to_contain_text("does it still fit?")
        self.assertAccessible(page)
        page.get_by_role("button", name="Undo").click()
        self.expect(page.get_by_role("heading", name="tide.png")).to_be_visible()

    def test_file_that_is_no_picture_is_refused_in_place(self):
        self.allow("status of 422")
        page = self.edit()
        file = {"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
        page.get_by_label("Another file").set_input_files(file)
        page.get_by_role("button", name="Replace").click()
        self.expect(page.locator("#id_picture_error")).to_be_visible()
        self.assertAccessible(page)

    # --- Deleting -------------------------------------------------------------------------------------------

    def test_delete_is_done_and_undone_by_keyboard(self):
        page = self.open("/me/pictures/", self.ada)
        self.assertAccessible(page)
        card = self.card(page, self.image)
        card.get_by_role("link", name="Delete tide.png").press("Enter")
        self.expect(card).to_contain_text("“tide.png” is deleted.")
        self.assertFocused(card.get_by_role("button", name="Undo"))
        self.expect(page.get_by_role("link", name="Deleted 1")).to_be_visible()
        self.assertAccessible(page)
        page.keyboard.press("Enter")
        self.assertFocused(card.get_by_role("link", name="tide.png", exact=True))
        self.expect(page.get_by_role("link", name="Deleted 0")).to_be_visible()
        self.assertEqual(Image.objects.kept().count(), 1)

    def test_one_in_use_stays_and_says_where(self):
        self.allow("status of 409")
        make_post(self.ada, title="Tides", featured_image=self.image)
        page = self.open("/me/pictures/", self.ada)
        delete = self.card(page, self.image).get_by_role("link", name="Delete tide.png")
        delete.press("Enter")
        self.expect(self.card(page, self.image).get_by_role("alert")).to_contain_text("Not deleted: it is in use.")
        self.expect(self.card(page, self.image).get_by_role("link", name="“Tides”")).to_be_visible()
        self.assertFocused(delete)
        self.assertAccessible(page)

    def test_several_are_deleted_and_brought_back(self):
        used = self.keep("used.png")
        make_post(self.ada, featured_image=used)
        page = self.open("/me/pictures/", self.ada)
        page.get_by_role("checkbox", name="All on this page").check()
        self.assertAccessible(page)
        page.get_by_role("form", name="Ticked pictures").get_by_role("button", name="Delete").click()
        self.expect(page.locator("#messages")).to_contain_text("“used.png” is in use and stays.")
        self.expect(page.locator(".picture-card")).to_have_count(1)
        self.assertFocused(page.locator("#messages").get_by_role("button", name="Undo"))
        page.keyboard.press("Enter")
        self.expect(page.locator(".picture-card")).to_have_count(2)

    def test_search_follows_the_typing(self):
        self.keep("gate.png")
        page = self.open("/me/pictures/", self.ada)
        page.get_by_role("searchbox").press_sequentially("low")
        self.expect(page.locator(".picture-card")).to_have_count(1)
        self.expect(page.locator("#my-pictures-found")).to_have_text("1 found")
        page.get_by_role("searchbox").press_sequentially("xyz")
        self.expect(page.get_by_role("heading", name="Nothing found for “lowxyz”")).to_be_visible()
        self.assertAccessible(page)

    # --- Using it again -------------------------------------------------------------------------------------

    def test_editor_takes_a_lead_picture_from_the_library(self):
        self.keep("gate.png")
        page = self.open("/posts/new/", self.ada)
        page.get_by_label("Title", exact=True).fill("Tides")
        opener = page.get_by_role("button", name="From your pictures as the lead picture")
        opener.press("Enter")
        dialog = page.get_by_role("dialog", name="Your pictures")
        self.assertFocused(dialog.get_by_role("searchbox"))
        self.assertAccessible(page)
        page.keyboard.press("Escape")
        self.assertFocused(opener)
        opener.click()
        dialog.get_by_role("searchbox").press_sequentially("tide")
        choices = dialog.locator(".picture-choices li")
        self.expect(choices).to_have_count(1)
        choices.get_by_role("button").click()
        self.expect(dialog).to_be_hidden()
        self.expect(page.locator("#picture-slot-featured_image figure img").last).to_be_visible()
        self.expect(page.locator("#id_image_alt")).to_have_value("A low tide")
        self.expect(page.locator("#autosave-state")).to_contain_text("Saved ")
        self.assertEqual(WorkingCopy.objects.get().picture, self.image)
        self.assertAccessible(page)
        page.get_by_label("Text", exact=True).fill("Low.")
        page.get_by_role("button", name="Publish").click()
        page.wait_for_url("**/posts/tides/")
        self.assertEqual(self.ada.posts.get().featured_image, self.image)

    def test_editor_takes_a_picture_into_the_text_at_the_caret(self):
        page = self.open("/posts/new/", self.ada)
        text = page.get_by_label("Text", exact=True)
        text.fill("One.\n\nTwo.")
        text.evaluate("(field) => field.setSelectionRange(4, 4)")
        page.get_by_role("button", name="From your pictures for the text").click()
        page.locator(".picture-choices button").click()
        self.assertFocused(text)
        self.expect(text).to_have_value(f"One.\n\n![A low tide](/images/{self.image.pk})\n\nTwo.")

    def test_goes_into_a_post_without_script(self):
        post = make_post(self.ada, title="Tides", content="Low.")
        page = self.edit(js=False)
        page.get_by_label("Use it in").select_option(str(post.pk))
        page.get_by_label("Where", exact=True).select_option("text")
        page.get_by_role("button", name="Put it in").click()
        markdown = Image.objects.get().markdown
        self.expect(page.get_by_label("Text", exact=True)).to_have_value(f"Low.\n\n{markdown}\n")
