"""Build documents for the tracker, the progress report and the exceptions report."""

from __future__ import annotations

from typing import Any

from ...values.decisions_and_delays import DateChange, NeededDecision, OverdueWork
from ...values.exceptions import ExceptionsReport
from ...values.progress import ProgressReport
from ...values.tracker import Tracker, TrackerRow


def exceptions_document(of: ExceptionsReport) -> dict[str, Any]:
    """The same for programs, with all there is."""
    return {
        "reviews": list(of.reviews),
        "decisions": [decision_document(one) for one in of.decisions],
        "slipped": [date_change_document(one) for one in of.slipped],
        "late": [overdue_work_document(one) for one in of.late],
    }


def decision_document(of: NeededDecision) -> dict[str, Any]:
    """Something that waits for a decision."""
    return {
        "ref": of.ref,
        "agency": of.agency or None,
        "what": of.what,
        "by": of.by,
        "last_step_on": of.since.isoformat(),
    }


def date_change_document(of: DateChange) -> dict[str, Any]:
    """A due date that was given a new one."""
    return {
        "ref": of.ref,
        "whose": of.whose,
        "what": of.what,
        "was": of.was.isoformat(),
        "due": of.due.isoformat(),
        "agreed_by": of.agreed_by or None,
        "reasons": of.reasons,
    }


def overdue_work_document(of: OverdueWork) -> dict[str, Any]:
    """What somebody is late with."""
    items = [
        {"ref": item.case.ref, "deadline": item.clock.deadline, "what": item.what, "days_overdue": item.days}
        for item in of.items
    ]
    return {"whose": of.whose, "days": of.days, "longest": of.longest, "items": items}


def progress_document(of: ProgressReport) -> dict[str, Any]:
    """The same for programs."""
    return {
        "ref": of.review,
        "title": of.title,
        "state": of.state,
        "since": of.since.day.isoformat(),
        "moves": [
            {
                "ref": move.ref,
                "what": move.kind,
                "agency": move.agency or None,
                "from": move.before or None,
                "to": move.now,
                "on": move.on.isoformat(),
            }
            for move in of.moves
        ],
        "slipped": [date_change_document(one) for one in of.slipped],
        "decisions": [decision_document(one) for one in of.decisions],
        "late": [overdue_work_document(one) for one in of.late],
        "heard": [
            {
                "ref": one.ref,
                "who": one.who,
                "family": one.family,
                "state": one.state,
                "told": one.told,
                "last_step_on": one.on.isoformat(),
            }
            for one in of.heard
        ],
        "actions": tracker_document(of.tracked)["actions"],
        "over_time": []
        if of.actions is None
        else [
            {"on": on.isoformat(), "open": is_open, "assured": assured}
            for on, is_open, assured in zip(
                of.actions.days, of.actions.counts["open"], of.actions.counts["assured"], strict=True
            )
        ],
    }


def tracker_document(of: Tracker) -> dict[str, Any]:
    """The tracker of a review, for programs."""
    return {
        "ref": of.ref,
        "title": of.title or None,
        "recommendations": [
            {"number": one.number, "text": one.text, "made_to": list(one.made_to), "state": one.state}
            for one in of.recommendations
        ],
        "actions": [_row_document(row) for row in of.rows],
    }


def _row_document(row: TrackerRow) -> dict[str, Any]:
    return {
        "ref": row.ref or None,
        "agency": row.agency,
        "recommendations": list(row.recommendations),
        "action": row.action or None,
        "rag": str(row.mark.rag),
        "why": row.mark.words,
        "days_overdue": row.mark.days_late,
        "state": row.state or None,
        "lead_person": row.lead_person or None,
        "first_due": row.first_due and row.first_due.isoformat(),
        "due": row.due and row.due.isoformat(),
        "evidence": list(row.evidence),
        "told": [
            {"rung": one.rung, "on": one.day.isoformat(), "to": list(one.to), "to_be_released": list(one.held)}
            for one in row.told
        ],
        "progress": row.progress or None,
    }
