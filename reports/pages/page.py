"""Describe a report as a page of headings, text, tables and charts, independent of the format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..values.figures import BarChart, LineChart
from ..values.rag_status import Palette, RagRating

Cell = str | int | date | RagRating | None
"""What stands in a table: None for nothing, a `RagRating` with its colour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: Its heading.
        share: How wide it is on paper, beside the others.
        width: How wide it is at a terminal; None for the one that takes what is left.
        below: Whether a terminal has it as a line under that one, not as a column.
    """

    title: str
    share: int
    width: int | None = None
    below: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table.

    Attributes:
        caption: What it shows.
        columns: Its columns; exactly one of them is neither as wide as it says nor under another.
        rows: Its rows, each with a cell for each column.
        empty_text: What is said where it has no rows.
        remainder: What is said of the rows that are left out; empty where none is.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty_text: str = "None."
    remainder: str = ""

    @property
    def holds_counts(self) -> tuple[bool, ...]:
        """Of each column whether it holds counts, under which its heading stands as they do."""
        return tuple(all(isinstance(row[place], int) for row in self.rows) for place in range(len(self.columns)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A picture of figures.

    Attributes:
        caption: What it shows.
        description: The same in words, for whoever does not see it.
        chart: The figures; None where there are none to draw.
    """

    caption: str
    description: str
    chart: BarChart | LineChart | None


Part = str | Table | Figure
"""What a section is made of; a text is a paragraph."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of a report under a heading of its own.

    Attributes:
        heading: The heading.
        parts: What stands in it.
        sections: What stands under it, with headings one level down.
    """

    heading: str
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A report.

    Attributes:
        title: What it is.
        summary: What it is of, and of which day, in a line.
        day: The day.
        parts: What stands before the first heading.
        sections: Its sections.
        palette: The colours.
        landscape: Whether paper lies on its side.
        rehearsal: Whether nothing in it is a real record.
    """

    title: str
    summary: str
    day: date
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()
    palette: Palette
    landscape: bool = False
    rehearsal: bool = False


REHEARSAL_NOTE = "REHEARSAL: nothing in it is a real record."


def day(value: date) -> str:
    """A day for people: `5 Jan 2026`."""
    return f"{value.day} {value:%b %Y}"


def cell_text(cell: Cell) -> str:
    """What a cell says, as text."""
    match cell:
        case None:
            return ""
        case date():
            return day(cell)
        case _:
            return str(cell)


def count_text(count: int, singular: str, plural: str | None = None) -> str:
    """So many of something: `1 action`, `3 actions`."""
    return f"{count:,} {singular if count == 1 else plural or f'{singular}s'}"
