"""Changing a post."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.fakestore import store
from core.testing.forms import form_on, send_form
from posts.models import Post
from posts.tests.factory import make_image, make_post

TEMPLATE, PARTIAL = "posts/post_form.html", "post-form"


def url(post: Post) -> str:
    return reverse("post_edit", args=[post.slug])


class PostEditTests(ViewTestCase):
    @three_ways("ada")
    def test_form_holds_what_is_saved(self, client):
        post = make_post(self.ada, title="Tides", content="Two\n\nbooks.", tags=("coast", "books"), excerpt="Short.")
        response = client.get(url(post))
        self.assertAnswers(response, client, TEMPLATE, PARTIAL)
        form = form_on(response, PARTIAL)["data"]
        kept = {name: form[name] for name in ("title", "content", "tags", "excerpt", "slug", "version", "status")}
        self.assertEqual(
            kept,
            {
                "title": "Tides",
                "content": "Two\n\nbooks.",
                "tags": "books, coast",
                "excerpt": "Short.",
                "slug": "tides",
                "version": "1",
                "status": "published",
            },
        )

    @tag("slow")
    @both_ways("ada")
    def test_form_sent_back_unchanged_changes_nothing_but_the_version(self, client):
        before = make_post(self.ada, content="Two\n\nbooks. ", tags=("coast",), featured_image=make_image(self.ada))
        response = send_form(client, client.get(url(before)), PARTIAL)
        after = Post.objects.get()
        self.assertWentTo(response, client, before.get_absolute_url())
        for name in ("title", "content", "slug", "published_at", "featured_image", "excerpt"):
            self.assertEqual(getattr(after, name), getattr(before, name), name)
        self.assertEqual(after.version, before.version + 1)

    @both_ways("ada")
    def test_change_is_saved_and_shown(self, client):
        post = make_post(self.ada, title="Old", content="Old.")
        response = send_form(client, client.get(url(post)), PARTIAL, title="New title", content="New *text*.")
        self.assertWentTo(response, client, post.get_absolute_url())
        post.refresh_from_db()
        self.assertEqual((post.title, post.content_html.strip()), ("New title", "<p>New <em>text</em>.</p>"))

    @tag("slow")
    def test_address_of_what_was_public_outlives_its_title(self):
        post = make_post(self.ada, title="Old title")
        send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, title="New title")
        self.assertEqual(Post.objects.get().slug, "old-title")
        send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, title="Newer", status="draft")
        send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, title="Newest")
        self.assertEqual((Post.objects.get().slug, Post.objects.get().status), ("old-title", "draft"))

    @tag("slow")
    def test_address_of_what_nobody_has_read_follows_its_title(self):
        for state in ("draft", "scheduled"):
            post = make_post(self.ada, title=f"Untitled {state}", state=state)
            send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, title=f"Good name {state}")
            post.refresh_from_db()
            self.assertEqual(post.slug, f"good-name-{state}")

    @tag("slow")
    def test_address_typed_by_hand_stays_when_the_title_changes(self):
        post = make_post(self.ada, title="A", state="draft")
        send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, title="B", slug="mine")
        self.assertEqual(Post.objects.get().slug, "mine")

    def test_published_post_keeps_its_moment_to_the_second(self):
        at = timezone.now() - timedelta(days=3, seconds=17)
        post = make_post(self.ada, published_at=at)
        send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, content="More.")
        self.assertEqual(Post.objects.get().published_at, at)

    @tag("slow")
    def test_emptied_time_of_a_scheduled_post_publishes_it_now(self):
        post = make_post(self.ada, state="scheduled")
        send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, publish_at="")
        self.assertEqual(Post.objects.get().status, "published")

    @both_ways("ada")
    def test_error_keeps_everything_typed(self, client):
        post = make_post(self.ada, title="Kept", content="Kept.")
        response = send_form(client, client.get(url(post)), PARTIAL, title="", content="A new and long text.")
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertEqual(form_on(response, PARTIAL)["data"]["content"], "A new and long text.")
        post.refresh_from_db()
        self.assertEqual((post.title, post.content), ("Kept", "Kept."))

    @both_ways("ada")
    def test_second_of_two_tabs_is_told_and_sees_both_texts(self, client):
        post = make_post(self.ada, content="The first text.")
        here, there = client.get(url(post)), client.get(url(post))
        send_form(client, there, PARTIAL, content="Theirs, saved first.")
        response = send_form(client, here, PARTIAL, content="Mine, saved second.")
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 409)
        self.assertContains(response, "Theirs, saved first.", status_code=409)
        self.assertEqual(form_on(response, PARTIAL)["data"]["content"], "Mine, saved second.")
        self.assertEqual(Post.objects.get().content, "Theirs, saved first.")
        again = send_form(client, response, PARTIAL)
        self.assertWentTo(again, client, post.get_absolute_url())
        self.assertEqual(Post.objects.get().content, "Mine, saved second.")

    @tag("slow")
    def test_same_form_sent_twice_is_one_save_and_no_conflict(self):
        post = make_post(self.ada)
        client = self.page(self.ada)
        page = client.get(url(post))
        answers = [send_form(client, page, PARTIAL, content="Once.") for _ in range(2)]
        self.assertEqual([answer.status_code for answer in answers], [302, 302])
        self.assertEqual(Post.objects.get().version, 2)

    @tag("slow")
    @both_ways("ada")
    def test_picture_of_a_form_that_came_second_is_kept_through_the_conflict(self, client):
        post = make_post(self.ada)
        here, there = client.get(url(post)), client.get(url(post))
        send_form(client, there, PARTIAL, content="Theirs.")
        mine = {"content": "Mine.", "featured_image": SimpleUploadedFile("new.png", pictures.png())}
        conflict = client.post(url(post), form_on(here, PARTIAL)["data"] | mine)
        self.assertEqual(conflict.status_code, 409)
        send_form(client, conflict, PARTIAL)
        post.refresh_from_db()
        self.assertEqual(list(store.pictures), [post.featured_image.key])

    @tag("slow")
    @both_ways("ada")
    def test_fields_merge_one_by_one_and_tags_as_a_set(self, client):
        post = make_post(self.ada, title="Tides", tags=("coast", "books"))
        here, there = client.get(url(post)), client.get(url(post))
        send_form(client, there, PARTIAL, content="Theirs.", tags="coast, books, gates", excerpt="Theirs, too.")
        response = send_form(client, here, PARTIAL, title="Mine", tags="books, sea")
        self.assertWentTo(response, client, post.get_absolute_url())
        post.refresh_from_db()
        self.assertEqual((post.title, post.content, post.excerpt), ("Mine", "Theirs.", "Theirs, too."))
        self.assertEqual({tag.name for tag in post.tags.all()}, {"books", "gates", "sea"})

    @tag("slow")
    @both_ways("ada")
    def test_field_that_both_changed_is_shown_twice(self, client):
        post = make_post(self.ada, title="Tides", excerpt="Old.")
        here, there = client.get(url(post)), client.get(url(post))
        send_form(client, there, PARTIAL, excerpt="Theirs.")
        response = send_form(client, here, PARTIAL, excerpt="Mine.")
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 409)
        self.assertContains(response, "Saved: <mark>Theirs.</mark>", status_code=409)
        self.assertContains(response, "Yours: <mark>Mine.</mark>", status_code=409)

    @tag("slow")
    def test_save_outside_the_form_counts_as_one(self):
        post = make_post(self.ada)
        page = self.page(self.ada).get(url(post))
        post.content = "By a script."
        post.save()
        self.assertEqual(send_form(self.page(self.ada), page, PARTIAL, content="Mine.").status_code, 409)

    @tag("slow")
    def test_form_that_was_open_when_its_post_was_thrown_away_brings_it_back(self):
        post = make_post(self.ada)
        page = self.page(self.ada).get(url(post))
        post.discard()
        send_form(self.page(self.ada), page, PARTIAL, content="Still wanted.")
        self.assertEqual(Post.objects.get().content, "Still wanted.")
        self.assertHidden(url(post), self.ben, methods=("post",))

    @tag("slow")
    def test_bringing_it_back_is_said_and_undone(self):
        post, client = make_post(self.ada), self.page(self.ada)
        page = client.get(url(post))
        post.discard()
        response = client.get(send_form(client, page, PARTIAL, content="Still wanted.")["Location"])
        self.assertContains(response, "was in the trash, and is back")
        self.assertContains(response, f'action="{reverse("post_delete", args=[post.slug])}"')

    @tag("slow")
    def test_text_for_later_does_not_go_live_by_a_merge(self):
        post, client = make_post(self.ada, state="scheduled", content="Old."), self.page(self.ada)
        page = client.get(url(post))
        Post.objects.get().publish(timezone.now())
        self.assertEqual(send_form(client, page, PARTIAL, content="For later.").status_code, 409)
        self.assertEqual(Post.objects.get().content, "Old.")

    @tag("slow")
    def test_words_that_were_saved_before_and_changed_since_are_not_said_to_be_saved(self):
        post, client = make_post(self.ada), self.page(self.ada)
        page = client.get(url(post))
        for content in ("One.", "Two."):
            send_form(client, page, PARTIAL, content=content)
        client.get("/")  # takes the messages of those two
        response = client.get(send_form(client, page, PARTIAL, content="One.")["Location"])
        self.assertContains(response, "nothing was saved now")
        self.assertNotContains(response, "<p>Saved.</p>")

    @tag("slow")
    def test_address_of_a_draft_does_not_wander(self):
        post = make_post(self.ada, title="Foo", state="draft")
        for title in ("Foo!", "Foo", "Foo."):
            send_form(self.page(self.ada), self.page(self.ada).get(url(post)), PARTIAL, title=title)
            self.assertEqual(Post.objects.get().slug, "foo")

    def test_fields_left_out_by_a_script_stay_as_they_are(self):
        post = make_post(self.ada, tags=("coast",), excerpt="Short.", image_alt="A gate")
        data = {"title": "T", "content": "C", "status": "published"}
        self.page(self.ada).post(url(post), data)
        post.refresh_from_db()
        self.assertEqual((post.excerpt, post.image_alt), ("Short.", "A gate"))
        self.assertEqual([tag.name for tag in post.tags.all()], ["coast"])

    def test_four_fields_alone_are_saved_without_a_version(self):
        post = make_post(self.ada)
        data = {"title": "T", "content": "C", "status": "published"}
        self.assertEqual(self.page(self.ada).post(url(post), data).status_code, 302)
        self.assertEqual(Post.objects.get().content, "C")

    @both_ways("ada")
    def test_picture_is_replaced_and_the_old_one_destroyed_by_nobody(self, client):
        old = make_image(self.ada)
        post = make_post(self.ada, featured_image=old)
        response = client.get(url(post))
        self.assertContains(response, old.src(320))
        form = form_on(response, PARTIAL)["data"]
        new = SimpleUploadedFile("new.png", pictures.png())
        self.assertWentTo(client.post(url(post), {**form, "featured_image": new}), client, post.get_absolute_url())
        post.refresh_from_db()
        self.assertNotEqual(post.featured_image, old)
        self.assertEqual(store.calls, [("put", post.featured_image.key)])
        self.assertTrue(Image.objects.filter(pk=old.pk, state=Image.State.STORED).exists())

    @both_ways("ada")
    def test_picture_is_taken_away(self, client):
        post = make_post(self.ada, featured_image=make_image(self.ada))
        send_form(client, client.get(url(post)), PARTIAL, **{"featured_image-clear": "on"})
        post.refresh_from_db()
        self.assertFalse(post.featured_image)
        self.assertEqual(store.calls, [])

    @tag("slow")
    @both_ways("ada")
    def test_picture_taken_away_stays_so_when_another_field_is_wrong(self, client):
        post = make_post(self.ada, featured_image=make_image(self.ada))
        failed = send_form(client, client.get(url(post)), PARTIAL, title="", **{"featured_image-clear": "on"})
        self.assertEqual(failed.status_code, 422)
        send_form(client, failed, PARTIAL, title="Titled")
        post.refresh_from_db()
        self.assertFalse(post.featured_image)

    @tag("slow")
    def test_picture_on_its_way_out_is_not_attached(self):
        held = make_image(self.ada, state=Image.State.STORED)
        form = form_on(self.page(self.ada).get(url(make_post(self.ada))), PARTIAL)["data"]
        condemn = Image.objects.filter(pk=held.pk).update
        with self.subTest("condemned before the form arrives"):
            condemn(state=Image.State.DELETING)
            response = self.page(self.ada).post(url(Post.objects.get()), form | {"featured_image_held": held.token})
            self.assertEqual(response.status_code, 422)
        with self.subTest("condemned between the look and the save"):
            condemn(state=Image.State.STORED)
            post = Post.objects.get()
            post.featured_image = Image.objects.get(pk=held.pk)
            condemn(state=Image.State.DELETING)
            with self.assertRaises(Image.DoesNotExist):
                post.revise(tags=[])
            self.assertIsNone(Post.objects.get().featured_image)

    def test_others_cannot_tell_that_it_exists(self):
        for state in ("draft", "live"):
            self.assertHidden(url(make_post(self.ada, state=state)), self.ben, self.cleo, methods=("get", "post"))

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada)))
        self.assertNeedsSignIn(url(Post.objects.get()), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "put", "delete", "patch")
