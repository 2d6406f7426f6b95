"""What the demo's pictures are printed with: a sheet of paper, a few inks, and outlines to fill.

Lengths are in shorter sides of the picture, from the top left: (0, 0) to (sheet.w, sheet.h), one of which is 1.
Everything printed is the inside of an outline, a list of points.
"""

import io
import math
import random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageOps

Outline = list[tuple[float, float]]

PAPER, CREAM, INK, VERMILION = "#efe5d0", "#f8f2e4", "#25221f", "#d8502f"
NIGHT, BLUE, MIST, HAZE = "#2b4052", "#5f7f92", "#a9bcc0", "#cfd6d0"
PINE, GREEN, SAGE, LICHEN = "#34493f", "#6f8871", "#a8b59a", "#ccd0b4"
UMBER, OCHRE, SAND, STRAW = "#6a4a33", "#c4954a", "#dcbf8a", "#ead7ac"

EDGE = 2  # stencils are cut this many times larger, so that their edges are smooth
CURVE = 96  # points of a long curve


class Sheet:
    """A sheet of paper and what has been printed on it so far."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.size, self.unit = size, min(size)
        self.w, self.h = size[0] / self.unit, size[1] / self.unit
        self.random = random.Random(seed)  # noqa: S311
        self.image = Image.new("RGB", size, PAPER)
        self.grain = ImageOps.equalize(self._noise(1.6))

    def _noise(self, pixels: float) -> Image.Image:
        """Random greys in spots of about so many pixels, of a sheet whose longer side has 1600."""
        pixels = max(pixels * max(self.size) / 1600, 1)
        width, height = (math.ceil(side / pixels) for side in self.size)
        spots = Image.frombytes("L", (width, height), self.random.randbytes(width * height))
        return spots.resize(self.size, Image.Resampling.BICUBIC)

    def ink(self, colour: str, *outlines: Outline, tone: Image.Image | None = None, wet: bool = False) -> None:
        """Print the inside of `outlines`, in full or in the grain of `tone`; `wet` lets what lies below show."""
        across, down = zip(*(point for outline in outlines for point in outline), strict=True)
        box = (
            max(math.floor(min(across) * self.unit), 0),
            max(math.floor(min(down) * self.unit), 0),
            min(math.ceil(max(across) * self.unit), self.size[0]),
            min(math.ceil(max(down) * self.unit), self.size[1]),
        )
        size = (box[2] - box[0], box[3] - box[1])
        if min(size) < 1:
            return
        stencil = Image.new("L", (size[0] * EDGE, size[1] * EDGE))
        draw, scale = ImageDraw.Draw(stencil), self.unit * EDGE
        for outline in outlines:
            draw.polygon([(x * scale - box[0] * EDGE, y * scale - box[1] * EDGE) for x, y in outline], fill=255)
        mask = stencil.reduce(EDGE)
        if tone:
            mask = ImageChops.multiply(mask, tone.crop(box))
        layer = Image.new("RGB", size, colour)
        if wet:
            layer = ImageChops.multiply(self.image.crop(box), layer)
        self.image.paste(layer, box, mask)

    def sky(self, high: str, low: str, far: float) -> None:
        """Print all of the sheet in `low`, with the grain of `high` from the top down to the height `far`."""
        self.image.paste(low, (0, 0, *self.size))
        self.wash(high, self.fade(0, far))

    def wash(self, colour: str, tone: Image.Image) -> None:
        """Print all of the sheet in the grain of `tone`."""
        self.image.paste(colour, (0, 0, *self.size), tone)

    def fade(self, full: float, none: float, most: float = 1) -> Image.Image:
        """Grain that is as dense as `most` at the height `full` and thins out towards the height `none`."""
        rows = ((y / self.unit - none) / (full - none) for y in range(self.size[1]))
        column = Image.new("L", (1, self.size[1]))
        column.putdata([round(255 * most * min(max(row, 0), 1)) for row in rows])
        return self._stippled(column.resize(self.size, Image.Resampling.NEAREST))

    def glow(self, x: float, y: float, radius: float, most: float = 1) -> Image.Image:
        """Grain that is as dense as `most` at one point and thins out over `radius`."""
        side = round(2 * radius * self.unit)
        disc = Image.radial_gradient("L").point(lambda value: round(most * max(255 - value * 1.41, 0)))
        light = Image.new("L", self.size)
        light.paste(disc.resize((side, side)), (round((x - radius) * self.unit), round((y - radius) * self.unit)))
        return self._stippled(light)

    def _stippled(self, density: Image.Image) -> Image.Image:
        return ImageChops.add(density, self.grain, offset=-255).point(lambda value: min(value * 5, 255))

    def printed(self) -> bytes:
        """The sheet as a JPEG, with the unevenness of ink and paper."""
        uneven = Image.blend(self._noise(120), self._noise(2), 0.75)
        uneven = uneven.point(lambda value: 128 + (value - 128) * 0.08)
        image = ImageChops.add(self.image, Image.merge("RGB", [uneven] * 3), offset=-128)
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=90)
        return stream.getvalue()

    # --- Outlines ---------------------------------------------------------------------------------------

    def swell(self, y: float, height: float, waves: float, roughness: float = 0.45) -> Outline:
        """A rolling line from edge to edge around the height `y`, of so many waves to the sheet."""
        parts = [(roughness**octave, waves * 1.9**octave, self.random.uniform(0, math.tau)) for octave in range(4)]
        return [
            (x, y + height * sum(a * math.sin(math.tau * f * x / self.w + phase) for a, f, phase in parts))
            for x in spread(-0.01, self.w + 0.01)
        ]

    def below(self, line: Outline) -> Outline:
        return [*line, (line[-1][0], self.h + 0.01), (line[0][0], self.h + 0.01)]

    def box(self, x: float, y: float, width: float, height: float) -> Outline:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]

    def from_(self, y: float) -> Outline:
        """All of the sheet below the height `y`."""
        return self.box(-0.01, y, self.w + 0.02, self.h - y + 0.01)


def mix(one: str, other: str, part: float) -> str:
    """The colour at `part` of the way from `one` to `other`."""
    pair = zip(ImageColor.getrgb(one), ImageColor.getrgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pair)


def spread(first: float, last: float, points: int = CURVE) -> list[float]:
    return [first + (last - first) * step / (points - 1) for step in range(points)]


def oval(x: float, y: float, across: float, down: float, points: int = 120) -> Outline:
    """Clockwise from the right: its lower half, then its upper half."""
    turns = (math.tau * step / points for step in range(points))
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


def disc(x: float, y: float, radius: float) -> Outline:
    return oval(x, y, radius, radius)


def dot(x: float, y: float, radius: float) -> Outline:
    """A small disc, of few points."""
    return oval(x, y, radius, radius, 28)


def bar(left: float, right: float, y: float, thickness: float) -> Outline:
    """A level bar with round ends, which stand out beyond `left` and `right`."""
    half = thickness / 2
    turn = [(half * math.sin(a), -half * math.cos(a)) for a in spread(0, math.pi, 13)]
    return [(right + dx, y + dy) for dx, dy in turn] + [(left - dx, y - dy) for dx, dy in turn]


def ring(x: float, y: float, radius: float) -> Outline:
    """A line round a point, which ends where it began."""
    circle = oval(x, y, radius, radius)
    return [*circle, circle[0]]


def ribbon(line: Outline, widths: float | list[float]) -> Outline:
    """What a nib draws along `line`, as wide as it is told, or told for each point."""
    one, other = [], []
    widths = widths if isinstance(widths, list) else [widths] * len(line)
    for (x, y), (dx, dy), width in zip(line, directions(line), widths, strict=True):
        one.append((x - dy * width / 2, y + dx * width / 2))
        other.append((x + dy * width / 2, y - dx * width / 2))
    return one + other[::-1]


def directions(line: Outline) -> list[tuple[float, float]]:
    """For each point of `line` the way it runs there, of length 1."""
    found = []
    for (x0, y0), (x1, y1) in zip([line[0], *line[:-1]], [*line[1:], line[-1]], strict=True):
        length = math.hypot(x1 - x0, y1 - y0) or 1
        found.append(((x1 - x0) / length, (y1 - y0) / length))
    return found
