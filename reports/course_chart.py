"""The course of a case as one picture: in the terminal, and as an SVG document that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from .course import Course, Kind, Stretch
from .strokes import TEXT, letters, widest
from .tables import BAD, FAINT, GOOD, HEADING, WAITING, day

LABELS, LEAST = 30, 20
"""How many columns the titles have in the terminal, and the picture at least."""
STYLES = {
    "met": GOOD,
    "missed": BAD,
    "overdue": BAD,
    "running": "",
    "suspended": WAITING,
    "cancelled": FAINT,
    "": "cyan",
}
HEADINGS = {Kind.STAGE: "Stages", Kind.SUSPENSION: "Stood still", Kind.DEADLINE: "Deadlines"}
FULL, LATE, DUE, POINT = "━", "╍", "◆", "●"
LEGEND = f"{FULL} in time  {LATE} late  {DUE} due  {POINT} a day"

ROW, GAP, MARGIN, WIDTH, BAR = 24, 12, 24, 560, 10
COLOURS = {
    "stage": "#2f6690",
    "suspension": "#b9770e",
    "met": "#2e7d32",
    "missed": "#b3261e",
    "overdue": "#b3261e",
    "running": "#4a5763",
    "suspended": "#b9770e",
    "cancelled": "#a3acb5",
}
STYLE = f"""
text {{ font: {TEXT}px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }}
text {{ fill: #1f2933 }}
.heading {{ font-size: 17px; font-weight: 700 }}
.kind {{ font-weight: 700 }}
.words {{ fill: #4a5763 }}
.page {{ fill: #fff; stroke: #d5dce3 }}
.rule {{ stroke: #e3e8ed }}
.today {{ stroke: #1f2933; stroke-dasharray: 3 3 }}
"""


class CourseChart:
    """The course of a case in the terminal, as wide as that is."""

    def __init__(self, course: Course) -> None:
        """A chart of a course."""
        self._course = course

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The chart, kind by kind, under one scale of days."""
        course = self._course
        width = max(LEAST, options.max_width - LABELS - 2)
        yield Text(f"{course.ref}  {course.title}", style=HEADING)
        for kind, heading in HEADINGS.items():
            stretches = [one for one in course.stretches if one.kind is kind]
            if stretches:
                yield ""
                table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=FAINT)
                table.add_column(heading, width=LABELS, overflow="fold")
                table.add_column(_scale(course, width), no_wrap=True)
                for one in stretches:
                    bar = Text(f"{_bar(course, one, width)}\n", style=STYLES[one.standing])
                    table.add_row(Text(one.title), bar.append(said_of(one), style=FAINT))
                yield table
        yield ""
        yield Text(LEGEND, style=FAINT)


def _scale(course: Course, width: int) -> str:
    start, end = day(course.start), day(course.end)
    return f"{start}{end:>{width - len(start)}}"


def _bar(course: Course, one: Stretch, width: int) -> str:
    def at(moment: date) -> int:
        return round(course.share(moment) * (width - 1))

    until = course.until(one)
    cells = [" "] * width
    for cell in range(at(one.start), at(max(until, one.start)) + 1):
        cells[cell] = FULL if one.due is None or one.kind is Kind.SUSPENSION or cell <= at(one.due) else LATE
    if one.start == until and one.kind is Kind.STAGE:
        cells[at(one.start)] = POINT
    if one.due is not None and one.kind is Kind.DEADLINE:
        cells[at(one.due)] = DUE
    return "".join(cells).rstrip()


def said_of(one: Stretch) -> str:
    """In words what the bar shows, for whoever sees no colours."""
    if one.kind is Kind.DEADLINE and one.due is not None:
        done = "" if one.end is None or one.standing == "cancelled" else f", done {day(one.end)}"
        return f"{one.standing}: due {day(one.due)}{done}"
    if one.end == one.start:
        return f"on {day(one.start)}"
    lasts = f"to {day(one.end)}" if one.end is not None else "and still so"
    return f"from {day(one.start)} {lasts}"


# --- as a drawing -------------------------------------------------------------------------------------


def course_svg(course: Course) -> str:
    """The course as an SVG document."""
    left = MARGIN + widest(one.title for one in course.stretches) + GAP
    rows = list(_rows(course, left))
    height = 2 * MARGIN + 40 + ROW * (len(course.stretches) + 2 * len({one.kind for one in course.stretches}))
    width = left + WIDTH + GAP + widest(said_of(one) for one in course.stretches) + MARGIN
    now = left + WIDTH * course.share(course.today)
    today = f'<line class="today" x1="{now:.1f}" x2="{now:.1f}" y1="{MARGIN + 44}" y2="{height - MARGIN}"/>'
    shown = course.start <= course.today <= course.end
    name = escape(f"The course of {course.ref}", quote=True)
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{name}">',
            f"<style>{STYLE}</style>",
            f'<rect class="page" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}"/>',
            letters(MARGIN, MARGIN + 12, "heading", f"{course.ref}  {course.title}"),
            letters(left, MARGIN + 36, "words", day(course.start)),
            letters(left + WIDTH - 60, MARGIN + 36, "words", day(course.end)),
            *([today, letters(now + 4, height - 8, "words", "today")] if shown else []),
            *rows,
            "</svg>\n",
        )
    )


def _rows(course: Course, left: float) -> Iterator[str]:
    y = MARGIN + 40.0
    for kind, heading in HEADINGS.items():
        stretches = [one for one in course.stretches if one.kind is kind]
        if not stretches:
            continue
        y += ROW
        yield letters(MARGIN, y + 8, "kind", heading)
        for one in stretches:
            y += ROW
            yield f'<line class="rule" x1="{left:g}" x2="{left + WIDTH}" y1="{y + 4:g}" y2="{y + 4:g}"/>'
            yield letters(MARGIN, y + 8, "", one.title)
            yield from _drawn(course, one, left, y)
            yield letters(left + WIDTH + GAP, y + 8, "words", said_of(one))
        y += ROW


def _drawn(course: Course, one: Stretch, left: float, y: float) -> Iterator[str]:
    colour = COLOURS[one.standing or str(one.kind)]
    start, end = (left + WIDTH * course.share(moment) for moment in (one.start, max(course.until(one), one.start)))
    in_time = end if one.due is None or one.kind is Kind.SUSPENSION else min(end, left + WIDTH * course.share(one.due))
    yield (
        f'<rect x="{start:.1f}" y="{y - 1:g}" width="{max(3, in_time - start):.1f}" height="{BAR}" rx="2"'
        f' fill="{colour}"/>'
    )
    if end > in_time:
        yield (
            f'<rect x="{in_time:.1f}" y="{y + 2:g}" width="{end - in_time:.1f}" height="{BAR - 6}" fill="{colour}"'
            ' opacity="0.45"/>'
        )
    if one.due is not None and one.kind is Kind.DEADLINE:
        due = left + WIDTH * course.share(one.due)
        yield f'<path d="M{due:.1f} {y - 3:g} l5 7 l-5 7 l-5 -7 Z" fill="#fff" stroke="{colour}" stroke-width="1.5"/>'
