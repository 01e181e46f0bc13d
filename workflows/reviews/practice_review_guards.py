"""Guards that only the Child Safeguarding Practice Review has."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.guards import Guard, GuardContext
from ..forms.practice_review import PARTNER_TITLES, JointDecision, LocalReview
from ..roles import SAFEGUARDING_PARTNERS, SUBGROUP_CHAIR, UNIT_CLEARS


def _meeting_held(view: GuardContext) -> Iterator[str]:
    if view.recorded("record_progress_meeting") is None:
        yield "The rapid review's meeting is not on record. Record it first (record_progress_meeting)."


def _rapid_review_complete(view: GuardContext) -> Iterator[str]:
    if view.recorded("complete_rapid_review") is None:
        yield "The rapid review is not complete. Complete it first (complete_rapid_review)."


def _partners_agree(view: GuardContext) -> Iterator[str]:
    match view.record:
        case JointDecision(partners=partners):
            for partner in partners:
                if not partner.agrees:
                    yield (
                        f"The {PARTNER_TITLES[partner.partner]} does not agree."
                        " The safeguarding partners decide jointly, so record a decision on which they all agree."
                    )


def _criteria_in_doubt(view: GuardContext) -> Iterator[str]:
    match view.record:
        case LocalReview(criteria=criteria) if not criteria.are_met():
            yield "The findings on record do not meet the criteria of section 16C(1) of the Children Act 2004."


def _review_recommended(view: GuardContext) -> Iterator[str]:
    report = view.recorded("complete_rapid_review")
    if report is not None and report["recommends"] == "local_review":
        yield "The rapid review recommended a local review."


def _sent_to_panel(view: GuardContext) -> Iterator[str]:
    if view.recorded("send_to_panel") is None:
        yield "The national panel has not been notified of the decision. Notify it first (send_to_panel)."


def _panel_disagrees(view: GuardContext) -> Iterator[str]:
    reply = view.recorded("record_panel_reply")
    if reply is None or reply["agrees"] == "agrees":
        yield "No reply is on record in which the national panel disagrees or asks for more (record_panel_reply)."


MEETING_HELD = Guard(name="meeting_held", check=_meeting_held, cleared_by=UNIT_CLEARS)
RAPID_REVIEW_COMPLETE = Guard(
    name="rapid_review_complete", check=_rapid_review_complete, cleared_by=SUBGROUP_CHAIR.title
)
PARTNERS_AGREE = Guard(
    name="partners_agree", check=_partners_agree, cleared_by=SAFEGUARDING_PARTNERS.title, needs_record=True
)
CRITERIA_IN_DOUBT = Guard(
    name="criteria_in_doubt", check=_criteria_in_doubt, cleared_by=SAFEGUARDING_PARTNERS.title, needs_record=True
)
REVIEW_RECOMMENDED = Guard(name="review_recommended", check=_review_recommended, cleared_by=SAFEGUARDING_PARTNERS.title)
SENT_TO_PANEL = Guard(name="sent_to_panel", check=_sent_to_panel, cleared_by=UNIT_CLEARS)
PANEL_DISAGREES = Guard(name="panel_disagrees", check=_panel_disagrees, cleared_by=UNIT_CLEARS)
