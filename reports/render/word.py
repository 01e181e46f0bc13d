"""Write a report as a Word document, in the office's own template if it has one.

Headings, captions and tables use Word's own features, so that screen readers and tables of contents find
them. Heading rows repeat on each page, rows do not break across pages, and each chart has a description.
Only this module and `word_template` import python-docx.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Emu, Pt, RGBColor

from ...engine.errors.extras import require_library
from ..pages.page import REHEARSAL_NOTE, Cell, Figure, Page, Part, Section, Table, cell_text
from ..values.rag_status import Palette, RagRating
from .word_template import CELL_STYLE, TABLE_STYLE, add_field, open_document, xml_element

if TYPE_CHECKING:
    from docx.document import Document as Doc
    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run


def write_word(page: Page, template: bytes | None = None) -> bytes:
    """Return a report as the bytes of a `.docx`.

    Args:
        page: The report.
        template: A Word document whose styles, page and headers are used. Its content comes first.

    Raises:
        BadValue: if the template is not a usable Word document.
    """
    return _Paper(page, open_document(page, template)).written()


class _Paper:
    """A document in progress."""

    def __init__(self, page: Page, document: Doc) -> None:
        self._page, self._document = page, document
        self._numbers = {"Table": 0, "Figure": 0}
        last = document.sections[-1]
        # A section without a page size has Word's default: Letter with margins of one inch.
        width = last.page_width or Cm(21.59)
        self._width = width - (last.left_margin or Cm(2.54)) - (last.right_margin or Cm(2.54))

    def written(self) -> bytes:
        page, document = self._page, self._document
        properties = document.core_properties
        properties.title, properties.subject = page.title, page.summary
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.created = properties.modified = datetime.combine(page.day, time(12))
        document.add_paragraph(page.title, style="Title")
        document.add_paragraph(page.summary)
        if page.rehearsal:
            document.add_paragraph().add_run(REHEARSAL_NOTE).bold = True
        self._parts(page.parts)
        for section in page.sections:
            self._section(section, 1)
        file = BytesIO()
        document.save(file)
        return file.getvalue()

    def _section(self, section: Section, level: int) -> None:
        self._document.add_heading(section.heading, level)
        self._parts(section.parts)
        for below in section.sections:
            self._section(below, level + 1)

    def _parts(self, parts: tuple[Part, ...]) -> None:
        for part in parts:
            match part:
                case str():
                    self._document.add_paragraph(part)
                case Figure():
                    self._picture(part)
                case Table() if not part.rows:
                    self._document.add_paragraph(f"{part.caption}: {part.empty_text[0].lower()}{part.empty_text[1:]}")
                case Table():
                    self._table(part)

    # --- tables and charts --------------------------------------------------------------------------

    def _table(self, table: Table) -> None:
        self._caption("Table", table.caption).paragraph_format.keep_with_next = True
        made = self._document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
        made.style, made.autofit = TABLE_STYLE, False
        whole = sum(column.share for column in table.columns)
        widths = [Emu(self._width * column.share // whole) for column in table.columns]
        style = str(self._document.styles[CELL_STYLE].style_id)
        head, *rows = made.rows
        _repeated(head)
        for column, counts, width, cell in zip(table.columns, table.holds_counts, widths, head.cells, strict=True):
            # The text is bold itself, because some programs ignore a table style's first row.
            _fill(cell, column.title, width, style).bold = True
            if counts:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for row, cells in zip(rows, table.rows, strict=True):
            _kept_whole(row)
            for cell, width, content in zip(row.cells, widths, cells, strict=True):
                _fill(cell, content, width, style)
                if isinstance(content, RagRating):
                    _shade(cell, content, self._page.palette)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        self._document.add_paragraph(table.remainder).paragraph_format.space_after = Pt(6)

    def _picture(self, picture: Figure) -> None:
        if picture.chart is None:
            self._document.add_paragraph(f"{picture.caption}. {picture.description}")
            return
        # Loaded only for a chart: it takes half a second.
        require_library("matplotlib", for_what="A picture of figures")
        from .charts import png

        drawn = png(picture.chart, self._page.palette)
        # As wide as the text, up to a readable width.
        shape = self._document.add_picture(BytesIO(drawn), width=min(Emu(self._width), Cm(17)))
        shape._inline.docPr.set("descr", picture.description)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption("Figure", picture.caption)

    def _caption(self, kind: str, text: str) -> Paragraph:
        self._numbers[kind] += 1
        made = self._document.add_paragraph(f"{kind} ", style="Caption")
        add_field(made, f"SEQ {kind} \\* ARABIC", str(self._numbers[kind]))
        made.add_run(f": {text}")
        return made


# --- missing from python-docx ------------------------------------------------------------------


def _fill(cell: _Cell, content: Cell, width: int, style: str) -> Run:
    cell.width = Emu(width)
    paragraph: Paragraph = cell.paragraphs[0]
    # Set by ID: python-docx would search all styles for each of thousands of cells.
    paragraph._p.style = style
    if isinstance(content, int):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph.add_run(cell_text(content))


def _shade(cell: _Cell, mark: RagRating, palette: Palette) -> None:
    fill = palette.fills[mark.rag].removeprefix("#").upper()
    cell._tc.get_or_add_tcPr().append(xml_element("w:shd", val="clear", color="auto", fill=fill))
    ink = palette.text_colour(mark.rag).removeprefix("#")
    cell.paragraphs[0].runs[0].font.color.rgb = RGBColor.from_string(ink)


def _repeated(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(xml_element("w:cantSplit"))
    row._tr.get_or_add_trPr().append(xml_element("w:tblHeader"))


def _kept_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(xml_element("w:cantSplit"))
