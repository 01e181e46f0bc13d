"""The office's own settings: terms, levels, days, absences and people who leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from casereview.engine import Engine
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.errors.unknown import UnknownDeadline, UnknownPerson
from casereview.engine.model.calendar import days, working_days
from casereview.engine.model.people import Absence, Actor
from casereview.engine.ports.outbox import NoticeState
from casereview.persistence import Database

from ...support.loan_decisions import clock, evening_of
from ...support.loan_workflow import ASKED_ON, CLAIM, ESCALATED_LOAN, KEEPER_1, LIBRARIAN_1, READER_1, RECORDS_BY_STEP
from ...support.movable_time import MovableTime

FROM = date(2026, 1, 5)


@pytest.fixture
def library(database: Database, present: MovableTime) -> Engine:
    """Return a library with levels for its loans, on the evening of 5 January 2026."""
    present.at = evening_of(ASKED_ON)
    return Engine(database, (ESCALATED_LOAN, CLAIM), now=present)


def ask(library: Engine) -> str:
    return library.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED_ON).ref


# --- terms and levels -------------------------------------------------------------------------------------


def test_a_term_is_saved_with_its_reasons_and_counts_for_later_starts(library: Engine) -> None:
    before = ask(library)
    local = library.set_term(
        "loan", "inspect", term=working_days(10), from_day=FROM, reasons="Agreed.", actor=LIBRARIAN_1
    )
    assert (local.reasons, local.recorded_by, local.recorded_at) == ("Agreed.", "Librarian 1", library.now())
    assert library.overrides().deadlines == (local,)
    assert [clock(library.case(ref), "inspect").due for ref in (before, ask(library))] == [
        date(2026, 1, 12),
        date(2026, 1, 19),
    ]


def test_changed_levels_apply_to_later_clocks_only(library: Engine, present: MovableTime) -> None:
    before = ask(library)
    present.at += timedelta(minutes=1)
    library.set_term("loan", "inspect", levels={"owner": 1}, from_day=FROM, reasons="Agreed.", actor=LIBRARIAN_1)
    afterwards = ask(library)
    ahead = library.sweep(at=evening_of(date(2026, 1, 14)), dry_run=True)
    owners = {one.ref: one.at.day for one in ahead.fired if (one.deadline, one.level) == ("inspect", "owner")}
    assert owners == {before: 13, afterwards: 14}


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"deadline": "tea"}, UnknownDeadline, 'There is no deadline "tea"'),
        ({"levels": {"tea": 1}}, BadValue, "expected one of reminder; owner; branch; keeper; trustee, found tea"),
        ({"deadline": "display", "levels": {"owner": 1}}, BadValue, "expected none: it has no reminders"),
        ({}, BadValue, "expected a term, or a level's working days, found neither"),
        ({"term": days(0)}, BadValue, "the term: expected at least 1 day, found 0 days"),
        ({"term": working_days(0)}, BadValue, "the term: expected at least 1 working day, found 0 working days"),
        ({"term": days(10_000)}, BadValue, "the term: expected at most 9999 days, found 10000"),
        (
            {"levels": {"keeper": 3}},
            BadValue,
            "level keeper: expected 5 or more working days, as many as the level branch",
        ),
        ({"levels": {"reminder": 2, "owner": 1}}, BadValue, "the level owner: expected 2 or more working days"),
        ({"levels": {"owner": -1_001}}, BadValue, "level owner: expected at most 1000 working days before or after"),
        ({"term": days(3), "reasons": " "}, InvalidForm, "reasons"),
        (
            {"term": days(3), "from_day": date(2300, 1, 1)},
            BadValue,
            "a day between 1 January 1900 and 31 December 2199",
        ),
        ({"workflow": "tea", "term": days(3)}, BadInput, "tea"),
    ],
)
def test_a_term_that_cannot_be_is_refused(
    library: Engine, given: dict[str, object], error: type[BadInput], says: str
) -> None:
    asked: dict[str, object] = {
        "workflow": "loan",
        "deadline": "inspect",
        "from_day": FROM,
        "reasons": "Agreed.",
        "actor": LIBRARIAN_1,
    }
    with pytest.raises(error) as bad:
        library.set_term(**{**asked, **given})  # type: ignore[arg-type]
    assert says in str(bad.value)
    assert library.overrides().deadlines == ()


def test_a_term_is_never_negative() -> None:
    with pytest.raises(ValueError, match="a term cannot be negative: -3 days"):
        days(-3)


# --- days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "counts_as", "reasons", "says"),
    [
        (
            date(1899, 12, 31),
            DayKind.CLOSED,
            "x",
            "the day: expected a day between 1 January 1900 and 31 December 2199",
        ),
        (date(2026, 1, 9), DayKind.CLOSED, " ", "reasons"),
        (date(2026, 1, 10), DayKind.WORKED, "x", "the day: expected a weekday"),
    ],
    ids=["far off", "no reasons", "a Saturday that is worked"],
)
def test_a_day_that_cannot_be_said_is_refused(
    library: Engine, day: date, counts_as: DayKind, reasons: str, says: str
) -> None:
    with pytest.raises(BadInput) as bad:
        library.set_day(day, counts_as, reasons=reasons, actor=LIBRARIAN_1)
    assert says in str(bad.value)
    assert library.overrides().days == ()


# --- who is away ------------------------------------------------------------------------------------------


@pytest.fixture
def manned(library: Engine) -> Engine:
    """The same, with two people on its list."""
    for name in ("Al", "Bo"):
        library.add_person(name, role="keeper", email=f"{name}@example.org", actor=LIBRARIAN_1)
    return library


def away(library: Engine, name: str = "Al", deputy: str | None = "Bo", last: date = date(2026, 1, 9)) -> Absence:
    return library.add_absence(name, from_day=FROM, to_day=last, deputy=deputy, actor=LIBRARIAN_1)


def test_an_absence_is_kept_until_its_last_day_is_over(manned: Engine, present: MovableTime) -> None:
    kept = away(manned)
    assert manned.absences() == (kept,)
    present.at = evening_of(date(2026, 1, 9))
    assert manned.absences() == (kept,)
    present.at = evening_of(date(2026, 1, 10))
    assert manned.absences() == ()


def test_an_absence_from_the_same_day_takes_the_former_one_s_place(manned: Engine) -> None:
    away(manned)
    shorter = away(manned, deputy=None, last=date(2026, 1, 7))
    assert manned.absences() == (shorter,)


def test_a_person_back_early_is_away_no_longer_until_their_next_absence(manned: Engine, present: MovableTime) -> None:
    present.at = evening_of(date(2026, 1, 7))
    away(manned)
    manned.add_absence("Al", from_day=date(2026, 2, 2), to_day=date(2026, 2, 6), deputy=None, actor=LIBRARIAN_1)
    away(manned, "Bo", None)
    ended = manned.end_absences("Al", actor=LIBRARIAN_1)
    assert [one.from_day for one in ended] == [FROM]
    assert [(one.name, one.from_day) for one in manned.absences()] == [("Al", date(2026, 2, 2)), ("Bo", FROM)]
    with pytest.raises(BadValue, match="absent on 7 January 2026, found one from 2 February 2026: give its first day"):
        manned.end_absences("Al", actor=LIBRARIAN_1)
    manned.end_absences("Al", day=date(2026, 2, 2), actor=LIBRARIAN_1)
    assert [one.name for one in manned.absences()] == ["Bo"]
    # Until the day before they were away: that stays.
    present.at = evening_of(date(2026, 1, 6))
    assert next((one.name, one.to_day) for one in manned.absences()) == ("Al", date(2026, 1, 6))


def test_only_an_absence_can_end(manned: Engine) -> None:
    with pytest.raises(BadValue, match="Al: expected a person who is absent on 5 January 2026, found no absence"):
        manned.end_absences("Al", actor=LIBRARIAN_1)
    with pytest.raises(UnknownPerson):
        manned.end_absences("Ann Other", actor=LIBRARIAN_1)
    with pytest.raises(NotAllowed):
        manned.end_absences("Al", actor=READER_1)


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"last": date(2026, 1, 4)}, BadValue, "the last day: expected 5 January 2026, the first day, or later"),
        ({"deputy": "Al"}, BadValue, "the deputy: expected another person, found Al"),
        ({"deputy": "Cy"}, UnknownPerson, "Cy is not among the people"),
        ({"name": "Cy"}, UnknownPerson, "Cy is not among the people"),
    ],
    ids=["backwards", "themselves", "an unknown deputy", "an unknown person"],
)
def test_an_absence_that_cannot_be_is_refused(
    manned: Engine, given: dict[str, object], error: type[BadInput], says: str
) -> None:
    with pytest.raises(error) as bad:
        away(manned, **given)  # type: ignore[arg-type]
    assert says in str(bad.value)
    assert manned.absences() == ()


@pytest.mark.parametrize(("first", "last"), [(1, 5), (9, 9), (9, 20), (1, 20)])
def test_absences_of_a_person_do_not_overlap(manned: Engine, first: int, last: int) -> None:
    def absent(name: str, first: int, last: int) -> None:
        manned.add_absence(
            name, from_day=date(2026, 2, first), to_day=date(2026, 2, last), deputy=None, actor=LIBRARIAN_1
        )

    absent("Al", 5, 9)
    with pytest.raises(BadValue, match="Al is not away already, unlike from 5 February 2026 to 9 February 2026"):
        absent("al", first, last)
    absent("Bo", first, last)
    absent("Al", 10, 12)
    absent("Al", 5, 8)
    assert [(one.from_day.day, one.to_day.day) for one in manned.absences() if one.name == "Al"] == [(5, 8), (10, 12)]


# --- who has left ---------------------------------------------------------------------------------------


@pytest.fixture
def office(database_url: str) -> Iterator[Engine]:
    """A library on each kind of database, with two librarians, one of them its keeper, too."""
    store = Database(database_url)
    store.create()
    made = Engine(store, (ESCALATED_LOAN, CLAIM), now=lambda: evening_of(ASKED_ON))
    for name, role in (("Al", "librarian"), ("Bo", ("librarian", "keeper"))):
        made.add_person(name, role=role, email=f"{name}@example.org", actor=LIBRARIAN_1)
    yield made
    store.close()


def test_notices_for_a_removed_person_are_withdrawn(library: Engine, present: MovableTime) -> None:
    library.add_person("Lee", role="librarian", email="lee@example.org", actor=LIBRARIAN_1)
    library.add_person("Mo", role="librarian", email="mo@example.org", actor=LIBRARIAN_1)
    ask(library)
    present.at = evening_of(date(2026, 1, 13))
    library.sweep()
    outbox = library.messages
    assert {one.notice.person for one in outbox.pending_notices(NoticeState.WAITING)} == {"Lee", "Mo"}
    library.remove_person("Lee", actor=LIBRARIAN_1)
    assert {one.notice.person for one in outbox.pending_notices(NoticeState.WAITING)} == {"Mo"}


def test_a_removed_person_may_not_act_and_gets_no_messages(office: Engine) -> None:
    away(office, "Bo", deputy="Al")
    ref = ask(office)
    assert office.remove_person("Bo", actor=LIBRARIAN_1).roles == ()
    assert [person.name for person in office.people()] == ["Al"]
    assert office.absences() == ()
    with pytest.raises(UnknownPerson):
        office.actor("Bo")
    ahead = office.sweep(at=evening_of(date(2026, 2, 10)), dry_run=True)
    assert {name for one in ahead.fired for name in one.recipients} == {"Al"}
    assert office.history(ref)[0].recorded_by == READER_1.name


def test_one_role_can_be_removed_and_a_removed_person_can_return(office: Engine) -> None:
    assert office.remove_person("Bo", role="keeper", actor=LIBRARIAN_1).roles == ("librarian",)
    assert office.actor("Bo").roles == {"librarian"}
    office.remove_person("Bo", actor=LIBRARIAN_1)
    back = office.add_person("Bo", role="keeper", actor=LIBRARIAN_1)
    assert (back.roles, back.email) == (("keeper",), None)
    assert office.actor("Bo").roles == {"keeper"}


def test_who_manages_nothing_can_leave_though_no_manager_is_on_the_list(manned: Engine) -> None:
    manned.remove_person("Al", actor=LIBRARIAN_1)
    assert [person.name for person in manned.people()] == ["Bo"]


@pytest.mark.parametrize(
    ("name", "role", "says"),
    [
        ("Cy", None, "Cy is not among the people"),
        ("Al", "keeper", "the role: expected one that Al holds: librarian, found keeper"),
        ("Bo", None, "only Bo can now. First make another person librarian"),
        ("Bo", "librarian", "only Bo can now. First make another person librarian"),
    ],
    ids=["an unknown person", "a role that they do not hold", "the last manager", "the last manager's role"],
)
def test_the_last_manager_and_unknown_people_cannot_be_removed(
    office: Engine, name: str, role: str | None, says: str
) -> None:
    if name == "Bo":
        office.remove_person("Al", actor=LIBRARIAN_1)
    before = office.people()
    with pytest.raises(BadInput) as bad:
        office.remove_person(name, role=role, actor=LIBRARIAN_1)
    assert says in str(bad.value)
    assert office.people() == before


# --- by whom --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [KEEPER_1, READER_1], ids=lambda actor: actor.name)
def test_only_a_manager_changes_settings(manned: Engine, actor: Actor) -> None:
    with pytest.raises(NotAllowed, match="may not set terms"):
        manned.set_term("loan", "inspect", term=days(3), from_day=FROM, reasons="x", actor=actor)
    with pytest.raises(NotAllowed, match="may not set working days"):
        manned.set_day(date(2026, 1, 9), DayKind.CLOSED, reasons="x", actor=actor)
    with pytest.raises(NotAllowed, match="may not manage absences"):
        manned.add_absence("Al", from_day=FROM, to_day=FROM, deputy=None, actor=actor)
    with pytest.raises(NotAllowed, match="may not manage people"):
        manned.remove_person("Al", actor=actor)
