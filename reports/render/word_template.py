"""Open the office's Word template, or create ours, and add any styles that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from ...engine.errors.bad_input import BadValue
from ..pages.page import REHEARSAL_NOTE, Page

if TYPE_CHECKING:
    from docx.document import Document as Doc
    from docx.text.paragraph import Paragraph

MAX_BYTES = 100_000_000
"""The maximum size of a template's unpacked parts, in bytes."""
TABLE_STYLE, CELL_STYLE = "Report Table", "Report Cell"
"""The styles that a template may define for tables and their text."""
INK = RGBColor(0x1F, 0x29, 0x33)
SIZES = {"Title": 20, "Heading 1": 14, "Heading 2": 11.5, "Caption": 9, "Normal": 10, CELL_STYLE: 8.5}
SHORT, LONG, MARGIN = Cm(21), Cm(29.7), Cm(1.8)


def open_document(page: Page, template: bytes | None) -> Doc:
    """Return a document with all the styles that a report uses.

    Args:
        page: The report.
        template: A Word document to write into; None for the built-in one.

    Raises:
        BadValue: if the template is not a usable Word document.
    """
    document = _blank(page) if template is None else _opened(template)
    _complete(document)
    return document


def add_field(paragraph: Paragraph, instruction: str, placeholder: str) -> None:
    """Add a field that Word fills in, with a placeholder until then."""
    made = xml_element("w:fldSimple", instr=instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = placeholder
    run.append(text)
    made.append(run)
    paragraph._p.append(made)


def xml_element(name: str, **attributes: str) -> Any:
    """Return an element of Word's XML with its attributes."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _blank(page: Page) -> Doc:
    """Return a new document: A4, one plain typeface, page numbers."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (LONG, SHORT) if page.landscape else (SHORT, LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for name, size in SIZES.items():
        if name in document.styles:
            _plain(document.styles[name], size)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    normal = document.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(6), 1.1
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run(f"{REHEARSAL_NOTE if page.rehearsal else page.title}   ")
    add_field(foot, "PAGE", "1")
    foot.add_run(" of ")
    add_field(foot, "NUMPAGES", "1")
    return document


def _opened(template: bytes) -> Doc:
    with _as_bad_value(template):
        document = Document(BytesIO(template))
        document.sections[-1].page_width  # noqa: B018 (one that has no page at all fails here)
    return document


@contextmanager
def _as_bad_value(template: bytes) -> Iterator[None]:
    expected, found = "a Word document (.docx)", "something else"
    try:
        with ZipFile(BytesIO(template)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_BYTES:
                raise BadValue(name="the template", expected=expected, found="one of more than 100 MB")
        yield
    except BadZipFile:
        raise BadValue(name="the template", expected=expected, found=found) from None
    except ValueError as error:  # python-docx raises it for another kind of document
        if "template.main" in str(error) or "macroEnabled" in str(error):
            found = "a template or one with macros; save it as .docx"
        raise BadValue(name="the template", expected=expected, found=found) from None
    except BadValue:
        raise
    except Exception:  # a damaged part may raise anything
        raise BadValue(name="the template", expected=expected, found="a damaged one") from None


def _complete(document: Doc) -> None:
    """Add the styles that a document lacks, and leave its own unchanged."""
    styles = document.styles
    for name, size in SIZES.items():
        if name not in styles:
            style: Any = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name != CELL_STYLE)
            _plain(style, size)
            if name.startswith("Heading"):
                style.element.get_or_add_pPr().append(xml_element("w:outlineLvl", val=str(int(name[-1]) - 1)))
    if TABLE_STYLE not in styles:
        styles.element.append(parse_xml(_TABLE_STYLE))


def _plain(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), INK
    style.font.bold = style.name not in ("Normal", CELL_STYLE)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    layout: Any = style.paragraph_format
    if style.name == "Title":
        for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
            style.element.get_or_add_pPr().remove(border)
        layout.space_after = Pt(2)
    elif style.name == CELL_STYLE:
        layout.space_after, layout.line_spacing = Pt(0), 1.0
    elif style.name != "Normal":
        layout.space_before, layout.space_after, layout.keep_with_next = Pt(10), Pt(4), style.name != "Caption"


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="B5BDC5"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE_STYLE = f"""<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">
<w:name w:val="{TABLE_STYLE}"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders>
<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>
<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E4E9EE"/></w:tcPr></w:tblStylePr></w:style>"""
