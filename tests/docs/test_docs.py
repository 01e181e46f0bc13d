"""Tests that the documents are true: commands and code run, links and paths exist, pictures are current."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from casereview.reports.render.workflow_output import workflows_output
from casereview.workflows import WORKFLOWS

from ..support.office_pictures import office_pictures
from ..support.package_diagram import with_diagram

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def blocks(document: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / document).read_text(encoding="utf-8"), re.S | re.M)


Run = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, program: Path) -> Run:
    """Run a script in a folder that has the examples, with our program first in the path."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "README.md", tmp_path)
    return partial(run_in, tmp_path, program)


def run_in(folder: Path, program: Path, script: str) -> subprocess.CompletedProcess[str]:
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CASEREVIEW_")}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_readme_commands_run_in_order(run: Run) -> None:
    commands = [block for block in blocks("README.md", "sh") if "make" not in block]
    done = run("\n".join(commands))
    assert done.returncode == 0, done.stderr
    assert "SCR-2026-001" in done.stdout


@pytest.mark.long
def test_the_tutorial_commands_close_both_reviews(run: Run) -> None:
    done = run("\n".join(blocks("docs/tutorial.md", "sh")))
    assert done.returncode == 0, done.stderr
    assert "monitored → closed" in done.stdout
    assert re.search(r"^PR-\d{4}-001 .*closed", done.stdout, re.M)
    assert "Sam Reed" in done.stdout


@pytest.mark.long
def test_the_practice_review_commands_close_one_review(run: Run) -> None:
    done = run("\n".join(blocks("docs/cspr.md", "sh")))
    assert done.returncode == 0, done.stderr
    assert "monitored → closed" in done.stdout
    assert re.search(r"^CSPR-\d{4}-001/A05 ", done.stdout, re.M)


def test_the_tutorial_document_is_recorded_with_its_hash(run: Run) -> None:
    script = "\n".join(blocks("docs/tutorial.md", "sh")[:2])
    done = run(f'{script}\ncasereview step "$ref" note --set text=x --document README.md --json')
    assert re.search(r'"documents":\[\{[^]]*"sha256":"[0-9a-f]{64}"', done.stdout)


@pytest.mark.long
def test_what_the_security_page_shows_is_so(run: Run) -> None:
    done = run("\n".join(blocks("docs/security.md", "sh")))
    assert done.returncode == 0, done.stderr
    shown = " ".join(done.stdout.split())
    assert "Kim Cole; entered by" in shown
    # Here the manager's account is at hand, so there is nothing to recover.
    assert "Kim Cole is business manager already" not in shown
    assert "is business manager already, at this account" in shown
    assert '"kcole2"' in run("casereview people list --json").stdout


@pytest.mark.long
def test_the_readme_code_runs_in_order(tmp_path: Path) -> None:
    code = "\n".join(blocks("README.md", "python"))
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=True)


def test_the_readme_lists_exactly_the_commands_there_are() -> None:
    from casereview.cli import cli

    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Commands")[1].split("##")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    named = {words[0] for row in rows for words in (cell.split() for cell in re.findall(r"`([^`]+)`", row))}
    assert named == set(cli.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


PATH = r"`((?:[\w.]+/)+(?:\w+\.py)?)`"


@pytest.mark.parametrize(
    "document",
    [ROOT / "docs" / "architecture.md", ROOT / "docs" / "decisions.md", ROOT / "CONTRIBUTING.md"],
    ids=lambda path: path.name,
)
def test_every_path_in_a_developer_document_exists(document: Path) -> None:
    paths = re.findall(PATH, document.read_text(encoding="utf-8"))
    assert paths
    for path in paths:
        assert list(ROOT.glob(path)) or list(ROOT.glob(f"*/{path}")), path


@pytest.mark.long
def test_the_package_diagram_matches_the_imports() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert text == with_diagram(text), "run: make docs"


def test_the_handbook_matches_the_definitions() -> None:
    made = workflows_output(WORKFLOWS, name=None, diagram=None, check=False, as_markdown=True, as_json=False)
    assert (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8") == made, "run: make docs"


@pytest.mark.parametrize("name", [workflow.name for workflow in WORKFLOWS])
def test_the_workflow_pictures_match_the_definitions(name: str) -> None:
    drawn = workflows_output(WORKFLOWS, name=name, diagram="svg", check=False, as_markdown=False, as_json=False)
    assert (ROOT / "docs" / f"{name}.svg").read_text(encoding="utf-8") == drawn, "run: make docs"


def test_the_readme_picture_matches_the_program() -> None:
    from casereview.demonstration.picture import picture

    assert (ROOT / "docs" / "at-work.svg").read_text(encoding="utf-8") == picture(), "run: make docs"


@pytest.mark.long
def test_the_office_guide_pictures_match_the_commands() -> None:
    for name, drawn in office_pictures().items():
        assert (ROOT / "docs" / f"{name}.svg").read_text(encoding="utf-8") == drawn, f"{name}: run: make docs"
