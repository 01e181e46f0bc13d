"""Several cases in one transaction: cascaded steps, commands together, and reading a whole tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from casereview.engine import BatchFailed, Case, DecidedBy, Engine, Refused, UnknownCase
from casereview.engine.errors.bad_input import BadDate, InvalidForm
from casereview.engine.errors.refusals import CascadeFailed, VersionConflict
from casereview.engine.model.commands import NewDate, Open, Step
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify

from ...support.cascading_sets import CASCADING_WORKFLOWS, RETURNING_WORKFLOWS
from ...support.lending_sets import A_PART, A_SET, KEEPER_1, SETS

DAY = date(2026, 1, 5)
BY_KEEPER = DecidedBy(name="Keeper 2", capacity="keeper", evidence="letter of that day")


class Present:
    """The present, as a test sets it."""

    day = DAY

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(10), UTC)


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database, present: Present) -> Engine:
    return Engine(database, CASCADING_WORKFLOWS, now=present)


@pytest.fixture
def pair(engine: Engine) -> Case:
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    for _ in range(2):
        engine.open("part", actor=KEEPER_1, data=A_PART, parent=root.ref)
    return root


def take(ref: str, trigger: str, **more: Any) -> Step:
    return Step(ref=ref, trigger=trigger, actor=KEEPER_1, data=more.pop("data", {}), **more)


def lend(parent: str, **more: Any) -> Open:
    return Open(workflow="part", actor=KEEPER_1, data=more.pop("data", A_PART), parent=parent, **more)


def seqs(engine: Engine, ref: str) -> dict[str, int]:
    return {case.ref: case.seq for case in engine.tree(ref)}


# --- cascaded steps -------------------------------------------------------------------------------------


def test_cascaded_steps_share_the_transaction_and_the_decision(engine: Engine, database: Database, pair: Case) -> None:
    recorded = engine.record(take(pair.ref, "recall", decided_by=BY_KEEPER, on=DAY))
    assert recorded.cascaded == (f"{pair.ref}/P01", f"{pair.ref}/P02")
    for ref in recorded.cascaded:
        event = engine.history(ref)[-1]
        assert (event.trigger, event.decided_by, event.occurred_on) == ("recalled", BY_KEEPER, DAY)
        assert event.recorded_at == recorded.events[-1].recorded_at
    with database.connection() as connection:
        assert list(verify(connection).faults) == []


def test_after_a_moment_of_a_fast_clock_all_happens_on_the_present_day(
    engine: Engine, present: Present, database: Database
) -> None:
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    engine.open("part", actor=KEEPER_1, data=A_PART, parent=root.ref)
    present.day = date(2031, 3, 2)
    fast = engine.record(take(root.ref, "recall")).events[-1].recorded_at
    present.day = DAY + timedelta(days=1)
    recorded = engine.record(take(root.ref, "recall"))
    opened = engine.record(lend(root.ref)).case
    later = [*recorded.events, *(engine.history(ref)[-1] for ref in (*recorded.cascaded, opened.ref))]
    assert {event.occurred_on for event in later} == {present.day}
    assert {event.recorded_at for event in later} == {fast}
    assert (opened.opened_on, len(recorded.clock_warnings)) == (present.day, 2)
    with database.connection() as connection:
        assert list(verify(connection).faults) == []


def test_a_child_s_step_cascades_to_its_parent(engine: Engine, pair: Case) -> None:
    recorded = engine.record(take(f"{pair.ref}/P01", "hand_back"))
    assert recorded.cascaded == (pair.ref,)
    assert [event.trigger for event in engine.history(pair.ref)] == ["lend_set", "count_back"]


def test_nothing_is_recorded_if_a_cascaded_step_is_refused(database: Database, present: Present) -> None:
    engine = Engine(database, RETURNING_WORKFLOWS, now=present)
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    engine.record(lend(root.ref))
    present.day = DAY + timedelta(days=1)
    engine.record(lend(root.ref))
    before = seqs(engine, root.ref)
    # The date of the step is before the opening of a case that it cascades to.
    with pytest.raises(
        CascadeFailed, match=f'This step also applies "recalled" to {root.ref}/P02, which failed: '
    ) as caught:
        engine.record(take(root.ref, "recall", on=DAY))
    assert isinstance(caught.value.cause, BadDate)
    assert caught.value.facts()["cause"]["error"] == caught.value.cause.code
    assert seqs(engine, root.ref) == before


def test_a_repeated_request_does_not_cascade_again(engine: Engine, pair: Case) -> None:
    first = engine.record(take(pair.ref, "recall", request_id="recall 1"))
    before = seqs(engine, pair.ref)
    again = engine.record(take(pair.ref, "recall", request_id="recall 1"))
    assert (first.repeated, again.repeated, again.cascaded) == (False, True, ())
    assert seqs(engine, pair.ref) == before


def test_a_dry_run_lists_the_cascaded_steps_and_applies_none(engine: Engine, pair: Case) -> None:
    before = seqs(engine, pair.ref)
    assert engine.dry_run(take(pair.ref, "recall")).cascaded == (f"{pair.ref}/P01", f"{pair.ref}/P02")
    assert seqs(engine, pair.ref) == before


def test_several_steps_together_cascade_one_after_the_other(engine: Engine, pair: Case) -> None:
    steps = (take(f"{pair.ref}/P01", "hand_back"), take(pair.ref, "recall"))
    handed, recalled = engine.record_many(steps)
    assert (handed.cascaded, recalled.cascaded) == ((pair.ref,), (f"{pair.ref}/P02",))


def test_a_step_opens_a_sibling_case(engine: Engine, database: Database) -> None:
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    engine.open("part", actor=KEEPER_1, data=A_PART, parent=root.ref)
    recorded = engine.record(take(f"{root.ref}/P01", "add_twin", data=A_PART))
    assert recorded.opened == (f"{root.ref}/P02",)
    assert engine.case(f"{root.ref}/P02").parent == root.ref
    # The limit of two is reached: the guard of the opening reads the siblings.
    with pytest.raises(Refused, match="There are two already"):
        engine.record(take(f"{root.ref}/P01", "add_twin", data=A_PART))
    with database.connection() as connection:
        assert list(verify(connection).faults) == []


# --- commands together ------------------------------------------------------------------------------------


def test_commands_of_every_kind_are_carried_out_together(engine: Engine, pair: Case) -> None:
    one = f"{pair.ref}/P01"
    due = NewDate(ref=one, deadline="give_back", to=date(2026, 3, 2), actor=KEEPER_1, reasons="The van is late.")
    other = Open(workflow="set", actor=KEEPER_1, data=A_SET)
    recorded = engine.record_many((take(one, "note"), due, take(f"{pair.ref}/P02", "close_part"), other))
    assert [(each.case.ref, each.case.seq) for each in recorded] == [
        (one, 2),
        (one, 3),
        (f"{pair.ref}/P02", 2),
        ("ST-2026-002", 1),
    ]


@pytest.mark.parametrize(
    ("spoiling", "error"),
    [
        pytest.param(take("ST-2026-001", "recalled", data={"text": 3}), InvalidForm, id="a bad form"),
        pytest.param(take("ST-2026-001/P01", "recalled"), Refused, id="a rule"),
        pytest.param(lend("ST-2026-001"), Refused, id="a rule of the opening"),
        pytest.param(take("ST-2026-001/P09", "note"), UnknownCase, id="no such case"),
        pytest.param(take("ST-2026-001/P01", "note", if_version=7), VersionConflict, id="an old version"),
    ],
)
def test_one_failing_command_stops_all_and_is_named(
    engine: Engine, pair: Case, spoiling: Any, error: type[Exception]
) -> None:
    if error is InvalidForm:
        spoiling = replace(spoiling, trigger="recall")
    before = seqs(engine, pair.ref)
    commands = (take(pair.ref, "recall"), take(f"{pair.ref}/P01", "note"), spoiling)
    for verb in (engine.record_many, engine.dry_run_many):
        with pytest.raises(BatchFailed) as caught:
            verb(commands)
        assert caught.value.number == 2
        assert isinstance(caught.value.cause, error)
        assert str(caught.value).startswith("Command 3 failed: ")
        assert caught.value.facts()["cause"]["error"] == caught.value.cause.code
    assert seqs(engine, pair.ref) == before


def test_a_dry_run_of_several_steps_decides_each_after_the_earlier_ones(engine: Engine, pair: Case) -> None:
    one = f"{pair.ref}/P01"
    before = seqs(engine, pair.ref)
    rehearsed = engine.dry_run_many((take(one, "close_part"), take(one, "reopen_part")))
    assert [each.case.state for each in rehearsed] == ["back", "out"]
    assert seqs(engine, pair.ref) == before


def test_commands_together_can_be_sent_again(engine: Engine, pair: Case) -> None:
    commands = tuple(take(f"{pair.ref}/P0{n}", "note", request_id=f"note {n}") for n in (1, 2))
    engine.record_many(commands)
    assert [each.repeated for each in engine.record_many(commands)] == [True, True]


def test_an_empty_list_of_commands_does_nothing(engine: Engine) -> None:
    assert engine.record_many(()) == engine.dry_run_many(()) == ()


# --- a tree, read whole -------------------------------------------------------------------------------------


def test_a_tree_lists_its_root_then_all_others_by_kind_and_number(engine: Engine, database: Database) -> None:
    plain = Engine(database, SETS, now=Present())
    root = plain.open("set", actor=KEEPER_1, data=A_SET)
    plain.open("set", actor=KEEPER_1, data=A_SET)
    titles = [f"Piece {number}" for number in range(1, 102)]
    plain.step(root.ref, "unpack", actor=KEEPER_1, data={"parts": titles})
    tree = plain.tree(root.ref)
    assert [case.title for case in tree] == ["A chess set", *titles]
    assert {len(case.clocks) for case in tree[1:]} == {1}
    assert plain.tree(f"{root.ref}/P100") == tree
    with pytest.raises(UnknownCase):
        plain.tree("ST-2026-009")


def test_a_tree_s_history_is_in_the_order_of_recording_from_an_instant(
    engine: Engine, pair: Case, present: Present
) -> None:
    since = present()
    present.day = DAY + timedelta(days=1)
    engine.record(take(f"{pair.ref}/P01", "hand_back"))
    engine.open("set", actor=KEEPER_1, data=A_SET)
    found = [(event.ref, event.trigger) for event in engine.tree_history(pair.ref, since=since)]
    assert found == [(pair.ref, "count_back"), (f"{pair.ref}/P01", "hand_back")]
    assert len(engine.tree_history(f"{pair.ref}/P02")) == 5
    with pytest.raises(UnknownCase):
        engine.tree_history("ST-2026-009")


@pytest.mark.parametrize(
    ("selection", "refs"),
    [
        pytest.param(Selection(), ["ST-2026-001", "ST-2026-001/P01", "ST-2026-001/P02", "ST-2026-002"], id="all"),
        pytest.param(Selection(roots_only=True), ["ST-2026-001", "ST-2026-002"], id="root cases"),
        pytest.param(Selection(roots_only=True, state="out"), ["ST-2026-001", "ST-2026-002"], id="those in a state"),
        pytest.param(Selection(roots_only=True, limit=1, after="ST-2026-001"), ["ST-2026-002"], id="a page"),
        pytest.param(
            Selection(roots_only=True, organisation="library 1"), ["ST-2026-001", "ST-2026-002"], id="an agency's"
        ),
        pytest.param(
            Selection(roots_only=True, overdue_at=datetime(2026, 3, 1, tzinfo=UTC)),
            [],
            id="those with something overdue",
        ),
        pytest.param(Selection(parent="ST-2026-001"), ["ST-2026-001/P01", "ST-2026-001/P02"], id="parts"),
        pytest.param(Selection(parent="ST-2026-001", state="back"), ["ST-2026-001/P02"], id="parts in a state"),
        pytest.param(Selection(parent="ST-2026-001/P01"), [], id="parts of a part"),
        pytest.param(Selection(parent="ST-2026-001", organisation="Library 1"), ["ST-2026-001/P01", "ST-2026-001/P02"]),
        pytest.param(
            Selection(parent="ST-2026-001", overdue_at=datetime(2026, 3, 1, tzinfo=UTC)),
            ["ST-2026-001/P01"],
            id="parts with something overdue",
        ),
    ],
)
def test_a_list_has_root_cases_or_the_parts_of_one_case(
    engine: Engine, pair: Case, selection: Selection, refs: list[str]
) -> None:
    engine.open("set", actor=KEEPER_1, data=A_SET)
    engine.step(f"{pair.ref}/P02", "close_part", actor=KEEPER_1, data={})
    assert [case.ref for case in engine.cases(selection)] == refs


def test_listing_the_parts_of_an_unknown_case_is_refused(engine: Engine, pair: Case) -> None:
    with pytest.raises(UnknownCase):
        engine.cases(Selection(parent="ST-2026-009"))
