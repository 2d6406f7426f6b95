"""What search engines find everything by: one list, or an index where there is much."""

import os
from datetime import timedelta
from pathlib import Path
from unittest import SkipTest
from unittest.mock import patch
from xml.etree import ElementTree

from django.conf import settings
from django.db import connection
from django.test import override_settings, tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from core.testing.cases import ViewTestCase
from posts import sitemaps
from posts.models import Post
from posts.tests.factory import make_image, make_post, make_posts

URL = reverse("sitemap")
CI = bool(os.environ.get("CI"))
S, I = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.google.com/schemas/sitemap-image/1.1}"  # noqa: E741

# What https://www.sitemaps.org/protocol.html says of an index, and Google of pictures.
INDEX_SCHEMA = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
  targetNamespace="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <xsd:element name="sitemapindex"><xsd:complexType><xsd:sequence>
    <xsd:element name="sitemap" maxOccurs="50000"><xsd:complexType><xsd:sequence>
      <xsd:element name="loc"><xsd:simpleType><xsd:restriction base="xsd:anyURI">
        <xsd:minLength value="12"/><xsd:maxLength value="2048"/></xsd:restriction></xsd:simpleType></xsd:element>
      <xsd:element name="lastmod" minOccurs="0"><xsd:simpleType>
        <xsd:union memberTypes="xsd:date xsd:dateTime"/></xsd:simpleType></xsd:element>
    </xsd:sequence></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>"""
IMAGE_SCHEMA = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
  targetNamespace="http://www.google.com/schemas/sitemap-image/1.1">
  <xsd:element name="image"><xsd:complexType><xsd:sequence>
    <xsd:element name="loc" type="xsd:anyURI"/>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>"""


def places(body: bytes) -> dict[str, tuple[str | None, list[str]]]:
    """{address: (lastmod, addresses of pictures)} of a list or an index, without the host."""
    host, found = settings.SITE_URL, {}
    for place in ElementTree.fromstring(body):
        assert place.findtext(f"{S}loc").startswith(f"{host}/")
        pictures = [found.text for found in place.iter(f"{I}loc")]
        found[place.findtext(f"{S}loc").removeprefix(host)] = place.findtext(f"{S}lastmod"), pictures
    return found


