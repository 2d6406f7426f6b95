"""What people type, made fit to be shown."""

from django.test import SimpleTestCase

from core.text import one_line


class OneLineTests(SimpleTestCase):
    def test_line_breaks_and_spaces_fold(self):
        self.assertEqual(one_line("  The\nlong\t way "), "The long way")

    def test_what_cannot_be_seen_goes(self):
        for hidden in ("\u202e", "\u0007", "\u200b", "\ufeff", "\u2066"):
            self.assertEqual(one_line(f"Ada{hidden}"), "Ada")
        self.assertEqual(one_line("\u200b\u202e\u200d"), "")

    def test_joiners_within_words_and_emoji_stay(self):
        for text in ("می\u200cخواهم", "👩\u200d🚀"):
            self.assertEqual(one_line(text), text)
