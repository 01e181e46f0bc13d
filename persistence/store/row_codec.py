"""Convert between the driver's plain values and the engine's values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Date, Table

from ...engine.model.calendar import Term, TermUnit
from ...engine.model.case import Case, Event, Link
from ...engine.model.clock import Clock, ClockStatus, EventKind, Suspension
from ..backends.errors import DamagedError, StaleCase
from ..schema.types import Instant, Json, as_text
from .event_values import seal
from .load_query import CASE_COLUMNS
from .mapping import LEDGER, case_row, clock_row, event_row, organisation_rows

encode_json = msgspec.json.Encoder(order="sorted").encode


_names = msgspec.json.Decoder(tuple[str, ...]).decode


_links = msgspec.json.Decoder(tuple[Link, ...]).decode


_data = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode


_suspensions = msgspec.json.Decoder(tuple[Suspension, ...]).decode


_Ledger: Any = msgspec.defstruct(
    "_Ledger",
    [(field.name, field.type, field.default) for field in msgspec.structs.fields(Clock) if field.name in LEDGER],
)


class _ClockRow(msgspec.Struct, array_like=True):
    """The columns of a clock, in the order of `CLOCK_COLUMNS`. SQLite has numbers in place of truth values."""

    deadline: str
    number: int
    anchor: date
    term_amount: int
    term_unit: TermUnit
    period: int
    due: date
    due_at: datetime
    status: ClockStatus
    done_on: date | None
    done_by: str | None
    cancelled_by_end: bool | int
    minimum_period: bool | int
    run: int
    next_at: datetime | None
    ledger: _Ledger

    @property
    def clock(self) -> Clock:
        return Clock(
            deadline=self.deadline,
            number=self.number,
            anchor=self.anchor,
            term=Term(amount=self.term_amount, unit=self.term_unit),
            period=self.period,
            due=self.due,
            due_at=self.due_at,
            status=self.status,
            done_on=self.done_on,
            done_by=self.done_by,
            cancelled_by_end=bool(self.cancelled_by_end),
            minimum_period=bool(self.minimum_period),
            run=self.run,
            next_at=self.next_at,
            **msgspec.structs.asdict(self.ledger),
        )


_clocks = msgspec.json.Decoder(tuple[_ClockRow, ...]).decode


EMPTY_ARRAY = "[]"

WHOLE = (EventKind.DISPOSED, EventKind.TAKEN_BACK)
"""The kinds of events after which every row of a case is written anew."""


def decode_loaded(row: Sequence[Any], *, day: Callable[[Any], date], instant: Callable[[Any], datetime]) -> LoadedCase:
    """Build a loaded case from one row of the joined select."""
    value = dict(zip(CASE_COLUMNS, row, strict=False))
    latest_hash, clocks, unit_head = row[len(CASE_COLUMNS) :]
    try:
        for name in ("opened_on", "last_step_on"):
            value[name] = day(value[name])
        if value["closed_on"] is not None:
            value["closed_on"] = day(value["closed_on"])
        value["recorded_at"] = instant(value["recorded_at"])
        value["been_in"] = _names(value["been_in"])
        value["organisations"] = _names(value["organisations"])
        value["links"] = _links(value["links"])
        value["data"] = _data(value["data"])
        value["suspensions"] = _suspensions(value["suspensions"])
        case = Case(**value, clocks=tuple(one.clock for one in _clocks(clocks or EMPTY_ARRAY)))
        return LoadedCase(case=case, latest_hash=latest_hash, unit_head=unit_head)
    except (TypeError, ValueError):
        # Without its cause, which may quote what the row holds.
        raise DamagedError from None


def decode_intact(
    rows: Iterable[Sequence[Any]], *, day: Callable[[Any], date], instant: Callable[[Any], datetime]
) -> Iterator[LoadedCase]:
    """Decode the rows that are not damaged, each into a loaded case."""
    for row in rows:
        # A damaged case does not concern the others. Loading it alone raises the error.
        with suppress(DamagedError):
            loaded = decode_loaded(row, day=day, instant=instant)
            if loaded.latest_hash is not None:
                yield loaded


def unchanged(value: Any) -> Any:
    """Return the value as it is."""
    return value


def in_utc(value: datetime) -> datetime:
    """Return the instant in UTC."""
    return value.astimezone(UTC)


ValueEncoder = Callable[[Any], Any]


def for_sqlite(kind: Any) -> ValueEncoder | None:
    """Return a function that encodes a column's values for SQLite's driver; None if it takes them as they are."""
    if isinstance(kind, Instant):
        return as_text
    if isinstance(kind, Date):
        return date.isoformat
    return _json_text if isinstance(kind, Json) else None


def for_postgres(kind: Any) -> ValueEncoder | None:
    """Return a function that encodes a column's values for psycopg; None if it takes them as they are."""
    return _json_text if isinstance(kind, Json) else None


