"""What the heads of pages tell other sites, search engines and readers of feeds."""

import json
import os
import re
import subprocess
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest import SkipTest

from django.conf import settings
from django.test import tag
from django.utils import timezone

from core.testing.cases import ViewTestCase
from posts.models import Post
from posts.structured import locale_of
from posts.tests.factory import make_image, make_post, make_posts

CI = bool(os.environ.get("CI"))
HOSTILE = 'A </script><!-- <script> & \u2028 "B" \''

# What Google's guides ask of each (https://developers.google.com/search/docs/appearance/structured-data): what is
# required and what is recommended, with a pattern for its value.
URL, DATE = r"https?://\S+", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d"
ASKED = {
    "BlogPosting": {"headline": ".", "image": [URL], "datePublished": DATE, "dateModified": DATE, "author": "Person"},
    "Person": {"name": ".", "url": URL},
    "Organization": {"name": ".", "url": URL},
    "ProfilePage": {"mainEntity": "Person"},
    "BreadcrumbList": {"itemListElement": ["ListItem"]},
    "ListItem": {"position": r"\d", "name": "."},
    "WebSite": {"name": ".", "url": URL, "potentialAction": "SearchAction"},
    "SearchAction": {"target": "EntryPoint", "query-input": "required name=q"},
    "EntryPoint": {"urlTemplate": rf"{URL}/search/\?q={{q}}"},
    "Blog": {"name": ".", "url": URL},
}


