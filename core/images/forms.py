"""The form field for a picture: a chosen file survives a form that fails on another field."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.images.models import Image
from core.images.validate import clean_picture
from core.text import one_line

REMOVE = False  # what the field answers when the author took the picture away
GONE = _("The picture is no longer kept; please choose it again.")
PERCENT = _("Write a whole number from 0 to 100.")
STAGE = (256, 384)  # pixels: fits the narrowest window
LONGEST_NUMBER = 6  # digits
WAITS = _("The image service did not answer; the picture is kept here and sent later.")


def settle(choice: Image | bool | None, current: Image | None, *, send: bool = True) -> Image | None:
    """The image that a row shall point to, brought to its store: before and outside the transaction that does.

    Without `send` it is sent later: the store has kept this request waiting once.
    """
    if choice is REMOVE:
        return None
    if choice and choice != current:
        if send:
            choice.send()
        return choice
    return current


def check_quota(more: int, owner: Model, *, replaced: Image | None = None, back: bool = False) -> None:
    """Raises ValidationError where `owner` would keep too many bytes with so many `more`, which take the place of
    `replaced`. What is deleted may take as much again until it has gone, or comes `back`.
    """
    if not (quota := settings.IMAGES_QUOTA):
        return
    own = Image.objects.filter(owner=owner)
    used, room = max(own.kept().weight() - (replaced.bytes if replaced else 0), 0), filesizeformat(quota)
    if used + more > quota:
        said = _("You have used %(used)s of %(room)s; delete pictures you no longer need, in Pictures.")
        raise ValidationError(said % {"used": filesizeformat(used), "room": room}, "quota")
    if not back and own.weight() + more > 2 * quota:
        said = _(
            "The pictures that you deleted take up %(size)s until they are gone. Come back then, or bring them back "
            "and use them."
        )
        raise ValidationError(said % {"size": filesizeformat(own.discarded().weight())}, "quota")


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
    replaced: Image | None = None  # what goes when this comes, and does not count against the quota

    def __init__(self, **kwargs: Any) -> None:
        most = settings.IMAGES_MAX_BYTES // 1024**2
        said = format_lazy(_("JPEG, PNG, WebP, AVIF or GIF, at most {most} MB."), most=most)
        super().__init__(**{"help_text": said} | kwargs)

    def clean(self, data: Choice, initial: Image | None = None) -> Image | bool | None:
        """Raises ValidationError with one clear sentence for what is no picture, or too large a one."""
        if data.token:
            self.widget.held = Image.objects.by_token(data.token, owner=self.owner)
        if data.file:
            picture = clean_picture(data.file)
            check_quota(len(picture.data), self.owner, replaced=self.replaced)
            self.widget.held = Image.objects.hold(picture, owner=self.owner, name=data.file.name or "")
        elif data.removed:
            return REMOVE
        elif data.token and not self.widget.held:
            raise ValidationError(_("The picture was kept for a day and is gone; please choose it again."), "expired")
        return self.widget.held or initial

    def bound_data(self, data: Choice, initial: Image | None) -> Image | None:
        """What the form shows again: the picture it holds by now."""
        return self.widget.held or initial

    def has_changed(self, initial: Image | None, data: Choice) -> bool:
        return data != Choice()


class UploadField(forms.FileField):
    """Cleans to an Image that is held for `owner` and was sent to its store at once; to None without a file.

    A store that does not answer is no error: the picture waits, see Image.send(). Only a new file says anything:
    whatever the form holds beside it, this field does not know.
    """

    widget = forms.FileInput({"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"})
    owner: Model | None = None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A file that is too large need not travel to be told so."""
        return super().widget_attrs(widget) | {"data-most": settings.IMAGES_MAX_BYTES}

    def clean(self, data: UploadedFile | None, initial: None = None) -> Image | None:
        """Raises ValidationError with one clear sentence for what is no picture, or too large a one."""
        if data is None and self.required:
            raise ValidationError(_("No picture arrived; please choose it again."), "required")
        if data is None:
            return None
        picture = clean_picture(data)
        check_quota(len(picture.data), self.owner)
        image = Image.objects.hold(picture, owner=self.owner, name=data.name or "")
        image.send()
        return image


class UploadForm(forms.Form):
    image = UploadField()

    def __init__(self, *args: Any, owner: Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["image"].owner = owner


class ImageForm(forms.ModelForm):
    """What is about a picture itself: its description, and the point that every crop keeps.

    The point is two numbers, or a click on an image button named `point`, as browsers send it: in pixels of the
    button, which is as large as `stage` says.
    """

    alt = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=_("What it shows. It is there already when you use the picture; each use may say it differently."),
        error_messages={"max_length": _("At most %(limit_value)d characters; these are %(show_value)d.")},
    )

    class Meta:
        model = Image
        fields = ["alt", "focus_x", "focus_y"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("focus_x", _("From the left, %")), ("focus_y", _("From the top, %"))):
            self.fields[name] = forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=100,
                widget=forms.NumberInput({"placeholder": "50", "inputmode": "numeric"}),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), PERCENT),
            )

    @property
    def stage(self) -> tuple[int, int]:
        """Width and height of the picture on the page, in pixels, where no script makes it larger."""
        image = self.instance
        scale = min(side / own for side, own in zip(STAGE, (image.width, image.height), strict=True))
        return max(1, round(image.width * scale)), max(1, round(image.height * scale))

    def clean_alt(self) -> str:
        return one_line(self.cleaned_data["alt"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "point.x" in self.data or "point.y" in self.data:
            cleaned["focus_x"], cleaned["focus_y"] = self._clicked()
            for name in {"focus_x", "focus_y"} & set(self.errors):
                del self.errors[name]
        elif not self.errors and (cleaned["focus_x"] is None) != (cleaned["focus_y"] is None):
            missing = "focus_x" if cleaned["focus_x"] is None else "focus_y"
            self.add_error(missing, _("Write both numbers, or none for the middle."))
        return cleaned

    def _clicked(self) -> tuple[int, int]:
        """A key on the button is sent as a click on its corner."""
        sent = [self.data.get(f"point.{axis}", "") for axis in "xy"]
        if not all(number.isdecimal() and len(number) < LONGEST_NUMBER for number in sent) or sent == ["0", "0"]:
            raise ValidationError(_("Click on the picture, or write how far from the left and from the top."))
        return tuple(min(100, round(100 * int(n) / side)) for n, side in zip(sent, self.stage, strict=True))
