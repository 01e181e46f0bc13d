"""Draw the sides' multiples of the floor as bars, in SVG without a library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

WIDTH, LEFT, ROW, TOP = 760, 330, 26, 56
INKS = {"SQLite": "#2b6cb0", "PostgreSQL": "#c05621"}


def chart(sides: Mapping[str, Mapping[str, float]]) -> str:
    """Return an SVG picture of the cost of one durable step."""
    names = list(next(iter(sides.values())))
    most = max(value for found in sides.values() for value in found.values())
    height = TOP + len(names) * (ROW * len(sides) + 10) + 16
    parts = [*_head(height, sides), *_bars(names, sides, most), "</svg>"]
    return "\n".join(parts) + "\n"


def _head(height: int, sides: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    title = "One durable step, as a multiple of the floor (shorter is better)"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" font-family="sans-serif" font-size="13"><title>{title}</title>'
    )
    yield f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    yield f'<text x="12" y="22" font-weight="bold">{title}</text>'
    for index, kind in enumerate(sides):
        yield f'<rect x="{12 + index * 110}" y="32" width="12" height="12" fill="{INKS[kind]}"/>'
        yield f'<text x="{30 + index * 110}" y="43">{kind}</text>'


def _bars(names: list[str], sides: Mapping[str, Mapping[str, float]], most: float) -> Iterator[str]:
    y = TOP
    for name in names:
        middle = y + ROW * len(sides) / 2 + 4
        yield f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(name)}</text>'
        for kind, found in sides.items():
            width = max(2.0, (WIDTH - LEFT - 60) * found[name] / most)
            yield f'<rect x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{ROW - 6}" fill="{INKS[kind]}"/>'
            yield f'<text x="{LEFT + width + 6:.1f}" y="{y + ROW - 9}">{found[name]:.2f}</text>'
            y += ROW
        y += 10
