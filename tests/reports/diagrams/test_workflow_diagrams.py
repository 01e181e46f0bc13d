"""Tests of workflow diagrams, read as a reader sees them."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, pairwise
from typing import Annotated, Literal
from xml.etree import ElementTree as ET

import pytest
from msgspec import Meta

from casereview.engine.definition.workflow import ChosenTarget, Role, State, Transition, Workflow
from casereview.engine.forms.fields import Form
from casereview.reports.diagrams.mermaid import mermaid
from casereview.reports.diagrams.workflow_svg import workflow_svg
from casereview.workflows import WORKFLOWS

SIZES = {"heading": 21, "title": 15}
BOLD, PLAIN = 0.66, 0.59  # the share of the font size that a letter takes in a wide font


class Nothing(Form, frozen=True, kw_only=True):
    """Nothing is recorded."""


class Return(Form, frozen=True, kw_only=True):
    """The state to return to."""

    to: Annotated[Literal["asked", "begun"], Meta(title="To", description="Where it was before.")]


def state(name: str, *, title: str | None = None, is_end: bool = False) -> State:
    return State(name=name, title=title or name, meaning=f"It is {name}.", is_end=is_end)


def step(trigger: str, sources: str, to: str | ChosenTarget | None, record: type[Form] = Nothing) -> Transition:
    title = trigger.replace("_", " ").capitalize()
    return Transition(
        trigger=trigger, title=title, sources=tuple(sources.split()), to=to, roles=("anybody",), form=record
    )


def workflow(name: str, states: tuple[State, ...], *steps: Transition) -> Workflow:
    opening, *transitions = steps
    return Workflow(
        name=name,
        title=name,
        purpose="Serves a test.",
        version=1,
        prefix="T",
        opening=opening,
        states=states,
        transitions=tuple(transitions),
        deadlines=(),
        roles=(Role(name="anybody", title="anybody"),),
    )


CSS_PROPERTIES = {"fill", "font", "font-size", "font-weight", "stroke", "stroke-dasharray", "stroke-width"}


def test_the_style_of_a_diagram_has_only_properties_of_svg() -> None:
    style = workflow_svg(WORKFLOWS[0]).partition("<style>")[2].partition("</style>")[0]
    assert set(re.findall(r"([\w-]+): ", style)) == CSS_PROPERTIES


SMALL = workflow(
    "small",
    (state("asked", title='<asked> & "waiting"'), state("begun"), state("done", is_end=True)),
    step("ask", "", "asked"),
    step("begin", "asked", "begun"),
    step("hurry", "asked", "begun"),
    step("remark", "asked begun", None),
    step("finish", "begun", "done"),
    step("return", "done", ChosenTarget(field="to", choices=("asked", "begun")), Return),
)

# Features that none of our workflows uses yet.
CROWDED = workflow(
    "crowded",
    (
        *(state(name) for name in ("asked", "begun", "checked", "agreed", "paused")),
        *(state(name, is_end=True) for name in ("done", "refused", "dropped")),
    ),
    step("ask", "", "asked"),
    step("begin", "asked", "begun"),
    step("check", "begun", "checked"),
    step("agree", "checked", "agreed"),
    step("finish", "agreed", "done"),
    step("trust", "begun", "agreed"),
    step("send_back", "agreed", "begun"),
    step("pause", "begun checked", "paused"),
    step("resume", "paused", "begun"),
    step("refuse", "asked", "refused"),
    step("refuse_late", "asked begun", "refused"),
    step("drop", "begun checked agreed", "dropped"),
    step("drop_paused", "paused", "dropped"),
    step("settle", "paused", "done"),
)

ours = pytest.mark.parametrize("drawn", WORKFLOWS, ids=lambda drawn: drawn.name)
every = pytest.mark.parametrize("drawn", [*WORKFLOWS, SMALL, CROWDED], ids=lambda drawn: drawn.name)


Point = tuple[float, float]
Line = list[Point]


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Area) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def has_on_its_edge(self, point: Point) -> bool:
        x, y = point
        within = self.left <= x <= self.right and self.top <= y <= self.bottom
        return within and (x in (self.left, self.right) or y in (self.top, self.bottom))


class Picture:
    """An SVG as a reader sees it: boxes, texts and lines with their positions."""

    def __init__(self, drawn: Workflow) -> None:
        root = ET.fromstring(workflow_svg(drawn))
        self.root = root
        self.page = Area(*(float(number) for number in root.attrib["viewBox"].split()))
        elements = [(*_read(element), element) for element in root.iter()]
        self.words = [(e.text, _words_area(e.text, e, kinds)) for tag, kinds, e in elements if tag == "text" and e.text]
        self.boxes = [_box(e) for tag, kinds, e in elements if tag == "rect" and "page" not in kinds]
        self.lines = [_points(e) for tag, kinds, e in elements if tag == "path" and "line" in kinds]
        self.dots = [_centre(e) for tag, kinds, e in elements if tag == "circle" and "tip" in kinds]
        self.tips = [_points(e)[0] for tag, kinds, e in elements if tag == "path" and "tip" in kinds]

    def texts(self) -> list[str]:
        return [words for words, _ in self.words]

    def box_of(self, state: State) -> Area:
        (box,) = (box for box in self.boxes for words, area in self.words if words == state.title and box.holds(area))
        return box

    def ways(self, drawn: Workflow) -> set[tuple[str, str]]:
        """Return the pairs of states that the lines connect, in the direction of the arrowheads."""
        boxes = {state.name: self.box_of(state) for state in drawn.states}
        return {
            (source, to)
            for net in self._nets()
            for source in boxes
            for to in boxes
            if any(boxes[source].has_on_its_edge(end) for line in net for end in ends_of(line))
            and any(boxes[to].has_on_its_edge(tip) for line in net for tip in self.tips if self._points_to(line, tip))
        }

    def _nets(self) -> list[list[Line]]:
        """Group the lines that meet. Two lines meet if one ends on the other; lines that only cross do not."""
        nets: list[list[Line]] = []
        for line in self.lines:
            meeting = [net for net in nets if any(_meet(line, other) for other in net)]
            nets = [net for net in nets if net not in meeting] + [[line, *chain.from_iterable(meeting)]]
        return nets

    def _points_to(self, line: Line, tip: Point) -> bool:
        return any(math.dist(end, tip) <= 8 for end in ends_of(line))

    def segments(self) -> Iterator[Area]:
        for line in self.lines:
            for (x, y), (to_x, to_y) in pairwise(line):
                yield Area(min(x, to_x) - 0.75, min(y, to_y) - 0.75, max(x, to_x) + 0.75, max(y, to_y) + 0.75)


def ends_of(line: Line) -> tuple[Point, Point]:
    return line[0], line[-1]


def _meet(one: Line, other: Line) -> bool:
    return any(_lies_on(end, other) for end in ends_of(one)) or any(_lies_on(end, one) for end in ends_of(other))


def _lies_on(point: Point, line: Line) -> bool:
    return any(
        math.isclose(math.dist(start, point) + math.dist(point, end), math.dist(start, end))
        for start, end in pairwise(line)
    )


def _read(element: ET.Element) -> tuple[str, list[str]]:
    return element.tag.rpartition("}")[2], element.get("class", "").split()


def _words_area(words: str, element: ET.Element, kinds: list[str]) -> Area:
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    size = next((SIZES[kind] for kind in kinds if kind in SIZES), 12)
    width = len(words) * size * (PLAIN if "words" in kinds else BOLD)
    return Area(x, y - 0.75 * size, x + width, y + 0.2 * size)


def _box(element: ET.Element) -> Area:
    x, y, width, height = (float(element.attrib[name]) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + width, y + height)


def _centre(element: ET.Element) -> Point:
    return float(element.attrib["cx"]), float(element.attrib["cy"])


def _points(element: ET.Element) -> Line:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", element.attrib["d"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def moves(drawn: Workflow) -> Iterator[tuple[str, str, str]]:
    for step in drawn.transitions:
        for source in step.sources:
            for to in step.targets:
                yield source, step.title, to


# --- as a picture ----------------------------------------------------------------------------------


@every
def test_the_picture_names_every_state_and_what_it_means(drawn: Workflow) -> None:
    texts = Picture(drawn).texts()
    for state in drawn.states:
        assert state.title in texts
    assert set(" ".join(state.meaning for state in drawn.states).split()) <= set(" ".join(texts).split())


@every
def test_the_picture_names_every_step(drawn: Workflow) -> None:
    written = " ".join(Picture(drawn).texts())
    for step in (drawn.opening, *drawn.transitions):
        assert step.title in written


@every
def test_no_drawing_shows_a_code(drawn: Workflow) -> None:
    root = Picture(drawn).root
    for words in (*Picture(drawn).texts(), root[0].text or "", root[1].text or ""):
        assert "_" not in words
    labels = re.findall(r" : (.+)$", mermaid(drawn), re.MULTILINE)
    assert [label for label in labels if "_" in label] == []


@every
def test_lines_lead_from_each_state_only_to_the_targets_of_its_steps(drawn: Workflow) -> None:
    assert Picture(drawn).ways(drawn) == {(source, to) for source, _, to in moves(drawn)}


@every
def test_no_line_ends_in_the_void(drawn: Workflow) -> None:
    picture = Picture(drawn)
    void = [
        end
        for line in picture.lines
        for end in ends_of(line)
        if not any(box.has_on_its_edge(end) for box in picture.boxes)
        and not any(math.dist(end, point) <= 8 for point in (*picture.tips, *picture.dots))
        and not any(_lies_on(end, other) for other in picture.lines if other is not line)
    ]
    assert void == []


@every
def test_no_text_is_cut_off(drawn: Workflow) -> None:
    picture = Picture(drawn)
    assert [words for words, area in picture.words if not picture.page.holds(area)] == []


@every
def test_no_line_leaves_the_page(drawn: Workflow) -> None:
    picture = Picture(drawn)
    assert [segment for segment in picture.segments() if not picture.page.holds(segment)] == []


@every
def test_boxes_do_not_overlap(drawn: Workflow) -> None:
    boxes = Picture(drawn).boxes
    assert len(boxes) == len(drawn.states)
    assert [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])] == []


@every
def test_texts_do_not_overlap(drawn: Workflow) -> None:
    words = Picture(drawn).words
    assert [(one, other) for (one, a), (other, b) in combinations(words, 2) if a.meets(b)] == []


@every
def test_a_text_is_inside_one_box_or_outside_all(drawn: Workflow) -> None:
    picture = Picture(drawn)
    astray = [
        words for words, area in picture.words for box in picture.boxes if box.meets(area) and not box.holds(area)
    ]
    assert astray == []


@every
def test_no_line_runs_through_text(drawn: Workflow) -> None:
    picture = Picture(drawn)
    assert [words for words, area in picture.words if any(area.meets(line) for line in picture.segments())] == []


@every
def test_no_line_runs_through_a_box(drawn: Workflow) -> None:
    picture = Picture(drawn)
    inside = [Area(box.left + 1, box.top + 1, box.right - 1, box.bottom - 1) for box in picture.boxes]
    assert [box for box in inside if any(box.meets(line) for line in picture.segments())] == []


@pytest.mark.parametrize(
    ("drawn", "path"),
    [
        (WORKFLOWS[0], [state.name for state in WORKFLOWS[0].states][:9]),
        (WORKFLOWS[1], [state.name for state in WORKFLOWS[1].states][:5]),
        (CROWDED, ["asked", "begun", "checked", "agreed", "done"]),
    ],
)
def test_the_longest_path_to_the_first_end_runs_straight_down(drawn: Workflow, path: list[str]) -> None:
    picture = Picture(drawn)
    boxes = {state.name: picture.box_of(state) for state in drawn.states}
    down = [boxes.pop(name) for name in path]
    assert {box.left for box in down} == {down[0].left}
    assert all(one.bottom < following.top for one, following in pairwise(down))
    assert all(box.left > down[0].right for box in boxes.values())


@ours
def test_the_picture_can_be_read_aloud(drawn: Workflow) -> None:
    root = Picture(drawn).root
    title, description = root[0], root[1]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert drawn.title in (title.text or "")
    for step in drawn.transitions:
        assert re.search(rf'"{re.escape(step.title)}" (leads from|is recorded)', description.text or "")


def test_several_steps_between_two_states_share_an_arrow() -> None:
    assert "Begin / Hurry" in Picture(SMALL).texts()


def test_a_step_whose_record_names_the_target_lists_the_possible_states() -> None:
    assert "Return → where it was before" in " ".join(Picture(SMALL).texts())


def test_the_picture_lists_the_states_of_a_step_that_changes_no_state() -> None:
    serious, *_ = WORKFLOWS
    texts = Picture(serious).texts()
    written = " ".join(texts)
    assert "Notify Ofsted and the board of the incident referred … monitored" in written
    assert "Notify the national panel of the decision screened … monitored, no further action, diverted" in written
    assert texts[texts.index("Add a note") + 1] == "in every state"


def test_text_is_escaped_in_the_picture() -> None:
    assert "&lt;asked&gt; &amp; &quot;waiting&quot;" in workflow_svg(SMALL)
    assert '<asked> & "waiting"' in Picture(SMALL).texts()


@every
def test_the_picture_refers_to_nothing_outside(drawn: Workflow) -> None:
    assert re.findall(r"(?:href|src|url\(|@import)", workflow_svg(drawn)) == []


def unescape(line: str) -> str:
    """Return a line of Mermaid with the characters that its entities stand for."""
    for name, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("amp", "&")):
        line = line.replace(f"#{name};", character)
    return line


# --- as Mermaid text -------------------------------------------------------------------------------


@ours
def test_the_mermaid_text_declares_every_state_by_its_title(drawn: Workflow) -> None:
    lines = mermaid(drawn).splitlines()
    for state in drawn.states:
        assert f'    state "{state.title}" as {state.name}' in lines


@every
def test_the_mermaid_text_has_every_move(drawn: Workflow) -> None:
    text = mermaid(drawn)
    for source, title, to in moves(drawn):
        arrows = re.findall(rf"^    {source} --> (\w+) : .*\b{re.escape(title)}(?: / |$)", text, re.MULTILINE)
        named = [line for arrow in arrows for line in text.splitlines() if f"note right of {arrow} :" in line]
        target = drawn.state(to).title
        # What a title holds may be written as an entity.
        assert to in arrows or any(target in unescape(line) for line in named)


@every
def test_the_mermaid_text_notes_every_step_that_changes_no_state(drawn: Workflow) -> None:
    notes = dict(re.findall(r"^    note right of (\w+) : (.+)$", mermaid(drawn), re.MULTILINE))
    for state in drawn.states:
        expected = [step.title for step in drawn.steps_from(state.name) if step.to is None]
        assert notes.get(state.name, "") == " / ".join(expected)


def test_the_mermaid_text_of_a_small_workflow() -> None:
    assert mermaid(SMALL) == (
        "stateDiagram-v2\n"
        '    state "#lt;asked#gt; #amp; #quot;waiting#quot;" as asked\n'
        '    state "begun" as begun\n'
        '    state "done" as done\n'
        '    state "where it was before" as return_to\n'
        "    note right of return_to : #lt;asked#gt; #amp; #quot;waiting#quot; / begun\n"
        "    [*] --> asked : Ask\n"
        "    asked --> begun : Begin / Hurry\n"
        "    begun --> done : Finish\n"
        "    done --> return_to : Return\n"
        "    done --> [*]\n"
        "    note right of asked : Remark\n"
        "    note right of begun : Remark\n"
    )


# --- as both ---------------------------------------------------------------------------------------


def test_it_is_drawn_the_same_by_another_process() -> None:
    program = (
        "from casereview.reports.diagrams.mermaid import mermaid\n"
        "from casereview.reports.diagrams.workflow_svg import workflow_svg\n"
        "from casereview.workflows import WORKFLOWS\n"
        "print(ascii([draw(drawn) for drawn in WORKFLOWS for draw in (mermaid, workflow_svg)]))\n"
    )
    # Another seed, so that sets are in another order.
    drawings = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawings[0] == drawings[1] == ascii([draw(d) for d in WORKFLOWS for draw in (mermaid, workflow_svg)]) + "\n"
