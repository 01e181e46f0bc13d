"""Finding a case to move, and keeping what became of it: the part of the store that every step goes through.

It sends the fixed text of `statements` to the driver, and makes the engine's values of the plain rows that come
back. What `find` gave is kept until the case is recorded, so that nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Date, Table

from ..engine.deadlines.overrides import DayKind, LocalDay, LocalRules, LocalTerm
from ..engine.forms.replacing import changed
from ..engine.model.calendar import Term, Unit
from ..engine.model.case import Case, Event, Link
from ..engine.model.clock import Clock, Suspension
from . import tables
from .faults import DamagedError, OvertakenError, as_said
from .rows import agency_rows, case_row, clock_row, event_row, root_of
from .statements import FOUND, MOVED, postgres_statements, sqlite_statements
from .types import Instant, Json, as_text, from_text

encode = msgspec.json.Encoder(order="sorted").encode
_names = msgspec.json.Decoder(tuple[str, ...]).decode
_links = msgspec.json.Decoder(tuple[Link, ...]).decode
_data = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode
_suspensions = msgspec.json.Decoder(tuple[Suspension, ...]).decode
_clocks = msgspec.json.Decoder(tuple[Clock, ...]).decode
NONE = "[]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A case as it was found, with what is needed to move it on.

    Attributes:
        case: The case.
        latest_hash: The hash of its latest event; None where that event is gone.
        local: What the unit has set for itself.
    """

    case: Case
    latest_hash: str | None
    local: LocalRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is to be kept, as rows.

    Attributes:
        cases: The rows of the cases, each with the number of its latest event before (`was`).
        events: The events' rows, with what is JSON encoded already.
        secrets: The rows of the sensitive values.
        clocks: The rows of the clocks that changed.
        agencies: The rows of the cases' agencies, where they changed.
    """

    cases: list[dict[str, Any]]
    events: list[dict[str, Any]]
    secrets: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    agencies: list[dict[str, Any]]


class Wire:
    """Fixed text to the driver, within the transaction that SQLAlchemy began and will end.

    What SQLAlchemy does for each statement beside (events, a result's description, a cursor's wrapping) costs
    some 30 microseconds on SQLite and 80 on PostgreSQL, as much as the statement itself.
    """

    __slots__ = ("_connection", "_driver", "_errors")

    def __init__(self, connection: Connection) -> None:
        """A wire to the driver of a connection in a transaction."""
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._errors = connection.dialect.loaded_dbapi.Error

    def send(self, text: str, parameters: Any) -> Any:
        """The driver's cursor after a statement.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        cursor = self._driver.cursor()
        try:
            cursor.execute(text, parameters)
        except self._errors as error:
            raise as_said(self._connection, error) from error
        return cursor

    def send_each(self, text: str, rows: Iterable[Any]) -> Any:
        """The driver's cursor after a statement for each row; `DBAPIError` as in `send`."""
        cursor = self._driver.cursor()
        try:
            cursor.executemany(text, rows)
        except self._errors as error:
            raise as_said(self._connection, error) from error
        return cursor


class Steps(Protocol):
    """How a kind of database finds and keeps."""

    def find(self, wire: Wire, ref: str) -> Found | None:
        """The case, with the root of its tree held until the transaction ends."""
        ...

    def find_all(self, wire: Wire, refs: Sequence[str]) -> Iterable[Found]:
        """Those of several cases that are whole, in any order; the roots of their trees are held already."""
        ...

    def keep(self, wire: Wire, kept: Kept) -> None:
        """Keeps what became of cases that are there.

        Raises:
            OvertakenError: where somebody else has moved one since it was found.
        """
        ...

    def add(self, wire: Wire, kept: Kept) -> None:
        """Keeps new cases."""
        ...


