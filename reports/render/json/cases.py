"""Build documents for cases, deadlines, suspensions and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ....engine import VoidedCase
from ....engine.definition.deadline import Deadline
from ....engine.definition.workflow import Workflow
from ....engine.forms.digests import StoredValue, with_stored_values
from ....engine.model.calendar import Calendar
from ....engine.model.case import Case, Event
from ....engine.model.clock import Clock, EventKind, LevelReached, Revision, Suspension
from ....engine.model.people import DecidedBy
from ...values.corrections import corrected_parts
from ...values.dates import days_overdue
from .document import Document
from .workflows import term_text


def case_document(
    case: Case,
    workflow: Workflow,
    *,
    now: datetime,
    calendar: Calendar,
    secrets: Mapping[str, StoredValue] | None = None,
) -> Document:
    """Return a case, with its sensitive values if `secrets` are given."""
    data = dict(case.data)
    return {
        "ref": case.ref,
        "workflow": case.workflow,
        "workflow_version": case.workflow_version,
        "version": case.version,
        "state": case.state,
        "title": case.title,
        "parent": case.parent,
        "opened_on": case.opened_on.isoformat(),
        "closed_on": _day(case.closed_on),
        "data": data if secrets is None else with_stored_values(data, secrets),
        "deadlines": [
            deadline_document(clock, workflow.deadline(clock.deadline), now=now, calendar=calendar)
            for clock in case.clocks
        ],
        "suspensions": [suspension_document(suspension) for suspension in case.suspensions],
        "agencies": list(case.organisations),
        "links": [{"relation": link.relation, "ref": link.ref} for link in case.links],
        "seq": case.seq,
        "hash": case.head,
    }


def deadline_document(clock: Clock, deadline: Deadline, *, now: datetime, calendar: Calendar) -> Document:
    """Return a deadline of a case with its citation."""
    return {
        "name": clock.deadline,
        "due": clock.due.isoformat(),
        "status": str(clock.status),
        "citation": deadline.citation.name,
        "title": deadline.title,
        "term": term_text(deadline),
        "citation_text": deadline.citation.text,
        "verified": deadline.citation.verified,
        "local_default": deadline.citation.local_default,
        "owner": deadline.owner,
        "started_on": clock.anchor.isoformat(),
        "done_on": _day(clock.done_on),
        "overdue": clock.is_overdue(now),
        "days_overdue": days_overdue(clock, now, calendar),
        "suspended_on": _day(clock.suspended_on),
        "time_left": None if clock.time_left is None else str(clock.time_left),
        "levels": [level_document(level) for level in clock.reached if not level.skipped],
        "revisions": [revision_document(revision) for revision in clock.revisions],
    }


def revision_document(revision: Revision) -> Document:
    """Return a changed due date: both dates, the reasons, and the person who agreed it."""
    return {
        "previous_due": revision.previous_due.isoformat(),
        "due": revision.due.isoformat(),
        "cause": str(revision.cause),
        "reasons": revision.reasons,
        "agreed_by": revision.agreed_by,
        "capacity": revision.capacity,
        "recorded_at": revision.recorded_at.isoformat(),
        "was_missed": revision.was_missed,
    }


def suspension_document(suspension: Suspension) -> Document:
    """Return a suspension."""
    return {
        "number": suspension.number,
        "proceeding": suspension.proceeding,
        "consulted": suspension.consulted,
        "reasons": suspension.reasons,
        "since": suspension.since.isoformat(),
        "review_by": suspension.review_by.isoformat(),
        "until": _day(suspension.until),
        "deadlines": list(suspension.deadlines),
    }


def event_document(event: Event, *, secrets: Mapping[str, StoredValue] | None = None) -> Document:
    """Return an event as stored; if `secrets` are given, `record` holds its sensitive values."""
    document = {
        "ref": event.ref,
        "seq": event.seq,
        "kind": str(event.kind),
        "trigger": event.trigger,
        "from": event.from_state,
        "to": event.to_state,
        "command_id": event.command_id,
        "recorded_by": event.recorded_by,
        "actor_id": event.recorder.id,
        "channel": str(event.recorder.channel),
        "account": event.recorder.account,
        "host": event.recorder.host,
        "entered_by": event.recorder.entered_by,
        "decided_by": decided_by_document(event.decided_by),
        "occurred_at": event.occurred_at.isoformat(),
        "occurred_on": event.occurred_on.isoformat(),
        "precision": str(event.precision),
        "recorded_at": event.recorded_at.isoformat(),
        "workflow_version": event.workflow_version,
        "data": dict(event.data),
        "warnings": list(event.effects.warnings),
        "hash": event.hash,
    }
    return document if secrets is None else {**document, "record": with_stored_values(event.data, secrets)}


def correction_document(
    workflow: Workflow, events: Sequence[Event], event: Event, secrets: Mapping[str, StoredValue]
) -> Document:
    """Return what a correction changed: each part with its former and its present value; nothing of another event.

    Args:
        workflow: The case's workflow.
        events: The case's events, oldest first.
        event: The event.
        secrets: The case's sensitive values by digest.
    """
    if event.kind is not EventKind.CORRECTED:
        return {}
    parts = corrected_parts(workflow, events, event, secrets)
    return {
        "changes": [{"field": one.path, "title": one.title, "former": one.former, "value": one.value} for one in parts]
    }


def voided_document(case: VoidedCase) -> Document:
    """Return a case that was opened by mistake: its number, and who voided it, when and why."""
    return {
        "ref": case.ref,
        "workflow": case.workflow,
        "voided_on": case.voided_on.isoformat(),
        "voided_by": case.voided_by,
        "reasons": case.reasons,
    }


def level_document(level: LevelReached) -> Document:
    """Return an escalation level that was reached; its recipients are empty if no one holds the role."""
    return {
        "level": level.level,
        "recipients": list(level.recipients),
        "reached_at": level.at.isoformat(),
        "on_hold": level.on_hold,
    }


def decided_by_document(decided_by: DecidedBy | None) -> Document | None:
    """Return the decision that an event relies on, or None."""
    if decided_by is None:
        return None
    return {"name": decided_by.name, "capacity": decided_by.capacity, "evidence": decided_by.evidence}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
