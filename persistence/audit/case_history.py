"""Verify the history of one case: its chain, and that its rows are what its events amount to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...engine.model.case import Case
from ...engine.model.evolve import evolve, pass_over
from ..store.hash_chain import NO_PREVIOUS_HASH, canonical_json, encode_part, event_hash
from ..store.mapping import case_row, clock_row, event_from, organisation_rows
from .case_rows import CaseRows
from .notices import NoticeAudit
from .raw_rows import JSON, UNREADABLE, Finding, converted, decoded, number
from .values import ValueAudit

OUT_OF_ORDER = "is not after the event before it in the order of all events."


@dataclass(kw_only=True)
class CaseAudit:
    """The chain of one case so far, and the case that its events fold to."""

    ref: str
    taken_back: frozenset[int] = frozenset()
    events: int = 0
    faults: list[Finding] = field(default_factory=list)
    _seq: int = 0
    _head: str = NO_PREVIOUS_HASH
    _case: Case | None = None
    _broken: bool = False
    _position: int = 0
    _values: ValueAudit = field(default_factory=ValueAudit)
    _notices: NoticeAudit = field(default_factory=NoticeAudit)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add the next event. Events after the first fault are counted only, since their faults follow from it."""
        self.events += 1
        if self._broken:
            return
        fault = self._misplaced(row)
        if fault is None:
            try:
                fault = self._read(row, decoded(row))
            except UNREADABLE:
                fault = "cannot be read: it was changed"
        if fault is not None:
            self._broken = True
            self._report(f"Event {row['seq']} {fault}.", number(row["seq"]))
        elif row["position"] <= self._position:
            self._report(f"Event {row['seq']} {OUT_OF_ORDER}", number(row["seq"]))
        self._seq, self._head, self._position = number(row["seq"]) or 0, str(row["hash"]), row["position"]

    def compare(self, rows: CaseRows) -> bool:
        """Compare the case's rows, its values, notices and levels with its events.

        Returns:
            Whether the case has a row at all.
        """
        if not rows.has_row(self.ref):
            self._report("The case itself was removed; its events are there.")
            return False
        if self._broken or self._case is None:
            return True
        try:
            self._compare_rows(rows, self._case)
        except UNREADABLE:
            self._report("The case cannot be read: its row was changed.")
        for seq, fault in self._values.faults():
            self._report(f"Event {seq}: {fault}", seq)
        try:
            for number_of_event, fault in self._notices.faults(rows, self.ref):
                self._report(f"Event {number_of_event}: {fault}", number_of_event)
        except UNREADABLE:
            self._report("A notice of the case cannot be read: it was changed.")
        return True

    def _misplaced(self, row: Mapping[str, Any]) -> str | None:
        if row["seq"] != self._seq + 1:
            return f"stands where event {self._seq + 1} should: events were removed, inserted or reordered"
        if row["previous_hash"] != self._head:
            return "does not follow from the event before it: events were changed, removed, inserted or reordered"
        return None

    def _read(self, row: Mapping[str, Any], content: Mapping[str, Any]) -> str | None:
        """Check an event's own hash, and fold it into the case."""
        encoded = {name: encode_part(content[name]) for name in JSON}
        # Text that holds JSON has to be as we write it. Of two equal names, programs would read different ones.
        rewritten = any(isinstance(row[name], str) and row[name].encode() != bytes(encoded[name]) for name in JSON)
        if rewritten or event_hash({**content, **encoded}) != row["hash"]:
            return "was changed"
        event = event_from(converted(content))
        is_taken_back = event.seq in self.taken_back
        self._notices.add(self._case, event, is_taken_back=is_taken_back)
        self._case = pass_over(self._case, event) if is_taken_back else evolve(self._case, event)
        self._values.add(event, content)
        return None

    def _compare_rows(self, rows: CaseRows, case: Case) -> None:
        # Compare rows, not values: rows also have columns for searching, such as overdue_at.
        stored = rows.case(self.ref)
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
        wanted = [clock_row(case.ref, clock, position) for position, clock in enumerate(case.clocks)]
        if canonical_json(rows.clocks(self.ref)) != canonical_json(wanted):
            other.append("clocks")
        if canonical_json(rows.organisations(self.ref)) != canonical_json(organisation_rows(case)):
            other.append("the organisations by which it is found")
        if other:
            self._report(f"The case is not what its events amount to: {', '.join(other)}.")

    def _report(self, fault: str, seq: int | None = None) -> None:
        self.faults.append(Finding(ref=self.ref, seq=seq, fault=fault))
