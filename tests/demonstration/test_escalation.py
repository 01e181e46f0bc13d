"""Tests of the escalation levels over the published record: the counts match the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from casereview.demonstration.escalation import add_people, level_results
from casereview.demonstration.national_record import DEADLINE, replay
from casereview.demonstration.present import Present
from casereview.engine import Engine
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

DECIDED = date(2008, 1, 31)
"""Six months on is Thursday 31 July 2008; five working days before that, Thursday 24 July."""


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def engine(tmp_path: Path, present: Present) -> Iterator[Engine]:
    database = Database(f"sqlite:///{tmp_path / 'record.db'}")
    database.create(rehearsal=True)
    made = Engine(database, WORKFLOWS, now=present)
    add_people(made)
    yield made
    database.close()


@pytest.mark.parametrize(
    ("agreed", "notified"),
    [
        (date(2008, 7, 23), {}),
        (date(2008, 7, 24), {"reminder": date(2008, 7, 24)}),
        (date(2008, 7, 31), {"reminder": date(2008, 7, 24)}),
        # The day is over at midnight, so this level is notified on the first of August.
        (date(2008, 8, 1), {"reminder": date(2008, 7, 24), "owner": date(2008, 8, 1)}),
        # Ten working days past due is 14 August, twenty, with the bank holiday of the 25th, is 29 August.
        (
            date(2008, 8, 29),
            {"reminder": date(2008, 7, 24), "owner": date(2008, 8, 1), "subgroup_chair": date(2008, 8, 15)},
        ),
        (
            date(2008, 8, 30),
            {
                "reminder": date(2008, 7, 24),
                "owner": date(2008, 8, 1),
                "subgroup_chair": date(2008, 8, 15),
                "board_chair": date(2008, 8, 30),
            },
        ),
    ],
    ids=["early", "reminded", "in time", "late", "very late", "later still"],
)
def test_the_date_of_agreement_decides_the_levels_that_are_notified(
    engine: Engine, present: Present, agreed: date, notified: dict[str, date]
) -> None:
    case = engine.case(replay(engine, present, DECIDED, agreed))
    found = level_results([case], DEADLINE, engine.calendar)
    assert {one.level: one.on[0] for one in found if one.on} == notified
    assert [one.level for one in found] == [
        "reminder",
        "owner",
        "agency_safeguarding_lead",
        "subgroup_chair",
        "board_chair",
    ]


def test_an_agency_s_lead_is_not_notified_of_work_no_agency_owes(engine: Engine, present: Present) -> None:
    case = engine.case(replay(engine, present, DECIDED, date(2008, 12, 1)))
    (lead,) = (
        one for one in level_results([case], DEADLINE, engine.calendar) if one.level == "agency_safeguarding_lead"
    )
    assert (lead.notified, lead.on, lead.skipped) == ((), (), 1)
