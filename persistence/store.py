"""The engine's `Reader` and `Writer`, in SQLAlchemy Core over one connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    RowMapping,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from ..engine.case import Case, Clock, Event, EventKind, Secret
from ..engine.requests import FORGOTTEN
from ..engine.sealing import digest
from ..engine.store import DeadlineRecord, Overdue, Person, Remembered, Selection
from . import tables
from .chain import FIRST
from .faults import DamagedError
from .rows import (
    case_from,
    case_row,
    clock_from,
    clock_row,
    deadline_record_from,
    event_from,
    event_row,
    overdue_from,
    root_of,
    secret_from,
)

T = TypeVar("T")


class SqlReader:
    """Questions to the record."""

    def __init__(self, connection: Connection) -> None:
        """A reader over a connection whose transaction is somebody else's to end."""
        self._connection = connection

    def case(self, ref: str) -> Case | None:
        """The case as it stands; None where there is none."""
        return next(iter(self._cases(select(tables.case).where(tables.case.c.ref == ref))), None)

    def cases(self, selection: Selection) -> tuple[Case, ...]:
        """The cases that a selection names, in the order of their references."""
        query = select(tables.case).where(*_conditions(selection)).order_by(tables.case.c.ref).limit(selection.limit)
        return self._cases(query)

    def events(self, ref: str, *, up_to: int | None = None) -> tuple[Event, ...]:
        """A case's history, oldest first, up to and with event number `up_to`."""
        query = select(tables.event).where(tables.event.c.case_ref == ref).order_by(tables.event.c.seq)
        if up_to is not None:
            query = query.where(tables.event.c.seq <= up_to)
        return self._read(query, event_from)

    def secrets(self, ref: str) -> Mapping[str, Secret]:
        """A case's sensitive values, by the digest that stands for each in the history."""
        columns = (tables.sensitive.c.path, tables.sensitive.c.salt, tables.sensitive.c.value)
        query = select(*columns).where(tables.sensitive.c.case_ref == ref)
        return {digest(secret): secret for secret in self._read(query, secret_from)}

    def events_of_secrets(self, ref: str) -> Mapping[str, int]:
        """The number of the event that each of a case's sensitive values came with, by its digest."""
        table = tables.sensitive.c
        rows = self._connection.execute(
            select(table.seq, table.path, table.salt, table.value).where(table.case_ref == ref)
        )
        return {digest(Secret(path=path, salt=bytes(salt), value=value)): seq for seq, path, salt, value in rows}

    def overdue(self, at: datetime, limit: int) -> tuple[Overdue, ...]:
        """What is overdue at an instant, the longest overdue first, at most `limit`."""
        columns = (tables.case.c.ref, tables.case.c.title, tables.case.c.workflow, tables.case.c.workflow_version)
        query = (
            select(*columns, *tables.clock.c)
            .join_from(tables.clock, tables.case, tables.clock.c.case_ref == tables.case.c.ref)
            .where(_is_overdue(at))
            .order_by(tables.clock.c.overdue_at, tables.clock.c.case_ref, tables.clock.c.deadline)
            .limit(limit)
        )
        return self._read(query, overdue_from)

    def deadline_records(self, deadline: str, limit: int) -> tuple[DeadlineRecord, ...]:
        """What became of a deadline in each case that has it, by reference, at most `limit`."""
        clock, passing = tables.clock.c, tables.event.c
        flagged = and_(
            passing.case_ref == clock.case_ref,
            passing.kind == str(EventKind.DEADLINE_PASSED),
            passing.trigger == clock.deadline,
            passing.occurred_at == clock.due_at,
        )
        query = (
            select(*tables.clock.c, passing.occurred_on)
            .join_from(tables.clock, tables.event, flagged, isouter=True)
            .where(clock.deadline == deadline)
            .order_by(clock.case_ref, clock.number)
            .limit(limit)
        )
        return self._read(query, deadline_record_from)

    def people(self) -> tuple[Person, ...]:
        """Everybody who may act, by name."""
        return self._people(())

    def person(self, name: str) -> Person | None:
        """The person of that name; None where there is none."""
        return next(iter(self._people((tables.person.c.name == name,))), None)

    def setting(self, name: str) -> str | None:
        """A setting of the database; None where it has none of that name."""
        query = select(tables.setting.c.value).where(tables.setting.c.name == name)
        return self._connection.execute(query).scalar_one_or_none()

    def _people(self, conditions: Sequence[ColumnElement[bool]]) -> tuple[Person, ...]:
        query = (
            select(tables.person.c.name, tables.person.c.agency, tables.person.c.email, tables.person_role.c.role)
            .join_from(tables.person, tables.person_role, tables.person.c.name == tables.person_role.c.name)
            .where(*conditions)
            .order_by(tables.person.c.name, tables.person_role.c.role)
        )
        people: dict[str, Person] = {}
        for name, agency, email, role in self._connection.execute(query):
            known = people.get(name) or Person(name=name, roles=(), agency=agency, email=email)
            people[name] = replace(known, roles=(*known.roles, role))
        return tuple(people.values())

    def _cases(self, query: Select[Any]) -> tuple[Case, ...]:
        rows = self._read(query, lambda row: row)
        clocks: dict[str, list[Clock]] = defaultdict(list)
        if rows:
            running = (
                select(tables.clock)
                .where(tables.clock.c.case_ref.in_([row["ref"] for row in rows]))
                .order_by(tables.clock.c.case_ref, tables.clock.c.position)
            )
            for ref, clock in self._read(running, lambda row: (row["case_ref"], clock_from(row))):
                clocks[ref].append(clock)
        return _whole(rows, lambda row: case_from(row, clocks[row["ref"]]))

    def _read(self, query: Select[Any], value: Callable[[RowMapping], T]) -> tuple[T, ...]:
        return _whole(self._connection.execute(query).mappings(), value)


