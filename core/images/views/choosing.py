"""Choosing a picture: it is held until the form that it was chosen in is saved, or the text that it was put into."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.htmx import render_page
from core.images.forms import WAITS, Choice, PictureField, UploadForm


@require_POST
@login_required
def image_hold(request: HttpRequest, name: str) -> HttpResponseBase:
    """Hold the file in the field `name` and answer with the field's preview; 422 with the reason if it is none."""
    field, context = PictureField(), {"name": name, "image": None, "held": True}
    field.owner = request.user
    try:
        if file := request.FILES.get(name):
            context["image"] = field.clean(Choice(file))
        else:
            raise ValidationError(_("No picture arrived; please choose it again."))
    except ValidationError as error:
        return render_page(
            request,
            "images/image_hold.html",
            context | {"error": error.messages[0]},
            partial="picture-slot",
            status=422,
        )
    return render_page(request, "images/image_hold.html", context, partial="picture-slot")


@require_POST
@login_required
def image_upload(request: HttpRequest) -> HttpResponseBase:
    """Keep the file in the field `image` and answer with its Markdown for a text; 422 with the reason if it is none.

    Whatever else a form holds beside it is not looked at.
    """
    form = UploadForm(files=request.FILES, owner=request.user)
    image = form.cleaned_data["image"] if form.is_valid() else None
    context = {"form": form, "image": image, "waits": WAITS}
    status = 200 if image else 422
    return render_page(request, "images/image_upload.html", context, partial="image-upload", status=status)
