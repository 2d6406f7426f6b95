"""When posts were published, by the site's clock: what a month holds, and which months hold any."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db import connection
from django.utils import timezone

from posts.models.listing import Line
from posts.models.post import Post

TICK = timedelta(microseconds=1)


def _begin(year: int, month: int) -> datetime:
    """When a month begins; the 13th is the next year's first."""
    year, month = year + month // 13, (month - 1) % 12 + 1
    return datetime(year, month, 1, tzinfo=timezone.get_default_timezone())


def line_of(year: int, month: int | None = None) -> Line | None:
    """What was published in a month, or in a whole year; None of a month that no calendar has."""
    first, last = (1, 12) if month is None else (month, month)
    if not (1 < year < 9999 and 1 <= first <= 12):  # noqa: PLR2004
        return None
    return Line(Post.objects, _begin(year, first), _begin(year, last + 1))


def months() -> list[date]:
    """The first days of the months that have something to read, the newest first.

    One look into an index for each of them, all in one query: counting the posts would mean to read them.
    """
    dates = Post.objects.published().newest_first().values_list("published_at", flat=True)
    if (last := dates.first()) is None:
        return []
    begins = list(_months_between(dates.last(), last))
    stored = [connection.ops.adapt_datetimefield_value(at) for at in (*begins, last + TICK)]
    rows = ", ".join(f"({number}, %s, %s)" for number in range(len(begins)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH month (number, first, next) AS (VALUES {rows}) SELECT number FROM month WHERE EXISTS ("  # noqa: S608
            "SELECT 1 FROM posts_post WHERE deleted_at IS NULL AND published_at >= first AND published_at < next"
            ") ORDER BY number DESC",
            [at for pair in pairwise(stored) for at in pair],
        )
        return [begins[number].date() for (number,) in cursor.fetchall()]


def _months_between(first: datetime, last: datetime) -> Iterator[datetime]:
    clock = timezone.get_default_timezone()
    first, last = first.astimezone(clock), last.astimezone(clock)
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield _begin(month // 12, month % 12 + 1)
