"""Lay out the exceptions report on one page."""

from __future__ import annotations

from datetime import date

from ..values.exceptions import ExceptionsReport
from ..values.rag_status import Palette
from .decision_tables import date_changes_table, decisions_table, overdue_work_table
from .page import Page, Section, count_text, day

MAX_ROWS = 8
"""The maximum number of rows in each table, so that the report fits on one page."""


def exceptions_page(report: ExceptionsReport, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """Return the exceptions report as a page, with tables shortened to fit."""
    which = report.reviews[0] if len(report.reviews) == 1 else count_text(len(report.reviews), "open review")
    return Page(
        title="Exceptions",
        summary=f"{day(today)}. {which}.",
        day=today,
        sections=(
            Section(
                heading="Decisions for the chairs",
                parts=(decisions_table(report.decisions, limit=MAX_ROWS, full_refs=True),),
            ),
            Section(
                heading="Later due dates",
                parts=(date_changes_table(report.date_changes, limit=MAX_ROWS, full_refs=True),),
            ),
            Section(
                heading="Overdue work", parts=(overdue_work_table(report.overdue, limit=MAX_ROWS, full_refs=True),)
            ),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )
