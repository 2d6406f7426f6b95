"""Pictures for the demo posts: landscapes and patterns in few inks on warm paper, as if printed.

A motif has one composition or more. The posts' picture descriptions say what each shows.
"""

import math
from collections.abc import Callable

from posts.demo.press import (
    BLUE,
    CREAM,
    CURVE,
    GREEN,
    HAZE,
    INK,
    LICHEN,
    MIST,
    NIGHT,
    OCHRE,
    PAPER,
    PINE,
    SAGE,
    SAND,
    STRAW,
    UMBER,
    VERMILION,
    Outline,
    Sheet,
    bar,
    directions,
    disc,
    dot,
    mix,
    oval,
    ribbon,
    ring,
    spread,
)

# --- Hills ------------------------------------------------------------------------------------------------


def hills_at_dusk(sheet: Sheet) -> None:
    """Three ridges going grey towards a low red sun."""
    w, h = sheet.w, sheet.h
    sheet.sky(PAPER, STRAW, 0.55 * h)
    x, y, r = 0.64 * w, 0.36 * h, 0.15
    sheet.wash(CREAM, sheet.glow(x, y, 0.62, 0.9))
    sheet.ink(VERMILION, disc(x, y, r))
    sheet.ink(OCHRE, disc(x, y, r), tone=sheet.fade(y + r, y - 0.4 * r, 0.55))
    ridges = [(0.43, 0.050, 1.3, MIST, HAZE), (0.58, 0.060, 1.1, GREEN, MIST), (0.77, 0.070, 0.8, PINE, INK)]
    for at, height, waves, colour, foot in ridges:
        ridge = sheet.below(sheet.swell(at * h, height, waves * w / 1.5))
        sheet.ink(colour, ridge)
        sheet.ink(foot, ridge, tone=sheet.fade(min((at + 0.30) * h, 1.05 * h), (at + 0.01) * h, 0.8))


def hills_in_winter(sheet: Sheet) -> None:
    """Pale hills with a hard white light on their upper edges."""
    w, h = sheet.w, sheet.h
    sheet.sky(BLUE, MIST, 0.5 * h)
    shades = [mix(BLUE, MIST, 0.55), mix(BLUE, MIST, 0.85), mix(MIST, HAZE, 0.4), HAZE]
    for at, colour in zip((0.32, 0.47, 0.64, 0.83), shades, strict=True):
        line = sheet.swell(at * h, 0.055, 1.1 * w / 1.5)
        depths = [0.004 + 0.13 * max(0, -dy) for _, dy in directions(line)]
        lower = sheet.below([(x, y + depth) for (x, y), depth in zip(line, depths, strict=True)])
        sheet.ink(CREAM, sheet.below(line))
        sheet.ink(colour, lower)
        sheet.ink(mix(colour, NIGHT, 0.35), lower, tone=sheet.fade((at - 0.03) * h, (at + 0.2) * h, 0.6))


# --- Water ------------------------------------------------------------------------------------------------


def tide(sheet: Sheet) -> None:
    """Wet mud in long curves, with a thin channel of water running out between them."""
    w, h = sheet.w, sheet.h
    far, mouth = 0.3 * h, 0.6 * w
    sheet.sky(HAZE, STRAW, far)
    sheet.ink(VERMILION, disc(mouth, far - 0.03, 0.09))
    sheet.ink(BLUE, [*sheet.swell(far - 0.014, 0.008, 2), (w, far + 0.02), (0, far + 0.02)])
    sheet.ink(mix(UMBER, SAND, 0.35), sheet.from_(far))
    depths = [step**1.6 for step in spread(0, 1.02)]
    channel = [
        (mouth - 0.2 * w * t + 0.36 * w * t**0.8 * math.sin(5.6 * t**0.6 - 0.5), far + (h - far) * t) for t in depths
    ]
    dusk = sheet.fade(far, h, 0.7)
    for step, part in zip(range(9, -1, -1), (0.6, 0.2, 0.75, 0.4, 0.9, 0.55, 0.15, 0.7, 0.1, 0), strict=True):
        phase = sheet.random.uniform(0, math.tau)
        widths = [
            0.004 + 0.055 * t + step**1.3 * (0.012 + 0.066 * t) * (1 + 0.14 * math.sin(7 * t**0.7 + phase))
            for t in depths
        ]
        left, right = ([(x + side * d, y) for (x, y), d in zip(channel, widths, strict=True)] for side in (-1, 1))
        bank, shade = left + right[::-1], mix(UMBER, SAND, part)
        sheet.ink(shade if step else MIST, bank)
        if step:
            sheet.ink(mix(shade, UMBER, 0.5), bank, tone=dusk)
    sheet.ink(CREAM, bank, tone=sheet.fade(far, h))
    sheet.ink(VERMILION, bank, tone=sheet.fade(far, far + 0.4 * (h - far), 0.8))


