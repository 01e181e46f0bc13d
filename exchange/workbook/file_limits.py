"""Check that a file is a small, whole and harmless workbook before it is read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ...engine.errors.bad_input import BadValue
from .faults import CellFault, FaultyWorkbook

MAX_BYTES = 10_000_000
MAX_UNPACKED = 50_000_000
MAX_PARTS = 500
MAX_TAGS = 2_000_000
MAX_RATIO = 200
"""The maximum expansion of a part of over a megabyte. Real workbooks expand 50 times at most."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WORKBOOK = "xl/workbook.xml"
_OTHERS = {
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "xl/workbook.bin": "an Excel binary workbook (.xlsb)",
    "content.xml": "an OpenDocument file",
}
_UNWANTED = {
    "xl/externalLinks/": "it has links to other workbooks: break them (Data, Edit Links), and save it again",
    "xl/connections": "it fetches data from elsewhere: remove its connections (Data, Queries), and save it again",
    "xl/embeddings/": "another file is embedded in it: delete that, and save it again",
    "xl/activeX/": "it holds controls (ActiveX): delete them, and save it again",
}
_SAVE_AGAIN = "Save it as Excel Workbook (.xlsx), or copy its rows into a newly exported workbook."


def read_workbook_file(path: str) -> bytes:
    """Return a file's content after checking that it is a workbook that is safe to read.

    Raises:
        BadValue: if no such file can be read.
        FaultyWorkbook: if it is no workbook, or not safe to read.
    """
    try:
        if not Path(path).is_file():
            there = "a folder" if Path(path).is_dir() else "nothing of that name"
            raise BadValue(name=path, expected="a workbook (.xlsx)", found=there)
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=path, expected="a workbook (.xlsx)", found=reason.lower()) from None
    if problem := next(_problems(content), None):
        raise FaultyWorkbook(file=path, faults=(CellFault(problem=problem),))
    return content


def _problems(content: bytes) -> Iterator[str]:
    """Yield the problems of a file. A later check relies on the earlier ones, so stop at the first problem."""
    if not content:
        yield "it is empty. Was it saved, and sent whole?"
    if len(content) > MAX_BYTES:
        yield f"it is larger than {MAX_BYTES // 1_000_000} MB. {_SAVE_AGAIN}"
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            yield "it is protected by a password: save it without one (File, Info, Protect Workbook)."
        yield f"it is an Excel 97-2003 workbook (.xls) or another old Office file. {_SAVE_AGAIN}"
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield f"it is no Excel workbook (.xlsx), or not a whole one. {_SAVE_AGAIN}"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _problems_of(archive)
    # The errors that zipfile raises for damaged or malicious archives.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        yield f"it is damaged. {_SAVE_AGAIN}"


def _problems_of(archive: zipfile.ZipFile) -> Iterator[str]:
    parts = archive.infolist()
    yield from _problems_of_size(parts)
    yield from _problems_of_kind([part.filename for part in parts])
    for part in parts:
        yield from _problems_in(part.filename, archive.read(part))


def _problems_of_size(parts: list[zipfile.ZipInfo]) -> Iterator[str]:
    # The declared sizes can be trusted: no more than that is ever unpacked.
    if len(parts) > MAX_PARTS:
        yield f"it has {len(parts):,} parts, where a workbook has some twenty. {_SAVE_AGAIN}"
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        yield f"it unpacks to more than {MAX_UNPACKED // 1_000_000} MB: often those are empty rows. {_SAVE_AGAIN}"
    for part in parts:
        if part.file_size > max(1_000_000, MAX_RATIO * part.compress_size):
            yield f"its part {part.filename} unpacks to more than {MAX_RATIO} times its size. {_SAVE_AGAIN}"
        if part.compress_type not in _METHODS or part.flag_bits & 1:
            yield f"it is packed as Excel packs no workbook. {_SAVE_AGAIN}"


def _problems_of_kind(names: list[str]) -> Iterator[str]:
    if len(set(names)) < len(names):
        yield f"it has two parts of one name. {_SAVE_AGAIN}"
    for beginning, what in _OTHERS.items():
        if any(name.startswith(beginning) for name in names):
            yield f"it is {what}. {_SAVE_AGAIN}"
    if _WORKBOOK not in names or "[Content_Types].xml" not in names:
        yield f"it is no Excel workbook (.xlsx). {_SAVE_AGAIN}"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        yield f"it holds macros. {_SAVE_AGAIN}"
    for beginning, problem in _UNWANTED.items():
        if any(name.startswith(beginning) for name in names):
            yield f"{problem}."


def _problems_in(name: str, content: bytes) -> Iterator[str]:
    if not name.endswith((".xml", ".rels")):
        return
    if name == "[Content_Types].xml" and b"macroEnabled" in content:
        yield f"it holds macros. {_SAVE_AGAIN}"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:4]:
        yield f"its part {name} is not in UTF-8, as Excel writes it. {_SAVE_AGAIN}"
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        yield f"its part {name} declares a document type, which no workbook does. {_SAVE_AGAIN}"
    if content.count(b"<") > MAX_TAGS:
        yield f"its part {name} has more than {MAX_TAGS:,} elements: often those are empty rows. {_SAVE_AGAIN}"
    if name == _WORKBOOK and b"purl.oclc.org/ooxml" in content:
        yield f"it is a Strict Open XML workbook. {_SAVE_AGAIN}"
