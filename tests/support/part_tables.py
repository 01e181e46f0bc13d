"""The tables of the parts of a review: their states, steps and the roles that decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.case import Case
from casereview.workflows import ACTION, AGENCY_ACTION_PLAN, AGENCY_RETURN, ENGAGEMENT, PUBLICATION, RECOMMENDATION

from .review_stories import continue_story, open_part

DAY = date(2018, 7, 20)


UNIT = {"business_manager", "review_coordinator"}


AGENCY = {"agency_author", "agency_safeguarding_lead", "action_lead"}


HEADS = {"board_chair", "safeguarding_partners"}


CHAIRS = {"subgroup_chair", *HEADS}


READERS = {*UNIT, *CHAIRS, "lead_reviewer", "quality_assurance"}


def kept_in(*states: str) -> dict[str, tuple[tuple[str, ...], str | None]]:
    """Return the steps that file something in every state."""
    return dict.fromkeys(("note", "attach", "record_sent"), (states, None))


def filed_by(*more: str) -> dict[str, set[str]]:
    """Return the roles that may file notes, documents and letters."""
    return {"note": {*READERS, *more}, "attach": {*READERS, *more}, "record_sent": READERS}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a review, as the partnership means it.

    Attributes:
        workflow: Its declaration.
        prefix: The prefix of its number in references.
        ways: For each state, the steps after the opening that lead there.
        moves: For each step, its states and its target; None if the state stays.
        decides: For each step, including the opening, the roles that decide.
    """

    workflow: Workflow
    prefix: str
    ways: dict[str, tuple[str, ...]]
    moves: dict[str, tuple[tuple[str, ...], str | None]]
    decides: dict[str, set[str]]

    def in_state(self, state: str) -> Case:
        case = continue_story(open_part(self.workflow, DAY).case, [(trigger, DAY) for trigger in self.ways[state]])
        assert case.state == state
        return case


INVOLVES = {*UNIT, "lead_reviewer", "family_contact"}


MAKES = {*UNIT, *AGENCY}


ENGAGED_STATES = ("planned", "contacted", "took_part", "declined", "unable_to_take_part")


ENGAGED = Part(
    workflow=ENGAGEMENT,
    prefix="E",
    ways={
        "planned": (),
        "contacted": ("contact",),
        "took_part": ("take_part",),
        "declined": ("decline",),
        "unable_to_take_part": ("record_unable",),
        "findings_shared": ("contact", "share_findings"),
        "no_contact": ("stop_contact",),
        "discontinued": ("discontinue",),
    },
    moves={
        "contact": (("planned",), "contacted"),
        "take_part": (("planned", "contacted", "declined", "unable_to_take_part", "findings_shared"), "took_part"),
        "decline": (("planned", "contacted"), "declined"),
        "record_unable": (("planned", "contacted"), "unable_to_take_part"),
        "stop_contact": (ENGAGED_STATES, "no_contact"),
        "share_findings": (("contacted", "took_part", "declined", "unable_to_take_part"), "findings_shared"),
        "reopen": (("no_contact", "discontinued"), "planned"),
        "discontinue": (ENGAGED_STATES, "discontinued"),
        **kept_in(*ENGAGED_STATES, "findings_shared", "no_contact", "discontinued"),
    },
    decides={
        "plan": {*UNIT, "lead_reviewer", "subgroup_chair"},
        "contact": INVOLVES,
        "take_part": INVOLVES,
        "decline": INVOLVES,
        "record_unable": INVOLVES,
        "stop_contact": INVOLVES,
        "share_findings": INVOLVES,
        "reopen": INVOLVES,
        **filed_by("family_contact"),
    },
)