def sea(sheet: Sheet, far: float, top: str, bottom: str, rows: int) -> None:
    """Rows of waves from the horizon at the height `far` to the foot of the sheet."""
    for row in range(rows):
        t = row / (rows - 1)
        y, height = far + (sheet.h - far) * t**1.7 * 0.93, 0.006 + 0.05 * t
        length, shift = 0.10 + 0.34 * t, sheet.random.random()
        crest = []
        for x in spread(-0.02, sheet.w + 0.02, 260):
            turn = (x / length + shift + 0.08 * math.sin(3 * x + row)) % 1
            crest.append((x, y - height * (1 - math.sin(math.pi * turn) ** 0.8)))
        foot = min(y + (sheet.h - far) * (0.06 + 0.25 * t), sheet.h + 0.01)
        colour = mix(top, bottom, t)
        band = [*crest, (sheet.w, foot), (0, foot)]
        sheet.ink(colour, band)
        if row:
            sheet.ink(mix(colour, CREAM, 0.85 - 0.35 * t), ribbon(crest, 0.002 + 0.006 * t))
            sheet.ink(mix(colour, INK, 0.35), band, tone=sheet.fade(foot, y - height, 0.55))


def waves_to_the_horizon(sheet: Sheet) -> None:
    """Waves in rows, dark below and paler towards the horizon."""
    far = 0.34 * sheet.h
    sheet.sky(HAZE, PAPER, far)
    x = 0.72 * sheet.w
    sheet.wash(CREAM, sheet.glow(x, far, 0.5, 0.8))
    sheet.ink(VERMILION, disc(x, far - 0.075, 0.075))
    sea(sheet, far, MIST, NIGHT, 11)


def waves_and_a_signal(sheet: Sheet) -> None:
    """Fog over a long sea, and rings of sound from one red point."""
    w, h = sheet.w, sheet.h
    x, y, far = 0.27 * w, 0.44 * h, 0.60 * h
    sheet.sky(mix(MIST, HAZE, 0.3), mix(HAZE, CREAM, 0.3), far)
    for radius in spread(0.13, 2.2, 14):
        sheet.ink(CREAM, ribbon(ring(x, y, radius), 0.03 / (1 + radius)))
    sheet.ink(VERMILION, disc(x, y, 0.06))
    sea(sheet, far, mix(MIST, HAZE, 0.5), mix(NIGHT, BLUE, 0.3), 7)


def waves_of_ink(sheet: Sheet) -> None:
    """Dark bands lying over one another, like ink under a roller."""
    h = sheet.h
    sheet.sky(STRAW, PAPER, h)
    edges = [sheet.swell(at * h, 0.035, 0.8, 0.3) for at in spread(0.2, 1.1, 7)]
    for edge, colour in zip(edges, (MIST, BLUE, MIST, BLUE, mix(BLUE, MIST, 0.5), BLUE, NIGHT), strict=True):
        thick = 0.3 * h
        band = [*edge, *((x, y + thick) for x, y in reversed(edge))]
        sheet.ink(colour, band, wet=True)
    sheet.ink(VERMILION, ribbon(edges[0], [0.012 + 0.03 * k / CURVE for k in range(CURVE)]))


# --- Grids ------------------------------------------------------------------------------------------------


def grid_of_lamps(sheet: Sheet) -> None:
    """A regular grid of squares in which a few have gone dark."""
    cell, gap = 0.155, 0.014
    columns, rows = int((sheet.w - 0.06) / cell), int((sheet.h - 0.06) / cell)
    left, top = (sheet.w - columns * cell + gap) / 2, (sheet.h - rows * cell + gap) / 2
    lit = [MIST, HAZE, SAGE, LICHEN, SAND, STRAW, mix(SAND, OCHRE, 0.4), mix(MIST, BLUE, 0.3)]
    dark = set(sheet.random.sample(range(columns * rows), 6))
    ember = min(dark)
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        x, y, side = left + column * cell, top + row * cell, cell - gap
        outer, inner = (INK, NIGHT) if number in dark else sheet.random.sample(lit, 2)
        sheet.ink(outer, sheet.box(x, y, side, side))
        inner = VERMILION if number == ember else inner
        size = side * sheet.random.choice((0.4, 0.5, 0.6))
        sheet.ink(inner, sheet.box(x + (side - size) / 2, y + (side - size) * 0.68, size, size))


