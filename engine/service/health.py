"""Whether overdue things are chased: somebody sweeps, and whoever a ladder names can be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..deadlines.recipients import Directory, RecipientFinder
from ..deadlines.schedule import DeadlineRules, pending_levels
from ..model.case import Case
from ..ports.context import EngineContext
from ..ports.outbox import Message, MessageState, NoticeState
from ..ports.records import DueTimer, Heartbeat
from ..ports.store import Reader, Store, require_case
from .sweep import FailedCase, failed_case

GRACE = timedelta(days=1)
"""How long something may wait for a sweep before that is a fault: units that sweep by hand do so daily."""
RELEASE_GRACE = timedelta(days=7)
"""How long what is held may wait for somebody to look at it."""
MISSED_HEARTBEATS = 3
SHORTEST_SILENCE = timedelta(minutes=1)
PAGE = 100
MAX_MESSAGES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that a sound installation has.

    Attributes:
        name: What was looked at.
        passed: Whether it is as it should be.
        found: What was found.
        remedy: What to do where it is not.
    """

    name: str
    passed: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthService:
    """Looks at what chasing needs.

    Attributes:
        store: Where the record is kept.
        context: Knows the workflows and the present.
    """

    store: Store
    context: EngineContext

    def checks(self) -> tuple[Check, ...]:
        """Whether somebody sweeps, whether all cases could be looked at, and whether all could be told."""
        now = self.context.now()
        with self.store.reading() as reader:
            heartbeats = reader.heartbeats()
            waiting = reader.due_timers(now - GRACE, None, 1)
            unsent = _waiting_since(reader, NoticeState.WAITING)
            held = _waiting_since(reader, NoticeState.ON_HOLD)
            dead = reader.messages(MessageState.GIVEN_UP, None, MAX_MESSAGES)
        unreached, first, aside = self._unreachable()
        return (
            sweep_check(heartbeats, waiting, now),
            swept_cases_check(heartbeats),
            open_cases_check(aside),
            recipients_check(unreached, first),
            messages_check(unsent, dead, now),
            release_check(held, now),
        )

    def _unreachable(self) -> tuple[Counter[str], dict[str, str], list[FailedCase]]:
        """Whom the ladders of open cases name that nobody is, how often, the first case of each; what is damaged."""
        aside: list[FailedCase] = []
        count: Counter[str] = Counter()
        first: dict[str, str] = {}
        after: str | None = None
        while True:
            with self.store.reading() as reader:
                refs = reader.refs_with_open_clocks(after, PAGE)
                if not refs:
                    return count, first, aside
                missing_in = self._unreachable_finder(reader)
                for ref in refs:
                    try:
                        missing = missing_in(require_case(reader.case(ref), ref))
                    except Exception as error:
                        aside.append(failed_case(ref, error))
                        continue
                    for one in missing:
                        count[one] += 1
                        first.setdefault(one, ref)
            after = refs[-1]

    def _unreachable_finder(self, reader: Reader) -> Callable[[Case], list[str]]:
        """Whom the ladder of a case names that nobody is, by what is read once for many cases."""
        today = self.context.calendar.day_of(self.context.now())
        who = Directory(people=reader.people(), absences=reader.absences(today))
        judging = self.context.decision_context(reader)

        def missing_in(case: Case) -> list[str]:
            rules: DeadlineRules = judging.rules(self.context.workflows.for_case(case))
            reached = (
                RecipientFinder(
                    workflow=rules.workflow,
                    case=case,
                    deadline=rules.deadline(clock),
                    escalation_policy=rules.escalation_policy(clock),
                    directory=who,
                    day=today,
                ).recipients_of(rung.level)
                for clock in case.clocks
                for rung in pending_levels(clock, rules)
            )
            return [reach.unreachable for reach in reached if reach.unreachable]

        return missing_in


def _waiting_since(reader: Reader, state: NoticeState) -> dict[str, datetime]:
    """Since when something has been waiting that is still so, by person."""
    found = {}
    for name in reader.people_with_notices(state):
        since = [one.notice.recorded_at for one in reader.pending(name, state) if not one.is_stale]
        if since:
            found[name] = min(since)
    return found


def is_alive(heartbeat: Heartbeat, now: datetime) -> bool:
    """Whether a worker that sweeps by itself was heard of as lately as it should be."""
    if heartbeat.every_seconds is None or heartbeat.stopped_at is not None:
        return False
    return now - heartbeat.last_seen_at <= max(
        MISSED_HEARTBEATS * timedelta(seconds=heartbeat.every_seconds), SHORTEST_SILENCE
    )


