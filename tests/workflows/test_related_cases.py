"""The guards between a review and its parts, through the engine on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.errors.faults import NotDelivered
from casereview.engine.errors.refusals import Refused
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.notifications.transport import DeliveryResult
from casereview.engine.ports.outbox import Channel
from casereview.workflows import MESSAGE_TEMPLATES, WORKFLOWS

from ..support.databases import record_in_memory
from ..support.messages import RecordingTransport
from ..support.review_in_database import RECOMMENDED_TO_BOTH, RECOMMENDED_TO_ONE, ReviewInDatabase
from ..support.review_stories import MANAGER, evening_of
from ..support.step_records import PLANNED

UNIT = "business manager or review coordinator"
QUALITY = "quality assurance group or subgroup chair"

NATIONAL = {"number": 2, "text": "Change the guidance.", "made_to": ["The department"], "scope": "national"}


@pytest.fixture
def review() -> Iterator[ReviewInDatabase]:
    database = record_in_memory()
    made = ReviewInDatabase(engine=Engine(database, WORKFLOWS, now=lambda: evening_of(made.today)))
    yield made
    database.close()


def test_starting_engagement_opens_a_part_for_each_person_and_group(review: ReviewInDatabase) -> None:
    review.in_engagement()
    parts = {name: review.case(name).data["plan"] for name in ("E01", "E02")}
    assert (parts["E01"]["kind"], parts["E01"]["relation"]) == ("family", "aunt")
    assert parts["E02"] == {"kind": "practitioners", "relation": "Nurses", "how": "A learning event."}
    assert "Relative 1" not in repr(review.case("E01"))
    assert review.step("", "involve").opened == (review.on_day("E03"),)


def test_the_report_is_agreed_once_each_engagement_has_an_outcome(
    review: ReviewInDatabase,
) -> None:
    review.in_engagement()
    review.step("", "receive_draft")
    unheard = ("engagements_concluded", UNIT)
    why = "Record that they took part, or why they did not."
    assert review.reasons("", "agree_recommendations") == [
        (unheard[0], f"{review.on_day('E01')} (aunt) is planned. {why}", unheard[1]),
        (unheard[0], f"{review.on_day('E02')} (Nurses) is planned. {why}", unheard[1]),
        (
            "report_checked",
            (
                f"The agencies have not checked the draft {review.on_day('PUB01')}."
                " Record their check first (check_accuracy)."
            ),
            UNIT,
        ),
    ]
    review.step("E01", "contact")
    review.step("E02", "decline")
    review.step("PUB01", "check_accuracy")
    assert [reason for _, reason, _ in review.reasons("", "agree_recommendations")] == [
        f"{review.on_day('E01')} (aunt) is contacted. {why}"
    ]
    review.step("E01", "record_unable", reason="died")
    done = review.step("", "agree_recommendations", recommendations=[RECOMMENDED_TO_ONE, RECOMMENDED_TO_BOTH])
    assert (done.opened, done.cascaded) == ((review.on_day("REC01"), review.on_day("REC02")), (review.on_day("PUB01"),))
    assert review.states("publication") == {"PUB01": "agreed"}


def test_agreeing_a_report_needs_a_draft_and_there_is_only_one(review: ReviewInDatabase) -> None:
    review.in_engagement()
    missing = ["No draft of the report is on record. Record it first (receive_draft)."]
    assert [reason for guard, reason, _ in review.reasons("", "agree_recommendations") if "report" in guard] == missing
    review.step("", "receive_draft")
    assert review.reasons("", "receive_draft") == [
        (
            "no_open_report",
            f"A report already exists ({review.on_day('PUB01')}). Record the new draft there (new_draft).",
            UNIT,
        )
    ]


def test_an_outstanding_return_is_only_a_warning(review: ReviewInDatabase) -> None:
    review.in_engagement()
    assert review.step("", "request_returns").opened == (review.on_day("RET01"), review.on_day("RET02"))
    review.step("RET01", "return_nil")
    review.step("RET02", "receive")
    _, to_mind = review.next("agree_recommendations")
    assert to_mind == [f"{review.on_day('RET02')} (Agency 2) is received and not yet accepted."]
    for part, trigger in (
        ("E01", "take_part"),
        ("E02", "take_part"),
        ("", "receive_draft"),
        ("PUB01", "check_accuracy"),
    ):
        review.step(part, trigger)
    assert review.step("", "agree_recommendations").warnings == tuple(to_mind)


def test_publication_needs_an_informed_family_or_a_reason(review: ReviewInDatabase) -> None:
    review.reported()
    not_told = (
        "family_informed",
        (
            f"The findings have not been shared with {review.on_day('E01')} (aunt). Share them first (share_findings),"
            " or give the reason (family_not_informed)."
        ),
        UNIT,
    )
    assert review.reasons("PUB01", "publish") == [not_told]
    done = review.step("PUB01", "publish", family_not_informed="Untraceable since June.")
    assert (done.case.state, done.cascaded) == ("in_full", (review.ref,))
    assert review.case().data["record_publication"] == {"kind": "in_full", "publication": review.on_day("PUB01")}
    assert review.case().state == "recommendations"


@pytest.mark.parametrize(("part", "trigger", "data"), [("E01", "share_findings", {}), ("E01", "stop_contact", {})])
def test_an_informed_or_uncontactable_family_does_not_delay_publication(
    review: ReviewInDatabase, part: str, trigger: str, data: dict[str, Any]
) -> None:
    review.reported()
    review.step(part, trigger, **data)
    assert review.reasons("PUB01", "publish") == []


def test_a_cascade_only_step_is_refused_alone(review: ReviewInDatabase) -> None:
    review.reported()
    follows = "It happens only with a step of a related case, never alone."
    assert [reason for _, reason, _ in review.reasons("", "record_publication")] == [follows]
    assert [reason for _, reason, _ in review.reasons("REC01", "discontinue")] == [follows]


def action(*numbers: int, **changes: Any) -> dict[str, Any]:
    return {**PLANNED, "recommendations": list(numbers), **changes}


def test_next_lists_each_gap_once_plans_are_requested(review: ReviewInDatabase) -> None:
    review.planned()
    blocked, to_mind = review.next("begin_monitoring")
    assert blocked == []
    assert to_mind == [
        f"Agency 1 has no agreed action plan. {review.on_day('P01')} is requested.",
        f"Agency 2 has no agreed action plan. {review.on_day('P02')} is requested.",
        "Agency 1 has no action for recommendation 1.",
        "Agency 1 has no action for recommendation 4.",
        "Agency 2 has no action for recommendation 4.",
    ]


def test_a_plan_with_an_action_for_each_recommendation_is_agreed(
    review: ReviewInDatabase,
) -> None:
    review.planned()
    assert review.step("P01", "submit", actions=[action(1)]).opened == (review.on_day("A01"),)
    missing = ("recommendations_have_actions", "Agency 1 has no action for recommendation 4.", UNIT)
    assert review.reasons("P01", "agree") == [missing]
    review.step("P01", "send_back")
    review.step("P01", "submit", actions=[action(4, due_on="2018-12-03")])
    review.step("A01", "revise", **action(1, lead_person="Duty Manager 9", due_on="2018-11-05"))
    done = review.step("P01", "agree")
    assert done.cascaded == (review.on_day("A01"), review.on_day("A02"))
    due = {name: review.case(name).clocks[-1].due for name in ("A01", "A02")}
    assert due == {"A01": date(2018, 11, 5), "A02": date(2018, 12, 3)}


def test_a_plan_leaves_the_actions_of_other_agencies_alone(review: ReviewInDatabase) -> None:
    review.planned()
    review.step("P01", "submit", actions=[action(1, 4)])
    review.step("P02", "submit", actions=[action(4)])
    review.step("P02", "agree")
    assert review.states("action") == {"A01": "proposed", "A02": "agreed"}


def test_an_action_names_existing_recommendations_and_each_once(review: ReviewInDatabase) -> None:
    review.planned()
    assert review.reasons("P01", "submit", actions=[action(1, 7)]) == [
        ("recommendations_exist", "There is no recommendation 7.", UNIT)
    ]
    review.open_part("action", recommendations=[7])
    review.step("P01", "submit", actions=[action(1, 4)])
    unknown = f"{review.on_day('A01')} (Agency 1): there is no recommendation 7."
    assert review.reasons("P01", "agree") == [("actions_name_recommendations", unknown, UNIT)]
    review.step("A01", "not_carry_out")
    assert review.reasons("P01", "agree") == []
    with pytest.raises(Refused) as caught:
        review.open_part("recommendation", number=4)
    assert [block.reason for block in caught.value.reasons] == [
        f"Recommendation 4 already exists: {review.on_day('REC02')}."
    ]
    with pytest.raises(Refused) as caught:
        review.open_part("agency_action_plan", agency=" agency  2")
    assert [block.guard for block in caught.value.reasons] == ["one_plan_per_agency"]


def test_a_nil_plan_needs_an_agency_without_recommendations(review: ReviewInDatabase) -> None:
    review.reported(RECOMMENDED_TO_ONE, NATIONAL)
    review.step("", "request_action_plans")
    standing = f"Recommendation 1 is addressed to Agency 1 ({review.on_day('REC01')})."
    assert review.reasons("P01", "record_nil") == [("nothing_recommended", standing, "subgroup chair")]
    assert review.reasons("P02", "record_nil") == []
    assert review.next("begin_monitoring")[1][0].startswith("Agency 1 has no agreed action plan")


def test_a_late_plan_is_named_and_reminders_continue(review: ReviewInDatabase) -> None:
    review.planned()
    review.step("P01", "submit", actions=[action(1, 4)])
    review.step("P01", "agree")
    assert review.reasons("", "begin_monitoring") == [
        (
            "late_plans_explained",
            (
                f"Agency 2 has no agreed action plan. Agree {review.on_day('P02')} first,"
                " or add the agency and the reason to the late plans (late)."
            ),
            UNIT,
        )
    ]
    late = [{"agency": "agency 2", "reason": "Promised for next week."}]
    assert review.step("", "begin_monitoring", late=late).case.state == "monitored"
    assert [clock.deadline for clock in review.case("P02").clocks if clock.is_outstanding] == ["submit"]


def test_the_actions_of_an_agency_that_has_ceased_end_with_its_plan(review: ReviewInDatabase) -> None:
    review.planned()
    review.step("P02", "submit", actions=[action(4)])
    assert review.step("P02", "end_with_agency").cascaded == (review.on_day("A01"),)
    assert review.states("action") == {"A01": "agency_ceased"}
    assert not any("Agency 2" in reason for reason in review.next("begin_monitoring")[1])


def test_a_readdressed_recommendation_is_for_its_new_agencies(review: ReviewInDatabase) -> None:
    review.planned()
    review.step("REC01", "readdress", made_to=["Agency 2"])
    assert review.next("begin_monitoring")[1][2:] == [
        "Agency 2 has no action for recommendation 1.",
        "Agency 1 has no action for recommendation 4.",
        "Agency 2 has no action for recommendation 4.",
    ]


def test_early_learning_is_acted_on_before_the_report(review: ReviewInDatabase) -> None:
    review.in_engagement()
    name = review.open_part("action", recommendations=[], early_learning=True)
    assert review.step(name, "agree").case.clocks[-1].deadline == "carry_out"
    assert review.case().state == "engagement"


def test_a_recommendation_is_carried_out_once_each_action_is_assured(review: ReviewInDatabase) -> None:
    review.planned()
    review.step("P01", "submit", actions=[action(1, 4)])
    review.step("P01", "agree")
    review.step("A01", "hand_in")
    assert review.reasons("REC02", "carry_out") == [
        ("actions_assured", f"{review.on_day('A01')} (Agency 1) is handed in and not yet assured.", QUALITY),
        ("actions_assured", "Agency 2 has no assured action for recommendation 4.", QUALITY),
    ]
    review.step("A01", "assure")
    assert review.step("REC01", "carry_out").case.state == "carried_out"


def test_a_national_recommendation_needs_its_letter_and_the_reply(review: ReviewInDatabase) -> None:
    review.reported(NATIONAL)
    named = f"{review.on_day('REC01')} (recommendation 2)"
    assert [reason for _, reason, _ in review.reasons("REC01", "carry_out")] == [
        f"{named} is national and has no letter on record. Record it first (send_letter).",
        f"{named} is national and has no reply on record. Record it first (record_reply).",
    ]
    review.step("REC01", "send_letter")
    review.step("REC01", "record_reply")
    assert review.step("REC01", "carry_out").case.state == "carried_out"


def test_a_challenge_is_answered_after_it_is_recorded(review: ReviewInDatabase) -> None:
    review.reported()
    assert [guard for guard, *_ in review.reasons("REC01", "answer_question")] == ["questioned"]
    review.step("REC01", "question")
    assert review.reasons("REC01", "answer_question") == []


def monitored(review: ReviewInDatabase) -> ReviewInDatabase:
    """Return a review in which only actions and recommendations are still open."""
    review.planned()
    review.step("E01", "share_findings")
    review.step("PUB01", "publish")
    review.step("P01", "submit", actions=[action(1), action(4)])
    review.step("P02", "submit", actions=[action(4)])
    review.step("P01", "agree")
    review.step("P02", "agree")
    review.step("", "begin_monitoring")
    review.step("", "report_progress")
    return review


def test_a_review_closes_once_every_action_and_recommendation_has_ended(review: ReviewInDatabase) -> None:
    monitored(review)
    review.step("A01", "hand_in")
    open_actions = [
        ("actions_ended", f"{review.on_day('A01')} (Agency 1) is handed in and not yet assured.", QUALITY),
        ("actions_ended", f"{review.on_day('A02')} (Agency 1) is agreed and not yet assured.", QUALITY),
        ("actions_ended", f"{review.on_day('A03')} (Agency 2) is agreed and not yet assured.", QUALITY),
    ]
    open_recommendations = [
        (
            "recommendations_ended",
            f"{review.on_day(name)} (recommendation {number}) is still open. Decide its outcome first.",
            "subgroup chair",
        )
        for name, number in (("REC01", 1), ("REC02", 4))
    ]
    assert review.reasons("", "close") == open_actions + open_recommendations
    review.step("A01", "assure")
    review.step("A02", "not_carry_out")
    review.step("A03", "transfer")
    unanswered = [
        ("recommendations_answered", f"{agency} has no action for recommendation 4.", UNIT)
        for agency in ("Agency 1", "Agency 2")
    ]
    assert review.reasons("", "close") == unanswered + open_recommendations
    review.step("REC01", "carry_out")
    review.step("REC02", "not_carry_out")
    assert review.step("", "close").case.state == "closed"


def test_a_review_does_not_close_before_its_report_has_an_outcome(review: ReviewInDatabase) -> None:
    review.open_new("partnership_review")
    review.step("", "agree_scope")
    review.step("", "receive_draft")
    review.step("PUB01", "check_accuracy")
    review.step("", "agree_learning")
    assert review.reasons("", "close") == [
        (
            "publications_ended",
            f"{review.on_day('PUB01')} is agreed. Record its publication, or the decision not to publish (publish).",
            "board chair or safeguarding partners",
        )
    ]
    review.step("PUB01", "publish", kind="not_published", reasons="Privacy.")
    assert review.step("", "close").case.state == "closed"


@pytest.mark.parametrize("trigger", ["supersede", "transfer", "end_with_agency", "not_carry_out"])
def test_only_the_subgroup_ends_an_action_early_and_gives_reasons(review: ReviewInDatabase, trigger: str) -> None:
    monitored(review)
    assert review.step("A01", trigger).case.data[trigger]["reasons"]
    (found,) = (one for one in review.engine.available_steps(review.on_day("A02")) if one.transition.trigger == trigger)
    assert found.transition.roles == ("subgroup_chair",)


def test_a_closed_review_leaves_no_part_with_an_open_deadline(review: ReviewInDatabase) -> None:
    review.open_new()
    review.step("", "request_returns")
    for trigger in ("recommend", "screen", "agree_terms", "appoint_reviewer", "begin_engagement"):
        review.step("", trigger)
    for part, trigger in (
        ("E01", "take_part"),
        ("E02", "take_part"),
        ("", "receive_draft"),
        ("PUB01", "check_accuracy"),
    ):
        review.step(part, trigger)
    review.step("", "agree_recommendations", recommendations=[])
    review.step("E01", "share_findings")
    review.step("PUB01", "publish")
    review.step("", "request_action_plans")
    review.step("P01", "record_nil")
    review.step("P02", "record_nil")
    review.step("", "begin_monitoring")
    review.step("", "report_progress")
    assert review.step("", "close").cascaded == (review.on_day("RET01"), review.on_day("RET02"))
    assert [
        (case.ref, clock) for case in review.engine.tree(review.ref) for clock in case.clocks if clock.is_outstanding
    ] == []


def test_a_discontinued_review_ends_its_parts_and_each_can_be_reopened(
    review: ReviewInDatabase,
) -> None:
    monitored(review)
    review.step("A03", "hand_in")
    review.step("A03", "assure")
    done = review.step("", "discontinue")
    assert done.cascaded == tuple(review.on_day(name) for name in ("E02", "REC01", "REC02", "A01", "A02"))
    assert review.states("action") == {"A01": "discontinued", "A02": "discontinued", "A03": "assured"}
    assert review.states("publication") == {"PUB01": "in_full"}
    assert [clock for case in review.engine.tree(review.ref) for clock in case.clocks if clock.is_outstanding] == []
    ended = f"{review.ref} has ended (discontinued). Reopen it first (reopen)."
    assert review.reasons("A01", "reopen") == [("parent_open", ended, "board chair or safeguarding partners")]
    review.step("", "reopen", return_to="monitored")
    assert review.step("A01", "reopen").case.state == "agreed"
    assert review.step("REC01", "reopen").case.state == "made"


@pytest.mark.parametrize("trigger", ["withdraw", "take_no_further_action", "commission_partnership_review"])
def test_a_referral_that_ends_needs_no_returns(review: ReviewInDatabase, trigger: str) -> None:
    review.open_new()
    review.step("", "request_returns")
    review.step("", "recommend")
    assert review.step("", trigger).cascaded == (review.on_day("RET01"), review.on_day("RET02"))
    assert set(review.states("agency_return").values()) == {"discontinued"}


def test_a_partnership_review_uses_the_same_parts(review: ReviewInDatabase) -> None:
    review.open_new("partnership_review")
    review.step("", "agree_scope")
    review.step("", "involve")
    review.step("", "receive_draft")
    assert [guard for guard, *_ in review.reasons("", "agree_learning")] == ["engagements_concluded", "report_checked"]
    review.step("E01", "take_part")
    review.step("PUB01", "check_accuracy")
    done = review.step("", "agree_learning", recommendations=[RECOMMENDED_TO_ONE])
    assert (done.opened, done.cascaded) == ((review.on_day("REC01"),), (review.on_day("PUB01"),))
    assert review.step("PUB01", "publish").cascaded == (review.ref,)
    review.step("", "request_action_plans")
    review.step("P01", "submit", actions=[action(1)])
    review.step("P01", "agree")
    review.step("P02", "record_nil")
    review.step("", "begin_monitoring")
    assert [guard for guard, *_ in review.reasons("", "close")] == ["actions_ended", "recommendations_ended"]
    review.step("A01", "hand_in")
    review.step("A01", "assure")
    review.step("REC01", "carry_out")
    assert review.step("", "close").case.state == "closed"


def test_an_overdue_action_escalates_to_its_lead_the_agency_and_the_chairs(review: ReviewInDatabase) -> None:
    for name, role, agency in (
        ("Duty Manager 1", "action_lead", "Agency 1"),
        ("Duty Manager 2", "action_lead", "Agency 1"),
        ("Lead 1", "agency_safeguarding_lead", "Agency 1"),
        ("Lead 2", "agency_safeguarding_lead", "Agency 2"),
        ("Chair 1", "subgroup_chair", None),
        ("Chair 2", "board_chair", None),
    ):
        email = f"{name.replace(' ', '.').lower()}@example.org"
        review.engine.add_person(name, role=role, actor=MANAGER, organisation=agency, email=email)
    monitored(review)
    review.step("A01", "reassign", lead_person="Duty Manager 2")
    review.today = date(2018, 11, 30)
    recipients = {
        (one.ref, one.level): one.recipients for one in review.engine.sweep().fired if one.deadline == "carry_out"
    }
    lead = "Duty Manager 1"
    assert [recipients[review.on_day("A01"), level] for level in ("owner", "agency_safeguarding_lead")] == [
        ("Duty Manager 2",),
        ("Lead 1",),
    ]
    assert [recipients[review.on_day("A02"), level] for level in ("owner", "agency_safeguarding_lead")] == [
        (lead,),
        ("Lead 1",),
    ]
    assert recipients[review.on_day("A01"), "subgroup_chair"] == ("Chair 1",)
    assert recipients[review.on_day("A01"), "board_chair"] == ("Chair 2",)


def test_no_waiting_message_is_sent_after_a_request_for_no_contact(review: ReviewInDatabase) -> None:
    review.engine.add_person("Sam", role="business_manager", actor=MANAGER, email="sam@example.org")
    review.in_engagement()
    review.step("E02", "take_part")
    post = RecordingTransport(closed=NotDelivered(problem="the mail server is down"))
    templates = MessageTemplates(default=MESSAGE_TEMPLATES)
    review.today = date(2018, 3, 9)
    review.engine.sweep()
    assert review.engine.messages.deliver({Channel.EMAIL: post}, templates=templates).failed == 1
    review.step("E01", "stop_contact")
    post.closed, review.today = None, date(2018, 3, 10)
    review.engine.messages.deliver({Channel.EMAIL: post}, templates=templates)
    assert not any(review.on_day("E01") in message.body for message in post.accepted)
    assert review.engine.messages.deliver({Channel.EMAIL: post}, templates=templates) == DeliveryResult()
