"""Markdown to safe HTML, and what can be told from a text."""

import re
import time
from html import unescape
from unittest.mock import patch
from uuid import UUID

from django.test import SimpleTestCase, tag
from django.utils.html import strip_tags

from core.images.models import Image
from posts import markup

NAMED = "/images/0f8fad5b-d9cb-469f-a165-70867728950e"


class PicturesTests(SimpleTestCase):
    image = Image(
        **{"pk": UUID(NAMED[8:]), "state": "s", "store": "local", "key": "site/a", "width": 1000, "height": 500}
    )

    def placed(self, markdown: str, **images: Image) -> str:
        return markup.place_pictures(markup.render(markdown), {image.pk: image for image in images.values()})

    def test_one_that_stands_alone_is_a_figure_with_its_title_as_caption(self):
        html = self.placed(f'![A <gate> "open"]({NAMED} "Winter > summer")', a=self.image)
        self.assertTrue(html.startswith('<figure><span class="picture"><img src="/media/i/site/a/960.webp" srcset="'))
        self.assertIn('width="1000" height="500" alt="A &lt;gate&gt; &quot;open&quot;" loading="lazy"', html)
        self.assertInHTML("<figcaption>Winter &gt; summer</figcaption>", html)
        self.assertNotIn("<p>", html)

    def test_one_in_a_paragraph_stays_there(self):
        for markdown in (f"Words ![a]({NAMED})", f"![a]({NAMED}) words", f"![a]({NAMED})\n![b]({NAMED})"):
            html = self.placed(markdown, a=self.image)
            self.assertNotIn("<figure", html)
            self.assertEqual((html.count("<p>"), html.count("</p>")), (1, 1))

    def test_decorative_one_has_an_empty_description(self):
        self.assertIn(' alt="" loading', self.placed(f"![Decorative]({NAMED})", a=self.image))

    def test_one_that_is_not_kept_leaves_its_description(self):
        self.assertIn('<span class="picture-lost">A &lt;gate&gt;</span>', self.placed(f"![A <gate>]({NAMED})"))
        self.assertIn("no longer kept", self.placed(f"![]({NAMED})"))

    def test_pictures_of_a_text_are_told_once_each_and_bounded(self):
        text = f"![a]({NAMED}) [b]({NAMED}) /images/0f8fad5b /images/{'0' * 8}-0000-0000-0000-{'0' * 12}"
        self.assertEqual(markup.pictures(text), [self.image.pk, UUID(int=0)])
        many = " ".join(f"/images/{UUID(int=number)}" for number in range(markup.MOST_PICTURES + 9))
        self.assertEqual(len(markup.pictures(many)), markup.MOST_PICTURES)

    def test_one_whose_address_is_not_in_the_text_is_a_link_for_nothing_holds_it(self):
        for written in (NAMED.replace("-", r"\-"), NAMED.replace("0", "&#48;", 1)):
            self.assertEqual(markup.pictures(f"![a]({written})"), [])
            self.assertNotIn("<img", markup.render(f"![a]({written})"))

    def test_those_without_a_description_are_counted(self):
        text = f"![]({NAMED}) ![ ]({NAMED} 'x') ![A gate]({NAMED}) ![decorative]({NAMED}) ![](https://example.org/a)"
        self.assertEqual(markup.without_description(text), 2)


