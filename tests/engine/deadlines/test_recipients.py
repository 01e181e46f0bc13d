"""Find the recipients of an escalation level."""

from __future__ import annotations

from datetime import date

import pytest

from casereview.engine.deadlines.recipients import Directory, RecipientFinder, Recipients, holders_in
from casereview.engine.definition.deadline import Deadline, EscalationLevel, Holder
from casereview.engine.model.case import Case
from casereview.engine.model.organisations import Organisation
from casereview.engine.model.people import Absence, Person

from ...support.changed_copies import replace
from ...support.loan_decisions import loan_after_steps, open_loan
from ...support.loan_workflow import DIRECTORY, ESCALATED_LOAN, ESCALATION_LEVELS, person_named

TODAY = date(2026, 2, 6)
LIBRARIAN, CLERK, LEAD, CARRIER, KEEPER, TRUSTEE = DIRECTORY.people
LEVELS = {level.name: level for level in ESCALATION_LEVELS}


def reach(
    level: str,
    *people: Person,
    deadline: str = "decide",
    case: Case | None = None,
    absences: tuple[Absence, ...] = (),
    day: date = TODAY,
) -> Recipients:
    """Return the recipients of a level on 6 February, if these people are on the list."""
    reaching = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=case or open_loan(workflow=ESCALATED_LOAN).case,
        deadline=ESCALATED_LOAN.deadline(deadline),
        escalation_policy=ESCALATION_LEVELS,
        directory=Directory(people=people, absences=absences),
        day=day,
    )
    return reaching.recipients_of(LEVELS[level])


def away(name: str, deputy: str | None, first: date = TODAY, last: date = TODAY) -> Absence:
    return Absence(name=name, from_day=first, to_day=last, deputy=deputy)


@pytest.mark.parametrize(
    ("name", "level", "may"),
    [
        ("Librarian 1", "owner", True),
        ("Keeper 1", "owner", True),
        ("Librarian 1", "keeper", False),
        ("Deputy 2", "owner", True),
        ("Donor", "owner", False),
        ("Donor", "a level of former days", True),
    ],
    ids=["holder", "holder of a higher role", "lower role", "deputy's deputy", "never notified", "unknown level"],
)
def test_a_level_may_still_be_meant_for_who_holds_its_role(name: str, level: str, *, may: bool) -> None:
    people = (
        *DIRECTORY.people,
        *(person_named(f"Deputy {number}") for number in (1, 2)),
        person_named("Donor", "donor"),
    )
    absences = (away("Librarian 1", "Deputy 1"), away("Deputy 1", "Deputy 2"), away("Deputy 2", None))
    finder = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=open_loan(workflow=ESCALATED_LOAN).case,
        deadline=ESCALATED_LOAN.deadline("decide"),
        escalation_policy=ESCALATION_LEVELS,
        directory=Directory(people=people, absences=absences),
        day=TODAY,
    )
    assert finder.may_be_notified(next(one for one in people if one.name == name), level) is may


# --- holders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "deadline", "notified", "on_hold"),
    [
        ("reminder", "decide", ("Librarian 1",), False),
        ("owner", "decide", ("Librarian 1",), False),
        ("owner", "pack", ("Clerk of branch 1",), False),
        ("branch", "pack", ("Lead of branch 1",), False),
        ("keeper", "decide", ("Keeper 1",), False),
        ("trustee", "decide", ("Trustee 1",), True),
    ],
)
def test_each_level_reaches_the_holders_of_its_role(
    level: str, deadline: str, notified: tuple[str, ...], on_hold: bool
) -> None:
    assert reach(level, *DIRECTORY.people, deadline=deadline) == Recipients(people=notified, on_hold=on_hold)


def test_all_holders_of_a_role_are_notified_in_alphabetical_order() -> None:
    found = reach(
        "owner", person_named("Bo", "librarian"), person_named("Al", "clerk", "librarian"), person_named("Cy", "clerk")
    )
    assert found.people == ("Al", "Bo")


@pytest.mark.parametrize(
    ("organisation", "notified"),
    [("library  1", ("Lead",)), ("Library 2", ()), (None, ())],
    ids=["however it is typed", "of another organisation", "of none"],
)
def test_people_of_an_organisation_are_notified_of_its_cases_only(
    organisation: str | None, notified: tuple[str, ...]
) -> None:
    assert (
        reach("branch", person_named("Lead", "branch_lead", organisation=organisation), deadline="pack").people
        == notified
    )


def test_the_holder_that_a_case_names_is_the_only_recipient() -> None:
    people = (person_named("Courier 1", "courier"), person_named("Courier 2", "courier"))
    named = loan_after_steps(("name_courier", date(2026, 1, 6), {"courier": "Courier 2"}), workflow=ESCALATED_LOAN)
    assert reach("owner", *people, deadline="collect").people == ("Courier 1", "Courier 2")
    assert reach("owner", *people, deadline="collect", case=named).people == ("Courier 2",)


def test_the_last_declared_step_that_names_a_holder_applies() -> None:
    again = Holder(role="courier", step="lend", field="partner")
    workflow = replace(ESCALATED_LOAN, holders=(*ESCALATED_LOAN.holders, again))
    named = loan_after_steps(("name_courier", date(2026, 1, 6), {"courier": "Courier 1"}), workflow=workflow)
    people = (person_named("Courier 1", "courier"), person_named("Courier 2", "courier"))
    deadline = workflow.deadline("collect")

    def notified(case: Case) -> tuple[str, ...]:
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
            .recipients_of(LEVELS["owner"])
            .people
        )

    assert notified(named) == ("Courier 1",)
    assert notified(replace(named, data={**named.data, "lend": {"partner": None}})) == ("Courier 1",)
    assert notified(replace(named, data={**named.data, "lend": {"partner": "Courier 2"}})) == ("Courier 2",)


