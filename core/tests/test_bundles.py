"""One stylesheet, one script a page, joined in order; htmx as it was published."""

import base64
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import SimpleTestCase

from core.bundles import parts

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
        found = Path(finders.find("galley.css")).read_text()
        self.assertRegex(found, r"^\s*(/\*.*?\*/\s*)?@layer [\w, ]+;")
        for part in (settings.BASE_DIR / "static" / "css").rglob("*.css"):
            self.assertIn(part.read_text(), found)

    def test_changed_part_is_joined_anew(self):
        bundle = Path(finders.find("galley.css"))
        fresh = bundle.read_text()
        bundle.write_text("stale")
        self.assertEqual(Path(finders.find("galley.css")).read_text(), fresh)

    def test_collectstatic_gets_all(self):
        finder = finders.get_finder("core.bundles.BundleFinder")
        self.assertEqual([name for name, _ in finder.list(None)], ["galley.css", "galley.js", "galley-writing.js"])
        self.assertEqual(finders.find("galley.png"), None)

    def test_htmx_is_the_published_file(self):
        digest = hashlib.sha256((settings.BASE_DIR / "static/vendor/htmx-4.0.1.min.js").read_bytes()).digest()
        self.assertEqual(base64.b64encode(digest).decode(), HTMX)
