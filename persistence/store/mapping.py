"""Convert between the engine's values and the rows of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import RowMapping

from ...engine.forms.names import same_name_key
from ...engine.model.calendar import Term, TermUnit, TimeLeft
from ...engine.model.case import Case, Effects, Event, Link, Precision
from ...engine.model.clock import Clock, ClockStatus, EventKind, LevelReached, Revision, Suspension
from ...engine.model.people import DecidedBy, EntryChannel, Recorder
from ...engine.ports.records import DueItem
from .event_values import DATA, DECIDED_BY, EFFECTS, PARTS, RECORDED_BY, SealedEvent, decoded_content, unsealed
from .hash_chain import FORMAT, encode_part, hash_of_encoded
from .references import root_of

if TYPE_CHECKING:  # loading it loads the commands, which reading does not need
    from ...engine.ports.requests import RequestKey, RequestRecord

LEDGER: dict[str, Any] = {
    "run_started_at": datetime,
    "reached": tuple[LevelReached, ...],
    "suspended_on": date,
    "time_left": TimeLeft,
    "resumed_on": date,
    "started_on": date,
    "resumed_with": TimeLeft,
    "has_agreed_date": bool,
    "agreed_on": date,
    "agreed_due": date,
    "revisions": tuple[Revision, ...],
}
"""The fields of a clock that no query uses, with their types. One JSON column holds those that are not empty."""


EMPTY: tuple[Any, ...] = (None, (), False)


def case_row(case: Case) -> dict[str, Any]:
    """Return the row of a case. Its clocks and organisations have tables of their own."""
    return {
        "ref": case.ref,
        "root": root_of(case.ref),
        "parent": case.parent,
        "workflow": case.workflow,
        "workflow_version": case.workflow_version,
        "version": case.version,
        "seq": case.seq,
        "state": case.state,
        "title": case.title,
        "opened_on": case.opened_on,
        "closed_on": case.closed_on,
        "last_step_on": case.last_step_on,
        "recorded_at": case.recorded_at,
        "been_in": list(case.been_in),
        "organisations": list(case.organisations),
        "links": msgspec.to_builtins(case.links),
        "data": case.data,
        "suspensions": msgspec.to_builtins(case.suspensions),
        "head": case.head,
    }


def organisation_rows(case: Case) -> list[dict[str, Any]]:
    """Return the rows by which a case is found by its organisations."""
    return [
        {"case_ref": case.ref, "organisation": organisation}
        for organisation in sorted({same_name_key(one) for one in case.organisations})
    ]


def case_from(row: RowMapping, clocks: Iterable[Clock]) -> Case:
    """Build a case from its row and its clocks."""
    return Case(
        ref=row["ref"],
        workflow=row["workflow"],
        workflow_version=row["workflow_version"],
        version=row["version"],
        seq=row["seq"],
        state=row["state"],
        title=row["title"],
        parent=row["parent"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        last_step_on=row["last_step_on"],
        recorded_at=row["recorded_at"],
        been_in=tuple(row["been_in"]),
        organisations=tuple(row["organisations"]),
        links=msgspec.convert(row["links"], tuple[Link, ...]),
        data=row["data"],
        clocks=tuple(clocks),
        suspensions=msgspec.convert(row["suspensions"], tuple[Suspension, ...]),
        head=row["head"],
    )


def clock_row(ref: str, clock: Clock, position: int) -> dict[str, Any]:
    """Return the row of a clock."""
    return {
        "case_ref": ref,
        "deadline": clock.deadline,
        "number": clock.number,
        "position": position,
        "anchor": clock.anchor,
        "term_amount": clock.term.amount,
        "term_unit": str(clock.term.unit),
        "period": clock.period,
        "due": clock.due,
        "due_at": clock.due_at,
        "status": str(clock.status),
        "done_on": clock.done_on,
        "done_by": clock.done_by,
        "cancelled_by_end": clock.cancelled_by_end,
        "minimum_period": clock.minimum_period,
        "overdue_at": clock.due_at if clock.is_outstanding else None,
        "run": clock.run,
        # A clock without any level is checked once its day is over.
        "next_at": clock.due_at if _is_untimed(clock) else clock.next_at,
        "ledger": {name: msgspec.to_builtins(value) for name in LEDGER if (value := getattr(clock, name)) not in EMPTY},
    }


def _is_untimed(clock: Clock) -> bool:
    return (
        clock.next_at is None and clock.run_started_at is None and clock.is_open and clock.status is ClockStatus.RUNNING
    )


def clock_from(row: RowMapping) -> Clock:
    """Build a clock from its row."""
    return Clock(
        deadline=row["deadline"],
        number=row["number"],
        anchor=row["anchor"],
        term=Term(amount=row["term_amount"], unit=TermUnit(row["term_unit"])),
        period=row["period"],
        due=row["due"],
        due_at=row["due_at"],
        status=ClockStatus(row["status"]),
        done_on=row["done_on"],
        done_by=row["done_by"],
        cancelled_by_end=row["cancelled_by_end"],
        minimum_period=row["minimum_period"],
        run=row["run"],
        next_at=row["next_at"],
        **{name: msgspec.convert(value, LEDGER[name]) for name, value in row["ledger"].items()},
    )


def due_from(row: RowMapping) -> DueItem:
    """Build a due item from the row of a clock joined with its case."""
    return DueItem(
        ref=row["ref"],
        title=row["title"],
        workflow=row["workflow"],
        workflow_version=row["workflow_version"],
        clock=clock_from(row),
    )


def event_row(event: Event, sealed: SealedEvent, previous_hash: str) -> dict[str, Any]:
    """Return the row of an event, with its hash and with its JSON parts encoded.

    Args:
        event: The event.
        sealed: Its parts, with digests in place of words.
        previous_hash: The hash of the event before it.
    """
    row: dict[str, Any] = {
        "format": FORMAT,
        "case_ref": event.ref,
        "seq": event.seq,
        "kind": str(event.kind),
        "trigger": event.trigger,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "command_id": event.command_id,
        "actor_id": event.recorder.id,
        "channel": str(event.recorder.channel),
        "recorded_by": encode_part(sealed.parts[RECORDED_BY]),
        "decided_by": encode_part(sealed.parts[DECIDED_BY]),
        "occurred_at": event.occurred_at,
        "occurred_on": event.occurred_on,
        "precision": str(event.precision),
        "recorded_at": event.recorded_at,
        "workflow": event.workflow,
        "workflow_version": event.workflow_version,
        "data": encode_part(sealed.parts[DATA]),
        "effects": encode_part(sealed.parts[EFFECTS]),
        "previous_hash": previous_hash,
    }
    row["hash"] = hash_of_encoded(row)
    return row


def event_from(row: Mapping[str, Any]) -> Event:
    """Build an event from its row, joined with that of its values (`content`).

    Raises:
        ValueError: if the row cannot be read.
    """
    parts = unsealed({part: row[part] for part in PARTS}, decoded_content(row["content"]))
    recorder = {"id": row["actor_id"], "channel": EntryChannel(row["channel"]), **parts[RECORDED_BY]}
    return Event(
        ref=row["case_ref"],
        seq=row["seq"],
        kind=EventKind(row["kind"]),
        trigger=row["trigger"],
        from_state=row["from_state"],
        to_state=row["to_state"],
        recorder=msgspec.convert(recorder, Recorder),
        decided_by=msgspec.convert(parts[DECIDED_BY], DecidedBy | None),
        command_id=row["command_id"],
        occurred_at=row["occurred_at"],
        occurred_on=row["occurred_on"],
        precision=Precision(row["precision"]),
        recorded_at=row["recorded_at"],
        workflow=row["workflow"],
        workflow_version=row["workflow_version"],
        data=parts[DATA],
        effects=msgspec.convert(parts[EFFECTS], Effects),
        hash=row["hash"],
    )


def request_row(key: RequestKey, record: RequestRecord, at: datetime) -> dict[str, Any]:
    """Return the row of a request."""
    return {
        "client": key.client,
        "request_id": key.id,
        "digest": record.digest,
        "case_ref": record.ref,
        "seq": record.seq,
        "recorded_at": at,
    }
