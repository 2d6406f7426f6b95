"""What a search costs, page and all, with 1,000, 10,000 and 100,000 posts of 630 words; 95 of 100 may take 30 ms.

    .venv/bin/python bench/search.py [1000 10000 100000]
    DATABASE_URL=postgres://user@host/name SECRET_KEY=x .venv/bin/python bench/search.py

Uses a test database of its own, in a file or beside the one that DATABASE_URL names. The words follow Zipf's law;
every tenth text is Chinese. The texts are 2,000 (or as many as the first number), copied. Milliseconds of whole
answers without the page cache, each for another query: of the clock, and of CPU, this process's and the database's
(where it runs here; PostgreSQL's process is asked for its own). The bar is of CPU: the clock waits for others, too.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
NUMBERS = [int(number) for number in sys.argv[1:]] or [1_000, 10_000, 100_000]
sys.argv[1:] = ["test"]  # settings as under test: no files with hashed names, cheap passwords
_data = tempfile.TemporaryDirectory(prefix="galley-bench-")
os.environ.update(DATA_DIR=_data.name, CACHE_URL="", TEST_DATABASE=f"{_data.name}/bench.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from posts import search  # noqa: E402
from posts.models import Post, Tag  # noqa: E402
from posts.search.terms import read  # noqa: E402

TEXTS, WORDS, VOCABULARY, RUNS, BAR = 2_000, 630, 60_000, 40, 30
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "za",
    "th",
    "st",
    "an",
    "er",
    "in",
    "on",
    "al",
    "est",
    "con",
    "pro",
]
dice = random.Random(7)  # noqa: S311


def vocabulary() -> list[str]:
    """The most common first; short words are common."""
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(dice.choices(SYLLABLES, k=dice.choice((1, 2, 2, 3, 3, 4))))] = None
    return sorted(words, key=lambda word: len(word) + 4 * dice.random())


words = vocabulary()
signs = [chr(0x4E00 + 7 * number) for number in range(2_000)]
ranks = {id(some): list(accumulate(1 / (rank + 2.7) for rank in range(len(some)))) for some in (words, signs)}


def some(of: list[str], number: int) -> list[str]:
    return dice.choices(of, cum_weights=ranks[id(of)], k=number)


def copied(there: int, number: int) -> None:
    """Copies of the first TEXTS until there are `number`, by SQL."""
    names = [field.column for field in Post._meta.concrete_fields if field.column not in {"id", "slug"}]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX search_words")
        first = Post.objects.order_by("pk").values_list("pk", flat=True)[0]
        while there < number:
            step = min(TEXTS, there, number - there)
            cursor.execute(
                f"INSERT INTO posts_post (id, slug, {columns}) SELECT id + %s, slug || '-' || (id + %s), {columns} "  # noqa: S608
                "FROM posts_post WHERE id < %s",
                [there, there, first + step],
            )
            if connection.vendor == "sqlite":
                cursor.execute(
                    "INSERT INTO posts_search (rowid, title, tags, body, head) "
                    "SELECT rowid + %s, title, tags, body, head FROM posts_search WHERE rowid < %s",
                    [there, first + step],
                )
            kept = ", words, head" if connection.vendor == "postgresql" else ""
            cursor.execute(
                f"INSERT INTO posts_searchentry (post_id, published_at, digest{kept}) "  # noqa: S608
                f"SELECT post_id + %s, published_at, digest{kept} FROM posts_searchentry WHERE post_id < %s",
                [there, first + step],
            )
            there += step
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("CREATE INDEX search_words ON posts_searchentry USING gin (words, head, eras)")
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT setval(pg_get_serial_sequence('posts_post', 'id'), max(id)) FROM posts_post")


def begin(number: int) -> None:
    ada, now = User.objects.create_user("ada"), timezone.now()
    tags = Tag.objects.named(words[:40])
    for at in range(number):
        of, between = (signs, "") if at % 10 == 0 else (words, " ")
        text = between.join(some(of, WORDS))
        html = f"<p>{text}</p>"
        post = Post(
            author=ada, slug=f"post-{at}", content=text, content_html=html, published_at=now, summary=text[:200]
        )
        post.title = between.join(some(of, 6))
        Post.objects.bulk_create([post])
        search.index(post.pk, post.title, [tag.name for tag in dice.sample(tags, 2)], html)


def typo(word: str) -> str:
    at = dice.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def long(first: int, last: int) -> str:
    return dice.choice([word for word in words[first:last] if len(word) > 5])  # noqa: PLR2004


def neighbours() -> str:
    content = Post.objects.get(slug=f"post-{dice.randrange(min(TEXTS, NUMBERS[0]) // 10) * 10 + 1}").content.split()
    at = dice.randrange(WORDS - 3)
    return f"“{' '.join(content[at : at + 3])}”"


KINDS: dict[str, Callable[[], str]] = {
    "a rare word": lambda: f"{dice.choice(words[20_000:40_000])} ",
    "a common word": lambda: f"{dice.choice(words[:20])}",
    "a word of some posts": lambda: dice.choice(words[100:3_000]),
    "three words": lambda: " ".join(dice.choice(words[10:500]) for _ in range(3)),
    "a common and a rare word": lambda: f"{words[0]} {dice.choice(words[5_000:20_000])}",
    "a prefix of one letter": lambda: dice.choice(words)[:1],
    "a prefix of two letters": lambda: dice.choice(words)[:2],
    "a prefix of three letters": lambda: dice.choice(words)[:3],
    "a common word and a prefix": lambda: f"{dice.choice(words[:50])} {dice.choice(words)[:2]}",
    "a phrase": neighbours,
    "a phrase of common words": lambda: f"“{dice.choice(words[:20])} {dice.choice(words[:20])}”",
    "a phrase that is nowhere": lambda: f"“{words[1]} {words[0]} {words[1]} {words[0]} {words[1]}”",
    "without a common word": lambda: f"{dice.choice(words[:50])} -{words[0]}",
    "a misspelt word": lambda: typo(long(200, 8_000)),
    "two words, one misspelt": lambda: f"{dice.choice(words[:500])} {typo(long(200, 8_000))}",
    "words that no post has together": lambda: " ".join(dice.choice(words[30_000:]) for _ in range(4)),
    "nothing": lambda: "qqqq wwww kkkk",
    "a Chinese character": lambda: dice.choice(signs[:50]),
    "two Chinese characters": lambda: "".join(some(signs, 2)),
    "four Chinese characters": lambda: "".join(some(signs, 4)),
    "page 10": lambda: f"{dice.choice(words[:50])}&page=10",
}


def middle_and_slow(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1]


def cpu_meter() -> Callable[[], float]:
    """Tells the ms of CPU that this process and its connection's have spent."""
    if connection.vendor == "sqlite":
        return lambda: time.process_time() * 1000
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not backend.exists():
        raise SystemExit("PostgreSQL has to run on this machine, to be asked for its CPU time.")
    return lambda: time.process_time() * 1000 + int(backend.read_text().split()[0]) / 1e6


