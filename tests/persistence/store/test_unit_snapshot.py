"""Corrections and disposals of the unit's own record: its tables are what the events then amount to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from casereview.engine import Actor, BadValue, DayKind, Engine, NoManagerLeft, StillListed
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.calendar import days
from casereview.engine.model.case import UNIT
from casereview.engine.model.commands import Correct
from casereview.engine.model.dispose import Dispose
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from ...support.sample_record import verification_of

MANAGER = Actor(name="Sam Reed", roles=("business_manager",))
NOTIFY = "ntfy://topic-1"
FROM = date(2026, 3, 9)
MANAGER_ADDED = "the first add_person"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    made = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 3, 2, 12, tzinfo=UTC))
    made.add_person("Sam Reed", role="business_manager", actor=MANAGER)  # event 2
    made.add_person(
        "Kim Lee", role="agency_safeguarding_lead", organisation="Agncy 1", notify=NOTIFY, actor=MANAGER
    )  # event 3
    return made


def seq_of(engine: Engine, trigger: str) -> int:
    """Return the number of the latest event of a step: the program may have recorded some between."""
    return max(event.seq for event in engine.history(UNIT) if event.trigger == trigger)


def correct(engine: Engine, seq: int, **data: object) -> None:
    engine.record(Correct(ref=UNIT, seq=seq, actor=MANAGER, wrong="Mistyped.", reasons="Found.", data=data))


def test_a_correction_changes_the_list_of_people(engine: Engine, database: Database) -> None:
    holding = {"role": "agency_safeguarding_lead", "organisation": "Agency 1"}
    correct(engine, 3, name="Kim Leigh", roles=[holding])
    (person, _) = engine.people()
    assert (person.name, person.organisations, person.notify) == ("Kim Leigh", ("Agency 1",), NOTIFY)
    assert verification_of(database).faults == ()


def test_a_corrected_day_counts_in_place_of_the_wrong_one(engine: Engine, database: Database) -> None:
    engine.add_absence("Kim Lee", from_day=date(2026, 3, 9), to_day=date(2026, 3, 13), deputy=None, actor=MANAGER)
    correct(
        engine, seq_of(engine, "add_absence"), to_day="2026-03-20", deputy=engine.people()[1].id, deputy_name="Sam Reed"
    )
    (absence,) = engine.absences()
    assert (absence.to_day, absence.deputy) == (date(2026, 3, 20), "Sam Reed")
    assert verification_of(database).faults == ()


def test_a_correction_may_not_give_a_person_the_former_name_of_another(engine: Engine) -> None:
    engine.change_person("Kim Lee", new_name="Kim Leigh", actor=MANAGER)
    with pytest.raises(BadValue, match="no two people of one name"):
        correct(engine, 2, name="Kim Lee")


@pytest.mark.parametrize(
    ("step", "data", "says"),
    [
        ("add_person", {"name": "Sam Reed"}, "no two people of one name"),
        ("add_person", {"roles": [{"role": "tea"}]}, "a role that a workflow declares"),
        ("add_person", {"roles": []}, "a role for each person"),
        ("add_person", {"roles": [{"role": "agency_safeguarding_lead"}]}, "the organisation for which they act"),
        (MANAGER_ADDED, {"roles": [{"role": "board_chair"}]}, "only Sam Reed can now"),
        ("add_person", {"person": "0" * 16}, "the same person as before"),
        ("add_absence", {"deputy": "0" * 16}, "people on the list"),
        ("add_absence", {"to_day": "2026-03-20"}, "days on which the person is not away already"),
        ("add_person", {"name": "(Disposed  of)"}, "the words that stand for a name disposed of"),
        ("add_organisation", {"name": "Agency 7"}, "Agncy 1 to stay a name of it, since Kim Lee acts for it"),
        ("add_absence", {"to_day": "2026-03-08"}, "a last day on or after the first"),
        ("set_day", {"day": "2026-03-10"}, "set the day or the term again"),
        ("set_term", {"term_amount": 5}, "set the day or the term again"),
        ("set_term", {"term_unit": None}, "values that belong together"),
        ("open_record", {"calendar": "GB-NIR"}, "choose the calendar again"),
        ("open_record", {"rehearsal": True}, "a record that stays what it was created for"),
        ("register_definition", {"version": 9}, "the registered definitions as they are"),
    ],
    ids=[
        *("a name twice", "an unknown role", "no role", "no agency", "the last manager", "another person"),
        *(
            "an unknown deputy",
            "an overlap",
            "no name",
            "a name in use",
            "an end before the start",
            "another day",
            "another term",
            "half a term",
            "a calendar",
            "a rehearsal",
        ),
        "a definition",
    ],
)
def test_a_correction_that_would_spoil_the_list_is_refused(
    engine: Engine, database: Database, step: str, data: dict[str, object], says: str
) -> None:
    engine.add_absence("Kim Lee", from_day=date(2026, 3, 16), to_day=date(2026, 3, 20), deputy=None, actor=MANAGER)
    engine.add_absence("Kim Lee", from_day=FROM, to_day=FROM, deputy="Sam Reed", actor=MANAGER)
    engine.add_organisation("Agncy 1", actor=MANAGER)
    engine.set_day(FROM, DayKind.CLOSED, reasons="Snow.", actor=MANAGER)
    engine.set_term("serious_case_review", "decide", term=days(9), from_day=FROM, reasons="Agreed.", actor=MANAGER)
    before = engine.people()
    with pytest.raises((BadValue, NoManagerLeft), match=says):
        correct(engine, 2 if step == MANAGER_ADDED else seq_of(engine, step), **data)
    assert engine.people() == before
    assert verification_of(database).faults == ()


def test_reasons_and_remarks_are_corrected_freely(engine: Engine, database: Database) -> None:
    engine.set_day(FROM, DayKind.CLOSED, reasons="Snw.", actor=MANAGER)
    day = seq_of(engine, "set_day")
    correct(engine, day, reasons="Snow.")
    correct(engine, day)
    assert [day.reasons for day in engine.overrides().days] == ["Snow."]
    assert verification_of(database).faults == ()


def test_only_a_manager_corrects_the_record(engine: Engine) -> None:
    coordinator = Actor(name="Jo Hall", roles=("review_coordinator",))
    with pytest.raises(Refused, match="business manager"):
        engine.record(Correct(ref=UNIT, seq=3, actor=coordinator, wrong="Mistyped.", reasons="Found.", data={}))


def test_addresses_that_were_disposed_of_are_used_no_more(engine: Engine, database: Database) -> None:
    engine.record(Dispose(ref=UNIT, actor=MANAGER, reasons="Retention.", rule="Item 12."))
    assert [person.notify for person in engine.people()] == [None, None]
    assert verification_of(database).faults == ()


def test_the_names_of_people_who_left_can_be_disposed_of(engine: Engine, database: Database) -> None:
    engine.add_person("Jo Hall", role="agency_safeguarding_lead", organisation="Agency 2", actor=MANAGER)
    for seq, name in ((3, "Kim Lee"), (seq_of(engine, "add_person"), "Jo Hall")):
        engine.remove_person(name, actor=MANAGER)
        for event in (seq, seq_of(engine, "remove_person")):
            engine.record(Dispose(ref=UNIT, actor=MANAGER, reasons="Retention.", rule="1", seq=event, field="name"))
    assert [person.name for person in engine.people()] == ["Sam Reed"]
    assert "Kim Lee" not in str(engine.history(UNIT))
    assert verification_of(database).faults == ()


@pytest.mark.parametrize(("seq", "field"), [(3, "name"), (None, "name"), (3, "roles")])
def test_a_name_on_the_list_is_not_disposed_of(engine: Engine, database: Database, seq: int | None, field: str) -> None:
    before = engine.people()
    with pytest.raises(StillListed, match=r"First remove (Kim Lee|Sam Reed) from the list, or change it there"):
        engine.record(Dispose(ref=UNIT, actor=MANAGER, reasons="Retention.", rule="Item 12.", seq=seq, field=field))
    assert engine.people() == before
    assert verification_of(database).faults == ()


def test_a_former_name_can_be_disposed_of(engine: Engine, database: Database) -> None:
    engine.change_person("Kim Lee", new_name="Kim Leigh", actor=MANAGER)
    engine.record(Dispose(ref=UNIT, actor=MANAGER, reasons="Asked for.", rule="Item 12.", seq=3, field="name"))
    assert [(one.name, one.former_names) for one in engine.people()] == [("Kim Leigh", ()), ("Sam Reed", ())]
    assert verification_of(database).faults == ()


def test_the_name_of_an_organisation_on_the_list_is_not_disposed_of(engine: Engine) -> None:
    engine.add_organisation("Agency 1", aliases=("A1",), actor=MANAGER)
    with pytest.raises(StillListed, match="Agency 1 is on the list with this word"):
        engine.record(
            Dispose(
                ref=UNIT,
                actor=MANAGER,
                reasons="x",
                rule="Item 12.",
                seq=seq_of(engine, "add_organisation"),
                field="name",
            )
        )


def test_a_correction_or_a_disposal_leaves_a_manager_an_account(engine: Engine, database: Database) -> None:
    at_desk = replace(MANAGER, account="sreed")
    engine.change_person("Sam Reed", account="sreed", actor=at_desk)
    changed = seq_of(engine, "change_person")
    for command in (
        Correct(ref=UNIT, seq=changed, actor=at_desk, wrong="x", reasons="x", data={"account": "sread"}),
        Correct(ref=UNIT, seq=changed, actor=at_desk, wrong="x", reasons="x", data={"account": None}),
        Dispose(ref=UNIT, seq=changed, actor=at_desk, reasons="x", rule="Item 12.", field="account"),
    ):
        with pytest.raises(NoManagerLeft, match="only Sam Reed can now, from their own account"):
            engine.record(command)
    assert engine.actor_at("sreed").name == "Sam Reed"
    assert verification_of(database).faults == ()


def test_a_correction_to_the_account_in_use_is_recorded(engine: Engine) -> None:
    engine.change_person("Sam Reed", account="sread", actor=MANAGER)
    at_desk = replace(MANAGER, account="sreed")
    changed = seq_of(engine, "change_person")
    engine.record(Correct(ref=UNIT, seq=changed, actor=at_desk, wrong="x", reasons="x", data={"account": "sreed"}))
    assert engine.actor_at("sreed").name == "Sam Reed"


def test_a_record_whose_managers_cannot_act_is_recovered(engine: Engine, database: Database) -> None:
    engine.change_person("Sam Reed", account="sread", actor=MANAGER)
    at_desk = replace(MANAGER, account="sreed", host="LAPTOP-7")
    found = engine.recover_manager("sam reed", role="business_manager", reasons="Mistyped.", actor=at_desk)
    assert found is not None
    assert (found.name, found.account, engine.actor_at("sreed").name) == ("Sam Reed", "sreed", "Sam Reed")
    assert engine.recover_manager("Sam Reed", role="business_manager", reasons="Again.", actor=at_desk) is None
    assert engine.people()[1] == found
    event = engine.history(UNIT)[-1]
    assert (event.trigger, event.data["reasons"], event.recorder.host) == ("recover_manager", "Mistyped.", "LAPTOP-7")
    other = replace(at_desk, account="kroot")
    new = engine.recover_manager("Kim Root", role="business_manager", reasons="Both laptops.", actor=other)
    assert new is not None
    assert engine.actor_at("kroot").roles == {"business_manager"}
    assert verification_of(database).faults == ()
    assert verification_of(database).faults == ()


def test_a_role_in_an_organisation_disposed_of_does_not_come_back(engine: Engine, database: Database) -> None:
    engine.remove_person("Kim Lee", actor=MANAGER)
    engine.record(Dispose(ref=UNIT, actor=MANAGER, reasons="Retention.", rule="Item 12.", seq=3, field="roles"))
    assert [person.name for person in engine.people()] == ["Sam Reed"]
    assert verification_of(database).faults == ()