def grid_of_a_survey(sheet: Sheet) -> None:
    """Thin crossed lines like the squares of a map sheet, with one square filled in."""
    w, h = sheet.w, sheet.h
    for x, y, wide, colour, count in ((0.3, 0.36, 0.075, OCHRE, 7), (0.95, 0.98, 0.085, BLUE, 8)):
        shape = [(k, sheet.random.uniform(0.02, 0.16) / k, sheet.random.uniform(0, math.tau)) for k in (1, 2, 3, 5)]
        for nearest in range(count, 0, -1):
            loop = [
                (
                    x * w + math.cos(a) * nearest * wide * (1 + sum(s * math.sin(k * a + p) for k, s, p in shape)),
                    y * h + math.sin(a) * nearest * wide * (1 + sum(s * math.sin(k * a + p) for k, s, p in shape)),
                )
                for a in spread(0, math.tau, 160)
            ]
            if colour == BLUE and nearest == count - 2:
                sheet.ink(MIST, loop)
            sheet.ink(colour, ribbon(loop, 0.0035 if nearest % 4 else 0.007))
    cell = 0.16
    left, top = (w % cell) / 2, (h % cell) / 2
    sheet.ink(VERMILION, sheet.box(left + 3 * cell, top + 2 * cell, cell, cell), wet=True)
    lines = [sheet.box(left + n * cell - 0.0015, 0, 0.003, h) for n in range(int(w / cell) + 1)]
    lines += [sheet.box(0, top + n * cell - 0.0015, w, 0.003) for n in range(int(h / cell) + 1)]
    sheet.ink(INK, *lines)


# --- Suns -------------------------------------------------------------------------------------------------


def sun_over_the_flat(sheet: Sheet) -> None:
    """A round sun, low and orange, over a flat horizon."""
    w, h = sheet.w, sheet.h
    far, r = 0.70 * h, 0.235
    x, y = 0.5 * w, far - 1.18 * r
    sheet.sky(PAPER, mix(SAND, STRAW, 0.4), far)
    sheet.wash(CREAM, sheet.glow(x, y, 0.66, 0.9))
    sheet.ink(mix(VERMILION, OCHRE, 0.25), disc(x, y, r))
    sheet.ink(STRAW, disc(x, y, r), tone=sheet.fade(y + 1.6 * r, y - 0.2 * r, 0.6))
    sheet.ink(NIGHT, sheet.from_(far))
    sheet.ink(BLUE, sheet.from_(far), tone=sheet.fade(far, h, 0.85))
    dashes = []
    for row in range(9):
        width = r * (1 - 0.06 * row) * sheet.random.uniform(0.25, 0.95)
        shift = sheet.random.uniform(-0.3, 0.3) * r
        dashes.append(bar(x + shift - width, x + shift + width, far + 0.016 + 0.027 * row, 0.004 + 0.001 * row))
    sheet.ink(mix(VERMILION, STRAW, 0.35), *dashes)


def sun_behind_cloud(sheet: Sheet) -> None:
    """A pale disc of sun behind bands of thin cloud."""
    w, h = sheet.w, sheet.h
    sheet.sky(mix(BLUE, MIST, 0.4), MIST, 0.9 * h)
    x, y, r = 0.42 * w, 0.42 * h, 0.25
    sheet.wash(HAZE, sheet.glow(x, y, 0.6, 0.9))
    sheet.ink(CREAM, disc(x, y, r))
    for at in spread(0.20, 0.86, 9):
        middle, reach = sheet.random.uniform(0.1, 0.9) * w, sheet.random.uniform(0.2, 0.5) * w
        band = bar(middle - reach, middle + reach, at * h, 0.018 + 0.03 * sheet.random.random())
        sheet.ink(mix(BLUE, MIST, sheet.random.uniform(0.35, 0.9)), band)
        sheet.ink(HAZE, band, tone=sheet.fade((at - 0.03) * h, (at + 0.03) * h, 0.5))


def sun_with_bars(sheet: Sheet) -> None:
    """A low sun with long level bars of light on either side."""
    w, h = sheet.w, sheet.h
    x, far, r = 0.5 * w, 0.74 * h, 0.2
    sheet.sky(NIGHT, mix(BLUE, NIGHT, 0.3), far)
    sheet.wash(mix(BLUE, OCHRE, 0.5), sheet.glow(x, far, 0.9, 0.9))
    for row in range(9):
        y, reach = far - 0.02 - 0.062 * row, (0.46 - 0.04 * row) * w * sheet.random.uniform(0.75, 1.05)
        colour, shift = mix(STRAW, OCHRE, row / 8), sheet.random.uniform(-0.06, 0.06) * w
        sheet.ink(colour, bar(x - reach + shift, x + reach + shift, y, 0.022 - 0.0016 * row))
    sheet.ink(VERMILION, disc(x, far - 0.3 * r, r))
    sheet.ink(STRAW, disc(x, far - 0.3 * r, r), tone=sheet.fade(far + 0.5 * r, far - r, 0.5))
    sheet.ink(INK, sheet.from_(far))
    sheet.ink(NIGHT, sheet.from_(far), tone=sheet.fade(far, h, 0.8))


