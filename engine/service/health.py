"""Check that reminders work: sweeps run, recipients have addresses, messages are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..deadlines.recipients import Directory, RecipientFinder
from ..deadlines.schedule import DeadlineRules, pending_levels
from ..decisions.rescheduling import ChangedDueDate
from ..errors.faults import DefinitionChanged
from ..model.case import Case
from ..model.clock_checks import is_ahead
from ..ports.context import EngineContext
from ..ports.outbox import Message, MessageState, NoticeState
from ..ports.records import DueTimer, Heartbeat
from ..ports.store import Reader, Store, require_case
from .count_checks import miscounted
from .definitions import changed_definitions
from .machine_clock import cases_ahead, clock_gap, clock_problem
from .sweep import GRACE, FailedCase, failed_case, is_left_to_others

RELEASE_GRACE = timedelta(days=7)
"""The longest time on hold."""
MISSED_HEARTBEATS = 3
SHORTEST_SILENCE = timedelta(minutes=1)
PAGE = 100
MAX_MESSAGES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check of an installation.

    Attributes:
        name: The subject of the check.
        passed: If it passed.
        found: The finding.
        remedy: The action that helps if it failed.
    """

    name: str
    passed: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthService:
    """Checks what reminders need.

    Attributes:
        store: The store of the record.
        context: The workflows, the present and the calendar.
    """

    store: Store
    context: EngineContext

    def checks(self) -> tuple[Check, ...]:
        """Check sweeps, cases, recipients and messages."""
        now = self.context.now()
        with self.store.reading() as reader:
            heartbeats = reader.heartbeats()
            timers = reader.due_timers(now - GRACE, None, 1)
            unsent = _waiting_since(reader, NoticeState.WAITING)
            on_hold = _waiting_since(reader, NoticeState.ON_HOLD)
            given_up = reader.messages(MessageState.GIVEN_UP, None, MAX_MESSAGES)
            clock = clock_problem(heartbeats, cases_ahead(reader, now), clock_gap(reader, now), now)
        unreachable, first, failed = self._unreachable()
        moved = miscounted(self.store, self.context)
        return (
            clock_check(clock),
            sweep_check(heartbeats, timers, now),
            swept_cases_check(heartbeats),
            open_cases_check(failed),
            count_check(moved),
            recipients_check(unreachable, first),
            messages_check(unsent, given_up, now),
            release_check(on_hold, now),
            definitions_check(changed_definitions(self.store, self.context)),
        )

    def _unreachable(self) -> tuple[Counter[str], dict[str, str], list[FailedCase]]:
        """Count the missing recipients of open cases, with the first case of each, and list the cases that failed."""
        failed: list[FailedCase] = []
        count: Counter[str] = Counter()
        first: dict[str, str] = {}
        after: str | None = None
        while True:
            with self.store.reading() as reader:
                refs = reader.refs_with_open_clocks(after, PAGE)
                if not refs:
                    return count, first, failed
                missing_in = self._unreachable_finder(reader)
                for ref in refs:
                    try:
                        missing = missing_in(require_case(reader.case(ref), ref))
                    except Exception as error:
                        failed.append(failed_case(ref, error))
                        continue
                    for one in missing:
                        count[one] += 1
                        first.setdefault(one, ref)
            after = refs[-1]

    def _unreachable_finder(self, reader: Reader) -> Callable[[Case], list[str]]:
        """Return a function that lists a case's missing recipients, from data that is read once for many cases."""
        today = self.context.calendar.day_of(self.context.now())
        directory = Directory(
            people=reader.people(), absences=reader.absences(today), organisations=reader.organisations()
        )
        context = self.context.decision_context(reader)

        def missing_in(case: Case) -> list[str]:
            if is_left_to_others(self.context, case, context.now):
                return []
            rules: DeadlineRules = context.rules(self.context.workflow_of(case))
            reached = (
                RecipientFinder(
                    workflow=rules.workflow,
                    case=case,
                    deadline=rules.deadline(clock),
                    escalation_policy=rules.escalation_policy(clock),
                    directory=directory,
                    day=today,
                ).recipients_of(level.level)
                for clock in case.clocks
                for level in pending_levels(clock, rules)
            )
            return [reach.unreachable for reach in reached if reach.unreachable]

        return missing_in


