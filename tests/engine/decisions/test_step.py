"""Decisions are pure: a case and a command give events, or a refusal with every reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casereview.engine.decisions.context import Decision, LinkedOpening
from casereview.engine.decisions.opening import decide_opening
from casereview.engine.decisions.step import decide_step
from casereview.engine.definition.registry import step_of
from casereview.engine.errors.bad_input import BadDate, InvalidForm
from casereview.engine.errors.base import BadInput, Block
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownRole, UnknownStep
from casereview.engine.forms.digests import StoredValue, digest_of
from casereview.engine.model.calendar import days, months, working_days
from casereview.engine.model.case import Case, Effects, Event, Link, Precision
from casereview.engine.model.clock import Clock, ClockStatus, EventKind
from casereview.engine.model.commands import Open, Step, When
from casereview.engine.model.evolve import evolve, fold
from casereview.engine.model.people import SYSTEM, Actor, DecidedBy

from ...support.changed_copies import replace
from ...support.loan_decisions import (
    COMMAND_ID,
    apply_step,
    decision_context,
    evening_of,
    event_summaries,
    lent_loan,
    loan_after_steps,
    open_loan,
)
from ...support.loan_workflow import (
    ASKED_ON,
    BY_KEEPER,
    CLAIM,
    CLERK_1,
    KEEPER_1,
    LIBRARIAN_1,
    LOAN,
    NOBODY,
    READER_1,
    RECORDS_BY_STEP,
    SALT,
    TRANSITIONS,
    loan,
)

NOW = evening_of(date(2026, 1, 7))
INSPECTED = loan_after_steps(("inspect", date(2026, 1, 6)))


def ask(
    *,
    actor: Actor = READER_1,
    decided_by: DecidedBy | None = None,
    on: When = ASKED_ON,
    data: dict[str, Any] | None = None,
) -> Open:
    return Open(workflow="loan", actor=actor, data=RECORDS_BY_STEP["ask"] | (data or {}), decided_by=decided_by, on=on)


def step(
    trigger: str,
    *,
    actor: Actor = KEEPER_1,
    decided_by: DecidedBy | None = None,
    on: When = date(2026, 1, 7),
    data: dict[str, Any] | None = None,
) -> Step:
    record = {**RECORDS_BY_STEP.get(trigger, {}), **(data or {})}
    return Step(ref="LN-2026-001", trigger=trigger, actor=actor, data=record, decided_by=decided_by, on=on)


def opening(command: Open, *, now: datetime = NOW) -> Decision:
    return decide_opening(LOAN, command, decision_context(now), ref="LN-2026-001")


def deciding(case: Case, command: Step, *, now: datetime = NOW) -> Decision:
    return decide_step(LOAN, case, command, decision_context(now), opened_ref="CL-2026-001")


# --- opening ------------------------------------------------------------------------------------------


def test_an_opening_gives_one_event_that_carries_all_its_effects() -> None:
    decided_by = DecidedBy(name="Reader 2", capacity="reader", evidence="card of 5 January")
    data = {"others": ["Library 2", "Library 1"], "reader": "Reader 2", "wanted_on": "2026-03-02"}
    decision = opening(ask(actor=CLERK_1, decided_by=decided_by, data=data))
    secret = StoredValue(path="reader", salt=SALT, value='"Reader 2"')
    clocks = (
        Clock(
            deadline="inspect",
            number=1,
            anchor=ASKED_ON,
            term=working_days(5),
            due=date(2026, 1, 12),
            due_at=datetime(2026, 1, 13, tzinfo=UTC),
            run_started_at=NOW,
            next_at=datetime(2026, 1, 13, tzinfo=UTC),
        ),
        Clock(
            deadline="decide",
            number=1,
            anchor=ASKED_ON,
            term=months(1),
            due=date(2026, 2, 5),
            due_at=datetime(2026, 2, 6, tzinfo=UTC),
            run_started_at=NOW,
            next_at=datetime(2026, 2, 6, tzinfo=UTC),
        ),
        Clock(
            deadline="prepare",
            number=1,
            anchor=date(2026, 3, 2),
            started_on=ASKED_ON,
            term=working_days(7),
            due=date(2026, 2, 19),
            due_at=datetime(2026, 2, 20, tzinfo=UTC),
            run_started_at=NOW,
            next_at=datetime(2026, 2, 20, tzinfo=UTC),
        ),
    )
    event = Event(
        ref="LN-2026-001",
        seq=1,
        kind=EventKind.OPENED,
        trigger="ask",
        from_state=None,
        to_state="asked",
        recorder=CLERK_1.recorder,
        decided_by=decided_by,
        command_id=COMMAND_ID,
        occurred_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
        occurred_on=ASKED_ON,
        recorded_at=NOW,
        workflow="loan",
        workflow_version=1,
        data={
            "title": "A globe",
            "library": "Library 1",
            "others": ["Library 2", "Library 1"],
            "wanted_on": "2026-03-02",
            "reader": {"sha256": digest_of(secret)},
        },
        effects=Effects(title_at="title", organisations=("library", "others[0]"), clocks=clocks),
    )
    assert decision == Decision(events=(event,), case=evolve(None, event))
    assert (decision.case.title, decision.case.organisations) == ("A globe", ("Library 1", "Library 2"))
    assert decision.case.clocks == clocks
    assert decision.events[0].stored_values == (secret,)
    assert decision.events[0].typed == ("title", "library", "others[0]", "others[1]")


def test_a_case_without_a_title_of_its_own_is_called_after_its_workflow() -> None:
    command = Open(workflow="claim", actor=KEEPER_1, data=RECORDS_BY_STEP["claim"], on=ASKED_ON)
    decision = decide_opening(CLAIM, command, decision_context(NOW), ref="CL-2026-001")
    assert (decision.case.title, decision.case.organisations) == ("Insurance claim", ())


def test_a_case_can_be_connected_with_others_from_the_start() -> None:
    command = Open(workflow="claim", actor=KEEPER_1, data=RECORDS_BY_STEP["claim"], on=ASKED_ON)
    link = Link(relation="claimed_for", ref="LN-2026-001")
    decision = decide_opening(CLAIM, command, decision_context(NOW), ref="CL-2026-001", links=(link,))
    assert decision.case.links == (link,)


@pytest.mark.parametrize(
    ("command", "reasons"),
    [
        pytest.param(
            ask(actor=NOBODY),
            [("role", "Only the reader, librarian or desk clerk can decide this. Visitor 1 does not have that role.")],
            id="the role",
        ),
        pytest.param(
            ask(actor=READER_1, decided_by=DecidedBy(name="Keeper 1", capacity="keeper")),
            [
                ("role", "Only the reader, librarian or desk clerk can decide this. Keeper 1 decided as keeper."),
                ("recorder", "Reader 1 may not record what Keeper 1 decided."),
            ],
            id="the role and the recorder",
        ),
    ],
)
def test_an_opening_is_refused_with_every_reason(command: Open, reasons: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused) as caught:
        opening(command)
    assert [(block.guard, block.reason) for block in caught.value.reasons] == reasons
    error = caught.value
    assert (error.ref, error.state, error.step, error.alternatives) == ("the new case", "no state", "ask", ())


def test_an_opening_has_conditions_like_any_step() -> None:
    guarded = loan(opening=replace(LOAN.opening, guards=TRANSITIONS[1].guards))
    with pytest.raises(Refused) as caught:
        decide_opening(guarded, ask(actor=NOBODY), decision_context(NOW), ref="LN-2026-001")
    assert [block.guard for block in caught.value.reasons] == ["role", "inspected"]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        pytest.param(ask(data={"title": ""}), InvalidForm, id="a bad form"),
        pytest.param(ask(on=date(2026, 1, 8)), BadDate, id="a day to come"),
        pytest.param(ask(decided_by=DecidedBy(name="", capacity="reader")), InvalidForm, id="a nameless decider"),
        pytest.param(ask(decided_by=DecidedBy(name="X", capacity="king")), UnknownRole, id="an unknown capacity"),
    ],
)
def test_an_opening_that_cannot_be_understood_is_bad_input(command: Open, error: type[BadInput]) -> None:
    with pytest.raises(error):
        opening(command)


# --- steps --------------------------------------------------------------------------------------------


def test_a_step_gives_an_event_with_what_changes_and_nothing_more() -> None:
    decision = deciding(INSPECTED, step("approve", actor=LIBRARIAN_1, decided_by=BY_KEEPER, data={"fee": 20}))
    (decide,) = (clock for clock in INSPECTED.clocks if clock.deadline == "decide")
    met = replace(decide, status=ClockStatus.MET, done_on=date(2026, 1, 7), done_by="approve", next_at=None)
    event = Event(
        ref="LN-2026-001",
        seq=3,
        kind=EventKind.STEP,
        trigger="approve",
        from_state="asked",
        to_state="approved",
        recorder=LIBRARIAN_1.recorder,
        decided_by=BY_KEEPER,
        command_id=COMMAND_ID,
        occurred_at=datetime(2026, 1, 7, 12, tzinfo=UTC),
        occurred_on=date(2026, 1, 7),
        recorded_at=NOW,
        workflow="loan",
        workflow_version=1,
        data={"fee": 20},
        effects=Effects(clocks=(met,), warnings=("The vans may not run.",)),
    )
    assert decision == Decision(events=(event,), case=evolve(INSPECTED, event))


@pytest.mark.parametrize(
    ("trigger", "data", "title", "effects"),
    [
        pytest.param("rename", {}, "A terrestrial globe", Effects(title_at="title"), id="a new title"),
        pytest.param("rename", {"title": "A globe"}, "A globe", Effects(title_at="title"), id="the same title again"),
        pytest.param("inspect", {}, "A globe", Effects(), id="nothing but the record"),
    ],
)
def test_a_step_that_keeps_the_state_changes_only_what_it_says(
    trigger: str, data: dict[str, Any], title: str, effects: Effects
) -> None:
    actor = LIBRARIAN_1 if trigger == "rename" else KEEPER_1
    decision = deciding(INSPECTED, step(trigger, actor=actor, data=data))
    (event,) = decision.events
    assert (event.from_state, event.to_state, event.effects) == ("asked", "asked", effects)
    assert (decision.case.title, decision.case.organisations) == (title, INSPECTED.organisations)


@pytest.mark.parametrize(
    ("partner", "places", "libraries"),
    [
        pytest.param("Library 2", (0, "partner"), ("Library 1", "Library 2"), id="a new one"),
        pytest.param("A library", ("partner", 0), ("A library", "Library 1"), id="a new one that comes first"),
        pytest.param("Library 1", None, ("Library 1",), id="one that takes part already"),
        pytest.param(None, None, ("Library 1",), id="none"),
    ],
)
def test_the_organisations_that_a_step_names_take_part_afterwards(
    partner: str | None, places: tuple[int | str, ...] | None, libraries: tuple[str, ...]
) -> None:
    approved = deciding(INSPECTED, step("approve")).case
    decision = deciding(approved, step("lend", actor=CLERK_1, data={"partner": partner}))
    assert decision.events[-1].effects.organisations == places
    assert decision.case.organisations == libraries


@pytest.mark.parametrize(
    ("trigger", "on", "closed_on"),
    [("give_back", date(2026, 2, 2), date(2026, 2, 2)), ("report", date(2026, 2, 2), None)],
    ids=["an end", "no end"],
)
def test_a_step_to_an_end_closes_the_case(trigger: str, on: date, closed_on: date | None) -> None:
    decision = apply_step(lent_loan(), trigger, on)
    assert (decision.events[-1].effects.closed_on, decision.case.closed_on) == (closed_on, closed_on)


def test_a_step_that_keeps_an_ended_state_leaves_the_day_of_the_end() -> None:
    ended = loan_after_steps(("refuse", date(2026, 1, 8)))
    decision = apply_step(ended, "tell", date(2026, 1, 9))
    assert (decision.events[-1].effects.closed_on, decision.case.closed_on) == (None, date(2026, 1, 8))


def test_a_case_that_comes_back_is_not_closed_any_more() -> None:
    decision = apply_step(loan_after_steps(("refuse", date(2026, 1, 8))), "take_up", date(2026, 1, 9))
    assert (decision.case.state, decision.case.closed_on) == ("asked", None)


@pytest.mark.parametrize(
    ("on", "warnings"),
    [(date(2026, 1, 31), ("The vans may not run.",)), (date(2026, 2, 1), ())],
    ids=["in winter", "not in winter"],
)
def test_a_warning_is_recorded_and_refuses_nothing(on: date, warnings: tuple[str, ...]) -> None:
    decision = apply_step(INSPECTED, "approve", on)
    assert decision.events[-1].effects.warnings == warnings
    assert decision.case.state == "approved"


def test_a_step_may_open_another_case_and_the_two_know_of_each_other() -> None:
    command = step("write_off", on=date(2026, 2, 2), data={"value": 70})
    decision = deciding(lent_loan(), command, now=evening_of(date(2026, 2, 2)))
    link = Link(relation="claim", ref="CL-2026-001")
    assert decision.linked_opening == LinkedOpening(
        ref="CL-2026-001",
        command=Open(workflow="claim", actor=KEEPER_1, data={"thing": "A globe", "value": 70}, on=date(2026, 2, 2)),
        link=link,
        inverse="claimed_for",
    )
    assert (decision.events[-1].effects.links, decision.case.links) == ((link,), (link,))


def test_a_step_that_opens_a_case_needs_a_reference_for_it() -> None:
    with pytest.raises(ValueError, match="write_off opens a case, so it needs a reference for it"):
        decide_step(
            LOAN, lent_loan(), step("write_off", on=date(2026, 2, 2)), decision_context(evening_of(date(2026, 2, 2)))
        )


def test_any_other_step_opens_nothing() -> None:
    assert deciding(INSPECTED, step("approve")).linked_opening is None


# --- refusals -----------------------------------------------------------------------------------------

INSTEAD = {
    "asked": ("inspect", "approve", "refuse", "tell", "rename"),
    "lent": ("inspect", "tell", "renew", "report", "give_back", "write_off", "rename"),
    "refused": ("tell", "take_up", "rename"),
}


@pytest.mark.parametrize(
    ("case", "command", "reasons"),
    [
        pytest.param(
            open_loan().case,
            step("lend", actor=CLERK_1),
            [("state", 'It is possible only at the stage "approved"; the case is at the stage "asked for".', "")],
            id="the wrong state",
        ),
        pytest.param(
            open_loan().case,
            step("lend", actor=NOBODY, data={"kind": "attic"}),
            [("state", 'It is possible only at the stage "approved"; the case is at the stage "asked for".', "")],
            id="the wrong state, before anything else is looked at",
        ),
        pytest.param(
            open_loan().case,
            step("take_up"),
            [
                (
                    "state",
                    (
                        'It is possible only at the stage "returned", "refused" or "written off";'
                        ' the case is at the stage "asked for".'
                    ),
                    "",
                )
            ],
            id="the wrong state, of several",
        ),
        pytest.param(
            open_loan().case,
            step("approve"),
            [("inspected", "It has not been inspected.", "keeper")],
            id="a condition upon the case",
        ),
        pytest.param(
            INSPECTED,
            step("approve", data={"fee": 101}),
            [
                ("affordable", "The fee of 101 is above 100.", "keeper"),
                ("affordable", "Fees above 100 need a sponsor.", "keeper"),
            ],
            id="a condition upon the record, with two reasons",
        ),
        pytest.param(
            open_loan().case,
            step("approve", actor=READER_1, decided_by=DecidedBy(name="Clerk 1", capacity="clerk"), data={"fee": 101}),
            [
                ("role", "Only the keeper can decide this. Clerk 1 decided as desk clerk.", "keeper"),
                ("recorder", "Reader 1 may not record what Clerk 1 decided.", "librarian or desk clerk"),
                ("inspected", "It has not been inspected.", "keeper"),
                ("affordable", "The fee of 101 is above 100.", "keeper"),
                ("affordable", "Fees above 100 need a sponsor.", "keeper"),
            ],
            id="role, recorder and conditions at once",
        ),
        pytest.param(
            loan_after_steps(("refuse", date(2026, 1, 6))),
            step("take_up", data={"return_to": "lent"}),
            [("been_there", "It was never lent.", "keeper")],
            id="a state that the case was never in",
        ),
    ],
)
def test_a_refusal_has_every_reason_its_remedy_and_the_alternatives(
    case: Case, command: Step, reasons: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(Refused) as caught:
        deciding(case, command)
    error = caught.value
    assert error.reasons == tuple(Block(guard=g, reason=r, cleared_by=c) for g, r, c in reasons)
    assert (error.ref, error.state, error.step) == ("LN-2026-001", case.state, command.trigger)
    assert error.alternatives == tuple(name for name in INSTEAD[case.state] if name != command.trigger)


@pytest.mark.parametrize("trigger", ["sell", "ask", "", "Approve", "inspect "])
def test_a_step_that_the_workflow_does_not_have_is_bad_input(trigger: str) -> None:
    with pytest.raises(UnknownStep) as caught:
        deciding(INSPECTED, step(trigger))
    assert (caught.value.step, caught.value.known) == (trigger, LOAN.steps)


def test_a_step_is_found_by_its_name() -> None:
    assert step_of(LOAN, "approve") is TRANSITIONS[1]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        pytest.param(step("approve", data={"fee": -1}), InvalidForm, id="a bad form"),
        pytest.param(step("approve", data={"discount": 1}), InvalidForm, id="an unknown field"),
        pytest.param(step("approve", on=date(2026, 1, 8)), BadDate, id="tomorrow"),
        pytest.param(step("approve", on=date(2026, 1, 5)), BadDate, id="before the step before"),
        pytest.param(step("approve", on=datetime(2026, 1, 7, 9)), BadDate, id="no zone"),  # noqa: DTZ001
        pytest.param(step("approve", decided_by=DecidedBy(name=" ", capacity="keeper")), InvalidForm, id="no name"),
        pytest.param(step("approve", decided_by=DecidedBy(name="X", capacity="king")), UnknownRole, id="no such role"),
        pytest.param(step("approve", actor=NOBODY, data={"fee": -1}), InvalidForm, id="a bad form, whoever gives it"),
    ],
)
def test_a_step_that_cannot_be_understood_is_bad_input(command: Step, error: type[BadInput]) -> None:
    with pytest.raises(error):
        deciding(INSPECTED, command)


# --- time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "recorded_at"),
    [
        pytest.param(evening_of(date(2026, 1, 8)), evening_of(date(2026, 1, 8)), id="later"),
        pytest.param(evening_of(date(2026, 1, 6)), evening_of(date(2026, 1, 6)), id="at the same instant"),
        pytest.param(
            evening_of(date(2026, 1, 5)), evening_of(date(2026, 1, 6)), id="on a machine whose clock was set back"
        ),
    ],
)
def test_the_record_never_runs_backwards(now: datetime, recorded_at: datetime) -> None:
    decision = deciding(INSPECTED, step("inspect", on=None), now=now)
    assert [event.recorded_at for event in decision.events] == [recorded_at]
    assert decision.case.recorded_at == recorded_at
    assert decision.events[0].occurred_at == now


def test_todays_bare_date_before_noon_means_now() -> None:
    morning = datetime(2026, 1, 7, 8, tzinfo=UTC)
    (event,) = deciding(INSPECTED, step("approve", on=date(2026, 1, 7)), now=morning).events
    assert (event.occurred_at, event.occurred_on) == (morning, date(2026, 1, 7))


def test_an_instant_is_recorded_as_typed_and_counts_by_its_london_day() -> None:
    at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    decision = deciding(INSPECTED, step("inspect", on=at), now=at + timedelta(hours=1))
    event = decision.events[-1]
    assert (event.occurred_at, event.occurred_on) == (at, date(2026, 7, 1))


def test_an_expired_deadline_is_recorded_before_the_step_by_the_system() -> None:
    now = evening_of(date(2026, 1, 14))
    case = open_loan().case
    decision = deciding(case, step("inspect", on=date(2026, 1, 14)), now=now)
    passing, late = decision.events
    (before,) = (clock for clock in case.clocks if clock.deadline == "inspect")
    # The policy of a loan notifies its owner as soon as its day is over.
    missed = replace(before, status=ClockStatus.MISSED, next_at=before.due_at)
    assert passing == Event(
        ref="LN-2026-001",
        seq=2,
        kind=EventKind.DEADLINE_EXPIRED,
        trigger="inspect",
        from_state="asked",
        to_state="asked",
        recorder=SYSTEM,
        decided_by=None,
        command_id=COMMAND_ID,
        occurred_at=datetime(2026, 1, 13, tzinfo=UTC),
        occurred_on=date(2026, 1, 12),
        precision=Precision.INSTANT,
        recorded_at=now,
        workflow="loan",
        workflow_version=1,
        data={},
        effects=Effects(clocks=(missed,)),
    )
    assert (late.seq, late.kind, late.trigger, late.recorded_at) == (3, EventKind.STEP, "inspect", now)
    assert late.effects.clocks == (replace(missed, done_on=date(2026, 1, 14), done_by="inspect", next_at=None),)


def test_a_refused_step_does_not_note_what_passed() -> None:
    with pytest.raises(Refused):
        deciding(open_loan().case, step("approve", on=date(2026, 3, 2)), now=evening_of(date(2026, 3, 2)))


def test_an_expired_deadline_does_not_block_a_step_from_before_it() -> None:
    noted = apply_step(open_loan().case, "tell", date(2026, 1, 7), now=evening_of(date(2026, 3, 2))).case
    decision = apply_step(noted, "inspect", date(2026, 1, 8), now=evening_of(date(2026, 3, 3)))
    assert event_summaries(decision.events) == [("step", "inspect", date(2026, 1, 8))]


# --- purity -------------------------------------------------------------------------------------------


def test_the_same_question_has_the_same_answer() -> None:
    command = step("approve", actor=LIBRARIAN_1, decided_by=BY_KEEPER)
    assert deciding(INSPECTED, command) == deciding(INSPECTED, command)


def test_the_decisions_case_is_what_its_events_come_to() -> None:
    case = lent_loan(kind="display")
    decision = apply_step(case, "write_off", date(2027, 3, 1))
    assert len(decision.events) == 4
    folded = case
    for event in decision.events:
        folded = evolve(folded, event)
    assert decision.case == folded


def test_a_history_of_decisions_folds_into_the_last_ones_case() -> None:
    first = open_loan()
    second = apply_step(first.case, "tell", date(2026, 1, 20))
    third = apply_step(second.case, "refuse", date(2026, 2, 20))
    assert fold([*first.events, *second.events, *third.events]) == third.case


def test_a_command_does_not_print_what_it_records() -> None:
    secret = "Nobody may read this"
    assert secret not in repr(ask(data={"reader": secret}))
    assert secret not in repr(step("tell", data={"text": secret}))
    assert secret not in repr(apply_step(INSPECTED, "tell", date(2026, 1, 7), text=secret))


def test_terms_in_force_stay_with_the_clock() -> None:
    shorter = loan(deadlines=(replace(LOAN.deadlines[0], term=days(3)), *LOAN.deadlines[1:]))
    decision = decide_opening(shorter, ask(), decision_context(NOW), ref="LN-2026-001")
    assert (decision.case.clocks[0].term, decision.case.clocks[0].due) == (days(3), date(2026, 1, 8))
