"""Whom a rung reaches: who holds its role in this case, or stands in; and never the family."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casereview.engine.deadlines.recipients import Directory, RecipientFinder, Recipients
from casereview.engine.definition.deadline import Deadline, EscalationLevel, Holder
from casereview.engine.model.case import Case
from casereview.engine.model.people import Absence, Person

from ...support.library_decisions import loan_after_steps, open_loan
from ...support.library_workflow import DIRECTORY, ESCALATED_LOAN, ESCALATION_LEVELS, person_named

TODAY = date(2026, 2, 6)
LIBRARIAN, CLERK, LEAD, CARRIER, KEEPER, TRUSTEE = DIRECTORY.people
RUNGS = {rung.name: rung for rung in ESCALATION_LEVELS}


def reach(
    rung: str,
    *people: Person,
    deadline: str = "decide",
    case: Case | None = None,
    absences: tuple[Absence, ...] = (),
    day: date = TODAY,
) -> Recipients:
    """Whom a rung of the ladder reaches, on 6 February, where these people are on the list."""
    reaching = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=case or open_loan(workflow=ESCALATED_LOAN).case,
        deadline=ESCALATED_LOAN.deadline(deadline),
        escalation_policy=ESCALATION_LEVELS,
        directory=Directory(people=people, absences=absences),
        day=day,
    )
    return reaching.recipients_of(RUNGS[rung])


def away(name: str, deputy: str | None, first: date = TODAY, last: date = TODAY) -> Absence:
    return Absence(name=name, from_day=first, to_day=last, deputy=deputy)


# --- who is meant -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rung", "deadline", "told", "held"),
    [
        ("reminder", "decide", ("Librarian 1",), False),
        ("owner", "decide", ("Librarian 1",), False),
        ("owner", "pack", ("Clerk of branch 1",), False),
        ("branch", "pack", ("Lead of branch 1",), False),
        ("keeper", "decide", ("Keeper 1",), False),
        ("trustee", "decide", ("Trustee 1",), True),
    ],
)
def test_each_rung_reaches_those_whom_it_names(rung: str, deadline: str, told: tuple[str, ...], held: bool) -> None:
    assert reach(rung, *DIRECTORY.people, deadline=deadline) == Recipients(people=told, on_hold=held)


def test_all_who_hold_a_role_are_told_in_the_order_of_their_names() -> None:
    found = reach(
        "owner", person_named("Bo", "librarian"), person_named("Al", "clerk", "librarian"), person_named("Cy", "clerk")
    )
    assert found.people == ("Al", "Bo")


@pytest.mark.parametrize(
    ("agency", "told"),
    [("library  1", ("Lead",)), ("Library 2", ()), (None, ())],
    ids=["however it is typed", "of another agency", "of none"],
)
def test_who_acts_for_an_agency_is_told_of_its_own_cases_alone(agency: str | None, told: tuple[str, ...]) -> None:
    assert reach("branch", person_named("Lead", "branch_lead", agency=agency), deadline="pack").people == told


def test_whoever_the_case_itself_names_is_told_and_nobody_else_of_that_role() -> None:
    people = (person_named("Courier 1", "courier"), person_named("Courier 2", "courier"))
    named = loan_after_steps(("name_courier", date(2026, 1, 6), {"courier": "Courier 2"}), workflow=ESCALATED_LOAN)
    assert reach("owner", *people, deadline="collect").people == ("Courier 1", "Courier 2")
    assert reach("owner", *people, deadline="collect", case=named).people == ("Courier 2",)


def test_of_several_steps_that_name_somebody_the_last_declared_one_that_was_taken_counts() -> None:
    again = Holder(role="courier", step="lend", field="partner")
    workflow = replace(ESCALATED_LOAN, holders=(*ESCALATED_LOAN.holders, again))
    named = loan_after_steps(("name_courier", date(2026, 1, 6), {"courier": "Courier 1"}), workflow=workflow)
    people = (person_named("Courier 1", "courier"), person_named("Courier 2", "courier"))
    deadline = workflow.deadline("collect")

    def told(case: Case) -> tuple[str, ...]:
        who = Directory(people=people)
        return (
            RecipientFinder(
                workflow=workflow,
                case=case,
                deadline=deadline,
                escalation_policy=ESCALATION_LEVELS,
                directory=who,
                day=TODAY,
            )
            .recipients_of(RUNGS["owner"])
            .people
        )

    assert told(named) == ("Courier 1",)
    assert told(replace(named, data={**named.data, "lend": {"partner": None}})) == ("Courier 1",)
    assert told(replace(named, data={**named.data, "lend": {"partner": "Courier 2"}})) == ("Courier 2",)


def test_the_owner_s_agency_is_passed_over_where_the_owner_belongs_to_none() -> None:
    assert reach("branch", *DIRECTORY.people) == Recipients(applies=False)
    nobodys = replace(open_loan(workflow=ESCALATED_LOAN).case, organisations=())
    assert reach("branch", *DIRECTORY.people, deadline="pack", case=nobodys) == Recipients(applies=False)


# --- who is away ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 2, 1), "Librarian 1"),
        (date(2026, 2, 2), "Deputy"),
        (date(2026, 2, 6), "Deputy"),
        (date(2026, 2, 7), "Librarian 1"),
    ],
    ids=["before", "on the first day", "on the last day", "after"],
)
def test_an_absent_person_s_deputy_is_told(day: date, told: str) -> None:
    absence = away("Librarian 1", "Deputy", date(2026, 2, 2), date(2026, 2, 6))
    found = reach("owner", LIBRARIAN, person_named("Deputy", "clerk"), absences=(absence,), day=day)
    assert found == Recipients(people=(told,))


def test_a_deputy_who_is_away_too_is_stood_in_for() -> None:
    absences = (away("Librarian 1", "Al"), away("Al", "Bo"))
    found = reach("owner", LIBRARIAN, person_named("Al", "clerk"), person_named("Bo", "clerk"), absences=absences)
    assert found.people == ("Bo",)


@pytest.mark.parametrize(
    "absences",
    [
        (away("Librarian 1", None),),
        (away("Librarian 1", "Somebody who has left"),),
        (away("Librarian 1", "Al"), away("Al", "Librarian 1")),
        (away("Librarian 1", "Al"), away("Al", None)),
    ],
    ids=["no deputy", "a deputy who is not there", "each other's deputy", "a deputy away without one"],
)
def test_where_nobody_stands_in_the_next_rung_is_told(absences: tuple[Absence, ...]) -> None:
    found = reach("owner", LIBRARIAN, person_named("Al", "clerk"), KEEPER, absences=absences)
    assert found == Recipients(people=("Keeper 1",), unreachable="no librarian with an address was available")


def test_one_who_is_told_twice_over_is_told_once() -> None:
    found = reach("owner", LIBRARIAN, person_named("Al", "librarian"), absences=(away("Librarian 1", "Al"),))
    assert found.people == ("Al",)


# --- nobody to tell ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "owner", [(), (person_named("Librarian 1", "librarian", email=None),)], ids=["no such person", "no address"]
)
def test_nobody_to_tell_goes_to_the_next_rung_that_has_somebody(owner: tuple[Person, ...]) -> None:
    missing = "no librarian with an address was available"
    assert reach("owner", *owner, KEEPER, TRUSTEE) == Recipients(people=("Keeper 1",), unreachable=missing)
    # What reaches a chair waits for release, on whatever rung.
    assert reach("owner", *owner, TRUSTEE) == Recipients(people=("Trustee 1",), on_hold=True, unreachable=missing)
    assert reach("owner", *owner) == Recipients(unreachable=missing)


def test_the_next_rung_is_the_next_in_time_and_one_that_applies() -> None:
    ladder = (EscalationLevel(name="last", to="trustee", working_days=9), *ESCALATION_LEVELS)
    reaching = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=open_loan(workflow=ESCALATED_LOAN).case,
        deadline=ESCALATED_LOAN.deadline("decide"),
        escalation_policy=ladder,
        directory=Directory(people=(LEAD, KEEPER, TRUSTEE)),
        day=TODAY,
    )
    assert reaching.recipients_of(RUNGS["owner"]).people == ("Trustee 1",)
    assert reaching.recipients_of(RUNGS["keeper"]).people == ("Keeper 1",)


def test_nobody_goes_down_the_ladder() -> None:
    assert reach("trustee", LIBRARIAN, KEEPER) == Recipients(unreachable="no trustee with an address was available")


def test_whom_the_case_names_and_nobody_knows_is_nobody() -> None:
    named = loan_after_steps(
        ("name_courier", date(2026, 1, 6), {"courier": "Somebody who has left"}), workflow=ESCALATED_LOAN
    )
    found = reach("owner", CARRIER, KEEPER, deadline="collect", case=named)
    assert found == Recipients(people=("Keeper 1",), unreachable="no courier with an address was available")


# --- never the family -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "absences"),
    [
        ((person_named("Donor 1", "donor", "librarian"),), ()),
        ((person_named("Donor 1", "donor"), LIBRARIAN), (away("Librarian 1", "Donor 1"),)),
        (
            (person_named("Librarian 1", "donor", "librarian"), person_named("Al", "clerk")),
            (away("Librarian 1", "Al"),),
        ),
    ],
    ids=["in another role", "as a deputy", "by a deputy"],
)
def test_whoever_is_family_is_never_chased(people: tuple[Person, ...], absences: tuple[Absence, ...]) -> None:
    found = reach("owner", *people, KEEPER, absences=absences)
    assert found.people == ("Keeper 1",)


def test_a_deadline_of_the_family_s_reaches_the_next_rung() -> None:
    theirs: Deadline = replace(ESCALATED_LOAN.deadline("decide"), owner="donor")
    reaching = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=open_loan(workflow=ESCALATED_LOAN).case,
        deadline=theirs,
        escalation_policy=ESCALATION_LEVELS,
        directory=Directory(people=(person_named("Donor 1", "donor"), KEEPER)),
        day=TODAY,
    )
    assert reaching.recipients_of(RUNGS["owner"]).people == ("Keeper 1",)
