"""What keeping every word costs, beside its bars. Uses a database in memory.

    .venv/bin/python bench/words.py

CPU is of this process, the middle of several runs; memory is what the process grew by.
"""

import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.argv[1:] = ["test"]  # settings as under test: no files with hashed names, cheap passwords
_data = tempfile.TemporaryDirectory(prefix="galley-bench-")
os.environ.update(DATA_DIR=_data.name, DATABASE_URL="", CACHE_URL="", TEST_DATABASE="")
os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings"

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from core.testing.cases import HtmxClient, PageClient  # noqa: E402
from core.testing.forms import form_on  # noqa: E402
from posts import diff  # noqa: E402
from posts.merge import merge  # noqa: E402
from posts.models import Post, Revision  # noqa: E402

FORM = "application/x-www-form-urlencoded"
RUNS = 5
COMMON_OF_TEN = 7
COMMON = re.findall(r"\w+", "the tide comes in and goes out again as it will over sand mud rope boats gulls a gate")


def prose(words: int, seed: int = 1, paragraph: int = 80) -> str:
    """So many words, some common and some rare, in paragraphs."""
    dice = random.Random(seed)  # noqa: S311
    text = [
        dice.choice(COMMON) if dice.randrange(10) < COMMON_OF_TEN else f"word{dice.randrange(9999)}"
        for _ in range(words)
    ]
    return "\n\n".join(" ".join(text[at : at + paragraph]) for at in range(0, words, paragraph))


def cpu(act: Callable[[int], Any]) -> tuple[float, Any]:
    """Milliseconds, and what the last run answered."""
    times, answer = [], None
    for number in range(RUNS):
        start = time.process_time()
        answer = act(number)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times), answer


missed = 0


def tell(what: str, *measured: tuple[float, str, float | None]) -> None:
    """One line: each number with its unit, and its bar if there is one."""
    global missed  # noqa: PLW0603
    parts = []
    for value, unit, bar in measured:
        over = bar is not None and value > bar
        missed += over
        parts.append(
            f"{value:>9,.0f} {unit}" + (f" (bar {bar:,.0f}{': MISSED' if over else ''})" if bar is not None else "")
        )
    print(f"{what:58}" + "  ".join(parts))


@contextmanager
def database() -> Iterator[None]:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
        teardown_test_environment()


# --- Requests -----------------------------------------------------------------------------------------------


def requests() -> None:
    ada = User.objects.create_user("ada")
    page, htmx = PageClient(), HtmxClient()
    for client in (page, htmx):
        client.force_login(ada)
    for words in (1_000, 50_000):
        post = Post(author=ada, title=f"Of {words}", content=prose(words))
        post.status = "published"
        post.save()
        url, autosave = reverse("post_edit", args=[post.slug]), reverse("post_autosave", args=[post.slug])
        form = form_on(page.get(url), "post-form")["data"]

        def keep(number: int, url: str = autosave, form: dict[str, str] = form) -> Any:
            typed = urlencode(form | {"content": f"{form['content']} {number}", "order": str(number + 1)})
            return htmx.post(url, typed, content_type=FORM)

        bars = (150, 1000) if words == 50_000 else (None, None)  # noqa: PLR2004
        ms, answer = cpu(keep)
        tell(f"autosave of {words:,} words", (ms, "ms", bars[0]), (len(answer.content), "bytes", bars[1]))

        def save(number: int, url: str = url) -> Any:
            form = form_on(page.get(url), "post-form")["data"]
            sent = urlencode(form | {"content": f"{form['content']} {number}", "status": "published"})
            begun = time.process_time()
            answer = page.post(url, sent, content_type=FORM)
            if answer.status_code != 302:  # noqa: PLR2004
                raise SystemExit(f"a save answers {answer.status_code}")
            return (time.process_time() - begun) * 1000

        tell(f"save of {words:,} words", (statistics.median(save(number) for number in range(RUNS)), "ms", None))

        def merged(number: int, url: str = url, words: int = words, autosave: str = autosave) -> float:
            """Somebody has changed the first paragraph meanwhile, the author the last."""
            form = form_on(page.get(url), "post-form")["data"]
            post = Post.objects.get(slug=f"of-{words}")
            post.content = f"Theirs {number}. {post.content}"
            post.save()
            sent = urlencode(form | {"content": f"{form['content']} Mine {number}.", "status": "published"})
            begun = time.process_time()
            answer = page.post(url, sent, content_type=FORM)
            if answer.status_code != 302:  # noqa: PLR2004
                raise SystemExit(f"a merge answers {answer.status_code}")
            return (time.process_time() - begun) * 1000

        tell(f"save of {words:,} words that merges", (statistics.median(merged(n) for n in range(RUNS)), "ms", None))
    history(page, ada)


