"""The stored rows can be checked from the tables alone, as another program would."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from casereview.engine import Actor, Case, Engine, Selection
from casereview.engine.model.case import UNIT
from casereview.engine.model.evolve import fold
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.store.mapping import clock_row

REF = "SCR-2026-001"
COORDINATOR = Actor(name="Kim Lee", roles=frozenset({"review_coordinator"}))
HASHED = (
    *("format", "case_ref", "seq", "kind", "trigger", "from_state", "to_state", "command_id", "actor_id", "channel"),
    *("recorded_by", "decided_by", "occurred_at", "occurred_on", "precision", "recorded_at", "workflow"),
    *("workflow_version", "data", "effects", "previous_hash"),
)
IN_JSON = ("recorded_by", "decided_by", "data", "effects")
ODD = "Quotes \" ' \\ / , line\nbreaks\r\n\ttabs, é \u2028 \u200f שלום \U0001f600 <&>"
ODD_NAME = re.sub(r"[;|/\s]", " ", ODD)


def rows(path: Path, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def events(path: Path) -> list[dict[str, Any]]:
    found = rows(path, "SELECT * FROM casereview_event ORDER BY case_ref, seq")
    return [{**row, **{name: json.loads(row[name] or "null") for name in IN_JSON}} for row in found]


def values(path: Path) -> Iterator[tuple[str, int, str, str, bool, bytes, str]]:
    """Yield every stored value: its case, event, part, path, whether it is sensitive, salt, and JSON text."""
    for row in rows(path, "SELECT * FROM casereview_event_values"):
        for part, entries in json.loads(row["content"]).items():
            for place, (salt, value, sensitive) in entries.items():
                yield row["case_ref"], row["seq"], part, place, bool(sensitive), bytes.fromhex(salt), value


def canonical_hash(event: dict[str, Any]) -> str:
    hashed = {name: event[name] for name in HASHED}
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def case(database: Database) -> Case:
    with database.reading() as reader:
        found = reader.case(REF)
    assert found is not None
    return found


# --- the chain ----------------------------------------------------------------------------------------


def test_each_event_s_hash_follows_from_its_row_and_the_one_before(closed_path: Path) -> None:
    heads: dict[str, str] = {}
    for event in events(closed_path):
        assert event["previous_hash"] == heads.get(event["case_ref"], "")
        assert event["hash"] == canonical_hash(event)
        heads[event["case_ref"]] = event["hash"]
    kept = rows(closed_path, "SELECT ref, head FROM casereview_case")
    assert {row["ref"]: row["head"] for row in kept} == heads


def test_the_chain_is_sound_with_any_text_in_it(engine: Engine, path: Path) -> None:
    engine.open(
        "partnership_review",
        actor=COORDINATOR,
        data={
            "title": "Crossing é",
            "agency": ODD_NAME,
            "lessons": ODD,
            "other_agencies": ["A", "b"],
        },
    )
    (event,) = (one for one in events(path) if one["case_ref"] != UNIT)
    assert event["hash"] == canonical_hash(event)
    ((value, digest),) = [
        (json.loads(text), hashlib.sha256(salt + text.encode()).hexdigest())
        for _, _, part, place, _, salt, text in values(path)
        if (part, place) == ("data", "lessons")
    ]
    assert (value, event["data"]["lessons"]) == (ODD, {"sha256": digest})


@pytest.mark.parametrize("column", [name for name in HASHED if name != "previous_hash"])
def test_no_column_of_an_event_can_be_changed_unnoticed(closed_path: Path, column: str) -> None:
    event = events(closed_path)[5]
    changed = event[column] + 1 if isinstance(event[column], int) else f"{event[column]} "
    assert canonical_hash({**event, column: changed}) != event["hash"]


def test_events_are_numbered_without_gaps_and_recorded_in_order(closed_path: Path) -> None:
    for ref in {event["case_ref"] for event in events(closed_path)}:
        found = [event for event in events(closed_path) if event["case_ref"] == ref]
        assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
        recorded = [event["recorded_at"] for event in found]
        assert recorded == sorted(recorded)


# --- sensitive values ---------------------------------------------------------------------------------


def digests(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every digest in a record with its path."""
    match value:
        case {"sha256": digest, **others} if not others:
            yield path, digest
        case dict():
            for name, item in value.items():
                yield from digests(item, f"{path}.{name}" if path else name)
        case list():
            for index, item in enumerate(value):
                yield from digests(item, f"{path}[{index}]")


