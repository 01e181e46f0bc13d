"""The calendar feed: what somebody still has to do, as entries that a calendar program shows.

Nothing that a form marks as sensitive is in it, nor a case's title, nor why a date was moved: the
reference, what is to be done and by whom, by when, and the rule that says so. It is made of the record
alone, so the same record gives the same bytes.
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
"""How often a program that subscribes is asked to look again; not every one does as it is asked."""


def write_calendar(
    items: Sequence[DueItem], workflows: Mapping[str, Workflow], *, at: datetime, agency: str | None, rehearsal: bool
) -> bytes:
    """The feed as it is read by calendar programs: iCalendar (RFC 5545), in UTF-8.

    Args:
        items: What somebody still has to do.
        workflows: The workflow of each case, by the case's reference.
        at: The instant by which something is overdue or not.
        agency: The agency whose cases alone are in it; None where all are.
        rehearsal: Whether nothing in it is a real record.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_name(agency, rehearsal=rehearsal)))
    calendar.add("refresh-interval", REFRESH_INTERVAL, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")  # the same for Outlook, which knows it by this name
    for item in items:
        calendar.add_component(_entry(item, workflows[item.ref], at=at, rehearsal=rehearsal))
    made: bytes = calendar.to_ical()
    return made


def uid(item: DueItem, *, rehearsal: bool) -> str:
    """The name by which an entry is known for good, wherever its date moves.

    It is of the deadline's clock and not of the clock's leg, so a new date moves the entry that is there.
    A rehearsal's entries have names of their own, lest one moves a real deadline.
    """
    house = "rehearsal.casereview" if rehearsal else "casereview"
    return f"{item.ref}.{item.clock.deadline}.{item.clock.number}@{house}"


def _name(agency: str | None, *, rehearsal: bool) -> str:
    whose = "" if agency is None else " of " + "".join(c for c in agency if c.isprintable())
    return f"Deadlines{whose}{' (rehearsal)' if rehearsal else ''}"


def _entry(item: DueItem, workflow: Workflow, *, at: datetime, rehearsal: bool) -> Event:
    clock, deadline = item.clock, workflow.deadline(item.clock.deadline)
    marks = [word for word, holds in (("overdue", clock.is_overdue(at)), ("rehearsal", rehearsal)) if holds]
    said = f" ({', '.join(marks)})" if marks else ""
    changed = _changed(clock)
    return Event.new(
        uid=uid(item, rehearsal=rehearsal),
        # Each revision is of a date that moved, and none is ever taken back.
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
    owner = next(role.title for role in workflow.roles if role.name == deadline.owner)
    seen = "" if deadline.citation.verified else " (unverified)"
    lines = [f"Due by the end of {_day(item.clock.due)}."]
    if overdue:
        lines.append("Overdue: that day has passed.")
    if item.clock.revisions:
        lines.append(f"It was due on {', then '.join(_day(one.previous_due) for one in item.clock.revisions)}.")
    lines += [
        f"Owed by: {owner}.",
        f"The rule: {deadline.citation.name}{seen}. {deadline.citation.text}",
        f"What can be done: casereview next {item.ref}",
    ]
    return "\n".join(lines)


def _changed(clock: Clock) -> datetime:
    """When the clock's date became what it is (UTC)."""
    known = [one.recorded_at for one in clock.revisions]
    if clock.run_started_at is not None:
        known.append(clock.run_started_at)
    # Of what was started before there were ladders only the day is known from which it is counted.
    return max(known, default=datetime.combine(clock.anchor, time(), UTC))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
