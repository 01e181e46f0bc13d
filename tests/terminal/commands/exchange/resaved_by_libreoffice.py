"""Plans that LibreOffice opened and saved again. Run by `make look-plan`: it takes Debian's libreoffice-calc-nogui."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from ....support.command_line import Office
from ....support.plan_commands import A01, NEW, REF, begin_plan, export_plan, return_plan

ODD = [
    "=1+1",
    "+44 20",
    "@SUM(A1)",
    "'quoted",
    "two\n\nlines",
    "<&>",
    "00123",
    "1/2/2026",
    "_x000D_ x",
    "caf\u00e9 \u2713",
]


def resaved(path: str) -> str:
    """The path of what LibreOffice makes of a workbook."""
    folder = Path(path).parent
    own = f"-env:UserInstallation=file://{folder}/libreoffice"
    command = ["soffice", "--headless", own, "--convert-to", "xlsx", "--outdir", str(folder / "resaved"), path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return str(folder / "resaved" / Path(path).name)


def changes(office: Office, path: str) -> Any:
    return {**office.document("plan", "import", path, "--dry-run"), "file": ""}


def test_a_plan_that_was_only_saved_again_changes_nothing(office: Office) -> None:
    begin_plan(office, "P01-agree")
    assert "There is nothing to record." in office.output("plan", "import", resaved(export_plan(office)), "--dry-run")


def test_what_was_filled_in_is_the_same_once_it_was_saved_again(office: Office) -> None:
    begin_plan(office, "P01-agree")
    cells: dict[str, Any] = {"G2": "slipping", "H2": "Half of it.\nNot more.", "I2": "Audit | S:/audit.pdf", **NEW}
    for row, text in enumerate(ODD, start=5):
        cells |= {f"B{row}": 1, f"C{row}": text, f"D{row}": f"Lead {row}", f"E{row}": date(2027, 1, row)}
    file = return_plan(office, cells)
    found = changes(office, file)
    assert [len(found[name]) for name in ("added", "changed")] == [11, 1]
    assert changes(office, resaved(file)) == found
    office.output("plan", "import", resaved(file), "--yes")
    assert office.document("show", A01)["data"]["report_progress"]["status"] == "slipping"
    assert changes(office, file)["added"] == []
    assert "There is nothing to record." in office.output("plan", "import", resaved(export_plan(office)), "--dry-run")
    assert len(office.document("list", "--parent", REF, "--workflow", "action")) == 13
