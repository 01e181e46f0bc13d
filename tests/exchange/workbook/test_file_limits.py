"""Tests that a harmful file, or one that is no workbook, is refused before it is read."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from casereview.engine.errors.bad_input import BadValue
from casereview.exchange.workbook import file_limits as limits
from casereview.exchange.workbook.faults import FaultyWorkbook
from casereview.exchange.workbook.file_limits import read_workbook_file

from ...support.plan_workbooks import action, exported_workbook, tree

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


@pytest.fixture(scope="module")
def plan() -> bytes:
    return exported_workbook(tree(action()))


def problem(tmp_path: Path, content: bytes) -> str:
    """Return the refusal of a file with this content, one or two sentences."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    with pytest.raises(FaultyWorkbook) as refused:
        read_workbook_file(str(path))
    (fault,) = refused.value.faults
    assert "Nothing was recorded." in str(refused.value)
    return fault.problem


def archive(*parts: tuple[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as opened:
        for name, content in parts:
            opened.writestr(name, content)
    return made.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes], *more: tuple[str, bytes]) -> bytes:
    """Return a workbook with its parts changed and others added."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        parts = [(name, change(name, opened.read(name))) for name in opened.namelist()]
    return archive(*parts, *more)


def with_part(content: bytes, name: str, part: bytes = b"x") -> bytes:
    return changed(content, lambda _, content: content, (name, part))


def test_a_plan_passes(plan: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(plan)
    assert read_workbook_file(str(tmp_path / "plan.xlsx")) == plan


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"PK", "it is no Excel workbook"),
        (b"Reference,Action\n1,x\n", "it is no Excel workbook"),
        (OLE, "an Excel 97-2003 workbook (.xls)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (archive(("word/document.xml", b"<w/>")), "it is a Word document"),
        (archive(("ppt/presentation.xml", b"<p/>")), "it is a PowerPoint presentation"),
        (archive(("content.xml", b"<office/>")), "it is an OpenDocument file"),
        (archive(("xl/workbook.bin", b"x")), "an Excel binary workbook (.xlsb)"),
        (archive(("notes.txt", b"x")), "it is no Excel workbook"),
        (archive(), "it is no Excel workbook"),
    ],
)
def test_another_kind_of_file_is_named_by_its_kind(content: bytes, said: str, tmp_path: Path) -> None:
    assert said in problem(tmp_path, content)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("xl/vbaProject.bin", "it holds macros"),
        ("xl/VBAPROJECT.BIN", "it holds macros"),
        ("xl/externalLinks/externalLink1.xml", "it has links to other workbooks"),
        ("xl/connections.xml", "it fetches data from elsewhere"),
        ("xl/embeddings/oleObject1.bin", "another file is embedded in it"),
        ("xl/activeX/activeX1.xml", "it holds controls"),
    ],
)
def test_a_workbook_with_more_than_cells_is_refused(name: str, said: str, plan: bytes, tmp_path: Path) -> None:
    assert said in problem(tmp_path, with_part(plan, name))


def test_a_workbook_for_macros_is_refused_even_without_any(plan: bytes, tmp_path: Path) -> None:
    kind, other = b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    assert "it holds macros" in problem(tmp_path, changed(plan, lambda _, content: content.replace(kind, other)))


def test_a_strict_workbook_is_refused(plan: bytes, tmp_path: Path) -> None:
    plain, strict = b"http://schemas.openxmlformats.org", b"http://purl.oclc.org/ooxml"
    assert "Strict Open XML" in problem(tmp_path, changed(plan, lambda _, content: content.replace(plain, strict)))


def test_a_zip_bomb_is_never_unpacked(plan: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpacked(*_: object) -> bytes:
        raise AssertionError

    high = with_part(plan, "xl/media/image1.png", bytes(40_000_000))
    wide = changed(plan, lambda _, content: content, *((f"xl/media/{n}.png", bytes(900_000)) for n in range(60)))
    many = changed(plan, lambda _, content: content, *((f"xl/media/{n}.png", b"") for n in range(600)))
    monkeypatch.setattr(zipfile.ZipFile, "read", unpacked)
    assert "unpacks to more than 200 times its size" in problem(tmp_path, high)
    assert "unpacks to more than 50 MB" in problem(tmp_path, wide)
    assert "has 6" in problem(tmp_path, many)


def test_an_archive_is_not_unpacked_beyond_its_declared_size(plan: bytes, tmp_path: Path) -> None:
    high = bytearray(with_part(plan, "xl/large.xml", bytes(40_000_000)))
    at = high.rindex(b"PK\x01\x02")  # the directory's entry of the last part
    assert high[at + 46 : at + 58] == b"xl/large.xml"
    high[at + 24 : at + 28] = struct.pack("<I", 100)
    assert "it is damaged" in problem(tmp_path, bytes(high))


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 1_000)
    assert "it is larger than" in problem(tmp_path, bytes(2_000))


def test_a_broken_or_locked_archive_is_refused(plan: bytes, tmp_path: Path) -> None:
    cut = plan[:2_000] + plan[2_100:]
    assert "it is damaged" in problem(tmp_path, cut)
    locked = bytearray(plan)
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "packed as Excel packs no workbook" in problem(tmp_path, bytes(locked))
    packed = changed(plan, lambda _, content: content)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        parts = [(name, opened.read(name)) for name in opened.namelist()]
    assert "packed as Excel packs no workbook" in problem(tmp_path, archive(*parts, packed=zipfile.ZIP_BZIP2))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(plan: bytes, tmp_path: Path) -> None:
    assert "two parts of one name" in problem(tmp_path, with_part(plan, "xl/workbook.xml"))


@pytest.mark.long
def test_xml_that_would_expand_beyond_bounds_is_refused(plan: bytes, tmp_path: Path) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "declares a document type" in problem(tmp_path, with_part(plan, "xl/more.xml", laughs))
    varied = b"".join(b"<a%d/>" % number for number in range(2_000_001))
    assert "more than 2,000,000 elements" in problem(tmp_path, with_part(plan, "xl/more.xml", varied))
    wide = "<?xml version='1.0' encoding='UTF-16'?><x/>".encode("utf-16")
    assert "is not in UTF-8" in problem(tmp_path, with_part(plan, "xl/more.xml", wide))


def test_a_file_name_that_is_too_long_is_reported(tmp_path: Path) -> None:
    with pytest.raises(BadValue) as refused:
        read_workbook_file(str(tmp_path / ("x" * 300)))
    assert refused.value.expected == "a workbook (.xlsx)"


def test_a_folder_and_a_missing_file_have_different_errors(tmp_path: Path) -> None:
    for path, found in ((tmp_path, "a folder"), (tmp_path / "none.xlsx", "nothing of that name")):
        with pytest.raises(BadValue) as refused:
            read_workbook_file(str(path))
        assert refused.value.found == found
    with pytest.raises(BadValue):
        read_workbook_file("plan\0.xlsx")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(BadValue):
        read_workbook_file(str(tmp_path / "pipe.xlsx"))
