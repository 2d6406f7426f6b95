"""The words of posts in FTS5, which goes from the newest to the oldest and stops where there is enough.

Its own bm25() counts every post that has a word; ours looks at the candidates only. Title and tags are kept once more,
each word behind a MARK: which posts have a word there is known without reading where all the others have it.
"""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from posts.search.terms import FEW, MOST, Query, Term
from posts.search.vocabulary import Others

TITLE, TAGS, BODY = 12.0, 4.0, 1.0  # what a word counts in each
LONGER = 0.5  # and what a longer one counts
ENOUGH = 1.2  # how soon more of the same word counts no more
USUAL = 4000  # characters of a text
MARK = "§"  # for the tokenizer a letter

CREATE = (
    "CREATE TRIGGER IF NOT EXISTS search_words_of_entry AFTER DELETE ON posts_searchentry FOR EACH ROW "
    "BEGIN DELETE FROM posts_search WHERE rowid = OLD.post_id; END",
)
DROP = ("DROP TRIGGER IF EXISTS search_words_of_entry",)
NEWEST = """
SELECT kept.rowid FROM posts_search AS kept CROSS JOIN posts_searchentry AS entry ON entry.post_id = kept.rowid
WHERE kept.posts_search MATCH %s AND entry.published_at <= %s ORDER BY kept.rowid DESC LIMIT %s"""
FIND = f"""
SELECT entry.post_id, entry.published_at, title, tags, body
FROM (SELECT * FROM ({NEWEST}) UNION SELECT * FROM ({NEWEST})) AS candidates
CROSS JOIN posts_searchentry AS entry ON entry.post_id = candidates.rowid
CROSS JOIN posts_search AS kept ON kept.rowid = candidates.rowid"""  # noqa: S608


def keep(post: int, parts: Sequence[Sequence[str]], digest: str) -> list[str] | None:
    """The words of a post. Which it had before, none where they were to be kept anew; None if they are the same."""
    head = f" {MARK} ".join(" ".join(MARK + word for word in part) for part in parts[:2])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN digest <> %s THEN title || ' ' || tags || ' ' || body END FROM posts_searchentry "
            "JOIN posts_search ON posts_search.rowid = post_id WHERE post_id = %s AND digest <> ''",
            [digest, post],
        )
        (before,) = cursor.fetchone() or ("",)
        if before is None:
            return None
        cursor.execute(
            "INSERT INTO posts_searchentry (post_id, published_at, digest) "
            "SELECT id, CASE WHEN deleted_at IS NULL THEN published_at END, %s FROM posts_post WHERE id = %s "
            "ON CONFLICT (post_id) DO UPDATE SET digest = excluded.digest",
            [digest, post],
        )
        cursor.execute(
            "INSERT OR REPLACE INTO posts_search (rowid, title, tags, body, head) VALUES (%s, %s, %s, %s, %s)",
            [post, *map(" ".join, parts), head],
        )
    return before.split()


def _any_of(term: Term, others: Others, by: str, mark: str) -> str:
    found = [f"({by.join(f'"{mark}{token}"' for token in term.tokens)})"]
    return f"({' OR '.join([*found, *(f'"{mark}{word}"' for word in term.stands_for(others))])})"


def _expression(query: Query, others: Others, by: str = " + ", *, some: bool = False, mark: str = "") -> str:
    """`query.wanted` in FTS5's own language; a token has no sign that means something in it."""
    return (" OR " if some else " AND ").join(_any_of(term, others, by, mark) for term in query.wanted)


def find(query: Query, others: Others, *, some: bool = False) -> list[int]:
    """The posts with all words of `query`, or with `some`, best first. FTS5 is asked for no phrase in texts: it would
    look for it in all of them at once.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    words = _expression(query, others, " AND ", some=some)
    head = _expression(query, others, " + ", some=some, mark=MARK)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [words, now, FEW if query.is_strict else MOST, head, now, MOST // 2])
        rows = cursor.fetchall()
    scores = [
        (_score(query, [f" {text} " for text in texts], some=some), str(date), post) for post, date, *texts in rows
    ]
    return [post for score, _, post in sorted(scores, reverse=True) if score][:MOST]


def _score(query: Query, texts: Sequence[str], *, some: bool) -> float:
    """How well a post's folded words answer: the sum over what was looked for, each as often as it is worth; 0 if it
    has not all phrases, or what was excluded.
    """
    score = 0.0
    for term in query.terms:
        worth = _worth(term, *texts)
        if bool(worth) == term.excluded and (term.excluded or (len(term.tokens) > 1 and not some)):
            return 0.0
        score += worth
    return round(score, 4)


def _worth(term: Term, title: str, tags: str, body: str) -> float:
    words, worth = f" {' '.join(term.tokens)}", 0.0
    usual = ENOUGH * (0.5 + 0.5 * len(body) / USUAL)
    for text, enough, weight in ((title, ENOUGH, TITLE), (tags, ENOUGH, TAGS), (body, usual, BODY)):
        if number := text.count(words if term.is_word else f"{words} "):
            if term.is_word:
                number -= (1 - LONGER) * (number - text.count(f"{words} "))
        elif term.is_plural:
            number = LONGER * text.count(f"{words[:-1]} ")
        worth += weight * number / (number + enough)
    return worth


def counts(queries: Sequence[Query]) -> list[int]:
    """How many published posts have the words of each query, at most 20."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values = [value for query in queries for value in (_expression(query, {}, " AND "), now, 20)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([f"SELECT count(*) FROM ({NEWEST})"] * len(queries)), values)  # noqa: S608
        return [number for (number,) in cursor.fetchall()]
