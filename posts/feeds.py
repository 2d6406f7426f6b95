"""Feeds: what is in one, said once, and three who write it down: RSS 2.0, Atom and JSON Feed 1.1.

A feed is the same for everybody, in the site's language, and stands alone: its texts are whole, without scripts, and
every address in it is absolute.
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape, unescape
from io import BytesIO
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.utils.feedgenerator import rfc2822_date, rfc3339_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.xmlutils import SimplerXMLGenerator

from accounts.models import User
from core.images.models import Image
from posts import markup
from posts.languages import direction
from posts.models import Post
from posts.models.use import shown_in
from posts.models.visibility import PostQuerySet

NEWEST = 20  # posts
TTL = 60  # minutes that a reader of feeds may wait before it asks again
WIDEST = 1280  # pixels, of a picture in a text
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}

# Of a post. Made of what never changes, so that neither a new address nor a new host makes an old post new again.
_IDS = uuid.UUID("6f0c31b4-6f2f-4a6b-9d8e-0f5d5f8a1c11")
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no XML may hold
_LINKING = re.compile(r'<(?:a|img)\b(?:[^<>"]|"[^"]*")*>')  # a tag: in a text "<" is always escaped
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_NAMESPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def absolute(address: str) -> str:
    """An address of ours, or a store's, with its host."""
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


@dataclass(frozen=True)
class Enclosure:
    """A picture, as large as it is kept: the one size of which the bytes are known."""

    url: str
    type: str
    length: int


@dataclass(frozen=True)
class Entry:
    """A post, as feeds tell of it."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    language: str
    author: str
    author_url: str
    avatar: str
    tags: tuple[str, ...]
    published: datetime
    updated: datetime
    image: str
    enclosures: tuple[Enclosure, ...]


@dataclass(frozen=True)
class Feed:
    """`page` is what it is the feed of, `url` its own address; of an `author`'s all posts are hers."""

    title: str
    description: str
    page: str
    url: str
    author: User | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=datetime.fromtimestamp(0, UTC))


# --- What is in it ------------------------------------------------------------------------------------------


def icon(side: int) -> str:
    """The whole address of the site's sign as a square of so many pixels: 144, the most that RSS takes, or 512."""
    return absolute(static(f"img/galley-{side}.png"))


def entries(posts: PostQuerySet) -> list[Entry]:
    """The first of `posts`, in the order they have: four queries, however many."""
    related = posts.select_related("author__avatar", "featured_image").prefetch_related("tags")
    found = list(related.defer("content", "headings")[:NEWEST])
    pictures = shown_in(found)
    return [_entry(post, pictures[post.pk]) for post in found]


def _entry(post: Post, pictures: Mapping[uuid.UUID, Image]) -> Entry:
    url, author, lead = absolute(post.get_absolute_url()), post.author, post.featured_image
    shown = [image for image in dict.fromkeys([lead, *pictures.values()]) if image and not image.waits and image.src()]
    return Entry(
        id=uuid.uuid5(_IDS, f"{post.pk} {post.created_at.astimezone(UTC).isoformat()}").urn,
        url=url,
        title=_fit(post.title),
        summary=_fit(post.summary),
        html=_fit(_text(post, pictures, url)),
        language=post.language or settings.LANGUAGE_CODE,
        author=_fit(str(author)),
        author_url=absolute(author.get_absolute_url()),
        avatar=absolute(author.avatar.src(192)) if author.avatar else "",
        tags=tuple(_fit(tag.name) for tag in post.tags.all()),
        published=post.published_at,
        updated=max(post.published_at, post.changed_at or post.published_at),
        image=absolute(_source(lead)) if lead in shown else "",
        enclosures=tuple(Enclosure(absolute(one.src()), f"image/{one.format}", one.bytes) for one in shown),
    )


def _text(post: Post, pictures: Mapping[uuid.UUID, Image], url: str) -> str:
    """The whole text with its lead picture, for programs that know neither our styles nor where they found it."""
    html = markup.ticked_in_words(markup.rendered(post.content_html or markup.render(post.content)))
    if markup.pictures(html):
        html = markup.place_pictures(html, pictures, draw=_plain)
    if post.featured_image and post.featured_image.src():
        html = format_html("<figure>{}</figure>{}", _plain(post.featured_image, alt=post.image_alt), html)
    if post.language and post.language != settings.LANGUAGE_CODE:
        html = format_html('<div lang="{}" dir="{}">{}</div>', post.language, direction(post.language), html)
    return _LINKING.sub(lambda tag: _ATTRIBUTE.sub(lambda found: _pointed(found, url), tag[0]), html)


def _pointed(found: re.Match[str], base: str) -> str:
    """An attribute whose address, if it is one, says the host too."""
    if found[1] not in {"href", "src"}:
        return found[0]
    return f'{found[1]}="{escape(urljoin(base, unescape(found[2])))}"'


def _plain(image: Image, preset: str = "", alt: str = "") -> SafeString:
    """A picture in one size, without what only our own styles make use of."""
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">', _source(image), image.width, image.height, alt
    )


