"""Tests that the annual figures of a matching register reproduce the three published years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from casereview.demonstration.present import Present
from casereview.demonstration.publication_record import OUTCOMES, Year, figures, published, replay
from casereview.engine import Engine
from casereview.persistence import Database
from casereview.reports.values import annual_figures
from casereview.workflows import WORKFLOWS

YEARS = published()


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def engine(tmp_path: Path, present: Present) -> Iterator[Engine]:
    database = Database(f"sqlite:///{tmp_path / 'record.db'}")
    database.create(rehearsal=True)
    yield Engine(database, WORKFLOWS, now=present)
    database.close()


def test_the_published_years_are_those_of_the_source() -> None:
    assert [(year.title, year.completed, tuple(year.counted.values())) for year in YEARS] == [
        ("2013-14", 74, (4, 0, 2, 1)),
        ("2014-15", 80, (8, 4, 3, 1)),
        ("2015-16", 110, (4, 9, 3, 1)),
    ]
    assert YEARS[0].period == annual_figures.Period(first=date(2013, 4, 1), last=date(2014, 3, 31))


@pytest.mark.parametrize("year", YEARS, ids=lambda year: year.title)
def test_every_review_of_a_year_is_completed_within_it(year: Year) -> None:
    days = [day for day, _ in year.reviews()]
    assert len(days) == year.completed
    assert (min(days), max(days)) == (year.period.first, year.period.last)
    assert all(map(year.period.contains, days))


def test_a_year_with_one_review_has_its_date() -> None:
    (one,) = Year(title="2013-14", completed=1, counted={}).reviews()
    assert one[0] == date(2013, 4, 1)


@pytest.mark.long
def test_the_annual_figures_reproduce_the_published_table(engine: Engine, present: Present) -> None:
    replay(engine, present, YEARS)
    for year in YEARS:
        found = figures(engine, year.period)
        assert found.completed == year.completed
        assert {name: found.proposals[str(of.figure)] for name, of in OUTCOMES.items()} == dict(year.counted)
        assert sum(found.proposals.values()) == sum(year.counted.values())
        assert found.reports["not published"] == year.counted["panel_agreed"]
