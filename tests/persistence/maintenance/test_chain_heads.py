"""A seal is written once, read back as written, and finds rewritten histories."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import GeneratorType
from typing import Any

import pytest

from casereview.engine.errors.bad_input import BadValue
from casereview.engine.model.case import UNIT
from casereview.persistence import Database
from casereview.persistence.audit.chain_heads import read_seal, seal_lines, write_seal
from casereview.persistence.store.identity import RecordIdentity

from ...support.sample_record import RecordOffice, add_note, engine_at_noon, fixed_noon, tamper

LINES = [{"ref": f"PR-2026-{number:03d}", "seq": number, "hash": f"{number:064x}"} for number in range(1, 4)]

RECORD = RecordIdentity(id="00ff00ff00ff00ff", epoch=2)


@pytest.fixture
def seal(tmp_path: Path) -> Path:
    """A seal over three cases."""
    path = tmp_path / "november.seal"
    assert write_seal(path, LINES, identity=RECORD, database="sqlite:///casereview.db", at=fixed_noon()) == 3
    return path


def test_a_seal_is_read_back_as_it_was_written(seal: Path) -> None:
    assert list(read_seal(seal).lines) == LINES


def test_a_seal_names_its_purpose_and_can_be_verified(seal: Path) -> None:
    first, *lines, last = [json.loads(line) for line in seal.read_text(encoding="utf-8").splitlines()]
    assert first == {
        "kind": "casereview seal",
        "record": "00ff00ff00ff00ff",
        "epoch": 2,
        "database": "sqlite:///casereview.db",
        "sealed_at": "2026-01-05T12:00:00.000000Z",
    }
    assert lines == LINES
    assert (last["cases"], len(last["sha256"])) == (3, 64)


def test_a_record_without_cases_can_be_sealed(tmp_path: Path) -> None:
    assert write_seal(tmp_path / "empty.seal", [], identity=RECORD, database="x", at=fixed_noon()) == 0
    assert list(read_seal(tmp_path / "empty.seal").lines) == []


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(change(content.splitlines(keepends=True)))


CHANGED = {
    "a hash": lambda content: content.replace(b"0003", b"0004"),
    "a number": lambda content: content.replace(b'"seq":2', b'"seq":1'),
    "the day": lambda content: content.replace(b"2026-01-05", b"2026-01-06"),
    "a line removed": _lines(lambda lines: [*lines[:2], *lines[3:]]),
    "two lines exchanged": _lines(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
    "a line repeated": _lines(lambda lines: [*lines[:2], *lines[1:]]),
    "the end removed": _lines(lambda lines: lines[:-1]),
    "a line after the end": _lines(lambda lines: [*lines, lines[1]]),
    "other line ends": lambda content: content.replace(b"\n", b"\r\n"),
    "only its first line": _lines(lambda lines: lines[:1]),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED.keys())
def test_a_seal_that_was_changed_is_refused(seal: Path, change: Callable[[bytes], bytes]) -> None:
    seal.write_bytes(change(seal.read_bytes()))
    with pytest.raises(BadValue, match=r"the seal .*: expected the seal as it was written, found one that was changed"):
        list(read_seal(seal).lines)


OTHERS = {
    "empty": b"",
    "text": b"Minutes of 3 February.\n",
    "no UTF-8": b"\xff\xfe\x00",
    "no UTF-8 in JSON": b'{"kind": "casereview seal\xff"}\n{}\n',
    "another JSON": b'{"kind": "another"}\n{"sha256": ""}\n',
    "a list": b"[]\n[]\n",
    "a seal without its record": b'{"kind": "casereview seal", "epoch": 1}\n{"sha256": ""}\n',
    "a seal without its epoch": b'{"kind": "casereview seal", "record": "x"}\n{"sha256": ""}\n',
    "a number": b"7",
    "nested deeply": b"[" * 100_000,
    "a line end": b"\n",
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_another_file_is_no_seal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(BadValue, match=r"the seal .*: expected a file that was written as a seal, found another file"):
        list(read_seal(path).lines)


def test_a_missing_seal_or_one_that_is_no_file_is_reported(tmp_path: Path) -> None:
    for path, found in ((tmp_path / "none", "no such file"), (tmp_path, "is a directory")):
        with pytest.raises(BadValue, match=f"expected a seal that can be read, found {found}"):
            list(read_seal(path).lines)


def test_a_seal_overwrites_nothing(seal: Path, tmp_path: Path) -> None:
    before = seal.read_bytes()
    for path, found in (
        (seal, "file exists"),
        (tmp_path, "file exists"),
        (tmp_path / "none" / "x.seal", "no such file"),
        (tmp_path / ("x" * 300), "file name too long"),
    ):
        with pytest.raises(BadValue, match=f"the seal .*: expected a new file that can be written, found {found}"):
            write_seal(path, LINES, identity=RECORD, database="x", at=fixed_noon())
    assert seal.read_bytes() == before


def test_an_unfinished_seal_is_removed(tmp_path: Path) -> None:
    def lines() -> Iterator[dict[str, Any]]:
        yield LINES[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_seal(tmp_path / "x.seal", lines(), identity=RECORD, database="x", at=fixed_noon())
    assert list(tmp_path.iterdir()) == []


def test_a_seal_over_very_many_cases_is_written_and_read_as_a_stream(tmp_path: Path) -> None:
    many, path = 200_000, tmp_path / "large.seal"
    lines = ({"ref": f"PR-2026-{number}", "seq": number, "hash": "0" * 64} for number in range(many))
    assert write_seal(path, lines, identity=RECORD, database="x", at=fixed_noon()) == many
    stream = read_seal(path).lines
    assert isinstance(stream, GeneratorType)
    tracemalloc.start()
    try:
        # The first line comes after the whole file was checked; neither pass holds the file in memory.
        assert [line["seq"] for line in islice(stream, 3)] == [0, 1, 2]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000 < path.stat().st_size / 10
    finally:
        tracemalloc.stop()
    assert sum(1 for _ in stream) == many - 3


# --- over a record --------------------------------------------------------------------------------------


def test_the_record_is_sealed_case_by_case(record: Database) -> None:
    engine = engine_at_noon(record)
    with record.connection() as connection:
        lines = list(seal_lines(connection))
    assert lines == [
        {"ref": case.ref, "seq": case.seq, "hash": case.head} for case in (*engine.cases(), engine.case(UNIT))
    ]


def test_a_record_that_only_continued_matches_its_seal(office: RecordOffice, record: Database) -> None:
    said = office.output("verify", "--seal", str(office.folder / "x.seal"))
    assert "2 cases, 20 events: nothing has changed since it was recorded. Seal written to" in said
    add_note(engine_at_noon(record), "PR-2026-001")
    assert "nothing has changed since it was recorded" in office.output(
        "verify", "--against", str(office.folder / "x.seal")
    )


def test_a_history_cut_short_or_rewritten_contradicts_the_seal(office: RecordOffice, record: Database) -> None:
    seal = str(office.folder / "x.seal")
    office.output("verify", "--seal", seal)
    former = office.folder / "former.db"
    office.output("backup", str(former))
    record.close()
    # The same number of events with another last one: the file's owner made the chain consistent again.
    tamper(office.path, "DELETE FROM casereview_event WHERE case_ref = 'PR-2026-001' AND seq = 4")
    document = office.document("verify", "--against", seal, code=1)
    assert {"ref": "PR-2026-001", "seq": 4} in [{"ref": f["ref"], "seq": f["seq"]} for f in document["faults"]]
    done = office.run("verify", "--against", seal)
    assert done.exit_code == 1
    assert "PR-2026-001: The seal has event 4, and it is gone: the history was cut short." in done.stdout


def test_another_record_is_not_the_one_that_was_sealed(office: RecordOffice, tmp_path: Path) -> None:
    seal = str(tmp_path / "x.seal")
    office.output("verify", "--seal", seal)
    other = tmp_path / "other"
    other.mkdir()
    elsewhere = RecordOffice(folder=other, url=f"sqlite:///{other / 'casereview.db'}", now="2026-01-05T12:00:00+00:00")
    elsewhere.output("init", "--rehearsal")
    for _ in range(2):
        elsewhere.output(
            "refer", "partnership_review", "--set", "title=Child C", "--set", "agency=A", "--set", "lessons=x"
        )
    document = elsewhere.document("verify", "--against", seal, code=1)
    assert [(fault["ref"], fault["seq"]) for fault in document["faults"]] == [("the record", None)]
    done = elsewhere.run("verify", "--against", seal)
    assert done.exit_code == 1
    own, sealed = (Database(one.url).identity().id for one in (elsewhere, office))
    assert f"the record: The seal is of another record. This record is {own}; the seal is of {sealed}." in done.stdout


def test_a_seal_of_a_later_epoch_shows_that_an_earlier_state_was_put_back(office: RecordOffice) -> None:
    backup, seal = str(office.folder / "b.db"), str(office.folder / "x.seal")
    office.output("backup", backup)
    office.output("restore", backup)
    office.output("verify", "--seal", seal)
    office.path.write_bytes(Path(backup).read_bytes())
    done = office.run("verify", "--against", seal)
    assert done.exit_code == 1
    said = "The seal was written in epoch 2, and the record is in epoch 1: an earlier state was put in its place."
    assert said in done.stdout


def test_what_a_restored_backup_lacks_is_explained_by_the_epoch(office: RecordOffice, record: Database) -> None:
    backup, seal = str(office.folder / "b.db"), str(office.folder / "x.seal")
    office.output("backup", backup)
    add_note(engine_at_noon(record), "PR-2026-001")
    office.output("verify", "--seal", seal)
    office.output("restore", backup)
    said = office.run("verify", "--against", seal).stdout
    assert "the history was cut short. Since then a backup was restored, or the record was copied." in said


def test_no_seal_is_written_over_a_record_with_a_fault(office: RecordOffice) -> None:
    tamper(office.path, "UPDATE casereview_case SET title = 'Another'")
    seal = office.folder / "x.seal"
    done = office.run("verify", "--seal", str(seal))
    assert done.exit_code == 1
    assert f"No seal was written to {seal}." in done.stdout
    assert not seal.exists()


def test_no_new_seal_is_written_if_the_record_contradicts_the_old_one(office: RecordOffice, seal: Path) -> None:
    done = office.run("verify", "--against", str(seal), "--seal", str(office.folder / "y.seal"))
    assert done.exit_code == 1
    assert not (office.folder / "y.seal").exists()


def test_an_unusable_seal_is_bad_input(office: RecordOffice, seal: Path) -> None:
    assert "expected a new file" in office.fails(2, "verify", "--seal", str(seal))
    assert "found no such file" in office.fails(2, "verify", "--against", str(office.folder / "none"))
    seal.write_bytes(seal.read_bytes() + b"\n")
    assert "one that was changed" in office.fails(2, "verify", "--against", str(seal))
    for option in ("--seal", "--against"):
        said = office.fails(2, "verify", "PR-2026-001", option, str(office.folder / "z"))
        assert "a seal is for the whole record" in said
    assert not (office.folder / "z").exists()
