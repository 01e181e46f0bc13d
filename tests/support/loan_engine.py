"""Record steps of a library's loans through the engine."""

from __future__ import annotations

from datetime import date
from typing import Any

from casereview.engine import Engine
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Step, When
from casereview.engine.ports.records import Selection

from .loan_workflow import BY_KEEPER, DECIDER_BY_STEP, LIBRARIAN_1, READER_1, RECORDS_BY_STEP

MONDAY = date(2026, 1, 5)


def ask(engine: Engine, on: When = MONDAY, *, request_id: str | None = None, **data: Any) -> Case:
    return engine.open("loan", actor=READER_1, data={**RECORDS_BY_STEP["ask"], **data}, on=on, request_id=request_id)


def take(engine: Engine, ref: str, trigger: str, on: When = MONDAY, **data: Any) -> Case:
    return engine.step(ref, trigger, actor=DECIDER_BY_STEP[trigger], data={**RECORDS_BY_STEP[trigger], **data}, on=on)


def everything(engine: Engine) -> tuple[Any, ...]:
    """Return everything in the record, for comparison before and after."""
    cases = engine.cases(Selection(limit=1000))
    return cases, [engine.history(case.ref) for case in cases], engine.people()


def lost(engine: Engine) -> str:
    ref = ask(engine).ref
    for trigger in ("inspect", "approve", "lend"):
        take(engine, ref, trigger)
    return ref


def inspect(ref: str, request_id: str = "request 1", **changed: Any) -> Step:
    values: dict[str, Any] = {
        "ref": ref,
        "trigger": "inspect",
        "actor": LIBRARIAN_1,
        "decided_by": BY_KEEPER,
        "data": {"condition": "good"},
        "on": MONDAY,
        "request_id": request_id,
    }
    return Step(**{**values, **changed})
