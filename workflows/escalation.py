"""Define the escalation policies: the roles to notify about an overdue step, and when."""

from __future__ import annotations

from dataclasses import replace

from ..engine.definition.deadline import OWNER, EscalationLevel
from .roles import AGENCY_SAFEGUARDING_LEAD, BOARD_CHAIR, SAFEGUARDING_PARTNERS, SUBGROUP_CHAIR

SHARED_LEVELS = (
    EscalationLevel(name="reminder", to=OWNER, working_days=-5),
    EscalationLevel(name="owner", to=OWNER, working_days=0),
    EscalationLevel(
        name="agency_safeguarding_lead", to=AGENCY_SAFEGUARDING_LEAD.name, working_days=5, owners_organisation_only=True
    ),
    EscalationLevel(name="subgroup_chair", to=SUBGROUP_CHAIR.name, working_days=10),
)
"""The levels of every policy. The days are a local default; a unit may change them with `casereview terms`."""


BOARD_CHAIR_LEVEL = EscalationLevel(name="board_chair", to=BOARD_CHAIR.name, working_days=20)


PARTNERS_LEVEL = EscalationLevel(name="safeguarding_partners", to=SAFEGUARDING_PARTNERS.name, working_days=20)


BOARD_ESCALATION = (*SHARED_LEVELS, BOARD_CHAIR_LEVEL)
"""The policy for a review under a board chair."""


PARTNERS_ESCALATION = (*SHARED_LEVELS, PARTNERS_LEVEL)
"""The policy for a review under the safeguarding partners."""


PARTS_ESCALATION = (
    *SHARED_LEVELS,
    replace(BOARD_CHAIR_LEVEL, root_prefixes=("SCR", "PR")),
    replace(PARTNERS_LEVEL, root_prefixes=("CSPR",)),
)
"""The policy for a part of a review. The last level depends on the kind of review."""
