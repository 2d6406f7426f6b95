"""What keeps words, with JavaScript and without: a clash, an expired login, the history, the trash."""

from django.contrib.sessions.models import Session

from core.testing.cases import PASSWORD
from posts.models import Post, WorkingCopy
from posts.tests.browser.journey import NARROW, WIDE, JourneyTestCase
from posts.tests.factory import make_post


class WordsJourneys(JourneyTestCase):
    def twice(self, live) -> None:
        """The same journey with JavaScript and without, on a post of its own."""
        for js in (True, False):
            with self.subTest(js=js):
                text = "The first line.\n\nThe last line."
                post = make_post(self.ada, title="Tides", content=text, slug=f"tides-{int(js)}")
                self.page, self.js = self.open(f"/posts/{post.slug}/edit/", self.ada, js=js), js
                self.text = self.page.get_by_label("Text", exact=True)
                live(post)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def assertWell(self) -> None:
        if self.js:
            self.assertAccessible(self.page)
        else:
            self.assertFits(self.page, NARROW)
            self.assertFits(self.page, WIDE)

    def assertSaved(self, post: Post, *texts: str) -> None:
        post.refresh_from_db()
        for text in texts:
            self.assertIn(text, post.content)

    # --- Two saves ------------------------------------------------------------------------------------------

    def test_two_saves_that_fit_together(self):
        self.twice(self.merge)

    def merge(self, post: Post) -> None:
        self.text.fill("The first line.\n\nThe last line, by me.")
        post.content = "The first line, by Ben.\n\nThe last line."
        post.revise(by=self.ben)
        self.press("Save changes")
        self.page.wait_for_url(f"**/posts/{post.slug}/")
        self.assertSaved(post, "first line, by Ben", "last line, by me")
        came_in = self.page.locator(".came-in")
        self.expect(came_in).to_contain_text("ben at")
        self.expect(came_in.locator("ins")).to_contain_text("by Ben")
        self.assertWell()

    def test_two_saves_that_clash(self):
        self.twice(self.clash)

    def clash(self, post: Post) -> None:
        self.allow("status of 409")
        self.text.fill("The first line, by me.\n\nThe last line.")
        post.content = "The first line, by Ben.\n\nThe last line."
        post.revise(by=self.ben)
        self.press("Save changes")
        conflict = self.page.get_by_role("alert").filter(has_text="clash")
        self.assertFocused(conflict)
        self.expect(conflict).to_contain_text("ben at")
        self.expect(conflict).to_contain_text("by Ben.")
        self.expect(self.text).to_have_value("The first line, by me.\n\nThe last line.")
        self.assertEqual(post.revisions.filter(number=None).get().content, "The first line, by me.\n\nThe last line.")
        self.assertWell()
        self.text.fill("The first line, by us.\n\nThe last line.")
        self.press("Save changes")
        self.page.wait_for_url(f"**/posts/{post.slug}/")
        self.assertSaved(post, "by us")

    # --- The login ends -------------------------------------------------------------------------------------

    def test_login_that_ends_while_somebody_writes(self):
        self.twice(self.expire)

    def expire(self, post: Post) -> None:
        self.allow("status of 401")
        self.text.fill("An afternoon's work.")
        Session.objects.all().delete()
        self.press("Save changes")
        if self.js:  # the page stays
            link = self.page.locator("#messages").get_by_role("link")
            with self.page.context.expect_page() as opened:
                link.click()
            tab = opened.value
        else:
            tab = self.page
        self.expect(tab.get_by_label("Name")).to_be_visible()
        tab.get_by_label("Name").fill("ada")
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Sign in", exact=True).click()
        tab.wait_for_url("**/edit/")
        self.expect(self.text).to_have_value("An afternoon's work.")
        self.press("Save changes")
        self.page.wait_for_url(f"**/posts/{post.slug}/")
        self.assertSaved(post, "An afternoon's work.")

    # --- The history ----------------------------------------------------------------------------------------

    def test_history_is_compared_restored_and_that_undone(self):
        self.twice(self.look_back)

    def look_back(self, post: Post) -> None:
        self.text.fill("Something else altogether.")
        self.press("Save changes")
        self.page.wait_for_url(f"**/posts/{post.slug}/")
        self.follow("History")
        self.press("Compare")
        self.expect(self.page.locator(".text-diff ins").first).to_contain_text("Something else")
        self.expect(self.page.locator(".text-diff del").first).to_contain_text("first line")
        self.assertWell()
        self.follow("History of “Tides”")
        self.assertWell()
        self.page.locator(".revision-row").last.get_by_role("link").click()
        self.assertWell()
        self.press("Restore")
        self.page.wait_for_url(f"**/posts/{post.slug}/")
        self.assertSaved(post, "The first line.")
        self.press("Undo")  # which leads to this same page
        self.expect(self.page.locator(".prose")).to_contain_text("Something else altogether.")
        self.assertSaved(post, "Something else altogether.")
        self.assertEqual(post.revisions.count(), 4)

    # --- Unsaved changes, the trash -------------------------------------------------------------------------

    def test_unsaved_changes_are_compared_and_discarded(self):
        self.twice(self.leave)

    def leave(self, post: Post) -> None:
        self.text.fill("Not for readers yet.")
        if self.js:
            self.expect(self.page.locator("#autosave-state")).to_contain_text("Saved")
            self.page.reload()
        else:
            self.press("Keep for later")
        self.expect(self.page.get_by_text("are kept and not saved yet")).to_be_visible()
        self.expect(self.text).to_have_value("Not for readers yet.")
        self.assertSaved(post, "The first line.")
        self.page.get_by_role("link", name="Compare with the changes").click()
        self.expect(self.page.locator(".text-diff ins").first).to_contain_text("Not for readers")
        self.assertWell()
        self.press("Discard the changes")
        self.expect(self.text).to_have_value("The first line.\n\nThe last line.")
        self.assertFalse(WorkingCopy.objects.exists())
        self.press("Undo")
        self.expect(self.text).to_have_value("Not for readers yet.")
        WorkingCopy.objects.all().delete()

    def test_deleted_post_comes_back_from_the_trash(self):
        self.twice(self.throw_away)

    def throw_away(self, post: Post) -> None:
        self.page.goto(f"/posts/{post.slug}/")
        self.follow("Delete")
        self.press("Delete")
        self.page.goto("/me/trash/")
        self.assertWell()
        self.page.get_by_role("button", name="Restore").first.click()
        self.expect(self.page.get_by_role("status").filter(has_text="is back")).to_be_visible()
        post.refresh_from_db()
        self.assertIsNone(post.deleted_at)
