"""Two texts and their common ancestor."""

import time

from django.test import SimpleTestCase, tag

from posts.merge import choose, merge, merge_names

CODE = "```\none\n\ntwo\n```"
LIST = "- one\n- two\n- three\n- four"

# What it is about: base, theirs, mine, and the one text of it all.
MERGED = {
    "nobody changed anything": ("A\n\nB", "A\n\nB", "A\n\nB", "A\n\nB"),
    "only they did": ("A\n\nB", "A1\n\nB", "A\n\nB", "A1\n\nB"),
    "only I did": ("A\n\nB", "A\n\nB", "A\n\nB1", "A\n\nB1"),
    "paragraphs apart": ("A\n\nB\n\nC", "A1\n\nB\n\nC", "A\n\nB\n\nC1", "A1\n\nB\n\nC1"),
    "paragraphs side by side": ("A\n\nB", "A1\n\nB", "A\n\nB1", "A1\n\nB1"),
    "one at the start, one at the end": ("B", "A\n\nB", "B\n\nC", "A\n\nB\n\nC"),
    "one deleted, one far from it changed": ("A\n\nB\n\nC", "B\n\nC", "A\n\nB\n\nC1", "B\n\nC1"),
    "both made the same change": ("A\n\nB", "A1\n\nB", "A1\n\nB", "A1\n\nB"),
    "both deleted the same": ("A\n\nB", "B", "B", "B"),
    "both the same change, and one of each": ("A\n\nB\n\nC", "A1\n\nB2\n\nC", "A\n\nB2\n\nC3", "A1\n\nB2\n\nC3"),
    "lines of one paragraph": ("a\nb\nc", "a1\nb\nc", "a\nb\nc1", "a1\nb\nc1"),
    "items of one list": (LIST, LIST.replace("one", "1"), LIST.replace("four", "4"), "- 1\n- two\n- three\n- 4"),
    "an item added and one struck": (
        LIST,
        f"- zero\n{LIST}",
        LIST.replace("\n- four", ""),
        "- zero\n- one\n- two\n- three",
    ),
    "blank lines in a code block": (
        f"A\n\n{CODE}\n\nB",
        f"A1\n\n{CODE}\n\nB",
        f"A\n\n{CODE}\n\nB1",
        f"A1\n\n{CODE}\n\nB1",
    ),
    "one of them in the code block": (
        f"A\n\n{CODE}",
        f"A1\n\n{CODE}",
        f"A\n\n{CODE.replace('two', '2')}",
        "A1\n\n```\none\n\n2\n```",
    ),
    "more blank lines than one": ("A\n\n\n\nB", "A1\n\n\n\nB", "A\n\n\n\nB1", "A1\n\n\n\nB1"),
    "blank lines that are not empty": ("A\n \t\nB", "A1\n \t\nB", "A\n \t\nB1", "A1\n \t\nB1"),
    "lines that end in two blanks": ("a  \nb\n\nC", "a  \nb1\n\nC", "a  \nb\n\nC1", "a  \nb1\n\nC1"),
    "no Latin letters": ("春\n\n夏", "春が来た\n\n夏", "春\n\n夏が来た", "春が来た\n\n夏が来た"),
    "right to left": ("שלום\n\nעולם", "שלום רב\n\nעולם", "שלום\n\nעולם גדול", "שלום רב\n\nעולם גדול"),
    "they added, I added to that": ("A", "A B", "A B C", "A B C"),
    "I added, they added to that": ("A", "A B C", "A B", "A B C"),
    "nothing before, mine holds theirs": ("", "Hello there", "Well: Hello there all", "Well: Hello there all"),
    "nothing before, the same": ("", "Hello", "Hello", "Hello"),
    "they emptied it": ("A", "", "A", ""),
    "I emptied it": ("A", "A", "", ""),
}

CLASHES = {
    "one paragraph, two ways": ("A\n\nB", "A1\n\nB", "A2\n\nB"),
    "one line, two ways": ("a\nb", "a\nb1", "a\nb2"),
    "deleted by one, changed by the other": ("A\n\nB\n\nC", "A\n\nC", "A\n\nB1\n\nC"),
    "changed by one, deleted by the other": ("A\n\nB\n\nC", "A\n\nB1\n\nC", "A\n\nC"),
    "one deleted, the next changed": ("A\n\nB\n\nC", "B\n\nC", "A\n\nB1\n\nC"),
    "emptied by one, changed by the other": ("A", "", "A1"),
    "two additions in one place": ("A\n\nB", "A\n\nX\n\nB", "A\n\nY\n\nB"),
    "two additions at the end": ("A", "A\n\nX", "A\n\nY"),
    "nothing before": ("", "Theirs", "Mine"),
    "half of a word is not the word": ("A", "A port", "A portable"),
    "what one took away, the other went on with": ("A B", "A", "A B C"),
    "no Latin letters": ("春", "春が来た", "春は来ない"),
}