def _waiting_since(reader: Reader, state: NoticeState) -> dict[str, datetime]:
    """Return the instant since which notices in a state have waited, by person."""
    waiting = {}
    for name in reader.people_with_notices(state):
        since = [one.notice.recorded_at for one in reader.pending(name, state) if not one.is_stale]
        if since:
            waiting[name] = min(since)
    return waiting


def is_alive(heartbeat: Heartbeat, now: datetime) -> bool:
    """Return whether a worker that sweeps by itself was seen recently enough, and not in the future."""
    if heartbeat.every_seconds is None or heartbeat.stopped_at is not None or is_ahead(heartbeat.last_seen_at, now):
        return False
    return now - heartbeat.last_seen_at <= max(
        MISSED_HEARTBEATS * timedelta(seconds=heartbeat.every_seconds), SHORTEST_SILENCE
    )


def clock_check(problem: str | None) -> Check:
    """Check that the machine's clock agrees with the record.

    Args:
        problem: What is wrong; None if nothing is.
    """
    if problem is None:
        return Check(name="clock", passed=True, found="nothing is recorded later than now")
    remedy = (
        "Check the date of this computer and of the others. What was recorded while a clock was fast stays; correct the"
        " day of such a step. Start a worker again after its clock was put right."
    )
    return Check(name="clock", passed=False, found=problem, remedy=remedy)


def sweep_check(heartbeats: Sequence[Heartbeat], timers: Sequence[DueTimer], now: datetime) -> Check:
    """Check that sweeps run.

    Args:
        heartbeats: The workers' heartbeats, the latest first.
        timers: The first timer that has waited for longer than the grace period, if any.
        now: The present (UTC).
    """
    restart = "Start it again, and read its log."
    # The last word of a worker that stopped while its clock was fast says nothing of the others.
    heartbeats = [one for one in heartbeats if one.stopped_at is None or not is_ahead(one.last_seen_at, now)]
    for heartbeat in heartbeats[:1]:
        heard = f"{heartbeat.last_seen_at:%Y-%m-%d %H:%M} UTC"
        if is_alive(heartbeat, now):
            found = f"{heartbeat.worker} sweeps every {heartbeat.every_seconds} s, last at {heard}"
            return Check(name="sweeps", passed=True, found=found)
        if heartbeat.every_seconds is not None and heartbeat.stopped_at is None:
            found = f"{heartbeat.worker} should sweep every {heartbeat.every_seconds} s; last seen at {heard}"
            return Check(name="sweeps", passed=False, found=found, remedy=restart)
    if timers:
        found = f"{timers[0].ref} has waited for a sweep since {timers[0].next_at:%Y-%m-%d %H:%M} UTC"
        remedy = "Without sweeps nobody gets reminders: start a worker, or sweep once a day."
        return Check(name="sweeps", passed=False, found=found, remedy=remedy)
    last = (
        f"the last one was at {heartbeats[0].last_seen_at:%Y-%m-%d %H:%M} UTC" if heartbeats else "none was needed yet"
    )
    return Check(name="sweeps", passed=True, found=f"no worker runs; {last}")


def swept_cases_check(heartbeats: Sequence[Heartbeat]) -> Check:
    """Check that the latest sweep could process every case."""
    failed = heartbeats[0].failed if heartbeats else ()
    if not failed:
        return Check(name="cases swept", passed=True, found="all")
    found = f"not processed by the latest sweep: {_first_few(failed)}"
    remedy = f"Verify {failed[0]}, and read the worker's log."
    return Check(name="cases swept", passed=False, found=found, remedy=remedy)


