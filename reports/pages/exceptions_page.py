"""Lay out the exceptions report on one page."""

from __future__ import annotations

from datetime import date

from ..values.exceptions import Exceptions
from ..values.rag_status import Palette
from .decision_tables import decisions_table, lateness_table, slipped_table
from .page import Page, Section, counted, day

MOST = 8
"""How many rows of each table a page has room for."""


def exceptions_page(of: Exceptions, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """The same as a page; of each table so much as there is room for."""
    which = of.reviews[0] if len(of.reviews) == 1 else counted(len(of.reviews), "open review")
    return Page(
        title="Exceptions",
        about=f"{day(today)}. {which}.",
        on=today,
        sections=(
            Section(heading="For the chairs", parts=(decisions_table(of.decisions, most=MOST, whole=True),)),
            Section(heading="Dates that slipped", parts=(slipped_table(of.slipped, most=MOST, whole=True),)),
            Section(heading="Lateness", parts=(lateness_table(of.late, most=MOST, whole=True),)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )
