"""Addresses in a text: links, and cards where they stand alone. Nobody is asked what is there."""

import re
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.test import SimpleTestCase, tag

from posts import markup
from posts.markup.links import MOST_ADDRESSES, parts, title_of

REL = ' rel="nofollow ugc noopener"'


class LinkTests(SimpleTestCase):
    def assertLinks(self, text: str, *addresses: str) -> None:
        self.assertEqual(re.findall('href="([^"]*)"', markup.render(text)), list(addresses), text)

    def test_addresses_in_a_text_are_links_without_the_signs_behind_them(self):
        self.assertLinks(
            "See https://a.org/b_c_d, and (http://e.org/f?g=h&i).", "https://a.org/b_c_d", "http://e.org/f?g=h&amp;i"
        )
        self.assertLinks("“https://a.org/b”… https://a.org/T_(b).", "https://a.org/b", "https://a.org/T_(b)")
        self.assertLinks("道https://a.org/道、道", "https://a.org/%E9%81%93")
        for text in ("At https://a.org!", "At <https://a.org>!"):
            self.assertIn(f'At <a href="https://a.org" class="address"{REL}>https://a.org</a>!', markup.render(text))

    def test_what_is_code_a_link_or_no_address_stays(self):
        self.assertLinks("`https://a.org` https:// http://a javascript://a.org/x ftp://a.org xhttps://a.org")
        self.assertLinks("[https://a.org](https://b.org) c", "https://b.org")
        self.assertLinks("```\nhttps://a.org\n```")
        self.assertLinks(f"a https://a.org/{'b' * 3000} c")

    def test_one_alone_is_a_card_with_a_host(self):
        for text in ("https://en.wikipedia.org/wiki/Tide_table", "<https://en.wikipedia.org/wiki/Tide_table>"):
            self.assertHTMLEqual(
                markup.render(text),
                f'<p class="link-card"><a href="https://en.wikipedia.org/wiki/Tide_table"{REL}>Tide table</a> '
                "<small>en.wikipedia.org</small></p>",
            )
        html = markup.render("![The <b>talk](https://vimeo.com/76979871)")
        self.assertIn(
            f'<a href="https://vimeo.com/76979871"{REL}>The &lt;b&gt;talk</a> <small>vimeo.com</small>', html
        )
        self.assertEqual(markup.plain_text(html), "The &lt;b&gt;talk")

    def test_only_those_to_other_sites_are_not_vouched_for(self):
        own = settings.SITE_URL
        for address in ("/posts/a/", f"{own}/posts/a/", "#h-a", "a", "?q=a", "mailto:a@b.org"):
            self.assertNotIn("nofollow", markup.render(f"See [a]({address}) and <{own}>.\n\n# a"), address)
        for address in ("//b.org/a", f"{own}.evil.org/a", f"https://me@{urlsplit(own).netloc}/a", "http://[a/b"):
            self.assertIn(f"{REL}>a</a>", markup.render(f"See [a]({address})."), address)
            self.assertIn("nofollow", markup.render(f"See ![a]({address})."), address)

    def test_others_are_no_cards(self):
        for text in (
            "a https://a.org",
            "- https://a.org",
            "> https://a.org",
            "[a](https://a.org)",
            "<a@b.org>",
            "![a](/b)",
        ):
            self.assertNotIn("link-card", markup.render(text), text)

    def test_titles_are_made_from_addresses(self):
        for address, title in (
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1", "YouTube: dQw4w9WgXcQ"),
            ("https://youtu.be/dQw4w9WgXcQ", "YouTube: dQw4w9WgXcQ"),
            ("https://vimeo.com/76979871", "Vimeo: 76979871"),
            ("https://mastodon.social/@ada/112233", "@ada@mastodon.social"),
            ("https://a.org/2024/05/the-long-way.html", "The long way"),
            ("https://a.org/%D8%A7%D9%84%D9%85%D8%AF", "المد"),
            ("https://a.org/posts/12345", "Posts"),
            ("https://a.org/a/0f8fad5bd9cb469fa165", "a.org"),
            ("https://www.a.org/", "a.org"),
        ):
            self.assertEqual(title_of(parts(address)), title)
        self.assertIsNone(parts("https://[a"))

    @tag("slow")
    def test_hostile_addresses_cost_little(self):
        began = time.thread_time()
        for unit in (
            "http://a.b ",
            "http://a.b/)",
            "http://a.b/(",
            "http://a.b?",
            "https://a.b/%20ü ",
            "http://",
            "http://a.b\n\n",
        ):
            html = markup.render(unit * (100_000 // len(unit)))
            self.assertLessEqual(html.count("<a "), MOST_ADDRESSES)
        self.assertLess(time.thread_time() - began, 10)
