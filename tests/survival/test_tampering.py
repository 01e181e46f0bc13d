"""Tests that verification finds each change by a person with all rights on the database.

Each test tampers within a transaction that is rolled back, so all of them tamper with the same record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import Column, Connection, and_, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from casereview.engine.model.dispose import Dispose
from casereview.engine.model.people import DecidedBy
from casereview.persistence import Database
from casereview.persistence.audit.chain_heads import Seal, against_seal, seal_lines
from casereview.persistence.audit.verify import verify
from casereview.persistence.schema import tables
from casereview.persistence.schema.append_only import create_triggers, missing_triggers
from casereview.persistence.store.event_values import PARTS
from casereview.persistence.store.hash_chain import event_hash
from casereview.persistence.store.identity import identity_of
from casereview.persistence.store.sql import EVENT_COLUMNS

from ..support.tampering import WRITTEN, event, fold_back, other, other_for, rewrite, row
from ..support.worker_processes import (
    DAY,
    ME,
    TRIGGERS,
    delete_case_rows,
    engine_and_database,
    findings_text,
    found,
    note_step,
    open_review,
)

REF, NEXT = "PR-2026-002", "PR-2026-003"
WRONG = 3
"""The event of `REF` that is tampered with; it has five."""

LAST = 5
HERE = f"case_ref = '{REF}' AND seq = {WRONG}"
SOMEBODY = {"kind": "person", "name": "Somebody else"}


# --- the record -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> Iterator[Database]:
    """Three cases of two, five and two events. Each event but the first has a sensitive value."""
    engine, database = engine_and_database(url_of(request.param))
    database.create()
    for notes in (1, 3, 1):
        case = open_review(engine)
        for number in range(notes):
            note_step(engine, case.ref, f"Call {number}.")
        if case.ref == REF:
            withdrawal = {"withdrawn_by": "Agency 1", "reasons": "Taken elsewhere."}
            engine.step(case.ref, "withdraw", actor=ME, data=withdrawal, on=DAY)
    yield database
    database.close()


# --- untouched records ------------------------------------------------------------------------------------


def test_an_untouched_record_is_clean(guarded: Connection) -> None:
    result = verify(guarded)
    assert (result.cases, result.events, result.faults) == (3, 20, ())


def test_one_case_can_be_verified_alone(tamperer: Connection) -> None:
    tamperer.execute(update(tables.event).where(event(REF, WRONG)).values(trigger="noted"))
    assert (found(tamperer, REF), found(tamperer, NEXT)) == ([(REF, WRONG)], [])


# --- events -----------------------------------------------------------------------------------------------

# An event's place in the order of all events is not part of it.
CONTENT = [column for column in WRITTEN if column.name not in ("case_ref", "seq")]


@pytest.mark.parametrize("column", CONTENT, ids=lambda column: column.name)
def test_a_changed_column_of_an_event_is_found(tamperer: Connection, column: Column[Any]) -> None:
    value = row(tamperer, REF, WRONG)[column.name]
    tamperer.execute(update(tables.event).where(event(REF, WRONG)).values({column.name: other_for(column, value)}))
    assert found(tamperer) == [(REF, WRONG)]


@pytest.mark.parametrize("column", CONTENT, ids=lambda column: column.name)
def test_a_changed_column_of_the_last_event_is_found(tamperer: Connection, column: Column[Any]) -> None:
    value = row(tamperer, REF, LAST)[column.name]
    tamperer.execute(update(tables.event).where(event(REF, LAST)).values({column.name: other_for(column, value)}))
    assert found(tamperer) == [(REF, LAST)]


@pytest.mark.parametrize("column", [c for c in CONTENT if c.nullable], ids=lambda column: column.name)
def test_an_emptied_column_of_an_event_is_found(tamperer: Connection, column: Column[Any]) -> None:
    tamperer.exec_driver_sql(f"UPDATE casereview_event SET {column.name} = NULL WHERE {HERE}")
    assert found(tamperer) == [(REF, WRONG)]


def test_an_event_moved_to_another_case_is_missing_here_and_wrong_there(tamperer: Connection) -> None:
    tamperer.execute(update(tables.event).where(event(REF, WRONG)).values(case_ref=NEXT))
    assert found(tamperer) == [(REF, WRONG + 1), (NEXT, 3)]


def test_an_event_given_another_number_leaves_the_next_one_in_its_place(tamperer: Connection) -> None:
    tamperer.execute(update(tables.event).where(event(REF, WRONG)).values(seq=99))
    assert found(tamperer) == [(REF, WRONG + 1)]
    assert "Event 4 stands where event 3 should" in findings_text(tamperer)


@pytest.mark.parametrize("seq", [1, WRONG, LAST - 1])
def test_a_removed_event_is_found_at_the_next_one(tamperer: Connection, seq: int) -> None:
    tamperer.execute(delete(tables.event).where(event(REF, seq)))
    assert found(tamperer) == [(REF, seq + 1)]
    assert f"stands where event {seq} should" in findings_text(tamperer)


@pytest.mark.parametrize("first", [2, WRONG, LAST])
def test_the_last_events_removed_are_found_by_the_version_of_the_case(tamperer: Connection, first: int) -> None:
    tamperer.execute(delete(tables.event).where(tables.event.c.case_ref == REF, tables.event.c.seq >= first))
    assert found(tamperer)[0] == (REF, first)
    assert f"Event {first} and all that followed were removed" in findings_text(tamperer)


def test_all_events_of_a_case_removed_are_found_by_its_row(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.event).where(tables.event.c.case_ref == REF))
    assert (REF, 1) in found(tamperer)
    assert found(tamperer, REF) == [(REF, 1)]


@pytest.mark.parametrize(("one", "two"), [(1, 2), (2, 3), (2, LAST), (LAST - 1, LAST)])
def test_two_events_in_each_other_s_place_are_found_at_the_first(tamperer: Connection, one: int, two: int) -> None:
    for before, after in ((one, 100), (two, one), (100, two)):
        tamperer.execute(update(tables.event).where(event(REF, before)).values(seq=after))
    assert found(tamperer) == [(REF, one)]


@pytest.mark.parametrize("previous", ["", "0" * 64], ids=["empty", "zeros"])
def test_an_event_inserted_with_its_right_hash_and_no_link_is_found(tamperer: Connection, previous: str) -> None:
    forged = {**row(tamperer, REF, LAST), "seq": LAST + 1, "previous_hash": previous}
    tamperer.execute(insert(tables.event), {**forged, "hash": event_hash(forged)})
    assert found(tamperer) == [(REF, LAST + 1)]


def test_an_event_inserted_between_two_others_is_found(tamperer: Connection) -> None:
    for seq in range(LAST, WRONG - 1, -1):
        tamperer.execute(update(tables.event).where(event(REF, seq)).values(seq=seq + 1))
    forged = {**row(tamperer, REF, 2), "seq": WRONG, "previous_hash": row(tamperer, REF, 2)["hash"]}
    tamperer.execute(insert(tables.event), {**forged, "hash": event_hash(forged)})
    # The event itself is sound; the next one was recorded after another event and has another number.
    assert found(tamperer) == [(REF, WRONG + 1)]


def test_an_event_appended_with_its_right_hash_and_link_is_beyond_the_case(tamperer: Connection) -> None:
    last = row(tamperer, NEXT, 2)
    forged = {**last, "seq": 3, "previous_hash": last["hash"], "data": {"text": "Never said."}}
    tamperer.execute(insert(tables.event), {**forged, "hash": event_hash(forged)})
    assert found(tamperer) == [(NEXT, 3)]


def test_an_event_rewritten_with_its_own_hash_breaks_the_later_chain(tamperer: Connection) -> None:
    forged = {**row(tamperer, REF, WRONG), "recorded_by": SOMEBODY}
    tamperer.execute(update(tables.event).where(event(REF, WRONG)).values({**forged, "hash": event_hash(forged)}))
    assert found(tamperer) == [(REF, WRONG + 1)]
    assert "does not follow from the event before it" in findings_text(tamperer)


def test_events_of_a_case_that_never_existed_are_found(tamperer: Connection) -> None:
    forged = {**row(tamperer, REF, 1), "case_ref": "PR-2026-004"}
    tamperer.execute(insert(tables.event), {**forged, "hash": event_hash(forged)})
    assert ("PR-2026-004", None) in found(tamperer)


def test_a_fault_in_one_case_hides_no_fault_in_the_next(tamperer: Connection) -> None:
    for ref in ("PR-2026-001", REF, NEXT):
        tamperer.execute(update(tables.event).where(event(ref, 2)).values(recorded_by=SOMEBODY))
    assert found(tamperer) == [("PR-2026-001", 2), (REF, 2), (NEXT, 2)]


# --- values that our programs never write ----------------------------------------------------------------

JUNK = {
    "no JSON": "'{'",
    "a blob": "X'00FF'",
    "a number": "7",
    "a huge number": "1e300",
    "no UTF-8": "CAST(X'C328' AS TEXT)",
    "a NUL": "'a' || char(0)",
    "endless lists": f"'{'[' * 5_000}'",
    "a number without end": f"'{'9' * 400}'",
}


# SQLite stores any value in a column; PostgreSQL accepts only values of the column's type.
on_sqlite = pytest.mark.parametrize("record", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("record", ["postgresql"], indirect=True)


def with_junk(connection: Connection, column: Column[Any]) -> Iterator[tuple[str, list[tuple[str, int | None]]]]:
    """Return the faults found with each kind of junk in a column of the changed event."""
    for name, junk in JUNK.items():
        with connection.begin_nested() as undone:
            connection.exec_driver_sql(f"UPDATE casereview_event SET {column.name} = {junk} WHERE {HERE}")
            yield name, found(connection)
            undone.rollback()


@on_sqlite
@pytest.mark.parametrize("column", CONTENT, ids=lambda column: column.name)
def test_junk_in_any_column_of_an_event_is_found(tamperer: Connection, column: Column[Any]) -> None:
    assert dict(with_junk(tamperer, column)) == {junk: [(REF, WRONG)] for junk in JUNK}


@on_sqlite
def test_junk_for_an_event_s_number_is_found(tamperer: Connection) -> None:
    for name, findings in with_junk(tamperer, tables.event.c.seq):
        assert findings == [(REF, WRONG + 1)], name


@on_sqlite
def test_junk_for_an_event_s_case_is_found_where_it_is_missing(tamperer: Connection) -> None:
    for name, findings in with_junk(tamperer, tables.event.c.case_ref):
        assert (REF, WRONG + 1) in findings, name


@on_sqlite
def test_bytes_that_would_read_as_the_text_that_they_replace_are_found(tamperer: Connection) -> None:
    # "referred" is Base64, too: of six bytes that are no text at all.
    bytes_for_referred = "X'ADE7DE7ABB9D'"
    tamperer.exec_driver_sql(f"UPDATE casereview_event SET to_state = {bytes_for_referred} WHERE {HERE}")
    assert found(tamperer) == [(REF, WRONG)]


@on_sqlite
def test_a_duplicate_name_in_json_is_found(tamperer: Connection) -> None:
    # Python reads the last of the two, other programs the first.
    tamperer.exec_driver_sql(
        f'UPDATE casereview_event SET data = \'{{"documents":["forged"],\' || substr(data, 2) WHERE {HERE}'
    )
    assert found(tamperer) == [(REF, WRONG)]


@on_sqlite
@pytest.mark.parametrize(
    "column",
    [
        column
        for table in (tables.case, tables.clock, tables.event_values)
        for column in table.columns
        if column.name not in ("ref", "case_ref")
    ],
    ids=lambda column: f"{column.table.name}-{column.name}",
)
def test_junk_in_any_column_outside_the_events_is_found(tamperer: Connection, column: Column[Any]) -> None:
    here = f"{'ref' if column.table is tables.case else 'case_ref'} = '{NEXT}'"
    if column.table is tables.event_values:
        here += " AND seq = 2"
    for name, junk in JUNK.items():
        with tamperer.begin_nested() as undone:
            tamperer.exec_driver_sql(f"UPDATE {column.table.name} SET {column.name} = {junk} WHERE {here}")
            assert {ref for ref, _ in found(tamperer)} == {NEXT}, name
            undone.rollback()


@on_postgresql
@pytest.mark.parametrize("column", PARTS)
@pytest.mark.parametrize("junk", ["7", "null", "[]", '"text"', "1e400", "[" * 900 + "]" * 900, "9" * 400])
def test_json_that_is_no_record_is_found(tamperer: Connection, column: str, junk: str) -> None:
    tamperer.execute(
        text(f"UPDATE casereview_event SET {column} = CAST(:junk AS jsonb) WHERE {HERE}"),
        {"junk": junk},
    )
    assert found(tamperer) == [(REF, WRONG)]


@on_postgresql
@pytest.mark.parametrize("column", ["occurred_at", "occurred_on", "recorded_at"])
@pytest.mark.parametrize("junk", ["infinity", "-infinity", "20000-01-01", "0044-03-15 BC"])
def test_an_impossible_date_is_found(tamperer: Connection, column: str, junk: str) -> None:
    tamperer.exec_driver_sql(f"UPDATE casereview_event SET {column} = '{junk}' WHERE {HERE}")
    assert found(tamperer) == [(REF, WRONG)]


@on_postgresql
def test_an_impossible_date_is_found_in_a_case_and_in_a_clock(tamperer: Connection) -> None:
    tamperer.exec_driver_sql(f"UPDATE casereview_case SET recorded_at = 'infinity' WHERE ref = '{REF}'")
    tamperer.exec_driver_sql(f"UPDATE casereview_clock SET due = 'infinity' WHERE case_ref = '{NEXT}'")
    assert found(tamperer) == [(REF, None), (NEXT, None)]


# --- cases and their other rows ---------------------------------------------------------------------------


@pytest.mark.parametrize("column", [c for c in tables.case.columns if c.name != "ref"], ids=lambda column: column.name)
def test_a_changed_column_of_a_case_is_found(tamperer: Connection, column: Column[Any]) -> None:
    here = tables.case.c.ref == REF
    value = tamperer.execute(select(column).where(here)).scalar_one()
    tamperer.execute(update(tables.case).where(here).values({column.name: other(column, value)}))
    assert found(tamperer) == [(REF, None)]
    assert column.name in findings_text(tamperer)


def test_a_case_row_under_another_reference_is_found_at_both_references(tamperer: Connection) -> None:
    tamperer.execute(update(tables.case).where(tables.case.c.ref == REF).values(ref="PR-2026-009"))
    assert {(REF, None), ("PR-2026-009", 1)} <= set(found(tamperer))


CLOCK = [c for c in tables.clock.columns if c.name not in ("case_ref", "deadline", "number")]


@pytest.mark.parametrize("column", CLOCK, ids=lambda column: column.name)
def test_a_changed_column_of_a_clock_is_found(tamperer: Connection, column: Column[Any]) -> None:
    here = tables.clock.c.case_ref == NEXT
    value = tamperer.execute(select(column).where(here)).scalar_one()
    tamperer.execute(update(tables.clock).where(here).values({column.name: other(column, value)}))
    assert found(tamperer) == [(NEXT, None)]
    assert "clocks" in findings_text(tamperer)


def test_a_deadline_made_to_send_no_notice_is_found(tamperer: Connection) -> None:
    tamperer.execute(update(tables.clock).where(tables.clock.c.case_ref == NEXT).values(overdue_at=None))
    assert found(tamperer) == [(NEXT, None)]


def test_a_clock_removed_is_found(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.clock).where(tables.clock.c.case_ref == REF))
    assert found(tamperer) == [(REF, None)]


def test_a_clock_added_is_found(tamperer: Connection) -> None:
    clock = tamperer.execute(select(tables.clock).where(tables.clock.c.case_ref == REF)).mappings().one()
    tamperer.execute(insert(tables.clock), {**clock, "number": 2, "position": 1})
    assert found(tamperer) == [(REF, None)]


def test_an_agency_added_to_or_removed_from_the_index_is_found(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.case_organisation).where(tables.case_organisation.c.case_ref == REF))
    tamperer.execute(insert(tables.case_organisation), {"organisation": "Agency 2", "case_ref": NEXT})
    assert found(tamperer) == [(REF, None), (NEXT, None)]


def test_a_case_row_removed_from_its_events_is_found_once(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.case).where(tables.case.c.ref == REF))
    assert found(tamperer) == [(REF, None)]
    assert "The case itself was removed; its events are there." in findings_text(tamperer)


@pytest.mark.parametrize("ref", ["PR-2026-001", REF, NEXT])
def test_a_removed_case_is_found_by_the_gap_in_the_numbers(tamperer: Connection, ref: str) -> None:
    delete_case_rows(tamperer, ref)
    assert found(tamperer) == [(ref, None)]
    assert findings_text(tamperer) == f"{ref}: The case was removed."


def test_a_removed_case_is_found_even_if_the_counter_was_lowered(tamperer: Connection) -> None:
    delete_case_rows(tamperer, REF)
    tamperer.execute(update(tables.counter).values(last=2))
    assert found(tamperer) == [(REF, None), (NEXT, None)]


def test_remains_of_a_removed_case_are_reported(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.event).where(tables.event.c.case_ref == REF))
    tamperer.execute(delete(tables.case).where(tables.case.c.ref == REF))
    assert "without a history that they belong to" in findings_text(tamperer)


def test_a_lowered_count_is_found(tamperer: Connection) -> None:
    tamperer.execute(update(tables.counter).values(last=2))
    assert found(tamperer) == [(NEXT, None)]
    assert "beyond the last one used, 2" in findings_text(tamperer)


def test_a_raised_counter_is_reported_as_missing_cases(tamperer: Connection) -> None:
    tamperer.execute(update(tables.counter).values(last=2_000_000_000))
    assert findings_text(tamperer) == "PR-2026-004: The cases from here to PR-2026-2000000000 were removed."


def test_a_removed_counter_is_found(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.counter))
    assert found(tamperer) == [(NEXT, None)]


@on_sqlite
def test_a_count_that_is_no_number_is_found(tamperer: Connection) -> None:
    tamperer.exec_driver_sql("UPDATE casereview_counter SET last = 'many'")
    assert found(tamperer) == [("PR-2026", None)]


@pytest.mark.parametrize("ref", ["PR-2026-0002", "PR-2026-x", "Case 7", "PR-2026-004 "])
def test_a_case_with_an_impossible_reference_is_found(tamperer: Connection, ref: str) -> None:
    case = tamperer.execute(select(tables.case).where(tables.case.c.ref == REF)).mappings().one()
    tamperer.execute(insert(tables.case), {**case, "ref": ref})
    assert {(ref, 1), (ref, None)} == set(found(tamperer))


# --- values -----------------------------------------------------------------------------------------------

Content = dict[str, dict[str, Any]]
WORD = ("data", "text")
"""The place of the sensitive value of each note."""

NAME = ("recorded_by", "name")


def values_of(seq: int, ref: str = REF) -> Any:
    return and_(tables.event_values.c.case_ref == ref, tables.event_values.c.seq == seq)


def content_of(connection: Connection, seq: int = WRONG) -> Content:
    content: Content = json.loads(
        connection.execute(select(tables.event_values.c.content).where(values_of(seq))).scalar_one()
    )
    return content


def write_text(connection: Connection, text: str, seq: int = WRONG) -> None:
    connection.execute(update(tables.event_values).where(values_of(seq)).values(content=text))


def write_content(connection: Connection, content: Content, seq: int = WRONG) -> None:
    """Write values as the program does."""
    write_text(connection, msgspec.json.encode(content, order="sorted").decode(), seq)


def changed_entry(content: Content, part: str, path: str, at: int, value: Any) -> None:
    content[part][path][at] = value


ALTERATIONS: dict[str, Callable[[Content], Any]] = {
    "a sensitive value": lambda content: changed_entry(content, *WORD, 1, '"Another call."'),
    "a word": lambda content: changed_entry(content, *NAME, 1, '"Somebody else"'),
    "a sensitive value's salt": lambda content: changed_entry(content, *WORD, 0, "00" * 16),
    "a word's salt": lambda content: changed_entry(content, *NAME, 0, "00" * 16),
    "a sensitive value no longer marked": lambda content: changed_entry(content, *WORD, 2, False),
    "a word marked as sensitive": lambda content: changed_entry(content, *NAME, 2, True),
    "the same salt in capitals": lambda content: changed_entry(content, *NAME, 0, content[NAME[0]][NAME[1]][0].upper()),
    "a value that is not JSON": lambda content: changed_entry(content, *NAME, 1, "{"),
    "a salt that is not hexadecimal": lambda content: changed_entry(content, *NAME, 0, "salt"),
    "a sensitive value removed": lambda content: content[WORD[0]].pop(WORD[1]),
    "a word removed": lambda content: content[NAME[0]].pop(NAME[1]),
    "a part removed": lambda content: content.pop("recorded_by"),
    "a sensitive value emptied": lambda content: content[WORD[0]].update({WORD[1]: None}),
    "a word emptied": lambda content: content[NAME[0]].update({NAME[1]: None}),
    "a place without a word emptied": lambda content: content["decided_by"].update(capacity=None),
    "a whole part emptied": lambda content: content["data"].update({"": None}),
    "a word at another place": lambda content: content[NAME[0]].update(kind=content[NAME[0]].pop(NAME[1])),
    "a word at no place": lambda content: content["data"].update(other=content["data"].pop("text")),
    "a word in another part": lambda content: content["decided_by"].update(name=content[NAME[0]].pop(NAME[1])),
    "the same place in another notation": lambda content: content[NAME[0]].update(
        {'["name"]': content[NAME[0]].pop(NAME[1])}
    ),
    "a value added at a new place": lambda content: content["data"].update(more=["00" * 16, '"Never said."', False]),
    "a value added over another": lambda content: content["decided_by"].update(
        capacity=["00" * 16, '"subgroup_chair"', False]
    ),
    "a part added": lambda content: content.update(more={"name": ["00" * 16, '"Never said."', False]}),
    "an empty part added": lambda content: content.update(effects={}, more={}),
    "no values": lambda content: content.clear(),
}


@pytest.mark.parametrize("alter", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_altered_values_are_found_at_their_event(tamperer: Connection, alter: Callable[[Content], Any]) -> None:
    content = content_of(tamperer)
    alter(content)
    write_content(tamperer, content)
    assert set(found(tamperer)) == {(REF, WRONG)}
    assert set(found(tamperer, REF)) == {(REF, WRONG)}


TEXTS: dict[str, Callable[[str], str]] = {
    "white space": lambda text: text.replace(":", ": "),
    "another order": lambda text: json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":")),
    "a name twice": lambda text: text.replace('"recorded_by":', '"recorded_by":{},"recorded_by":'),
    "a path twice": lambda text: text.replace('"text":', '"text":null,"text":'),
    "escaped letters": lambda text: text.replace('"text"', '"t\\u0065xt"'),
    "not JSON": lambda text: text[:-1],
    "an empty text": lambda _: "",
    "no values": lambda _: "{}",
    "a list": lambda _: "[]",
    "null": lambda _: "null",
    "endless lists": lambda _: "[" * 5_000,
}


@pytest.mark.parametrize("rewritten", TEXTS.values(), ids=TEXTS.keys())
def test_values_written_in_another_way_are_found(tamperer: Connection, rewritten: Callable[[str], str]) -> None:
    before = tamperer.execute(select(tables.event_values.c.content).where(values_of(WRONG))).scalar_one()
    assert rewritten(before) != before
    write_text(tamperer, rewritten(before))
    assert set(found(tamperer)) == {(REF, WRONG)}


# Without the name of its recorder an event cannot be read, and later faults may follow from that.
@pytest.mark.parametrize(("place", "events"), [(WORD, {WRONG, WRONG + 1}), (NAME, {WRONG})], ids=["sensitive", "word"])
def test_a_value_moved_to_another_event_is_found(
    tamperer: Connection, place: tuple[str, str], events: set[int]
) -> None:
    part, path = place
    there, here = content_of(tamperer), content_of(tamperer, WRONG + 1)
    here[part][path] = there[part].pop(path)
    write_content(tamperer, there)
    write_content(tamperer, here, WRONG + 1)
    assert set(found(tamperer)) == {(REF, seq) for seq in events}


def test_the_values_of_two_events_in_each_other_s_place_are_found(tamperer: Connection) -> None:
    for before, after in ((WRONG, 100), (WRONG + 1, WRONG), (100, WRONG + 1)):
        tamperer.execute(update(tables.event_values).where(values_of(before)).values(seq=after))
    assert set(found(tamperer)) == {(REF, WRONG), (REF, WRONG + 1)}


def test_removed_values_of_an_event_are_found(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.event_values).where(values_of(WRONG)))
    assert found(tamperer) == [(REF, WRONG)]


@pytest.mark.parametrize(
    ("ref", "seq", "fault"),
    [(REF, 99, "values of event 99, which does not exist"), ("PR-2026-009", 1, "without a history")],
    ids=["a case", "no case"],
)
def test_values_of_an_event_that_does_not_exist_are_found(tamperer: Connection, ref: str, seq: int, fault: str) -> None:
    kept = dict(tamperer.execute(select(tables.event_values).where(values_of(WRONG))).mappings().one())
    tamperer.execute(insert(tables.event_values), {**kept, "case_ref": ref, "seq": seq})
    assert found(tamperer) == [(ref, None)]
    assert found(tamperer, ref) == [(ref, None)]
    assert fault in findings_text(tamperer)


@pytest.mark.parametrize("place", [WORD, NAME], ids=["sensitive", "word"])
def test_a_disposed_value_that_reappears_is_found(tamperer: Connection, place: tuple[str, str]) -> None:
    kept = content_of(tamperer)
    engine, database = engine_and_database(str(tamperer.engine.url))
    field = None if place is WORD else ".".join(place)
    with engine.within(tamperer) as joined:
        joined.record(
            Dispose(
                ref=REF,
                actor=ME,
                reasons="Its time is over.",
                rule="Item 12.",
                decided_by=DecidedBy(name="Chair", capacity="subgroup_chair"),
                field=field,
            )
        )
    database.close()
    assert found(tamperer) == []
    content = content_of(tamperer)
    content.setdefault(place[0], {})[place[1]] = kept[place[0]][place[1]]
    write_content(tamperer, content)
    assert found(tamperer) == [(REF, WRONG)]
    assert f"Event {WRONG}: a value was disposed of, and is there again" in findings_text(tamperer)


# --- only a seal shows consistent rewriting ---------------------------------------------------------------


def against(connection: Connection, lines: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    seal = Seal(identity=identity_of(connection), lines=iter(lines))
    return [(finding.ref, finding.seq) for finding in against_seal(connection, seal)]


def test_an_untouched_record_matches_its_seal(guarded: Connection) -> None:
    lines = list(seal_lines(guarded))
    assert [(line["ref"], line["seq"]) for line in lines] == [
        ("PR-2026-001", 2),
        (REF, LAST),
        (NEXT, 2),
        ("UNIT", 11),
    ]
    assert against(guarded, lines) == []


def test_a_tail_rewritten_hash_by_hash_shows_against_the_seal(tamperer: Connection) -> None:
    lines = list(seal_lines(tamperer))
    tamperer.execute(update(tables.event).where(event(REF, WRONG)).values(actor_id="somebody-else"))
    rewrite(tamperer, REF, WRONG)
    assert found(tamperer) == []
    assert against(tamperer, lines) == [(REF, LAST)]


def test_a_history_cut_short_shows_against_the_seal(tamperer: Connection) -> None:
    lines = list(seal_lines(tamperer))
    for table in (tables.event, tables.event_values):
        tamperer.execute(delete(table).where(table.c.case_ref == NEXT, table.c.seq == 2))
    fold_back(tamperer, NEXT)
    assert found(tamperer) == []
    assert against(tamperer, lines) == [(NEXT, 2)]


def test_the_newest_case_removed_with_its_number_shows_against_the_seal(tamperer: Connection) -> None:
    lines = list(seal_lines(tamperer))
    delete_case_rows(tamperer, NEXT)
    tamperer.execute(update(tables.counter).values(last=2))
    assert found(tamperer) == []
    assert against(tamperer, lines) == [(NEXT, 2)]


def test_a_history_continued_after_sealing_still_matches_the_seal(tamperer: Connection) -> None:
    lines = [line | {"seq": 1, "hash": row(tamperer, line["ref"], 1)["hash"]} for line in seal_lines(tamperer)]
    assert against(tamperer, lines) == []


# --- changes that the database refuses --------------------------------------------------------------------

NAMES = ", ".join(EVENT_COLUMNS)
OTHER_NUMBER = NAMES.replace("seq", "99")
CHANGES = {
    "update": f"UPDATE casereview_event SET recorded_by = '{{}}' WHERE case_ref = '{REF}'",
    "delete": f"DELETE FROM casereview_event WHERE case_ref = '{REF}' AND seq = {LAST}",
    "upsert": (
        f"INSERT INTO casereview_event ({NAMES}) SELECT {NAMES} FROM casereview_event WHERE case_ref = '{REF}'"
        " ON CONFLICT (case_ref, seq) DO UPDATE SET recorded_by = '{}'"
    ),
}
OWN_CHANGES = {
    "sqlite": {
        "replace": f"INSERT OR REPLACE INTO casereview_event SELECT * FROM casereview_event WHERE case_ref = '{REF}'",
        "replace by number": (
            f"INSERT OR REPLACE INTO casereview_event ({NAMES}) SELECT {NAMES} FROM casereview_event WHERE {HERE}"
        ),
        "replace by position": (
            f"INSERT OR REPLACE INTO casereview_event (position, {NAMES})"
            f" SELECT position, {OTHER_NUMBER} FROM casereview_event WHERE {HERE}"
        ),
        "update or replace": f"UPDATE OR REPLACE casereview_event SET seq = 1 WHERE case_ref = '{REF}' AND seq = 2",
        "upsert": CHANGES["upsert"].replace(" ON CONFLICT", " AND true ON CONFLICT"),
    },
    "postgresql": {
        "truncate": "TRUNCATE casereview_event",
        "merge": (
            f"MERGE INTO casereview_event e USING casereview_case c ON e.case_ref = c.ref AND c.ref = '{REF}'"
            " WHEN MATCHED THEN DELETE"
        ),
    },
}


def test_the_database_refuses_to_change_remove_or_replace_events(guarded: Connection) -> None:
    before = guarded.execute(select(tables.event).order_by(tables.event.c.case_ref, tables.event.c.seq)).all()
    for change in {**CHANGES, **OWN_CHANGES[guarded.dialect.name]}.values():
        with pytest.raises(DBAPIError, match="events are never"), guarded.begin_nested():
            guarded.exec_driver_sql(change)
    after = guarded.execute(select(tables.event).order_by(tables.event.c.case_ref, tables.event.c.seq)).all()
    assert (before, missing_triggers(guarded)) == (after, ())


def test_a_dropped_trigger_is_named_and_restored(guarded: Connection) -> None:
    of_table = " ON casereview_event" if guarded.dialect.name == "postgresql" else ""
    for name in TRIGGERS[guarded.dialect.name]:
        guarded.exec_driver_sql(f"DROP TRIGGER {name}{of_table}")
        assert missing_triggers(guarded) == (name,)
        create_triggers(guarded)
        assert missing_triggers(guarded) == ()


@on_postgresql
@pytest.mark.parametrize("how", ["DISABLE TRIGGER", "ENABLE REPLICA TRIGGER"])
def test_a_disabled_trigger_is_named_and_restored(guarded: Connection, how: str) -> None:
    for name in TRIGGERS["postgresql"]:
        guarded.exec_driver_sql(f"ALTER TABLE casereview_event {how} {name}")
        assert missing_triggers(guarded) == (name,)
        create_triggers(guarded)
        assert missing_triggers(guarded) == ()


@on_postgresql
def test_all_guards_switched_off_at_once_are_all_named(guarded: Connection) -> None:
    guarded.exec_driver_sql("ALTER TABLE casereview_event DISABLE TRIGGER ALL")
    assert missing_triggers(guarded) == TRIGGERS["postgresql"]


@on_postgresql
def test_triggers_that_refuse_nothing_are_named_and_restored(guarded: Connection) -> None:
    hollow = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$"
    guarded.exec_driver_sql(f"CREATE OR REPLACE FUNCTION casereview_refuse() {hollow}")
    assert missing_triggers(guarded) == TRIGGERS["postgresql"]
    create_triggers(guarded)
    assert missing_triggers(guarded) == ()
    guarded.exec_driver_sql("DROP TRIGGER casereview_event_no_change ON casereview_event")
    guarded.exec_driver_sql(
        "CREATE TRIGGER casereview_event_no_change BEFORE UPDATE OR DELETE ON casereview_event FOR EACH ROW"
        " WHEN (false) EXECUTE FUNCTION casereview_refuse()"
    )
    assert missing_triggers(guarded) == ("casereview_event_no_change",)


@on_sqlite
def test_a_replaced_trigger_of_the_same_name_is_named_and_restored(guarded: Connection) -> None:
    guarded.exec_driver_sql("DROP TRIGGER casereview_event_no_update")
    guarded.exec_driver_sql(
        "CREATE TRIGGER casereview_event_no_update BEFORE UPDATE ON casereview_event BEGIN SELECT 1; END"
    )
    assert missing_triggers(guarded) == ("casereview_event_no_update",)
    create_triggers(guarded)
    assert missing_triggers(guarded) == ()
