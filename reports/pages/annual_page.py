"""Lay out the annual figures as a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..values.annual_figures import AnnualFigures, ReviewTypeFigures
from ..values.rag_status import Palette
from .page import Column, Page, Section, Table, day

UNMET_RECOMMENDATIONS = (
    Column(title="Ref.", share=16, width=18),
    Column(title="No.", share=7, width=4),
    Column(title="Recommendation", share=40),
    Column(title="Why", share=35, below=True),
    Column(title="Decided on", share=14, width=11),
)


def annual_page(figures: AnnualFigures, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """Return the annual figures as a page; see `tracker_page` for the arguments."""
    reports = Section(
        heading="Reports of completed reviews",
        parts=(
            _table(
                "Outcomes of the reports",
                "Report",
                figures.reports,
                nothing="No review with a report was completed.",
            ),
            _table("Proposed not to be published in full", "Outcome", figures.proposals),
        ),
    )
    undone = Table(
        caption="Recommendations not carried out, with reasons",
        columns=UNMET_RECOMMENDATIONS,
        rows=tuple(
            (one.ref, one.number, one.text, one.reasons, one.decided_on) for one in figures.unmet_recommendations
        ),
    )
    return Page(
        title="Annual figures",
        summary=f"{day(figures.period.first)} to {day(figures.period.last)}, as on record on {day(today)}.",
        day=today,
        sections=(
            *(_kind(kind) for kind in figures.review_types),
            reports,
            Section(heading="Recommendations", parts=(undone,)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )


def _kind(of: ReviewTypeFigures) -> Section:
    return Section(
        heading=of.title,
        parts=(
            f"Opened in the period: {of.opened}. Completed (the report is agreed): {of.completed}.",
            _table(f"{of.title}: time to complete", "Time", of.duration_bands),
            _table(f"{of.title}: final states", "End", of.ended),
        ),
    )


def _table(caption: str, title: str, of: Mapping[str, int], *, nothing: str = "None.") -> Table:
    columns = (Column(title=title, share=70), Column(title="Reviews", share=15, width=9))
    rows = tuple((name, count) for name, count in of.items()) if any(of.values()) else ()
    return Table(caption=caption, columns=columns, rows=rows, empty_text=nothing)
