"""Verify the record: every event follows the one before it, and every case is the fold of its events.

Verification streams: memory holds one page of events and one case, however many there are. It trusts
nothing in the database, since a tamperer may have written anything: text that is not JSON or not text
at all, endless numbers, deeply nested lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select
from sqlalchemy.exc import DataError

from ...engine.model.case import Case
from ...engine.model.evolve import evolve
from ..schema import tables
from ..store.hash_chain import NO_PREVIOUS_HASH, canonical_json, event_hash
from ..store.mapping import case_row, clock_row, event_from, organisation_rows
from .raw_rows import (
    JSON,
    Finding,
    Progress,
    cases_below,
    converted,
    decoded,
    events_below,
    is_reformatted,
    number,
    stored_rows,
    undecoded_text,
    values_below,
)
from .sequences import children_removed, roots_removed
from .values import ValueAudit

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, DataError)
"""The exceptions that reading a tampered row can raise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """The result of verifying the record.

    Attributes:
        cases: The number of cases.
        events: The number of events.
        faults: The first fault of each kind in each case.
    """

    cases: int
    events: int
    faults: tuple[Finding, ...]


def verify(connection: Connection, *, ref: str | None = None, progress: Progress = lambda _: None) -> Verification:
    """Verify the history of one case and those below it, or of all cases.

    Args:
        connection: A connection whose transaction sees one state of the database throughout.
        ref: The reference of the case; None for all.
        progress: Called after each page with the number of its events.
    """
    faults: list[Finding] = []
    without_row: list[str] = []
    walked: Counter[str] = Counter()
    with undecoded_text(connection):
        for case_ref, rows in groupby(stored_rows(connection, ref, progress), key=itemgetter("case_ref")):
            walk = _CaseAudit(ref=str(case_ref))
            for row in rows:
                walk.add(row)
            if not walk.compare(connection):
                without_row.append(walk.ref)
            faults += walk.faults
            walked["events"] += walk.events
        count = select(func.count()).select_from(tables.case).where(*cases_below(ref))
        walked["cases"] = connection.execute(count).scalar_one()
        faults += _without_history(connection, ref)
        if ref is None:
            faults += roots_removed(connection, without_row)
        faults += children_removed(connection, ref, without_row)
        faults += _values_of_nothing(connection, ref, {fault.ref for fault in faults if fault.seq is not None})
    return Verification(cases=walked["cases"], events=walked["events"], faults=tuple(faults))


def count_events(connection: Connection, ref: str | None) -> int:
    """Return the number of events that verification will read, for a progress bar."""
    below = events_below(ref)
    return connection.execute(select(func.count()).select_from(tables.event).where(*below)).scalar_one()


