"""Every language says all that the sources say, in its own words and with nothing lost."""

import re
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase, tag

from core.management.commands.messages import PLURALS
from core.testing.catalogs import Message, of_python, of_script, of_template, read, said

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
DOMAINS = ("django", "djangojs")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w+\}(?!\})")
TAG = re.compile(r"</?[a-z][^<>]*>")
NUMBERS = {"number", "minutes", "waiting", "unused", "count"}  # "one post" needs no 1


@cache
def answers_of(path: Path) -> tuple[dict[Message, dict[int, str]], set[Message]]:
    return read(path)


def wrong(message: Message, answer: str, *, counted: bool) -> str:
    """What `answer` has lost or made up; "" if nothing."""
    wanted, found = ({*PLACEHOLDER.findall(words)} for words in (message.plural or message.words, answer))
    lost = wanted - found
    if counted:
        lost = {name for name in lost if re.search(r"\w+", name)[0] not in NUMBERS}
    if lost or found - wanted:
        return f"has {sorted(found)} in place of {sorted(wanted)}"
    if sorted(TAG.findall(answer)) != sorted(TAG.findall(message.plural or message.words)):
        return "has other elements"
    if wanted and any(name.startswith("%") for name in wanted):
        try:
            _ = answer % dict.fromkeys(re.findall(r"%\((\w+)\)", answer), 1)
        except (ValueError, TypeError, KeyError):
            return "has a percent sign that stands alone: write two"
    if (answer[:1].isspace(), answer[-1:].isspace()) != (message.words[:1].isspace(), message.words[-1:].isspace()):
        return "begins or ends with another space"
    return ""


class CatalogTests(SimpleTestCase):
    def each(self):
        for language in LANGUAGES:
            for domain in DOMAINS:
                yield language, domain, settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / f"{domain}.po"

    def test_every_message_is_translated(self):
        asked = {domain: said(domain) for domain in DOMAINS}
        for _, domain, path in self.each():
            answers, fuzzy = answers_of(path)
            known = {*answers, *(message._replace(plural="") for message in answers)}
            empty = [message for message, forms in answers.items() if not forms or not all(forms.values())]
            with self.subTest(path.relative_to(settings.BASE_DIR)):
                self.assertEqual(sorted(asked[domain] - known), [], "not in the catalog: make messages")
                self.assertEqual(sorted(fuzzy), [], "fuzzy")
                self.assertEqual(empty, [], "not translated")

    def test_nothing_is_lost_in_translation(self):
        for language, _, path in self.each():
            number = int(PLURALS[language][len("nplurals=")])
            for message, forms in answers_of(path)[0].items():
                self.assertEqual(sorted(forms), list(range(number if message.plural else 1)), message)
                for answer in filter(None, forms.values()):
                    fault = wrong(message, answer, counted=bool(message.plural))
                    self.assertFalse(fault, f"{answer!r} for {message.words!r} {fault}")

    @tag("slow")
    def test_compiled_catalogs_say_the_same(self):
        for _, _, path in self.each():
            with path.with_suffix(".mo").open("rb") as file:
                compiled = {key: words for key, words in GNUTranslations(file)._catalog.items() if key}
            expected = {}
            for message, forms in answers_of(path)[0].items():
                key = f"{message.context}\x04{message.words}" if message.context else message.words
                for number, words in forms.items():
                    if any(forms.values()):
                        expected[(key, number) if message.plural else key] = words
            self.assertEqual(compiled, expected, "make messages")

    def test_heads_name_nobody_and_no_day(self):
        for language, _, path in self.each():
            head = path.read_text().partition("\n\n")[0]
            self.assertIn(f'"Language: {language}\\n"', head)
            self.assertNotRegex(head, "POT-Creation-Date|PO-Revision-Date|Translator|Team|Report|@")

    def test_the_walk_sees_messages(self):
        found = of_template('{% translate "One" context "c" %}{{ a|default:_("two") }}{% include "x" with y=_("y") %}')
        found |= of_template(
            "{% blocktranslate count n=n %}{{ n }} one{% plural %}{{ n }} many{% endblocktranslate %}"
        )
        self.assertEqual(
            found, {Message("c", "One"), Message("", "two"), Message("", "y"), Message("", "%(n)s one", "%(n)s many")}
        )
        found = of_python(
            'from gettext import _; _("a" "b"); ngettext("a", "b", 1); pgettext_lazy("c", "a"); other("d")'
        )
        self.assertEqual(found, {Message("", "ab"), Message("", "a", "b"), Message("c", "a")})
        self.assertEqual(of_script('gettext("a \\"b\\"", { c })'), {Message("", 'a "b"')})
        self.assertGreater(len(said("django")), 300)

    def test_the_walk_sees_what_is_wrong(self):
        message, plural = (
            Message("", "“%(title)s” is <b>live</b>."),
            Message("", "%(number)s post", "%(number)s posts"),
        )
        for answer in (
            "ist <b>da</b>.",
            "„%(titel)s“ <b>",
            "„%(title)s“ <i>da</i>.",
            "„%(title)s“ 5 % <b>a</b>",
            " %(title)s<b></b>",
        ):
            self.assertTrue(wrong(message, answer, counted=False), answer)
        self.assertFalse(wrong(message, "<b>Da</b>: „%(title)s“.", counted=False))
        self.assertFalse(wrong(plural, "ein Beitrag", counted=True))
