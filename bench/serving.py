"""What a page costs, beside nginx with the same bytes as a file and the smallest Django app with the same posts.

    .venv/bin/python bench/serving.py
    .venv/bin/python bench/serving.py --posts 100,1000 --rounds 1 --seconds 1 --only list,post   # two minutes
    DATABASE_URL=postgres://... .venv/bin/python bench/serving.py --into docs/performance.md

Starts Galley as `make run` does, on one core of this machine, and asks for each page from another by wrk on 16
connections, in rounds: nginx, the smallest WSGI app, Galley, the minimal app, and the next page. Prints Markdown: the
middle of the rounds, and in brackets the lowest and the highest. Uses a database of its own in a folder that goes with
it, or the empty one of DATABASE_URL. Needs wrk and, for the ratios to it, nginx; speaks to 127.0.0.1 alone.

- CPU: ms of processor time of all processes, the database's with them, divided by requests.
- least: the same bytes from a WSGI app of three lines, under the same server.
- cached: as anybody gets it. uncached: the same with PAGE_CACHE=0. signed in: as a reader with an account.
- × nginx, × minimal: of CPU, in the same round. A save's CPU is that of living threads, by a finer clock.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import saving, weighing
from bench.machine import Load, Server, end_tidily, galley, least, load, memory, minimal, nginx, python

SIZES = (100, 1_000, 10_000, 100_000)
PARTIAL = {"HX_Request": "true"}
AS_MINIMAL = {"list": "list", "post": "post"}  # what the minimal app has, too
Rounds = dict[tuple[str, str], list[Load]]  # by page and by who was asked


def progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


# --- Measuring ----------------------------------------------------------------------------------------------


class Site:
    """The servers with a number of posts, and the addresses of their pages."""

    def __init__(self, facts: dict[str, Any], options: argparse.Namespace, stack: ExitStack) -> None:
        wanted = options.only.split(",") if options.only else facts["addresses"]
        self.pages = {name: path for name, path in facts["addresses"].items() if name in wanted}
        self.facts, self.options = facts, options
        self.headers = {"Accept_Encoding": options.encoding} if options.encoding else {}
        self.cached, self.minimal = stack.enter_context(galley()), stack.enter_context(minimal())
        self.uncached = stack.enter_context(galley("Galley without its page cache", PAGE_CACHE="0"))
        files = {f"{number}.html": self.page(name).body for number, name in enumerate(self.pages)}
        encoding = self.page(next(iter(self.pages))).headers.get("content-encoding", "")
        self.nginx = stack.enter_context(nginx(files, encoding)) if shutil.which("nginx") else None
        self.least = stack.enter_context(least(files, encoding))

    def asked(self, name: str) -> dict[str, str]:
        return self.headers | (PARTIAL if name == "partial" else {})

    def page(self, name: str) -> Any:
        return self.cached.ask(self.pages[name], **self.asked(name))

    def targets(self, name: str) -> Iterable[tuple[str, Server, str, dict[str, str]]]:
        """Who is asked for a page of this name, in turn: what for, the server, the address, the headers."""
        path, headers = self.pages[name], self.asked(name)
        file = f"/{list(self.pages).index(name)}.html"
        if self.nginx:
            yield "nginx", self.nginx, file, headers
        yield "least", self.least, file, headers
        yield "cached", self.cached, path, headers
        yield "uncached", self.uncached, path, headers
        if name in AS_MINIMAL:
            yield "minimal", self.minimal, path, headers
        yield "signed in", self.uncached, path, headers | {"Cookie": f"sessionid={self.facts['reader']}"}

    def measure(self) -> Rounds:
        rounds: Rounds = {}
        for number in range(self.options.rounds):
            progress(f"  round {number + 1} of {self.options.rounds}")
            for name in self.pages:
                for how, server, path, headers in self.targets(name):
                    found = load(server, path, self.options.seconds, **headers)
                    rounds.setdefault((name, how), []).append(found)
        return rounds


def middle(loads: list[Load], what: str) -> float:
    return statistics.median(getattr(one, what) for one in loads)


def ratios(rounds: Rounds, one: tuple[str, str], other: tuple[str, str]) -> list[float]:
    """Of CPU, round by round; [] where one of them was not measured."""
    pairs = zip(rounds.get(one, []), rounds.get(other, []), strict=False)
    return sorted(mine.cpu / its.cpu for mine, its in pairs if its.cpu)


# --- Telling ------------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """Three digits, more where it is larger."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004


def spread(values: list[float]) -> str:
    """The middle, and the lowest and the highest if there is more than one."""
    if not values:
        return "-"
    around = f" ({number(min(values))}-{number(max(values))})" if len(values) > 1 else ""
    return number(statistics.median(values)) + around


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def costs(rounds: Rounds, pages: Iterable[str]) -> str:
    head = ["page", "how", "requests/s", "p50 ms", "p99 ms", "CPU ms per request", "× nginx", "× minimal"]
    rows = []
    for name in pages:
        for how in ("nginx", "least", "cached", "minimal", "uncached", "signed in"):
            if not (found := rounds.get((name, how))):
                continue
            against = ratios(rounds, (name, how), (name, "minimal")) if how in {"uncached", "signed in"} else []
            rows.append(
                [
                    *(name, how, number(middle(found, "rate")), number(middle(found, "p50"))),
                    *(number(middle(found, "p99")), spread([one.cpu for one in found])),
                    spread(ratios(rounds, (name, how), (name, "nginx"))) if how != "nginx" else "1",
                    spread(against),
                ]
            )
    return table(head, rows)