def sun_in_steam(sheet: Sheet) -> None:
    """A round sun seen through steam or haze."""
    w, h = sheet.w, sheet.h
    sheet.sky(SAND, STRAW, h)
    x, y, r = 0.5 * w, 0.42 * h, 0.27
    sheet.wash(CREAM, sheet.glow(x, y, 0.62, 0.8))
    sheet.ink(VERMILION, disc(x, y, r))
    for middle, foot, top in ((0.16, 0.10, 0.30), (0.37, 0.16, 0.14), (0.60, 0.13, 0.06), (0.82, 0.11, 0.26)):
        phase = sheet.random.uniform(0, math.tau)
        climb = [
            (middle * w + (0.02 + 0.05 * t) * math.sin(6.5 * t + phase), h * (1.02 - (1.02 - top) * t))
            for t in spread(0, 1)
        ]
        wisp = ribbon(climb, [foot * w * (1 - t**1.5) * (1 + 0.25 * math.sin(9 * t + phase)) for t in spread(0, 1)])
        sheet.ink(CREAM, wisp, tone=sheet.fade(0.75 * h, (top - 0.1) * h, 0.95))
    sheet.wash(CREAM, sheet.fade(h, 0.55 * h))


# --- Leaves -----------------------------------------------------------------------------------------------


FOLDED = 2  # of every four leaves, this one


def leaf(sheet: Sheet, x: float, length: float, lean: float, width: float) -> tuple[Outline, list[float]]:
    """The rib of a leaf that grows from below the sheet at `x`, and its width at each point."""
    bend, foot = sheet.random.uniform(-0.12, 0.12), 1.06 * sheet.h
    steps = spread(0, 1, 48)
    rib = [(x + length * (lean * t + bend * t * t), foot - length * t) for t in steps]
    return rib, [width * math.sin(math.pi * t**0.62) ** 0.9 + 0.002 for t in steps]


def leaves_crossing(sheet: Sheet) -> None:
    """Long pointed leaves crossing one another, some folded over at the neck."""
    w, h = sheet.w, sheet.h
    sheet.sky(PAPER, STRAW, h)
    sheet.ink(VERMILION, disc(0.79 * w, 0.24 * h, 0.1))
    flaps, colours = [], (LICHEN, SAGE, mix(SAGE, SAND, 0.6), mix(GREEN, MIST, 0.4), GREEN, mix(SAGE, OCHRE, 0.5))
    count = round(9 * w)
    for number in range(count):
        x, side = w * (number + 0.5) / count + sheet.random.uniform(-0.05, 0.05), (-1) ** number
        colour = colours[number % len(colours)]
        lean = side * sheet.random.uniform(0.1, 0.5)
        rib, widths = leaf(sheet, x, h * sheet.random.uniform(0.75, 1.04), lean, 0.095)
        if number % 4 == FOLDED:
            neck = 28
            (x, y), width, drop = rib[neck], widths[neck], h * sheet.random.uniform(0.3, 0.4)
            tip = [(x + side * 0.5 * drop * t**1.5, y + drop * t - 0.2 * width) for t in spread(0, 1, 48)]
            sheet.ink(colour, ribbon(rib[: neck + 1], widths[: neck + 1]), wet=True)
            flaps.append((mix(colour, PINE, 0.4), ribbon(tip, [width * (1 - t**2) for t in spread(0, 1, 48)])))
        else:
            sheet.ink(colour, ribbon(rib, widths), wet=True)
            sheet.ink(mix(colour, CREAM, 0.6), ribbon(rib, [0.08 * width for width in widths]))
    for colour, flap in flaps:
        sheet.ink(colour, flap)


def leaves_in_light(sheet: Sheet) -> None:
    """Tall narrow leaves with light down one side of each."""
    w, h = sheet.w, sheet.h
    sheet.sky(mix(MIST, HAZE, 0.3), PAPER, h)
    sheet.ink(VERMILION, disc(0.70 * w, 0.2 * h, 0.11))
    count = round(6 * w)
    for layer, (dark, light, tall) in enumerate(
        ((mix(SAGE, MIST, 0.4), HAZE, 0.95), (GREEN, LICHEN, 0.8), (PINE, SAGE, 0.58))
    ):
        for number in range(count):
            x = w * (number + 0.25 + 0.25 * layer) / count + sheet.random.uniform(-0.02, 0.02)
            length = h * tall * sheet.random.uniform(0.8, 1.04)
            rib, widths = leaf(sheet, x, length, sheet.random.uniform(-0.05, 0.05), 0.12)
            sheet.ink(dark, ribbon(rib, widths))
            lit = [(px - width / 4, py) for (px, py), width in zip(rib, widths, strict=True)]
            sheet.ink(light, ribbon(lit, [width / 2 for width in widths]))


