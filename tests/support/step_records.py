"""A well-formed record for each step of each workflow, invented."""

from __future__ import annotations

from typing import Any

DIED = {
    "abuse_or_neglect": {"met": "met", "evidence": "Two agencies suspected neglect."},
    "child_died": {"met": "met", "evidence": "Certificate."},
    "seriously_harmed": {"met": "not_met", "evidence": "See above."},
    "concern_about_working_together": {"met": "not_known", "evidence": "To be found out."},
}
"""Findings that require a review."""

RECOVERED = {**DIED, "child_died": {"met": "not_met", "evidence": "The child is well."}}
"""Findings that do not require a review."""

REPORT = {"title": "Overview report", "location": "Reviews/Child A/report.docx"}
FILING: dict[str, dict[str, Any]] = {
    "note": {"text": "A call."},
    "attach": {"documents": [REPORT]},
    "record_sent": {"what": "Letter about the review", "to": ["Relative 1"], "method": "post"},
}
"""Records that go on the file of any case."""

TERMS = {
    "period": {"start": "2016-01-01", "end": "2018-01-05"},
    "agencies": ["Agency 1", "Agency 2"],
    "key_lines_of_enquiry": ["What was known to whom?"],
}
REVIEWER = {
    "name": "Reviewer 1",
    "employer": "Self-employed",
    "qualifications": "Six reviews.",
    "independent": True,
    "declaration": "No connection.",
}
LINKED = "NA-0001 (invented)"
"""The review of another area that the stories link to."""

COURSE_CHANGES: dict[str, dict[str, Any]] = {
    "amend_terms": {**TERMS, "version": 2, "what_changed": "A line of enquiry.", "reasons": "New facts."},
    "add_reviewer": {
        "name": "Reviewer 2",
        "employer": "Agency 1",
        "declaration": "Internal, and apart from the case.",
        "reasons": "A second pair of eyes.",
    },
    "replace_reviewer": {**REVIEWER, "name": "Reviewer 3", "reasons": "Reviewer 1 is ill."},
    "add_child": {"child": "Sibling 1", "reasons": "Lives in the same household."},
    "add_agency": {"agency": "Agency 9", "reasons": "It knew the family."},
    "agency_leaves": {"agency": "Agency 1", "reasons": "It knew nobody of the family."},
    "agency_succeeded_by": {"agency": "Agency 1", "successor": "Agency 9", "reasons": "A merger."},
    "record_early_learning": {
        "what": "No duty desk is open at night.",
        "actions": [
            {
                "agency": "Agency 1",
                "action": "A duty desk is set up.",
                "lead_person": "Duty Manager 1",
                "due_on": "2018-09-28",
            }
        ],
    },
    "link": {"relation": "inquest", "other": "INQ-0001 (invented)"},
    "record_sign_off": {"other": LINKED, "board": "Board 2", "signed_on": "2018-07-01"},
    "revise_report": {"reasons": "Agency 2 challenges a finding.", "asked_by": "Agency 2"},
    "transfer": {
        "to_area": "Area 2",
        "contact": "Business unit of Area 2",
        "handover": REPORT,
        "reasons": "They moved.",
    },
    "discontinue": {"reasons": "Another area holds the review."},
    "reopen": {"return_to": "referred", "reasons": "New facts."},
}
"""A well-formed record for each step that changes the course of a review."""

SERIOUS_CASE_RECORDS: dict[str, dict[str, Any]] = {
    "refer": {
        "title": "Child A",
        "referred_by": "Named nurse, Agency 1",
        "agency": "Agency 1",
        "harm": "death",
        "aware_on": "2018-01-05",
        "what_happened": "An invented account.",
        "abuse_or_neglect": "suspected",
    },
    "notify_incident": {"notified": ["Ofsted", "The board"], "notified_by": "The local authority"},
    "recommend": {"recommends": "serious_case_review", "criteria": DIED, "reasons": "The criteria are met."},
    "screen": {"criteria": DIED, "reasons": "As recommended."},
    "take_no_further_action": {"criteria": RECOVERED, "reasons": "The criteria are not met."},
    "commission_partnership_review": {
        "criteria": RECOVERED,
        "reasons": "The criteria are not met, but there is something to learn.",
        "lessons": "How agencies share what they know.",
        "agency": "Agency 1",
    },
    "withdraw": {"withdrawn_by": "Named nurse, Agency 1", "reasons": "Referred by mistake."},
    "tell_panel": {"notified": ["The national panel"], "decision": "The decision and its reasons."},
    "record_panel_reply": {"agrees": "agrees", "reply": "We agree."},
    "agree_terms": TERMS,
    "appoint_reviewer": REVIEWER,
    "begin_engagement": {
        "family": [{"who": "Relative 1", "relation": "aunt"}],
        "practitioners": [{"group": "Nurses", "how": "A learning event."}],
    },
    "involve": {"kind": "practitioners", "relation": "Teachers"},
    "request_returns": {"agencies": ["Agency 1", "Agency 2"], "kind": "chronology", "due_on": "2018-05-01"},
    "receive_draft": {"report": REPORT},
    "agree_recommendations": {
        "recommendations": [{"number": 1, "text": "Share what is known.", "made_to": ["Agency 1"]}],
        "report": REPORT,
        "agreed_by": "Meeting of the board",
    },
    "record_publication": {"kind": "in_full", "publication": "SCR-2018-001/PUB01"},
    "request_action_plans": {"agencies": ["Agency 1", "Agency 2"], "due_on": "2018-09-14"},
    "begin_monitoring": {},
    "report_progress": {"summary": "Going well.", "actions_open": 2, "actions_assured": 1},
    "close": {"statement": "All is done.", "assured_by": "Quality assurance group"},
    "reconsider": {"reasons": "New facts.", "asked_by": "The national panel"},
    **COURSE_CHANGES,
    **FILING,
}
"""A well-formed record for each step of a Serious Case Review."""

