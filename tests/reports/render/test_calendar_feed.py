"""Tests of the calendar feed: an entry's ID is stable while its date moves, and no entry reveals private data."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, TermUnit
from casereview.engine.model.clock import Clock, EventKind, Revision
from casereview.engine.ports.records import DueItem
from casereview.reports.render.calendar_feed import write_calendar
from casereview.reports.values.calendar_entries import EntryRevision, MeetingEntry
from casereview.workflows import WORKFLOWS

from ...support.changed_copies import replace

REVIEW = next(workflow for workflow in WORKFLOWS if workflow.name == "serious_case_review")
STARTED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
MOVED = datetime(2026, 1, 12, 14, 0, 30, tzinfo=UTC)
MORNING = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
DUE = date(2026, 2, 5)
DECIDE = Clock(
    deadline="decide",
    number=1,
    anchor=date(2026, 1, 5),
    term=Term(amount=1, unit=TermUnit.MONTHS),
    due=DUE,
    due_at=ENGLAND_AND_WALES.end_of(DUE),
    run_started_at=STARTED,
)
SECRET = "what nobody outside may read"


def due(clock: Clock = DECIDE, ref: str = "SCR-2026-001") -> DueItem:
    return DueItem(ref=ref, title=SECRET, workflow=REVIEW.name, workflow_version=REVIEW.version, clock=clock)


def moved(clock: Clock, to: date, at: datetime = MOVED) -> Clock:
    """The clock with a new date."""
    revision = Revision(
        previous_due=clock.due,
        due=to,
        cause=EventKind.NEW_DATE,
        reasons=SECRET,
        agreed_by=SECRET,
        capacity=None,
        recorded_at=at,
    )
    return replace(
        clock,
        due=to,
        due_at=ENGLAND_AND_WALES.end_of(to),
        run=clock.run + 1,
        run_started_at=at,
        revisions=(*clock.revisions, revision),
    )


FIRST = EntryRevision(sequence=0, changed_at=STARTED)
SECOND = EntryRevision(sequence=1, changed_at=MOVED)
MEETING = MeetingEntry(ref="M-2026-001", group="subgroup", day=date(2026, 2, 3), cancelled=False, revision=FIRST)


def made(
    *items: DueItem,
    at: datetime = MORNING,
    agency: str | None = None,
    rehearsal: bool = False,
    revision: EntryRevision = FIRST,
    meetings: Sequence[MeetingEntry] = (),
) -> bytes:
    workflows = {item.ref: REVIEW for item in items}
    return write_calendar(
        items, workflows, [revision] * len(items), meetings=meetings, at=at, agency=agency, rehearsal=rehearsal
    )


def lines(content: bytes) -> list[str]:
    """Return the lines of the content, unfolded as RFC 5545 defines."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def entries(content: bytes) -> Sequence[Any]:
    return Calendar.from_ical(content).events


def test_an_entry_lasts_all_day_and_blocks_no_time() -> None:
    found = lines(made(due()))
    assert found == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//casereview//deadlines//EN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Deadlines",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        f"SUMMARY:SCR-2026-001: {REVIEW.deadline('decide').title}",
        "DTSTART;VALUE=DATE:20260205",
        "DTEND;VALUE=DATE:20260206",
        "DTSTAMP:20260105T093000Z",
        "UID:SCR-2026-001.decide.1@casereview",
        "SEQUENCE:0",
        next(line for line in found if line.startswith("DESCRIPTION:")),
        "LAST-MODIFIED:20260105T093000Z",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_an_entry_has_the_owner_the_rule_and_the_possible_steps() -> None:
    (entry,) = entries(made(due()))
    rule = REVIEW.deadline("decide").citation
    assert str(entry["DESCRIPTION"]).splitlines() == [
        "Due by the end of 5 February 2026.",
        "Owner: board chair.",
        f"Rule: {rule.name}. {rule.text}",
        "Possible steps: casereview next SCR-2026-001",
    ]


def test_an_unverified_source_is_marked() -> None:
    unseen = next(one for one in REVIEW.deadlines if not one.citation.verified)
    (entry,) = entries(made(due(replace(DECIDE, deadline=unseen.name))))
    assert f"Rule: {unseen.citation.name} (unverified)." in str(entry["DESCRIPTION"])


def test_a_new_date_moves_the_existing_entry() -> None:
    later = made(due(moved(DECIDE, date(2026, 3, 2))), revision=SECOND)
    (before,), (after,) = entries(made(due())), entries(later)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before.start, after.start, after.end) == (DUE, date(2026, 3, 2), date(2026, 3, 3))
    assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt == MOVED
    assert "It was due on 5 February 2026." in str(after["DESCRIPTION"])


