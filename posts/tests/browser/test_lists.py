"""Lists that grow where they stand: "Older posts" with JavaScript, without it, by keyboard, and back again."""

import shutil

from posts.models import Reads
from posts.tests.browser.journey import JourneyTestCase
from posts.tests.factory import make_post, make_posts


class ListsTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.posts = make_posts(self.ada, 25)

    def older(self, page):
        return page.get_by_role("link", name="Older posts")

    def titles(self, page) -> list[str]:
        return page.locator("article h2").all_inner_texts()

    def test_older_posts_come_below_and_take_the_focus(self):
        page = self.open("/")
        self.older(page).focus()
        page.keyboard.press("Enter")
        self.expect(page.locator("article")).to_have_count(20)
        self.assertFocused(page.get_by_role("link", name=self.posts[10].title, exact=True))
        self.expect(page.get_by_role("status").filter(has_text="10 more posts")).to_have_count(1)
        self.expect(page.locator("#post-pager-here")).to_have_text("Page 2")
        self.assertEqual(self.older(page).get_attribute("href"), "?page=3")
        title = page.title()
        self.older(page).click()
        self.expect(page.locator("article")).to_have_count(25)
        self.expect(page.locator("#post-pager")).to_contain_text("That was the oldest.")
        self.expect(page.get_by_role("status").filter(has_text="5 more posts")).to_have_count(1)
        self.assertEqual(self.titles(page), [post.title for post in self.posts])
        self.assertEqual((page.title(), page.url), (title, f"{self.live_server_url}/"))
        ids = page.locator("[id]").evaluate_all("found => found.map(({id}) => id)")
        self.assertEqual(len(ids), len(set(ids)))
        self.assertAccessible(page)

    def test_a_post_published_meanwhile_shows_none_twice(self):
        page = self.open("/")
        make_post(self.ben, title="Newer")
        self.older(page).click()
        self.expect(page.locator("article")).to_have_count(20)
        self.older(page).click()
        self.expect(page.locator("article")).to_have_count(25)
        self.assertEqual(self.titles(page), [post.title for post in self.posts])

    def test_without_script_the_link_is_a_page(self):
        page = self.open("/", js=False)
        self.older(page).click()
        self.assertTrue(page.url.endswith("/?page=2"))
        self.expect(page.locator("article")).to_have_count(10)
        self.older(page).click()
        self.assertEqual(self.titles(page), [post.title for post in self.posts[20:]])
        page.get_by_role("link", name="Newer posts").click()
        self.assertTrue(page.url.endswith("/?page=2"))

    def test_click_with_ctrl_opens_the_page_in_a_tab(self):
        page = self.open("/")
        with page.context.expect_page() as opened:
            self.older(page).click(modifiers=["Control"])
        opened.value.wait_for_url("**/?page=2")
        self.expect(page.locator("article")).to_have_count(10)

    def test_a_failure_keeps_the_list_and_the_way_on(self):
        self.allow("status of 500")
        page = self.open("/")
        page.route("**/?page=2*", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
        self.older(page).click()
        self.expect(page.locator("#messages").get_by_role("alert")).to_be_visible()
        self.expect(page.locator("article")).to_have_count(10)
        page.unroute("**/?page=2*")
        self.older(page).click()
        self.expect(page.locator("article")).to_have_count(20)

    def test_back_shows_what_was_there(self):
        cached = self.browser.browser_type.launch(  # Playwright switches off what keeps a page for Back
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        self.addCleanup(cached.close)
        page = cached.new_page()
        page.goto(self.live_server_url)
        self.older(page).click()
        self.expect(page.locator("article")).to_have_count(20)
        page.locator("article").nth(15).get_by_role("link").first.click()
        page.wait_for_url("**/posts/**")
        page.evaluate("history.back()")
        self.expect(page.locator("article")).to_have_count(20)

    def test_lists_and_reads_are_for_everybody(self):
        post = make_post(self.ada, title="Harbour", tags=("Winter",))
        Reads.objects.add({post.pk: 7})
        page = self.open("/", self.ada)
        day = post.published_at
        paths = ("/tags/", "/archive/", f"/archive/{day.year}/", f"/archive/{day.year}/{day.month}/", "/me/reads/")
        for path in (*paths, f"/posts/{post.slug}/reads/"):
            with self.subTest(path):
                page.goto(path)
                self.assertAccessible(page)
