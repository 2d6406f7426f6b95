"""The words of all posts: which of them another word stands for, and which a misspelt one was meant to be.

The same SQL for both databases. They are of drafts, too: none is shown before a published post was found to have it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple

from django.db import connection
from rapidfuzz.distance import OSA

from posts.search.terms import ENDING, INFLECTED, Query, Term, is_word

SPREAD = 32  # words that the beginning of a word stands for
NEAR = 300  # words that are compared with one that is in no post, from its beginning and from its end
CORRECTIONS = 4  # of a word
TRIES = 8  # corrections of a query that are looked for
TWICE = 8  # letters from which on a word may be misspelt in two places
LAST = "\U0010ffff"

Others = Mapping[str, list[str]]  # by word: the words that it stands for, besides itself


class Near(NamedTuple):
    distance: int
    word: str


def keep(words: Iterable[str]) -> None:
    """Add to the vocabulary those that are new."""
    if not (found := {word: word[::-1] for word in words if is_word(word)}):
        return
    each = "json_each(%s)" if connection.vendor == "sqlite" else "json_each_text(%s::json)"
    with connection.cursor() as cursor:
        # In order, so that two who keep the same words never wait for each other.
        cursor.execute(
            f"INSERT INTO posts_searchword (word, backwards) SELECT key, value FROM {each} AS one "  # noqa: S608
            "WHERE NOT EXISTS (SELECT 1 FROM posts_searchword known WHERE known.word = one.key) "
            "ORDER BY key ON CONFLICT DO NOTHING",
            [json.dumps(found, ensure_ascii=False)],
        )


def look_up(query: Query, *, near: bool) -> tuple[Others, dict[str, list[Near]]]:
    """For the words of `query`, one query: what each stands for, and what those that no post has may have meant."""
    parts: list[tuple[str, list[object]]] = []
    for term in query.wanted:
        if term.is_word:
            parts.append(_standing_for(term))
            if near:
                parts += _like(term.tokens[0])
    return _asked(parts)


def meant_by(words: Iterable[str]) -> dict[str, list[Near]]:
    """What `words`, which only posts have that nobody may see, may have meant: readers are told what they were told
    before somebody wrote them.
    """
    return _asked([part for word in words for part in _like(word, is_known=True)])[1]


def _asked(parts: Sequence[tuple[str, list[object]]]) -> tuple[Others, dict[str, list[Near]]]:
    others: dict[str, list[str]] = {}
    found: dict[str, list[Near]] = {}
    if not parts:
        return others, found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for sql, _ in parts), [value for _, values in parts for value in values])
        for kind, word, other in cursor.fetchall():
            if kind == "stands":
                others.setdefault(word, []).append(other)
            elif (distance := OSA.distance(word, other, score_cutoff=_most_wrong(word))) <= _most_wrong(word):
                found.setdefault(word, []).append(Near(distance, other))
    return others, found


def _most_wrong(word: str) -> int:
    return 1 if len(word) < TWICE else 2


def _standing_for(term: Term) -> tuple[str, list[object]]:
    """Those that were met first, so mostly the more common ones."""
    word = term.tokens[0]
    if term.begins and len(word) == 1:  # so many that it is quicker to read from the first word on
        where, values = "substr(word, 1, 1) = %s AND word <> %s", [word, word]
    else:
        where, values = "word > %s AND word <= %s", [word, word + LAST]
        if not term.begins:
            where, values = f"{where} AND length(word) <= %s", [*values, len(word) + ENDING]
    return _part("stands", word, where, values, SPREAD)


def may_be_misspelt(word: str) -> bool:
    return len(word) >= INFLECTED and word.isalpha()


def _like(word: str, *, is_known: bool = False) -> Iterator[tuple[str, list[object]]]:
    """Two changes leave a third of a word as it was, one a half: its beginning or its end is looked for."""
    most = _most_wrong(word)
    if not may_be_misspelt(word):
        return
    known = "NOT EXISTS (SELECT 1 FROM posts_searchword known WHERE known.word = %s)"
    part = max(2, len(word) // (most + 1))
    for column, begins in (("word", word[:part]), ("backwards", word[::-1][:part])):
        where = (
            f"{column} >= %s AND {column} <= %s AND length(word) BETWEEN %s AND %s "
            f"AND {'word <> %s' if is_known else known}"
        )
        values = [begins, begins + LAST, len(word) - most, len(word) + most, word]
        yield _part("near", word, where, values, NEAR)


def _part(kind: str, word: str, where: str, values: list[object], most: int) -> tuple[str, list[object]]:
    inner = f"SELECT word FROM posts_searchword WHERE {where} ORDER BY id LIMIT {most}"  # noqa: S608
    return f"SELECT '{kind}', %s, word FROM ({inner}) AS some_words", [word, *values]  # noqa: S608


def corrections(query: Query, near: Mapping[str, Sequence[Near]]) -> list[tuple[Query, int]]:
    """`query` with other words for those that no post has, the most alike first, each with how far it is from it."""
    if not near:
        return []

    def choices(word: str) -> list[Near]:
        ordered = sorted(dict.fromkeys(near[word]), key=lambda one: (one.distance, one.word[0] != word[0]))
        return ordered[:CORRECTIONS]

    every = sorted(
        (sum(one.distance for one in chosen), at, chosen)
        for at, chosen in enumerate(islice(product(*map(choices, near)), CORRECTIONS**3))
    )
    return [
        (query.corrected({word: one.word for word, one in zip(near, chosen, strict=True)}), distance)
        for distance, _, chosen in every[:TRIES]
    ]
