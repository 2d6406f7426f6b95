"""The form while one writes: checks, preview, what happens when the server or the network fails, and leaving."""

from django.contrib.sessions.models import Session

from core.testing.cases import PASSWORD
from posts.models import Post
from posts.tests.browser.journey import FULL, NARROW, JourneyTestCase
from posts.tests.factory import make_post


class PostFormTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = self.open("/posts/new/", self.ada)
        self.title = self.page.get_by_label("Title", exact=True)
        self.text = self.page.get_by_label("Text", exact=True)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def assertSays(self, text: str) -> None:
        """An alert that can be seen from where the button is."""
        alert = self.page.locator("#messages").get_by_role("alert").filter(has_text=text)
        self.expect(alert).to_be_in_viewport()

    # --- Typing ---------------------------------------------------------------------------------------------

    def test_enter_in_the_title_goes_on_to_the_text(self):
        self.title.press_sequentially("One line")
        self.title.press("Enter")
        self.assertFocused(self.text)
        self.expect(self.title).to_have_value("One line")

    def test_field_that_was_left_wrong_says_so_and_stops_when_it_is_right(self):
        self.allow("status of 422")
        tags = self.page.get_by_label("Tags optional")
        tags.fill("x" * 41)
        tags.press("Tab")
        error = self.page.locator("#field-tags").get_by_text("too long for a tag")
        self.expect(error).to_be_visible()
        self.expect(tags).to_have_attribute("aria-invalid", "true")
        self.assertFocused(self.page.get_by_label("Excerpt optional"))
        tags.press("End")
        tags.press("Backspace")
        self.expect(error).to_have_count(0)
        self.assertFocused(tags)

    def test_what_is_typed_while_a_check_is_under_way_stays_with_its_caret(self):
        self.allow("status of 422")
        self.press("Publish")
        self.expect(self.title).to_have_attribute("aria-invalid", "true")
        checks = self.hold(self.page, "**/check/title/")
        self.title.focus()
        with self.page.expect_request("**/check/title/"):
            self.title.press_sequentially("ab")
        self.page.keyboard.insert_text("cdef")
        self.title.press("ArrowLeft")
        self.title.press("ArrowLeft")
        checks[0].continue_()
        self.expect(self.title).not_to_have_attribute("aria-invalid", "true")
        self.expect(self.title).to_have_value("abcdef")
        self.assertFocused(self.title)
        self.assertEqual(self.title.evaluate("(field) => field.selectionStart"), 4)

    def test_error_summary_takes_the_focus_each_time(self):
        self.allow("status of 422")
        self.press("Publish")
        summary = self.page.locator("#error-summary")
        self.assertFocused(summary)
        summary.get_by_role("link", name="Title").click()
        self.assertFocused(self.title)
        self.title.fill("Still no text")
        self.press("Publish")
        self.expect(summary).not_to_contain_text("Give the post a title.")
        self.assertFocused(summary)

    # --- Saving ---------------------------------------------------------------------------------------------

    def test_button_says_whether_it_is_published(self):
        self.title.fill("Kept back")
        self.text.fill("Not yet.")
        self.press("Save draft")
        self.page.wait_for_url("**/posts/kept-back/")
        self.assertEqual(Post.objects.get().status, "draft")

    def test_three_clicks_make_one_post(self):
        sent = []
        self.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
        self.title.fill("Once")
        self.text.fill("And only once.")
        self.title.focus()  # so that the checks are over before the clicks
        self.page.wait_for_load_state("networkidle")
        sent.clear()
        self.page.get_by_role("button", name="Publish").click(click_count=3)
        self.page.wait_for_url("**/posts/once/")
        self.assertEqual(sent, [f"{self.live_server_url}/posts/new/"])
        self.assertEqual(Post.objects.count(), 1)

    def test_server_error_keeps_the_text_and_says_so(self):
        self.allow("status of 500")
        self.page.route("**/posts/new/", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
        self.text.fill("Still here.")
        self.press("Publish")
        self.assertSays("What you wrote is still in the form.")
        self.expect(self.text).to_have_value("Still here.")
        self.assertFocused(self.page.get_by_role("button", name="Publish"))

    def test_no_network_keeps_the_text_and_the_next_save_works(self):
        self.allow("ERR_INTERNET_DISCONNECTED", "htmx:error")
        self.title.fill("Ferry")
        self.text.fill("Written on the ferry.")
        self.title.focus()
        self.page.wait_for_load_state("networkidle")
        self.page.context.set_offline(True)
        self.press("Publish")
        self.assertSays("You are offline.")
        self.page.context.set_offline(False)
        self.press("Publish")
        self.page.wait_for_url("**/posts/ferry/")

    def test_expired_login_keeps_the_text_and_the_next_save_works(self):
        self.allow("status of 401")
        self.title.fill("Long thoughts")
        self.text.fill("Two weeks later …")
        self.title.focus()
        self.page.wait_for_load_state("networkidle")
        Session.objects.all().delete()
        self.press("Publish")
        self.assertSays("You are signed out by now.")
        self.expect(self.text).to_have_value("Two weeks later …")
        self.sign_in_elsewhere()
        self.press("Publish")
        self.page.wait_for_url("**/posts/long-thoughts/")
        self.assertEqual(Post.objects.get().content, "Two weeks later …")

    def sign_in_elsewhere(self) -> None:
        """In the tab that the message opens; it changes the CSRF token of this one."""
        with self.page.expect_popup() as popup:
            self.page.get_by_role("link", name="sign in, in a new tab").click()
        tab = popup.value
        tab.get_by_label("Name", exact=True).fill("ada")
        tab.get_by_label("Password", exact=True).fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url("**/posts/new/")  # what was typed has been kept
        self.page.bring_to_front()

    def test_conflict_shows_both_texts(self):
        self.allow("status of 409")
        post = make_post(self.ada, title="Two hands", content="The beginning.")
        self.page.goto(f"/posts/{post.slug}/edit/")
        self.text.fill("Mine.")
        theirs = Post.objects.get(pk=post.pk)
        theirs.content = "The beginning, and theirs."
        theirs.revise(tags=[], version=post.version)
        self.press("Save changes")
        conflict = self.page.locator(".conflict")
        self.assertFocused(conflict)
        self.expect(conflict).to_contain_text("The beginning, and theirs.")
        self.expect(self.text).to_have_value("Mine.")
        self.assertAccessible(self.page)
        self.press("Save changes")
        self.page.wait_for_url(f"**/posts/{post.slug}/")
        self.assertEqual(Post.objects.get().content, "Mine.")

    # --- Preview --------------------------------------------------------------------------------------------

    def test_preview_follows_the_typing_and_closes(self):
        self.text.fill("Some *stress*.")
        self.press("Preview")
        preview = self.page.get_by_role("region", name="Preview")
        self.expect(preview.locator("em")).to_have_text("stress")
        self.assertFocused(self.page.get_by_role("button", name="Preview", exact=True))
        self.assertAccessible(self.page)
        self.title.fill("A title")
        self.expect(preview.get_by_role("heading", name="A title")).to_be_visible()
        self.press("Close the preview")
        self.expect(preview).to_have_count(0)
        self.assertFocused(self.page.get_by_role("button", name="Preview", exact=True))

    def test_preview_on_a_phone_comes_into_view(self):
        self.page.set_viewport_size(NARROW)
        self.page.get_by_label("Text", exact=True).fill("A paragraph.\n\n" * 40)
        self.press("Preview")
        heading = self.page.get_by_role("region", name="Preview").get_by_role("heading").first
        self.expect(heading).to_be_in_viewport()
        self.press("Close the preview")
        self.expect(self.page.get_by_label("Title", exact=True)).to_be_in_viewport()

    def test_late_preview_does_not_open_again(self):
        self.text.fill("Some *stress*.")
        self.press("Preview")
        self.expect(self.page.get_by_role("region", name="Preview")).to_be_visible()
        self.hold(self.page, "**/posts/preview/")
        with self.page.expect_request("**/posts/preview/"):
            self.text.press_sequentially(" More.")
        with self.page.expect_event("requestfailed"):
            self.press("Close the preview")
        self.expect(self.page.get_by_role("region", name="Preview")).to_have_count(0)

    def test_preview_leaves_the_page_where_it_is(self):
        self.page.set_viewport_size({"width": 1280, "height": 500})
        self.text.fill("\n\n".join(f"Paragraph {number}" for number in range(60)))
        self.page.evaluate("scrollTo({top: 400, behavior: 'instant'})")
        before = self.text.bounding_box()["y"]
        # Playwright's own click scrolls.
        self.page.get_by_role("button", name="Preview").evaluate("(button) => button.click()")
        self.expect(self.page.get_by_role("region", name="Preview")).to_be_attached()
        self.assertEqual(self.text.bounding_box()["y"], before)

    # --- Leaving --------------------------------------------------------------------------------------------

    def test_asks_before_text_is_left_that_neither_server_nor_device_holds(self):
        self.allow("status of 500")
        self.page.route("**/autosave/", lambda route: route.fulfill(status=500))
        self.page.evaluate(FULL)
        self.text.press_sequentially("Unsaved.")
        with self.page.expect_event("dialog") as asked:
            self.page.on("dialog", lambda dialog: dialog.dismiss())
            self.page.evaluate("setTimeout(() => location.reload())")
        self.assertEqual(asked.value.type, "beforeunload")
        self.expect(self.text).to_have_value("Unsaved.")

    def test_leaves_an_untouched_form_without_a_question(self):
        self.page.on("dialog", lambda dialog: self.complain(f"asked: {dialog.type}") or dialog.accept())
        self.text.click()
        self.page.get_by_role("link", name="My posts").click()
        self.page.wait_for_url("**/me/posts/")

    def test_saving_asks_nothing(self):
        self.page.on("dialog", lambda dialog: self.complain(f"asked: {dialog.type}") or dialog.accept())
        self.title.press_sequentially("Saved")
        self.text.press_sequentially("And gone on.")
        self.press("Publish")
        self.page.wait_for_url("**/posts/saved/")
