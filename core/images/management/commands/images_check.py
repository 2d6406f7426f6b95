"""manage.py images_check: what the stores hold, compared with what the database says; read-only but for --adopt."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Min, Q
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.timesince import timesince

from core.images.models import GRACE, Image
from core.images.stores import StoreError, Usage, store

ADOPTED_AFTER = timedelta(hours=24)  # younger ones are left alone, for whoever is at work there
MOST_ADOPTED, MOST_SHARE = 50, 0.1  # more strangers than either: this database is not the one they belong to
SHOWN = 20  # names of each kind


class Command(BaseCommand):
    help = "Reports missing, foreign and waiting pictures, limits and usage. Exits with 1 if something is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--adopt",
            action="store_true",
            help="give what is at a store and in no row, for a day or more, a row that images_sweep removes",
        )

    def handle(self, *, adopt: bool, **options: object) -> None:
        wrong = []
        named = Image.objects.exclude(store="").values_list("store", flat=True).distinct()
        for name in sorted({*named, settings.IMAGES_STORE}):
            try:
                self.check_usage(name)
                missing = self.check_missing(name)
                foreign = self.check_foreign(name)
                wrong += [f"{missing} missing at {name}"] if missing else []
            except (StoreError, KeyError) as error:  # KeyError: settings.IMAGES_STORES has no such store
                wrong.append(f"{name} could not be checked: {error}")
                self.stdout.write(f"{name}: {error}")
                continue
            if adopt and foreign:
                self.adopt(name, foreign)
        self.check_rows()
        if wrong:
            raise CommandError("; ".join(wrong).removesuffix(".") + ".")

    def check_usage(self, name: str) -> None:
        told = store(name).usage()
        number = Image.objects.stored(name).count()
        facts = [f"{number} picture{'' if number == 1 else 's'}", *_words(told)]
        self.stdout.write(f"{name}: {', '.join(facts)}.")
        for ours, theirs in (("IMAGES_MAX_BYTES", told.max_bytes), ("IMAGES_MAX_PIXELS", told.max_pixels)):
            if theirs is not None and getattr(settings, ours) > theirs:
                self.stdout.write(f"  {ours} is {getattr(settings, ours)}, but {name} takes {theirs} at most.")

    def check_missing(self, name: str) -> int:
        number = 0
        for batch in Image.objects.stored(name).in_batches():
            keys = store(name).missing(batch)
            for image in Image.objects.stored(name).filter(key__in=keys):  # still: it may have been moved meanwhile
                number += 1
                if number <= SHOWN:
                    used = next((f"{row._meta.verbose_name} “{row}”" for row in image.holders()), "nothing")
                    self.stdout.write(f"  missing: {image.key} ({image.pk}), used by {used}")
        return self.more("missing", number)

    def check_foreign(self, name: str) -> dict[str, datetime | None]:
        """What lies under our names and in no row, with its time."""
        found = {key: since for page in _pages(name) for key, since in _strangers(page).items()}
        for key, since in list(found.items())[:SHOWN]:
            age = f"for {timesince(since)}" if since else "for how long is not known"
            self.stdout.write(f"  foreign: {key}, there {age}".replace("\xa0", " "))
        self.more("foreign", len(found))
        return found

    def check_rows(self) -> None:
        now = timezone.now()
        waiting = Image.objects.waiting().aggregate(number=Count("pk"), since=Min("created_at"))
        since = f", the oldest since {waiting['since']:%Y-%m-%d %H:%M}" if waiting["number"] else ""
        self.stdout.write(f"Waiting to be sent: {waiting['number']}{since}.")
        due = Count("pk", filter=Q(unreferenced_since__lte=now - GRACE))
        left = Image.objects.unreferenced().filter(state=Image.State.STORED)
        found = left.aggregate(number=Count("pk"), due=due, first=Min("unreferenced_since"))
        first = f", the first due on {found['first'] + GRACE:%Y-%m-%d}" if found["first"] else ""
        self.stdout.write(f"Unreferenced: {found['number']}, {found['due']} due now{first}.")

    def adopt(self, name: str, foreign: dict[str, datetime | None]) -> None:
        """Rows for strangers, so that two looks of the sweep, a grace apart, remove them."""
        old = {key: since for key, since in foreign.items() if since and since < timezone.now() - ADOPTED_AFTER}
        kept = Image.objects.stored(name).count()
        most = max(MOST_ADOPTED, int(kept * MOST_SHARE))
        if len(old) > most:
            raise CommandError(
                f"{len(old)} foreign pictures at {name} beside {kept} of our own are more than {most}: "
                "is this the right database? Nothing was adopted."
            )
        unknown = {"format": "", "width": 0, "height": 0, "bytes": 0}
        for key, since in old.items():
            fields = {"store": name, "public_id": key, "state": Image.State.STORED, "created_at": since}
            Image.objects.get_or_create(key=key, defaults=fields | unknown)
        self.stdout.write(f"{len(old)} adopted at {name}; images_sweep removes them after their grace.")

    def more(self, kind: str, number: int) -> int:
        if number > SHOWN:
            self.stdout.write(f"  {kind}: {number - SHOWN} more")
        return number


def _pages(name: str) -> Iterator[dict[str, datetime | None]]:
    """All that the store lists under the names that are ours."""
    for site in settings.IMAGES_SITES:
        cursor = None
        while cursor != "":
            page, cursor = store(name).listed(f"{site}/", cursor or "")
            yield page


def _strangers(page: dict[str, datetime | None]) -> dict[str, datetime | None]:
    names = list(page)
    ours = Image.objects.filter(Q(key__in=names) | Q(public_id__in=names)).values_list("key", "public_id")
    known = {name for pair in ours for name in pair}
    return {name: since for name, since in page.items() if name not in known}


def _words(told: Usage) -> list[str]:
    sizes = ((told.used, "kept"), (told.free, "free"), (told.max_bytes, "for a picture at most"))
    words = [f"{told.plan} plan"] if told.plan else []
    words += [f"{filesizeformat(size)} {what}".replace("\xa0", " ") for size, what in sizes if size is not None]
    words += [f"{told.max_pixels / 1_000_000:g} megapixels"] if told.max_pixels else []
    return words + ([f"{told.percent:g} % of the plan used"] if told.percent is not None else [])