class RenderTests(SimpleTestCase):
    def assertRenders(self, markdown: str, html: str) -> None:
        self.assertHTMLEqual(markup.render(markdown), html)

    def test_the_pages_title_is_the_only_first_heading(self):
        for text, levels in (
            ("# One\n\n## Two\n\n### Three\n\n###### Six", "2346"),  # all of them one lower
            ("## Two\n\n# One\n\n###### Six", "326"),
            ("Title\n=====\n\nPart\n----", "23"),
            ("## Two\n\n### Three\n\n###### Six", "236"),
        ):
            html = markup.render(text)
            self.assertEqual("".join(re.findall(r"<h(\d)", html)), levels)
            self.assertEqual("".join(re.findall(r"</h(\d)>", html)), levels)

    def test_lists_quotes_and_emphasis(self):
        self.assertRenders("- *a*\n- **b**", "<ul><li><em>a</em></li><li><strong>b</strong></li></ul>")
        self.assertRenders("> ~~c~~", "<blockquote><p><s>c</s></p></blockquote>")
        self.assertRenders("3. c", '<ol start="3"><li>c</li></ol>')

    def test_code_can_be_scrolled_by_keyboard(self):
        self.assertRenders(
            "```foo\nx < 1\n```", '<pre tabindex="0"><code class="language-foo">x &lt; 1\n</code></pre>'
        )

    def test_code_in_a_language_is_colored_and_says_which_it_is(self):
        self.assertRenders(
            "```Python title=a\nif x < '&': pass\n```",
            '<pre data-language="Python" tabindex="0"><code class="language-python"><span class="k">if </span>x &lt; '
            """<span class="s">'&amp;'</span>: <span class="k">pass\n</span></code></pre>""",
        )
        for plain in ("```\nif x\n```", "```if\nif x\n```", "    if x\n", "```python\n" + "if x\n" * 2000 + "```"):
            self.assertNotIn("<span", markup.render(plain))

    def test_tables_scroll_by_themselves_and_are_aligned_by_class(self):
        html = markup.render("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |")
        self.assertIn('<div class="prose-table" tabindex="0"><table>', html)
        self.assertIn('<td class="align-center">2</td>', html)
        self.assertIn('<td class="align-right">3</td>', html)
        self.assertNotIn("style", html)

    def test_footnotes_find_their_way_there_and_back(self):
        html = markup.render("A[^1] and again[^1].\n\n[^1]: Note.")
        for part in ('href="#fn1" id="fnref1"', 'href="#fn1" id="fnref1:1"', '<li id="fn1"', 'href="#fnref1"'):
            self.assertIn(part, html)
        self.assertIn('<a role="doc-noteref" href="#fn1" id="fnref1"', html)
        self.assertIn('<a role="doc-backlink" aria-label="1" href="#fnref1"', html)
        self.assertIn('<a role="doc-backlink" aria-label="1:2" href="#fnref1:1"', html)

    def test_tasks_have_labels(self):
        html = markup.render("- [x] done\n- [ ] open")
        self.assertInHTML('<label><input checked disabled type="checkbox"> done</label>', html)
        self.assertInHTML('<label><input disabled type="checkbox"> open</label>', html)

    def test_links_vouch_for_nothing(self):
        self.assertRenders(
            '[a](https://example.org "t")',
            '<p><a href="https://example.org" title="t" rel="nofollow ugc noopener">a</a></p>',
        )

    def test_picture_from_elsewhere_is_a_link(self):
        for source in ("https://example.org/a.png", "//example.org/a.png", "/media/a.png", "/images/../x"):
            html = markup.render(f"![A gate]({source})")
            self.assertNotIn("<img", html)
            self.assertIn(f'<a href="{source}"', html)
            self.assertIn(">A gate</a>", html)
        self.assertIn("https://example.org/b.png</a>", markup.render("![](https://example.org/b.png)"))
        self.assertNotIn("<i>", markup.render("![<i>](https://example.org/a.png)"))

    def test_text_after_an_address_that_ends_like_an_attribute_stays(self):
        for link in ("[a](/watch?v=)", '[a](/b "where x=")', "[a](/c=)"):
            html = markup.render(f"{link}\n\n{'word ' * 4000}\n\nThe end, and [more](/d).")
            self.assertIn("The end, and", html)
            self.assertEqual(html.count("word"), 4000)

    def test_picture_of_ours_is_named_by_its_row(self):
        self.assertRenders(f"![A gate]({NAMED})", f'<p><img src="{NAMED}" alt="A gate"></p>')

    def test_nothing_dangerous_comes_through(self):
        for hostile in (
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,x)",
            "[x](vbscript:x)",
            "![x](javascript:alert(1))",
            '[x](https://a "onmouseover=alert(1) x=")',
            '<div hx-get="/x" hx-trigger="load">',
            "<style>*{display:none}</style>",
            '<a id="main" name="x">',
            "`<svg onload=alert(1)>`",
            '```html" onload="alert(1)\nx\n```',
            "[^<b>]: x",
            '<https://a"onclick=alert(1)>',
        ):
            with self.subTest(hostile):
                html = markup.render(hostile)
                self.assertNotRegex(html, r"<(script|style|svg|iframe|object|form)\b")
                self.assertNotRegex(
                    html, r"<[^>]*\s(on\w+|style|hx-\w+|name|srcdoc)\s*=(?=(?:[^\"]*\"[^\"]*\")*[^\"]*>)"
                )
                self.assertNotRegex(html, r'(href|src)="\s*(javascript|data|vbscript)')

    @tag("slow")
    def test_deep_nesting_ends(self):
        for hostile in ("> " * 1000 + "x", "[" * 1000, "*a_ " * 1000, "`" * 1001, "- " * 600 + "x", "![" * 600):
            self.assertIsInstance(markup.render(hostile), str)


