"""Words as search knows them: pure functions, the same for both databases.

A word is folded before it is kept and before it is looked for: case, accents (é, ü, ő, й) and width do not matter, ß
is ss, æ is ae, ø is o, ı and İ are i; in Arabic and Hebrew neither vowel marks nor tatweel do, nor the hamza on an
alef, nor whether a word ends in ى or ي, ة or ه; digits are the same in every script. German ä is a, not ae.

Scripts that do not divide words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), and Korean, which joins its particles
to them, are kept as single characters with all that stands on them, and as pairs of neighbours; a run of them is
looked for as it stands, so words of one and two characters are found, and so are parts of words. No dictionary is
asked: 京都 is found in 東京都, too. An Arabic article (ال), and word forms that differ in more than their
end, are other words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from unicodedata import decimal, normalize

from posts.diff import ALONE, CLUSTER, ON_CLUSTER, SIGN

LONGEST = 32  # characters of a word that count, folded
LONGEST_SPELT = 64  # and before
MOST = 100  # posts that are ranked, and can be paged through
FEW = 500  # posts, the newest that have all words, in which phrases are looked for, and what is excluded
MOST_TERMS = 10  # of a query
MOST_TYPED = 200  # characters of a query
INFLECTED = 4  # letters of a word from which on it is found with other endings
ENDING = 3  # letters that such an ending has at most

NO_TEXT = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
TOGETHER = f"{ALONE}\uac00-\ud7a3"
UNIT = re.compile(f"[{TOGETHER}]|[{CLUSTER}][{ON_CLUSTER}]*")
_LETTER = rf"[^\s{NO_TEXT}{SIGN}{TOGETHER}{CLUSTER}]"
LETTER = re.compile(_LETTER)
WORD = re.compile(rf"(?:[{TOGETHER}]|[{CLUSTER}][{ON_CLUSTER}]*)+|{_LETTER}+")
PLAIN_WORD = re.compile("[a-z0-9]+")
LEFT = re.compile(r"[\x00-/:-`{-\x7f\s\u2044]+")  # what NFKD makes of signs; and quotes no token in SQL
QUOTES = '"“”„‟«»＂「」『』'
TERM = re.compile(
    rf"(?P<no>[-−–](?=[^\s-]))?(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]?|(?P<word>[^\s{QUOTES}]+))"
)

_SAME = str.maketrans("ıøłđðħŧþæœĳŀىةیکہھ", "iolddht\0\0\0\0lيهيكهه") | {
    ord(letter): pair for letter, pair in {"þ": "th", "æ": "ae", "œ": "oe", "ĳ": "ij"}.items()
}
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"  # of Latin, Greek
)
_MARKS += "\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640"  # Hebrew, Arabic
_MARKS += "\u00ad\u200b-\u200f\u2060\ufeff"  # nothing that is seen
_DROPPED = re.compile(f"[{_MARKS}]+")
_DIGITS = {code: str(decimal(chr(code))) for code in range(0x660, 0x1A9A) if decimal(chr(code), None) is not None}
_FOLDED = _SAME | _DIGITS


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several that stand one behind the other."""

    tokens: tuple[str, ...]
    begins: bool = False  # the word may go on
    inflects: bool = False  # the word may have another ending
    excluded: bool = False
    typed: str = field(default="", compare=False)

    @property
    def is_word(self) -> bool:
        """Whether it is one word of a script that has letters, as it was typed: what may be mistyped."""
        return len(self.tokens) == 1 and (self.begins or self.inflects)

    @property
    def is_plural(self) -> bool:
        """Whether it may be one of several: it is found without its last letter, too."""
        return self.inflects and len(self.tokens[0]) > INFLECTED and self.tokens[0].endswith("s")

    def stands_for(self, others: Mapping[str, Sequence[str]]) -> list[str]:
        """The words besides itself that it is found by; `others` has some, by word."""
        if not self.is_word:
            return []
        return [*others.get(self.tokens[0], ()), *([self.tokens[0][:-1]] if self.is_plural else [])]

    def finds(self, token: str) -> bool:
        """Whether this word, where it is one, is found in `token`."""
        word = self.tokens[0]
        if token == word or (self.begins and token.startswith(word)):
            return True
        longer = len(token) - len(word)
        return self.inflects and (
            (0 < longer <= ENDING and token.startswith(word)) or (self.is_plural and f"{token}s" == word)
        )


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, read."""

    typed: str
    terms: tuple[Term, ...]
    shortened: bool = False

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.excluded)

    @property
    def is_strict(self) -> bool:
        """Whether not every post with all of the words will do."""
        return any(term.excluded or len(term.tokens) > 1 for term in self.terms)

    def corrected(self, words: Mapping[str, str]) -> "Query":
        """The same with other words for some."""

        def other(term: Term) -> Term:
            word = words.get(term.tokens[0]) if term.is_word else None
            return replace(term, tokens=(word,), begins=False, typed=word) if word else term

        terms = tuple(map(other, self.terms))
        return Query(" ".join(term.typed for term in terms), terms, self.shortened)


def fold(word: str) -> str:
    """The word without what does not matter: "Fähre" and "FAHRE" are "fahre"; "" if nothing is left."""
    return _fold(word[:LONGEST_SPELT])


@lru_cache(50_000)
def _fold(word: str) -> str:
    if not word.isascii():
        word = normalize("NFKD", normalize("NFKD", word).casefold())
        word = normalize("NFC", _DROPPED.sub("", word).translate(_FOLDED))
    return LEFT.sub("", word.lower())[:LONGEST]


def _folded(word: str) -> Iterator[str]:
    """The tokens of what WORD has found: the word, or each unit of a run and each pair of them."""
    if not UNIT.match(word):
        if folded := fold(word):
            yield folded
        return
    before = ""
    for unit in UNIT.finditer(word):
        folded = fold(unit[0])
        if before:
            yield before + folded
        yield folded
        before = folded


def tokens(text: str) -> list[str]:
    """All that is kept of a text, in order."""
    if text.isascii():
        return [word[:LONGEST] for word in PLAIN_WORD.findall(text.lower())]
    found: list[str] = []
    for word in WORD.findall(text):
        if word.isascii():
            found.append(word.lower()[:LONGEST])
        else:
            found += _folded(word)
    return found


def is_word(token: str) -> bool:
    """Whether it is a word, and not a character of a run or a pair of them."""
    return not UNIT.match(token)


def _phrase(text: str) -> tuple[str, ...]:
    """The tokens to look for one behind the other: where a run begins or ends, its pairs say enough."""
    found = tokens(text)
    if len(found) > 1 and not is_word(found[0]) and len(found[1]) > len(found[0]) and found[1].startswith(found[0]):
        found = found[1:]
    if len(found) > 1 and not is_word(found[-1]) and len(found[-2]) > len(found[-1]) and found[-2].endswith(found[-1]):
        found = found[:-1]
    return tuple(found)


def read(typed: str) -> Query:
    """What somebody typed. Nothing is an error: what cannot be looked for is left out."""
    typed = " ".join(re.sub(f"[{NO_TEXT}]", " ", typed).split())
    shown, terms = typed[:MOST_TYPED].rstrip(), []
    for found in TERM.finditer(shown):
        is_phrase, excluded = found["phrase"] is not None, bool(found["no"])
        text = found["phrase"] if is_phrase else found["word"]
        if not (parts := _phrase(text)):
            continue
        one = len(parts) == 1 and not is_phrase and not excluded and is_word(parts[0])
        begins = one and (found.end() == len(shown) or text.endswith("*"))
        inflects = one and len(parts[0]) >= INFLECTED and parts[0].isalpha()
        terms.append(Term(parts, begins, inflects, excluded, found[0]))
    terms = list(dict.fromkeys(terms))
    return Query(shown, tuple(terms[:MOST_TERMS]), len(terms) > MOST_TERMS or len(typed) > MOST_TYPED)
