"""The promise that no picture is lost and none is left behind, against thousands of random steps: --tag machine.

IMAGES_SEED chooses another run, IMAGES_STEPS another length; the same seed is the same run.
"""

import io
import os
import random
import time
import uuid
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import cache

from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import override_settings, tag
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.images.models import GRACE, HeldPicture, Image
from core.images.stores import StoreError, StoreRefused
from core.images.tests import pictures
from core.images.validate import Picture, clean_picture
from core.testing.cases import ViewTestCase
from core.testing.fakestore import FakeStore
from posts.models import Conflict, Post, PostImage, Revision, WorkingCopy
from posts.models.use import WorkingCopyImage

SEED = int(os.environ.get("IMAGES_SEED") or 4)
STEPS = int(os.environ.get("IMAGES_STEPS") or 5_000)
LOOK_AT_ALL = 25  # steps from one close look to the next
BEGIN_ANEW = 250  # steps from nothing to the closing sweep
MOST_POSTS = 8
TIMES = ("created_at", "unreferenced_since", "discarded_at", "next_try_at")
STORES = ("one", "two")
one, two = FakeStore(), FakeStore()

USES = [(Post.everything, "featured_image"), (User.objects, "avatar"), (WorkingCopy.objects, "picture")]
USES += [(PostImage.objects, "image"), (WorkingCopyImage.objects, "image")]

STEPS_OF_ALL = {  # what somebody does, and how often
    "hold": 6,
    "save": 12,
    "save_twice": 2,
    "save_stale": 3,
    "save_with_file": 4,
    "autosave": 8,
    "discard_copy": 2,
    "restore_revision": 4,
    "delete": 3,
    "restore": 3,
    "trash_empty": 2,
    "avatar": 3,
    "throw_away": 4,
    "bring_back": 3,
    "replace_everywhere": 6,
    "replace_everywhere_back": 2,
    "move": 3,
    "send": 3,
    "sweep": 6,
    "sweep_half": 4,
    "pass_time": 8,
}


@cache
def clean(number: int) -> Picture:
    return clean_picture(pictures.jpeg(16, 16, (number, 255 - number, 90)))


