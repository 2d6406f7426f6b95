"""manage.py trash_empty."""

import uuid
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db.models.signals import pre_delete
from django.utils import timezone

from core.images.models import Image
from core.testing.cases import ViewTestCase
from core.testing.fakestore import store
from posts.management.commands import trash_empty
from posts.models import Address, DraftLink, Post, Revision, Submission, Tag, WorkingCopy
from posts.tests.factory import begin_post, make_image, make_post


class TrashEmptyTests(ViewTestCase):
    def discarded(self, days_ago: float, **fields: object) -> Post:
        """Published a day before, unless its state is another."""
        at = timezone.now() - timedelta(days=days_ago)
        dates = {} if "state" in fields else {"published_at": at - timedelta(days=1)}
        return make_post(self.ada, deleted_at=at, **dates | fields)

    def run_it(self, *arguments: str) -> str:
        out, self.errors = StringIO(), StringIO()
        call_command("trash_empty", *arguments, stdout=out, stderr=self.errors)
        return out.getvalue().strip()

    def assertLeft(self, *posts: Post) -> None:
        self.assertCountEqual(Post.everything.all(), posts)

    def test_only_what_was_discarded_over_thirty_days_ago_goes(self) -> None:
        live, fresh, _old = make_post(self.ada), self.discarded(29.9), self.discarded(30.1, tags=("sea",))
        self.assertEqual(self.run_it(), "1 post removed for good.")
        self.assertLeft(live, fresh)

    def test_the_number_of_days_can_be_given(self) -> None:
        fresh, _old = self.discarded(6), self.discarded(8)
        self.run_it("--older-than-days", "7")
        self.assertLeft(fresh)

    def test_zero_days_takes_all_that_is_in_the_trash_and_nothing_else(self) -> None:
        live, draft = make_post(self.ada), make_post(self.ben, state="draft")
        self.discarded(0)
        self.discarded(40)
        self.assertEqual(self.run_it("--older-than-days=0"), "2 posts removed for good.")
        self.assertLeft(live, draft)

    def test_an_empty_trash_is_no_error(self) -> None:
        self.assertEqual(self.run_it(), "0 posts removed for good.")

    def test_its_picture_is_left_without_use_for_the_sweep(self) -> None:
        image = make_image(self.ada)
        self.discarded(31, featured_image=image)
        self.run_it()
        self.assertQuerySetEqual(Image.objects.unreferenced(), [image])
        self.assertEqual(store.calls, [])

    def test_all_that_belongs_to_it_goes_with_it(self) -> None:
        shared, old = make_image(self.ada), make_image(self.ada)
        kept = make_post(self.ada, featured_image=shared)
        post = make_post(self.ada, title="Tides", featured_image=old, published_at=timezone.now() - timedelta(days=40))
        post.featured_image, post.slug = shared, "sea"
        post.save()
        DraftLink.objects.make(post, days=7)
        pending = make_image(self.ada)
        typed = {"title": "Not saved"}
        WorkingCopy.objects.keep(
            author=self.ada, post=post, token=uuid.uuid4(), version=2, typed=typed, picture=pending
        )
        begun = begin_post(self.ada, content="A thought")
        Post.everything.exclude(pk=kept.pk).update(deleted_at=timezone.now() - timedelta(days=31))
        self.assertEqual(self.run_it(), "0 posts removed for good.")  # somebody is still typing there
        WorkingCopy.objects.update(saved_at=timezone.now() - timedelta(days=31))
        self.assertEqual(self.run_it(), "2 posts removed for good.")
        self.assertLeft(kept)
        self.assertEqual({row.post_id for row in Revision.objects.all()}, {kept.pk})
        left = {row.slug: row.post_id for row in Address.objects.all()}
        self.assertEqual(left, {kept.slug: kept.pk, "tides": None, "sea": None})  # readers may know these
        for model in (WorkingCopy, DraftLink):
            self.assertFalse(model.objects.exists(), f"{model} {begun.pk}")
        self.assertCountEqual(Image.objects.unreferenced(), [old, pending])
        self.assertEqual(store.calls, [])

    def test_address_of_what_was_never_public_is_free_again(self) -> None:
        self.discarded(31, title="Tides", state="draft")
        self.discarded(31, title="Gates", state="scheduled")
        self.run_it()
        self.assertFalse(Address.objects.exists())
        self.assertEqual(make_post(self.ben, title="Tides").slug, "tides")

    def test_address_of_what_was_public_is_nobody_elses_and_its_authors_again(self) -> None:
        self.discarded(31, title="Tides")
        self.run_it()
        self.assertEqual(make_post(self.ben, title="Tides").slug, "tides-2")
        again = make_post(self.ada, title="Tides")
        self.assertEqual((again.slug, Address.objects.get(slug="tides").post), ("tides", again))
        self.assertEqual(make_post(self.ada, title="Tides").slug, "tides-3")

    def test_a_post_that_cannot_be_removed_does_not_stop_the_rest(self) -> None:
        _first, stuck, _last = self.discarded(33), self.discarded(32, title="Stuck"), self.discarded(31)
        tag = Tag.objects.create(name="Sea", slug="sea")

        def break_it(instance: Post, **kwargs: object) -> None:
            if instance.title == "Stuck":
                Tag.objects.create(name="Sea", slug=tag.slug)  # the database refuses

        pre_delete.connect(break_it, Post)
        self.addCleanup(pre_delete.disconnect, break_it, Post)
        with self.assertRaisesMessage(CommandError, "1 post could not be removed; see above."):
            self.run_it()
        self.assertLeft(stuck)
        self.assertIn(f"Post {stuck.pk} was not removed: ", self.errors.getvalue())

    def test_a_post_restored_while_it_runs_stays(self) -> None:
        post = self.discarded(31)
        before = timezone.now() - timedelta(days=30)
        keys = list(trash_empty.discarded(before))
        post.restore()
        self.assertEqual([trash_empty.remove(pk, before) for pk in keys], [False])
        self.assertLeft(post)

    def test_it_goes_on_after_each_batch(self) -> None:
        for _ in range(5):
            self.discarded(31)
        with patch.object(trash_empty, "BATCH", 2):
            self.assertEqual(self.run_it(), "5 posts removed for good.")

    def test_tokens_of_forms_are_forgotten_after_a_month(self) -> None:
        old, young = (Submission.objects.create(author=self.ada, token=uuid.uuid4()) for _ in range(2))
        Submission.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
        self.run_it("--older-than-days=0")
        self.assertEqual([submission.pk for submission in Submission.objects.all()], [young.pk])

    def test_days_that_make_no_sense_are_refused_and_nothing_goes(self) -> None:
        post = self.discarded(31)
        for days in ("-1", "99999999999"):
            with self.subTest(days), self.assertRaisesMessage(CommandError, "must be from 0 to 36500."):
                self.run_it(f"--older-than-days={days}")
        self.assertLeft(post)
