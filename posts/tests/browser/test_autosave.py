"""Words on their way to the server while one writes: when they leave, what the line beside the buttons says of them,
and what happens when server, network, login or a second form fail meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.models import Session
from django.db import transaction

from core.testing.cases import PASSWORD
from posts.models import Post, Revision, WorkingCopy
from posts.tests.browser.journey import FULL, NARROW, JourneyTestCase, OneAtATime
from posts.tests.factory import make_post

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SAVED = re.compile(r"^Saved \d\d:\d\d$")


class EditorTestCase(JourneyTestCase):
    """What the tests of the editor share. The database is asked between the server's answers."""

    def text(self, page: Page) -> Locator:
        return page.get_by_label("Text", exact=True)

    def title(self, page: Page) -> Locator:
        return page.get_by_label("Title", exact=True)

    def press(self, page: Page, name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()

    def autosave(self, page: Page) -> None:
        """At once, without the pause."""
        page.evaluate("autosave.now()")

    def assertState(self, page: Page, says: Any) -> None:
        self.expect(page.locator("#autosave-state")).to_have_text(says)

    def assertKept(self, content: str, **fields: str) -> None:
        with OneAtATime.turn:
            kept = [(copy.content, copy.title) for copy in WorkingCopy.objects.order_by("pk")]
        self.assertIn(content, [text for text, _ in kept])
        for title in fields.values():
            self.assertIn((content, title), kept)

    def new(self) -> Page:
        return self.open("/posts/new/", self.ada)

    def edit(self, post: Post, **options: Any) -> Page:
        return self.open(f"/posts/{post.slug}/edit/", self.ada, **options)

    def with_save_under_way(self, page: Page, button: str, address: str) -> list:
        """Press the button; the answer waits."""
        held = self.hold(page, address)
        with page.expect_request(address):
            self.press(page, button)
        return held


class AutosaveTests(EditorTestCase):
    # --- When -----------------------------------------------------------------------------------------------

    def test_words_are_saved_when_typing_pauses_and_the_line_takes_it_back_when_it_goes_on(self):
        page = self.new()
        self.text(page).press_sequentially("Grey morning.")
        self.assertState(page, "Unsaved changes")
        self.assertState(page, SAVED)
        self.assertKept("Grey morning.")
        page.wait_for_url("**/posts/draft-*/edit/")
        self.assertAccessible(page)
        self.text(page).press_sequentially(" More")
        self.assertState(page, "Unsaved changes")

    def test_words_are_on_the_server_three_seconds_after_the_first_key_however_long_one_types(self):
        page = self.new()
        page.evaluate("""() => {
          window.first = performance.now();
          document.addEventListener("htmx:after:request", () => { window.kept ??= performance.now() - window.first; });
        }""")
        for number in range(16):
            self.text(page).press_sequentially(f"{number} ")
            page.wait_for_timeout(200)
        self.assertLess(page.evaluate("window.kept"), 3000)

    def test_words_leave_when_the_tab_is_left(self):
        """As on a phone, by a link that was meant for something else (A11)."""
        page = self.new()
        page.set_viewport_size(NARROW)
        self.text(page).press_sequentially("Nearly lost")
        page.get_by_role("link", name="My posts").click()
        page.wait_for_url("**/me/posts/")
        page.get_by_role("link", name="Untitled").first.click()
        self.expect(self.text(page)).to_have_value("Nearly lost")

    def test_empty_new_post_is_not_saved(self):
        """A13: an editor that was opened and left leaves nothing behind."""
        self.allow("status of 422")  # the check of the empty field
        page = self.new()
        self.text(page).press_sequentially("a")
        self.text(page).press("Backspace")
        self.autosave(page)
        self.text(page).press_sequentially("   ")
        self.autosave(page)
        page.get_by_role("link", name="My posts").click()
        page.wait_for_url("**/me/posts/")
        with OneAtATime.turn:
            self.assertEqual(Post.everything.count(), 0)

    # --- What waits, and what comes late --------------------------------------------------------------------

    def test_request_that_waited_carries_the_newest_words(self):
        page = self.new()
        held = self.hold(page, "**/autosave/")
        self.text(page).press_sequentially("one")
        with page.expect_request("**/autosave/"):
            self.autosave(page)
        self.text(page).press_sequentially(" two")
        self.autosave(page)
        self.text(page).press_sequentially(" three")
        with page.expect_request("**/autosave/") as second:
            held[0].continue_()
        self.assertState(page, "Unsaved changes")  # the first is there, and it is not all
        self.assertIn("content=one+two+three&", second.value.post_data)
        held[1].continue_()
        self.assertState(page, SAVED)
        self.assertKept("one two three")

    def test_answer_touches_no_field_and_not_the_caret(self):
        """A9: what is open stays open, what is chosen stays chosen."""
        page = self.new()
        held = self.hold(page, "**/autosave/")
        self.text(page).press_sequentially("abcdef")
        with page.expect_request("**/autosave/"):
            self.autosave(page)
        page.get_by_label("Tags optional").fill("sea")
        page.get_by_label("Decorative").check()
        self.text(page).focus()
        self.text(page).press("Home")
        self.text(page).press("ArrowRight")
        self.text(page).press_sequentially("X")
        with page.expect_response("**/autosave/"):
            held[0].continue_()
        page.wait_for_url("**/posts/draft-*/edit/")
        self.expect(self.text(page)).to_have_value("aXbcdef")
        self.assertFocused(self.text(page))
        self.assertEqual(self.text(page).evaluate("(field) => field.selectionStart"), 2)
        self.expect(page.get_by_label("Tags optional")).to_have_value("sea")
        self.expect(page.get_by_label("Decorative")).to_be_checked()

    # --- When it fails --------------------------------------------------------------------------------------

    def test_network_that_is_cut_in_the_middle_of_typing(self):
        self.allow("ERR_INTERNET_DISCONNECTED", "htmx:error")
        page = self.new()
        self.text(page).press_sequentially("Written on the ")
        page.context.set_offline(True)
        self.text(page).press_sequentially("ferry.")
        self.assertState(page, "Not saved: no connection. Kept on this device.")
        self.assertAccessible(page)
        self.expect(page.locator("#messages")).to_be_empty()  # the line says it, and nothing else does
        self.text(page).press_sequentially(" Still on it.")
        self.assertState(page, "Not saved: no connection. Kept on this device.")
        page.context.set_offline(False)
        self.assertState(page, SAVED)
        self.assertKept("Written on the ferry. Still on it.")

    def test_line_does_not_claim_what_the_device_could_not_keep(self):
        self.allow("status of 500")
        page = self.new()
        page.route("**/autosave/", lambda route: route.fulfill(status=500))
        page.evaluate(FULL)
        self.text(page).press_sequentially("Nowhere")
        self.autosave(page)
        self.assertState(page, "Not saved: the server did not answer as it should.")

    def test_page_that_somebody_else_answers_with_is_not_taken_for_a_save(self):
        """As the sign-in page of a hotel's network."""
        page = self.new()
        page.route(
            "**/autosave/", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Hotel</h1>")
        )
        self.text(page).press_sequentially("Room 12")
        self.autosave(page)
        self.assertState(page, "Not saved: the server did not answer as it should. Kept on this device.")
        self.expect(page.get_by_text("Hotel")).to_have_count(0)
        page.unroute("**/autosave/")
        self.assertState(page, SAVED)  # tries again by itself

    def test_login_that_ends_while_one_writes(self):
        """A6: the message once, a sign-in beside the page, and the next autosave and the next save work."""
        self.allow("status of 401")
        page = self.new()
        self.title(page).fill("Long thoughts")
        self.text(page).press_sequentially("Two weeks")
        self.autosave(page)
        self.assertState(page, SAVED)
        with OneAtATime.turn:
            Session.objects.all().delete()
        self.text(page).press_sequentially(" later")
        self.autosave(page)
        self.assertState(page, "Not saved: you are signed out. Kept on this device.")
        alert = page.locator("#messages").get_by_role("alert")
        self.expect(alert).to_contain_text("sign in, in a new tab")
        with page.expect_popup() as popup:
            alert.get_by_role("link").click()
        page.evaluate("document.querySelector('#messages').replaceChildren()")
        with page.expect_response("**/autosave/"):
            self.autosave(page)
        self.expect(page.locator("#messages")).to_be_empty()
        tab = popup.value
        tab.get_by_label("Name", exact=True).fill("ada")
        tab.get_by_label("Password", exact=True).fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url("**/edit/")
        page.bring_to_front()
        self.assertState(page, SAVED)
        self.press(page, "Publish")
        page.wait_for_url("**/posts/long-thoughts/")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "Two weeks later")

    # --- Saving meanwhile -----------------------------------------------------------------------------------

    def test_words_typed_while_publish_is_under_way_stay_with_their_caret(self):
        """A1, with a new post: the page is not left, and the next save goes on from the first."""
        page = self.new()
        self.title(page).fill("Slow")
        self.text(page).fill("One.")
        held = self.with_save_under_way(page, "Publish", "**/posts/new/")
        self.text(page).focus()
        self.text(page).press("End")
        self.text(page).press_sequentially(" Two.")
        held[0].continue_()
        self.assertState(page, "Saved, without what you typed since")
        self.expect(self.text(page)).to_have_value("One. Two.")
        self.assertFocused(self.text(page))
        self.assertEqual(self.text(page).evaluate("(field) => field.selectionStart"), 9)
        self.expect(page.get_by_role("button", name="Save changes")).to_be_enabled()  # it is live now
        self.expect(page).to_have_url(re.compile("/posts/slow/edit/$"))
        self.assertState(page, SAVED)
        self.assertKept("One. Two.")
        self.expect(page.locator("#messages")).to_contain_text("Published.")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "One.")
        self.press(page, "Save changes")
        page.wait_for_url("**/posts/slow/")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "One. Two.")
            self.assertEqual(WorkingCopy.objects.count(), 0)

    def test_words_typed_while_a_draft_is_saved_go_on_in_its_new_address(self):
        """A draft gets its address with its first save; an autosave of newer words comes in before that save."""
        page = self.new()
        self.title(page).fill("Slow draft")
        self.text(page).fill("One.")
        self.autosave(page)
        page.wait_for_url("**/posts/draft-*/edit/")
        page.reload()
        held = self.with_save_under_way(page, "Save draft", "**/edit/")
        self.text(page).fill("One. Two.")
        with page.expect_response("**/autosave/"):
            self.autosave(page)
        self.assertState(page, "Unsaved changes")  # the save may take that working copy with it
        held[0].continue_()
        page.unroute("**/edit/")
        self.assertState(page, SAVED)
        self.assertKept("One. Two.")
        self.text(page).fill("One. Two. Three.")
        self.press(page, "Save draft")
        page.wait_for_url("**/posts/slow-draft/")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "One. Two. Three.")

    def test_words_typed_while_a_save_is_refused_stay(self):
        self.allow("status of 422")
        page = self.new()
        self.text(page).fill("One.")
        held = self.with_save_under_way(page, "Publish", "**/posts/new/")
        page.get_by_label("Tags optional").fill("sea")
        self.text(page).fill("One. Two.")
        page.get_by_label("Excerpt optional").press_sequentially("Short")
        held[0].continue_()
        self.expect(page.locator("#error-summary")).to_be_visible()
        self.expect(self.text(page)).to_have_value("One. Two.")
        self.expect(page.get_by_label("Tags optional")).to_have_value("sea")
        self.expect(page.get_by_label("Excerpt optional")).to_have_value("Short")
        self.assertFocused(page.get_by_label("Excerpt optional"))

    def test_save_that_answers_late_after_the_next_one_loses_nothing(self):
        """The answer to the first never comes; more is typed, and saved again from the same form (A3)."""
        self.allow("ERR_FAILED", "htmx:error")
        page = self.new()
        self.title(page).fill("Twice")
        self.text(page).fill("One.")

        def lose(route: Any) -> None:  # the answer, and not the save
            route.fetch(max_redirects=0)
            route.abort()

        page.route("**/posts/new/", lose)
        self.press(page, "Save draft")
        self.expect(page.locator("#messages")).to_contain_text("The server did not answer.")
        page.unroute("**/posts/new/")
        self.text(page).fill("One. Two.")
        self.press(page, "Save draft")
        page.wait_for_url("**/posts/twice/")
        with OneAtATime.turn:
            self.assertEqual([post.content for post in Post.everything.all()], ["One. Two."])

    # --- Two forms ------------------------------------------------------------------------------------------

    def test_two_devices_that_change_different_paragraphs_are_merged(self):
        post = make_post(self.ada, title="Both", content="Top.\n\nBottom.")
        here, there = self.edit(post), self.edit(post)
        self.text(here).fill("Top, here.\n\nBottom.")
        self.text(there).fill("Top.\n\nBottom, there.")
        self.press(here, "Save changes")
        here.wait_for_url("**/posts/both/")
        self.press(there, "Save changes")
        there.wait_for_url("**/posts/both/")
        self.expect(there.get_by_role("status").first).to_contain_text("Changes came in")
        with OneAtATime.turn:
            self.assertEqual(Post.objects.get().content, "Top, here.\n\nBottom, there.")

    def test_two_devices_that_change_one_paragraph_are_shown_both_texts(self):
        self.allow("status of 409")
        post = make_post(self.ada, title="Both", content="Top.")
        here, there = self.edit(post), self.edit(post)
        self.text(here).fill("Here.")
        self.press(here, "Save changes")
        here.wait_for_url("**/posts/both/")
        self.text(there).fill("There.")
        held = self.with_save_under_way(there, "Save changes", "**/edit/")
        self.text(there).focus()
        self.text(there).press("End")
        self.text(there).press_sequentially(" And on.")
        held[0].continue_()
        self.expect(there.locator(".conflict")).to_contain_text("Here.")
        self.expect(self.text(there)).to_have_value("There. And on.")
        there.unroute("**/edit/")
        with there.expect_response("**/edit/") as again:
            self.press(there, "Save changes")  # from where it began: what was typed meanwhile has seen nothing of it
        self.assertEqual(again.value.status, 409)
        self.expect(self.text(there)).to_have_value("There. And on.")
        self.text(there).fill("Here and there.")
        self.press(there, "Save changes")
        there.wait_for_url("**/posts/both/")
        with OneAtATime.turn, transaction.atomic():
            self.assertEqual(Post.objects.get().content, "Here and there.")
            beside = set(Revision.objects.filter(number=None).values_list("content", flat=True))
        self.assertLessEqual({"There.", "There. And on."}, beside)
