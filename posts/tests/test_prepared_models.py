"""Rows whose statements are compiled once: nothing but the time that it takes is another."""

from unittest.mock import patch
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.db.models.signals import post_save
from django.db.models.sql.compiler import SQLInsertCompiler, SQLUpdateCompiler
from django.test import TestCase

from accounts.models import User
from posts.models import Post, Revision, Submission
from posts.tests.factory import make_post


class PreparedModelTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = User.objects.create_user("ada")
        cls.post = make_post(cls.ada, title="Tides", content="One.\n\n# Two", state="draft")

    def test_what_is_written_is_read_again(self):
        values = {"tags": ["a", "“b”"], "had_image": True, "content": "It's\n100 %s \\ \u2028", "published_at": None}
        revision = Revision(post=self.post, number=None, by=self.ada, **values)
        revision.save()
        self.assertIsNotNone(revision.pk)
        read = Revision.objects.get(pk=revision.pk)
        fields = [field.attname for field in Revision._meta.concrete_fields]
        self.assertEqual(
            {name: getattr(read, name) for name in fields}, {name: getattr(revision, name) for name in fields}
        )
        self.assertEqual({name: getattr(read, name) for name in values}, values)
        sent = Submission.objects.create(author=self.ada, token=uuid4(), order=2**40)
        self.assertEqual(Submission.objects.values_list("token", "order").get(), (sent.token, 2**40))

    def test_nothing_is_compiled_again(self):
        compilers = (SQLInsertCompiler, SQLUpdateCompiler)
        made = [Submission(author=self.ada, token=uuid4()) for _ in range(2)]
        for one in made:
            one.save()
        with patch.object(compilers[0], "as_sql") as inserted, patch.object(compilers[1], "as_sql") as updated:
            Submission(author=self.ada, token=uuid4()).save()
            made[0].digest = "x"
            made[0].save()
        inserted.assert_not_called()
        updated.assert_not_called()
        self.assertEqual(sorted(Submission.objects.values_list("digest", flat=True)), ["", "", "x"])

    def test_some_fields_are_written_alone(self):
        post = Post.objects.get()
        post.excerpt, post.image_alt = "Not written", "Written"
        post.save(update_fields=["image_alt"])
        self.assertEqual(Post.objects.values_list("excerpt", "image_alt").get(), ("", "Written"))

    def test_an_expression_is_worked_out_by_the_database(self):
        post = Post.objects.get()
        post.change_count, post.image_alt = F("change_count") + 5, "tides"
        post.save(update_fields=["change_count", "image_alt"])
        self.assertEqual(Post.objects.get().change_count, 5)
        with self.assertRaises(ValueError), transaction.atomic():  # there is no row yet that it could mean
            Submission(author=self.ada, token=uuid4(), digest=F("digest")).save()
        Submission(author=self.ada, token=uuid4(), digest=Upper(Value("abc"))).save()
        self.assertEqual(Submission.objects.get().digest, "ABC")

    def test_so_is_one_in_a_field_that_is_named_by_its_column(self):
        sent = Submission.objects.create(author=self.ada, token=uuid4())
        sent.post_id = Value(self.post.pk)
        sent.save(update_fields=["post_id"])
        self.assertEqual(Submission.objects.get().post, self.post)

    def test_what_is_not_there_is_not_updated_and_what_is_taken_is_refused(self):
        sent = Submission.objects.create(author=self.ada, token=uuid4())
        Submission.objects.all().delete()
        with self.assertRaises(Submission.NotUpdated), transaction.atomic():
            sent.save(update_fields=["digest"])
        sent.save()  # which makes it anew, as Django does
        with self.assertRaises(IntegrityError), transaction.atomic():
            Submission(author=self.ada, token=sent.token).save()
        self.assertEqual(Submission.objects.get(), sent)

    def test_signals_are_sent(self):
        told = []

        def receive(instance: Post, created: bool, **_: object) -> None:
            told.append((instance.pk, created))

        post_save.connect(receive, sender=Post)
        self.addCleanup(post_save.disconnect, receive, sender=Post)
        post = make_post(self.ada, title="Ebb", content="Out.", state="draft")
        post.save()
        self.assertEqual(told, [(post.pk, True), (post.pk, False)])