def history(page: PageClient, ada: User) -> None:
    post = Post(author=ada, title="Often saved", content=prose(2_000))
    post.save()
    rows = [
        Revision(post=post, by=ada, number=number, content=post.content, title=post.title, tags=[])
        for number in range(2, 501)
    ]
    Revision.objects.bulk_create(rows)
    Post.objects.filter(pk=post.pk).update(version=500)
    url = reverse("revision_list", args=[post.slug])
    for query in ("", "?page=5"):
        with CaptureQueriesContext(connection) as queries:
            page.get(url + query)
        number = len(queries)
        ms, answer = cpu(lambda _, query=query: page.get(url + query))
        what = f"history of 500 revisions of 2,000 words{query and ', page 5'}"
        tell(what, (number, "queries", 6), (ms, "ms", None), (len(answer.content), "bytes", None))


# --- Texts --------------------------------------------------------------------------------------------------


def every_other(text: str, mark: str) -> str:
    """Every second word is another: nothing is the same for longer than a word."""
    return " ".join(word if n % 2 else f"{mark}{n}" for n, word in enumerate(text.split(" ")))


def texts() -> dict[str, tuple[str, str, str]]:
    """base, theirs and mine of 20,000 words that differ everywhere."""
    base, one_line = prose(20_000), prose(20_000, paragraph=20_000)
    lines = prose(20_000, paragraph=8).replace("\n\n", "\n")
    return {
        "other words, in paragraphs": (base, prose(20_000, 2), prose(20_000, 3)),
        "other words, in one line": (one_line, prose(20_000, 2, 20_000), prose(20_000, 3, 20_000)),
        "other words, in lines": tuple(prose(20_000, n, 8).replace("\n\n", "\n") for n in (1, 2, 3)),
        "every other word, in paragraphs": (base, every_other(base, "a"), every_other(base, "b")),
        "every other word, in one line": (one_line, every_other(one_line, "a"), every_other(one_line, "b")),
        "every other word, in lines": (lines, every_other(lines, "a"), every_other(lines, "b")),
        "one common word": ("tide " * 20_000, "tide " * 19_000 + "gate " * 1_000, "gate " * 1_000 + "tide " * 19_000),
        "one word to a paragraph": tuple(prose(20_000, n, 1) for n in (1, 2, 3)),
        "no spaces between words": tuple(
            "".join(chr(0x4E00 + (n * k) % 997) for n in range(20_000)) for k in (3, 5, 7)
        ),
    }


def shown(base: str, theirs: str, mine: str) -> None:
    """What a page of a clash works out."""
    for region in merge(base, theirs, mine).regions:
        if region.kind == "clash":
            region.pieces  # noqa: B018


def measured(act: Callable, arguments: tuple) -> tuple[float, float]:
    """Milliseconds of CPU and megabytes, in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    act(*arguments)
    return (time.process_time() - start) * 1000, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def of_two(compare: Callable, base: str, theirs: str, mine: str) -> None:
    compare(theirs, mine)


def comparisons() -> None:
    acts = {
        "merge": merge,
        "page of the clash": shown,
        "diff": partial(of_two, diff.compare),
        "count": partial(of_two, diff.count),
    }
    for name, three in texts().items():
        for what, act in acts.items():
            with get_context("fork").Pool(1) as pool:
                pool.apply(measured, (len, ("",)))
                ms, mb = pool.apply(measured, (act, three))
            tell(f"{what} of 20,000: {name}", (ms, "ms", 2000), (mb, "MB", None))


def main() -> int:
    with database():
        requests()
    comparisons()
    print(f"{missed} bars missed" if missed else "all bars held")
    return int(bool(missed))


sys.exit(main())
