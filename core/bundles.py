"""The one stylesheet and the one script of every page, joined from the files in static/.

One script, because two deferred files race: htmx may start before its companion has arrived. Pages that are written
in have a longer one in its place, so that readers do not pay for it.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STATIC = settings.BASE_DIR / "static"


def parts(name: str) -> list[Path]:
    """The files that make up the bundle `name`, in order: for CSS by layer and name, for JS htmx first."""
    if name == "galley.css":
        return sorted((STATIC / "css").rglob("*.css"))
    script = [STATIC / "vendor" / "htmx-4.0.1.min.js", *sorted((STATIC / "js").glob("*.js"))]
    return [*script, *sorted((STATIC / "js" / "writing").glob("*.js"))] if name == "galley-writing.js" else script


class BundleFinder(BaseFinder):
    """Finds the bundles for collectstatic and runserver, joined anew when a part has changed."""

    names = ("galley.css", "galley.js", "galley-writing.js")

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "bundles")
        self.storage.prefix = ""

    def check(self, **kwargs: object) -> list:
        return []

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        found = self.join(path) if path in self.names else None
        return ([found] if found else []) if find_all else (found or [])

    def list(self, ignore_patterns: list[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in self.names:
            self.join(name)
            yield name, self.storage

    def join(self, name: str) -> str:
        """Write the bundle `name` if its parts have changed; its path."""
        bundle, text = Path(self.storage.path(name)), "\n".join(part.read_text() for part in parts(name))
        if not bundle.exists() or bundle.read_text() != text:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            bundle.write_text(text)
        return str(bundle)
