"""manage.py images_sweep: remove, at the store too, what nothing refers to; send what is still held."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from core.images.models import Image

GRACE_DAYS = 30  # also how long a restored backup, a feed or a cached page may still show an old picture
MOST_DAYS = 36500


class Command(BaseCommand):
    help = "Removes pictures that nothing has referred to for --grace-days. Without --apply it only says which."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it")
        parser.add_argument("--grace-days", type=int, default=GRACE_DAYS, metavar="N", help="default: %(default)s")

    def handle(self, *, apply: bool, grace_days: int, **options: object) -> None:
        now = timezone.now()
        if not 0 <= grace_days <= MOST_DAYS:
            raise CommandError(f"--grace-days is {grace_days}; it must be 0 to {MOST_DAYS}.")
        since = now - timedelta(days=grace_days)
        unmarked = Image.objects.unreferenced().filter(state=Image.State.STORED, unreferenced_since=None)
        # Without grace somebody wants it now: what failed a minute ago is tried again as well.
        due = Q(next_try_at=None) | Q(next_try_at__lte=now) if grace_days else Q()
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

        Image.objects.referenced().exclude(unreferenced_since=None).update(unreferenced_since=None)
        marked = unmarked.update(unreferenced_since=now)
        Image.objects.expired(now).condemn()
        Image.objects.abandoned(since).condemn()
        sent = [image.send() for image in Image.objects.waiting().filter(due)]
        removed = [image.drop() for image in Image.objects.filter(due, state=Image.State.DELETING)]
        self.stdout.write(
            f"{marked} newly without use, {sum(removed)} removed, {sum(sent)} sent, "
            f"{removed.count(False) + sent.count(False)} to try again."
        )
