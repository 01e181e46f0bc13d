"""Tests of the completions that Tab offers."""

from __future__ import annotations

import subprocess

import pytest

from casereview.workflows.parts.status import PARTS, REVIEWS

from ..support.command_line import Office


def offered(office: Office, words: str, **environment: str | None) -> list[str]:
    """Return the completions offered for the last word."""
    typed = words.split(" ")
    done = office.run(
        _CASEREVIEW_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(typed) - 1), **environment
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


OFFERED = {
    "casereview re": ["refer", "report", "restore", "resume"],
    "casereview refer ": [*REVIEWS, *PARTS, "meeting"],
    "casereview show ": ["SCR-2026-001"],
    "casereview show SCR-2025": [],
    "casereview step SCR-2026-001 re": [
        *("recommend", "request_returns", "record_early_learning", "record_sign_off", "record_sent"),
    ],
    "casereview step SCR-2026-001 t": ["take_no_further_action", "transfer"],
    "casereview step SCR-2026-999 ": [],
    "casereview step SCR-2026-001 note --as S": ["Sam Reed"],
    "casereview step SCR-2026-001 note --capacity board": ["board_chair"],
    "casereview people add Kim --role sub": ["subgroup_chair"],
    "casereview list --state clo": ["closed"],
    "casereview list --workflow p": ["partnership_review", "publication"],
    "casereview workflows s": ["serious_case_review"],
    "casereview people ": ["add", "away", "back", "change", "list", "recover", "remove"],
    "casereview report ": ["annual", "deadlines", "exceptions", "progress", "tracker"],
    "casereview report tracker --format ": ["table", "docx", "xlsx", "html"],
    "casereview report deadlines --format ": ["table", "ics"],
}


@pytest.mark.usefixtures("ref")
@pytest.mark.parametrize(("words", "found"), OFFERED.items(), ids=OFFERED.keys())
def test_what_fits_is_offered(office: Office, words: str, found: list[str]) -> None:
    assert offered(office, words) == found


@pytest.mark.usefixtures("ref")
def test_the_steps_offered_are_those_of_the_case_s_state(office: Office) -> None:
    office.record_steps("SCR-2026-001", "recommend", "screen")
    steps = offered(office, "casereview step SCR-2026-001 ")
    assert "agree_terms" in steps
    assert "screen" not in steps


def test_the_database_on_the_command_line_is_the_one_looked_at(office: Office, ref: str) -> None:
    words = f"casereview show --database sqlite:///{office.path} "
    assert offered(office, words, CASEREVIEW_DATABASE=None) == [ref]


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///none/none.db"])
def test_whatever_is_wrong_nothing_is_offered_and_nothing_said(empty: Office, url: str) -> None:
    assert offered(empty, "casereview show ", CASEREVIEW_DATABASE=url) == []
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(empty: Office, shell: str) -> None:
    assert "_CASEREVIEW_COMPLETE" in empty.output("completion", shell)


def test_bash_can_read_its_script(empty: Office) -> None:
    script = empty.output("completion", "bash")
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_no_other_shell_has_a_script(empty: Office) -> None:
    assert "the shell: expected one of: bash; zsh; fish, found something else." in empty.fails(2, "completion", "tcsh")
