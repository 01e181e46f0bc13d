"""Find rows that belong to no event: of a case without history, values, notices, levels and requests."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, exists, func, or_, select

from ...engine.model.case import VOIDED
from ...engine.model.clock import EventKind
from ...engine.ports.requests import DISPOSED, REQUESTED, RequestKey, requested_command_id
from ..schema import tables
from .raw_rows import STATEMENTS, Finding, cases_below, number, within


def without_history(connection: Connection, ref: str | None) -> Iterator[Finding]:
    """Yield the cases that have a row, but no event."""
    for (case_ref,) in connection.execute(_without_first_event(ref)):
        has_some = select(func.count()).where(tables.event.c.case_ref == case_ref)
        if not connection.execute(has_some).scalar_one():
            yield Finding(ref=str(case_ref), seq=1, fault="Event 1 and all that followed were removed.")


def values_of_nothing(connection: Connection, ref: str | None, faulty: Collection[str]) -> Iterator[Finding]:
    """Yield the cases that have values of an event that does not exist.

    Args:
        connection: The connection.
        ref: The reference of the case to verify; None for all.
        faulty: The cases whose events have a fault, which explains such values.
    """
    for owner, rows in groupby(connection.execute(_values_without_event(ref)), itemgetter(0)):
        _, seq, has_history = next(rows)
        if str(owner) in faulty and (has_history or ref is not None):
            continue
        # A tamperer may have written a text for the number.
        which = "of an event" if number(seq) is None else f"of event {seq}"
        where = f"{which}, which does not exist" if has_history else "without a history that they belong to"
        yield Finding(ref=str(owner), seq=None, fault=f"There are stored values {where}.")


def notices_of_nothing(connection: Connection, ref: str | None, faulty: Collection[str]) -> Iterator[Finding]:
    """Yield the cases that have notices or levels, but no history.

    Args:
        connection: The connection.
        ref: The reference of the case to verify; None for all.
        faulty: The cases with a fault that explains it.
    """
    for table, what in ((tables.notice, "notices"), (tables.escalation, "escalation levels")):
        for (owner,) in connection.execute(_without_case(table, ref)):
            if str(owner) not in faulty:
                yield Finding(ref=str(owner), seq=None, fault=f"There are {what} of a case that does not exist.")


def requests_of_nothing(connection: Connection, ref: str | None, faulty: Collection[str]) -> Iterator[Finding]:
    """Yield the requests that do not fit the event that they name, and the events whose request is gone.

    The ID of a command that came with a request ID begins with a letter of its own, and follows from the request.

    Args:
        connection: The connection.
        ref: The reference of the case to verify; None for all.
        faulty: The cases with a fault that explains why a request does not fit.
    """
    wrong = {(str(owner), seq) for owner, seq in connection.execute(_requests_without_event(ref))}
    for row in connection.execute(_requests_with_event(ref)):
        if row.case_ref not in faulty and not _fits(
            RequestKey(str(row.client), str(row.request_id)), str(row.digest), str(row.command_id)
        ):
            wrong.add((str(row.case_ref), row.seq))
    for owner, seq in sorted(wrong, key=repr):
        fault = f"A request that is stored does not belong to event {seq}: it was changed, or added."
        yield Finding(ref=owner, seq=number(seq), fault=fault)
    explained = {*faulty, *(owner for owner, _ in wrong)}
    for owner, seq in connection.execute(_events_without_request(ref)):
        fault = f"Event {seq}: the request by which it was asked for was removed."
        if str(owner) not in explained:
            yield Finding(ref=str(owner), seq=number(seq), fault=fault)


def _fits(key: RequestKey, digest: str, command_id: str) -> bool:
    """Return whether a request fits the command of its event. What was disposed of need only be one."""
    if digest == DISPOSED:
        return command_id.startswith(REQUESTED)
    return command_id == requested_command_id(key, digest)


# --- statements, built once: building them takes longer than a small record takes to answer -------------


@lru_cache(maxsize=STATEMENTS)
def _without_first_event(ref: str | None) -> Select[Any]:
    first = and_(tables.event.c.case_ref == tables.case.c.ref, tables.event.c.seq == 1)
    return (
        select(tables.case.c.ref)
        .join_from(tables.case, tables.event, first, isouter=True)
        .where(tables.event.c.seq.is_(None), *cases_below(ref))
    )


@lru_cache(maxsize=STATEMENTS)
def _values_without_event(ref: str | None) -> Select[Any]:
    values, event = tables.event_values.c, tables.event.alias().c
    any_event = exists().where(event.case_ref == values.case_ref)
    its_event = exists().where(event.case_ref == values.case_ref, event.seq == values.seq)
    return (
        select(values.case_ref, values.seq, any_event.label("has_history"))
        .where(~its_event, *(() if ref is None else (within(values.case_ref, ref),)))
        .order_by(values.case_ref, values.seq)
    )


@lru_cache(maxsize=STATEMENTS)
def _without_case(table: Table, ref: str | None) -> Select[Any]:
    its_history = exists().where(tables.event.c.case_ref == table.c.case_ref)
    query = select(table.c.case_ref).where(~its_history).distinct().order_by(table.c.case_ref)
    return query if ref is None else query.where(within(table.c.case_ref, ref))


@lru_cache(maxsize=STATEMENTS)
def _requests_without_event(ref: str | None) -> Select[Any]:
    request, event = tables.request.c, tables.event.alias().c
    its_event = and_(event.case_ref == request.case_ref, event.seq == request.seq)
    disposal = tables.event.alias().c
    disposed = exists().where(disposal.case_ref == request.case_ref, disposal.kind == str(EventKind.DISPOSED))
    wrong = or_(
        event.seq.is_(None),
        event.recorded_at != request.recorded_at,
        and_(request.digest == DISPOSED, ~disposed),
    )
    query = (
        select(request.case_ref, request.seq)
        .join_from(tables.request, event.seq.table, its_event, isouter=True)
        .where(wrong)
        .distinct()
        .order_by(request.case_ref, request.seq)
    )
    return query if ref is None else query.where(within(request.case_ref, ref))


@lru_cache(maxsize=STATEMENTS)
def _requests_with_event(ref: str | None) -> Select[Any]:
    request, event = tables.request.c, tables.event.alias().c
    its_event = and_(event.case_ref == request.case_ref, event.seq == request.seq)
    columns = (request.client, request.request_id, request.digest, request.case_ref, request.seq, event.command_id)
    query = select(*columns).join_from(tables.request, event.seq.table, its_event)
    return query if ref is None else query.where(within(request.case_ref, ref))


@lru_cache(maxsize=STATEMENTS)
def _events_without_request(ref: str | None) -> Select[Any]:
    """Select the first event of each command that had a request which is stored no more.

    A case that was voided after an import has none: it can be imported again.
    """
    request, event, other = tables.request.c, tables.event.c, tables.event.alias().c
    its_event = and_(other.case_ref == request.case_ref, other.seq == request.seq)
    stored = select(other.command_id).join_from(tables.request, other.seq.table, its_event)
    voided = exists().where(tables.case.c.ref == event.case_ref, tables.case.c.state == VOIDED)
    query = (
        select(event.case_ref, func.min(event.seq))
        .where(event.command_id.startswith(REQUESTED), event.command_id.not_in(stored), ~voided)
        .group_by(event.case_ref, event.command_id)
        .order_by(event.case_ref, func.min(event.seq))
    )
    return query if ref is None else query.where(within(event.case_ref, ref))
