"""Proving the record: every event follows the one before it, and every case is the fold of its events.

The walk streams: it holds one page of events and one case at a time, however many there are. It reads
what the database holds without trusting it, since whoever tampered may have written anything: text
that is no JSON or no text at all, numbers without end, lists within lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Date, String, and_, exists, func, literal, or_, select, type_coerce
from sqlalchemy import case as sql_case
from sqlalchemy.exc import DataError

from ..engine.case import Case, Event, EventKind
from ..engine.evolve import evolve
from ..engine.sealing import digests_in
from . import tables
from .chain import FIRST, canonical, event_hash
from .rows import case_row, clock_row, event_from, root_of
from .store import SqlReader
from .types import Instant, from_text

PAGE = 2_000
# A day within what Python knows, so that no zone leads out of it.
_FIRST_DAY, _LAST_DAY = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
NUMBERS = {"seq", "workflow_version"}
JSON = ("decided_by", "data", "effects")
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, DataError)
"""What reading a row raises that was tampered with, whatever was written there."""

Progress = Callable[[int], None]
"""Is told how many more events have been walked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that is not as it was recorded.

    Attributes:
        ref: The case it was found in.
        seq: The first event that is not as it was; None where it is the case itself.
        fault: What is wrong, in a sentence.
    """

    ref: str
    seq: int | None
    fault: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What a walk found.

    Attributes:
        cases: How many cases were walked.
        events: How many events.
        faults: What is not as it was recorded; the first fault of each kind in each case.
    """

    cases: int
    events: int
    faults: tuple[Finding, ...]


def verify(connection: Connection, *, ref: str | None = None, progress: Progress = lambda _: None) -> Verification:
    """Walks the history of one case and those below it, or of all.

    Args:
        connection: A connection whose transaction sees one state of the database throughout.
        ref: The case; None for all.
        progress: Is told of each page.
    """
    faults: list[Finding] = []
    without_row: list[str] = []
    walked: Counter[str] = Counter()
    with _text_as_it_is(connection):
        for case_ref, rows in groupby(_rows(connection, ref, progress), key=itemgetter("case_ref")):
            walk = _Walk(ref=str(case_ref))
            for row in rows:
                walk.take(row)
            if not walk.compare(connection):
                without_row.append(walk.ref)
            faults += walk.faults
            walked["events"] += walk.taken
        count = select(func.count()).select_from(tables.case).where(*_below(ref))
        walked["cases"] = connection.execute(count).scalar_one()
        faults += _without_history(connection, ref)
        if ref is None:
            faults += _removed_whole(connection, without_row)
            faults += _sensitive_of_nothing(connection)
    return Verification(cases=walked["cases"], events=walked["events"], faults=tuple(faults))


def count_events(connection: Connection, ref: str | None) -> int:
    """How many events a walk will see; for a progress bar."""
    below = _events_below(ref)
    return connection.execute(select(func.count()).select_from(tables.event).where(*below)).scalar_one()