class Head(HTMLParser):
    """What is in a page's head: metas by name or property, links by rel, and data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.metas: dict[str, list[str]] = {}
        self.links: dict[str, list[dict[str, str]]] = {}
        self.data: list[Any] = []
        self.scripts, self.within = 0, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            self.metas.setdefault(name, []).append(found["content"])
        if tag == "link":
            self.links.setdefault(found["rel"], []).append(found)
        self.scripts += tag == "script"
        self.within = found.get("type") == "application/ld+json" if tag == "script" else False

    def handle_data(self, data: str) -> None:
        if self.within:
            self.data.append(json.loads(data))
            self.within = False

    @property
    def canonical(self) -> str:
        [link] = self.links["canonical"]
        return link["href"].removeprefix(settings.SITE_URL)


class HeadTests(ViewTestCase):
    def head(self, url: str) -> Head:
        response = self.page().get(url)
        self.assertEqual(response.status_code, 200)
        return Head(response.text)

    def hostile(self) -> Post:
        lead, at = make_image(self.ada), timezone.now() - timedelta(days=2)
        self.ada.display_name, self.ada.bio, self.ada.avatar = (
            f"Ada {HOSTILE}",
            f"Walks. {HOSTILE}",
            make_image(self.ada),
        )
        self.ada.save()
        made = {"title": HOSTILE, "excerpt": HOSTILE, "tags": ("coast", HOSTILE[:30]), "image_alt": HOSTILE}
        return make_post(self.ada, featured_image=lead, language="de", published_at=at, slug="tides", **made)

    def test_a_post_says_what_it_is_and_who_wrote_it_when(self) -> None:
        post = self.hostile()
        Post.objects.update(changed_at=(changed := timezone.now()))
        head, url = self.head("/posts/tides/?utm_source=x&page=3"), f"{settings.SITE_URL}/posts/tides/"
        said = {name: values[0] for name, values in head.metas.items()}
        self.assertEqual(head.canonical, "/posts/tides/")
        self.assertEqual((said["og:type"], said["og:url"], said["og:locale"]), ("article", url, "de_DE"))
        self.assertEqual((said["og:title"], said["description"], said["author"]), (HOSTILE, HOSTILE, f"Ada {HOSTILE}"))
        self.assertEqual((said["og:site_name"], said["twitter:card"]), (settings.SITE_NAME, "summary_large_image"))
        self.assertEqual(said["og:image"], post.social_image)
        self.assertEqual(datetime.fromisoformat(said["article:published_time"]), post.published_at)
        self.assertEqual(datetime.fromisoformat(said["article:modified_time"]), changed)
        self.assertEqual(said["article:author"], f"{settings.SITE_URL}/authors/ada/")
        self.assertEqual(len(head.metas["article:tag"]), 2)
        self.assertEqual(said["robots"], "max-image-preview:large")
        self.assertEqual(
            {link["href"] for link in head.links["alternate"]},
            {f"{whose}feed.{form}" for whose in ("/", "/authors/ada/") for form in ("rss", "atom", "json")},
        )

    @tag("slow")
    def test_nothing_that_is_typed_ends_the_data_or_adds_a_script(self) -> None:
        self.hostile()
        plain = make_post(self.ben)
        for url, scripts in (("/posts/tides/", 2), (plain.get_absolute_url(), 2), ("/authors/ada/", 2), ("/", 2)):
            head = self.head(url)
            self.assertEqual((head.scripts, len(head.data)), (scripts, 1), url)
        self.assertEqual(self.head("/posts/tides/").data[0]["@graph"][0]["headline"], HOSTILE)
        self.assertNotIn(
            "\u2028", self.page().get("/posts/tides/").text.partition("ld+json")[2].partition("</script>")[0]
        )

    def test_data_says_what_search_engines_ask_for(self) -> None:
        self.hostile()
        kinds = {}
        for url in ("/posts/tides/", "/authors/ada/", "/"):
            [data] = self.head(url).data
            self.assertEqual(data["@context"], "https://schema.org")
            for one in data["@graph"]:
                self.assertAsked(one)
                kinds[one["@type"]] = one
        self.assertLessEqual({"BlogPosting", "BreadcrumbList", "ProfilePage", "WebSite", "Blog"}, set(kinds))
        post = kinds["BlogPosting"]
        self.assertEqual((post["inLanguage"], post["wordCount"], len(post["keywords"])), ("de", 2, 2))
        self.assertEqual(post["publisher"]["@type"], "Organization")

    def assertAsked(self, one: dict[str, Any]) -> None:
        for name, asked in ASKED[one["@type"]].items():
            values = one[name] if isinstance(asked, list) else [one[name]]
            self.assertTrue(values, name)
            for value in values:
                expected = asked[0] if isinstance(asked, list) else asked
                if expected in ASKED:
                    self.assertEqual(value["@type"], expected)
                    self.assertAsked(value)
                else:
                    self.assertRegex(str(value), f"^{expected}")

    @tag("slow")
    def test_lists_have_one_address_each_and_their_feeds(self) -> None:
        make_post(self.ada, tags=("coast",))
        make_posts(self.ada, 11)
        now = timezone.localtime()
        month = f"/archive/{now.year}/{now.month}/"
        own = {"/tags/coast/": "/tags/coast/feed.", "/authors/ada/": "/authors/ada/feed."}
        for url in (
            "/",
            "/?page=2",
            "/tags/coast/",
            "/authors/ada/",
            "/authors/ada/?page=2",
            "/archive/",
            month,
            "/tags/",
        ):
            head = self.head(f"{url}{'&' if '?' in url else '?'}utm_source=x")
            self.assertEqual(head.canonical, url)
            self.assertTrue(head.metas["description"][0], url)
            self.assertEqual(head.metas["og:url"], [f"{settings.SITE_URL}{url}"])
            self.assertEqual((head.metas["og:type"], head.metas["og:locale"]), (["website"], ["en_US"]))
            self.assertIn("de_DE", head.metas["og:locale:alternate"])
            self.assertEqual(head.metas["twitter:card"], ["summary_large_image"])
            self.assertEqual(self.page().get(head.metas["og:image"][0])["Content-Type"], "image/png")
            feeds = {link["type"]: link["href"] for link in head.links["alternate"]}
            start = own.get(url.partition("?")[0], "/feed.")
            self.assertEqual(set(feeds.values()), {f"{start}{form}" for form in ("rss", "atom", "json")})
        for url, title in (("/archive/", "Archive"), ("/tags/", "Tags"), ("/tags/coast/", "coast")):
            self.assertEqual(self.head(url).metas["og:title"], [title])
        self.assertEqual(self.head("/authors/ADA/").canonical, "/authors/ada/")
        self.assertContains(self.page().get("/"), '<a href="/feed.rss"')

    def test_drafts_say_nothing_to_others(self) -> None:
        draft = make_post(self.ada, state="draft")
        head = Head(self.page(self.ada).get(draft.get_absolute_url()).text)
        self.assertEqual(head.metas["robots"], ["noindex"])
        self.assertFalse({"og:url", "og:image"} & set(head.metas) or head.data or "canonical" in head.links)

    def test_languages_as_other_sites_want_them(self) -> None:
        self.assertEqual([locale_of(one) for one in ("en", "pt-br", "nl", "sv")], ["en_US", "pt_BR", "nl_NL", "sv_SE"])

    @tag("slow")
    def test_data_has_the_types_of_schema_org(self) -> None:
        """NODE_MODULES names the folder in which npm has put schema-dts and typescript."""
        modules = Path(os.environ.get("NODE_MODULES") or "node_modules").resolve()
        if not (modules / "schema-dts").is_dir() or not (modules / "typescript").is_dir():
            self.assertFalse(CI, "NODE_MODULES does not name a folder with schema-dts and typescript, and CI is set.")
            raise SkipTest("NODE_MODULES does not name a folder with schema-dts and typescript.")
        self.hostile()
        things = [one for url in ("/posts/tides/", "/authors/ada/", "/") for one in self.head(url).data[0]["@graph"]]
        for one in things:
            one.get("potentialAction", {}).pop("query-input", None)  # Google's, and schema.org has no type for it
        self.assertEqual(self.complaints(modules, things), "")
        for right, wrong in (("headline", "headlin"), ("datePublished", "published")):
            broken = json.loads(json.dumps(things).replace(f'"{right}":', f'"{wrong}":'))
            self.assertIn(wrong, self.complaints(modules, broken))

    def complaints(self, modules: Path, things: list[dict[str, Any]]) -> str:
        """What TypeScript says of `things`, each taken for what it says that it is."""
        lines = [f'import type * as schema from "{modules}/schema-dts";']
        for number, one in enumerate(things):
            kind = f'Extract<schema.{one["@type"]}, {{"@type": "{one["@type"]}"}}>'
            lines.append(f"const thing{number}: {kind} = {json.dumps(one)};")
        file = Path(settings.MEDIA_ROOT) / "things.ts"
        file.write_text("\n".join(lines))
        command = [modules / ".bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--ignoreConfig", file]
        path = {"PATH": f"{modules}/.bin:{os.environ['PATH']}"}
        said = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | path).stdout
        return re.sub(r"^.*?things\.ts", "", said)
