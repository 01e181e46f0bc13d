"""Lay out decisions, changed dates and overdue work as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..values.decisions_and_delays import DateChange, NeededDecision, OverdueWork
from ..values.review import short_ref
from .page import Column, Table

MAX_REFS = 8
"""How many of what is alike are named."""
DECISIONS = (
    Column(title="What", share=32),
    Column(title="Whose", share=16, under=True),
    Column(title="Decided by", share=14, width=17),
    Column(title="Items", share=9, width=5),
    Column(title="Which", share=28, under=True),
    Column(title="Longest since", share=16, width=13),
)
DATE_CHANGES = (
    Column(title="Ref.", share=14, width=16),
    Column(title="What", share=24),
    Column(title="Whose", share=14, under=True),
    Column(title="Was", share=15, width=11),
    Column(title="Is", share=15, width=11),
    Column(title="Days", share=8, width=5),
    Column(title="Agreed by", share=14, under=True),
    Column(title="Why", share=24, under=True),
)
OVERDUE = (
    Column(title="Whose", share=22, width=18),
    Column(title="Items", share=9, width=5),
    Column(title="Longest", share=10, width=7),
    Column(title="In all", share=8, width=6),
    Column(title="What", share=48),
)


def decisions_table(of: Sequence[NeededDecision], *, most: int | None = None, whole: bool = False) -> Table:
    """What waits for a decision.

    Args:
        of: What there is.
        most: At most so many rows; None for all.
        whole: Whether references are told with their review's.
    """
    alike: dict[tuple[str, str, str], list[NeededDecision]] = {}
    for one in of:
        alike.setdefault((one.what, one.agency, one.by), []).append(one)
    rows = tuple(
        (
            what,
            agency,
            by.replace("_", " "),
            len(ones),
            list_refs([one.ref for one in ones], whole=whole),
            _longest(ones),
        )
        for (what, agency, by), ones in alike.items()
    )
    return Table(
        caption="What waits for a decision",
        columns=DECISIONS,
        rows=rows[:most],
        nothing="Nothing waits for a decision.",
        more=_more(rows, most),
    )


def list_refs(refs: Sequence[str], *, whole: bool = False) -> str:
    """References in a row, so many as there is room for; with their review's where they are told whole."""
    told = [ref if whole else short_ref(ref) for ref in refs[:MAX_REFS]]
    rest = len(refs) - len(told)
    return ", ".join([*told, *([f"and {rest} more"] if rest else [])])


def date_changes_table(of: Sequence[DateChange], *, most: int | None = None, whole: bool = False) -> Table:
    """The dates that moved; the arguments are those of `decisions_table`."""
    rows = tuple(
        (
            one.ref if whole else short_ref(one.ref),
            one.what,
            one.whose,
            one.was,
            one.due,
            one.days,
            one.agreed_by,
            one.reasons,
        )
        for one in of[:most]
    )
    nothing = "No date was moved."
    return Table(caption="Dates that moved", columns=DATE_CHANGES, rows=rows, nothing=nothing, more=_more(of, most))


def overdue_work_table(of: Sequence[OverdueWork], *, most: int | None = None, whole: bool = False) -> Table:
    """Who is late with what; the arguments are those of `decisions_table`."""
    rows = tuple((one.whose, len(one.items), one.longest, one.days, _items(one, whole=whole)) for one in of[:most])
    nothing = "Nothing is overdue."
    return Table(
        caption="What is overdue, whose it is, and for how many days",
        columns=OVERDUE,
        rows=rows,
        nothing=nothing,
        more=_more(of, most),
    )


def _items(of: OverdueWork, *, whole: bool) -> str:
    told = [f"{item.case.ref if whole else short_ref(item.case.ref)} ({item.days})" for item in of.items[:MAX_REFS]]
    rest = len(of.items) - len(told)
    return ", ".join([*told, *([f"and {rest} more"] if rest else [])])


def _longest(of: Sequence[NeededDecision]) -> date:
    return min(one.since for one in of)


def _more(of: Sequence[object], most: int | None) -> str:
    rest = 0 if most is None else len(of) - most
    return f"And {rest} more." if rest > 0 else ""