class SitemapTests(ViewTestCase):
    def get(self, url: str = URL) -> dict[str, tuple[str | None, list[str]]]:
        response = self.page().get(url)
        self.assertEqual((response.status_code, response["Content-Type"]), (200, "application/xml; charset=utf-8"))
        return places(response.content)

    def test_all_that_is_public_and_nothing_else(self) -> None:
        lead, body = make_image(self.ada), make_image(self.ada)
        at = timezone.now().replace(microsecond=0) - timedelta(days=400)
        text = {"content": f"![x](/images/{body.pk})", "featured_image": lead}
        post = make_post(self.ada, title="Flut & Ebbe", tags=("coast",), published_at=at, **text)
        for state in ("draft", "scheduled"):
            make_post(self.ben, state=state, tags=("secret",))
        make_post(self.ben).discard()
        found = self.get()
        month = timezone.localtime(at)
        lists = {"/", "/tags/", "/archive/", f"/archive/{month.year}/", f"/archive/{month.year}/{month.month}/"}
        self.assertEqual(set(found), lists | {"/posts/flut-ebbe/", "/tags/coast/", "/authors/ada/"})
        lastmod, pictures = found["/posts/flut-ebbe/"]
        self.assertEqual(lastmod, at.isoformat())
        self.assertEqual(len(pictures), 2)
        self.assertIn(lead.key, pictures[0])
        self.assertEqual(found["/tags/coast/"][0], at.isoformat())
        changed = at + timedelta(days=1)
        Post.objects.filter(pk=post.pk).update(changed_at=changed)
        self.assertEqual(self.get()["/posts/flut-ebbe/"][0], changed.isoformat())

    def test_address_in_any_script_is_written_as_it_is_asked_for(self) -> None:
        make_post(self.ada, title="المد والجزر")
        [url] = [url for url in self.get() if url.startswith("/posts/")]
        self.assertTrue(url.isascii())
        self.assertEqual(self.page().get(url).status_code, 200)

    def test_host_may_have_hyphens(self) -> None:
        make_post(self.ada, title="Tides")
        with override_settings(SITE_URL="https://my-own-blog.example"):
            self.assertContains(self.page().get(URL), "<loc>https://my-own-blog.example/posts/tides/</loc>")

    def test_site_with_nothing_yet(self) -> None:
        self.assertEqual(self.get(), {"/": (None, [])})

    def test_much_is_an_index_of_parts_that_hold_it_all(self) -> None:
        make_post(self.ada, tags=("coast",))
        make_posts(self.ben, 6)
        whole = self.get()
        changed = timezone.now().replace(microsecond=0)
        newest = Post.objects.order_by("-pk").first()
        Post.objects.filter(pk=newest.pk).update(changed_at=changed)
        with patch.object(sitemaps, "PART", 4):
            index = self.get()
            parts = [self.get(url) for url in index]
        self.assertTrue(all(parts), "no part is empty")
        self.assertLessEqual(
            max(len(part) for part in parts), max(4, len([url for url in whole if "/archive" in url]) + 2)
        )
        self.assertEqual(sorted(url for part in parts for url in part), sorted(whole))
        with patch.object(sitemaps, "PART", 4):
            self.assertEqual(index[f"/sitemap-posts-{newest.pk // 4}.xml"][0], changed.isoformat())

    @tag("slow")
    def test_as_many_queries_for_seven_posts_as_for_one(self) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.get()
            return len(captured)

        make_post(self.ada, content=f"![x](/images/{make_image(self.ada).pk})", tags=("a",))
        one = queries()
        for number in range(6):
            make_post(self.ben, content=f"![x](/images/{make_image(self.ben).pk})", tags=(f"b{number}",))
        self.assertEqual(queries(), one)

    def test_whether_it_has_changed_is_not_told_by_the_dates_of_posts(self) -> None:
        make_post(self.ada)
        first = self.page().get(URL, headers={"If-Modified-Since": http_date()})
        self.assertEqual(first.status_code, 200)
        self.assertIn("public", first["Cache-Control"])
        self.assertEqual(self.page().head(URL).content, b"")

    def test_wrong_methods(self) -> None:
        self.assertRefuses(URL, None, "post", "delete")

    @tag("slow")
    def test_it_keeps_to_the_schemas(self) -> None:
        """NODE_MODULES names the folder in which npm has put `sitemap`, which brings sitemaps.org's XSD."""
        path = Path(os.environ.get("NODE_MODULES") or "node_modules") / "sitemap/schema/sitemap.xsd"
        if not path.is_file():
            self.assertFalse(CI, "NODE_MODULES does not name a folder with the package sitemap, and CI is set.")
            raise SkipTest("NODE_MODULES does not name a folder with the package sitemap.")
        import xmlschema

        image = make_image(self.ada)
        make_post(self.ada, title="A & “B”", tags=("é",), featured_image=image, content=f"![x](/images/{image.pk})")
        schema = xmlschema.XMLSchema([path.read_text(), IMAGE_SCHEMA])
        whole = self.page().get(URL).text
        schema.validate(whole)
        for wrong in (("<lastmod>", "<lastmod>on "), ("url>", "place>"), ("image:loc>", "image:title>")):
            self.assertFalse(schema.is_valid(whole.replace(*wrong)), wrong)
        with patch.object(sitemaps, "PART", 1):
            index = self.page().get(URL).text
        schema = xmlschema.XMLSchema(INDEX_SCHEMA)
        schema.validate(index)
        self.assertFalse(schema.is_valid(index.replace("<lastmod>", "<lastmod>on ")))
