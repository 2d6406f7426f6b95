"""How reads are counted: many at once, by day, and of posts that are there."""

from datetime import date, timedelta

from django.test import TestCase

from accounts.models import User
from posts.models import Reads
from posts.models.reads import today
from posts.tests.factory import make_post


class ReadsTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.ada = User.objects.create_user("ada")
        cls.one, cls.other = make_post(cls.ada), make_post(cls.ada)

    def test_adds_to_what_was_counted(self):
        with self.assertNumQueries(3):  # one, between the two of its savepoint
            Reads.objects.add({self.one.pk: 2, self.other.pk: 1})
        Reads.objects.add({self.one.pk: 3})
        Reads.objects.add({self.one.pk: 4}, date(2026, 1, 1))
        found = set(Reads.objects.values_list("post", "day", "number"))
        self.assertEqual(
            found, {(self.one.pk, today(), 5), (self.other.pk, today(), 1), (self.one.pk, date(2026, 1, 1), 4)}
        )

    def test_what_is_no_post_any_more_is_dropped(self):
        Reads.objects.add({self.one.pk: 1, 10**12: 7})
        Reads.objects.add({})
        self.assertEqual(Reads.objects.get().number, 1)

    def test_more_posts_than_one_statement_takes(self):
        Reads.objects.add({self.one.pk: 1} | dict.fromkeys(range(10**12, 10**12 + 2500), 1) | {self.other.pk: 1})
        self.assertEqual(Reads.objects.count(), 2)

    def test_days_without_a_read_are_days(self):
        Reads.objects.add({self.one.pk: 2, self.other.pk: 1}, today() - timedelta(days=2))
        Reads.objects.add({self.one.pk: 9}, today() - timedelta(days=3))
        span = Reads.objects.last_days(3)
        self.assertEqual(span.days, [(today() - timedelta(days=2), 3), (today() - timedelta(days=1), 0), (today(), 0)])
        self.assertEqual((span.total, span.best[1], Reads.objects.total()), (3, 3, 12))
