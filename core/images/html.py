"""How a picture is written as HTML: the one <img> of both stores."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.images.models import Image
from core.images.presets import PLACED, PRESETS


def picture(image: Image | None, preset: str, alt: str = "", eager: bool = False) -> SafeString | str:
    """An <img> in the sizes of `preset` (see presets.py), with the place it takes known before it arrives.

    Around it is a <span> that knows which point of the picture a crop must keep, and in it, under the picture, a
    tiny copy of it. `eager` is for the one picture that a reader sees first. Nothing where there is no image.
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
        '<span class="picture"{}>{}<img src="{}"{} width="{}" height="{}" alt="{}" {}="{}" decoding="async"></span>',
        _focus(image),
        _placeholder(image) if preset in PLACED else "",
        image.url if image.url and srcset else image.src(offered[-1]),  # for browsers without srcset: whole, as told
        srcset,
        image.width,
        image.height,
        alt,
        *(("fetchpriority", "high") if eager else ("loading", "lazy")),
    )


def _focus(image: Image) -> SafeString | str:
    if image.focus is None:
        return ""
    return format_html(' data-focus-x="{}" data-focus-y="{}"', *image.focus)


def _placeholder(image: Image) -> SafeString | str:
    if not image.placeholder:
        return ""
    return format_html(
        '<img src="data:image/webp;base64,{}" width="{}" height="{}" alt="" aria-hidden="true">',
        image.placeholder,
        image.width,
        image.height,
    )
