"""What has changed between two texts, word by word: pure functions, bounded in time and memory."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel

# The comparison keeps one bit for each pair: 28,000 words and signs against as many take 98 MB and 0.3 s. difflib,
# which compares the same without a bound, was not done with 20,000 common words after ten minutes.
MOST_PAIRS = 28_000**2
MOST_AROUND = 2  # paragraphs that stayed, and are folded away only where they are more
LONGEST_ISLAND = 3  # words

BETWEEN = re.compile(r"\n[ \t]*\n\s*")  # paragraphs
# re knows no class of marks, so what is neither space nor sign is part of a word: accents, vowel signs, joiners.
SIGN = "!-/:-@\\[-`{-©«¬®-±´¶-¸»¿×÷;··՚-՟։־׀׃׆׳״،؍؛؞؟٪-٭۔।॥\u200b\u200e-\u2bff、-〿︰-﹏！-／：-＠［-｀｛-･"
ALONE = "぀-ヿ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"  # each a word, in scripts that do not divide words
CLUSTER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # the same, with the vowels and tones that stand on it
ON_CLUSTER = "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
LETTER = rf"[^\s{SIGN}{ALONE}{CLUSTER}]"
WORD = re.compile(
    rf"({LETTER}+(?:['’._-]{LETTER}+)*|[{ALONE}]|[{CLUSTER}][{ON_CLUSTER}]*|[^\s])(?:[^\S\n]++(?!\n))?|[^\S\n]*+\n\s*+|\s++"
)
PART_OF_WORD = re.compile(rf"[{CLUSTER}]")


class Change(NamedTuple):
    """old[old_start:old_end] became new[new_start:new_end]; with `same`, nothing changed."""

    same: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def replaces(self) -> bool:
        return self.old_end > self.old_start and self.new_end > self.new_start


class Piece(NamedTuple):
    kind: str  # "same", "added" or "removed"
    text: str

    @property
    def is_break(self) -> bool:
        """Nothing to be seen but that lines begin elsewhere."""
        return self.text.isspace()


@dataclass(frozen=True, slots=True)
class Block:
    """Some paragraphs, without the blank lines behind them: the same in both texts, or not, and then in pieces."""

    changed: bool
    pieces: list[Piece]
    marked: bool = True  # False: too long for word by word; all of it is removed, all of it added
    folded: int = 0  # so many paragraphs, all the same, that nobody looks for

    @property
    def old(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind != "added"]

    @property
    def new(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind != "removed"]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, each with the blank lines behind it: joined, they are the text again."""
    found, start = [], 0
    while start < len(text):
        between = BETWEEN.search(text, start + 1)
        end = between.end() if between else len(text)
        found.append(text[start:end])
        start = end
    return found


def _words(text: str) -> tuple[list[str], list[str]]:
    """The words, signs and breaks of `text`, once as they are compared and once with the space behind them."""
    words, texts = [], []
    for match in WORD.finditer(text):
        words.append(match[1] or _break(match[0]))
        texts.append(match[0])
    return words, texts


def _break(space: str) -> str:
    """What a break means: blank lines are one, two spaces before it are a line's end, those behind it indent."""
    number, indent = space.count("\n"), space.rpartition("\n")[2]
    if number == 1:
        return f"{'  ' if space.startswith('  ') else ''}\n{indent}"
    return f"\n\n{indent}" if number else ""


