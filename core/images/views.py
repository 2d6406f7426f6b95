"""Pictures over HTTP: holding a chosen one, and serving those that are held or stored on this machine."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from core.htmx import render_page
from core.images.forms import Choice, PictureField
from core.images.models import HeldPicture, Image
from core.images.presets import WIDTHS
from core.images.stores import StoreError, local

FOR_EVER = "public, max-age=31536000, immutable"  # a key is one picture's


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
            raise ValidationError("No picture arrived; please choose it again.")
    except ValidationError as error:
        return render_page(
            request,
            "images/image_hold.html",
            context | {"error": error.messages[0]},
            partial="picture-slot",
            status=422,
        )
    return render_page(request, "images/image_hold.html", context, partial="picture-slot")


@require_safe
def image_held(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A picture that is in the database only. Its name cannot be guessed; no cache may keep it."""
    held = get_object_or_404(HeldPicture.objects.select_related("image"), pk=pk)
    return _served(HttpResponse(held.data), f"image/{held.image.format}", "private, no-store")


@require_safe
def image_variant(request: HttpRequest, pk: UUID, width: int) -> HttpResponseBase:
    """A picture on this machine's disk in one of the ladder's widths, made on first use.

    Where it cannot be made, on a full disk say, the master does.
    """
    if width not in WIDTHS:
        raise Http404
    image = get_object_or_404(Image.objects.stored("local"), pk=pk)
    with suppress(StoreError):
        return _from_disk(lambda: local.variant(image, width), "image/webp")
    return _from_disk(lambda: local.master(image), f"image/{image.format}", cache="no-store")


@require_safe
def image_master(request: HttpRequest, pk: UUID, extension: str) -> HttpResponseBase:
    """A picture on this machine's disk, as large as it is kept."""
    image = get_object_or_404(Image.objects.stored("local"), pk=pk)
    return _from_disk(lambda: local.master(image), f"image/{image.format}")


def _from_disk(path: Callable[[], Path], content_type: str, *, cache: str = FOR_EVER) -> HttpResponseBase:
    try:
        response = FileResponse(path().open("rb"))
    except FileNotFoundError:
        raise Http404 from None
    return _served(response, content_type, cache)


def _served(response: HttpResponseBase, content_type: str, cache: str) -> HttpResponseBase:
    """Headers for bytes that came from a stranger: shown as a picture or not at all."""
    for name, value in {
        "Content-Type": content_type,
        "Cache-Control": cache,
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        response.headers[name] = value
    return response