# --- one case -----------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _CaseAudit:
    """The chain of one case so far, and the case that its events fold to."""

    ref: str
    events: int = 0
    faults: list[Finding] = field(default_factory=list)
    _seq: int = 0
    _head: str = NO_PREVIOUS_HASH
    _case: Case | None = None
    _broken: bool = False
    _values: ValueAudit = field(default_factory=ValueAudit)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add the next event. Events after the first fault are counted only, since their faults follow from it."""
        self.events += 1
        if self._broken:
            return
        fault = self._fault(row)
        if fault is None:
            try:
                event = event_from(converted(row))
                self._case = evolve(self._case, event)
                self._values.add(event, decoded(row))
            except UNREADABLE:
                fault = "cannot be read: it was changed"
        if fault is not None:
            self._broken = True
            self._report(f"Event {row['seq']} {fault}.", number(row["seq"]))
        self._seq, self._head = number(row["seq"]) or 0, str(row["hash"])

    def compare(self, connection: Connection) -> bool:
        """Compare the case's rows and its sensitive values with its events.

        Returns:
            Whether the case has a row at all.
        """
        here = tables.case.c.ref == self.ref
        if not connection.execute(select(func.count()).select_from(tables.case).where(here)).scalar_one():
            self._report("The case itself was removed; its events are there.")
            return False
        if self._broken or self._case is None:
            return True
        try:
            self._compare_rows(connection, self._case)
        except UNREADABLE:
            self._report("The case cannot be read: its row was changed.")
        for seq, fault in self._values.faults():
            self._report(f"Event {seq}: {fault}", seq)
        return True

    def _fault(self, row: Mapping[str, Any]) -> str | None:
        if row["seq"] != self._seq + 1:
            return f"stands where event {self._seq + 1} should: events were removed, inserted or reordered"
        if row["previous_hash"] != self._head:
            return "does not follow from the event before it: events were changed, removed, inserted or reordered"
        try:
            content = decoded(row)
            recomputed = event_hash(content)
            rewritten = any(is_reformatted(row[name], content[name]) for name in JSON)
        except UNREADABLE:
            return "cannot be read: it was changed"
        return "was changed" if rewritten or recomputed != row["hash"] else None

    def _compare_rows(self, connection: Connection, case: Case) -> None:
        # Compare rows, not values: rows also have columns for searching, such as overdue_at.
        here = select(tables.case).where(tables.case.c.ref == self.ref)
        stored = connection.execute(here).mappings().one()
        at = stored["seq"]
        if at > case.seq and stored["head"] != case.head:
            gone = case.seq + 1
            self._report(f"Event {gone} and all that followed were removed: the case is at event {at}.", gone)
            return
        if at < case.seq and stored["head"] != case.head:
            self._report(f"Event {at + 1} is not in the case, which is at event {at}.", at + 1)
            return
        row = case_row(case)
        other = [name for name, value in row.items() if canonical_json(stored[name]) != canonical_json(value)]
        table = tables.clock
        clocks = connection.execute(select(table).where(table.c.case_ref == self.ref).order_by(table.c.position))
        wanted = [clock_row(case.ref, clock, position) for position, clock in enumerate(case.clocks)]
        if canonical_json([dict(row) for row in clocks.mappings()]) != canonical_json(wanted):
            other.append("clocks")
        named = tables.case_organisation
        organisations = connection.execute(
            select(named).where(named.c.case_ref == self.ref).order_by(named.c.organisation)
        )
        if canonical_json([dict(row) for row in organisations.mappings()]) != canonical_json(organisation_rows(case)):
            other.append("the organisations by which it is found")
        if other:
            self._report(f"The case is not what its events amount to: {', '.join(other)}.")

    def _report(self, fault: str, seq: int | None = None) -> None:
        self.faults.append(Finding(ref=self.ref, seq=seq, fault=fault))


# --- all cases ------------------------------------------------------------------------------------------


def _without_history(connection: Connection, ref: str | None) -> Iterator[Finding]:
    first = and_(tables.event.c.case_ref == tables.case.c.ref, tables.event.c.seq == 1)
    query = (
        select(tables.case.c.ref)
        .join_from(tables.case, tables.event, first, isouter=True)
        .where(tables.event.c.seq.is_(None), *cases_below(ref))
    )
    for (case_ref,) in connection.execute(query):
        has_some = select(func.count()).where(tables.event.c.case_ref == case_ref)
        if not connection.execute(has_some).scalar_one():
            yield Finding(ref=str(case_ref), seq=1, fault="Event 1 and all that followed were removed.")


def _values_of_nothing(connection: Connection, ref: str | None, faulty: Collection[str]) -> Iterator[Finding]:
    """Yield the cases that have values of an event that does not exist.

    Args:
        connection: The connection.
        ref: The reference of the case to verify; None for all.
        faulty: The cases whose events have a fault, which explains such values.
    """
    values, event = tables.event_values.c, tables.event.alias().c
    any_event = exists().where(event.case_ref == values.case_ref)
    its_event = exists().where(event.case_ref == values.case_ref, event.seq == values.seq)
    query = (
        select(values.case_ref, values.seq, any_event.label("has_history"))
        .where(~its_event, *values_below(ref))
        .order_by(values.case_ref, values.seq)
    )
    for owner, rows in groupby(connection.execute(query), itemgetter(0)):
        _, seq, has_history = next(rows)
        if str(owner) in faulty and (has_history or ref is not None):
            continue
        # A tamperer may have written a text for the number.
        which = "of an event" if number(seq) is None else f"of event {seq}"
        where = f"{which}, which does not exist" if has_history else "without a history that they belong to"
        yield Finding(ref=str(owner), seq=None, fault=f"There are stored values {where}.")
