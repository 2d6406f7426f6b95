"""A save that was overtaken after it had read the post writes over nobody's words, and is as if it had come later."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from posts.models import Conflict, Post, Revision, Submission
from posts.models.guarded import Moved
from posts.tests.factory import make_post


@contextmanager
def behind(words: str, do: Callable[[], object], times: int = 1) -> Iterator[None]:
    """Do it once: as if somebody else did, right behind the statement that has these words for so many times."""
    seen = []

    def execute_and_do(execute: Callable, sql: str, *rest: object) -> object:
        answer = execute(sql, *rest)
        if words in sql and len(seen) < times:
            seen.append(sql)
            if len(seen) == times:
                do()
        return answer

    with connection.execute_wrapper(execute_and_do):
        yield


class GuardedTests(TestCase):
    def setUp(self):
        self.ada = User.objects.create_user("ada")
        post = make_post(self.ada, title="Tides", content="One.\n\nTwo.\n\nThree.")
        self.mine, self.theirs, read = (Post.everything.get(pk=post.pk) for _ in range(3))
        self.row = Revision.of(read)  # as revise() reads it, a moment before the other save
        self.theirs.content = "One.\n\nTwo.\n\nThree, theirs."
        self.mine.content = "One, mine.\n\nTwo.\n\nThree."

    def test_it_is_read_again_and_both_are_there(self):
        self.theirs.revise()
        saved = self.mine.revise(row=self.row)
        self.assertEqual(saved.content, "One, mine.\n\nTwo.\n\nThree, theirs.")
        self.assertEqual(Post.objects.get().content, saved.content)
        self.assertEqual((saved.version, saved.revisions.line().count()), (3, 3))

    def test_what_clashes_is_kept_as_what_readers_never_saw(self):
        self.theirs.revise()
        self.mine.content = "One.\n\nTwo.\n\nThree, mine."
        with self.assertRaises(Conflict) as caught:
            self.mine.revise(row=self.row)
        kept = Revision.objects.get(number=None)
        self.assertEqual((kept, kept.content), (caught.exception.kept, self.mine.content))
        self.assertEqual((kept.was_public, kept.is_change), (False, False))
        self.assertEqual([change.number for change in kept.post.revisions.changes()], [2])

    def test_the_same_text_by_the_same_form_is_no_change(self):
        token = uuid.uuid4()
        self.theirs.content = self.mine.content
        with behind("posts_submission", lambda: self.theirs.revise(submission=token, digest="first", tags=["a"])):
            saved = self.mine.revise(row=self.row, submission=token, digest="second", tags=["b"])
        self.assertEqual((saved.version, [tag.name for tag in saved.tags.all()]), (3, ["b"]))
        changes = list(saved.revisions.changes())
        self.assertEqual(([change.number for change in changes], saved.change_count), ([2], 1))

    def test_one_that_was_removed_for_good_begins_anew(self):
        Post.everything.get().delete()
        saved = self.mine.revise(row=self.row)
        self.assertEqual((Post.objects.get(), saved.content), (saved, self.mine.content))
        self.assertEqual([(one.number, one.is_change) for one in saved.revisions.all()], [(1, False)])

    def test_one_that_goes_while_its_revision_is_asked_is_looked_for_again(self):
        Revision.objects.update(was_public=False)  # as of a schedule that came true: its words are asked for
        with behind("posts_revision", Post.everything.get().delete):  # in the attempt, so that it comes back with it
            saved = self.mine.revise(row=self.row)
        self.assertEqual(Post.objects.get().content, saved.content)

    def test_one_whose_form_was_sent_at_the_same_time_takes_nobodys_key(self):
        note, faster = Submission.note, [Submission.Taken]

        def overtaken(claim: Submission, *args: object, **kwargs: object) -> None:
            if faster:
                raise faster.pop()
            note(claim, *args, **kwargs)

        post = Post(author=self.ada, title="New", content="Words.")
        with patch.object(Submission, "note", overtaken), behind("posts_submission", self.other_post, times=2):
            saved = post.revise(submission=uuid.uuid4(), digest="d")
        self.assertEqual([one.content for one in saved.revisions.all()], ["Words."])
        self.assertEqual(Revision.objects.filter(content="Others'.").count(), 1)

    def other_post(self) -> None:
        make_post(self.ada, title="Meanwhile", content="Others'.")

    def test_who_decides_is_the_statement_that_writes(self):
        with CaptureQueriesContext(connection) as asked:
            self.mine.revise(row=self.row)
        writes = [one["sql"] for one in asked if one["sql"].startswith('UPDATE "posts_post"')]
        self.assertEqual(len(writes), 1)
        self.assertRegex(writes[0], r'WHERE .*"version" = 1\b')

    def test_what_was_not_written_is_as_it_was_and_can_be_written_again(self):
        self.theirs.revise()
        self.mine.version = 5
        with self.assertRaises(Moved), transaction.atomic():
            self.mine._write("tides", over=1)
        self.assertEqual(Post.objects.get().version, 2)
        self.mine.title = "Ebb"
        self.mine.save(update_fields=["title"])  # of some fields only: whatever version the row has
        self.assertEqual(Post.objects.get().title, "Ebb")
