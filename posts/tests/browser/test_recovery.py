"""Words on the device while one writes: kept within a second, offered and never put back by themselves, and gone when
they are saved or somebody signs out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from posts.models import Post, WorkingCopy
from posts.tests.browser.journey import OneAtATime
from posts.tests.browser.test_autosave import SAVED, EditorTestCase
from posts.tests.factory import make_post

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('galley:')).map(([, kept]) => kept).join()"
KEYS = "Object.keys(localStorage).filter((key) => key.startsWith('galley:'))"


class RecoveryTests(EditorTestCase):
    def panel(self, page: Page) -> Locator:
        return page.get_by_role("group", name="Words on this device")

    def assertOnDevice(self, page: Page, words: str) -> None:
        """A second after the last key at most."""
        for _ in range(50):
            if words in page.evaluate(KEPT):
                return
            page.wait_for_timeout(20)
        self.fail(f"“{words}” is not on the device after a second")

    def without_server(self, context: BrowserContext) -> None:
        self.allow("ERR_INTERNET_DISCONNECTED", "htmx:error")
        context.set_offline(True)

    def lost_tab(self, page: Page, words: str) -> None:
        """Words are typed while the server cannot be reached, and the tab is closed."""
        self.without_server(page.context)
        self.text(page).press_sequentially(words)
        self.assertOnDevice(page, words)
        page.close()

    def reopened(self, context: BrowserContext, address: str) -> Page:
        context.set_offline(False)
        page = context.new_page()
        page.goto(address)
        return page

    def test_tab_that_was_closed_without_network_offers_both_texts(self):
        post = make_post(self.ada, title="Pier", content="On the server.")
        page = self.edit(post)
        context, address = page.context, page.url
        self.text(page).press("End")
        self.lost_tab(page, " And on this device.")
        page = self.reopened(context, address)
        self.expect(self.text(page)).to_have_value("On the server.")  # nothing comes back by itself
        panel = self.panel(page)
        self.expect(panel.get_by_label("Text, on this device")).to_have_text("On the server. And on this device.")
        self.expect(panel.get_by_label("Text, in the form")).to_have_text("On the server.")
        self.expect(panel.locator("time")).to_have_text([re.compile(r"^\d+ \w+, \d\d:\d\d$")] * 2)
        self.expect(panel.get_by_text("They are older")).to_be_hidden()
        self.assertAccessible(page)
        self.press(page, "Use the words of this device")
        self.expect(self.text(page)).to_have_value("On the server. And on this device.")
        self.assertFocused(page.get_by_role("button", name="Undo"))
        self.assertState(page, SAVED)
        self.assertKept("On the server. And on this device.")
        self.assertEqual(page.evaluate(KEYS), [])

    def test_choice_can_be_undone(self):
        post = make_post(self.ada, content="Server.")
        page = self.edit(post)
        context, address = page.context, page.url
        self.lost_tab(page, "Device. ")
        page = self.reopened(context, address)
        self.press(page, "Use the words of this device")
        self.press(page, "Undo")
        self.expect(self.text(page)).to_have_value("Server.")
        self.press(page, "Keep what is in the form")
        self.expect(self.panel(page)).to_contain_text("deleted after a day")
        self.assertAccessible(page)
        self.press(page, "Undo")
        self.press(page, "Decide later")
        self.expect(self.panel(page)).to_have_count(0)
        page.reload()
        self.expect(self.panel(page)).to_be_visible()
        self.press(page, "Keep what is in the form")
        page.reload()
        self.expect(self.text(page)).to_have_value("Server.")
        self.expect(self.panel(page)).to_have_count(0)

    def test_older_words_of_the_device_say_so_and_are_merged_from_where_they_began(self):
        """A4: the device never beats the server."""
        post = make_post(self.ada, title="Pier", content="Top.\n\nBottom.")
        page = self.edit(post)
        context, address = page.context, page.url
        self.text(page).focus()
        self.text(page).press("Control+Home")
        self.lost_tab(page, "New ")
        with OneAtATime.turn:
            row = Post.objects.get()
            row.content = "Top.\n\nBottom, changed elsewhere."
            row.revise(tags=[])
        page = self.reopened(context, address)
        self.expect(self.text(page)).to_have_value("Top.\n\nBottom, changed elsewhere.")
        self.expect(self.panel(page).get_by_text("They are older than those of the form.")).to_be_visible()
        self.press(page, "Use the words of this device")
        self.expect(self.text(page)).to_have_value("New Top.\n\nBottom.")
        self.press(page, "Save changes")
        page.wait_for_url("**/posts/pier/")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "New Top.\n\nBottom, changed elsewhere.")

    def test_another_device_opens_the_working_copy(self):
        post = make_post(self.ada, content="Published.")
        page = self.edit(post)
        self.text(page).fill("Gone on with.")
        self.autosave(page)
        self.assertState(page, SAVED)
        other = self.edit(post)
        self.expect(self.text(other)).to_have_value("Gone on with.")
        self.assertState(other, SAVED)
        self.expect(other.get_by_text("are kept and not saved yet")).to_be_visible()
        self.expect(self.panel(other)).to_have_count(0)

    def test_two_unsaved_new_posts_are_both_kept(self):
        """A10, on the server and on the device."""
        first = self.new()
        second = first.context.new_page()
        second.goto("/posts/new/")
        for page, words in ((first, "The first"), (second, "The second")):
            self.text(page).press_sequentially(words)
            self.autosave(page)
            self.assertState(page, SAVED)
        with OneAtATime.turn:
            self.assertEqual(set(WorkingCopy.objects.values_list("content", flat=True)), {"The first", "The second"})
        context = self.context(self.ada)
        for words in ("Third", "Fourth"):
            page = self.reopened(context, "/posts/new/")
            self.without_server(context)
            self.text(page).press_sequentially(words)
            self.assertOnDevice(page, words)
            page.close()
        page = self.reopened(context, "/posts/new/")
        self.expect(self.text(page)).to_have_value("")
        self.expect(self.panel(page)).to_have_count(2)
        self.expect(self.panel(page).first).to_contain_text("Fourth")
        self.expect(self.panel(page).last).to_contain_text("Third")
        self.assertAccessible(page)

    def test_words_of_a_new_post_follow_it_to_its_number(self):
        page = self.new()
        self.text(page).press_sequentially("One")
        self.autosave(page)
        self.assertState(page, SAVED)
        self.without_server(page.context)
        self.text(page).press_sequentially(" two")
        self.assertOnDevice(page, "One two")
        with OneAtATime.turn:
            pk = Post.everything.get().pk
        self.assertTrue(page.evaluate(KEYS)[0].startswith(f"galley:{self.ada.pk}:{pk}:"))
        held = page.evaluate(f"localStorage[{KEYS}[0]]")
        for secret in ("csrf", "submission", "writer", page.locator("#id_submission").input_value()):
            self.assertNotIn(secret, held)

    def test_saved_words_leave_the_device(self):
        page = self.new()
        self.title(page).fill("Over")
        self.text(page).press_sequentially("Done.")
        self.assertOnDevice(page, "Done.")
        self.press(page, "Publish")
        page.wait_for_url("**/posts/over/")
        self.assertEqual(page.evaluate(KEYS), [])

    def test_signing_out_clears_the_device(self):
        page = self.new()
        context = page.context
        self.lost_tab(page, "Private")
        page = self.reopened(context, "/")
        page.evaluate("localStorage.setItem('other', 'not ours')")
        self.assertEqual(len(page.evaluate(KEYS)), 1)
        self.press(page, "Sign out")
        self.expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        for _ in range(50):  # the page is seen before its script has run
            if (kept := page.evaluate("Object.keys(localStorage)")) == ["other"]:
                break
            page.wait_for_timeout(100)
        self.assertEqual(kept, ["other"])

    def test_reading_while_signed_out_clears_nothing(self):
        """A login that expires is not a sign-out."""
        page = self.new()
        context = page.context
        self.lost_tab(page, "Private")
        context.clear_cookies()
        page = self.reopened(context, "/")
        self.assertEqual(len(page.evaluate(KEYS)), 1)

    def test_words_of_somebody_else_on_this_device_are_not_shown(self):
        page = self.new()
        context = page.context
        self.lost_tab(page, "Of Ada")
        context.clear_cookies()
        self.sign_in(context, self.ben)
        page = self.reopened(context, "/posts/new/")
        self.expect(self.panel(page)).to_have_count(0)
