"""Draw charts as PNG and SVG. Only this module imports matplotlib."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..values.figures import BarChart, LineChart
from ..values.rag_status import COLOUR_MEANINGS, Palette, RagColour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE, LEAST, BAR = 6.7, 1.3, 0.34
"""The width of a chart, its least height, and the height of a bar with its gap, in inches."""
DOTS = 200
INK, FAINT = "#1f2933", "#c9d0d6"
HATCHES = {
    RagColour.GREY: "",
    RagColour.GREEN: "..",
    RagColour.AMBER: "//",
    RagColour.RED: "xx",
    RagColour.BLUE: "--",
    RagColour.ENDED: "++",
}
STROKES: tuple[dict[str, Any], ...] = (
    {"color": "#24506f", "linestyle": "-", "linewidth": 2.0},
    {"color": "#8a3b12", "linestyle": (0, (5, 2)), "linewidth": 2.0},
)
LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # it comes with matplotlib, so a chart is the same everywhere
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "date.converter": "concise",
    "hatch.linewidth": 0.4,
    "svg.hashsalt": "casereview",
}


def png(chart: BarChart | LineChart, palette: Palette) -> bytes:
    """Return a chart as PNG, for paper."""
    with _drawn(chart, palette) as figure:
        file = BytesIO()
        figure.savefig(file, format="png", dpi=DOTS)
        return file.getvalue()


def svg(chart: BarChart | LineChart, palette: Palette) -> str:
    """Return a chart as standalone SVG, the same for the same figures."""
    with _drawn(chart, palette) as figure:
        file = StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()


@contextmanager
def _drawn(chart: BarChart | LineChart, palette: Palette) -> Iterator[Figure]:
    with rc_context(LOOK):
        high = LEAST + BAR * len(chart.labels) if isinstance(chart, BarChart) else 2.8
        figure = Figure(figsize=(WIDE, high), layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        if isinstance(chart, BarChart):
            _bars(axes, chart, palette)
        else:
            _lines(axes, chart)
        yield figure


def _bars(axes: Axes, chart: BarChart, palette: Palette) -> None:
    places = range(len(chart.labels))
    before = [0] * len(chart.labels)
    for rag, lengths in chart.counts.items():
        if not any(lengths):
            continue
        made = axes.barh(
            places,
            lengths,
            left=before,
            height=0.72,
            label=f"{rag}: {COLOUR_MEANINGS[rag]}",
            color=palette.fills[rag],
            edgecolor=INK,
            linewidth=0.6,
            hatch=HATCHES[rag],
        )
        # Each part shows its count, on a plain background if the part is hatched.
        ground = {"facecolor": palette.fills[rag], "edgecolor": "none", "pad": 0.6}
        for text in axes.bar_label(made, [str(n) if n else "" for n in lengths], label_type="center", fontsize=8):
            text.set(color=palette.text_colour(rag), bbox=ground if text.get_text() else None)
        before = [so_far + length for so_far, length in zip(before, lengths, strict=True)]
    axes.set_yticks(places, chart.labels)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(chart.unit)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3, frameon=False, fontsize=8)


def _lines(axes: Axes, chart: LineChart) -> None:
    days: Any = (*chart.days, chart.last_day)  # matplotlib accepts days, although its types do not say so
    for (name, counts), stroke in zip(chart.counts.items(), STROKES, strict=False):
        axes.step(days, (*counts, counts[-1]), where="post", label=name, **stroke)
        axes.annotate(f" {counts[-1]}", (days[-1], counts[-1]), va="center", fontsize=8, color=stroke["color"])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    axes.set_ylabel(chart.unit)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8)
