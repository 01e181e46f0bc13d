"""Show the timeline of a case as a bar chart."""

from __future__ import annotations

from datetime import date

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ...values.case_timeline import HEADINGS, CaseTimeline, IntervalKind, TimelineInterval, describe_interval
from ...values.dates import day
from .styles import BAD, FAINT, GOOD, HEADING, WAITING

LABELS, MIN_WIDTH = 30, 20
"""The width of the titles, and the least width of the chart, in characters."""


STYLES = {
    "met": GOOD,
    "missed": BAD,
    "overdue": BAD,
    "running": "",
    "suspended": WAITING,
    "cancelled": FAINT,
    "not_known": FAINT,
    "": "cyan",
}


FULL, LATE, DUE, POINT = "━", "╍", "◆", "●"


LEGEND = f"{FULL} in time  {LATE} late  {DUE} due  {POINT} a day"


class TimelineChart:
    """The timeline of a case, as wide as the terminal."""

    def __init__(self, timeline: CaseTimeline) -> None:
        """Initialize the chart of a timeline."""
        self._timeline = timeline

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the chart, kind by kind, under one scale of days."""
        timeline = self._timeline
        width = max(MIN_WIDTH, options.max_width - LABELS - 2)
        yield Text(f"{timeline.ref}  {timeline.title}", style=HEADING)
        for kind, heading in HEADINGS.items():
            intervals = [one for one in timeline.intervals if one.kind is kind]
            if intervals:
                yield ""
                table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=FAINT)
                table.add_column(heading, width=LABELS, overflow="fold")
                table.add_column(_scale(timeline, width), no_wrap=True)
                for one in intervals:
                    bar = Text(f"{_bar(timeline, one, width)}\n", style=STYLES[one.status])
                    table.add_row(Text(one.title), bar.append(describe_interval(one), style=FAINT))
                yield table
        yield ""
        yield Text(LEGEND, style=FAINT)


def _scale(timeline: CaseTimeline, width: int) -> str:
    start, end = day(timeline.start), day(timeline.end)
    return f"{start}{end:>{width - len(start)}}"


def _bar(timeline: CaseTimeline, one: TimelineInterval, width: int) -> str:
    def at(moment: date) -> int:
        return round(timeline.position(moment) * (width - 1))

    until = timeline.shown_end(one)
    cells = [" "] * width
    for cell in range(at(one.start), at(max(until, one.start)) + 1):
        cells[cell] = FULL if one.due is None or one.kind is IntervalKind.SUSPENSION or cell <= at(one.due) else LATE
    if one.start == until and one.kind is IntervalKind.STAGE:
        cells[at(one.start)] = POINT
    if one.due is not None and one.kind is IntervalKind.DEADLINE:
        cells[at(one.due)] = DUE
    return "".join(cells).rstrip()