RETURNED = Part(
    workflow=AGENCY_RETURN,
    prefix="RET",
    ways={
        "requested": (),
        "received": ("receive",),
        "accepted": ("receive", "accept"),
        "nil_return": ("return_nil",),
        "refused": ("refuse",),
        "discontinued": ("discontinue",),
    },
    moves={
        "secure_records": (("requested", "received"), None),
        "name_author": (("requested", "received"), None),
        "receive": (("requested",), "received"),
        "accept": (("received",), "accepted"),
        "send_back": (("received",), "requested"),
        "return_nil": (("requested",), "nil_return"),
        "refuse": (("requested",), "refused"),
        "reopen": (("accepted", "nil_return", "refused", "discontinued"), "requested"),
        "discontinue": (("requested", "received"), "discontinued"),
        "succeed": (("requested", "received"), None),
        **kept_in("requested", "received", "accepted", "nil_return", "refused", "discontinued"),
    },
    decides={
        "request": {*UNIT, "lead_reviewer", "subgroup_chair"},
        "secure_records": MAKES,
        "name_author": MAKES,
        "receive": MAKES,
        "accept": {*UNIT, "lead_reviewer", "panel_member"},
        "send_back": {*UNIT, "lead_reviewer", "panel_member"},
        "return_nil": MAKES,
        "refuse": MAKES,
        "reopen": {*UNIT, "lead_reviewer", "subgroup_chair"},
        **filed_by(*AGENCY),
    },
)


RECOMMENDED = Part(
    workflow=RECOMMENDATION,
    prefix="REC",
    ways={
        "made": ("question",),
        "carried_out": ("carry_out",),
        "not_carried_out": ("not_carry_out",),
        "superseded": ("supersede",),
        "discontinued": ("discontinue",),
    },
    moves={
        "revise": (("made",), None),
        "readdress": (("made",), None),
        "question": (("made",), None),
        "answer_question": (("made",), None),
        "send_letter": (("made",), None),
        "record_reply": (("made",), None),
        "carry_out": (("made",), "carried_out"),
        "not_carry_out": (("made",), "not_carried_out"),
        "supersede": (("made",), "superseded"),
        "reopen": (("carried_out", "not_carried_out", "superseded", "discontinued"), "made"),
        "discontinue": (("made",), "discontinued"),
        **kept_in("made", "carried_out", "not_carried_out", "superseded", "discontinued"),
    },
    decides={
        "make": CHAIRS,
        "revise": CHAIRS,
        "readdress": CHAIRS,
        "question": MAKES,
        "answer_question": CHAIRS,
        "send_letter": {*UNIT, *HEADS},
        "record_reply": UNIT,
        "carry_out": {"subgroup_chair"},
        "not_carry_out": {"subgroup_chair"},
        "supersede": {"subgroup_chair"},
        "reopen": CHAIRS,
        **filed_by(*AGENCY),
    },
)


PLANNED = Part(
    workflow=AGENCY_ACTION_PLAN,
    prefix="P",
    ways={
        "requested": (),
        "submitted": ("submit",),
        "agreed": ("submit", "agree"),
        "nil": ("record_nil",),
        "agency_ceased": ("end_with_agency",),
        "discontinued": ("discontinue",),
    },
    moves={
        "submit": (("requested",), "submitted"),
        "send_back": (("submitted",), "requested"),
        "agree": (("submitted",), "agreed"),
        "record_nil": (("requested", "submitted"), "nil"),
        "end_with_agency": (("requested", "submitted", "agreed", "nil"), "agency_ceased"),
        "reopen": (("agreed", "nil", "agency_ceased", "discontinued"), "requested"),
        "leave": (("requested", "submitted"), "agency_ceased"),
        "discontinue": (("requested", "submitted"), "discontinued"),
        "succeed": (("requested", "submitted", "agreed", "nil"), None),
        **kept_in("requested", "submitted", "agreed", "nil", "agency_ceased", "discontinued"),
    },
    decides={
        "request": {*UNIT, "subgroup_chair"},
        "submit": {*UNIT, "agency_author", "agency_safeguarding_lead"},
        "send_back": {*UNIT, "subgroup_chair"},
        "agree": {"subgroup_chair"},
        "record_nil": {*UNIT, "subgroup_chair"},
        "end_with_agency": {"subgroup_chair"},
        "reopen": {*UNIT, "subgroup_chair"},
        **filed_by(*AGENCY),
    },
)


