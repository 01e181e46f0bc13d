"""Sweep over all cases in batches; each case's events and notices are saved in one transaction with its batch.

Any number of workers may sweep at once: each skips the cases that another has locked, and finds done what another did.
A case that cannot be processed is reported, and does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from ..deadlines.recipients import Directory
from ..decisions.context import DecisionContext
from ..decisions.escalation import Escalation, FiredLevel, decide_escalation
from ..decisions.rescheduling import ChangedDueDate
from ..errors.bad_input import BadValue
from ..errors.base import CasereviewError
from ..model.case import Case
from ..ports.context import EngineContext
from ..ports.records import DueTimer
from ..ports.store import Reader, SavepointFailed, Store, Writer, require_case
from .count_checks import newly_miscounted
from .handler import save_decision

GRACE = timedelta(days=1)
"""The longest wait for a sweep or a delivery; offices that sweep by hand do so daily."""

BATCH = 200
"""The number of cases swept in one transaction. Other writers of a SQLite file wait for it, some 50 ms."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedCase:
    """A case that a sweep could not process.

    Attributes:
        ref: Its reference.
        problem: The reason, without anything from the case's record.
    """

    ref: str
    problem: str


CaseOutcome = Escalation | FailedCase
"""The result of a sweep for one case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """The result of a sweep.

    Attributes:
        at: The instant (UTC) up to which it looked.
        fired: The levels reached, in the order in which they were recorded.
        skipped: The levels without recipients, since they came before their run or do not apply.
        failed: The cases that it could not process.
        stopped: If it was asked to stop before its end.
        miscounted: Open deadlines with another day than their count gives, since a bank holiday came or went.
    """

    at: datetime
    fired: tuple[FiredLevel, ...] = ()
    skipped: tuple[FiredLevel, ...] = ()
    failed: tuple[FailedCase, ...] = ()
    stopped: bool = False
    miscounted: tuple[ChangedDueDate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweeper:
    """Sweeps over a store.

    Attributes:
        store: The store of the record.
        context: The workflows, the present and the calendar.
    """

    store: Store
    context: EngineContext

    def sweep(self, at: datetime, should_stop: Callable[[], bool]) -> Sweep:
        """Process everything that is due up to an instant, until nothing is left or `should_stop` says so."""
        for workflow in self.context.workflows.all:
            self.context.definitions.require(workflow)
        outcomes: list[CaseOutcome] = []
        for refs in self._batches(at):
            if should_stop():
                return _summary(at, outcomes, stopped=True)
            outcomes += self.store.write(partial(self._sweep_batch, refs, at))
        return replace(_summary(at, outcomes), miscounted=newly_miscounted(self.store, self.context))

    def preview(self, at: datetime) -> Sweep:
        """Return the result that a sweep up to an instant would have now; save nothing."""
        outcomes: list[CaseOutcome] = []
        for refs in self._batches(at):
            with self.store.reading() as reader:
                context, directory = self.context.decision_context(reader), self._directory(reader)
                for ref in refs:
                    try:
                        case = require_case(reader.case(ref), ref)
                        outcomes.append(self._escalation(case, at, context, directory))
                    except Exception as error:
                        outcomes.append(failed_case(ref, error))
        return _summary(at, outcomes)

    def _batches(self, at: datetime) -> Iterator[tuple[str, ...]]:
        """Yield the references of cases with something due, in batches, each once."""
        seen: set[str] = set()
        after: DueTimer | None = None
        while True:
            with self.store.reading() as reader:
                timers = reader.due_timers(at, after, BATCH)
            if not timers:
                return
            after = timers[-1]
            refs = tuple(dict.fromkeys(one.ref for one in timers if one.ref not in seen))
            seen.update(refs)
            if refs:
                yield refs

    def _sweep_batch(self, refs: tuple[str, ...], at: datetime, writer: Writer) -> list[CaseOutcome]:
        claimed = writer.claim(refs)
        # Read once for the batch, after its cases are locked.
        context, directory = self.context.decision_context(writer), self._directory(writer)

        def sweep_all(batch: Writer) -> list[CaseOutcome]:
            return [self._save_escalation(batch, ref, at, context, directory) for ref in claimed]

        try:
            return writer.savepoint(partial(writer.batched, sweep_all, locked=claimed))
        except SavepointFailed:
            # One case failed: now use a savepoint for each, so that it alone is undone.
            return [self._save_in_savepoint(writer, ref, at, context, directory) for ref in claimed]

    def _save_in_savepoint(
        self, writer: Writer, ref: str, at: datetime, context: DecisionContext, directory: Directory
    ) -> CaseOutcome:
        try:
            return writer.savepoint(partial(self._save_escalation, writer, ref, at, context, directory))
        except SavepointFailed as failure:
            return failed_case(ref, failure.cause)

    def _save_escalation(
        self, writer: Writer, ref: str, at: datetime, context: DecisionContext, directory: Directory
    ) -> Escalation:
        # Its tree is locked already; this loads the case with its clocks at once.
        case = require_case(writer.load_for_update(ref), ref)
        escalation = self._escalation(case, at, context, directory)
        if escalation.decision is not None:
            save_decision(writer, escalation.decision)
        return escalation

    def _escalation(self, case: Case, at: datetime, context: DecisionContext, directory: Directory) -> Escalation:
        if is_left_to_others(self.context, case, at):
            return Escalation(decision=None)
        return decide_escalation(context.rules(self.context.workflow_of(case)), case, context, directory, at)

    def _directory(self, reader: Reader) -> Directory:
        today = self.context.calendar.day_of(self.context.now())
        return Directory(people=reader.people(), absences=reader.absences(today), organisations=reader.organisations())


def checked_instant(at: datetime | None, now: datetime, *, dry_run: bool) -> datetime:
    """Return the instant up to which a sweep looks: the given one, or now.

    Raises:
        BadValue: if it has no zone, or is in the future although something would be recorded.
    """
    if at is None:
        return now
    if at.tzinfo is None:
        raise BadValue(name="at", expected="an instant with its zone", found=at.isoformat())
    if at > now and not dry_run:
        expected = f"an instant up to now, {now.isoformat(timespec='seconds')}, or a dry run"
        raise BadValue(name="at", expected=expected, found=at.isoformat())
    return at


def is_left_to_others(context: EngineContext, case: Case, at: datetime) -> bool:
    """Return whether a case is another program's to sweep: it has a version that is missing here, and is not late."""
    if context.workflows.has(case):
        return False
    waiting = [clock.next_at for clock in case.clocks if clock.next_at is not None]
    return all(at - since < GRACE for since in waiting)


def failed_case(ref: str, error: Exception) -> FailedCase:
    """Return a failed case with the problem of an error."""
    # Our own errors quote nothing sensitive; others may.
    return FailedCase(ref=ref, problem=str(error) if isinstance(error, CasereviewError) else type(error).__name__)


def _summary(at: datetime, outcomes: list[CaseOutcome], *, stopped: bool = False) -> Sweep:
    escalations = [one for one in outcomes if isinstance(one, Escalation)]
    return Sweep(
        at=at,
        fired=tuple(fired for one in escalations for fired in one.fired),
        skipped=tuple(skipped for one in escalations for skipped in one.skipped),
        failed=tuple(one for one in outcomes if isinstance(one, FailedCase)),
        stopped=stopped,
    )