def main() -> int:
    missed, page, there, client, spent = 0, reverse("post_search"), 0, Client(), cpu_meter()
    for number in NUMBERS:
        if not there:
            begin(min(TEXTS, number))
            there = min(TEXTS, number)
        copied(there, number)
        there = number
        print(f"{connection.vendor}, {number:,} posts, load {os.getloadavg()[0]:.1f}", flush=True)
        for what, query in KINDS.items():
            typed = [query() for _ in range(RUNS)]
            times, cpu = [], []
            for one in typed:
                q, _, rest = one.partition("&")
                began, began_cpu = time.perf_counter(), spent()
                client.get(page, {"q": q} | ({"page": rest[5:]} if rest else {}))
                times.append((time.perf_counter() - began) * 1000)
                cpu.append(spent() - began_cpu)
            (middle, slow), (middle_cpu, slow_cpu) = map(middle_and_slow, (times, cpu))
            missed += slow_cpu > BAR
            found = len(search.search(read(q)).posts)
            print(
                f"  {what:34} CPU p50 {middle_cpu:6.1f}   p95 {slow_cpu:6.1f}   "
                f"clock p50 {middle:6.1f}   p95 {slow:6.1f}   {found} found{'  MISSED' if slow_cpu > BAR else ''}",
                flush=True,
            )
    print(f"{missed} bars missed" if missed else "all bars held")
    return int(bool(missed))


if __name__ == "__main__":
    settings.ALLOWED_HOSTS = ["testserver"]  # not setup_test_environment(), which slows every template
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        code = main()
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    sys.exit(code)
