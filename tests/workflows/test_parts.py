"""The parts of a review: every step of each, who decides it, what ends with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine.definition.machine import compiled
from casereview.engine.definition.relations import Parent
from casereview.engine.definition.validation import disagreements
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.forms.fields import fields_of
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.workflows import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PUBLICATION,
    RECOMMENDATION,
    WORKFLOWS,
)
from casereview.workflows.people import ROLES
from casereview.workflows.standing import PARTS, REVIEWS

from .records import PLANNING
from .reviews import RECORDS, REVIEW, begun, clock, going_on, mended, refusals, taken

DAY = date(2018, 7, 20)
UNIT = {"business_manager", "review_coordinator"}
AGENCY = {"agency_author", "agency_safeguarding_lead", "action_lead"}
HEADS = {"board_chair", "safeguarding_partners"}
CHAIRS = {"subgroup_chair", *HEADS}
READERS = {*UNIT, *CHAIRS, "lead_reviewer", "quality_assurance"}


def kept_in(*states: str) -> dict[str, tuple[tuple[str, ...], str | None]]:
    """What is put on file in every state, and moves nothing."""
    return dict.fromkeys(("note", "attach", "record_sent"), (states, None))


def filed_by(*more: str) -> dict[str, set[str]]:
    """Whose notes, documents and letters these may be."""
    return {"note": {*READERS, *more}, "attach": {*READERS, *more}, "record_sent": READERS}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part's machine as the partnership means it.

    Attributes:
        workflow: Its declaration.
        prefix: How its references go on.
        ways: How a case comes into each state: the steps after the opening.
        moves: Each step: from where, and to where; None where it keeps the state.
        decides: The capacities in which each step can be decided, the opening among them.
    """

    workflow: Workflow
    prefix: str
    ways: dict[str, tuple[str, ...]]
    moves: dict[str, tuple[tuple[str, ...], str | None]]
    decides: dict[str, set[str]]

    def in_state(self, state: str) -> Case:
        case = going_on(begun(self.workflow, DAY).case, [(trigger, DAY) for trigger in self.ways[state]])
        assert case.state == state
        return case


INVOLVES = {*UNIT, "lead_reviewer", "family_contact"}
MAKES = {*UNIT, *AGENCY}

