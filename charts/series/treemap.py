"""A treemap: values as rectangles as square as possible, coloured by a change.

Bruls, Huizing, van Wijk: Squarified Treemaps (2000).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .places import place
from .tones import OF_A_DAY, Number, tone

WIDTH, HEIGHT = 100.0, 60.0  # the plane that is divided; a tile states its place in percent of both
# What a text needs of that plane on a phone, where a unit is 3.4 px wide.
CHARACTER, MARGIN, CHANGE_WIDTH, NAME_HEIGHT, CHANGE_HEIGHT = 2.3, 4.5, 17.5, 6.0, 11.0
ON_A_DESK = 0.6  # of that width, where the plane is as wide as the page: a unit is 5.7 px or more


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    value: Number
    change: Number | None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """Where an item stands, in percent."""

    item: Item
    x: str
    y: str
    width: str
    height: str
    tone: str
    names: bool  # whether there is room for its label
    tells: bool  # and for its change
    names_on_a_desk: bool
    tells_on_a_desk: bool


def treemap(items: Iterable[Item], steps: tuple[float, ...] = OF_A_DAY) -> tuple[Tile, ...]:
    """The largest first; what is worth nothing or less has no area and is left out."""
    left = sorted((item for item in items if item.value > 0), key=lambda item: -item.value)
    total = sum(float(item.value) for item in left)
    x, y, width, height = 0.0, 0.0, WIDTH, HEIGHT
    tiles: list[Tile] = []
    areas = [float(item.value) / total * WIDTH * HEIGHT for item in left]
    while left:
        side = min(width, height)
        many = _row(areas, side)
        thick = sum(areas[:many]) / side if side else 0.0
        along = 0.0
        for item, area in zip(left[:many], areas[:many], strict=True):
            long = area / thick if thick else 0.0
            corner = (x, y + along, thick, long) if width >= height else (x + along, y, long, thick)
            tiles.append(_tile(item, corner, steps))
            along += long
        if width >= height:
            x, width = x + thick, max(width - thick, 0.0)
        else:
            y, height = y + thick, max(height - thick, 0.0)
        left, areas = left[many:], areas[many:]
    return tuple(tiles)


def _row(areas: Sequence[float], side: float) -> int:
    """How many of the next areas make the best row along a side: more until the worst becomes less square."""
    best, total = float("inf"), 0.0
    for many, area in enumerate(areas, 1):
        total += area
        square = (total / side) ** 2 if side else 0.0
        worst = max(square / area, areas[0] / square) if square and area else float("inf")
        if worst > best:
            return many - 1
        best = worst
    return len(areas)


def _tile(item: Item, corner: tuple[float, float, float, float], steps: tuple[float, ...]) -> Tile:
    x, y, width, height = corner
    needed = MARGIN + CHARACTER * len(item.label)
    names, names_on_a_desk = (width >= needed * room and height >= NAME_HEIGHT for room in (1, ON_A_DESK))
    return Tile(
        item,
        x=place(x / WIDTH * 100),
        y=place(y / HEIGHT * 100),
        width=place(width / WIDTH * 100),
        height=place(height / HEIGHT * 100),
        tone=tone(item.change, steps),
        names=names,
        tells=names and width >= CHANGE_WIDTH and height >= CHANGE_HEIGHT,
        names_on_a_desk=names_on_a_desk,
        tells_on_a_desk=names_on_a_desk and width >= CHANGE_WIDTH * ON_A_DESK and height >= CHANGE_HEIGHT,
    )
