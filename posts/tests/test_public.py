"""Every public change is counted by the database, whoever makes it; private work is not."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.test import TransactionTestCase, tag
from django.utils import timezone

from core import triggers
from core.images.models import Image
from core.pagecache import watch
from core.pagecache.models import Generation
from core.pagecache.tests.kit import generation
from core.testing.cases import ViewTestCase
from posts import public
from posts.models import DraftLink, Post, PostImage, Reads, Revision, SearchEntry, Tag
from posts.tests.factory import begin_post, make_image, make_post


class PublicTestCase(ViewTestCase):
    @contextmanager
    def counted(self, what: str):
        before = generation()
        yield
        self.assertGreater(generation(), before, f"unseen: {what}")

    @contextmanager
    def ignored(self, what: str):
        before = generation()
        yield
        self.assertEqual(generation(), before, f"seen: {what}")


class PublicTests(PublicTestCase):
    def test_life_of_a_post(self) -> None:
        with self.ignored("a draft"):
            post = make_post(self.ada, state="draft", tags=("tea", "sea"))
            post.title = "Another"
            post.save()
            post.tags.set(Tag.objects.named(["tea"]))
            begin_post(self.ada, title="Begun")
            DraftLink.objects.make(post, days=1)
        with self.counted("publishing"):
            post.publish()
        for field in ("title", "content_html", "slug", "language", "summary"):
            with self.counted(field):
                Post.objects.filter(pk=post.pk).update(**{field: f"new-{field}"[:12]})
        with self.counted("a tag more"):
            post.tags.add(*Tag.objects.named(["milk"]))  # INSERT OR IGNORE
        with self.counted("a tag less"):
            post.tags.remove(Tag.objects.get(slug="milk"))
        with self.ignored("the same again"):
            Post.objects.filter(pk=post.pk).update(title=F("title"))
        with self.counted("its words, kept anew by posts_index"):
            SearchEntry.objects.filter(post=post).update(digest="")
        with self.counted("the trash"):
            Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
        with self.ignored("in the trash"):
            Post.everything.filter(pk=post.pk).update(title="Away")
        with self.counted("out of the trash"):
            Post.everything.filter(pk=post.pk).update(deleted_at=None)
        with self.counted("a draft again"):
            Post.objects.filter(pk=post.pk).update(published_at=None)

    def test_scheduled_post_is_counted_and_due(self) -> None:
        self.assertIsNone(public.due())
        with self.counted("scheduling"):
            post = make_post(self.ada, state="scheduled")
        self.assertEqual(public.due(), post.published_at.timestamp())
        sooner = timezone.now() + timedelta(hours=1)
        with self.counted("sooner"):
            Post.objects.filter(pk=make_post(self.ada, state="draft").pk).update(published_at=sooner)
        self.assertEqual(public.due(), sooner.timestamp())

    def test_author(self) -> None:
        users = type(self.ada).objects.filter(pk=self.ada.pk)
        for field, value in {"username": "adah", "display_name": "Ada L.", "bio": "Hello", "is_active": False}.items():
            with self.counted(field):
                users.update(**{field: value})
        with self.ignored("what readers never see"):
            users.update(last_login=timezone.now(), email="new@example.org", password="x", time_zone="Asia/Tokyo")

    def test_pictures_that_readers_see(self) -> None:
        lead, drafts, inside, face = (make_image(self.ada) for _ in range(4))
        post = make_post(self.ada, featured_image=lead)
        make_post(self.ada, state="draft", featured_image=drafts)
        with self.counted("a picture in the text"):
            PostImage.objects.create(post=post, image=inside)
        with self.counted("a face"):
            type(self.ada).objects.filter(pk=self.ada.pk).update(avatar=face)
        for image in (lead, inside, face):
            with self.counted("another file"):
                Image.objects.filter(pk=image.pk).update(version="2", placeholder="x")
            with self.ignored("what the sweep notes"):
                Image.objects.filter(pk=image.pk).update(unreferenced_since=timezone.now(), name="n", attempts=3)
        with self.ignored("a picture of a draft"):
            Image.objects.filter(pk=drafts.pk).update(version="2", state=Image.State.HELD)
            make_image(self.ada)

    def test_history_tags_and_reads(self) -> None:
        post, draft = make_post(self.ada, tags=("tea",)), make_post(self.ada, state="draft")
        with self.counted("a correction"):
            Revision.objects.filter(post=post).update(correction="A number was wrong.")
        with self.ignored("a correction of a draft, a name, a read"):
            Revision.objects.filter(post=draft).update(correction="Nobody knows.")
            Revision.objects.filter(post=post).update(name="Final")
            Reads.objects.create(post=post, day=timezone.localdate(), number=3)
        with self.counted("a tag's name"):
            Tag.objects.filter(slug="tea").update(name="Tea")
        with self.counted("a tag's end"):
            Tag.objects.filter(slug="tea").delete()

    def test_made_anew_they_count_once_and_stay(self) -> None:
        with self.counted("what happened while they were away"):
            triggers.ensure()
        with self.counted("afterwards"):
            make_post(self.ada)
        Generation.objects.all().delete()
        with self.counted("without a row"):
            make_post(self.ada)


@tag("concurrency")
class CommitTests(TransactionTestCase):
    """What PostgreSQL does at commit, and SQLite at once."""

    def setUp(self) -> None:
        from django.contrib.auth import get_user_model

        triggers.ensure()
        self.ada = get_user_model().objects.create_user("ada", "ada@example.org", "x")

    def test_transaction_counts_once_and_rolled_back_never(self) -> None:
        posts = [make_post(self.ada) for _ in range(3)]
        before = generation()
        with transaction.atomic():
            Post.objects.filter(pk__in=[post.pk for post in posts]).update(title="All")
        self.assertGreater(after := generation(), before)
        if connection.vendor == "postgresql":
            self.assertEqual(after, before + 1)
        with transaction.atomic():
            Post.objects.update(title="Nothing")
            transaction.set_rollback(True)
        self.assertEqual(generation(), after)

    def test_two_who_save_do_not_wait_for_each_other(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite has one writer at a time")
        posts = [make_post(self.ada) for _ in range(2)]
        other = connection.copy()
        self.addCleanup(other.close)
        before = generation()
        with other.cursor() as theirs, connection.cursor() as mine, transaction.atomic():
            theirs.execute("SET lock_timeout = '500ms'")
            theirs.execute("SELECT pg_backend_pid() %% %s", [watch.SHARDS])
            shard = theirs.fetchone()[0]
            # This transaction has the row that the other begins with, as a third one might.
            mine.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [watch.LOCKS, shard])
            Generation.objects.update_or_create(shard=shard, defaults={"number": 10})
            theirs.execute("UPDATE posts_post SET title = 'Theirs' WHERE id = %s", [posts[1].pk])
        self.assertEqual(Generation.objects.get(shard=shard).number, 10)
        self.assertGreater(generation(), before)
