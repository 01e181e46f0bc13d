"""The deadlines of a review's parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from casereview.engine.model.clock import ClockStatus
from casereview.workflows import ACTION, RECOMMENDATION
from casereview.workflows.roles import ROLES

from ...support.part_tables import ACTED, ALL, DAY, ENGAGED, KINDS, PLANNED, PUBLISHED, RETURNED, Part
from ...support.review_stories import apply_step, clock, continue_story, open_part


@dataclass(frozen=True, kw_only=True)
class Run:
    """A deadline of a part: the step that starts it, its due date, the steps that meet it, its owner."""

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
        met_by=("contact", "take_part", "decline", "record_unable"),
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
    case = continue_story(open_part(run.part.workflow, DAY).case, [(trigger, DAY) for trigger in run.steps])
    started = clock(case, run.deadline)
    assert (started.due, started.is_outstanding) == (run.due, True)
    assert run.part.workflow.deadline(run.deadline).owner == run.owner
    in_time, late = max(run.due, DAY), run.due + timedelta(days=1)
    for trigger in run.met_by:
        found = clock(apply_step(case, trigger, in_time).case, run.deadline, started.number)
        assert (found.done_by, found.done_on, found.is_outstanding) == (trigger, in_time, False)
        assert found.status is (ClockStatus.MET if in_time == run.due else ClockStatus.MISSED)
        if late > DAY:
            found = clock(apply_step(case, trigger, late).case, run.deadline, started.number)
            assert (found.status, found.is_outstanding) == (ClockStatus.MISSED, False)


def test_no_deadline_is_missing_from_the_table() -> None:
    elsewhere = {("recommendation", "send_letter"), ("publication", "keep_published")}
    elsewhere |= {(part.workflow.name, "review_suspension") for part in ALL}
    declared = {(part.workflow.name, deadline.name) for part in ALL for deadline in part.workflow.deadlines}
    assert {(run.part.workflow.name, run.deadline) for run in RUNS} | elsewhere == declared


def test_every_term_names_its_source_and_all_but_two_are_local_defaults() -> None:
    published = {
        deadline.name: deadline.citation.verified
        for part in ALL
        for deadline in part.workflow.deadlines
        if not deadline.citation.local_default
    }
    assert published == {"send_copy": False, "keep_published": False}


def test_only_a_national_recommendation_needs_a_letter_within_a_month() -> None:
    national = open_part(RECOMMENDATION, DAY, scope="national").case
    assert clock(national, "send_letter").due == date(2018, 8, 20)
    assert clock(apply_step(national, "send_letter", date(2018, 8, 20)).case, "send_letter").status is ClockStatus.MET
    assert [open_part(RECOMMENDATION, DAY, scope=scope).case.clocks for scope in ("local", "regional")] == [(), ()]
    assert open_part(RECOMMENDATION, DAY).case.clocks == ()


def test_an_action_has_no_deadline_before_it_is_agreed() -> None:
    assert open_part(ACTION, DAY).case.clocks == ()


def test_handing_in_an_action_starts_the_quality_assurance_deadline() -> None:
    case = ACTED.in_state("handed_in")
    assert [clock.deadline for clock in case.clocks if clock.is_outstanding] == ["assure"]
    back = apply_step(case, "send_back", DAY).case
    assert [clock.deadline for clock in back.clocks if clock.is_outstanding] == ["carry_out"]


def test_every_level_of_an_overdue_action_has_its_recipients() -> None:
    levels = [
        (level.to, level.owners_organisation_only, level.root_prefixes)
        for level in ACTION.escalation_policy
        if level.working_days >= 0
    ]
    assert levels == [
        ("owner", False, ()),
        ("agency_safeguarding_lead", True, ()),
        ("subgroup_chair", False, ()),
        ("board_chair", False, ("SCR", "PR")),
        ("safeguarding_partners", False, ("CSPR",)),
    ]
    assert ACTION.deadline("carry_out").owner == "action_lead"
    assert next(role for role in ROLES if role.name == "action_lead").acts_for_organisation


@pytest.mark.parametrize("kind", KINDS)
def test_a_published_report_stays_online_for_12_months(kind: str) -> None:
    said = {"where": "The website", "reasons": "Privacy."}
    case = apply_step(PUBLISHED.in_state("agreed"), "publish", date(2018, 9, 17), kind=kind, **said).case
    assert (case.state, case.closed_on) == (kind, date(2018, 9, 17))
    kept = [
        (found.due, found.is_open, found.is_outstanding) for found in case.clocks if found.deadline == "keep_published"
    ]
    assert kept == ([] if kind == "not_published" else [(date(2019, 9, 17), True, False)])


def test_postponed_publication_needs_no_copy_until_a_new_date_is_set() -> None:
    case = apply_step(PUBLISHED.in_state("scheduled"), "defer", DAY).case
    assert [found for found in case.clocks if found.is_outstanding] == []
    again = apply_step(case, "defer", DAY, planned_on="2018-12-03").case
    assert clock(again, "send_copy").due == date(2018, 11, 22)
    assert clock(apply_step(case, "schedule", DAY).case, "send_copy").due == date(2018, 9, 6)