class SqlWriter(SqlReader):
    """Changes to the record, within one transaction."""

    def lock(self, ref: str) -> Case | None:
        """The case, with the root of its tree held until the transaction ends; None for no case."""
        # On SQLite this is a plain read: BEGIN IMMEDIATE holds the one write lock there is.
        root = select(tables.case.c.ref).where(tables.case.c.ref == root_of(ref)).with_for_update()
        self._connection.execute(root)
        return self.case(ref)

    def remembered(self, request_id: str) -> Remembered | None:
        """What a request id was used for before; None where it is new."""
        columns = (tables.request.c.digest, tables.request.c.case_ref, tables.request.c.seq)
        query = select(*columns).where(tables.request.c.request_id == request_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Remembered(digest=row.digest, ref=row.case_ref, seq=row.seq)

    def remember(self, request_id: str, remembered: Remembered, at: datetime) -> None:
        """Keep what a request id was used for."""
        row = {
            "request_id": request_id,
            "digest": remembered.digest,
            "case_ref": remembered.ref,
            "seq": remembered.seq,
            "recorded_at": at,
        }
        self._connection.execute(insert(tables.request), row)

    def next_reference(self, prefix: str, year: int) -> str:
        """The next reference of a prefix and year, held until the transaction ends."""
        first = {"prefix": prefix, "year": year, "last": 0}
        self._connection.execute(self._insert_unless_there(tables.counter), first)
        here = and_(tables.counter.c.prefix == prefix, tables.counter.c.year == year)
        last = self._connection.execute(select(tables.counter.c.last).where(here).with_for_update()).scalar_one()
        return f"{prefix}-{year}-{last + 1:03d}"

    def dispose(self, ref: str, digests: frozenset[str]) -> None:
        """Remove a case's sensitive values, and their salts, for which these digests stand."""
        table = tables.sensitive.c
        rows = self._connection.execute(
            select(table.seq, table.path, table.salt, table.value).where(table.case_ref == ref)
        ).all()
        for seq, path, salt, value in rows:
            if digest(Secret(path=path, salt=bytes(salt), value=value)) in digests:
                here = and_(table.case_ref == ref, table.seq == seq, table.path == path)
                self._connection.execute(delete(tables.sensitive).where(here))
        forgotten = update(tables.request).where(tables.request.c.case_ref == ref).values(digest=FORGOTTEN)
        self._connection.execute(forgotten)

    def record(self, events: tuple[Event, ...], case: Case) -> Case:
        """Keep events and the case that they come to; the case with its head hash."""
        head = self._append(events)
        case = replace(case, head=head)
        row = case_row(case)
        if events[0].seq == 1:
            self._take_reference(case.ref)
            self._connection.execute(insert(tables.case), row)
        else:
            self._connection.execute(update(tables.case).where(tables.case.c.ref == case.ref).values(row))
        self._keep_clocks(events, case)
        self._keep_agencies(case)
        return case

    def keep_person(self, person: Person, recorded_by: str, at: datetime) -> None:
        """Keep a person, in place of whoever had that name."""
        row = {
            "name": person.name,
            "agency": person.agency,
            "email": person.email,
            "recorded_by": recorded_by,
            "recorded_at": at,
        }
        known = self.person(person.name)
        if known is None:
            self._connection.execute(insert(tables.person), row)
        else:
            self._connection.execute(update(tables.person).where(tables.person.c.name == person.name).values(row))
        roles = [{"name": person.name, "role": role} for role in person.roles if not known or role not in known.roles]
        if roles:
            self._connection.execute(insert(tables.person_role), roles)

    def _take_reference(self, ref: str) -> None:
        # Only now, not when it was asked for: a case that was refused leaves no gap behind, even in
        # a host's transaction that goes on.
        prefix, year, number = ref.rsplit("-", 2)
        here = and_(tables.counter.c.prefix == prefix, tables.counter.c.year == int(year))
        self._connection.execute(update(tables.counter).where(here).values(last=int(number)))

    def _insert_unless_there(self, table: Table) -> Insert:
        # Both say ON CONFLICT DO NOTHING; each dialect is imported where it is in use.
        if self._connection.dialect.name == "sqlite":
            from sqlalchemy.dialects import sqlite

            return sqlite.insert(table).on_conflict_do_nothing()
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()

    def _append(self, events: tuple[Event, ...]) -> str:
        before = select(tables.event.c.hash).where(
            tables.event.c.case_ref == events[0].ref, tables.event.c.seq == events[0].seq - 1
        )
        head = FIRST if events[0].seq == 1 else self._connection.execute(before).scalar_one()
        rows = []
        for event in events:
            rows.append(event_row(event, head))
            head = rows[-1]["hash"]
        self._connection.execute(insert(tables.event), rows)
        secrets = [
            {"case_ref": event.ref, "seq": event.seq, "path": s.path, "salt": s.salt, "value": s.value}
            for event in events
            for s in event.secrets
        ]
        if secrets:
            self._connection.execute(insert(tables.sensitive), secrets)
        return head

    def _keep_clocks(self, events: tuple[Event, ...], case: Case) -> None:
        changed = {(clock.deadline, clock.number) for event in events for clock in event.effects.clocks}
        rows = [
            clock_row(case.ref, clock, position)
            for position, clock in enumerate(case.clocks)
            if (clock.deadline, clock.number) in changed
        ]
        if not rows:
            return
        present = select(func.count()).where(tables.clock.c.case_ref == case.ref)
        # Clocks are only ever added behind, so those from the known count on are new.
        known = self._connection.execute(present).scalar_one()
        fresh = [row for row in rows if row["position"] >= known]
        for row in rows:
            if row["position"] < known:
                same = and_(*(tables.clock.c[name] == row[name] for name in ("case_ref", "deadline", "number")))
                self._connection.execute(update(tables.clock).where(same).values(row))
        if fresh:
            self._connection.execute(insert(tables.clock), fresh)

    def _keep_agencies(self, case: Case) -> None:
        known = select(tables.case_agency.c.agency).where(tables.case_agency.c.case_ref == case.ref)
        fresh = set(case.agencies) - set(self._connection.execute(known).scalars())
        if fresh:
            rows = [{"agency": agency, "case_ref": case.ref} for agency in sorted(fresh)]
            self._connection.execute(insert(tables.case_agency), rows)


def _whole(rows: Iterable[RowMapping], value: Callable[[RowMapping], T]) -> tuple[T, ...]:
    """The values that rows stand for.

    Raises:
        DamagedError: where one stands for none: a text that is no JSON, a day that is no day.
    """
    try:
        return tuple(value(row) for row in rows)
    except (TypeError, ValueError):
        # Without its cause, which may quote what the row holds.
        raise DamagedError from None


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if selection.workflow is not None:
        found.append(tables.case.c.workflow == selection.workflow)
    if selection.state is not None:
        found.append(tables.case.c.state == selection.state)
    if selection.after is not None:
        found.append(tables.case.c.ref > selection.after)
    if selection.agency is not None:
        named = and_(
            tables.case_agency.c.case_ref == tables.case.c.ref, tables.case_agency.c.agency == selection.agency
        )
        found.append(exists().where(named))
    if selection.overdue_at is not None:
        late = and_(tables.clock.c.case_ref == tables.case.c.ref, _is_overdue(selection.overdue_at))
        found.append(exists().where(late))
    return found


def _is_overdue(at: datetime) -> ColumnElement[bool]:
    return tables.clock.c.overdue_at <= at
