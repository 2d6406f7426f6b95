"""manage.py images_sweep: remove, at the store too, what nothing refers to; send what is still held."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q
from django.utils import timezone

from core.images.models import Image

GRACE_DAYS = 30  # also how long a restored backup, a feed or a cached page may still show an old picture


class Command(BaseCommand):
    help = "Removes pictures that nothing has referred to for --grace-days. Without --apply it only says which."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it")
        parser.add_argument("--grace-days", type=int, default=GRACE_DAYS, metavar="N", help="default: %(default)s")

    def handle(self, *, apply: bool, grace_days: int, **options: object) -> None:
        now = timezone.now()
        since = now - timedelta(days=max(grace_days, 0))
        unmarked = Image.objects.unreferenced().filter(state=Image.State.STORED, unreferenced_since=None)
        due = Q(next_try_at=None) | Q(next_try_at__lte=now)
        if not apply:
            new = unmarked.count()
            gone = [
                *Image.objects.expired(now),
                *Image.objects.abandoned(since),
                *(unmarked if not grace_days else ()),
            ]
            for image in gone:
                self.stdout.write(f"would remove {image.store or 'held'} {image}")
            waiting = Image.objects.waiting().count()
            self.stdout.write(f"{new} newly without use, {len(gone)} to remove, {waiting} to send. --apply does it.")
            return

        marked = unmarked.update(unreferenced_since=now)
        # Each condemning asks again, inside its UPDATE, whether anything refers to the image.
        Image.objects.expired(now).update(state=Image.State.DELETING)
        Image.objects.abandoned(since).update(state=Image.State.DELETING)
        sent = [image.send() for image in Image.objects.waiting().filter(due)]
        removed = [image.drop() for image in Image.objects.filter(due, state=Image.State.DELETING)]
        self.stdout.write(
            f"{marked} newly without use, {sum(removed)} removed, {sum(sent)} sent, "
            f"{removed.count(False) + sent.count(False)} to try again."
        )
