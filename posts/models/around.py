"""What stands around a public post: its tags, the posts before and after it, and those that are about the same.

Three queries of keys and names, written out: each is a few steps in an index, however many posts there are.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.addresses import address
from posts import languages
from posts.models.tag import Tag

if TYPE_CHECKING:
    from posts.models.post import Post

MOST_RELATED = 3
WINDOW = 20  # posts of each tag, the newest, among which the related ones are looked for

_POST = "id, slug, title, language FROM posts_post WHERE deleted_at IS NULL AND published_at <= %s"
_AROUND = (
    "SELECT 'tag' AS kind, t.id, t.slug, t.name AS title, '' AS language FROM posts_post_tags p "  # noqa: S608
    "JOIN posts_tag t ON t.id = p.tag_id WHERE p.post_id = %s "
    f"UNION ALL SELECT * FROM (SELECT 'older', {_POST} AND (published_at, id) < (%s, %s) "
    "ORDER BY published_at DESC, id DESC LIMIT 1) AS older "
    f"UNION ALL SELECT * FROM (SELECT 'newer', {_POST} AND (published_at, id) > (%s, %s) "
    "ORDER BY published_at, id LIMIT 1) AS newer"
)
_OF_TAG = (
    "SELECT * FROM (SELECT tag_id, published_at, post_id FROM posts_post_tags WHERE tag_id = %s "  # noqa: S608
    f"AND published_at <= %s ORDER BY published_at DESC, post_id DESC LIMIT {WINDOW}) AS tag_{{number}}"
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another post, as a link to it."""

    slug: str
    title: str
    language: str

    @property
    def url(self) -> str:
        return address("post_detail", self.slug)

    @property
    def lang_attrs(self) -> SafeString | str:
        return languages.where_it_differs(self.language)

    @property
    def link(self) -> SafeString:
        return format_html('<a href="{}"{}>{}</a>', self.url, self.lang_attrs, self.title)


@dataclass(slots=True)
class Around:
    tags: list[Tag] = field(default_factory=list)
    older: Neighbour | None = None
    newer: Neighbour | None = None
    related: list[Neighbour] = field(default_factory=list)

    @classmethod
    def of(cls, post: "Post") -> "Around":
        """All of it, for a public post; its tags are not asked for a second time."""
        found, now = cls(), connection.ops.adapt_datetimefield_value(timezone.now())
        at = connection.ops.adapt_datetimefield_value(post.published_at)
        with connection.cursor() as cursor:
            cursor.execute(_AROUND, (post.pk, now, at, post.pk, now, at, post.pk))
            for kind, pk, *said in cursor.fetchall():
                if kind == "tag":
                    found.tags.append(Tag(pk, said[1], said[0]))
                else:
                    setattr(found, kind, Neighbour(*said))
            found.tags.sort(key=lambda tag: tag.slug)
            if found.tags:
                cursor.execute(*_windows(found.tags, now))
                if pks := _nearest(cursor.fetchall(), post.pk):
                    marks = ", ".join(["%s"] * len(pks))
                    cursor.execute(f"SELECT {_POST} AND id IN ({marks})", (now, *pks))
                    rows = {pk: Neighbour(*said) for pk, *said in cursor.fetchall()}
                    found.related = [rows[pk] for pk in pks if pk in rows]
        known = Tag.objects.all()
        known._result_cache = found.tags
        post._prefetched_objects_cache = {"tags": known}
        return found


def _windows(tags: list[Tag], now: object) -> tuple[str, list]:
    sql = " UNION ALL ".join(_OF_TAG.format(number=number) for number in range(len(tags)))
    return sql, [value for tag in tags for value in (tag.pk, now)]


def _nearest(rows: list[tuple], own: int) -> list[int]:
    """Which posts share most tags, and of those that share as many, the ones with the rarest, and then the newest.

    How rare a tag is, nobody counts: of the rarer one the newest posts reach back further, or are fewer.
    """
    windows = defaultdict(list)
    for tag, at, post in rows:
        windows[tag].append((at, post))
    by_rarity = sorted(windows.values(), key=lambda window: (len(window), window[-1]))
    shared, dates = defaultdict(list), {}
    for rank, window in enumerate(by_rarity):
        for at, post in window:
            shared[post].append(rank)
            dates[post] = at, post
    shared.pop(own, None)
    newest_first = sorted(shared, key=dates.get, reverse=True)
    return sorted(newest_first, key=lambda post: (-len(shared[post]), shared[post]))[:MOST_RELATED]
