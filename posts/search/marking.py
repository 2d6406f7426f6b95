"""Titles and passages of texts with what was looked for marked in them, as pieces of text: pure functions."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from posts.search.terms import LETTER, UNIT, WORD, Query, Term, fold, is_word

AROUND = 110  # characters of an excerpt before and behind what was found
MOST_MATCHES = 50  # of a text that are looked at
BEGINNING = 800  # characters of a text; if they have all that was looked for, nobody looks further
MOST_READ = 200_000  # characters of a text in which an excerpt is looked for


class Piece(NamedTuple):
    """Some text of a title or an excerpt, and whether it is what was looked for."""

    text: str
    is_match: bool


def _located(text: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of `text` as tokens() has them, each with where it begins and ends."""
    for found in WORD.finditer(text):
        if is_word(found[0]):
            if folded := fold(found[0]):
                yield folded, *found.span()
            continue
        before, began = "", 0
        for unit in UNIT.finditer(text, *found.span()):
            folded = fold(unit[0])
            if before:
                yield before + folded, began, unit.end()
            yield folded, *unit.span()
            before, began = folded, unit.start()


def _matches(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
    """Where in `text` something is that one of `terms` looks for: (begin, end, which of them); not in order."""
    if all(is_word(token) for term in terms for token in term.tokens):
        yield from _of_words(text, terms)
        return
    longest, seen = max(len(term.tokens) for term in terms), []
    for token, begin, end in _located(text):
        seen = [*seen[1 - longest :], (token, begin)] if longest > 1 else [(token, begin)]
        for number, term in enumerate(terms):
            size = len(term.tokens)
            if term.finds(token) if size == 1 else tuple(one for one, _ in seen[-size:]) == term.tokens:
                yield seen[-size][1], end, number


def _of_words(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
    """The same for words of letters, many times as fast."""
    begins = tuple(term.tokens[0][: -1 if term.is_plural else None] for term in terms)
    words = (word for word in dict.fromkeys(WORD.findall(text)) if fold(word).startswith(begins))
    for word in islice(words, MOST_MATCHES):  # the first matches are all of the words that come first
        token = fold(word)
        for number, term in enumerate(terms):
            if term.finds(token) if len(term.tokens) == 1 else term.tokens[0] == token:
                yield from _places(text, word, number, term)


def _places(text: str, word: str, number: int, term: Term) -> Iterator[tuple[int, int, int]]:
    """Where `word`, which begins what `term` looks for, stands with all of the rest behind it."""
    begin, left = text.find(word), MOST_MATCHES
    while begin >= 0 and left:
        end = begin + len(word)
        whole = not (begin and LETTER.match(text, begin - 1)) and not LETTER.match(text, end)
        if whole and (until := _goes_on(text, end, term.tokens[1:])):
            yield begin, until, number
            left -= 1
        begin = text.find(word, end)


def _goes_on(text: str, end: int, tokens: Sequence[str]) -> int:
    """Where the words `tokens` end, if they are what comes next; else 0."""
    for token in tokens:
        found = WORD.search(text, end)
        if not found or fold(found[0]) != token:
            return 0
        end = found.end()
    return end


def _pieces(text: str, matches: Iterable[tuple[int, int, int]], start: int, end: int) -> list[Piece]:
    """text[start:end], marked."""
    pieces, at = [], start
    for begin, until, _ in sorted(matches):
        begin = max(begin, at)  # noqa: PLW2901
        if until <= begin or until > end:
            continue
        pieces += [Piece(text[at:begin], False), Piece(text[begin:until], True)]
        at = until
    pieces.append(Piece(text[at:end], False))
    return [piece for piece in pieces if piece.text]


def marked(text: str, query: Query) -> list[Piece]:
    """The whole of a short text."""
    matches = _matches(text, query.wanted) if query.wanted else ()
    return _pieces(text, matches, 0, len(text))


def excerpt(text: str, query: Query) -> list[Piece]:
    """The passage of a text that has most of what was looked for; nothing if it has none of it."""
    if not query.wanted:
        return []
    matches = sorted(_matches(text[: text.rfind(" ", 0, BEGINNING) + 1], query.wanted))[:MOST_MATCHES]
    if len({number for _, _, number in matches}) < len(query.wanted):
        matches = sorted(_matches(text[:MOST_READ], query.wanted))[:MOST_MATCHES]
    best, first, last = 0, None, None
    for at, match in enumerate(matches):
        near = [*takewhile(lambda other, match=match: other[1] <= match[0] + AROUND, matches[at:])]
        if (value := 100 * len({number for _, _, number in near}) + len(near)) > best:
            best, first, last = value, match, near[-1] if near else match
        if best // 100 == len(query.wanted):
            break
    if first is None:
        return []
    start = max(0, first[0] - AROUND)
    start = 0 if start == 0 else _word_begins(text, start, first[0])
    end = _word_ends(text, last[1], min(len(text), last[1] + AROUND))
    pieces = _pieces(text, matches, start, end)
    before, behind = ["… "] if start else [], [" …"] if end < len(text) else []
    return [Piece(part, False) for part in before] + pieces + [Piece(part, False) for part in behind]


def _word_begins(text: str, start: int, end: int) -> int:
    """Behind the first space, if there is one before `end`; else where it was."""
    space = text.find(" ", start, end)
    return start if space < 0 else space + 1


def _word_ends(text: str, start: int, end: int) -> int:
    """Before the last space behind `start`; at the end of a text its end."""
    space = text.rfind(" ", start, end)
    return end if end == len(text) or space < 0 else space