# --- one case -----------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _Walk:
    """One case's history on the way: the chain so far, and what it folds to."""

    ref: str
    taken: int = 0
    faults: list[Finding] = field(default_factory=list)
    _seq: int = 0
    _head: str = FIRST
    _case: Case | None = None
    _broken: bool = False
    _sealed: dict[str, int] = field(default_factory=dict)
    _disposed: set[str] = field(default_factory=set)

    def take(self, row: Mapping[str, Any]) -> None:
        """The next event. After the first fault the rest follows from it, and is not told."""
        self.taken += 1
        if self._broken:
            return
        fault = self._fault(row)
        if fault is None:
            try:
                event = event_from(_typed(row))
                self._case = evolve(self._case, event)
                self._remember(event)
            except UNREADABLE:
                fault = "cannot be read: it was changed"
        if fault is not None:
            self._broken = True
            self._tell(f"Event {row['seq']} {fault}.", _number(row["seq"]))
        self._seq, self._head = _number(row["seq"]) or 0, str(row["hash"])

    def compare(self, connection: Connection) -> bool:
        """The case's rows, and its sensitive values, against what the events amount to.

        Returns:
            Whether the case has a row at all.
        """
        here = tables.case.c.ref == self.ref
        if not connection.execute(select(func.count()).select_from(tables.case).where(here)).scalar_one():
            self._tell("The case itself was removed; its events are there.")
            return False
        if self._broken or self._case is None:
            return True
        try:
            self._compare_rows(connection, self._case)
        except UNREADABLE:
            self._tell("The case cannot be read: its row was changed.")
        try:
            self._compare_sensitive(SqlReader(connection).events_of_secrets(self.ref))
        except UNREADABLE:
            self._tell("A sensitive value cannot be read: it was changed.")
        return True

    def _fault(self, row: Mapping[str, Any]) -> str | None:
        if row["seq"] != self._seq + 1:
            return f"stands where event {self._seq + 1} should: events were removed, inserted or reordered"
        if row["previous_hash"] != self._head:
            return "does not follow from the event before it: events were changed, removed, inserted or reordered"
        try:
            decoded = _decoded(row)
            found = event_hash(decoded)
            rewritten = any(_is_respelt(row[name], decoded[name]) for name in JSON)
        except UNREADABLE:
            return "cannot be read: it was changed"
        return "was changed" if rewritten or found != row["hash"] else None

    def _remember(self, event: Event) -> None:
        for found in digests_in(event.data):
            self._sealed[found] = event.seq
        if event.kind is EventKind.DISPOSED:
            self._disposed.update(event.data["digests"])

    def _compare_rows(self, connection: Connection, case: Case) -> None:
        # Rows, not the values that they stand for: a row has columns of its own, by which cases are
        # found, or are overdue.
        here = select(tables.case).where(tables.case.c.ref == self.ref)
        kept = connection.execute(here).mappings().one()
        if kept["seq"] > case.seq and kept["head"] != case.head:
            gone = case.seq + 1
            self._tell(f"Event {gone} and all that followed were removed: the case is at event {kept['seq']}.", gone)
            return
        if kept["seq"] < case.seq and kept["head"] != case.head:
            beyond = kept["seq"] + 1
            self._tell(f"Event {beyond} is not in the case, which is at event {kept['seq']}.", beyond)
            return
        other = [name for name, value in case_row(case).items() if canonical(kept[name]) != canonical(value)]
        table = tables.clock
        clocks = connection.execute(select(table).where(table.c.case_ref == self.ref).order_by(table.c.position))
        wanted = [clock_row(case.ref, clock, position) for position, clock in enumerate(case.clocks)]
        if canonical([dict(row) for row in clocks.mappings()]) != canonical(wanted):
            other.append("clocks")
        named = select(tables.case_agency.c.agency).where(tables.case_agency.c.case_ref == self.ref)
        if sorted(connection.execute(named).scalars()) != sorted(case.agencies):
            other.append("the agencies by which it is found")
        if other:
            self._tell(f"The case is not what its events amount to: {', '.join(other)}.")

    def _compare_sensitive(self, kept: Mapping[str, int]) -> None:
        for found, seq in self._sealed.items():
            if found in self._disposed:
                if found in kept:
                    self._tell("A sensitive value was disposed of, and is there again.", seq)
            elif found not in kept:
                self._tell("A sensitive value was removed or changed, and no event says so.", seq)
            elif kept[found] != seq:
                self._tell("A sensitive value was moved to another event.", seq)
        if kept.keys() - self._sealed.keys():
            self._tell("A sensitive value is there that no event knows of.")

    def _tell(self, fault: str, seq: int | None = None) -> None:
        self.faults.append(Finding(ref=self.ref, seq=seq, fault=fault))


# --- all cases ------------------------------------------------------------------------------------------