def growth(by_size: dict[int, Rounds], pages: Iterable[str]) -> str:
    """CPU ms of the uncached pages, and the most by which one grew beside the minimal post page of the same rounds."""
    head = [
        "page, uncached",
        *(f"{size:,} posts" for size in by_size),
        "largest / smallest",
        "beside the minimal post",
    ]
    rows = []
    for name in pages:
        spent = [middle(rounds[name, "uncached"], "cpu") for rounds in by_size.values()]
        beside = [
            statistics.median(found)
            for rounds in by_size.values()
            if (found := ratios(rounds, (name, "uncached"), ("post", "minimal")))
        ]
        grew = number(beside[-1] / beside[0]) if len(beside) == len(by_size) else "-"
        rows.append([name, *map(number, spent), number(spent[-1] / spent[0]), grew])
    return table(head, rows)


def saved(results: dict[int, dict[str, Any]]) -> str:
    head = ["posts", "p50 ms", "p95 ms", "CPU ms per save, median", "mean", "× minimal list"]
    rows = []
    for size, found in results.items():
        cells = [number(found["saves"][key]) for key in ("p50", "p95", "cpu", "cpu mean")]
        lists = found["rounds"].get(("list", "minimal"))
        rows.append([f"{size:,}", *cells, number(found["saves"]["cpu"] / middle(lists, "cpu")) if lists else "-"])
    return table(head, rows)


# --- Everything ---------------------------------------------------------------------------------------------


def sized(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """All that is measured with so many posts."""
    progress(f"{size:,} posts")
    facts = json.loads(python("bench/filling.py", str(size)))
    with ExitStack() as stack:
        site = Site(facts, options, stack)
        fresh = memory(site.cached.pids)
        found = {"rounds": site.measure(), "pages": list(site.pages), "memory": (fresh, memory(site.cached.pids))}
        found["weights"] = {
            name: weighing.page(site.cached, path, **site.asked(name)) for name, path in site.pages.items()
        }
        found["visit"] = {
            name: weighing.visit(site.cached, site.pages[name]) for name in AS_MINIMAL if name in site.pages
        }
        found["start"] = site.uncached.seconds  # the second start: nothing is to be prepared
        if "saves" not in options.skip:
            found["saves"] = saving.saves(site.cached, facts["author"], facts["edits"])
    if "visible" not in options.skip:
        with galley(WORKERS="2") as two:
            found["visible"] = saving.visible(two, facts["author"], facts["edits"][0])
    return found


def report(results: dict[int, dict[str, Any]], options: argparse.Namespace) -> str:
    kind = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    pages = next(iter(results.values()))["pages"]
    parts = [weighing.machine(kind, options)]
    for size, found in results.items():
        parts += [f"#### {size:,} posts, {kind}", costs(found["rounds"], pages)]
    if len(results) > 1:
        growing = {size: found["rounds"] for size, found in results.items()}
        parts += [f"#### Growth, {kind}", growth(growing, pages)]
    if "saves" not in options.skip:
        parts += [f"#### A save of a changed paragraph, {kind}", saved(results)]
    if lags := sorted(lag for found in results.values() for lag in found.get("visible", ())):
        parts += [
            f"From the answer to a save until no reader of either of two workers got the old page, {len(lags)} times: "
            f"median {statistics.median(lags):.2f} s, at most {lags[-1]:.2f} s."
        ]
    last = list(results.values())[-1]
    parts += [f"#### Bytes, {kind}", weighing.weights(last["weights"]), weighing.visits(last["visit"])]
    starts, (fresh, used) = [found["start"] for found in results.values()], last["memory"]
    parts += [
        f"From a start with nothing new to the first page: {spread(starts)} s. "
        f"Memory (PSS): {fresh:.0f} MB, {used:.0f} MB after the run."
    ]
    return "\n\n".join(parts)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", default=",".join(map(str, SIZES)), help="how many, after commas: 100,1000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="that each page is asked for in a round")
    parser.add_argument("--only", default="", help="pages, after commas: list,post")
    parser.add_argument("--skip", default="", help="saves, visible, or both after a comma")
    parser.add_argument("--encoding", default="", help="that wrk asks for: gzip or br; empty: none")
    parser.add_argument("--into", type=Path, help="a document with a place for the report, instead of the terminal")
    return parser.parse_args()


def main() -> None:
    end_tidily()
    options = arguments()
    for program in ("wrk", "taskset"):
        if not shutil.which(program):
            raise SystemExit(
                f"{program} is missing, and nothing can be measured without it: apt-get install wrk util-linux"
            )
    os.environ["PATH"] += ":/usr/sbin"  # where Debian has nginx
    if not shutil.which("nginx"):
        progress("nginx is missing: no ratios to it. apt-get install nginx-light")
    results: dict[int, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as folder:
        os.environ.update(DATA_DIR=folder, SECRET_KEY="only-for-this-run", LOG_LEVEL="ERROR")  # noqa: S106
        for size in sorted(map(int, options.posts.split(","))):
            results[size] = sized(size, options)
    words = report(results, options)
    if options.into:
        kind = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
        weighing.write_into(options.into, f"bench/serving.py {kind}", words)
    else:
        print(words)


if __name__ == "__main__":
    main()
