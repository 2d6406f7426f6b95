"""Languages that a post may be in, each by its own name, and which way they are written."""

from functools import cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

NAMES = {tag: info["name_local"] for tag, info in LANG_INFO.items() if "name_local" in info and info["code"] == tag}
NAMES = dict(sorted(NAMES.items(), key=lambda one: one[1].casefold()))


# Not Django's list: that has Azerbaijani, which is written so in Iran, and its name for it is in Latin letters.
RIGHT_TO_LEFT = {"ar", "ar-dz", "ckb", "fa", "he", "ug", "ur"}


def direction(tag: str) -> str:
    """ "rtl" or "ltr"."""
    return "rtl" if tag in RIGHT_TO_LEFT else "ltr"


def name(tag: str) -> str:
    """What a language is called in itself; of one that is not among ours, its tag."""
    return NAMES.get(tag, tag)


@cache
def attributes(tag: str) -> SafeString:
    return format_html(' lang="{}" dir="{}"', tag, direction(tag))


def spoken(tag: str) -> SafeString | str:
    """lang alone, for an element that finds its direction in its words."""
    return where_it_differs(tag) and format_html(' lang="{}"', tag or settings.LANGUAGE_CODE)


def around(tag: str) -> dict[str, SafeString | str]:
    """For what a page says itself within a text in this language: its `page_lang`, and `page_attrs` with direction."""
    if not where_it_differs(tag):
        return {"page_lang": "", "page_attrs": ""}
    here = get_language()
    return {"page_lang": format_html(' lang="{}"', here), "page_attrs": attributes(here)}


def where_it_differs(tag: str) -> SafeString | str:
    """lang and dir, for an element with a text in this language ("": the site's) on a page in another."""
    tag = tag or settings.LANGUAGE_CODE
    return "" if tag == get_language() else attributes(tag)
