"""Write deadlines and meetings as a calendar feed.

An entry of a deadline holds the reference, the task, the owner, the due day and the citation. It holds no sensitive
value, no case title and no reasons for a changed date. An entry of a meeting holds its reference, its day and the group
that meets, and no names. The same record gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event
from icalendar.enums import STATUS, TRANSP
from icalendar.prop import vText

from ...engine.definition.deadline import Deadline
from ...engine.definition.workflow import Workflow
from ...engine.ports.records import DueItem
from ..values.calendar_entries import EntryRevision, MeetingEntry

PRODUCT = "-//casereview//deadlines//EN"
REFRESH_INTERVAL = timedelta(hours=1)
"""The refresh interval suggested to subscribing programs. Some ignore it."""


def write_calendar(
    items: Sequence[DueItem],
    workflows: Mapping[str, Workflow],
    revisions: Sequence[EntryRevision],
    *,
    meetings: Sequence[MeetingEntry] = (),
    at: datetime,
    agency: str | None,
    rehearsal: bool,
) -> bytes:
    """Return the feed for calendar programs: iCalendar (RFC 5545) in UTF-8.

    Args:
        items: The deadlines.
        workflows: The workflow of each case, by reference.
        revisions: The version of each deadline's entry, in the order of the deadlines.
        meetings: The meetings.
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
    for item, revision in zip(items, revisions, strict=True):
        calendar.add_component(_entry(item, workflows[item.ref], revision, at=at, rehearsal=rehearsal))
    for meeting in meetings:
        calendar.add_component(_meeting(meeting, rehearsal=rehearsal))
    made: bytes = calendar.to_ical()
    return made


def uid(item: DueItem, *, rehearsal: bool) -> str:
    """Return the permanent identifier of an entry, whatever its date.

    It names the clock and not the clock's run, so a new date moves the existing entry.
    Entries of a rehearsal have identifiers of their own, so that none moves a real deadline.
    """
    return f"{item.ref}.{item.clock.deadline}.{item.clock.number}@{_domain(rehearsal=rehearsal)}"


def _domain(*, rehearsal: bool) -> str:
    return "rehearsal.casereview" if rehearsal else "casereview"


def _name(agency: str | None, *, rehearsal: bool) -> str:
    of_agency = "" if agency is None else " of " + "".join(c for c in agency if c.isprintable())
    return f"Deadlines{of_agency}{' (rehearsal)' if rehearsal else ''}"


def _entry(item: DueItem, workflow: Workflow, revision: EntryRevision, *, at: datetime, rehearsal: bool) -> Event:
    clock, deadline = item.clock, workflow.deadline(item.clock.deadline)
    marks = [word for word, holds in (("overdue", clock.is_overdue(at)), ("rehearsal", rehearsal)) if holds]
    said = f" ({', '.join(marks)})" if marks else ""
    return Event.new(
        uid=uid(item, rehearsal=rehearsal),
        sequence=revision.sequence,
        stamp=revision.changed_at,
        last_modified=revision.changed_at,
        start=clock.due,
        end=clock.due + timedelta(days=1),
        summary=f"{item.ref}: {deadline.title}{said}",
        description=_description(item, workflow, deadline, overdue=clock.is_overdue(at)),
        transparency=TRANSP.TRANSPARENT,
    )


def _meeting(meeting: MeetingEntry, *, rehearsal: bool) -> Event:
    marks = [word for word, holds in (("cancelled", meeting.cancelled), ("rehearsal", rehearsal)) if holds]
    said = f" ({', '.join(marks)})" if marks else ""
    return Event.new(
        uid=f"{meeting.ref}@{_domain(rehearsal=rehearsal)}",
        sequence=meeting.revision.sequence,
        stamp=meeting.revision.changed_at,
        last_modified=meeting.revision.changed_at,
        start=meeting.day,
        end=meeting.day + timedelta(days=1),
        summary=f"{meeting.ref}: {meeting.group} meeting{said}",
        description=f"Agenda: casereview meeting agenda {meeting.ref}",
        # A subscriber's program strikes it through or removes it. Without the entry nobody would see that it is off.
        status=STATUS.CANCELLED if meeting.cancelled else STATUS.CONFIRMED,
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


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
