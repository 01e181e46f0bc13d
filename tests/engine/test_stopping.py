"""Suspending clocks, letting them run on, and agreeing new dates: what is refused, and what is recorded.

A loan is asked for on Monday 5 January 2026: it is to be inspected by the 12th (five working days), to be
decided on by 5 February (a month), and to be lent by 5 July (six months).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casereview.engine import Engine
from casereview.engine.deadlines.overrides import LocalRules, LocalTerm
from casereview.engine.decisions.suspension import decide_suspension
from casereview.engine.definition.deadline import Recording
from casereview.engine.errors.bad_input import BadDate, BadValue, InvalidForm
from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import Refused, VersionConflict
from casereview.engine.errors.unknown import UnknownDeadline
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, TimeLeft, Unit, days, months, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus, EventKind, Revision, Suspension
from casereview.engine.model.commands import NewDate, Resume, Suspend
from casereview.engine.model.evolve import fold
from casereview.engine.model.notice import NoticeKind
from casereview.engine.model.people import Authority
from casereview.persistence import Database

from .conftest import Present
from .loans import (
    CHASED,
    CLAIM,
    FORMS,
    KEEPER_1,
    LIBRARIAN_1,
    LOAN,
    READER_1,
    REVIEW,
    after_sweep,
    asked,
    clock,
    deadline,
    evening,
    judging,
    moved,
    played,
    resumed,
    suspended,
    taken,
    told,
)

RUNNING, SUSPENDED, MET, MISSED, CANCELLED = (
    ClockStatus.RUNNING,
    ClockStatus.SUSPENDED,
    ClockStatus.MET,
    ClockStatus.MISSED,
    ClockStatus.CANCELLED,
)
JANUARY = [date(2025, 12, 31) + timedelta(days=number) for number in range(32)]
"""The days of January 2026, by their numbers."""


@pytest.fixture
def case() -> Case:
    """A loan that was asked for on 5 January."""
    return asked(workflow=CHASED).case


def stands(case: Case, name: str) -> tuple[ClockStatus, date]:
    found = clock(case, name)
    return found.status, found.due


# --- suspending ---------------------------------------------------------------------------------------


def test_a_suspension_is_one_event_with_all_that_was_said_of_it(case: Case) -> None:
    decision = suspended(case, JANUARY[7], "decide", review_by=date(2026, 3, 2))
    (event,) = decision.events
    assert (event.kind, event.trigger, event.occurred_on) == (EventKind.SUSPENDED, "suspend", JANUARY[7])
    assert (event.recorded_by, event.decided_by) == ("Keeper 1", Authority(name="Keeper 1", capacity="keeper"))
    assert event.data == {
        "suspension": 1,
        "proceeding": "The audit",
        "consulted": "The auditor",
        "reasons": "The shelves are sealed.",
        "since": "2026-01-07",
        "review_by": "2026-03-02",
        "deadlines": ["decide"],
    }
    assert decision.case.suspensions == (
        Suspension(
            number=1,
            proceeding="The audit",
            consulted="The auditor",
            reasons="The shelves are sealed.",
            since=JANUARY[7],
            review_by=date(2026, 3, 2),
            deadlines=("decide",),
        ),
    )
    assert (decision.case.state, decision.case.version, decision.case.last_step_on) == ("asked", 2, JANUARY[5])


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("inspect", TimeLeft(amount=3, unit=Unit.WORKING_DAYS)),
        ("decide", TimeLeft(amount=0, unit=Unit.MONTHS, days=29)),
        ("whole", TimeLeft(amount=5, unit=Unit.MONTHS, days=28)),
    ],
)
def test_what_is_left_is_kept_in_the_term_s_own_unit(case: Case, name: str, left: TimeLeft) -> None:
    found = clock(suspended(case, JANUARY[7]).case, name)
    assert (found.status, found.suspended_on, found.time_left) == (SUSPENDED, JANUARY[7], left)
    assert (found.is_open, found.is_chased, found.next_at) == (True, False, None)


def test_a_whole_clock_runs_on_beside_a_stage_s_that_stands_still(case: Case) -> None:
    still = suspended(case, JANUARY[7], "decide").case
    assert stands(still, "decide") == (SUSPENDED, date(2026, 2, 5))
    assert stands(still, "whole") == (RUNNING, date(2026, 7, 5))
    assert stands(still, "inspect") == (RUNNING, JANUARY[12])


def test_a_suspension_is_itself_to_be_reviewed_and_that_is_chased(case: Case) -> None:
    still = suspended(case, JANUARY[7]).case
    review = clock(still, "review_suspension")
    assert (review.due, review.number, review.status) == (date(2026, 4, 7), 1, RUNNING)
    assert review.next_at == datetime(2026, 3, 27, tzinfo=UTC)  # five working days before, and Easter
    chased = after_sweep(still, evening(date(2026, 4, 8)))
    assert [one.rung for one in clock(chased, "review_suspension").told] == ["reminder", "owner"]
    assert clock(chased, "inspect").told == ()


def test_the_term_of_a_review_is_the_unit_s_own_where_it_has_set_one(case: Case) -> None:
    own = LocalTerm(
        workflow="loan",
        deadline="review_suspension",
        from_day=JANUARY[1],
        term=days(28),
        reasons="Sooner.",
        recorded_by="Librarian 1",
        recorded_at=evening(JANUARY[1]),
    )
    command = Suspend(ref=case.ref, actor=KEEPER_1, proceeding="x", consulted="x", reasons="x", on=JANUARY[7])
    world = judging(evening(JANUARY[7]), LocalRules(terms=(own,)))
    review = clock(decide_suspension(CHASED, case, command, world).case, "review_suspension")
    assert (review.due, review.term) == (date(2026, 2, 4), days(28))


def test_what_starts_while_the_whole_case_is_suspended_stands_still_from_the_beginning(case: Case) -> None:
    still = suspended(case, JANUARY[7]).case
    named = taken(still, "name_courier", JANUARY[9], workflow=CHASED).case
    assert (clock(named, "pack").status, clock(named, "pack").time_left) == (
        SUSPENDED,
        TimeLeft(amount=10, unit=Unit.WORKING_DAYS),
    )
    running = resumed(named, JANUARY[19]).case
    assert stands(running, "pack") == (RUNNING, date(2026, 2, 2))


def test_what_starts_beside_what_is_suspended_by_name_runs(case: Case) -> None:
    named = taken(suspended(case, JANUARY[7], "decide").case, "name_courier", JANUARY[9], workflow=CHASED).case
    assert stands(named, "pack") == (RUNNING, date(2026, 1, 23))


def test_what_is_suspended_by_name_and_starts_anew_stands_still_too(case: Case) -> None:
    named = taken(case, "name_courier", JANUARY[6], workflow=CHASED).case
    still = suspended(named, JANUARY[7], "pack").case
    again = taken(still, "name_courier", JANUARY[9], workflow=CHASED).case
    assert [(c.number, c.status) for c in again.clocks if c.deadline == "pack"] == [(1, CANCELLED), (2, SUSPENDED)]
    assert stands(resumed(again, JANUARY[19]).case, "pack") == (RUNNING, date(2026, 2, 2))


def test_what_started_during_a_suspension_that_is_over_by_the_time_it_is_recorded_stood_still_then(case: Case) -> None:
    over = resumed(suspended(case, JANUARY[7]).case, JANUARY[19]).case
    late = taken(over, "name_courier", JANUARY[9], now=evening(JANUARY[26]), workflow=CHASED).case
    assert stands(late, "pack") == (RUNNING, date(2026, 2, 2))


def test_a_time_that_something_has_to_last_is_not_suspended() -> None:
    steps = (("inspect", JANUARY[6]), ("approve", JANUARY[6]), ("lend", JANUARY[8], {"kind": "display"}))
    still = suspended(played(*steps, workflow=CHASED), JANUARY[12]).case
    assert stands(still, "display") == (RUNNING, date(2027, 1, 8))
    early = suspended(played(*steps[:2], workflow=CHASED), JANUARY[7]).case
    lent_then = taken(early, "lend", JANUARY[8], kind="display", workflow=CHASED).case
    assert stands(lent_then, "display") == (RUNNING, date(2027, 1, 8))
    assert clock(lent_then, "report").status is SUSPENDED


def test_what_was_missed_before_it_was_suspended_stays_missed_and_is_not_chased_meanwhile(case: Case) -> None:
    decision = suspended(case, JANUARY[20])
    assert told(decision.events) == [
        ("deadline_passed", "inspect", JANUARY[12]),
        ("suspended", "suspend", JANUARY[20]),
    ]
    found = clock(decision.case, "inspect")
    assert (found.status, found.is_chased, found.time_left) == (
        MISSED,
        False,
        TimeLeft(amount=0, unit=Unit.WORKING_DAYS),
    )
    again = clock(resumed(decision.case, JANUARY[26]).case, "inspect")
    assert (again.status, again.due, again.is_chased, again.leg) == (MISSED, JANUARY[12], True, 2)


def test_a_due_date_that_passed_while_nobody_had_typed_the_suspension_was_none(case: Case) -> None:
    late = suspended(case, JANUARY[8], now=evening(JANUARY[20]))
    assert told(late.events) == [("suspended", "suspend", JANUARY[8])]
    noted = after_sweep(case, evening(JANUARY[20]))
    assert clock(noted, "inspect").status is MISSED
    after = suspended(noted, JANUARY[8], now=evening(JANUARY[21])).case
    assert stands(after, "inspect") == (SUSPENDED, JANUARY[12])


def test_what_is_met_while_it_stands_still_is_met_in_time(case: Case) -> None:
    still = suspended(case, JANUARY[7], "inspect").case
    done = taken(still, "inspect", date(2026, 3, 2), workflow=CHASED).case
    assert stands(done, "inspect") == (MET, JANUARY[12])
    assert (clock(done, "inspect").suspended_on, clock(done, "inspect").time_left) == (None, None)


@pytest.mark.parametrize(
    ("deadlines", "reason"),
    [
        (("pack",), "pack: its clock does not run, so it cannot be suspended."),
        (("review_suspension",), "review_suspension: its clock does not run, so it cannot be suspended."),
    ],
    ids=["never started", "a review that has not begun"],
)
def test_a_clock_that_does_not_run_cannot_be_suspended(case: Case, deadlines: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        suspended(case, JANUARY[7], *deadlines)
    assert refused.value.reasons[0].reason == reason
    assert refused.value.reasons[0].cleared_by == "keeper"


def test_a_case_in_which_nothing_runs_cannot_be_suspended(case: Case) -> None:
    ended = taken(taken(case, "refuse", JANUARY[7], workflow=CHASED).case, "tell", JANUARY[8], workflow=CHASED).case
    with pytest.raises(Refused, match="No clock of the case runs"):
        suspended(ended, JANUARY[9])


@pytest.mark.parametrize(
    ("first", "second", "proceeding"),
    [
        ((), (), "The audit"),
        ((), ("decide",), "the  AUDIT"),
        (("decide",), (), "The audit"),
        (("decide", "inspect"), ("decide",), "The audit"),
    ],
    ids=["all twice", "one of all", "all beside one", "one of two"],
)
def test_nothing_is_suspended_twice_for_one_proceeding(
    case: Case, first: tuple[str, ...], second: tuple[str, ...], proceeding: str
) -> None:
    still = suspended(case, JANUARY[7], *first).case
    with pytest.raises(Refused, match="Suspension 1 stands for The audit since 2026-01-07"):
        suspended(still, JANUARY[8], *second, proceeding=proceeding)


def test_one_proceeding_may_stop_one_clock_and_later_another_and_come_back(case: Case) -> None:
    still = suspended(suspended(case, JANUARY[7], "decide").case, JANUARY[8], "inspect").case
    assert [one.number for one in still.suspensions] == [1, 2]
    lifted = resumed(still, JANUARY[9], 1).case
    assert stands(suspended(lifted, JANUARY[10], "decide").case, "decide")[0] is SUSPENDED


def test_a_suspension_names_deadlines_that_there_are(case: Case) -> None:
    with pytest.raises(UnknownDeadline, match="tea"):
        suspended(case, JANUARY[7], "tea")


def test_a_suspension_begins_on_a_day_that_has_come_and_is_reviewed_after_that(case: Case) -> None:
    with pytest.raises(BadDate, match="a day up to today"):
        suspended(case, JANUARY[9], now=evening(JANUARY[7]))
    with pytest.raises(BadValue, match="the day of the suspension: expected 2026-01-05, the day on which the case"):
        suspended(case, JANUARY[4], now=evening(JANUARY[7]))
    with pytest.raises(BadValue, match="the day to review it by: expected 2026-01-07"):
        suspended(case, JANUARY[7], review_by=JANUARY[6])


def test_a_suspension_needs_its_proceeding_whom_it_was_talked_over_with_and_why(case: Case) -> None:
    command = Suspend(ref=case.ref, actor=KEEPER_1, proceeding="", consulted="", reasons="")
    with pytest.raises(InvalidForm) as invalid:
        decide_suspension(CHASED, case, command, judging(evening(JANUARY[7])))
    assert [fault.path for fault in invalid.value.faults] == ["proceeding", "consulted", "reasons"]


def test_only_whom_the_definition_names_stops_clocks_and_lets_them_run_on(case: Case) -> None:
    with pytest.raises(Refused, match="It takes the decision of the keeper, which Librarian 1 is not"):
        suspended(case, JANUARY[7], actor=LIBRARIAN_1)
    still = suspended(case, JANUARY[7]).case
    with pytest.raises(Refused, match="It takes the decision of the keeper, which Librarian 1 is not"):
        resumed(still, JANUARY[9], actor=LIBRARIAN_1)


def test_where_nothing_says_when_it_is_reviewed_nothing_is_suspended() -> None:
    with pytest.raises(Refused, match="The clocks of a Loan are never suspended"):
        suspended(asked().case, JANUARY[7], workflow=LOAN)


# --- running on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "due"),
    [
        pytest.param("inspect", date(2026, 2, 2), date(2026, 2, 5), id="three working days"),
        pytest.param("inspect", date(2026, 2, 7), date(2026, 2, 11), id="three working days, from a Saturday"),
        pytest.param("inspect", date(2026, 4, 2), date(2026, 4, 9), id="three working days, over Easter"),
        pytest.param("decide", date(2026, 2, 2), date(2026, 3, 3), id="29 days"),
        pytest.param("whole", date(2026, 1, 31), date(2026, 7, 28), id="five months from a month's end, and 28 days"),
        pytest.param("whole", date(2028, 2, 29), date(2028, 8, 26), id="five months from a leap day, and 28 days"),
    ],
)
def test_a_clock_runs_on_with_what_it_had_left(case: Case, name: str, on: date, due: date) -> None:
    running = resumed(suspended(case, JANUARY[7]).case, on).case
    found = clock(running, name)
    assert (found.status, found.due, found.due_at) == (RUNNING, due, ENGLAND_AND_WALES.end_of(due))
    assert (found.suspended_on, found.time_left, found.resumed_on) == (None, None, on)


def test_a_resumption_is_one_event_and_a_revision_of_each_date(case: Case) -> None:
    decision = resumed(suspended(case, JANUARY[7]).case, JANUARY[19])
    (event,) = decision.events
    assert (event.kind, event.trigger) == (EventKind.RESUMED, "resume")
    assert event.data == {"suspension": 1, "until": "2026-01-19", "reasons": "The seals are off."}
    assert decision.case.suspensions[0].until == JANUARY[19]
    assert clock(decision.case, "inspect").revisions == (
        Revision(
            was=JANUARY[12],
            due=JANUARY[22],
            cause=EventKind.RESUMED,
            reasons="The seals are off.",
            agreed_by="Keeper 1",
            capacity="keeper",
            recorded_at=evening(JANUARY[19]),
        ),
    )
    assert clock(decision.case, "inspect").leg == 2


def test_the_review_of_a_suspension_is_met_when_it_is_lifted(case: Case) -> None:
    still = suspended(case, JANUARY[7]).case
    assert stands(resumed(still, date(2026, 4, 7)).case, "review_suspension")[0] is MET
    late = resumed(still, date(2026, 4, 8))
    assert told(late.events)[:1] == [("deadline_passed", "review_suspension", date(2026, 4, 7))]
    assert stands(late.case, "review_suspension")[0] is MISSED


def test_those_who_were_chased_for_a_review_are_told_that_it_was_lifted_in_time(case: Case) -> None:
    chased = after_sweep(suspended(case, JANUARY[7]).case, evening(date(2026, 4, 8)))
    assert stands(chased, "review_suspension")[0] is MISSED
    late = resumed(chased, date(2026, 4, 7), now=evening(date(2026, 4, 9)))
    assert stands(late.case, "review_suspension")[0] is MET
    assert [(one.kind, one.person, one.deadline) for one in late.notices] == [
        (NoticeKind.MET_IN_TIME, "Librarian 1", "review_suspension")
    ]


def test_lifted_on_its_own_day_nothing_has_moved(case: Case) -> None:
    agreed = moved(case, "decide", date(2026, 2, 7), now=evening(JANUARY[7])).case  # a Saturday
    back = resumed(suspended(agreed, JANUARY[8]).case, JANUARY[8]).case
    assert [stands(back, name) for name in ("inspect", "decide")] == [
        (RUNNING, JANUARY[12]),
        (RUNNING, date(2026, 2, 7)),
    ]
    assert clock(back, "decide").agreed
    assert (clock(back, "inspect").resumed_on, clock(back, "inspect").revisions) == (None, ())


def test_stopped_again_on_the_day_on_which_it_ran_on_it_has_left_what_it_had(case: Case) -> None:
    """Thirty days from 1 February are to 3 March; counted back, that would be a month and two days."""
    running = resumed(suspended(case, JANUARY[6]).case, date(2026, 2, 1)).case
    assert stands(running, "decide") == (RUNNING, date(2026, 3, 3))
    still = clock(suspended(running, date(2026, 2, 1)).case, "decide")
    assert still.time_left == TimeLeft(amount=0, unit=Unit.MONTHS, days=30)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (None, "the number of one that lasts: 1 (The audit) or 2 (The trial), found none"),
        (3, "the number of one that lasts: 1 (The audit) or 2 (The trial), found 3"),
    ],
)
def test_of_several_suspensions_one_is_named(case: Case, number: int | None, says: str) -> None:
    still = suspended(suspended(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    with pytest.raises(BadValue) as bad:
        resumed(still, JANUARY[9], number)
    assert says in str(bad.value)


def test_what_does_not_stand_still_does_not_run_on(case: Case) -> None:
    with pytest.raises(BadValue, match="expected a case with one that lasts, found none"):
        resumed(case, JANUARY[9])


def test_nothing_runs_on_before_it_stood_still_or_without_a_reason(case: Case) -> None:
    still = suspended(case, JANUARY[7]).case
    with pytest.raises(BadValue, match="expected 2026-01-07, the day on which it was suspended, or later"):
        resumed(still, JANUARY[6], now=evening(JANUARY[9]))
    with pytest.raises(BadDate):
        resumed(still, JANUARY[10], now=evening(JANUARY[9]))


# --- the union of what overlaps -----------------------------------------------------------------------


def test_what_another_suspension_covers_stands_still_until_both_are_lifted(case: Case) -> None:
    both = suspended(suspended(case, JANUARY[7]).case, JANUARY[9], "decide", proceeding="The trial").case
    one = resumed(both, JANUARY[14], 1).case
    assert [stands(one, name)[0] for name in ("inspect", "decide")] == [RUNNING, SUSPENDED]
    none = resumed(one, JANUARY[19], 2).case
    assert stands(none, "decide") == (RUNNING, date(2026, 2, 17))  # 29 days from the 19th


def test_a_suspension_that_reaches_back_before_one_that_was_lifted_gives_back_what_ran_down_between(case: Case) -> None:
    once = resumed(suspended(case, JANUARY[10]).case, JANUARY[20]).case
    assert stands(once, "decide") == (RUNNING, date(2026, 2, 15))
    again = suspended(once, JANUARY[8], now=evening(JANUARY[25]), proceeding="The trial").case
    still = clock(again, "decide")
    assert (still.suspended_on, still.time_left) == (JANUARY[8], TimeLeft(amount=0, unit=Unit.MONTHS, days=28))
    assert [(one.was, one.due, one.cause) for one in still.revisions] == [
        (date(2026, 2, 5), date(2026, 2, 15), EventKind.RESUMED),
        (date(2026, 2, 15), date(2026, 2, 5), EventKind.SUSPENDED),
    ]
    assert stands(resumed(again, JANUARY[28]).case, "decide") == (RUNNING, date(2026, 2, 25))


def test_a_suspension_from_before_another_that_lasts_stops_the_clock_from_its_own_day(case: Case) -> None:
    still = suspended(case, JANUARY[10]).case
    both = suspended(still, JANUARY[8], now=evening(JANUARY[12]), proceeding="The trial").case
    assert clock(both, "decide").suspended_on == JANUARY[8]


def test_what_was_lifted_before_another_began_ran_down_between_them(case: Case) -> None:
    both = suspended(suspended(case, JANUARY[7]).case, JANUARY[14], proceeding="The trial").case
    late = resumed(both, JANUARY[10], 1, now=evening(JANUARY[19])).case
    still = clock(late, "decide")
    assert (still.status, still.suspended_on, still.leg) == (SUSPENDED, JANUARY[14], 2)
    assert still.time_left == TimeLeft(amount=0, unit=Unit.MONTHS, days=25)
    assert stands(resumed(late, JANUARY[19]).case, "decide") == (RUNNING, date(2026, 2, 13))


STRETCHES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=4,
)


def in_union(stretches: list[tuple[int, int]]) -> set[int]:
    return {day for since, until in stretches for day in range(since + 1, until + 1)}


@given(stretches=STRETCHES, data=st.data())
def test_overlapping_suspensions_count_as_their_union_in_whatever_order_they_are_recorded(
    stretches: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Of a term of 200 days each day in the union is given back, once."""
    long = replace(CHASED, deadlines=(replace(CHASED.deadline("whole"), term=days(200)), REVIEW))
    case = asked(workflow=long).case
    first = JANUARY[5]
    now = evening(first + timedelta(days=100))
    numbers: dict[int, int] = {}
    todo = [(what, index) for index in range(len(stretches)) for what in ("suspend", "resume")]
    for _, index in data.draw(st.permutations(todo)):
        since, until = stretches[index]
        if index not in numbers:
            decision = suspended(case, first + timedelta(days=since), proceeding=f"No. {index}", now=now, workflow=long)
            numbers[index] = decision.case.suspensions[-1].number
        else:
            decision = resumed(case, first + timedelta(days=until), numbers[index], now=now, workflow=long)
        case = decision.case
    found = clock(case, "whole")
    assert (found.status, found.suspended_on) == (RUNNING, None)
    assert found.due == first + timedelta(days=200 + len(in_union(stretches)))


