"""Words as search knows them: what is kept is what is looked for and what is marked, whatever somebody types."""

import random
import time
from itertools import product

from django.test import SimpleTestCase, tag
from django.urls import reverse

from core.testing.cases import ViewTestCase
from posts.search.marking import Piece, _located, excerpt, marked
from posts.search.terms import MOST_TERMS, fold, read, tokens
from posts.tests.factory import make_post

SCRIPTS = [
    "tide",
    "Straße",
    "ﬁsh",
    "İı",
    "ελλάς",
    "й",
    "東京都",
    "学",
    "ภาษาไทย",
    "ខ្មែរ",
    "كِتَابٌ",
    "שָׁלוֹם",
    "हिन्दी",
    "가나",
    "😀",
]
SIGNS = [*"\"“”„*-−'’().,:^{}[]\\|&!<>#%_\0\n\t ", "\u00ad", "\u200d", "\ufeff", "AND", "OR", "NEAR(", "title:"]


def typed(dice: random.Random, number: int) -> str:
    """Words of many scripts and signs, in any order."""
    return "".join(dice.choice(dice.choice((SCRIPTS, SIGNS, [chr(dice.randrange(0x3000))]))) for _ in range(number))


class TermsTests(SimpleTestCase):
    def test_reads_phrases_prefixes_and_what_is_left_out(self):
        query = read("„Low  tide“ wor* -mud “open")
        self.assertEqual([term.tokens for term in query.terms], [("low", "tide"), ("wor",), ("mud",), ("open",)])
        self.assertEqual([term.begins for term in query.terms], [False, True, False, False])
        self.assertEqual([term.tokens for term in query.excluded], [("mud",)])

    def test_marks_phrases_as_a_whole_and_nothing_within_a_word(self):
        pieces = marked("The tide, tideless; low-tide", read("“tide” “low tide”"))
        self.assertEqual([text for text, is_match in pieces if is_match], ["tide", "low-tide"])

    def test_excerpt_is_the_passage_that_has_most_of_it(self):
        text = f"Tide. {'Nothing here. ' * 300}The low tide & <mud>. {'Nothing more. ' * 50}"
        pieces = excerpt(text, read("mud low tide"))
        self.assertEqual([text for text, is_match in pieces if is_match], ["low", "tide", "mud"])
        self.assertEqual((pieces[0], pieces[-1]), (Piece("… ", False), Piece(" …", False)))
        self.assertLess(sum(len(piece.text) for piece in pieces), 280)
        self.assertEqual(excerpt(text, read("zebra")), [])

    @tag("slow")
    def test_thousands_of_words_that_begin_alike_cost_little(self):
        words = " ".join(f"a{''.join(letters)}" for letters in product("bcdefghijklm", repeat=4))
        began = time.thread_time()
        pieces = excerpt(words, read("zebra a"))
        self.assertTrue(pieces[0].is_match)
        self.assertLess(time.thread_time() - began, 2)

    def test_excerpt_marks_what_is_written_without_spaces(self):
        self.assertEqual(
            [piece.text for piece in excerpt("昨日東京都に行った。", read("東京都")) if piece.is_match], ["東京都"]
        )

    @tag("slow")
    def test_whatever_is_written_is_kept_as_it_is_marked_and_read_without_error(self):
        dice = random.Random(5)
        for _ in range(3_000):
            text, query = typed(dice, dice.randrange(30)), read(typed(dice, dice.randrange(12)))
            self.assertEqual([token for token, _, _ in _located(text)], tokens(text))
            for token in tokens(text):
                self.assertRegex(token, r"\A[^\s\x00-/:-`{-\x7f]+\Z")
                self.assertEqual(fold(token), token)
            self.assertEqual("".join(piece.text for piece in marked(text, query)), text)
            self.assertLessEqual(len(query.terms), MOST_TERMS)
            for term in query.wanted:
                if len(term.tokens) == 1 and term.tokens[0] in tokens(text):
                    self.assertTrue(any(piece.is_match for piece in marked(text, query)), (text, query))


class AnswersTests(ViewTestCase):
    @tag("slow")
    def test_whatever_is_typed_finds_or_not_and_never_fails(self):
        for text in SCRIPTS:
            make_post(self.ada, title=text, content=" ".join(SCRIPTS))
        dice, client = random.Random(6), self.page()
        for _ in range(400):
            query = typed(dice, dice.randrange(12))
            self.assertEqual(client.get(reverse("post_search"), {"q": query}).status_code, 200, query)
