"""Headings that can be linked to, and the table of contents."""

import re
import time

from django.conf import settings
from django.test import SimpleTestCase, tag

from posts import markup
from posts.markup.headings import LONGEST_ID, MOST_LISTED, PREFIX, is_anchor


def ids(markdown: str) -> list[str]:
    return re.findall(r'<h\d id="([^"]*)"', markup.render(markdown))


class HeadingsTests(SimpleTestCase):
    def test_ids_are_the_words_in_any_script(self):
        for words, name in (
            ("The tide, *again*", "the-tide-again"),
            ("Don’t `stop()`", "dont-stop"),
            ("Straße über 3 Brücken", "strasse-über-3-brücken"),
            ("مقدّمة في المد", "مقدّمة-في-المد"),
            ("長い道", "長い道"),
            ("हिन्दी में", "हिन्दी-में"),
            ("🌊", "1"),
            ("![A gate](https://example.org/a.png)", "a-gate"),
            ("[A link](/b) here", "a-link-here"),
            ("A note[^1]\n\n[^1]: b", "a-note"),
            ("main", "main"),
        ):
            self.assertEqual(ids(f"## {words}"), [PREFIX + name], words)

    def test_equal_words_are_told_apart_and_no_id_comes_twice(self):
        self.assertEqual(ids("# a\n\n# a\n\n# a 2\n\n# a\n"), ["h-a", "h-a-2", "h-a-2-2", "h-a-3"])

    def test_long_ones_end_at_a_word(self):
        (name,) = ids("## " + "estuary " * 40)
        self.assertLessEqual(len(name), LONGEST_ID + len(PREFIX))
        self.assertTrue(name.endswith("estuary"))

    def test_heading_is_a_link_to_itself_unless_it_holds_one(self):
        html = markup.render("## A *b*\n\n## [c](/d)")
        self.assertIn('<h2 id="h-a-b"><a href="#h-a-b">A <em>b</em></a></h2>', html)
        self.assertEqual(html.count("<a "), 2)

    def test_those_in_quotes_and_lists_have_none(self):
        self.assertEqual(ids("> ## a\n\n- ## b\n\n##\n"), [])

    def test_no_other_id_of_a_page_begins_so(self):
        for path in (settings.BASE_DIR / "templates").rglob("*.html"):
            self.assertNotIn(f'id="{PREFIX}', path.read_text(), path)
        for hostile in ("h-a b", 'h-"', "main", "h-<", "fn1"):
            self.assertFalse(is_anchor(hostile))

    def test_contents_are_a_list_in_a_list(self):
        headings = markup.headings(markup.render("# A & <b>\n\n## B\n\n# ![c](https://d.e/f.png)\n\n### no\n\n> # no"))
        self.assertEqual(headings, [[2, "h-a-b", "A & <b>"], [3, "h-b", "B"], [2, "h-c", "c"]])
        self.assertHTMLEqual(
            markup.table_of_contents(headings),
            '<ol><li><a href="#h-a-b">A &amp; &lt;b&gt;</a><ol><li><a href="#h-b">B</a></li></ol></li>'
            '<li><a href="#h-c">c</a></li></ol>',
        )

    @tag("slow")
    def test_hostile_headings_cost_little(self):
        began = time.thread_time()
        for text in ("# a\n" * 5000, "".join(f"# a-{n}\n" for n in range(3000)) + "# a\n" * 2000, "# " + "ả̉" * 50_000):
            html = markup.render(text)
            self.assertEqual(len(ids(text)), len(set(ids(text))))
            self.assertLessEqual(len(markup.headings(html)), MOST_LISTED)
        self.assertLess(time.thread_time() - began, 10)
