"""Lay out the progress report as a page."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ...engine.forms.names import same_name_key
from ..values.figures import BarChart
from ..values.progress import Participant, ProgressReport, StateChange
from ..values.rag_status import COLOUR_MEANINGS, Palette, RagColour
from ..values.review import short_ref
from ..values.tracker import count_by_colour
from .decision_tables import date_changes_table, decisions_table, list_refs, overdue_work_table
from .page import Column, Figure, Page, Section, Table, count_text, day
from .tracker_page import agency_summary, rag_legend

STATE_CHANGES = (
    Column(title="What", share=20, width=19),
    Column(title="Whose", share=18, below=True),
    Column(title="Was", share=13, width=10),
    Column(title="Is", share=15),
    Column(title="Items", share=9, width=5),
    Column(title="Which", share=26, below=True),
    Column(title="Latest on", share=16, width=11),
)
PARTICIPANTS = (
    Column(title="Ref.", share=8, width=6),
    Column(title="Who", share=25),
    Column(title="Stands", share=25, width=24),
    Column(title="Last step", share=14, width=11),
)


def progress_page(report: ProgressReport, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """Return the progress report of a review.

    Args:
        report: The report.
        palette: The colours.
        today: The day of the report.
        rehearsal: If it shows a rehearsal database.
    """
    return Page(
        title=f"Progress report: {report.review} {report.title}",
        summary=f"{day(today)}. Stage: {report.state}. Changes since {day(report.since.day)}, {report.since.reason}.",
        day=today,
        sections=(_decide(report), _changes(report), _actions(report, palette), _family(report)),
        palette=palette,
        rehearsal=rehearsal,
    )


def _decide(of: ProgressReport) -> Section:
    return Section(heading="For decision", parts=(decisions_table(of.decisions),))


def _changes(of: ProgressReport) -> Section:
    alike: dict[tuple[str, str, str, str], list[StateChange]] = {}
    for move in of.state_changes:
        key = (move.kind, same_name_key(move.agency), move.previous_state or "(new)", move.new_state)
        alike.setdefault(key, []).append(move)
    moved = Table(
        caption="State changes",
        columns=STATE_CHANGES,
        rows=tuple(
            (
                kind,
                moves[0].agency,
                before,
                after,
                len(moves),
                list_refs([move.ref for move in moves]),
                max(move.changed_on for move in moves),
            )
            for (kind, _, before, after), moves in alike.items()
        ),
        empty_text="No state has changed.",
    )
    return Section(heading=f"Changes since {day(of.since.day)}", parts=(moved, date_changes_table(of.date_changes)))


def _actions(of: ProgressReport, palette: Palette) -> Section:
    return Section(
        heading="Actions",
        parts=(
            rag_legend(palette),
            agency_summary(of.tracker.rows),
            agency_chart(of),
            open_actions_chart(of),
            overdue_work_table(of.overdue),
        ),
    )


def agency_chart(of: ProgressReport) -> Figure:
    """Return a chart of the actions by agency and colour."""
    shown = [(agency, found) for agency, rows in of.tracker.rows_by_agency() if (found := count_by_colour(rows))]
    every = count_by_colour(of.tracker.rows)
    words = ", ".join(f"{every[rag]} {rag} ({COLOUR_MEANINGS[rag]})" for rag in RagColour if every[rag])
    bars = BarChart(
        labels=tuple(agency for agency, _ in shown),
        counts={rag: tuple(found[rag] for _, found in shown) for rag in RagColour},
        unit="actions",
    )
    return Figure(
        caption="Actions by agency and colour",
        description=f"{count_text(every.total(), 'action')}: {words}." if shown else "There is no action yet.",
        chart=bars if shown else None,
    )


def open_actions_chart(of: ProgressReport) -> Figure:
    """Return a chart of open and assured actions over time."""
    lines, caption = of.actions_over_time, "Open and assured actions over time"
    if lines is None:
        return Figure(caption=caption, description="No action was agreed yet.", chart=None)
    is_open, assured = lines.counts["open"], lines.counts["assured"]
    most = max(is_open)
    words = (
        f"{count_text(most, 'action')} at most {'was' if most == 1 else 'were'} open, first on"
        f" {day(lines.days[is_open.index(most)])};"
        f" {is_open[-1]} open and {assured[-1]} assured on {day(lines.last_day)}."
    )
    return Figure(caption=caption, description=words, chart=lines)


def _family(of: ProgressReport) -> Section:
    family = [one for one in of.participants if one.family]
    others = [one for one in of.participants if not one.family]
    if not of.participants:
        return Section(heading="Family voice", parts=("No one has been asked to take part yet.",))
    informed = sum(one.findings_shared for one in family)
    parts = (
        f"Family: {_state_counts(family)}. The findings were shared with {informed} of {len(family)}.",
        _participants_table("Family", family),
        f"Practitioners: {_state_counts(others)}.",
        _participants_table("Practitioners", others),
    )
    return Section(heading="Family voice", parts=parts)


def _state_counts(of: list[Participant]) -> str:
    found = Counter(one.state for one in of)
    return ", ".join(f"{count} {state}" for state, count in found.items()) or "none"


def _participants_table(caption: str, of: list[Participant]) -> Table:
    rows = tuple((short_ref(one.ref), one.description, one.state, one.last_step_on) for one in of)
    return Table(caption=f"{caption}: people and state", columns=PARTICIPANTS, rows=rows)
