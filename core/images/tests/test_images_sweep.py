"""manage.py images_sweep: what nothing refers to goes after a time of grace, and nothing else ever."""

import io
from datetime import timedelta

from django.core.management import CommandError, call_command
from django.utils import timezone

from core.images.models import EXPIRED_AFTER, HELD_FOR, MOST_HELD, HeldPicture, Image
from core.images.stores import StoreError, StoreRefused
from core.images.tests import pictures
from core.images.validate import clean_picture
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
        image = Image.objects.hold(clean_picture(pictures.png()), owner=self.ada)
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

    def test_picture_of_what_is_still_being_written_stays(self):
        image = self.held(created_at=timezone.now() - LONG_AGO)
        typed = {"title": "T", "content": "x"}
        WorkingCopy.objects.keep(author=self.ada, post=None, token=None, version=0, typed=typed, picture=image)
        sweep("--apply", "--grace-days", "0")
        self.assertEqual(len(store.pictures), 1)  # sent on the way
        self.assertEqual(Image.objects.by_token(image.token, owner=self.ada), image)

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

    def test_picture_brought_back_from_the_trash_begins_its_grace_anew(self):
        image = self.stored()
        post = make_post(self.ada)
        sweep("--apply")
        Image.objects.update(unreferenced_since=timezone.now() - timedelta(days=29))
        post.featured_image = Image.objects.get(pk=image.pk)
        post.revise(tags=[])
        image.refresh_from_db()
        self.assertIsNone(image.unreferenced_since)

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

    def test_choice_that_no_form_was_saved_with_is_forgotten_without_asking_the_store(self):
        self.held(created_at=timezone.now() - EXPIRED_AFTER - timedelta(minutes=1))
        fresh = self.held()
        sweep("--apply")
        self.assertEqual([image.pk for image in Image.objects.all()], [fresh.pk])
        self.assertEqual((HeldPicture.objects.count(), store.calls), (1, []))

    def test_upload_whose_answer_was_lost_is_removed_by_its_key(self):
        store.fail_next(StoreError("no answer"), after=True)
        image = self.held()
        self.assertFalse(image.send())
        self.assertEqual(list(store.pictures), [image.key])
        Image.objects.update(created_at=timezone.now() - EXPIRED_AFTER - timedelta(minutes=1), next_try_at=None)
        sweep("--apply")
        self.assertEqual((dict(store.pictures), Image.objects.count()), ({}, 0))

    def test_store_that_does_not_answer_is_asked_again_later(self):
        image = self.stored(unreferenced_since=timezone.now() - LONG_AGO)
        store.fail_next(StoreError("down"))
        self.assertIn("0 removed, 0 sent, 1 to try again", sweep("--apply"))
        image.refresh_from_db()
        self.assertEqual((image.state, image.attempts, image.error), (Image.State.DELETING, 1, "down"))
        self.assertIn("0 removed, 0 sent, 0 to try again", sweep("--apply"), "not before its time")
        Image.objects.update(next_try_at=timezone.now())
        self.assertIn("1 removed", sweep("--apply"))

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

    def test_condemned_picture_that_something_points_to_after_all_is_kept(self):
        image = self.stored(state=Image.State.DELETING)
        make_post(self.ada, featured_image=image)
        self.assertIn("0 removed", sweep("--apply"))
        self.assertEqual(Image.objects.get().state, Image.State.STORED)
        self.assertIn(image.key, store.pictures)

    def test_mark_of_a_picture_that_is_used_again_is_taken_off(self):
        make_post(self.ada, featured_image=self.stored(unreferenced_since=timezone.now()))
        sweep("--apply")
        self.assertIsNone(Image.objects.get().unreferenced_since)

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

    def test_twin_under_the_same_public_id_keeps_the_picture_alive(self):
        image = self.stored()
        make_post(self.ada, featured_image=self.stored(public_id=image.public_id))
        sweep("--apply", "--grace-days", "0")
        self.assertIn(image.key, store.pictures)
        self.assertEqual(Image.objects.count(), 1)
