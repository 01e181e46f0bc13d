"""Proving the record: every event follows the one before it, and every case is the fold of its events.

The walk streams: it holds one page of events and one case at a time, however many there are. It reads
what the database holds without trusting it, since whoever tampered may have written anything: text
that is no JSON or no text at all, numbers without end, lists within lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select
from sqlalchemy.exc import DataError

from ...engine.forms.digests import digests_in
from ...engine.model.case import Case, Event
from ...engine.model.clock import EventKind
from ...engine.model.evolve import evolve
from ..schema import tables
from ..store.hash_chain import NO_PREVIOUS_HASH, canonical_json, event_hash
from ..store.mapping import case_row, clock_row, event_from, organisation_rows
from ..store.reader import SqlReader
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
)
from .sequences import children_removed, roots_removed

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, DataError)
"""What reading a row raises that was tampered with, whatever was written there."""


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
            faults += _sensitive_of_nothing(connection)
        faults += children_removed(connection, ref, without_row)
    return Verification(cases=walked["cases"], events=walked["events"], faults=tuple(faults))


def count_events(connection: Connection, ref: str | None) -> int:
    """How many events a walk will see; for a progress bar."""
    below = events_below(ref)
    return connection.execute(select(func.count()).select_from(tables.event).where(*below)).scalar_one()


# --- one case -----------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _CaseAudit:
    """One case's history on the way: the chain so far, and what it folds to."""

    ref: str
    events: int = 0
    faults: list[Finding] = field(default_factory=list)
    _seq: int = 0
    _head: str = NO_PREVIOUS_HASH
    _case: Case | None = None
    _broken: bool = False
    _digests: dict[str, int] = field(default_factory=dict)
    _disposed: set[str] = field(default_factory=set)

    def add(self, row: Mapping[str, Any]) -> None:
        """The next event. After the first fault the rest follows from it, and is not told."""
        self.events += 1
        if self._broken:
            return
        fault = self._fault(row)
        if fault is None:
            try:
                event = event_from(converted(row))
                self._case = evolve(self._case, event)
                self._note_digests(event)
            except UNREADABLE:
                fault = "cannot be read: it was changed"
        if fault is not None:
            self._broken = True
            self._report(f"Event {row['seq']} {fault}.", number(row["seq"]))
        self._seq, self._head = number(row["seq"]) or 0, str(row["hash"])

    def compare(self, connection: Connection) -> bool:
        """The case's rows, and its sensitive values, against what the events amount to.

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
        try:
            self._compare_sensitive(SqlReader(connection).events_of_stored_values(self.ref))
        except UNREADABLE:
            self._report("A sensitive value cannot be read: it was changed.")
        return True

    def _fault(self, row: Mapping[str, Any]) -> str | None:
        if row["seq"] != self._seq + 1:
            return f"stands where event {self._seq + 1} should: events were removed, inserted or reordered"
        if row["previous_hash"] != self._head:
            return "does not follow from the event before it: events were changed, removed, inserted or reordered"
        try:
            content = decoded(row)
            found = event_hash(content)
            rewritten = any(is_reformatted(row[name], content[name]) for name in JSON)
        except UNREADABLE:
            return "cannot be read: it was changed"
        return "was changed" if rewritten or found != row["hash"] else None

    def _note_digests(self, event: Event) -> None:
        for found in digests_in(event.data):
            self._digests[found] = event.seq
        if event.kind is EventKind.DISPOSED:
            self._disposed.update(event.data["digests"])

    def _compare_rows(self, connection: Connection, case: Case) -> None:
        # Rows, not the values that they stand for: a row has columns of its own, by which cases are
        # found, or are overdue.
        here = select(tables.case).where(tables.case.c.ref == self.ref)
        kept = connection.execute(here).mappings().one()
        if kept["seq"] > case.seq and kept["head"] != case.head:
            gone = case.seq + 1
            self._report(f"Event {gone} and all that followed were removed: the case is at event {kept['seq']}.", gone)
            return
        if kept["seq"] < case.seq and kept["head"] != case.head:
            beyond = kept["seq"] + 1
            self._report(f"Event {beyond} is not in the case, which is at event {kept['seq']}.", beyond)
            return
        other = [name for name, value in case_row(case).items() if canonical_json(kept[name]) != canonical_json(value)]
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

    def _compare_sensitive(self, kept: Mapping[str, int]) -> None:
        for found, seq in self._digests.items():
            if found in self._disposed:
                if found in kept:
                    self._report("A sensitive value was disposed of, and is there again.", seq)
            elif found not in kept:
                self._report("A sensitive value was removed or changed, and no event says so.", seq)
            elif kept[found] != seq:
                self._report("A sensitive value was moved to another event.", seq)
        if kept.keys() - self._digests.keys():
            self._report("A sensitive value is there that no event knows of.")

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


def _sensitive_of_nothing(connection: Connection) -> Iterator[Finding]:
    found = tables.sensitive.c.case_ref
    query = select(found).where(~exists().where(tables.event.c.case_ref == found)).distinct().order_by(found)
    for ref in connection.execute(query).scalars():
        yield Finding(ref=str(ref), seq=None, fault="Sensitive values are there, and no history that they belong to.")
