"""What `--json` prints. Names once printed are kept; times are ISO 8601 in UTC, days are dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..engine.calendars import Calendar
from ..engine.case import Authority, Case, Clock, Event, Secret
from ..engine.definition import Deadline, Named, Transition, Workflow
from ..engine.errors import Block
from ..engine.forms import json_schema
from ..engine.sealing import revealed
from ..engine.store import Overdue, Person

Document = dict[str, Any]


def case_document(
    case: Case, workflow: Workflow, *, now: datetime, calendar: Calendar, secrets: Mapping[str, Secret] | None = None
) -> Document:
    """A case; its sensitive values are put back in their places where `secrets` are given."""
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
        "data": data if secrets is None else revealed(data, secrets),
        "deadlines": [
            deadline_document(clock, workflow.deadline(clock.deadline), now=now, calendar=calendar)
            for clock in case.clocks
        ],
        "agencies": list(case.agencies),
        "links": [{"relation": link.relation, "ref": link.ref} for link in case.links],
        "seq": case.seq,
        "hash": case.head,
    }


def deadline_document(clock: Clock, deadline: Deadline, *, now: datetime, calendar: Calendar) -> Document:
    """A deadline of a case, with the rule that it comes from."""
    return {
        "name": clock.deadline,
        "due": clock.due.isoformat(),
        "status": str(clock.status),
        "authority": deadline.authority.name,
        "title": deadline.title,
        "term": _term(deadline),
        "rule": deadline.authority.text,
        "verified": deadline.authority.verified,
        "local_default": deadline.authority.local_default,
        "owner": deadline.owner,
        "started_on": clock.anchor.isoformat(),
        "done_on": _day(clock.done_on),
        "overdue": clock.is_overdue(now),
        "days_overdue": days_overdue(clock, now, calendar),
    }


def event_document(event: Event, *, secrets: Mapping[str, Secret] | None = None) -> Document:
    """An event as it is kept; where `secrets` are given, `record` has the sensitive values in place."""
    document = {
        "ref": event.ref,
        "seq": event.seq,
        "kind": str(event.kind),
        "trigger": event.trigger,
        "from": event.from_state,
        "to": event.to_state,
        "recorded_by": event.recorded_by,
        "decided_by": authority_document(event.decided_by),
        "occurred_at": event.occurred_at.isoformat(),
        "occurred_on": event.occurred_on.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "workflow_version": event.workflow_version,
        "data": dict(event.data),
        "warnings": list(event.effects.warnings),
        "hash": event.hash,
    }
    return document if secrets is None else {**document, "record": revealed(event.data, secrets)}


def possible_document(transition: Transition, *, to: str | None, blocked_by: tuple[Block, ...]) -> Document:
    """A step that a case's state allows."""
    return {
        "trigger": transition.trigger,
        "title": transition.title,
        "to": to,
        "to_one_of": list(transition.to.among) if isinstance(transition.to, Named) else None,
        "roles": list(transition.roles),
        "fields": json_schema(transition.record),
        "blocked_by": [block_document(block) for block in blocked_by],
    }


def block_document(block: Block) -> Document:
    """What stands in a step's way."""
    return {"guard": block.guard, "reason": block.reason, "cleared_by": block.cleared_by}


def overdue_document(item: Overdue, workflow: Workflow, *, at: datetime, calendar: Calendar) -> Document:
    """Something overdue. `told` names those who have been told so far: nobody, before any sweep."""
    deadline = workflow.deadline(item.clock.deadline)
    return {
        "ref": item.ref,
        "deadline": item.clock.deadline,
        "due": item.clock.due.isoformat(),
        "days_overdue": days_overdue(item.clock, at, calendar),
        "owner": deadline.owner,
        "told": [],
        "case": item.title,
        "title": deadline.title,
        "authority": deadline.authority.name,
    }


def person_document(person: Person) -> Document:
    """Somebody who may act."""
    return {"name": person.name, "roles": list(person.roles), "agency": person.agency, "email": person.email}


def authority_document(authority: Authority | None) -> Document | None:
    """Who decided; None where nobody did."""
    if authority is None:
        return None
    return {"name": authority.name, "capacity": authority.capacity, "evidence": authority.evidence}


def workflow_document(workflow: Workflow) -> Document:
    """A workflow's definition."""
    return {
        "name": workflow.name,
        "version": workflow.version,
        "title": workflow.title,
        "purpose": workflow.purpose,
        "initial": workflow.initial,
        "opening": _step_document(workflow.opening),
        "states": [
            {"name": state.name, "title": state.title, "means": state.means, "end": state.is_end}
            for state in workflow.states
        ],
        "steps": [_step_document(transition) for transition in workflow.transitions],
        "deadlines": [
            {
                "name": deadline.name,
                "title": deadline.title,
                "term": _term(deadline),
                "owner": deadline.owner,
                "repeats": deadline.repeats,
                "authority": deadline.authority.name,
                "rule": deadline.authority.text,
                "verified": deadline.authority.verified,
                "local_default": deadline.authority.local_default,
            }
            for deadline in workflow.deadlines
        ],
        "roles": [{"name": role.name, "title": role.title} for role in workflow.roles],
    }


def days_overdue(clock: Clock, at: datetime, calendar: Calendar) -> int:
    """Calendar days since a clock's last day; 0 where it is not overdue."""
    return (calendar.day_of(at) - clock.due).days if clock.is_overdue(at) else 0


def _step_document(transition: Transition) -> Document:
    return {
        "trigger": transition.trigger,
        "title": transition.title,
        "from": list(transition.sources),
        "to": list(transition.destinations),
        "roles": list(transition.roles),
        "fields": json_schema(transition.record),
    }


def _term(deadline: Deadline) -> str:
    return f"{deadline.term}{' before' if deadline.counts_back else ''}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
