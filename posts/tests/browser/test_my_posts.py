"""One's own posts: deleted, brought back and published where they stand, and searched while one types."""

from django.utils import timezone

from posts.models import Post
from posts.tests.browser.journey import JourneyTestCase
from posts.tests.factory import make_post, make_posts
from posts.views.mine import PAGE_SIZE


class MyPostsTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.post = make_post(self.ada, title="A gate in winter")
        self.page = self.open("/me/posts/", self.ada)
        self.row = self.page.locator(f"#post-row-{self.post.pk}")
        self.delete = self.row.get_by_role("link", name="Delete")
        self.dialog = self.page.get_by_role("dialog")
        self.undo = self.row.get_by_role("button", name="Undo")

    def confirm(self) -> None:
        self.dialog.get_by_role("button", name="Delete").click()

    # --- Deleting -------------------------------------------------------------------------------------------

    def test_delete_is_asked_done_and_undone_by_keyboard(self):
        self.delete.focus()
        self.page.keyboard.press("Enter")
        self.expect(self.dialog).to_contain_text("Delete “A gate in winter”?")
        self.assertFocused(self.dialog.get_by_role("button", name="Cancel"))
        self.assertAccessible(self.page)
        self.page.keyboard.press("Escape")
        self.expect(self.dialog).to_be_hidden()
        self.assertFocused(self.delete)

        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Enter")  # on Cancel
        self.expect(self.dialog).to_be_hidden()
        self.assertFocused(self.delete)
        self.assertTrue(Post.objects.exists())

        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        self.expect(self.row).to_contain_text("is in the trash.")
        self.assertFocused(self.undo)
        self.expect(self.page.get_by_role("link", name="All 0")).to_be_visible()
        self.expect(self.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
        self.assertAccessible(self.page)

        self.page.keyboard.press("Enter")
        self.assertFocused(self.row.get_by_role("link", name="A gate in winter", exact=True))
        self.expect(self.page.get_by_role("link", name="All 1")).to_be_visible()
        self.expect(self.page.get_by_role("heading", name="Nothing here yet")).to_have_count(0)
        self.assertAccessible(self.page)

    def test_click_with_ctrl_opens_the_question_in_a_tab(self):
        with self.page.context.expect_page() as opened:
            self.delete.click(modifiers=["Control"])
        self.expect(opened.value.get_by_role("heading", name="Delete “A gate in winter”?")).to_be_visible()
        self.expect(self.dialog).to_be_hidden()
        self.assertTrue(Post.objects.exists())

    def test_failed_delete_keeps_the_row_and_says_so(self):
        self.allow("status of 500")
        self.page.route("**/delete/", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
        self.delete.click()
        self.confirm()
        alert = self.page.locator("#messages").get_by_role("alert")
        self.expect(alert).to_contain_text("Nothing on this page has changed.")
        self.expect(self.row.get_by_role("link", name="A gate in winter", exact=True)).to_be_visible()
        self.assertFocused(self.delete)
        self.page.unroute("**/delete/")
        self.delete.click()
        self.confirm()
        self.expect(self.row).to_contain_text("is in the trash.")
        self.expect(alert).to_have_count(0)

    def test_failed_undo_keeps_the_button_and_its_focus(self):
        self.allow("status of 404")
        self.delete.click()
        self.confirm()
        self.expect(self.undo).to_be_visible()
        Post.everything.all().delete()
        self.undo.click()
        self.expect(self.page.locator("#messages").get_by_role("alert")).to_contain_text("not here any more")
        self.assertFocused(self.undo)

    def test_full_page_stays_full_and_true(self):
        make_posts(self.ada, PAGE_SIZE + 1)
        Post.objects.update(updated_at=timezone.now())
        self.page.reload()
        rows = self.page.locator("#post-rows > li")
        overflow = list(Post.objects.latest_worked_on())[PAGE_SIZE]
        self.expect(rows).to_have_count(PAGE_SIZE)
        first = rows.first
        first.get_by_role("link", name="Delete").click()
        self.confirm()
        self.expect(rows).to_have_count(PAGE_SIZE + 1)
        self.expect(rows.last).to_have_id(f"post-row-{overflow.pk}")
        self.expect(self.page.locator("#pager")).to_contain_text("Page 1 of 2")
        rows.last.get_by_role("button", name="Unpublish").click()  # what moved up is alive
        self.expect(rows.last.get_by_role("button", name="Publish")).to_be_visible()
        Post.everything.update(updated_at=timezone.now())  # as they stood
        first.get_by_role("button", name="Undo").click()
        self.expect(rows).to_have_count(PAGE_SIZE)
        self.expect(self.page.locator(f"#post-row-{overflow.pk}")).to_have_count(0)

    # --- Publishing -----------------------------------------------------------------------------------------

    def test_publishing_in_place_keeps_the_focus(self):
        for name, then, state in (("Unpublish", "Publish", "Draft"), ("Publish", "Unpublish", "Live")):
            with self.subTest(name):
                self.row.get_by_role("button", name=f"{name} A gate in winter", exact=True).press("Enter")
                self.expect(self.row.locator(".state")).to_contain_text(state)
                button = self.row.get_by_role("button", name=f"{then} A gate in winter", exact=True)
                self.assertFocused(button)
                self.expect(button).to_be_enabled()
                self.assertAccessible(self.page)

    # --- Searching ------------------------------------------------------------------------------------------

    def test_search_follows_the_typing_and_back_shows_a_whole_page(self):
        make_post(self.ada, title="Bread")
        self.page.reload()
        search = self.page.get_by_role("searchbox")
        rows = self.page.locator("#post-rows > li")
        search.press_sequentially("gate")
        self.expect(rows).to_have_count(1)
        self.page.wait_for_url("**/me/posts/?q=gate")
        self.assertFocused(search)
        self.assertAccessible(self.page)
        self.row.get_by_role("link", name="A gate in winter", exact=True).click()
        self.page.wait_for_url("**/posts/a-gate-in-winter/")
        self.page.go_back()
        self.expect(self.page.get_by_role("banner")).to_be_visible()
        self.expect(search).to_have_value("gate")
        self.expect(rows).to_have_count(1)

    def test_search_that_finds_nothing_says_so(self):
        self.page.get_by_role("searchbox").press_sequentially("xyz")
        self.expect(self.page.get_by_role("heading", name="Nothing found for “xyz”")).to_be_visible()
        self.assertAccessible(self.page)
