"""The machine's own zone is no matter: days begin and end in London, wherever the machine believes it stands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..support.command_line import Office, example_file

BY_THE_CHAIR = ("--decided-by", "A chair", "--capacity", "board_chair")
TRIAL = ("--proceeding", "Crown Court trial", "--consulted", "Crown Prosecution Service", "--reasons", "Witnesses.")
REF = "SCR-2026-001"
LAST_WINTER_S_EVENING = "2026-03-28T23:30:00+00:00"
"""In Auckland it is the next day, in Los Angeles the afternoon; in London the clocks go forward that night."""
SUMMER_S_NIGHT = "2026-04-28T23:30:00+00:00"
"""In London it is half past midnight of the 29th."""

STORY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (LAST_WINTER_S_EVENING, ("refer", "serious_case_review", "--file", str(example_file("refer")))),
    (LAST_WINTER_S_EVENING, ("step", REF, "notify_incident", "--file", str(example_file("notify_incident")))),
    (LAST_WINTER_S_EVENING, ("forecast", "--days", "60")),
    (LAST_WINTER_S_EVENING, ("suspend", REF, "--deadline", "decide", *TRIAL, *BY_THE_CHAIR)),
    (SUMMER_S_NIGHT, ("escalate",)),
    (SUMMER_S_NIGHT, ("resume", REF, "--reasons", "It is over.", *BY_THE_CHAIR)),
    (SUMMER_S_NIGHT, ("new-date", REF, "decide", "2026-10-25", "--reasons", "Agreed.", *BY_THE_CHAIR)),
    (SUMMER_S_NIGHT, ("calendar", "add", "2026-04-30", "--reasons", "A day of mourning.", "--dry-run")),
    (SUMMER_S_NIGHT, ("overdue",)),
    (SUMMER_S_NIGHT, ("show", REF)),
)


PLAYER = """
import json, sys
from click.testing import CliRunner
from casereview.cli import cli

for now, args in json.loads(sys.stdin.read()):
    done = CliRunner().invoke(cli, args, env={"CASEREVIEW_NOW": now}, prog_name="casereview")
    print(json.dumps([done.exit_code, done.stdout, done.stderr]))
"""
"""Runs one command line after the other: a process for each would only cost time."""


def instants(found: Any) -> Any:
    """A document without what is drawn by lot: the salted digests, and the hashes over them."""
    if isinstance(found, dict):
        return {name: instants(value) for name, value in found.items() if name not in {"hash", "sha256", "head"}}
    return [instants(one) for one in found] if isinstance(found, list) else found


def played(databases: Path, folder: Path, zone: str) -> list[Any]:
    """All that the command line says to the story, in a process of its own in that zone."""
    folder.mkdir()
    shutil.copy(databases / "rehearsal.db", folder / "casereview.db")
    office = Office(folder=folder)
    for name, role in (("Kim Cole", "subgroup_chair"), ("Sam Reed", "business_manager"), ("Lee Ward", "board_chair")):
        office.enter_person(name, role, f"{role}@example.org")
    lines = [(now, [*args, "--json"]) for now, args in STORY]
    done = subprocess.run(
        [sys.executable, "-c", PLAYER],
        input=json.dumps([*lines, (SUMMER_S_NIGHT, ["history", REF])]),
        env=office.environment_variables(TZ=zone),
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(code, stderr) for code, _, stderr in outcomes] == [(0, "")] * len(outcomes)
    *documents, history = (stdout for _, stdout, _ in outcomes)
    return [*(instants(json.loads(document)) for document in documents), history]


@pytest.fixture(scope="module")
def in_london(databases: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Return the answer of a machine in London."""
    return played(databases, tmp_path_factory.mktemp("zones") / "london", "Europe/London")


def test_days_begin_and_end_in_london(in_london: list[Any]) -> None:
    referred, *_, shown, _ = in_london
    assert referred["opened_on"] == "2026-03-28"
    decide = next(one for one in shown["deadlines"] if one["name"] == "decide")
    assert (decide["due"], decide["revisions"][0]["due"]) == ("2026-10-25", "2026-05-29")
    assert shown["suspensions"][0]["until"] == "2026-04-29"


@pytest.mark.long
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_a_machine_in_another_zone_says_and_does_the_same(
    in_london: list[Any], databases: Path, tmp_path: Path, zone: str
) -> None:
    assert played(databases, tmp_path / "elsewhere", zone) == in_london
