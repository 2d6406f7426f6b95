"""Two texts and their common ancestor: one text, or what clashes. Pure functions, bounded as diff.py is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from merge3 import Merge3

from posts import diff


class Region(NamedTuple):
    """A stretch of the text: `kind` says who changed it: "nobody", "theirs", "mine", "both" alike, or a "clash"."""

    kind: str
    theirs: str
    mine: str

    @property
    def text(self) -> str:
        """What the merged text has here; in a clash, mine."""
        return self.theirs if self.kind == "theirs" else self.mine

    @property
    def pieces(self) -> diff.Block:
        """What tells the two apart, word by word."""
        return diff.compare_words(self.theirs, self.mine)


@dataclass(frozen=True, slots=True)
class Merged:
    regions: list[Region]

    @property
    def text(self) -> str:
        return "".join(region.text for region in self.regions).rstrip("\n")

    @property
    def shown(self) -> list[Region]:
        """What the page of a clash has room for; the rest stands in the two texts."""
        return self.regions[:MOST_SHOWN]

    @property
    def clashes(self) -> bool:
        return any(region.kind == "clash" for region in self.regions)


class _Matcher:
    """What Merge3 asks of a matcher, without difflib's cases that never end."""

    def __init__(self, junk: None, a: Sequence[str], b: Sequence[str]) -> None:
        self.a, self.b = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        """(start in a, start in b, length) of what is the same; nothing where the texts are too long to compare."""
        found = diff.changes(self.a, self.b) or []
        blocks = [(one.old_start, one.new_start, one.old_end - one.old_start) for one in found if one.same]
        return [*blocks, (len(self.a), len(self.b), 0)]


MOST_STRETCHES = 100  # of a clashing paragraph; one with more is shown, and settled, as a whole
MOST_SHOWN = 300  # stretches of a text, on the page of a clash
KINDS = {"unchanged": "nobody", "a": "theirs", "b": "mine", "same": "both"}


def _ended(text: str) -> str:
    """With a blank line at its end, as every paragraph but the last has one."""
    return f"{text.rstrip('\n')}\n\n" if text.strip() else ""


def merge(base: str, theirs: str, mine: str) -> Merged:
    """What `theirs` and `mine` made of `base`, in one text: by paragraphs, and by lines where a paragraph clashes.

    What both changed, each in another way, is a clash. One exception loses nothing: where one of them only added
    to what the other had added, that one stands.
    """
    if base == theirs:
        return Merged([Region("mine", theirs, mine)])
    texts = [diff.paragraphs(_ended(text)) for text in (base, theirs, mine)]
    regions = []
    for region in _regions(*texts):
        if region[0].kind == "clash":
            by_line = [settled(*one) for one in _regions(*(text.splitlines(keepends=True) for text in region[1]))]
            clashes = any(one.kind == "clash" for one in by_line)
            regions += [region[0]] if clashes and len(by_line) > MOST_STRETCHES else by_line
        else:
            regions.append(region[0])
    return Merged(regions)


def _regions(base: list[str], theirs: list[str], mine: list[str]) -> Iterable[tuple[Region, tuple[str, str, str]]]:
    """Regions, and for each the text of base, theirs and mine."""
    for kind, *parts in Merge3(base, theirs, mine, sequence_matcher=_Matcher).merge_groups():
        first, *others = ("".join(part) for part in parts)
        if kind == "conflict":
            yield Region("clash", *others), (first, *others)
        else:
            yield Region(KINDS[kind], first, first), (first, first, first)


def settled(region: Region, texts: tuple[str, str, str]) -> Region:
    """The region, no clash any more if one side holds the other, which holds the ancestor."""
    base, theirs, mine = texts
    if region.kind != "clash":
        return region
    if _holds(theirs, base) and _holds(mine, theirs):
        return Region("mine", region.theirs, region.mine)
    if _holds(mine, base) and _holds(theirs, mine):
        return Region("theirs", region.theirs, region.mine)
    return region


def _holds(text: str, part: str) -> bool:
    """Whether the words of `part` stand in `text`, all of them and in one piece."""
    return not part.strip() or f" {' '.join(part.split())} " in f" {' '.join(text.split())} "


class Choice(NamedTuple):
    """One value out of three."""

    value: Any
    clashes: bool = False


def choose(base: Any, theirs: Any, mine: Any) -> Choice:
    """The value of whoever changed it; mine, and a clash, where both did."""
    if mine in (base, theirs):
        return Choice(theirs)
    return Choice(mine, clashes=theirs != base)


def merge_names(base: Iterable[str], theirs: Iterable[str], mine: Iterable[str]) -> list[str]:
    """What both have, less what one of them took away, with what one of them added: sets never clash."""
    base, theirs, mine = list(base), list(theirs), list(mine)
    kept = [name for name in theirs if name in mine or name not in base]
    return kept + [name for name in mine if name not in base and name not in kept]