ENGAGED = Part(
    workflow=ENGAGEMENT,
    prefix="E",
    ways={
        "planned": (),
        "contacted": ("contact",),
        "took_part": ("take_part",),
        "declined": ("decline",),
        "could_not": ("could_not",),
        "told": ("contact", "tell_findings"),
        "no_contact": ("stop_contact",),
        "discontinued": ("discontinue",),
    },
    moves={
        "contact": (("planned",), "contacted"),
        "take_part": (("planned", "contacted", "declined", "could_not", "told"), "took_part"),
        "decline": (("planned", "contacted"), "declined"),
        "could_not": (("planned", "contacted"), "could_not"),
        "stop_contact": (("planned", "contacted", "took_part", "declined", "could_not"), "no_contact"),
        "tell_findings": (("contacted", "took_part", "declined", "could_not"), "told"),
        "reopen": (("no_contact", "discontinued"), "planned"),
        "discontinue": (("planned", "contacted", "took_part", "declined", "could_not"), "discontinued"),
        **kept_in("planned", "contacted", "took_part", "declined", "could_not", "told", "no_contact", "discontinued"),
    },
    decides={
        "plan": {*UNIT, "lead_reviewer", "subgroup_chair"},
        "contact": INVOLVES,
        "take_part": INVOLVES,
        "decline": INVOLVES,
        "could_not": INVOLVES,
        "stop_contact": INVOLVES,
        "tell_findings": INVOLVES,
        "reopen": INVOLVES,
        **filed_by("family_contact"),
    },
)
RETURNED = Part(
    workflow=AGENCY_RETURN,
    prefix="RET",
    ways={
        "requested": (),
        "received": ("receive",),
        "accepted": ("receive", "accept"),
        "nil_return": ("return_nil",),
        "refused": ("refuse",),
        "discontinued": ("discontinue",),
    },
    moves={
        "secure_records": (("requested", "received"), None),
        "name_author": (("requested", "received"), None),
        "receive": (("requested",), "received"),
        "accept": (("received",), "accepted"),
        "send_back": (("received",), "requested"),
        "return_nil": (("requested",), "nil_return"),
        "refuse": (("requested",), "refused"),
        "reopen": (("accepted", "nil_return", "refused", "discontinued"), "requested"),
        "discontinue": (("requested", "received"), "discontinued"),
        "succeed": (("requested", "received"), None),
        **kept_in("requested", "received", "accepted", "nil_return", "refused", "discontinued"),
    },
    decides={
        "request": {*UNIT, "lead_reviewer", "subgroup_chair"},
        "secure_records": MAKES,
        "name_author": MAKES,
        "receive": MAKES,
        "accept": {*UNIT, "lead_reviewer", "panel_member"},
        "send_back": {*UNIT, "lead_reviewer", "panel_member"},
        "return_nil": MAKES,
        "refuse": MAKES,
        "reopen": {*UNIT, "lead_reviewer", "subgroup_chair"},
        **filed_by(*AGENCY),
    },
)
RECOMMENDED = Part(
    workflow=RECOMMENDATION,
    prefix="REC",
    ways={
        "made": ("question",),
        "carried_out": ("carry_out",),
        "not_carried_out": ("not_carry_out",),
        "superseded": ("supersede",),
        "discontinued": ("discontinue",),
    },
    moves={
        "revise": (("made",), None),
        "readdress": (("made",), None),
        "question": (("made",), None),
        "answer_question": (("made",), None),
        "send_letter": (("made",), None),
        "record_reply": (("made",), None),
        "carry_out": (("made",), "carried_out"),
        "not_carry_out": (("made",), "not_carried_out"),
        "supersede": (("made",), "superseded"),
        "reopen": (("carried_out", "not_carried_out", "superseded", "discontinued"), "made"),
        "discontinue": (("made",), "discontinued"),
        **kept_in("made", "carried_out", "not_carried_out", "superseded", "discontinued"),
    },
    decides={
        "make": CHAIRS,
        "revise": CHAIRS,
        "readdress": CHAIRS,
        "question": MAKES,
        "answer_question": CHAIRS,
        "send_letter": {*UNIT, *HEADS},
        "record_reply": UNIT,
        "carry_out": {"subgroup_chair"},
        "not_carry_out": {"subgroup_chair"},
        "supersede": {"subgroup_chair"},
        "reopen": CHAIRS,
        **filed_by(*AGENCY),
    },
)
PLANNED = Part(
    workflow=AGENCY_ACTION_PLAN,
    prefix="P",
    ways={
        "requested": (),
        "submitted": ("submit",),
        "agreed": ("submit", "agree"),
        "nil": ("record_nil",),
        "agency_ceased": ("end_with_agency",),
        "discontinued": ("discontinue",),
    },
    moves={
        "submit": (("requested",), "submitted"),
        "send_back": (("submitted",), "requested"),
        "agree": (("submitted",), "agreed"),
        "record_nil": (("requested", "submitted"), "nil"),
        "end_with_agency": (("requested", "submitted", "agreed", "nil"), "agency_ceased"),
        "reopen": (("agreed", "nil", "agency_ceased", "discontinued"), "requested"),
        "leave": (("requested", "submitted"), "agency_ceased"),
        "discontinue": (("requested", "submitted"), "discontinued"),
        "succeed": (("requested", "submitted", "agreed", "nil"), None),
        **kept_in("requested", "submitted", "agreed", "nil", "agency_ceased", "discontinued"),
    },
    decides={
        "request": {*UNIT, "subgroup_chair"},
        "submit": {*UNIT, "agency_author", "agency_safeguarding_lead"},
        "send_back": {*UNIT, "subgroup_chair"},
        "agree": {"subgroup_chair"},
        "record_nil": {*UNIT, "subgroup_chair"},
        "end_with_agency": {"subgroup_chair"},
        "reopen": {*UNIT, "subgroup_chair"},
        **filed_by(*AGENCY),
    },
)
OTHERWISE = ("superseded", "transferred", "agency_ceased", "not_carried_out")
ACTED = Part(
    workflow=ACTION,
    prefix="A",
    ways={
        "proposed": (),
        "agreed": ("agree",),
        "handed_in": ("agree", "hand_in"),
        "assured": ("agree", "hand_in", "assure"),
        "superseded": ("supersede",),
        "transferred": ("transfer",),
        "agency_ceased": ("end_with_agency",),
        "not_carried_out": ("not_carry_out",),
        "discontinued": ("discontinue",),
    },
    moves={
        "revise": (("proposed",), None),
        "agree": (("proposed",), "agreed"),
        "reassign": (("agreed",), None),
        "report_progress": (("agreed",), None),
        "hand_in": (("agreed",), "handed_in"),
        "assure": (("handed_in",), "assured"),
        "send_back": (("handed_in",), "agreed"),
        "supersede": (("proposed", "agreed", "handed_in"), "superseded"),
        "transfer": (("proposed", "agreed", "handed_in"), "transferred"),
        "end_with_agency": (("proposed", "agreed", "handed_in"), "agency_ceased"),
        "not_carry_out": (("proposed", "agreed", "handed_in"), "not_carried_out"),
        "reopen": (("assured", *OTHERWISE, "discontinued"), "agreed"),
        "discontinue": (("proposed", "agreed", "handed_in"), "discontinued"),
        "succeed": (("proposed", "agreed", "handed_in", "assured"), None),
        **kept_in("proposed", "agreed", "handed_in", "assured", *OTHERWISE, "discontinued"),
    },
    decides={
        "propose": {*MAKES, *CHAIRS},
        "revise": {*MAKES, "subgroup_chair"},
        "agree": {"subgroup_chair"},
        "reassign": MAKES,
        "report_progress": MAKES,
        "hand_in": MAKES,
        "assure": {"quality_assurance"},
        "send_back": {"quality_assurance"},
        "supersede": {"subgroup_chair"},
        "transfer": {"subgroup_chair"},
        "end_with_agency": {"subgroup_chair"},
        "not_carry_out": {"subgroup_chair"},
        "reopen": {"subgroup_chair"},
        **filed_by(*AGENCY),
    },
)
KINDS = ("in_full", "in_summary", "anonymously", "not_published")
PUBLISHED = Part(
    workflow=PUBLICATION,
    prefix="PUB",
    ways={
        "draft": (),
        "checked": ("check_accuracy",),
        "agreed": ("check_accuracy", "agree"),
        "scheduled": ("check_accuracy", "agree", "schedule"),
        "in_full": ("check_accuracy", "agree", "publish"),
        "discontinued": ("discontinue",),
    },
    moves={
        "new_draft": (("draft", "checked"), "draft"),
        "check_accuracy": (("draft",), "checked"),
        "agree": (("checked",), "agreed"),
        "record_panel_advice": (("agreed", "scheduled"), None),
        "schedule": (("agreed", "scheduled"), "scheduled"),
        "defer": (("agreed", "scheduled"), "agreed"),
        "send_copy": (("agreed", "scheduled"), None),
        "publish": (("agreed", "scheduled"), "in_full"),
        "go_back": (("checked", "agreed", "scheduled"), "draft"),
        "reopen": (("discontinued",), "draft"),
        "discontinue": (("draft", "checked", "agreed", "scheduled"), "discontinued"),
        **kept_in("draft", "checked", "agreed", "scheduled", "in_full", "discontinued"),
    },
    decides={
        "draft": {*UNIT, "lead_reviewer"},
        "new_draft": {*UNIT, "lead_reviewer"},
        "check_accuracy": {*UNIT, "lead_reviewer"},
        "record_panel_advice": UNIT,
        "schedule": HEADS,
        "defer": HEADS,
        "send_copy": UNIT,
        "publish": HEADS,
        "reopen": HEADS,
        **filed_by(),
    },
)
ALL = (ENGAGED, RETURNED, RECOMMENDED, PLANNED, ACTED, PUBLISHED)
STEPS = [pytest.param(part, step, id=f"{part.workflow.name} {step}") for part in ALL for step in part.moves]
FOLLOWS = {
    (PUBLICATION.name, "agree"),
    (PUBLICATION.name, "go_back"),
    (AGENCY_ACTION_PLAN.name, "leave"),
    *((name, "succeed") for name in (AGENCY_RETURN.name, AGENCY_ACTION_PLAN.name, ACTION.name)),
    *((name, "discontinue") for name in PARTS),
}
"""What is only ever taken with a step of another case."""

