"""Define who is notified of an overdue step, and when."""

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
"""No day counts are published: a local default, which a unit may set otherwise (`casereview terms`)."""


BOARD_CHAIR_LEVEL = EscalationLevel(name="board_chair", to=BOARD_CHAIR.name, working_days=20)


PARTNERS_LEVEL = EscalationLevel(name="safeguarding_partners", to=SAFEGUARDING_PARTNERS.name, working_days=20)


BOARD_ESCALATION = (*SHARED_LEVELS, BOARD_CHAIR_LEVEL)
"""Who is told of an overdue step of a review that a board's chair answers for."""


PARTNERS_ESCALATION = (*SHARED_LEVELS, PARTNERS_LEVEL)
"""The same, where the safeguarding partners do."""


PARTS_ESCALATION = (
    *SHARED_LEVELS,
    replace(BOARD_CHAIR_LEVEL, root_prefixes=("SCR", "PR")),
    replace(PARTNERS_LEVEL, root_prefixes=("CSPR",)),
)
"""The same of a part: whoever answers for its review is told last."""
