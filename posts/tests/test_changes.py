"""Whatever an author does, readers are told of every change that they saw, and of no word that was never public."""

import random
import re
from datetime import timedelta
from unittest import mock

from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase
from posts.models import Post, Revision
from posts.tests.factory import make_post

WORD = re.compile(r"\bw\d+\b")


class Reader:
    """One post and a clock. Every save has a word of its own; `seen` are those that readers could see."""

    def __init__(self, test: ViewTestCase, **fields: object) -> None:
        self.test, self.typed, self.seen, self.ahead = test, 0, set(), timedelta()
        self.changes, self.shown, self.last = 0, None, None
        now = timezone.now
        saved_at = Revision._meta.get_field("created_at")  # which knows the clock that it was made with
        for patch in (
            mock.patch("django.utils.timezone.now", lambda: now() + self.ahead),
            mock.patch.object(saved_at, "_get_default", lambda: timezone.now()),  # noqa: PLW0108 - asked each time
        ):
            patch.start()
            test.addCleanup(patch.stop)
        self.post = make_post(test.ada, content=self.new(), **fields)
        self.look()

    def new(self) -> str:
        self.typed += 1
        return f"w{self.typed}"

    def look(self) -> None:
        """A reader comes by, reads the post, and every change that its page lists."""
        client, url = self.test.page(), reverse("post_detail", args=[self.post.slug])
        response = client.get(url)
        if response.status_code == 200:
            said = Post.objects.get(pk=self.post.pk)
            words = said.title, said.content, said.excerpt
            self.changes += self.last is not None and words != self.last
            self.last, self.seen = words, self.seen | set(WORD.findall(" ".join(words)))
            page = client.get(reverse("post_changes", args=[self.post.slug]))
            self.test.assertEqual(said.change_count, self.changes)
            self.test.assertEqual(page.context["page"].paginator.count, self.changes)
            texts = [page.text]
            for change in self.post.revisions.changes():
                shown = client.get(reverse("post_change", args=[self.post.slug, change.pk]))
                withheld = change.is_withheld or change.seen_before.is_withheld
                self.test.assertEqual("does not show this version" in shown.text, withheld)
                if withheld:
                    self.test.assertNotIn("text-diff-block", shown.text)
                texts.append(shown.text)
            told = {word for text in texts for word in WORD.findall(text)}
            self.test.assertLessEqual(told, self.seen, "readers are told what was never public")
        else:
            self.test.assertEqual(client.get(reverse("post_changes", args=[self.post.slug])).status_code, 404)

    # --- What an author does --------------------------------------------------------------------------------

    def fresh(self) -> Post:
        return Post.everything.get(pk=self.post.pk)

    def edit(self) -> None:
        post = self.fresh()
        post.content = f"{post.content} {self.new()}"[-60:]
        post.revise()

    def retype(self) -> None:
        post = self.fresh()
        post.title, post.content = self.new(), self.new()
        post.revise()

    def save(self) -> None:
        post = self.fresh()
        post.title = f"Title {self.new()}"
        post.save()

    def publish(self) -> None:
        if not self.fresh().deleted_at:
            self.fresh().publish()

    def schedule(self) -> None:
        post = self.fresh()
        post.published_at, post.content = timezone.now() + timedelta(minutes=30), self.new()
        post.revise()

    def unpublish(self) -> None:
        if not self.fresh().deleted_at:
            self.fresh().unpublish()

    def restore(self) -> None:
        revisions = list(self.post.revisions.line())
        post = self.fresh()
        if not post.deleted_at:
            post.restore_revision(revisions[self.typed % len(revisions)], by=self.test.ada)

    def trash(self) -> None:
        self.fresh().discard()

    def bring_back(self) -> None:
        if self.fresh().deleted_at:
            self.fresh().restore()

    def wait(self) -> None:
        self.ahead += timedelta(minutes=20)

    def withhold(self) -> None:
        if change := self.post.revisions.changes().first():
            change.annotate("", withhold_before=self.typed % 2 == 0, withhold_after=self.typed % 3 == 0)


ACTS = ("edit", "retype", "save", "publish", "publish", "schedule", "unpublish", "restore", "trash", "bring_back")
ACTS += ("wait", "wait", "withhold")


class ChangesTests(ViewTestCase):
    def follow(self, *acts: str, **fields: object) -> Reader:
        reader = Reader(self, **fields)
        for act in acts:
            getattr(reader, act)()
            reader.look()
        return reader

    @tag("slow")
    def test_drafts_between_two_public_versions_are_nobodys_business(self):
        reader = self.follow("edit", "unpublish", "edit", "save", "publish", "edit", "restore", "withhold")
        self.assertGreaterEqual(reader.changes, 3)

    @tag("slow")
    def test_draft_that_is_published_has_not_changed(self):
        self.assertEqual(self.follow("edit", "edit", "publish", state="draft").changes, 0)
        self.assertEqual(self.follow("unpublish", "publish").changes, 0)

    @tag("slow")
    def test_schedule_comes_true_without_a_save(self):
        self.assertEqual(self.follow("wait", "wait", "edit", state="draft").changes, 0)
        self.assertEqual(self.follow("schedule", "wait", "wait").changes, 1)
        self.assertEqual(self.follow("edit", "schedule", "retype", "unpublish", "schedule", "wait", "wait").changes, 2)

    @tag("slow")
    def test_what_was_in_the_trash_when_it_was_due_was_never_public(self):
        for back in ("retype", "bring_back"):
            reader = self.follow("schedule", "trash", "wait", "wait", back, "retype", "publish")
            self.assertFalse(reader.post.revisions.get(number=2).was_public)

    @tag("slow")
    def test_words_of_a_change_are_counted_against_what_readers_saw(self):
        reader = self.follow("unpublish", "edit", "edit", "publish")
        change = reader.post.revisions.changes().get()
        self.assertEqual((change.words_added, change.words_removed), (2, 0))

    def test_words_that_were_replaced_past_save_before_they_were_published_were_never_public(self):
        post = make_post(self.ada, content="Public.")
        post.unpublish()
        post.content = "Draft."
        post.save()
        Post.objects.filter(pk=post.pk).update(content="Restored.", published_at=timezone.now())
        post = Post.objects.get(pk=post.pk)
        post.content = "Changed."
        post.save()
        self.assertEqual([one.content for one in post.revisions.public().order_by("number")], ["Public.", "Changed."])

    @tag("machine")
    def test_any_sequence(self):
        dice = random.Random(5)
        for _ in range(12):
            with self.subTest(acts := dice.choices(ACTS, k=25)):
                self.follow(*acts, state=dice.choice(["live", "draft", "scheduled"]))