DECIDED = [
    pytest.param(part, step, id=f"{part.workflow.name} {step}")
    for part in ALL
    for step in part.moves
    if (part.workflow.name, step) not in FOLLOWS
]


# --- the machines -------------------------------------------------------------------------------------


def test_the_declarations_are_sound_each_by_itself_and_all_together() -> None:
    others = {workflow.name: workflow for workflow in WORKFLOWS}
    for workflow in WORKFLOWS:
        assert compiled(workflow)
        assert tuple(disagreements(workflow, others)) == ()


def test_every_part_is_a_child_of_every_kind_of_review() -> None:
    assert tuple(part.workflow.name for part in ALL) == PARTS
    assert REVIEWS == ("serious_case_review", "partnership_review", "child_safeguarding_practice_review")
    assert all(part.workflow.child_of == REVIEWS for part in ALL)


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_no_step_and_no_state_is_missing_from_the_tables(part: Part) -> None:
    opening = part.workflow.opening.trigger
    follows = {step for name, step in FOLLOWS if name == part.workflow.name}
    assert part.workflow.prefix == part.prefix
    assert tuple(part.moves) == part.workflow.steps
    assert {*part.decides, *follows} == set(RECORDS[part.workflow]) == {opening, *part.moves}
    named = KINDS[1:] if part is PUBLISHED else ()
    assert {*part.ways, *named} == {state.name for state in part.workflow.states}