OTHERWISE = ("superseded", "transferred", "agency_ceased", "not_carried_out")


ACTED = Part(
    workflow=ACTION,
    prefix="A",
    ways={
        "proposed": (),
        "agreed": ("agree",),
        "handed_in": ("agree", "hand_in"),
        "assured": ("agree", "hand_in", "assure"),
        "superseded": ("supersede",),
        "transferred": ("transfer",),
        "agency_ceased": ("end_with_agency",),
        "not_carried_out": ("not_carry_out",),
        "discontinued": ("discontinue",),
    },
    moves={
        "revise": (("proposed",), None),
        "agree": (("proposed",), "agreed"),
        "reassign": (("agreed",), None),
        "report_progress": (("agreed",), None),
        "hand_in": (("agreed",), "handed_in"),
        "assure": (("handed_in",), "assured"),
        "send_back": (("handed_in",), "agreed"),
        "supersede": (("proposed", "agreed", "handed_in"), "superseded"),
        "transfer": (("proposed", "agreed", "handed_in"), "transferred"),
        "end_with_agency": (("proposed", "agreed", "handed_in"), "agency_ceased"),
        "not_carry_out": (("proposed", "agreed", "handed_in"), "not_carried_out"),
        "reopen": (("assured", *OTHERWISE, "discontinued"), "agreed"),
        "discontinue": (("proposed", "agreed", "handed_in"), "discontinued"),
        "succeed": (("proposed", "agreed", "handed_in", "assured"), None),
        **kept_in("proposed", "agreed", "handed_in", "assured", *OTHERWISE, "discontinued"),
    },
    decides={
        "propose": {*MAKES, *CHAIRS},
        "revise": {*MAKES, "subgroup_chair"},
        "agree": {"subgroup_chair"},
        "reassign": MAKES,
        "report_progress": MAKES,
        "hand_in": MAKES,
        "assure": {"quality_assurance"},
        "send_back": {"quality_assurance"},
        "supersede": {"subgroup_chair"},
        "transfer": {"subgroup_chair"},
        "end_with_agency": {"subgroup_chair"},
        "not_carry_out": {"subgroup_chair"},
        "reopen": {"subgroup_chair"},
        **filed_by(*AGENCY),
    },
)


KINDS = ("in_full", "in_summary", "anonymously", "not_published")


PUBLISHED = Part(
    workflow=PUBLICATION,
    prefix="PUB",
    ways={
        "draft": (),
        "checked": ("check_accuracy",),
        "agreed": ("check_accuracy", "agree"),
        "scheduled": ("check_accuracy", "agree", "schedule"),
        "in_full": ("check_accuracy", "agree", "publish"),
        "discontinued": ("discontinue",),
    },
    moves={
        "new_draft": (("draft", "checked"), "draft"),
        "check_accuracy": (("draft",), "checked"),
        "agree": (("checked",), "agreed"),
        "record_panel_advice": (("agreed", "scheduled"), None),
        "schedule": (("agreed", "scheduled"), "scheduled"),
        "defer": (("agreed", "scheduled"), "agreed"),
        "send_copy": (("agreed", "scheduled"), None),
        "publish": (("agreed", "scheduled"), "in_full"),
        "go_back": (("checked", "agreed", "scheduled"), "draft"),
        "reopen": (("discontinued",), "draft"),
        "discontinue": (("draft", "checked", "agreed", "scheduled"), "discontinued"),
        **kept_in("draft", "checked", "agreed", "scheduled", "in_full", "discontinued"),
    },
    decides={
        "draft": {*UNIT, "lead_reviewer"},
        "new_draft": {*UNIT, "lead_reviewer"},
        "check_accuracy": {*UNIT, "lead_reviewer"},
        "record_panel_advice": UNIT,
        "schedule": HEADS,
        "defer": HEADS,
        "send_copy": UNIT,
        "publish": HEADS,
        "reopen": HEADS,
        **filed_by(),
    },
)


ALL = (ENGAGED, RETURNED, RECOMMENDED, PLANNED, ACTED, PUBLISHED)
