"""Queries that are compiled once."""

from unittest.mock import patch
from uuid import uuid4

from django.db.models import Q, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.test import TestCase

from accounts.models import User
from core.images.models import Image
from core.prepared import Given, Prepared


class PreparedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada, cls.ben = (User.objects.create_user(name, bio=f"I am {name}.") for name in ("ada", "ben"))
        cls.image = Image.objects.create(owner=cls.ada, format="png", width=1, height=1, bytes=70)

    def test_it_is_asked_with_other_values_and_compiled_once(self):
        named = Prepared(lambda: User.objects.filter(username=Given("name")))
        self.assertEqual(named.first(name="ada"), self.ada)
        with self.assertNumQueries(2), patch.object(SQLCompiler, "as_sql") as compiled:
            self.assertEqual(named.first(name="ben").bio, "I am ben.")
            self.assertIsNone(named.first(name="eve"))
        compiled.assert_not_called()

    def test_it_gives_all_rows_in_their_order_and_what_was_left_out_when_it_is_asked_for(self):
        users = Prepared(lambda: User.objects.filter(pk__gte=Given("first")).only("username").order_by("-username"))
        with self.assertNumQueries(1):
            found = list(users(first=self.ada.pk))
            self.assertEqual([user.username for user in found], ["ben", "ada"])
        with self.assertNumQueries(1):
            self.assertEqual(found[1].bio, "I am ada.")

    def test_a_value_is_put_as_the_database_wants_it(self):
        with_key = Prepared(lambda: Image.objects.filter(pk=Given("key", UUIDField()), owner=Given("owner")))
        self.assertEqual(with_key.first(key=self.image.pk, owner=self.ada.pk), self.image)
        self.assertIsNone(with_key.first(key=uuid4(), owner=self.ada.pk))

    def test_one_value_may_stand_in_several_places(self):
        users = Prepared(lambda: User.objects.filter(Q(username=Given("name")) | Q(bio=Given("name"))))
        self.assertEqual(list(users(name="ada")), [self.ada])
        self.assertEqual(list(users(name="I am ben.")), [self.ben])

    def test_a_value_that_is_missing_is_an_error(self):
        with self.assertRaises(KeyError):
            Prepared(lambda: User.objects.filter(username=Given("name"))).first(nom="ada")