def _without_history(connection: Connection, ref: str | None) -> Iterator[Finding]:
    first = and_(tables.event.c.case_ref == tables.case.c.ref, tables.event.c.seq == 1)
    query = (
        select(tables.case.c.ref)
        .join_from(tables.case, tables.event, first, isouter=True)
        .where(tables.event.c.seq.is_(None), *_below(ref))
    )
    for (case_ref,) in connection.execute(query):
        has_some = select(func.count()).where(tables.event.c.case_ref == case_ref)
        if not connection.execute(has_some).scalar_one():
            yield Finding(ref=str(case_ref), seq=1, fault="Event 1 and all that followed were removed.")


def _removed_whole(connection: Connection, without_row: Iterable[str]) -> Iterator[Finding]:
    """References are given without gaps, so a number that no case bears was a case's once."""
    borne: dict[tuple[str, int], int] = {}
    for ref in _roots(connection, without_row):
        given = _number_given(ref)
        if given is None:
            yield Finding(ref=ref, seq=None, fault="The case bears a reference that is never given.")
            continue
        prefix, year, number = given
        stem = prefix, year
        yield from _gap(stem, borne.get(stem, 0) + 1, number - 1)
        borne[stem] = number
    for prefix, year, last in connection.execute(select(tables.counter).order_by(tables.counter.c.prefix)):
        highest = borne.pop((prefix, year), 0)
        if not isinstance(last, int):
            yield Finding(ref=f"{prefix}-{year}", seq=None, fault="The count of references cannot be read.")
        elif last < highest:
            fault = f"The case bears a number beyond the last given, {last}."
            yield Finding(ref=_reference(prefix, year, highest), seq=None, fault=fault)
        else:
            yield from _gap((prefix, year), highest + 1, last)
    for (prefix, year), highest in borne.items():
        fault = "The case bears a number, and the count of the numbers given was removed."
        yield Finding(ref=_reference(prefix, year, highest), seq=None, fault=fault)


def _roots(connection: Connection, without_row: Iterable[str]) -> Iterator[str]:
    """The references of all roots, by number; those too of which only the events are left."""
    ref = tables.case.c.ref
    query = select(ref).where(ref.not_like("%/%")).order_by(func.length(ref), ref)
    rows = connection.execute(query.execution_options(yield_per=PAGE)).scalars()
    lost = sorted((one for one in without_row if "/" not in one), key=_by_number)
    return merge(map(str, rows), lost, key=_by_number)


def _by_number(ref: str) -> tuple[int, str]:
    return len(ref), ref


def _number_given(ref: str) -> tuple[str, int, int] | None:
    try:
        prefix, year, number = ref.rsplit("-", 2)
        given = prefix, int(year), int(number)
    except ValueError:
        return None
    return given if _reference(*given) == ref else None


def _reference(prefix: str, year: int, number: int) -> str:
    return f"{prefix}-{year}-{number:03d}"


def _gap(stem: tuple[str, int], first: int, last: int) -> Iterator[Finding]:
    if first == last:
        yield Finding(ref=_reference(*stem, first), seq=None, fault="The case was removed whole.")
    elif first < last:
        fault = f"The cases from here to {_reference(*stem, last)} were removed whole."
        yield Finding(ref=_reference(*stem, first), seq=None, fault=fault)


def _sensitive_of_nothing(connection: Connection) -> Iterator[Finding]:
    found = tables.sensitive.c.case_ref
    query = select(found).where(~exists().where(tables.event.c.case_ref == found)).distinct().order_by(found)
    for ref in connection.execute(query).scalars():
        yield Finding(ref=str(ref), seq=None, fault="Sensitive values are there, and no history that they belong to.")


# --- reading without trust --------------------------------------------------------------------------------


