"""Change a case's clocks as its past changed: by the difference between two replays of it.

The replays say from when each clock counts, when it is due and what became of it. Its runs, the levels it reached and
the changes of its due date are those that were recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from ..model.clock import Clock, Clocks, ClockStatus, EventKind, Revision
from .schedule import DeadlineRules, with_next_at_all

ByNumber = Mapping[int, Clock]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedPast:
    """The event that changes the past.

    Attributes:
        kind: Its kind.
        step: The step that is recorded as having cancelled a clock that never started, as it is known now.
        now: The instant at which it is recorded (UTC).
        rules: The rules of the case's clocks.
    """

    kind: EventKind
    step: str
    now: datetime
    rules: DeadlineRules

    def clocks(self, recorded: Clocks, was: Clocks, will_be: Clocks) -> Clocks:
        """Return the clocks of a case after its past changed.

        Args:
            recorded: The clocks before.
            was: The clocks as the case is replayed without the change.
            will_be: The clocks as it is replayed with the change.
        """
        after: dict[tuple[str, int], Clock] = {}
        for name in dict.fromkeys(clock.deadline for clock in (*recorded, *will_be)):
            after |= {(name, clock.number): clock for clock in self._of_deadline(name, recorded, was, will_be)}
        known = tuple(after.pop((clock.deadline, clock.number), clock) for clock in recorded)
        return with_next_at_all(recorded, (*known, *after.values()), self.rules)

    def _of_deadline(self, name: str, recorded: Clocks, was: Clocks, will_be: Clocks) -> list[Clock]:
        ours = {clock.number: clock for clock in recorded if clock.deadline == name}
        former, present = (
            self._numbered(name, tuple(clock for clock in clocks if clock.deadline == name), ours)
            for clocks in (was, will_be)
        )
        return [self._changed(ours[number], former.get(number), present.get(number)) for number in ours] + [
            replace(clock, number=number, run_started_at=self.now, revisions=())
            for number, clock in present.items()
            if number not in ours
        ]

    def _numbered(self, name: str, replayed: Clocks, ours: ByNumber) -> ByNumber:
        """Return the replayed clocks by the numbers of the recorded ones, of which the last ones count."""
        review = self.rules.workflow.suspension_review
        if review is not None and name == review.name:
            return {clock.number: clock for clock in replayed}  # the number of its suspension
        first = max(len(ours) - len(replayed), 0) + 1
        return dict(enumerate(replayed, start=first))

    def _changed(self, recorded: Clock, former: Clock | None, present: Clock | None) -> Clock:
        if present is None:
            return recorded if former is None else self._retracted(recorded)
        if former is not None and _facts(former) == _facts(present):
            return recorded
        moved = recorded.due != present.due
        after = replace(
            present,
            number=recorded.number,
            status=_status(recorded, present),
            run=recorded.run,
            run_started_at=recorded.run_started_at,
            reached=recorded.reached,
            next_at=recorded.next_at,
            revisions=recorded.revisions,
        )
        if moved:
            after = replace(after, revisions=(*recorded.revisions, self._revision(recorded, present)))
        if moved or recorded.anchor != present.anchor or (present.is_open and not recorded.is_open):
            # A new run, so that levels that lie in the past notify nobody.
            after = replace(after, run=recorded.run + 1, run_started_at=self.now, reached=())
        return after

    def _retracted(self, recorded: Clock) -> Clock:
        return replace(
            recorded,
            status=ClockStatus.CANCELLED,
            done_on=self.rules.calendar.day_of(self.now),
            done_by=self.step,
            cancelled_by_end=False,
            suspended_on=None,
            time_left=None,
        )

    def _revision(self, recorded: Clock, present: Clock) -> Revision:
        return Revision(
            previous_due=recorded.due,
            due=present.due,
            cause=self.kind,
            reasons="",  # the event's own
            agreed_by=None,
            capacity=None,
            recorded_at=self.now,
            was_missed=recorded.status is ClockStatus.MISSED,
        )


def _status(recorded: Clock, present: Clock) -> ClockStatus:
    """Return the status of a changed clock: that it was missed is recorded by an event of its own, and stays."""
    if not _may_still_expire(present):
        return present.status
    stays_missed = recorded.status is ClockStatus.MISSED and recorded.due == present.due
    return ClockStatus.MISSED if stays_missed else ClockStatus.RUNNING


def _may_still_expire(clock: Clock) -> bool:
    return clock.is_open and clock.suspended_on is None and clock.status is not ClockStatus.NOT_KNOWN


def _facts(clock: Clock) -> Clock:
    """Return what a replay says of a clock, without what it cannot know."""
    status = ClockStatus.RUNNING if _may_still_expire(clock) else clock.status
    return replace(clock, number=0, status=status, run=0, run_started_at=None, reached=(), next_at=None, revisions=())
