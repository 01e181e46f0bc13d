"""Tests of workbooks, opened and read again: dates are dates, numbers are numbers, no text is a formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from casereview.reports.pages.page import REHEARSAL_NOTE, Column, Page, Section, Table
from casereview.reports.render.excel import write_excel

from ...support.sample_page import ACTIONS, FORMULA, MARKUP, SAMPLE_PAGE


def opened(page: Page = SAMPLE_PAGE) -> Any:
    return load_workbook(BytesIO(write_excel(page)))


def with_text(*texts: str) -> Any:
    """Return the sheet of a table with these texts."""
    table = Table(caption="Texts", columns=(Column(title="Text", share=1),), rows=tuple((text,) for text in texts))
    return opened(replace(SAMPLE_PAGE, parts=(), sections=(Section(heading="x", parts=(table,)),)))["Texts"]


def test_each_table_has_its_sheet_and_the_last_describes_the_report() -> None:
    book = opened()
    assert book.sheetnames == ["Actions of Agency 1", "Changed due dates", "About"]
    assert [row[0].value for row in book["About"]] == ["Progress report", "15 Jun 2026. 2 actions.", "The first words."]
    assert REHEARSAL_NOTE in [row[0].value for row in opened(replace(SAMPLE_PAGE, rehearsal=True))["About"]]


def test_days_are_days_and_numbers_numbers() -> None:
    sheet = opened()["Actions of Agency 1"]
    assert [cell.value for cell in sheet[1]] == ["Ref.", "RAG", "Due", "Items", "Action", "Lead person"]
    first, second = sheet.iter_rows(min_row=2)
    assert [cell.value for cell in first if not cell.is_date] == [
        "A01",
        "red: 3 days overdue",
        4,
        FORMULA,
        "Manager 1",
    ]
    assert first[2].value.date() == date(2026, 6, 12)
    assert (first[2].is_date, first[2].number_format, first[3].data_type) == (True, "d mmm yyyy", "n")
    assert [cell.value for cell in second][2::2] == [None, MARKUP]


@pytest.mark.parametrize("text", [FORMULA, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "{=1+1}", "12", "http://x.org"])
def test_text_is_stored_as_text_and_never_as_a_formula_or_number(text: str) -> None:
    cell = with_text(text)["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_text_longer_than_a_cell_holds_is_cut_and_says_so() -> None:
    cut, whole = (with_text("x" * 40_000, "y" * 32_767)[name].value for name in ("A2", "A3"))
    assert (len(cut), cut[-1], whole) == (32_767, "…", "y" * 32_767)


def test_a_colour_fills_the_cell_of_its_label() -> None:
    cell = opened()["Actions of Agency 1"]["B2"]
    assert (cell.value, cell.fill.fgColor.rgb) == ("red: 3 days overdue", "FFF4A9A0")


def test_a_table_has_filters_and_fixed_headings_also_when_printed() -> None:
    sheet = opened()["Actions of Agency 1"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:F3", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_a_row_is_as_high_as_its_text() -> None:
    sheet = with_text("short", "long " * 60)
    assert sheet.row_dimensions[2].height < sheet.row_dimensions[3].height


@pytest.mark.parametrize(
    ("captions", "names"),
    [
        (("Actions", "Actions", "ACTIONS"), ["Actions", "Actions 2", "ACTIONS 3", "About"]),
        (("What [is] due: a/b?*\\'",), ["What is due a b", "About"]),
        (("About",), ["About", "About 2"]),
        (("x" * 40, "x" * 40), ["x" * 31, "x" * 27 + " 2", "About"]),
        (("[]",), ["Sheet", "About"]),
    ],
)
def test_each_sheet_has_a_unique_name_that_excel_accepts(captions: tuple[str, ...], names: list[str]) -> None:
    tables = tuple(replace(ACTIONS, caption=caption) for caption in captions)
    assert opened(replace(SAMPLE_PAGE, parts=(), sections=(Section(heading="x", parts=tables),))).sheetnames == names