def changes(old: Sequence[str], new: Sequence[str], most: int = MOST_PAIRS) -> list[Change] | None:
    """How `old` becomes `new`, from the first item to the last; None where that is more than `most` pairs."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    if (old_end - start) * (new_end - start) > most:
        return None
    found = [Change(True, 0, start, 0, start)] if start else []
    for code in Indel.opcodes(old[start:old_end], new[start:new_end]):
        numbers = (code.src_start, code.src_end, code.dest_start, code.dest_end)
        change = Change(code.tag == "equal", *(start + number for number in numbers))
        if found and found[-1].same == change.same:
            change = Change(change.same, found[-1].old_start, change.old_end, found[-1].new_start, change.new_end)
            found.pop()
        found.append(change)
    if end:
        found.append(Change(True, old_end, len(old), new_end, len(new)))
    return found


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _whole(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    return [Change(False, 0, len(old), 0, len(new))]


def compare(old: str, new: str) -> list[Block]:
    """The two texts as blocks of paragraphs, in order. One text has no blocks only if both are empty."""
    olds, news = paragraphs(old), paragraphs(new)
    stripped = [paragraph.rstrip() for paragraph in olds], [paragraph.rstrip() for paragraph in news]
    found, left, blocks = changes(*stripped), MOST_PAIRS, []
    for at, change in enumerate(_whole(olds, news) if found is None else found):
        other = news[change.new_start : change.new_end]
        if change.same:
            blocks += _folded(other, first=at == 0, last=at == len(found) - 1)
        else:
            block, pairs = _compare("".join(olds[change.old_start : change.old_end]), "".join(other), left)
            blocks.append(block)
            left -= pairs
    return blocks


def _folded(same: list[str], *, first: bool, last: bool) -> Iterator[Block]:
    """What stayed: a paragraph beside each change is shown, the others are folded away if they are many."""
    before, after = int(not first), int(not last)
    middle = same[before : len(same) - after]
    if len(middle) <= MOST_AROUND and not (first and last):
        parts = [(same, 0)]
    else:
        parts = [(same[:before], 0), (middle, len(middle)), (same[len(same) - after :], 0)]
    return (Block(False, [Piece("same", "".join(part).rstrip())], folded=folded) for part, folded in parts if part)


def compare_words(old: str, new: str) -> Block:
    """The two texts as one block."""
    return _compare(old, new, MOST_PAIRS)[0]


def _compare(old: str, new: str, most: int) -> tuple[Block, int]:
    """The two texts as one block, and how many pairs that was; `most` of them are compared."""
    (old_words, old_texts), (new_words, new_texts) = _words(old.rstrip()), _words(new.rstrip())
    found = changes(old_words, new_words, most)
    pieces = []
    for change in _whole(old_words, new_words) if found is None else _without_islands(found, new_words):
        removed = "".join(old_texts[change.old_start : change.old_end])
        added = "".join(new_texts[change.new_start : change.new_end])
        if change.same:
            pieces.append(Piece("same", added))
        else:
            pieces += [Piece(kind, text) for kind, text in (("removed", removed), ("added", added)) if text]
    return Block(True, pieces, marked=found is not None), len(old_words) * len(new_words)


def _without_islands(found: list[Change], words: Sequence[str]) -> list[Change]:
    """A word or two that stayed by chance between two replaced passages are read more easily as part of them."""
    merged: list[Change] = []
    for change in found:
        merged.append(change)
        while len(merged) > 2 and _is_island(*merged[-3:], words):  # noqa: PLR2004
            before, _, after = merged[-3:]
            merged[-3:] = [Change(False, before.old_start, after.old_end, before.new_start, after.new_end)]
    return merged


def _is_island(before: Change, island: Change, after: Change, words: Sequence[str]) -> bool:
    """Whether `island` is short beside what is replaced around it, and no place where a line ends."""
    stayed = words[island.new_start : island.new_end]
    if not island.same or len(stayed) > LONGEST_ISLAND or any("\n" in word for word in stayed):
        return False
    around = min(max(part.old_end - part.old_start, part.new_end - part.new_start) for part in (before, after))
    letters = all(PART_OF_WORD.match(word) for word in stayed)  # what stands between them may be a part of the word
    if letters or (before.replaces and after.replaces):
        return len(stayed) <= around
    return 3 * len(stayed) <= around and (before.replaces or after.replaces)


def count(old: str, new: str) -> tuple[int, int]:
    """How many words were added and removed; a word that moved counts as both."""
    olds, news = paragraphs(old), paragraphs(new)
    added, removed, left, found = 0, 0, MOST_PAIRS, changes(olds, news)
    for change in _whole(olds, news) if found is None else found:
        if change.same:
            continue
        old_words, _ = _words("".join(olds[change.old_start : change.old_end]))
        new_words, _ = _words("".join(news[change.new_start : change.new_end]))
        parts = changes(old_words, new_words, left)
        left -= len(old_words) * len(new_words)
        for part in _whole(old_words, new_words) if parts is None else parts:
            if not part.same:
                added += _number(new_words[part.new_start : part.new_end])
                removed += _number(old_words[part.old_start : part.old_end])
    return added, removed


def _number(words: Sequence[str]) -> int:
    """Without the signs between them."""
    return sum(word[:1].isalnum() for word in words)
