"""Pictures on their way into the text: pasted, dropped, picked, watched, called back, refused, outrun by a save."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.models import Session

from core.images.models import Image
from posts.models import Post, WorkingCopy
from posts.tests.browser.journey import NARROW, WIDE, OneAtATime, noise
from posts.tests.browser.test_autosave import SAVED, EditorTestCase
from posts.tests.factory import make_post

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle, Locator, Page

ADDRESS = "**/images/upload/"
MARKDOWN = r"!\[%s\]\(/images/[0-9a-f-]{36}\)"
LINE = r"!\[Uploading %s …\]\(uploading:\w+-\d\d\)"


def file(name: str = "harbour.jpg", side: int = 64, data: bytes | None = None) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": noise(side) if data is None else data}


def like(text: str) -> re.Pattern:
    """A text in which {} is a picture that has arrived, and {name} one on its way."""
    words = (re.escape(part) for part in re.split(r"\{.*?\}", text))
    shown = [LINE % re.escape(name) if name else MARKDOWN % "" for name in re.findall(r"\{(.*?)\}", text)]
    return re.compile("^" + "".join(part + picture for part, picture in zip(words, [*shown, "$"], strict=True)))


class BodyPictureTestCase(EditorTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = self.open("/posts/new/", self.ada, permissions=["clipboard-read", "clipboard-write"])
        self.field, self.said = self.text(self.page), self.page.locator("#body-picture-said")
        self.rows = self.page.locator(".body-picture-upload")

    def pick(self, *files: dict[str, Any], page: Page | None = None) -> None:
        with (page or self.page).expect_file_chooser() as chooser:
            (page or self.page).get_by_text("Add a picture").click()
        chooser.value.set_files(list(files))

    def write(self, text: str) -> None:
        self.field.click()
        self.field.press_sequentially(text)

    def caret(self) -> list[int]:
        return self.field.evaluate("(field) => [field.selectionStart, field.selectionEnd]")

    def put_caret(self, at: int) -> None:
        self.field.evaluate("(field, at) => { field.focus(); field.setSelectionRange(at, at) }", at)

    def transfer(self) -> JSHandle:
        return self.page.evaluate_handle(
            """(text) => {
              const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
              const transfer = new DataTransfer();
              transfer.items.add(new File([bytes], "harbour.png", {type: "image/png"}));
              return transfer;
            }""",
            b64encode(noise(64, "PNG")).decode(),
        )

    def on_its_way(self, text: str = "Grey.") -> list:
        """A picture after `text` whose answer waits."""
        self.write(text)
        held = self.hold(self.page, ADDRESS)
        with self.page.expect_request(ADDRESS):
            self.pick(file())
        self.expect(self.field).to_have_value(like(text + "\n\n{harbour.jpg}"))
        return held

    def arrive(self, held: list) -> None:
        held[-1].continue_()
        self.expect(self.rows).to_have_count(0)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def assertText(self, text: str) -> None:
        self.expect(self.field).to_have_value(like(text))

    def assertNowhereKept(self, *rubbish: str) -> None:
        """Neither the server nor the device has it."""
        with OneAtATime.turn:
            texts = [
                *WorkingCopy.objects.values_list("content", flat=True),
                *Post.everything.values_list("content", flat=True),
            ]
        texts += self.page.evaluate("Object.values(localStorage)")
        for part in rubbish:
            self.assertNotIn(part, "".join(texts))


class WaysTests(BodyPictureTestCase):
    def test_pasted_picture_stands_at_the_caret_and_the_caret_in_its_brackets(self):
        self.write("One. Two.")
        self.put_caret(4)
        self.page.evaluate(
            """async () => {
              const canvas = new OffscreenCanvas(64, 48);
              canvas.getContext("2d").fillRect(0, 0, 32, 48);
              await navigator.clipboard.write([new ClipboardItem({"image/png": await canvas.convertToBlob()})]);
            }"""
        )
        self.page.keyboard.press("Control+v")
        self.assertText("One.\n\n{}\n\n Two.")
        self.page.keyboard.type("The harbour")
        self.assertRegex(self.field.input_value(), MARKDOWN % "The harbour")
        self.expect(self.said).to_contain_text("image.png is in the text.")
        self.assertState(self.page, SAVED)
        with OneAtATime.turn:
            self.assertEqual(WorkingCopy.objects.get().uses.get().image, Image.objects.get())

    def test_dropped_picture_stands_where_it_was_dropped(self):
        self.write("The first line.\n\nThe last line.")
        box, files = self.field.bounding_box(), self.transfer()
        at = {"clientX": box["x"] + box["width"] - 20, "clientY": box["y"] + 12}
        self.field.dispatch_event("dragover", {"dataTransfer": files} | at)
        self.expect(self.field).to_have_attribute("data-dragging", "")
        self.field.dispatch_event("drop", {"dataTransfer": files} | at)
        self.expect(self.field).not_to_have_attribute("data-dragging", "")
        self.assertText("The first line.\n\n{}\n\nThe last line.")
        self.expect(self.page.locator("#picture-slot-featured_image figure")).to_have_count(0)

    def test_two_files_go_one_after_another_and_nothing_of_them_travels_with_the_form(self):
        self.write("Grey.")
        held = self.hold(self.page, ADDRESS)
        with self.page.expect_request(ADDRESS):
            self.pick(file("a.jpg"), file("b.jpg"))
        self.assertText("Grey.\n\n{a.jpg}\n\n{b.jpg}")
        self.assertEqual(len(held), 1)
        self.assertAccessible(self.page)
        with self.page.expect_request(ADDRESS):
            held[0].continue_()
        self.assertText("Grey.\n\n{}\n\n{b.jpg}")
        self.assertEqual(self.caret(), [9, 9])
        self.arrive(held)
        self.assertText("Grey.\n\n{}\n\n{}")
        self.assertEqual(self.caret(), [9, 9])
        self.expect(self.page.locator("#id_body_image")).to_have_value("")
        self.assertAccessible(self.page)

    def test_next_picture_comes_after_the_one_whose_description_is_being_written(self):
        self.write("Grey.")
        self.pick(file("a.jpg"))
        self.assertText("Grey.\n\n{}")
        self.field.press_sequentially("A harbour")
        first = self.field.input_value()
        self.assertIn("![A harbour](", first)
        self.pick(file("b.jpg"))
        self.assertText(first + "\n\n{}")
        self.button("From your pictures for the text").click()
        self.page.locator("#picture-picker [data-choose]").first.click()
        self.assertText(first + "\n\n{}\n\n{}")

    def test_text_that_was_not_touched_gets_it_at_its_end(self):
        post = make_post(self.ada, content="Grey.")
        self.page.goto(f"/posts/{post.slug}/edit/")
        self.pick(file())
        self.assertText("Grey.\n\n{}")

    def test_picker_is_reached_by_keyboard(self):
        self.page.on("filechooser", lambda _: None)  # from now on, or the first key is pressed before anybody listens
        self.field.focus()
        self.page.keyboard.press("Tab")
        self.assertFocused(self.page.locator("#id_body_image"))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        self.assertTrue(chooser.value.is_multiple())

    def test_one_of_ones_own_pictures_stands_at_the_caret_and_can_be_undone(self):
        self.write("One. Two.")
        self.put_caret(4)
        self.page.evaluate(
            """document.dispatchEvent(new CustomEvent("picture:chosen", {cancelable: true,
                 detail: {pick: "text", markdown: "![Hills](/images/x)"}}))"""
        )
        self.expect(self.field).to_have_value("One.\n\n![Hills](/images/x)\n\n Two.")
        self.page.keyboard.press("Control+z")
        self.expect(self.field).to_have_value("One. Two.")


class OnTheWayTests(BodyPictureTestCase):
    def test_progress_is_shown_and_cancel_leaves_no_trace(self):
        self.write("One. Two.")
        self.put_caret(4)
        network = self.page.context.new_cdp_session(self.page)
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
        network.send("Network.emulateNetworkConditions", conditions)
        self.pick(file(side=640))
        bar = self.page.get_by_role("progressbar", name="Sending harbour.jpg")
        self.expect(bar).to_be_visible()
        self.expect(bar).to_have_js_property("max", 1)
        shares = bar.evaluate(
            """(bar) => new Promise((done) => {
              const shares = [], see = () => shares.push(bar.value) === 3 && done(shares);
              new MutationObserver(see).observe(bar, {attributes: true});
            })"""
        )
        self.assertTrue(0 < shares[0] < shares[2] < 1, shares)
        self.expect(self.said).to_have_text("Sending harbour.jpg")
        self.assertText("One.\n\n{harbour.jpg}\n\n Two.")
        cancel = self.button("Cancel: harbour.jpg")
        cancel.focus()
        self.page.keyboard.press("Enter")
        self.expect(self.field).to_have_value("One. Two.")
        self.expect(self.rows).to_have_count(0)
        self.assertFocused(self.field)
        self.assertEqual(self.caret(), [4, 4])
        self.expect(self.said).to_have_text("harbour.jpg was called back.")
        self.assertEqual(Image.objects.count(), 0)

    def test_long_name_fits_a_phone(self):
        self.page.set_viewport_size(NARROW)
        held = self.hold(self.page, ADDRESS)
        with self.page.expect_request(ADDRESS):
            self.pick(file(f"IMG_{'20260101' * 6}.jpg"))
        self.assertFits(self.page, NARROW)
        self.arrive(held)
        self.expect(self.said).to_contain_text("is in the text.")
        self.assertFits(self.page, NARROW)

    def test_one_that_waits_its_turn_is_called_back(self):
        self.write("Grey.")
        held = self.hold(self.page, ADDRESS)
        with self.page.expect_request(ADDRESS):
            self.pick(file("a.jpg"), file("b.jpg"))
        self.button("Cancel: b.jpg").click()
        self.assertText("Grey.\n\n{a.jpg}")
        self.arrive(held)
        self.assertText("Grey.\n\n{}")
        self.assertEqual(Image.objects.count(), 1)

    def test_what_is_typed_meanwhile_stays_with_its_caret(self):
        held = self.on_its_way("One.")
        self.put_caret(3)
        self.field.press_sequentially(" more")
        self.arrive(held)
        self.assertText("One more.\n\n{}")
        self.assertEqual(self.caret(), [8, 8])
        self.field.press_sequentially(" word")
        self.assertText("One more word.\n\n{}")

    def test_title_that_is_typed_meanwhile_keeps_the_focus(self):
        held = self.on_its_way("Grey.")
        self.field.press_sequentially(" More.")
        with self.page.expect_response("**/check/content/"):
            self.title(self.page).press_sequentially("Harb")
        self.assertText("Grey.\n\n{harbour.jpg} More.")
        self.arrive(held)
        self.assertFocused(self.title(self.page))
        self.title(self.page).press_sequentially("our")
        self.expect(self.title(self.page)).to_have_value("Harbour")
        self.assertText("Grey.\n\n{} More.")

    def test_words_written_into_the_line_are_its_description(self):
        held = self.on_its_way("Grey.")
        self.put_caret(self.field.input_value().index(" …]"))
        self.field.press_sequentially(" at noon")
        self.arrive(held)
        self.assertRegex(self.field.input_value(), r"^Grey\.\n\n" + MARKDOWN % "at noon" + "$")

    def test_words_written_into_the_line_stay_where_it_fails(self):
        self.allow("ERR_FAILED", "htmx:error")
        held = self.on_its_way("Grey.")
        self.put_caret(self.field.input_value().index(" …]"))
        self.field.press_sequentially(" at noon")
        held[0].abort()
        self.expect(self.field).to_have_value("Grey.\n\nat noon")

    def test_line_that_is_gone_is_told_of(self):
        held = self.on_its_way()
        self.field.fill("Blue.")
        held[0].continue_()
        self.expect(self.rows).to_contain_text("its place in the text is gone")
        self.expect(self.field).to_have_value("Blue.")
        with self.page.expect_request(ADDRESS):
            self.button("Try again: harbour.jpg").click()
        held[1].continue_()
        self.assertText("Blue.\n\n{}")

    def test_undo_takes_the_picture_back_as_one_step_and_then_the_words(self):
        self.arrive(self.on_its_way("Grey."))
        self.page.keyboard.press("Control+z")
        self.expect(self.field).to_have_value("Grey.")
        self.page.keyboard.press("Control+Shift+z")
        self.assertText("Grey.\n\n{}")
        self.page.keyboard.press("Control+z")
        self.page.keyboard.press("Control+z")
        self.expect(self.field).to_have_value("")

    def test_undo_spares_what_was_typed_while_the_picture_was_on_its_way(self):
        held = self.on_its_way("Grey.")
        self.field.press_sequentially(" More.")
        self.arrive(held)
        self.page.keyboard.press("Control+z")
        self.assertText("Grey.\n\n{harbour.jpg} More.")
        self.field.press_sequentially("!")  # what Undo has brought back goes with the next letter
        self.expect(self.field).to_have_value("Grey. More.!")
        self.autosave(self.page)
        self.assertNowhereKept("uploading:")


class FailureTests(BodyPictureTestCase):
    def test_file_that_is_no_picture_leaves_nothing_in_the_text_and_is_told_why(self):
        self.allow("status of 422")
        self.write("Grey.")
        self.pick(file("notes.jpg", data=b"no picture"), file())
        self.expect(self.rows).to_have_count(1)
        self.expect(self.rows.get_by_role("alert")).to_have_text(
            "This is not a picture we can read; use JPEG, PNG, WebP, AVIF or GIF."
        )
        self.assertText("Grey.\n\n{}")
        self.assertAccessible(self.page)
        self.expect(self.button("Try again")).to_have_count(0)
        self.button("Dismiss: notes.jpg").click()
        self.expect(self.rows).to_have_count(0)
        self.assertFocused(self.field)
        self.assertNowhereKept("uploading:")

    def test_file_that_is_too_large_is_not_sent(self):
        self.write("Grey.")
        held = self.hold(self.page, ADDRESS)
        self.pick(file(data=b"0" * 11 * 2**20))
        self.expect(self.rows).to_contain_text("The file is 11 MB; the limit is 10 MB.")
        self.expect(self.field).to_have_value("Grey.")
        self.assertEqual(held, [])

    def test_network_that_is_cut_and_back(self):
        self.allow("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:error")
        held = self.on_its_way("Grey.")
        self.page.context.set_offline(True)
        held[0].abort()
        self.expect(self.rows).to_contain_text("There is no connection.")
        self.expect(self.field).to_have_value("Grey.")
        self.expect(self.page.locator("#messages")).to_be_empty()  # the row says it, and nothing else does
        self.page.context.set_offline(False)
        with self.page.expect_request(ADDRESS):
            self.button("Try again: harbour.jpg").click()
        self.arrive(held)
        self.assertText("Grey.\n\n{}")

    def test_server_that_fails_and_login_that_ended(self):
        self.allow("status of 500", "status of 401")
        self.write("Grey.")
        self.page.route(ADDRESS, lambda route: route.fulfill(status=500))
        self.pick(file())
        self.expect(self.rows).to_contain_text("The server did not answer as it should.")
        self.page.unroute(ADDRESS)
        with OneAtATime.turn:
            Session.objects.all().delete()
        self.button("Try again: harbour.jpg").click()
        self.expect(self.rows).to_contain_text("You are signed out")
        self.expect(self.page.locator("#messages").get_by_role("link")).to_contain_text("sign in")
        self.expect(self.field).to_have_value("Grey.")


class SavingTests(BodyPictureTestCase):
    def test_autosave_and_device_have_the_words_without_the_line(self):
        held = self.on_its_way("Grey.")
        self.field.press_sequentially("\n\nMore.")
        self.autosave(self.page)
        self.assertState(self.page, SAVED)
        self.assertKept("Grey.\n\nMore.")
        self.page.evaluate("navigator.sendBeacon = () => true; device.keep()")
        self.field.press_sequentially("!")
        self.page.evaluate("device.keep()")
        self.assertNowhereKept("uploading:", "Uploading")
        self.arrive(held)
        self.assertText("Grey.\n\n{}\n\nMore.!")

    def test_save_goes_without_the_picture_says_so_and_the_page_stays_until_it_is_there(self):
        self.title(self.page).fill("Harbour")
        held = self.on_its_way("Grey.")
        self.press(self.page, "Publish")
        self.assertState(self.page, "Saved, without harbour.jpg, still on its way")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "Grey.")
        self.assertText("Grey.\n\n{harbour.jpg}")
        self.arrive(held)
        self.assertText("Grey.\n\n{}")
        self.expect(self.said).to_contain_text("Save again to have it in the post.")
        self.press(self.page, "Save changes")
        self.page.wait_for_url("**/posts/harbour/")
        with OneAtATime.turn:
            post = Post.objects.get()
            self.assertEqual((post.uses.get().image, post.version), (Image.objects.get(), 2))
        self.expect(self.page.locator(".prose img").last).to_be_visible()
        self.expect(self.page.locator("#messages")).to_contain_text("no description yet")

    def test_refused_save_does_not_stop_it(self):
        self.allow("status of 422")
        held = self.on_its_way("Grey.")
        self.assertState(self.page, SAVED)
        self.press(self.page, "Publish")
        self.expect(self.page.locator("#error-summary")).to_be_visible()
        self.assertText("Grey.\n\n{harbour.jpg}")
        self.expect(self.rows).to_have_count(1)
        self.arrive(held)
        self.assertText("Grey.\n\n{}")

    def test_save_that_clashes_does_not_stop_it(self):
        self.allow("status of 409")
        post = make_post(self.ada, content="The first line.\n\nThe last line.")
        self.page.goto(f"/posts/{post.slug}/edit/")
        self.field.fill("The first line, by me.\n\nThe last line.")
        held = self.hold(self.page, ADDRESS)
        with self.page.expect_request(ADDRESS):
            self.pick(file())
        with OneAtATime.turn:
            post.content = "The first line, by Ben.\n\nThe last line."
            post.revise(by=self.ben)
        with self.page.expect_response("**/check/content/"):
            self.title(self.page).focus()
        self.press(self.page, "Save changes")
        self.expect(self.page.get_by_role("alert").filter(has_text="clash")).to_be_visible()
        self.arrive(held)
        self.assertText("The first line, by me.\n\nThe last line.\n\n{}")

    def test_page_that_is_left_asks_first_and_leaves_no_line(self):
        self.on_its_way("Grey.")
        self.autosave(self.page)
        self.assertState(self.page, SAVED)
        asked = []
        self.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        self.page.reload()
        self.assertEqual(asked, ["beforeunload"])
        self.expect(self.field).to_have_value("Grey.")
        self.expect(self.rows).to_have_count(0)
        self.assertNowhereKept("uploading:")

    def test_line_that_a_crashed_browser_brings_back_is_taken_out(self):
        self.write("Grey.")
        self.autosave(self.page)
        self.assertState(self.page, SAVED)
        self.page.wait_for_url("**/edit/")
        self.page.context.add_init_script(
            """document.addEventListener("readystatechange", () => {
                 const field = document.getElementById("id_content"), line = "![Uploading a.jpg …](uploading:abc-20)";
                 if (document.readyState === "interactive") field.value += "\\n\\n" + line;
               })"""
        )
        self.page.goto(self.page.url)
        self.expect(self.field).to_have_value("Grey.")
        self.assertState(self.page, SAVED)


class WithoutScriptTests(EditorTestCase):
    def test_picture_is_inserted_at_the_end_and_the_page_fits(self):
        page = self.open("/posts/new/", self.ada, js=False)
        for size in (NARROW, WIDE):
            self.assertFits(page, size)
        self.title(page).fill("Harbour")
        self.text(page).fill("Grey.")
        page.locator("#id_body_image").set_input_files(file())
        self.press(page, "Insert")
        page.wait_for_url("**/edit/")
        self.expect(self.text(page)).to_have_value(like("Grey.\n\n{}\n"))
        self.expect(page.locator("#messages")).to_contain_text("at the end of the text")
        page.locator("#id_body_image").set_input_files(file(data=b"no picture"))
        self.allow("status of 422")
        self.press(page, "Insert")
        self.expect(page.locator("#field-body_image .errorlist")).to_contain_text("not a picture")
        self.expect(self.text(page)).to_have_value(like("Grey.\n\n{}\n"))
        page.locator("#id_body_image").set_input_files(file())
        self.press(page, "Publish")
        page.wait_for_url("**/posts/harbour/")
        self.expect(page.locator(".prose figure")).to_have_count(2)

    def test_enter_in_a_field_saves_the_form_and_publishes_nothing(self):
        page = self.open("/posts/new/", self.ada, js=False)
        self.title(page).fill("Harbour")
        self.text(page).fill("Grey.")
        page.get_by_label("Tags optional").press("Enter")
        self.expect(page.locator("#messages")).to_contain_text("Saved.")
        post = make_post(self.ada, title="Out", content="Grey.")
        page.goto(f"/posts/{post.slug}/edit/")
        page.get_by_label("Tags optional").fill("mist")
        page.get_by_label("Tags optional").press("Enter")
        self.expect(page.locator("#messages")).to_contain_text("Kept, and not published.")
        self.expect(page.get_by_label("Tags optional")).to_have_value("mist")
        self.expect(page.locator("#field-body_image .errorlist")).to_have_count(0)
        self.assertFalse(post.tags.exists())
