"""The form in which an author names a version."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import one_line
from posts.models import Revision


class RevisionNameForm(forms.ModelForm):
    """What its author calls a version; empty takes the name away."""

    name = forms.CharField(
        required=False,
        max_length=80,
        widget=forms.TextInput({"dir": "auto"}),
        error_messages={"max_length": _("At most %(limit_value)d characters; these are %(show_value)d.")},
    )

    class Meta:
        model = Revision
        fields = ["name"]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def save(self) -> Revision:
        self.instance.save(update_fields=["name"])
        return self.instance
