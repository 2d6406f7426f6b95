"""One word names a thing from URL to view to test."""

from collections.abc import Iterator
from importlib.util import find_spec

from django.test import SimpleTestCase
from django.urls import URLPattern, URLResolver, get_resolver

from posts.models.address import RESERVED_SLUGS

OURS = ("core.", "accounts.", "posts.")


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        elif entry.callback.__module__.startswith(OURS):
            yield entry


class NamesTests(SimpleTestCase):
    def test_the_walk_sees_the_site(self):
        names = {pattern.name for pattern in patterns(get_resolver())}
        self.assertLessEqual({"post_list", "post_edit", "signup", "login", "image_hold", "healthz"}, names)

    def test_url_name_is_the_views_name(self):
        for pattern in patterns(get_resolver()):
            with self.subTest(pattern.name):
                self.assertEqual(pattern.callback.__name__, pattern.name)

    def test_each_view_has_a_test_module_of_its_name(self):
        for pattern in patterns(get_resolver()):
            app = pattern.callback.__module__.rpartition(".views")[0] or "core"
            with self.subTest(pattern.name):
                self.assertIsNotNone(find_spec(f"{app}.tests.test_{pattern.name}"))

    def test_every_word_beside_slug_is_reserved(self):
        routes = [str(pattern.pattern) for pattern in patterns(get_resolver())]
        beside = {route.split("/")[1] for route in routes if route.startswith("posts/")}
        self.assertEqual(beside - {"<name:slug>"}, RESERVED_SLUGS)
