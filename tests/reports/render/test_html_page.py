"""Tests of the page as HTML: one file, escaped, and fit to print."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree

from casereview.reports.pages.page import REHEARSAL_NOTE
from casereview.reports.render.html_page import write_html

from ...support.sample_page import FORMULA, MARKUP, SAMPLE_PAGE

VOID = {"meta", "img", "col"}


class Read(HTMLParser):
    """Read an HTML page; fail if an element is not closed in order."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.setdefault(self.open[-1], []).append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@cache
def written() -> str:
    return write_html(SAMPLE_PAGE)


@cache
def page_read() -> Read:
    return Read(written())


def test_headings_captions_and_tables_use_their_html_elements() -> None:
    texts = page_read().texts
    assert (texts["h1"], texts["h2"], texts["h3"]) == (["Progress report"], ["Actions"], ["Pictures"])
    assert texts["caption"] == ["Table 1: Actions of Agency 1"]
    assert texts["figcaption"] == ["Figure 1: Actions by agency", "Figure 2: Open and assured actions"]
    assert texts["th"] == ["Ref.", "RAG", "Due", "Items", "Action", "Lead person"]
    assert texts["td"] == [
        "A01",
        "red: 3 days overdue",
        "12 Jun 2026",
        "4",
        FORMULA,
        "Manager 1",
        "A02",
        "blue: assured",
        "12",
        MARKUP,
    ]
    assert {one["scope"] for one in page_read().all("th")} == {"col"}
    assert [one.get("class") for one in page_read().all("th")] == [None, None, None, "count", None, None]
    assert [one.get("class") for one in page_read().all("td")][:4] == [None, "red", None, "count"]
    assert {"The first words.", "And 2 more.", "Changed due dates: no due date was changed."} <= set(texts["p"])
    assert "Nothing to draw. There is no action yet." in texts["p"]


def test_the_page_needs_no_other_file_and_runs_no_script() -> None:
    assert page_read().all("script") == page_read().all("link") == []
    assert {str(one["src"]).partition(",")[0] for one in page_read().all("img")} == {"data:image/svg+xml;base64"}
    assert "url(" not in written()
    assert "@import" not in written()
    assert [name for _, attributes in page_read().tags for name in attributes if name.startswith("on")] == []


def test_each_chart_is_svg_and_has_its_text() -> None:
    first, second = page_read().all("img")
    assert (first["alt"], second["alt"]) == (
        "4 actions: 3 red (overdue), 1 blue (assured).",
        "3 actions at most were open.",
    )
    drawn = ElementTree.fromstring(b64decode(str(first["src"]).partition(",")[2]))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"


def test_it_prints_on_a4_with_the_headings_of_a_table_on_each_page() -> None:
    assert "@page { size: A4 portrait; margin: 15mm }" in written()
    assert "@page { size: A4 landscape; margin: 15mm }" in write_html(replace(SAMPLE_PAGE, landscape=True))
    assert "thead { display: table-header-group }" in written()
    assert "tr { break-inside: avoid }" in written()


def test_the_columns_share_the_width() -> None:
    widths = [float(re.findall(r"[\d.]+", str(one["style"]))[0]) for one in page_read().all("col")]
    assert widths == [8.3, 16.7, 12.5, 8.3, 37.5, 16.7]


def test_a_rehearsal_says_so() -> None:
    assert REHEARSAL_NOTE in Read(write_html(replace(SAMPLE_PAGE, rehearsal=True))).texts["p"]
    assert REHEARSAL_NOTE not in written()


def test_the_same_report_is_the_same_page() -> None:
    assert write_html(replace(SAMPLE_PAGE)) == written()
