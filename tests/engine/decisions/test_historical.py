"""What is brought in from a register: judged by what can have happened, not by who decided it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine.definition.deadline import Deadline, Entering, Recording, Resuming, Suspending
from casereview.engine.definition.relations import Links
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.bad_input import BadDate, BadValue, InvalidForm
from casereview.engine.errors.base import Fault
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownState, UnknownStep
from casereview.engine.forms.digests import digest
from casereview.engine.forms.fields import Form, Words
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Link
from casereview.engine.model.clock import ClockStatus, EventKind
from casereview.engine.model.commands import BringIn
from casereview.engine.model.evolve import fold, moves_of
from casereview.engine.model.people import Authority

from ...support.imported_loans import APPROVED, BACK, LENT, NOW, OPENED, brought_in, step
from ...support.library_decisions import after_sweep, clock, played, swept
from ...support.library_workflow import (
    CHASED,
    DEADLINES,
    HOUSE_RULES,
    LIBRARIAN_1,
    LOAN,
    NOBODY,
    TRANSITIONS,
    Lending,
    deadline,
    loan,
    step_to,
)


def test_a_case_is_brought_in_by_one_event() -> None:
    decision = brought_in("lent", APPROVED, LENT)
    (event,) = decision.events
    assert (event.seq, event.kind, event.trigger) == (1, EventKind.BROUGHT_IN, "bring_in")
    assert (event.from_state, event.to_state) == (None, "lent")
    assert event.occurred_on == date(2024, 2, 12)
    assert event.recorded_at == NOW
    assert fold(decision.events) == decision.case
    case = decision.case
    assert (case.version, case.seq, case.state, case.title) == (1, 1, "lent", "A globe")
    assert (case.opened_on, case.last_step_on, case.closed_on) == (OPENED, date(2024, 2, 12), None)
    assert case.been_in == ("asked", "approved", "lent")


def test_it_stands_on_the_authority_of_whoever_records_it_with_its_source_as_evidence() -> None:
    (event,) = brought_in("lent").events
    source = "brought in from loans.xlsx, row 7"
    assert event.decided_by == Authority(name="Librarian 1", capacity="librarian", evidence=source)
    assert event.recorded_by == "Librarian 1"


def test_only_those_bring_in_who_may_record_for_others() -> None:
    with pytest.raises(Refused) as refused:
        brought_in("lent", actor=NOBODY)
    assert [block.guard for block in refused.value.reasons] == ["recorder"]


def test_its_steps_leave_what_they_would_have_left() -> None:
    lived = played(
        ("inspect", date(2024, 1, 10)),
        ("approve", date(2024, 2, 5)),
        ("lend", date(2024, 2, 12)),
        on=OPENED,
    )
    known = brought_in(
        "lent",
        step("inspect", 1, 10, condition="good"),
        step("approve", 2, 5, fee=10),
        step("lend", 2, 12, kind="home"),
        data={"title": "A globe", "library": "Library 1"},
    ).case
    assert known.data == lived.data
    assert (known.agencies, known.been_in, known.title) == (lived.agencies, lived.been_in, lived.title)
    bare = [replace(clock, leg_at=None, next_at=None, status=ClockStatus.RUNNING) for clock in known.clocks]
    assert bare == [replace(clock, leg_at=None, next_at=None, status=ClockStatus.RUNNING) for clock in lived.clocks]


def test_what_is_not_known_of_a_record_is_left_out() -> None:
    case = brought_in("lent", step("approve", 2, 5, fee=None), LENT, data={}).case
    assert case.data == {"ask": {}, "approve": {}, "lend": {}}
    assert (case.title, case.agencies) == ("Loan", ())


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"colour": "blue"}, "colour"),
        ({"title": ""}, "title"),
        ({"title": "  "}, "title"),
        ({"others": ["Library 2", " "]}, "others[1]"),
        ({"wanted_on": "soon"}, "wanted_on"),
        ({"wanted_on": "1066-10-14"}, "wanted_on"),
        ({"address": {"street": "Mill Lane"}}, "address.town"),
        ({"address": {"town": " "}}, "address.town"),
        ({"title": "a\x1bglobe"}, "title"),
    ],
)
def test_what_is_known_is_held_to_its_form(data: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        brought_in("lent", data=data)
    assert [fault.path for fault in refused.value.faults] == [path]


def test_a_record_that_is_whole_is_held_to_what_it_says_as_a_whole() -> None:
    with pytest.raises(InvalidForm, match="a value that is not 13"):
        brought_in("written_off", step("write_off", 2, 12, value=13))


class Packing(Form, frozen=True, kw_only=True):
    """What it is packed in, or why in nothing."""

    box: Words | None = None
    unpacked_because: Words | None = None

    def contradictions(self) -> Iterator[Fault]:
        if self.box is None and self.unpacked_because is None:
            yield Fault(path="box", expected="a box, or unpacked_because", found="neither")


def test_a_form_that_requires_nothing_contradicts_nothing_by_what_nobody_knows() -> None:
    workflow = loan(transitions=(*TRANSITIONS, step_to("pack", ("lent",), None, Packing)))
    assert brought_in("lent", step("pack", 2, 12), workflow=workflow).case.data["pack"] == {}
    assert brought_in("lent", step("pack", 2, 12, box="Box 1"), workflow=workflow).case.data["pack"] == {"box": "Box 1"}


def test_what_is_sensitive_is_sealed_wherever_it_stands() -> None:
    decision = brought_in(
        "lent",
        step("tell", 1, 9, text="Told by letter."),
        data={"reader": "Reader 1", "address": {"town": "Luton", "street": "Mill Lane"}},
    )
    (event,) = decision.events
    assert [secret.path for secret in event.secrets] == [
        *("steps[0].record.reader", "steps[0].record.address.street"),
        "steps[1].record.text",
    ]
    assert decision.case.data["tell"] == {"text": {"sha256": digest(event.secrets[2])}}
    for told in ("Mill Lane", "Reader 1", "Told by letter"):
        assert told not in repr(event.data)


def test_nothing_sensitive_is_shown_of_what_is_asked() -> None:
    command = BringIn(
        workflow="loan",
        actor=LIBRARIAN_1,
        state="lent",
        opened_on=OPENED,
        source="row 7",
        data={"reader": "Reader 1"},
        steps=(step("tell", 1, 9, text="Told by letter."),),
    )
    assert "Reader 1" not in repr(command)
    assert "Told by" not in repr(command)


def test_a_register_s_own_words_stand_in_the_event() -> None:
    (event,) = brought_in("lent", title="The globe", former_reference="G/7", agencies=("Library 2",)).events
    assert event.data["former_reference"] == "G/7"
    assert (event.effects.title, event.effects.agencies) == ("The globe", ("Library 2",))


@pytest.mark.parametrize(("name", "value"), [("title", " "), ("former_reference", ""), ("source", "")])
def test_a_register_s_words_are_words(name: str, value: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        brought_in("lent", **{name: value})
    assert [fault.path for fault in refused.value.faults] == [name]


# --- how it came to where it is ---------------------------------------------------------------------


def test_steps_that_nobody_noted_down_are_passed_over() -> None:
    case = brought_in("returned", LENT, BACK).case
    assert case.been_in == ("asked", "approved", "lent", "returned")
    assert set(case.data) == {"ask", "lend", "give_back"}
    assert case.closed_on == date(2024, 3, 1)


def test_nothing_but_the_state_need_be_known() -> None:
    case = brought_in("lent").case
    assert case.been_in == ("asked", "approved", "lent")
    assert case.last_step_on == OPENED


def test_that_the_day_of_a_state_is_not_known_is_pointed_out() -> None:
    (event,) = brought_in("lent").events
    assert "The day on which it came into lent is not known: no deadline starts from it." in event.effects.warnings


def test_the_day_on_which_it_came_into_its_state_may_be_all_that_is_known() -> None:
    (event,) = brought_in("lent", since=date(2024, 2, 12)).events
    assert event.occurred_on == date(2024, 2, 12)
    assert not any("not known: no deadline" in warning for warning in event.effects.warnings)


def test_a_day_that_only_one_step_can_have_led_to_is_that_step_s() -> None:
    case = brought_in("lent", since=date(2024, 2, 12)).case
    assert set(case.data) == {"ask", "lend"}
    assert clock(case, "give_back").due == date(2024, 3, 12)


def test_where_several_can_have_led_there_nobody_says_which() -> None:
    workflow = loan(transitions=(*TRANSITIONS, step_to("lend_abroad", ("approved",), "lent", Lending)))
    (event,) = brought_in("lent", since=date(2024, 2, 12), workflow=workflow).events
    assert [entry["step"] for entry in event.data["steps"]] == ["ask"]
    assert (event.to_state, event.occurred_on) == ("lent", date(2024, 2, 12))
    assert [move.step for move in moves_of(event)] == ["ask", "bring_in"]


def test_steps_are_taken_in_the_order_of_their_days() -> None:
    assert brought_in("lent", LENT, APPROVED).case == brought_in("lent", APPROVED, LENT).case


def test_what_is_known_of_a_step_twice_is_what_was_known_last() -> None:
    case = brought_in("lent", LENT, step("renew", 3, 4, kind="home"), step("renew", 4, 8, kind="display")).case
    assert case.data["renew"] == {"kind": "display"}


def test_a_step_that_keeps_the_state_may_lie_behind_others_that_nobody_noted_down() -> None:
    case = brought_in("lent", step("report", 5, 6)).case
    assert case.been_in == ("asked", "approved", "lent")


def test_an_end_has_its_day() -> None:
    with pytest.raises(BadValue, match="the day on which it came into returned, its end"):
        brought_in("returned", LENT)
    assert brought_in("returned", LENT, since=date(2024, 3, 1)).case.closed_on == date(2024, 3, 1)


def test_a_case_that_was_taken_up_again_is_open() -> None:
    case = brought_in("approved", LENT, BACK, step("take_up", 3, 8, return_to="approved")).case
    assert (case.state, case.closed_on) == ("approved", None)
    assert case.been_in == ("asked", "approved", "lent", "returned")


def test_where_a_step_led_is_known_by_where_the_case_is() -> None:
    assert brought_in("approved", LENT, BACK, step("take_up", 3, 8)).case.state == "approved"


@pytest.mark.parametrize(("data", "found"), [({}, "nothing"), ({"return_to": "lent"}, "lent")])
def test_a_destination_that_cannot_be_is_refused(data: dict[str, Any], found: str) -> None:
    taken_up = step_to("take_up", ("refused",), TRANSITIONS[9].to, TRANSITIONS[9].record)
    narrow = replace_step(loan(), "take_up", replace(taken_up, to=replace(TRANSITIONS[9].to, among=("asked",))))
    with pytest.raises(BadValue, match=f"take_up: return_to: expected asked, found {found}"):
        brought_in("refused", step("refuse", 1, 9), step("take_up", 1, 10, **data), workflow=narrow)


def replace_step(workflow: Workflow, trigger: str, by: Any) -> Workflow:
    return loan(transitions=tuple(by if one.trigger == trigger else one for one in workflow.transitions))


def test_what_a_step_sets_aside_counts_no_longer() -> None:
    anew = step_to("begin_anew", ("lent",), "asked", Lending, sets_aside=("approve", "inspect"))
    workflow = loan(transitions=(*TRANSITIONS, anew))
    first = (APPROVED, LENT, step("begin_anew", 3, 4))
    case = brought_in("asked", *first, workflow=workflow).case
    assert set(case.data) == {"ask", "lend", "begin_anew"}
    case = brought_in("approved", *first, step("approve", 3, 11, fee=7), workflow=workflow).case
    assert case.data["approve"] == {"fee": 7}


def test_the_cases_that_it_is_connected_with_are_known() -> None:
    lend = step_to("lend", ("approved",), "lent", Lending, links=Links(relation="kind", ref="partner"))
    case = brought_in(
        "lent", step("lend", 2, 12, kind="display", partner="M-9"), workflow=replace_step(LOAN, "lend", lend)
    )
    assert case.case.links == (Link(relation="display", ref="M-9"),)


def test_it_is_refused_where_no_way_leads() -> None:
    refused = step("refuse", 1, 9)
    with pytest.raises(
        BadValue, match="the step give_back: expected one that can follow refuse on 2024-01-09, in loan"
    ):
        brought_in("returned", refused, BACK)
    with pytest.raises(BadValue, match="the state: expected a state that can follow write_off on 2024-02-12"):
        brought_in("refused", LENT, step("write_off", 2, 12))


def test_an_end_is_no_way_to_anywhere() -> None:
    with pytest.raises(BadValue, match="expected one that can follow lend"):
        brought_in("approved", LENT, step("approve", 3, 4))


@pytest.mark.parametrize("state", ["made", "somewhere"])
def test_a_state_of_another_workflow_is_none(state: str) -> None:
    with pytest.raises(UnknownState, match=f"There is no state {state}. Give one of asked"):
        brought_in(state)


@pytest.mark.parametrize("trigger", ["settle", "ask"])
def test_a_step_of_another_workflow_is_none(trigger: str) -> None:
    with pytest.raises(UnknownStep):
        brought_in("lent", step(trigger, 2, 1))


@pytest.mark.parametrize(
    "more",
    [
        {"opened_on": date(2026, 1, 21)},
        {"opened_on": date(1899, 12, 31)},
        {"steps": (step("lend", 1, 7),)},
        {"steps": (step("lend", 1, 21, 2026),)},
        {"since": date(2024, 1, 7)},
        {"since": date(2026, 1, 21)},
    ],
)
def test_its_days_lie_between_its_opening_and_today(more: dict[str, Any]) -> None:
    with pytest.raises(BadDate, match="to today, 2026-01-20"):
        brought_in("lent", *more.pop("steps", ()), **more)


def test_a_day_that_contradicts_the_steps_is_refused() -> None:
    assert brought_in("lent", LENT, since=date(2024, 2, 12)).case.state == "lent"
    with pytest.raises(BadValue, match="since: expected 2024-02-12, the day of the step that led to lent, or nothing"):
        brought_in("lent", LENT, since=date(2024, 2, 13))


def test_what_happened_in_its_state_happened_after_it_came_there() -> None:
    came = date(2024, 2, 12)
    steps = (step("report", 2, 12), step("report", 5, 6))
    case = brought_in("lent", *steps, since=came).case
    assert (clock(case, "give_back").due, case.last_step_on) == (date(2024, 3, 12), date(2024, 5, 6))
    assert set(case.data) == {"ask", "lend", "report"}
    assert brought_in("lent", LENT, *steps, since=came).case.data == {**case.data}
    with pytest.raises(BadValue, match="since: expected report on 2024-05-06, or nothing, found 2024-06-03"):
        brought_in("lent", *steps, since=date(2024, 6, 3))


def test_on_the_day_on_which_it_came_there_what_led_there_comes_first() -> None:
    lent = date(2024, 2, 12)
    case = brought_in("lent", step("report", 2, 12), step("approve", 2, 12), since=lent).case
    assert list(case.data) == ["ask", "approve", "lend", "report"]


def test_steps_that_led_on_from_its_state_are_refused() -> None:
    with pytest.raises(BadValue, match="the state: expected the state that the steps lead to, returned, found lent"):
        brought_in("lent", BACK, since=date(2024, 2, 12))


def test_a_case_brought_in_today_has_happened_by_now() -> None:
    (event,) = brought_in("asked", opened_on=date(2026, 1, 20)).events
    assert event.occurred_at == NOW


# --- its clocks -------------------------------------------------------------------------------------


def test_clocks_start_and_are_met_as_by_the_steps_on_their_days() -> None:
    case = brought_in("lent", step("inspect", 1, 22, condition="good"), step("approve", 2, 5, fee=10), LENT).case
    assert (clock(case, "inspect").status, clock(case, "inspect").done_on) == (ClockStatus.MISSED, date(2024, 1, 22))
    assert (clock(case, "decide").status, clock(case, "decide").done_on) == (ClockStatus.MET, date(2024, 2, 5))
    assert (clock(case, "give_back").status, clock(case, "give_back").due) == (ClockStatus.RUNNING, date(2024, 3, 12))


def test_what_lies_behind_a_case_is_cancelled_and_said() -> None:
    (event,) = brought_in("lent", since=date(2024, 2, 12)).events
    decide, inspect = (next(c for c in event.effects.clocks if c.deadline == name) for name in ("decide", "inspect"))
    assert (decide.status, decide.done_on, decide.done_by) == (ClockStatus.CANCELLED, date(2024, 2, 12), "bring_in")
    assert decide.next_at is None
    assert inspect.is_open, "it can be inspected still"
    assert event.effects.warnings == ("decide: what became of it is not known, and nobody is chased for it.",)


def test_the_state_before_is_left_on_the_day_of_the_next() -> None:
    case = brought_in("approved", since=date(2024, 2, 5)).case
    assert (clock(case, "decide").status, clock(case, "decide").done_on) == (ClockStatus.MET, date(2024, 2, 5))


def test_what_a_step_that_is_to_come_can_meet_runs_on() -> None:
    case = brought_in("approved", since=date(2024, 2, 5), data={"wanted_on": "2026-03-02"}).case
    prepare = clock(case, "prepare")
    assert (prepare.status, prepare.due) == (ClockStatus.RUNNING, date(2026, 2, 19))
    assert prepare.next_at == prepare.due_at


def test_what_is_met_only_in_states_that_lie_behind_is_behind() -> None:
    early = deadline(
        "look", term=days(5), starts=(Recording(step="ask"),), met_by=(Recording(step="inspect", taken_in=("asked",)),)
    )
    workflow = loan(deadlines=(*DEADLINES, early))
    assert clock(brought_in("asked", workflow=workflow).case, "look").is_open
    assert not clock(brought_in("lent", workflow=workflow).case, "look").is_open


def test_an_end_takes_its_clocks_along_and_leaves_a_time_to_last() -> None:
    case = brought_in("returned", step("lend", 2, 12, kind="display"), BACK).case
    assert {c.deadline for c in case.clocks if c.is_open} == {"display"}
    assert clock(case, "report").stood_down


def test_the_review_of_a_suspension_is_no_clock_of_what_lies_behind() -> None:
    lasting = Deadline(
        name="review_suspension",
        title="review",
        term=days(5),
        starts=(Suspending(), Entering(state="lent")),
        met_by=(Resuming(),),
        owner="librarian",
        authority=HOUSE_RULES,
    )
    workflow = loan(deadlines=(*DEADLINES, lasting), stopped_by=("keeper",))
    assert clock(brought_in("lent", LENT, workflow=workflow).case, "review_suspension").is_open


def test_dead_deadlines_chase_nobody_and_live_ones_run_on() -> None:
    steps = (step("inspect", 1, 7, 2026), step("approve", 1, 9, 2026), step("lend", 1, 12, 2026))
    case = brought_in("lent", *steps, workflow=CHASED, opened_on=date(2026, 1, 6)).case
    old = brought_in("lent", LENT, workflow=CHASED).case
    found = swept(old, NOW, workflow=CHASED)
    assert found.decision is not None
    assert found.decision.notices == ()
    assert {event.kind for event in found.decision.events} == {EventKind.DEADLINE_PASSED, EventKind.SKIPPED}
    assert clock(after_sweep(old, NOW), "give_back").status is ClockStatus.MISSED
    later = datetime(2026, 2, 13, 10, tzinfo=UTC)
    chased = swept(after_sweep(case, NOW), later, workflow=CHASED).decision
    assert chased is not None
    assert {notice.deadline for notice in chased.notices} == {"give_back"}
