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
from core.testing.cases import PageClient, _signed_in_cookies
from posts.models import Post, Revision, Submission, WorkingCopy
from posts.tests.factory import make_image, make_post

AT_ONCE = 20
ROUNDS = 50  # of as many saves at once: 1,000 in all


@tag("concurrency")
@override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"}, IMAGES_STORE="fake")
class ConcurrencyTests(TransactionTestCase):
    def setUp(self):
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            self.fail("SQLite in memory has no locks to test; set TEST_DATABASE to a file.")
        self.ada = User.objects.create_user("ada")

    def at_once(self, act: Callable[[PageClient, int], object]) -> list:
        """What `act` answers to each of AT_ONCE signed-in clients that begin at one moment."""
        session = _signed_in_cookies(self.ada)
        clients = [PageClient() for _ in range(AT_ONCE)]
        for client in clients:
            client.cookies.load(session)
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

    def save_at_once(self, post: Post, *texts: str) -> Counter:
        """What is answered to forms that were opened at once and are sent at once, with these texts."""
        url, version = reverse("post_edit", args=[post.slug]), post.version

        def save(client: PageClient, number: int) -> int:
            data = {"title": post.title, "content": texts[number], "status": "published", "version": version}
            return client.post(url, data | {"submission": str(uuid.uuid4())}).status_code

        answers = self.at_once(save)
        post.refresh_from_db()
        return Counter(answers)

    def assertOneLine(self, post: Post) -> None:
        numbers = list(post.revisions.line().order_by("number").values_list("number", flat=True))
        self.assertEqual(numbers, list(range(1, post.version + 1)))
        self.assertEqual(post.revisions.get(number=post.version).content, post.content)

    def test_many_who_changed_different_paragraphs_are_all_merged(self):
        parts = [f"Paragraph {number}." for number in range(AT_ONCE)]
        post = make_post(self.ada, content="\n\n".join(parts))
        texts = ["\n\n".join([*parts[:n], f"{parts[n]} By {n}.", *parts[n + 1 :]]) for n in range(AT_ONCE)]
        self.assertEqual(self.save_at_once(post, *texts), {302: AT_ONCE})
        self.assertEqual(post.content, "\n\n".join(f"{part} By {n}." for n, part in enumerate(parts)))
        self.assertEqual(post.version, 1 + AT_ONCE)
        self.assertOneLine(post)

    def test_of_many_saves_that_clash_one_wins_and_the_others_are_told_and_kept(self):
        post = make_post(self.ada)
        texts = [f"by {number}" for number in range(AT_ONCE)]
        self.assertEqual(self.save_at_once(post, *texts), {302: 1, 409: AT_ONCE - 1})
        self.assertEqual(post.version, 2)
        self.assertOneLine(post)
        kept = post.revisions.filter(reason=Revision.Reason.CLASHED).values_list("content", flat=True)
        self.assertEqual({*kept, post.content}, set(texts))

    def test_of_a_thousand_saves_none_is_lost(self):
        """Two at a time add a word of their own to one paragraph, in two rounds: some merge, some clash."""
        parts, answers = [f"Paragraph {number}." for number in range(AT_ONCE // 2)], Counter()
        for turn in range(ROUNDS):
            if turn % 2 == 0:
                post = make_post(self.ada, content="\n\n".join(parts))
            now, texts = post.content.split("\n\n"), []
            for number in range(AT_ONCE):
                at = (number + turn) % len(now)
                texts.append("\n\n".join([*now[:at], f"{now[at]} w{turn}x{number}", *now[at + 1 :]]))
            told = self.save_at_once(post, *texts)
            answers += told
            self.assertLessEqual(set(told), {302, 409})
            self.assertOneLine(post)
            sent = {f"w{turn}x{number}" for number in range(AT_ONCE)}
            saved = sent & set(post.content.split())
            kept = {
                word for text in post.revisions.filter(number=None).values_list("content") for word in text[0].split()
            }
            self.assertEqual(len(saved), told[302], "a save that was answered with 302 is not in the post")
            self.assertEqual(sent - saved - kept, set(), "lost")
        self.assertEqual(answers.total(), 1000)

    def test_one_form_of_a_saved_post_sent_many_times_is_one_revision(self):
        post = make_post(self.ada, state="draft")
        url = reverse("post_edit", args=[post.slug])
        data = {"title": "T", "content": "x", "status": "published", "submission": str(uuid.uuid4()), "version": 1}
        answers = self.at_once(lambda client, _: client.post(url, data)["Location"])
        self.assertEqual(len(set(answers)), 1)
        post.refresh_from_db()
        self.assertEqual((post.version, post.status, post.revisions.count()), (2, "published", 2))

    def test_one_typed_address_is_taken_once_and_nothing_is_half_made(self):
        data = {"title": "T", "content": "x", "status": "published", "slug": "mine", "tags": "coast"}

        def save(client: PageClient, number: int) -> int:
            return client.post(reverse("post_create"), data | {"submission": str(uuid.uuid4())}).status_code

        self.assertEqual(Counter(self.at_once(save)), {302: 1, 422: AT_ONCE - 1})
        post = Post.everything.get()
        self.assertEqual((post.slug, post.version, list(post.addresses.values_list("slug"))), ("mine", 1, [("mine",)]))
        self.assertEqual((Submission.objects.count(), Revision.objects.count()), (1, 1))

    def test_many_posts_that_change_to_one_address(self):
        posts = [make_post(self.ada) for _ in range(AT_ONCE)]

        def save(client: PageClient, number: int) -> int:
            data = {"title": "T", "content": f"by {number}", "status": "published", "slug": "mine", "version": 1}
            return client.post(reverse("post_edit", args=[posts[number].slug]), data).status_code

        self.assertEqual(Counter(self.at_once(save)), {302: 1, 422: AT_ONCE - 1})
        self.assertEqual(Counter(Post.objects.values_list("version", flat=True)), {1: AT_ONCE - 1, 2: 1})
        for post in Post.objects.all():
            self.assertOneLine(post)

    def autosave_at_once(self, slug: str, **data: object) -> Counter:
        """Each sends more words than the one before, in whatever order they come in."""
        data |= {"title": "T", "submission": str(uuid.uuid4())}

        def autosave(client: PageClient, number: int) -> int:
            typed = {"content": "word " * (number + 1), "order": number + 1}
            return client.post(reverse("post_autosave", args=[slug]), data | typed).status_code

        return Counter(self.at_once(autosave))

    def test_of_one_forms_autosaves_the_last_one_sent_stays(self):
        post = make_post(self.ada)
        self.assertEqual(self.autosave_at_once(post.slug, version=1), {302: AT_ONCE})
        self.assertEqual(WorkingCopy.objects.get().content, "word " * AT_ONCE)

    def test_first_autosaves_of_a_new_post_begin_one(self):
        self.assertEqual(self.autosave_at_once("new"), {302: AT_ONCE})
        self.assertEqual((Post.everything.count(), WorkingCopy.objects.get().content), (1, "word " * AT_ONCE))

    def test_first_save_and_first_autosave_of_one_form_are_one_post(self):
        data = {"title": "T", "content": "x", "status": "draft", "submission": str(uuid.uuid4())}

        def send(client: PageClient, number: int) -> int:
            url = reverse("post_create") if number % 2 else reverse("post_autosave", args=["new"])
            return client.post(url, data).status_code

        self.assertEqual(Counter(self.at_once(send)), {302: AT_ONCE})
        self.assertEqual((Post.everything.count(), Post.everything.get().version), (1, 1))

    def test_restores_publishes_and_saves_at_once_are_one_line_and_nothing_is_lost(self):
        post = make_post(self.ada, content="First.\n\nLast.")
        first = post.revisions.get()
        post.content = "First.\n\nMiddle.\n\nLast."
        post.save()

        def send(client: PageClient, number: int) -> int:
            if number % 4 == 0:
                return client.post(reverse("revision_restore", args=[post.slug, first.pk])).status_code
            if number % 4 in (1, 2):
                name = "post_unpublish" if number % 4 == 1 else "post_publish"
                return client.post(reverse(name, args=[post.slug])).status_code
            data = {
                "title": post.title,
                "content": f"{post.content}\n\nw{number}",
                "version": 2,
                "status": "published",
            }
            return client.post(reverse("post_edit", args=[post.slug]), data).status_code

        answers = self.at_once(send)
        self.assertLessEqual(set(answers), {302, 409})
        post.refresh_from_db()
        self.assertOneLine(post)
        said = " ".join(post.revisions.values_list("content", flat=True))
        self.assertLessEqual({f"w{number}" for number in range(3, AT_ONCE, 4)}, set(said.split()))

    def test_sweep_does_not_condemn_what_an_unfinished_save_attaches(self):
        image = make_image(self.ada, state=Image.State.HELD, unreferenced_since=timezone.now() - timedelta(days=99))
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
