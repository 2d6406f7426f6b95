"""manage.py images_sweep: remove, at the store too, what nothing refers to; send what is still held."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from core.images.models import GRACE, Image, ImageQuerySet, Sweep

MOST_DAYS = 36500
MOST_FAILURES = 10  # of one store one after the other: it is down, and the rest waits for the next run
PROGRESS = 100  # pictures from one line of progress to the next
UNDER_WAY = timedelta(hours=1)  # for so long an upload may still be at the door of its store


class Command(BaseCommand):
    help = "Removes pictures that nothing has referred to for --grace-days. Without --apply it only says which."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it")
        parser.add_argument("--grace-days", type=int, default=GRACE.days, metavar="N", help="default: %(default)s")
        parser.add_argument("--now", type=UUID, metavar="ID", help="remove this one picture at once, without grace")

    def handle(self, *, apply: bool, grace_days: int, now: UUID | None, **options: object) -> None:
        if not 0 <= grace_days <= MOST_DAYS:
            raise CommandError(f"--grace-days is {grace_days}; it must be 0 to {MOST_DAYS}.")
        if now:
            self.purge(now)
        elif apply:
            self.sweep(timezone.now(), timedelta(days=grace_days))
        else:
            self.say(timezone.now(), timedelta(days=grace_days))

    def say(self, now: datetime, grace: timedelta) -> None:
        """What --apply would do at this look; without grace, what it marks goes as well."""
        gone = [Image.objects.expired(now), Image.objects.abandoned(now - grace)]
        if not grace:
            gone.append(Image.objects.unmarked().filter(state=Image.State.STORED))
        number = 0
        for image in (image for images in gone for batch in images.in_batches() for image in batch):
            self.stdout.write(f"would remove {image.store or 'held'} {image}")
            number += 1
        new, waiting = Image.objects.unmarked().count(), Image.objects.waiting().count()
        self.stdout.write(f"{new} newly without use, {number} to remove, {waiting} to send. --apply does it.")

    def sweep(self, now: datetime, grace: timedelta) -> None:
        """Look, send, remove. Sending comes first: it is somebody's picture, the rest is only rubbish."""
        run = Sweep.objects.create(began_at=now)
        # Without grace somebody wants it now: what failed a minute ago is tried again as well.
        due = Q(next_try_at=None) | Q(next_try_at__lte=now) if grace else Q()
        run.marked = Image.objects.look(now)
        Image.objects.expired(now).condemn()
        Image.objects.abandoned(now - grace).condemn()
        run.sent, unsent = self.each(Image.objects.waiting().filter(due), Image.send, "sent")
        condemned = Image.objects.filter(due, state=Image.State.DELETING)
        run.removed, kept = self.each(condemned, Image.drop, "removed")
        run.failed = unsent + kept
        run.end()
        self.stdout.write(
            f"{run.marked} newly without use, {run.removed} removed, {run.sent} sent, {run.failed} to try again."
        )

    def each(self, images: ImageQuerySet, step: Callable[[Image], bool], done: str) -> tuple[int, int]:
        """How many the step was taken with, and how many not; one that is broken does not stop the others."""
        taken = failed = 0
        in_a_row: Counter[str] = Counter()
        for image in (image for batch in images.in_batches() for image in batch):
            store = image.store or settings.IMAGES_STORE
            if in_a_row[store] >= MOST_FAILURES:
                continue
            try:
                worked = step(image)
            except Exception as error:  # a row that no code of ours has made
                image.fail(error)
                worked = None
                self.stderr.write(f"{image.pk}: {image.error}")
            taken, failed = taken + bool(worked), failed + (not worked)
            in_a_row[store] = in_a_row[store] + 1 if worked is False else 0
            if in_a_row[store] == MOST_FAILURES:
                self.stderr.write(f"“{store}” failed {MOST_FAILURES} times in a row: the rest waits. {image.error}")
            if (taken + failed) % PROGRESS == 0:
                self.stdout.write(f"{taken} {done} so far.")
        return taken, failed

    def purge(self, pk: UUID) -> None:
        """Remove one picture that nothing refers to, whenever that was found: somebody has a right to it."""
        image = Image.objects.filter(pk=pk).first()
        if image is None:
            raise CommandError(f"There is no picture {pk}.")
        for holder in image.holders():
            raise CommandError(f"{image} is still in use by {holder._meta.verbose_name} “{holder}”, and stays.")
        looked = image.unreferenced_since and image.unreferenced_since < timezone.now() - UNDER_WAY
        if image.state == Image.State.RESERVED and not looked:
            raise CommandError(f"{image} may be on its way to its store: sweep now, and ask again in an hour.")
        # In the state that was looked at: by now a request may have begun to send it.
        if not Image.objects.filter(pk=pk, state=image.state).condemn() and image.state != Image.State.DELETING:
            raise CommandError(f"{image} is being saved at this moment, and stays.")
        image.refresh_from_db()
        if not image.drop():
            raise CommandError(f"{image} is condemned, but not removed yet; the next sweep tries again. {image.error}")
        self.stdout.write(f"{image} is removed.")
