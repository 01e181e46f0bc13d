"""A frozen value with some of its fields changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from casereview.engine.forms.replacing import copy_with
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock, ClockStatus

from ...support.library_decisions import lent_loan

LENT: Case = lent_loan()


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (LENT, {}),
        (LENT, {"head": "x", "state": "returned"}),
        (LENT.clocks[0], {"status": ClockStatus.MISSED, "next_at": None}),
    ],
)
def test_it_is_what_the_library_s_own_way_gives(value: Case | Clock, changes: dict[str, Any]) -> None:
    before = repr(value)
    fresh = copy_with(value, **changes)
    assert fresh == replace(value, **changes)
    assert repr(value) == before


def test_what_comes_of_it_is_as_frozen_as_before() -> None:
    with pytest.raises(FrozenInstanceError):
        copy_with(LENT, head="x").head = "y"  # type: ignore[misc]


def test_a_field_that_there_is_not_cannot_be_changed() -> None:
    with pytest.raises(KeyError):
        copy_with(LENT, heads="x")
