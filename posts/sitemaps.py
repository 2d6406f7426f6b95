"""What there is to find, for search engines: one list of addresses, or an index of parts where they are many.

Posts are parted by ranges of their keys: a part stays the same while others are written, costs the same wherever it
stands, and is found without counting through those before it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.images.models import Image
from posts.feeds import WIDEST, absolute
from posts.models import Post, PostImage, Tag
from posts.models.archive import months

NUMBER = re.compile("0|[1-9][0-9]{0,12}")  # of a part
PART = 10_000  # keys, and so addresses at most; the protocol allows 50,000 and 50 MB
ADDRESSED = ("state", "store", "key", "public_id", "version", "url", "format", "width")  # by these an image is found
MOST_PICTURES = 1000  # of one address, says the protocol
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


class Place(NamedTuple):
    """An address, when what is there has changed, and the pictures on it."""

    url: str
    changed: datetime | None = None
    images: tuple[str, ...] = ()


class Part(NamedTuple):
    """Of an index: its `name`, how many addresses it has, and when one of them has changed last."""

    name: str
    number: int
    changed: datetime | None


# --- What there is ------------------------------------------------------------------------------------------


def parts() -> list[Part]:
    """All there is, each part with at least one address. Read from indexes alone, but for the tags."""
    of = F("pk") / PART
    posts, changes = Post.objects.published(), Post.everything.filter(changed_at__lte=timezone.now())
    # That of what has gone by now is one, too: so its own index has all that is asked for.
    changed = dict(changes.order_by().values_list(of).annotate(last=Max("changed_at")))
    counts = posts.order_by().values_list(of).annotate(number=Count("pk"), last=Max("published_at"))
    found = [Part("pages", len(_pages()), _newest(posts))]
    found += [Part(f"posts-{part}", number, _later(last, changed.get(part))) for part, number, last in sorted(counts)]
    for name, rows in (("authors", _authors()), ("tags", _tags())):
        keys = rows.order_by().values_list(of).annotate(number=Count("pk"), last=Max("newest"))
        found += [Part(f"{name}-{part}", number, last) for part, number, last in sorted(keys)]
    return found


def places(name: str) -> list[Place]:
    """What is in the part of this name; nothing if there is none."""
    kind, _, number = name.partition("-")
    if name == "pages":
        return _pages()
    if kind not in KINDS or not NUMBER.fullmatch(number):
        return []
    rows = KINDS[kind]().filter(pk__gte=int(number) * PART, pk__lt=(int(number) + 1) * PART)
    if kind == "posts":
        return list(_posts(rows))
    return [Place(absolute(row.get_absolute_url()), row.newest) for row in rows]


def _pages() -> list[Place]:
    """The lists: a month's changes with it, which its posts say for themselves."""
    front = Place(absolute(reverse("post_list")), _newest(Post.objects.published()))
    begins = months()
    found = [reverse(name) for name in ("tag_list", "archive") if begins]
    found += [reverse("archive_year", args=[year]) for year in dict.fromkeys(at.year for at in begins)]
    found += [reverse("archive_month", args=[at.year, at.month]) for at in begins]
    return [front, *(Place(absolute(url)) for url in found)]


def _posts(posts: QuerySet[Post]) -> Iterator[Place]:
    """Four queries, and no text is read."""
    leads = _addresses(Image.objects.filter(pk__in=posts.values("featured_image")))
    uses = PostImage.objects.filter(post__in=posts.values("pk"))
    bodies = _addresses(Image.objects.filter(pk__in=uses.values("image")))
    shown: dict[int, list[str]] = {}
    for post, image in uses.order_by("pk").values_list("post", "image") if bodies else ():
        shown.setdefault(post, []).append(bodies.get(image, ""))
    before, after = absolute(reverse("post_detail", args=["-"])).rsplit("-", 1)
    rows = posts.order_by("pk").values_list("pk", "slug", "published_at", "changed_at", "featured_image")
    for pk, slug, published, changed, lead in rows.iterator(2000):
        images = dict.fromkeys(filter(None, (leads.get(lead), *shown.get(pk, ()))))
        yield Place(f"{before}{quote(slug)}{after}", _later(published, changed), tuple(images))


def _addresses(images: QuerySet[Image]) -> dict[object, str]:
    """Where those are that a store has, by their keys."""
    stored = images.filter(state=Image.State.STORED).only(*ADDRESSED)
    return {image.pk: absolute(address) for image in stored if (address := image.src(min(image.largest, WIDEST)))}


def _authors() -> QuerySet[User]:
    newest = Post.objects.published().filter(author=OuterRef("pk")).newest_first()
    return _with(newest, User.objects.all())


def _tags() -> QuerySet[Tag]:
    about = Post.objects.published().filter(taggings__tag=OuterRef("pk"), taggings__published_at__isnull=False)
    return _with(about.order_by("-taggings__published_at"), Tag.objects.order_by("pk"))


def _with(newest: QuerySet[Post], rows: QuerySet) -> QuerySet:
    """Those of `rows` that have a public post, with when the newest of them was published."""
    return rows.annotate(newest=Subquery(newest.values("published_at")[:1])).exclude(newest=None)


def _newest(posts: QuerySet[Post]) -> datetime | None:
    return posts.newest_first().values_list("published_at", flat=True).first()


def _later(published: datetime, changed: datetime | None) -> datetime:
    return max(published, changed) if changed else published


KINDS = {"posts": Post.objects.published, "authors": _authors, "tags": _tags}


# --- How it is written --------------------------------------------------------------------------------------


def write_index(found: Iterable[Part]) -> bytes:
    rows = (
        f"<sitemap><loc>{escape(absolute(reverse('sitemap_part', args=[part.name])))}</loc>{_lastmod(part.changed)}"
        "</sitemap>\n"
        for part in found
    )
    return f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{''.join(rows)}</sitemapindex>\n".encode()


def write_places(found: Iterable[Place]) -> bytes:
    rows = "".join(
        f"<url><loc>{escape(place.url)}</loc>{_lastmod(place.changed)}{_pictures(place.images)}</url>\n"
        for place in found
    )
    return f"{_HEAD}<urlset {_NAMESPACE} {_IMAGES}>\n{rows}</urlset>\n".encode()


def _pictures(urls: tuple[str, ...]) -> str:
    return "".join(f"<image:image><image:loc>{escape(url)}</image:loc></image:image>" for url in urls[:MOST_PICTURES])


def _lastmod(changed: datetime | None) -> str:
    return f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""


def write_all() -> bytes:
    """All there is: in one list, or the index of its parts."""
    found = parts()
    if sum(part.number for part in found) > PART:
        return write_index(found)
    return write_places(chain.from_iterable(places(part.name) for part in found))
