"""Who writes."""

from django.db import IntegrityError, transaction
from django.test import TestCase

from accounts.models import Attempt, User


class UserTests(TestCase):
    def test_is_called_by_the_name_to_show_or_else_by_the_name(self):
        self.assertEqual(str(User(username="ada")), "ada")
        ada = User(username="ada", display_name="Ada Lovelace")
        self.assertEqual((str(ada), ada.get_full_name(), ada.get_short_name()), ("Ada Lovelace",) * 3)

    def test_has_a_page(self):
        self.assertEqual(User(username="ada").get_absolute_url(), "/authors/ada/")

    def test_a_name_is_one_persons_however_it_is_written(self):
        ada = User.objects.create_user("Ada")
        self.assertEqual(User.objects.get_by_natural_key("aDA"), ada)
        with self.assertRaises(IntegrityError), transaction.atomic():
            User.objects.create_user("ada")


class AttemptTests(TestCase):
    def test_says_what_it_counts(self):
        self.assertEqual(str(Attempt(key="login", count=3)), "login: 3")
