"""Steps that lead back: later records no longer count, their clocks end, and running clocks remind anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine.deadlines.recipients import Directory, RecipientFinder, Recipients
from casereview.engine.decisions.correction import decide_correction
from casereview.engine.definition.deadline import Deadline, OnStep
from casereview.engine.definition.validation import errors_within
from casereview.engine.definition.workflow import ChosenTarget, Transition, Workflow
from casereview.engine.forms.fields import Form, ShortText
from casereview.engine.model.calendar import working_days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.evolve import fold

from ...support.loan_decisions import (
    apply_step,
    case_after_sweep,
    clock,
    correction_of,
    decision_context,
    evening_of,
    lent_loan,
    loan_after_steps,
    open_loan,
    suspend_loan,
    sweep_case,
)
from ...support.loan_workflow import (
    DIRECTORY,
    ESCALATED_LOAN,
    ESCALATION_LEVELS,
    OPENING,
    REVIEW,
    Asking,
    Reopening,
    loan,
    step_to,
)


class Reasoned(Form, frozen=True, kw_only=True):
    """Why."""

    reasons: ShortText = "It came back unused."


def changed(steps: tuple[Transition, ...], **others: Any) -> Workflow:
    """Return the loan with levels, and with some steps replaced or added."""
    named = {step.trigger: step for step in (*ESCALATED_LOAN.transitions, *steps)}
    declared = {
        "roles": ESCALATED_LOAN.roles,
        "deadlines": ESCALATED_LOAN.deadlines,
        "escalation_policy": ESCALATION_LEVELS,
        "may_reschedule": ("keeper",),
        "may_suspend": ("keeper",),
        "holders": ESCALATED_LOAN.holders,
    }
    return loan(transitions=tuple(named.values()), **{**declared, **others})


RETURNING = changed(
    (
        step_to("send_home", ("lent",), "approved", Reasoned, rolls_back=True),
        step_to(
            "take_up",
            ("returned", "refused", "written_off"),
            ChosenTarget(field="return_to", choices=("asked", "approved", "lent")),
            Reopening,
            rolls_back=True,
            invalidates=("report",),
        ),
        step_to("doubt", ("approved",), None, Reasoned, invalidates=("name_courier",)),
    )
)
OUT = date(2026, 1, 12)


# --- which steps lie beyond -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "beyond"),
    [
        ("asked", {"approve", "refuse", "lend", "renew", "report", "give_back", "write_off", "send_home", "doubt"}),
        ("approved", {"refuse", "lend", "renew", "report", "give_back", "write_off"}),
        ("lent", {"refuse", "give_back", "write_off"}),
        ("written_off", set()),
    ],
)
def test_later_steps_lead_only_to_later_states_or_are_applied_only_there(state: str, beyond: set[str]) -> None:
    assert set(RETURNING.later_steps(state)) == beyond


# --- what counts no longer --------------------------------------------------------------------------------


def back(case: Case, on: date = date(2026, 1, 20)) -> Case:
    return apply_step(case, "send_home", on, workflow=RETURNING).case


def test_going_back_sets_aside_what_lies_beyond_and_keeps_what_led_there() -> None:
    case = apply_step(lent_loan(OUT, RETURNING), "report", date(2026, 1, 19), workflow=RETURNING).case
    decision = apply_step(case, "send_home", date(2026, 1, 20), workflow=RETURNING)
    assert decision.events[-1].effects.invalidates == ("lend", "report")
    assert set(decision.case.data) == {"ask", "inspect", "approve", "send_home"}
    assert (decision.case.state, decision.case.closed_on) == ("approved", None)


def test_the_clocks_of_what_counts_no_longer_end_and_the_others_run_on() -> None:
    case = back(lent_loan(OUT, RETURNING))
    found = {name: clock(case, name).status for name in ("give_back", "report", "whole")}
    assert found == {
        "give_back": ClockStatus.CANCELLED,
        "report": ClockStatus.CANCELLED,
        "whole": ClockStatus.MET,
    }
    again = apply_step(case, "lend", date(2026, 1, 21), workflow=RETURNING).case
    assert (clock(again, "give_back").number, clock(again, "give_back").status) == (2, ClockStatus.RUNNING)


def test_a_time_that_a_thing_has_to_last_does_so_whatever_goes_back() -> None:
    case = back(lent_loan(OUT, RETURNING, kind="display"))
    assert clock(case, "display").is_open


def test_the_review_of_a_suspension_goes_on() -> None:
    case = loan_after_steps(
        ("inspect", date(2026, 1, 6)),
        ("approve", date(2026, 1, 6)),
        ("name_courier", date(2026, 1, 7)),
        workflow=RETURNING,
    )
    still = suspend_loan(case, date(2026, 1, 8), workflow=RETURNING).case
    assert clock(apply_step(still, "doubt", date(2026, 1, 9), workflow=RETURNING).case, REVIEW.name).is_open


def test_a_suspension_ends_with_the_clocks_that_a_step_back_cancels() -> None:
    still = suspend_loan(lent_loan(OUT, RETURNING), date(2026, 1, 13), workflow=RETURNING).case
    after = back(still)
    assert after.suspensions[0].until == date(2026, 1, 20)
    assert clock(after, REVIEW.name).status is ClockStatus.CANCELLED


def test_invalidating_records_ends_the_clocks_that_only_they_started() -> None:
    case = loan_after_steps(
        ("inspect", date(2026, 1, 6)),
        ("approve", date(2026, 1, 6)),
        ("name_courier", date(2026, 1, 7)),
        ("doubt", date(2026, 1, 8)),
        workflow=RETURNING,
    )
    found = {name: clock(case, name).is_open for name in ("collect", "pack", "whole")}
    assert found == {"collect": False, "pack": False, "whole": True}


@pytest.mark.parametrize(
    ("return_to", "open_again"),
    [("asked", {"decide"}), ("approved", set()), ("lent", {"report"})],
)
def test_a_clock_cancelled_by_an_end_runs_on_if_its_start_still_counts(return_to: str, open_again: set[str]) -> None:
    ended = apply_step(lent_loan(OUT, RETURNING), "give_back", date(2026, 1, 20), workflow=RETURNING).case
    case = apply_step(ended, "take_up", date(2026, 1, 21), workflow=RETURNING, return_to=return_to).case
    assert {found.deadline for found in case.clocks if found.is_open} == open_again


def test_correcting_an_invalidated_record_does_not_restore_it() -> None:
    opening = open_loan(workflow=RETURNING)
    events, case = list(opening.events), opening.case
    for trigger, on in (("inspect", 6), ("approve", 6), ("name_courier", 7), ("doubt", 8)):
        decision = apply_step(case, trigger, date(2026, 1, on), workflow=RETURNING)
        events += decision.events
        case = decision.case
    seq = next(event.seq for event in events if event.trigger == "name_courier")
    command = correction_of(case.ref, seq, courier="Courier 2")
    world = decision_context(evening_of(date(2026, 1, 9)))
    decision = decide_correction(RETURNING, case, command, world, history=events, stored_values={})
    assert "name_courier" not in decision.case.data
    assert fold((*events, *decision.events)) == decision.case


# --- a new run --------------------------------------------------------------------------------------------


def test_levels_due_while_a_case_was_closed_are_skipped() -> None:
    ended = apply_step(
        open_loan(workflow=ESCALATED_LOAN).case, "refuse", date(2026, 1, 6), workflow=ESCALATED_LOAN
    ).case
    later = date(2026, 2, 2)
    case = apply_step(ended, "take_up", later, workflow=ESCALATED_LOAN).case
    assert (clock(case, "inspect").run, clock(case, "inspect").reached) == (2, ())
    found = sweep_case(case, evening_of(later))
    assert [one for one in found.fired if one.deadline == "inspect"] == []
    ahead = case_after_sweep(case, evening_of(later)).clocks
    assert {level.skipped for one in ahead if one.deadline == "inspect" for level in one.reached} == {True}


# --- met by the step that starts it -------------------------------------------------------------------------


class Asked(Asking, frozen=True, kw_only=True):
    """When it was written, and when it was sent."""

    written_on: date
    sent_on: date | None = None


SENT = Deadline(
    name="send",
    title="send",
    term=working_days(5),
    starts=(OnStep(step="ask", day_field="written_on"),),
    met_by=(OnStep(step="ask", day_field="sent_on"), OnStep(step="inspect")),
    owner="librarian",
    citation=REVIEW.citation,
)
SENDING = changed((), opening=replace(OPENING, form=Asked), deadlines=(SENT, REVIEW))
WRITTEN = date(2025, 12, 29)


@pytest.mark.parametrize(
    ("sent", "status", "done"),
    [
        (date(2026, 1, 6), ClockStatus.MET, date(2026, 1, 6)),
        (date(2026, 1, 7), ClockStatus.MISSED, date(2026, 1, 7)),
        (None, ClockStatus.RUNNING, None),
    ],
    ids=["in time", "late", "not yet"],
)
def test_a_deadline_is_met_on_the_day_that_the_step_names_which_starts_it(
    sent: date | None, status: ClockStatus, done: date | None
) -> None:
    on = date(2026, 1, 7)
    given = {} if sent is None else {"sent_on": sent.isoformat()}
    case = open_loan(on, workflow=SENDING, written_on=WRITTEN.isoformat(), **given).case
    found = clock(case, "send")
    assert (found.due, found.status, found.done_on) == (date(2026, 1, 6), status, done)
    if done is None:
        met = clock(apply_step(case, "inspect", on, workflow=SENDING).case, "send")
        assert (met.status, met.done_on, met.done_by) == (ClockStatus.MISSED, on, "inspect")


def test_correcting_that_day_judges_the_deadline_anew() -> None:
    opening = open_loan(date(2026, 1, 7), workflow=SENDING, written_on=WRITTEN.isoformat(), sent_on="2026-01-07")
    assert clock(opening.case, "send").status is ClockStatus.MISSED
    world = decision_context(datetime(2026, 1, 8, 12, tzinfo=UTC))

    def amended(**data: Any) -> Case:
        command = correction_of(opening.case.ref, 1, **data)
        return decide_correction(SENDING, opening.case, command, world, history=opening.events, stored_values={}).case

    in_time = clock(amended(sent_on="2026-01-02"), "send")
    assert (in_time.status, in_time.done_on) == (ClockStatus.MET, date(2026, 1, 2))
    assert clock(amended(library="Library 2"), "send") == clock(opening.case, "send")


# --- organisations set as a whole, levels for other cases ---------------------------------------------------


def test_a_step_may_set_all_organisations_that_take_part() -> None:
    settled = step_to(
        "agree", ("asked",), None, Asking, adds_organisations=("library", "others"), sets_organisations=True
    )
    workflow = changed((settled,))
    case = open_loan(workflow=workflow, others=["Library 2", "Library 3"]).case
    after = apply_step(
        case, "agree", date(2026, 1, 6), workflow=workflow, title="A globe", library="Library 3", others=["Library 4"]
    )
    assert after.case.organisations == ("Library 3", "Library 4")


ELSEWHERE = (
    *ESCALATION_LEVELS[:2],
    replace(ESCALATION_LEVELS[3], root_prefixes=("XX", "YY")),
    replace(ESCALATION_LEVELS[4], root_prefixes=("LN",)),
)
MEANT = changed((), escalation_policy=ELSEWHERE)


def test_a_level_for_other_kinds_of_cases_is_skipped_with_its_reason() -> None:
    case = open_loan(workflow=MEANT).case
    found = sweep_case(case, evening_of(date(2026, 3, 2)), now=evening_of(date(2026, 1, 6)), workflow=MEANT)
    assert found.decision is not None
    said = {event.data["level"]: event.data.get("skipped") for event in found.decision.events if event.data}
    assert said["keeper"] == "this level is not used for this kind of case"
    assert {(one.level, one.recipients) for one in found.fired if one.level == "trustee"} == {
        ("trustee", ("Trustee 1",))
    }


def test_a_level_for_other_kinds_of_cases_replaces_no_recipient() -> None:
    reaching = RecipientFinder(
        workflow=MEANT,
        case=open_loan(workflow=MEANT).case,
        deadline=MEANT.deadline("decide"),
        escalation_policy=ELSEWHERE,
        directory=Directory(people=tuple(one for one in DIRECTORY.people if one.name != "Librarian 1")),
        day=date(2026, 2, 6),
    )
    assert reaching.recipients_of(ELSEWHERE[1]).people == ("Trustee 1",)
    assert reaching.recipients_of(ELSEWHERE[2]) == Recipients(applies=False)


# --- what in a declaration could never work -----------------------------------------------------------------


def test_a_step_that_goes_back_has_to_lead_somewhere() -> None:
    assert list(errors_within(RETURNING)) == []
    nowhere = changed((step_to("doubt", ("approved",), None, Reasoned, rolls_back=True),))
    assert list(errors_within(nowhere)) == ["doubt rolls back, but has no target state."]
