"""What `--json` prints. Names once printed are kept; times are ISO 8601 in UTC, days are dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ..engine.definition.deadline import Deadline
from ..engine.definition.workflow import Named, Transition, Workflow
from ..engine.errors.base import Block
from ..engine.forms.digests import Secret, revealed
from ..engine.forms.fields import json_schema
from ..engine.model.calendar import Calendar
from ..engine.model.case import Case, Event
from ..engine.model.clock import Clock, Revision, Suspension, Told
from ..engine.model.people import Absence, Authority, Person
from ..engine.ports.outbox import Telling
from ..engine.ports.records import Due
from .along import opened_with

if TYPE_CHECKING:
    from ..engine.decisions.escalation import Fired
    from ..engine.decisions.permission import Possible
    from ..engine.service.sweep import Sweep

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
        "suspensions": [suspension_document(suspension) for suspension in case.suspensions],
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
        "term": term_document(deadline),
        "rule": deadline.authority.text,
        "verified": deadline.authority.verified,
        "local_default": deadline.authority.local_default,
        "owner": deadline.owner,
        "started_on": clock.anchor.isoformat(),
        "done_on": _day(clock.done_on),
        "overdue": clock.is_overdue(now),
        "days_overdue": days_overdue(clock, now, calendar),
        "suspended_on": _day(clock.suspended_on),
        "time_left": None if clock.time_left is None else str(clock.time_left),
        "told": [told_document(told) for told in clock.told if not told.skipped],
        "revisions": [revision_document(revision) for revision in clock.revisions],
    }


def revision_document(revision: Revision) -> Document:
    """A due date that was changed: from when to when, why, and who agreed it."""
    return {
        "was": revision.was.isoformat(),
        "due": revision.due.isoformat(),
        "cause": str(revision.cause),
        "reasons": revision.reasons,
        "agreed_by": revision.agreed_by,
        "capacity": revision.capacity,
        "recorded_at": revision.recorded_at.isoformat(),
        "was_missed": revision.was_missed,
    }


def suspension_document(suspension: Suspension) -> Document:
    """A time during which clocks stand still."""
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


def possible_document(step: Possible) -> Document:
    """A step that a case's state allows."""
    transition = step.transition
    return {
        "trigger": transition.trigger,
        "title": transition.title,
        "to": step.to,
        "to_one_of": list(transition.to.among) if isinstance(transition.to, Named) else None,
        "roles": list(transition.roles),
        "fields": json_schema(transition.record),
        "blocked_by": [block_document(block) for block in step.blocked_by],
        "warnings": [block_document(block) for block in step.warned_of],
    }


def block_document(block: Block) -> Document:
    """What stands in a step's way."""
    return {"guard": block.guard, "reason": block.reason, "cleared_by": block.cleared_by}


def due_document(item: Due, workflow: Workflow, *, at: datetime, calendar: Calendar) -> Document:
    """Something that somebody has to do, and who was told of it when on this leg."""
    deadline = workflow.deadline(item.clock.deadline)
    return {
        "ref": item.ref,
        "deadline": item.clock.deadline,
        "due": item.clock.due.isoformat(),
        "days_overdue": days_overdue(item.clock, at, calendar),
        "owner": deadline.owner,
        "told": [told_document(told) for told in item.clock.told if not told.skipped],
        "case": item.title,
        "title": deadline.title,
        "authority": deadline.authority.name,
    }


def overdue_document(
    item: Due, workflow: Workflow, tellings: Sequence[Telling], *, at: datetime, calendar: Calendar
) -> Document:
    """Something overdue, who was told of it, and what became of each word."""
    told = [
        {**told_document(told), "words": [telling_document(word) for word in words_of(told, item, tellings)]}
        for told in item.clock.told
        if not told.skipped
    ]
    return {**due_document(item, workflow, at=at, calendar=calendar), "told": told}


def told_document(told: Told) -> Document:
    """Who was told at a rung; nobody where there was nobody to tell."""
    return {"rung": told.rung, "at": told.at.isoformat(), "to": list(told.to), "held": told.held}


def words_of(told: Told, item: Due, tellings: Sequence[Telling]) -> tuple[Telling, ...]:
    """What became of each word that a rung gave."""
    clock = item.clock
    rung = (item.ref, clock.deadline, clock.number, clock.leg, told.rung)
    return tuple(
        word
        for word in tellings
        if (word.notice.ref, word.notice.deadline, word.notice.number, word.notice.leg, word.notice.rung) == rung
    )


def telling_document(word: Telling) -> Document:
    """What became of a word to somebody: it waits (perhaps to be released), was sent, given up or withdrawn."""
    return {
        "to": word.notice.person,
        "state": str(word.message_state or word.state),
        "sent_at": word.sent_at and word.sent_at.isoformat(),
    }


def person_document(person: Person, absences: Iterable[Absence] | None = None) -> Document:
    """Somebody who may act; where absences are given, when they are away today or later."""
    document = {
        "name": person.name,
        "roles": list(person.roles),
        "agency": person.agency,
        "email": person.email,
        # Of what may hold a token only the kind.
        "notify": None if person.notify is None else person.notify.partition("://")[0],
    }
    if absences is None:
        return document
    return {**document, "away": [absence_document(one) for one in absences if one.name == person.name]}


def absence_document(absence: Absence) -> Document:
    """When somebody is away."""
    return {
        "name": absence.name,
        "from": absence.from_day.isoformat(),
        "to": absence.to_day.isoformat(),
        "deputy": absence.deputy,
    }


def sweep_document(sweep: Sweep) -> Document:
    """What a sweep came to."""
    return {
        "at": sweep.at.isoformat(),
        "fired": [fired_document(one) for one in sweep.fired],
        "skipped": [fired_document(one) for one in sweep.skipped],
        "set_aside": [{"ref": one.ref, "problem": one.problem} for one in sweep.set_aside],
        "stopped": sweep.stopped,
    }


def fired_document(fired: Fired) -> Document:
    """A rung that was, or will be, reached."""
    return {
        "ref": fired.ref,
        "deadline": fired.deadline,
        "title": fired.title,
        "rung": fired.rung,
        "to": list(fired.to),
        "at": fired.at.isoformat(),
        "due": fired.due.isoformat(),
        "held": fired.held,
    }


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
        "child_of": list(workflow.child_of),
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
                "term": term_document(deadline),
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
        "opens": list(opened_with(transition)),
        "takes": [{"step": takes.step, "of": str(takes.of)} for takes in transition.takes],
        "follows": transition.follows,
        "roles": list(transition.roles),
        "fields": json_schema(transition.record),
    }


def term_document(deadline: Deadline) -> str:
    return f"{deadline.term}{' before' if deadline.counts_back else ''}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
