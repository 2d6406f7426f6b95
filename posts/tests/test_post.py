"""The rules of a post that no single page shows."""

from django.db import IntegrityError

from core.testing.cases import ViewTestCase
from posts.models import Post
from posts.tests.factory import make_post


class PostTests(ViewTestCase):
    def test_status_can_be_set_and_is_kept_as_a_time(self):
        post = Post.objects.create(title="T", content="C", author=self.ada, status="published")
        self.assertEqual(Post.objects.published().get(), post)
        moment = post.published_at
        post.status = "published"
        self.assertEqual(post.published_at, moment)
        post.status = "draft"
        self.assertIsNone(post.published_at)

    def test_four_fields_are_a_valid_post(self):
        Post(title="T", content="C", author=self.ada).full_clean()

    def test_address_given_by_hand_that_is_taken_is_no_silent_other_one(self):
        make_post(self.ben, title="Taken")
        with self.assertRaises(IntegrityError):
            Post.objects.create(title="T", slug="taken", content="C", author=self.ada)

    def test_fault_that_is_not_about_the_address_is_not_hidden(self):
        with self.assertRaises(IntegrityError):
            Post.objects.create(title="T", content="C")

    def test_version_grows_with_every_save(self):
        post = make_post(self.ada)
        post.save()
        self.assertEqual(Post.objects.get().version, 2)
        post.publish()
        post.unpublish()
        self.assertEqual(Post.objects.get().version, 3)

    def test_publishing_ahead_schedules(self):
        post = make_post(self.ada, state="draft")
        at = make_post(self.ben, state="scheduled").published_at
        post.publish(at)
        self.assertEqual((Post.objects.get(pk=post.pk).status, post.was_public), ("scheduled", False))

    def test_words_for_a_post_that_was_removed_for_good_meanwhile_begin_it_anew(self):
        post = make_post(self.ada, title="A gate")
        post.content = "New words."
        Post.everything.get().delete()
        saved = post.revise(version=1)
        self.assertEqual((saved.content, saved.slug, saved.version), ("New words.", "a-gate", 1))
        self.assertEqual(Post.objects.get(), saved)
