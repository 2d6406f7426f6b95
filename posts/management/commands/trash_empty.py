"""manage.py trash_empty: remove for good what has been in the trash for long enough."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction
from django.utils import timezone

from posts.models import Post, Submission, WorkingCopy

KEPT_DAYS = 30  # what the trash promises its authors
MOST_DAYS = 36_500
BATCH = 500  # rows that are looked up at a time


def discarded(before: datetime) -> Iterator[int]:
    """The primary keys of posts that were thrown away at `before` or earlier."""
    last = 0
    while batch := list(
        Post.trash.filter(deleted_at__lte=before, pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield from batch
        last = batch[-1]


@transaction.atomic
def remove(pk: int, before: datetime) -> bool:
    """Remove one post, unless its author took it out of the trash, or typed in it, by now. Raises DatabaseError."""
    posts = Post.trash.select_for_update().filter(pk=pk, deleted_at__lte=before)
    post = posts.exclude(pk__in=WorkingCopy.objects.filter(saved_at__gt=before).values("post")).first()
    return bool(post and post.delete())


class Command(BaseCommand):
    help = (
        "Removes posts for good that have been in the trash for --older-than-days. "
        "Their pictures lose their last use, and images_sweep removes them later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than-days",
            type=int,
            default=KEPT_DAYS,
            metavar="N",
            help="0: all that is in the trash (default: %(default)s)",
        )

    def handle(self, *, older_than_days: int, **options: object) -> None:
        if not 0 <= older_than_days <= MOST_DAYS:
            raise CommandError(f"--older-than-days is {older_than_days}; it must be from 0 to {MOST_DAYS}.")
        before = timezone.now() - timedelta(days=older_than_days)
        removed, failed = 0, 0
        for pk in discarded(before):
            try:
                removed += remove(pk, before)
            except DatabaseError as error:  # one broken row must not keep the others for ever
                failed += 1
                self.stderr.write(f"Post {pk} was not removed: {error}")
        # No form is sent again after so long: its token need not be known any more.
        Submission.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
        self.stdout.write(f"{removed} {'post' if removed == 1 else 'posts'} removed for good.")
        if failed:
            raise CommandError(f"{failed} {'post' if failed == 1 else 'posts'} could not be removed; see above.")
