"""Draw a workflow as a standalone SVG that is laid out by the definition alone.

The main path runs down the first column. States off the path stand in a second column on the same rows,
and bus lines in the gap between the two lead to them. Steps back are dashed and run outside: down on the
right, along the bottom, up on the left. So no line crosses a box or a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain
from math import ceil

from ...engine.definition.workflow import Workflow
from .state_box import MARK, SPINE, TITLE, StateBox
from .svg_shapes import (
    ARROW_LENGTH,
    LINE,
    PADDING,
    TEXT,
    LineEnd,
    draw_arrow,
    draw_bus,
    draw_line,
    draw_lines,
    draw_text,
    max_text_width,
    wrap_label,
    wrap_text,
)
from .workflow_description import describe_workflow, legend_lines
from .workflow_layout import Names, Route, WorkflowLayout

MARGIN, ROW_GAP, STUB, LANE, LEAST_BOX = 28, 22, 28, 22, 262
HEADING = 21
LABEL = 215  # the width of a step's title, which goes on in the next line
LINE_GAP = 7  # the distance of a line from another one's row
MEASURE = 600  # a comfortable width for reading a sentence

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
        beside = {way: wrap_label(label, LABEL) for way, label in (*self._off.items(), *self._across.items())}
        self._beside_width = max_text_width(chain.from_iterable(beside.values()))
        meeting = max((sum(to == targets for _, to in self._off) for _, targets in self._off), default=1)
        self._lines = max(map(len, beside.values()), default=1)
        # Lines that meet a box on the same side are so far apart that each label fits between two of them.
        self._offset = (4 + LINE * self._lines) * max(1, meeting - 1)
        self._set_columns()
        self._set_rows()

    def _set_columns(self) -> None:
        """Set the columns from left to right: lanes, the main path, lanes, labels, the other states, lanes."""
        titles = max_text_width((state.title for state in self._workflow.states), TITLE) + 3 * PADDING + 2 * MARK
        down = (line for label in self._down.values() for line in wrap_label(label, LABEL))
        self._box_width = max(LEAST_BOX, titles, ceil((max_text_width(down) + 16 - STUB) / (1 - SPINE)))
        self._left = MARGIN + LANE * (len(self._past) + len(self._round)) + STUB
        self._words = self._left + self._box_width + STUB + LANE * max(len(self._buses) - 1, 0) + 12
        self._beside = self._words + self._beside_width + 3 * ARROW_LENGTH
        self._right = self._beside + self._box_width
        self._width = self._right + STUB + LANE * len(self._round) + MARGIN / 2

    def _set_rows(self) -> None:
        """Set the rows from the top: the purpose, the initial dot, the states, the lanes back."""
        workflow = self._workflow
        self._below = self._labels_below()
        down = (wrap_label(label, LABEL) for label in (*self._down.values(), workflow.opening.title))
        self._gap = ROW_GAP + LINE * max(self._lines, *map(len, down), *map(len, self._below.values()))
        self._purpose = wrap_text(workflow.purpose, min(self._width - 2 * MARGIN, MEASURE))
        self._start = MARGIN + HEADING + LINE * (len(self._purpose) + 1)
        means = {state.name: wrap_text(state.meaning, self._box_width - 2 * PADDING) for state in workflow.states}
        height = max(2 * PADDING + TITLE + LINE * max(map(len, means.values())), 2 * (self._offset + PADDING))
        self._boxes = {
            state.name: StateBox(
                state=state,
                means=means[state.name],
                left=self._left if state.name in self._path else self._beside,
                top=self._start + self._gap + (height + self._gap) * self._rows[state.name],
                width=self._box_width,
                height=height,
            )
            for state in workflow.states
        }
        beside = [box.bottom for name, box in self._boxes.items() if name not in self._path]
        self._legend_top = max(beside, default=self._start) + self._gap + LINE
        self._legend = legend_lines(workflow, self._right - self._words)
        legend_bottom = self._legend_top + LINE * (1 + sum(max(map(len, entry)) for entry in self._legend))
        below = (box.bottom + TEXT * len(self._below.get(name, ())) for name, box in self._boxes.items())
        self._bottom = max(legend_bottom, *below)
        self._height = self._bottom + STUB + LANE * len(self._round) + MARGIN / 2

    def _labels_below(self) -> dict[str, list[tuple[str, str]]]:
        """Return the labels of the lines that leave a box on the outside, by its state: lines of text with their kind.

        They are under the box, to the left of the main path.
        """
        outside = [(sources, "step", label) for (sources, _), label in self._past.items()]
        for (sources, targets), label in self._round.items():
            if len({name in self._path for name in (*sources, *targets)}) == 1:
                outside.append((sources, "step back", label))
        labels: dict[str, list[tuple[str, str]]] = {}
        for (first, *_), kind, label in outside:
            lines = wrap_label(label, self._box_width * SPINE + STUB - 2 * PADDING)
            labels.setdefault(first, []).extend((kind, words) for words in lines)
        return labels

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
            *self._below_boxes(),
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
        yield from self._down_to(first, self._start, self._workflow.opening.title)
        for ((source,), (target,)), label in self._down.items():
            yield from self._down_to(self._boxes[target], self._boxes[source].bottom, label)

    def _down_to(self, box: StateBox, y: float, label: str) -> Iterator[str]:
        yield draw_line([(box.x, y), (box.x, box.top - ARROW_LENGTH)])
        yield draw_arrow(box.x, box.top, (0, 1))
        lines = wrap_label(label, LABEL)
        yield from draw_lines(box.x + 10, (y + box.top) / 2 + 4 + LINE * (len(lines) - 1) / 2, "step", lines)

    def _off_the_path(self) -> Iterator[str]:
        for number, sources in enumerate(self._buses):
            ends = []
            for box in (self._boxes[name] for name in sources):
                leaving = [bus for bus in self._buses if box.state.name in bus]
                y = box.y + self._apart_by(leaving.index(sources), len(leaving))
                ends.append(LineEnd(x=box.right, y=y, has_arrow=False))
            for targets in (targets for names, targets in self._off if names == sources):
                (box,) = (self._boxes[name] for name in targets)
                coming = [bus for bus in self._buses if (bus, targets) in self._off]
                y = box.y + self._apart_by(coming.index(sources), len(coming)) + self._apart(box.state.name, coming)
                ends.append(LineEnd(x=box.left, y=y, has_arrow=True))
                yield from draw_lines(self._words, y - 5, "step", wrap_label(self._off[sources, targets], LABEL))
            yield from draw_bus(self._words - 12 - LANE * number, ends)

    def _apart_by(self, number: int, count: int) -> float:
        """Return the distance from a box's middle at which one of several lines meets it."""
        return self._offset * number / max(1, count - 1)

    def _apart(self, name: str, coming: Sequence[Names]) -> float:
        """Return the distance that separates lines into a box from lines out of it on the same row."""
        row = {other for other in self._path if self._rows[other] == self._rows[name]}
        leaving = [bus for bus in self._buses if row & set(bus)]
        return 0 if leaving in ([], list(coming)) else LINE_GAP

    def _past_rows(self) -> Iterator[str]:
        for number, (sources, targets) in enumerate(self._past):
            yield from draw_bus(self._lane(number), self._ends(sources, targets, self._offset, -self._offset))

    def _back_across(self) -> Iterator[str]:
        for ((source,), _), label in self._across.items():
            y, right = self._boxes[source].y - self._offset, self._left + self._box_width
            yield draw_line([(self._beside, y), (right + ARROW_LENGTH, y)], " back")
            yield draw_arrow(right, y, (-1, 0), " back")
            yield from draw_lines(self._words, y - 5, "step back", wrap_label(label, LABEL))

    def _all_round(self) -> Iterator[str]:
        for number, ((sources, targets), label) in enumerate(self._round.items()):
            off = self._apart_by(number, len(self._round)) / 2  # nearer than lines that pass rows
            # Incoming lines keep more than an arrowhead's distance from outgoing lines.
            ends = self._ends(sources, targets, off, off - self._offset + 1)
            left, right = ([end for end in ends if end.x == edge] for edge in (self._left, self._right))
            if left and right:
                rail = LineEnd(x=self._words, y=self._bottom + STUB + LANE * number, has_arrow=False)
                left.append(rail)
                right.append(rail)
                yield draw_text(self._left, rail.y - 6, "step back", label)
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

    def _below_boxes(self) -> Iterator[str]:
        for name, lines in self._below.items():
            box = self._boxes[name]
            for number, (kind, words) in enumerate(lines, start=1):
                yield draw_text(box.left - STUB + 8, box.bottom + 4 + TEXT * number, kind, words)

    def _lane(self, number: int) -> float:
        return self._left - STUB - LANE * number

    def _along_the_way(self) -> Iterator[str]:
        if self._legend:
            yield draw_text(self._words, self._legend_top, "title", "Recorded along the way")
        column = self._words + max_text_width(chain.from_iterable(title for title, _ in self._legend)) + PADDING
        y = self._legend_top + 6 + LINE
        for title, places in self._legend:
            yield from draw_lines(self._words, y + LINE * (len(title) - 1), "step", title)
            yield from draw_lines(column, y + LINE * (len(places) - 1), "words", places)
            y += LINE * max(len(title), len(places))
