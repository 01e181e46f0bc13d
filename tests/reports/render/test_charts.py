"""Tests of charts: the requested size, the same each time, and never by colour alone."""

from __future__ import annotations

import struct
from datetime import date
from xml.etree import ElementTree

import pytest

from casereview.reports.render.charts import DOTS, HATCHES, WIDE, png, svg
from casereview.reports.values.figures import BarChart, LineChart
from casereview.reports.values.rag_status import Palette, RagColour

from ...support.sample_page import BARS, LINES

OURS = Palette()
CHARTS = [picture.chart for picture in (BARS, LINES) if picture.chart is not None]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_chart_has_the_requested_width_and_is_the_same_each_time(chart: BarChart | LineChart) -> None:
    made = png(chart, OURS)
    assert made.startswith(b"\x89PNG")
    assert struct.unpack(">I", made[16:20])[0] == round(WIDE * DOTS)
    assert svg(chart, OURS) == svg(chart, OURS)
    assert ElementTree.fromstring(svg(chart, OURS)).tag == "{http://www.w3.org/2000/svg}svg"


def test_each_colour_has_its_own_hatching() -> None:
    assert HATCHES.keys() == set(RagColour)
    assert len(set(HATCHES.values())) == len(RagColour)


def test_more_agencies_make_a_taller_chart() -> None:
    def height(names: int) -> int:
        bars = BarChart(
            labels=tuple(f"Agency {n}" for n in range(names)), counts={RagColour.RED: (1,) * names}, unit="actions"
        )
        found: int = struct.unpack(">I", png(bars, OURS)[20:24])[0]
        return found

    assert height(2) < height(10)


def test_a_chart_uses_the_unit_s_colours() -> None:
    assert BARS.chart is not None
    assert "#123456" in svg(BARS.chart, Palette(fills={**OURS.fills, RagColour.RED: "#123456"}))


def test_lines_that_begin_and_end_on_one_day_can_be_drawn() -> None:
    day = date(2026, 6, 15)
    assert png(LineChart(days=(day,), counts={"open": (1,), "assured": (0,)}, last_day=day, unit="actions"), OURS)
