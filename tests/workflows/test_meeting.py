"""The meeting workflow: its decisions, guards and minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.engine.errors.bad_input import BadDate, InvalidForm
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.people import DecidedBy
from casereview.workflows import MEETING
from casereview.workflows.meeting import CAPACITIES, covers, decided_by_meeting
from casereview.workflows.roles import ROLES

from ..support.meetings import HELD_ON, call_meeting
from ..support.review_stories import apply_step, clock, continue_story, evening_of, form_faults, refusal_reasons
from ..support.step_records import MEETING_RECORDS

UNIT = {"business_manager", "review_coordinator"}
CHAIRS = {"subgroup_chair", "board_chair", "safeguarding_partners", "quality_assurance"}
MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "attend": (("called", "held"), "held"),
    "decide": (("held",), None),
    "minute": (("held",), "minuted"),
    "cancel": (("called",), "cancelled"),
    "reopen": (("minuted",), "held"),
    **dict.fromkeys(("note", "attach", "record_sent"), (("called", "held", "minuted", "cancelled"), None)),
}
"""For each step, its states and its target; None if the state stays."""


def held(kind: str = "subgroup", **attendance: Any) -> Case:
    """Return the same meeting, held on its date."""
    return apply_step(call_meeting(kind=kind), "attend", HELD_ON, **attendance).case


IN_STATE = {
    "called": call_meeting(),
    "held": held(),
    "minuted": apply_step(held(), "minute", HELD_ON).case,
    "cancelled": apply_step(call_meeting(), "cancel", HELD_ON).case,
}


def test_no_step_and_no_state_is_missing_from_the_tables() -> None:
    assert tuple(MOVES) == MEETING.steps
    assert {"call", *MOVES} == set(MEETING_RECORDS)
    assert tuple(IN_STATE) == tuple(state.name for state in MEETING.states)


@pytest.mark.parametrize("trigger", MOVES)
def test_a_step_is_possible_in_its_states_only_and_leads_to_its_target(trigger: str) -> None:
    found: dict[str, str] = {}
    for state, case in IN_STATE.items():
        blocks = refusal_reasons(case, trigger, HELD_ON)
        if not blocks:
            found[state] = apply_step(case, trigger, HELD_ON).case.state
        else:
            assert [guard for guard, *_ in blocks] == ["state"]
    sources, to = MOVES[trigger]
    assert found == {state: to or state for state in sources}


def test_a_chair_decides_and_the_unit_records_the_rest() -> None:
    def decided(trigger: str, state: str) -> set[str]:
        blocks = {role.name: refusal_reasons(IN_STATE[state], trigger, HELD_ON, capacity=role.name) for role in ROLES}
        return {role for role, found in blocks.items() if not found}

    assert decided("decide", "held") == CHAIRS
    for trigger, state in (("attend", "called"), ("minute", "held"), ("cancel", "called"), ("reopen", "minuted")):
        assert decided(trigger, state) == {*UNIT, *CHAIRS}


def test_each_kind_of_meeting_gives_its_chair_a_role() -> None:
    assert CAPACITIES == {
        "subgroup": "subgroup_chair",
        "board": "board_chair",
        "partners": "safeguarding_partners",
        "quality_assurance": "quality_assurance",
    }


def test_a_decision_names_the_chair_and_the_minutes_item() -> None:
    evidence = "M-2026-001, subgroup meeting of 3 February 2026, item 4"
    assert decided_by_meeting(call_meeting(), item="4") == DecidedBy(
        name="Kim Cole", capacity="subgroup_chair", evidence=evidence
    )
    assert decided_by_meeting(call_meeting(kind="quality_assurance"), item="4.2", chair="Lee Hart") == DecidedBy(
        name="Lee Hart",
        capacity="quality_assurance",
        evidence="M-2026-001, quality assurance meeting of 3 February 2026, item 4.2",
    )


def test_a_meeting_keeps_its_title_and_is_listed_apart_from_reviews() -> None:
    assert call_meeting().title == "Subgroup meeting of 3 February 2026"
    assert (MEETING.auxiliary, MEETING.parent_workflows, MEETING.prefix) == (True, (), "M")


@pytest.mark.parametrize(
    ("attendance", "decision", "reasons"),
    [
        pytest.param({}, {}, [], id="a quorum"),
        pytest.param(
            {"present": ["Kim Cole"]}, {}, [("quorate", "1 person was present. The quorum is 3.")], id="the chair alone"
        ),
        pytest.param(
            {"present": ["Kim Cole", "Lee Hart"]},
            {},
            [("quorate", "2 people were present. The quorum is 3.")],
            id="one too few",
        ),
        pytest.param(
            {"conflicts": [{"name": "Lee Hart", "ref": "SCR-2026-001", "why": "Runs the service."}]},
            {},
            [
                (
                    "quorate",
                    "2 people were present without a conflict of interest in SCR-2026-001/P01. The quorum is 3.",
                )
            ],
            id="a quorum but for a conflict",
        ),
        pytest.param(
            {
                "present": ["Kim Cole", "Lee Hart", "Ana Diaz", "Jo Park"],
                "apologies": [],
                "conflicts": [{"name": "kim  cole", "ref": "SCR-2026-001", "why": "Runs the service."}],
            },
            {},
            [
                (
                    "no_conflict",
                    "Kim Cole has a conflict of interest in SCR-2026-001/P01. Name another chair for this item.",
                )
            ],
            id="a chair with a conflict",
        ),
        pytest.param(
            {
                "present": ["Kim Cole", "Lee Hart", "Ana Diaz", "Jo Park"],
                "apologies": [],
                "conflicts": [{"name": "Kim Cole", "ref": "SCR-2026-001", "why": "Runs the service."}],
            },
            {"in_the_chair": "Lee Hart"},
            [],
            id="another person in the chair",
        ),
        pytest.param(
            {"conflicts": [{"name": "Kim Cole", "ref": "SCR-2026-0011", "why": "Runs the service."}]},
            {},
            [],
            id="a conflict in another case",
        ),
        pytest.param(
            {},
            {"in_the_chair": "Jo Park"},
            [("chair_present", "Jo Park is not recorded as present. Correct the attendance (attend).")],
            id="a chair who was not there",
        ),
    ],
)
def test_a_meeting_decides_with_its_quorum_and_a_chair_without_a_conflict(
    attendance: dict[str, Any], decision: dict[str, Any], reasons: list[tuple[str, str]]
) -> None:
    blocks = refusal_reasons(held(**attendance), "decide", HELD_ON, **decision)
    assert [(guard, reason) for guard, reason, _ in blocks] == reasons
    assert {cleared_by for *_, cleared_by in blocks} <= {"business manager or review coordinator"}


def test_a_meeting_without_a_quorum_needs_only_its_chair() -> None:
    case = apply_step(call_meeting(quorum=None), "attend", HELD_ON, present=["Kim Cole"]).case
    assert refusal_reasons(case, "decide", HELD_ON) == []


def test_each_case_has_only_one_item_in_a_meeting() -> None:
    once = apply_step(held(), "decide", HELD_ON).case
    assert [(link.relation, link.ref) for link in once.links] == [("4", "SCR-2026-001/P01")]
    assert [reason for _, reason, _ in refusal_reasons(once, "decide", HELD_ON)] == [
        "The meeting has already decided about SCR-2026-001/P01 under item 4."
    ]
    assert refusal_reasons(once, "decide", HELD_ON, ref="SCR-2026-001/P02") == []
    twice = apply_step(once, "decide", HELD_ON, ref="SCR-2026-001/P02").case
    assert [reason for _, reason, _ in refusal_reasons(twice, "decide", HELD_ON)] != []


def test_attendance_is_refused_before_the_meeting() -> None:
    blocks = refusal_reasons(call_meeting(), "attend", date(2026, 2, 2))
    assert [reason for _, reason, _ in blocks] == [
        "The meeting is on Tuesday 3 February 2026. Record attendance on or after that day."
    ]
    with pytest.raises(BadDate):
        apply_step(call_meeting(), "attend", HELD_ON, now=evening_of(date(2026, 2, 2)))


def test_attendance_can_be_corrected_while_the_minutes_are_open() -> None:
    few = held(present=["Kim Cole", "Lee Hart"])
    enough = apply_step(few, "attend", HELD_ON).case
    assert refusal_reasons(enough, "decide", HELD_ON) == []
    assert clock(enough, "minutes").number == 1


def test_a_conflict_of_interest_in_a_review_covers_its_parts_only() -> None:
    assert covers("SCR-2026-001", "SCR-2026-001")
    assert covers("SCR-2026-001", "SCR-2026-001/A01")
    assert not covers("SCR-2026-001/A01", "SCR-2026-001")
    assert not covers("SCR-2026-001", "SCR-2026-0011")


def test_no_person_is_named_twice_or_as_present_and_absent() -> None:
    assert form_faults(call_meeting(), "attend", present=["Kim Cole", "kim cole"]) == [
        ("present", "each one once", "kim cole again")
    ]
    assert form_faults(call_meeting(), "attend", apologies=["Lee  Hart"]) == [
        ("apologies", "only people who were not present", "Lee  Hart")
    ]
    with pytest.raises(InvalidForm):
        call_meeting(expected=["Kim Cole", "Kim Cole"])


def test_minutes_are_due_ten_working_days_after_the_meeting() -> None:
    running = clock(held(), "minutes")
    assert (running.anchor, running.due) == (HELD_ON, date(2026, 2, 17))
    assert clock(apply_step(held(), "minute", date(2026, 2, 17)).case, "minutes").status is ClockStatus.MET
    assert clock(apply_step(held(), "minute", date(2026, 2, 18)).case, "minutes").status is ClockStatus.MISSED
    assert MEETING.deadline("minutes").citation.local_default
    again = continue_story(held(), [("minute", date(2026, 2, 17)), ("reopen", date(2026, 2, 18))])
    assert clock(again, "minutes").is_outstanding


def test_the_reason_for_a_conflict_is_stored_apart() -> None:
    why = {"name": "Lee Hart", "ref": "SCR-2026-001", "why": "An aunt of the child."}
    decision = apply_step(call_meeting(), "attend", HELD_ON, conflicts=[why])
    assert "aunt" not in str(decision.events[-1].data)
    assert "aunt" not in repr(decision.events)
