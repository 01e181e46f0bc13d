"""The tables of each kind of review: its states, steps, and the roles that decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.case import Case
from casereview.workflows import CHILD_SAFEGUARDING_PRACTICE_REVIEW, PARTNERSHIP_REVIEW, SERIOUS_CASE_REVIEW
from casereview.workflows.roles import ROLES

from .review_deadlines import PARTNERSHIP_RUNS, PRACTICE_RUNS, SERIOUS_RUNS
from .review_stories import (
    PARTNERSHIP_STORY,
    PRACTICE_STORY,
    RECORDS,
    SERIOUS_STORY,
    DeadlineRun,
    StoryStep,
    case_after_story,
    story_until,
)

Way = tuple[str, tuple[StoryStep, ...]]
Moves = dict[str, tuple[tuple[str, ...], str | None]]

UNIT = {"business_manager", "review_coordinator"}
FILED = ("note", "attach", "record_sent")
"""The steps that put something on file in every state."""

CASCADE_ONLY = ("record_publication",)
"""The steps that only happen together with a step of a part."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """A kind of review, as the partnership means it.

    Attributes:
        workflow: Its declaration.
        story: A review from its opening to closing.
        missed: The deadlines that the story misses, with the due date.
        active: The states before the end, in order.
        ends: The end states.
        ways: For each state, the last step of the story before it, and the steps after that.
        moves: For each step, its states and its target; None if the state stays. `reopen` names its target.
        decides: For each step, the roles that decide.
        runs: The deadlines that the story meets.
    """

    workflow: Workflow
    story: tuple[StoryStep, ...]
    missed: tuple[tuple[str, date], ...]
    active: tuple[str, ...]
    ends: tuple[str, ...]
    ways: dict[str, Way]
    moves: Moves
    decides: dict[str, set[str]]
    runs: tuple[DeadlineRun, ...]

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        return RECORDS[self.workflow]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the partnership that this kind of review knows."""
        return tuple(role.name for role in ROLES if role in self.workflow.roles)

    def until(self, trigger: str, *more: StoryStep) -> Case:
        """Return the case of the story after a step, and after some other steps."""
        return case_after_story(self.workflow, (*story_until(self.story, trigger), *more))

    def in_state(self, state: str) -> Case:
        """Return a case in a state, with everything on record that a step from there needs."""
        case = self._cases[state]
        assert case.state == state
        return case

    @cached_property
    def _cases(self) -> dict[str, Case]:
        return {state: self.until(trigger, *more) for state, (trigger, more) in self.ways.items()}


def course_changes(active: tuple[str, ...], before_report: tuple[str, ...]) -> Moves:
    return {
        **dict.fromkeys(("add_child", "add_agency", "agency_leaves", "agency_succeeded_by"), (active, None)),
        "record_early_learning": (before_report, None),
        **dict.fromkeys(("link", "record_sign_off"), (active, None)),
    }


def shared_moves(active: tuple[str, ...]) -> Moves:
    """The steps from the terms of reference on. The last seven active states are the same in both reviews."""
    decided, terms, appointed, engaged, *_ = under_way = active[-7:]
    reported = under_way[4:]
    before_report = active[: active.index(engaged) + 1]
    return {
        "agree_terms": ((decided,), terms),
        "appoint_reviewer": ((terms,), appointed),
        "begin_engagement": ((appointed,), engaged),
        "involve": ((engaged, *reported), None),
        "request_returns": (before_report, None),
        "receive_draft": ((engaged,), None),
        "agree_recommendations": ((engaged,), "recommendations"),
        "record_publication": (reported, None),
        "request_action_plans": (("recommendations",), "action_plans"),
        "begin_monitoring": (("action_plans",), "monitored"),
        "report_progress": (reported, None),
        "close": (("monitored",), "closed"),
        "amend_terms": (under_way[1:], None),
        "add_reviewer": (under_way[2:], None),
        "replace_reviewer": (under_way[2:], None),
        **course_changes(active, before_report),
        "revise_report": (reported, engaged),
        "transfer": (active, "transferred"),
        "discontinue": (under_way, "discontinued"),
        "reopen": (("closed", "withdrawn", "discontinued", "transferred"), active[0]),
    }


def decided_by_chairs(chairs: set[str]) -> dict[str, set[str]]:
    course = ("amend_terms", "add_reviewer", "replace_reviewer", "add_child", "add_agency")
    return {
        "appoint_reviewer": chairs,
        "involve": {"lead_reviewer", "subgroup_chair", *UNIT},
        "request_returns": {"lead_reviewer", "subgroup_chair", *UNIT},
        "receive_draft": {"lead_reviewer", *UNIT},
        "request_action_plans": {"subgroup_chair", *UNIT},
        "begin_monitoring": {"subgroup_chair"},
        **dict.fromkeys((*course, "agency_leaves", "agency_succeeded_by", "record_early_learning"), chairs),
        **{key: {*chairs, *UNIT} for key in ("link", "record_sign_off")},
        **{key: {*chairs, *UNIT, "lead_reviewer", "quality_assurance"} for key in FILED},
    }


