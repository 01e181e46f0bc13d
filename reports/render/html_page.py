"""Write a report as one HTML file that prints well on A4 and needs no other file."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...engine.errors.extras import require_library
from ..pages.page import REHEARSAL_NOTE, Figure, Page, Table, cell_text
from ..values.figures import BarChart, LineChart
from ..values.rag_status import Palette, RagRating

TEMPLATES = Path(__file__).parent / "templates"


def write_html(page: Page) -> str:
    """Return a report as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell_text": cell_text}
    environment.tests |= {"table": _is(Table), "figure": _is(Figure), "rating": _is(RagRating), "count": _is(int)}
    numbers = {"Table": 0, "Figure": 0}

    def number(kind: str) -> int:
        numbers[kind] += 1
        return numbers[kind]

    def chart_address(chart: BarChart | LineChart) -> str:
        return _drawn(chart, page.palette)

    template = environment.get_template("page.html")
    return template.render(page=page, rehearsal=REHEARSAL_NOTE, number=number, chart_address=chart_address)


def _is(kind: type) -> Any:
    return lambda value: isinstance(value, kind)


def _drawn(chart: BarChart | LineChart, palette: Palette) -> str:
    # Loaded only for a chart: a tracker has none and needs no chart library.
    require_library("matplotlib", for_what="A picture of figures")
    from .charts import svg

    return f"data:image/svg+xml;base64,{b64encode(svg(chart, palette).encode()).decode()}"
