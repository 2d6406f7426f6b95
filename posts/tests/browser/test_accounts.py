"""Signing up with checks on the way: what was typed stays."""

from core.testing.cases import PASSWORD
from posts.tests.browser.journey import JourneyTestCase, picture


class AccountTests(JourneyTestCase):
    def test_name_that_is_taken_is_said_beside_it_and_passwords_stay(self):
        self.allow("status of 422")
        page = self.open("/accounts/signup/")
        name = page.get_by_label("Name", exact=True)
        first, second = page.get_by_label("Password", exact=True), page.get_by_label("Password again")
        first.fill(PASSWORD)
        second.fill("something else")
        second.press("Tab")
        differ = page.get_by_text("The two passwords differ.")
        self.expect(differ).to_be_visible()
        self.expect(first).to_have_value(PASSWORD)
        self.expect(second).to_have_value("something else")
        self.assertAccessible(page)
        second.fill(PASSWORD)
        self.expect(differ).to_have_count(0)
        self.expect(second).to_have_value(PASSWORD)
        name.fill("ADA")
        page.get_by_role("button", name="Sign up").click()
        self.assertFocused(page.locator("#error-summary"))
        self.expect(page.locator("#field-username")).to_contain_text("This name is taken.")
        self.expect(first).to_have_value(PASSWORD)
        name.fill("dora")
        self.expect(page.locator("#field-username")).not_to_contain_text("This name is taken.")
        page.get_by_role("button", name="Sign up").click()
        self.expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    def test_picture_of_oneself(self):
        page = self.open("/accounts/profile/", self.ada)
        page.get_by_label("Picture optional").set_input_files(picture(64))
        self.expect(page.locator("#picture-slot-avatar figure img")).to_be_visible()
        self.assertAccessible(page)
        page.get_by_role("button", name="Save", exact=True).click()
        self.expect(page.locator("#messages")).to_contain_text("Saved.")
        self.ada.refresh_from_db()
        self.assertIsNotNone(self.ada.avatar)
