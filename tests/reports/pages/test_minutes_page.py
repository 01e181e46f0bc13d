"""Tests of the minutes of a meeting: attendance, conflicts of interest and decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from casereview.engine.forms.digests import digest_of
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import EventKind
from casereview.reports.pages.minutes_page import minutes_page
from casereview.reports.pages.page import Page
from casereview.reports.render.json.page import page_document
from casereview.reports.values.rag_status import Palette
from casereview.workflows import MEETING

from ...support.meetings import HELD_ON, call_meeting
from ...support.review_stories import apply_step

TIES = {"name": "Lee Hart", "ref": "SCR-2026-007", "why": "An aunt of the child."}


def page_of(meeting: Case, *events: Event, **more: Any) -> Page:
    return minutes_page(
        meeting,
        events,
        Palette(),
        workflow=MEETING,
        step_title=lambda ref, trigger: f"{trigger} of {ref}",
        today=date(2026, 2, 5),
        **more,
    )


def sections(meeting: Case, *events: Event, **more: Any) -> dict[str, Any]:
    """Return the rows of each section by its heading."""
    document = page_document(page_of(meeting, *events, **more))
    return {section["heading"]: section["parts"] for section in document["sections"]}


def test_it_says_which_meeting_it_was_and_on_which_day() -> None:
    page = page_of(apply_step(call_meeting(), "attend", HELD_ON).case)
    assert page.title == "Minutes: Subgroup meeting of 3 February 2026"
    assert page.summary == "M-2026-001. Subgroup, 3 Feb 2026. Chaired by Kim Cole."
    assert not page.rehearsal


def test_attendance_absences_and_the_quorum_are_shown() -> None:
    meeting = apply_step(call_meeting(expected=["Kim Cole", "Jo Park", "Max Roe"]), "attend", HELD_ON).case
    quorum, attendance = sections(meeting)["Attendance"]
    assert quorum == "3 people were present; 3 make a quorum."
    assert [(row["Name"], row[""]) for row in attendance["rows"]] == [
        ("Kim Cole", "in the chair"),
        ("Lee Hart", "present"),
        ("Ana Diaz", "present"),
        ("Jo Park", "apologies"),
        ("Max Roe", "expected, absent"),
    ]
    alone = apply_step(call_meeting(quorum=None), "attend", HELD_ON, present=["Kim Cole"]).case
    assert sections(alone)["Attendance"][0] == "1 person was present; no quorum is set."


def test_the_reason_for_a_conflict_of_interest_is_shown_on_request_only() -> None:
    decision = apply_step(call_meeting(), "attend", HELD_ON, conflicts=[TIES])
    secrets = {digest_of(secret): secret for secret in decision.events[-1].stored_values}
    (plain,) = sections(decision.case)["Conflicts of interest"]
    assert plain["rows"] == [{"Who": "Lee Hart", "In which case": "SCR-2026-007"}]
    (whole,) = sections(decision.case, secrets=secrets)["Conflicts of interest"]
    assert [row["Why"] for row in whole["rows"]] == ["An aunt of the child."]
    (none,) = sections(apply_step(call_meeting(), "attend", HELD_ON).case)["Conflicts of interest"]
    assert none["rows"] == []


def test_each_decision_is_shown_under_its_item_as_corrected() -> None:
    meeting = apply_step(call_meeting(), "attend", HELD_ON).case
    first = apply_step(meeting, "decide", HELD_ON)
    second = apply_step(first.case, "decide", HELD_ON, item="5", ref="SCR-2026-001/P02", decision="Sent back.")
    right = {**first.events[-1].data, "decision": "The plan is agreed, but for action 2."}
    correction = replace(
        first.events[-1],
        kind=EventKind.CORRECTED,
        seq=9,
        data={"event": first.events[-1].seq, "wrong": "x", "reasons": "y", "record": right},
    )
    (decisions,) = sections(second.case, *first.events, *second.events, correction)["Decisions"]
    assert [(row["Item"], row["Case"], row["Decided"], row["In the chair"]) for row in decisions["rows"]] == [
        ("4", "SCR-2026-001/P01", "The plan is agreed, but for action 2.", "Kim Cole"),
        ("5", "SCR-2026-001/P02", "Sent back.", "Kim Cole"),
    ]
    (none,) = sections(meeting)["Decisions"]
    assert none["rows"] == []
