"""A page with every kind of content, for the tests of the formats."""

from __future__ import annotations

from datetime import date

from casereview.reports.pages.page import Column, Figure, Page, Section, Table
from casereview.reports.values.figures import BarChart, LineChart
from casereview.reports.values.rag_status import Palette, RagColour, RagRating

FORMULA = '=HYPERLINK("http://example.org","Click")'
MARKUP = '<script>alert("x")</script> & "Agency" 1'
ACTIONS = Table(
    caption="Actions of Agency 1",
    columns=(
        Column(title="Ref.", share=10, width=6),
        Column(title="RAG", share=20, width=18),
        Column(title="Due", share=15, width=11),
        Column(title="Items", share=10, width=5),
        Column(title="Action", share=45),
        Column(title="Lead person", share=20, below=True),
    ),
    rows=(
        ("A01", RagRating(rag=RagColour.RED, reason="3 days overdue"), date(2026, 6, 12), 4, FORMULA, "Manager 1"),
        ("A02", RagRating(rag=RagColour.BLUE, reason="assured"), None, 12, MARKUP, ""),
    ),
    remainder="And 2 more.",
)
EMPTY_TABLE = Table(
    caption="Changed due dates", columns=ACTIONS.columns, rows=(), empty_text="No due date was changed."
)
BARS = Figure(
    caption="Actions by agency",
    description="4 actions: 3 red (overdue), 1 blue (assured).",
    chart=BarChart(
        labels=("Agency 1", "Agency 2"),
        counts={RagColour.RED: (2, 1), RagColour.AMBER: (0, 0), RagColour.BLUE: (0, 1)},
        unit="actions",
    ),
)
LINES = Figure(
    caption="Open and assured actions",
    description="3 actions at most were open.",
    chart=LineChart(
        days=(date(2026, 1, 5), date(2026, 3, 2)),
        counts={"open": (3, 1), "assured": (0, 2)},
        last_day=date(2026, 6, 15),
        unit="actions",
    ),
)
PICTURE_WITHOUT_CHART = Figure(caption="Nothing to draw", description="There is no action yet.", chart=None)
SAMPLE_PAGE = Page(
    title="Progress report",
    summary="15 Jun 2026. 2 actions.",
    day=date(2026, 6, 15),
    parts=("The first words.", EMPTY_TABLE),
    sections=(
        Section(
            heading="Actions",
            parts=(ACTIONS,),
            sections=(Section(heading="Pictures", parts=(BARS, LINES, PICTURE_WITHOUT_CHART)),),
        ),
    ),
    palette=Palette(),
)