def _first_few(refs: Sequence[str]) -> str:
    more = f" and {len(refs) - 3} more" if len(refs) > 3 else ""
    return f"{', '.join(refs[:3])}{more}"


def open_cases_check(failed: Sequence[FailedCase]) -> Check:
    """Check that every open case can be processed now."""
    if not failed:
        return Check(name="open cases", passed=True, found="all can be processed")
    named = _first_few([one.ref for one in failed])
    return Check(
        name="open cases",
        passed=False,
        found=f"cannot be processed: {named} ({failed[0].problem})",
        remedy=f"Verify {failed[0].ref}.",
    )


def count_check(moved: Sequence[ChangedDueDate]) -> Check:
    """Check that open deadlines fall on the days that their counts give.

    Args:
        moved: Those that do not, by reference.
    """
    if not moved:
        return Check(name="due dates", passed=True, found="all are counted by the bank holidays as they are known")
    named = _first_few([f"{one.ref}: {one.title}, {one.previous_due} (by the count {one.due})" for one in moved])
    remedy = "A bank holiday came or went with another release of its list. Count the deadlines anew, with a reason."
    return Check(name="due dates", passed=False, found=named, remedy=remedy)


def recipients_check(unreachable: Counter[str], first: dict[str, str]) -> Check:
    """Check that every recipient of an escalation level can be reached.

    Args:
        unreachable: The number of pending levels of each missing recipient.
        first: The first case of each.
    """
    if not unreachable:
        return Check(name="recipients", passed=True, found="every recipient has an address")
    found = "; ".join(
        f"{missing} ({count} pending level{'' if count == 1 else 's'}, first {first[missing]})"
        for missing, count in sorted(unreachable.items())
    )
    remedy = "The next level is notified instead. Add a person with an address."
    return Check(name="recipients", passed=False, found=found, remedy=remedy)


def messages_check(unsent: Mapping[str, datetime], given_up: Sequence[Message], now: datetime) -> Check:
    """Check that messages are sent.

    Args:
        unsent: The instant since which notices without a message have waited, by person.
        given_up: The messages that were given up.
        now: The present (UTC).
    """
    late = sorted(name for name, since in unsent.items() if now - since >= GRACE)
    if given_up:
        most = " or more" if len(given_up) == MAX_MESSAGES else ""
        found = f"{len(given_up)}{most} given up, the latest to {given_up[0].person}: {given_up[0].problem}"
        remedy = "Correct the address, then retry the messages."
        return Check(name="messages", passed=False, found=found, remedy=remedy)
    if late:
        found = f"unsent since {min(unsent.values()):%Y-%m-%d %H:%M} UTC, for {', '.join(late)}"
        remedy = "No process sends messages, or no transport serves their address."
        return Check(name="messages", passed=False, found=found, remedy=remedy)
    return Check(name="messages", passed=True, found="none given up, none late")


def definitions_check(changed: Sequence[DefinitionChanged]) -> Check:
    """Check that every version of a workflow is what it was when it was registered."""
    if not changed:
        return Check(name="definitions", passed=True, found="each version of a workflow is as it was registered")
    found = "; ".join(f'version {one.version} of "{one.title}" changed: {", ".join(one.changes)}' for one in changed)
    return Check(name="definitions", passed=False, found=found, remedy=changed[0].REMEDY)


def release_check(on_hold: Mapping[str, datetime], now: datetime) -> Check:
    """Check that messages on hold were reviewed.

    Args:
        on_hold: The instant since which notices have been on hold, by person.
        now: The present (UTC).
    """
    if not on_hold:
        return Check(name="messages on hold", passed=True, found="none")
    since = min(on_hold.values())
    found = f"on hold since {since:%Y-%m-%d}, for {', '.join(sorted(on_hold))}"
    remedy = "Read them, then release or withdraw them."
    return Check(name="messages on hold", passed=now - since < RELEASE_GRACE, found=found, remedy=remedy)
