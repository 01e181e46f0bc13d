"""Build documents for the tracker, the progress report and the exceptions report."""

from __future__ import annotations

from typing import Any

from ...values.decisions_and_delays import DateChange, NeededDecision, OverdueWork
from ...values.exceptions import ExceptionsReport
from ...values.progress import ProgressReport
from ...values.tracker import Tracker, TrackerRow
from .overdue import delivery_document


def exceptions_document(report: ExceptionsReport) -> dict[str, Any]:
    """Return the exceptions report in full as a document."""
    return {
        "reviews": list(report.reviews),
        "decisions": [decision_document(one) for one in report.decisions],
        "date_changes": [date_change_document(one) for one in report.date_changes],
        "overdue": [overdue_work_document(one) for one in report.overdue],
    }


def decision_document(decision: NeededDecision) -> dict[str, Any]:
    """Return a needed decision."""
    return {
        "ref": decision.ref,
        "agency": decision.agency or None,
        "title": decision.title,
        "role": decision.role,
        "last_step_on": decision.since.isoformat(),
    }


def date_change_document(change: DateChange) -> dict[str, Any]:
    """Return a changed due date."""
    return {
        "ref": change.ref,
        "owner": change.owner,
        "title": change.title,
        "previous_due": change.previous_due.isoformat(),
        "due": change.due.isoformat(),
        "agreed_by": change.agreed_by or None,
        "reasons": change.reasons,
    }


def overdue_work_document(overdue: OverdueWork) -> dict[str, Any]:
    """Return the overdue work of one agency or role."""
    items = [
        {"ref": item.case.ref, "deadline": item.clock.deadline, "title": item.title, "days_overdue": item.days_overdue}
        for item in overdue.items
    ]
    return {"owner": overdue.owner, "total_days": overdue.total_days, "most_days": overdue.most_days, "items": items}


def progress_document(report: ProgressReport) -> dict[str, Any]:
    """Return the report as a document."""
    return {
        "ref": report.review,
        "title": report.title,
        "state": report.state,
        "since": report.since.day.isoformat(),
        "state_changes": [
            {
                "ref": move.ref,
                "part": move.kind,
                "agency": move.agency or None,
                "from": move.previous_state or None,
                "to": move.new_state,
                "on": move.changed_on.isoformat(),
            }
            for move in report.state_changes
        ],
        "date_changes": [date_change_document(one) for one in report.date_changes],
        "decisions": [decision_document(one) for one in report.decisions],
        "overdue": [overdue_work_document(one) for one in report.overdue],
        "participants": [
            {
                "ref": one.ref,
                "description": one.description,
                "family": one.family,
                "state": one.state,
                "findings_shared": one.findings_shared,
                "last_step_on": one.last_step_on.isoformat(),
            }
            for one in report.participants
        ],
        "actions": tracker_document(report.tracker)["actions"],
        "over_time": []
        if report.actions_over_time is None
        else [
            {"on": on.isoformat(), "open": is_open, "assured": assured}
            for on, is_open, assured in zip(
                report.actions_over_time.days,
                report.actions_over_time.counts["open"],
                report.actions_over_time.counts["assured"],
                strict=True,
            )
        ],
    }


def tracker_document(tracker: Tracker) -> dict[str, Any]:
    """Return the tracker of a review as a document."""
    return {
        "ref": tracker.ref,
        "title": tracker.title or None,
        "recommendations": [
            {"number": one.number, "text": one.text, "made_to": list(one.made_to), "state": one.state}
            for one in tracker.recommendations
        ],
        "actions": [_row_document(row) for row in tracker.rows],
    }


def _row_document(row: TrackerRow) -> dict[str, Any]:
    return {
        "ref": row.ref or None,
        "agency": row.agency,
        "recommendations": list(row.recommendations),
        "action": row.action or None,
        "rag": str(row.rating.rag),
        "reason": row.rating.reason,
        "days_overdue": row.rating.days_overdue,
        "state": row.state or None,
        "lead_person": row.lead_person or None,
        "original_due": row.original_due and row.original_due.isoformat(),
        "due": row.due and row.due.isoformat(),
        "evidence": list(row.evidence),
        "escalations": [
            {
                "level": one.level,
                "on": one.day.isoformat(),
                "recipients": list(one.recipients),
                **delivery_document(one.delivery, one.sent_on),
            }
            for one in row.escalations
        ],
        "progress": row.progress or None,
    }
