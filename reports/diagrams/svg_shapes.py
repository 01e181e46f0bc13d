"""Draw lines, arrows and text as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from textwrap import wrap

TEXT, LINE = 12, 16
PADDING = 13  # the space between a box and its text
ARROW_LENGTH, BEND = 8, 6  # an arrowhead, a line's corner

# A letter's share of the font size in the widest usual fonts, because no font can be measured here.
LETTER, BOLD_LETTER = 0.57, 0.67

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class LineEnd:
    """The point where a line meets a box.

    Attributes:
        x: The distance from the left.
        y: The distance from the top.
        has_arrow: If it ends in an arrowhead.
    """

    x: float
    y: float
    has_arrow: bool


def draw_bus(x: float, ends: Iterable[LineEnd], kind: str = "") -> Iterator[str]:
    """Yield lines that join all ends along `x`: one bends to the first and last, the others meet it in a dot."""
    ends = sorted(ends, key=lambda end: end.y)
    points = [(end.x + _towards(end.x, x) * ARROW_LENGTH if end.has_arrow else end.x, end.y) for end in ends]
    bent = [points[0], points[-1]] if points else []
    if bent:
        yield draw_line([bent[0], (x, bent[0][1]), (x, bent[1][1]), bent[1]], kind)
    for across, y in points[1:-1]:
        # Opposite a bent end the line continues to the bend, so that no gap is left.
        meets = next((x - _towards(other, x) * BEND for other, level in bent if level == y), x)
        yield draw_line([(across, y), (meets, y)], kind)
        yield f'<circle class="tip{kind}" cx="{x:g}" cy="{y:g}" r="2.5"/>'
    for end in (end for end in ends if end.has_arrow):
        yield draw_arrow(end.x, end.y, (-_towards(end.x, x), 0), kind)


def _towards(start: float, end: float) -> int:
    return 1 if end > start else -1


def draw_line(points: Sequence[Point], kind: str = "") -> str:
    """Return a line through points, with round corners."""
    path = f"M{_at(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path += f" L{_at(_short_of(corner, before))} Q{_at(corner)} {_at(_short_of(corner, after))}"
    return f'<path class="line{kind}" d="{path} L{_at(points[-1])}"/>'


def _short_of(corner: Point, other: Point) -> Point:
    """Return the point between a corner and another point where the corner's bend ends."""
    across, down = other[0] - corner[0], other[1] - corner[1]
    length = abs(across) + abs(down)
    share = min(BEND, length / 2) / length if length else 0
    return corner[0] + across * share, corner[1] + down * share


def _at(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"


def draw_arrow(x: float, y: float, heading: tuple[int, int], kind: str = "") -> str:
    """Return an arrowhead that touches a point."""
    along, half = ARROW_LENGTH + 1, ARROW_LENGTH / 2
    back = (x - heading[0] * along, y - heading[1] * along)
    corners = [(back[0] + heading[1] * side, back[1] + heading[0] * side) for side in (half, -half)]
    return f'<path class="tip{kind}" d="M{_at((x, y))} L{_at(corners[0])} L{_at(corners[1])} Z"/>'


def draw_text(x: float, y: float, kind: str, words: str) -> str:
    """Return text at a point."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def wrap_text(words: str, width: float) -> list[str]:
    """Return a text as lines of a width."""
    return wrap(words, max(1, int(width / (TEXT * LETTER))))


def wrap_label(words: str, width: float) -> list[str]:
    """Return a text in bold as lines of a width."""
    return wrap(words, max(1, int(width / (TEXT * BOLD_LETTER))))


def draw_lines(x: float, last: float, kind: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield lines of text above each other, the last one at `last`."""
    for number, words in enumerate(lines, start=1 - len(lines)):
        yield draw_text(x, last + LINE * number, kind, words)


def max_text_width(texts: Iterable[str], size: float = TEXT) -> float:
    """Return the width of the widest of some texts in bold."""
    return ceil(max((len(words) for words in texts), default=0) * size * BOLD_LETTER)
