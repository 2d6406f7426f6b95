"""Lists of posts as readers see them: ten cards a page, at one cost however long the list is.

The keys of a line are read from an index and nothing else, then the ten cards by their keys; a page asks for one key
more than it shows, so nobody counts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from django.db.models import Manager, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from core.addresses import address
from core.images.models import Image
from posts import languages, markup
from posts.models.post import Post
from posts.models.tag import PostTag, tag_link
from posts.models.visibility import public

PAGE_SIZE = 10  # fixed by the contract
MOST_PAGES = 10**12  # what is beyond is too large for any list
KEY = re.compile(r"(-?[0-9]{1,18})_([0-9]{1,18})")
NONE = SafeString("")
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)  # as fine as both databases keep a time
SHOWN = ("pk", "title", "slug", "summary", "word_count", "published_at", "language", "featured_image")
SHOWN_OF_AUTHOR = ("author__username", "author__display_name")


class Key(NamedTuple):
    """Where a post stands in a list: all that comes behind it is older."""

    published_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.published_at - EPOCH) // TICK}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The key that str() wrote, if it is one."""
        if not (found := KEY.fullmatch(text)):
            return None
        try:
            at = EPOCH + int(found[1]) * TICK
            return cls(at, int(found[2])) if at + TICK else None  # see page_behind(): the next moment is asked for
        except OverflowError:
            return None


@dataclass(slots=True)
class Card:
    """What a list shows of a public post."""

    pk: int
    title: str
    slug: str
    summary: str
    word_count: int
    published_at: datetime
    language: str
    picture: Image | None
    username: str
    display_name: str
    tags: SafeString = NONE  # links
    leads: bool = False  # a list, and is shown larger

    @property
    def url(self) -> str:
        return address("post_detail", self.slug)

    @property
    def author(self) -> str:
        return self.display_name or self.username

    @property
    def author_url(self) -> str:
        return address("author_detail", self.username)

    @property
    def when(self) -> str:
        """When it was published, for machines."""
        return timezone.localtime(self.published_at).isoformat(timespec="seconds")

    @property
    def reading_time(self) -> SafeString:
        return markup.reading_time(self.word_count)

    @property
    def tongue(self) -> SafeString | str:
        """The attributes that say its language, where that is not the page's."""
        return languages.where_it_differs(self.language)


def cards(pks: Iterable[int]) -> list[Card]:
    """The public ones of the posts `pks`, in their order: two queries, and one more where there are pictures."""
    pks = list(pks)
    rows = Post.objects.published().filter(pk__in=pks).values_list(*SHOWN, *SHOWN_OF_AUTHOR) if pks else ()
    found = {row[0]: Card(*row) for row in rows}
    for pk, slug, name in (
        PostTag.objects.filter(post__in=found).order_by("tag__slug").values_list("post", "tag__slug", "tag__name")
    ):
        found[pk].tags += tag_link(slug, name)
    images = {card.picture for card in found.values() if card.picture}
    images = Image.objects.in_bulk(images) if images else {}
    for card in found.values():
        card.picture = images.get(card.picture)
    return [found[pk] for pk in pks if pk in found]


class Page:
    """One page of a list, the newest posts first. It answers what a template asks of Django's page."""

    def __init__(self, number: int, keys: list[Key]) -> None:
        self.number, self.is_last = number, len(keys) <= PAGE_SIZE
        keys = keys[:PAGE_SIZE]
        self.cards = cards(key.pk for key in keys)
        self.last = keys[-1] if keys else None
        if number == 1 and self.cards:
            self.cards[0].leads = True

    def __iter__(self) -> Iterator[Card]:
        return iter(self.cards)

    def __len__(self) -> int:
        return len(self.cards)

    def has_next(self) -> bool:
        return not self.is_last

    def has_previous(self) -> bool:
        return self.number > 1

    def has_other_pages(self) -> bool:
        return self.number > 1 or not self.is_last

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1


@dataclass(frozen=True)
class Line:
    """The public ones of `rows`, which are posts or taggings, as these carry the date of their post; the newest first.

    `since` and `before` bound when they were published.
    """

    rows: QuerySet | Manager
    since: datetime | None = None
    before: datetime | None = None

    @property
    def pk(self) -> str:
        return "post_id" if self.rows.model is PostTag else "pk"

    def public(self, before: datetime | None = None) -> QuerySet:
        bounds = [at for at in (self.before, before) if at]
        rows = self.rows.filter(public(min(bounds, default=None)))
        return rows.filter(published_at__gte=self.since) if self.since else rows

    def keys(self, rows: QuerySet, start: int = 0) -> list[Key]:
        """The keys of a page of `rows`, and of one more."""
        found = rows.order_by("-published_at", f"-{self.pk}").values_list("published_at", self.pk)
        return [Key(*row) for row in found[start : start + PAGE_SIZE + 1]]


def page(line: Line, asked: str = "1") -> Page:
    """The page `asked` for, or the nearest there is: the first for what is no number, the last for one too large."""
    try:
        number = int(asked)
    except ValueError:
        number = 1
    rows = line.public()
    keys = line.keys(rows, (number - 1) * PAGE_SIZE) if 0 < number < MOST_PAGES else []
    if not keys and number != 1:
        number = max(1, -(-rows.count() // PAGE_SIZE))
        keys = line.keys(rows, (number - 1) * PAGE_SIZE)
    return Page(number, keys)


def page_behind(line: Line, key: Key, number: int) -> Page:
    """What follows the post `key`, as the page `number`: no gap and no repetition, whatever was published since."""
    rows = line.public(before=key.published_at + TICK)
    older = Q(published_at__lt=key.published_at) | Q(**{f"{line.pk}__lt": key.pk})
    return Page(number, line.keys(rows.filter(older)))
