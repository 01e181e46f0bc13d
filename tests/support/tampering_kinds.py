"""Kinds of tampering with a record, each with what finds it. The record is that of `notified_record`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, delete, insert, select, update
from sqlalchemy import text as text_clause

from casereview.persistence.schema import tables
from casereview.persistence.store.hash_chain import event_hash

from .notified_record import FIRST, LAST, SECOND
from .tampering import WRITTEN, event, fold_back, other, other_for, rewrite, row

VERIFY, CHECKER, SEAL = "verify", "checker", "seal"
NEW = "LN-2026-004"
Change = Callable[[Connection], None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of tampering.

    Attributes:
        what: What is tampered with, in words.
        change: Tampers with the record.
        found_by: What finds it: `verify`, the JavaScript checker, or a seal that is kept elsewhere.
    """

    what: str
    change: Change
    found_by: frozenset[str]


def _kind(what: str, change: Change, *found_by: str) -> Kind:
    return Kind(what=what, change=change, found_by=frozenset(found_by))


def run(*statements: str) -> Change:
    """Return a tampering that runs statements."""

    def change(connection: Connection) -> None:
        for statement in statements:
            done = connection.exec_driver_sql(statement)
            assert done.rowcount != 0, statement

    return change


# --- events -----------------------------------------------------------------------------------------------

HERE = f"case_ref = '{FIRST}' AND seq = 2"
TAIL = f"case_ref = '{LAST}' AND seq > 4"
ROWS = ("event", "event_values", "notice", "escalation", "clock", "case_organisation", "request")
"""The tables with rows of a case, besides its own."""


def _event_column(column: Column[Any]) -> Change:
    def change(connection: Connection) -> None:
        value = other_for(column, row(connection, FIRST, 2)[column.name])
        connection.execute(update(tables.event).where(event(FIRST, 2)).values({column.name: value}))

    return change


def _swap_events(connection: Connection) -> None:
    for before, after in ((2, 100), (3, 2), (100, 3)):
        connection.execute(update(tables.event).where(event(FIRST, before)).values(seq=after))


def _insert_event(connection: Connection) -> None:
    for seq in range(11, 1, -1):
        connection.execute(update(tables.event).where(event(FIRST, seq)).values(seq=seq + 1))
    before = row(connection, FIRST, 1)
    _add_event(connection, {**before, "seq": 2, "previous_hash": before["hash"]})


def _append_event(connection: Connection) -> None:
    latest = row(connection, FIRST, 11)
    _add_event(connection, {**latest, "seq": 12, "previous_hash": latest["hash"]})


def _invent_case(connection: Connection) -> None:
    _add_event(connection, {**row(connection, FIRST, 1), "case_ref": NEW})


def _move_to_end(connection: Connection) -> None:
    moved = row(connection, FIRST, 2)
    connection.execute(delete(tables.event).where(event(FIRST, 2)))
    connection.execute(insert(tables.event), moved)


def _add_event(connection: Connection, forged: dict[str, Any]) -> None:
    connection.execute(insert(tables.event), {**forged, "hash": event_hash(forged)})


def _rehash(connection: Connection) -> None:
    forged = {**row(connection, FIRST, 2), "actor_id": "somebody-else"}
    connection.execute(update(tables.event).where(event(FIRST, 2)).values({**forged, "hash": event_hash(forged)}))


def _relink(connection: Connection) -> None:
    connection.execute(update(tables.event).where(event(FIRST, 2)).values(actor_id="somebody-else"))
    rewrite(connection, FIRST, 2)


def _cut_short(connection: Connection) -> None:
    run(*(f"DELETE FROM casereview_{table} WHERE {TAIL}" for table in ROWS[:4]))(connection)
    fold_back(connection, LAST)


def _without(ref: str) -> tuple[str, ...]:
    of_case = (f"DELETE FROM casereview_{table} WHERE case_ref = '{ref}'" for table in ROWS)
    return (*of_case, f"DELETE FROM casereview_case WHERE ref = '{ref}'")


