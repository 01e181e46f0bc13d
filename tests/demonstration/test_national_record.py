"""Tests that replaying the published record reproduces the published counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from casereview.demonstration import national_record
from casereview.demonstration.national_record import Band, published, replay, results
from casereview.demonstration.present import Present
from casereview.engine import Engine
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

DECIDED = date(2008, 1, 31)


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def engine(tmp_path: Path, present: Present) -> Iterator[Engine]:
    database = Database(f"sqlite:///{tmp_path / 'record.db'}")
    database.create(rehearsal=True)
    yield Engine(database, WORKFLOWS, now=present)
    database.close()


def test_the_published_bands_are_those_of_the_source() -> None:
    counts = [(band.above, band.up_to, band.reviews) for band in published()]
    assert counts == [(0, 6, 25), (6, 12, 41), (12, 24, 13), (24, 36, 6)]


@pytest.mark.parametrize("band", published(), ids=str)
def test_every_review_of_a_band_is_agreed_within_the_band(band: Band) -> None:
    days = [band.agreed(DECIDED, index, ENGLAND_AND_WALES) for index in range(band.reviews)]
    assert all(band.holds(DECIDED, day, ENGLAND_AND_WALES) for day in days)
    assert days == sorted(set(days))


def test_six_months_to_the_day_is_within_six_months() -> None:
    within, beyond, *_ = published()
    six_months = date(2008, 7, 31)
    assert within.holds(DECIDED, six_months, ENGLAND_AND_WALES)
    assert not beyond.holds(DECIDED, six_months, ENGLAND_AND_WALES)


@pytest.mark.long
def test_the_replay_reproduces_the_bands_and_flags_only_late_reports(engine: Engine, present: Present) -> None:
    bands = (Band(above=0, up_to=6, reviews=3), Band(above=6, up_to=12, reviews=2))
    refs = {
        replay(engine, present, DECIDED, band.agreed(DECIDED, index, engine.calendar))
        for band in bands
        for index in range(band.reviews)
    }
    found = results(engine, bands, refs)
    assert [result.completed for result in found] == [3, 2]
    assert [result.expiry_recorded_on for result in found] == [(), (date(2008, 7, 31), date(2008, 7, 31))]


def test_a_review_agreed_on_its_last_day_is_not_flagged(engine: Engine, present: Present) -> None:
    on_the_day = replay(engine, present, DECIDED, date(2008, 7, 31))
    a_day_late = replay(engine, present, DECIDED, date(2008, 8, 1))
    outcomes = national_record.deadline_outcomes(engine, (on_the_day, a_day_late))
    flagged = {outcome.ref: outcome.expiry_recorded_on for outcome in outcomes}
    assert flagged == {on_the_day: None, a_day_late: date(2008, 7, 31)}