@pytest.mark.parametrize(("part", "trigger"), STEPS)
def test_a_step_is_taken_in_its_states_and_moves_or_keeps_them(part: Part, trigger: str) -> None:
    found: dict[str, str] = {}
    for state in part.ways:
        case = part.in_state(state)
        blocks = refusals(case, trigger, DAY)
        if not blocks:
            found[state] = taken(case, trigger, DAY).case.state
        else:
            assert [guard for guard, *_ in blocks] == ["state"]
    sources, to = part.moves[trigger]
    assert found == {state: to or state for state in sources}


@pytest.mark.parametrize(("part", "trigger"), DECIDED)
def test_a_step_takes_the_decision_of_its_roles_and_of_no_other(part: Part, trigger: str) -> None:
    case = part.in_state(part.moves[trigger][0][0])
    blocks = {role.name: refusals(case, trigger, DAY, capacity=role.name) for role in ROLES}
    assert {role for role, found in blocks.items() if not found} == part.decides[trigger]
    assert {found[0][0] for found in blocks.values() if found} == {"role"}


def may_open(part: Part, capacity: str) -> bool:
    try:
        return bool(begun(part.workflow, DAY, capacity=capacity))
    except Refused:
        return False


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_a_part_is_opened_by_its_roles_and_by_no_other(part: Part) -> None:
    opening = part.workflow.opening.trigger
    assert {role.name for role in ROLES if may_open(part, role.name)} == part.decides[opening]


def test_what_only_follows_is_refused_alone() -> None:
    for workflow in WORKFLOWS:
        follows = {(workflow.name, step.trigger) for step in workflow.transitions if step.follows}
        reviews = {(workflow.name, "record_publication")} if workflow.name in REVIEWS else set()
        assert follows == {pair for pair in FOLLOWS if pair[0] == workflow.name} | reviews


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_whoever_may_take_a_step_may_open_and_take_along_what_comes_with_it(workflow: Workflow) -> None:
    others = {other.name: other for other in WORKFLOWS}
    for step in workflow.transitions:
        for opens in step.opens_children:
            assert set(step.roles) <= set(others[opens.workflow].opening.roles)
        for takes in step.takes:
            names = workflow.child_of if isinstance(takes.of, Parent) else (takes.of.workflow,)
            for name in names:
                taken_along = others[name].transition(takes.step)
                assert taken_along is not None
                assert taken_along.follows or set(step.roles) <= set(taken_along.roles)


# --- under a review that has ended --------------------------------------------------------------------

CLOSED = taken(REVIEW, "withdraw", date(2018, 1, 9)).case
UNDER_AN_END = (
    "parent_open",
    "SCR-2018-001 has ended (withdrawn): it has to be taken up again first (reopen).",
    "board_chair or safeguarding_partners",
)


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_nothing_begins_under_a_review_that_has_ended(part: Part) -> None:
    with pytest.raises(Refused) as caught:
        begun(part.workflow, DAY, parent=CLOSED)
    assert [(block.guard, block.reason, block.cleared_by) for block in caught.value.reasons] == [UNDER_AN_END]


