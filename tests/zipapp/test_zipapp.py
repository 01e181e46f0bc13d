"""The one file, on a machine that has Python and nothing else: no pip, no casereview, no way to fetch anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REVIEW = ROOT / "examples" / "serious_case_review"
BUILT = "CASEREVIEW_ZIPAPP"

pytestmark = pytest.mark.zipapp


@dataclass(frozen=True, kw_only=True)
class Laptop:
    """A folder with one file in it, and a Python that knows nothing of us.

    Attributes:
        python: That Python.
        file: The one file.
        folder: Where somebody works.
    """

    python: Path
    file: Path
    folder: Path

    def run(self, *args: str, isolated: Sequence[str] = ("-I",)) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(self.folder), "USERPROFILE": str(self.folder), "CASEREVIEW_ACTOR": "Sam Reed"}
        return subprocess.run(
            [self.python, *isolated, self.file, *args],
            cwd=self.folder,
            env={**environment, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def said(self, *args: str) -> str:
        done = self.run(*args)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    folder = tmp_path_factory.mktemp("laptop")
    venv.create(folder / "python", with_pip=False)
    python = folder / "python" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    (folder / "work").mkdir()
    file = folder / "casereview.pyz"
    file.write_bytes((ROOT / os.environ[BUILT]).read_bytes())
    return Laptop(python=python, file=file, folder=folder / "work")


def test_the_python_has_neither_casereview_nor_pip(laptop: Laptop) -> None:
    for module in ("casereview.cli", "pip", "sqlalchemy"):
        done = subprocess.run([laptop.python, "-I", "-c", f"import {module}"], capture_output=True, check=False)
        assert b"ModuleNotFoundError" in done.stderr


def test_a_review_is_opened_moved_and_proved(laptop: Laptop) -> None:
    assert "Sam Reed is its business manager" in laptop.said("init")
    opened = laptop.said("refer", "serious_case_review", "--file", str(REVIEW / "01-refer.json"), "--json")
    ref = json.loads(opened)["ref"]
    laptop.said("step", ref, "notify_incident", "--file", str(REVIEW / "02-notify_incident.json"))
    assert "recommend" in laptop.said("next", ref)
    assert "board of the incident" in laptop.said("history", ref)
    assert "notify_incident" in laptop.said("history", ref, "--json")
    assert json.loads(laptop.said("verify", "--json"))["faults"] == []
    assert (laptop.folder / "casereview.db").is_file()


def test_all_that_is_data_came_with_it(laptop: Laptop) -> None:
    laptop.said("messages", "templates", "words")
    assert {path.suffix for path in (laptop.folder / "words").iterdir()} == {".txt"}
    assert "<svg" in laptop.said("workflows", "serious_case_review", "--diagram", "svg")
    assert "closed" in laptop.said("demo")


def test_workbooks_are_written_and_read(laptop: Laptop) -> None:
    laptop.said("bring-in", "--template", "register.xlsx", "--filled")
    assert "SCR-2024-001" in laptop.said("bring-in", "register.xlsx", "--yes")
    assert "There is nothing to import." in laptop.said("bring-in", "register.xlsx", "--yes")


def test_what_is_wrong_is_reported_as_ever(laptop: Laptop) -> None:
    done = laptop.run("show", "SCR-1999-001")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no case SCR-1999-001" in done.stderr


def test_it_starts_without_any_option_of_python_s(laptop: Laptop) -> None:
    done = laptop.run("--help", isolated=())
    assert done.returncode == 0
    assert "Usage: casereview" in done.stdout
