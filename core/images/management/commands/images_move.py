"""manage.py images_move: bring the pictures that are in use to another store."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.images.models import Image
from core.images.stores import StoreError, unready

MOST_FAILURES = 10  # one after the other: a store is down, and the rest waits for the next run
PROGRESS = 20  # pictures from one line of progress to the next


class Command(BaseCommand):
    help = (
        "Copies each picture that is in use and lives elsewhere to the store, and shows it from there. The old ones "
        "wait out their grace. May be stopped and begun again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="STORE", help="local or cloudinary")
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many in this run")
        parser.add_argument("--dry-run", action="store_true", help="only say how many")

    def handle(self, *, to: str, limit: int | None, dry_run: bool, **options: object) -> None:
        if reason := unready(to):
            raise CommandError(reason)
        if limit is not None and limit < 1:
            raise CommandError(f"--limit is {limit}; it must be 1 or more.")
        placed = (Image.State.RESERVED, Image.State.STORED)  # also what waits to be sent to a store that is given up
        elsewhere = Image.objects.referenced().filter(state__in=placed).exclude(store=to)
        number = elsewhere.count() if limit is None else min(limit, elsewhere.count())
        if dry_run:
            self.stdout.write(f"{number} would be moved to {to}.")
            return
        moved = failed = in_a_row = 0
        for batch in elsewhere.in_batches():
            for image in batch[: number - moved - failed]:
                try:
                    # Another mover may have been here since the batch was read.
                    moved += elsewhere.filter(pk=image.pk, key=image.key).exists() and image.move(to)
                    in_a_row = 0
                except Exception as error:  # also a row that no code of ours has made: the others go on
                    failed, in_a_row = failed + 1, in_a_row + 1
                    said = error if isinstance(error, StoreError) else f"{type(error).__name__}: {error}"
                    self.stderr.write(f"{image} ({image.pk}) was not moved: {said}")
                if (moved + failed) % PROGRESS == 0:
                    self.stdout.write(f"{moved + failed} of {number}.")
                if in_a_row == MOST_FAILURES:
                    raise CommandError(f"{MOST_FAILURES} failed in a row; {moved} were moved before. Try again later.")
        self.stdout.write(f"{moved} moved to {to}.")
        if failed:
            raise CommandError(f"{failed} could not be moved. The same command again tries them again.")
