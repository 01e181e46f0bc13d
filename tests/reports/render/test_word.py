"""Tests of Word documents, opened and read again, with and without a unit's own template."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from casereview.engine.errors.bad_input import BadValue
from casereview.reports.pages.page import REHEARSAL_NOTE, Page
from casereview.reports.render.word import write_word
from casereview.reports.render.word_template import CELL_STYLE, TABLE_STYLE
from casereview.reports.values.rag_status import Palette, RagColour

from ...support.sample_page import FORMULA, MARKUP, SAMPLE_PAGE


@cache
def written() -> bytes:
    return write_word(SAMPLE_PAGE)


def opened(content: bytes | None = None) -> Any:
    return Document(BytesIO(content or written()))


def texts(content: bytes | None = None, style: str | None = None) -> list[str]:
    paragraphs = opened(content).paragraphs
    return [one.text for one in paragraphs if style is None or one.style.name == style]


def saved(document: Any) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_title_headings_and_text_use_word_s_own_styles() -> None:
    assert texts(style="Title") == ["Progress report"]
    assert texts(style="Heading 1") == ["Actions"]
    assert texts(style="Heading 2") == ["Pictures"]
    assert {"15 Jun 2026. 2 actions.", "The first words."} <= set(texts(style="Normal"))


def test_captions_are_numbered_by_fields_so_they_can_be_listed() -> None:
    captions = [one for one in opened().paragraphs if one.style.name == "Caption"]
    fields = [one._p.find(qn("w:fldSimple")) for one in captions]
    assert [field.get(qn("w:instr")) for field in fields] == [
        "SEQ Table \\* ARABIC",
        "SEQ Figure \\* ARABIC",
        "SEQ Figure \\* ARABIC",
    ]
    assert ["".join(text.text for text in one._p.iter(qn("w:t"))) for one in captions] == [
        "Table 1: Actions of Agency 1",
        "Figure 1: Actions by agency",
        "Figure 2: Open and assured actions",
    ]


def test_a_table_repeats_its_headings_and_splits_no_row() -> None:
    (table,) = opened().tables
    assert table.style.name == TABLE_STYLE
    head, *rows = table.rows
    assert [cell.text for cell in head.cells] == ["Ref.", "RAG", "Due", "Items", "Action", "Lead person"]
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in (head, *rows))
    assert [cell.text for cell in rows[0].cells] == [
        "A01",
        "red: 3 days overdue",
        "12 Jun 2026",
        "4",
        FORMULA,
        "Manager 1",
    ]
    assert rows[1].cells[4].text == MARKUP
    assert {cell.paragraphs[0].style.name for cell in rows[0].cells} == {CELL_STYLE}
    assert "And 2 more." in texts()


def test_a_heading_of_counts_is_aligned_with_them() -> None:
    (table,) = opened().tables
    for row in table.rows[:2]:
        placed = [cell.paragraphs[0].alignment for cell in row.cells]
        assert placed == [None, None, None, WD_ALIGN_PARAGRAPH.RIGHT, None, None]


def test_a_colour_fills_the_cell_of_its_label() -> None:
    dark = replace(SAMPLE_PAGE, palette=Palette(fills={**Palette().fills, RagColour.RED: "#800000"}))
    (table,) = opened(write_word(dark)).tables
    cell = table.rows[1].cells[1]
    assert cell._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == "800000"
    assert cell.paragraphs[0].runs[0].font.color.rgb == RGBColor(255, 255, 255)


def test_the_columns_fill_the_width_of_the_page() -> None:
    section = opened().sections[0]
    (table,) = opened().tables
    inner = section.page_width - section.left_margin - section.right_margin
    assert abs(sum(column.width for column in table.columns) - inner) < Cm(0.1)


def test_a_chart_has_its_text_and_a_missing_chart_is_explained() -> None:
    shapes = opened().inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [
        "4 actions: 3 red (overdue), 1 blue (assured).",
        "3 actions at most were open.",
    ]
    assert "Nothing to draw. There is no action yet." in texts()


def test_a_table_without_rows_is_a_sentence() -> None:
    assert "Changed due dates: no due date was changed." in texts()


@pytest.mark.parametrize(("wide", "turned"), [(False, WD_ORIENT.PORTRAIT), (True, WD_ORIENT.LANDSCAPE)])
def test_the_page_is_a4(wide: bool, turned: WD_ORIENT) -> None:
    section = opened(write_word(replace(SAMPLE_PAGE, landscape=wide))).sections[0]
    # Word counts in twentieths of a point.
    sides = {round(section.page_width.cm, 1), round(section.page_height.cm, 1)}
    assert (section.orientation, sides) == (turned, {21.0, 29.7})


def test_pages_are_counted_at_the_foot() -> None:
    (foot,) = opened().sections[0].footer.paragraphs
    assert [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_the_document_has_a_title_in_english_and_no_author() -> None:
    document = opened()
    properties = document.core_properties
    assert (properties.title, properties.subject) == ("Progress report", "15 Jun 2026. 2 actions.")
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created.date() == SAMPLE_PAGE.day
    assert {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}


def test_a_rehearsal_says_so_at_its_head_and_on_each_page() -> None:
    content = write_word(replace(SAMPLE_PAGE, rehearsal=True))
    assert REHEARSAL_NOTE in texts(content)
    assert REHEARSAL_NOTE in opened(content).sections[0].footer.paragraphs[0].text
    assert REHEARSAL_NOTE not in " ".join(texts())


# --- a unit's own template --------------------------------------------------------------------------------


def template() -> Any:
    """A unit's template with its own header, margins, heading style and table style."""
    document = Document()
    document.add_paragraph("The partnership's own words")
    document.sections[0].header.paragraphs[0].text = "Letterhead"
    document.sections[0].left_margin = Cm(4)
    document.styles["Heading 1"].font.size = Pt(33)
    return document


