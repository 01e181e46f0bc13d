"""Describe a report as a page of headings, text, tables and charts, independent of the format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..values.figures import BarChart, LineChart
from ..values.rag_status import Palette, RagRating

Cell = str | int | date | RagRating | None
"""The value of a table cell: None is empty, a `RagRating` is shown with its colour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: Its heading.
        share: Its relative width on paper.
        width: Its width at a terminal; None for the remaining width.
        below: If a terminal shows it as a line under that column instead.
    """

    title: str
    share: int
    width: int | None = None
    below: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table.

    Attributes:
        caption: Its caption.
        columns: Its columns; exactly one has no width and is not `below`.
        rows: Its rows, each with a cell for each column.
        empty_text: The text if it has no rows.
        remainder: The text on the rows left out; empty if there are none.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty_text: str = "None."
    remainder: str = ""

    @property
    def holds_counts(self) -> tuple[bool, ...]:
        """Return for each column if it holds counts, which decides how its heading is aligned."""
        return tuple(all(isinstance(row[place], int) for row in self.rows) for place in range(len(self.columns)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A chart with its caption.

    Attributes:
        caption: Its caption.
        description: The same in words, for readers who cannot see it.
        chart: The chart; None if there is nothing to draw.
    """

    caption: str
    description: str
    chart: BarChart | LineChart | None


Part = str | Table | Figure
"""The content of a section; a text is a paragraph."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A section of a report.

    Attributes:
        heading: The heading.
        parts: Its content.
        sections: Its subsections.
    """

    heading: str
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A report.

    Attributes:
        title: Its title.
        summary: Its subject and day, in one line.
        day: The day.
        parts: The content before the first heading.
        sections: Its sections.
        palette: The colours.
        landscape: If it is printed in landscape.
        rehearsal: If it shows a rehearsal database.
    """

    title: str
    summary: str
    day: date
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()
    palette: Palette
    landscape: bool = False
    rehearsal: bool = False


REHEARSAL_NOTE = "REHEARSAL: these are not real records."


def day(value: date) -> str:
    """Return a day for people: `5 Jan 2026`."""
    return f"{value.day} {value:%b %Y}"


def cell_text(cell: Cell) -> str:
    """Return a cell as text."""
    match cell:
        case None:
            return ""
        case date():
            return day(cell)
        case _:
            return str(cell)


def count_text(count: int, singular: str, plural: str | None = None) -> str:
    """Return a number of things in words: `1 action`, `3 actions`."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"