class SqliteSteps:
    """On SQLite: BEGIN IMMEDIATE holds the one write lock there is, and so every root."""

    def __init__(self) -> None:
        """The statements, and how the rows of each table are handed over."""
        self._statements = sqlite_statements()
        self._event, self._secret, self._clock, self._agency = (
            hand_over(table, tuple(table.c.keys()))
            for table in (tables.event, tables.sensitive, tables.clock, tables.case_agency)
        )
        self._new = hand_over(tables.case, tuple(tables.case.c.keys()))
        self._moved = hand_over(tables.case, (*MOVED, "ref"))

    def find(self, wire: Wire, ref: str) -> Found | None:
        """The case."""
        row = wire.send(self._statements.find, (ref,)).fetchone()
        return None if row is None else loaded_from_row(row, day=date.fromisoformat, instant=from_text)

    def find_all(self, wire: Wire, refs: Sequence[str]) -> Iterable[Found]:
        """Those of several cases that are whole."""
        rows = wire.send(self._statements.find_all, (encode(refs).decode(),))
        return whole_row(rows, day=date.fromisoformat, instant=from_text)

    def keep(self, wire: Wire, kept: Kept) -> None:
        """Keeps what became of cases."""
        rows = [(*self._moved(row), row["was"]) for row in kept.cases]
        if wire.send_each(self._statements.keep_cases, rows).rowcount != len(rows):
            raise OvertakenError
        self._keep_beside(wire, kept)

    def add(self, wire: Wire, kept: Kept) -> None:
        """Keeps new cases."""
        wire.send_each(self._statements.add_cases, map(self._new, kept.cases))
        self._keep_beside(wire, kept)

    def _keep_beside(self, wire: Wire, kept: Kept) -> None:
        said = self._statements
        wire.send_each(said.keep_events, map(self._event, kept.events))
        for statement, handed_over, rows in (
            (said.keep_secrets, self._secret, kept.secrets),
            (said.keep_clocks, self._clock, kept.clocks),
            (said.keep_agencies, self._agency, kept.agencies),
        ):
            if rows:
                wire.send_each(statement, map(handed_over, rows))


class PostgresSteps:
    """On PostgreSQL: one statement to find, one to keep."""

    def __init__(self) -> None:
        """The statements."""
        self._statements = postgres_statements()

    def find(self, wire: Wire, ref: str) -> Found | None:
        """The case, with the root of its tree held."""
        root = root_of(ref)
        if ref != root:
            # What is below a root moves without moving it: so the lock first, and then a look that sees all.
            wire.send(self._statements.hold, {"of": root})
        found = self._look(wire, ref)
        if found is not None and found.latest_hash is None:
            found = self._look(wire, ref)
        return found

    def find_all(self, wire: Wire, refs: Sequence[str]) -> Iterable[Found]:
        """Those of several cases that are whole; the roots of their trees are held already."""
        rows = wire.send(self._statements.find_all, {"of": list(refs)})
        return whole_row(rows, day=unchanged, instant=in_utc)

    def _look(self, wire: Wire, ref: str) -> Found | None:
        row = wire.send(self._statements.find, {"of": ref}).fetchone()
        return None if row is None else loaded_from_row(row, day=unchanged, instant=in_utc)

    def keep(self, wire: Wire, kept: Kept) -> None:
        """Keeps what became of cases."""
        if wire.send(self._statements.keep, as_json(kept)).fetchone() != (len(kept.cases),):
            raise OvertakenError

    def add(self, wire: Wire, kept: Kept) -> None:
        """Keeps new cases."""
        wire.send(self._statements.add, as_json(kept))


def steps_of(connection: Connection) -> Steps:
    """How the kind of database that a connection is to finds and keeps."""
    return _steps(connection.dialect.name)


@lru_cache
def _steps(name: str) -> Steps:
    return SqliteSteps() if name == "sqlite" else PostgresSteps()


def kept_rows(events: Sequence[Event], case: Case, head: str) -> tuple[Case, Kept]:
    """The rows of events and of the case that they come to; the case with its head hash.

    Args:
        events: The events, in order.
        case: The case as it is after them.
        head: The hash of the event before them.
    """
    rows = []
    for event in events:
        rows.append(event_row(event, head))
        head = rows[-1]["hash"]
    case = changed(case, head=head)
    others = {(clock.deadline, clock.number) for event in events for clock in event.effects.clocks}
    named = any(event.effects.agencies is not None for event in events)
    return case, Kept(
        cases=[{**case_row(case), "was": events[0].seq - 1}],
        events=rows,
        secrets=[
            {"case_ref": event.ref, "seq": event.seq, "path": s.path, "salt": s.salt, "value": s.value}
            for event in events
            for s in event.secrets
        ],
        clocks=[
            clock_row(case.ref, clock, position)
            for position, clock in enumerate(case.clocks)
            if (clock.deadline, clock.number) in others
        ],
        agencies=agency_rows(case) if named else [],
    )


def hash_before(event: Event, found: Found | None) -> str:
    """The hash of the event before one.

    Args:
        event: An event that is not its case's first.
        found: The case as it was found.

    Raises:
        OvertakenError: where the case has been moved on.
        DamagedError: where the case or the event is gone.
    """
    if found is None or found.latest_hash is None:
        raise DamagedError
    if found.case.seq != event.seq - 1:
        raise OvertakenError
    return found.latest_hash


# --- from the plain values of a row --------------------------------------------------------------------


