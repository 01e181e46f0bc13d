"""Tests of the day's work as values, on the screen and for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from casereview.engine.definition.registry import Registry
from casereview.engine.model.calendar import ENGLAND_AND_WALES, days
from casereview.engine.model.clock import Clock
from casereview.engine.model.people import Absence
from casereview.engine.ports.records import DueItem, Heartbeat
from casereview.reports.render.json.today import today_document
from casereview.reports.render.terminal.today import today_view
from casereview.reports.values.today import Today, oldest_first, previous_working_day
from casereview.workflows import AGENCY_RETURN, PARTNERSHIP_REVIEW, WORKFLOWS

from ...support.review_stories import apply_step, open_part

NOW = datetime(2018, 7, 23, 8, tzinfo=UTC)
ALL = Registry(WORKFLOWS)
EMPTY = Today(
    person="Sam Reed",
    at=NOW,
    since=date(2018, 7, 20),
    tasks=(),
    newly_overdue=(),
    returned_work=(),
    last_sweep=None,
    notices_to_release=None,
)
TASK = DueItem(
    ref="PR-2018-001",
    title="Child A",
    workflow=PARTNERSHIP_REVIEW.name,
    workflow_version=1,
    clock=Clock(
        deadline="agree_scope",
        number=1,
        anchor=date(2018, 6, 22),
        term=days(28),
        due=date(2018, 7, 20),
        due_at=ENGLAND_AND_WALES.end_of(date(2018, 7, 20)),
    ),
)


def shown(today: Today, limit: int = 8) -> list[str]:
    paper = StringIO()
    view = today_view(today, ALL, ENGLAND_AND_WALES, limit=limit)
    Console(file=paper, width=80, color_system=None).print(view)
    return [" ".join(line.split()) for line in paper.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("today", "absences", "before"),
    [
        pytest.param(date(2026, 1, 20), (), date(2026, 1, 19), id="yesterday"),
        pytest.param(date(2026, 1, 19), (), date(2026, 1, 16), id="the Friday before a Monday"),
        pytest.param(date(2026, 4, 7), (), date(2026, 4, 2), id="before Easter"),
        pytest.param(date(2026, 1, 20), [("Sam Reed", (12, 19))], date(2026, 1, 9), id="the day before they were away"),
        pytest.param(date(2026, 1, 20), [("Kim Cole", (12, 19))], date(2026, 1, 19), id="another person was away"),
        pytest.param(date(2026, 1, 20), [("Sam Reed", (19, 25))], date(2026, 1, 16), id="away, and here all the same"),
    ],
)
def test_the_previous_working_day_is_one_on_which_the_person_was_present(
    today: date, absences: Any, before: date
) -> None:
    away = [
        Absence(name=name, from_day=date(2026, 1, first), to_day=date(2026, 1, last))
        for name, (first, last) in absences
    ]
    assert previous_working_day(today, name="Sam Reed", absences=away, calendar=ENGLAND_AND_WALES) == before


def test_a_person_away_for_months_is_shown_the_last_two_months() -> None:
    away = Absence(name="Sam Reed", from_day=date(2025, 1, 1), to_day=date(2026, 6, 30))
    found = previous_working_day(date(2026, 7, 1), name="Sam Reed", absences=[away], calendar=ENGLAND_AND_WALES)
    assert found == date(2026, 5, 2)


def test_a_day_with_nothing_to_do_says_so() -> None:
    assert shown(EMPTY) == [
        "Monday 23 Jul 2018, Sam Reed",
        "",
        "To do within five working days nothing",
        "",
        "Overdue since Friday 20 Jul 2018 nothing",
        "",
        "Sent in, waiting for an answer nothing",
        "",
        "The last sweep No sweep has run yet: casereview worker.",
    ]


def test_tasks_are_listed_up_to_the_limit_and_the_rest_counted() -> None:
    sweep = Heartbeat(worker="w", every_seconds=60, started_at=NOW, last_seen_at=NOW, fired=1, failed=("PR-2018-007",))
    full = replace(EMPTY, tasks=(TASK,) * 3, last_sweep=sweep, notices_to_release=(("Kim Cole", 2), ("Lee Hart", 1)))
    found = shown(full, limit=1)
    assert "To do within five working days 3" in found
    assert "20 Jul 2018 3 days late PR-2018-001 Agree the scope of the review" in found
    assert "and 2 more: casereview today --limit 3" in found
    assert "The last sweep 23 Jul 2018 09:00: 1 level reached. Failed: PR-2018-007. See" in found
    assert "Waits for your release 3" in found
    assert 'Kim Cole: 2 notices (casereview messages release "Kim Cole")' in found


def test_returned_work_is_shown_oldest_first_with_its_agency() -> None:
    received = apply_step(open_part(AGENCY_RETURN, date(2018, 7, 18)).case, "receive", date(2018, 7, 19)).case
    newer = apply_step(open_part(AGENCY_RETURN, date(2018, 7, 18), number=2).case, "receive", date(2018, 7, 20)).case
    assert oldest_first([newer, received]) == (received, newer)
    found = shown(replace(EMPTY, returned_work=(received, newer)), limit=1)
    assert "19 Jul 2018 SCR-2018-001/RET01 Agency return, received 2 Aug 2018" in found
    assert "Agency 1" in found
    assert "and 1 more: casereview list --workflow NAME --state STATE" in found


def test_the_json_document_has_every_item() -> None:
    received = apply_step(open_part(AGENCY_RETURN, date(2018, 7, 18)).case, "receive", date(2018, 7, 19)).case
    sweep = Heartbeat(worker="w", every_seconds=60, started_at=NOW, last_seen_at=NOW, fired=1)
    full = replace(
        EMPTY,
        tasks=(TASK,),
        newly_overdue=(TASK,),
        returned_work=(received,),
        last_sweep=sweep,
        notices_to_release=(("Kim Cole", 2),),
    )
    document = today_document(full, ALL, ENGLAND_AND_WALES)
    assert [one["ref"] for one in (*document["to_do"], *document["newly_overdue"])] == ["PR-2018-001"] * 2
    assert document["returned_work"][0] == {
        "ref": "SCR-2018-001/RET01",
        "workflow": "agency_return",
        "state": "received",
        "agencies": ["Agency 1"],
        "since": "2018-07-19",
        "due": "2018-08-02",
    }
    assert document["sweep"] == {"worker": "w", "at": NOW.isoformat(), "fired": 1, "failed": []}
    assert document["to_release"] == [{"person": "Kim Cole", "notices": 2}]
    assert today_document(EMPTY, ALL, ENGLAND_AND_WALES)["to_release"] is None
