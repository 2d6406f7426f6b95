"""Headings that can be linked to, and the table of contents that they make: pure functions."""

import re
import unicodedata
from html import escape, unescape
from itertools import pairwise

from django.utils.html import strip_tags
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

PREFIX = "h-"  # no other id of any page begins so: see posts/tests/test_headings.py
LONGEST_ID = 60  # characters
LONGEST_WORDS = 200
MOST_LISTED = 200
DEEPEST_LISTED = 3  # <h2> and <h3>
ENOUGH_HEADINGS, ENOUGH_WORDS = 3, 1000  # for a table of contents

_HEADING = re.compile(r'<h([2-6]) id="([^"]*)">(.*?)</h\1>', re.DOTALL)
_SHOWN_AS_WORDS = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')

type Headings = list[list]  # [level, id, words] each


def anchor_headings(state: StateCore) -> None:
    """Give each heading of the text itself an id of its words, and make it a link to itself if it holds no other."""
    numbers, taken = {}, set()
    headings = [pair for pair in pairwise(state.tokens) if pair[0].type == "heading_open" and not pair[0].level]
    for number, (heading, inline) in enumerate(headings, 1):
        words = state.md.renderer.renderInlineAsText(inline.children, state.md.options, state.env)
        if not words.strip():
            continue
        name = _free(_name(words) or str(number), numbers, taken)
        heading.attrSet("id", name)
        if not any(token.type in {"link_open", "image", "footnote_ref"} for token in inline.children):
            link = Token("link_open", "a", 1, attrs={"href": f"#{name}"})
            inline.children = [link, *inline.children, Token("link_close", "a", -1)]


def _name(words: str) -> str:
    """What an address can say of `words`: letters of any script with their marks, and digits."""
    words = unicodedata.normalize("NFKC", words[:LONGEST_WORDS]).casefold().replace("'", "").replace("’", "")
    kept = "".join(one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in words).split()
    name = "-".join(kept)
    return name if len(name) <= LONGEST_ID else name[: LONGEST_ID + 1].rpartition("-")[0] or name[:LONGEST_ID]


def _free(name: str, numbers: dict[str, int], taken: set[str]) -> str:
    found = f"{PREFIX}{name}"
    while found in taken:
        numbers[name] = numbers.get(name, 1) + 1
        found = f"{PREFIX}{name}-{numbers[name]}"
    taken.add(found)
    return found


def is_anchor(value: str) -> bool:
    """Whether an id is one that anchor_headings() gives."""
    return value.startswith(PREFIX) and not re.search(r"[\s\"'<>&]", value)


def listed(html: str) -> Headings:
    """The headings of a rendered text, as they are listed: [[level, id, words], ...]."""
    found = []
    for level, name, inner in _HEADING.findall(html):
        if int(level) <= DEEPEST_LISTED and len(found) < MOST_LISTED:
            words = re.sub(r"<sup.*?</sup>", "", _SHOWN_AS_WORDS.sub(r"\1", inner), flags=re.DOTALL)
            found.append([int(level), name, " ".join(unescape(strip_tags(words)).split())[:LONGEST_WORDS]])
    return found


def contents(headings: Headings) -> str:
    """The table of contents as HTML: a list, and in it a list of what stands under a heading."""
    parts, deep = ["<ol>"], False
    for number, (level, name, words) in enumerate(headings):
        under = bool(number) and level > headings[0][0]
        if under != deep:
            parts.append("<ol>" if under else "</li></ol></li>")
        elif number:
            parts.append("</li>")
        parts.append(f'<li><a href="#{escape(name)}">{escape(words)}</a>')
        deep = under
    return "".join([*parts, "</li></ol>" if deep else "", "</li></ol>"])