def _of_events() -> Iterator[Kind]:
    for column in WRITTEN:
        if column.name not in ("case_ref", "seq"):
            yield _kind(f"an event's {column.name}", _event_column(column), VERIFY, CHECKER)
    table = "casereview_event"
    yield _kind("an event's case", run(f"UPDATE {table} SET case_ref = '{NEW}' WHERE {HERE}"), VERIFY, CHECKER)
    yield _kind("an event's number", run(f"UPDATE {table} SET seq = 99 WHERE {HERE}"), VERIFY, CHECKER)
    yield _kind("an event moved to the end of the order of all events", _move_to_end, VERIFY)
    yield _kind("an event removed", run(f"DELETE FROM {table} WHERE {HERE}"), VERIFY, CHECKER)
    yield _kind("the latest event removed", run(f"DELETE FROM {table} WHERE {TAIL}"), VERIFY, CHECKER, SEAL)
    yield _kind("all events removed", run(f"DELETE FROM {table} WHERE case_ref = '{LAST}'"), VERIFY, CHECKER, SEAL)
    yield _kind("two events in each other's place", _swap_events, VERIFY, CHECKER)
    yield _kind("an event inserted", _insert_event, VERIFY, CHECKER, SEAL)
    yield _kind("an event appended", _append_event, VERIFY, CHECKER)
    yield _kind("an event of a case that never existed", _invent_case, VERIFY, CHECKER)
    yield _kind("an event rewritten with its own hash", _rehash, VERIFY, CHECKER)
    yield _kind("a history rewritten hash by hash", _relink, SEAL)
    yield _kind("a history cut short with all that follows from it", _cut_short, SEAL)


# --- values -----------------------------------------------------------------------------------------------

Content = dict[str, dict[str, Any]]


def _values(alter: Callable[[Content], Any], *, seq: int = 2, ref: str = FIRST) -> Change:
    def change(connection: Connection) -> None:
        table = tables.event_values
        here = (table.c.case_ref == ref) & (table.c.seq == seq)
        content = json.loads(connection.execute(select(table.c.content).where(here)).scalar_one())
        alter(content)
        text = msgspec.json.encode(content, order="sorted").decode()
        connection.execute(update(table).where(here).values(content=text))

    return change


def _set(part: str, path: str, at: int, value: Any) -> Callable[[Content], None]:
    def alter(content: Content) -> None:
        content[part][path][at] = value

    return alter


def _put_back(connection: Connection) -> None:
    table = tables.event_values
    kept = connection.execute(select(table.c.content).where(table.c.case_ref == FIRST, table.c.seq == 2)).scalar_one()
    entry = json.loads(kept)["data"]["text"]
    _values(lambda content: content.setdefault("data", {}).update(text=entry), ref=SECOND)(connection)


def _of_values() -> Iterator[Kind]:
    table = "casereview_event_values"
    word, text = ("recorded_by", "name"), ("data", "text")
    for what, alter in (
        ("a sensitive value", _set(*text, 1, '"Never told."')),
        ("a sensitive value's salt", _set(*text, 0, "00" * 16)),
        ("a sensitive value no longer marked", _set(*text, 2, False)),
        ("a word", _set(*word, 1, '"Somebody else"')),
        ("a word's salt", _set(*word, 0, "00" * 16)),
        ("a word marked as sensitive", _set(*word, 2, True)),
        ("a word emptied", lambda content: content["recorded_by"].update(name=None)),
        ("a sensitive value removed", lambda content: content.pop("data")),
        ("a value at another place", lambda content: content["data"].update(more=content["data"].pop("text"))),
    ):
        yield _kind(what, _values(alter), VERIFY, CHECKER)
    yield _kind("a value of an earlier time, put back", _put_back, VERIFY, CHECKER)
    yield _kind("the values of an event removed", run(f"DELETE FROM {table} WHERE {HERE}"), VERIFY, CHECKER)
    yield _kind("the values of another event", run(f"UPDATE {table} SET seq = 99 WHERE {HERE}"), VERIFY, CHECKER)
    spaced = "content = replace(content, ':', ': ')"
    yield _kind("values written in another way", run(f"UPDATE {table} SET {spaced} WHERE {HERE}"), VERIFY)
    yield _kind("the key of an event's values", run(f"UPDATE {table} SET key_id = 'other' WHERE {HERE}"), VERIFY)


