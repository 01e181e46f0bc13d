"""Draw the timeline of a case as a standalone SVG picture."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..values.case_timeline import HEADINGS, CaseTimeline, IntervalKind, TimelineInterval, describe_interval
from ..values.dates import day
from .svg_shapes import TEXT, draw_text, max_text_width

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
    "not_known": "#a3acb5",
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


# --- as a drawing -------------------------------------------------------------------------------------


def timeline_svg(timeline: CaseTimeline) -> str:
    """Return a timeline as an SVG document."""
    left = MARGIN + max_text_width(one.title for one in timeline.intervals) + GAP
    rows = list(_rows(timeline, left))
    height = 2 * MARGIN + 40 + ROW * (len(timeline.intervals) + 2 * len({one.kind for one in timeline.intervals}))
    width = left + WIDTH + GAP + max_text_width(describe_interval(one) for one in timeline.intervals) + MARGIN
    now = left + WIDTH * timeline.position(timeline.today)
    today = f'<line class="today" x1="{now:.1f}" x2="{now:.1f}" y1="{MARGIN + 44}" y2="{height - MARGIN}"/>'
    shown = timeline.start <= timeline.today <= timeline.end
    name = escape(f"The course of {timeline.ref}", quote=True)
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{name}">',
            f"<style>{STYLE}</style>",
            f'<rect class="page" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}"/>',
            draw_text(MARGIN, MARGIN + 12, "heading", f"{timeline.ref}  {timeline.title}"),
            draw_text(left, MARGIN + 36, "words", day(timeline.start)),
            draw_text(left + WIDTH - 60, MARGIN + 36, "words", day(timeline.end)),
            *([today, draw_text(now + 4, height - 8, "words", "today")] if shown else []),
            *rows,
            "</svg>\n",
        )
    )


def _rows(course: CaseTimeline, left: float) -> Iterator[str]:
    y = MARGIN + 40.0
    for kind, heading in HEADINGS.items():
        stretches = [one for one in course.intervals if one.kind is kind]
        if not stretches:
            continue
        y += ROW
        yield draw_text(MARGIN, y + 8, "kind", heading)
        for one in stretches:
            y += ROW
            yield f'<line class="rule" x1="{left:g}" x2="{left + WIDTH}" y1="{y + 4:g}" y2="{y + 4:g}"/>'
            yield draw_text(MARGIN, y + 8, "", one.title)
            yield from _drawn(course, one, left, y)
            yield draw_text(left + WIDTH + GAP, y + 8, "words", describe_interval(one))
        y += ROW


def _drawn(course: CaseTimeline, one: TimelineInterval, left: float, y: float) -> Iterator[str]:
    colour = COLOURS[one.status or str(one.kind)]
    start, end = (
        left + WIDTH * course.position(moment) for moment in (one.start, max(course.shown_end(one), one.start))
    )
    in_time = (
        end
        if one.due is None or one.kind is IntervalKind.SUSPENSION
        else min(end, left + WIDTH * course.position(one.due))
    )
    yield (
        f'<rect x="{start:.1f}" y="{y - 1:g}" width="{max(3, in_time - start):.1f}" height="{BAR}" rx="2"'
        f' fill="{colour}"/>'
    )
    if end > in_time:
        yield (
            f'<rect x="{in_time:.1f}" y="{y + 2:g}" width="{end - in_time:.1f}" height="{BAR - 6}" fill="{colour}"'
            ' opacity="0.45"/>'
        )
    if one.due is not None and one.kind is IntervalKind.DEADLINE:
        due = left + WIDTH * course.position(one.due)
        yield f'<path d="M{due:.1f} {y - 3:g} l5 7 l-5 7 l-5 -7 Z" fill="#fff" stroke="{colour}" stroke-width="1.5"/>'
