"""The words of posts as tsvectors under GIN, with places and weights that we give them.

Left to itself the planner reads every vector from the first to the last where a word is common: it does not know what
that costs. So the questions are two functions that forbid it; and each vector has one word more, "#97", the number of
its post's era, by which the newest are asked alone: the intersection takes nothing but the index.
"""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from posts.search.terms import Query, Term
from posts.search.vocabulary import MOST, Others

ERA = 1024  # posts
MOST_PHRASES = 1500  # posts that have all words of a phrase, the newest of which are looked at
LARGEST = 800_000  # bytes of words that are kept of a text: there is room for a megabyte
LAST_PLACE, MOST_PLACES = 16_383, 250  # in a text, of a word

_SETTINGS = """LANGUAGE plpgsql STABLE SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET jit = off
SET plan_cache_mode = force_custom_plan"""
_IDS = "SELECT post_id FROM posts_searchentry WHERE published_at <= moment AND"  # those that were begun last
CREATE = (
    f"""
CREATE OR REPLACE FUNCTION posts_search_ids(
    asked tsquery, loosely tsquery, wanted tsquery, excluded tsquery, exactly tsquery, begun tsquery,
    moment timestamptz, most integer
) RETURNS TABLE (post bigint, dated timestamptz, score double precision) {_SETTINGS} AS $$
DECLARE
    era bigint := (SELECT max(post_id) / {ERA} FROM posts_searchentry);
    newest tsquery := format('''#%s'' | ''#%s''', era, era - 1)::tsquery;
    few integer := CASE WHEN asked = loosely THEN most ELSE {MOST_PHRASES} END;
    ids bigint[] := ARRAY({_IDS} words @@ (loosely && newest) ORDER BY post_id DESC LIMIT few);
    heads bigint[] := ARRAY[]::bigint[];
    worth real[] := '{{0.05, 0.1, 0.3, 1}}';
BEGIN
    IF cardinality(ids) < few THEN
        ids := ARRAY({_IDS} words @@ loosely ORDER BY post_id DESC LIMIT few);
    END IF;
    IF asked <> loosely THEN
        ids := ARRAY({_IDS} post_id = ANY(ids) AND words @@ asked ORDER BY post_id DESC LIMIT most);
    END IF;
    IF cardinality(ids) >= most THEN
        heads := ARRAY({_IDS} head @@ (wanted && newest) ORDER BY post_id DESC LIMIT most / 2);
        IF cardinality(heads) < most / 2 THEN
            heads := ARRAY({_IDS} head @@ wanted ORDER BY post_id DESC LIMIT most / 2);
        END IF;
    END IF;
    RETURN QUERY
    SELECT post_id, published_at, ts_rank(worth, words, exactly, 1) + ts_rank(worth, words, begun, 1) / 2
    FROM posts_searchentry
    WHERE post_id = ANY(ids || heads) AND (excluded IS NULL OR NOT words @@ excluded);
END $$""",  # noqa: S608
    f"""
CREATE OR REPLACE FUNCTION posts_search_counts(asked tsquery[], moment timestamptz)
RETURNS TABLE (number bigint) {_SETTINGS} AS $$
DECLARE one tsquery;
BEGIN
    FOREACH one IN ARRAY asked LOOP
        RETURN QUERY SELECT count(*) FROM ({_IDS} words @@ one LIMIT 20) AS some_ids;
    END LOOP;
END $$""",  # noqa: S608
)
DROP = ("DROP FUNCTION IF EXISTS posts_search_ids", "DROP FUNCTION IF EXISTS posts_search_counts")


def keep(post: int, parts: Sequence[Sequence[str]], digest: str) -> bool:
    """Whether the words are others than those that were kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO posts_searchentry AS kept (post_id, published_at, digest, words, head) "
            "SELECT id, CASE WHEN deleted_at IS NULL THEN published_at END, %s, %s::tsvector, %s::tsvector "
            "FROM posts_post WHERE id = %s ON CONFLICT (post_id) DO UPDATE "
            "SET digest = excluded.digest, words = excluded.words, head = excluded.head "
            "WHERE kept.digest <> excluded.digest",
            [digest, _vector(post, parts), _vector(post, parts[:2]), post],
        )
        return cursor.rowcount > 0


def _vector(post: int, parts: Sequence[Sequence[str]]) -> str:
    """The words with their places; the first of `parts` is the title, the second the tags."""
    places: dict[str, list[str]] = {}
    size = place = 0
    for words, weight in zip(parts, ("A", "B", ""), strict=False):
        for place, word in enumerate(words, place + 1):  # noqa: B020
            if word not in places:
                size += len(word.encode()) + 8
                if size > LARGEST:
                    break
                places[word] = []
            if len(places[word]) < MOST_PLACES:
                places[word].append(f"{min(place, LAST_PLACE)}{weight}")
        place += 1  # no phrase goes from one part into the next
    return " ".join([*(f"'{word}':{','.join(at)}" for word, at in places.items()), f"'#{post // ERA}'"])


def _all(tokens: Sequence[str], by: str) -> str:
    return f"({f' {by} '.join(f"'{token}'" for token in tokens)})"


def _any_of(term: Term, others: Others, by: str = "<->") -> str:
    found = [_all(term.tokens, by)]
    if term.is_word:
        word = term.tokens[0]
        found += [f"'{other}'" for other in others.get(word, ())]
        found += [f"'{word[:-1]}'"] if term.is_plural else []
    return f"({' | '.join(found)})"


def _expression(query: Query, others: Others, *, some: bool = False, by: str = "<->") -> str:
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


def _questions(query: Query, others: Others, *, some: bool = False) -> list[str | None]:
    """What is asked, the same with phrases as words, the same without what is excluded, and what that is."""
    wanted, loosely = (_expression(query, others, some=some, by=by) for by in ("<->", "&"))
    if not query.excluded:
        return [wanted, loosely, wanted, None]
    excluded = " | ".join(_all(term.tokens, "<->") for term in query.excluded)
    if all(len(term.tokens) == 1 for term in query.excluded):
        loosely = f"({loosely}) & !({excluded})"
    return [f"({wanted}) & !({excluded})", loosely, wanted, excluded]


def find(query: Query, others: Others, *, some: bool = False) -> list[int]:
    """The posts with all words of `query`, or with `some`, best first."""
    ranked = [_ranked(query, begun=begun) for begun in (False, True)]
    values = [*_questions(query, others, some=some), *ranked, timezone.now(), MOST]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post, dated, score FROM posts_search_ids(%s::tsquery, %s::tsquery, %s::tsquery, %s::tsquery, "
            "%s::tsquery, %s::tsquery, %s, %s)",
            values,
        )
        rows = [(round(score, 5), date, post) for post, date, score in cursor.fetchall()]
    return [post for _, _, post in sorted(rows, reverse=True)][:MOST]


def counts(queries: Sequence[Query]) -> list[int]:
    """How many published posts each query finds, at most 20."""
    asked = [_questions(query, {})[0] for query in queries]
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM posts_search_counts(%s::tsquery[], %s)", [asked, timezone.now()])
        return [number for (number,) in cursor.fetchall()]
