"""The words of posts as tsvectors under one GIN index, with places and weights that we give them.

A word may be in every post, so the newest are asked first, then four times as many, and so on, until there are enough:
`eras` says which posts of similar age, few and many, a post belongs to, and GIN skips what is in none that was asked
for. Left to itself the planner would read post after post, whatever that costs; so these questions are functions that
forbid it.
"""

from collections.abc import Sequence
from itertools import accumulate, repeat

from django.db import connection
from django.utils import timezone

from posts.search.terms import FEW, MOST, Query, Term
from posts.search.vocabulary import Others

SPANS = (10, 12, 14, 16)  # of eras: 1,024 posts, 4,096, ...; the migration knows them, too
LARGEST = 800_000  # bytes of words that are kept of a text: there is room for a megabyte
SURELY = 5_000  # words that are less, whatever they are
LAST_PLACE, MOST_PLACES = 16_383, 250  # in a text, of a word


def _newest(column: str) -> str:
    """A function: the `most` published posts that were begun last of those whose `column` has what is asked."""
    posts = f"""
        SELECT post_id FROM posts_searchentry WHERE {column} @@ asked AND published_at <= moment %s
        ORDER BY post_id DESC LIMIT most"""  # noqa: S608
    return f"""
CREATE OR REPLACE FUNCTION posts_search_{column}(asked tsquery, moment timestamptz, most integer, newest bigint)
RETURNS bigint[] LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    span integer;
    era bigint;
    found bigint[];
BEGIN
    FOREACH span IN ARRAY '{{{",".join(map(str, SPANS))}}}'::integer[] LOOP
        era := newest >> span;
        EXIT WHEN era <= 1;
        found := ARRAY({posts % "AND eras && ARRAY[era * 100 + span, (era - 1) * 100 + span]"});
        IF cardinality(found) >= most THEN
            RETURN found;
        END IF;
    END LOOP;
    RETURN ARRAY({posts % ""});
END $$"""


CREATE = (_newest("words"), _newest("head"))
DROP = ("DROP FUNCTION IF EXISTS posts_search_words", "DROP FUNCTION IF EXISTS posts_search_head")
_LAST = "(SELECT max(post_id) FROM posts_searchentry)"  # asked outside the functions, or they would be read through
FIND = f"""
WITH candidates AS (
    (SELECT post_id FROM posts_searchentry
     WHERE post_id = ANY(posts_search_words(%(words)s::tsquery, %(now)s, %(few)s, {_LAST})) {{fits}}
     ORDER BY post_id DESC LIMIT %(most)s)
    UNION
    (SELECT post_id FROM posts_searchentry
     WHERE post_id = ANY(posts_search_head(%(head)s::tsquery, %(now)s, %(half)s, {_LAST})) {{fits}})
)
SELECT post_id, published_at,
    ts_rank('{{{{0.05, 0.1, 0.3, 1}}}}', words, %(exactly)s::tsquery, 1)
    + ts_rank('{{{{0.05, 0.1, 0.3, 1}}}}', words, %(begun)s::tsquery, 1) / 2
FROM posts_searchentry WHERE post_id = ANY(ARRAY(SELECT post_id FROM candidates))
"""  # noqa: S608
KEEP = """
WITH before AS (
    SELECT words FROM posts_searchentry WHERE post_id = %s AND digest <> ''
), changed AS (
    INSERT INTO posts_searchentry AS kept (post_id, published_at, digest, words, head)
    SELECT id, CASE WHEN deleted_at IS NULL THEN published_at END, %s, %s::tsvector, %s::tsvector
    FROM posts_post WHERE id = %s
    ON CONFLICT (post_id) DO UPDATE SET digest = excluded.digest, words = excluded.words, head = excluded.head
    WHERE kept.digest <> excluded.digest RETURNING 1
)
SELECT EXISTS (SELECT 1 FROM changed), tsvector_to_array((SELECT words FROM before))
"""  # what `before` asks is what there was
FITS = "AND (words @@ %(asked)s::tsquery) IS TRUE"  # looked up in the post, not in the index
COUNT = f"cardinality(posts_search_words(%s::tsquery, %s, 20, {_LAST}))"


def keep(post: int, parts: Sequence[Sequence[str]], digest: str) -> list[str] | None:
    """The words of a post. Which it had before, none where they were to be kept anew; None if they are the same."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [post, digest, _vector(parts), _vector(parts[:2]), post])
        ((changed, before),) = cursor.fetchall()
    return (before or []) if changed else None


def _vector(parts: Sequence[Sequence[str]]) -> str:
    """The words with their places; the first of `parts` is the title, the second the tags."""
    places: dict[str, list[str]] = {}
    place = 0
    for words, weight in zip(parts, ("A", "B", ""), strict=False):
        for place, word in enumerate(words, place + 1):  # noqa: B020
            at = f"{place if place < LAST_PLACE else LAST_PLACE}{weight}"
            if (seen := places.get(word)) is None:
                places[word] = [at]
            elif len(seen) < MOST_PLACES:
                seen.append(at)
        place += 1  # no phrase goes from one part into the next
    sizes = accumulate(len(word.encode()) + 8 for word in places) if len(places) > SURELY else repeat(0)
    fit = [
        f"'{word}':{','.join(at)}" for (word, at), size in zip(places.items(), sizes, strict=False) if size <= LARGEST
    ]
    return " ".join(fit)


def _all(tokens: Sequence[str], by: str) -> str:
    return f"({f' {by} '.join(f"'{token}'" for token in tokens)})"


def _any_of(term: Term, others: Others, by: str) -> str:
    return f"({' | '.join([_all(term.tokens, by), *(f"'{word}'" for word in term.stands_for(others))])})"


def _expression(query: Query, others: Others, by: str, *, some: bool = False) -> str:
    """A tsquery of `query.wanted`; a token has no sign that means something in it."""
    return (" | " if some else " & ").join(_any_of(term, others, by) for term in query.wanted)


def _ranked(query: Query, *, begun: bool) -> str:
    """What is counted in a text: the words of `query` as they are, or `begun`, whatever they are the beginning of."""
    found = []
    for term in query.wanted:
        mark = ":*" if begun and term.is_word else ""
        found += [f"'{token}'{mark}" for token in term.tokens]
        found += [f"'{term.tokens[0][:-1]}'"] if begun and term.is_plural else []
    return " | ".join(found)


def find(query: Query, others: Others, *, some: bool = False) -> list[int]:
    """The posts with all words of `query`, or with `some`, best first."""
    loosely, phrases = (_expression(query, others, by, some=some) for by in ("&", "<->"))
    asked = phrases
    if query.excluded:
        asked = f"({phrases}) & !({' | '.join(_all(term.tokens, '<->') for term in query.excluded)})"
    values = {
        "words": loosely,
        "head": phrases,
        "asked": asked,
        "exactly": _ranked(query, begun=False),
        "begun": _ranked(query, begun=True),
        "now": timezone.now(),
        "most": MOST,
        "half": MOST // 2,
        "few": FEW if query.is_strict else MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(fits=FITS if query.is_strict else ""), values)
        rows = [(round(score, 5), date, post) for post, date, score in cursor.fetchall()]
    return [post for _, _, post in sorted(rows, reverse=True)][:MOST]


def counts(queries: Sequence[Query]) -> list[int]:
    """How many published posts have the words of each query, at most 20."""
    values = [value for query in queries for value in (_expression(query, {}, "&"), timezone.now())]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([COUNT] * len(queries))}", values)
        return [*cursor.fetchone()]
