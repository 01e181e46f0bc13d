"""Tests that a damaged workbook is either read or refused with a sentence."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casereview.exchange.plan.errors import PlanConflict
from casereview.exchange.workbook.faults import FaultyWorkbook
from casereview.exchange.workbook.file_limits import read_workbook_file

from ...support.plan_workbooks import HAND_IN_RECORD, PROGRESS_REPORT, action, compare_workbook, exported_workbook, tree

OF = tree(
    action(1),
    action(2, "agreed", propose={"action": "A form."}, report_progress=PROGRESS_REPORT),
    action(3, "handed_in", propose={"action": "A rota."}, hand_in=HAND_IN_RECORD),
)
PLAN = exported_workbook(OF)
PARTS = zipfile.ZipFile(io.BytesIO(PLAN)).namelist()
# Text from a workbook's parts, so that the damaged parts are often still XML.
BITS = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([b"<", b"/>", b'"', b"<row/>", b"</row>", b"<c/>", b'<c r="C2"/>', b"<v>-1</v>", b"<v>x</v>"]),
    st.sampled_from([b' t="s"', b' t="d"', b' t="b"', b' t="e"', b' s="99"', b"1e999", b"<f>1</f>", b"&#0;", b"&x;"]),
)


def survives(content: bytes) -> None:
    """Read a file as an import does, up to the changes it would make."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(content)
        with suppress(FaultyWorkbook, PlanConflict):
            compare_workbook(read_workbook_file(str(path)), OF)


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_part_that_was_damaged_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(PARTS))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAN)) as opened, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as saved:
        for part in PARTS:
            content = opened.read(part)
            if part == name:
                start = data.draw(st.integers(0, len(content)))
                end = data.draw(st.integers(start, min(len(content), start + 40)))
                content = content[:start] + data.draw(BITS) + content[end:]
            saved.writestr(part, content)
    survives(made.getvalue())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PLAN)), st.binary(min_size=1, max_size=20))
def test_a_file_that_was_damaged_is_read_or_refused(at: int, bits: bytes) -> None:
    survives(PLAN[:at] + bits + PLAN[at + len(bits) :])
