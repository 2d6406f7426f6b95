"""The one stylesheet and the one script of every page, joined from the files in static/.

One script, because two deferred files race: htmx may start before its companion has arrived. Pages that are written
in have a longer one in its place, and whoever is signed in a longer stylesheet, so that readers do not pay for what is
in the folders writing/. Each script is there once for every language, with the phrases of that language which its own
parts say: galley.js is English, galley.de.js German.
"""

import json
import re
from collections.abc import Iterator
from gettext import translation
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STATIC = settings.BASE_DIR / "static"
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
SCRIPT = re.compile(r"(galley|galley-writing)\.(?:(\w+)\.)?js")
PHRASE = re.compile(r'\bgettext\(\s*"((?:[^"\\]|\\.)*)"')  # as the parts say it


def parts(name: str) -> list[Path]:
    """The files that make up the bundle `name`, in order: for CSS by layer and name, for JS htmx first."""
    if name.endswith(".css"):
        style = [part for part in sorted((STATIC / "css").rglob("*.css")) if part.parent.name != "writing"]
        return [*style, *sorted((STATIC / "css" / "writing").glob("*.css"))] if name == "galley-writing.css" else style
    script = [STATIC / "vendor" / "htmx-4.0.1.min.js", *sorted((STATIC / "js").glob("*.js"))]
    writing = SCRIPT.fullmatch(name)[1] == "galley-writing"
    return [*script, *sorted((STATIC / "js" / "writing").glob("*.js"))] if writing else script


def script(name: str, language: str | None) -> str:
    """The bundle that is `name` ("galley" or "galley-writing") in `language`."""
    return f"{name}.{language}.js" if language in LANGUAGES else f"{name}.js"


def phrases(texts: list[str], language: str) -> dict[str, str]:
    """What the scripts `texts` say, in `language`, as far as that is translated."""
    catalog = translation("djangojs", settings.LOCALE_PATHS[0], [language], fallback=True)
    said = {json.loads(f'"{words}"') for text in texts for words in PHRASE.findall(text)}
    return {words: catalog.gettext(words) for words in sorted(said) if catalog.gettext(words) != words}


def joined(name: str) -> str:
    """The bundle `name`: its parts, and before ours the phrases that they ask for."""
    texts = [part.read_text() for part in parts(name)]
    found = SCRIPT.fullmatch(name)
    if found and found[2]:
        said = json.dumps(phrases(texts[1:], found[2]), ensure_ascii=False, separators=(",", ":"))
        texts.insert(1, f"var phrases={said};")
    return "\n".join(texts)


class BundleFinder(BaseFinder):
    """Finds the bundles for collectstatic and runserver, joined anew when a part has changed."""

    names = (
        "galley.css",
        "galley-writing.css",
        *(script(name, code) for name in ("galley", "galley-writing") for code in ("en", *LANGUAGES)),
    )

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
        bundle, text = Path(self.storage.path(name)), joined(name)
        if not bundle.exists() or bundle.read_text() != text:
            bundle.parent.mkdir(parents=True, exist_ok=True)
            bundle.write_text(text)
        return str(bundle)
