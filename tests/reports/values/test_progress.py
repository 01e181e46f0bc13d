"""Tests of the progress report: changes since the last meeting, open actions, and family voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import EventKind
from casereview.reports.pages.page import Figure, Page, Section, Table
from casereview.reports.pages.progress_page import progress_page
from casereview.reports.render.json.subgroup_reports import progress_document
from casereview.reports.values.figures import LineChart
from casereview.reports.values.progress import (
    ProgressReport,
    actions_over_time,
    build_progress_report,
    participants,
    state_changes,
)
from casereview.reports.values.rag_status import Palette, RagColour

from ...support.review_values import (
    DIGEST,
    NOW,
    OPENED,
    REF,
    TODAY,
    action,
    clock,
    engagement,
    event,
    recommendation,
    review,
    with_moved_due_date,
)

OURS = Palette()
A1, A2 = action(1, "assured"), action(2, agency="Agency 2", said="slipping")


def made(*parts: Case, events: Sequence[Event] = (), since: date | None = None) -> ProgressReport:
    return build_progress_report(review(*parts), events, OURS, since=since)


def page_of(found: ProgressReport) -> Page:
    return progress_page(found, OURS, today=TODAY, rehearsal=False)


# --- the start of the period -----------------------------------------------------------------------------------


def met(on: date) -> Event:
    """Return the event of a progress report to the subgroup."""
    return event(review().root, "monitored", "monitored", on, trigger="report_progress")


def test_changes_are_counted_since_the_subgroup_s_last_progress_report() -> None:
    found = made(events=[met(date(2026, 3, 2)), met(date(2026, 6, 1))])
    assert (found.since.day, found.since.at) == (date(2026, 6, 1), datetime(2026, 6, 1, 11, tzinfo=UTC))


def test_a_report_recorded_ahead_of_the_clock_counts_from_its_own_instant() -> None:
    fast = replace(met(date(2026, 6, 1)), recorded_at=datetime(2031, 3, 2, tzinfo=UTC))
    assert made(events=[fast]).since.at == datetime(2026, 6, 1, 11, tzinfo=UTC)


def test_progress_reported_on_one_action_is_no_progress_report() -> None:
    assert made(events=[event(A2, "agreed", "agreed", TODAY, trigger="report_progress")]).since.day == OPENED


def test_without_an_earlier_progress_report_everything_is_a_change() -> None:
    found = made(A1, events=[event(A1, "handed_in", "assured", date(2026, 2, 2))])
    assert (found.since.at, found.since.day) == (None, OPENED)
    assert len(found.state_changes) == 1


def test_a_requested_start_date_begins_at_midnight_in_london() -> None:
    found = made(since=date(2026, 6, 1))
    assert (found.since.at, found.since.day) == (datetime(2026, 5, 31, 23, tzinfo=UTC), date(2026, 6, 1))


# --- changes ----------------------------------------------------------------------------------------------------


def test_a_part_that_changed_twice_moved_from_its_first_to_its_last_state() -> None:
    steps = [
        event(A1, "agreed", "handed_in", date(2026, 6, 2)),
        event(A1, "handed_in", "agreed", date(2026, 6, 3)),
        event(A1, "agreed", "handed_in", date(2026, 6, 4)),
        event(A1, "handed_in", "assured", date(2026, 6, 5)),
    ]
    (move,) = state_changes(review(A1), steps, None)
    assert (move.previous_state, move.new_state, move.changed_on, move.agency) == (
        "agreed",
        "assured",
        date(2026, 6, 5),
        "Agency 1",
    )


def test_a_part_back_in_its_former_state_did_not_move() -> None:
    steps = [event(A2, "agreed", "handed_in", TODAY), event(A2, "handed_in", "agreed", TODAY)]
    assert state_changes(review(A2), steps, None) == ()


def test_a_part_in_the_same_state_did_not_move() -> None:
    assert state_changes(review(A2), [event(A2, "agreed", "agreed", TODAY)], None) == ()


def test_an_earlier_step_that_was_recorded_later_is_a_change() -> None:
    since = NOW - timedelta(days=1)
    late = event(A1, "handed_in", "assured", date(2026, 2, 2), recorded=NOW)
    early = event(A2, "proposed", "agreed", date(2026, 2, 2))
    assert [move.ref for move in state_changes(review(A1, A2), [late, early], since)] == [A1.ref]


def test_a_new_part_is_listed_as_new_with_all_its_agencies() -> None:
    of = recommendation(1, "Agency 1", "Agency 2")
    (move,) = state_changes(review(of), [event(of, None, "made", TODAY, trigger="make", kind=EventKind.OPENED)], None)
    assert (move.previous_state, move.new_state, move.agency) == ("", "made", "Agency 1, Agency 2")


def test_due_dates_moved_since_are_changes_too() -> None:
    of = action(3, clocks=(with_moved_due_date(clock("carry_out", TODAY), TODAY + timedelta(days=9), at=NOW),))
    assert len(made(of, since=TODAY).date_changes) == 1
    assert made(of, since=TODAY + timedelta(days=1)).date_changes == ()


# --- over time ---------------------------------------------------------------------------------------------------


def test_an_action_is_open_from_its_agreement_to_its_end() -> None:
    steps = [
        event(A1, None, "proposed", date(2026, 1, 10), kind=EventKind.OPENED),
        event(A1, "proposed", "agreed", date(2026, 2, 1)),
        event(A2, "proposed", "agreed", date(2026, 2, 1)),
        event(A1, "agreed", "handed_in", date(2026, 3, 1)),
        event(A1, "handed_in", "assured", date(2026, 4, 1)),
        event(A2, "agreed", "superseded", date(2026, 5, 1)),
    ]
    lines = actions_over_time(review(A1, A2), steps)
    assert lines is not None
    assert lines.days == (date(2026, 2, 1), date(2026, 4, 1), date(2026, 5, 1))
    assert lines.counts == {"open": (2, 1, 0), "assured": (0, 1, 1)}
    assert lines.last_day == TODAY


def test_open_actions_are_counted_by_decision_date_not_recording_date() -> None:
    steps = [
        event(A1, "handed_in", "assured", date(2026, 4, 1)),
        event(A1, "proposed", "agreed", date(2026, 2, 1), recorded=NOW),
    ]
    lines = actions_over_time(review(A1), steps)
    assert lines is not None
    assert lines.counts == {"open": (1, 0), "assured": (0, 1)}


def test_an_assured_action_that_is_reopened_is_open_again() -> None:
    steps = [event(A1, "handed_in", "assured", date(2026, 4, 1)), event(A1, "assured", "agreed", date(2026, 5, 1))]
    lines = actions_over_time(review(A1), [event(A1, "proposed", "agreed", date(2026, 2, 1)), *steps])
    assert lines is not None
    assert lines.counts == {"open": (1, 0, 1), "assured": (0, 1, 0)}


def test_without_an_agreed_action_there_is_no_chart() -> None:
    proposed = event(A1, None, "proposed", TODAY, kind=EventKind.OPENED)
    assert actions_over_time(review(A1), [proposed, event(review().root, None, "referred", TODAY)]) is None


# --- family voice ----------------------------------------------------------------------------------------------


VOICES = (
    engagement(1, "findings_shared"),
    engagement(2, "declined", relation="father"),
    engagement(3, "took_part", kind="practitioners", relation="Nurses"),
    engagement(4, "findings_shared", relation="aunt"),
)


def test_family_comes_first_and_is_named_by_relation_to_the_child() -> None:
    assert [(one.description, one.family, one.state, one.findings_shared) for one in participants(review(*VOICES))] == [
        ("mother", True, "findings shared", True),
        ("father", True, "declined", False),
        ("aunt", True, "findings shared", True),
        ("Nurses", False, "took part", False),
    ]


# --- the page ----------------------------------------------------------------------------------------------------


def section(page: Page, heading: str) -> Section:
    return next(one for one in page.sections if one.heading.startswith(heading))


def test_the_page_begins_with_the_pending_decisions() -> None:
    page = page_of(made(A1, A2))
    assert [one.heading for one in page.sections] == [
        "For decision",
        "Changes since 5 Jan 2026",
        "Actions",
        "Family voice",
    ]
    assert page.title == f"Progress report: {REF} Child A"
    assert page.summary == "15 Jun 2026. Stage: monitored. Changes since 5 Jan 2026, the opening."


def test_parts_that_moved_alike_share_one_row() -> None:
    parts = [action(n, "assured") for n in range(1, 4)]
    steps = [event(one, "handed_in", "assured", date(2026, 6, one.seq + n)) for n, one in enumerate(parts, start=1)]
    (moved_table, _) = section(page_of(made(*parts, events=steps)), "Changes since").parts
    assert isinstance(moved_table, Table)
    assert moved_table.rows == (("Action", "Agency 1", "handed in", "assured", 3, "A01, A02, A03", date(2026, 6, 4)),)


def test_each_chart_says_the_same_in_words() -> None:
    steps = [event(A1, "proposed", "agreed", date(2026, 2, 1)), event(A1, "handed_in", "assured", date(2026, 4, 1))]
    parts = section(page_of(made(A1, A2, events=steps)), "Actions").parts
    bars, lines = (part for part in parts if isinstance(part, Figure))
    assert bars.description == "2 actions: 1 amber (due soon or slipping), 1 blue (assured)."
    assert bars.chart is not None
    assert not isinstance(bars.chart, LineChart)
    assert bars.chart.labels == ("Agency 1", "Agency 2")
    assert (bars.chart.counts[RagColour.BLUE], bars.chart.counts[RagColour.AMBER]) == ((1, 0), (0, 1))
    assert lines.description == "1 action at most was open, first on 1 Feb 2026; 0 open and 1 assured on 15 Jun 2026."


def test_without_actions_there_is_text_and_no_chart() -> None:
    pictures = [part for part in section(page_of(made()), "Actions").parts if isinstance(part, Figure)]
    assert [(one.description, one.chart) for one in pictures] == [
        ("There is no action yet.", None),
        ("No action was agreed yet.", None),
    ]


def test_family_voice_counts_each_state_and_the_people_informed() -> None:
    parts = section(page_of(made(*VOICES)), "Family voice").parts
    assert parts[0] == "Family: 2 findings shared, 1 declined. The findings were shared with 2 of 3."
    assert parts[2] == "Practitioners: 1 took part."
    assert DIGEST["sha256"] not in str(page_of(made(*VOICES)))
    assert section(page_of(made()), "Family voice").parts == ("No one has been asked to take part yet.",)


def test_a_program_is_given_the_facts() -> None:
    steps = [event(A1, "proposed", "agreed", date(2026, 2, 1)), event(A1, "handed_in", "assured", date(2026, 4, 1))]
    document = progress_document(made(A1, A2, *VOICES, events=steps))
    assert (document["ref"], document["state"], document["since"]) == (REF, "monitored", "2026-01-05")
    assert document["state_changes"] == [
        {
            "ref": A1.ref,
            "part": "Action",
            "agency": "Agency 1",
            "from": "proposed",
            "to": "assured",
            "on": "2026-04-01",
        }
    ]
    assert document["over_time"] == [
        {"on": "2026-02-01", "open": 1, "assured": 0},
        {"on": "2026-04-01", "open": 0, "assured": 1},
    ]
    assert document["participants"][0].keys() == {
        "ref",
        "description",
        "family",
        "state",
        "findings_shared",
        "last_step_on",
    }
    assert [one["ref"] for one in document["decisions"]] == [A2.ref]
    assert [one["rag"] for one in document["actions"]] == ["blue", "amber"]
    assert progress_document(made())["over_time"] == []
