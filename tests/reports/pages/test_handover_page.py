"""Tests of a handover: a person's open work, or a whole review."""

from __future__ import annotations

from datetime import date
from typing import Any

from casereview.engine.forms.digests import StoredValue, digest_of
from casereview.engine.model.case import Case, Effects, Event, Link
from casereview.engine.model.clock import EventKind, Suspension
from casereview.engine.model.people import Absence, DecidedBy, Person, Recorder, RoleHolding
from casereview.engine.ports.records import DueItem
from casereview.reports.pages.handover_page import MAX_EVENTS, OpenWork, open_work_page, review_handover_page
from casereview.reports.pages.page import Page
from casereview.reports.render.json.page import page_document
from casereview.reports.values.rag_status import Palette

from ...support.changed_copies import replace
from ...support.review_values import NOW, REF, REGISTRY, TODAY, case, clock, review_of

LATE, SOON = clock("agree_scope", date(2026, 6, 12)), clock("agree_scope", date(2026, 6, 22))
ROOT = case("serious_case_review", REF, "screened", agencies=("Agency 1",), clocks=(LATE,), title="Child A")
PART = case("agency_return", f"{REF}/RET01", "requested", agencies=("Agency 2",), clocks=(clock("return", TODAY),))
SAM = Person(name="Sam Reed", holdings=(RoleHolding("business_manager"),))
NOTHING = OpenWork(person=SAM, absences=(), tasks=(), cases=(), meetings=())
NOTE = StoredValue(path="text", salt=b"sixteen bytes ok", value='"The aunt rang."')


def rows(page: Page, heading: str) -> list[dict[str, Any]]:
    (section,) = [section for section in page_document(page)["sections"] if section["heading"].startswith(heading)]
    found: list[dict[str, Any]] = section["parts"][0]["rows"]
    return found


def step(ref: str, trigger: str, data: dict[str, Any], *, on: date = TODAY, kind: EventKind = EventKind.STEP) -> Event:
    return Event(
        ref=ref,
        seq=1,
        kind=kind,
        trigger=trigger,
        from_state="screened",
        to_state="screened",
        recorder=Recorder(name="Sam Reed"),
        command_id="c1",
        decided_by=DecidedBy(name="Kim Cole", capacity="board_chair", evidence="Minutes, item 4"),
        occurred_at=NOW,
        occurred_on=on,
        recorded_at=NOW,
        workflow="serious_case_review",
        workflow_version=1,
        data=data,
        effects=Effects(),
    )


def of_person(work: OpenWork) -> Page:
    return open_work_page(work, REGISTRY, Palette(), today=TODAY)


def of_review(*cases: Case, events: tuple[Event, ...] = (), **more: Any) -> Page:
    review = review_of(cases)
    return review_handover_page(review, events, Palette(), **more)


# --- a person ---------------------------------------------------------------------------------------


def test_a_person_s_tasks_are_listed_with_their_delay() -> None:
    tasks = tuple(
        DueItem(ref=ref, title="Child A", workflow="partnership_review", workflow_version=1, clock=one)
        for ref, one in (("PR-2026-001", LATE), ("PR-2026-002", SOON))
    )
    page = of_person(replace(NOTHING, tasks=tasks, cases=(ROOT,)))
    assert (page.title, page.summary) == ("Handover: Sam Reed", "15 Jun 2026. business manager.")
    assert [(row["Due"], row["Reference"], row["What"], row["Case"], row["Late"]) for row in rows(page, "To do")] == [
        ("2026-06-12", "PR-2026-001", "Agree the scope of the review", "Child A", "3 days"),
        ("2026-06-22", "PR-2026-002", "Agree the scope of the review", "Child A", ""),
    ]
    assert rows(page, "The cases") == [
        {"Reference": REF, "What": "Child A", "Agency": "Agency 1", "State": "screened", "Due next": "2026-06-12"}
    ]


def test_absences_and_meetings_to_chair_are_listed() -> None:
    away = Absence(name="Sam Reed", from_day=TODAY, to_day=date(2026, 6, 19), deputy="Kim Cole")
    alone = replace(away, deputy=None)
    meeting = case("meeting", "M-2026-001", "called", title="Subgroup meeting")
    person = replace(SAM, holdings=(RoleHolding("business_manager", "Agency 1"),))
    page = of_person(replace(NOTHING, person=person, absences=(away, alone), meetings=(meeting,)))
    assert page.parts == (
        "Away from 15 Jun 2026 to 19 Jun 2026; deputy: Kim Cole.",
        "Away from 15 Jun 2026 to 19 Jun 2026; deputy: none.",
    )
    assert page.summary == "15 Jun 2026. business manager of Agency 1."
    assert [row["Reference"] for row in rows(page, "Meetings")] == ["M-2026-001"]


