"""Fold events into a case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine.model.case import Case, Effects, Event, Link, LinkPath
from casereview.engine.model.clock import EventKind
from casereview.engine.model.evolve import StepEntry, evolve, fold, step_entries
from casereview.engine.model.people import DecidedBy, Recorder

from ...support.changed_copies import replace
from ...support.imported_loans import BACK, LENT, import_loan
from ...support.loan_decisions import clock, loan_after_steps, open_loan

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
CLOCKS = open_loan().case.clocks


def event(seq: int, **changed: Any) -> Event:
    values: dict[str, Any] = {
        "ref": "LN-2026-001",
        "seq": seq,
        "kind": EventKind.STEP,
        "trigger": "note",
        "from_state": "asked",
        "to_state": "asked",
        "recorder": Recorder(name="Librarian 1", id="7"),
        "command_id": f"command {seq}",
        "decided_by": DecidedBy(name="Librarian 1", capacity="librarian"),
        "occurred_at": AT,
        "occurred_on": date(2026, 1, 5),
        "recorded_at": AT,
        "workflow": "loan",
        "workflow_version": 3,
        "data": {"text": str(seq)},
        "effects": Effects(),
        "hash": f"hash {seq}",
    }
    return Event(**{**values, **changed})


OPENED = event(
    1,
    kind=EventKind.OPENED,
    trigger="ask",
    from_state=None,
    data={"thing": "A globe", "libraries": ["Library 1"]},
    effects=Effects(
        title_at="thing",
        organisations=("libraries[0]",),
        clocks=CLOCKS,
        links=(Link(relation="copy", ref="LN-2025-009"),),
    ),
)
CASE = Case(
    ref="LN-2026-001",
    workflow="loan",
    workflow_version=3,
    version=1,
    seq=1,
    state="asked",
    title="A globe",
    parent=None,
    opened_on=date(2026, 1, 5),
    closed_on=None,
    last_step_on=date(2026, 1, 5),
    recorded_at=AT,
    been_in=("asked",),
    organisations=("Library 1",),
    links=(Link(relation="copy", ref="LN-2025-009"),),
    data={"ask": OPENED.data},
    clocks=CLOCKS,
    head="hash 1",
)
NAMES = {
    "thing": {"title": "A map"},
    "partners": ["Library 2", "Library 0"],
    "copy": {"relation": "a copy", "of": "LN-2025-010"},
}
LATER = datetime(2026, 2, 2, 12, tzinfo=UTC)
MET = replace(CLOCKS[0], done_on=date(2026, 1, 6))
STARTED = replace(CLOCKS[0], number=2)


def test_an_opening_makes_a_case() -> None:
    assert evolve(None, OPENED) == CASE


def test_an_opening_without_effects_makes_a_bare_case() -> None:
    bare = evolve(None, replace(OPENED, effects=Effects()))
    assert bare == replace(CASE, title="", organisations=(), links=(), clocks=())


def test_a_case_may_be_opened_at_an_end() -> None:
    assert evolve(None, event(1, effects=Effects(closed_on=date(2026, 1, 5)))).closed_on == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("happened", "changed"),
    [
        pytest.param(
            event(2, occurred_on=date(2026, 2, 2), recorded_at=LATER),
            {"last_step_on": date(2026, 2, 2), "recorded_at": LATER, "data": {**CASE.data, "note": {"text": "2"}}},
            id="a step that keeps the state",
        ),
        pytest.param(
            event(2, trigger="ask"), {"data": {"ask": {"text": "2"}}}, id="a repeated step replaces its record"
        ),
        pytest.param(
            event(2, trigger="lend", to_state="lent"),
            {"state": "lent", "been_in": ("asked", "lent"), "data": {**CASE.data, "lend": {"text": "2"}}},
            id="a step that moves",
        ),
        pytest.param(
            event(2, trigger="refuse", to_state="refused", effects=Effects(closed_on=date(2026, 1, 5))),
            {
                "state": "refused",
                "been_in": ("asked", "refused"),
                "closed_on": date(2026, 1, 5),
                "data": {**CASE.data, "refuse": {"text": "2"}},
            },
            id="a step to an end",
        ),
        pytest.param(
            event(
                2,
                data=NAMES,
                effects=Effects(
                    title_at="thing.title",
                    organisations=("partners[1]", 0),
                    links=(Link(relation="claim", ref="CL-2026-001"),),
                    linked_at=(LinkPath(ref_at="copy.of", relation_at="copy.relation"),),
                ),
            ),
            {
                "title": "A map",
                "organisations": ("Library 0", "Library 1"),
                "links": (
                    *CASE.links,
                    Link(relation="claim", ref="CL-2026-001"),
                    Link(relation="a copy", ref="LN-2025-010"),
                ),
                "data": {**CASE.data, "note": NAMES},
            },
            id="title, organisations and links",
        ),
        pytest.param(
            event(2, effects=Effects(title="", organisations=())),
            {"title": "", "organisations": (), "data": {**CASE.data, "note": {"text": "2"}}},
            id="a title and organisations that are removed",
        ),
        pytest.param(
            event(2, effects=Effects(clocks=(STARTED, MET))),
            {"clocks": (MET, *CLOCKS[1:], STARTED), "data": {**CASE.data, "note": {"text": "2"}}},
            id="a clock that changes in its place and a new one behind",
        ),
    ],
)
def test_a_step_counts_as_an_event_and_as_a_version(happened: Event, changed: dict[str, Any]) -> None:
    assert evolve(CASE, happened) == replace(CASE, version=2, seq=2, head="hash 2", **changed)


def test_an_expired_deadline_counts_as_an_event_only() -> None:
    passed = event(
        2, kind=EventKind.DEADLINE_EXPIRED, trigger="inspect", recorded_at=LATER, effects=Effects(clocks=(MET,))
    )
    assert evolve(CASE, passed) == replace(CASE, seq=2, recorded_at=LATER, clocks=(MET, *CLOCKS[1:]), head="hash 2")


def test_a_reopened_case_lists_each_former_state_once() -> None:
    ended = evolve(CASE, event(2, to_state="refused", effects=Effects(closed_on=date(2026, 1, 5))))
    kept = evolve(ended, event(3, from_state="refused", to_state="refused"))
    back = evolve(kept, event(4, from_state="refused", to_state="asked"))
    assert (kept.closed_on, back.closed_on, back.been_in) == (date(2026, 1, 5), None, ("asked", "refused"))


def test_an_empty_history_gives_no_case() -> None:
    assert fold(()) is None


def test_a_history_is_folded_in_its_order() -> None:
    history = [OPENED, event(2, to_state="lent"), event(3, from_state="lent", to_state="lent")]
    case = fold(history)
    assert case == evolve(evolve(evolve(None, history[0]), history[1]), history[2])
    assert (case.version, case.seq, case.state) == (3, 3, "lent")


def test_folding_does_not_change_its_input() -> None:
    before = repr(CASE)
    evolve(CASE, event(2, effects=Effects(clocks=(MET,))))
    assert repr(CASE) == before


def test_expired_deadlines_do_not_change_the_version() -> None:
    case = loan_after_steps(("tell", date(2026, 3, 2)), ("tell", date(2026, 3, 3)))
    assert clock(case, "inspect").done_on is None
    assert (case.version, case.seq) == (3, 5)


def test_a_step_is_one_entry() -> None:
    entry = StepEntry(on=date(2026, 1, 5), step="note", from_state="asked", to_state="lent")
    assert list(step_entries(event(2, to_state="lent"))) == [entry]


def test_an_import_is_an_entry_for_each_known_step() -> None:
    (imported,) = import_loan("returned", LENT, BACK).events
    assert [entry.step for entry in step_entries(imported)] == ["ask", "lend", "give_back"]
