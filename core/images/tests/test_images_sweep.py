"""manage.py images_sweep: what nothing refers to goes after a time of grace, and nothing else ever."""

import io
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from django.core.management import CommandError, call_command
from django.test import tag
from django.utils import timezone

from core.images.models import EXPIRED_AFTER, HELD_FOR, MOST_HELD, MOST_SWEEPS, HeldPicture, Image, Sweep
from core.images.stores import StoreError, StoreRefused
from core.images.tests.store_contract import painted
from core.testing.cases import ViewTestCase
from core.testing.fakestore import store
from posts.models import Post, WorkingCopy
from posts.tests.factory import make_post

LONG_AGO = timedelta(days=400)


def sweep(*arguments: str) -> str:
    out = io.StringIO()
    call_command("images_sweep", *arguments, stdout=out)
    return out.getvalue()


class ImagesSweepTests(ViewTestCase):
    def held(self, **fields) -> Image:
        image = Image.objects.hold(painted(), owner=self.ada)
        Image.objects.filter(pk=image.pk).update(**fields)
        return Image.objects.get(pk=image.pk)

    def stored(self, **fields) -> Image:
        image = self.held()
        image.send()
        Image.objects.filter(pk=image.pk).update(**fields)
        return Image.objects.get(pk=image.pk)

    def test_dry_run_says_what_it_would_do_and_does_nothing(self):
        image = self.stored(unreferenced_since=timezone.now() - LONG_AGO)
        self.assertIn(f"would remove fake {image}", sweep())
        self.assertIn("1 newly without use, 2 to remove", self.stored() and sweep("--grace-days", "0"))
        self.assertEqual(len(store.pictures), 2)
        self.assertEqual(Image.objects.filter(state=Image.State.STORED).count(), 2)

    def test_unreferenced_picture_goes_after_two_looks_a_grace_apart(self):
        image = self.stored()
        sweep("--apply")
        image.refresh_from_db()
        self.assertIsNotNone(image.unreferenced_since)
        sweep("--apply")
        self.assertIn(image.key, store.pictures)
        Image.objects.update(unreferenced_since=timezone.now() - timedelta(days=31))
        self.assertIn("1 removed", sweep("--apply"))
        self.assertEqual((dict(store.pictures), Image.objects.count()), ({}, 0))

    def test_without_grace_one_look_is_enough(self):
        self.stored()
        self.assertIn("1 removed", sweep("--apply", "--grace-days", "0"))
        self.assertEqual(store.pictures, {})

    def test_whatever_is_referenced_stays(self):
        featured, trashed, avatar = (self.stored(unreferenced_since=timezone.now() - LONG_AGO) for _ in range(3))
        make_post(self.ada, featured_image=featured)
        make_post(self.ada, featured_image=trashed).discard()
        self.ada.avatar = avatar
        self.ada.save()
        self.assertIn("0 removed", sweep("--apply", "--grace-days", "0"))
        self.assertEqual(len(store.pictures), 3)

    @tag("slow")
    def test_picture_of_what_is_still_being_written_stays(self):
        image = self.held(created_at=timezone.now() - LONG_AGO)
        typed = {"title": "T", "content": "x"}
        WorkingCopy.objects.keep(author=self.ada, post=None, token=None, version=0, typed=typed, picture=image)
        sweep("--apply", "--grace-days", "0")
        self.assertEqual(len(store.pictures), 1)  # sent on the way
        self.assertEqual(Image.objects.by_token(image.token, owner=self.ada), image)

    @tag("slow")
    def test_picture_that_only_the_history_knows_goes_after_the_grace_and_its_text_stays(self):
        post = make_post(self.ada, featured_image=self.stored())
        post.featured_image = None
        post.revise()
        sweep("--apply")
        self.assertEqual(len(store.pictures), 1)
        Image.objects.update(unreferenced_since=timezone.now() - timedelta(days=31))
        sweep("--apply")
        self.assertEqual(store.pictures, {})
        first = post.revisions.get(number=1)
        self.assertEqual((first.content, first.featured_image), ("Some text.", None))

    @tag("slow")
    def test_picture_brought_back_from_the_trash_begins_its_grace_anew(self):
        image = self.stored()
        post = make_post(self.ada)
        sweep("--apply")
        Image.objects.update(unreferenced_since=timezone.now() - timedelta(days=29))
        post.featured_image = Image.objects.get(pk=image.pk)
        post.revise(tags=[])
        image.refresh_from_db()
        self.assertIsNone(image.unreferenced_since)

    @tag("slow")
    def test_replaced_and_emptied_out_posts_leave_nothing_behind(self):
        post = make_post(self.ada, featured_image=self.stored())
        post.featured_image = self.stored()
        post.save()
        sweep("--apply", "--grace-days", "0")
        self.assertEqual(list(store.pictures), [post.featured_image.key])
        post.discard()
        Post.trash.all().delete()
        sweep("--apply", "--grace-days", "0")
        self.assertEqual(store.pictures, {})

    @tag("slow")
    def test_choice_that_no_form_was_saved_with_is_forgotten_without_asking_the_store(self):
        self.held(created_at=timezone.now() - LONG_AGO)
        sweep("--apply")
        self.assertEqual(Image.objects.count(), 1, "seen for the first time")
        Image.objects.update(unreferenced_since=timezone.now() - EXPIRED_AFTER - timedelta(minutes=1))
        fresh = self.held()
        sweep("--apply")
        self.assertEqual([image.pk for image in Image.objects.all()], [fresh.pk])
        self.assertEqual((HeldPicture.objects.count(), store.calls), (1, []))

    @tag("slow")
    def test_upload_whose_answer_was_lost_is_removed_by_its_key(self):
        store.fail_next(StoreError("no answer"), after=True)
        image = self.held()
        self.assertFalse(image.send())
        self.assertEqual(list(store.pictures), [image.key])
        long_ago = timezone.now() - EXPIRED_AFTER - timedelta(minutes=1)
        Image.objects.update(created_at=long_ago, unreferenced_since=long_ago)
        sweep("--apply")
        self.assertEqual((dict(store.pictures), Image.objects.count()), ({}, 0))

    @tag("slow")
    def test_store_that_does_not_answer_is_asked_again_later(self):
        image = self.stored(unreferenced_since=timezone.now() - LONG_AGO)
        store.fail_next(StoreError("down"))
        self.assertIn("0 removed, 0 sent, 1 to try again", sweep("--apply"))
        image.refresh_from_db()
        self.assertEqual((image.state, image.attempts, image.error), (Image.State.DELETING, 1, "down"))
        self.assertIn("0 removed, 0 sent, 0 to try again", sweep("--apply"), "not before its time")
        Image.objects.update(next_try_at=timezone.now())
        self.assertIn("1 removed", sweep("--apply"))

    @tag("slow")
    def test_picture_that_could_not_be_sent_is_sent_later(self):
        store.fail_next(StoreError("down"))
        image = self.held()
        self.assertFalse(image.send())
        make_post(self.ada, featured_image=image)
        Image.objects.update(created_at=timezone.now() - LONG_AGO, next_try_at=timezone.now())
        self.assertIn("1 sent", sweep("--apply"))
        image.refresh_from_db()
        self.assertEqual((image.state, image.error), (Image.State.STORED, ""))
        self.assertFalse(HeldPicture.objects.exists())

    def test_refused_picture_is_not_offered_again_for_a_day(self):
        store.fail_next(StoreRefused("wrong key"))
        image = self.held()
        image.send()
        self.assertGreater(image.next_try_at, timezone.now() + timedelta(hours=23))

    def test_second_sender_finds_the_picture_sent(self):
        image = self.held()
        same = Image.objects.get(pk=image.pk)
        self.assertTrue(image.send())
        self.assertTrue(same.send())
        self.assertEqual(same.state, Image.State.STORED)
        self.assertEqual([call for call, _ in store.calls], ["put"])

    @tag("slow")
    def test_condemned_picture_that_something_points_to_after_all_is_kept(self):
        image = self.stored(state=Image.State.DELETING)
        Post.objects.filter(pk=make_post(self.ada).pk).update(featured_image=image)
        self.assertIn("0 removed", sweep("--apply"))
        self.assertEqual(Image.objects.get().state, Image.State.STORED)
        self.assertIn(image.key, store.pictures)

    @tag("slow")
    def test_mark_of_a_picture_that_is_used_again_is_taken_off(self):
        make_post(self.ada, featured_image=self.stored(unreferenced_since=timezone.now()))
        sweep("--apply")
        self.assertIsNone(Image.objects.get().unreferenced_since)

    @tag("slow")
    def test_choices_of_one_owner_are_bounded_and_the_oldest_makes_room(self):
        first = self.held()
        Image.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(hours=1))
        for _ in range(MOST_HELD):
            self.held()
        self.assertEqual(Image.objects.count(), MOST_HELD)
        self.assertFalse(Image.objects.filter(pk=first.pk).exists())

    def test_token_is_good_for_a_day_from_the_choice_on(self):
        image = self.held(created_at=timezone.now() - HELD_FOR)
        self.assertIsNone(Image.objects.by_token(image.token, owner=self.ada))

    def test_days_that_make_no_sense_are_refused(self):
        for days in ("-1", "999999"):
            with self.assertRaisesMessage(CommandError, "--grace-days"):
                sweep("--grace-days", days)

    @tag("slow")
    def test_twin_under_the_same_public_id_keeps_the_picture_alive(self):
        image = self.stored()
        make_post(self.ada, featured_image=self.stored(public_id=image.public_id))
        sweep("--apply", "--grace-days", "0")
        self.assertIn(image.key, store.pictures)
        self.assertEqual(Image.objects.count(), 1)

    @tag("slow")
    def test_choice_that_was_long_ago_is_seen_twice_before_it_goes_however_the_grace(self):
        image = self.held(created_at=timezone.now() - LONG_AGO)
        sweep("--apply", "--grace-days", "0")
        image.refresh_from_db()
        self.assertIsNotNone(image.unreferenced_since)
        image.attach()
        sweep("--apply", "--grace-days", "0")
        self.assertEqual(HeldPicture.objects.count(), 1)

    @tag("slow")
    def test_run_is_written_down_and_old_ones_are_forgotten(self):
        Sweep.objects.bulk_create(Sweep(began_at=timezone.now() - LONG_AGO) for _ in range(MOST_SWEEPS))
        make_post(self.ada, featured_image=self.held())
        self.stored()
        store.fail_next(StoreError("down"))
        sweep("--apply")
        self.assertEqual(Sweep.objects.count(), MOST_SWEEPS)
        run = Sweep.objects.latest("began_at")
        self.assertEqual((run.marked, run.removed, run.sent, run.failed), (1, 0, 0, 1))
        self.assertGreater(run.ended_at, run.began_at)
        sweep()
        self.assertEqual(Sweep.objects.latest("began_at"), run, "a look that changes nothing is no run")

    @tag("slow")
    def test_pictures_are_sent_before_any_is_removed(self):
        self.stored()
        make_post(self.ada, featured_image=self.held())
        store.calls.clear()
        sweep("--apply", "--grace-days", "0")
        self.assertEqual([call for call, _ in store.calls], ["put", "drop"])

    @tag("slow")
    def test_row_that_is_broken_does_not_stop_the_others(self):
        broken, image = self.stored(store="nowhere"), self.stored()
        make_post(self.ada, featured_image=self.held(store="nowhere", state=Image.State.RESERVED))
        make_post(self.ada, featured_image=self.held())
        err = io.StringIO()
        out = io.StringIO()
        call_command("images_sweep", "--apply", "--grace-days", "0", stdout=out, stderr=err)
        self.assertIn("1 removed, 1 sent, 2 to try again", out.getvalue())
        self.assertNotIn(image.key, store.pictures)
        broken.refresh_from_db()
        self.assertIn("nowhere", broken.error)
        self.assertIn(str(broken.pk), err.getvalue())
        self.assertGreater(broken.next_try_at, timezone.now())

    @tag("slow")
    @patch("core.images.management.commands.images_sweep.MOST_FAILURES", 2)
    def test_store_that_is_down_is_not_asked_for_everything(self):
        for _ in range(3):
            make_post(self.ada, featured_image=self.held())
            store.fail_next(StoreError("down"))
        err = io.StringIO()
        call_command("images_sweep", "--apply", stdout=io.StringIO(), stderr=err)
        self.assertEqual(len(store.calls), 2)
        self.assertIn("“fake” failed 2 times in a row: the rest waits. down", err.getvalue())

    @tag("slow")
    def test_many_are_handled_in_batches(self):
        for _ in range(5):
            self.stored()
        with (
            patch("core.images.models.references.BATCH", 2),
            patch("core.images.management.commands.images_sweep.PROGRESS", 2),
        ):
            self.assertIn("5 to remove", sweep("--grace-days", "0"))
            said = sweep("--apply", "--grace-days", "0")
        self.assertEqual((store.pictures, Image.objects.count()), ({}, 0))
        self.assertEqual(said.splitlines()[:2], ["2 removed so far.", "4 removed so far."])

    def test_one_that_another_sweep_has_removed_meanwhile_is_no_failure(self):
        image = self.stored(state=Image.State.DELETING)
        same = Image.objects.get(pk=image.pk)
        self.assertTrue(image.drop() and same.drop())
        self.assertEqual([call for call, _ in store.calls], ["put", "drop"])

    def test_error_that_comes_late_is_not_written_on_a_picture_that_is_stored_by_now(self):
        image = self.held()
        late = Image.objects.get(pk=image.pk)
        image.send()
        late._failed(StoreError("late"))
        self.assertEqual(Image.objects.get().error, "")

    @tag("slow")
    def test_one_picture_goes_now_and_no_other(self):
        image, other = self.stored(), self.stored()
        self.assertEqual(sweep("--now", str(image.pk)), f"{image} is removed.\n")
        self.assertEqual(list(store.pictures), [other.key])

    def test_one_that_is_used_stays_and_the_sentence_says_where(self):
        image = self.stored()
        make_post(self.ada, title="The estuary", featured_image=image)
        with self.assertRaisesMessage(CommandError, f"{image} is still in use by post “The estuary”, and stays."):
            sweep("--now", str(image.pk))
        self.assertIn(image.key, store.pictures)

    @tag("slow")
    def test_one_that_cannot_go_now_is_said_in_one_sentence(self):
        with self.assertRaisesMessage(CommandError, "There is no picture"):
            sweep("--now", str(uuid4()))
        store.fail_next(StoreError("down"))
        image = self.held()
        image.send()
        with self.assertRaisesMessage(CommandError, "may be on its way to its store"):
            sweep("--now", str(image.pk))
        kept = self.stored()
        store.fail_next(StoreError("Nobody answered."))
        with self.assertRaisesMessage(CommandError, "the next sweep tries again. Nobody answered."):
            sweep("--now", str(kept.pk))
        self.assertIn("1 removed", sweep("--apply", "--grace-days", "0"))
