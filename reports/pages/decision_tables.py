"""Lay out decisions, changed dates and overdue work as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ...engine.forms.names import same_name_key
from ..values.decisions_and_delays import DateChange, NeededDecision, OverdueWork
from ..values.review import short_ref
from .page import Column, Table

MAX_REFS = 8
"""The maximum number of references listed for a row."""
DECISIONS = (
    Column(title="What", share=32),
    Column(title="Whose", share=16, below=True),
    Column(title="Decided by", share=14, width=17),
    Column(title="Items", share=9, width=5),
    Column(title="Which", share=28, below=True),
    Column(title="Longest since", share=16, width=13),
)
DATE_CHANGES = (
    Column(title="Ref.", share=14, width=16),
    Column(title="What", share=24),
    Column(title="Whose", share=14, below=True),
    Column(title="Was", share=15, width=11),
    Column(title="Is", share=15, width=11),
    Column(title="Days", share=8, width=5),
    Column(title="Agreed by", share=14, below=True),
    Column(title="Why", share=24, below=True),
)
OVERDUE = (
    Column(title="Whose", share=22, width=18),
    Column(title="Items", share=9, width=5),
    Column(title="Longest", share=10, width=7),
    Column(title="In all", share=8, width=6),
    Column(title="What", share=48),
)


def decisions_table(decisions: Sequence[NeededDecision], *, limit: int | None = None, full_refs: bool = False) -> Table:
    """Return a table of the decisions that are needed.

    Args:
        decisions: The decisions.
        limit: The maximum number of rows; None for all.
        full_refs: If references include their review's.
    """
    alike: dict[tuple[str, str, str], list[NeededDecision]] = {}
    for one in decisions:
        alike.setdefault((one.title, same_name_key(one.agency), one.role_title), []).append(one)
    rows = tuple(
        (
            what,
            ones[0].agency,
            by,
            len(ones),
            list_refs([one.ref for one in ones], full_refs=full_refs),
            _longest(ones),
        )
        for (what, _, by), ones in alike.items()
    )
    return Table(
        caption="Decisions needed",
        columns=DECISIONS,
        rows=rows[:limit],
        empty_text="No decisions are needed.",
        remainder=_more(rows, limit),
    )


def list_refs(refs: Sequence[str], *, full_refs: bool = False) -> str:
    """Return a list of references in words, shortened to the first few."""
    shown = [ref if full_refs else short_ref(ref) for ref in refs[:MAX_REFS]]
    rest = len(refs) - len(shown)
    return ", ".join([*shown, *([f"and {rest} more"] if rest else [])])


def date_changes_table(changes: Sequence[DateChange], *, limit: int | None = None, full_refs: bool = False) -> Table:
    """Return a table of changed due dates; see `decisions_table` for the arguments."""
    rows = tuple(
        (
            one.ref if full_refs else short_ref(one.ref),
            one.title,
            one.owner,
            one.previous_due,
            one.due,
            one.days,
            one.agreed_by,
            one.reasons,
        )
        for one in changes[:limit]
    )
    nothing = "No due date was changed."
    return Table(
        caption="Changed due dates",
        columns=DATE_CHANGES,
        rows=rows,
        empty_text=nothing,
        remainder=_more(changes, limit),
    )


def overdue_work_table(overdue: Sequence[OverdueWork], *, limit: int | None = None, full_refs: bool = False) -> Table:
    """Return a table of overdue work; see `decisions_table` for the arguments."""
    rows = tuple(
        (one.owner, len(one.items), one.most_days, one.total_days, _items(one, whole=full_refs))
        for one in overdue[:limit]
    )
    nothing = "Nothing is overdue."
    return Table(
        caption="Overdue work by owner, in days",
        columns=OVERDUE,
        rows=rows,
        empty_text=nothing,
        remainder=_more(overdue, limit),
    )


def _items(of: OverdueWork, *, whole: bool) -> str:
    shown = [
        f"{item.case.ref if whole else short_ref(item.case.ref)} ({item.days_overdue})" for item in of.items[:MAX_REFS]
    ]
    rest = len(of.items) - len(shown)
    return ", ".join([*shown, *([f"and {rest} more"] if rest else [])])


def _longest(of: Sequence[NeededDecision]) -> date:
    return min(one.since for one in of)


def _more(of: Sequence[object], most: int | None) -> str:
    rest = 0 if most is None else len(of) - most
    return f"And {rest} more." if rest > 0 else ""
