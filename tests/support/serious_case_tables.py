"""TODO: describe."""

from __future__ import annotations

from datetime import date

from casereview.engine.model.case import Case
from casereview.workflows import SERIOUS_CASE_REVIEW

from .review_stories import SERIOUS_STORY, StoryStep, case_after_story, story_until

ACTIVE = (
    "referred",
    "screened",
    "terms_of_reference",
    "reviewer_appointed",
    "engagement",
    "recommendations",
    "action_plans",
    "monitored",
)


UNDER_WAY = ACTIVE[1:]


REPORTED = ("recommendations", "action_plans", "monitored")


ENDS = ("closed", "no_further_action", "diverted", "withdrawn", "discontinued", "transferred")


DECIDED = (*UNDER_WAY, "no_further_action", "diverted")


FILED = ("note", "attach", "record_sent")
"""What is put on file in every state, and moves nothing."""


MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "notify_incident": (ACTIVE, None),
    "recommend": (("referred",), None),
    "screen": (("referred",), "screened"),
    "take_no_further_action": (("referred",), "no_further_action"),
    "commission_partnership_review": (("referred",), "diverted"),
    "withdraw": (("referred",), "withdrawn"),
    "tell_panel": (DECIDED, None),
    "record_panel_reply": (DECIDED, None),
    "agree_terms": (("screened",), "terms_of_reference"),
    "appoint_reviewer": (("terms_of_reference",), "reviewer_appointed"),
    "begin_engagement": (("reviewer_appointed",), "engagement"),
    "involve": (("engagement", *REPORTED), None),
    "request_returns": (ACTIVE[:5], None),
    "receive_draft": (("engagement",), None),
    "agree_recommendations": (("engagement",), "recommendations"),
    "record_publication": (REPORTED, None),
    "request_action_plans": (("recommendations",), "action_plans"),
    "begin_monitoring": (("action_plans",), "monitored"),
    "report_progress": (REPORTED, None),
    "close": (("monitored",), "closed"),
    "amend_terms": (ACTIVE[2:], None),
    "add_reviewer": (ACTIVE[3:], None),
    "replace_reviewer": (ACTIVE[3:], None),
    "add_child": (ACTIVE, None),
    "add_agency": (ACTIVE, None),
    "agency_leaves": (ACTIVE, None),
    "agency_succeeded_by": (ACTIVE, None),
    "record_early_learning": (ACTIVE[:5], None),
    "link": (ACTIVE, None),
    "record_sign_off": (ACTIVE, None),
    "revise_report": (REPORTED, "engagement"),
    "transfer": (ACTIVE, "transferred"),
    "discontinue": (UNDER_WAY, "discontinued"),
    "reopen": (("closed", "withdrawn", "discontinued", "transferred"), "referred"),
    "reconsider": (("no_further_action",), "referred"),
    **dict.fromkeys(FILED, ((*ACTIVE, *ENDS), None)),
}
"""Each step: from where, and to where; None where it keeps the state. `reopen` is told where to."""


UNIT = {"business_manager", "review_coordinator"}


CHAIRS = {"subgroup_chair", "board_chair"}


DECIDES = {
    "refer": {"referrer", *UNIT},
    "notify_incident": UNIT,
    "recommend": {"subgroup_chair"},
    "screen": {"board_chair"},
    "take_no_further_action": {"board_chair"},
    "commission_partnership_review": {"board_chair"},
    "withdraw": {"referrer", "subgroup_chair"},
    "tell_panel": UNIT,
    "record_panel_reply": UNIT,
    "agree_terms": {"subgroup_chair", "board_chair"},
    "appoint_reviewer": {"board_chair", "subgroup_chair"},
    "begin_engagement": {"lead_reviewer", "subgroup_chair", "business_manager"},
    "involve": {"lead_reviewer", "subgroup_chair", *UNIT},
    "request_returns": {"lead_reviewer", "subgroup_chair", *UNIT},
    "receive_draft": {"lead_reviewer", *UNIT},
    "agree_recommendations": {"board_chair"},
    "request_action_plans": {*UNIT, "subgroup_chair"},
    "begin_monitoring": {"subgroup_chair"},
    "report_progress": {"subgroup_chair", "quality_assurance"},
    "close": {"board_chair"},
    "amend_terms": CHAIRS,
    "add_reviewer": CHAIRS,
    "replace_reviewer": CHAIRS,
    "add_child": CHAIRS,
    "add_agency": CHAIRS,
    "agency_leaves": CHAIRS,
    "agency_succeeded_by": CHAIRS,
    "record_early_learning": CHAIRS,
    "link": {*CHAIRS, *UNIT},
    "record_sign_off": {*CHAIRS, *UNIT},
    "revise_report": {"board_chair"},
    "transfer": {"board_chair"},
    "discontinue": {"board_chair"},
    "reconsider": {"board_chair"},
    "reopen": {"board_chair"},
    **{step: {*UNIT, "subgroup_chair", "board_chair", "lead_reviewer", "quality_assurance"} for step in FILED},
}
"""The capacities in which each step can be decided."""


def case_until(trigger: str, *more: StoryStep) -> Case:
    """The story's case up to and with a step, and then some other steps."""
    return case_after_story(SERIOUS_CASE_REVIEW, (*story_until(SERIOUS_STORY, trigger), *more))


IN_STATE: dict[str, Case] = {
    "referred": case_until("recommend"),
    "screened": case_until("tell_panel"),
    "terms_of_reference": case_until("agree_terms"),
    "reviewer_appointed": case_until("appoint_reviewer"),
    "engagement": case_until("begin_engagement"),
    "recommendations": case_until("agree_recommendations"),
    "action_plans": case_until("record_publication"),
    "monitored": case_until("report_progress"),
    "closed": case_until("close"),
    "no_further_action": case_until(
        "recommend", ("take_no_further_action", date(2018, 2, 1)), ("tell_panel", date(2018, 2, 2))
    ),
    "diverted": case_until(
        "recommend", ("commission_partnership_review", date(2018, 2, 1)), ("tell_panel", date(2018, 2, 2))
    ),
    "withdrawn": case_until("recommend", ("withdraw", date(2018, 1, 18))),
    "discontinued": case_until("tell_panel", ("discontinue", date(2018, 2, 6))),
    "transferred": case_until("tell_panel", ("transfer", date(2018, 2, 6))),
}
"""A case in each state, with all on record that a step from there needs."""


def is_in(state: str) -> Case:
    case = IN_STATE[state]
    assert case.state == state
    return case
