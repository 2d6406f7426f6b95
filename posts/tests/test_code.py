"""Code, coloured: by classes, in languages that are named, within bounds."""

import re
import time
from html import unescape
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase, tag

from posts.markup.code import CLASSES, LANGUAGES, LONGEST, MOST_SECONDS, Purse, highlight, label

CODE = {
    "python": "def tide(at: int) -> str:\n    return f'{at}'  # high & <low>\n",
    "js": "const tide = (at) => `${at}` // high\n",
    "html": '<p class="a">x &amp; y</p>\n',
    "css": "@media print { a { color: red } } /* b */\n",
    "bash": 'for a in "$@"; do echo $a; done # b\n',
    "sql": "SELECT 'a', count(*) FROM b -- c\n",
    "rust": 'fn main() { println!("{}", 1u8); } // b\n',
    "go": 'package a\nfunc b() string { return "c" } // d\n',
    "json": '{"a": [1, true, null]}\n',
    "yaml": "a: [b, 1] # c\n",
    "diff": "-a\n+b\n c\n",
    "c++": "#include <a>\nint main() { return 0; } // b\n",
    "ruby": "def a = puts 'b' # c\n",
}


def said(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


class HighlightTests(SimpleTestCase):
    def test_words_stay_as_they_are_and_some_are_told_apart(self):
        for language, code in CODE.items():
            html = highlight(code, language, Purse())
            self.assertEqual(said(html), code, language)
            self.assertIn("<span", html, language)
            self.assertLessEqual(set(re.findall(r'<span class="(\w+)">', html)), {*CLASSES.values()}, language)

    def test_languages_are_known_by_name_only(self):
        for info, name in (("python", "Python"), ("PY x=1", "Python"), ("{.rust}", "Rust"), ("", ""), ("bogus", "")):
            self.assertEqual(label(info), name)
        self.assertIsNone(highlight("def a(): pass", "", Purse()))

    @tag("slow")
    def test_what_is_too_much_stays_plain(self):
        for code in ("if x\n" * LONGEST, "a" * 501, "a" + " " * 100 + "b", "\n" * 100):
            self.assertIsNone(highlight(code, "python", Purse()))
        spent = Purse()
        self.assertIn(None, [highlight("if x:\n" * 500, "python", spent) for _ in range(30)])

    def test_every_class_has_a_look(self):
        css = Path(settings.BASE_DIR / "static/css/components/code.css").read_text()
        for name in CLASSES.values():
            self.assertRegex(css, rf"\.{name}[ ,]")

    @tag("slow")
    def test_every_language_has_a_lexer(self):
        for names in LANGUAGES.values():
            self.assertIsNotNone(highlight("a\n", names.split()[0], Purse()), names)

    @tag("slow")
    def test_no_code_takes_long(self):
        units = (
            "a ",
            "a a ",
            "(",
            "{",
            "<",
            "'",
            '"',
            "/*",
            "\\",
            "$(",
            "a=",
            "`",
            "  \n",
            "a\n",
            "def ",
            "//",
            "0",
            "#",
            "a.",
        )
        for names in LANGUAGES.values():
            for unit in units:
                code = re.sub(r"(.{500})", "\\1\n", unit * (LONGEST // len(unit)))[:LONGEST]
                began = time.thread_time()
                highlight(code, names.split()[0], Purse())
                self.assertLess(time.thread_time() - began, 3 * MOST_SECONDS, (names, unit))