@tag("slow")
class BoundTests(SimpleTestCase):
    """Hostile texts cost little, and no word of them is lost. See bench/markup.py for what they cost."""

    def assertWords(self, markdown: str) -> None:
        words = re.findall(r"w\d+", markdown)
        self.assertEqual(re.findall(r"w\d+", markup.plain_text(markup.render(markdown))), words)

    def test_nested_tasks_have_labels(self):
        html = markup.render("1. [X] *a* b\n   - [ ] c\n\n     d\n- [y] e\n- [ ]f")
        self.assertInHTML('<label><input checked disabled type="checkbox"> <em>a</em> b</label>', html)
        self.assertInHTML('<p><label><input disabled type="checkbox"> c</label></p>', html)
        self.assertIn("[y] e", html)
        self.assertIn("[ ]f", html)

    def test_every_one_of_many_tasks_has_a_label(self):
        html = markup.render("- [ ] a\n" * 2000)
        self.assertEqual(html.count('<li class="task-list-item"><label><input'), 2000)

    def test_deep_nesting_loses_no_words(self):
        self.assertWords("".join(f"{'  ' * n}- w{n}\n" for n in range(15)))
        self.assertWords("".join(f"{'> ' * n}w{n}\n>\n" for n in range(1, 40)) + "> " * 40 + "w40")
        self.assertEqual(markup.render("> " * 40 + "x").count("<blockquote>"), 40)

    def test_beyond_the_deepest_words_stay_and_the_text_goes_on(self):
        deep = markup.DEEPEST * 3
        self.assertWords("".join(f"{'  ' * n}- w{n}\n" for n in range(deep)) + "\nw1000\n")
        self.assertWords("> " * deep + "w1\nw2\n\nw3\n")
        html = markup.render("> " * deep + "a\n\n# b")
        self.assertEqual(html.count("<blockquote>"), markup.DEEPEST)
        self.assertInHTML('<h2 id="h-b"><a href="#h-b">b</a></h2>', html)

    def test_beyond_the_most_blocks_words_stay_as_they_were_typed(self):
        with patch.object(markup, "MOST_BLOCKS", 40):
            for line in ("- w%\n", "1. w%\n", "> w%\n\n", "> - w%\n", "w%\n\n", "w%\n", "# w%\n", "- [ ] w%\n"):
                with self.subTest(line):
                    text = "".join(line.replace("%", str(n)) for n in range(100))
                    self.assertWords(text)
                    self.assertIn("w99", markup.render(text)[-30:])
                    self.assertLess(len(markup._PARSER.parse(text)), 200)

    def test_lazy_lines_of_nested_quotes_are_counted(self):
        with patch.object(markup, "MOST_BLOCKS", 1000):
            env = {}
            text = "> " * 50 + "".join(f"w{n}\n" for n in range(2000))
            markup._PARSER.parse(text, env)
            self.assertLess(env["blocks"], 5000)  # and not 50 * 2,000
            self.assertWords(text)

    def test_a_note_loses_nothing_after_it(self):
        with patch.object(markup, "MOST_BLOCKS", 40):
            text = "w0\n\n[^a]: " + "- a\n    " * 60 + "\n\nw1\n\nw2"
            self.assertWords(text)

    def test_beyond_the_most_inlines_words_stay_as_they_were_typed(self):
        with patch.object(markup, "MOST_INLINES", 100):
            html = markup.render("".join(f"*w{n}* " for n in range(100)))
        self.assertEqual(re.findall(r"w\d+", html), [f"w{n}" for n in range(100)])
        self.assertIn("<em>w0</em>", html)
        self.assertIn("*w99*", html)

    def test_brackets_without_an_end_are_tried_so_often_and_no_more(self):
        for hostile in ("![", "[", "^[", "[a](", "[^"):
            env = {}
            with patch.object(markup, "MOST_INLINES", 2000):
                markup._PARSER.parse("[^a]: b\n\n" + hostile * 5000, env)
            self.assertLess(env["inlines"], 2000 + 3 * markup.DEEPEST_LINKS, hostile)

    def test_ragged_tables_make_few_cells_and_lose_no_rows(self):
        with patch.object(markup, "MOST_CELLS", 100):
            text = "|w0" + "|a" * 19 + "|\n" + "|-" * 20 + "|\n" + "".join(f"w{n}\n" for n in range(1, 50))
            self.assertWords(text)
            self.assertLessEqual(markup.render(text * 5).count("<td"), 100)

    def test_long_text_is_parted_between_words_and_entities(self):
        for text in (
            "&" * 20_000,
            "a" * 20_000,
            "estuary " * 2500,
            "a" + "\xa0" * 20_000 + "b",
            "```\n" + "a & b\n" * 2500 + "```",
        ):
            html = markup.render(text)
            self.assertIn("<wbr>", html)
            self.assertLess(max(map(len, re.findall("[^<>]+", html))), 5100 * len("&nbsp;"))
            self.assertEqual(strip_tags(unescape(html)).split(), text.strip("`\n").split())
        title = "a " * 5000
        self.assertIn(title, markup.render(f'[a](/b "{title}")'))
        self.assertNotIn("<wbr>", markup.render("estuary " * 500))

    def test_values_of_attributes_end(self):
        for markdown in ('[a](/b "%")', f"![%]({NAMED})", f'![a]({NAMED} "%")', '[a]\n\n[a]: /b "%"'):
            html = markup.render(markdown.replace("%", "w1 & " * 20_000))
            self.assertLess(len(html), 10_200, markdown)
            self.assertRegex(html, r"<(a|img) [^<>]*w1 &amp; w1[^<>]*>")

    def test_what_has_too_long_an_address_is_text(self):
        for markdown in ("[w0](/w1%)", "![w0](/w1%)", "[w0]: /w1%\n\n[w0]", "<https://w1/%>"):
            self.assertNotRegex(markup.render(markdown.replace("%", "w2&" * 1000)), "<(a|img)", markdown)
            self.assertRegex(markup.render(markdown.replace("%", "w2&" * 600)), "<(a|img)", markdown)
        self.assertWords(f"[w0](/w1{'&w2' * 1000})")

    def test_label_of_a_note_ends(self):
        long = "a" * 101
        self.assertNotIn("<sup", markup.render(f"x[^{long}]\n\n[^{long}]: b"))
        self.assertIn("<sup", markup.render(f"x[^{long[1:]}]\n\n[^{long[1:]}]: b"))