@pytest.mark.parametrize("workflow_term", [days(90), working_days(60), months(3)], ids=str)
@settings(max_examples=40)
@example(pauses=[(1, 25), (0, 0)])
@given(pauses=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=6))
def test_suspending_and_resuming_any_number_of_times_keeps_the_time_left(
    workflow_term: Term, pauses: list[tuple[int, int]]
) -> None:
    """What was left when it stopped is left when it runs on: in the term's own unit, each time."""
    long = replace(CHASED, deadlines=(replace(CHASED.deadline("whole"), term=workflow_term), REVIEW))
    case, day, left = asked(workflow=long).case, JANUARY[5], None
    for running, pause in pauses:
        day += timedelta(days=running)
        due = clock(case, "whole").due
        case = suspended(case, day, workflow=long).case
        # On the day on which it ran on it has what it had: counted anew, two months and 30 days may be three.
        had = left if left is not None and not running else ENGLAND_AND_WALES.left(day, due, workflow_term.unit)
        left = clock(case, "whole").time_left
        assert left == had
        day += timedelta(days=pause)
        case = resumed(case, day, workflow=long).case
        after = clock(case, "whole")
        assert after.time_left is None
        assert clock(suspended(case, day, workflow=long).case, "whole").time_left == left
        if after.term.unit is not Unit.MONTHS:
            assert ENGLAND_AND_WALES.left(day, after.due, after.term.unit) == left


