"""Run the step as people usually write it: the ORM, with a state machine for each request, over the same tables.

They write the rows that the floor writes, hash and all; only the way differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import reduce
from operator import or_
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, relationship, sessionmaker
from statemachine import State, StateMachine
from transitions import Machine

from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.schema import tables

from .action import BEGUN, DAY, ENDS, NOW, STATES, STEPS
from .floor import LEDGER, canonical, hashed
from .floor import event as content_of
from .timing import timed

DUE = date(2026, 3, 30)
DUE_AT = datetime(2026, 3, 30, 23, tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables of the record, mapped."""

    metadata = tables.metadata


class EventRow(Base):
    """An event."""

    __table__ = tables.event


class ValuesRow(Base):
    """The values of an event."""

    __table__ = tables.event_values


class ClockRow(Base):
    """A clock."""

    __table__ = tables.clock


class CaseRow(Base):
    """A case, as the ORM has it."""

    __table__ = tables.case
    clocks = relationship(ClockRow, order_by=tables.clock.c.position)


def connected(url: str) -> Engine:
    """Return an engine of SQLAlchemy that is as durable as ours."""
    if url.startswith("postgresql"):
        return create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    made = create_engine(url, module=sqlite3, connect_args={"isolation_level": None})

    def durable(connection: Any, _record: object) -> None:
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(made, "connect", durable)
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return made


class UsualStack:
    """A session, the case, a `transitions.Machine` made for it, what follows from the step, commit."""

    def __init__(self, url: str) -> None:
        """Connect."""
        self._engine = connected(url)
        self._sessions = sessionmaker(self._engine)

    def take(self, refs: Sequence[str]) -> list[float]:
        """Apply the step to each case."""
        return timed(self.step, refs)

    def step(self, ref: str) -> None:
        """Apply the step in a session of its own, as for a request."""
        with self._sessions() as session:
            case = self.taken(session, ref)
            session.commit()
            # As `Engine.step` does, it gives the case as it now is, with its clocks.
            answered(case)

    def taken(self, session: Session, ref: str) -> CaseRow:
        """Apply the step within a session."""
        case = session.scalars(select(CaseRow).where(CaseRow.ref == ref).with_for_update()).one()
        self.move(case)
        content, values = content_of(ref, case.seq + 1, case.head)
        moments = {"occurred_at": NOW, "occurred_on": DAY, "recorded_at": NOW}
        session.add(EventRow(**{**content, **moments}, hash=hashed(content)))
        session.add(ValuesRow(case_ref=ref, seq=case.seq + 1, content=canonical(values)))
        case.version += 1
        case.seq += 1
        case.last_step_on, case.recorded_at = DAY, NOW
        case.been_in = [*case.been_in, "under_way"]
        case.data = {**case.data, "begin": BEGUN}
        case.head = hashed(content)
        self.start_clock(case)
        return case

    def move(self, case: Any) -> None:
        """Change the case's state with a machine that is made for it."""
        machine = Machine(
            model=case,
            states=list(STATES),
            transitions=[{"trigger": trigger, "source": list(sources), "dest": to} for trigger, sources, to in STEPS],
            initial=case.state,
        )
        assert machine.initial == "agreed"
        case.begin()

    def start_clock(self, case: CaseRow) -> None:
        """Add the clock that the step starts."""
        case.clocks.append(
            ClockRow(
                deadline="complete",
                number=1,
                position=1,
                anchor=DAY,
                term_amount=28,
                term_unit="days",
                period=1,
                due=DUE,
                due_at=DUE_AT,
                status="running",
                cancelled_by_end=False,
                minimum_period=False,
                overdue_at=DUE_AT,
                run=1,
                next_at=DUE_AT,
                ledger=LEDGER,
            )
        )

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()


def _action_machine() -> type[StateMachine]:
    states = {name: State(initial=name == STATES[0], final=name in ENDS) for name in STATES}
    body: dict[str, Any] = dict(states)
    for trigger, sources, to in STEPS:
        # What keeps an end, or leads out of it, python-statemachine does not take from a final state.
        ways = [states[name].to(states[to or name]) for name in sources if name not in ENDS]
        if ways:
            body[trigger] = reduce(or_, ways)
    return type("ActionMachine", (StateMachine,), body)


ActionMachine = _action_machine()
"""The same states for python-statemachine."""


def answered(case: CaseRow) -> dict[str, Any]:
    """Read the answer to the caller: the case and its clocks after the commit."""
    clocks = [{"deadline": clock.deadline, "due": clock.due, "status": clock.status} for clock in case.clocks]
    return {"ref": case.ref, "state": case.state, "version": case.version, "data": case.data, "clocks": clocks}


class StatemachineStack(UsualStack):
    """The ORM with python-statemachine in place of transitions."""

    def move(self, case: Any) -> None:
        """Change the case's state with a machine over it."""
        ActionMachine(case).send("begin")


class JobStack(UsualStack):
    """The usual stack, with the deadline as a job in APScheduler's store, which commits by itself."""

    def __init__(self, url: str) -> None:
        """Connect, and create the table of the job store."""
        super().__init__(url)
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._store = SQLAlchemyJobStore(engine=self._engine)
        self._store.start(self._scheduler, "default")

    def start_clock(self, case: CaseRow) -> None:
        """Do nothing: the clock is a job, added once the step is committed."""

    def step(self, ref: str) -> None:
        """Apply the step, and then add the job."""
        super().step(ref)
        job = Job(
            self._scheduler,
            id=f"{ref}:complete",
            func="builtins:print",
            trigger=DateTrigger(DUE_AT),
            args=(ref,),
            kwargs={},
            name="complete",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            executor="default",
            next_run_time=DUE_AT,
        )
        self._store.add_job(job)
