"""Imported cases with incomplete histories can be shown and continue from their state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from casereview.engine import Actor, Case, Engine, ImportSnapshot
from casereview.engine.model.evolve import step_entries
from casereview.persistence import Database
from casereview.workflows import SERIOUS_CASE_REVIEW, WORKFLOWS
from casereview.workflows.parts.status import PARTS, label

from ..support.databases import sqlite_record

SAM = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
OPENED, SINCE = date(2024, 2, 5), date(2025, 6, 9)
LEAST: dict[str, dict[str, Any]] = {
    "engagement": {"kind": "family", "relation": "mother", "who": "The mother"},
    "agency_return": {"agency": "Agency 1"},
    "recommendation": {"number": 1, "text": "Handovers are recorded.", "made_to": ["Agency 1"]},
    "agency_action_plan": {"agency": "Agency 1"},
    "action": {"agency": "Agency 1", "action": "A handover book is kept.", "due_on": "2026-03-31"},
    "meeting": {"held_on": "2024-02-12"},
    "publication": {"report": {"title": "Report", "location": "Reports/K"}},
}
"""For each part and for a meeting, the values that a register must give."""

STATES = [(workflow, state) for workflow in WORKFLOWS for state in workflow.states]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("register")
    database = Database(sqlite_record(folder / "record.db"))
    yield Engine(database, WORKFLOWS, now=lambda: datetime(2026, 1, 20, 10, tzinfo=UTC))
    database.close()


def bring_in(engine: Engine, workflow: str, state: str, parent: str | None = None, **more: Any) -> Case:
    asked: dict[str, Any] = {
        "workflow": workflow,
        "actor": SAM,
        "state": state,
        "opened_on": OPENED,
        "source": "a list",
    }
    (imported,) = engine.import_many([ImportSnapshot(**asked, parent=parent, data=LEAST.get(workflow, {}), **more)])
    return engine.case(imported.ref)


@pytest.mark.parametrize(("workflow", "state"), STATES, ids=[f"{one.name}-{state.name}" for one, state in STATES])
def test_a_case_is_imported_in_any_of_its_states(engine: Engine, workflow: Any, state: Any) -> None:
    parent = None
    if workflow.parent_workflows:
        parent = bring_in(engine, SERIOUS_CASE_REVIEW.name, "monitored", since=SINCE).ref
    case = bring_in(engine, workflow.name, state.name, parent, since=None if state.name == workflow.initial else SINCE)
    assert case.state == state.name
    assert (case.closed_on is not None) is state.is_end
    (event,) = engine.history(case.ref)
    assert [move.to_state for move in step_entries(event)][-1] == state.name
    for ref in filter(None, (case.ref, parent)):
        assert engine.available_steps(ref, SAM)


@pytest.mark.parametrize("state", [state.name for state in SERIOUS_CASE_REVIEW.states])
def test_a_review_lists_everything_its_parts_lack(engine: Engine, state: str) -> None:
    since = None if state == "referred" else SINCE
    review = bring_in(engine, SERIOUS_CASE_REVIEW.name, state, since=since)
    parts = [bring_in(engine, name, _workflow(name).initial, review.ref) for name in PARTS]
    assert [label(part) for part in parts]
    for case in (review, *parts):
        engine.available_steps(case.ref, SAM)


def _workflow(name: str) -> Any:
    return next(workflow for workflow in WORKFLOWS if workflow.name == name)