class TextTests(SimpleTestCase):
    @tag("slow")
    def test_words_seen_of_endless_spaces_cost_little(self):
        text = f"```\na{' ' * 190_000}b\n```"
        began = time.thread_time()
        self.assertEqual(len(markup.words_seen(text)), 190_002)
        self.assertLess(time.thread_time() - began, 2)

    def test_words_seen_are_those_of_readers_in_paragraphs(self):
        text = "# Head\n\nOne *two*\nthree [a](https://x.org) ![gate](%s)\n\n[//]: # (secret)\n\n- a\n- b\n"
        said = "Head\n\nOne two three a (https://x.org) [gate]\n\n• a\n\n• b"
        self.assertEqual(markup.words_seen(text % NAMED), said)

    def test_plain_text_leaves_out_code_and_notes(self):
        html = markup.render("# Head\n\nOne *two* &amp; 3[^1].\n\n```\ncode\n```\n\n[^1]: Note.")
        self.assertEqual(markup.plain_text(html), "Head One two &amp; 3 .")

    def test_excerpt_is_the_beginning_ended_at_a_word(self):
        self.assertEqual(markup.excerpt(markup.render("## Head\n\nShort & *sweet*.")), "Short & sweet.")
        long = markup.excerpt(markup.render("estuary " * 60))
        self.assertLessEqual(len(long), markup.EXCERPT_LENGTH)
        self.assertTrue(long.endswith("estuary …"))
        self.assertEqual(markup.excerpt(""), "")

    def test_excerpt_of_a_text_without_spaces(self):
        self.assertLessEqual(len(markup.excerpt(markup.render("道" * 500))), markup.EXCERPT_LENGTH + 2)

    def test_words(self):
        for text, words in (("", 0), ("one two\nthree", 3), ("長い道", 3), ("mixed 道 text", 3)):
            self.assertEqual(markup.count_words(text), words, text)

    def test_reading_time(self):
        for words, minutes in ((0, 1), (238, 1), (239, 2), (2380, 10)):
            self.assertEqual(markup.reading_minutes(words), minutes)