# --- Rails ------------------------------------------------------------------------------------------------


def rails_in_a_curve(sheet: Sheet) -> None:
    """Tracks from above, side by side through one bend."""
    w, h = sheet.w, sheet.h
    sheet.sky(PAPER, mix(SAND, STRAW, 0.5), h)
    x, y = -0.15 * w, 1.2 * h
    gauge = 0.085
    radii = spread(0.42, 1.75 * max(w, h) / 1.33, 6)
    for radius in radii:
        sleepers = []
        for a in spread(-1.7, 0.3, round(radius * 46)):
            out = [(x + d * math.cos(a), y + d * math.sin(a)) for d in (radius - gauge, radius + gauge)]
            sleepers.append(ribbon(out, 0.02))
        sheet.ink(mix(UMBER, SAND, 0.25), *sleepers)
        for d in (radius - 0.55 * gauge, radius + 0.55 * gauge):
            arc = [(x + d * math.cos(a), y + d * math.sin(a)) for a in spread(-1.7, 0.3, 160)]
            sheet.ink(VERMILION if radius == radii[2] else NIGHT, ribbon(arc, 0.015))


def rails_to_a_point(sheet: Sheet) -> None:
    """Two rails running away to a point on the horizon."""
    w, h = sheet.w, sheet.h
    x, far = 0.56 * w, 0.42 * h
    sheet.sky(MIST, HAZE, far)
    sheet.wash(CREAM, sheet.glow(x, far, 0.6, 0.9))
    sheet.ink(BLUE, [*sheet.swell(far - 0.02, 0.014, 1.5), (w, far + 0.02), (0, far + 0.02)])
    sheet.ink(SAGE, sheet.from_(far))
    sheet.ink(GREEN, sheet.from_(far), tone=sheet.fade(h, far, 0.9))
    deep, foot = h - far, 0.42 * w

    def at(side: float, t: float) -> tuple[float, float]:
        return (x + (foot - x + side) * t, far + deep * t)

    sheet.ink(SAND, [(x, far), at(-0.52, 1.05), at(0.52, 1.05)])
    sheet.ink(OCHRE, [(x, far), at(-0.52, 1.05), at(0.52, 1.05)], tone=sheet.fade(h, far, 0.6))
    depths = [1 / (1 + 0.42 * n) for n in range(-1, 60)]
    sleepers = [[at(-0.42, t), at(0.42, t), at(0.42, t * 1.09), at(-0.42, t * 1.09)] for t in depths if t > 0]
    sheet.ink(UMBER, *sleepers)
    for side in (-0.28, 0.28):
        sheet.ink(INK, [(x, far), at(side - 0.024, 1.05), at(side + 0.024, 1.05)])
        sheet.ink(HAZE, [(x, far), at(side - 0.012, 1.05), at(side, 1.05)])
    for n in range(2, 9):
        t = 1.6 / (n + 0.3)
        px, py = x + 0.62 * t * 0.9, far + deep * t * 0.62
        sheet.ink(
            INK,
            sheet.box(px, py - 0.62 * t, 0.014 * t, 0.62 * t),
            sheet.box(px - 0.06 * t, py - 0.57 * t, 0.134 * t, 0.012 * t),
        )
    sheet.ink(VERMILION, disc(x, far - 0.05, 0.045))


def rails_gone(sheet: Sheet) -> None:
    """A railway line without rails: a level strip running between banks to the horizon."""
    w, h = sheet.w, sheet.h
    x, far = 0.46 * w, 0.42 * h
    sheet.sky(PAPER, STRAW, far)
    sheet.ink(VERMILION, disc(x, far - 0.02, 0.1))
    sheet.ink(mix(BLUE, MIST, 0.4), [*sheet.swell(far - 0.012, 0.012, 2), (w, far + 0.03), (0, far + 0.03)])
    sheet.ink(PINE, sheet.from_(far))
    for step, colour in enumerate((LICHEN, SAGE, GREEN, PINE)):
        for edge in (-0.02, w + 0.02):
            rise, phase = (0.24, 0.10, -0.06, -0.24)[step] * h, sheet.random.uniform(0, math.tau)
            brow = [
                (x + (edge - x) * t, far - rise * t**1.4 + 0.018 * t * math.sin(7 * t + phase)) for t in spread(0, 1)
            ]
            bank = [*brow, (edge, h + 0.01), (x, h + 0.01)]
            sheet.ink(colour, bank)
            sheet.ink(mix(colour, PINE, 0.45), bank, tone=sheet.fade(far + 0.45 * h, far - rise, 0.7))
    strip = [(x - 0.006, far), (x + 0.006, far), (x + 0.46, h + 0.01), (x - 0.46, h + 0.01)]
    sheet.ink(SAND, strip)
    sheet.ink(CREAM, strip, tone=sheet.fade(far, h, 0.9))


