"""What is typed is kept as a working copy, and readers never see it."""

import uuid

from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.forms import form_on, send_form
from posts.models import Post, Revision, WorkingCopy
from posts.tests.factory import make_post

NEW = reverse("post_autosave", args=["new"])
FORM = "post-form"


def url(post: Post) -> str:
    return reverse("post_autosave", args=[post.slug])


class AutosaveTestCase(ViewTestCase):
    def typed(self, client, post=None, **changes):
        """What the form of `post` (None: a new one) sends with some fields changed."""
        page = client.get(reverse("post_edit", args=[post.slug]) if post else reverse("post_create"))
        return form_on(page, FORM)["data"] | changes


class PostAutosaveTests(AutosaveTestCase):
    @both_ways("ada")
    def test_text_is_kept_and_readers_see_the_saved_one(self, client):
        post = make_post(self.ada, content="Saved.")
        response = client.post(url(post), self.typed(client, post, content="Typed."))
        if client.way == "partial":
            self.assertPartial(response, "posts/post_form.html#autosave-state")
            self.assertContains(response, "Saved ")
            self.assertContains(response, f'value="{WorkingCopy.objects.get().seen}"')
            self.assertLess(len(response.content), 1000)
        else:
            self.assertRedirects(response, reverse("post_edit", args=[post.slug]))
        self.assertEqual(WorkingCopy.objects.get().content, "Typed.")
        self.assertContains(self.page().get(post.get_absolute_url()), "Saved.")
        post.refresh_from_db()
        self.assertEqual((post.content, post.version, post.revisions.count()), ("Saved.", 1, 1))

    @tag("slow")
    def test_every_field_is_kept_as_it_was_typed_however_wrong(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        wrong = {"title": "", "publish_at": "soon", "tags": "a," * 30, "slug": "new", "excerpt": "x" * 999}
        self.assertEqual(client.post(url(post), self.typed(client, post, **wrong)).status_code, 200)
        data = self.typed(client, post)
        self.assertEqual({name: data[name] for name in wrong}, wrong)

    @three_ways("ada")
    def test_form_opens_with_it_and_says_so(self, client):
        post = make_post(self.ada, content="Saved.")
        other = self.page(self.ada)
        other.post(url(post), self.typed(other, post, content="Typed."))
        response = client.get(reverse("post_edit", args=[post.slug]))
        self.assertEqual(form_on(response, FORM)["data"]["content"], "Typed.")
        if client.way != "partial":
            self.assertContains(response, "are kept and not saved yet")
            self.assertContains(
                response, reverse("working_copy_discard", args=[post.slug, WorkingCopy.objects.get().pk])
            )

    @tag("slow")
    def test_one_that_is_older_than_the_saved_text_is_offered_and_not_opened(self):
        post, client = make_post(self.ada, content="Old."), self.page(self.ada)
        client.post(url(post), self.typed(client, post, content="Typed."))
        post.content = "Newer."
        post.revise()
        response = client.get(reverse("post_edit", args=[post.slug]))
        self.assertEqual(form_on(response, FORM)["data"]["content"], "Newer.")
        self.assertContains(response, "begun before the last save")
        asked = client.get(reverse("post_edit", args=[post.slug]), {"copy": WorkingCopy.objects.get().pk})
        self.assertEqual(
            form_on(asked, FORM)["data"] | {"submission": ""},
            form_on(asked, FORM)["data"] | {"content": "Typed.", "version": "1", "submission": ""},
        )

    @tag("slow")
    def test_plain_form_that_others_have_saved_since_stays_open_with_what_was_kept(self):
        post, client = make_post(self.ada, content="Old."), self.page(self.ada)
        form = self.typed(client, post, content="Typed.")
        post.content = "Newer."
        post.revise()
        response = client.post(url(post), form, follow=True)
        self.assertEqual(form_on(response, FORM)["data"]["content"], "Typed.")

    @tag("slow")
    def test_two_tabs_never_overwrite_each_other(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        here, there = self.typed(client, post, content="Here."), self.typed(client, post, content="There.")
        for form in (here, there, here):
            client.post(url(post), form)
        self.assertEqual({copy.content for copy in WorkingCopy.objects.all()}, {"Here.", "There."})

    @tag("slow")
    def test_form_that_went_on_from_a_copy_takes_it_over_unless_it_was_written_to_since(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        first = self.typed(client, post, content="On the train.")
        client.post(url(post), first)
        second = self.typed(client, post, content="On the train. At home.")
        client.post(url(post), second)
        self.assertEqual(WorkingCopy.objects.get().content, "On the train. At home.")
        client.post(url(post), first | {"content": "On the train, again."})
        self.assertEqual(WorkingCopy.objects.count(), 2)

    @tag("slow")
    def test_what_arrives_late_overwrites_nothing(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        form = self.typed(client, post)
        client.post(url(post), form | {"content": "Newer.", "order": "2000"})
        client.post(url(post), form | {"content": "Older.", "order": "1000"})
        self.assertEqual(WorkingCopy.objects.get().content, "Newer.")

    @tag("slow")
    def test_browsers_copy_of_a_tab_has_a_copy_of_its_own(self):
        post, client = make_post(self.ada), self.page(self.ada)
        form = self.typed(client, post)
        for number, (tab, content) in enumerate([("a", "Here."), ("b", "There."), ("a", "Here, too.")]):
            client.post(url(post), form | {"content": content, "tab": tab, "order": str(1000 + number)})
        self.assertEqual({copy.content for copy in WorkingCopy.objects.all()}, {"Here, too.", "There."})
        client.post(reverse("post_edit", args=[post.slug]), form | {"content": "Here.", "tab": "a", "order": "2000"})
        self.assertEqual(WorkingCopy.objects.get().content, "There.")

    @tag("slow")
    def test_what_a_script_leaves_out_stays(self):
        post, client = make_post(self.ada), self.page(self.ada)
        form = self.typed(client, post, content="Typed.", tags="coast")
        client.post(url(post), form)
        client.post(url(post), {"submission": form["submission"], "title": "Only a title"})
        client.post(url(post), {"submission": form["submission"], "version": "1"})
        copy = WorkingCopy.objects.get()
        self.assertEqual((copy.title, copy.content, copy.fields["tags"]), ("Only a title", "Typed.", "coast"))

    def test_saving_ends_it(self):
        post, client = make_post(self.ada), self.page(self.ada)
        edit = reverse("post_edit", args=[post.slug])
        form = self.typed(client, post, content="Typed.")
        client.post(url(post), form)
        client.post(edit, form | {"content": "Typed and saved."})
        self.assertFalse(WorkingCopy.objects.exists())
        client.post(url(post), self.typed(client, post, content="On the train."))
        client.post(edit, self.typed(client, post, content="At home."))  # another form, gone on from the first
        self.assertFalse(WorkingCopy.objects.exists())

    @tag("slow")
    def test_typing_back_what_is_saved_leaves_none(self):
        post, client = make_post(self.ada, content="Saved."), self.htmx(self.ada)
        form = self.typed(client, post)
        client.post(url(post), form | {"content": "Typed."})
        client.post(url(post), form | {"content": "Saved."})
        self.assertFalse(WorkingCopy.objects.exists())

    def test_form_sent_as_it_was_opened_leaves_none(self):
        post = make_post(self.ada, state="scheduled", tags=("coast",), excerpt="Two\nlines.", image_decorative=True)
        client = self.htmx(self.ada)
        client.post(url(post), self.typed(client, post))
        self.assertFalse(WorkingCopy.objects.exists())

    def test_post_in_the_trash_keeps_what_is_still_typed(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        form = self.typed(client, post, content="Still typing.")
        post.discard()
        self.assertEqual(client.post(url(post), form).status_code, 200)
        self.assertTrue(post.deleted_at)
        self.assertEqual(WorkingCopy.objects.get().content, "Still typing.")

    def test_script_without_a_token_keeps_one_copy(self):
        post, client = make_post(self.ada), self.page(self.ada)
        for content in ("One.", "Two."):
            client.post(url(post), {"title": "T", "content": content})
        self.assertEqual(WorkingCopy.objects.get().content, "Two.")

    def test_nonsense_is_no_error(self):
        post, client = make_post(self.ada), self.htmx(self.ada)
        nonsense = {
            "version": "9" * 99,
            "submission": "x",
            "copy": "1.1.1",
            "order": "-1",
            "writer": "x",
            "content": "a\0b",
        }
        self.assertEqual(client.post(url(post), nonsense).status_code, 200)
        self.assertEqual(WorkingCopy.objects.get().content, "ab")

    @tag("slow")
    @both_ways("ada")
    def test_longer_text_than_a_post_may_have_is_said_to_be_unsaved(self, client):
        post = make_post(self.ada)
        response = client.post(url(post), {"content": "x" * 1_010_001})
        self.assertEqual(response.status_code, 422)
        self.assertContains(response, "Not saved: The text is longer than 1,000,000 characters.", status_code=422)

    @tag("slow")
    def test_picture_that_was_chosen_is_kept_with_it(self):
        post, client = make_post(self.ada), self.page(self.ada)
        client.post(url(post), self.typed(client, post, featured_image=pictures.upload(pictures.png())))
        picture = Image.objects.get()
        self.assertFalse(Image.objects.unreferenced().exists())
        data = self.typed(client, post)
        self.assertEqual(data["featured_image_held"], picture.token)
        client.post(reverse("post_edit", args=[post.slug]), data)
        post.refresh_from_db()
        self.assertEqual(post.featured_image, picture)

    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(url(make_post(self.ada)), self.ben, self.cleo, methods=("post",))

    @tag("slow")
    def test_others_copy_is_nobodys_to_take_over(self):
        client, ben = self.htmx(self.ada), self.htmx(self.ben)
        post, his = make_post(self.ada), make_post(self.ben)
        client.post(url(post), self.typed(client, post, content="Ada's."))
        copy = WorkingCopy.objects.get()
        ben.post(url(his), self.typed(ben, his, content="Ben's.", copy=copy.seen, submission=str(copy.token)))
        self.assertEqual({copy.content for copy in WorkingCopy.objects.filter(author=self.ada)}, {"Ada's."})

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada)), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "get", "put", "delete")


class NewPostAutosaveTests(AutosaveTestCase):
    @both_ways("ada")
    def test_first_words_begin_a_draft_that_its_author_comes_back_to(self, client):
        response = client.post(NEW, self.typed(client, title="Gates", content="Words."))
        post = Post.objects.get()
        edit = reverse("post_edit", args=[post.slug])
        if client.way == "partial":
            self.assertEqual(response.headers["HX-Replace-Url"], edit)
        else:
            self.assertRedirects(response, edit)
        self.assertEqual((post.version, post.status, post.title, post.content), (0, "draft", "Gates", ""))
        data = self.typed(client, post)
        self.assertEqual((data["title"], data["content"]), ("Gates", "Words."))
        self.assertWentTo(client.get(post.get_absolute_url()), client, edit)

    @tag("slow")
    @both_ways("ada")
    def test_form_of_a_new_post_goes_on_with_its_draft_and_saves_it(self, client):
        form = self.typed(client, title="Gates", content="Words.")
        client.post(NEW, form)
        client.post(NEW, form | {"content": "More words."})
        self.assertWentTo(client.post(reverse("post_create"), form), client, "/posts/gates/")
        post = Post.objects.get()
        self.assertEqual((post.slug, post.version, post.content), ("gates", 1, "Words."))
        self.assertFalse(WorkingCopy.objects.exists())

    @tag("slow")
    def test_address_that_the_first_answer_gave_is_good_for_the_next(self):
        client = self.htmx(self.ada)
        form = self.typed(client, title="Gates", content="Words.")
        client.post(NEW, form)
        client.post(url(Post.objects.get()), form | {"content": "More words."})
        self.assertEqual((Post.objects.count(), WorkingCopy.objects.get().content), (1, "More words."))

    def test_nothing_typed_makes_no_post(self):
        client = self.htmx(self.ada)
        self.assertEqual(client.post(NEW, self.typed(client, title=" ")).status_code, 200)
        self.assertFalse(Post.everything.exists())

    @tag("slow")
    def test_readers_and_others_never_see_it(self):
        client = self.htmx(self.ada)
        client.post(NEW, self.typed(client, title="Gates", content="Words."))
        self.assertHidden(Post.objects.get().get_absolute_url(), None, self.ben)

    @tag("slow")
    def test_each_new_post_is_remembered(self):
        client = self.htmx(self.ada)
        for title in ("One", "Two"):
            client.post(NEW, self.typed(client, title=title, content="Words."))
        self.assertEqual(Post.objects.filter(title__in=("One", "Two")).count(), 2)

    @tag("slow")
    def test_stale_form_of_a_saved_post_is_kept_beside_it(self):
        client = self.page(self.ada)
        form = self.typed(client, title="Gates", content="Words.", submission=str(uuid.uuid4()))
        client.post(reverse("post_create"), form)
        client.post(NEW, form | {"content": "Written after Back."})
        post = Post.objects.get()
        self.assertEqual((post.content, WorkingCopy.objects.get().content), ("Words.", "Written after Back."))
        self.assertEqual(Revision.objects.count(), 1)

    @tag("slow")
    def test_form_of_a_new_post_that_others_changed_since_is_settled_in_the_one_post(self):
        client = self.page(self.ada)
        form = self.typed(client, title="Gates", content="Words.")
        client.post(reverse("post_create"), form)
        post = Post.objects.get()
        post.content = "Ben's words."
        post.revise(by=self.ben)
        response = client.post(reverse("post_create"), form | {"content": "Other words."})
        self.assertContains(response, "Saved by ben at", status_code=409)
        send_form(client, response, FORM)
        self.assertEqual((Post.objects.get().content, Post.objects.get().version), ("Other words.", 3))
        self.assertEqual(Revision.objects.filter(number=None).get().content, "Other words.")
