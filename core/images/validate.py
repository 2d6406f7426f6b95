"""Untrusted bytes become a clean picture, or one clear sentence.

Whatever looks inside a picture belongs here: this is the only module that imports Pillow. Nothing about an
upload is believed, neither its name nor its content type, and nothing of it is kept but the pixels: decoded
in full and encoded anew, they leave place, date, profile, comments and whatever hid behind the end.
"""

import io
import logging
import math
import os
import threading
import warnings
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, ImageSequence
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

PLACEHOLDER_SIDE = 8  # pixels, of what is shown until a picture has arrived
MAX_FRAMES = 300
MAX_FRAME_PIXELS = 4_000_000  # of an animation: decoding and encoding it at once takes up to 60 bytes a pixel
MAX_ANIMATION_PIXELS = 50_000_000  # of all frames together
MAX_JPEG_SCANS = 100  # a progressive JPEG has about ten; 40 bytes add one, which costs a pass over all pixels
MAX_GIF_BLOCKS = 1_000_000  # a file of 10 MB has 40,000 of 255 bytes, read up to four times; 2 bytes make one more


class BoundedGif(GifImageFile):
    """Pillow's reader of GIF, which would collect five million crumbs of a comment in 400 MB."""

    blocks = 0

    def data(self) -> bytes | None:
        self.blocks += 1
        if self.blocks > MAX_GIF_BLOCKS:
            raise ValueError("too many blocks")
        return super().data()


# What each reader's pictures are kept as, and its share of IMAGES_MAX_PIXELS: decoding takes 4 to 12 bytes of
# memory a pixel, but up to 20 for WebP and AVIF (measured, Pillow 13). Every share stays below 300 MB.
READERS = {
    JpegImageFile: ("jpeg", 1),
    PngImageFile: ("png", 1),
    BoundedGif: ("png", 1),
    WebPImageFile: ("webp", 0.6),
    AvifImageFile: ("webp", 0.6),
}
ENCODING = {"jpeg": {"quality": 90, "progressive": True}, "png": {}, "webp": {"quality": 90}}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# Pillow's own guard, for the one size that no header states: a GIF's frame can outgrow the picture.
Image.MAX_IMAGE_PIXELS = settings.IMAGES_MAX_PIXELS
warnings.filterwarnings("ignore", module=r"PIL\.")  # what strangers send is no news for the operator's log

