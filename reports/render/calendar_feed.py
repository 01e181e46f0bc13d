"""Write deadlines as a calendar feed.

An entry holds the reference, the task, the owner, the due day and the citation. It holds no sensitive value,
no case title and no reasons for a changed date. The same record gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event
from icalendar.enums import TRANSP
from icalendar.prop import vText

from ...engine.definition.deadline import Deadline
from ...engine.definition.workflow import Workflow
from ...engine.model.clock import Clock
from ...engine.ports.records import DueItem

PRODUCT = "-//casereview//deadlines//EN"
REFRESH_INTERVAL = timedelta(hours=1)
"""The refresh interval suggested to subscribing programs. Some ignore it."""


def write_calendar(
    items: Sequence[DueItem], workflows: Mapping[str, Workflow], *, at: datetime, agency: str | None, rehearsal: bool
) -> bytes:
    """Return the feed for calendar programs: iCalendar (RFC 5545) in UTF-8.

    Args:
        items: The deadlines.
        workflows: The workflow of each case, by reference.
        at: The instant that decides if a deadline is overdue (UTC).
        agency: The agency of_agency cases it shows; None for all.
        rehearsal: If it shows a rehearsal database.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_name(agency, rehearsal=rehearsal)))
    calendar.add("refresh-interval", REFRESH_INTERVAL, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")  # the same for Outlook
    for item in items:
        calendar.add_component(_entry(item, workflows[item.ref], at=at, rehearsal=rehearsal))
    made: bytes = calendar.to_ical()
    return made


def uid(item: DueItem, *, rehearsal: bool) -> str:
    """Return the permanent identifier of an entry, whatever its date.

    It names the clock and not the clock's run, so a new date moves the existing entry.
    Entries of a rehearsal have identifiers of their own, so that none moves a real deadline.
    """
    domain = "rehearsal.casereview" if rehearsal else "casereview"
    return f"{item.ref}.{item.clock.deadline}.{item.clock.number}@{domain}"


def _name(agency: str | None, *, rehearsal: bool) -> str:
    of_agency = "" if agency is None else " of " + "".join(c for c in agency if c.isprintable())
    return f"Deadlines{of_agency}{' (rehearsal)' if rehearsal else ''}"


def _entry(item: DueItem, workflow: Workflow, *, at: datetime, rehearsal: bool) -> Event:
    clock, deadline = item.clock, workflow.deadline(item.clock.deadline)
    marks = [word for word, holds in (("overdue", clock.is_overdue(at)), ("rehearsal", rehearsal)) if holds]
    said = f" ({', '.join(marks)})" if marks else ""
    changed = _changed(clock)
    return Event.new(
        uid=uid(item, rehearsal=rehearsal),
        # Each revision is a changed date, and revisions are never removed.
        sequence=len(clock.revisions),
        stamp=changed,
        last_modified=changed,
        start=clock.due,
        end=clock.due + timedelta(days=1),
        summary=f"{item.ref}: {deadline.title}{said}",
        description=_description(item, workflow, deadline, overdue=clock.is_overdue(at)),
        transparency=TRANSP.TRANSPARENT,
    )


def _description(item: DueItem, workflow: Workflow, deadline: Deadline, *, overdue: bool) -> str:
    owner = workflow.role(deadline.owner).title
    seen = "" if deadline.citation.verified else " (unverified)"
    lines = [f"Due by the end of {_day(item.clock.due)}."]
    if overdue:
        lines.append("Overdue: that day has passed.")
    if item.clock.revisions:
        lines.append(f"It was due on {', then '.join(_day(one.previous_due) for one in item.clock.revisions)}.")
    lines += [
        f"Owner: {owner}.",
        f"Rule: {deadline.citation.name}{seen}. {deadline.citation.text}",
        f"Possible steps: casereview next {item.ref}",
    ]
    return "\n".join(lines)


def _changed(clock: Clock) -> datetime:
    """Return the instant at which the clock's due date was set (UTC)."""
    known = [one.recorded_at for one in clock.revisions]
    if clock.run_started_at is not None:
        known.append(clock.run_started_at)
    # A clock without this instant only has the day that it is counted from.
    return max(known, default=datetime.combine(clock.anchor, time(), UTC))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
