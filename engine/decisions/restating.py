"""Turn the difference between two replays of a case into the effects of the event that changes its past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..deadlines.reconciling import ChangedPast
from ..deadlines.schedule import changed_clocks
from ..forms.digests import DigestedRecord, StoredValue
from ..model.case import Case, Effects, LinkPath, Restatement
from ..model.corrections import ITSELF
from ..model.effects import without_words
from .moments import Place
from .replay import Replayed

RESTATED = "restated"
"""The part of an event's data that repeats records of other events, because they count from now on."""

T = TypeVar("T")
RecordOf = Callable[[int, int], DigestedRecord]
"""Return a fresh copy of a record, by the event's number and that of the import's step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restated:
    """The content of an event that changes the past.

    Attributes:
        to_state: The state of the case after it.
        effects: Its effects.
        data: What its data has to hold besides what caused the change.
        typed: The paths of the words in that.
        stored_values: The sensitive values in that.
    """

    to_state: str
    effects: Effects
    data: Mapping[str, Any]
    typed: tuple[str, ...]
    stored_values: tuple[StoredValue, ...]


def effects_of_change(
    case: Case,
    was: Replayed,
    will_be: Replayed,
    change: ChangedPast,
    *,
    own: Mapping[tuple[int, int], str],
    record_of: RecordOf,
) -> Restated:
    """Return the effects of an event that changes the past.

    Args:
        case: The case before it.
        was: The case as it is replayed without the change.
        will_be: The case as it is replayed with the change.
        change: The event.
        own: The records that the event itself holds: each event's number and that of the import's step, with the
            record's path in the new event's data; the empty path for the data itself.
        record_of: Copies other records that count from now on, since a case can be folded from each event alone.
    """
    return _Restating(
        case=case, was=was, will_be=will_be, change=change, paths=dict(own), own=frozenset(own), record_of=record_of
    ).restate()


@dataclass(kw_only=True)
class _Restating:
    case: Case
    was: Replayed
    will_be: Replayed
    change: ChangedPast
    own: frozenset[tuple[int, int]]
    paths: dict[tuple[int, int], str]
    record_of: RecordOf
    copies: list[dict[str, Any]] = field(default_factory=list)
    typed: tuple[str, ...] = ()
    stored_values: tuple[StoredValue, ...] = ()

    def restate(self) -> Restated:
        """Return everything that changes."""
        case, was, will_be = self.case, self.was, self.will_be
        clocks = self.change.clocks(case.clocks, was.case.clocks, will_be.case.clocks)
        former = {one.number: one for one in was.case.suspensions}
        kept, named = self._links()
        effects = Effects(
            title=None if self._keeps_title or will_be.title is not None else will_be.case.title,
            title_at=None if self._keeps_title or will_be.title is None else self._path(will_be.title),
            organisations=self._organisations(),
            clocks=without_words(changed_clocks(case.clocks, clocks)),
            linked_at=named,
            suspensions=tuple(one.change for one in will_be.case.suspensions if former.get(one.number) != one),
            restatement=Restatement(
                opened_on=self._either(case.opened_on, was.case.opened_on, will_be.case.opened_on),
                closed_on=self._either(case.closed_on, was.case.closed_on, will_be.case.closed_on),
                last_step_on=self._either(case.last_step_on, was.case.last_step_on, will_be.case.last_step_on),
                been_in=self._either(case.been_in, was.case.been_in, will_be.case.been_in),
                kept_links=kept,
                kept_suspensions=tuple(one.number for one in will_be.case.suspensions),
                records=self._records(),
                without_records=tuple(sorted(case.data.keys() - will_be.records.keys())),
            ),
        )
        return Restated(
            to_state=self._either(case.state, was.case.state, will_be.case.state),
            effects=effects,
            data={RESTATED: self.copies} if self.copies else {},
            typed=self.typed,
            stored_values=self.stored_values,
        )

    def _either(self, recorded: T, was: T, will_be: T) -> T:
        """Return the recorded value unless the change makes another one of it."""
        return recorded if was == will_be else will_be

    @property
    def _keeps_title(self) -> bool:
        return self.was.case.title == self.will_be.case.title

    def _path(self, place: Place) -> str:
        """Return the path of a value in the event's data, which repeats the record that holds it if need be."""
        if place.record not in self.paths:
            here = f"{RESTATED}[{len(self.copies)}]"
            seq, step = place.record
            copied = self.record_of(seq, step).under(f"{here}.record")
            which = {"event": seq} if step == ITSELF else {"event": seq, "step": step}
            self.copies.append({**which, "record": copied.data})
            self.typed += copied.typed
            self.stored_values += copied.stored_values
            self.paths[place.record] = f"{here}.record"
        record = self.paths[place.record]
        return f"{record}.{place.path}" if record and place.path else record or place.path

    def _organisations(self) -> tuple[int | str, ...] | None:
        before, after = self.was.case.organisations, self.will_be.case.organisations
        if before == after:
            return None
        known = self.case.organisations
        return tuple(
            known.index(name) if name in known else self._path(self.will_be.organisations[name]) for name in after
        )

    def _records(self) -> dict[str, str]:
        was, will_be = self.was.records, self.will_be.records
        return {
            step: self._path(place)
            for step, place in will_be.items()
            if was.get(step) != place or place.record in self.own
        }

    def _links(self) -> tuple[tuple[int, ...], tuple[LinkPath, ...]]:
        """Return the links that remain, by index, and the new ones."""
        left = [link for link, *_ in self.will_be.links]
        kept = []
        for index, link in enumerate(self.case.links):
            if link in left:
                left.remove(link)
                kept.append(index)
        named = []
        for link, place, at in reversed(self.will_be.links):
            if link in left and place is not None and at is not None:
                left.remove(link)
                named.append(at.under(path) if (path := self._path(place)) else at)
        return tuple(kept), tuple(reversed(named))