def test_a_unit_s_template_gives_its_styles_page_and_header() -> None:
    content = write_word(SAMPLE_PAGE, saved(template()))
    document = opened(content)
    assert document.sections[0].header.paragraphs[0].text == "Letterhead"
    assert round(document.sections[0].left_margin.cm, 2) == 4
    assert document.styles["Heading 1"].font.size == Pt(33)
    assert texts(content)[:2] == ["The partnership's own words", "Progress report"]


def test_a_table_style_of_the_template_s_own_is_used() -> None:
    theirs = template()
    style = theirs.styles.add_style(TABLE_STYLE, 3)
    style.base_style = theirs.styles["Light Grid Accent 1"]
    (table,) = opened(write_word(SAMPLE_PAGE, saved(theirs))).tables
    assert table.style.base_style.name == "Light Grid Accent 1"


def test_styles_that_a_template_lacks_are_added() -> None:
    bare = template()
    for name in ("Title", "Heading 1", "Heading 2", "Caption"):
        bare.styles[name].delete()
    document = opened(write_word(SAMPLE_PAGE, saved(bare)))
    assert [one.text for one in document.paragraphs if one.style.name == "Heading 2"] == ["Pictures"]
    level = document.styles["Heading 2"].element.pPr.find(qn("w:outlineLvl"))
    assert level.get(qn("w:val")) == "1"


def retyped(kind: str) -> bytes:
    """Return a Word document that declares another content type."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(written())) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", kind.encode()
                )
            target.writestr(name, content)
    return made.getvalue()


def zipped(**parts: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("build", "found"),
    [
        (lambda: b"", "something else"),
        (lambda: b"\xd0\xcf\x11\xe0 an old .doc", "something else"),
        (lambda: written()[: len(written()) // 2], "something else"),
        (lambda: zipped(hello=b"world"), "a damaged one"),
        (lambda: zipped(bomb=bytes(100_000_001)), "one of more than 100 MB"),
        (
            lambda: retyped("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
            "a template or one with macros; save it as .docx",
        ),
        (
            lambda: retyped("application/vnd.ms-word.document.macroEnabled.main+xml"),
            "a template or one with macros; save it as .docx",
        ),
        (
            lambda: retyped("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
            "something else",
        ),
    ],
    ids=["nothing", "old", "half", "another zip", "a bomb", "a template", "macros", "a workbook"],
)
def test_a_file_that_is_no_template_is_reported(build: Callable[[], bytes], found: str) -> None:
    with pytest.raises(BadValue) as refused:
        write_word(SAMPLE_PAGE, build())
    assert str(refused.value) == f"the template: expected a Word document (.docx), found {found}."


def test_a_template_with_a_broken_part_is_reported() -> None:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(written())) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<broken" if name == "word/document.xml" else source.read(name))
    with pytest.raises(BadValue) as refused:
        write_word(SAMPLE_PAGE, made.getvalue())
    assert "found a damaged one" in str(refused.value)


def test_two_pages_of_the_same_report_are_alike() -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(content)) as file:
            return {name: file.read(name) for name in file.namelist()}

    again: Page = replace(SAMPLE_PAGE)
    assert parts(write_word(again)) == parts(written())