def sweep_check(heartbeats: Sequence[Heartbeat], timers: Sequence[DueTimer], now: datetime) -> Check:
    """Whether somebody sweeps.

    Args:
        heartbeats: Whoever sweeps, the one heard of last first.
        timers: What has been waiting for longer than the grace, the first of it.
        now: The present (UTC).
    """
    start = "Start it again, and look at its log: casereview worker."
    for heartbeat in heartbeats[:1]:
        heard = f"{heartbeat.last_seen_at:%Y-%m-%d %H:%M} UTC"
        if is_alive(heartbeat, now):
            found = f"{heartbeat.worker} sweeps every {heartbeat.every_seconds} s, last at {heard}"
            return Check(name="sweeps", passed=True, found=found)
        if heartbeat.every_seconds is not None and heartbeat.stopped_at is None:
            found = f"{heartbeat.worker} should sweep every {heartbeat.every_seconds} s; last heard of at {heard}"
            return Check(name="sweeps", passed=False, found=found, remedy=start)
    if timers:
        found = f"{timers[0].ref} has waited for a sweep since {timers[0].next_at:%Y-%m-%d %H:%M} UTC"
        remedy = "Nobody is chased without one: casereview worker, or casereview escalate once a day."
        return Check(name="sweeps", passed=False, found=found, remedy=remedy)
    last = (
        f"the last one was at {heartbeats[0].last_seen_at:%Y-%m-%d %H:%M} UTC" if heartbeats else "none was needed yet"
    )
    return Check(name="sweeps", passed=True, found=f"no worker runs; {last}")


def swept_cases_check(heartbeats: Sequence[Heartbeat]) -> Check:
    """Whether the latest sweep could look at every case."""
    aside = heartbeats[0].failed if heartbeats else ()
    if not aside:
        return Check(name="cases swept", passed=True, found="none was set aside")
    found = f"set aside at the latest sweep: {_first_few(aside)}"
    remedy = f"See why: casereview verify {aside[0]}, and the worker's log."
    return Check(name="cases swept", passed=False, found=found, remedy=remedy)


def _first_few(refs: Sequence[str]) -> str:
    more = f" and {len(refs) - 3} more" if len(refs) > 3 else ""
    return f"{', '.join(refs[:3])}{more}"


def open_cases_check(failed: Sequence[FailedCase]) -> Check:
    """Whether every open case could be looked at just now."""
    if not failed:
        return Check(name="open cases", passed=True, found="each can be looked at")
    named = _first_few([one.ref for one in failed])
    return Check(
        name="open cases",
        passed=False,
        found=f"cannot be looked at: {named} ({failed[0].problem})",
        remedy=f"See why: casereview verify {failed[0].ref}.",
    )


def recipients_check(unreachable: Counter[str], first: dict[str, str]) -> Check:
    """Whether everybody whom a ladder names can be told.

    Args:
        unreachable: How many rungs ahead name somebody that nobody is, by who that is.
        first: The first case of each.
    """
    if not unreachable:
        return Check(name="who is told", passed=True, found="everybody whom a ladder names has an address")
    told = "; ".join(
        f"{missing} ({count} rung{'' if count == 1 else 's'} ahead, first {first[missing]})"
        for missing, count in sorted(unreachable.items())
    )
    remedy = "The next rung is told instead. Add them: casereview people add NAME --role ROLE --email ADDRESS."
    return Check(name="who is told", passed=False, found=told, remedy=remedy)


def messages_check(unsent: Mapping[str, datetime], given_up: Sequence[Message], now: datetime) -> Check:
    """Whether messages go out.

    Args:
        unsent: Since when something waits that no message carries, by person.
        given_up: The messages that were given up.
        now: The present (UTC).
    """
    late = sorted(name for name, since in unsent.items() if now - since >= GRACE)
    if given_up:
        most = " or more" if len(given_up) == MAX_MESSAGES else ""
        found = f"{len(given_up)}{most} given up, the latest to {given_up[0].person}: {given_up[0].problem}"
        remedy = "Mend the address (casereview people add), then: casereview messages retry --all."
        return Check(name="messages", passed=False, found=found, remedy=remedy)
    if late:
        found = f"unsent since {min(unsent.values()):%Y-%m-%d %H:%M} UTC, for {', '.join(late)}"
        remedy = "Nobody sends, or there is no way to their address: casereview messages send says which."
        return Check(name="messages", passed=False, found=found, remedy=remedy)
    return Check(name="messages", passed=True, found="none was given up, none is late")


def release_check(on_hold: Mapping[str, datetime], now: datetime) -> Check:
    """Whether what waits to be released was looked at.

    Args:
        on_hold: Since when something waits, by person.
        now: The present (UTC).
    """
    if not on_hold:
        return Check(name="the digest", passed=True, found="nothing waits to be released")
    since = min(on_hold.values())
    found = f"waits to be released since {since:%Y-%m-%d}: for {', '.join(sorted(on_hold))}"
    remedy = "Look at it, then release or withdraw it: casereview messages."
    return Check(name="the digest", passed=now - since < RELEASE_GRACE, found=found, remedy=remedy)
