"""The JavaScript checker in docs/ finds what `verify` finds, from the file alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from casereview.persistence import Database
from casereview.persistence.audit.chain_heads import seal_lines, write_seal
from casereview.persistence.store.identity import identity_of

from ...support.history_checker import CHECKER, NODE, check
from ...support.sample_record import fixed_noon

REF = "PR-2026-001"

# Each starts a process of its own.
pytestmark = pytest.mark.long


def sealed(record: Database, path: Path) -> Path:
    """Write a seal of a record."""
    with record.connection() as connection:
        identity = identity_of(connection)
        write_seal(path, seal_lines(connection), identity=identity, database=record.name, at=fixed_noon())
    return path


def change_content(change: Callable[[dict[str, Any]], None]) -> Callable[[Connection], None]:
    """Return a tampering that changes the values of the case's first event."""

    def tamper(connection: Connection) -> None:
        here = "FROM casereview_event_values WHERE case_ref = :ref AND seq = 1"
        content = json.loads(connection.execute(text(f"SELECT content {here}"), {"ref": REF}).scalar_one())
        change(content)
        connection.execute(
            text("UPDATE casereview_event_values SET content = :content WHERE case_ref = :ref AND seq = 1"),
            {"ref": REF, "content": json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False)},
        )

    return tamper


def run(*statements: str) -> Callable[[Connection], None]:
    """Return a tampering that runs statements."""

    def tamper(connection: Connection) -> None:
        for name in ("no_update", "no_delete", "no_replace"):
            connection.execute(text(f"DROP TRIGGER casereview_event_{name}"))
        for statement in statements:
            connection.execute(text(statement))

    return tamper


def _rename(content: dict[str, Any]) -> None:
    content["recorded_by"]["name"][1] = '"Another Person"'


def _resalt(content: dict[str, Any]) -> None:
    content["data"]["lessons"][0] = "00" * 16


def _unmark(content: dict[str, Any]) -> None:
    content["data"]["lessons"][2] ^= True


def _move(content: dict[str, Any]) -> None:
    content["data"]["what_happened"] = content["data"].pop("lessons")


TAMPERINGS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "a name was changed": (change_content(_rename), "the value of recorded_by name was changed"),
    "a salt was changed": (change_content(_resalt), "the value of data lessons was changed"),
    "a value was marked differently": (change_content(_unmark), "the value of data lessons was changed"),
    "a value was moved": (change_content(_move), "the value of data what_happened was changed"),
    "a value was removed": (change_content(lambda c: c["data"].pop("lessons")), "a value was removed or changed"),
    "a value was emptied": (
        change_content(lambda c: c["data"].update(lessons=None)),
        "a value was removed or changed",
    ),
    "all values were removed": (
        run(f"DELETE FROM casereview_event_values WHERE case_ref = '{REF}' AND seq = 1"),
        "a value was removed or changed",
    ),
    "values of no event": (
        run("INSERT INTO casereview_event_values (case_ref, seq, content) VALUES ('PR-2026-900', 1, '{}')"),
        "PR-2026-900 event 1: values of no event",
    ),
    "values that are no JSON": (
        run(f"UPDATE casereview_event_values SET content = '{{' WHERE case_ref = '{REF}' AND seq = 1"),
        "its values cannot be read",
    ),
    "an event was changed": (
        run(f"UPDATE casereview_event SET to_state = 'closed' WHERE case_ref = '{REF}' AND seq = 1"),
        f"{REF} event 1: it was changed",
    ),
    "an event's data was changed": (
        run(f"UPDATE casereview_event SET data = '{{}}' WHERE case_ref = '{REF}' AND seq = 1"),
        f"{REF} event 1: it was changed",
    ),
    "an event was removed": (
        run(f"DELETE FROM casereview_event WHERE case_ref = '{REF}' AND seq = 1"),
        f"{REF} event 2: events were removed, inserted or reordered",
    ),
    "two events changed places": (
        run(
            f"UPDATE casereview_event SET seq = 900 WHERE case_ref = '{REF}' AND seq = 1",
            f"UPDATE casereview_event SET seq = 1 WHERE case_ref = '{REF}' AND seq = 2",
            f"UPDATE casereview_event SET seq = 2 WHERE case_ref = '{REF}' AND seq = 900",
        ),
        f"{REF} event 1: it does not follow the event before it",
    ),
    "a head was changed": (
        run(f"UPDATE casereview_case SET head = '{'0' * 64}' WHERE ref = '{REF}'"),
        "wrong head",
    ),
    "a history was removed": (
        run(
            f"DELETE FROM casereview_event WHERE case_ref = '{REF}'",
            f"DELETE FROM casereview_event_values WHERE case_ref = '{REF}'",
        ),
        f"{REF} event 1: all events were removed",
    ),
}


def test_a_sound_record_has_no_faults(record: Database, tmp_path: Path) -> None:
    seal = sealed(record, tmp_path / "seal.jsonl")
    assert check(tmp_path / "casereview.db", seal) == (0, [])


@pytest.mark.parametrize(("tamper", "fault"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_is_found(record: Database, tmp_path: Path, tamper: Callable[[Connection], None], fault: str) -> None:
    with record.backend.writing.begin() as connection:
        tamper(connection)
    code, faults = check(tmp_path / "casereview.db")
    assert code == 1
    assert any(fault in found for found in faults), faults


def test_a_history_cut_short_is_found_by_the_seal(record: Database, tmp_path: Path) -> None:
    # The history of this case ends with no disposal, which the digests without values would still show.
    seal = sealed(record, tmp_path / "seal.jsonl")
    last = "(SELECT max(seq) FROM casereview_event WHERE case_ref = 'PR-2026-002')"
    cut = run(
        f"DELETE FROM casereview_event_values WHERE case_ref = 'PR-2026-002' AND seq = {last}",
        f"DELETE FROM casereview_event WHERE case_ref = 'PR-2026-002' AND seq = {last}",
        f"UPDATE casereview_case SET seq = {last}, head ="
        f" (SELECT hash FROM casereview_event WHERE case_ref = 'PR-2026-002' AND seq = {last})"
        " WHERE ref = 'PR-2026-002'",
    )
    with record.backend.writing.begin() as connection:
        cut(connection)
    assert check(tmp_path / "casereview.db") == (0, [])
    code, (fault,) = check(tmp_path / "casereview.db", seal)
    assert code == 1
    assert fault.endswith("it differs from the seal")


@pytest.mark.parametrize("content", [None, b"another program's file"], ids=["no file", "no database"])
def test_a_file_that_cannot_be_checked_is_no_fault_of_the_record(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "x.db"
    if content is not None:
        file.write_bytes(content)
    command = [NODE, "--disable-warning=ExperimentalWarning", CHECKER, file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Cannot check: ")
    assert done.stderr.count("\n") == 1


def test_the_checker_has_at_most_a_hundred_lines() -> None:
    assert len(CHECKER.read_text(encoding="utf-8").splitlines()) <= 100