class MergeTests(SimpleTestCase):
    def test_what_fits_together_is_one_text(self):
        for name, (base, theirs, mine, text) in MERGED.items():
            with self.subTest(name):
                merged = merge(base, theirs, mine)
                self.assertFalse(merged.clashes)
                self.assertEqual(merged.text, text)

    def test_it_is_the_same_whoever_comes_second(self):
        for name, (base, theirs, mine, text) in MERGED.items():
            with self.subTest(name):
                self.assertEqual(merge(base, mine, theirs).text, text)

    def test_what_does_not_is_a_clash_that_holds_both(self):
        for name, (base, theirs, mine) in CLASHES.items():
            with self.subTest(name):
                merged = merge(base, theirs, mine)
                self.assertTrue(merged.clashes)
                self.assertTrue(merge(base, mine, theirs).clashes)
                self.assertEqual(
                    "".join(region.theirs for region in merged.regions if region.kind != "mine").rstrip(), theirs
                )

    def test_of_a_clash_the_text_has_mine_and_all_that_fits_together(self):
        merged = merge("A\n\nB\n\nC", "A1\n\nB1\n\nC", "A\n\nB2\n\nC2")
        self.assertEqual(
            [region.kind for region in merged.regions if region.kind != "nobody"], ["theirs", "clash", "mine"]
        )
        self.assertEqual(merged.text, "A1\n\nB2\n\nC2")

    def test_every_word_that_either_wrote_is_somewhere(self):
        texts = (
            "one two\n\nthree\n\nfour five\nsix",
            "one 2\n\nfour five\n6",
            "one two\n\nthree 3\n\nfour 4\nsix\n\nseven",
        )
        merged = merge(*texts)
        said = " ".join(f"{region.theirs} {region.mine}" for region in merged.regions).split()
        self.assertLessEqual({*texts[1].split(), *texts[2].split()} - set(texts[0].split()), set(said))

    def test_pieces_of_a_clash_tell_the_two_apart(self):
        regions = merge("The old gate", "The red gate", "The green gate").regions
        (clash,) = (region for region in regions if region.kind == "clash")
        self.assertEqual([piece.text.strip() for piece in clash.pieces.old], ["The", "red", "gate"])
        self.assertEqual([piece.text.strip() for piece in clash.pieces.new], ["The", "green", "gate"])

    @tag("slow")
    def test_texts_without_end_are_not_compared_for_ever(self):
        """Beyond the cap of diff.py they clash as a whole; nothing hangs, and nothing is dropped."""
        base, theirs, mine = ("\n\n".join(f"{side}{number}" for number in range(30_000)) for side in ("a", "b", "c"))
        start = time.process_time()
        merged = merge(base, theirs, mine)
        self.assertLess(time.process_time() - start, 5)
        self.assertTrue(merged.clashes)
        self.assertEqual(merged.text, mine)
        self.assertEqual("".join(region.theirs for region in merged.regions).rstrip(), theirs)

    def test_one_value_out_of_three(self):
        for base, theirs, mine, value, clashes in (
            ("a", "a", "a", "a", False),
            ("a", "b", "a", "b", False),
            ("a", "a", "b", "b", False),
            ("a", "b", "b", "b", False),
            ("a", "b", "c", "c", True),
            (None, "b", None, "b", False),
            ("a", None, "b", "b", True),
        ):
            with self.subTest(base=base, theirs=theirs, mine=mine):
                self.assertEqual(choose(base, theirs, mine), (value, clashes))

    def test_names_are_a_set(self):
        self.assertEqual(merge_names("ab", "abc", "a"), ["a", "c"])
        self.assertEqual(merge_names("ab", "b", "abd"), ["b", "d"])
        self.assertEqual(merge_names("", "a", "a"), ["a"])
        self.assertEqual(merge_names("a", "", ""), [])
