"""The form by which an author says something of a change that readers saw, or keeps its words from them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from posts.models import Revision


class ChangeForm(forms.Form):
    correction = forms.CharField(
        label=_("Correction"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=_("What was wrong, and what is right now. It stands under the post and beside this change."),
        error_messages={"max_length": _("At most %(limit_value)d characters; these are %(show_value)d.")},
    )
    withhold_before = forms.BooleanField(label=_("Do not show readers the words before this change"), required=False)
    withhold_after = forms.BooleanField(label=_("Do not show readers the words after this change"), required=False)

    def __init__(self, *args: object, change: Revision, **kwargs: object) -> None:
        before = change.seen_before
        initial = {"correction": change.correction, "withhold_after": change.is_withheld}
        super().__init__(*args, initial=initial | {"withhold_before": bool(before and before.is_withheld)}, **kwargs)
        self.change = change

    def clean_correction(self) -> str:
        return self.cleaned_data["correction"].replace("\r\n", "\n")

    def save(self) -> None:
        cleaned = self.cleaned_data
        withhold = {name: cleaned[name] for name in ("withhold_before", "withhold_after")}
        self.change.annotate(cleaned["correction"], **withhold)
