"""Addresses in a text: those that stand as they are become links, and one alone in its paragraph a card.

A card says what its address itself tells. Nobody is asked, neither when a text is saved nor when it is read.
"""

import re
from itertools import pairwise
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MOST_ADDRESSES = 2000  # of one text; those after them stay text
LONGEST_TITLE = 100  # characters
LONGEST_ADDRESS = 2000  # characters; what has a longer one is no link
AWAY = "nofollow ugc noopener"  # rel: search engines need not take an author's word for other sites

_ADDRESS = re.compile(r"(?<![A-Za-z0-9_])https?://[\w-]+\.[^\s<>\"“”„«»。、，；）」』】]+", re.IGNORECASE)
_FILE = re.compile(r"\.[a-zA-Z]\w{1,4}$")
_WORDY = re.compile(r"[^\W\d_]{2}")
_CODE = re.compile(r"[\w-]*\d[\w-]*[\da-fA-F]{6}|[\da-f-]{16,}|\d+", re.ASCII)
_HANDLE = re.compile(r"/(@[\w.-]+)(?:@([\w.-]+))?/\d+/?", re.ASCII)
_VIDEOS = {"youtube.com": "YouTube", "m.youtube.com": "YouTube", "youtu.be": "YouTube", "vimeo.com": "Vimeo"}


def link_addresses(state: StateCore) -> None:
    """An address in the text is a link, where it is not within one."""
    left = MOST_ADDRESSES
    for token in state.tokens:
        if token.type != "inline" or "://" not in token.content:
            continue
        children, within = [], 0
        for child in token.children or ():
            within += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type != "text" or within or not left or "://" not in child.content:
                children.append(child)
                continue
            found = _linked(state, child.content, left)
            left -= len(found) // 4
            children += found
        token.children = children


def _linked(state: StateCore, text: str, most: int) -> list[Token]:
    """The text with links in it, each of them four tokens: what is before it, and the link."""
    tokens, done = [], 0
    for match in _ADDRESS.finditer(text):
        address = _trimmed(match[0]) if len(match[0]) <= LONGEST_ADDRESS else ""
        href = state.md.normalizeLink(address) if address else ""
        if not href or not state.md.validateLink(href) or len(tokens) >= 4 * most:
            continue
        tokens += [_text(text[done : match.start()]), _open(href), _text(address), Token("link_close", "a", -1)]
        done = match.start() + len(address)
    return [*tokens, _text(text[done:])]


def _trimmed(address: str) -> str:
    """Without the signs behind it that belong to the sentence."""
    while (shorter := address.rstrip(".,:;!?*_~'’")) and shorter[-1] in ")]}":
        opening = "([{"[")]}".index(shorter[-1])]
        if shorter.count(opening) >= shorter.count(shorter[-1]):
            break
        address = shorter[:-1]
    return shorter


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _open(href: str, markup: str = "linkify") -> Token:
    return Token("link_open", "a", 1, attrs={"href": href}, markup=markup)


def card_addresses(state: StateCore) -> None:
    """An address alone in a paragraph of the text itself, or ![title](address), is a card: a title and a host."""
    for paragraph, inline in pairwise(state.tokens):
        if paragraph.type != "paragraph_open" or paragraph.level or not inline.children:
            continue
        children = [child for child in inline.children if child.type != "text" or child.content]
        first, title = children[0], ""
        if len(children) == 1 and first.type == "image":
            address = str(first.attrGet("src") or "")
            title = state.md.renderer.renderInlineAsText(first.children, state.md.options, state.env)
        elif len(children) == 3 and first.markup in {"autolink", "linkify"}:  # noqa: PLR2004 - open, words, close
            address = str(first.attrGet("href") or "")
        else:
            continue
        where = parts(address)
        if where and (title.strip() or first.type != "image"):
            paragraph.attrSet("class", "link-card")
            close, host = Token("link_close", "a", -1), Token("html_inline", "", 0)
            host.content = f"<small>{escapeHtml(_host(where))}</small>"
            words = _text(title.strip() or title_of(where))
            inline.children = [_open(address, "card"), words, close, _text(" "), host]


def mark_links(state: StateCore) -> None:
    """Say of each link whether it shows its own address, and whether it leads to another site."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type != "link_open":
                continue
            if child.markup in {"linkify", "autolink"}:
                child.attrSet("class", "address")
            if leads_away(str(child.attrGet("href") or "")):
                child.attrSet("rel", AWAY)


def leads_away(href: str) -> bool:
    """Whether it is an address at another host; one that nobody can read is."""
    try:
        host = urlsplit(href).netloc
    except ValueError:
        return True
    return bool(host) and host != urlsplit(settings.SITE_URL).netloc


def parts(address: str) -> SplitResult | None:
    """The address, if it leads to a page elsewhere."""
    try:
        split = urlsplit(address)
        return split if split.scheme.lower() in {"http", "https"} and split.hostname else None
    except ValueError:  # [brackets] that are no address of a host
        return None


def _host(address: SplitResult) -> str:
    return (address.hostname or "").removeprefix("www.")


def title_of(address: SplitResult) -> str:
    """What an address says of its page: “Tide table” of https://en.wikipedia.org/wiki/Tide_table."""
    host, path = _host(address), unquote(address.path).strip("/")
    if service := _VIDEOS.get(host):
        name = parse_qs(address.query).get("v", [path.rpartition("/")[2]])[0]
        return f"{service}: {name[:LONGEST_TITLE]}" if name else service
    if handle := _HANDLE.fullmatch(f"/{path}"):
        return f"{handle[1]}@{handle[2] or host}"
    for name in reversed(path.split("/")):
        words = " ".join(re.sub(r"[-_+\s]+", " ", _FILE.sub("", name)).split())
        if _WORDY.search(words) and not _CODE.fullmatch(name) and words not in {"index", "default"}:
            words = words[: LONGEST_TITLE - 1] + "…" if len(words) > LONGEST_TITLE else words
            return words[0].upper() + words[1:]
    return host