# --- Dunes ------------------------------------------------------------------------------------------------


def dunes_with_grass(sheet: Sheet) -> None:
    """Low dunes one behind another, with grass along the crests."""
    w, h = sheet.w, sheet.h
    sheet.sky(mix(MIST, HAZE, 0.3), PAPER, 0.4 * h)
    sheet.ink(BLUE, sheet.from_(0.395 * h))
    sheet.ink(VERMILION, [(0.24 * w, 0.392 * h), (0.24 * w + 0.05, 0.392 * h), (0.24 * w + 0.012, 0.392 * h - 0.085)])
    for at, colour, blades in ((0.45, STRAW, 0.05), (0.58, SAND, 0.08), (0.76, mix(SAND, OCHRE, 0.5), 0.13)):
        crest = sheet.swell(at * h, 0.045, 0.9 * w / 1.5, 0.3)
        dune = sheet.below(crest)
        sheet.ink(colour, dune)
        sheet.ink(mix(colour, UMBER, 0.45), dune, tone=sheet.fade((at + 0.24) * h, (at - 0.02) * h, 0.7))
        grass = []
        for clump in sheet.random.sample(crest, 11):
            for _ in range(14):
                x, y = clump[0] + sheet.random.gauss(0, 0.3 * blades), clump[1] + 0.012
                y = min(crest, key=lambda point: abs(point[0] - x))[1] + 0.008
                tall, lean = blades * sheet.random.uniform(0.5, 1.1), sheet.random.uniform(-0.1, 0.7)
                rib = [(x + tall * lean * t * t, y - tall * t) for t in spread(0, 1, 8)]
                grass.append(ribbon(rib, [0.05 * blades * (1 - t) + 0.0005 for t in spread(0, 1, 8)]))
        sheet.ink(mix(GREEN, PINE, (at - 0.45) * 3), *grass)


def dunes_of_a_bar(sheet: Sheet) -> None:
    """A long low bank of sand with ripples, and a bright line of water beyond it."""
    w, h = sheet.w, sheet.h
    far = 0.40 * h
    sheet.sky(HAZE, PAPER, far)
    sheet.ink(BLUE, sheet.box(0, far, w, 0.07 * h))
    sheet.ink(CREAM, sheet.box(0, far + 0.055 * h, w, 0.08 * h))
    sheet.ink(VERMILION, [(0.70 * w, far + 0.02), (0.70 * w + 0.05, far + 0.02), (0.70 * w + 0.025, far - 0.085)])
    bank = [
        (x, far + 0.13 * h - 0.09 * h * math.exp(-(((x / w - 0.36) / 0.24) ** 2))) for x in spread(-0.01, w + 0.01)
    ]
    sheet.ink(SAND, sheet.below(bank))
    sheet.ink(STRAW, sheet.below(bank), tone=sheet.fade(far, 0.75 * h, 0.9))
    for row in range(13):
        t = (row + 1) / 13
        y, phase = far + 0.12 * h + 0.5 * h * t**1.6, sheet.random.uniform(0, math.tau)
        for start in range(3):
            left = w * (start / 3 + sheet.random.uniform(-0.1, 0.12))
            line = [
                (x, y + 0.02 * t * math.sin(6 * x / (0.4 + t) + phase))
                for x in spread(left, left + w * sheet.random.uniform(0.2, 0.42), 60)
            ]
            ripple = ribbon(line, [0.017 * t * math.sin(math.pi * k / 59) + 0.001 for k in range(60)])
            sheet.ink(mix(OCHRE, UMBER, 0.3 * t), ripple)


# --- Windows ----------------------------------------------------------------------------------------------


