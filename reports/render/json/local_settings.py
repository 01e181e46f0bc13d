"""Build documents for local bank holidays and deadline terms."""

from __future__ import annotations

from ....engine import ChangedDueDate, DeadlineOverride
from ...values.local_settings import EffectiveTerm, NonWorkingDay
from .document import Document


def recalculated_document(moved: ChangedDueDate) -> Document:
    """Return a due date that a calendar change moves."""
    return {
        "ref": moved.ref,
        "deadline": moved.deadline,
        "previous_due": moved.previous_due.isoformat(),
        "due": moved.due.isoformat(),
    }


def day_document(day: NonWorkingDay) -> Document:
    """Return a non-working day, or a day that the office has set."""
    return {
        "day": day.day.isoformat(),
        "name": day.name,
        "worked": day.worked,
        "set_locally": day.set_locally,
        "reasons": day.reasons,
    }


def term_document(term: EffectiveTerm) -> Document:
    """Return a deadline's effective term and escalation policy."""
    return {
        "workflow": term.workflow.name,
        "deadline": term.deadline.name,
        "title": term.deadline.title,
        "term": str(term.term),
        "counts_back": term.deadline.counts_back,
        "citation": term.deadline.citation.name,
        "owner": term.deadline.owner,
        "escalation_policy": [
            {"level": level.name, "to": level.to, "working_days": level.working_days}
            for level in term.escalation_policy
        ],
        "overrides": [override_document(one) for one in term.overrides],
    }


def override_document(override: DeadlineOverride) -> Document:
    """Return a term or an escalation policy that the office has set."""
    return {
        "workflow": override.workflow,
        "deadline": override.deadline,
        "term": None if override.term is None else str(override.term),
        "levels": dict(override.levels),
        "from": override.from_day.isoformat(),
        "reasons": override.reasons,
        "recorded_by": override.recorded_by,
    }