@tag("machine")
@override_settings(
    IMAGES_STORES={name: f"{__name__}:{name}" for name in STORES},
    IMAGES_STORE="one",
)
class ImagesMachineTests(ViewTestCase):
    def test_no_picture_is_lost_and_none_is_left_behind(self):
        self.choose, self.done, began = random.Random(SEED), Counter(), time.process_time()
        names, weights = zip(*STEPS_OF_ALL.items(), strict=True)
        self.begin()
        log: list[str] = []
        try:
            for number in range(1, STEPS + 1):
                name = self.choose.choices(names, weights)[0]
                log.append(name)
                self.fail_sometimes()
                if getattr(self, name)() is not False:
                    self.done[name] += 1
                self.look(closely=number % LOOK_AT_ALL == 0)
                if number % BEGIN_ANEW == 0 or number == STEPS:
                    self.close_all()
                    self.begin()
                    log.clear()
        except BaseException as error:
            error.add_note(f"IMAGES_SEED={SEED}, step {number}, after {' '.join(log[-30:])}")
            raise
        spent = time.process_time() - began
        print(f"\n{STEPS:,} steps with IMAGES_SEED={SEED} in {spent:.0f} s; done: {dict(sorted(self.done.items()))}")
        self.assertEqual(set(self.done), set(STEPS_OF_ALL), "a step was never possible")

    # --- What must be true

    def look(self, *, closely: bool) -> None:
        """No picture in use is lost, and closely: none shows another than the row was made for."""
        first, *others = (rows.exclude(**{name: None}).values_list(name) for rows, name in USES)
        used = Image.objects.filter(pk__in=[pk for (pk,) in first.union(*others)])
        held = set(HeldPicture.objects.values_list("pk", flat=True))
        for image in used:
            self.assertNotEqual(image.state, Image.State.DELETING, f"{image} is in use, and on its way out")
            if image.waits:
                self.assertIn(image.pk, held, f"{image} is in use, and lost: {image.state} at {image.store}")
            else:
                self.assertIn(image.key, self.at(image).pictures, f"{image} is in use, and lost at {image.store}")
        if closely:
            self.assertEqual(set(used), set(Image.objects.referenced()))
            for image in used:
                self.assertEqual(self.shown(image), self.meant[image.pk], f"{image} shows another picture")
            for post in Post.everything.exclude(featured_image=None):
                self.assertIn(post.featured_image_id, self.meant)

    def shown(self, image: Image) -> bytes:
        return bytes(image.held.data) if image.waits else self.at(image).pictures[image.key].data

    def at(self, image: Image) -> FakeStore:
        return {"one": one, "two": two}[image.store]

    def close_all(self) -> None:
        """Nothing fails any more, and time passes: what is in use is at a store, and nothing else is."""
        for store in (one, two):
            store._failures.clear()
        for _ in range(2):
            self.shift(timedelta(days=60))
            self.command("images_sweep", "--apply")
        self.look(closely=True)
        used = {(image.store, image.key) for image in Image.objects.referenced()}
        kept = {("one", key) for key in one.pictures} | {("two", key) for key in two.pictures}
        self.assertEqual(kept - used, set(), "orphans")
        self.assertEqual(used - kept, set(), "never sent")
        self.assertFalse(Image.objects.unreferenced().exists(), "rows for nothing")
        self.assertFalse(HeldPicture.objects.exists(), "bytes for nothing")

    def begin(self) -> None:
        WorkingCopy.objects.all().delete()
        Post.everything.all().delete()
        User.objects.update(avatar=None)
        Image.objects.all().delete()
        one.reset()
        two.reset()
        self.meant: dict[uuid.UUID, bytes] = {}  # what the rows are to show
        self.replaced: list[tuple[uuid.UUID, uuid.UUID]] = []

    # --- What somebody does. False: it was not possible

    def fail_sometimes(self) -> None:
        for store in (one, two):
            store._failures.clear()
            for _ in range(self.choose.choice((0, 0, 0, 1, 1, 2))):
                error = self.choose.choice((StoreError, StoreError, StoreRefused))
                store.fail_next(error("down"), after=error is StoreError and self.choose.random() < 0.5)

    def one_of(self, rows: object) -> object:
        found = list(rows.order_by("pk"))
        return self.choose.choice(found) if found else None

    def picture(self) -> Image | None:
        """One of Ada's that a form can still be given, or was given a moment before it was condemned."""
        image = self.one_of(Image.objects.filter(owner=self.ada).kept())
        if image is None or self.choose.random() < 0.2:
            return image
        return Image.objects.by_token(image.token, owner=self.ada)

    def hold(self) -> Image:
        picture = clean(self.choose.randrange(200))
        image = Image.objects.hold(picture, owner=self.ada)
        self.meant[image.pk] = picture.data
        return image

    def text(self) -> str:
        images = filter(None, (self.picture() for _ in range(self.choose.randrange(3))))
        known = [f"![A gate](/images/{image.pk})" for image in images]
        return "\n\n".join([f"Some text {self.choose.randrange(9)}.", *known])

    def post(self) -> Post:
        post = self.one_of(Post.objects.filter(author=self.ada))
        return post if post and Post.objects.count() >= self.choose.randrange(MOST_POSTS) else Post(author=self.ada)

    def write(self, post: Post) -> None:
        """Sent with another picture, the same, or none, as settle() does."""
        post.title, post.content = "T", self.text()
        image = self.choose.choice((self.picture(), self.picture(), post.featured_image, None))
        if image and image.pk != post.featured_image_id:
            image.send()
        post.featured_image = image
        with suppress(Conflict, Image.DoesNotExist):
            post.revise(tags=[])

    def save(self) -> None:
        self.write(self.post())

    def save_twice(self) -> None:
        """A double click: the picture is sent twice, the second time by a process that read it before."""
        image = self.hold()
        same = Image.objects.get(pk=image.pk)
        image.send()
        same.send()
        post = self.post()
        post.title, post.content, post.featured_image = "T", "Some text.", same
        with suppress(Conflict, Image.DoesNotExist):
            post.revise(tags=[])

    def save_stale(self) -> bool | None:
        """A form that was opened before others saved, with pictures that may have been replaced or swept since."""
        post = self.one_of(Post.everything.filter(author=self.ada, version__gt=1))
        if post is None:
            return False
        version, image = post.version - 1, self.hold()
        if self.choose.random() < 0.5:
            self.pass_time()
            self.sweep()
        image = Image.objects.by_token(image.token, owner=self.ada)
        if image:
            image.send()
        post.title, post.content, post.featured_image = "T", self.text(), image
        with suppress(Conflict, Image.DoesNotExist):
            post.revise(tags=[], version=version)
        return None

    def save_with_file(self) -> None:
        """Through the form."""
        known, color = set(Image.objects.values_list("pk", flat=True)), self.choose.randrange(200)
        data = {"title": "T", "content": self.text(), "status": "published"}
        data["featured_image"] = pictures.upload(pictures.jpeg(16, 16, (color, 255 - color, 90)))
        self.assertEqual(self.page(self.ada).post(reverse("post_create"), data).status_code, 302)
        for image in Image.objects.exclude(pk__in=known):
            self.meant[image.pk] = clean(color).data

    def autosave(self) -> None:
        copy = self.one_of(WorkingCopy.objects.filter(author=self.ada))
        again = copy and self.choose.random() < 0.6
        post = copy.post if again else self.one_of(Post.objects.filter(author=self.ada))
        typed = {"title": "T", "content": self.text()}
        image = self.choose.choice((self.picture(), None))
        WorkingCopy.objects.keep(
            author=self.ada,
            post=post if again or self.choose.random() < 0.7 else None,
            token=copy.token if again else uuid.UUID(int=self.choose.getrandbits(128)),
            version=post.version if post else 0,
            typed=typed,
            picture=image,
        )

    def discard_copy(self) -> bool | None:
        copy = self.one_of(WorkingCopy.objects.all())
        return copy.discard() and None if copy else False

    def restore_revision(self) -> bool | None:
        revision = self.one_of(Revision.objects.filter(post__deleted_at=None, post__version__gt=0))
        if revision is None:
            return False
        with suppress(Conflict):
            revision.post.restore_revision(revision, by=self.ada)
        return None

    def delete(self) -> bool | None:
        post = self.one_of(Post.objects.all())
        return post.discard() if post else False

    def restore(self) -> bool | None:
        post = self.one_of(Post.trash.all())
        return post.restore() if post else False

    def trash_empty(self) -> None:
        days = self.choose.choice((0, 30))
        Post.trash.update(deleted_at=F("deleted_at") - timedelta(days=self.choose.choice((0, 20))))
        self.command("trash_empty", "--older-than-days", str(days))

    def avatar(self) -> bool | None:
        """As ProfileForm.save does."""
        image = self.choose.choice((self.picture(), None))
        if image:
            image.send()
            if not image.attach():
                return False
        User.objects.filter(pk=self.ada.pk).update(avatar=image)
        return None

    def throw_away(self) -> bool | None:
        return None if Image.objects.library_of(self.ada).filter(pk__in=self.some()).discard()[1] else False

    def bring_back(self) -> bool | None:
        return None if Image.objects.filter(owner=self.ada, pk__in=self.some()).restore() else False

    def some(self) -> list[uuid.UUID]:
        pks = [image.pk for image in Image.objects.order_by("pk")]
        return self.choose.sample(pks, min(len(pks), 4))

    def replace_everywhere(self) -> bool | None:
        """The process has read the old picture before, and the sweep may be sending it by now."""
        old = self.one_of(Image.objects.referenced())
        if old is None:
            return False
        before, new = Image.objects.get(pk=old.pk), self.hold()
        if self.choose.random() < 0.7:
            new.send()
        if not old.replace(new):
            return False
        self.meant[old.pk], self.meant[new.pk] = self.meant[new.pk], self.meant[old.pk]
        self.replaced.append((old.pk, new.pk))
        if self.choose.random() < 0.3:
            before.send()  # that began before it was replaced
        return None

    def replace_everywhere_back(self) -> bool | None:
        old, new = self.choose.choice(self.replaced) if self.replaced else (None, None)
        rows = Image.objects.in_bulk([old, new] if old else [])
        free = Image.objects.unreferenced().filter(pk=new).exists()
        if len(rows) < 2 or not free or not rows[old].replace(rows[new]):
            return False
        self.meant[old], self.meant[new] = self.meant[new], self.meant[old]
        return None

    def move(self) -> None:
        known = set(Image.objects.values_list("pk", flat=True))
        with suppress(CommandError):  # some could not be moved
            self.command("images_move", "--to", self.choose.choice(STORES), "--limit", "4")
        for copy in Image.objects.exclude(pk__in=known):
            self.meant[copy.pk] = b""  # the same picture as another row's; nobody can point to it

    def send(self) -> bool | None:
        image = self.one_of(Image.objects.filter(state__in=(Image.State.HELD, Image.State.RESERVED)))
        return image.send() and None if image else False

    def sweep(self) -> None:
        self.command("images_sweep", "--apply")

    def sweep_half(self) -> None:
        """It ends before it removes what it has condemned."""
        now = timezone.now()
        Image.objects.look(now)
        Image.objects.expired(now).condemn()
        Image.objects.abandoned(now - GRACE).condemn()

    def pass_time(self) -> None:
        self.shift(timedelta(hours=self.choose.choice((1, 1, 12, 30, 80, 24 * 8, 24 * 31))))

    def shift(self, by: timedelta) -> None:
        Image.objects.update(**{name: F(name) - by for name in TIMES})

    def command(self, *args: str) -> None:
        call_command(*args, stdout=io.StringIO(), stderr=io.StringIO())
