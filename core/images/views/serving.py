"""Pictures that are held, or stored on this machine, over HTTP."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from core.images.models import HeldPicture, Image
from core.images.presets import WIDTHS
from core.images.stores import StoreError, local

FOR_EVER = "public, max-age=31536000, immutable"  # a key is one picture's


@require_safe
def image_held(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A picture that is in the database only. Its name cannot be guessed; no cache may keep it."""
    held = get_object_or_404(HeldPicture.objects.select_related("image"), pk=pk)
    return _served(HttpResponse(held.data), f"image/{held.image.format}", "private, no-store")


@require_safe
def image_detail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Where the picture is found now: the address that a text names it by, good for as long as the picture is."""
    image = get_object_or_404(Image.objects.exclude(state=Image.State.DELETING), pk=pk)
    if not (address := image.src(image.largest)):  # Cloudinary never said, and CLOUDINARY_URL is not set any more
        raise Http404
    response = redirect(address)
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def image_variant(request: HttpRequest, site: str, name: UUID, width: int) -> HttpResponseBase:
    """A picture on this machine's disk in one of the ladder's widths, made on first use.

    Where it cannot be made, on a full disk say, the master does.
    """
    if width not in WIDTHS:
        raise Http404
    image = get_object_or_404(Image.objects.stored("local"), key=f"{site}/{name}")
    with suppress(StoreError):
        return _from_disk(lambda: local.variant(image, width), "image/webp")
    return _from_disk(lambda: local.master(image), f"image/{image.format}", cache="no-store")


@require_safe
def image_social(request: HttpRequest, site: str, name: UUID, x: int, y: int) -> HttpResponseBase:
    """A picture on this machine's disk, cut for other sites around the point that its owner keeps, and no other."""
    image = get_object_or_404(Image.objects.stored("local"), key=f"{site}/{name}")
    if (x, y) != (image.focus or (50, 50)):
        return redirect(image.social())  # the point was moved; others remember where it was
    try:
        return _from_disk(lambda: local.social_crop(image), "image/jpeg")
    except StoreError:
        return _from_disk(lambda: local.master(image), f"image/{image.format}", cache="no-store")


@require_safe
def image_master(request: HttpRequest, site: str, name: UUID, extension: str) -> HttpResponseBase:
    """A picture on this machine's disk, as large as it is kept."""
    image = get_object_or_404(Image.objects.stored("local"), key=f"{site}/{name}")
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
        # Programs that read feeds show what is public on pages of their own.
        "Cross-Origin-Resource-Policy": "same-origin" if "private" in cache else "cross-origin",
    }.items():
        response.headers[name] = value
    return response