def decided_by_head(head: str) -> dict[str, set[str]]:
    return {
        **decided_by_chairs({"subgroup_chair", head}),
        "agree_terms": {"subgroup_chair", head},
        "begin_engagement": {"lead_reviewer", "subgroup_chair", "business_manager"},
        "report_progress": {"subgroup_chair", "quality_assurance"},
        **{key: {head} for key in ("agree_recommendations", "close", "revise_report", "transfer", "discontinue")},
        **{key: {head} for key in ("reconsider", "reopen")},
    }


SHARED = (
    "terms_of_reference",
    "reviewer_appointed",
    "engagement",
    "recommendations",
    "action_plans",
    "monitored",
)
SHARED_WAYS: dict[str, Way] = {
    "terms_of_reference": ("agree_terms", ()),
    "reviewer_appointed": ("appoint_reviewer", ()),
    "engagement": ("begin_engagement", ()),
    "recommendations": ("agree_recommendations", ()),
    "action_plans": ("record_publication", ()),
    "monitored": ("report_progress", ()),
    "closed": ("close", ()),
}

SERIOUS_ACTIVE = ("referred", "screened", *SHARED)
SERIOUS_ENDS = ("closed", "no_further_action", "diverted", "withdrawn", "discontinued", "transferred")
SERIOUS_DECIDED = (*SERIOUS_ACTIVE[1:], "no_further_action", "diverted")
SERIOUS = Review(
    workflow=SERIOUS_CASE_REVIEW,
    story=SERIOUS_STORY,
    missed=(("report_progress", date(2019, 3, 17)),),
    active=SERIOUS_ACTIVE,
    ends=SERIOUS_ENDS,
    ways={
        "referred": ("recommend", ()),
        "screened": ("tell_panel", ()),
        **SHARED_WAYS,
        "no_further_action": (
            "recommend",
            (
                ("take_no_further_action", date(2018, 2, 1)),
                ("tell_panel", date(2018, 2, 2)),
            ),
        ),
        "diverted": (
            "recommend",
            (
                ("commission_partnership_review", date(2018, 2, 1)),
                ("tell_panel", date(2018, 2, 2)),
            ),
        ),
        "withdrawn": ("recommend", (("withdraw", date(2018, 1, 18)),)),
        "discontinued": ("tell_panel", (("discontinue", date(2018, 2, 6)),)),
        "transferred": ("tell_panel", (("transfer", date(2018, 2, 6)),)),
    },
    moves={
        "notify_incident": (SERIOUS_ACTIVE, None),
        "recommend": (("referred",), None),
        "screen": (("referred",), "screened"),
        "take_no_further_action": (("referred",), "no_further_action"),
        "commission_partnership_review": (("referred",), "diverted"),
        "withdraw": (("referred",), "withdrawn"),
        "tell_panel": (SERIOUS_DECIDED, None),
        "record_panel_reply": (SERIOUS_DECIDED, None),
        **shared_moves(SERIOUS_ACTIVE),
        "reconsider": (("no_further_action",), "referred"),
        **dict.fromkeys(FILED, ((*SERIOUS_ACTIVE, *SERIOUS_ENDS), None)),
    },
    decides={
        "refer": {"referrer", *UNIT},
        "notify_incident": UNIT,
        "recommend": {"subgroup_chair"},
        **{key: {"board_chair"} for key in ("screen", "take_no_further_action", "commission_partnership_review")},
        "withdraw": {"referrer", "subgroup_chair"},
        "tell_panel": UNIT,
        "record_panel_reply": UNIT,
        **decided_by_head("board_chair"),
    },
    runs=SERIOUS_RUNS,
)

