"""What other sites show of a post that has no picture: its title, its author and the site's name, drawn.

The faces are Source Serif 4, from the npm package @fontsource/source-serif-4 5.3.1, one file for each group of
scripts; see posts/fonts. Letters that none of them has are left out, and a line that is mostly of such letters is left
out whole: better none than little boxes.
"""

import hashlib
import io
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.images.presets import SOCIAL

FONTS = Path(__file__).with_name("fonts")
FACES = ("latin", "latin-ext", "vietnamese", "cyrillic", "cyrillic-ext", "greek")
PAPER, INK, SUBTLE, ACCENT = "#fbf9f6", "#1f1a15", "#625b53", "#b3321f"  # as in static/css/tokens.css
MARGIN = 84  # pixels
SMALL = 34  # pixels: the size of the site's and the author's name
SIZES = {88: 3, 72: 4, 60: 5}  # pixels: how many lines of the title fit; the largest that holds all of it
MISSING = "\uffff"  # is in no face: what it is drawn as stands for all that a face lacks


def draw(title: str, author: str, site: str) -> bytes:
    """A PNG of presets.SOCIAL's size."""
    image = Image.new("RGB", SOCIAL, PAPER)
    page = ImageDraw.Draw(image)
    width, height = SOCIAL
    page.rectangle((0, 0, 20, height), fill=ACCENT)
    title, author, site = map(_drawable, (title, author, site))
    _write(page, (MARGIN, MARGIN - 12), site, SMALL, ACCENT)
    _write(page, (MARGIN, height - MARGIN - SMALL), author, SMALL, SUBTLE)
    if said := title or author or site:
        size, lines = _fitted(said, width - 2 * MARGIN)
        top = (height - len(lines) * size * 1.16) / 2
        for number, line in enumerate(lines):
            _write(page, (MARGIN, top + number * size * 1.16), line, size, INK)
    output = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)
    return output.getvalue()


def version(*words: str) -> str:
    """Of the words that are drawn: others keep for long what an address showed once."""
    return hashlib.md5("\n".join(words).encode(), usedforsecurity=False).hexdigest()[:8]


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"source-serif-4-{face}-600-normal.woff2", size)


@lru_cache(maxsize=4096)
def _face(letter: str) -> str | None:
    """The first face that has the letter."""
    for face in FACES:
        font = _font(face, SMALL)
        if letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask(MISSING)):
            return face
    return None


def _drawable(text: str) -> str:
    """What can be drawn of it: without emoji and other signs; nothing of what is mostly of another script."""
    kept = "".join(filter(_face, text))
    return " ".join(kept.split()) if 2 * len(kept) > len(text) else ""


def _runs(text: str, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """The text in pieces that one face has."""
    for face, letters in groupby(text, _face):
        yield "".join(letters), _font(face or FACES[0], size)


def _width(text: str, size: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, size))


def _write(page: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, color: str) -> None:
    x, y = at
    text = _shortened(text, size, SOCIAL[0] - MARGIN - x)
    for run, font in _runs(text, size):
        page.text((x, y + size), run, color, font, anchor="ls")
        x += font.getlength(run)


def _shortened(text: str, size: int, most: float) -> str:
    """Cut after a word; one that is too long by itself, after a letter."""
    if _width(text, size) <= most:
        return text
    while text and _width(f"{text} …", size) > most:
        text = text.rpartition(" ")[0] if " " in text else text[:-1]
    return f"{text} …"


def _fitted(title: str, most: float) -> tuple[int, list[str]]:
    """The size, and the lines that the title takes in it; at the smallest size the last line is cut."""
    for size, count in SIZES.items():
        lines = _lines(title, size, most)
        if len(lines) <= count:
            return size, lines
    return size, [*lines[: count - 1], _shortened(" ".join(lines[count - 1 :]), size, most)]


def _lines(text: str, size: int, most: float) -> list[str]:
    lines = [""]
    for word in text.split():
        if (longer := f"{lines[-1]} {word}".strip()) and _width(longer, size) <= most:
            lines[-1] = longer
        else:
            lines.append(_shortened(word, size, most))
    return [line for line in lines if line]