@pytest.mark.parametrize("part", [part for part in ALL if "reopen" in part.moves], ids=lambda part: part.workflow.name)
def test_nothing_is_taken_up_again_under_a_review_that_has_ended(part: Part) -> None:
    for state in part.moves["reopen"][0]:
        assert refusals(part.in_state(state), "reopen", DAY, parent=CLOSED) == [UNDER_AN_END]


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.workflow.name)
def test_a_part_that_has_ended_is_chased_for_nothing(part: Part) -> None:
    ends = [state.name for state in part.workflow.states if state.is_end and state.name in part.ways]
    for state in ends:
        case = part.in_state(state)
        assert [clock.deadline for clock in case.clocks if clock.is_chased] == []
        assert case.closed_on == DAY


# --- deadlines ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Run:
    """A deadline of a part: what starts it, when it is due, what meets it, whose task it is."""

    part: Part
    deadline: str
    steps: tuple[str, ...]
    due: date
    met_by: tuple[str, ...]
    owner: str


RUNS = (
    # Twenty working days from Friday 20 July end on Friday 17 August.
    Run(
        part=ENGAGED,
        deadline="contact",
        steps=(),
        due=date(2018, 8, 17),
        met_by=("contact", "take_part", "decline", "could_not"),
        owner="business_manager",
    ),
    Run(
        part=RETURNED,
        deadline="return",
        steps=(),
        due=date(2018, 5, 1),
        met_by=("receive", "return_nil", "refuse"),
        owner="agency_author",
    ),
    Run(
        part=RETURNED,
        deadline="return",
        steps=("receive", "send_back"),
        due=date(2018, 10, 12),
        met_by=("receive", "return_nil", "refuse"),
        owner="agency_author",
    ),
    Run(
        part=RETURNED,
        deadline="accept",
        steps=("receive",),
        due=date(2018, 8, 3),
        met_by=("accept", "send_back"),
        owner="business_manager",
    ),
    Run(
        part=PLANNED,
        deadline="submit",
        steps=(),
        due=date(2018, 9, 14),
        met_by=("submit", "record_nil"),
        owner="agency_safeguarding_lead",
    ),
    Run(
        part=PLANNED,
        deadline="submit",
        steps=("submit", "send_back"),
        due=date(2018, 10, 12),
        met_by=("submit", "record_nil"),
        owner="agency_safeguarding_lead",
    ),
    Run(
        part=PLANNED,
        deadline="submit",
        steps=("submit", "agree", "reopen"),
        due=date(2018, 10, 12),
        met_by=("submit", "record_nil"),
        owner="agency_safeguarding_lead",
    ),
    Run(
        part=PLANNED,
        deadline="agree",
        steps=("submit",),
        due=date(2018, 8, 10),
        met_by=("agree", "send_back", "record_nil"),
        owner="subgroup_chair",
    ),
    Run(
        part=ACTED,
        deadline="carry_out",
        steps=("agree",),
        due=date(2018, 9, 28),
        met_by=("hand_in",),
        owner="action_lead",
    ),
    Run(
        part=ACTED,
        deadline="carry_out",
        steps=("agree", "hand_in", "send_back"),
        due=date(2018, 10, 12),
        met_by=("hand_in",),
        owner="action_lead",
    ),
    Run(
        part=ACTED,
        deadline="carry_out",
        steps=("agree", "hand_in", "assure", "reopen"),
        due=date(2018, 10, 12),
        met_by=("hand_in",),
        owner="action_lead",
    ),
    Run(
        part=ACTED,
        deadline="assure",
        steps=("agree", "hand_in"),
        due=date(2018, 8, 17),
        met_by=("assure", "send_back"),
        owner="quality_assurance",
    ),
    # Seven working days before Monday 17 September: Thursday 6 September.
    Run(
        part=PUBLISHED,
        deadline="send_copy",
        steps=("check_accuracy", "agree", "schedule"),
        due=date(2018, 9, 6),
        met_by=("send_copy", "defer"),
        owner="business_manager",
    ),
)


@pytest.mark.parametrize("run", [pytest.param(run, id=f"{run.deadline} after {run.steps}") for run in RUNS])
def test_a_deadline_starts_falls_due_and_is_met_in_time_or_late(run: Run) -> None:
    case = going_on(begun(run.part.workflow, DAY).case, [(trigger, DAY) for trigger in run.steps])
    started = clock(case, run.deadline)
    assert (started.due, started.is_chased) == (run.due, True)
    assert run.part.workflow.deadline(run.deadline).owner == run.owner
    in_time, late = max(run.due, DAY), run.due + timedelta(days=1)
    for trigger in run.met_by:
        found = clock(taken(case, trigger, in_time).case, run.deadline, started.number)
        assert (found.done_by, found.done_on, found.is_chased) == (trigger, in_time, False)
        assert found.status is (ClockStatus.MET if in_time == run.due else ClockStatus.MISSED)
        if late > DAY:
            found = clock(taken(case, trigger, late).case, run.deadline, started.number)
            assert (found.status, found.is_chased) == (ClockStatus.MISSED, False)