PRACTICE_ACTIVE = ("notified", "rapid_review", "decided", *SHARED)
PRACTICE_ENDS = ("closed", "no_review", "withdrawn", "discontinued", "transferred")
PRACTICE_DECIDED = (*PRACTICE_ACTIVE[2:], "no_review")
JOINT = {"safeguarding_partners"}
PRACTICE = Review(
    workflow=CHILD_SAFEGUARDING_PRACTICE_REVIEW,
    story=PRACTICE_STORY,
    missed=(("answer_panel", date(2018, 2, 28)), ("report_progress", date(2019, 1, 30))),
    active=PRACTICE_ACTIVE,
    ends=PRACTICE_ENDS,
    ways={
        "notified": ("link", ()),
        "rapid_review": ("complete_rapid_review", ()),
        "decided": ("record_panel_reply", ()),
        **SHARED_WAYS,
        "no_review": (
            "complete_rapid_review",
            (
                ("decide_no_review", date(2018, 2, 1)),
                ("send_to_panel", date(2018, 2, 2)),
                ("record_panel_reply", date(2018, 2, 12)),
            ),
        ),
        "withdrawn": ("open_rapid_review", (("withdraw", date(2018, 1, 18)),)),
        "discontinued": ("send_to_panel", (("discontinue", date(2018, 2, 6)),)),
        "transferred": ("send_to_panel", (("transfer", date(2018, 2, 6)),)),
    },
    moves={
        "open_rapid_review": (("notified",), "rapid_review"),
        "record_progress_meeting": (("rapid_review",), None),
        "complete_rapid_review": (("rapid_review",), None),
        "decide_review": (("rapid_review",), "decided"),
        "decide_no_review": (("rapid_review",), "no_review"),
        "withdraw": (("notified", "rapid_review"), "withdrawn"),
        **dict.fromkeys(("send_to_panel", "record_panel_reply", "record_disagreement"), (PRACTICE_DECIDED, None)),
        **shared_moves(PRACTICE_ACTIVE),
        "reconsider": (("no_review",), "rapid_review"),
        **dict.fromkeys(FILED, ((*PRACTICE_ACTIVE, *PRACTICE_ENDS), None)),
    },
    decides={
        "notify": {"referrer", *UNIT},
        "open_rapid_review": {*UNIT, "subgroup_chair", *JOINT},
        "record_progress_meeting": {*UNIT, "subgroup_chair", *JOINT},
        "complete_rapid_review": {"subgroup_chair", *JOINT},
        **dict.fromkeys(("decide_review", "decide_no_review", "record_disagreement"), JOINT),
        "withdraw": {"subgroup_chair", *JOINT},
        "send_to_panel": UNIT,
        "record_panel_reply": UNIT,
        **decided_by_head("safeguarding_partners"),
    },
    runs=PRACTICE_RUNS,
)

PARTNERSHIP_ACTIVE = ("referred", "scoped", "learning_agreed", "monitored")
PARTNERSHIP_ENDS = ("closed", "withdrawn", "discontinued", "transferred")
CHAIRS = {"subgroup_chair", "board_chair"}
PARTNERSHIP = Review(
    workflow=PARTNERSHIP_REVIEW,
    story=PARTNERSHIP_STORY,
    missed=(("report_progress", date(2018, 11, 15)),),
    active=PARTNERSHIP_ACTIVE,
    ends=PARTNERSHIP_ENDS,
    ways={
        "referred": ("link", ()),
        "scoped": ("appoint_reviewer", ()),
        "learning_agreed": ("agree_learning", ()),
        "monitored": ("begin_monitoring", ()),
        "closed": ("close", ()),
        "withdrawn": ("refer", (("withdraw", date(2018, 2, 2)),)),
        "discontinued": ("agree_scope", (("discontinue", date(2018, 3, 1)),)),
        "transferred": ("agree_scope", (("transfer", date(2018, 3, 1)),)),
    },
    moves={
        "agree_scope": (("referred",), "scoped"),
        "appoint_reviewer": (("scoped",), None),
        "withdraw": (("referred",), "withdrawn"),
        "request_returns": (("referred", "scoped"), None),
        "involve": (PARTNERSHIP_ACTIVE[1:], None),
        "receive_draft": (("scoped",), None),
        "agree_learning": (("scoped",), "learning_agreed"),
        "record_publication": (("learning_agreed", "monitored"), None),
        "request_action_plans": (("learning_agreed",), None),
        "begin_monitoring": (("learning_agreed",), "monitored"),
        "report_progress": (("learning_agreed", "monitored"), None),
        "close": (("learning_agreed", "monitored"), "closed"),
        **dict.fromkeys(("amend_terms", "add_reviewer", "replace_reviewer"), (PARTNERSHIP_ACTIVE[1:], None)),
        **course_changes(PARTNERSHIP_ACTIVE, PARTNERSHIP_ACTIVE[:2]),
        "revise_report": (("learning_agreed", "monitored"), "scoped"),
        "transfer": (PARTNERSHIP_ACTIVE, "transferred"),
        "discontinue": (PARTNERSHIP_ACTIVE[1:], "discontinued"),
        "reopen": (PARTNERSHIP_ENDS, "referred"),
        **dict.fromkeys(FILED, ((*PARTNERSHIP_ACTIVE, *PARTNERSHIP_ENDS), None)),
    },
    decides={
        "refer": {"referrer", *CHAIRS, *UNIT},
        "withdraw": {"referrer", *CHAIRS},
        **decided_by_chairs(CHAIRS),
        **{key: {"subgroup_chair"} for key in ("agree_scope", "agree_learning", "close")},
        "report_progress": {"subgroup_chair", *UNIT},
        **dict.fromkeys(("revise_report", "transfer", "discontinue", "reopen"), CHAIRS),
    },
    runs=PARTNERSHIP_RUNS,
)

REVIEWS = (SERIOUS, PRACTICE, PARTNERSHIP)
