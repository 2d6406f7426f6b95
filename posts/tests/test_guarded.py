"""A save that was overtaken after it had read the post writes over nobody's words."""

from django.db import connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from posts.models import Post, Revision
from posts.models.guarded import Moved
from posts.tests.factory import make_post


class GuardedTests(TestCase):
    def setUp(self):
        post = make_post(User.objects.create_user("ada"), title="Tides", content="One.\n\nTwo.\n\nThree.")
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

    def test_one_that_was_removed_for_good_begins_anew(self):
        Post.everything.get().delete()
        saved = self.mine.revise(row=self.row)
        self.assertEqual((Post.objects.get(), saved.content), (saved, self.mine.content))

    def test_who_decides_is_the_statement_that_writes(self):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            self.mine.revise(row=self.row)
        writes = [one["sql"] for one in asked if one["sql"].startswith('UPDATE "posts_post"')]
        self.assertEqual(len(writes), 1)
        self.assertRegex(writes[0], r'WHERE "version" = 1 AND "id" = \d+$')

    def test_what_was_not_written_is_as_it_was_and_can_be_written_again(self):
        self.theirs.revise()
        self.mine.version = 5
        with self.assertRaises(Moved), transaction.atomic():
            self.mine._write("tides", over=1)
        self.assertEqual(Post.objects.get().version, 2)
        self.mine.title = "Ebb"
        self.mine.save(update_fields=["title"])  # of some fields only: whatever version the row has
        self.assertEqual(Post.objects.get().title, "Ebb")
