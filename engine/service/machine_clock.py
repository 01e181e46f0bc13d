"""Notice that the machine's clock is wrong, or was wrong, before people are chased for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.case import UNIT
from ..model.clock_checks import TOLERANCE, is_ahead
from ..ports.records import Heartbeat
from ..ports.store import Reader

FAR = timedelta(days=14)
"""The longest silence after which a worker trusts its clock: longer than an office is closed over Christmas."""
MAX_CASES = 5
"""The most cases that a check names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockGap:
    """A present that lies far beyond the last sign of life of the record, so that the clock may be wrong.

    Attributes:
        last: The latest heartbeat or recording (UTC).
        now: The present (UTC), as the machine's clock shows it.
    """

    last: datetime
    now: datetime


def clock_gap(reader: Reader, now: datetime) -> ClockGap | None:
    """Return the gap if the present lies far beyond the last sign of life, and something would be due by it.

    Args:
        reader: Reads the record.
        now: The present (UTC).
    """
    signs = [heartbeat.last_seen_at for heartbeat in reader.heartbeats()]
    if (recorded := reader.latest_recorded_at()) is not None:
        signs.append(recorded)
    last = max(signs, default=now)
    if now - last <= FAR or not reader.due_timers(now, None, 1):
        return None
    return ClockGap(last=last, now=now)


def clock_problem(
    heartbeats: Sequence[Heartbeat], ahead: Sequence[tuple[str, datetime]], gap: ClockGap | None, now: datetime
) -> str | None:
    """Return what is wrong with the machine's clock, or was when something was recorded; None if nothing is.

    Args:
        heartbeats: The workers' heartbeats.
        ahead: Cases with a record ahead of the clock, each with its instant (UTC).
        gap: A present far beyond the last sign of life; None if it is not.
        now: The present (UTC).
    """
    found = []
    if ahead:
        named = ", ".join(f"{ref} ({at:%Y-%m-%d %H:%M} UTC)" for ref, at in ahead[:MAX_CASES])
        more = " and more" if len(ahead) > MAX_CASES else ""
        found.append(f"recorded later than now: {named}{more}")
    found += [
        f"{one.worker} was last seen later than now, at {one.last_seen_at:%Y-%m-%d %H:%M} UTC"
        for one in heartbeats
        if is_ahead(one.last_seen_at, now)
    ]
    if gap is not None:
        found.append(
            f"it shows {gap.now:%Y-%m-%d %H:%M} UTC, {(gap.now - gap.last).days} days after the last entry or check"
        )
    return "; ".join(found) or None


def cases_ahead(reader: Reader, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return some cases with a record ahead of the clock, one more than a check names."""
    found = reader.cases_recorded_after(now + TOLERANCE, MAX_CASES + 1)
    # A rehearsal is created today, and then plays on other days.
    return tuple(one for one in found if one[0] != UNIT) if reader.is_rehearsal() else found
