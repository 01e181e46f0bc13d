"""Build documents for one person's deadlines."""

from __future__ import annotations

from datetime import datetime

from ....engine.definition.workflow import Workflow
from ....engine.model.calendar import Calendar
from ....engine.ports.records import DueItem
from . import overdue
from .document import Document


def due_document(item: DueItem, workflow: Workflow, *, at: datetime, calendar: Calendar) -> Document:
    """Return a due deadline with its status and the text of its citation."""
    return {
        **overdue.due_document(item, workflow, at=at, calendar=calendar),
        "number": item.clock.number,
        "status": str(item.clock.status),
        "overdue": item.clock.is_overdue(at),
        "citation_text": workflow.deadline(item.clock.deadline).citation.text,
    }