def test_every_digest_belongs_to_a_separately_stored_value_and_salt(closed_path: Path) -> None:
    kept = {
        (ref, seq, part, path): hashlib.sha256(salt + (b"sensitive" if sensitive else b"") + value.encode()).hexdigest()
        for ref, seq, part, path, sensitive, salt, value in values(closed_path)
    }
    stated = {
        (event["case_ref"], event["seq"], part, path): digest
        for event in events(closed_path)
        for part in IN_JSON
        for path, digest in digests(event[part])
    }
    assert kept == stated
    assert {path for *_, part, path in kept if part == "data"} >= {
        *("what_happened", "child", "family[0].who", "family[1].who", "text")
    }


def test_every_salt_is_different(closed_path: Path) -> None:
    salts = [salt for *_, salt, _ in values(closed_path)]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {16}


def test_the_same_value_twice_has_two_digests(engine: Engine, path: Path) -> None:
    for _ in range(2):
        engine.open(
            "partnership_review",
            actor=COORDINATOR,
            data={"title": "Child B", "agency": "Agency 2", "lessons": "x", "what_happened": "The same."},
        )
    opened = (event["data"] for event in events(path) if event["case_ref"] != UNIT)
    first, second = (data["what_happened"]["sha256"] for data in opened)
    assert first != second


def test_a_disposal_leaves_the_chain_sound_and_the_rest_readable(closed_path: Path, closed: Database) -> None:
    with closing(sqlite3.connect(closed_path)) as connection:
        connection.execute("UPDATE casereview_event_values SET content = json_remove(content, '$.data.child')")
        connection.commit()
    assert all(event["hash"] == canonical_hash(event) for event in events(closed_path))
    with closed.reading() as reader:
        remaining = {secret.path for secret in reader.stored_values(REF).values()}
    assert "child" not in remaining
    assert "what_happened" in remaining


# --- the snapshot -------------------------------------------------------------------------------------


def test_the_case_s_row_is_the_fold_of_its_events(closed: Database) -> None:
    with closed.reading() as reader:
        history = reader.events(REF)
    assert case(closed) == fold(history)
    assert case(closed).state == "closed"


def test_the_clocks_are_those_of_the_case_in_order(closed_path: Path, closed: Database) -> None:
    kept = rows(closed_path, f"SELECT * FROM casereview_clock WHERE case_ref = '{REF}' ORDER BY position")
    for row, clock in zip(kept, case(closed).clocks, strict=True):
        expected = clock_row(REF, clock, row["position"])
        assert {name: row[name] for name in ("deadline", "number", "status", "done_by", "term_amount")} == {
            name: expected[name] for name in ("deadline", "number", "status", "done_by", "term_amount")
        }
        assert row["due"] == clock.due.isoformat()
        assert bool(row["overdue_at"]) == clock.is_outstanding


def test_the_agencies_of_a_case_can_be_queried(closed_path: Path, closed: Database) -> None:
    query = f"SELECT organisation FROM casereview_case_organisation WHERE case_ref = '{REF}' ORDER BY organisation"
    kept = [row["organisation"] for row in rows(closed_path, query)]
    assert case(closed).organisations == ("Agency 1", "Agency 2", "Agency 3")
    assert kept == ["agency 1", "agency 2", "agency 3"]


def test_a_case_is_found_by_an_agency_in_any_spelling(engine: Engine) -> None:
    for agency in ("Straße  7 Trust", "Agency 2"):
        engine.open("partnership_review", actor=COORDINATOR, data={"title": "x", "agency": agency, "lessons": "x"})
    for typed in ("Straße  7 Trust", " strasse 7 TRUST", "STRASSE 7 Trust"):
        assert [found.ref for found in engine.cases(Selection(organisation=typed))] == ["PR-2026-001"]
        assert {due.ref for due in engine.deadlines(organisation=typed)} == {"PR-2026-001"}
    assert engine.cases(Selection(organisation="Straße")) == ()


def test_a_case_can_be_read_as_of_an_earlier_event(closed: Database) -> None:
    with closed.reading() as reader:
        early = fold(reader.events(REF, up_to=1))
    assert early is not None
    assert (early.state, early.version) == ("referred", 1)
