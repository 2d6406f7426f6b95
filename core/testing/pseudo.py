"""A language in which every message stands between ⟦ and ⟧, so that what is none can be told from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest.mock import patch

from django.utils.translation import get_language, override, trans_real

from core.templatetags.alike import WRITTEN

SPOKEN_AS = "de"  # what a client asks for, to be answered in it
CONTEXT = "\x04"
READ_ALOUD = {"title", "alt", "placeholder", "aria-label", "aria-description", "aria-valuetext"}
UNREAD = {"script", "style", "code", "pre"}
CHOICES = {"time_zone", "language"}  # with names that are the same in every language


class Pseudo:
    """As much of a catalog as Django asks for."""

    def gettext(self, message: str) -> str:
        return f"⟦{message.rpartition(CONTEXT)[2]}⟧"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)

    def language(self) -> str:
        return SPOKEN_AS

    to_language = language


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Within it, German is that language; after it, the language is what it was."""
    speaks = patch.dict(trans_real._translations, {SPOKEN_AS: Pseudo()})
    with speaks, patch.dict(WRITTEN, clear=True), override(get_language()):
        yield


class Outside(HTMLParser):
    """What of a page is read and stands outside of the marks: `found`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open, self.silent = 0, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        names = (tag in {"span", "button"} and "lang" in named) or (tag == "select" and named.get("name") in CHOICES)
        if tag in UNREAD or names:
            self.silent.append(tag)
        for name in READ_ALOUD & set(named):
            if tag != "link":  # read by programs
                self._read(named[name] or "", 0)
        if tag == "meta" and named.get("name") == "description":
            self._read(named.get("content") or "", 0)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.open = self._read(data, self.open)

    def _read(self, words: str, open: int) -> int:
        outside = ""
        for letter in words:
            open += (letter == "⟦") - (letter == "⟧")
            outside += letter if not open and letter != "⟧" else " "
        self.found.append(outside)
        return open