@contextmanager
def _text_as_it_is(connection: Connection) -> Iterator[None]:
    """On SQLite, what stands as text and is none comes as bytes, in place of an error of the driver's."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    before, driver.text_factory = driver.text_factory, _text_or_bytes
    try:
        yield
    finally:
        driver.text_factory = before


def _text_or_bytes(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _rows(connection: Connection, ref: str | None, progress: Progress) -> Iterator[dict[str, Any]]:
    """Every event's row, in order, a page at a time; on SQLite as the plain text that is stored."""
    reading = _as_text if connection.dialect.name == "sqlite" else _as_possible
    columns = [reading(column) for column in tables.event.c]
    query = select(*columns).where(*_events_below(ref)).order_by(tables.event.c.case_ref, tables.event.c.seq)
    # One reading from the first row to the last, not page after page by key: a key may be anything.
    found = connection.execute(query.execution_options(yield_per=PAGE)).mappings()
    for page in found.partitions():
        yield from map(dict, page)
        progress(len(page))


def _as_text(column: Column[Any]) -> Any:
    return column if column.name in NUMBERS else type_coerce(column, String).label(column.name)


def _as_possible(column: Column[Any]) -> Any:
    """A column of PostgreSQL's, which knows days that Python does not (`infinity`): they are read as none."""
    if not isinstance(column.type, Date | Instant):
        return column
    return sql_case((column.between(literal(_FIRST_DAY), literal(_LAST_DAY)), column)).label(column.name)


def _decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its hash was made from it: JSON text decoded, all else as it is."""
    decoded = dict(row)
    for name in JSON:
        if isinstance(row[name], str):
            decoded[name] = msgspec.json.decode(row[name])
    return decoded


def _is_respelt(stored: Any, decoded: Any) -> bool:
    """Whether JSON text is not as we write it: one of two equal names would be read by some, one by others."""
    return isinstance(stored, str) and msgspec.json.encode(decoded, order="sorted").decode() != stored


def _typed(row: Mapping[str, Any]) -> Any:
    """A row as the engine's values are made from it."""
    typed = _decoded(row)
    for name in ("occurred_at", "recorded_at"):
        if isinstance(row[name], str):
            typed[name] = from_text(row[name])
    if isinstance(row["occurred_on"], str):
        typed["occurred_on"] = date.fromisoformat(row["occurred_on"])
    return typed


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _below(ref: str | None) -> tuple[Any, ...]:
    if ref is None:
        return ()
    return (and_(tables.case.c.root == root_of(ref), or_(tables.case.c.ref == ref, _within(tables.case.c.ref, ref))),)


def _events_below(ref: str | None) -> tuple[Any, ...]:
    if ref is None:
        return ()
    return (or_(tables.event.c.case_ref == ref, _within(tables.event.c.case_ref, ref)),)


def _within(column: Any, ref: str) -> Any:
    # "0" is the character after "/": so this is a range of the index, not a pattern to try.
    return and_(column > f"{ref}/", column < f"{ref}0")


def seal_lines(connection: Connection) -> Iterator[dict[str, Any]]:
    """The head of every case: its reference, its latest event's number and hash."""
    query = select(tables.case.c.ref, tables.case.c.seq, tables.case.c.head).order_by(tables.case.c.ref)
    for ref, seq, head in connection.execute(query.execution_options(yield_per=PAGE)):
        yield {"ref": ref, "seq": seq, "hash": head}


def against_seal(connection: Connection, lines: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is no longer as a seal has it: histories that were cut short or rewritten.

    Args:
        connection: A connection to the record.
        lines: The seal's lines, each `ref`, `seq` and `hash`.
    """
    query = select(tables.event.c.hash)
    for line in lines:
        here = and_(tables.event.c.case_ref == line["ref"], tables.event.c.seq == line["seq"])
        found = connection.execute(query.where(here)).scalar_one_or_none()
        if found is None:
            fault = f"The seal has event {line['seq']}, and it is gone: the history was cut short."
        elif found != line["hash"]:
            fault = f"Event {line['seq']} is not the one that was sealed: the history was rewritten."
        else:
            continue
        yield Finding(ref=str(line["ref"]), seq=int(line["seq"]), fault=fault)