def windows_of_a_house(sheet: Sheet) -> None:
    """The front of a tall house with many windows, most of them dark."""
    w, h = sheet.w, sheet.h
    sheet.sky(BLUE, mix(BLUE, MIST, 0.6), h)
    left, right, top = 0.10 * w, 0.90 * w, 0.11 * h
    wall = sheet.box(left, top, right - left, h)
    sheet.ink(SAND, wall)
    sheet.ink(OCHRE, wall, tone=sheet.fade(h, top, 0.55))
    sheet.ink(UMBER, sheet.box(left - 0.02, top - 0.02, right - left + 0.04, 0.03))
    columns = max(3, round((right - left) / 0.2))
    rows = max(2, round((0.80 * h - top) / 0.25))
    cell, floor = (right - left) / columns, (0.84 * h - top) / rows
    lit = set(sheet.random.sample(range(columns * rows), 3))
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        wide, tall = 0.52 * cell, 0.62 * floor
        x, y = left + column * cell + (cell - wide) / 2, top + row * floor + 0.22 * floor
        sheet.ink(CREAM, sheet.box(x - 0.010, y - 0.010, wide + 0.02, tall + 0.02))
        pane = sheet.box(x, y, wide, tall)
        sheet.ink(STRAW if number in lit else NIGHT, pane)
        if column == 0:
            dusk = sheet.fade(y + tall, y, 0.7)
        sheet.ink(OCHRE if number in lit else BLUE, pane, tone=dusk)
        bars = [sheet.box(x + wide / 2 - 0.003, y, 0.006, tall), sheet.box(x, y + tall / 2 - 0.004, wide, 0.008)]
        sheet.ink(CREAM, *bars)
        sheet.ink(UMBER, sheet.box(x - 0.02, y + tall + 0.010, wide + 0.04, 0.012))
    x, wide, tall = 0.5 * w - 0.075, 0.15, 0.135 * h
    sheet.ink(CREAM, sheet.box(x - 0.015, h - tall - 0.015, wide + 0.03, tall + 0.1))
    sheet.ink(VERMILION, sheet.box(x, h - tall, wide, tall + 0.1))
    sheet.ink(INK, disc(x + 0.85 * wide, h - 0.45 * tall, 0.008))


