"""Declare the states that a Serious Case Review and a local practice review share."""

from __future__ import annotations

from ...engine.definition.deadline import Holder
from ...engine.definition.workflow import State
from ..roles import LEAD_REVIEWER

SHARED_STAGES = (
    State(name="terms_of_reference", title="terms of reference", meaning="The terms of reference are agreed."),
    State(name="reviewer_appointed", title="reviewer appointed", meaning="An independent reviewer is appointed."),
    State(name="engagement", title="engagement", meaning="Family and practitioners are being involved."),
    State(name="recommendations", title="recommendations", meaning="The recommendations and the report are agreed."),
    State(name="action_plans", title="action plans", meaning="Agencies are being asked for their action plans."),
    State(name="monitored", title="monitored", meaning="The agencies' actions are being monitored."),
)


CLOSED = State(name="closed", title="closed", meaning="The review is closed.", is_end=True)


DISCONTINUED = State(name="discontinued", title="discontinued", meaning="The review was discontinued.", is_end=True)


TRANSFERRED = State(
    name="transferred", title="transferred", meaning="Another area has taken over the review.", is_end=True
)


SHARED_STATES = tuple(state.name for state in SHARED_STAGES)


REPORT_AGREED = SHARED_STATES[3:]
"""The states in which the report is agreed."""


HOLDERS = (
    Holder(role=LEAD_REVIEWER.name, step="appoint_reviewer", field="name"),
    Holder(role=LEAD_REVIEWER.name, step="replace_reviewer", field="name"),
)
"""The fields that name the lead reviewer."""
