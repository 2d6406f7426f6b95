"""The one way a template shows a picture."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.images.models import Image
from core.images.presets import PRESETS

register = template.Library()


@register.simple_tag
def picture(image: Image | None, preset: str, alt: str = "", eager: bool = False) -> SafeString | str:
    """An <img> in the sizes of `preset` (see presets.py), with the place it takes known before it arrives.

    `eager` is for the one picture that a reader sees first. Nothing is printed where there is no image.
    """
    if image is None:
        return ""
    widths, sizes = PRESETS[preset]
    offered = [width for width in widths if width < image.width] or [widths[0]]
    srcset = ""
    if image.state == Image.State.STORED:
        srcset = format_html(
            ' srcset="{}" sizes="{}"', ", ".join(f"{image.src(width)} {width}w" for width in offered), sizes
        )
    return format_html(
        '<img src="{}"{} width="{}" height="{}" alt="{}" {}="{}" decoding="async">',
        image.url if image.url and srcset else image.src(offered[-1]),  # for browsers without srcset: whole, as told
        srcset,
        image.width,
        image.height,
        alt,
        *(("fetchpriority", "high") if eager else ("loading", "lazy")),
    )