def test_every_former_due_date_is_listed_in_order() -> None:
    twice = moved(moved(DECIDE, date(2026, 3, 2)), date(2026, 2, 16), MORNING)
    (entry,) = entries(made(due(twice)))
    assert "It was due on 5 February 2026, then 2 March 2026." in str(entry["DESCRIPTION"])


def test_a_meeting_is_on_its_day_and_names_nobody() -> None:
    (entry,) = entries(made(meetings=[MEETING]))
    assert (entry["UID"], entry["SUMMARY"]) == ("M-2026-001@casereview", "M-2026-001: subgroup meeting")
    assert (entry.start, entry.end, entry["STATUS"]) == (date(2026, 2, 3), date(2026, 2, 4), "CONFIRMED")
    assert (entry["SEQUENCE"], entry["LAST-MODIFIED"].dt) == (0, STARTED)


def test_a_cancelled_meeting_says_so() -> None:
    cancelled = dataclasses.replace(MEETING, cancelled=True, revision=SECOND)
    (entry,) = entries(made(meetings=[cancelled], rehearsal=True))
    assert (entry["STATUS"], entry["SEQUENCE"], entry["LAST-MODIFIED"].dt) == ("CANCELLED", 1, MOVED)
    assert entry["SUMMARY"] == "M-2026-001: subgroup meeting (cancelled, rehearsal)"


def test_a_deadline_that_starts_again_is_another_entry() -> None:
    first, second = due(), due(replace(DECIDE, number=2))
    assert [entry["UID"] for entry in entries(made(first, second))] == [
        "SCR-2026-001.decide.1@casereview",
        "SCR-2026-001.decide.2@casereview",
    ]


def test_an_overdue_entry_stays_on_its_day_and_is_marked() -> None:
    over = ENGLAND_AND_WALES.end_of(DUE)
    (entry,) = entries(made(due(), at=over))
    assert entry.start == DUE
    assert str(entry["SUMMARY"]).endswith(" (overdue)")
    assert "Overdue: that day has passed." in str(entry["DESCRIPTION"])
    (in_time,) = entries(made(due(), at=over.replace(hour=23, minute=59, day=5)))
    assert "overdue" not in str(in_time).lower()


def test_the_same_record_gives_the_same_bytes_on_whatever_day() -> None:
    assert made(due()) == made(due(), at=MORNING.replace(day=28))


def test_no_entry_contains_a_case_title_or_the_reason_for_a_move() -> None:
    assert SECRET.encode() not in made(due(moved(DECIDE, date(2026, 3, 2)))).replace(b"\r\n ", b"")


def test_a_rehearsal_s_entries_say_so_and_move_no_real_one() -> None:
    content = made(due(), rehearsal=True)
    assert "X-WR-CALNAME:Deadlines (rehearsal)" in lines(content)
    (entry,) = entries(content)
    assert entry["UID"] == "SCR-2026-001.decide.1@rehearsal.casereview"
    assert str(entry["SUMMARY"]).endswith(" (rehearsal)")
    (late,) = entries(made(due(), at=ENGLAND_AND_WALES.end_of(DUE), rehearsal=True))
    assert str(late["SUMMARY"]).endswith(" (overdue, rehearsal)")


@pytest.mark.parametrize(
    ("agency", "name"),
    [
        ("Agency 1", "Deadlines of Agency 1"),
        ("A, B; C\\D", "Deadlines of A\\, B\\; C\\\\D"),
        ("A\r\nBEGIN:VEVENT", "Deadlines of ABEGIN:VEVENT"),
        ("A\x07\u2028B", "Deadlines of AB"),
    ],
)
def test_an_agency_s_calendar_has_its_name(agency: str, name: str) -> None:
    assert f"X-WR-CALNAME:{name}" in lines(made(agency=agency))


def test_a_feed_without_entries_is_a_calendar_all_the_same() -> None:
    assert entries(made()) == []
    assert made().startswith(b"BEGIN:VCALENDAR\r\n")
    assert made().endswith(b"END:VCALENDAR\r\n")


REFERENCES = st.builds(
    "SCR-{}-{:03d}{}".format,
    st.integers(2000, 2199),
    st.integers(1, 999_999),
    st.sampled_from(["", "/A03", "/R12"]),
)
NAMES = st.sampled_from([deadline.name for deadline in REVIEW.deadlines])
AGENCIES = st.none() | st.text(max_size=100)


@given(items=st.lists(st.tuples(REFERENCES, NAMES), max_size=5), agency=AGENCIES)
def test_every_line_is_as_long_as_the_rule_allows_and_ends_as_it_demands(
    items: list[tuple[str, str]], agency: str | None
) -> None:
    agency = None if agency is None else agency.encode(errors="ignore").decode()
    content = made(*(due(replace(DECIDE, deadline=name), ref) for ref, name in items), agency=agency)
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    read = [str(entry["SUMMARY"]) for entry in entries(content)]
    assert read == [f"{ref}: {REVIEW.deadline(name).title}" for ref, name in items]
