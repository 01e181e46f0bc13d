"""The unit's own record: people, absences, days and terms as steps of one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine import Engine
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.definition.registry import Registry
from casereview.engine.definition.unit.workflow import STEPS, unit_workflow
from casereview.engine.definition.validation import errors_within
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.faults import UnsoundWorkflow
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownRole, UnknownWorkflow
from casereview.engine.model.calendar import days, working_days
from casereview.engine.model.case import UNIT
from casereview.engine.model.commands import Step
from casereview.engine.model.people import Actor, RoleHolding
from casereview.engine.ports.records import Selection
from casereview.engine.unit.state import UnitState
from casereview.engine.unit.steps import UNIT_STEPS, unit_state
from casereview.persistence import Database

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import CLAIM, LIBRARIAN, LIBRARIAN_1, LOAN
from ...support.movable_time import MovableTime

DAY = date(2026, 10, 5)
NOTIFY = "ntfy://topic-1"


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """Return an engine over a record in which nothing is registered."""
    return Engine(database, (LOAN, CLAIM), now=present)


def fill(engine: Engine) -> None:
    """Take every step at least once."""
    engine.add_person("Person 1", role="librarian", actor=LIBRARIAN_1, email="1@example.org", notify=NOTIFY)
    engine.add_person("Person 2", role="reader", actor=LIBRARIAN_1, organisation="Library 1")
    engine.add_person("Person 3", role=("clerk", "keeper"), actor=LIBRARIAN_1)
    engine.change_person("person 2", role="clerk", actor=LIBRARIAN_1, email="2@example.org")
    engine.remove_person("Person 3", role="clerk", actor=LIBRARIAN_1)
    engine.recover_manager("Person 1", role="librarian", reasons="A test.", actor=replace(LIBRARIAN_1, account="one"))
    engine.add_absence("Person 1", from_day=DAY, to_day=DAY + timedelta(9), deputy="Person 2", actor=LIBRARIAN_1)
    engine.add_absence("Person 2", from_day=DAY, to_day=DAY + timedelta(9), deputy="Person 3", actor=LIBRARIAN_1)
    engine.add_absence("Person 2", from_day=date(2026, 12, 1), to_day=date(2026, 12, 4), deputy=None, actor=LIBRARIAN_1)
    engine.end_absences("Person 2", day=DAY + timedelta(2), actor=LIBRARIAN_1)
    engine.add_absence("Person 3", from_day=DAY, to_day=DAY, deputy=None, actor=LIBRARIAN_1)
    engine.change_person("Person 2", new_name="Person 2 (desk)", actor=LIBRARIAN_1)
    engine.change_person("Person 2 (desk)", new_name="Person 2", actor=LIBRARIAN_1)
    engine.add_organisation("Library 1", aliases=("L1", "The first library"), actor=LIBRARIAN_1)
    engine.add_organisation("Library 2", actor=LIBRARIAN_1)
    engine.change_organisation("L1", new_name="Main library", remove_aliases=("the first library",), actor=LIBRARIAN_1)
    engine.remove_organisation("Library 2", actor=LIBRARIAN_1)
    engine.set_day(date(2026, 10, 9), DayKind.CLOSED, reasons="Stocktaking.", actor=LIBRARIAN_1)
    engine.set_day(date(2026, 10, 9), DayKind.AS_USUAL, reasons="Put off.", actor=LIBRARIAN_1)
    engine.set_calendar("scotland", reasons="The library moved.", actor=LIBRARIAN_1)
    engine.set_term("loan", "inspect", term=working_days(10), from_day=DAY, reasons="Agreed.", actor=LIBRARIAN_1)
    engine.set_term("loan", "display", term=days(3), from_day=DAY, reasons="Agreed.", actor=LIBRARIAN_1)


def state_of(engine: Engine) -> UnitState:
    return unit_state(engine.history(UNIT), engine.stored_values(UNIT))


def test_the_tables_hold_what_the_events_amount_to(engine: Engine) -> None:
    fill(engine)
    state = state_of(engine)
    assert sorted(state.people.values(), key=lambda one: one.name) == list(engine.people())
    assert state.named_absences == engine.absences(since=DAY)
    assert state.overrides == engine.overrides()
    assert {event.trigger for event in engine.history(UNIT)} == set(UNIT_STEPS)
    assert set(UNIT_STEPS) == {trigger for trigger, _, _ in STEPS} | {engine.workflows.unit.opening.trigger}


def test_a_person_who_leaves_takes_their_absences_along(engine: Engine) -> None:
    fill(engine)
    engine.remove_person("Person 3", actor=LIBRARIAN_1)
    assert [(one.name, one.deputy) for one in engine.absences(since=DAY)] == [
        ("Person 1", "Person 2"),
        ("Person 2", None),
        ("Person 2", None),
    ]
    assert state_of(engine).named_absences == engine.absences(since=DAY)


def test_an_absence_ends_on_the_first_day_back_and_a_later_one_stays(engine: Engine) -> None:
    fill(engine)
    engine.end_absences("Person 1", day=DAY, actor=LIBRARIAN_1)
    assert [(one.name, one.to_day) for one in engine.absences(since=DAY)] == [
        ("Person 2", DAY + timedelta(1)),
        ("Person 2", date(2026, 12, 4)),
        ("Person 3", DAY),
    ]


def test_the_record_is_opened_by_the_program_with_its_first_step(engine: Engine) -> None:
    engine.add_person("Person 1", role="librarian", actor=LIBRARIAN_1)
    opening, step = engine.history(UNIT)
    assert (opening.recorded_by, opening.trigger, opening.data) == ("system", "open_record", {"calendar": "GB-ENG"})
    assert (step.recorded_by, step.decided_by and step.decided_by.capacity) == (LIBRARIAN_1.name, "librarian")
    assert opening.command_id == step.command_id


def test_a_record_opened_by_a_fast_clock_is_changed_all_the_same(engine: Engine, present: MovableTime) -> None:
    engine.add_person("Person 1", role="librarian", actor=LIBRARIAN_1)
    present.at -= timedelta(300)
    engine.add_person("Person 2", role="librarian", actor=LIBRARIAN_1)
    assert [event.recorded_at for event in engine.history(UNIT)][1:] == [present.at + timedelta(300)] * 2


def test_a_rehearsal_says_so_in_its_first_event(present: MovableTime) -> None:
    database = Database("sqlite://")
    database.create(rehearsal=True)
    engine = Engine(database, (LOAN, CLAIM), now=present)
    engine.add_person("Person 1", role="librarian", actor=LIBRARIAN_1)
    assert state_of(engine).rehearsal
    assert engine.history(UNIT)[0].data == {"rehearsal": True, "calendar": "GB-ENG"}


def test_an_address_that_may_hold_a_token_is_sensitive(engine: Engine) -> None:
    fill(engine)
    assert NOTIFY not in str(engine.history(UNIT))
    assert [value.value for value in engine.stored_values(UNIT).values()] == [f'"{NOTIFY}"']


def test_the_record_as_of_an_instant_is_read_back(engine: Engine, present: MovableTime) -> None:
    engine.add_person("Person 1", role="librarian", actor=LIBRARIAN_1)
    then = present.at
    present.at = evening_of(DAY)
    engine.add_person("Person 2", role="librarian", actor=LIBRARIAN_1)
    before = unit_state(engine.history(UNIT, as_of=then), engine.stored_values(UNIT))
    assert [person.name for person in before.people.values()] == ["Person 1"]


def test_no_list_of_cases_shows_the_record(engine: Engine) -> None:
    fill(engine)
    assert engine.cases() == engine.case_summaries() == engine.state_counts() == engine.deadlines() == ()
    assert engine.cases(Selection(roots_only=False, limit=10)) == ()
    with pytest.raises(UnknownWorkflow):
        engine.cases(Selection(workflow="unit"))


def test_a_plain_step_cannot_change_the_record(engine: Engine) -> None:
    fill(engine)
    step = Step(ref=UNIT, trigger="remove_person", actor=LIBRARIAN_1, data={})
    with pytest.raises(Refused):
        engine.record(step)
    assert engine.available_steps(UNIT) == ()


def test_no_other_workflow_may_have_the_name() -> None:
    with pytest.raises(UnsoundWorkflow, match="The name unit is that of the unit's own record"):
        Registry((replace(CLAIM, name="unit"), LOAN))


def test_the_workflow_is_sound_and_found_by_its_version() -> None:
    # It has no end: it lasts as long as the record itself.
    assert list(errors_within(unit_workflow((LIBRARIAN,)))) == ["The state kept leads to no end state."]
    registry = Registry((LOAN, CLAIM))
    assert registry.version("unit", 1) is registry.unit
    assert registry.unit not in registry.all
    with pytest.raises(UnknownWorkflow, match="unit"):
        registry.version("unit", 2)


# --- the first manager ------------------------------------------------------------------------------------


SETTING_UP = Actor(name="Account 1", roles=("librarian",))


def test_a_record_gets_its_first_manager_once(engine: Engine) -> None:
    first = engine.add_first_manager("Account 1", role="librarian", actor=SETTING_UP)
    assert first is not None
    assert (first.name, first.roles) == ("Account 1", ("librarian",))
    assert engine.add_first_manager("Account 2", role="librarian", actor=SETTING_UP) is None
    assert engine.people() == (first,)


def test_a_record_without_a_manager_gets_one_again(engine: Engine) -> None:
    """As after a role was renamed: the people are still there, and nobody may manage them."""
    engine.add_person("Account 1", role="reader", actor=LIBRARIAN_1, organisation="Library 1")
    found = engine.add_first_manager("account 1", role="librarian", actor=SETTING_UP)
    assert found is not None
    assert found.holdings == (RoleHolding("librarian"), RoleHolding("reader", "Library 1"))
    assert engine.people() == (found,)


def test_the_first_manager_has_a_role_that_manages_people(engine: Engine) -> None:
    with pytest.raises(BadValue, match="one that manages people"):
        engine.add_first_manager("Account 1", role="clerk", actor=SETTING_UP)
    with pytest.raises(UnknownRole):
        engine.add_first_manager("Account 1", role="tea", actor=SETTING_UP)
