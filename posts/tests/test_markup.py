"""Markdown to safe HTML, and what can be told from a text."""

from django.test import SimpleTestCase

from posts import markup


class RenderTests(SimpleTestCase):
    def assertRenders(self, markdown: str, html: str) -> None:
        self.assertHTMLEqual(markup.render(markdown), html)

    def test_the_pages_title_is_the_only_first_heading(self):
        self.assertRenders("# One\n\n## Two\n\n### Three", "<h2>One</h2><h2>Two</h2><h3>Three</h3>")

    def test_lists_quotes_and_emphasis(self):
        self.assertRenders("- *a*\n- **b**", "<ul><li><em>a</em></li><li><strong>b</strong></li></ul>")
        self.assertRenders("> ~~c~~", "<blockquote><p><s>c</s></p></blockquote>")
        self.assertRenders("3. c", '<ol start="3"><li>c</li></ol>')

    def test_code_can_be_scrolled_by_keyboard(self):
        self.assertRenders(
            "```python\nx < 1\n```", '<pre tabindex="0"><code class="language-python">x &lt; 1\n</code></pre>'
        )

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
        for source in ("https://example.org/a.png", "//example.org/a.png"):
            html = markup.render(f"![A gate]({source})")
            self.assertNotIn("<img", html)
            self.assertIn(f'<a href="{source}"', html)
            self.assertIn(">A gate</a>", html)
        self.assertIn("https://example.org/b.png</a>", markup.render("![](https://example.org/b.png)"))
        self.assertNotIn("<i>", markup.render("![<i>](https://example.org/a.png)"))

    def test_picture_of_ours_is_shown_when_it_is_reached(self):
        self.assertRenders("![A gate](/media/a.png)", '<p><img src="/media/a.png" alt="A gate" loading="lazy"></p>')

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

    def test_deep_nesting_ends(self):
        for hostile in ("> " * 5000 + "x", "[" * 5000, "*a_ " * 5000, "`" * 5001, "- " * 3000 + "x", "![" * 3000):
            self.assertIsInstance(markup.render(hostile), str)


class TextTests(SimpleTestCase):
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