logger = logging.getLogger(__name__)
_decoding = threading.BoundedSemaphore(2)  # pictures being decoded at a time, however many threads there are


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture: encoded by us, upright, sRGB, without metadata. Width and height are pixels."""

    data: bytes
    format: str  # "jpeg", "png" or "webp"
    width: int
    height: int
    placeholder: str = ""  # it again, PLACEHOLDER_SIDE pixels on its longer side: WebP in base64

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"

    @property
    def extension(self) -> str:
        return "jpg" if self.format == "jpeg" else self.format


def clean_picture(file: BinaryIO | bytes) -> Picture:
    """The picture in `file` as JPEG, PNG or WebP, its longer side at most IMAGES_MASTER_SIDE.

    Raises ValidationError with one sentence for the author and a code: too_large, empty, heic, svg,
    unsupported, pixels, animation or damaged.
    """
    data = _read(file)
    reader = _sniff(data)
    with _decoding:
        try:
            return _clean(reader, data)
        except ValidationError:
            raise
        except Image.DecompressionBombError:
            said = _("The picture is far too large; scale it down to at most %(limit)s megapixels.")
            refusal = _refusal("pixels", said, limit=_rounded(_max_pixels(reader) / 1e6))
        except Exception as error:
            # Hostile bytes make decoders raise nearly anything; to the author all of it means the same.
            logger.info("Refused as damaged: %r", error)
            refusal = _refusal("damaged", _("The file is damaged or incomplete; choose another copy of it."))
    raise refusal  # Out here, for an error in its context would keep the pixels in memory.


def scale_picture(data: bytes, width: int) -> bytes:
    """A clean picture as WebP, `width` pixels wide; never enlarged.

    An animation comes back as it is: encoding one takes seconds, too long for a GET, and a still of it would
    be another picture.
    """
    with _decoding:
        image = _sniff(data)(io.BytesIO(data))
        if getattr(image, "is_animated", False):
            return data
        image.thumbnail((width, image.height), Image.Resampling.LANCZOS)  # reads a JPEG at 1/2, 1/4 or 1/8
        return _encode(image, "webp", quality=80)


def crop_picture(data: bytes, size: tuple[int, int], focus: tuple[int, int] | None) -> bytes:
    """A clean picture as JPEG of exactly `size` (width, height; pixels), cut around `focus` (percent; None: the
    middle), which stays in the cut where it is in the picture. Of an animation, its first frame; on white.
    """
    with _decoding:
        image = _sniff(data)(io.BytesIO(data))
        image.draft(None, size)  # reads a JPEG at 1/2, 1/4 or 1/8
        image = image.convert("RGBA" if image.mode in {"P", "LA", "PA", "RGBA"} else "RGB")
        x, y = focus or (50, 50)
        image = ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=(x / 100, y / 100))
        if image.mode == "RGBA":
            ground = Image.new("RGB", size, "white")
            ground.paste(image, mask=image)
            image = ground
        return _encode(image, "jpeg", quality=82)


def _refusal(code: str, message: str, **values: object) -> ValidationError:
    return ValidationError(message % values if values else message, code=code)


def _rounded(number: float) -> str:
    """`number` rounded up to one digit after the point: what is over a limit never reads as equal to it."""
    return number_format(f"{math.ceil(number * 10) / 10:g}")


def _read(file: BinaryIO | bytes) -> bytes:
    stream = io.BytesIO(file) if isinstance(file, bytes) else file
    # BoundedUploadHandler drops the content of what is too large and leaves its size.
    size = max(getattr(stream, "size", None) or 0, stream.seek(0, os.SEEK_END))
    if size > settings.IMAGES_MAX_BYTES:
        megabytes, limit = _rounded(size / 2**20), _rounded(settings.IMAGES_MAX_BYTES / 2**20)
        said = _("The file is %(size)s MB; the limit is %(limit)s MB.")
        raise _refusal("too_large", said, size=megabytes, limit=limit)
    if not size:
        raise _refusal("empty", _("The file is empty; choose another copy."))
    stream.seek(0)
    return stream.read()


def _sniff(data: bytes) -> type[ImageFile]:
    """The reader for what `data` begins like."""
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if data.startswith((b"GIF87a", b"GIF89a")):
        return BoundedGif
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WebPImageFile
    if data[4:8] == b"ftyp":  # a box (ISO/IEC 14496-12, section 4.3): size, type, brand, version, more brands
        box = data[8 : min(int.from_bytes(data[:4]), 256)]
        brands = {box[at : at + 4] for at in range(0, len(box), 4)}
        if brands & {b"avif", b"avis"}:
            return AvifImageFile
        if brands & HEIC:
            said = _(
                "iPhone HEIC photos are not supported here; export as JPEG "
                "(iOS: Settings › Camera › Formats › Most Compatible)."
            )
            raise _refusal("heic", said)
    text = data[:65_536].replace(b"\0", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n").lower()  # UTF-8 or UTF-16
    if text.startswith(b"<") and b"<svg" in text:
        raise _refusal("svg", _("SVG can contain scripts and is not accepted; export it as PNG or WebP."))
    raise _refusal("unsupported", _("This is not a picture we can read; use JPEG, PNG, WebP, AVIF or GIF."))


def _max_pixels(reader: type[ImageFile]) -> int:
    return int(settings.IMAGES_MAX_PIXELS * READERS[reader][1])


def _check_size(image: ImageFile) -> None:
    """Refuse by the header alone what would take too much memory to decode."""
    (width, height), most = image.size, _max_pixels(type(image))
    if width * height > most:
        mega, limit = _rounded(width * height / 1e6), _rounded(most / 1e6)
        said = _("%(width)d×%(height)d is %(size)s megapixels; scale it down to at most %(limit)s.")
        raise _refusal("pixels", said, width=width, height=height, size=mega, limit=limit)


def _clean(reader: type[ImageFile], data: bytes) -> Picture:
    image = reader(io.BytesIO(data))
    _check_size(image)
    if reader is JpegImageFile and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise ValueError("too many scans")
    if getattr(image, "is_animated", False):
        return _clean_animation(image)
    # JPEG can be read at 1/2, 1/4 or 1/8. Where that ends at most a tenth below the wanted side it is taken
    # instead of a second scaling: twice as fast, and a progressive CMYK takes 70 MB less.
    shrink = settings.IMAGES_MASTER_SIDE * 0.9 / max(image.size)
    image.draft(None, tuple(max(1, int(side * shrink)) for side in image.size))
    image.load()
    image = _eight_bits(image)  # a copy: the reader goes, and with it all the memory of its decoder
    image.thumbnail((settings.IMAGES_MASTER_SIDE,) * 2, Image.Resampling.LANCZOS)
    with suppress(Exception):  # a broken EXIF block says nothing against the pixels
        ImageOps.exif_transpose(image, in_place=True)
    image = _srgb(image.convert(image.mode.replace("a", "A")))
    image.info = {}
    format, _ = READERS[reader]
    clean = _encode(image, format)
    if len(clean) > settings.IMAGES_MAX_BYTES:  # a PNG of a photograph, packed tighter than we do
        format, clean = "webp", b""
        clean = _encode(image, format, method=0)  # the fastest, and 60 MB less than the usual one
    return Picture(clean, format, *image.size, _placeholder(image))


def _clean_animation(image: ImageFile) -> Picture:
    """Decodes every frame twice, to check and to encode, so that one at a time is in memory."""
    (width, height), side, durations = image.size, settings.IMAGES_MASTER_SIDE, []
    most = min(MAX_FRAMES, MAX_ANIMATION_PIXELS // (width * height))
    sides = {"width": width, "height": height}
    if max(width, height) > side or width * height > MAX_FRAME_PIXELS:
        said = _(
            "The animation is %(width)d×%(height)d; scale it down to at most %(side)d pixels on its longer side and "
            "%(limit)s megapixels."
        )
        raise _refusal("animation", said, side=side, limit=_rounded(MAX_FRAME_PIXELS / 1e6), **sides)
    for frame in ImageSequence.Iterator(image):
        if len(durations) == most:
            said = _("The animation is %(width)d×%(height)d and too long; shorten it to %(most)d frames.")
            raise _refusal("animation", said, most=most, **sides)
        if frame.size != (width, height):
            raise ValueError("a frame outgrows the picture")
        frame.load()
        durations.append(frame.info.get("duration") or 100)  # milliseconds; browsers read 0 as 100, too
    loop = image.info.get("loop", 1)  # a GIF that says nothing of loops plays once
    timing = {"duration": durations, "loop": loop}
    data = _encode(image, "webp", save_all=True, quality=80, background=(0, 0, 0, 0), **timing)
    if data[12:16] == b"VP8X":
        # The encoder crops frames. When all that is left is opaque it forgets to say (bit 4) that around them
        # the picture is transparent.
        data = data[:20] + bytes([data[20] | 0x10]) + data[21:]
    image.seek(0)
    return Picture(data, "webp", width, height, _placeholder(image))


def _eight_bits(image: ImageFile) -> Image.Image:
    """A copy of `image` with 8 bits a channel, as L, LA, RGB, RGBA or CMYK; La or RGBa if it is to be scaled.

    Scaling needs premultiplied alpha ("a"), and would make it beside the picture instead of in its place.
    """
    if image.mode.startswith("I"):  # 16-bit grey; convert() would clip it to white
        return image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if "transparency" in image.info:
        image = image.convert("RGBA")
    mode = {"1": "L", "P": "RGB"}.get(image.mode, image.mode)
    return image.convert(mode.replace("A", "a") if max(image.size) > settings.IMAGES_MASTER_SIDE else mode)


def _srgb(image: Image.Image) -> Image.Image:
    """`image` in sRGB. A profile that is broken or made for other channels is ignored."""
    if profile := image.info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError):
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            return ImageCms.profileToProfile(image, source, target, outputMode=mode)
    return image.convert("RGB") if image.mode == "CMYK" else image


def _placeholder(image: Image.Image) -> str:
    """None for what one can see through: it would stay in sight."""
    if image.mode.endswith("A"):
        return ""
    small = image.convert("RGB")
    small.thumbnail((PLACEHOLDER_SIDE,) * 2, Image.Resampling.BOX)
    return b64encode(_encode(small, "webp", quality=20, method=6)).decode()


def _encode(image: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **ENCODING[format] | options)
    return stream.getvalue()
