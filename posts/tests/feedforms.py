"""Feeds read back, by the rules of their form: RSS 2.0, Atom and JSON Feed 1.1."""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image as Drawing

from core.testing.cases import ViewTestCase
from posts.models import Post
from posts.tests.factory import make_post

NAMES = {
    "a": "{http://www.w3.org/2005/Atom}",
    "c": "{http://purl.org/rss/1.0/modules/content/}",
    "d": "{http://purl.org/dc/elements/1.1/}",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MIME = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
PAGES = {"feed": "post_list", "author_feed": "author_detail", "tag_feed": "tag_detail"}

# JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/: (type, required). What is not named must not be there.
AUTHOR = {"name": (str, False), "url": (str, False), "avatar": (str, False)}
ATTACHMENT = {"url": (str, True), "mime_type": (str, True), "size_in_bytes": (int, False)}
ITEM = {
    **dict.fromkeys(("id", "content_html"), (str, True)),
    **dict.fromkeys(("url", "title", "summary", "image", "language"), (str, False)),
    **dict.fromkeys(("date_published", "date_modified"), (str, True)),
    "authors": ([AUTHOR], False),
    "tags": ([str], False),
    "attachments": ([ATTACHMENT], False),
}
JSON_FEED = {
    **dict.fromkeys(("version", "title"), (str, True)),
    **dict.fromkeys(("home_page_url", "feed_url", "description", "language", "icon"), (str, False)),
    "authors": ([AUTHOR], False),
    "hubs": ([{"type": (str, True), "url": (str, True)}], False),
    "items": ([ITEM], True),
}


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


class FeedCase(ViewTestCase):
    """A feed by its URL `name` and, for that of an author or a tag, the `word` in its address."""

    name = ""
    word = ""

    @property
    def form(self) -> str:
        return self.name.rpartition("_")[2]

    @property
    def url(self) -> str:
        return reverse(self.name, args=[self.word] if self.word else [])

    def make(self, **fields: Any) -> Post:
        return make_post(fields.pop("author", self.ada), tags=("coast", "sea & salt"), **fields)

    def read(self, **kwargs: Any) -> list[dict[str, Any]]:
        """The feed's posts; every rule of its form was asked on the way."""
        response = self.page().get(self.url, **kwargs)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response["Content-Type"], f"{MIME[self.form]}; charset=utf-8")
        found = getattr(self, f"read_{self.form}")(response)
        self.assertEqual(len({one["id"] for one in found}), len(found), "ids are unique")
        for one in found:
            self.assertAbsolute(one["url"], *Links(one["html"]).found, *(made[0] for made in one["enclosures"]))
            self.assertNotIn("script", Links(one["html"]).tags)
            self.assertTrue(urlsplit(one["id"]).scheme)
            for _, mime, length in one["enclosures"]:
                self.assertRegex(mime, "^image/(jpeg|png|webp|gif)$")
                self.assertGreater(int(length), 0)
        return found

    def assertAbsolute(self, *urls: str) -> None:
        for url in urls:
            self.assertRegex(url, f"^({re.escape(settings.SITE_URL)}/|https?://[a-z.]+)", "an absolute address")

    def read_rss(self, response: HttpResponse) -> list[dict[str, Any]]:
        rss = ElementTree.fromstring(response.content)
        self.assertEqual((rss.tag, rss.get("version")), ("rss", "2.0"))
        [channel] = rss
        for required in ("title", "link", "description"):
            self.assertTrue(channel.findtext(required), required)
        self.assertAbsolute(channel.findtext("link"))
        self.assertSign(channel.findtext("image/url"), 144)
        for said in ("title", "link"):
            self.assertEqual(channel.findtext(f"image/{said}"), channel.findtext(said))
        parsedate_to_datetime(channel.findtext("lastBuildDate"))
        self.assertEqual(channel.findtext("language"), "en")
        self.assertTrue(channel.findtext("ttl").isdecimal())
        self.assertSelf(channel.find(f"{NAMES['a']}link"))
        for item in channel.findall("item"):
            self.assertEqual(item.find("guid").get("isPermaLink"), "false")
            self.assertLessEqual(len(item.findall("enclosure")), 1)
            self.assertIsNone(item.find("author"), "RSS wants an e-mail address there")
        return [
            {
                **{"id": item.findtext("guid"), "url": item.findtext("link"), "title": item.findtext("title")},
                "html": item.findtext(f"{NAMES['c']}encoded"),
                "summary": item.findtext("description"),
                "published": parsedate_to_datetime(item.findtext("pubDate")),
                "updated": datetime.fromisoformat(item.findtext(f"{NAMES['a']}updated")),
                "author": item.findtext(f"{NAMES['d']}creator"),
                "tags": [category.text for category in item.findall("category")],
                "language": item.findtext(f"{NAMES['d']}language"),
                "enclosures": [(e.get("url"), e.get("type"), e.get("length")) for e in item.findall("enclosure")],
            }
            for item in channel.findall("item")
        ]

    def read_atom(self, response: HttpResponse) -> list[dict[str, Any]]:
        a, feed = NAMES["a"], ElementTree.fromstring(response.content)
        self.assertEqual(feed.tag, f"{a}feed")
        for required in ("id", "title", "updated"):
            self.assertTrue(feed.findtext(f"{a}{required}"), required)
        datetime.fromisoformat(feed.findtext(f"{a}updated"))
        self.assertSign(feed.findtext(f"{a}icon"), 512)
        links = {link.get("rel"): link for link in feed.findall(f"{a}link")}
        self.assertAbsolute(links["alternate"].get("href"))
        self.assertSelf(links["self"])
        self.assertTrue(feed.findall(f"{a}author") or feed.findall(f"{a}entry/{a}author"))
        found = []
        for entry in feed.findall(f"{a}entry"):
            self.assertEqual(entry.find(f"{a}content").get("type"), "html")
            self.assertAbsolute(entry.findtext(f"{a}author/{a}uri"))
            pictures = [link for link in entry.findall(f"{a}link") if link.get("rel") == "enclosure"]
            [page] = [link for link in entry.findall(f"{a}link") if link.get("rel") == "alternate"]
            found.append(
                {
                    **{"id": entry.findtext(f"{a}id"), "url": page.get("href"), "title": entry.findtext(f"{a}title")},
                    **{"html": entry.findtext(f"{a}content"), "summary": entry.findtext(f"{a}summary")},
                    "published": datetime.fromisoformat(entry.findtext(f"{a}published")),
                    "updated": datetime.fromisoformat(entry.findtext(f"{a}updated")),
                    "author": entry.findtext(f"{a}author/{a}name"),
                    "tags": [category.get("term") for category in entry.findall(f"{a}category")],
                    "language": entry.get(XML_LANG),
                    "enclosures": [(e.get("href"), e.get("type"), e.get("length")) for e in pictures],
                }
            )
        return found

    def read_json(self, response: HttpResponse) -> list[dict[str, Any]]:
        feed = json.loads(response.content)
        self.assertShaped(feed, JSON_FEED)
        self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
        self.assertEqual(feed["feed_url"], f"{settings.SITE_URL}{self.url}")
        self.assertAbsolute(feed["home_page_url"])
        self.assertSign(feed["icon"], 512)
        return [
            {
                **{"id": item["id"], "url": item["url"], "title": item["title"], "html": item["content_html"]},
                "summary": item.get("summary", ""),
                "published": datetime.fromisoformat(item["date_published"]),
                "updated": datetime.fromisoformat(item["date_modified"]),
                "author": item["authors"][0]["name"],
                "tags": item.get("tags", []),
                "language": item["language"],
                "enclosures": [(e["url"], e["mime_type"], e["size_in_bytes"]) for e in item.get("attachments", [])],
            }
            for item in feed["items"]
        ]

    def assertSign(self, url: str, side: int) -> None:
        """The site's own, as it is among the static files, and as large as is said."""
        path = url.removeprefix(f"{settings.SITE_URL}{settings.STATIC_URL}")
        with Drawing.open(finders.find(path)) as sign:
            self.assertEqual(sign.size, (side, side))

    def assertSelf(self, link: ElementTree.Element) -> None:
        said = (link.get("rel"), link.get("href"), link.get("type"))
        self.assertEqual(said, ("self", f"{settings.SITE_URL}{self.url}", MIME[self.form]))

    def assertShaped(self, value: Any, shape: Any) -> None:
        if isinstance(shape, list):
            self.assertIsInstance(value, list)
            for one in value:
                self.assertShaped(one, shape[0])
        elif isinstance(shape, dict):
            self.assertLessEqual({name for name, (_, required) in shape.items() if required}, set(value))
            self.assertLessEqual(set(value), set(shape))
            for name, one in value.items():
                self.assertShaped(one, shape[name][0])
        else:
            self.assertIs(type(value), shape)
