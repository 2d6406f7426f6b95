"""The form field for a picture: a chosen file survives a form that fails on another field."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.utils.datastructures import MultiValueDict

from core.images.models import Image
from core.images.validate import clean_picture

REMOVE = False  # what the field answers when the author took the picture away
GONE = "The picture is no longer kept; please choose it again."
WAITS = "The image service did not answer; the picture is kept here and sent later."


def settle(choice: Image | bool | None, current: Image | None) -> Image | None:
    """The image that a row shall point to, brought to its store: before and outside the transaction that does."""
    if choice is REMOVE:
        return None
    if choice and choice != current:
        choice.send()
        return choice
    return current


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form says of its picture: a new file, the token of the one it holds, or that there is to be none."""

    file: UploadedFile | None = None
    token: str = ""
    removed: bool = False


class PictureInput(forms.ClearableFileInput):
    """A file input beside the picture that the form holds by now, its hidden token and a "remove" box.

    A field `cover` posts `cover` (the file), `cover_held` (the token) and `cover-clear` (the box).
    """

    template_name = "images/picture_input.html"
    held: Image | None = None  # what the form carries and no saved row points to, wherever its bytes are by now

    def value_from_datadict(self, data: dict, files: MultiValueDict, name: str) -> "Choice":
        file = files.get(name)
        self.checked = self.clear_checkbox_name(name) in data  # the box stays ticked when the form is shown again
        return Choice(file if isinstance(file, UploadedFile) else None, data.get(f"{name}_held", ""), self.checked)

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        image = value if isinstance(value, Image) else None
        context["widget"] |= {
            "image": image,
            "held": image is not None and image == self.held,
            "removed": self.checked,
        }
        return context

    def is_initial(self, value: Any) -> bool:
        return isinstance(value, Image)


class PictureField(forms.FileField):
    """Cleans to an Image (held, or the one there was), to None, or to REMOVE.

    Set `owner` to the signed-in user before the form is used: pictures are held for somebody.
    """

    widget = PictureInput
    owner: Model | None = None

    def __init__(self, **kwargs: Any) -> None:
        most = settings.IMAGES_MAX_BYTES // 1024**2
        super().__init__(**{"help_text": f"JPEG, PNG, WebP, AVIF or GIF, at most {most} MB."} | kwargs)

    def clean(self, data: Choice, initial: Image | None = None) -> Image | bool | None:
        """Raises ValidationError with one clear sentence for what is no picture, or too large a one."""
        if data.token:
            self.widget.held = Image.objects.by_token(data.token, owner=self.owner)
        if data.file:
            self.widget.held = Image.objects.hold(
                clean_picture(data.file), owner=self.owner, name=data.file.name or ""
            )
        elif data.removed:
            return REMOVE
        elif data.token and not self.widget.held:
            raise ValidationError("The picture was kept for a day and is gone; please choose it again.", "expired")
        return self.widget.held or initial

    def bound_data(self, data: Choice, initial: Image | None) -> Image | None:
        """What the form shows again: the picture it holds by now."""
        return self.widget.held or initial

    def has_changed(self, initial: Image | None, data: Choice) -> bool:
        return data != Choice()
