"""Meetings in each state."""

from __future__ import annotations

from datetime import date
from typing import Any

from casereview.engine.decisions.opening import decide_opening
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Open
from casereview.engine.model.people import DecidedBy
from casereview.workflows import MEETING

from .review_stories import MANAGER, decision_context, evening_of
from .step_records import MEETING_RECORDS

CALLED_ON, HELD_ON = date(2026, 1, 20), date(2026, 2, 3)


def call_meeting(**data: Any) -> Case:
    """Return a meeting on 3 February that was called on 20 January."""
    command = Open(
        workflow="meeting",
        actor=MANAGER,
        decided_by=DecidedBy(name="Sam Reed", capacity="business_manager"),
        data={**MEETING_RECORDS["call"], **data},
        on=CALLED_ON,
    )
    return decide_opening(MEETING, command, decision_context(evening_of(CALLED_ON)), ref="M-2026-001").case
