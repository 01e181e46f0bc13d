"""A review that meets every change of course in a year, from a serious incident to its second closing.

It runs on both databases and records each step on its date. In the end the history verifies, and no notice concerns the
past.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Resume, Suspend
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import DecidedBy
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.workflows import WORKFLOWS

from ..support.review_in_database import RECOMMENDED_TO_BOTH, RECOMMENDED_TO_ONE, ReviewInDatabase
from ..support.review_stories import MANAGER, evening_of
from ..support.step_records import LINKED, PLANNED, TERMS

REVIEW = "child_safeguarding_practice_review"
TRIAL = "Crown Court trial"
PARTNERS = DecidedBy(name="Partners of the area", capacity="safeguarding_partners")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def review(database: Database) -> ReviewInDatabase:
    made = ReviewInDatabase(
        engine=Engine(database, WORKFLOWS, now=lambda: evening_of(made.today)), today=date(2026, 1, 7)
    )
    for name, role, agency in (
        ("Sam Reed", "business_manager", None),
        ("Chair of the Sub-group", "subgroup_chair", None),
        ("Partners of the area", "safeguarding_partners", None),
        ("Assurance", "quality_assurance", None),
        ("Reviewer 1", "lead_reviewer", None),
        ("Reviewer 3", "lead_reviewer", None),
        *((f"Lead {number}", "agency_safeguarding_lead", f"Agency {number}") for number in (1, 2, 3, 9)),
        *((f"Author {number}", "agency_author", f"Agency {number}") for number in (1, 2, 3, 9)),
    ):
        email = f"{name.replace(' ', '.').lower()}@example.org"
        made.engine.add_person(name, role=role, actor=MANAGER, organisation=agency, email=email)
    return made


Days = tuple[tuple[str, str, str, dict[str, Any]], ...]
"""A date, the part (empty for the review itself), the step, and the values of its record."""

IN_2026 = {"due_on": "2026-12-11"}
NOT_YET: dict[str, Any] = {"recommends": "no_review"}

RAPID_REVIEW: Days = (
    ("01-08", "", "open_rapid_review", {"agencies": ["Agency 1", "Agency 2"]}),
    ("01-08", "", "request_returns", {"kind": "scoping", "due_on": "2026-01-19"}),
    ("01-12", "", "add_child", {"born_on": "2021-05-04"}),
    ("01-13", "", "link", {"relation": "joint_review", "other": LINKED, "lead_board": "This partnership"}),
    ("01-13", "", "link", {"relation": "criminal_proceeding", "other": "Operation 1"}),
    ("01-16", "RET01", "receive", {}),
    ("01-19", "RET01", "accept", {}),
    ("01-19", "RET02", "return_nil", {}),
    ("01-20", "", "record_progress_meeting", {}),
    ("01-26", "", "complete_rapid_review", NOT_YET),
    ("01-30", "", "decide_no_review", {}),
    ("02-02", "", "send_to_panel", {}),
    ("02-12", "", "record_panel_reply", {}),
    ("02-13", "", "reconsider", {}),
    ("02-16", "", "record_early_learning", {}),
    ("02-16", "A01", "agree", {"due_on": "2026-04-30"}),
    ("02-18", "", "complete_rapid_review", {}),
    ("02-23", "", "decide_review", {}),
    ("02-24", "", "send_to_panel", {}),
    ("03-05", "", "record_panel_reply", {"agrees": "asks_for_more", "reply": "Was the father heard?"}),
    ("03-09", "", "record_disagreement", {}),
)
LOCAL_REVIEW: Days = (
    ("03-10", "", "agree_terms", {"agencies": ["Agency 1", "Agency 2"]}),
    ("03-16", "", "appoint_reviewer", {}),
    ("03-18", "", "add_agency", {"agency": "Agency 3"}),
    ("03-19", "", "amend_terms", {"agencies": [*TERMS["agencies"], "Agency 3"]}),
    ("03-20", "", "add_reviewer", {}),
    ("03-23", "", "begin_engagement", {}),
    ("03-24", "", "request_returns", {"agencies": ["Agency 1", "Agency 2", "Agency 3"], "due_on": "2026-04-24"}),
    ("03-30", "", "replace_reviewer", {}),
    ("04-02", "E01", "contact", {}),
    ("04-10", "E02", "take_part", {}),
    ("04-15", "", "discontinue", {}),
    ("04-17", "", "reopen", {"return_to": "engagement"}),
    ("04-20", "RET03", "reopen", {"due_on": "2026-05-08"}),
    ("04-20", "RET04", "reopen", {"due_on": "2026-05-08"}),
    ("04-20", "A01", "reopen", {"due_on": "2026-05-15"}),
    ("04-21", "E01", "reopen", {}),
    ("04-24", "E01", "take_part", {}),
    ("04-28", "RET03", "receive", {}),
    ("04-30", "RET03", "accept", {}),
    ("05-05", "", "agency_leaves", {"agency": "Agency 3"}),
    ("05-06", "RET04", "receive", {}),
    ("05-08", "", "agency_succeeded_by", {"agency": "Agency 2", "successor": "Agency 9"}),
    ("05-11", "RET04", "accept", {}),
    ("05-14", "A01", "hand_in", {}),
    ("05-18", "A01", "assure", {}),
    ("06-01", "", "receive_draft", {}),
    ("06-12", "PUB01", "check_accuracy", {}),
    ("06-22", "", "agree_recommendations", {"planned_publication_on": "2026-08-14"}),
    ("06-23", "", "request_action_plans", {"agencies": ["Agency 1", "Agency 9"], "due_on": "2026-07-10"}),
    ("06-29", "", "revise_report", {}),
    ("07-01", "", "amend_terms", {"version": 3, "agencies": ["Agency 1", "Agency 9"]}),
    ("07-06", "PUB01", "new_draft", {}),
    ("07-08", "PUB01", "check_accuracy", {}),
    ("07-09", "P01", "submit", {"actions": [{**PLANNED, "recommendations": [1, 4], **IN_2026}]}),
    ("07-10", "P02", "submit", {"actions": [{**PLANNED, "recommendations": [4], **IN_2026}]}),
    ("07-13", "", "agree_recommendations", {"recommendations": [], "planned_publication_on": "2026-08-14"}),
    ("07-14", "", "request_action_plans", {"agencies": [], "due_on": "2026-07-24"}),
    ("07-20", "P01", "agree", {}),
    ("07-20", "P02", "agree", {}),
    ("07-21", "", "begin_monitoring", {}),
    ("07-27", "E01", "share_findings", {}),
    ("08-03", "PUB01", "send_copy", {}),
    ("08-14", "PUB01", "publish", {}),
    ("08-17", "", "record_sign_off", {"signed_on": "2026-08-17"}),
    ("09-21", "A02", "hand_in", {}),
    ("09-21", "A03", "hand_in", {}),
    ("10-05", "A02", "assure", {}),
    ("10-05", "A03", "assure", {}),
    ("10-12", "REC01", "carry_out", {}),
    ("10-12", "REC02", "carry_out", {}),
    ("10-12", "", "report_progress", {}),
    ("10-26", "", "close", {}),
    ("11-09", "", "reopen", {"return_to": "monitored"}),
    ("11-10", "A02", "reopen", {"due_on": "2026-12-04"}),
    ("11-24", "A02", "hand_in", {}),
    ("12-01", "A02", "assure", {}),
    ("12-07", "", "report_progress", {}),
    ("12-14", "", "close", {}),
)

AGREED = {"recommendations": [RECOMMENDED_TO_ONE, {**RECOMMENDED_TO_BOTH, "made_to": ["Agency 1", "Agency 9"]}]}
TURNS = {
    "amend_terms", "add_child", "add_agency", "agency_leaves", "agency_succeeded_by", "add_reviewer",
    "replace_reviewer", "record_early_learning", "link", "record_sign_off", "revise_report", "transfer", "discontinue",
    "reconsider", "reopen",
}  # fmt: skip


def live(review: ReviewInDatabase, days: Days) -> None:
    """Apply the steps with a sweep before each. No step sends a notice on its own day."""
    for day, part, trigger, data in days:
        move(review, date.fromisoformat(f"2026-{day}"))
        review.engine.sweep()
        review.step(part, trigger, **{**(AGREED if trigger == "agree_recommendations" else {}), **data})
        if trigger in TURNS:
            assert review.engine.sweep().fired == (), f"{trigger}, on {review.today}"


def move(review: ReviewInDatabase, day: date) -> None:
    """Move to a date, or, if everything is recorded late, record for that date."""
    if review.on is None:
        review.today = day
    else:
        review.on = day


def tree(review: ReviewInDatabase) -> tuple[Case, ...]:
    return review.engine.tree(review.ref)


@pytest.mark.long
@pytest.mark.parametrize("late", [False, True], ids=["lived through", "typed in on one evening"])
def test_a_review_meets_every_course_change_in_a_year(
    review: ReviewInDatabase, database: Database, *, late: bool
) -> None:
    engine = review.engine
    if late:
        review.today, review.on = date(2027, 1, 8), date(2026, 1, 7)
    review.open_new(REVIEW, aware_on="2026-01-05", sent_on="2026-01-07")
    live(review, RAPID_REVIEW)

    # A trial holds it up for some days: while that lasts it cannot be handed over, and then it runs on.
    move(review, date(2026, 3, 9))
    engine.record(
        Suspend(
            ref=review.ref,
            actor=MANAGER,
            proceeding=TRIAL,
            consulted="Crown Prosecution Service",
            reasons="Two practitioners are witnesses.",
            decided_by=PARTNERS,
            on=review.on,
        )
    )
    (reason,) = (reason for _, reason, _ in review.reasons("", "transfer"))
    assert TRIAL in reason
    move(review, date(2026, 3, 10))
    engine.record(
        Resume(ref=review.ref, actor=MANAGER, reasons="It goes on beside it.", decided_by=PARTNERS, on=review.on)
    )

    live(review, LOCAL_REVIEW[:3])
    # The lead reviewer must be independent, and an agency that has ended cannot be a successor.
    assert [guard for guard, *_ in review.reasons("", "replace_reviewer", employer="Agency 3")] == [
        "reviewer_independent"
    ]
    rest = LOCAL_REVIEW[3:]
    upto = next(place for place, step in enumerate(rest) if step[2] == "agency_succeeded_by") + 1
    live(review, rest[:upto])
    for gone in ("Agency 2", "Agency 3"):
        assert [guard for guard, *_ in review.reasons("", "agency_succeeded_by", successor=gone)] == [
            "successor_active"
        ]
    live(review, rest[upto:])

    # The review and its parts ended twice, and every course change but the handover occurred.
    (case, *parts) = tree(review)
    assert (case.state, case.closed_on) == ("closed", date(2026, 12, 14))
    assert [part.ref for part in parts if part.closed_on is None] == []
    steps = [event.trigger for event in engine.history(review.ref)]
    assert TURNS - set(steps) == {"transfer"}
    assert steps.count("close") == steps.count("agree_recommendations") == steps.count("complete_rapid_review") == 2
    assert case.organisations == ("Agency 1", "Agency 9")

    # A second one, which is linked back, goes to another area.
    first = review.ref
    review.open_new(REVIEW, aware_on="2026-12-10", sent_on="2026-12-14")
    review.step("", "link", relation="joint_review", other=first)
    review.step("", "transfer")
    assert review.case().state == "transferred"
    review.ref = first

    # Everything verifies, and no notice concerns the past.
    with database.connection() as connection:
        assert verify(connection).faults == ()
    for found in tree(review):
        assert fold(engine.history(found.ref)) == found
    review.today = date(2027, 1, 8)
    assert (engine.sweep().fired, engine.overdue()) == ((), ())
    if late:
        assert [
            event.kind for found in tree(review) for event in engine.history(found.ref) if event.data.get("to")
        ] == []