# --- a review ---------------------------------------------------------------------------------------


def test_a_review_is_listed_with_the_deadlines_of_all_its_parts() -> None:
    root = replace(
        ROOT, clocks=(clock("agree_terms", date(2026, 6, 12)),), links=(Link(relation="joint_review", ref="X-1"),)
    )
    page = of_review(root, PART)
    assert page.title == f"Handover: {REF} Child A"
    assert page.summary == "15 Jun 2026. Serious Case Review, screened."
    assert page.parts == (
        "The board chair has decided to hold a review. Opened on 5 Jan 2026.",
        "Agencies: Agency 1, Agency 2.",
        "Connected with: X-1 (joint review).",
    )
    assert [(row["Reference"], row["Whose"], row["Late"]) for row in rows(page, "What is due")] == [
        (REF, "subgroup chair", "3 days"),
        (f"{REF}/RET01", "Agency 2", ""),
    ]
    assert [row["Reference"] for row in rows(page, "Its parts")] == [f"{REF}/RET01"]
    assert "Suspensions" not in [section.heading for section in page.sections]


def test_a_suspended_deadline_is_listed_during_the_suspension() -> None:
    trial = Suspension(
        number=1, proceeding="Crown Court trial", consulted="The police", reasons="x", since=TODAY, review_by=TODAY
    )
    lifted = replace(trial, number=2, until=TODAY)
    page = of_review(replace(ROOT, clocks=(), suspensions=(trial, lifted)))
    assert [row["For what"] for row in rows(page, "Suspensions")] == ["Crown Court trial"]


def test_the_latest_events_come_first_and_the_rest_are_counted() -> None:
    events = tuple(step(REF, "note", {"text": {"sha256": "ab" * 32}}, on=date(2026, 1, day)) for day in range(1, 32))
    page = of_review(replace(ROOT, clocks=()), events=(*events, step(REF, "screen", {})))
    found = rows(page, "Latest steps")
    assert len(found) == MAX_EVENTS
    assert (found[0]["What"], found[0]["Decided by"], found[0]["Evidence"]) == (
        "Decide to hold a Serious Case Review",
        "Kim Cole, board chair",
        "Minutes, item 4",
    )
    (section,) = [one for one in page.sections if one.heading == "Latest steps"]
    assert "2 more: casereview history" in str(section.parts[0])


def test_each_document_is_listed_once_with_its_location() -> None:
    minutes = {"title": "Minutes", "location": "Meetings/1.docx"}
    events = (
        step(REF, "refer", {"documents": [minutes]}, kind=EventKind.OPENED),
        step(REF, "attach", {"documents": [minutes, {"title": "Plan", "location": "Plans/1.docx"}]}),
        step(f"{REF}/RET01", "receive", {"document": minutes}),
        step(REF, "note", {"documents": [minutes]}, kind=EventKind.CORRECTED),
    )
    found = rows(of_review(replace(ROOT, clocks=()), PART, events=events), "Documents")
    assert [(row["Reference"], row["Title"], row["Location"]) for row in found] == [
        (REF, "Minutes", "Meetings/1.docx"),
        (REF, "Plan", "Plans/1.docx"),
        (f"{REF}/RET01", "Minutes", "Meetings/1.docx"),
    ]


def test_notes_are_shown_on_request_only() -> None:
    noted = step(REF, "note", {"text": {"sha256": digest_of(NOTE)}, "kind": "call"})
    root = replace(ROOT, clocks=())
    plain = of_review(root, events=(noted,))
    assert "aunt" not in str(page_document(plain))
    assert "Notes" not in [section.heading for section in plain.sections]
    whole = of_review(root, events=(noted,), secrets={REF: {digest_of(NOTE): NOTE}})
    assert [row["Note"] for row in rows(whole, "Notes")] == ["The aunt rang."]
    gone = of_review(root, events=(noted,), secrets={REF: {}})
    assert [row["Note"] for row in rows(gone, "Notes")] == ["(disposed of)"]
