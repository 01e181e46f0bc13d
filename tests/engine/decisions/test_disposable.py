"""The rules on what may be disposed of, and on whose decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import pytest
from msgspec import Meta

from casereview.engine.decisions.disposable import decision_block, says_decision, second_person_blocks
from casereview.engine.forms.digests import StoredWord
from casereview.engine.forms.fields import DECISION, Form, Text
from casereview.engine.model.case import UNIT
from casereview.engine.model.clock import EventKind
from casereview.engine.model.people import DecidedBy

from ...support.changed_copies import replace as changed
from ...support.loan_decisions import open_loan
from ...support.loan_workflow import BY_KEEPER, CLERK_1, TRANSITIONS, loan, step_to


class Verdict(Form, frozen=True, kw_only=True):
    """A verdict with its reason, and a remark."""

    why: Annotated[Text, Meta(title="Why"), DECISION]
    remark: Text


JUDGED = loan(transitions=(*TRANSITIONS, step_to("judge", ("asked",), None, Verdict, roles=("clerk",))))
DECIDED = open_loan()
(OPENED,) = DECIDED.events
STEP = {"step": "judge", "on": "2026-01-05", "record": {}}
HISTORY = (
    OPENED,
    changed(OPENED, seq=2, kind=EventKind.STEP, trigger="judge"),
    changed(OPENED, seq=3, kind=EventKind.CORRECTED, trigger="judge", data={"event": 2}),
    changed(OPENED, seq=4, kind=EventKind.IMPORTED, trigger="import", data={"steps": [STEP]}),
    changed(OPENED, seq=5, kind=EventKind.CORRECTED, trigger="judge", data={"event": 4, "step": 1}),
    changed(OPENED, seq=6, kind=EventKind.TAKEN_BACK, trigger="judge", data={"restated": [{"event": 2}]}),
    changed(OPENED, seq=7, kind=EventKind.SUSPENDED, trigger="suspend"),
    changed(OPENED, seq=8, kind=EventKind.STEP, trigger="gone"),
)


@pytest.mark.parametrize(
    ("seq", "part", "path", "expected"),
    [
        (1, "data", "title", False),
        (1, "recorded_by", "name", False),
        (1, "decided_by", "name", True),
        (1, "decided_by", "evidence", True),
        (1, "effects", "warnings[0]", False),
        (2, "data", "why", True),
        (2, "data", "remark", False),
        (3, "data", "record.why", True),
        (3, "data", "record.remark", False),
        (3, "data", "decided_by.name", True),
        (3, "data", "reasons", True),
        (3, "data", "wrong", False),
        (4, "data", "steps[0].record.why", True),
        (4, "data", "steps[0].record.remark", False),
        (4, "data", "former_reference", False),
        (5, "data", "record.why", True),
        (5, "data", "record.remark", False),
        (6, "data", "restated[0].record.why", True),
        (6, "data", "restated[0].record.remark", False),
        (7, "data", "proceeding", True),
        (8, "data", "why", False),
    ],
)
def test_what_says_who_decided_and_why(seq: int, part: str, path: str, expected: bool) -> None:
    word = StoredWord(seq=seq, part=part, path=path, digest="0" * 64, sensitive=False)
    assert says_decision(JUDGED, HISTORY, word) is expected


def test_the_block_names_the_fields() -> None:
    assert decision_block(["Why"]).reason.startswith('"Why" says what was decided')
    assert decision_block(["Reasons", "Why"]).reason.startswith('"Reasons" and "Why" say what was decided')


CASE = DECIDED.case
CLOSED = changed(CASE, closed_on=date(2026, 2, 2))
KEEPER_AS_READER = replace(BY_KEEPER, capacity="reader")
OF_CLERK = DecidedBy(name="clerk  1", capacity="keeper")
ENTERED = replace(CLERK_1, entered_by="Keeper 1", entered_with=frozenset({"keeper"}))


@pytest.mark.parametrize(
    ("cases", "actor", "decided_by", "refused"),
    [
        ((CASE,), CLERK_1, BY_KEEPER, ""),
        ((CASE,), CLERK_1, None, "another person has to decide this: a librarian or keeper"),
        ((CASE,), CLERK_1, OF_CLERK, "another person has to decide this"),
        ((CASE,), ENTERED, BY_KEEPER, "another person has to decide this"),
        ((CASE,), CLERK_1, KEEPER_AS_READER, "only the librarian or keeper can decide this"),
        ((CLOSED,), CLERK_1, None, ""),
        ((CLOSED, CASE), CLERK_1, None, "another person has to decide this"),
        ((CLOSED, CLOSED), CLERK_1, None, ""),
        ((changed(CASE, ref=UNIT),), CLERK_1, None, ""),
    ],
)
def test_a_second_person_decides_while_the_review_is_open(
    cases: Any, actor: Any, decided_by: DecidedBy | None, refused: str
) -> None:
    blocks = list(second_person_blocks(JUDGED, cases, actor, decided_by))
    assert [block.guard for block in blocks] == (["second_person"] if refused else [])
    assert all(refused in block.reason for block in blocks)
