"""The words of posts in FTS5. Its own bm25() counts every post that has a word; ours looks at the candidates only."""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from posts.search.terms import Query, Term
from posts.search.vocabulary import MOST, Others

TITLE, TAGS, BODY = 12.0, 4.0, 1.0  # what a word counts in each
LONGER = 0.5  # and what a longer one counts
ENOUGH = 1.2  # how soon more of the same word counts no more
USUAL = 4000  # characters of a text

CREATE = (
    "CREATE TRIGGER IF NOT EXISTS search_words_of_entry AFTER DELETE ON posts_searchentry FOR EACH ROW "
    "BEGIN DELETE FROM posts_search WHERE rowid = OLD.post_id; END",
)
DROP = ("DROP TRIGGER IF EXISTS search_words_of_entry",)


def keep(post: int, parts: Sequence[Sequence[str]], digest: str) -> bool:
    """Whether the words are others than those that were kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO posts_searchentry (post_id, published_at, digest) "
            "SELECT id, CASE WHEN deleted_at IS NULL THEN published_at END, %s FROM posts_post WHERE id = %s "
            "ON CONFLICT (post_id) DO UPDATE SET digest = excluded.digest WHERE digest <> excluded.digest",
            [digest, post],
        )
        if new := cursor.rowcount > 0:
            cursor.execute(
                "INSERT OR REPLACE INTO posts_search (rowid, title, tags, body) VALUES (%s, %s, %s, %s)",
                [post, *map(" ".join, parts)],
            )
    return new


def _phrase(tokens: Sequence[str]) -> str:
    return f'"{" ".join(tokens)}"'


def _any_of(term: Term, others: Others) -> str:
    found = [_phrase(term.tokens)]
    if term.is_word:
        word = term.tokens[0]
        found += [f'"{other}"' for other in others.get(word, ())]
        found += [f'"{word[:-1]}"'] if term.is_plural else []
    return f"({' OR '.join(found)})"


def _expression(query: Query, others: Others, *, some: bool = False, head: bool = False) -> str:
    """FTS5's own language; a token has no sign that means something in it."""
    wanted = (" OR " if some else " AND ").join(_any_of(term, others) for term in query.wanted)
    wanted = f"{{title tags}} : ({wanted})" if head else f"({wanted})"
    excluded = " OR ".join(_phrase(term.tokens) for term in query.excluded)
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


NEWEST = """
SELECT kept.rowid FROM posts_search AS kept CROSS JOIN posts_searchentry AS entry ON entry.post_id = kept.rowid
WHERE kept.posts_search MATCH %s AND entry.published_at <= %s ORDER BY kept.rowid DESC LIMIT %s
"""


def find(query: Query, others: Others, *, some: bool = False) -> list[int]:
    """The posts with all words of `query`, or with `some`, best first."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values: list[object] = []
    for head, most in ((False, MOST), (True, MOST // 2)):
        values += [_expression(query, others, some=some, head=head), now, most]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.post_id, entry.published_at, title, tags, body "  # noqa: S608
            f"FROM (SELECT * FROM ({NEWEST}) UNION SELECT * FROM ({NEWEST})) AS candidates "
            "CROSS JOIN posts_searchentry AS entry ON entry.post_id = candidates.rowid "
            "CROSS JOIN posts_search AS kept ON kept.rowid = candidates.rowid",
            values,
        )
        rows = cursor.fetchall()
    scores = [(_score(query.wanted, *texts), str(date), post) for post, date, *texts in rows]
    return [post for _, _, post in sorted(scores, reverse=True)][:MOST]


def _score(terms: Sequence[Term], title: str, tags: str, body: str) -> float:
    """How well a post's folded words answer: the sum over what was looked for, each as often as it is worth."""
    usual, score = ENOUGH * (0.5 + 0.5 * len(body) / USUAL), 0.0
    for term in terms:
        words = f" {' '.join(term.tokens)}"
        for text, enough, weight in ((title, ENOUGH, TITLE), (tags, ENOUGH, TAGS), (body, usual, BODY)):
            text = f" {text} "  # noqa: PLW2901
            if not (number := text.count(words) if term.is_word else text.count(f"{words} ")):
                if not (term.is_plural and (number := LONGER * text.count(f"{words[:-1]} "))):
                    continue
            elif term.is_word:
                number -= (1 - LONGER) * (number - text.count(f"{words} "))
            score += weight * number / (number + enough)
    return round(score, 4)


def counts(queries: Sequence[Query]) -> list[int]:
    """How many published posts each query finds, at most 20."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    one = f"SELECT count(*) FROM ({NEWEST})"  # noqa: S608
    values = [value for query in queries for value in (_expression(query, {}), now, 20)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(queries)), values)
        return [number for (number,) in cursor.fetchall()]