# --- cases ------------------------------------------------------------------------------------------------


def _column(column: Column[Any], where: str) -> Change:
    """Return a tampering that changes a column of one row."""

    def change(connection: Connection) -> None:
        here = text_clause(where)
        value = connection.execute(select(column).where(here)).scalar_one()
        connection.execute(update(column.table).where(here).values({column.name: other(column, value)}))

    return change


def _columns(what: str, table: Table, where: str, leave_out: tuple[str, ...], *found_by: str) -> Iterator[Kind]:
    for column in table.columns:
        if column.name not in leave_out:
            yield _kind(f"{what}'s {column.name}", _column(column, where), *found_by)


def _of_cases() -> Iterator[Kind]:
    yield from _columns("a case", tables.case, f"ref = '{FIRST}'", ("ref", "seq", "head"), VERIFY)
    yield from (
        _kind(f"a case's {name}", _column(tables.case.c[name], f"ref = '{FIRST}'"), VERIFY, CHECKER)
        for name in ("seq", "head")
    )
    table = "casereview_case"
    yield _kind("a case's row removed", run(f"DELETE FROM {table} WHERE ref = '{FIRST}'"), VERIFY, CHECKER)
    yield _kind(
        "a case's row under another reference",
        run(f"UPDATE {table} SET ref = '{NEW}' WHERE ref = '{FIRST}'"),
        *(VERIFY, CHECKER),
    )
    yield _kind("a case removed completely", run(*_without(SECOND)), VERIFY, SEAL)
    yield _kind(
        "the latest case removed with its number",
        run(*_without(LAST), "UPDATE casereview_counter SET last = 2 WHERE prefix = 'LN'"),
        SEAL,
    )
    clock = f"case_ref = '{FIRST}' AND deadline = 'inspect'"
    yield from _columns("a clock", tables.clock, clock, ("case_ref", "deadline", "number"), VERIFY)
    yield _kind("a clock removed", run(f"DELETE FROM casereview_clock WHERE {clock}"), VERIFY)
    yield _kind("a clock added", run(_copied(tables.clock, clock, number="2")), VERIFY)
    index = "casereview_case_organisation"
    yield _kind("an organisation removed", run(f"DELETE FROM {index} WHERE case_ref = '{FIRST}'"), VERIFY)
    yield _kind("an organisation added", run(f"INSERT INTO {index} VALUES ('{FIRST}', 'library 2')"), VERIFY)
    yield _kind(
        "an organisation changed",
        run(f"UPDATE {index} SET organisation = 'library 2' WHERE case_ref = '{FIRST}'"),
        VERIFY,
    )


def _copied(table: Table, where: str, **changes: str) -> str:
    """Return a statement that adds a copy of a row, with some columns changed."""
    columns = ", ".join(column.name for column in table.columns)
    values = ", ".join(changes.get(column.name, column.name) for column in table.columns)
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {table.name} WHERE {where}"


# --- levels, notices and messages -------------------------------------------------------------------------

COMPOSED = f"case_ref = '{FIRST}' AND seq = 5"
ON_HOLD = f"case_ref = '{LAST}' AND seq = 5"
SENT = f"id = (SELECT message_id FROM casereview_notice WHERE {COMPOSED})"


def _of_levels() -> Iterator[Kind]:
    table = tables.escalation
    yield from _columns("a level", table, COMPOSED, ("case_ref",), VERIFY)
    yield _kind("a level removed", run(f"DELETE FROM {table.name} WHERE {COMPOSED}"), VERIFY)
    yield _kind("a level added", run(_copied(table, COMPOSED, level="'trustee'")), VERIFY)
    yield _kind("a level of another case", run(f"UPDATE {table.name} SET case_ref = '{NEW}' WHERE {COMPOSED}"), VERIFY)


