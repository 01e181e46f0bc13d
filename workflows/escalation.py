"""Define who is notified of an overdue step, and when."""

from __future__ import annotations

from dataclasses import replace

from ..engine.definition.deadline import OWNER, Rung
from .roles import AGENCY_SAFEGUARDING_LEAD, BOARD_CHAIR, SAFEGUARDING_PARTNERS, SUBGROUP_CHAIR

FIRST_RUNGS = (
    Rung(name="reminder", to=OWNER, working_days=-5),
    Rung(name="owner", to=OWNER, working_days=0),
    Rung(name="agency_safeguarding_lead", to=AGENCY_SAFEGUARDING_LEAD.name, working_days=5, of_owners_agency=True),
    Rung(name="subgroup_chair", to=SUBGROUP_CHAIR.name, working_days=10),
)
"""No day counts are published: a local default, which a unit may set otherwise (`casereview terms`)."""


TO_CHAIR = Rung(name="board_chair", to=BOARD_CHAIR.name, working_days=20)


TO_PARTNERS = Rung(name="safeguarding_partners", to=SAFEGUARDING_PARTNERS.name, working_days=20)


LADDER = (*FIRST_RUNGS, TO_CHAIR)
"""Who is told of an overdue step of a review that a board's chair answers for."""


PARTNERS_LADDER = (*FIRST_RUNGS, TO_PARTNERS)
"""The same, where the safeguarding partners do."""


PARTS_LADDER = (
    *FIRST_RUNGS,
    replace(TO_CHAIR, under=("SCR", "PR")),
    replace(TO_PARTNERS, under=("CSPR",)),
)
"""The same of a part: whoever answers for its review is told last."""
