"""Every page works without JavaScript and within the content security policy, whatever htmx adds."""

import re
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


class Elements(HTMLParser):
    """(tag, attributes) of every element of a template, template tags and all."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        # A tag's quotes inside an attribute's would end it early.
        self.feed(re.sub(r"\{[%{].*?[%}]\}", lambda match: match[0].replace('"', "'"), path.read_text()))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


class TemplatesTests(SimpleTestCase):
    def each(self):
        for path in TEMPLATES:
            for tag, attributes in Elements(path).found:
                yield path.relative_to(settings.BASE_DIR), tag, attributes

    def test_the_walk_sees_the_forms(self):
        self.assertGreater(sum(tag == "form" for _, tag, _ in self.each()), 8)

    def test_every_form_says_where_it_goes_and_how(self):
        for path, tag, attributes in self.each():
            if tag == "form":
                self.assertIn("action", attributes, path)
                self.assertIn("method", attributes, path)

    def test_htmx_goes_where_the_form_or_link_goes_without_it(self):
        for path, tag, attributes in self.each():
            with self.subTest(path=path, tag=tag):
                if tag == "form" and "hx-post" in attributes:
                    self.assertEqual((attributes["hx-post"], attributes["method"]), (attributes["action"], "post"))
                if tag == "form" and "hx-get" in attributes:
                    self.assertEqual((attributes["hx-get"], attributes["method"]), (attributes["action"], "get"))
                if tag == "a" and ("hx-post" in attributes or "hx-get" in attributes):
                    self.assertEqual(attributes.get("hx-post", attributes.get("hx-get")), attributes["href"])
                if tag == "button" and "hx-post" in attributes:
                    self.assertEqual(attributes["formaction"], attributes["hx-post"])

    def test_every_form_that_htmx_posts_drops_second_clicks(self):
        for path, tag, attributes in self.each():
            if tag == "form" and "hx-post" in attributes:
                with self.subTest(path):
                    self.assertEqual(attributes.get("hx-sync"), "this:drop")

    def test_every_post_form_carries_a_token(self):
        for path in TEMPLATES:
            text = path.read_text()
            with self.subTest(path):
                self.assertLessEqual(len(re.findall(r'<form[^>]*method="post"', text)), text.count("{% csrf_token %}"))

    def test_nothing_inline_that_the_policy_forbids(self):
        for path, tag, attributes in self.each():
            with self.subTest(path=path, tag=tag):
                self.assertFalse({"style", "hx-on", "hx-boost"} & set(attributes))
                self.assertFalse([name for name in attributes if name.startswith(("on", "hx-on:"))])
                self.assertNotIn("[", attributes.get("hx-trigger") or "", "a filter needs eval")
                self.assertFalse(str(attributes.get("hx-vals", "")).startswith("js:"))
                self.assertTrue(tag != "script" or "src" in attributes)
                self.assertNotEqual(tag, "style")

    def test_partials_are_named_like_their_one_element(self):
        for path in TEMPLATES:
            text = path.read_text()
            for opening in re.finditer(r"\{% partialdef ([\w-]+) inline %\}", text):
                name, body = opening[1], text[opening.end() :].partition("{% endpartialdef %}")[0]
                if "<" not in body and "{% include" not in body:
                    continue  # words that are said twice, such as a title
                if alone := re.fullmatch(r'\s*\{% include "([^"]+)" %\}\s*', body):
                    body = (settings.BASE_DIR / "templates" / alone[1]).read_text()
                with self.subTest(path=path, partial=name):
                    first = re.search(r"<(?!title)\w+[^>]*>", body)[0]
                    self.assertRegex(first, rf'id="{name}["-]')  # "-" and what tells one from another

    def test_pages_and_partials_stay_short(self):
        for path in TEMPLATES:
            lines = len(path.read_text().splitlines())
            with self.subTest(path):
                self.assertLessEqual(lines, 40 if path.parent.name == "partials" else 100)
