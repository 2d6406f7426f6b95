"""Small pictures, and files that are none, for the tests of the whole site.

Every function returns bytes; `upload` makes a chosen file of them. A picture is one colour with a white top left
quarter, so that a test can see which way up it came out.
"""

import io
import struct
import zlib
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

RUST = (160, 48, 32)
PLACE = "52.0907N 5.1214E"  # stands in each piece of metadata; no clean picture may hold it
TURNED = {  # EXIF orientation -> how the camera stored an upright picture
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def upload(data: bytes, name: str = "picture.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """`data` as a file chosen in a form; name and content type are what a browser would claim."""
    return SimpleUploadedFile(name, data, content_type)


@cache
def jpeg(
    width: int = 64,
    height: int = 48,
    color: tuple[int, ...] = RUST,
    *,
    mode: str = "RGB",
    exif_orientation: int = 1,
    gps: bool = False,
    icc: bytes = b"",
    progressive: bool = False,
) -> bytes:
    """A JPEG that is `width` x `height` once it is upright; `gps` puts PLACE into EXIF, XMP and a comment."""
    image = _picture(width, height, color, mode)
    if (turn := TURNED[exif_orientation]) is not None:
        image = image.transpose(turn)
    about = {"xmp": _xmp(), "comment": PLACE} if gps else {}
    return _saved(image, "JPEG", exif=_exif(exif_orientation, gps), icc_profile=icc, progressive=progressive, **about)


@cache
def png(
    width: int = 64,
    height: int = 48,
    color: tuple[int, ...] | int = RUST,
    *,
    mode: str = "RGB",
    icc: bytes = b"",
) -> bytes:
    """A PNG of `mode` RGB, RGBA, L, LA or I;16, with PLACE in EXIF."""
    return _saved(_picture(width, height, color, mode), "PNG", exif=_exif(1, gps=True), icc_profile=icc)


@cache
def webp(width: int = 64, height: int = 48, color: tuple[int, ...] = RUST, *, frames: int = 1) -> bytes:
    """A WebP with PLACE in EXIF and XMP; with an alpha channel if `color` has four values."""
    first, *others = _frames(width, height, color, frames)
    options = {"save_all": True, "append_images": others, "duration": 40, "loop": 3} if others else {}
    return _saved(first, "WEBP", exif=_exif(1, gps=True), xmp=_xmp(), **options)


@cache
def avif(width: int = 64, height: int = 48, color: tuple[int, ...] = RUST, *, exif_orientation: int = 1) -> bytes:
    """An AVIF with PLACE in EXIF; it states its orientation in a box of its own (irot, imir)."""
    image = _picture(width, height, color)
    if (turn := TURNED[exif_orientation]) is not None:
        image = image.transpose(turn)
    return _saved(image, "AVIF", exif=_exif(exif_orientation, gps=True), speed=10)


@cache
def gif(width: int = 64, height: int = 48, color: tuple[int, ...] = RUST, *, frames: int = 1) -> bytes:
    """A GIF; frame n of an animation is shown for 10 * n milliseconds and then again from the first, for ever."""
    first, *others = _frames(width, height, color, frames)
    durations = [10 * number for number in range(1, frames + 1)]
    options = {"save_all": True, "append_images": others, "duration": durations, "loop": 0} if others else {}
    return _saved(first, "GIF", comment=PLACE, **options)


@cache
def apng(width: int = 64, height: int = 48, color: tuple[int, ...] = RUST, *, frames: int = 2) -> bytes:
    """An animated PNG."""
    first, *others = _frames(width, height, color, frames)
    return _saved(first, "PNG", save_all=True, append_images=others, duration=70)


@cache
def mpo() -> bytes:
    """Two JPEGs in one file, as cameras and phones with two lenses write them."""
    return _saved(_picture(64, 48, RUST), "MPO", save_all=True, append_images=[_picture(64, 48, (0, 0, 0))])


@cache
def bomb_png(width: int = 13_000, height: int = 13_000) -> bytes:
    """A PNG of a few kilobytes that needs width * height bytes when decoded; made without holding them."""
    packer = zlib.compressobj()
    row = bytes(1 + (width + 7) // 8)  # filter type, then one bit a pixel
    rows = b"".join([packer.compress(row) for _ in range(height)]) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@cache
def noise(width: int = 64, height: int = 48, *, format: str = "JPEG") -> bytes:
    """Grey noise: a picture whose file is nearly all pixels, little header."""
    return _saved(Image.effect_noise((width, height), 80), format)


def half_jpeg() -> bytes:
    """A download that broke off."""
    whole = noise()
    return whole[: len(whole) // 2]


def swapped_profile() -> bytes:
    """An ICC profile whose red is sRGB's green and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")


def svg(before: str = "") -> bytes:
    """An SVG with a script in it, `before` its first tag."""
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'.encode()


def heic(major: bytes = b"heic", *compatible: bytes) -> bytes:
    """The first box of an iPhone photo."""
    brands = b"".join(compatible or (b"mif1", b"heic"))
    return struct.pack(">I", 16 + len(brands)) + b"ftyp" + major + bytes(4) + brands + b"meta" * 50


def pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def text_named_jpg() -> bytes:
    """What is in a file that somebody renamed to .jpg."""
    return b"Dear diary, today I renamed a text file to .jpg.\n"


def _picture(width: int, height: int, color: tuple[int, ...] | int, mode: str = "") -> Image.Image:
    mode = mode or ("RGBA" if isinstance(color, tuple) and len(color) == 4 else "RGB")
    image = Image.new(mode, (width, height), color)
    white = {"I;16": 65_535, "CMYK": (0, 0, 0, 0)}.get(mode, "white")
    image.paste(white, (0, 0, width // 2, height // 2))
    return image


def _frames(width: int, height: int, color: tuple[int, ...], count: int) -> list[Image.Image]:
    """Pictures that differ from one to the next, or the encoders would join them."""
    return [_picture(width, height, (color[0] ^ (number % 2 * 64), *color[1:])) for number in range(count)]


def _exif(orientation: int, gps: bool) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif[0x010E] = PLACE  # ImageDescription
        exif[0x8825] = {1: "N", 2: (52.0, 5.0, 26.5), 3: "E", 4: (5.0, 7.0, 17.0)}  # GPSInfo
    return exif.tobytes()


def _xmp() -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{PLACE}</x:xmpmeta>'.encode()


def _saved(image: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()