# --- an end, and coming back ----------------------------------------------------------------------------


def test_what_stood_still_when_the_case_ended_stands_still_again_when_it_comes_back(case: Case) -> None:
    ended = taken(suspended(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=CHASED).case
    assert stands(ended, "inspect") == (CANCELLED, JANUARY[12])
    back = taken(ended, "take_up", JANUARY[20], workflow=CHASED).case
    assert stands(back, "inspect") == (SUSPENDED, JANUARY[12])
    assert stands(back, "review_suspension")[0] is RUNNING
    assert stands(resumed(back, JANUARY[26]).case, "inspect") == (RUNNING, JANUARY[29])


def test_a_duty_that_arises_from_the_end_of_a_suspended_case_runs(case: Case) -> None:
    """The end has cancelled the review of the suspension, so that nobody would look at it again."""
    ended = taken(suspended(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=CHASED).case
    assert stands(ended, "review_suspension")[0] is CANCELLED
    assert stands(ended, "tell_reader") == (RUNNING, JANUARY[26])
    assert clock(ended, "tell_reader").is_chased


def test_a_suspension_that_is_lifted_while_the_case_is_ended_does_not_hold_it_for_good(case: Case) -> None:
    ended = taken(suspended(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=CHASED).case
    lifted = resumed(ended, JANUARY[19]).case
    assert stands(lifted, "inspect") == (CANCELLED, JANUARY[22])
    back = taken(lifted, "take_up", JANUARY[20], workflow=CHASED).case
    assert stands(back, "inspect") == (RUNNING, JANUARY[22])


def test_what_comes_back_into_a_case_that_was_suspended_meanwhile_stands_still_from_that_day(case: Case) -> None:
    ended = taken(case, "refuse", JANUARY[7], workflow=CHASED).case
    still = suspended(ended, JANUARY[9]).case
    assert [stands(still, name)[0] for name in ("tell_reader", "inspect")] == [SUSPENDED, CANCELLED]
    back = taken(still, "take_up", JANUARY[20], workflow=CHASED).case
    assert stands(back, "inspect") == (SUSPENDED, JANUARY[12])
    assert clock(back, "inspect").time_left == TimeLeft(amount=1, unit=Unit.WORKING_DAYS)
    assert stands(resumed(back, JANUARY[26]).case, "inspect") == (RUNNING, JANUARY[27])


def test_each_suspension_that_lasts_is_reviewed_again_when_the_case_comes_back(case: Case) -> None:
    both = suspended(suspended(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    back = taken(taken(both, "refuse", JANUARY[12], workflow=CHASED).case, "take_up", JANUARY[20], workflow=CHASED).case
    reviews = [(one.number, one.status) for one in back.clocks if one.deadline == "review_suspension"]
    assert reviews == [(1, RUNNING), (2, RUNNING)]


# --- a new date -----------------------------------------------------------------------------------------


def test_a_new_date_leaves_the_original_one_and_each_revision_visible(case: Case) -> None:
    once = moved(case, "decide", date(2026, 3, 2), now=evening(JANUARY[7])).case
    twice = moved(once, "decide", date(2026, 2, 20), now=evening(JANUARY[9]), reasons="Sooner.").case
    found = clock(twice, "decide")
    assert (found.due, found.status, found.leg, found.agreed) == (date(2026, 2, 20), RUNNING, 3, True)
    assert [(r.was, r.due, r.cause, r.reasons, r.agreed_by, r.capacity, r.was_missed) for r in found.revisions] == [
        (date(2026, 2, 5), date(2026, 3, 2), EventKind.NEW_DATE, "A second van.", "Keeper 1", "keeper", False),
        (date(2026, 3, 2), date(2026, 2, 20), EventKind.NEW_DATE, "Sooner.", "Keeper 1", "keeper", False),
    ]


def test_a_new_date_is_one_event(case: Case) -> None:
    (event,) = moved(case, "decide", date(2026, 3, 2), now=evening(JANUARY[7])).events
    assert (event.kind, event.trigger, event.occurred_on) == (EventKind.NEW_DATE, "decide", JANUARY[7])
    assert event.data == {"deadline": "decide", "was": "2026-02-05", "to": "2026-03-02", "reasons": "A second van."}


def test_a_new_date_after_expiry_does_not_undo_that_the_former_one_was_missed(case: Case) -> None:
    decision = moved(case, "inspect", JANUARY[30], now=evening(JANUARY[20]))
    assert told(decision.events) == [
        ("deadline_passed", "inspect", JANUARY[12]),
        ("new_date", "inspect", JANUARY[20]),
    ]
    assert stands(decision.case, "inspect") == (RUNNING, JANUARY[30])
    assert clock(decision.case, "inspect").revisions[0].was_missed
    assert stands(taken(decision.case, "inspect", JANUARY[30], workflow=CHASED).case, "inspect")[0] is MET


def test_a_new_date_may_lie_before_today_with_a_reason_and_is_then_missed(case: Case) -> None:
    back = moved(case, "decide", JANUARY[14], now=evening(JANUARY[20]))
    assert stands(back.case, "decide") == (RUNNING, JANUARY[14])
    swept_case = after_sweep(back.case, evening(JANUARY[20]))
    assert stands(swept_case, "decide") == (MISSED, JANUARY[14])
    assert all(one.skipped for one in clock(swept_case, "decide").told)


@pytest.mark.parametrize("to", [JANUARY[14], date(2026, 3, 2)], ids=["before today", "after today"])
def test_a_new_date_without_a_reason_is_refused(case: Case, to: date) -> None:
    with pytest.raises(InvalidForm, match="reasons"):
        moved(case, "decide", to, now=evening(JANUARY[20]), reasons=" ")


@pytest.mark.parametrize(
    ("name", "to", "says"),
    [
        ("tea", JANUARY[20], "There is no deadline tea"),
        ("decide", JANUARY[4], "the new date: expected 2026-01-05, the day from which it is counted, or later"),
        ("decide", date(2200, 1, 1), "the new date: expected a day between 1900-01-01 and 2199-12-31"),
        ("decide", date(2026, 2, 5), "the new date: expected another day than it has, found 2026-02-05"),
    ],
    ids=["no deadline", "before it began", "far off", "no other"],
)
def test_a_new_date_that_cannot_be_is_bad_input(case: Case, name: str, to: date, says: str) -> None:
    with pytest.raises(BadInput) as bad:
        moved(case, name, to, now=evening(JANUARY[7]))
    assert says in str(bad.value)


def test_a_date_before_the_day_from_which_it_counts_back_is_no_fault() -> None:
    case = asked(workflow=CHASED, wanted_on="2026-03-02").case
    assert stands(moved(case, "prepare", date(2026, 2, 10), now=evening(JANUARY[7])).case, "prepare") == (
        RUNNING,
        date(2026, 2, 10),
    )


def test_a_day_that_was_agreed_may_be_brought_forward_but_not_before_the_case() -> None:
    # No term is counted from it: the day itself is the deadline.
    by_day = deadline(
        "fetch", term=days(0), starts=(Recording(step="ask", day="wanted_on"),), met_by=(Recording(step="lend"),)
    )
    workflow = replace(CHASED, deadlines=(*CHASED.deadlines, by_day))
    case = asked(workflow=workflow, wanted_on="2026-03-02").case
    now = evening(JANUARY[7])
    sooner = moved(case, "fetch", date(2026, 2, 10), now=now, workflow=workflow).case
    assert stands(sooner, "fetch") == (RUNNING, date(2026, 2, 10))
    assert clock(sooner, "fetch").revisions[0].was == date(2026, 3, 2)
    with pytest.raises(BadInput, match="expected 2026-01-05, the day from which it is counted, or later"):
        moved(case, "fetch", JANUARY[4], now=now, workflow=workflow)


def test_a_new_date_is_agreed_by_the_role_that_the_deadline_names_or_else_the_workflow(case: Case) -> None:
    named = taken(case, "name_courier", JANUARY[6], workflow=CHASED).case
    to = date(2026, 3, 2)
    assert clock(moved(named, "pack", to, now=evening(JANUARY[7]), actor=LIBRARIAN_1).case, "pack").due == to
    with pytest.raises(Refused, match="It takes the decision of the librarian, which Keeper 1 is not"):
        moved(named, "pack", to, now=evening(JANUARY[7]))
    with pytest.raises(Refused, match="It takes the decision of the keeper, which Librarian 1 is not"):
        moved(named, "collect", to, now=evening(JANUARY[7]), actor=LIBRARIAN_1)


def test_where_the_definition_names_nobody_no_date_is_moved() -> None:
    with pytest.raises(Refused, match="decide: the definition names nobody who may agree a new date"):
        moved(asked().case, "decide", date(2026, 3, 2), now=evening(JANUARY[7]), workflow=LOAN)


@pytest.mark.parametrize("name", ["pack", "inspect"], ids=["never started", "met"])
def test_the_date_of_what_does_not_run_is_not_moved(case: Case, name: str) -> None:
    inspected = taken(case, "inspect", JANUARY[7], workflow=CHASED).case
    actor = LIBRARIAN_1 if name == "pack" else KEEPER_1
    with pytest.raises(Refused, match=f"{name}: its clock does not run, so there is no date to move"):
        moved(inspected, name, date(2026, 3, 2), now=evening(JANUARY[8]), actor=actor)


def test_the_date_of_what_stands_still_is_not_moved(case: Case) -> None:
    with pytest.raises(Refused, match="decide: its clock stands still since 2026-01-07; resume it first"):
        moved(suspended(case, JANUARY[7]).case, "decide", date(2026, 3, 2), now=evening(JANUARY[8]))


def test_a_suspension_is_reviewed_later_by_a_new_date_of_its_review(case: Case) -> None:
    still = suspended(suspended(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    later = moved(still, "review_suspension", date(2026, 6, 1), now=evening(JANUARY[9])).case
    # Of several the one that falls due first is meant.
    assert [(one.number, one.review_by) for one in later.suspensions] == [
        (1, date(2026, 6, 1)),
        (2, date(2026, 4, 8)),
    ]
    assert [c.due for c in later.clocks if c.deadline == "review_suspension"] == [date(2026, 6, 1), date(2026, 4, 8)]
    lifted = resumed(later, JANUARY[12], 2).case
    assert moved(lifted, "review_suspension", date(2026, 7, 1), now=evening(JANUARY[13])).case.suspensions[
        0
    ].review_by == date(2026, 7, 1)


def test_a_date_that_was_agreed_is_counted_on_from_where_it_stood_still(case: Case) -> None:
    agreed = moved(case, "decide", date(2026, 2, 16), now=evening(JANUARY[7])).case
    back = resumed(suspended(agreed, JANUARY[12]).case, JANUARY[19]).case
    # A month and four days were left, which from the 19th on are these.
    assert stands(back, "decide") == (RUNNING, date(2026, 2, 23))


def test_the_record_does_not_run_backwards_when_the_machine_s_clock_is_set_back(case: Case) -> None:
    back = evening(JANUARY[5]) - timedelta(days=1)
    decisions = [
        moved(case, "decide", date(2026, 3, 2), now=back),
        (still := suspended(case, JANUARY[5], now=back)),
        resumed(still.case, JANUARY[5], now=back),
    ]
    assert {event.recorded_at for one in decisions for event in one.events} == {case.recorded_at}


# --- through an engine ------------------------------------------------------------------------------------


@pytest.fixture
def library(database: Database, present: Present) -> Engine:
    """A library whose clocks can be stopped, with one loan, on the evening of 7 January 2026."""
    present.at = evening(JANUARY[7])
    made = Engine(database, (CHASED, CLAIM), now=present)
    made.open("loan", actor=READER_1, data=FORMS["ask"], on=JANUARY[5])
    return made


SUSPEND = Suspend(
    ref="LN-2026-001",
    actor=KEEPER_1,
    proceeding="The audit",
    consulted="The auditor",
    reasons="The shelves are sealed.",
    request_id="request 1",
)
RESUME = Resume(ref="LN-2026-001", actor=KEEPER_1, reasons="The seals are off.", on=JANUARY[19])
MOVE = NewDate(ref="LN-2026-001", deadline="decide", to=date(2026, 3, 2), actor=KEEPER_1, reasons="A second van.")


def test_each_is_kept_as_an_event_to_which_the_case_is_the_fold(library: Engine, present: Present) -> None:
    library.record(SUSPEND)
    present.at = evening(JANUARY[19])
    library.record(RESUME)
    case = library.record(MOVE).case
    history = library.history(case.ref)
    assert [event.kind for event in history] == [
        EventKind.OPENED,
        EventKind.SUSPENDED,
        EventKind.RESUMED,
        EventKind.NEW_DATE,
    ]
    assert library.case(case.ref) == case == fold(history)
    assert stands(case, "decide") == (RUNNING, date(2026, 3, 2))


def test_a_repeated_request_is_not_carried_out_twice(library: Engine) -> None:
    first = library.record(SUSPEND)
    again = library.record(SUSPEND)
    assert (again.repeated, again.events, again.case) == (True, (), first.case)


def test_a_rehearsal_leaves_no_trace(library: Engine) -> None:
    assert stands(library.rehearse(SUSPEND).case, "decide")[0] is SUSPENDED
    assert library.case(SUSPEND.ref).suspensions == ()


def test_a_version_that_somebody_has_moved_on_is_a_conflict_but_what_came_by_itself_is_none(
    library: Engine, present: Present
) -> None:
    present.at = evening(JANUARY[13])
    library.escalate()
    library.record(replace(MOVE, if_version=1))
    with pytest.raises(VersionConflict) as conflict:
        library.record(replace(SUSPEND, if_version=1))
    assert (conflict.value.moved_by, conflict.value.step) == ("Keeper 1", "decide")
