"""Verify the record: every event follows the one before it, and every case is the fold of its events.

Verification streams: memory holds one page of events and one case, however many there are. It trusts
nothing in the database, since a tamperer may have written anything: text that is not JSON or not text
at all, endless numbers, deeply nested lists.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, func, select

from ...engine.model.case import UNIT
from ..schema import tables
from .case_history import CaseAudit
from .case_rows import CaseRows
from .messages import faults_of_messages, notices_without_message
from .orphans import notices_of_nothing, requests_of_nothing, values_of_nothing, without_history
from .raw_rows import Finding, Progress, cases_below, events_below, stored_rows, undecoded_text
from .sequences import children_removed, roots_removed
from .taken_back import taken_back_events
from .unit import unit_faults


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
    case_rows = CaseRows(connection)
    with undecoded_text(connection):
        taken_back = taken_back_events(connection, ref)
        for case_ref, rows in groupby(stored_rows(connection, ref, progress), key=itemgetter("case_ref")):
            walk = CaseAudit(ref=str(case_ref), taken_back=taken_back.get(str(case_ref), frozenset()))
            for row in rows:
                walk.add(row)
            if not walk.compare(case_rows):
                without_row.append(walk.ref)
            faults += walk.faults
            walked["events"] += walk.events
        # The unit's own record is no case of the office's work: count it only if it is asked for.
        counted = (tables.case.c.ref != UNIT,) if ref is None else cases_below(ref)
        count = select(func.count()).select_from(tables.case).where(*counted)
        walked["cases"] = connection.execute(count).scalar_one()
        faults += without_history(connection, ref)
        if ref is None:
            faults += roots_removed(connection, without_row)
        faults += children_removed(connection, ref, without_row)
        faults += values_of_nothing(connection, ref, {fault.ref for fault in faults if fault.seq is not None})
        faults += notices_of_nothing(connection, ref, {fault.ref for fault in faults})
        faults += notices_without_message(connection, ref)
        faults += faults_of_messages(connection, ref)
        faults += requests_of_nothing(connection, ref, {fault.ref for fault in faults if fault.seq is not None})
        if ref in (None, UNIT) and not any(fault.ref == UNIT for fault in faults):
            faults += unit_faults(connection)
    return Verification(cases=walked["cases"], events=walked["events"], faults=tuple(faults))


def count_events(connection: Connection, ref: str | None) -> int:
    """Return the number of events that verification will read, for a progress bar."""
    below = events_below(ref)
    return connection.execute(select(func.count()).select_from(tables.event).where(*below)).scalar_one()
