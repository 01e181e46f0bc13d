"""Build the document for one person's day."""

from __future__ import annotations

from collections.abc import Sequence

from ....engine.definition.registry import Registry
from ....engine.model.calendar import Calendar
from ....engine.ports.records import DueItem
from ...values.today import Today, next_due_day
from .document import Document
from .overdue import due_document


def today_document(today: Today, workflows: Registry, calendar: Calendar) -> Document:
    """Return the report as a document."""

    def due(items: Sequence[DueItem]) -> list[Document]:
        found = ((item, workflows.for_case(item)) for item in items)
        return [due_document(item, workflow, at=today.at, calendar=calendar) for item, workflow in found]

    return {
        "day": calendar.day_of(today.at).isoformat(),
        "person": today.person,
        "since": today.since.isoformat(),
        "to_do": due(today.tasks),
        "newly_overdue": due(today.newly_overdue),
        "returned_work": [
            {
                "ref": case.ref,
                "workflow": case.workflow,
                "state": case.state,
                "agencies": list(case.organisations),
                "since": case.last_step_on.isoformat(),
                "due": None if (due_on := next_due_day(case)) is None else due_on.isoformat(),
            }
            for case in today.returned_work
        ],
        "sweep": None
        if today.last_sweep is None
        else {
            "worker": today.last_sweep.worker,
            "at": today.last_sweep.last_seen_at.isoformat(),
            "fired": today.last_sweep.fired,
            "failed": list(today.last_sweep.failed),
        },
        "to_release": None
        if today.notices_to_release is None
        else [{"person": person, "notices": count} for person, count in today.notices_to_release],
    }