PRACTICE_CRITERIA = {limb: DIED[limb] for limb in ("abuse_or_neglect", "child_died", "seriously_harmed")}
JOINTLY = [
    {"partner": partner, "name": "Director 1", "agrees": True}
    for partner in ("local_authority", "police", "integrated_care_board")
]
PRACTICE_REVIEW_RECORDS: dict[str, dict[str, Any]] = {
    "notify": {**SERIOUS_CASE_RECORDS["refer"], "sent_on": "2018-01-08", "sent_to": ["The national panel"]},
    "open_rapid_review": {"agencies": ["Agency 1", "Agency 2"]},
    "record_progress_meeting": {"present": ["Agency 1", "Agency 2"], "summary": "Two agencies knew of it."},
    "complete_rapid_review": {
        "criteria": PRACTICE_CRITERIA,
        "recommends": "local_review",
        "reasons": "There is something to learn.",
        "report": REPORT,
    },
    "decide_review": {"partners": JOINTLY, "criteria": PRACTICE_CRITERIA, "reasons": "As recommended."},
    "decide_no_review": {
        "partners": JOINTLY,
        "criteria": PRACTICE_CRITERIA,
        "reasons": "All of it is learnt already.",
        "learning": "A night rota; all agencies were told.",
    },
    "send_to_panel": SERIOUS_CASE_RECORDS["tell_panel"],
    "record_disagreement": {"answered": "The partners have looked at it again."},
    **{
        step: record
        for step, record in SERIOUS_CASE_RECORDS.items()
        if step
        not in (
            "refer",
            "notify_incident",
            "recommend",
            "screen",
            "take_no_further_action",
            "commission_partnership_review",
            "tell_panel",
        )
    },
    "record_panel_reply": {"agrees": "disagrees", "reply": "A review should be held."},
    "reopen": {"return_to": "notified", "reasons": "New facts."},
}
"""A well-formed record for each step of a Child Safeguarding Practice Review."""

PARTNERSHIP_RECORDS: dict[str, dict[str, Any]] = {
    "refer": {"title": "Child A", "agency": "Agency 1", "lessons": "How agencies share what they know."},
    "agree_scope": TERMS,
    "appoint_reviewer": REVIEWER,
    "withdraw": {"withdrawn_by": "Agency 1", "reasons": "Referred by mistake."},
    "request_returns": {"agencies": ["Agency 1", "Agency 2"], "kind": "scoping", "due_on": "2018-05-01"},
    "involve": {"kind": "practitioners", "relation": "Teachers"},
    "receive_draft": {"report": REPORT},
    "agree_learning": {"findings": "What was known was not shared."},
    "record_publication": {"kind": "in_full", "publication": "SCR-2018-001/PUB01"},
    "request_action_plans": {"agencies": ["Agency 1", "Agency 2"], "due_on": "2018-09-14"},
    "begin_monitoring": {},
    "report_progress": {"summary": "Going well.", "actions_open": 2, "actions_assured": 1},
    "close": {"statement": "All is done.", "shared_with": ["All agencies"]},
    **COURSE_CHANGES,
    **FILING,
}
"""A well-formed record for each step of a partnership review."""

ENDED: dict[str, Any] = {"reasons": "Decided on 3 February."}
BACK = {**ENDED, "due_on": "2018-10-12"}
PLANNED: dict[str, Any] = {
    "action": "A duty desk is set up.",
    "recommendations": [1],
    "lead_person": "Duty Manager 1",
    "due_on": "2018-09-28",
}
"""An action as the agency plans it."""

ENGAGEMENT_RECORDS: dict[str, dict[str, Any]] = {
    "plan": {"kind": "family", "relation": "aunt", "who": "Relative 1"},
    "contact": {"how": "By telephone."},
    "take_part": {"how": "Two conversations."},
    "decline": {"reason": "own_wish", "reasons": "A letter."},
    "record_unable": {"reason": "police_advice", "reasons": "Until the trial is over."},
    "stop_contact": {"because": "do_not_contact", **ENDED},
    "share_findings": {"how": "A visit.", "shared_by": "Reviewer 1"},
    "reopen": ENDED,
    "discontinue": ENDED,
    **FILING,
}
"""A well-formed record for each step of an engagement."""

