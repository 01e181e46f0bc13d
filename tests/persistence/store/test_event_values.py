"""No word that a person typed stands in an event, and each can be disposed of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from casereview.engine import Actor, Engine
from casereview.engine.decisions.correction import CorrectionForm
from casereview.engine.decisions.disposal import DisposalForm
from casereview.engine.decisions.historical import SnapshotForm
from casereview.engine.decisions.suspension import SuspensionForm
from casereview.engine.forms.digests import digests_in, random_salt, with_digests
from casereview.engine.forms.fields import Form
from casereview.engine.forms.paths import typed_word_paths
from casereview.engine.forms.type_parts import is_code
from casereview.engine.model.case import Case, Effects, Event
from casereview.engine.model.clock import EventKind
from casereview.engine.model.commands import Suspend
from casereview.engine.model.dispose import Dispose
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import DecidedBy, Recorder
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.store.event_values import seal, stored_words, without_values
from casereview.workflows import WORKFLOWS

from ...support.databases import sqlite_record

WORD = "Zacharias-the-invented"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def forms() -> Iterator[tuple[str, type[Form]]]:
    """Yield every form with which something is recorded, by name."""
    for workflow in WORKFLOWS:
        for transition in (workflow.opening, *workflow.transitions):
            yield f"{workflow.name} {transition.trigger}", transition.form
    for form in (CorrectionForm, DisposalForm, SnapshotForm, SuspensionForm):
        yield form.__name__, form


def filled(kind: inspect.Type) -> Any:
    """Return a JSON value of a type, with the word in every text."""
    match kind:
        case inspect.Metadata():
            # A checksum takes no words.
            return "0" * 64 if is_code(kind) else filled(kind.type)
        case inspect.UnionType():
            return filled(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
        case inspect.StructType():
            return {field.encode_name: filled(field.type) for field in kind.fields}
        case inspect.ListType() | inspect.VarTupleType():
            return [filled(kind.item_type), filled(kind.item_type)]
        case inspect.DictType():
            return {"a key": filled(kind.value_type)}
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.EnumType():
            return next(iter(kind.cls)).value
        case inspect.StrType():
            return WORD
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 1
        case inspect.DateType():
            return "2026-03-02"
    raise NotImplementedError(f"no value for {kind}")


def event_of(form: type[Form]) -> Event:
    """Return an event with the word in every field of its record, and in everything else that a person typed."""
    record = with_digests(form, filled(inspect.type_info(form)), random_salt)
    return Event(
        ref="PR-2026-001",
        seq=2,
        kind=EventKind.STEP,
        trigger="note",
        from_state="referred",
        to_state="referred",
        recorder=Recorder(name=WORD, account=WORD, host=WORD),
        decided_by=DecidedBy(name=WORD, capacity="board_chair", evidence=WORD),
        command_id="c1",
        occurred_at=NOON,
        occurred_on=NOON.date(),
        recorded_at=NOON,
        workflow="partnership_review",
        workflow_version=1,
        data=record.data,
        effects=Effects(warnings=(f"{WORD} is away.",)),
        typed=record.typed,
        stored_values=record.stored_values,
    )


@pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in forms()])
def test_no_typed_word_of_any_form_is_in_the_event(form: type[Form]) -> None:
    sealed = seal(event_of(form))
    assert WORD not in msgspec.json.encode(sealed.parts).decode()
    words = list(stored_words(2, sealed.content))
    assert {word.digest for word in words} == {digest for part in sealed.parts.values() for digest in digests_in(part)}
    # Each can be disposed of alone, and all together.
    rest = without_values(sealed.content, frozenset(word.digest for word in words))
    assert WORD not in str(rest)
    assert all(WORD in str(without_values(sealed.content, frozenset({word.digest}))) for word in words)


def test_the_word_is_in_every_form_that_takes_words() -> None:
    with_words = [name for name, form in forms() if list(typed_word_paths(form, filled(inspect.type_info(form))))]
    assert len(with_words) > 100


# --- in a database --------------------------------------------------------------------------------------

TYPIST = Actor(
    name=f"Kim {WORD}",
    roles=frozenset({"business_manager", "board_chair"}),
    account=f"account-{WORD}",
    host=f"host-{WORD}",
)


def record_everywhere(engine: Engine, decided: str = WORD) -> Case:
    """Open a case and suspend its deadlines, with the word in everything that is typed.

    Args:
        engine: The engine.
        decided: The word in what was decided, by whom and why.
    """
    decided_by = DecidedBy(name=f"Chair {decided}", capacity="board_chair", evidence=f"Minutes of {decided}")
    case = engine.open(
        "partnership_review",
        actor=TYPIST,
        data={"title": f"Child {WORD}", "agency": f"Agency {WORD}", "lessons": WORD, "what_happened": WORD},
        decided_by=decided_by,
        on=date(2026, 3, 2),
    )
    engine.record(
        Suspend(
            ref=case.ref,
            actor=TYPIST,
            proceeding=f"R v {decided}",
            consulted=decided,
            reasons=f"{decided} is a witness.",
            decided_by=decided_by,
        )
    )
    engine.step(case.ref, "note", actor=TYPIST, data={"text": WORD}, decided_by=decided_by)
    return engine.case(case.ref)


def files_with_the_word(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if WORD.encode() in file.read_bytes()]


def test_after_disposal_no_file_of_the_database_has_the_word(tmp_path: Path) -> None:
    database = Database(sqlite_record(tmp_path / "record.db"))
    engine = Engine(database, WORKFLOWS, now=lambda: NOON)
    case = record_everywhere(engine, decided="another")
    assert WORD in case.title + case.organisations[0]
    keeper = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
    with database.reading() as reader:
        words = reader.stored_words(case.ref)
    fields = {
        re.sub(r"\[.*", "", word.path if word.part == "data" else f"{word.part}.{word.path}")
        for word in words
        if word.part not in ("effects", "decided_by")
    } - {"proceeding", "consulted", "reasons"}
    assert {"title", "agency", "recorded_by.account"} <= fields
    chair = DecidedBy(name="Chair", capacity="board_chair")
    for field in sorted(fields):
        engine.record(Dispose(ref=case.ref, actor=keeper, field=field, reasons="Wrong.", rule="x", decided_by=chair))
    after = engine.case(case.ref)
    assert (after.title, after.organisations) == ("(disposed of)", ("(disposed of)",))
    assert fold(engine.history(case.ref)) == after
    with database.connection() as connection:
        assert verify(connection).faults == ()
    database.close()
    assert files_with_the_word(tmp_path) == []
