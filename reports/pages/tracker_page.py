"""Lay out the tracker as a page, for the subgroup or for one agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..values.rag_status import COLOUR_MEANINGS, Palette, RagColour
from ..values.review import short_ref
from ..values.tracker import Tracker, TrackerRow, count_by_colour, rows_by_agency
from .page import Cell, Column, Page, Section, Table, count_text, day

ACTIONS = (
    Column(title="Ref.", share=6, width=6),
    Column(title="RAG", share=12, width=18),
    Column(title="Due", share=10, width=11),
    Column(title="Rec.", share=5, width=7),
    Column(title="Action", share=30),
    Column(title="Lead person", share=12, below=True),
    Column(title="First due", share=10, below=True),
    Column(title="State", share=9, below=True),
    Column(title="Evidence", share=14, below=True),
)
ESCALATIONS = Column(title="Escalations", share=14, below=True)
"""The column of the people reminded, which no agency gets."""
RECOMMENDATIONS = (
    Column(title="No.", share=5, width=4),
    Column(title="Recommendation", share=50),
    Column(title="Made to", share=25, below=True),
    Column(title="State", share=15, width=18),
)
BY_AGENCY = tuple(Column(title=rag.capitalize(), share=8, width=6) for rag in RagColour)
FLAT = (Column(title="Review", share=12), Column(title="Agency", share=14))


def tracker_page(
    trackers: Sequence[Tracker],
    palette: Palette,
    *,
    today: date,
    agency: str | None,
    rehearsal: bool,
    flat: bool = False,
) -> Page:
    """Return the tracker of one or more reviews.

    Args:
        trackers: The trackers.
        palette: The colours.
        today: The day of the report.
        agency: The agency to show; None for all.
        rehearsal: If it shows a rehearsal database.
        flat: If all actions stand in one table for sorting and filtering; otherwise each agency has its own.
    """
    rows = [row for one in trackers for row in one.rows]
    late = sum(row.rating.rag is RagColour.RED for row in rows)
    actions = count_text(sum(bool(row.ref) for row in rows), "action")
    return Page(
        title="Action tracker" if agency is None else f"Action tracker of {agency}",
        summary=f"{day(today)}. {actions}, {late} overdue.",
        day=today,
        parts=(rag_legend(palette), *([] if agency else [agency_summary(rows)])),
        sections=(_flat(trackers, agency),) if flat else tuple(_review(one, agency) for one in trackers),
        palette=palette,
        landscape=True,
        rehearsal=rehearsal,
    )


def rag_legend(palette: Palette) -> str:
    """Return the meaning of the colours in a sentence."""
    means = ", ".join(f"{rag} {COLOUR_MEANINGS[rag]}" for rag in RagColour if rag is not RagColour.ENDED)
    return f"RAG: {means}. Due soon: within {count_text(palette.due_soon, 'day')}."


def agency_summary(rows: Sequence[TrackerRow]) -> Table:
    """Return a table of the actions by agency and colour."""
    shown = [(agency, count_by_colour(ones)) for agency, ones in rows_by_agency(rows)]
    return Table(
        caption="Actions by agency and colour",
        columns=(Column(title="Agency", share=25), *BY_AGENCY, Column(title="All", share=8, width=6)),
        rows=tuple((agency, *(of[rag] for rag in RagColour), of.total()) for agency, of in shown),
        empty_text="No action yet.",
    )


def _review(of: Tracker, agency: str | None) -> Section:
    recommendations = Table(
        caption=f"Recommendations of {of.ref}",
        columns=RECOMMENDATIONS,
        rows=tuple((one.number, one.text, ", ".join(one.made_to), one.state) for one in of.recommendations),
        empty_text="No recommendation yet.",
    )
    agencies = tuple(
        Section(
            heading=owner,
            parts=(
                Table(
                    caption=f"Actions of {owner} in {of.ref}",
                    columns=_columns(agency),
                    rows=tuple(_cells(row, short_ref(row.ref), agency) for row in rows),
                ),
            ),
        )
        for owner, rows in of.rows_by_agency()
    )
    nothing = () if agencies else ("No action yet.",)
    return Section(heading=f"{of.ref} {of.title}".strip(), parts=(recommendations, *nothing), sections=agencies)


def _flat(of: Sequence[Tracker], agency: str | None) -> Section:
    rows = tuple((one.ref, row.agency, *_cells(row, row.ref, agency)) for one in of for row in one.rows)
    recommendations = tuple(
        (one.ref, each.number, each.text, ", ".join(each.made_to), each.state)
        for one in of
        for each in one.recommendations
    )
    return Section(
        heading="Actions",
        parts=(
            Table(caption="Actions", columns=(*FLAT, *_columns(agency)), rows=rows),
            Table(caption="Recommendations", columns=(FLAT[0], *RECOMMENDATIONS), rows=recommendations),
        ),
    )


def _columns(agency: str | None) -> tuple[Column, ...]:
    """Return the columns of the actions: an agency is not told which chairs were reminded."""
    return ACTIONS if agency else (*ACTIONS, ESCALATIONS)


def _cells(row: TrackerRow, ref: str, agency: str | None) -> tuple[Cell, ...]:
    return (
        ref,
        row.rating,
        row.due,
        ", ".join(map(str, row.recommendations)),
        row.action,
        row.lead_person,
        row.original_due if row.date_changed else None,
        row.state,
        "; ".join(row.evidence),
        *(() if agency else (_escalations(row),)),
    )


def _escalations(row: TrackerRow) -> str:
    """Return the levels reached in words: `20 Dec 2026: Kim Cole, sent on 21 Dec 2026`."""
    return "; ".join(f"{day(one.day)}: {one.told}" for one in row.escalations)