def _of_notices() -> Iterator[Kind]:
    table = tables.notice
    yield from _columns("a notice", table, COMPOSED, (), VERIFY)
    yield _kind("a notice removed", run(f"DELETE FROM {table.name} WHERE {ON_HOLD}"), VERIFY)
    yield _kind("a notice added", run(_copied(table, COMPOSED, id="'x'", person="'Somebody'")), VERIFY)
    for what, values in (
        ("a notice taken off hold", "state = 'waiting'"),
        ("a held notice withdrawn by nobody", "state = 'withdrawn'"),
    ):
        yield _kind(what, run(f"UPDATE {table.name} SET {values} WHERE {ON_HOLD}"), VERIFY)
    for what, values in (
        ("a sent notice made to wait", "state = 'waiting'"),
        ("a sent notice without its message", "message_id = NULL"),
    ):
        yield _kind(what, run(f"UPDATE {table.name} SET {values} WHERE {COMPOSED}"), VERIFY)


def _of_messages() -> Iterator[Kind]:
    table = tables.message
    # What became of a message stands in no event.
    untold = ("attempts", "problem", "sent_at")
    yield from _columns("a message", table, SENT, untold, VERIFY)
    yield _kind("a message removed", run(f"DELETE FROM {table.name} WHERE {SENT}"), VERIFY)
    yield _kind("a message added", run(_copied(table, SENT, id="'x'")), VERIFY)
    yield _kind("a sent message without a time", run(f"UPDATE {table.name} SET sent_at = NULL WHERE {SENT}"), VERIFY)


# --- requests, counters and settings ----------------------------------------------------------------------


def _of_the_rest() -> Iterator[Kind]:
    request = "request_id = 'request-1'"
    for column in ("case_ref", "seq", "recorded_at"):
        yield _kind(f"a request's {column}", _column(tables.request.c[column], request), VERIFY)
    yield _kind("a request's digest emptied", run(f"UPDATE casereview_request SET digest = '' WHERE {request}"), VERIFY)
    yield _kind("a request added", run(_copied(tables.request, request, request_id="'x'", seq="99")), VERIFY)
    changed = "UPDATE casereview_request SET"
    yield _kind("a request's ID", run(f"{changed} request_id = 'another' WHERE {request}"), VERIFY)
    yield _kind("a request's client", run(f"{changed} client = 'another' WHERE {request}"), VERIFY)
    yield _kind("a request's content", run(f"{changed} digest = digest || '0' WHERE {request}"), VERIFY)
    yield _kind("a request removed", run(f"DELETE FROM casereview_request WHERE {request}"), VERIFY)
    yield _kind("all requests removed", run("DELETE FROM casereview_request"), VERIFY)
    counter = "casereview_counter"
    yield _kind("a counter lowered", run(f"UPDATE {counter} SET last = 2"), VERIFY)
    yield _kind("a counter raised", run(f"UPDATE {counter} SET last = 4"), VERIFY)
    yield _kind("a counter of another year", run(f"UPDATE {counter} SET year = 2025"), VERIFY)
    yield _kind("a counter of another prefix", run(f"UPDATE {counter} SET prefix = 'XX'"), VERIFY)
    yield _kind("a counter removed", run(f"DELETE FROM {counter}"), VERIFY)
    yield _kind("another calendar", run("UPDATE casereview_calendar SET code = 'GB-SCT'"), VERIFY)
    yield _kind("two calendars", run("INSERT INTO casereview_calendar VALUES ('GB-SCT')"), VERIFY)
    yield _kind("no calendar", run("DELETE FROM casereview_calendar"), VERIFY)
    setting = "casereview_setting"
    yield _kind("the record's ID", run(f"UPDATE {setting} SET value = 'other' WHERE name = 'record_id'"), SEAL)
    yield _kind("an earlier epoch", run(f"UPDATE {setting} SET value = '0' WHERE name = 'epoch'"), SEAL)


KINDS = (
    *_of_events(),
    *_of_values(),
    *_of_cases(),
    *_of_levels(),
    *_of_notices(),
    *_of_messages(),
    *_of_the_rest(),
)
