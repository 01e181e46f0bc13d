"""Lay out the exceptions report on one page."""

from __future__ import annotations

from datetime import date

from ..values.exceptions import ExceptionsReport
from ..values.rag_status import Palette
from .decision_tables import date_changes_table, decisions_table, overdue_work_table
from .page import Page, Section, count_text, day

MAX_ROWS = 8
"""How many rows of each table a page has room for."""


def exceptions_page(report: ExceptionsReport, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """The same as a page; of each table so much as there is room for."""
    which = report.reviews[0] if len(report.reviews) == 1 else count_text(len(report.reviews), "open review")
    return Page(
        title="Exceptions",
        summary=f"{day(today)}. {which}.",
        day=today,
        sections=(
            Section(
                heading="For the chairs", parts=(decisions_table(report.decisions, limit=MAX_ROWS, full_refs=True),)
            ),
            Section(
                heading="Dates that slipped",
                parts=(date_changes_table(report.date_changes, limit=MAX_ROWS, full_refs=True),),
            ),
            Section(heading="Lateness", parts=(overdue_work_table(report.overdue, limit=MAX_ROWS, full_refs=True),)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )
