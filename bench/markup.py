"""CPU milliseconds that rendering takes for hostile texts of 10 kB, 50 kB, 100 kB and 1 MB, worst first by the last.

    .venv/bin/python bench/markup.py [part of a name]

A text whose smaller size took more than TOO_LONG is not tried at a larger one ("-").
"""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parent.parent))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()

from posts import markup  # noqa: E402

SIZES = (10_000, 50_000, 100_000, 1_000_000)  # characters
TOO_LONG = 8_000  # ms


def fill(unit: str) -> Callable[[int], str]:
    return lambda size: unit * (size // len(unit))


def numbered(line: str) -> Callable[[int], str]:
    return lambda size: "".join(line.replace("%", str(n)) for n in range(size // (len(line) + 4)))


def halves(first: str, last: str) -> Callable[[int], str]:
    return lambda size: fill(first)(size // 2) + fill(last)(size // 2)


def ragged(columns: int) -> Callable[[int], str]:
    head = "|a" * columns + "|\n" + "|-" * columns + "|\n"
    return lambda size: (head + "|x\n" * size)[:size]


def ladder(marker: str) -> Callable[[int], str]:
    """A list, each item indented below the one before."""

    def build(size: int) -> str:
        deep = int(size**0.5)
        return "".join(f"{' ' * (2 * n)}{marker} a\n" for n in range(deep))[:size]

    return build


def steps(prefix: str, deep: int) -> Callable[[int], str]:
    """Containers opened to a depth and shut again, over and over."""
    block = "".join(f"{prefix * n}{prefix}a\n" for n in range(deep)) + "\n"
    return fill(block)


def wide_tables(size: int) -> str:
    wide = size // 4
    return "|a" * wide + "\n" + "|-" * wide + "\n"


def backtick_runs(size: int) -> str:
    return " ".join("`" * n for n in range(1, int((2 * size) ** 0.5)))


def noise(size: int) -> str:
    dice = random.Random(size)  # noqa: S311
    return "".join(dice.choices("*_~`[]()!<>&;|-+#:\\^ \n\tab1.", k=size))


HOSTILE: dict[str, Callable[[int], str]] = {
    "prose": fill("The tide *comes* in, and [goes](/out) again, as it **will**.\n\n"),
    "one line": fill("estuary "),
    "lines": fill("estuary\n"),
    "blank lines": fill("\n"),
    "tasks": fill("- [ ] a\n"),
    "tasks, loose": fill("- [ ] a\n\n"),
    "![": fill("!["),
    "[": fill("["),
    "]": fill("]"),
    "[]": fill("[]"),
    "[[ ]]": halves("[", "]"),
    "[a](": fill("[a]("),
    "[a](<b": fill("[a](<b"),
    "[a](b 't": fill("[a](b 't"),
    "![[]()": fill("![[]()"),
    "![ ](/a)": halves("![", "](/a)"),
    "[ ](/a)": halves("[", "](/a)"),
    "[ ][a] defined": lambda size: "[a]: /b\n\n" + halves("[", "][a]")(size),
    "[a][ defined": lambda size: "[a]: /b\n\n" + fill("[a][")(size),
    "![a][ defined": lambda size: "[a]: /b\n\n" + fill("![a][")(size),
    "[a] defined": lambda size: "[a]: /b\n\n" + fill("[a] ")(size),
    "[ in lines": fill("[a\n"),
    "[\\": fill("[\\"),
    "![](/a)": fill("![](/a)"),
    "![*a*](/a) in ![": fill("![![![![*a*](/a)](/a)](/a)](/a) "),
    "^[": fill("^["),
    "^[ ]": halves("^[", "]"),
    "^[a]": fill("^[a]"),
    "[^": lambda size: "[^a]: b\n\n" + fill("[^")(size),
    "[^a] undefined": fill("[^a] "),
    "[^a] defined": lambda size: "[^a]: b\n\n" + fill("[^a]")(size),
    "[^n] defined": lambda size: numbered("[^%]")(size // 2) + "\n\n" + numbered("[^%]: a\n\n")(size // 2),
    "[^n]: nested": lambda size: fill("[^a]: ")(size) + "x\n\n[^a]",
    "[^n]: refers": lambda size: "[^0]\n\n" + numbered("[^%]: [^%][^0]\n\n")(size),
    "[n]: definitions": numbered("[%]: /a\n"),
    "[n]: in a row": numbered("[%]: /a\n[%]\n"),
    "[a]: same": fill("[a]: /a\n"),
    "[a]: unfinished title": lambda size: "[a]: /a '" + fill("b\n")(size),
    "[a]: unfinished titles": fill("[a]: /a 'b\n"),
    "[a]: unfinished label": fill("[a\\\n"),
    "*a_ ": fill("*a_ "),
    "a**b": fill("a**b"),
    "**a *": fill("**a *"),
    "*": fill("*"),
    "* ": fill("* "),
    "**a": fill("**a "),
    "a*": fill("a* "),
    "*a **b": fill("*a **b"),
    "*a*b_c_": fill("*a*b_c_"),
    "_*": fill("_*"),
    "*a ~~": fill("*a ~~b "),
    "~": fill("~"),
    "~~a": fill("~~a "),
    "~~~a~": fill("~~~a~~~"),
    "a~~~": fill("a~~~"),
    "~~a~~": fill("~~a~~ "),
    "* nest": halves("*a ", " a*"),
    "*** nest": halves("***a ", " a***"),
    "`": fill("`"),
    "`a": fill("`a"),
    "`` runs": backtick_runs,
    "`a``b": fill("`a``b"),
    "```": fill("```\n"),
    "~~~ and ```": fill("~~~\n```\n"),
    "<": fill("<"),
    "<a": fill("<a "),
    "<a:": fill("<a:b"),
    "<!--": fill("<!--"),
    "<a@": fill("<a@b.c"),
    "<a@a...>": lambda size: "<a@" + fill("a.")(size) + "_>",
    "<a:b>": fill("<ab:c>"),
    "&": fill("&"),
    "&amp;": fill("&amp;"),
    "&#35;": fill("&#35;"),
    "&a": fill("&abcdefghijklmnopqrstuvwxyz"),
    "&#": fill("&#1"),
    "\\": fill("\\"),
    "\\*": fill("\\*"),
    "!": fill("!"),
    "hard breaks": fill("a  \n"),
    "spaces": lambda size: fill(" ")(size) + "a",
    "spaces in lines": fill("a                      \n"),
    "tabs": fill("\t"),
    "a + spaces": lambda size: "a" + fill(" ")(size) + "b",
    "> ": fill("> "),
    ">": fill(">"),
    "> lines": fill("> a\n"),
    "> lazy": lambda size: fill("> ")(min(size, 500)) + fill("a\n")(size),
    "> steps": steps("> ", 100),
    "> 90 deep lines": fill("> " * 90 + "a\n"),
    "> broken": fill("> a\n\n"),
    "- ": fill("- "),
    "1. ": fill("1. "),
    "- > ": fill("- > "),
    "- lines": fill("- a\n"),
    "- loose": fill("- a\n\n"),
    "-\\n": fill("-\n"),
    "- ladder": ladder("-"),
    "1. ladder": ladder("1)"),
    "- steps": fill("".join(f"{'  ' * n}- a\n" for n in range(48)) + "\n"),
    "- a\\n > b": fill("- a\n  > b\n"),
    "- and *": fill("- a\n* a\n"),
    "- [ in items": fill("- [a\n"),
    "# ": fill("# a\n"),
    "#": fill("#"),
    "# a ###": lambda size: "# a" + fill(" #")(size),
    "===": fill("a\n===\n"),
    "---": fill("---\n"),
    "- - -": fill("- - - "),
    "code": fill("    a\n"),
    "table": lambda size: "|a|b|\n|-|-|\n" + fill("|a|b|\n")(size),
    "ragged 250 columns": ragged(250),
    "ragged 2000 columns": ragged(2000),
    "ragged, many": fill("|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "a\n" * 30 + "\n"),
    "wide table": wide_tables,
    "tables": fill("|a|\n|-|\n\n"),
    "|": fill("|"),
    "|\\n": fill("|\n"),
    "a|b\\n-|\\n": fill("a|b\n-|\n"),
    "|-": fill("|-|\n"),
    "-|-": fill("-|"),
    "NUL": fill("\0"),
    "CR": fill("\r"),
    "nbsp": fill("\xa0"),
    "& in lines": fill("a & b\n"),
    "nbsp in a title": lambda size: '[a](/b "' + fill("\xa0")(size) + '")',
    "& in an address": lambda size: "[a](/b?" + fill("&")(size) + ")",
    "道": fill("道"),
    "https": fill("[a](https://example.org/%20ü) "),
    "http://a.b": fill("http://a.b "),
    "http://a.b alone": fill("http://a.b\n\n"),
    "http://a.b)": fill("http://a.b/) "),
    "http://": fill("http://"),
    "# same": fill("# a\n"),
    "# numbered": numbered("# a-%\n# a\n"),
    "```python": fill("```python\nif a: b(1, 'c')  # d\n```\n"),
    "```java": fill("```java\n" + "a b " * 600 + "\n```\n"),
    "[a](/道": lambda size: "[a](/" + fill("道")(size) + ")",
    "[a](((": lambda size: "[a](" + fill("(")(size) + ")",
    "noise": noise,
}


def main(part: str = "") -> None:
    rows = []
    for name, build in HOSTILE.items():
        if part not in name:
            continue
        times: list[float] = []
        for size in SIZES:
            if times and times[-1] > TOO_LONG:
                break
            text = build(size)
            start = time.process_time()
            markup.excerpt(markup.render(text))
            times.append((time.process_time() - start) * 1000)
        rows.append((name, times))
    rows.sort(key=lambda row: (len(row[1]), -row[1][-1]))
    print(f"{'':26}" + "".join(f"{size // 1000:>7} kB" for size in SIZES))
    for name, times in rows:
        print(f"{name:26}" + "".join(f"{ms:>10.0f}" for ms in times) + f"{'-':>10}" * (len(SIZES) - len(times)))


main(*sys.argv[1:2])
