"""One author's first day, told once and lived twice: with JavaScript and without."""

import re

from django.urls import reverse

from core.testing.cases import PASSWORD
from posts.models import Post
from posts.tests.browser.journey import NARROW, WIDE, JourneyTestCase, picture


class WritingJourney(JourneyTestCase):
    def test_with_javascript(self):
        self.live(js=True)

    def test_without_javascript(self):
        self.live(js=False)

    def live(self, *, js: bool) -> None:
        self.page, self.js = self.open("/", js=js), js
        self.sign_up()
        self.write_without_a_title()
        self.mend_and_publish()
        self.find_it_in_the_list()
        self.edit()
        self.delete_and_undo()
        self.press("Sign out")
        self.page.wait_for_url(self.live_server_url + reverse("post_list"))
        self.expect(self.page.get_by_role("link", name="Sign in")).to_be_visible()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill(self, **fields: str) -> None:
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def assertWell(self) -> None:
        if self.js:
            self.assertAccessible(self.page)
        else:
            self.assertFits(self.page, NARROW)
            self.assertFits(self.page, WIDE)

    # --- The day --------------------------------------------------------------------------------------------

    def sign_up(self) -> None:
        self.follow("Sign up")
        self.fill(Name="dora", Password=PASSWORD, Password_again=PASSWORD)
        self.press("Sign up")
        self.page.wait_for_url(self.live_server_url + reverse("post_list"))
        self.expect(self.page.get_by_role("status")).to_contain_text("Welcome, dora.")
        self.assertWell()

    def write_without_a_title(self) -> None:
        """Refused, and nothing is lost: neither the text nor the picture."""
        self.allow("status of 422")
        self.follow("Write")
        self.fill(Text="The harbour was **grey** this morning.")
        self.page.get_by_label("Picture optional").set_input_files(picture())
        kept = self.page.locator("#picture-slot-featured_image figure img")
        if self.js:
            self.expect(kept).to_be_visible()
        self.press("Publish")
        summary = self.page.get_by_role("alert").filter(has_text="Give the post a title.")
        self.assertFocused(summary)
        self.expect(self.page).to_have_title(re.compile("^Error: "))
        text = self.page.get_by_label("Text", exact=True)
        self.expect(text).to_have_value("The harbour was **grey** this morning.")
        self.expect(kept).to_be_visible()
        self.assertEqual(Post.objects.count(), 0)
        self.assertWell()

    def mend_and_publish(self) -> None:
        self.fill(Title="Grey harbour", Description_optional="Boats in the mist.")
        self.press("Publish")
        self.page.wait_for_url("**/posts/grey-harbour/")
        self.expect(self.page.get_by_role("status")).to_contain_text("Published.")
        self.expect(self.page.get_by_role("heading", name="Grey harbour")).to_be_visible()
        self.expect(self.page.locator("strong", has_text="grey")).to_be_visible()
        hero = self.page.get_by_role("img", name="Boats in the mist.")
        self.expect(hero).to_be_visible()
        self.expect(hero).not_to_have_js_property("naturalWidth", 0)
        self.assertWell()

    def find_it_in_the_list(self) -> None:
        self.follow("Posts")
        self.expect(self.page.locator("article .picture img:not([aria-hidden])")).to_be_visible()
        self.assertWell()
        self.follow("Grey harbour")
        self.page.wait_for_url("**/posts/grey-harbour/")

    def edit(self) -> None:
        """A new title; the address that readers know stays."""
        self.follow("Edit")
        self.fill(Title="Green harbour")
        self.press("Save changes")
        self.page.wait_for_url("**/posts/grey-harbour/")
        self.expect(self.page.get_by_role("heading", name="Green harbour")).to_be_visible()

    def delete_and_undo(self) -> None:
        self.follow("My posts")
        self.follow("Delete Green harbour")
        if not self.js:  # a page asks first
            self.press("Delete")
        self.expect(self.page.get_by_text("“Green harbour” is in the trash.")).to_be_visible()
        self.expect(self.page.get_by_role("link", name="All 0")).to_be_visible()
        self.assertWell()
        self.press("Undo")
        self.expect(self.page.get_by_role("link", name="Green harbour", exact=True)).to_be_visible()
        self.expect(self.page.get_by_role("link", name="All 1")).to_be_visible()
        self.assertWell()