RETURN_RECORDS: dict[str, dict[str, Any]] = {
    "request": {"agency": "Agency 1", "kind": "chronology", "due_on": "2018-05-01"},
    "secure_records": {"secured_by": "Named nurse 1"},
    "name_author": {"author": "Author 1"},
    "receive": {"document": REPORT, "signed_off_by": "Director 1"},
    "accept": {},
    "send_back": BACK,
    "return_nil": {**ENDED, "signed_off_by": "Director 1"},
    "refuse": ENDED,
    "reopen": BACK,
    "discontinue": ENDED,
    "succeed": {"agency": "Agency 1", "successor": "Agency 9", **ENDED},
    **FILING,
}
"""A well-formed record for each step of an agency return."""

RECOMMENDATION_RECORDS: dict[str, dict[str, Any]] = {
    "make": {"number": 1, "text": "Share what is known.", "made_to": ["Agency 1"]},
    "revise": {"text": "Share what is known within a day.", **ENDED},
    "readdress": {"made_to": ["Agency 2"], **ENDED},
    "question": {"agency": "Agency 1", **ENDED},
    "answer_question": {"answer": "It stands.", "upheld": False},
    "send_letter": {"sent_to": ["The Department for Education"], "document": REPORT},
    "record_reply": {"reply": "Noted."},
    "carry_out": {"finding": "What is known is shared."},
    "not_carry_out": ENDED,
    "supersede": {"by": "New guidance", **ENDED},
    "reopen": ENDED,
    "discontinue": ENDED,
    **FILING,
}
"""A well-formed record for each step of a recommendation."""

PLAN_RECORDS: dict[str, dict[str, Any]] = {
    "request": {"agency": "Agency 1", "due_on": "2018-09-14"},
    "submit": {"signed_off_by": "Director 1", "actions": [PLANNED]},
    "send_back": BACK,
    "agree": {},
    "record_nil": ENDED,
    "end_with_agency": ENDED,
    "reopen": BACK,
    "leave": ENDED,
    "discontinue": ENDED,
    "succeed": {"agency": "Agency 1", "successor": "Agency 9", **ENDED},
    **FILING,
}
"""A well-formed record for each step of an agency action plan."""

ACTION_RECORDS: dict[str, dict[str, Any]] = {
    "propose": {"agency": "Agency 1", **PLANNED},
    "revise": PLANNED,
    "agree": {"due_on": "2018-09-28"},
    "reassign": {"lead_person": "Duty Manager 2"},
    "report_progress": {"status": "on_track", "text": "The desk is staffed."},
    "hand_in": {"outcome": "The desk is set up.", "evidence": [REPORT]},
    "assure": {"finding": "The log bears it out."},
    "send_back": BACK,
    "supersede": {"by": "Another action", **ENDED},
    "transfer": {"to_agency": "Agency 2", **ENDED},
    "end_with_agency": ENDED,
    "not_carry_out": ENDED,
    "reopen": BACK,
    "discontinue": ENDED,
    "succeed": {"agency": "Agency 1", "successor": "Agency 9", **ENDED},
    **FILING,
}
"""A well-formed record for each step of an action."""

PUBLICATION_RECORDS: dict[str, dict[str, Any]] = {
    "draft": {"report": REPORT},
    "new_draft": {"report": REPORT, **ENDED},
    "check_accuracy": {"agencies": [{"agency": "Agency 1"}]},
    "agree": {"report": REPORT},
    "record_panel_advice": {"advice": "agreed", **ENDED},
    "schedule": {"planned_on": "2018-09-17"},
    "defer": {**ENDED, "proceeding": "a trial"},
    "send_copy": {"sent_to": ["The Department for Education"], "report": REPORT},
    "publish": {"kind": "in_full", "where": "The board's website"},
    "go_back": ENDED,
    "reopen": {"return_to": "draft", **ENDED},
    "discontinue": ENDED,
    **FILING,
}
"""A well-formed record for each step of a publication."""

MEETING_RECORDS: dict[str, dict[str, Any]] = {
    "call": {
        "title": "Subgroup meeting of 3 February 2026",
        "kind": "subgroup",
        "held_on": "2026-02-03",
        "chair": "Kim Cole",
        "quorum": 3,
        "expected": ["Kim Cole", "Lee Hart", "Ana Diaz", "Jo Park"],
    },
    "attend": {"present": ["Kim Cole", "Lee Hart", "Ana Diaz"], "apologies": ["Jo Park"]},
    "decide": {
        "item": "4",
        "ref": "SCR-2026-001/P01",
        "trigger": "agree",
        "in_the_chair": "Kim Cole",
        "decision": "The plan is agreed.",
    },
    "minute": {"minutes": {"title": "Minutes", "location": "Meetings/2026-02-03.docx"}},
    "cancel": ENDED,
    "reopen": {"reasons": "A decision is missing."},
    **FILING,
}
"""A well-formed record for each step of a meeting."""
