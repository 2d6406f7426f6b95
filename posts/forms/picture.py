"""The form that puts a picture of one's own into a post."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.images.models import Image
from posts.models import Post, WorkingCopy

MOST_POSTS = 20  # to choose from: those last worked on
PLACES = {"lead": _("As the lead picture"), "text": _("At the end of the text")}


class PictureUseForm(forms.Form):
    post = forms.ModelChoiceField(
        Post.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("This post is not there any more; choose another.")},
    )
    place = forms.ChoiceField(
        choices=PLACES.items(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose where in the post it goes.")),
    )

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.author, posts = author, Post.objects.editable_by(author)
        latest = posts.latest_worked_on().only("title")[:MOST_POSTS]
        self.fields["post"].queryset = posts
        self.fields["post"].choices = lambda: [("", _("A new post")), *((post.pk, str(post)) for post in latest)]

    def save(self, image: Image) -> WorkingCopy:
        lead = self.cleaned_data["place"] == "lead"
        return WorkingCopy.objects.take_in(image, author=self.author, post=self.cleaned_data["post"], lead=lead)
