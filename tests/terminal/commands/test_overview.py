"""The board of all reviews, and the course of one, at the command line."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ...support.command_line import PARTNERSHIP_EXAMPLES, Office, example_file


@pytest.fixture
def several(office: Office) -> Office:
    return office.prepared(_refer_two)


def _refer_two(office: Office) -> None:
    office.refer("--on", "2026-01-05")
    office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))


def test_the_board_shows_every_open_review_with_how_it_stands(several: Office) -> None:
    said = several.at("2026-02-02T09:00:00+00:00").output("board")
    assert max(map(len, said.splitlines())) <= 80
    assert "Serious Case Review: referred (1)  1 red" in said
    assert "Partnership review: referred (1)  1 " in said
    (first,) = several.document("board", "--workflow", "serious_case_review")
    assert (first["ref"], first["state"], first["first_due"]) == ("SCR-2026-001", "referred", "2026-01-09")


def test_an_empty_board_says_so(office: Office) -> None:
    assert "No review is open." in office.output("board")


def test_a_board_that_shows_only_the_first_reviews_says_so(several: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.terminal.commands.overview.MAX_CASES", 1)
    assert "Only the first 1 reviews are shown" in several.run("board").stderr


def test_the_course_of_a_review_is_shown_and_written(several: Office) -> None:
    assert "Stages" in several.output("timeline", "scr 2026 1")
    several.output("timeline", "SCR-2026-001", "--format", "svg", "--out", str(several.folder / "t.svg"))
    assert ElementTree.parse(several.folder / "t.svg").getroot().get("aria-label") == "The course of SCR-2026-001"
    several.output("timeline", "SCR-2026-001", "--out", str(several.folder / "t.txt"))
    assert "Deadlines" in (several.folder / "t.txt").read_text(encoding="utf-8")
    assert several.output("timeline", "SCR-2026-001", "--format", "svg").startswith("<svg ")
    assert several.document("timeline", "SCR-2026-001")["ref"] == "SCR-2026-001"


def test_the_course_can_be_looked_back_at(several: Office) -> None:
    several.at("2026-03-02T09:00:00+00:00").record_steps("SCR-2026-001", "notify_incident")
    found = several.document("timeline", "SCR-2026-001", "--as-of", "2026-02-01")
    assert {one["status"] for one in found["intervals"] if one["title"].startswith("Notify")} <= {"overdue", "missed"}


@pytest.mark.parametrize("more", [("--format", "svg"), ("--out", "t.svg")])
def test_json_goes_without_a_drawing(several: Office, more: tuple[str, ...]) -> None:
    assert several.run("timeline", "SCR-2026-001", "--json", *more).exit_code == 2
