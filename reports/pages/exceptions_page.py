"""Lay out the exceptions report on one page."""

from __future__ import annotations

from datetime import date

from ..values.exceptions import ExceptionsReport
from ..values.rag_status import Palette
from .decision_tables import date_changes_table, decisions_table, overdue_work_table
from .page import Page, Section, count_text, day

MAX_ROWS = 8
"""How many rows of each table a page has room for."""


def exceptions_page(of: ExceptionsReport, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """The same as a page; of each table so much as there is room for."""
    which = of.reviews[0] if len(of.reviews) == 1 else count_text(len(of.reviews), "open review")
    return Page(
        title="Exceptions",
        about=f"{day(today)}. {which}.",
        on=today,
        sections=(
            Section(heading="For the chairs", parts=(decisions_table(of.decisions, most=MAX_ROWS, whole=True),)),
            Section(heading="Dates that slipped", parts=(date_changes_table(of.slipped, most=MAX_ROWS, whole=True),)),
            Section(heading="Lateness", parts=(overdue_work_table(of.late, most=MAX_ROWS, whole=True),)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )
