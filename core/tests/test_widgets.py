"""A long select says what Django's own would."""

from django import forms
from django.test import SimpleTestCase
from django.utils.translation import gettext_lazy

from core.widgets import LongSelect

CHOICES = [("", gettext_lazy("None")), ("de", "Deutsch"), ('<&"', "A < B & “C”"), (7, "Seven")]


class LongSelectTests(SimpleTestCase):
    def test_is_as_djangos_own(self):
        attrs = {"id": "id_x", "required": True, "disabled": False, "aria-describedby": 'a"b'}
        own, ours = forms.Select({"class": "wide"}, CHOICES), LongSelect({"class": "wide"}, CHOICES)
        for value in ("", None, "de", '<&"', 7, "7", "fr"):
            with self.subTest(value):
                self.assertHTMLEqual(ours.render("x", value, attrs), own.render("x", value, attrs))

    def test_choices_may_be_made_when_they_are_asked_for(self):
        class Form(forms.Form):
            language = forms.ChoiceField(choices=lambda: CHOICES, widget=LongSelect)

        self.assertInHTML('<option value="de" selected>Deutsch</option>', str(Form({"language": "de"})["language"]))