def test_no_deadline_is_missing_from_the_table() -> None:
    elsewhere = {("recommendation", "send_letter"), ("publication", "keep_published")}
    elsewhere |= {(part.workflow.name, "review_suspension") for part in ALL}
    declared = {(part.workflow.name, deadline.name) for part in ALL for deadline in part.workflow.deadlines}
    assert {(run.part.workflow.name, run.deadline) for run in RUNS} | elsewhere == declared


def test_every_term_says_where_it_comes_from_and_all_but_two_are_local_defaults() -> None:
    published = {
        deadline.name: deadline.authority.verified
        for part in ALL
        for deadline in part.workflow.deadlines
        if not deadline.authority.local_default
    }
    assert published == {"send_copy": False, "keep_published": False}


def test_a_national_recommendation_wants_a_letter_within_a_month_and_no_other_does() -> None:
    national = begun(RECOMMENDATION, DAY, scope="national").case
    assert clock(national, "send_letter").due == date(2018, 8, 20)
    assert clock(taken(national, "send_letter", date(2018, 8, 20)).case, "send_letter").status is ClockStatus.MET
    assert [begun(RECOMMENDATION, DAY, scope=scope).case.clocks for scope in ("local", "regional")] == [(), ()]
    assert begun(RECOMMENDATION, DAY).case.clocks == ()


def test_an_action_s_clock_starts_when_it_is_agreed_and_not_before() -> None:
    assert begun(ACTION, DAY).case.clocks == ()


def test_handing_an_action_in_stops_the_agency_s_clock_and_starts_quality_assurance_s() -> None:
    case = ACTED.in_state("handed_in")
    assert [clock.deadline for clock in case.clocks if clock.is_chased] == ["assure"]
    back = taken(case, "send_back", DAY).case
    assert [clock.deadline for clock in back.clocks if clock.is_chased] == ["carry_out"]


def test_every_rung_of_an_overdue_action_has_its_people() -> None:
    rungs = [(rung.to, rung.of_owners_agency, rung.under) for rung in ACTION.ladder if rung.working_days >= 0]
    assert rungs == [
        ("owner", False, ()),
        ("agency_safeguarding_lead", True, ()),
        ("subgroup_chair", False, ()),
        ("board_chair", False, ("SCR", "PR")),
        ("safeguarding_partners", False, ("CSPR",)),
    ]
    assert ACTION.deadline("carry_out").owner == "action_lead"
    assert next(role for role in ROLES if role.name == "action_lead").of_agency


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_is_kept_for_12_months_though_its_case_has_ended(kind: str) -> None:
    said = {"where": "The website", "reasons": "Privacy."}
    case = taken(PUBLISHED.in_state("agreed"), "publish", date(2018, 9, 17), kind=kind, **said).case
    assert (case.state, case.closed_on) == (kind, date(2018, 9, 17))
    kept = [(found.due, found.is_open, found.is_chased) for found in case.clocks if found.deadline == "keep_published"]
    assert kept == ([] if kind == "not_published" else [(date(2019, 9, 17), True, False)])


def test_publication_that_is_put_off_wants_no_copy_until_a_day_is_set_again() -> None:
    case = taken(PUBLISHED.in_state("scheduled"), "defer", DAY).case
    assert [found for found in case.clocks if found.is_chased] == []
    again = taken(case, "defer", DAY, planned_on="2018-12-03").case
    assert clock(again, "send_copy").due == date(2018, 11, 22)
    assert clock(taken(case, "schedule", DAY).case, "send_copy").due == date(2018, 9, 6)


# --- people who are never chased ----------------------------------------------------------------------


def test_no_deadline_of_an_engagement_tells_a_member_of_the_family() -> None:
    told = {rung.to for rung in ENGAGEMENT.ladder} | {deadline.owner for deadline in ENGAGEMENT.deadlines}
    assert "family_contact" not in told


