"""Draw a workflow as a standalone SVG that is laid out by the definition alone.

The main path runs down the first column. States off the path stand in a second column on the same rows,
and bus lines in the gap between the two lead to them. Steps back are dashed and run outside: down on the
right, along the bottom, up on the left. So no line crosses a box or a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from ...engine.definition.workflow import State, Workflow
from .svg_shapes import (
    ARROW_LENGTH,
    MAX_OFFSET,
    PADDING,
    TEXT,
    LineEnd,
    draw_arrow,
    draw_bus,
    draw_line,
    draw_text,
    line_offset,
    max_text_width,
    wrap_text,
)
from .workflow_description import describe_workflow, legend_lines
from .workflow_layout import Names, Route, WorkflowLayout

MARGIN, ROW_GAP, STUB, LANE, LEAST_BOX = 28, 38, 28, 22, 262
HEADING, TITLE, LINE = 21, 15, 16
LINE_GAP = 7  # the distance of a line from another one's row
MARK = 5  # the ring that marks a final state
MEASURE = 600  # a comfortable width for reading a sentence
SPINE = 0.38  # the part of a box's width to the left of the main path

STYLE = f"""
text {{ font: {TEXT}px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }}
text {{ fill: #1f2933 }}
.heading {{ font-size: {HEADING}px; font-weight: 700 }}
.title {{ font-size: {TITLE}px; font-weight: 700 }}
.step {{ font-weight: 600; fill: #24506f }}
.step.back {{ fill: #8a3b12 }}
.words {{ fill: #4a5763 }}
.page {{ fill: #fff; stroke: #d5dce3 }}
.running {{ fill: #e8f1f8; stroke: #2f6690; stroke-width: 1.5 }}
.end {{ fill: #f4f2ef; stroke: #6b645b; stroke-width: 1.5 }}
.mark {{ fill: #6b645b }}
.line {{ fill: none; stroke: #2f6690; stroke-width: 1.5 }}
.line.back {{ stroke: #a84a17; stroke-dasharray: 5 4 }}
.tip {{ fill: #2f6690 }}
.tip.back {{ fill: #a84a17 }}
"""


def workflow_svg(workflow: Workflow) -> str:
    """Return a workflow as a standalone SVG document."""
    return _Drawing(workflow).document()


# --- positions -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Box:
    """A state and its position."""

    state: State
    means: Sequence[str]
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def x(self) -> float:
        """Return the point where the main path meets it, left of the middle to leave space for step labels."""
        return self.left + round(self.width * SPINE)

    @property
    def y(self) -> float:
        return self.top + self.height / 2

    def elements(self) -> Iterator[str]:
        """Yield the box, its title and meaning, and a ring if the state is final."""
        kind = "end" if self.state.is_end else "running"
        yield (
            f'<rect class="{kind}" x="{self.left:g}" y="{self.top:g}" width="{self.width:g}" height="{self.height:g}"'
            ' rx="8"/>'
        )
        if self.state.is_end:
            x, y = self.right - PADDING - MARK, self.top + PADDING + MARK
            yield f'<circle class="end" cx="{x:g}" cy="{y:g}" r="{MARK}"/>'
            yield f'<circle class="mark" cx="{x:g}" cy="{y:g}" r="{MARK / 2:g}"/>'
        first = self.y - LINE * len(self.means) / 2 + TITLE / 2 - 4
        yield draw_text(self.left + PADDING, first, "title", self.state.title)
        for number, words in enumerate(self.means, start=1):
            yield draw_text(self.left + PADDING, first + 2 + LINE * number, "words", words)


class _Drawing:
    """The drawing of one workflow. The constructor sets every position."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        plan = WorkflowLayout(workflow)
        self._path, self._rows = plan.path, plan.rows
        self._down, self._past, self._off, self._across, self._round = (plan.routes[way] for way in Route)
        # A bus that begins further down runs further inside, so that it crosses none that ends above.
        buses = dict.fromkeys(sources for sources, _ in self._off)
        self._buses = sorted(buses, key=lambda sources: min(plan.rows[name] for name in sources))
        self._labels: Counter[str] = Counter()
        self._set_columns()
        self._set_rows()

    def _set_columns(self) -> None:
        """Set the columns from left to right: lanes, the main path, lanes, labels, the other states, lanes."""
        titles = max_text_width((state.title for state in self._workflow.states), TITLE) + 3 * PADDING + 2 * MARK
        self._box_width = max(LEAST_BOX, titles, ceil((max_text_width(self._down.values()) + 16 - STUB) / (1 - SPINE)))
        self._left = MARGIN + LANE * (len(self._past) + len(self._round)) + STUB
        self._words = self._left + self._box_width + STUB + LANE * max(len(self._buses) - 1, 0) + 12
        self._beside = self._words + max_text_width([*self._off.values(), *self._across.values()]) + 3 * ARROW_LENGTH
        self._right = self._beside + self._box_width
        self._width = self._right + STUB + LANE * len(self._round) + MARGIN / 2

    def _set_rows(self) -> None:
        """Set the rows from the top: the purpose, the initial dot, the states, the lanes back."""
        workflow = self._workflow
        self._purpose = wrap_text(workflow.purpose, min(self._width - 2 * MARGIN, MEASURE))
        self._start = MARGIN + HEADING + LINE * (len(self._purpose) + 1)
        means = {state.name: wrap_text(state.meaning, self._box_width - 2 * PADDING) for state in workflow.states}
        height = 2 * PADDING + TITLE + LINE * max(map(len, means.values()))
        self._boxes = {
            state.name: _Box(
                state=state,
                means=means[state.name],
                left=self._left if state.name in self._path else self._beside,
                top=self._start + ROW_GAP + (height + ROW_GAP) * self._rows[state.name],
                width=self._box_width,
                height=height,
            )
            for state in workflow.states
        }
        beside = [box.bottom for name, box in self._boxes.items() if name not in self._path]
        self._legend_top = max(beside, default=self._start) + ROW_GAP + LINE
        self._legend = legend_lines(workflow, self._right - self._words)
        legend_bottom = self._legend_top + LINE * (len(self._legend) + 1)
        self._bottom = max(legend_bottom, *(box.bottom for box in self._boxes.values()))
        self._height = self._bottom + STUB + LANE * len(self._round) + MARGIN / 2

    def document(self) -> str:
        """Return the drawing as text."""
        name, title = escape(self._workflow.name), escape(f"{self._workflow.title}: how a case moves")
        width, height = f"{self._width:g}", f"{self._height:g}"
        elements = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"',
            f' role="img" aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{title}</title>',
            f'<desc id="{name}-desc">{escape(" ".join(describe_workflow(self._workflow)))}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="page" x="0.5" y="0.5" width="{self._width - 1:g}" height="{self._height - 1:g}" rx="12"/>',
            *self._heading(),
            *self._down_the_path(),
            *self._off_the_path(),
            *self._past_rows(),
            *self._back_across(),
            *self._all_round(),
            *(element for box in self._boxes.values() for element in box.elements()),
            *self._along_the_way(),
            "</svg>",
        )
        return "".join(f"{element}\n" for element in elements)

    def _heading(self) -> Iterator[str]:
        yield draw_text(MARGIN, MARGIN + TITLE, "heading", self._workflow.title)
        for number, words in enumerate(self._purpose, start=1):
            yield draw_text(MARGIN, MARGIN + HEADING + LINE * number, "words", words)

    def _down_the_path(self) -> Iterator[str]:
        first = self._boxes[self._workflow.initial]
        yield f'<circle class="tip" cx="{first.x:g}" cy="{self._start:g}" r="6"/>'
        yield from self._down_to(first, self._start, self._workflow.opening.trigger)
        for ((source,), (target,)), label in self._down.items():
            yield from self._down_to(self._boxes[target], self._boxes[source].bottom, label)

    def _down_to(self, box: _Box, y: float, label: str) -> Iterator[str]:
        yield draw_line([(box.x, y), (box.x, box.top - ARROW_LENGTH)])
        yield draw_arrow(box.x, box.top, (0, 1))
        yield draw_text(box.x + 10, (y + box.top) / 2 + 4, "step", label)

    def _off_the_path(self) -> Iterator[str]:
        for number, sources in enumerate(self._buses):
            ends = []
            for box in (self._boxes[name] for name in sources):
                leaving = [bus for bus in self._buses if box.state.name in bus]
                y = box.y + line_offset(leaving.index(sources), len(leaving))
                ends.append(LineEnd(x=box.right, y=y, has_arrow=False))
            for targets in (targets for names, targets in self._off if names == sources):
                (box,) = (self._boxes[name] for name in targets)
                coming = [bus for bus in self._buses if (bus, targets) in self._off]
                y = box.y + line_offset(coming.index(sources), len(coming)) + self._apart(box.state.name, coming)
                ends.append(LineEnd(x=box.left, y=y, has_arrow=True))
                yield draw_text(self._words, y - 5, "step", self._off[sources, targets])
            yield from draw_bus(self._words - 12 - LANE * number, ends)

    def _apart(self, name: str, coming: Sequence[Names]) -> float:
        """Return the distance that separates lines into a box from lines out of it on the same row."""
        row = {other for other in self._path if self._rows[other] == self._rows[name]}
        leaving = [bus for bus in self._buses if row & set(bus)]
        return 0 if leaving in ([], list(coming)) else LINE_GAP

    def _past_rows(self) -> Iterator[str]:
        for number, ((sources, targets), label) in enumerate(self._past.items()):
            yield from draw_bus(self._lane(number), self._ends(sources, targets, MAX_OFFSET, -MAX_OFFSET))
            yield self._below(sources[0], "step", label)

    def _back_across(self) -> Iterator[str]:
        for ((source,), _), label in self._across.items():
            y, right = self._boxes[source].y - MAX_OFFSET, self._left + self._box_width
            yield draw_line([(self._beside, y), (right + ARROW_LENGTH, y)], " back")
            yield draw_arrow(right, y, (-1, 0), " back")
            yield draw_text(self._words, y - 5, "step back", label)

    def _all_round(self) -> Iterator[str]:
        for number, ((sources, targets), label) in enumerate(self._round.items()):
            off = line_offset(number, len(self._round)) / 2  # nearer than lines that pass rows
            # Incoming lines keep more than an arrowhead's distance from outgoing lines.
            ends = self._ends(sources, targets, off, off - MAX_OFFSET + 1)
            left, right = ([end for end in ends if end.x == edge] for edge in (self._left, self._right))
            if left and right:
                rail = LineEnd(x=self._words, y=self._bottom + STUB + LANE * number, has_arrow=False)
                left.append(rail)
                right.append(rail)
                yield draw_text(self._left, rail.y - 6, "step back", label)
            else:
                yield self._below(sources[0], "step back", label)
            yield from draw_bus(self._lane(len(self._past) + number), left, " back")
            yield from draw_bus(self._right + STUB + LANE * number, right, " back")

    def _ends(self, sources: Names, targets: Names, leaving: float, coming: float) -> list[LineEnd]:
        """Return the points where a line meets boxes on the outside; boxes of the main path on their left."""
        places = [(name, leaving, False) for name in sources] + [(name, coming, True) for name in targets]
        return [
            LineEnd(
                x=self._left if name in self._path else self._right, y=self._boxes[name].y + aside, has_arrow=pointed
            )
            for name, aside, pointed in places
        ]

    def _below(self, name: str, kind: str, label: str) -> str:
        """Return the label of a line that leaves a box on the outside, under the box."""
        box = self._boxes[name]
        self._labels[name] += 1
        return draw_text(box.left - STUB + 8, box.bottom + 4 + TEXT * self._labels[name], kind, label)

    def _lane(self, number: int) -> float:
        return self._left - STUB - LANE * number

    def _along_the_way(self) -> Iterator[str]:
        if self._legend:
            yield draw_text(self._words, self._legend_top, "title", "Recorded along the way")
        column = self._words + max_text_width(step for step, _ in self._legend) + PADDING
        for number, (step, where) in enumerate(self._legend, start=1):
            y = self._legend_top + 6 + LINE * number
            yield draw_text(self._words, y, "step", step)
            yield draw_text(column, y, "words", where)
