"""The thirteen complaints about lost text that people have of other systems (voices.md, group A), each as a test.

Where only a browser can tell, the server's half is here, and the docstring names the module that has the other.
The second class holds what the state machine (posts/tests/machine) and the many at once have found.
"""

from datetime import timedelta
from unittest import mock

from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, both_ways
from core.testing.forms import form_on, send_form
from posts.models import Post, Revision, WorkingCopy
from posts.tests.factory import make_image, make_post

FORM, CREATE, NEW = "post-form", reverse("post_create"), reverse("post_autosave", args=["new"])


def edit(post: Post) -> str:
    return reverse("post_edit", args=[post.slug])


def autosave(post: Post) -> str:
    return reverse("post_autosave", args=[post.slug])


@tag("slow")
class WritingTestCase(ViewTestCase):
    def opened(self, client, post=None, **changes):
        """What the form of `post` (None: a new one) sends with some fields changed."""
        return form_on(client.get(edit(post) if post else CREATE), FORM)["data"] | changes


@tag("slow")
class ComplaintsTests(WritingTestCase):
    def test_a01_words_typed_while_a_save_is_in_flight_are_kept(self):
        """The autosave of them comes in before the save, or after it. posts/tests/browser/test_autosave.py types."""
        for autosave_first in (True, False):
            post, client = make_post(self.ada), self.htmx(self.ada)
            form = self.opened(client, post, status="published")
            save = (edit(post), form | {"content": "Sent.", "order": "1"})
            later = (autosave(post), form | {"content": "Sent. And typed on.", "order": "2"})
            for sent in (later, save) if autosave_first else (save, later):
                self.assertEqual(client.post(*sent).status_code, 200)
            with self.subTest(autosave_first=autosave_first):
                self.assertContains(self.page().get(post.get_absolute_url()), "<p>Sent.</p>")
                self.assertEqual(self.opened(client, post)["content"], "Sent. And typed on.")
                response = client.post(edit(post), self.opened(client, post, status="published"))
                self.assertEqual(response["HX-Redirect"], post.get_absolute_url())
                self.assertEqual(Post.objects.get(pk=post.pk).content, "Sent. And typed on.")

    def test_a02_older_text_is_never_put_back_over_newer_by_itself(self):
        post, client = make_post(self.ada), self.page(self.ada)
        old = self.opened(client, post, content="Older, on the train.")
        client.post(edit(post), self.opened(client, post, content="Newer, at home."))
        client.post(autosave(post), old)
        response = client.get(edit(post))
        self.assertEqual(form_on(response, FORM)["data"]["content"], "Newer, at home.")
        copy = WorkingCopy.objects.get()
        self.assertContains(response, reverse("working_copy_detail", args=[post.slug, copy.pk]))
        client.post(reverse("working_copy_discard", args=[post.slug, copy.pk]))
        self.assertEqual(Revision.objects.get(number=None).content, "Older, on the train.")

    @both_ways("ada")
    def test_a03_nobody_is_told_of_another_where_there_is_none(self, client):
        """A slow first save, and a second of the same form, which still has the old version."""
        post = make_post(self.ada, content="First.")
        form = self.opened(client, post, status="published")
        for content in ("Second.", "Third, in other words."):
            self.assertWentTo(client.post(edit(post), form | {"content": content}), client, post.get_absolute_url())
        self.assertEqual(Post.objects.get().content, "Third, in other words.")
        response = self.page(self.ada).get(post.get_absolute_url())
        self.assertNotContains(response, "came in")

    def test_a03_own_other_tab_is_called_so(self):
        post, client = make_post(self.ada), self.page(self.ada)
        first, second = self.opened(client, post, content="Tab one."), self.opened(client, post, content="Tab two.")
        client.post(edit(post), first)
        response = client.post(edit(post), second)
        self.assertContains(response, "Saved by you at", status_code=409)
        self.assertContains(response, "in another tab or on another device", status_code=409)

    def test_a04_draft_of_a_browser_does_not_beat_a_newer_one_of_the_server(self):
        """What a browser has kept comes as an autosave of its own form. test_recovery.py has the browser's half."""
        post, here, there = make_post(self.ada), self.htmx(self.ada), self.htmx(self.ada)
        old = self.opened(here, post, content="In this browser since Monday.", order="1")
        there.post(autosave(post), self.opened(there, post, content="On the server since Tuesday.", order="2"))
        here.post(autosave(post), old)
        kept = {"In this browser since Monday.", "On the server since Tuesday."}
        self.assertEqual(set(WorkingCopy.objects.values_list("content", flat=True)), kept)
        page = self.page(self.ada).get(edit(post))
        for copy in WorkingCopy.objects.all():
            self.assertContains(page, reverse("working_copy_detail", args=[post.slug, copy.pk]))

    @both_ways("ada")
    def test_a05_old_tab_does_not_overwrite_the_new_text(self, client):
        post = make_post(self.ada, content="One.\n\nTwo.")
        old, new = (self.opened(client, post, status="published") for _ in range(2))
        client.post(edit(post), new | {"content": "One, new.\n\nTwo."})
        client.post(edit(post), old | {"content": "One.\n\nTwo, old."})
        self.assertEqual(Post.objects.get().content, "One, new.\n\nTwo, old.")
        clash = client.post(edit(post), self.opened(client) | old | {"submission": "", "content": "One, old.\n\nTwo."})
        self.assertEqual(clash.status_code, 409)
        self.assertEqual(Post.objects.get().content, "One, new.\n\nTwo, old.")
        self.assertEqual(Revision.objects.get(number=None).content, "One, old.\n\nTwo.")

    def test_a06_session_that_ends_takes_no_text_with_it(self):
        """posts/tests/test_middleware.py has more of it, browser/test_recovery.py the sign-in beside the page."""
        post, client = make_post(self.ada, content="Saved."), self.page(self.ada)
        form = self.opened(client, post, content="Two hours' work.", status="published")
        client.cookies.clear()
        response = client.post(edit(post), form)
        self.assertTrue(response["Location"].startswith(reverse("login")))
        self.assertNotIn("work", response["Location"])
        self.assertEqual(self.opened(self.page(self.ada), post)["content"], "Two hours' work.")
        self.assertContains(self.page().get(post.get_absolute_url()), "Saved.")
        self.assertEqual(self.htmx().post(edit(post), form).status_code, 401)

    def test_a07_saved_is_said_of_what_is_saved_only(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        form = self.opened(client, post)
        self.assertContains(client.post(autosave(post), form | {"content": "Typed."}), "Saved")
        self.assertEqual(WorkingCopy.objects.get().content, "Typed.")
        response = client.post(autosave(post), form | {"content": "x" * 1_100_000})
        self.assertContains(response, "Not saved", status_code=422)
        self.assertEqual(WorkingCopy.objects.get().content, "Typed.")
        client.cookies.clear()
        self.assertNotContains(client.post(autosave(post), {"content": "Typed."}), "Saved", status_code=401)

    def test_a08_autosaves_do_not_drown_the_history(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        form = self.opened(client, post)
        for number in range(5):
            client.post(autosave(post), form | {"content": "word " * number, "order": str(number + 1)})
        self.assertEqual(post.revisions.count(), 1)
        client.post(edit(post), form | {"content": "Done.", "status": "published"})
        self.assertEqual(post.revisions.count(), 2)

    def test_a09_answer_of_an_autosave_resets_no_field(self):
        """It holds a state and one hidden field. posts/tests/browser/test_autosave.py looks at caret and menus."""
        post, client = make_post(self.ada), self.htmx(self.ada)
        response = client.post(autosave(post), self.opened(client, post, content="Typed."))
        self.assertPartial(response, "posts/post_form.html#autosave-state")
        for field in ("<textarea", "<select", "<form", 'name="title"', 'name="version"', 'name="submission"'):
            self.assertNotContains(response, field)
        self.assertEqual(response.text.count("<input"), 1)

    def test_a10_every_unsaved_new_post_is_remembered(self):
        client = self.htmx(self.ada)
        for number in range(3):
            client.post(NEW, self.opened(client, title=f"Idea {number}", content=f"Words {number}."))
        page = self.page(self.ada).get(reverse("my_posts"))
        for post in Post.objects.all():
            self.assertContains(page, edit(post))
            self.assertEqual(self.opened(client, post)["content"], f"Words {post.title[-1]}.")
        self.assertEqual(Post.objects.count(), 3)

    def test_a11_page_left_by_mistake_is_found_again_on_any_device(self):
        """The last request of a page that is going. posts/tests/browser/test_autosave.py leaves it."""
        phone, desk = self.htmx(self.ada), self.page(self.ada)
        phone.post(NEW, self.opened(phone, title="Tides", content="Half of an article", tags="coast"))
        (post,) = Post.objects.editable_by(self.ada)
        self.assertContains(desk.get(reverse("my_posts")), "Tides")
        data = self.opened(desk, post)
        self.assertEqual(
            [data[name] for name in ("title", "content", "tags")], ["Tides", "Half of an article", "coast"]
        )

    @both_ways("ada")
    def test_a12_publish_pressed_five_times_makes_one_post(self, client):
        page = client.get(CREATE)
        answers = [send_form(client, page, FORM, title="T", content="x", status="published") for _ in range(5)]
        for answer in answers:
            self.assertWentTo(answer, client, reverse("post_detail", args=["t"]))
        self.assertEqual((Post.objects.get().version, Revision.objects.count()), (1, 1))

    def test_a13_nothing_that_one_does_takes_a_body_of_work_away(self):
        post = make_post(self.ada, title="Tides", tags=("coast",), featured_image=make_image(self.ada))
        post.content = "Second."
        post.save()
        client = self.page(self.ada)
        client.post(autosave(post), self.opened(client, post, content="Not saved yet."))
        client.post(reverse("post_delete", args=[post.slug]))
        self.assertFalse(Post.objects.exists())
        client.post(reverse("post_restore", args=[post.slug]))
        back = Post.objects.get()
        self.assertEqual(
            (back.content, back.featured_image, back.revisions.count()), ("Second.", post.featured_image, 2)
        )
        self.assertEqual(self.opened(client, back)["content"], "Not saved yet.")

    def test_a13_looking_at_an_empty_form_makes_no_drafts(self):
        client = self.htmx(self.ada)
        for _ in range(3):
            client.post(NEW, self.opened(client))
        self.assertFalse(Post.everything.exists())


@tag("slow")
class FoundTests(WritingTestCase):
    """By the state machine and by many at once."""

    def test_form_sent_again_after_its_next_words_is_still_the_same_form(self):
        """First words, other words, and the first once more: a retry that was long on its way."""
        post, client = make_post(self.ada), self.page(self.ada)
        form = self.opened(client, post, status="published")
        for content in ("First words.", "Other words.", "First words.", "Other words."):
            self.assertRedirects(client.post(edit(post), form | {"content": content}), post.get_absolute_url())
        self.assertEqual((Post.objects.get().content, Post.objects.get().version), ("Other words.", 3))

    def test_first_save_of_a_form_holds_what_others_saved_and_the_second_does_not_undo_it(self):
        post, client = make_post(self.ada, content="One.\n\nTwo."), self.page(self.ada)
        form = self.opened(client, post, status="published")
        post.content = "One, theirs.\n\nTwo."
        post.revise(by=self.ben)
        for content in ("One.\n\nTwo, mine.", "One.\n\nTwo, mine.\n\nThree, mine."):
            client.post(edit(post), form | {"content": content})
        self.assertIn("One, theirs.", Post.objects.get().content)

    def test_count_of_another_device_does_not_make_an_autosave_late(self):
        """Each device counts by its own clock; the form that takes a working copy over may be behind."""
        post, fast, slow = make_post(self.ada), self.htmx(self.ada), self.htmx(self.ada)
        fast.post(autosave(post), self.opened(fast, post, content="At a fast clock.", order="2000"))
        went_on = self.opened(slow, post, content="At a fast clock. Gone on at a slow one.", order="1000")
        self.assertContains(slow.post(autosave(post), went_on), "Saved")
        self.assertEqual(WorkingCopy.objects.get().content, "At a fast clock. Gone on at a slow one.")

    def test_autosave_that_is_late_and_says_what_is_saved_takes_nothing_newer_away(self):
        post, client = make_post(self.ada, content="Saved."), self.htmx(self.ada)
        form = self.opened(client, post)
        client.post(autosave(post), form | {"content": "Saved. Typed.", "order": "2"})
        client.post(autosave(post), form | {"order": "1"})
        self.assertEqual(WorkingCopy.objects.get().content, "Saved. Typed.")

    def test_autosave_that_was_sent_before_its_form_was_saved_leaves_nothing(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        form = self.opened(client, post, status="published")
        client.post(edit(post), form | {"content": "All of it.", "order": "2"})
        self.assertContains(client.post(autosave(post), form | {"content": "All of", "order": "1"}), "Saved")
        self.assertFalse(WorkingCopy.objects.exists())

    def test_words_that_are_kept_in_the_trash_lead_there(self):
        post, client = make_post(self.ada), self.page(self.ada)
        form = self.opened(client, post, content="Still typing.")
        post.discard()
        response = client.post(autosave(post), form, follow=True)
        self.assertEqual(response.redirect_chain[-1][0], reverse("trash"))
        self.assertContains(response, "Restore it to go on.")
        client.post(reverse("post_restore", args=[post.slug]))
        self.assertEqual(self.opened(client, post)["content"], "Still typing.")

    def test_save_and_first_autosave_of_a_new_form_are_one_post_in_either_order(self):
        """At one moment, where neither sees the other: see test_concurrency."""
        for first in (CREATE, NEW):
            client = self.page(self.ada)
            form = self.opened(client, title=f"Begun at {first}", content="Words.", status="draft")
            with mock.patch("posts.models.visibility.PostQuerySet.begun_with", lambda *_: None):
                for url in (first, CREATE if first == NEW else NEW):
                    self.assertEqual(client.post(url, form).status_code, 302)
            self.assertEqual(Post.everything.filter(content="Words.").count(), 1)
            Post.everything.all().delete()

    def test_two_who_publish_one_draft_do_not_clash_over_the_second(self):
        post, client = make_post(self.ada, state="draft", content="One.\n\nTwo."), self.page(self.ada)
        here, there = (self.opened(client, post, status="published") for _ in range(2))
        for form in (here | {"content": "One, here.\n\nTwo."}, there | {"content": "One.\n\nTwo, there."}):
            self.assertEqual(client.post(edit(post), form).status_code, 302)
        self.assertEqual(Post.objects.get().content, "One, here.\n\nTwo, there.")

    def test_publishing_in_the_list_what_is_scheduled_at_that_moment(self):
        post = make_post(self.ada, state="draft")
        late = Post.objects.get()
        post.publish(timezone.now() + timedelta(days=1))
        late.publish()
        self.assertEqual(Post.objects.get().status, "published")
