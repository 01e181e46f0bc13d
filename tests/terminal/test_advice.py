"""The command that helps after an error: the whole sentence that a person reads."""

from __future__ import annotations

import pytest

from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.base import Block, CasereviewError
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownCase, UnknownMessage, UnknownPerson
from casereview.terminal.advice import advised

NOT_ATTENDED = Refused(
    ref="M-2026-001",
    state="called",
    state_title="called",
    step="decide",
    step_title="Decide an item",
    reasons=(Block(guard="state", reason="The meeting has not met.", cleared_by="subgroup chair"),),
    alternatives=(),
    alternative_titles=(),
)

ADVICE: list[tuple[CasereviewError, str]] = [
    (UnknownCase(ref="SCR-2026-009"), "References look like SCR-2026-001: see casereview list."),
    (
        UnknownPerson(name="Kim Cole"),
        'The business manager can add them: casereview people add "Kim Cole" --role ROLE',
    ),
    (UnknownMessage(message_id="3f9a"), "Give its first characters: see casereview messages."),
    (NOT_ATTENDED, "Record who attended first: casereview meeting attend M-2026-001 --present NAME"),
    (
        BadValue(name="the event", expected="the number of a step", found="99"),
        "To see the numbers: casereview history REF",
    ),
    (
        BadValue(name="CASEREVIEW_TEMPLATES", expected="a folder of templates", found="none"),
        "To write one: casereview messages templates FOLDER",
    ),
]


@pytest.mark.parametrize(("error", "advice"), ADVICE, ids=[type(error).__name__ for error, _ in ADVICE])
def test_an_error_is_followed_by_the_command_that_helps(error: CasereviewError, advice: str) -> None:
    before, _, last = advised(error).rpartition(advice)
    assert (before.rstrip(), last) == (str(error), "")


def test_an_error_without_a_command_stands_alone() -> None:
    error = BadValue(name="--days", expected="a number", found="many")
    assert advised(error) == str(error)
