"""Restoring what a post was."""

import re
from unittest.mock import patch

from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.testing.cases import ViewTestCase, both_ways
from posts.models import Conflict, Post, Revision, Tag, WorkingCopy
from posts.tests.factory import make_image, make_post


def url(revision: Revision) -> str:
    return reverse("revision_restore", args=[revision.post.slug, revision.pk])


class RevisionRestoreTests(ViewTestCase):
    def changed(self, **fields: object) -> tuple[Post, Revision]:
        """A draft that was published under another address since, and its first version."""
        post = make_post(self.ada, state="draft", **{"title": "Was", "content": "What it was."} | fields)
        post.tags.set(Tag.objects.named(["old"]))
        post.title, post.content, post.slug, post.excerpt = "Is", "What it is.", "is", "New"
        post.publish()
        post = post.revise(tags=["new"])
        return post, post.revisions.get(number=1)

    @both_ways("ada")
    def test_is_a_save_that_keeps_the_address_and_who_may_read(self, client):
        post, first = self.changed()
        self.assertWentTo(client.post(url(first)), client, reverse("post_detail", args=["is"]))
        restored = Post.objects.get()
        self.assertEqual((restored.title, restored.content, restored.excerpt), ("Was", "What it was.", ""))
        self.assertEqual((restored.slug, restored.status, restored.version), ("is", "published", post.version + 1))
        self.assertEqual([tag.name for tag in restored.tags.all()], ["old"])
        self.assertEqual(restored.revisions.newest_first()[0].reason, "restored")

    @tag("slow")
    def test_undo_brings_back_what_it_was_before(self):
        _, first = self.changed()
        client = self.page(self.ada)
        response = client.post(url(first), follow=True)
        undo = re.search(r'action="([^"]+)"(?:(?!</form>).)*>Undo', response.text)[1]
        client.post(undo)
        self.assertEqual(Post.objects.get().content, "What it is.")
        self.assertEqual(Post.objects.get().excerpt, "New")

    @tag("slow")
    @both_ways("ada")
    def test_what_it_says_already_is_not_saved_again(self, client):
        post, _ = self.changed()
        client.post(url(post.revisions.get(number=post.version)))
        self.assertEqual(Post.objects.get().version, post.version)
        page = client.get(reverse("revision_list", args=[post.slug]))
        self.assertContains(page, "says just this already")

    @tag("slow")
    def test_picture_that_has_gone_leaves_the_one_of_now(self):
        for state in ("deleting", "deleted"):
            with self.subTest(state):
                old, now = make_image(self.ada), make_image(self.ada)
                post = make_post(self.ada, content="What it was.", featured_image=old, image_alt="Then")
                post.content, post.featured_image, post.image_alt = "What it is.", now, "Now"
                post = post.revise()
                if state == "deleting":
                    Image.objects.filter(pk=old.pk).update(state=Image.State.DELETING)
                else:
                    old.delete()
                response = self.page(self.ada).post(url(post.revisions.get(number=1)), follow=True)
                self.assertContains(response, "no longer kept")
                post = Post.objects.get(pk=post.pk)
                self.assertEqual((post.content, post.featured_image, post.image_alt), ("What it was.", now, "Now"))

    @tag("slow")
    def test_post_without_a_picture_is_without_one_again(self):
        post, first = self.changed()
        post.featured_image = make_image(self.ada)
        post.revise()
        response = self.page(self.ada).post(url(first), follow=True)
        self.assertNotContains(response, "no longer kept")
        self.assertIsNone(Post.objects.get().featured_image)

    @tag("slow")
    def test_what_was_discarded_unfinished_is_no_post_yet(self):
        post = make_post(self.ada)
        for typed in (
            {"title": "", "content": "A"},
            {"title": "T" * 201, "content": "A"},
            {"title": "A", "content": " "},
        ):
            with self.subTest(typed):
                copy = WorkingCopy.objects.keep(author=self.ada, post=post, token=None, version=1, typed=typed)
                response = self.page(self.ada).post(url(copy.discard()), follow=True)
                self.assertContains(response, "Open it in the editor")
                self.assertEqual(Post.objects.get().version, 1)

    @tag("slow")
    def test_a_finished_one_can_be_restored_though_nothing_was_saved_by_save(self):
        post = make_post(self.ada)
        post.revisions.all().delete()  # as of a row that was written in bulk
        typed = {"title": "A", "content": "Typed."}
        kept = WorkingCopy.objects.keep(author=self.ada, post=post, token=None, version=1, typed=typed).discard()
        self.page(self.ada).post(url(kept))
        self.assertEqual(Post.objects.get().content, "Typed.")

    @tag("slow")
    def test_somebody_who_saves_at_the_same_moment_wins(self):
        post, first = self.changed()
        conflict = Conflict(post, None, None)
        with patch.object(Post, "restore_revision", autospec=True, side_effect=conflict):
            response = self.page(self.ada).post(url(first), follow=True)
        self.assertRedirects(response, reverse("revision_list", args=[post.slug]))
        self.assertContains(response, "nothing was restored")

    def test_it_is_the_authors_alone(self):
        post, first = self.changed()
        self.assertHidden(url(first), self.ben, self.cleo, methods=("post",))
        other = reverse("revision_restore", args=[make_post(self.ada).slug, first.pk])
        self.assertHidden(other, self.ada, methods=("post",))
        self.assertEqual(Post.objects.get(pk=post.pk).version, post.version)

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada).revisions.get()), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada).revisions.get()), self.ada, "get", "put", "delete")
