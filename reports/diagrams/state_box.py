"""Draw a state of a workflow as a box in SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...engine.definition.workflow import State
from .svg_shapes import LINE, PADDING, draw_text

TITLE = 15
MARK = 5  # the ring that marks a final state
SPINE = 0.38  # the part of a box's width to the left of the main path


@dataclass(frozen=True, kw_only=True, slots=True)
class StateBox:
    """A state and its position.

    Attributes:
        state: The state.
        means: The lines of its meaning.
        left: The distance from the left.
        top: The distance from the top.
        width: The width.
        height: The height.
    """

    state: State
    means: Sequence[str]
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.top + self.height

    @property
    def x(self) -> float:
        """Return the point where the main path meets it, left of the middle to leave space for step labels."""
        return self.left + round(self.width * SPINE)

    @property
    def y(self) -> float:
        """Return the middle of its row."""
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
