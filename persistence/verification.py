"""Proving the record: every event follows the one before it, and every case is the fold of its events.

The walk streams: it holds one page of events and one case at a time, however many there are. It reads
what the database holds without trusting it, since whoever tampered may have written anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, String, and_, func, or_, select, tuple_, type_coerce

from ..engine.case import Case, Event, EventKind
from ..engine.evolve import evolve
from ..engine.sealing import digests_in
from . import tables
from .chain import FIRST, event_hash
from .rows import event_from, root_of
from .store import SqlReader
from .types import from_text

PAGE = 2_000
NUMBERS = {"seq", "workflow_version"}

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
    reader = SqlReader(connection)
    faults: list[Finding] = []
    walked: Counter[str] = Counter()
    for case_ref, rows in groupby(_rows(connection, ref, progress), key=itemgetter("case_ref")):
        walk = _Walk(ref=str(case_ref))
        for row in rows:
            walk.take(row)
        walk.compare(reader)
        faults += walk.faults
        walked["events"] += walk.taken
    walked["cases"] = connection.execute(select(func.count()).select_from(tables.case).where(*_below(ref))).scalar_one()
    faults += _without_history(connection, ref)
    if ref is None:
        faults += _removed_whole(connection)
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
            except (ValueError, TypeError, KeyError, AttributeError, msgspec.ValidationError):
                fault = "cannot be read: it was changed"
            else:
                self._remember(event)
        if fault is not None:
            self._broken = True
            self.faults.append(Finding(ref=self.ref, seq=_number(row["seq"]), fault=f"Event {row['seq']} {fault}."))
        self._seq, self._head = _number(row["seq"]) or 0, str(row["hash"])

    def compare(self, reader: SqlReader) -> None:
        """The case's snapshot, and its sensitive values, against what the events amount to."""
        if self._broken or self._case is None:
            return
        try:
            kept = reader.case(self.ref)
        except (ValueError, TypeError, KeyError, msgspec.MsgspecError):
            self._tell("The case cannot be read: its row was changed.")
            return
        if kept is None:
            self._tell("The case itself was removed; its events are there.")
        elif kept != self._case:
            other = ", ".join(f.name for f in fields(Case) if getattr(kept, f.name) != getattr(self._case, f.name))
            self._tell(f"The case is not what its events amount to: {other}.")
        self._compare_sensitive(reader)

    def _fault(self, row: Mapping[str, Any]) -> str | None:
        if row["seq"] != self._seq + 1:
            return f"stands where event {self._seq + 1} should: events were removed, inserted or reordered"
        if row["previous_hash"] != self._head:
            return "does not follow from the event before it: events were changed, removed, inserted or reordered"
        try:
            found = event_hash(_decoded(row))
        except (ValueError, TypeError, msgspec.MsgspecError):
            return "cannot be read: it was changed"
        return None if found == row["hash"] else "was changed"

    def _remember(self, event: Event) -> None:
        for found in digests_in(event.data):
            self._sealed[found] = event.seq
        if event.kind is EventKind.DISPOSED:
            self._disposed.update(event.data["digests"])

    def _compare_sensitive(self, reader: SqlReader) -> None:
        kept = reader.events_of_secrets(self.ref).keys()
        for found, seq in self._sealed.items():
            if found not in kept and found not in self._disposed:
                self._tell("A sensitive value was removed or changed, and no event says so.", seq)
        if kept - self._sealed.keys():
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
            yield Finding(ref=case_ref, seq=1, fault="Event 1 and all that followed were removed.")


def _removed_whole(connection: Connection) -> Iterator[Finding]:
    """References are given without gaps, so a number that no case bears was a case's once."""
    for prefix, year, last in connection.execute(select(tables.counter).order_by(tables.counter.c.prefix)):
        stem = f"{prefix}-{year}-"
        roots = and_(tables.case.c.ref == tables.case.c.root, tables.case.c.ref.like(f"{stem}%"))
        count = connection.execute(select(func.count()).select_from(tables.case).where(roots)).scalar_one()
        if count == last:
            continue
        # One byte a number: a register of a million cases takes a megabyte here, and only when a
        # fault is already known.
        seen = bytearray(last + 1)
        for (ref,) in connection.execute(select(tables.case.c.ref).where(roots)):
            number = ref.removeprefix(stem)
            if number.isdigit() and int(number) <= last:
                seen[int(number)] = 1
            else:
                yield Finding(ref=ref, seq=None, fault=f"The case bears a number beyond the last given, {last}.")
        for number in range(1, last + 1):
            if not seen[number]:
                yield Finding(ref=f"{stem}{number:03d}", seq=None, fault="The case was removed whole.")


# --- reading without trust --------------------------------------------------------------------------------


def _rows(connection: Connection, ref: str | None, progress: Progress) -> Iterator[dict[str, Any]]:
    """Every event's row, in order, a page at a time; on SQLite as the plain text that is stored."""
    raw = connection.dialect.name == "sqlite"
    columns: list[Any] = list(tables.event.c)
    if raw:
        columns = [c if c.name in NUMBERS else type_coerce(c, String).label(c.name) for c in columns]
    key = (tables.event.c.case_ref, tables.event.c.seq)
    query = select(*columns).where(*_events_below(ref)).order_by(*key).limit(PAGE)
    after: tuple[Any, Any] | None = None
    while True:
        page = query if after is None else query.where(tuple_(*key) > tuple_(*after))
        rows = [dict(row) for row in connection.execute(page).mappings()]
        yield from rows
        progress(len(rows))
        if len(rows) < PAGE:
            return
        after = (rows[-1]["case_ref"], rows[-1]["seq"])


def _decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its hash was made from it: JSON text decoded, all else as it is."""
    decoded = dict(row)
    for name in ("decided_by", "data", "effects"):
        if isinstance(row[name], str | bytes):
            decoded[name] = msgspec.json.decode(row[name])
    return decoded


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