def loaded_from_row(row: Sequence[Any], *, day: Callable[[Any], date], instant: Callable[[Any], datetime]) -> Found:
    value = dict(zip(FOUND, row, strict=False))
    latest_hash, clocks, local_days, local_terms = row[len(FOUND) :]
    try:
        for name in ("opened_on", "last_step_on"):
            value[name] = day(value[name])
        if value["closed_on"] is not None:
            value["closed_on"] = day(value["closed_on"])
        value["recorded_at"] = instant(value["recorded_at"])
        value["been_in"] = _names(value["been_in"])
        value["agencies"] = _names(value["agencies"])
        value["links"] = _links(value["links"])
        value["data"] = _data(value["data"])
        value["suspensions"] = _suspensions(value["suspensions"])
        case = Case(**value, clocks=_clocks(clocks or NONE))
        return Found(case=case, latest_hash=latest_hash, local=_local(local_days or NONE, local_terms or NONE))
    except (TypeError, ValueError):
        # Without its cause, which may quote what the row holds.
        raise DamagedError from None


def whole_row(
    rows: Iterable[Sequence[Any]], *, day: Callable[[Any], date], instant: Callable[[Any], datetime]
) -> Iterator[Found]:
    for row in rows:
        # What is damaged is no matter of the others: whoever asks for that case alone is told of it.
        with suppress(DamagedError):
            found = loaded_from_row(row, day=day, instant=instant)
            if found.latest_hash is not None:
                yield found


class _Day(msgspec.Struct, array_like=True):
    day: date
    revision: int
    counts_as: DayKind
    reasons: str
    recorded_by: str
    recorded_at: datetime


class _Term(msgspec.Struct, array_like=True):
    workflow: str
    deadline: str
    revision: int
    from_day: date
    term_amount: int | None
    term_unit: Unit | None
    rungs: Any
    reasons: str
    recorded_by: str
    recorded_at: datetime


@lru_cache(maxsize=8)
def _local(days: str, terms: str) -> LocalRules:
    """What the unit has set. Known by the text itself, so it is what the database holds, whoever wrote it."""
    # The latest word on a day is the one that holds.
    latest = {
        row.day: LocalDay(
            day=row.day,
            counts_as=row.counts_as,
            reasons=row.reasons,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
        for row in msgspec.json.decode(days, type=list[_Day])
    }
    rows = sorted(msgspec.json.decode(terms, type=list[_Term]), key=lambda row: (row.recorded_at, row.revision))
    return LocalRules(days=tuple(latest.values()), terms=tuple(map(_local_term, rows)))


def _local_term(row: _Term) -> LocalTerm:
    term = None
    if row.term_amount is not None and row.term_unit is not None:
        term = Term(amount=row.term_amount, unit=row.term_unit)
    # SQLite gives JSON that is kept as text as a text within JSON.
    rungs = msgspec.json.decode(row.rungs) if isinstance(row.rungs, str) else row.rungs
    return LocalTerm(
        workflow=row.workflow,
        deadline=row.deadline,
        from_day=row.from_day,
        term=term,
        rungs=rungs or {},
        reasons=row.reasons,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def unchanged(value: Any) -> Any:
    return value


def in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


# --- to the plain values of a row -----------------------------------------------------------------------


def hand_over(table: Table, names: Sequence[str]) -> Callable[[Mapping[str, Any]], list[Any]]:
    """How a row's values are handed to SQLite's driver, in the order of some columns."""
    values = itemgetter(*names)
    ways = [(place, way) for place, name in enumerate(names) if (way := _way(table.c[name].type)) is not None]

    def handed_over(row: Mapping[str, Any]) -> list[Any]:
        handed = list(values(row))
        for place, way in ways:
            if handed[place] is not None:
                handed[place] = way(handed[place])
        return handed

    return handed_over


def _way(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, Instant):
        return as_text
    if isinstance(kind, Date):
        return date.isoformat
    return _json_text if isinstance(kind, Json) else None


def _json_text(value: Any) -> str | None:
    text = encode(value).decode()
    return None if text == "null" else text


def as_json(kept: Kept) -> dict[str, str]:
    """The rows as PostgreSQL takes them: a JSON array for each table."""
    secrets = [{**row, "salt": f"\\x{row['salt'].hex()}"} for row in kept.secrets]
    return {
        "cases": encode(kept.cases).decode(),
        "events": encode(kept.events).decode(),
        "secrets": encode(secrets).decode(),
        "clocks": encode(kept.clocks).decode(),
        "agencies": encode(kept.agencies).decode(),
    }
