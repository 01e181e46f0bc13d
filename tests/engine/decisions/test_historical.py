"""Imports of existing cases: decided by what can have happened, not by who decided it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine.definition.deadline import Deadline, OnEnter, OnResume, OnStep, OnSuspend
from casereview.engine.definition.relations import LinkFields
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.bad_input import BadDate, BadValue, InvalidForm
from casereview.engine.errors.base import Fault
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownState, UnknownStep
from casereview.engine.forms.digests import digest_of
from casereview.engine.forms.fields import Form, ShortText
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Link
from casereview.engine.model.clock import ClockStatus, EventKind
from casereview.engine.model.commands import ImportSnapshot
from casereview.engine.model.evolve import fold, step_entries
from casereview.engine.model.people import DecidedBy

from ...support.changed_copies import replace
from ...support.imported_loans import APPROVED, BACK, LENT, NOW, OPENED, import_loan, snapshot_step
from ...support.loan_decisions import case_after_sweep, clock, loan_after_steps, sweep_case
from ...support.loan_workflow import (
    DEADLINES,
    ESCALATED_LOAN,
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


def test_a_case_is_imported_by_one_event() -> None:
    decision = import_loan("lent", APPROVED, LENT)
    (event,) = decision.events
    assert (event.seq, event.kind, event.trigger) == (1, EventKind.IMPORTED, "import")
    assert (event.from_state, event.to_state) == (None, "lent")
    assert event.occurred_on == date(2024, 2, 12)
    assert event.recorded_at == NOW
    assert fold(decision.events) == decision.case
    case = decision.case
    assert (case.version, case.seq, case.state, case.title) == (1, 1, "lent", "A globe")
    assert (case.opened_on, case.last_step_on, case.closed_on) == (OPENED, date(2024, 2, 12), None)
    assert case.been_in == ("asked", "approved", "lent")


def test_an_import_is_decided_by_its_recorder_with_its_source_as_evidence() -> None:
    (event,) = import_loan("lent").events
    source = "brought in from loans.xlsx, row 7"
    assert event.decided_by == DecidedBy(name="Librarian 1", capacity="librarian", evidence=source)
    assert event.recorded_by == "Librarian 1"


def test_only_those_bring_in_who_may_record_for_others() -> None:
    with pytest.raises(Refused) as refused:
        import_loan("lent", actor=NOBODY)
    assert [block.guard for block in refused.value.reasons] == ["recorder"]


def test_its_steps_leave_what_they_would_have_left() -> None:
    lived = loan_after_steps(
        ("inspect", date(2024, 1, 10)),
        ("approve", date(2024, 2, 5)),
        ("lend", date(2024, 2, 12)),
        on=OPENED,
    )
    known = import_loan(
        "lent",
        snapshot_step("inspect", 1, 10, condition="good"),
        snapshot_step("approve", 2, 5, fee=10),
        snapshot_step("lend", 2, 12, kind="home"),
        data={"title": "A globe", "library": "Library 1"},
    ).case
    assert known.data == lived.data
    assert (known.organisations, known.been_in, known.title) == (lived.organisations, lived.been_in, lived.title)
    bare = [
        replace(clock, run_started_at=None, next_at=None, status=ClockStatus.RUNNING)
        for clock in known.clocks
        if clock.number == 1  # the second report is that of the present period
    ]
    assert bare == [
        replace(clock, run_started_at=None, next_at=None, status=ClockStatus.RUNNING) for clock in lived.clocks
    ]


def test_what_is_not_known_of_a_record_is_left_out() -> None:
    case = import_loan("lent", snapshot_step("approve", 2, 5, fee=None), LENT, data={}).case
    assert case.data == {"ask": {}, "approve": {}, "lend": {}}
    assert (case.title, case.organisations) == ("Loan", ())


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
        import_loan("lent", data=data)
    assert [fault.path for fault in refused.value.faults] == [path]


def test_a_record_that_is_whole_is_held_to_what_it_says_as_a_whole() -> None:
    with pytest.raises(InvalidForm, match="a value that is not 13"):
        import_loan("written_off", snapshot_step("write_off", 2, 12, value=13))


class Packing(Form, frozen=True, kw_only=True):
    """The packing, or the reason for none."""

    box: ShortText | None = None
    unpacked_because: ShortText | None = None

    def contradictions(self) -> Iterator[Fault]:
        if self.box is None and self.unpacked_because is None:
            yield Fault(path="box", expected="a box, or unpacked_because", found="neither")


def test_unknown_fields_of_an_imported_record_contradict_nothing() -> None:
    workflow = loan(transitions=(*TRANSITIONS, step_to("pack", ("lent",), None, Packing)))
    assert import_loan("lent", snapshot_step("pack", 2, 12), workflow=workflow).case.data["pack"] == {}
    assert import_loan("lent", snapshot_step("pack", 2, 12, box="Box 1"), workflow=workflow).case.data["pack"] == {
        "box": "Box 1"
    }


def test_sensitive_values_are_digested_wherever_they_stand() -> None:
    decision = import_loan(
        "lent",
        snapshot_step("tell", 1, 9, text="Told by letter."),
        data={"reader": "Reader 1", "address": {"town": "Luton", "street": "Mill Lane"}},
    )
    (event,) = decision.events
    assert [secret.path for secret in event.stored_values] == [
        *("steps[0].record.reader", "steps[0].record.address.street"),
        "steps[1].record.text",
    ]
    assert decision.case.data["tell"] == {"text": {"sha256": digest_of(event.stored_values[2])}}
    for words in ("Mill Lane", "Reader 1", "Told by letter"):
        assert words not in repr(event.data)


def test_nothing_sensitive_is_shown_of_what_is_asked() -> None:
    command = ImportSnapshot(
        workflow="loan",
        actor=LIBRARIAN_1,
        state="lent",
        opened_on=OPENED,
        source="row 7",
        data={"reader": "Reader 1"},
        steps=(snapshot_step("tell", 1, 9, text="Told by letter."),),
    )
    assert "Reader 1" not in repr(command)
    assert "Told by" not in repr(command)


def test_a_register_s_own_words_stand_in_the_event() -> None:
    decision = import_loan("lent", title="The globe", former_reference="G/7", organisations=("Library 2",))
    (event,) = decision.events
    assert event.data["former_reference"] == "G/7"
    assert (event.effects.title, event.effects.title_at) == (None, "title")
    assert event.effects.organisations == ("organisations[0]",)
    assert (decision.case.title, decision.case.organisations) == ("The globe", ("Library 2",))
    assert {"former_reference", "title", "organisations[0]"} <= set(event.typed)


@pytest.mark.parametrize(("name", "value"), [("title", " "), ("former_reference", ""), ("source", "")])
def test_a_register_s_words_are_words(name: str, value: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        import_loan("lent", **{name: value})
    assert [fault.path for fault in refused.value.faults] == [name]


# --- how it came to where it is ---------------------------------------------------------------------


def test_unknown_steps_are_passed_over() -> None:
    case = import_loan("returned", LENT, BACK).case
    assert case.been_in == ("asked", "approved", "lent", "returned")
    assert set(case.data) == {"ask", "lend", "give_back"}
    assert case.closed_on == date(2024, 3, 1)


def test_nothing_but_the_state_need_be_known() -> None:
    case = import_loan("lent").case
    assert case.been_in == ("asked", "approved", "lent")
    assert case.last_step_on == OPENED


def test_that_the_day_of_a_state_is_not_known_is_pointed_out() -> None:
    (event,) = import_loan("lent").events
    assert (
        "The day on which the case came into lent is not known, so no deadline starts from it."
        in event.effects.warnings
    )


def test_the_day_on_which_it_came_into_its_state_may_be_all_that_is_known() -> None:
    (event,) = import_loan("lent", since=date(2024, 2, 12)).events
    assert event.occurred_on == date(2024, 2, 12)
    assert not any("not known: no deadline" in warning for warning in event.effects.warnings)


def test_a_day_that_only_one_step_can_have_led_to_is_that_step_s() -> None:
    case = import_loan("lent", since=date(2024, 2, 12)).case
    assert set(case.data) == {"ask", "lend"}
    assert clock(case, "give_back").due == date(2024, 3, 12)


def test_an_ambiguous_last_step_is_not_guessed() -> None:
    workflow = loan(transitions=(*TRANSITIONS, step_to("lend_abroad", ("approved",), "lent", Lending)))
    (event,) = import_loan("lent", since=date(2024, 2, 12), workflow=workflow).events
    assert [entry["step"] for entry in event.data["steps"]] == ["ask"]
    assert (event.to_state, event.occurred_on) == ("lent", date(2024, 2, 12))
    assert [move.step for move in step_entries(event)] == ["ask", "import"]


def test_steps_are_taken_in_the_order_of_their_days() -> None:
    assert import_loan("lent", LENT, APPROVED).case == import_loan("lent", APPROVED, LENT).case


def test_what_is_known_of_a_step_twice_is_what_was_known_last() -> None:
    case = import_loan(
        "lent", LENT, snapshot_step("renew", 3, 4, kind="home"), snapshot_step("renew", 4, 8, kind="display")
    ).case
    assert case.data["renew"] == {"kind": "display"}


def test_a_step_that_keeps_the_state_may_follow_unknown_steps() -> None:
    case = import_loan("lent", snapshot_step("report", 5, 6)).case
    assert case.been_in == ("asked", "approved", "lent")


def test_an_end_has_its_day() -> None:
    with pytest.raises(BadValue, match='the day on which the case came into "returned", its end'):
        import_loan("returned", LENT)
    assert import_loan("returned", LENT, since=date(2024, 3, 1)).case.closed_on == date(2024, 3, 1)


def test_a_case_that_was_taken_up_again_is_open() -> None:
    case = import_loan("approved", LENT, BACK, snapshot_step("take_up", 3, 8, return_to="approved")).case
    assert (case.state, case.closed_on) == ("approved", None)
    assert case.been_in == ("asked", "approved", "lent", "returned")


def test_where_a_step_led_is_known_by_where_the_case_is() -> None:
    assert import_loan("approved", LENT, BACK, snapshot_step("take_up", 3, 8)).case.state == "approved"


@pytest.mark.parametrize(("data", "found"), [({}, "nothing"), ({"return_to": "lent"}, "lent")])
def test_a_destination_that_cannot_be_is_refused(data: dict[str, Any], found: str) -> None:
    taken_up = step_to("take_up", ("refused",), TRANSITIONS[9].to, TRANSITIONS[9].form)
    narrow = replace_step(loan(), "take_up", replace(taken_up, to=replace(TRANSITIONS[9].to, choices=("asked",))))
    with pytest.raises(BadValue, match=rf"take_up: Return to \(return_to\): expected asked, found {found}"):
        import_loan("refused", snapshot_step("refuse", 1, 9), snapshot_step("take_up", 1, 10, **data), workflow=narrow)


def replace_step(workflow: Workflow, trigger: str, by: Any) -> Workflow:
    return loan(transitions=tuple(by if one.trigger == trigger else one for one in workflow.transitions))


def test_what_a_step_sets_aside_counts_no_longer() -> None:
    anew = step_to("begin_anew", ("lent",), "asked", Lending, invalidates=("approve", "inspect"))
    workflow = loan(transitions=(*TRANSITIONS, anew))
    first = (APPROVED, LENT, snapshot_step("begin_anew", 3, 4))
    case = import_loan("asked", *first, workflow=workflow).case
    assert set(case.data) == {"ask", "lend", "begin_anew"}
    case = import_loan("approved", *first, snapshot_step("approve", 3, 11, fee=7), workflow=workflow).case
    assert case.data["approve"] == {"fee": 7}


def test_the_cases_that_it_is_connected_with_are_known() -> None:
    lend = step_to("lend", ("approved",), "lent", Lending, link_fields=LinkFields(relation="kind", ref="partner"))
    case = import_loan(
        "lent", snapshot_step("lend", 2, 12, kind="display", partner="M-9"), workflow=replace_step(LOAN, "lend", lend)
    )
    assert case.case.links == (Link(relation="display", ref="M-9"),)


def test_it_is_refused_where_no_way_leads() -> None:
    refused = snapshot_step("refuse", 1, 9)
    with pytest.raises(
        BadValue,
        match='the step "give_back": expected one that can follow "refuse" on 9 January 2024, in the workflow "Loan"',
    ):
        import_loan("returned", refused, BACK)
    with pytest.raises(BadValue, match='the state: expected a state that can follow "write_off" on 12 February 2024'):
        import_loan("refused", LENT, snapshot_step("write_off", 2, 12))


def test_an_end_is_no_way_to_anywhere() -> None:
    with pytest.raises(BadValue, match='expected one that can follow "lend"'):
        import_loan("approved", LENT, snapshot_step("approve", 3, 4))


@pytest.mark.parametrize("state", ["made", "somewhere"])
def test_a_state_of_another_workflow_is_none(state: str) -> None:
    with pytest.raises(UnknownState, match=f'There is no state "{state}"\\. .*Use one of: asked for'):
        import_loan(state)


@pytest.mark.parametrize("trigger", ["settle", "ask"])
def test_a_step_of_another_workflow_is_none(trigger: str) -> None:
    with pytest.raises(UnknownStep):
        import_loan("lent", snapshot_step(trigger, 2, 1))


@pytest.mark.parametrize(
    "more",
    [
        {"opened_on": date(2026, 1, 21)},
        {"opened_on": date(1899, 12, 31)},
        {"steps": (snapshot_step("lend", 1, 7),)},
        {"steps": (snapshot_step("lend", 1, 21, 2026),)},
        {"since": date(2024, 1, 7)},
        {"since": date(2026, 1, 21)},
    ],
)
def test_its_days_lie_between_its_opening_and_today(more: dict[str, Any]) -> None:
    with pytest.raises(BadDate, match="to today, 20 January 2026"):
        import_loan("lent", *more.pop("steps", ()), **more)


def test_a_day_that_contradicts_the_steps_is_refused() -> None:
    assert import_loan("lent", LENT, since=date(2024, 2, 12)).case.state == "lent"
    with pytest.raises(
        BadValue, match='since: expected 12 February 2024, the day of the step that led to "lent", or nothing'
    ):
        import_loan("lent", LENT, since=date(2024, 2, 13))


def test_what_happened_in_its_state_happened_after_it_came_there() -> None:
    came = date(2024, 2, 12)
    steps = (snapshot_step("report", 2, 12), snapshot_step("report", 5, 6))
    case = import_loan("lent", *steps, since=came).case
    assert (clock(case, "give_back").due, case.last_step_on) == (date(2024, 3, 12), date(2024, 5, 6))
    assert set(case.data) == {"ask", "lend", "report"}
    assert import_loan("lent", LENT, *steps, since=came).case.data == {**case.data}
    with pytest.raises(BadValue, match='since: expected "report" on 6 May 2024, or nothing, found 3 June 2024'):
        import_loan("lent", *steps, since=date(2024, 6, 3))


def test_on_the_day_on_which_it_came_there_what_led_there_comes_first() -> None:
    lent = date(2024, 2, 12)
    case = import_loan("lent", snapshot_step("report", 2, 12), snapshot_step("approve", 2, 12), since=lent).case
    assert list(case.data) == ["ask", "approve", "lend", "report"]


def test_steps_that_led_on_from_its_state_are_refused() -> None:
    with pytest.raises(
        BadValue, match='the state: expected the state that the steps lead to, "returned", found "lent"'
    ):
        import_loan("lent", BACK, since=date(2024, 2, 12))


def test_a_case_imported_today_has_happened_by_now() -> None:
    (event,) = import_loan("asked", opened_on=date(2026, 1, 20)).events
    assert event.occurred_at == NOW


# --- its clocks -------------------------------------------------------------------------------------


def test_clocks_start_and_are_met_as_by_the_steps_on_their_days() -> None:
    case = import_loan(
        "lent", snapshot_step("inspect", 1, 22, condition="good"), snapshot_step("approve", 2, 5, fee=10), LENT
    ).case
    assert (clock(case, "inspect").status, clock(case, "inspect").done_on) == (ClockStatus.MISSED, date(2024, 1, 22))
    assert (clock(case, "decide").status, clock(case, "decide").done_on) == (ClockStatus.MET, date(2024, 2, 5))
    assert (clock(case, "give_back").status, clock(case, "give_back").due) == (ClockStatus.RUNNING, date(2024, 3, 12))


def test_the_outcome_of_what_lies_behind_a_case_is_not_known_and_said() -> None:
    (event,) = import_loan("lent", since=date(2024, 2, 12)).events
    decide, inspect = (next(c for c in event.effects.clocks if c.deadline == name) for name in ("decide", "inspect"))
    for one in (decide, inspect):
        assert (one.status, one.done_on, one.next_at) == (ClockStatus.NOT_KNOWN, None, None)
    assert event.effects.warnings == (
        "inspect: its outcome is not known, so it gets no reminders.",
        "decide: its outcome is not known, so it gets no reminders.",
        "report: its outcome is not known, so it gets no reminders.",
    )


def test_the_state_before_is_left_on_the_day_of_the_next() -> None:
    case = import_loan("approved", since=date(2024, 2, 5)).case
    assert (clock(case, "decide").status, clock(case, "decide").done_on) == (ClockStatus.MET, date(2024, 2, 5))


def test_what_a_step_that_is_to_come_can_meet_runs_on() -> None:
    case = import_loan("approved", since=date(2024, 2, 5), data={"wanted_on": "2026-03-02"}).case
    prepare = clock(case, "prepare")
    assert (prepare.status, prepare.due) == (ClockStatus.RUNNING, date(2026, 2, 19))
    assert prepare.next_at == prepare.due_at


def test_what_is_met_only_in_states_that_lie_behind_is_behind() -> None:
    early = deadline(
        "look", term=days(5), starts=(OnStep(step="ask"),), met_by=(OnStep(step="inspect", in_states=("asked",)),)
    )
    workflow = loan(deadlines=(*DEADLINES, early))
    future = import_loan("asked", workflow=workflow, opened_on=NOW.date()).case
    assert clock(future, "look").status is ClockStatus.RUNNING
    behind = import_loan("lent", workflow=workflow, opened_on=NOW.date()).case
    assert clock(behind, "look").status is ClockStatus.NOT_KNOWN


def test_an_end_takes_its_clocks_along_and_leaves_a_time_to_last() -> None:
    case = import_loan("returned", snapshot_step("lend", 2, 12, kind="display"), BACK).case
    assert {c.deadline for c in case.clocks if c.is_open} == {"display"}
    assert clock(case, "report").cancelled_by_end


def test_the_review_of_a_suspension_is_no_clock_of_what_lies_behind() -> None:
    lasting = Deadline(
        name="review_suspension",
        title="review",
        term=days(5),
        starts=(OnSuspend(), OnEnter(state="lent")),
        met_by=(OnResume(),),
        owner="librarian",
        citation=HOUSE_RULES,
    )
    workflow = loan(deadlines=(*DEADLINES, lasting), may_suspend=("keeper",))
    assert clock(import_loan("lent", LENT, workflow=workflow).case, "review_suspension").is_open


def test_deadlines_behind_a_case_are_not_known_and_others_run_on() -> None:
    steps = (
        snapshot_step("inspect", 1, 7, 2026),
        snapshot_step("approve", 1, 9, 2026),
        snapshot_step("lend", 1, 12, 2026),
    )
    case = import_loan("lent", *steps, workflow=ESCALATED_LOAN, opened_on=date(2026, 1, 6)).case
    old = import_loan("lent", LENT, workflow=ESCALATED_LOAN).case
    found = sweep_case(old, NOW, workflow=ESCALATED_LOAN)
    assert found.decision is not None
    assert found.decision.notices == ()
    assert {event.kind for event in found.decision.events} == {EventKind.DEADLINE_EXPIRED, EventKind.SKIPPED}
    assert clock(case_after_sweep(old, NOW), "give_back").status is ClockStatus.MISSED
    later = datetime(2026, 2, 13, 10, tzinfo=UTC)
    chased = sweep_case(case_after_sweep(case, NOW), later, workflow=ESCALATED_LOAN).decision
    assert chased is not None
    assert {notice.deadline for notice in chased.notices} == {"give_back"}