def _source(image: Image) -> str:
    return image.src(min(image.largest, WIDEST))


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)


# --- Who writes it down -------------------------------------------------------------------------------------


def write_rss(feed: Feed) -> bytes:
    xml, out = _xml("rss", {"version": "2.0", **_NAMESPACES})
    add = xml.addQuickElement
    xml.startElement("channel", {})
    add("title", _fit(feed.title))
    add("link", feed.page)
    add("description", _fit(feed.description))
    add("language", settings.LANGUAGE_CODE)
    add("lastBuildDate", rfc2822_date(feed.updated))
    add("ttl", str(TTL))
    xml.startElement("image", {})
    for name, said in (("url", icon(144)), ("title", _fit(feed.title)), ("link", feed.page)):
        add(name, said)
    xml.endElement("image")
    add("atom:link", None, {"rel": "self", "href": feed.url, "type": TYPES["rss"]})
    if settings.WEBSUB_HUB:
        add("atom:link", None, {"rel": "hub", "href": settings.WEBSUB_HUB})
    for entry in feed.entries:
        xml.startElement("item", {"xml:lang": entry.language})
        add("title", entry.title)
        add("link", entry.url)
        add("guid", entry.id, {"isPermaLink": "false"})
        add("dc:creator", entry.author)
        for tag in entry.tags:
            add("category", tag)
        add("pubDate", rfc2822_date(entry.published))
        add("atom:updated", rfc3339_date(entry.updated))
        add("dc:language", entry.language)
        add("description", entry.summary)
        add("content:encoded", entry.html)
        for one in entry.enclosures[:1]:  # as many as an item may have
            add("enclosure", None, {"url": one.url, "type": one.type, "length": str(one.length)})
        xml.endElement("item")
    xml.endElement("channel")
    return _ended(xml, out, "rss")


def write_atom(feed: Feed) -> bytes:
    xml, out = _xml("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": settings.LANGUAGE_CODE})
    add = xml.addQuickElement
    add("id", feed.url)
    add("title", _fit(feed.title))
    add("subtitle", _fit(feed.description))
    add("updated", rfc3339_date(feed.updated))
    add("icon", icon(512))
    add("link", None, {"rel": "alternate", "href": feed.page, "type": "text/html"})
    add("link", None, {"rel": "self", "href": feed.url, "type": TYPES["atom"]})
    if settings.WEBSUB_HUB:
        add("link", None, {"rel": "hub", "href": settings.WEBSUB_HUB})
    if not feed.entries:  # then nobody else says who writes
        _person(xml, str(feed.author or settings.SITE_NAME), feed.page)
    for entry in feed.entries:
        xml.startElement("entry", {"xml:lang": entry.language})
        add("id", entry.id)
        add("title", entry.title)
        add("link", None, {"rel": "alternate", "href": entry.url, "type": "text/html"})
        add("published", rfc3339_date(entry.published))
        add("updated", rfc3339_date(entry.updated))
        _person(xml, entry.author, entry.author_url)
        for tag in entry.tags:
            add("category", None, {"term": tag})
        add("summary", entry.summary)
        add("content", entry.html, {"type": "html"})
        for one in entry.enclosures:
            add("link", None, {"rel": "enclosure", "href": one.url, "type": one.type, "length": str(one.length)})
        xml.endElement("entry")
    return _ended(xml, out, "feed")


def write_json(feed: Feed) -> bytes:
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "description": feed.description,
        "language": settings.LANGUAGE_CODE,
        "icon": icon(512),
    }
    if feed.author:
        said["authors"] = [{"name": str(feed.author), "url": feed.page}]
    if settings.WEBSUB_HUB:
        said["hubs"] = [{"type": "WebSub", "url": settings.WEBSUB_HUB}]
    said["items"] = [_item(entry) for entry in feed.entries]
    return json.dumps(said, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, object]:
    author = {"name": entry.author, "url": entry.author_url, "avatar": entry.avatar}
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "image": entry.image,
        "date_published": rfc3339_date(entry.published),
        "date_modified": rfc3339_date(entry.updated),
        "authors": [{name: value for name, value in author.items() if value}],
        "tags": list(entry.tags),
        "language": entry.language,
        "attachments": [
            {"url": one.url, "mime_type": one.type, "size_in_bytes": one.length} for one in entry.enclosures
        ],
    }
    return {name: value for name, value in item.items() if value or name == "content_html"}


def _xml(root: str, attributes: dict[str, str]) -> tuple[SimplerXMLGenerator, BytesIO]:
    out = BytesIO()
    xml = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement(root, attributes)
    return xml, out


def _ended(xml: SimplerXMLGenerator, out: BytesIO, root: str) -> bytes:
    xml.endElement(root)
    xml.endDocument()
    return out.getvalue()


def _person(xml: SimplerXMLGenerator, name: str, url: str) -> None:
    xml.startElement("author", {})
    xml.addQuickElement("name", _fit(name))
    xml.addQuickElement("uri", url)
    xml.endElement("author")


WRITERS = {"rss": write_rss, "atom": write_atom, "json": write_json}
