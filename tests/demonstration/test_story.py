"""Tests of the invented reviews: every state is visited, and the clocks are right."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from casereview.demonstration import play, story
from casereview.demonstration.present import Present
from casereview.engine import ClockStatus, Engine
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.workflows import SERIOUS_CASE_REVIEW, WORKFLOWS


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def engine(tmp_path: Path, present: Present) -> Iterator[Engine]:
    database = Database(f"sqlite:///{tmp_path / 'demo.db'}")
    database.create(rehearsal=True)
    yield Engine(database, WORKFLOWS, now=present)
    database.close()


def test_the_review_passes_every_state_of_the_main_path(engine: Engine, present: Present) -> None:
    review = story.closed_review(engine, present)
    main_way = tuple(state.name for state in SERIOUS_CASE_REVIEW.states if not state.is_end)
    assert review.been_in == ("referred", "no_further_action", *main_way[1:], "closed")


def test_the_late_report_is_flagged_when_its_six_months_are_over(engine: Engine, present: Present) -> None:
    review = story.closed_review(engine, present)
    (clock,) = (clock for clock in review.clocks if clock.deadline == "complete_review")
    assert (clock.status, str(clock.due), str(clock.done_on)) == (ClockStatus.MISSED, "2026-08-03", "2026-08-18")
    flagged = [event for event in engine.history(review.ref) if event.trigger == "complete_review"]
    assert [str(event.occurred_on) for event in flagged] == ["2026-08-03"]


def test_the_other_ends_are_all_reached(engine: Engine, present: Present) -> None:
    story.closed_review(engine, present)
    story.other_ends(engine, present)
    ended = {case.state for case in engine.cases(Selection(workflow=SERIOUS_CASE_REVIEW.name))}
    assert ended == {state.name for state in SERIOUS_CASE_REVIEW.states if state.is_end}


def test_the_diverted_review_is_linked_with_the_one_it_opened(engine: Engine, present: Present) -> None:
    (diverted,) = (case for case in story.other_ends(engine, present) if case.state == "diverted")
    opened = engine.case(diverted.links[0].ref)
    assert (opened.workflow, opened.links[0].ref) == ("partnership_review", diverted.ref)


def test_every_step_of_the_story_has_its_example() -> None:
    names = [file.stem.split("-", 1)[1] for file in story.files("serious_case_review")]
    assert names == [name for name, _ in story.STORY]


def test_the_days_of_the_story_never_run_backwards() -> None:
    days = [day for _, day in story.STORY]
    assert days == sorted(days)
    assert story.DAYS["A01-hand_in"] == date(2026, 10, 29)


def test_every_part_of_the_review_comes_to_its_end(engine: Engine, present: Present) -> None:
    review = story.closed_review(engine, present)
    parts = engine.tree(review.ref)[1:]
    assert {part.workflow for part in parts} == {workflow.name for workflow in WORKFLOWS if workflow.parent_workflows}
    assert {part.ref.partition("/")[2] for part in parts if part.closed_on is None} == {"E03"}
    assert [part.state for part in parts if part.workflow == "action"] == [
        "assured",
        "superseded",
        "assured",
        "assured",
    ]


@pytest.mark.long
def test_the_demonstration_fits_80_columns_and_says_it_is_a_rehearsal() -> None:
    printed = io.StringIO()
    play(Console(file=printed, width=80, color_system=None))
    lines = printed.getvalue().splitlines()
    assert "REHEARSAL" in lines[0]
    assert max(len(line) for line in lines) <= 80
    assert "Visited: 14 of the definition's 14 states." in printed.getvalue()
    assert "25 of 85 within six months, 60" in printed.getvalue()
