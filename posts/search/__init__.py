"""Full-text search, the one place with its SQL: FTS5 on SQLite, tsvector and GIN on PostgreSQL.

Both are given folded words (terms.py) and asked for words, so both find the same posts; their own dictionaries,
stemmers and extensions are not used. Every post is kept, drafts too, in the transaction that saves it; what is found
is joined to SearchEntry.published_at, which the database keeps, so no draft, scheduled or discarded post is ever
found, however its date was set. What was written past save() and the admin, `manage.py posts_index` keeps
anew. A phrase, and what is to be left out, is looked for in the FEW newest posts only that have all of the words.

Ranked are the MOST that were begun last, and half as many that have it all in title and tags: title above tags above
text, the word itself above a longer one, the newer of two equals first. So a word that is in every post costs as
little as a rare one. A misspelt word is corrected to one that a published post has, see vocabulary.py.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from html import unescape
from types import ModuleType

from django.db import connection

from core.triggers import Trigger, row_trigger
from posts.search import postgresql, sqlite, vocabulary
from posts.search.terms import MOST, Query, Term, tokens
from posts.search.vocabulary import Near

MOST_WORDS = 20_000  # of a text

_BREAK = re.compile(r"</?(?:p|h\d|li|td|th|tr|br|hr|blockquote|pre|figcaption|div|section)\b[^>]*>")
_MARKUP = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """The posts that `query` finds, best first: those with "all" of its words, or, where there is none, all of a
    "corrected" query, or "some" of its words.
    """

    query: Query
    posts: list[int]
    kind: str = "all"

    @property
    def is_cut(self) -> bool:
        """Whether there may be more."""
        return len(self.posts) >= MOST


def _database() -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgresql


def text_of(html: str) -> str:
    """What `markup.render` made, as readers read it, on one line."""
    return " ".join(unescape(_MARKUP.sub("", _BREAK.sub(" ", html))).split())


def index(post: int, title: str, tags: Sequence[str], html: str) -> set[str]:
    """Keep the words of a post, in the transaction that saves it; what they are. The same once more write nothing."""
    parts = [tokens(text)[:MOST_WORDS] for text in (title, " ".join(tags), text_of(html))]
    digest = md5("\n".join(map(" ".join, parts)).encode(), usedforsecurity=False).hexdigest()
    words = {word for part in parts for word in part}
    known = _database().keep(post, parts, digest)
    if known is not None:
        vocabulary.keep(words.difference(known))
    return words


def search(query: Query, *, exactly: bool = False) -> Found:
    """What is published and matches; at most seven queries. `exactly`: without corrections."""
    if not query.wanted:
        return Found(query, [])
    others, near = vocabulary.look_up(query, near=not exactly)
    if found := _database().find(query, others):
        return Found(query, found)
    if corrected := _corrected(query, near):
        return corrected
    meant = {} if exactly else vocabulary.meant_by(_unseen(query, near))
    if meant and (corrected := _corrected(query, near | meant)):
        return corrected
    if len(query.wanted) > 1:
        return Found(query, _database().find(query, others, some=True), "some")
    return Found(query, [])


def _corrected(query: Query, near: Mapping[str, Sequence[Near]]) -> Found | None:
    """What is found by other words for those that `near` has some for."""
    if not (tries := vocabulary.corrections(query, near)):
        return None
    counts = _database().counts([one for one, _ in tries])
    if not (fit := [at for at, count in enumerate(counts) if count]):
        return None
    corrected, _ = tries[min(fit, key=lambda at: (tries[at][1], -counts[at]))]
    return Found(corrected, _database().find(corrected, {}), "corrected")


def _unseen(query: Query, near: Container[str]) -> list[str]:
    """Words that the vocabulary has, as far as `near` does not say otherwise, but no published post."""
    words = [term.tokens[0] for term in query.wanted if term.is_word and term.tokens[0] not in near]
    words = [word for word in dict.fromkeys(words) if vocabulary.may_be_misspelt(word)]
    counts = _database().counts([Query(word, (Term((word,)),)) for word in words]) if words else []
    return [word for word, count in zip(words, counts, strict=True) if not count]


def triggers() -> list[Trigger]:
    """What keeps SearchEntry.published_at what its post says, and the words of a removed post away."""
    seen = ("published_at", "deleted_at")
    dated = "CASE WHEN NEW.deleted_at IS NULL THEN NEW.published_at END"
    body = f"UPDATE posts_searchentry SET published_at = {dated} WHERE post_id = NEW.id"  # noqa: S608
    return [
        row_trigger("search_date_of_post", "UPDATE OF published_at, deleted_at", "posts_post", body, differs=seen),
        Trigger(
            create={"sqlite": sqlite.CREATE, "postgresql": postgresql.CREATE},
            drop={"sqlite": sqlite.DROP, "postgresql": postgresql.DROP},
        ),
    ]
