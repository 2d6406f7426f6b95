"""One stylesheet, one script a page, joined in order; htmx as it was published."""

import base64
import hashlib
import re
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import SimpleTestCase

from core.bundles import joined, parts, script

# SHA-256 of dist/htmx.min.js in the package htmx.org 4.0.1.
HTMX = "oKuwTy9FofidHUhEAjJFU35eYBTIexRFU+Bge0zDITA="


class BundlesTests(SimpleTestCase):
    def test_script_is_htmx_and_then_each_behaviour(self):
        found = Path(finders.find("galley.js")).read_text()
        self.assertTrue(found.startswith(parts("galley.js")[0].read_text()))
        for part in (settings.BASE_DIR / "static" / "js").glob("*.js"):
            self.assertIn(part.read_text(), found)

    def test_script_for_writing_is_that_of_readers_and_more(self):
        reading, writing = (Path(finders.find(name)).read_text() for name in ("galley.js", "galley-writing.js"))
        self.assertTrue(writing.startswith(reading))
        for part in (settings.BASE_DIR / "static" / "js" / "writing").glob("*.js"):
            self.assertIn(part.read_text(), writing)
            self.assertNotIn(part.read_text(), reading)

    def test_every_behaviour_stays_short(self):
        for part in (settings.BASE_DIR / "static" / "js").rglob("*.js"):
            with self.subTest(part.name):
                self.assertLessEqual(len(part.read_text().splitlines()), 60)

    def test_stylesheet_is_every_component_with_the_layers_first(self):
        reading, writing = (Path(finders.find(name)).read_text() for name in ("galley.css", "galley-writing.css"))
        self.assertRegex(reading, r"^\s*(/\*.*?\*/\s*)?@layer [\w, ]+;")
        self.assertTrue(writing.startswith(reading))
        for part in (settings.BASE_DIR / "static" / "css").rglob("*.css"):
            self.assertIn(part.read_text(), writing)
            self.assertIs(part.read_text() in reading, part.parent.name != "writing")

    def test_what_pages_of_readers_name_is_in_the_stylesheet_of_readers(self):
        def named(name: str) -> set[str]:
            rules = re.sub(r"/\*.*?\*/", "", joined(name), flags=re.DOTALL)
            return set(re.findall(r"\.([a-z][\w-]*)", rules))

        writing = named("galley-writing.css") - named("galley.css")
        self.assertIn("save-bar", writing)
        templates = settings.BASE_DIR / "templates"
        reading = ("post_list", "post_detail", "post_change", "post_search", "post_gone", "archive", "tag_", "author_")
        names = [f"posts/{name}*.html" for name in reading]
        for pattern in (
            "*.html",
            "accounts/[lps]*.html",
            "partials/*pager*.html",
            "partials/post-cards.html",
            "posts/draft_link.html",
            *names,
        ):
            found = [*templates.glob(pattern)]
            self.assertTrue(found, pattern)
            for template in found:
                classes = " ".join(re.findall(r'class="([^"]*)"', template.read_text()))
                with self.subTest(template.name):
                    self.assertFalse(writing & set(re.sub(r"{%.*?%}", " ", classes).split()))

    def test_both_sides_of_a_page_may_be_its_beginning(self):
        value = r"((?:calc\([^;]*?\)|var\([^;]*?\)|[^\s;}]+))"
        four = re.compile(rf"\b(?:inset|margin|padding|border-width): *{value} +{value} +{value} +{value} *[;}}]")
        sided = re.compile(r"\b(?:margin|padding|border)-(?:left|right)|[\s{;](?:left|right):|: *(?:left|right)[;} ]")
        for part in parts("galley-writing.css"):
            text = part.read_text()
            uneven = [match[0] for match in four.finditer(text) if match[2] != match[4]]
            with self.subTest(part.name):
                self.assertEqual(uneven, [], "name the sides by start and end")
                self.assertNotRegex(text, sided)

    def test_each_language_has_a_script_with_its_own_phrases(self):
        class Catalog:
            def gettext(self, words):
                return f"„{words}“" if words == "The server cannot do this." else words

        with patch("core.bundles.translation", lambda *args, **kwargs: Catalog()):
            reading, writing = joined("galley.ar.js"), joined("galley-writing.ar.js")
            phrases = 'var phrases={"The server cannot do this.":"„The server cannot do this.“"};'
            self.assertIn(phrases, reading)
            self.assertIn(phrases, writing)
            self.assertLess(writing.index(phrases), writing.index("function gettext"))
        self.assertNotIn("var phrases", joined("galley.js"))
        self.assertEqual(
            [script("galley", code) for code in ("en", "de", "xx", None)],
            ["galley.js", "galley.de.js", "galley.js", "galley.js"],
        )

    def test_changed_part_is_joined_anew(self):
        bundle = Path(finders.find("galley.css"))
        fresh = bundle.read_text()
        bundle.write_text("stale")
        self.assertEqual(Path(finders.find("galley.css")).read_text(), fresh)

    def test_collectstatic_gets_all(self):
        finder = finders.get_finder("core.bundles.BundleFinder")
        self.assertEqual([name for name, _ in finder.list(None)], list(finder.names))
        self.assertEqual(finders.find("galley.png"), None)

    def test_htmx_is_the_published_file(self):
        digest = hashlib.sha256((settings.BASE_DIR / "static/vendor/htmx-4.0.1.min.js").read_bytes()).digest()
        self.assertEqual(base64.b64encode(digest).decode(), HTMX)
