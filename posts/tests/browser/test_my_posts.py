"""One's own posts: deleted, brought back and published where they stand, and searched while one types."""

from urllib.parse import urlsplit

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
        self.undo = self.row.get_by_role("button", name="Undo")

    # --- Deleting -------------------------------------------------------------------------------------------

    def test_delete_is_done_and_undone_by_keyboard(self):
        self.delete.press("Enter")
        self.expect(self.row).to_contain_text("“A gate in winter” is in the trash.")
        self.assertFocused(self.undo)
        self.expect(self.page.get_by_role("link", name="All 0")).to_be_visible()
        self.expect(self.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
        self.assertAccessible(self.page)

        self.page.keyboard.press("Enter")
        self.assertFocused(self.row.get_by_role("link", name="A gate in winter", exact=True))
        self.expect(self.page.get_by_role("link", name="All 1")).to_be_visible()
        self.expect(self.page.get_by_role("heading", name="Nothing here yet")).to_have_count(0)
        self.assertAccessible(self.page)

    def test_delete_without_script_is_asked_first_and_undone(self):
        page = self.open("/me/posts/", self.ada, js=False)
        page.get_by_role("link", name="Delete A gate in winter").click()
        self.expect(page.get_by_role("heading", name="Delete “A gate in winter”?")).to_be_visible()
        page.get_by_role("button", name="Delete").click()
        self.expect(page.locator("#messages")).to_contain_text("“A gate in winter” is in the trash.")
        page.get_by_role("button", name="Undo").click()
        self.expect(page.get_by_role("link", name="A gate in winter", exact=True)).to_be_visible()

    def test_click_with_ctrl_opens_the_question_in_a_tab(self):
        with self.page.context.expect_page() as opened:
            self.delete.click(modifiers=["Control"])
        self.expect(opened.value.get_by_role("heading", name="Delete “A gate in winter”?")).to_be_visible()
        self.assertTrue(Post.objects.exists())

    def test_failed_delete_keeps_the_row_and_says_so(self):
        self.allow("status of 500")
        self.page.route("**/delete/", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
        self.delete.click()
        alert = self.page.locator("#messages").get_by_role("alert")
        self.expect(alert).to_contain_text("Nothing on this page has changed.")
        self.expect(self.row.get_by_role("link", name="A gate in winter", exact=True)).to_be_visible()
        self.assertFocused(self.delete)
        self.page.unroute("**/delete/")
        self.delete.click()
        self.expect(self.row).to_contain_text("is in the trash.")
        self.expect(alert).to_have_count(0)

    def test_failed_undo_keeps_the_button_and_its_focus(self):
        self.allow("status of 404")
        self.delete.click()
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
        self.expect(rows).to_have_count(PAGE_SIZE + 1)
        self.expect(rows.last).to_have_id(f"post-row-{overflow.pk}")
        self.expect(self.page.locator("#pager")).to_contain_text("Page 1 of 2")
        rows.last.get_by_role("button", name="Unpublish").click()  # what moved up is alive
        self.expect(rows.last.get_by_role("button", name=f"Publish {overflow}", exact=True)).to_be_visible()
        Post.everything.update(updated_at=timezone.now())  # as they stood
        first.get_by_role("button", name="Undo").click()
        self.expect(rows).to_have_count(PAGE_SIZE)
        self.expect(self.page.locator(f"#post-row-{overflow.pk}")).to_have_count(0)

    # --- Several at once ------------------------------------------------------------------------------------

    def test_several_are_deleted_and_brought_back_by_keyboard(self):
        for title in ("Bread", "Soup"):
            make_post(self.ada, title=title)
        self.page.reload()
        rows = self.page.locator("#post-rows > li")
        for title in ("Bread", "Soup"):
            self.page.get_by_role("checkbox", name=f"Tick {title}").press("Space")
        self.page.get_by_role("checkbox", name="Tick Soup").press("Enter")  # does nothing
        self.assertAccessible(self.page)
        self.page.get_by_role("form", name="Ticked posts").get_by_role("button", name="Delete").press("Enter")
        self.expect(rows).to_have_count(1)
        self.expect(self.page.locator("#messages")).to_contain_text("2 posts are in the trash.")
        self.expect(self.page.get_by_role("link", name="All 1")).to_be_visible()
        self.assertFocused(self.page.locator("#messages").get_by_role("button", name="Undo"))
        self.assertAccessible(self.page)
        self.page.keyboard.press("Enter")
        self.expect(rows).to_have_count(3)
        self.expect(self.page.locator("#messages")).to_contain_text("2 posts are as before.")

    def test_all_on_the_page_are_published_where_they_stand(self):
        Post.objects.update(published_at=None)
        self.page.goto("/me/posts/?show=drafts")
        self.page.get_by_role("checkbox", name="All on this page").check()
        self.expect(self.page.get_by_role("checkbox", name="Tick A gate in winter")).to_be_hidden()
        self.page.get_by_role("form", name="Ticked posts").get_by_role("button", name="Publish", exact=True).click()
        self.expect(self.page.locator("#messages")).to_contain_text("“A gate in winter” is live.")
        self.expect(self.page.get_by_role("heading", name="Nothing here")).to_be_visible()
        self.expect(self.page.get_by_role("link", name="Drafts 0")).to_have_attribute("aria-current", "page")
        self.assertTrue(self.page.url.endswith("?show=drafts"))
        self.page.get_by_role("button", name="Undo").click()
        self.expect(self.row.locator(".state")).to_contain_text("Draft")
        self.page.wait_for_url("**/me/posts/?show=drafts")

    def test_double_click_is_one_click(self):
        self.page.get_by_role("checkbox", name="Tick A gate in winter").check()
        held = self.hold(self.page, "**/me/posts/delete/*")
        button = self.page.get_by_role("form", name="Ticked posts").get_by_role("button", name="Delete")
        button.dblclick()
        held[0].continue_()
        self.expect(self.page.locator("#messages")).to_contain_text("“A gate in winter” is in the trash.")
        self.assertEqual(len(held), 1)

    def test_nothing_ticked_is_said_and_the_focus_stays(self):
        button = self.page.get_by_role("form", name="Ticked posts").get_by_role("button", name="Unpublish")
        self.allow("status of 422")
        button.click()
        self.expect(self.page.locator("#messages")).to_contain_text("Tick the posts first")
        self.assertFocused(button)
        self.expect(button).to_be_enabled()

    def test_several_without_script(self):
        make_post(self.ada, title="Bread")
        page = self.open("/me/posts/", self.ada, js=False)
        page.get_by_role("checkbox", name="All on this page").check()
        page.get_by_role("form", name="Ticked posts").get_by_role("button", name="Unpublish").click()
        self.expect(page.locator("#messages")).to_contain_text("2 posts are drafts again.")
        page.get_by_role("button", name="Undo").click()
        self.expect(page.locator("#messages")).to_contain_text("2 posts are as before.")
        self.assertEqual(Post.objects.published().count(), 2)

    # --- The trash ------------------------------------------------------------------------------------------

    def test_trash_gives_back_in_place(self):
        other = make_post(self.ada, title="Bread")
        for post in (other, self.post):
            post.discard()
        self.page.goto("/me/trash/")
        self.assertAccessible(self.page)
        self.page.get_by_role("button", name="Restore A gate in winter").press("Enter")
        self.expect(self.page.locator("#messages")).to_contain_text("“A gate in winter” is back.")
        self.assertFocused(self.page.get_by_role("button", name="Restore Bread"))
        self.page.keyboard.press("Enter")
        self.expect(self.page.get_by_role("heading", name="The trash is empty")).to_be_visible()
        self.assertFocused(self.page.locator("#trash a"))
        self.assertAccessible(self.page)

    # --- Draft links ----------------------------------------------------------------------------------------

    def test_draft_is_shared_read_and_taken_back(self):
        self.post.unpublish()
        self.page.goto(self.post.get_absolute_url())
        self.page.get_by_role("link", name="Share draft").click()
        self.page.get_by_role("combobox", name="The link holds for").select_option("30 days")
        self.page.get_by_role("button", name="Make a link").press("Enter")
        address = self.page.get_by_role("textbox", name="Holds until")
        self.assertFocused(address)
        self.assertAccessible(self.page)
        visitor = self.open(urlsplit(address.input_value()).path)
        self.expect(visitor.get_by_role("heading", name="A gate in winter")).to_be_visible()
        self.assertAccessible(visitor)
        self.page.get_by_role("button", name="Revoke").press("Enter")
        self.expect(address).to_have_count(0)
        self.assertFocused(self.page.get_by_role("button", name="Make a link"))
        self.allow("status of 404")
        visitor.reload()
        self.expect(visitor.get_by_role("heading", name="Nothing stands at this address")).to_be_visible()

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
