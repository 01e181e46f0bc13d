"""Tests of the view of an imported case: each known step of its past."""

from __future__ import annotations

from datetime import date
from io import StringIO

from rich.console import Console, RenderableType

from casereview.engine.decisions.context import Decision
from casereview.engine.definition.registry import Registry
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.evolve import step_entries
from casereview.reports.render.json.cases import event_document
from casereview.reports.render.terminal.history import history_line, history_table
from casereview.reports.values.case_timeline import IntervalKind, build_timeline

from ...support.imported_loans import APPROVED, BACK, LENT, import_loan
from ...support.loan_workflow import CLAIM, LOAN

TODAY = date(2026, 1, 20)


def shown(view: RenderableType) -> str:
    console = Console(file=StringIO(), width=80)
    console.print(view)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def lent() -> Decision:
    return import_loan("lent", APPROVED, LENT, former_reference="G/7")


def test_the_history_shows_the_import_the_former_name_and_known_steps() -> None:
    text = shown(history_table(lent().events, LOAN, Registry((LOAN, CLAIM)), calendar=ENGLAND_AND_WALES))
    for words in ("brought in as G/7", "8 Jan 2024 ask", "5 Feb 2024 approve", "12 Feb 2024 lend", "20 Jan 2026"):
        assert words in text


def test_the_event_s_document_has_the_known_facts() -> None:
    document = event_document(lent().events[0])
    assert (document["kind"], document["from"], document["to"]) == ("imported", None, "lent")
    assert document["data"]["opened_on"] == "2024-01-08"
    assert [step["step"] for step in document["data"]["steps"]] == ["ask", "approve", "lend"]


def test_its_stages_are_the_known_ones() -> None:
    decision = import_loan("returned", LENT, BACK)
    course = build_timeline(decision.case, decision.events, LOAN, today=TODAY, calendar=ENGLAND_AND_WALES)
    stages = [(one.title, one.start, one.end) for one in course.intervals if one.kind is IntervalKind.STAGE]
    assert stages == [
        ("asked for", date(2024, 1, 8), date(2024, 2, 12)),
        ("lent", date(2024, 2, 12), date(2024, 3, 1)),
        ("returned", date(2024, 3, 1), date(2024, 3, 1)),
    ]


def test_a_state_that_no_known_step_led_to_begins_with_its_own_day() -> None:
    (event,) = import_loan("lent", since=date(2024, 2, 12)).events
    moves = [(move.on, move.step, move.from_state, move.to_state) for move in step_entries(event)]
    assert moves == [
        (date(2024, 1, 8), "ask", None, "asked"),
        (date(2024, 2, 12), "lend", "approved", "lent"),
    ]


def test_the_timeline_has_a_line_for_each_known_step_and_its_source() -> None:
    text = shown(history_line(lent().events, LOAN)).splitlines()
    assert [line.split()[-1] for line in text[:2]] == ["ask", "approve"]
    assert "lent" in text[2]
    assert "Import  Librarian 1" in text[2]
    assert not any("days late" in line for line in text)