def row_encoder(
    table: Table, names: Sequence[str], encoder_for: Callable[[Any], ValueEncoder | None] = for_sqlite
) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Return a function that encodes a row for a driver, in the order of some columns."""
    values = itemgetter(*names)
    encoders = [
        (place, encoder)
        for place, name in enumerate(names)
        if name in table.c and (encoder := encoder_for(table.c[name].type)) is not None
    ]

    def encode(row: Mapping[str, Any]) -> list[Any]:
        encoded = list(values(row))
        for place, encoder in encoders:
            if encoded[place] is not None:
                encoded[place] = encoder(encoded[place])
        return encoded

    return encode


def _json_text(value: Any) -> str | None:
    text = encode_json(value).decode()
    return None if text == "null" else text


def as_json_arrays(kept: PendingRows) -> dict[str, str]:
    """Encode rows for PostgreSQL, as a JSON array for each table."""
    return {
        "cases": encode_json(kept.cases).decode(),
        "events": encode_json(kept.events).decode(),
        "stored_values": encode_json(kept.stored_values).decode(),
        "clocks": encode_json(kept.clocks).decode(),
        "organisations": encode_json(kept.organisations).decode(),
    }


class LoadedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as loaded, with what deciding and saving the next step needs.

    Attributes:
        case: The case.
        latest_hash: The hash of its latest event; None if that event is missing.
        unit_head: The hash of the latest event of the unit's own record; None if it has no record yet.
    """

    case: Case
    latest_hash: str | None
    unit_head: str | None


class PendingRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that are still to be written.

    Attributes:
        cases: The rows of the cases, each with the number of its latest event as loaded (`expected_seq`).
        events: The rows of the events, with their JSON parts encoded.
        stored_values: The rows of the events' values.
        clocks: The rows of the clocks that changed.
        organisations: The rows of the cases' organisations, if they changed.
    """

    cases: list[dict[str, Any]]
    events: list[dict[str, Any]]
    stored_values: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    organisations: list[dict[str, Any]]


def pending_rows(events: Sequence[Event], case: Case, head: str) -> tuple[Case, PendingRows]:
    """Return the case with its head hash, and the rows of its events and of itself.

    Args:
        events: The events, in order.
        case: The case after these events.
        head: The hash of the event before them.
    """
    rows = []
    values = []
    for event in events:
        sealed = seal(event)
        rows.append(event_row(event, sealed, head))
        head = rows[-1]["hash"]
        if (content := sealed.encoded_content) is not None:
            values.append({"case_ref": event.ref, "seq": event.seq, "content": content, "key_id": None})
    case = replace(case, head=head)
    # A disposal takes words out of the whole case, and taking an entry back may change every clock.
    whole = any(event.kind in WHOLE for event in events)
    changed = {(clock.deadline, clock.number) for event in events for clock in event.effects.clocks}
    return case, PendingRows(
        cases=[{**case_row(case), "expected_seq": events[0].seq - 1}],
        events=rows,
        stored_values=values,
        clocks=[
            clock_row(case.ref, clock, position)
            for position, clock in enumerate(case.clocks)
            if whole or (clock.deadline, clock.number) in changed
        ],
        organisations=organisation_rows(case) if changes_organisations(events) else [],
    )


def changes_organisations(events: Iterable[Event]) -> bool:
    """Return whether events may change the organisations by which their case is found."""
    return any(event.effects.organisations is not None or event.kind in WHOLE for event in events)


def previous_hash(event: Event, loaded: LoadedCase | None) -> str:
    """Return the hash of the event before one.

    Args:
        event: An event that is not the first of its case.
        loaded: The case as loaded.

    Raises:
        StaleCase: if another writer has changed the case.
        DamagedError: if the case or the event is missing.
    """
    if loaded is None or loaded.latest_hash is None:
        raise DamagedError
    if loaded.case.seq != event.seq - 1:
        raise StaleCase
    return loaded.latest_hash
