"""Find what became of the notices of each escalation level and each event, and say it in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from ...engine.model.calendar import Calendar
from ...engine.model.clock import Clock, LevelReached
from ...engine.ports.delivery_state import Delivery, NoticeDelivery, delivery_of
from ...engine.ports.outbox import NoticeStatus
from .dates import day

LevelKey = tuple[str, str, int, int, str | None]


class Deliveries:
    """What became of the notices of some cases. One query gives it for a whole report."""

    def __init__(self, statuses: Iterable[NoticeStatus] = (), *, at: datetime | None = None) -> None:
        """Index the notices.

        Args:
            statuses: The notices, with their present state.
            at: Only what was sent by this instant (UTC) counts as sent; None for now.
        """
        self._at = at
        self._of_level: dict[LevelKey, list[NoticeStatus]] = defaultdict(list)
        self._of_event: dict[tuple[str, int], list[NoticeStatus]] = defaultdict(list)
        for status in statuses:
            one = status.notice
            self._of_level[one.ref, one.deadline, one.number, one.run, one.level].append(status)
            self._of_event[one.ref, one.seq].append(status)

    def of_level(self, ref: str, clock: Clock, level: LevelReached) -> Delivery:
        """Return what became of the notices of a level that a case's clock reached on its present run."""
        key = (ref, clock.deadline, clock.number, clock.run, level.level)
        return delivery_of(self._of_level.get(key, ()), at=self._at)

    def of_event(self, ref: str, seq: int) -> Delivery:
        """Return what became of the notices that an event caused."""
        return delivery_of(self._of_event.get((ref, seq), ()), at=self._at)


NO_DELIVERIES = Deliveries()


def sent_on(delivery: Delivery | NoticeDelivery, calendar: Calendar) -> date | None:
    """Return the day on which a delivery was sent; None unless all of it was."""
    return None if delivery.sent_at is None else calendar.day_of(delivery.sent_at)


def delivery_in_words(delivery: Delivery | NoticeDelivery, calendar: Calendar) -> str:
    """Return the state of a delivery in words: `waiting for release`, `sent on 4 Mar 2026`."""
    sent = sent_on(delivery, calendar)
    return delivery.state.words if sent is None else f"sent on {day(sent)}"


def people_in_words(delivery: Delivery, calendar: Calendar) -> str:
    """Return each person with the state of their notice: `Kim Cole, queued; Sam Reed, withdrawn`."""
    return "; ".join(f"{one.person}, {delivery_in_words(one, calendar)}" for one in delivery.notices)
