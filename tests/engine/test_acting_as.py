"""An engine for one actor, and the one way by which callers reach the store."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from casereview.engine import Engine
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.model.commands import Step
from casereview.engine.notifications.messages import MessageService
from casereview.engine.ports import access
from casereview.engine.ports.outbox import Channel
from casereview.engine.ports.store import Reader, Store, Writer
from casereview.persistence import Database

from ..support.loan_engine import MONDAY, ask
from ..support.loan_workflow import CLAIM, CLERK_1, KEEPER_1, LIBRARIAN_1, LOAN, NOBODY, READER_1, RECORDS_BY_STEP
from ..support.movable_time import MovableTime

T = TypeVar("T")
PRODUCT = Path(__file__).parents[2]


def verbs_with_an_actor(owner: type) -> list[str]:
    return sorted(
        name
        for name, verb in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_") and name not in ("acting_as",) and "actor" in inspect.signature(verb).parameters
    )


CALLS: dict[str, Callable[[Any, str], Any]] = {
    "open": lambda engine, _: engine.open("loan", data=RECORDS_BY_STEP["ask"], on=MONDAY),
    "step": lambda engine, ref: engine.step(ref, "inspect", data=RECORDS_BY_STEP["inspect"], on=MONDAY),
    "set_term": lambda engine, _: engine.set_term("loan", "inspect", from_day=MONDAY, reasons="x", levels={"king": 1}),
    "set_day": lambda engine, _: engine.set_day(MONDAY, DayKind.CLOSED, reasons="snow"),
    "set_calendar": lambda engine, _: engine.set_calendar("scotland", reasons="moved"),
    "recount": lambda engine, _: engine.recount(reasons="a new version"),
    "take_back": lambda engine, _: engine.take_back(
        engine.open("loan", data=RECORDS_BY_STEP["ask"], on=MONDAY).ref, reasons="mistyped"
    ),
    "add_first_manager": lambda engine, _: engine.add_first_manager("Person 3", role="librarian"),
    "recover_manager": lambda engine, _: engine.recover_manager("Person 3", role="librarian", reasons="x"),
    "add_person": lambda engine, _: engine.add_person("Person 2", role="reader"),
    "change_person": lambda engine, _: engine.change_person("Person 1", role="keeper"),
    "remove_person": lambda engine, _: engine.remove_person("Person 1"),
    "add_organisation": lambda engine, _: engine.add_organisation("Library 9"),
    "change_organisation": lambda engine, _: engine.change_organisation("Library 8", add_aliases=("L8",)),
    "remove_organisation": lambda engine, _: engine.remove_organisation("Library 8"),
    "add_absence": lambda engine, _: engine.add_absence("Person 1", from_day=MONDAY, to_day=MONDAY, deputy=None),
    "end_absences": lambda engine, _: engine.end_absences("Person 1", day=MONDAY),
    "release": lambda engine, _: engine.messages.release(None),
    "withdraw": lambda engine, _: engine.messages.withdraw(None, reasons="settled"),
    "retry": lambda engine, _: engine.messages.retry(None),
    "dismiss": lambda engine, _: engine.messages.dismiss(None),
}
"""A call of each verb that takes an actor, without one."""


def test_each_verb_that_takes_an_actor_is_called_here() -> None:
    verbs = {*verbs_with_an_actor(Engine), *verbs_with_an_actor(MessageService)} - {"available_steps"}
    assert sorted(CALLS) == sorted(verbs)


@pytest.mark.parametrize("verb", CALLS)
def test_a_verb_without_an_actor_names_both_ways_to_give_one(engine: Engine, verb: str) -> None:
    ref = ask(engine).ref
    with pytest.raises(BadValue, match=r"give the verb actor=…, or call it on engine\.acting_as\(actor\)"):
        CALLS[verb](engine, ref)


@pytest.mark.parametrize("verb", CALLS)
def test_each_verb_is_called_by_the_actor_who_is_bound(engine: Engine, verb: str) -> None:
    ref = ask(engine).ref
    engine.add_person("Person 1", role="reader", actor=LIBRARIAN_1)
    engine.add_absence("Person 1", from_day=MONDAY, to_day=MONDAY, deputy=None, actor=LIBRARIAN_1)
    engine.add_organisation("Library 8", actor=LIBRARIAN_1)
    if verb in ("open", "step"):
        CALLS[verb](engine.acting_as(KEEPER_1 if verb == "step" else READER_1), ref)
        return
    if verb == "set_term":
        with pytest.raises(BadValue, match="the level"):
            CALLS[verb](engine.acting_as(LIBRARIAN_1), ref)
    else:
        CALLS[verb](engine.acting_as(LIBRARIAN_1), ref)
    if verb in ("add_first_manager", "take_back"):  # nobody may manage yet; everybody may take back their own entry
        return
    with pytest.raises(NotAllowed, match="Clerk 1"):
        CALLS[verb](engine.acting_as(CLERK_1), ref)


def test_an_actor_who_is_named_comes_before_the_one_who_is_bound(engine: Engine) -> None:
    bound = engine.acting_as(CLERK_1)
    ref = bound.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=MONDAY).ref
    assert bound.history(ref)[0].recorded_by == READER_1.name
    assert bound.add_person("Person 1", role="reader", actor=LIBRARIAN_1).name == "Person 1"
    rebound = bound.acting_as(LIBRARIAN_1)
    assert rebound.change_person("Person 1", role="keeper").roles == ("keeper", "reader")
    with pytest.raises(NotAllowed):
        bound.change_person("Person 1", role="keeper")


def test_the_bound_actor_is_asked_which_steps_they_may_take(engine: Engine) -> None:
    ref = ask(engine).ref

    def blocked(asked: Engine) -> bool:
        (step,) = (one for one in asked.available_steps(ref) if one.transition.trigger == "inspect")
        return bool(step.blocked_by)

    assert (blocked(engine), blocked(engine.acting_as(KEEPER_1)), blocked(engine.acting_as(NOBODY))) == (
        False,
        False,
        True,
    )


def test_a_host_s_transaction_keeps_the_actor(engine: Engine, database: Database) -> None:
    with database.backend.transaction() as connection, engine.acting_as(LIBRARIAN_1).within(connection) as joined:
        assert joined.add_person("Person 1", role="reader").name == "Person 1"
    assert [person.name for person in engine.people()] == ["Person 1"]


# --- the one way to the store -----------------------------------------------------------------------------


@dataclass
class Watched:
    """A store that notes which module begins to read it."""

    store: Store
    readers: list[str] = field(default_factory=list)

    def reading(self) -> AbstractContextManager[Reader]:
        self.readers.append(sys._getframe(1).f_globals["__name__"])
        return self.store.reading()

    def write(self, work: Callable[[Writer], T]) -> T:
        return self.store.write(work)

    def finish_disposals(self) -> bool:
        return self.store.finish_disposals()

    def within(self, transaction: Any) -> Store:
        return self.store.within(transaction)


def test_whatever_is_read_for_a_caller_passes_one_module(database: Database, present: MovableTime) -> None:
    store = Watched(database)
    engine = Engine(store, (LOAN, CLAIM), now=present)
    ref = ask(engine).ref
    engine.add_person("Person 1", role="reader", actor=LIBRARIAN_1)
    today = date(2026, 10, 1)
    reads: tuple[Callable[[], object], ...] = (
        lambda: engine.case(ref),
        lambda: engine.case(ref, as_of=present()),
        engine.cases,
        engine.case_summaries,
        lambda: engine.tree(ref),
        lambda: engine.tree_history(ref),
        lambda: engine.refs_by_request(["one"]),
        engine.state_counts,
        lambda: engine.history(ref),
        lambda: engine.histories([ref]),
        lambda: engine.stored_values(ref),
        lambda: engine.available_steps(ref),
        engine.overdue,
        lambda: engine.tasks("Person 1", until=today),
        engine.deadlines,
        lambda: engine.actor("Person 1"),
        engine.people,
        engine.absences,
        engine.overrides,
        engine.heartbeats,
        engine.health_checks,
        lambda: engine.sweep(at=present() + timedelta(days=9), dry_run=True),
        engine.messages.pending_notices,
        engine.messages.on_hold_counts,
        lambda: engine.messages.notice_statuses([ref]),
        engine.messages.list_messages,
        lambda: engine.set_day(today, DayKind.CLOSED, reasons="snow", dry_run=True, actor=LIBRARIAN_1),
        lambda: engine.messages.deliver({Channel.EMAIL: object()}, templates=object()),  # type: ignore[dict-item, arg-type]
    )
    for read in reads:
        before = len(store.readers)
        read()
        assert len(store.readers) > before
    assert set(store.readers) == {access.__name__}


def test_no_package_above_the_engine_reads_a_store_by_itself() -> None:
    packages = ("terminal", "reports", "exchange", "demonstration", "workflows")
    found = [
        f"{path.relative_to(PRODUCT)}:{node.lineno}"
        for package in packages
        for path in sorted((PRODUCT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("reading", "_store")
    ]
    assert found == []


def test_a_command_names_its_own_actor(engine: Engine) -> None:
    ref = ask(engine).ref
    step = Step(ref=ref, trigger="inspect", actor=KEEPER_1, data=RECORDS_BY_STEP["inspect"], on=MONDAY)
    assert engine.acting_as(LIBRARIAN_1).record(step).events[-1].recorded_by == KEEPER_1.name
