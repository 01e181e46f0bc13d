"""Build the document for any report page."""

from __future__ import annotations

from datetime import date
from typing import Any

from ...pages.page import Cell, Figure, Page, Part, Section, Table


def page_document(page: Page) -> dict[str, Any]:
    """Return a page's texts and tables as a document, with days as ISO dates."""
    return {
        "title": page.title,
        "summary": page.summary,
        "on": page.day.isoformat(),
        "parts": [_part_document(part) for part in page.parts],
        "sections": [_section_document(section) for section in page.sections],
    }


def _section_document(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "parts": [_part_document(part) for part in section.parts],
        "sections": [_section_document(below) for below in section.sections],
    }


def _part_document(part: Part) -> Any:
    match part:
        case Table():
            names = [column.title for column in part.columns]
            rows = [dict(zip(names, map(_cell_document, row), strict=True)) for row in part.rows]
            return {"caption": part.caption, "rows": rows}
        case Figure():
            return {"caption": part.caption, "description": part.description}
        case _:
            return part


def _cell_document(cell: Cell) -> str | int | None:
    match cell:
        case None | int():
            return cell
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
