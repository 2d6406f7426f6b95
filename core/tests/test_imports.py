"""The arrows of the house: posts -> accounts -> core, urls -> views -> forms -> models, and who may import what."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

APPS = ("core", "accounts", "posts")
LAYERS = ("models", "forms", "views", "urls")  # each may import those before it
FORBIDDEN_NAMES = {"services", "utils", "helpers", "mixins", "signals"}


@cache
def modules() -> list[tuple[str, Path]]:
    """(dotted name, path) of every module of the product: neither tests nor migrations."""
    found = []
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            if not {"tests", "migrations"} & set(parts):
                found.append((".".join(parts).removesuffix(".__init__"), path))
    return found


@cache
def imports(path: Path) -> set[str]:
    """Dotted names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> int | None:
    """Where a module of an app stands in LAYERS; None if beside them."""
    parts = name.split(".")
    found = [LAYERS.index(part) for part in parts[1:3] if part in LAYERS]
    return found[0] if found else None


class ImportsTests(SimpleTestCase):
    def assertNotImported(self, importer: str, path: Path, *packages: str) -> None:
        for package in packages:
            wrong = {name for name in imports(path) if within(name, package)}
            self.assertEqual(wrong, set(), f"{importer} must not import {package}")

    def test_the_walk_sees_the_house(self):
        names = {name for name, _ in modules()}
        self.assertLessEqual({"core.htmx", "core.images.models", "accounts.models", "posts.views.writing"}, names)

    def test_core_imports_no_app_and_accounts_never_posts(self):
        for name, path in modules():
            if within(name, "core") and name != "core.urls":
                self.assertNotImported(name, path, "accounts", "posts")
            if within(name, "accounts"):
                self.assertNotImported(name, path, "posts")

    def test_layers_of_an_app_import_downwards_only(self):
        for name, path in modules():
            here, app = layer(name), name.split(".")[0]
            if here is None:
                continue
            for imported in imports(path):
                there = layer(imported)
                if within(imported, app) and there is not None:
                    self.assertLessEqual(there, here, f"{name} imports {imported}")

    def test_views_never_import_views(self):
        for name, path in modules():
            if ".views" in name:
                self.assertNotImported(name, path, *(f"{app}.views" for app in APPS), "core.images.views")

    def test_one_importer_each_of_the_sdk_and_of_the_picture_library(self):
        drawing = {"core.images.validate", "core.testing.fakecloud"}
        drawing |= {"posts.card", "posts.demo.painting", "posts.demo.press"}
        for name, path in modules():
            if name != "core.images.stores.cloudinary":
                self.assertNotImported(name, path, "cloudinary")
            if name not in drawing:
                self.assertNotImported(name, path, "PIL")

    def test_safe_markup_is_declared_in_one_place(self):
        for name, path in modules():
            if name != "posts.markup":
                self.assertNotImported(name, path, "django.utils.safestring.mark_safe")
        for template in (settings.BASE_DIR / "templates").rglob("*.html"):
            self.assertNotIn("|safe", template.read_text(), template)
            self.assertNotIn("autoescape off", template.read_text(), template)

    def test_htmx_headers_are_spelled_in_core_only(self):
        for name, path in modules():
            if not within(name, "core"):
                self.assertNotIn("HX-", path.read_text(), name)

    def test_no_drawers(self):
        for name, _ in modules():
            self.assertFalse(FORBIDDEN_NAMES & set(name.split(".")), name)

    def test_published_is_written_once(self):
        for name, path in modules():
            if name != "posts.models.visibility":
                self.assertNotIn("published_at__lte", path.read_text(), name)
