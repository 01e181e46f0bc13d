"""Tests of the overview: all reviews by state, the most urgent first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from casereview.engine.definition.registry import Registry
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.ports.records import CaseSummary
from casereview.reports.render.json.overview import overview_document
from casereview.reports.render.terminal.case_lists import overview_table
from casereview.reports.values.overview import due_soon_limit, review_colour

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import CLAIM, LOAN

WORKFLOWS = Registry((LOAN, CLAIM))
DUE = ENGLAND_AND_WALES.end_of(date(2026, 7, 3))
LATE = CaseSummary(ref="LN-2026-001", title="A globe", workflow="loan", state="lent", first_due_at=DUE, overdue=2)
DUE_SOON = replace(LATE, ref="LN-2026-002", overdue=0)
WELL = replace(LATE, ref="LN-2026-003", overdue=0, first_due_at=None)
CLAIMED = replace(WELL, ref="CL-2026-001", title="A claim", workflow="claim", state="made")


def printed(*standings: CaseSummary, limit: int = 8) -> list[str]:
    paper = StringIO()
    table = overview_table(standings, WORKFLOWS, ENGLAND_AND_WALES, limit=limit)
    Console(file=paper, width=80, color_system=None).print(table)
    return [" ".join(line.split()) for line in paper.getvalue().splitlines()]


@pytest.mark.parametrize(("standing", "colour"), [(LATE, "red"), (DUE_SOON, "amber"), (WELL, "green")])
def test_a_review_has_the_colour_of_its_most_overdue_part(standing: CaseSummary, colour: str) -> None:
    assert review_colour(standing) == colour


def test_a_deadline_within_five_working_days_is_due_soon() -> None:
    assert due_soon_limit(evening_of(date(2026, 4, 2)), ENGLAND_AND_WALES) == date(2026, 4, 13)  # Easter lies between


def test_the_overview_lists_states_in_the_order_of_the_workflows() -> None:
    assert printed(CLAIMED, LATE, DUE_SOON, WELL, replace(WELL, ref="LN-2026-004", state="asked")) == [
        "Loan: asked for (1) 1 green",
        "LN-2026-004 green A globe",
        "",
        "Loan: lent (3) 1 red 1 amber 1 green",
        "LN-2026-001 red A globe 2 overdue, 3 Jul 2026",
        "LN-2026-002 amber A globe due 3 Jul 2026",
        "LN-2026-003 green A globe",
        "",
        "Insurance claim: made (1) 1 green",
        "CL-2026-001 green A claim",
        "",
        "Of a review and all that is part of it. red: something overdue, amber: something",
        "due within 5 working days, green: neither.",
    ]


def test_a_limit_for_each_state_shows_some_reviews_and_counts_the_rest() -> None:
    many = [replace(WELL, ref=f"LN-2026-{number:03d}") for number in range(1, 1203)]
    shown = printed(*many, limit=2)
    assert shown[:4] == [
        "Loan: lent (1,202) 1,202 green",
        "LN-2026-001 green A globe",
        "LN-2026-002 green A globe",
        "and 1,200 more",
    ]


def test_a_program_is_given_each_review_with_its_colour_and_first_due_day() -> None:
    late, well = overview_document([LATE, WELL], ENGLAND_AND_WALES)
    assert late == {
        "ref": "LN-2026-001",
        "title": "A globe",
        "workflow": "loan",
        "state": "lent",
        "rag": "red",
        "overdue": 2,
        "first_due": "2026-07-03",
    }
    assert (well["rag"], well["first_due"]) == ("green", None)
