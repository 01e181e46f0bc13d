"""Tests of the titles of escalation levels."""

from __future__ import annotations

from casereview.engine.definition.deadline import OWNER, EscalationLevel


def test_a_level_without_a_title_is_called_by_its_name_in_words() -> None:
    assert EscalationLevel(name="board_chair", to=OWNER, working_days=20).title == "board chair"


def test_a_level_keeps_the_title_it_was_given() -> None:
    assert (
        EscalationLevel(name="board", to=OWNER, working_days=20, title="the board's chair").title == "the board's chair"
    )
