"""Lists, counts and single cases read through the engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import InvalidForm, PersonKnown
from casereview.engine.errors.base import CasereviewError
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.errors.unknown import UnknownCase, UnknownPerson, UnknownRole, UnknownState, UnknownWorkflow
from casereview.engine.forms.digests import with_stored_values
from casereview.engine.model.people import Actor, Person, RoleHolding
from casereview.engine.ports.records import Selection

from ..support.loan_decisions import clock, evening_of
from ..support.loan_engine import MONDAY, ask, inspect, take
from ..support.loan_workflow import CLERK_1, KEEPER_1, LIBRARIAN_1, RECORDS_BY_STEP, person_named
from ..support.movable_time import MovableTime


@pytest.mark.parametrize("ref", ["LN-2026-999", "", "ln-2026-001", "LN-2026-001 ", "'; DROP TABLE x; --"])
def test_a_reference_that_there_is_not_is_bad_input_everywhere(engine: Engine, ref: str) -> None:
    ask(engine)
    for asked in (
        lambda: engine.case(ref),
        lambda: engine.history(ref),
        lambda: engine.available_steps(ref),
        lambda: take(engine, ref, "inspect"),
        lambda: engine.record(inspect(ref)),
        lambda: engine.dry_run(inspect(ref)),
    ):
        with pytest.raises(UnknownCase) as caught:
            asked()
        assert caught.value.ref == ref


def five(engine: Engine) -> list[str]:
    """Five cases: one asked for long ago, one asked for lately, one approved, one refused, one claim."""
    long_ago = ask(engine, date(2025, 3, 3), library="Library 2").ref
    lately = ask(engine, date(2026, 9, 30)).ref
    approved = ask(engine, others=["Library 2"]).ref
    take(engine, approved, "inspect")
    take(engine, approved, "approve")
    refused = ask(engine).ref
    take(engine, refused, "refuse")
    claim = engine.open("claim", actor=KEEPER_1, data=RECORDS_BY_STEP["claim"], on=MONDAY).ref
    return [claim, long_ago, lately, approved, refused]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        pytest.param(Selection(), [0, 1, 2, 3, 4], id="everything, in the order of references"),
        pytest.param(Selection(workflow="loan"), [1, 2, 3, 4], id="of a workflow"),
        pytest.param(Selection(state="asked"), [1, 2], id="in a state"),
        pytest.param(Selection(workflow="claim", state="asked"), [], id="a state of another workflow"),
        pytest.param(Selection(organisation="Library 2"), [1, 3], id="in which an agency takes part"),
        pytest.param(Selection(organisation="Library"), [], id="an agency of nearly that name"),
        pytest.param(Selection(overdue_at=evening_of(date(2026, 10, 1))), [0, 1, 4], id="with something overdue"),
        pytest.param(Selection(overdue_at=evening_of(date(2026, 1, 20))), [1, 4], id="overdue earlier"),
        pytest.param(
            Selection(state="asked", organisation="Library 2", workflow="loan"), [1], id="all conditions at once"
        ),
        pytest.param(Selection(limit=2), [0, 1], id="at most two"),
        pytest.param(Selection(after="LN-2026-001", limit=1), [3], id="behind a reference"),
    ],
)
def test_cases_are_selected(engine: Engine, selection: Selection, found: list[int]) -> None:
    refs = five(engine)
    assert refs == ["CL-2026-001", "LN-2025-001", "LN-2026-001", "LN-2026-002", "LN-2026-003"]
    assert [case.ref for case in engine.cases(selection)] == [refs[index] for index in found]


def test_cases_are_counted_by_workflow_and_state(engine: Engine) -> None:
    assert engine.state_counts() == ()
    five(engine)
    found = engine.state_counts()
    assert sum(count.cases for count in found) == len(engine.cases())
    for count in found:
        assert count.cases == len(engine.cases(Selection(workflow=count.workflow, state=count.state)))


def test_a_case_reads_the_same_alone_and_among_others(engine: Engine) -> None:
    refs = five(engine)
    assert list(engine.cases()) == [engine.case(ref) for ref in refs]


@pytest.mark.parametrize(
    ("selection", "error"),
    [(Selection(workflow="sale"), UnknownWorkflow), (Selection(state="sold"), UnknownState)],
    ids=["a workflow", "a state"],
)
def test_what_there_is_not_cannot_be_selected(
    engine: Engine, selection: Selection, error: type[CasereviewError]
) -> None:
    with pytest.raises(error):
        engine.cases(selection)


def test_an_unknown_state_is_answered_with_those_that_there_are(engine: Engine) -> None:
    with pytest.raises(UnknownState) as caught:
        engine.cases(Selection(state="sold"))
    assert caught.value.known == (
        "asked",
        "approved",
        "lent",
        "returned",
        "refused",
        "written_off",
        "made",
        "settled",
    )


def test_the_steps_possible_now_are_judged_on_the_case_as_it_is(engine: Engine) -> None:
    ref = ask(engine).ref
    approve = [step for step in engine.available_steps(ref, KEEPER_1) if step.transition.trigger == "approve"]
    assert [block.guard for block in approve[0].blocked_by] == ["inspected"]
    take(engine, ref, "inspect")
    approve = [step for step in engine.available_steps(ref) if step.transition.trigger == "approve"]
    assert approve[0].blocked_by == ()


@pytest.mark.parametrize(
    ("at", "limit", "found"),
    [
        pytest.param(None, 100, [("LN-2026-001", "inspect"), ("LN-2026-002", "inspect"), ("LN-2026-001", "decide")],
                     id="now"),
        pytest.param(None, 1, [("LN-2026-001", "inspect")], id="the longest overdue of all"),
        pytest.param(datetime(2026, 1, 12, 23, 59, 59, tzinfo=UTC), 100, [], id="a second before a day is over"),
        pytest.param(datetime(2026, 1, 13, tzinfo=UTC), 100, [("LN-2026-001", "inspect")], id="when it is over"),
    ],
)  # fmt: skip
def test_what_is_overdue_is_given_the_longest_overdue_first(
    engine: Engine, present: MovableTime, at: datetime | None, limit: int, found: list[tuple[str, str]]
) -> None:
    present.at = evening_of(date(2026, 2, 7))
    ask(engine)
    ask(engine, date(2026, 1, 8))
    assert [(late.ref, late.clock.deadline) for late in engine.overdue(at=at, limit=limit)] == found


def test_what_is_overdue_says_of_which_case(engine: Engine) -> None:
    case = ask(engine)
    first = engine.overdue()[0]
    assert (first.ref, first.title, first.workflow, first.workflow_version) == (case.ref, "A globe", "loan", 1)
    assert first.clock == clock(case, "inspect")


def test_deadlines_are_listed_with_the_earliest_first(engine: Engine, present: MovableTime) -> None:
    present.at = evening_of(date(2026, 1, 7))
    first = ask(engine, library="Northtown").ref
    second = ask(engine, date(2026, 1, 7), library="Southtown").ref
    take(engine, first, "inspect", date(2026, 1, 7))

    def found(**asked: Any) -> list[tuple[str, str]]:
        return [(one.ref, one.clock.deadline) for one in engine.deadlines(**asked)]

    everything = [(second, "inspect"), (first, "decide"), (second, "decide")]
    assert found() == everything
    assert found(limit=2) == everything[:2]
    last = engine.deadlines()[0].clock.due
    assert found(until=last) == everything[:1]
    assert found(until=last - timedelta(days=1)) == []
    assert found(organisation="Northtown") == everything[1:2]
    assert found(organisation="Southtown", until=last) == everything[:1]
    assert found(organisation="Nowhere") == []


def test_what_is_sensitive_is_kept_apart_and_can_be_put_back(engine: Engine) -> None:
    given = {**RECORDS_BY_STEP["ask"], "reader": "Reader 2", "address": {"town": "Anytown", "street": "1 High Street"}}
    case = ask(engine, **given)
    assert "Reader 2" not in repr((case, engine.history(case.ref)))
    assert "High Street" not in repr((case, engine.history(case.ref)))
    assert case.data["ask"]["address"]["town"] == "Anytown"
    secrets = engine.stored_values(case.ref)
    assert with_stored_values(case.data["ask"], secrets) == given
    assert with_stored_values(engine.history(case.ref)[0].data, secrets) == given


def test_equal_sensitive_values_cannot_be_told_to_be_equal(engine: Engine) -> None:
    first, second = ask(engine, reader="Reader 2"), ask(engine, reader="Reader 2")
    assert first.data["ask"]["reader"] != second.data["ask"]["reader"]


def test_a_case_without_sensitive_values_has_none(engine: Engine) -> None:
    assert engine.stored_values(ask(engine).ref) == {}


def test_people_are_added_by_who_manages_them_and_act_in_their_roles(engine: Engine) -> None:
    added = engine.add_person(
        "Keeper 2", role="keeper", actor=LIBRARIAN_1, organisation="Library 1", email="keeper@example.org"
    )
    assert added == person_named("Keeper 2", "keeper", organisation="Library 1", email="keeper@example.org")
    assert added.id
    assert engine.actor("Keeper 2") == Actor(
        name="Keeper 2", roles=frozenset({"keeper"}), organisation="Library 1", id=added.id
    )


def test_a_person_may_have_many_roles_and_keeps_unmentioned_details(engine: Engine) -> None:
    engine.add_person("Person 1", role="reader", actor=LIBRARIAN_1, organisation="Library 1", email="old@example.org")
    engine.change_person("  person 1", role="keeper", actor=LIBRARIAN_1, email="new@example.org")
    again = engine.change_person("Person 1", role="keeper", actor=LIBRARIAN_1)
    holdings = (RoleHolding("keeper"), RoleHolding("reader", "Library 1"))
    expected = Person(name="Person 1", holdings=holdings, email="new@example.org")
    assert again == expected
    assert engine.people() == (expected,)


def test_another_person_of_a_known_name_takes_nothing_over(engine: Engine) -> None:
    first = engine.add_person("Chris Lee", role="reader", actor=LIBRARIAN_1, organisation="Library 1")
    for name in ("Chris Lee", "CHRIS\u00a0LEE"):
        with pytest.raises(PersonKnown, match="Chris Lee is on the list already, as reader of Library 1") as caught:
            engine.add_person(name, role="keeper", actor=LIBRARIAN_1, email="c@example.org")
    assert caught.value.facts() == {"name": "Chris Lee", "roles": ["reader"], "organisations": ["Library 1"]}
    assert engine.people() == (first,)
    second = engine.add_person("Chris Lee (Library 2)", role="keeper", actor=LIBRARIAN_1)
    assert len({first.id, second.id, ""}) == 3


def test_a_person_keeps_the_id_however_they_are_changed(engine: Engine) -> None:
    added = engine.add_person("Chris Lee", role=("reader", "keeper"), actor=LIBRARIAN_1)
    assert added.roles == ("keeper", "reader")
    changed = engine.change_person("chris lee", organisation="Library 2", actor=LIBRARIAN_1)
    assert (changed.id, changed.name, changed.roles) == (added.id, "Chris Lee", added.roles)
    assert engine.people()[0].id == added.id
    assert engine.actor("CHRIS LEE").name == "Chris Lee"


def test_nobody_is_changed_who_is_not_on_the_list(engine: Engine) -> None:
    with pytest.raises(UnknownPerson):
        engine.change_person("Chris Lee", role="reader", actor=LIBRARIAN_1)
    with pytest.raises(NotAllowed):
        engine.change_person("Chris Lee", role="reader", actor=CLERK_1)
    with pytest.raises(UnknownRole):
        engine.change_person("Chris Lee", role="king", actor=LIBRARIAN_1)


def test_people_are_listed_by_name(engine: Engine) -> None:
    for name in ("B", "C", "A"):
        engine.add_person(name, role="reader", actor=LIBRARIAN_1)
    assert [person.name for person in engine.people()] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("actor", "given", "error"),
    [
        pytest.param(KEEPER_1, {"role": "keeper"}, NotAllowed, id="somebody who manages nobody"),
        pytest.param(CLERK_1, {"role": "keeper"}, NotAllowed, id="somebody who only records for others"),
        pytest.param(LIBRARIAN_1, {"role": "king"}, UnknownRole, id="no such role"),
        pytest.param(LIBRARIAN_1, {"role": "keeper", "name": " "}, InvalidForm, id="blanks for a name"),
        pytest.param(LIBRARIAN_1, {"role": "keeper", "email": "x"}, InvalidForm, id="no address"),
    ],
)
def test_invalid_people_are_not_added(
    engine: Engine, actor: Actor, given: dict[str, Any], error: type[CasereviewError]
) -> None:
    with pytest.raises(error):
        engine.add_person(given.pop("name", "Person 1"), actor=actor, **given)
    assert engine.people() == ()


def test_a_refusal_names_the_roles_that_may_add_people(engine: Engine) -> None:
    with pytest.raises(NotAllowed) as caught:
        engine.add_person("Person 1", role="keeper", actor=CLERK_1)
    assert caught.value.facts() == {"actor": "Clerk 1", "action": "manage people", "roles": ["librarian"]}


def test_an_unknown_person_does_not_act(engine: Engine) -> None:
    with pytest.raises(UnknownPerson) as caught:
        engine.actor("Visitor 1")
    assert caught.value.name == "Visitor 1"
