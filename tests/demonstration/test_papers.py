"""Tests that each sample paper is written in every format and shows actions in several colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from casereview.demonstration.papers import write


@pytest.mark.long
def test_every_paper_is_written_in_every_format(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert sorted(path.name for path in written) == sorted(
        [f"{name}.{kind}" for name in ("tracker", "progress", "exceptions", "annual") for kind in ("docx", "html")]
        + ["tracker-workbook.xlsx"]
    )
    for path in written:
        if path.suffix == ".docx":
            assert Document(str(path)).paragraphs[0].text
        elif path.suffix == ".html":
            assert "REHEARSAL" in path.read_text(encoding="utf-8")
    marks = [
        str(row[3].value) for row in load_workbook(tmp_path / "tracker-workbook.xlsx")["Actions"].iter_rows(min_row=2)
    ]
    assert {mark.partition(":")[0] for mark in marks} == {"amber", "green", "ended"}
