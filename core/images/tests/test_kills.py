"""A process may die at any moment: no picture is lost by that, and none left behind. Run with --tag concurrency.

KILLS_SEED chooses other moments for those that run at once, KILLS_ROUNDS how often.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress

from django.core.management import CommandError
from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import EXPIRED_AFTER, Image
from core.images.tests import pictures
from core.images.tests.kills import KillTestCase, begin, ended
from core.testing.fakecloud import Fault
from posts.models import Post
from posts.tests.factory import make_post

SEED = int(os.environ.get("KILLS_SEED") or 1)
ROUNDS = int(os.environ.get("KILLS_ROUNDS") or 12)
AT_ONCE = 4
MOST_EVENTS = 1_000  # of one scenario: more would be no end


def shows(*images: Image) -> str:
    return "\n\n".join(["Some text.", *(f"![A gate](/images/{image.pk})" for image in images)])


class Scenarios(KillTestCase):
    """Each prepares what is there before, and answers what a process does then."""

    def create(self) -> Callable[[], object]:
        client, file = self.client_of_ada(), pictures.upload(self.picture())
        data = {"title": "T", "content": "x", "status": "published", "featured_image": file}
        return lambda: self.sent(client.post(reverse("post_create"), data))

    def create_with_body_picture(self) -> Callable[[], object]:
        client = self.client_of_ada()

        def act() -> None:
            image = self.held()
            image.send()
            data = {"title": "T", "content": shows(image), "status": "published"}
            self.sent(client.post(reverse("post_create"), data))

        return act

    def replace(self) -> Callable[[], object]:
        post, client = make_post(self.ada, featured_image=self.kept()), self.client_of_ada()
        data = {"title": "T", "content": "x", "status": "published", "version": 1}
        data["featured_image"] = pictures.upload(self.picture())
        return lambda: self.sent(client.post(reverse("post_edit", args=[post.slug]), data))

    def replace_everywhere(self) -> Callable[[], object]:
        image, text = self.kept(), self.kept()
        make_post(self.ada, featured_image=image, content=shows(image, text))

        def act() -> None:
            other = self.held()
            other.send()
            image.replace(other)

        return act

    def replace_everywhere_what_waits(self) -> Callable[[], object]:
        image = self.held()
        make_post(self.ada, featured_image=image)
        return lambda: [image.send(), image.replace(other := self.held()), image.send(), other.send()]

    def delete(self) -> Callable[[], object]:
        image = self.kept()
        post = make_post(self.ada, featured_image=image, content=shows(image, self.kept()))
        return lambda: [post.discard(), self.command("trash_empty", "--older-than-days", "0")]

    def move(self) -> Callable[[], object]:
        make_post(self.ada, featured_image=self.kept(), content=shows(self.kept()))
        other = {"cloudinary": "local", "local": "cloudinary"}[self.store]
        return lambda: [self.command("images_move", "--to", to) for to in (other, self.store)]

    def sweep(self) -> Callable[[], object]:
        """One of every kind: never sent, its answer lost, waiting and in use, thrown away, on its way out."""
        before = timezone.now() - EXPIRED_AFTER * 30
        sent, waiting, old, going = self.held(), self.held(), self.kept(), self.kept()
        self.held()
        if self.store == "cloudinary":
            self.cloud.faults.append(Fault("drop", "after"))
            self.assertFalse(sent.send())
        make_post(self.ada, featured_image=waiting, content=shows(self.kept()))
        Image.objects.exclude(pk=old.pk).update(next_try_at=before)
        Image.objects.filter(pk=going.pk).update(state=Image.State.DELETING)
        Image.objects.unreferenced().update(unreferenced_since=before)
        return lambda: self.command("images_sweep", "--apply")

    def sent(self, response: object) -> None:
        self.assertEqual(response.status_code, 302, response.text)

    def kill_at_every_event(self, scenario: Callable[[], Callable[[], object]]) -> None:
        scenario()()  # warm, so that no process has to
        self.check("whole")
        for event in range(1, MOST_EVENTS):
            self.forget()
            act = scenario()
            done = ended(begin(act, event))
            self.check(f"killed at event {event}")
            if done:
                break
        print(f"{scenario.__name__}, {self.store}: {event - 1} kills")
        self.assertGreater(event, 4)


@tag("concurrency")
class KillTests(Scenarios):
    def test_create(self):
        self.kill_at_every_event(self.create)

    def test_create_with_body_picture(self):
        self.kill_at_every_event(self.create_with_body_picture)

    def test_replace(self):
        self.kill_at_every_event(self.replace)

    def test_replace_everywhere(self):
        self.kill_at_every_event(self.replace_everywhere)

    def test_replace_everywhere_what_waits(self):
        self.kill_at_every_event(self.replace_everywhere_what_waits)

    def test_delete(self):
        self.kill_at_every_event(self.delete)

    def test_move_there_and_back(self):
        self.kill_at_every_event(self.move)

    def test_sweep(self):
        self.kill_at_every_event(self.sweep)

    def test_several_at_once(self):
        """Each does one thing after another with the same two posts, and dies somewhere."""
        for turn in range(ROUNDS):
            self.forget()
            seed = f"{SEED}.{turn}"
            choose = random.Random(seed)
            for _ in range(2):
                make_post(self.ada, featured_image=self.kept(), content=shows(self.kept()))
            self.held()
            self.pass_time()
            pids = [begin(self.some_of_all(f"{seed}.{number}"), choose.randint(5, 300)) for number in range(AT_ONCE)]
            for pid in pids:
                ended(pid)
            self.check(f"KILLS_SEED={SEED}, round {turn}")

    def some_of_all(self, seed: str) -> Callable[[], None]:
        def act() -> None:
            choose = self.random = random.Random(seed)
            for _ in range(100):
                getattr(self, f"some_{choose.choice(('save', 'save', 'everywhere', 'delete', 'sweep', 'move'))}")(
                    choose
                )

        return act

    def some_save(self, choose: random.Random) -> None:
        client = self.client_of_ada()
        post = Post.objects.order_by("?").first() if choose.random() < 0.6 else None
        known = Image.objects.exclude(state=Image.State.DELETING).order_by("?").first()
        data = {"title": "T", "content": shows(known) if known else "x", "status": "published"}
        if choose.random() < 0.5:
            data["featured_image"] = pictures.upload(self.picture())
        elif known:
            data["featured_image_held"] = known.token
        url = reverse("post_edit", args=[post.slug]) if post else reverse("post_create")
        with suppress(Post.DoesNotExist):  # removed for good between two looks of the view, after its days of grace
            self.assertIn(client.post(url, data).status_code, (302, 404, 409, 422))

    def some_everywhere(self, choose: random.Random) -> None:
        image = Image.objects.referenced().order_by("?").first()
        if image:
            other = self.held()
            choose.random() < 0.5 and other.send()
            image.replace(other)

    def some_delete(self, choose: random.Random) -> None:
        post = Post.objects.order_by("?").first()
        if post:
            post.discard()
            if choose.random() < 0.5:
                self.command("trash_empty", "--older-than-days", "0")

    def some_sweep(self, choose: random.Random) -> None:
        self.command("images_sweep", "--apply")

    def some_move(self, choose: random.Random) -> None:
        with suppress(CommandError):  # somebody else has moved one meanwhile
            self.command("images_move", "--to", choose.choice(("local", "cloudinary")))


@tag("concurrency")
class LocalKillTests(Scenarios):
    """The same with files: a process may die between a draft and its name."""

    store = "local"

    def test_create(self):
        self.kill_at_every_event(self.create)

    def test_replace(self):
        self.kill_at_every_event(self.replace)

    def test_sweep(self):
        self.kill_at_every_event(self.sweep)

    def test_move_there_and_back(self):
        self.kill_at_every_event(self.move)
