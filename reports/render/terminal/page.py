"""Show a report page at the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ...pages.page import Cell, Column, Figure, Page, Part, Section, Table, cell_text
from ...values.rag_status import RagColour, RagRating
from .styles import BAD, FAINT, GOOD, HEADING, WAITING, new_table

COLOURS = {
    RagColour.GREY: FAINT,
    RagColour.GREEN: GOOD,
    RagColour.AMBER: WAITING,
    RagColour.RED: BAD,
    RagColour.BLUE: "blue",
    RagColour.ENDED: "",
}
INDENT = (0, 0, 0, 0)


def page_view(page: Page) -> Iterator[RenderableType]:
    """Yield the report's parts from the top."""
    yield Text(page.title, style=HEADING)
    yield Text(page.summary, style=FAINT)
    for part in page.parts:
        yield Text()
        yield from _part(part)
    for section in page.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[RenderableType]:
    yield Text()
    yield Text(section.heading, style=HEADING)
    for number, part in enumerate(section.parts):
        if number:
            yield Text()
        yield from _part(part)
    for below in section.sections:
        yield from _section(below)


def _part(part: Part) -> Iterator[RenderableType]:
    match part:
        case str():
            yield Text(part)
        case Figure():
            yield Text(f"{part.caption}. {part.description}")
        case Table() if not part.rows:
            yield Text(f"{part.caption}: {part.empty_text[0].lower()}{part.empty_text[1:]}", style=FAINT)
        case Table():
            yield Text(part.caption, style=FAINT)
            yield Padding(_table(part), INDENT)
            if part.remainder:
                yield Text(part.remainder, style=FAINT)


def _table(table: Table) -> RenderableType:
    shown = [(number, column) for number, column in enumerate(table.columns) if not column.below]
    under = [(number, column) for number, column in enumerate(table.columns) if column.below]
    made = new_table(*((column.title, _width(table, number)) for number, column in shown))
    for at, (number, _) in enumerate(shown):
        if any(isinstance(row[number], int) for row in table.rows):
            made.columns[at].justify = "right"
    for row in table.rows:
        cells = [_cell(row[number]) for number, _ in shown]
        main = next(at for at, (_, column) in enumerate(shown) if column.width is None)
        for number, column in under:
            if said := cell_text(row[number]):
                cells[main].append(
                    f"\n{column.title}: {said}" if cells[main].plain else f"{column.title}: {said}", FAINT
                )
        made.add_row(*cells)
    return made


def _width(table: Table, number: int) -> int | None:
    """Return a column's width: what it needs, up to what it declares."""
    column: Column = table.columns[number]
    if column.width is None:
        return None
    longest = max((len(cell_text(row[number])) for row in table.rows), default=0)
    return min(column.width, max(longest, len(column.title)))


def _cell(cell: Cell) -> Text:
    return Text(cell_text(cell), style=COLOURS[cell.rag] if isinstance(cell, RagRating) else "")
