"""What is said to have changed between two texts."""

import time

from django.test import SimpleTestCase, tag

from posts import diff

SIGNS = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}


def marked(old: str, new: str) -> str:
    """The comparison on one page: [-removed-], {+added+}, and <3> for three paragraphs that are folded away."""
    return "|".join(
        f"<{block.folded}>" if block.folded else "".join(SIGNS[kind].format(text) for kind, text in block.pieces)
        for block in diff.compare(old, new)
    )


class WordsTests(SimpleTestCase):
    def test_a_word_is_changed_as_a_whole(self):
        for old, new, shown in [
            ("the king’s hat", "the queen’s hat", "the [-king’s -]{+queen’s +}hat"),
            ("a well-known 3.14", "a well-known 3.15", "a well-known [-3.14-]{+3.15+}"),
            ("so _very_ good", "so very good", "so [-_-]very [-_ -]good"),
            ("Cafe\u0301 am Zug", "Cafe\u0301 am Zu\u0308g", "Cafe\u0301 am [-Zug-]{+Zu\u0308g+}"),
            ("Η πόλη ξυπνά· ναι", "Η πόλη κοιμάται· ναι", "Η πόλη [-ξυπνά-]{+κοιμάται+}· ναι"),
            ("القِطَّةُ تنامُ هنا", "القِطَّةُ تجلسُ هنا", "القِطَّةُ [-تنامُ -]{+تجلسُ +}هنا"),
            ("今日は海へ行く。", "今日は山へ行く。", "今日は[-海-]{+山+}へ行く。"),
            ("ฉันไปตลาดนะ", "ฉันไปทะเลนะ", "ฉันไป[-ตลาด-]{+ทะเล+}นะ"),
        ]:
            with self.subTest(old):
                self.assertEqual(marked(old, new), shown)

    def test_a_rewritten_passage_is_not_broken_up_by_a_word_that_stayed_by_chance(self):
        old = "The harbour keeps two clocks, and neither of them is right."
        new = "In our port there are three watches, none of which tells time."
        self.assertEqual(marked(old, new), f"[-{old[:-1]}-]{{+{new[:-1]}+}}.")
        self.assertEqual(marked("a b c", "a x b y c"), "a {+x +}b {+y +}c")

    def test_where_lines_begin_is_told(self):
        self.assertEqual(marked("One.\n\nTwo.", "One. Two."), "One. [-\n\n-]Two.")
        self.assertEqual(marked("- a\n- b", "- a\n  - b"), "- a[-\n-]{+\n  +}- b")
        self.assertEqual(marked("one  \ntwo", "one\ntwo"), "one[-  \n-]{+\n+}two")

    def test_old_and_new_are_the_texts_themselves(self):
        old, new = "A b, c.\n\n- d\n  - e\n\nf g", "A c.\n\n- d e\n\nh  g\n\ni"
        block = diff.compare_words(old, new)
        self.assertEqual("".join(piece.text for piece in block.new), new)
        self.assertEqual("".join(piece.text for piece in block.old).split(), old.split())


class BlocksTests(SimpleTestCase):
    def test_long_unchanged_stretches_are_folded_but_for_the_paragraph_beside_a_change(self):
        old = "\n\n".join("abcdefg")
        self.assertEqual(marked(old, old.replace("e", "x")), "<3>|d|[-e-]{+x+}|f\n\ng")
        self.assertEqual(marked(old, old), "<7>")
        self.assertEqual(marked("a\n\nb", "a\n\nb\n\nc"), "a\n\nb|{+c+}")

    def test_nothing_and_something(self):
        self.assertEqual((marked("", ""), marked("", "new"), marked("gone", "")), ("", "{+new+}", "[-gone-]"))

    def test_counts_words_and_not_signs(self):
        self.assertEqual(diff.count("One, two three.", "One; two four five!"), (2, 1))
        self.assertEqual(diff.count("", ""), (0, 0))


@tag("slow")
class BoundsTests(SimpleTestCase):
    def timed(self, seconds, act, *args):
        start = time.process_time()
        result = act(*args)
        self.assertLess(time.process_time() - start, seconds)
        return result

    def test_20_000_words_that_all_differ_are_compared_in_time(self):
        old, new = (" ".join(f"{letter}{number}" for number in range(20_000)) for letter in "ab")
        block, *_ = self.timed(2, diff.compare, old, new)
        self.assertTrue(block.marked)

    def test_what_is_longer_is_told_as_a_whole(self):
        old, new = ("\n\n".join(letter * 40_000) for letter in "ab")
        (block,) = self.timed(2, diff.compare, old, new)
        self.assertEqual((block.marked, [piece.kind for piece in block.pieces]), (False, ["removed", "added"]))
        self.assertEqual(self.timed(2, diff.count, old, new), (40_000, 40_000))

    def test_many_long_passages_share_one_bound(self):
        old, new = ("\n\n".join(f"k{n}\n\n{f'{letter} ' * 20_000}" for n in range(3)) for letter in "ab")
        blocks = self.timed(2, diff.compare, old, new)
        self.assertEqual([block.marked for block in blocks if block.changed], [True, False, False])

    def test_no_pattern_goes_back_over_the_text(self):
        for text in ("\n" + " " * 100_000 + "x", "x\n" + " \n" * 50_000 + "x", "x \t" * 30_000, "a'" * 50_000 + "!"):
            with self.subTest(text[:9]):
                self.assertEqual("".join(diff.paragraphs(text)), text)
                self.assertEqual("".join(self.timed(0.5, diff._words, text)[1]), text)