def windows_in_a_row(sheet: Sheet) -> None:
    """A row of tall windows with light in two of them."""
    w, h = sheet.w, sheet.h
    sheet.sky(NIGHT, mix(NIGHT, BLUE, 0.55), h)
    ground = 0.83 * h
    count = max(4, round(w / 0.26))
    cell = w / count
    wide, top, sill = 0.58 * cell, 0.20 * h, 0.70 * h
    lit = {count // 2, count // 2 - 2}

    def arch(x: float, grow: float) -> Outline:
        r = wide / 2 + grow
        return [(x - r * math.cos(a), top + wide / 2 - r * math.sin(a)) for a in spread(0, math.pi, 40)] + [
            (x + r, sill + grow),
            (x - r, sill + grow),
        ]

    sheet.ink(INK, sheet.from_(ground))
    for number in range(count):
        x = cell * (number + 0.5)
        sheet.ink(mix(BLUE, MIST, 0.45), arch(x, 0.013))
        sheet.ink(STRAW if number in lit else mix(NIGHT, INK, 0.5), arch(x, 0))
        if number in lit:
            sheet.ink(OCHRE, arch(x, 0), tone=sheet.fade(sill, top, 0.8))
            books, bx = [], x - wide / 2 + 0.008
            while bx < x + wide / 2 - 0.02:
                thick, tall = sheet.random.uniform(0.008, 0.018), sheet.random.uniform(0.05, 0.1)
                books.append(sheet.box(bx, sill - tall, thick, tall))
                bx += thick + 0.003
            sheet.ink(UMBER, *books)
            sheet.ink(VERMILION, books[len(books) // 3])
            spill = [(x - wide / 2, ground), (x + wide / 2, ground), (x + wide * 0.9, h), (x - wide * 0.9, h)]
            sheet.ink(OCHRE, spill, tone=sheet.fade(ground, 1.1 * h, 0.8))
        frame = mix(BLUE, MIST, 0.45)
        sheet.ink(
            frame,
            sheet.box(x - 0.003, top, 0.006, sill - top),
            *(sheet.box(x - wide / 2, y, wide, 0.006) for y in spread(top + wide / 2, sill, 4)[:3]),
        )


# --- Dots -------------------------------------------------------------------------------------------------


def dots_for_sounds(sheet: Sheet) -> None:
    """Dots in rows, larger around what is loud: a map without streets."""
    w, h = sheet.w, sheet.h
    sheet.sky(mix(NIGHT, INK, 0.4), NIGHT, h)
    pitch = 0.04
    sources = [
        (x * w, sheet.random.gauss(y, 0.05) * h, sheet.random.uniform(0.14, 0.24))
        for x, y in ((0.10, 0.25), (0.27, 0.72), (0.45, 0.30), (0.66, 0.62), (0.78, 0.35), (0.95, 0.8))
    ]
    inks: dict[str, list[Outline]] = {}
    for row in range(round(h / pitch) + 1):
        for column in range(round(w / pitch) + 1):
            x, y = (column + 0.5 * (row % 2)) * pitch, row * pitch
            loud = sum(math.exp(-((x - sx) ** 2 + (y - sy) ** 2) / reach**2) for sx, sy, reach in sources)
            level = min(int(loud * 3.4), 4)
            colour = (BLUE, mix(BLUE, MIST, 0.5), HAZE, STRAW, VERMILION)[level]
            inks.setdefault(colour, []).append(dot(x, y, pitch * (0.10 + 0.34 * min(loud, 1))))
    for colour, dots in inks.items():
        sheet.ink(colour, *dots)


def dots_of_a_halftone(sheet: Sheet) -> None:
    """Rows of small dots that grow larger towards one corner, as in a printed halftone."""
    w, h = sheet.w, sheet.h
    sheet.ink(VERMILION, disc(0.68 * w, 0.38 * h, 0.24))
    pitch, dots = 0.032, []
    for row in range(round(h / pitch / 0.87) + 2):
        for column in range(round(w / pitch) + 2):
            x, y = (column + 0.5 * (row % 2)) * pitch, row * pitch * 0.87
            dark = 0.5 * (1 - x / w) + 0.5 * y / h + 0.05 * math.sin(4 * x + 3 * y)
            dots.append(dot(x, y, pitch * (0.06 + 0.50 * max(dark, 0) ** 1.3)))
    sheet.ink(NIGHT, *dots, wet=True)


# --- Portraits --------------------------------------------------------------------------------------------


def bust(sheet: Sheet, ground: str, clothes: str, skin: str) -> tuple[float, float]:
    """Print a head on its shoulders and answer where the head's middle is."""
    x, y = sheet.w / 2, 0.44 * sheet.h
    sheet.sky(mix(ground, CREAM, 0.4), ground, sheet.h)
    sheet.ink(mix(skin, UMBER, 0.3), sheet.box(x - 0.075, y + 0.08, 0.15, 0.26))
    sheet.ink(clothes, oval(x, y + 0.68, 0.36, 0.38))
    sheet.ink(skin, oval(x, y, 0.165, 0.205))
    return x, y


def portrait_with_hat(sheet: Sheet) -> None:
    x, y = bust(sheet, SAGE, NIGHT, SAND)
    sheet.ink(UMBER, *(oval(x + side * 0.155, y + 0.06, 0.045, 0.17) for side in (-1, 1)))
    sheet.ink(OCHRE, oval(x, y - 0.13, 0.175, 0.18)[60:])
    sheet.ink(OCHRE, oval(x, y - 0.115, 0.33, 0.05))
    sheet.ink(VERMILION, sheet.box(x - 0.165, y - 0.19, 0.33, 0.04))


def portrait_with_beard(sheet: Sheet) -> None:
    x, y = bust(sheet, MIST, OCHRE, mix(SAND, UMBER, 0.35))
    sheet.ink(INK, [*oval(x, y + 0.03, 0.175, 0.22)[:61], (x - 0.1, y + 0.05), (x + 0.1, y + 0.05)])
    sheet.ink(NIGHT, oval(x, y - 0.06, 0.18, 0.21)[60:])
    sheet.ink(VERMILION, bar(x - 0.155, x + 0.155, y - 0.075, 0.06))


def portrait_with_bun(sheet: Sheet) -> None:
    x, y = bust(sheet, STRAW, PINE, mix(SAND, CREAM, 0.35))
    sheet.ink(INK, oval(x + 0.02, y - 0.25, 0.085, 0.085), oval(x, y - 0.05, 0.185, 0.185)[60:])
    sheet.ink(VERMILION, oval(x, y + 0.3, 0.15, 0.055))
    rims = [ribbon(ring(x + side * 0.075, y + 0.02, 0.055), 0.014) for side in (-1, 1)]
    sheet.ink(INK, *rims, bar(x - 0.02, x + 0.02, y + 0.02, 0.012))


COMPOSITIONS: dict[str, tuple[Callable[[Sheet], None], ...]] = {
    "hills": (hills_at_dusk, hills_in_winter),
    "tide": (tide,),
    "grid": (grid_of_lamps, grid_of_a_survey),
    "sun": (sun_over_the_flat, sun_behind_cloud, sun_with_bars, sun_in_steam),
    "leaves": (leaves_crossing, leaves_in_light),
    "rails": (rails_in_a_curve, rails_to_a_point, rails_gone),
    "dunes": (dunes_with_grass, dunes_of_a_bar),
    "windows": (windows_of_a_house, windows_in_a_row),
    "dots": (dots_for_sounds, dots_of_a_halftone),
    "portrait": (portrait_with_hat, portrait_with_beard, portrait_with_bun),
    "waves": (waves_to_the_horizon, waves_and_a_signal, waves_of_ink),
}


def paint(motif: str, size: tuple[int, int], seed: int) -> bytes:
    """A JPEG of `size` pixels. Same arguments, same picture; seeds in a row walk through the motif's compositions."""
    compositions = COMPOSITIONS[motif]
    sheet = Sheet(size, seed)
    compositions[seed % len(compositions)](sheet)
    return sheet.printed()
