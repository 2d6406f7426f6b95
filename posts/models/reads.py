"""How often a post was read: a number a day, and nothing about whoever read it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import NamedTuple

from django.db import connection, models, transaction
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

BATCH = 1000  # posts of one statement


class Span(NamedTuple):
    """The reads of some days, none of them left out: [(day, number), ...], the oldest first."""

    days: list[tuple[date, int]]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.days)

    @property
    def best(self) -> tuple[date, int]:
        """The day with the most; the last of them where there are several."""
        return max(reversed(self.days), key=lambda day: day[1])


def today() -> date:
    return datetime.now(UTC).date()


class ReadsQuerySet(models.QuerySet):
    def add(self, numbers: Mapping[int, int], day: date | None = None) -> None:
        """Count {post: reads} of a day in UTC; None: today. What is no post any more is dropped.

        In the order of the keys, so that two processes never wait for each other.
        """
        day = self.model._meta.get_field("day").get_db_prep_value(day or today(), connection)
        with transaction.atomic():
            for batch in batched(sorted(numbers.items()), BATCH, strict=False):
                counted = ", ".join("(%s, %s)" for _ in batch)
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"WITH counted (post, number) AS (VALUES {counted}) "  # noqa: S608
                        "INSERT INTO posts_reads (post_id, day, number) "
                        "SELECT p.id, %s, counted.number FROM counted JOIN posts_post p ON p.id = counted.post "
                        "WHERE counted.number > 0 ORDER BY p.id "
                        "ON CONFLICT (post_id, day) DO UPDATE SET number = posts_reads.number + excluded.number",
                        [*(value for pair in batch for value in pair), day],
                    )

    def total(self) -> int:
        return self.aggregate(total=Coalesce(Sum("number"), 0))["total"]

    def last_days(self, number: int) -> Span:
        """The last `number` days, today among them, those without a read as 0."""
        first = today() - timedelta(days=number - 1)
        found = dict(self.filter(day__gte=first).values("day").annotate(sum=Sum("number")).values_list("day", "sum"))
        days = (first + timedelta(days=after) for after in range(number))
        return Span([(day, found.get(day, 0)) for day in days])

    def of_post(self) -> Coalesce:
        """How often the post of a row was read, to annotate it with."""
        sums = self.filter(post=OuterRef("pk")).order_by().values("post").annotate(sum=Sum("number"))
        return Coalesce(Subquery(sums.values("sum")), 0)


class Reads(models.Model):
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="reads")
    day = models.DateField(help_text="In UTC.")
    number = models.PositiveIntegerField(default=0)

    objects = ReadsQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "day"], name="reads_of_day")]

    def __str__(self) -> str:
        return f"{self.number} on {self.day}"
