"""Check guards against their context."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from casereview.engine.definition.guards import Guard, GuardContext
from casereview.engine.errors.base import Block
from casereview.engine.forms.fields import Form
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case

from ...support.loan_decisions import loan_after_steps
from ...support.loan_workflow import AFFORDABLE, INSPECTED, Approval


def view(*, case: Case | None = None, record: Form | None = None) -> GuardContext:
    return GuardContext(case=case, record=record, day=date(2026, 1, 6), calendar=ENGLAND_AND_WALES)


def test_a_guard_that_holds_blocks_nothing() -> None:
    case = loan_after_steps(("inspect", date(2026, 1, 6)))
    assert INSPECTED.blocks(view(case=case)) == ()
    assert AFFORDABLE.blocks(view(case=case, record=Approval(fee=100))) == ()


def test_a_guard_says_why_it_blocks_and_who_can_clear_it() -> None:
    expected = Block(guard="inspected", reason="It has not been inspected.", cleared_by="keeper")
    assert INSPECTED.blocks(view(case=loan_after_steps())) == (expected,)


def test_a_state_is_called_by_its_name_where_no_titles_are_known() -> None:
    case = loan_after_steps()
    assert view(case=case).state_title(case) == case.state


def test_a_guard_gives_every_reason() -> None:
    blocks = AFFORDABLE.blocks(view(record=Approval(fee=101)))
    assert [block.reason for block in blocks] == ["The fee of 101 is above 100.", "Fees above 100 need a sponsor."]


@pytest.mark.parametrize("needs_record", [True, False])
def test_only_a_guard_that_needs_the_record_waits_for_it(*, needs_record: bool) -> None:
    def never(view: GuardContext) -> Iterator[str]:
        yield "No."

    guard = Guard(name="never", check=never, cleared_by="nobody", needs_record=needs_record)
    assert len(guard.blocks(view())) == (0 if needs_record else 1)
    assert len(guard.blocks(view(record=Approval(fee=1)))) == 1


def test_a_guard_sees_the_latest_record_of_a_step() -> None:
    once = loan_after_steps(("inspect", date(2026, 1, 6), {"condition": "poor"}))
    twice = loan_after_steps(("inspect", date(2026, 1, 6), {"condition": "poor"}), ("inspect", date(2026, 1, 7)))
    assert view(case=once).recorded("inspect") == {"condition": "poor"}
    assert view(case=twice).recorded("inspect") == {"condition": "good"}
    assert view(case=once).recorded("lend") is None


def test_an_opening_has_no_earlier_records() -> None:
    assert view().recorded("inspect") is None