@pytest.mark.parametrize("because", ["do_not_contact", "died"])
@pytest.mark.parametrize("state", ["planned", "contacted", "took_part", "declined", "could_not"])
def test_whoever_died_or_is_not_to_be_contacted_ends_the_engagement_and_its_clock(state: str, because: str) -> None:
    case = taken(ENGAGED.in_state(state), "stop_contact", DAY, because=because).case
    assert (case.state, [found for found in case.clocks if found.is_chased]) == ("no_contact", [])


# --- records ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "state", "trigger", "data", "faults"),
    [
        pytest.param(
            ENGAGED,
            "planned",
            "could_not",
            {"reason": "own_wish"},
            [("reason", "police_advice, cps_advice, court_order, untraceable, died or other", "'own_wish'")],
            id="nobody is kept from it by their own wish",
        ),
        pytest.param(
            PLANNED,
            "requested",
            "submit",
            {"actions": [{**PLANNING["submit"]["actions"][0], "recommendations": []}]},
            [
                (
                    "actions[0].recommendations",
                    "the number of at least one recommendation, or early_learning",
                    "neither",
                )
            ],
            id="an action that answers nothing",
        ),
        pytest.param(
            ACTED,
            "proposed",
            "revise",
            {"recommendations": [1, 1]},
            [("recommendations", "each one once", "1 again")],
            id="an action that answers one twice",
        ),
        pytest.param(
            ACTED,
            "agreed",
            "hand_in",
            {"evidence": []},
            [("evidence", "a list of at least 1, each item an object with title, location, sha256", "an empty list")],
            id="nothing is handed in without evidence",
        ),
        pytest.param(
            RECOMMENDED,
            "made",
            "readdress",
            {"made_to": ["Agency 1", "agency  1"]},
            [("made_to", "each one once", "agency  1 again")],
            id="a recommendation made to one agency twice",
        ),
        pytest.param(
            PUBLISHED,
            "draft",
            "check_accuracy",
            {"agencies": [{"agency": "Agency 1"}, {"agency": "AGENCY 1"}]},
            [("agencies", "each one once", "AGENCY 1 again")],
            id="an agency that checked it twice",
        ),
        pytest.param(
            PUBLISHED,
            "agreed",
            "publish",
            {"kind": "in_full", "where": None},
            [("where", "where it can be read", "nothing")],
            id="published in full, nobody knows where",
        ),
        pytest.param(
            PUBLISHED,
            "agreed",
            "publish",
            {"kind": "in_summary", "where": None},
            [
                ("reasons", "the reasons why it is not published in full", "nothing"),
                ("where", "where it can be read", "nothing"),
            ],
            id="published in summary, nobody knows where and why",
        ),
        pytest.param(
            PUBLISHED,
            "agreed",
            "publish",
            {"kind": "not_published", "where": None},
            [("reasons", "the reasons why it is not published in full", "nothing")],
            id="not published, nobody knows why",
        ),
        pytest.param(PUBLISHED, "agreed", "publish", {"kind": "anonymously", "where": None}, [], id="anonymously"),
    ],
)
def test_a_record_that_contradicts_itself_is_told_every_fault(
    part: Part, state: str, trigger: str, data: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    assert mended(part.in_state(state), trigger, **data) == faults


def test_a_member_of_the_family_is_somebody_and_an_early_action_answers_nothing_yet() -> None:
    with pytest.raises(InvalidForm) as caught:
        begun(ENGAGEMENT, DAY, who=None)
    assert [fault.path for fault in caught.value.faults] == ["who"]
    assert begun(ENGAGEMENT, DAY, kind="practitioners", who=None).case.state == "planned"
    assert begun(ACTION, DAY, recommendations=[], early_learning=True).case.state == "proposed"


def test_what_belongs_to_the_familys_privacy_is_sensitive() -> None:
    found = {
        (part.workflow.name, step.trigger): {field.name for field in fields_of(step.record) if field.holds_sensitive}
        for part in ALL
        for step in (part.workflow.opening, *part.workflow.transitions)
    }
    notes = {(part.workflow.name, "note"): {"text", "with_whom"} for part in ALL}
    letters = {(part.workflow.name, "record_sent"): {"to"} for part in ALL}
    plan = {("engagement", "plan"): {"who", "advocate", "safe_contact"}}
    assert {step: fields for step, fields in found.items() if fields} == {**plan, **notes, **letters}