def test_a_level_for_the_owners_organisation_is_skipped_without_one() -> None:
    assert reach("branch", *DIRECTORY.people) == Recipients(applies=False)
    nobodys = replace(open_loan(workflow=ESCALATED_LOAN).case, organisations=())
    assert reach("branch", *DIRECTORY.people, deadline="pack", case=nobodys) == Recipients(applies=False)


# --- absences -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "notified"),
    [
        (date(2026, 2, 1), "Librarian 1"),
        (date(2026, 2, 2), "Deputy"),
        (date(2026, 2, 6), "Deputy"),
        (date(2026, 2, 7), "Librarian 1"),
    ],
    ids=["before", "on the first day", "on the last day", "after"],
)
def test_the_deputy_of_an_absent_person_is_notified(day: date, notified: str) -> None:
    absence = away("Librarian 1", "Deputy", date(2026, 2, 2), date(2026, 2, 6))
    found = reach("owner", LIBRARIAN, person_named("Deputy", "clerk"), absences=(absence,), day=day)
    assert found == Recipients(people=(notified,))


def test_the_deputy_of_an_absent_deputy_is_notified() -> None:
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
def test_without_a_deputy_the_next_level_is_notified(absences: tuple[Absence, ...]) -> None:
    found = reach("owner", LIBRARIAN, person_named("Al", "clerk"), KEEPER, absences=absences)
    assert found == Recipients(people=("Keeper 1",), unreachable="no librarian with an address was available")


def test_a_person_with_two_reasons_is_notified_once() -> None:
    found = reach("owner", LIBRARIAN, person_named("Al", "librarian"), absences=(away("Librarian 1", "Al"),))
    assert found.people == ("Al",)


# --- levels without recipients --------------------------------------------------------------------


@pytest.mark.parametrize(
    "owner", [(), (person_named("Librarian 1", "librarian", email=None),)], ids=["no such person", "no address"]
)
def test_a_level_without_recipients_goes_to_the_next_that_has_any(owner: tuple[Person, ...]) -> None:
    missing = "no librarian with an address was available"
    assert reach("owner", *owner, KEEPER, TRUSTEE) == Recipients(people=("Keeper 1",), unreachable=missing)
    # A notice to a trustee waits for release, whatever the level.
    assert reach("owner", *owner, TRUSTEE) == Recipients(people=("Trustee 1",), on_hold=True, unreachable=missing)
    assert reach("owner", *owner) == Recipients(unreachable=missing)


def test_the_next_level_is_the_next_in_time_that_applies() -> None:
    policy = (EscalationLevel(name="last", to="trustee", working_days=9), *ESCALATION_LEVELS)
    reaching = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=open_loan(workflow=ESCALATED_LOAN).case,
        deadline=ESCALATED_LOAN.deadline("decide"),
        escalation_policy=policy,
        directory=Directory(people=(LEAD, KEEPER, TRUSTEE)),
        day=TODAY,
    )
    assert reaching.recipients_of(LEVELS["owner"]).people == ("Trustee 1",)
    assert reaching.recipients_of(LEVELS["keeper"]).people == ("Keeper 1",)


def test_a_level_without_recipients_never_goes_to_an_earlier_one() -> None:
    assert reach("trustee", LIBRARIAN, KEEPER) == Recipients(unreachable="no trustee with an address was available")


def test_a_named_holder_who_is_not_on_the_list_is_no_recipient() -> None:
    named = loan_after_steps(
        ("name_courier", date(2026, 1, 6), {"courier": "Somebody who has left"}), workflow=ESCALATED_LOAN
    )
    found = reach("owner", CARRIER, KEEPER, deadline="collect", case=named)
    assert found == Recipients(people=("Keeper 1",), unreachable="no courier with an address was available")


def test_every_name_of_an_organisation_is_the_same_one() -> None:
    case = open_loan(workflow=ESCALATED_LOAN).case
    (name,) = case.organisations
    lead = replace(LEAD, holdings=tuple(replace(one, organisation="The first") for one in LEAD.holdings))
    branch = next(role for role in ESCALATED_LOAN.roles if role.name == lead.holdings[0].role)
    assert holders_in(ESCALATED_LOAN, case, branch, Directory(people=(lead,))) == ()
    listed = (Organisation(name="Main library", aliases=(name, "The First")),)
    assert holders_in(ESCALATED_LOAN, case, branch, Directory(people=(lead,), organisations=listed)) == (lead,)


def test_a_holder_named_before_they_got_another_name_is_still_the_holder() -> None:
    directory = Directory(people=(replace(KEEPER, former_names=("Keeper 0",)),))
    assert directory.person("keeper 0") == directory.person(KEEPER.name)


# --- roles that are never notified ----------------------------------------------------------------


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
def test_holders_of_a_role_that_is_never_notified_get_nothing(
    people: tuple[Person, ...], absences: tuple[Absence, ...]
) -> None:
    found = reach("owner", *people, KEEPER, absences=absences)
    assert found.people == ("Keeper 1",)


def test_a_deadline_of_a_role_never_notified_reaches_the_next_level() -> None:
    theirs: Deadline = replace(ESCALATED_LOAN.deadline("decide"), owner="donor")
    reaching = RecipientFinder(
        workflow=ESCALATED_LOAN,
        case=open_loan(workflow=ESCALATED_LOAN).case,
        deadline=theirs,
        escalation_policy=ESCALATION_LEVELS,
        directory=Directory(people=(person_named("Donor 1", "donor"), KEEPER)),
        day=TODAY,
    )
    assert reaching.recipients_of(LEVELS["owner"]).people == ("Keeper 1",)
