"""A page with everything in it that a page can hold, for the rooms that write pages."""

from __future__ import annotations

from datetime import date

from casereview.reports.pages.page import Column, Page, Picture, Section, Table
from casereview.reports.values.figures import Bars, Lines
from casereview.reports.values.rag_status import Mark, Palette, Rag

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
        Column(title="Lead person", share=20, under=True),
    ),
    rows=(
        ("A01", Mark(rag=Rag.RED, words="3 days overdue"), date(2026, 6, 12), 4, FORMULA, "Manager 1"),
        ("A02", Mark(rag=Rag.BLUE, words="assured"), None, 12, MARKUP, ""),
    ),
    more="And 2 more.",
)
NOTHING = Table(caption="Dates that moved", columns=ACTIONS.columns, rows=(), nothing="No date was moved.")
BARS = Picture(
    caption="Actions by agency",
    words="4 actions: 3 red (overdue), 1 blue (assured).",
    chart=Bars(
        names=("Agency 1", "Agency 2"), parts={Rag.RED: (2, 1), Rag.AMBER: (0, 0), Rag.BLUE: (0, 1)}, of="actions"
    ),
)
LINES = Picture(
    caption="Open and assured actions",
    words="3 actions at most were open.",
    chart=Lines(
        days=(date(2026, 1, 5), date(2026, 3, 2)),
        counts={"open": (3, 1), "assured": (0, 2)},
        until=date(2026, 6, 15),
        of="actions",
    ),
)
UNDRAWN = Picture(caption="Nothing to draw", words="There is no action yet.", chart=None)
PAGE = Page(
    title="Progress report",
    about="15 Jun 2026. 2 actions.",
    on=date(2026, 6, 15),
    parts=("The first words.", NOTHING),
    sections=(
        Section(
            heading="Actions",
            parts=(ACTIONS,),
            sections=(Section(heading="Pictures", parts=(BARS, LINES, UNDRAWN)),),
        ),
    ),
    palette=Palette(),
)
