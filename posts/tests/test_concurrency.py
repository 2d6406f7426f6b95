"""Many at once, on a real database: run with --tag concurrency, and TEST_DATABASE naming a file on SQLite."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

from django.db import connection, connections, transaction
from django.test import TransactionTestCase, override_settings, tag
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.images.models import Image
from core.testing.cases import PageClient
from posts.models import Post, Submission
from posts.tests.factory import make_image, make_post

AT_ONCE = 12


@tag("concurrency")
@override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"}, IMAGES_STORE="fake")
class ConcurrencyTests(TransactionTestCase):
    def setUp(self):
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            self.fail("SQLite in memory has no locks to test; set TEST_DATABASE to a file.")
        self.ada = User.objects.create_user("ada")

    def at_once(self, act: Callable[[PageClient, int], object]) -> list:
        """What `act` answers to each of AT_ONCE signed-in clients that begin at one moment."""
        clients = []
        for _ in range(AT_ONCE):
            clients.append(PageClient())
            clients[-1].force_login(self.ada)
        barrier = Barrier(AT_ONCE)

        def run(number: int) -> object:
            try:
                barrier.wait()
                return act(clients[number], number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(run, range(AT_ONCE)))

    def test_one_title_makes_as_many_addresses_as_posts(self):
        data = {"title": "One title", "content": "x", "status": "published"}
        answers = self.at_once(lambda client, _: client.post(reverse("post_create"), data).status_code)
        self.assertEqual(Counter(answers), {302: AT_ONCE})
        self.assertEqual(Post.objects.values("slug").distinct().count(), AT_ONCE)

    def test_one_form_sent_many_times_makes_one_post(self):
        data = {"title": "T", "content": "x", "status": "published", "submission": str(uuid.uuid4())}
        answers = self.at_once(lambda client, _: client.post(reverse("post_create"), data)["Location"])
        self.assertEqual(len(set(answers)), 1)
        self.assertEqual((Post.objects.count(), Submission.objects.count()), (1, 1))

    def test_of_many_saves_from_one_version_one_wins_and_the_others_are_told(self):
        post = make_post(self.ada)
        url = reverse("post_edit", args=[post.slug])

        def save(client: PageClient, number: int) -> int:
            data = {"title": post.title, "content": f"by {number}", "status": "published", "version": "1"}
            return client.post(url, data).status_code

        self.assertEqual(Counter(self.at_once(save)), {302: 1, 409: AT_ONCE - 1})
        self.assertEqual(Post.objects.get().version, 2)

    def test_sweep_does_not_condemn_what_an_unfinished_save_attaches(self):
        image = make_image(self.ada, state=Image.State.HELD, created_at=timezone.now() - timedelta(days=99))
        post, attached, swept = make_post(self.ada), Event(), Event()

        def save() -> None:
            try:
                with transaction.atomic():
                    post.featured_image = image
                    self.assertTrue(image.attach())
                    post.save()
                    attached.set()
                    swept.wait(1)  # SQLite lets the sweep wait for this transaction instead
            finally:
                connections.close_all()

        def sweep() -> None:
            try:
                attached.wait(10)
                Image.objects.expired(timezone.now()).condemn()
                swept.set()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            for done in (pool.submit(save), pool.submit(sweep)):
                done.result()
        self.assertEqual(Image.objects.get().state, Image.State.HELD)

    def test_one_tag_made_by_many_is_one_tag(self):
        data = {"title": "T", "content": "x", "status": "draft", "tags": "coast, walking"}
        answers = self.at_once(lambda client, _: client.post(reverse("post_create"), data).status_code)
        self.assertEqual(Counter(answers), {302: AT_ONCE})
        self.assertEqual({post.tags.count() for post in Post.objects.all()}, {2})
