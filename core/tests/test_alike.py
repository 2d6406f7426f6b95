"""What is written once for all who are signed out."""

from types import SimpleNamespace
from unittest.mock import patch

from django.template import Context, Template
from django.test import SimpleTestCase
from django.utils.translation import override

from core.templatetags.alike import WRITTEN


class AlikeTests(SimpleTestCase):
    def test_it_is_written_once_for_each_language_and_each_word(self):
        out, signed_in = SimpleNamespace(is_authenticated=False), SimpleNamespace(is_authenticated=True)
        template = Template(
            "{% alike here %}{% get_current_language as now %}{{ here }} {{ now }} {{ who }}{% endalike %}"
        )

        def said(user: object, here: str, language: str, who: str) -> str:
            with override(language):
                return template.render(Context({"user": user, "here": here, "who": who}))

        with patch.dict(WRITTEN, clear=True):
            self.assertEqual(said(signed_in, "a", "en", "ada"), "a en ada")
            self.assertEqual(said(None, "a", "en", "nobody"), "a en nobody")
            self.assertFalse(WRITTEN)
            for here, language in (("a", "en"), ("b", "en"), ("a", "de")):
                self.assertEqual(said(out, here, language, "first"), f"{here} {language} first")
                self.assertEqual(said(out, here, language, "second"), f"{here} {language} first")
            self.assertEqual(said(signed_in, "a", "en", "ada"), "a en ada")
