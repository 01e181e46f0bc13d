"""Build the document for a meeting's agenda."""

from __future__ import annotations

from collections.abc import Iterable

from ...values.agenda import AgendaItem
from .document import Document


def agenda_document(items: Iterable[AgendaItem]) -> list[Document]:
    """Return an agenda as a document."""
    return [
        {
            "number": item.number,
            "title": item.title,
            "ref": item.ref or None,
            "subject": item.subject or None,
            "due": None if item.due is None else item.due.isoformat(),
            "overdue": item.overdue,
        }
        for item in items
    ]
