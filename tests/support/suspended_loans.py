"""Loans with suspended deadlines."""

from __future__ import annotations

from datetime import date, timedelta

from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus

from .loan_decisions import clock

RUNNING, SUSPENDED, MET, MISSED, CANCELLED = (
    ClockStatus.RUNNING,
    ClockStatus.SUSPENDED,
    ClockStatus.MET,
    ClockStatus.MISSED,
    ClockStatus.CANCELLED,
)


JANUARY = [date(2025, 12, 31) + timedelta(days=number) for number in range(32)]
"""The days of January 2026, by their numbers."""


def status_and_due(case: Case, name: str) -> tuple[ClockStatus, date]:
    found = clock(case, name)
    return found.status, found.due
