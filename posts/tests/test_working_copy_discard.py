"""Going back from what was typed to what is saved."""

import re

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post, WorkingCopy
from posts.tests.factory import make_image, make_post


def keep(post: Post, **typed: str) -> WorkingCopy:
    typed = {"title": post.title, "content": "Typed."} | typed
    return WorkingCopy.objects.keep(author=post.author, post=post, token=None, version=post.version, typed=typed)


def url(copy: WorkingCopy) -> str:
    return reverse("working_copy_discard", args=[copy.post.slug, copy.pk])


def undo(html: str) -> str:
    return re.search(r'action="([^"]+)"(?:(?!</form>).)*>Undo', html)[1]


class WorkingCopyDiscardTests(ViewTestCase):
    @both_ways("ada")
    def test_editor_has_what_is_saved_and_the_history_what_was_typed(self, client):
        post = make_post(self.ada)
        self.assertWentTo(client.post(url(keep(post))), client, reverse("post_edit", args=[post.slug]))
        self.assertFalse(WorkingCopy.objects.exists())
        self.assertEqual(
            [(row.content, row.reason) for row in post.revisions.filter(number=None)], [("Typed.", "discarded")]
        )
        self.assertEqual(Post.objects.get().version, 1)

    @tag("slow")
    def test_undo_opens_all_of_it_again(self):
        post = make_post(self.ada, featured_image=make_image(self.ada))
        typed = {"title": "A title", "excerpt": "E", "tags": "a, b", "image_alt": "Sea", "featured_image-clear": "on"}
        client = self.page(self.ada)
        response = client.post(url(keep(post, **typed)), follow=True)
        self.assertContains(response, "Discarded.")
        client.post(undo(response.text))
        copy = WorkingCopy.objects.get()
        self.assertEqual(
            (copy.title, copy.content, copy.fields),
            ("A title", "Typed.", copy.fields | {k: v for k, v in typed.items() if k != "title"}),
        )

    @tag("slow")
    def test_post_that_was_never_saved_goes_to_the_trash_and_comes_back(self):
        typed = {"title": "New", "content": "Typed."}
        copy = WorkingCopy.objects.keep(author=self.ada, post=None, token=None, version=0, typed=typed)
        client = self.page(self.ada)
        response = client.post(url(copy), follow=True)
        self.assertRedirects(response, reverse("my_posts"))
        self.assertContains(response, "“New” is in the trash.")
        self.assertEqual((Post.objects.count(), Post.trash.count()), (0, 1))
        client.post(undo(response.text))
        self.assertEqual(Post.objects.get().working_copies.get().content, "Typed.")

    @tag("slow")
    def test_it_is_its_writers_alone(self):
        copy = keep(make_post(self.ada))
        self.assertHidden(url(copy), self.ben, self.cleo, methods=("post",))
        self.assertTrue(WorkingCopy.objects.exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(url(keep(make_post(self.ada))), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(keep(make_post(self.ada))), self.ada, "get", "put", "delete")
