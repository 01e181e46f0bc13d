"""Tests of the page at a terminal: at most 80 columns, complete without colour."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from casereview.reports.pages.page import Column, Page, Section, Table
from casereview.reports.render.terminal.page import page_view

from ...support.sample_page import FORMULA, SAMPLE_PAGE


def lines(page: Page = SAMPLE_PAGE) -> list[str]:
    console = Console(width=80, color_system=None, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        for part in page_view(page):
            console.print(part)
    return [line.rstrip() for line in captured.get().splitlines()]


def test_a_report_is_shown_from_its_title_down() -> None:
    assert lines() == [
        "Progress report",
        "15 Jun 2026. 2 actions.",
        "",
        "The first words.",
        "",
        "Changed due dates: no due date was changed.",
        "",
        "Actions",
        "Actions of Agency 1",
        "Ref.  RAG                 Due          Items  Action",
        f"A01   red: 3 days         12 Jun 2026      4  {FORMULA[:34]}",
        f"      overdue                                 {FORMULA[34:]}",
        "                                              Lead person: Manager 1",
        'A02   blue: assured                       12  <script>alert("x")</script> &',
        '                                              "Agency" 1',
        "And 2 more.",
        "",
        "Pictures",
        "Actions by agency. 4 actions: 3 red (overdue), 1 blue (assured).",
        "",
        "Open and assured actions. 3 actions at most were open.",
        "",
        "Nothing to draw. There is no action yet.",
    ]


def test_it_fits_80_columns() -> None:
    assert max(map(len, lines())) <= 80


def test_a_line_below_replaces_an_empty_column() -> None:
    table = Table(
        caption="Gaps",
        columns=(Column(title="Action", share=1), Column(title="Lead person", share=1, below=True)),
        rows=(("", "Manager 1"),),
    )
    page = replace(SAMPLE_PAGE, parts=(), sections=(Section(heading="x", parts=(table,)),))
    assert lines(page)[-1] == "Lead person: Manager 1"
