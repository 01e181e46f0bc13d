"""One sweep over all cases: in batches, each case's events and notices in one transaction with its batch.

Any number of sweepers may be at it at once: a case that one of them holds is passed over by the others,
and what was done to it is found done. A case that cannot be looked at is set aside, and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ..deadlines.recipients import Directory
from ..decisions.context import DecisionContext
from ..decisions.escalation import Escalation, FiredLevel, decide_escalation
from ..errors.bad_input import BadValue
from ..errors.base import CasereviewError
from ..model.case import Case
from ..ports.context import EngineContext
from ..ports.records import DueTimer
from ..ports.store import Reader, SavepointFailed, Store, Writer, require_case
from .handler import save_decision

BATCH = 200
"""How many cases are swept in one transaction. Whoever else writes to a SQLite file waits for it, some 50 ms."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedCase:
    """A case that a sweep could not look at.

    Attributes:
        ref: Its reference.
        problem: Why, without anything that the case holds.
    """

    ref: str
    problem: str


CaseOutcome = Escalation | FailedCase
"""What came of looking at one case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """What a sweep came to.

    Attributes:
        at: The instant (UTC) up to which it looked.
        fired: The rungs that were reached, in the order in which they were recorded.
        skipped: The rungs that were told to nobody, since they lay before their leg or do not apply.
        failed_case: The cases that it could not look at.
        stopped: Whether it was asked to stop before it was through.
    """

    at: datetime
    fired: tuple[FiredLevel, ...] = ()
    skipped: tuple[FiredLevel, ...] = ()
    failed: tuple[FailedCase, ...] = ()
    stopped: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweeper:
    """Sweeps over a store.

    Attributes:
        store: Where the record is kept.
        context: Knows the workflows, and by what rules clocks are counted.
    """

    store: Store
    context: EngineContext

    def sweep(self, at: datetime, should_stop: Callable[[], bool]) -> Sweep:
        """Does what is to happen up to an instant, until there is nothing left or it is asked to stop."""
        swept: list[CaseOutcome] = []
        for refs in self._batches(at):
            if should_stop():
                return _summary(at, swept, stopped=True)
            swept += self.store.write(partial(self._sweep_batch, refs, at))
        return _summary(at, swept)

    def preview(self, at: datetime) -> Sweep:
        """What a sweep up to an instant would come to, as things stand now; nothing is recorded."""
        foreseen: list[CaseOutcome] = []
        for refs in self._batches(at):
            with self.store.reading() as reader:
                judging, who = self.context.decision_context(reader), self._directory(reader)
                for ref in refs:
                    try:
                        case = require_case(reader.case(ref), ref)
                        foreseen.append(self._escalation(case, at, judging, who))
                    except Exception as error:
                        foreseen.append(failed_case(ref, error))
        return _summary(at, foreseen)

    def _batches(self, at: datetime) -> Iterator[tuple[str, ...]]:
        """The references of cases with something due, some at a time, each once."""
        seen: set[str] = set()
        after: DueTimer | None = None
        while True:
            with self.store.reading() as reader:
                waiting = reader.due_timers(at, after, BATCH)
            if not waiting:
                return
            after = waiting[-1]
            refs = tuple(dict.fromkeys(one.ref for one in waiting if one.ref not in seen))
            seen.update(refs)
            if refs:
                yield refs

    def _sweep_batch(self, refs: tuple[str, ...], at: datetime, writer: Writer) -> list[CaseOutcome]:
        claimed = writer.claim(refs)
        # Looked up once for the batch, and only once its cases are held.
        judging, who = self.context.decision_context(writer), self._directory(writer)

        def together(gathering: Writer) -> list[CaseOutcome]:
            return [self._save_escalation(gathering, ref, at, judging, who) for ref in claimed]

        try:
            return writer.savepoint(partial(writer.batched, together, locked=claimed))
        except SavepointFailed:
            # One of them spoils it for all: now each apart, so that it alone is undone.
            return [self._save_in_savepoint(writer, ref, at, judging, who) for ref in claimed]

    def _save_in_savepoint(
        self, writer: Writer, ref: str, at: datetime, context: DecisionContext, directory: Directory
    ) -> CaseOutcome:
        try:
            return writer.savepoint(partial(self._save_escalation, writer, ref, at, context, directory))
        except SavepointFailed as spoilt:
            return failed_case(ref, spoilt.cause)

    def _save_escalation(
        self, writer: Writer, ref: str, at: datetime, context: DecisionContext, directory: Directory
    ) -> Escalation:
        # Its tree is held already; this way all that it is judged by comes at once.
        case = require_case(writer.load_for_update(ref), ref)
        escalation = self._escalation(case, at, context, directory)
        if escalation.decision is not None:
            save_decision(writer, escalation.decision)
        return escalation

    def _escalation(self, case: Case, at: datetime, context: DecisionContext, directory: Directory) -> Escalation:
        return decide_escalation(context.rules(self.context.workflows.for_case(case)), case, context, directory, at)

    def _directory(self, reader: Reader) -> Directory:
        today = self.context.calendar.day_of(self.context.now())
        return Directory(people=reader.people(), absences=reader.absences(today))


def checked_instant(at: datetime | None, now: datetime, *, dry_run: bool) -> datetime:
    """The instant up to which a sweep looks: the one given, or now.

    Raises:
        BadValue: where it comes without its zone, or is still to come and something would be recorded.
    """
    if at is None:
        return now
    if at.tzinfo is None:
        raise BadValue(name="at", expected="an instant with its zone", found=at.isoformat())
    if at > now and not dry_run:
        expected = f"an instant up to now, {now.isoformat(timespec='seconds')}, or a dry run"
        raise BadValue(name="at", expected=expected, found=at.isoformat())
    return at


def failed_case(ref: str, error: Exception) -> FailedCase:
    """A case that an error kept from being looked at."""
    # An error of ours holds nothing sensitive; of another nobody knows what it quotes.
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
