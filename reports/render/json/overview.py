"""Build documents for open reviews and for counts of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....engine.definition.registry import Registry
from ....engine.model.calendar import Calendar
from ....engine.ports.records import CaseSummary, StateCount
from ...values.overview import counts_in_order, first_due_day, review_colour


def overview_document(summaries: Sequence[CaseSummary], calendar: Calendar) -> list[dict[str, Any]]:
    """Return the reviews, each with its colour and its first due day if that is soon."""
    return [
        {
            "ref": one.ref,
            "title": one.title,
            "workflow": one.workflow,
            "state": one.state,
            "rag": review_colour(one),
            "overdue": one.overdue,
            "first_due": None if (due := first_due_day(one, calendar)) is None else due.isoformat(),
        }
        for one in summaries
    ]


def counts_document(counts: Sequence[StateCount], workflows: Registry) -> list[dict[str, Any]]:
    """Return the counts, with each workflow's states in the order of declaration."""
    return [
        {
            "workflow": count.workflow,
            "state": count.state,
            "title": title,
            "is_end": is_end,
            "cases": count.cases,
        }
        for count, title, is_end in counts_in_order(counts, workflows)
    ]
