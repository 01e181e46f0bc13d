"""Commands that correct and dispose of values, in short form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from casereview.engine import Engine
from casereview.engine.forms.digests import with_stored_values
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Correct
from casereview.engine.model.dispose import Dispose
from casereview.engine.model.evolve import fold
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.schema import tables
from casereview.persistence.store.event_values import decoded_content
from casereview.persistence.store.event_values import stored_values as values_in

from .loan_workflow import BY_KEEPER, CLERK_1, DECIDER_BY_STEP, READER_1, RECORDS_BY_STEP

MONDAY = date(2026, 1, 5)


READER = "Reader 2, of 4 Mill Lane"


WRONG = "The library was mistyped."


REASONS = "Found when filing."


BOTH = pytest.mark.parametrize("database_url", ["sqlite_url", "postgres_url"], indirect=True)
"""Run a test on both databases, since it depends on how the record is stored."""


def ask(engine: Engine, **data: Any) -> Case:
    return engine.open("loan", actor=READER_1, data={**RECORDS_BY_STEP["ask"], "reader": READER, **data}, on=MONDAY)


def take(engine: Engine, ref: str, trigger: str, on: date = MONDAY, **data: Any) -> Case:
    return engine.step(ref, trigger, actor=DECIDER_BY_STEP[trigger], data={**RECORDS_BY_STEP[trigger], **data}, on=on)


def correction(ref: str, seq: int = 1, **changed: Any) -> Correct:
    values = {"ref": ref, "seq": seq, "actor": CLERK_1, "wrong": WRONG, "reasons": REASONS}
    return Correct(**{**values, **changed})


def correct(engine: Engine, ref: str, seq: int = 1, *, data: dict[str, Any] | None = None, **changed: Any) -> Case:
    return engine.record(correction(ref, seq, data=data or {}, **changed)).case


def disposal(ref: str, **changed: Any) -> Dispose:
    """A disposal that a clerk records, on the keeper's decision."""
    values = {"ref": ref, "actor": CLERK_1, "reasons": "Asked for.", "rule": "Item 12.", "decided_by": BY_KEEPER}
    return Dispose(**{**values, **changed})


def dispose(engine: Engine, ref: str, **changed: Any) -> Case:
    return engine.record(disposal(ref, **changed)).case


def shown(engine: Engine, ref: str, trigger: str) -> dict[str, Any]:
    """Return a step's present record, with its sensitive values filled in."""
    return with_stored_values(engine.case(ref).data[trigger], engine.stored_values(ref))


def stored_values(database: Database) -> list[tuple[int, str, str]]:
    """The sensitive values in their table: event, path, value."""
    columns = (tables.event_values.c.seq, tables.event_values.c.content)
    with database.connection() as connection:
        rows = connection.execute(select(*columns).order_by(*columns)).all()
    return sorted((seq, value.path, value.value) for seq, text in rows for value in values_in(decoded_content(text)))


def assert_matches_history(engine: Engine, database: Database, ref: str) -> bool:
    """Return whether a case equals the fold of its history, and the record verifies."""
    with database.connection() as connection:
        return fold(engine.history(ref)) == engine.case(ref) and verify(connection).faults == ()
