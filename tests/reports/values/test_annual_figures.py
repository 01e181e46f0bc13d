"""Tests of the annual figures: outcomes, durations, reports, and recommendations not carried out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest

from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.reports.pages.annual_page import annual_page
from casereview.reports.pages.page import Table
from casereview.reports.render.json.annual_figures import annual_document
from casereview.reports.values import annual_figures
from casereview.reports.values.annual_figures import (
    AnnualFigures,
    Period,
    count_annual_figures,
    duration_band,
    reporting_year,
)
from casereview.reports.values.rag_status import Palette
from casereview.workflows.parts import status

from ...support.changed_copies import replace
from ...support.review_values import REGISTRY, TODAY, case, clock, recommendation

DATA = __file__.rpartition("/tests/")[0] + "/demonstration/data/pq-68088-publication.csv"
YEAR = Period(first=date(2025, 4, 1), last=date(2026, 3, 31))
DECIDED = date(2025, 5, 1)


def reviewed(number: int, completed: date | None, *, decided: date = DECIDED, state: str = "monitored") -> Case:
    """Return a review with a report that was agreed on a day, or is not agreed yet if the day is None."""
    running = replace(clock("complete_review", decided + timedelta(days=180), done_on=completed), anchor=decided)
    made = case("serious_case_review", f"SCR-2025-{number:03d}", state, clocks=(running,), on=completed or decided)
    return replace(made, opened_on=decided)


def published(number: int, state: str, advice: str | None = None) -> Case:
    """The outcome of a review's report."""
    data = {} if advice is None else {"record_panel_advice": {"advice": advice, "reasons": "So it says."}}
    return case("publication", f"SCR-2025-{number:03d}/PUB01", state, data)


def made(
    reviews: Sequence[Case], publications: Sequence[Case] = (), undone: Sequence[Case] = (), period: Period = YEAR
) -> AnnualFigures:
    return count_annual_figures(
        reviews, publications, undone, period=period, workflows=REGISTRY, calendar=ENGLAND_AND_WALES, parts=status
    )


def test_a_year_runs_from_april_to_march() -> None:
    assert reporting_year(2025) == YEAR


@pytest.mark.parametrize(
    ("done", "title"),
    [
        (date(2025, 5, 2), "within six months"),
        (date(2025, 11, 1), "within six months"),
        (date(2025, 11, 2), "six to twelve months"),
        (date(2026, 5, 1), "six to twelve months"),
        (date(2026, 5, 2), "one to two years"),
        (date(2027, 5, 1), "one to two years"),
        (date(2027, 5, 2), "over two years"),
    ],
)
def test_six_months_to_the_day_are_within_six_months(done: date, title: str) -> None:
    assert duration_band(DECIDED, done, ENGLAND_AND_WALES) == title


def test_only_reviews_completed_in_the_period_have_a_duration() -> None:
    reviews = [
        reviewed(1, date(2025, 10, 1)),
        reviewed(2, date(2026, 3, 31)),
        reviewed(3, date(2026, 4, 1)),
        reviewed(4, None),
        reviewed(5, date(2025, 4, 1), decided=date(2022, 1, 1)),
    ]
    (kind,) = made(reviews).review_types
    assert (kind.completed, kind.opened) == (3, 4)
    assert kind.duration_bands == {
        "within six months": 1,
        "six to twelve months": 1,
        "one to two years": 0,
        "over two years": 1,
    }


def test_a_discontinued_review_is_not_counted_as_completed() -> None:
    of = reviewed(1, date(2025, 10, 1), state="discontinued")
    (stopped,) = of.clocks
    given_up = replace(of, clocks=(replace(stopped, status=ClockStatus.CANCELLED, cancelled_by_end=True),))
    (kind,) = made([given_up]).review_types
    assert (kind.completed, kind.ended["discontinued"]) == (0, 1)


def test_each_outcome_is_listed_even_with_a_count_of_zero() -> None:
    (kind,) = made([reviewed(1, date(2025, 10, 1), state="closed")]).review_types
    assert kind.ended == {
        "closed": 1,
        "no further action": 0,
        "diverted": 0,
        "withdrawn": 0,
        "discontinued": 0,
        "transferred": 0,
    }


@pytest.mark.parametrize(
    ("state", "advice", "report", "proposal"),
    [
        ("in_full", None, "in full", None),
        ("agreed", None, "not yet decided", None),
        ("in_full", "refused", "in full", annual_figures.PANEL_REFUSED),
        ("not_published", "agreed", "not published", annual_figures.PANEL_AGREED),
        ("not_published", None, "not published", annual_figures.PANEL_NOT_ANSWERED),
        ("agreed", "asks_for_more", "not yet decided", annual_figures.PANEL_NOT_ANSWERED),
        ("agreed", "refused", "not yet decided", annual_figures.PANEL_REFUSED),
        ("anonymously", "agreed", "anonymously", annual_figures.ANONYMOUSLY),
        ("in_summary", "agreed", "in summary", annual_figures.SUMMARY_ONLY),
    ],
)
def test_a_report_s_outcome_and_a_plan_not_to_publish_are_counted(
    state: str, advice: str | None, report: str, proposal: str | None
) -> None:
    found = made([reviewed(1, date(2025, 10, 1))], [published(1, state, advice)])
    assert found.reports == {report: 1}
    assert {name: count for name, count in found.proposals.items() if count} == ({proposal: 1} if proposal else {})


def test_a_report_counts_in_the_year_in_which_its_review_was_completed() -> None:
    found = made([reviewed(1, date(2026, 4, 1))], [published(1, "in_full")])
    assert (found.completed, found.reports) == (0, {})


def test_a_recommendation_not_carried_out_is_listed_with_its_reason() -> None:
    why = {"not_carry_out": {"reasons": "The law was changed."}}
    undone = [
        recommendation(1, "Agency 1", state="not_carried_out", on=date(2025, 6, 1), **why),
        recommendation(2, "Agency 1", state="not_carried_out", on=date(2025, 3, 31), **why),
        recommendation(3, "Agency 1"),
    ]
    ((one,),) = [made([], [], undone).unmet_recommendations]
    assert (one.number, one.text, one.reasons) == (1, "Recommendation 1 is made.", "The law was changed.")
    page = annual_page(made([], [], undone), Palette(), today=TODAY, rehearsal=False)
    (table,) = page.sections[-1].parts
    assert isinstance(table, Table)
    assert table.rows == ((one.ref, 1, "Recommendation 1 is made.", "The law was changed.", date(2025, 6, 1)),)


def test_a_program_is_given_the_facts() -> None:
    document = annual_document(made([reviewed(1, date(2025, 10, 1))], [published(1, "in_full")]))
    assert (document["from"], document["to"]) == ("2025-04-01", "2026-03-31")
    assert document["kinds"][0]["bands"]["within six months"] == 1
    assert document["reports"] == {"in full": 1}
    assert document["recommendations_not_carried_out"] == []


# --- the published table --------------------------------------------------------------------------------------


def as_published() -> Iterator[dict[str, str]]:
    with open(DATA, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


KINDS = {
    "panel_agreed": ("not_published", "agreed", annual_figures.PANEL_AGREED),
    "panel_refused": ("in_full", "refused", annual_figures.PANEL_REFUSED),
    "anonymous_with_nspcc": ("anonymously", None, annual_figures.ANONYMOUSLY),
    "summary_only": ("in_summary", None, annual_figures.SUMMARY_ONLY),
}


def test_a_register_built_to_the_published_table_reproduces_it() -> None:
    reviews, publications = [], []
    for row in as_published():
        outcomes = [KINDS[kind][:2] for kind in KINDS for _ in range(int(row[kind]))]
        outcomes += [("in_full", None)] * (int(row["completed"]) - len(outcomes))
        first = date(int(row["year"][:4]), 4, 1)
        for index, (state, advice) in enumerate(outcomes):
            completed = first + timedelta(days=364 * index // (len(outcomes) - 1))
            reviews.append(reviewed(len(reviews), completed, decided=completed - timedelta(days=150)))
            publications.append(published(len(publications), state, advice))
    for row in as_published():
        found = made(reviews, publications, period=reporting_year(int(row["year"][:4])))
        assert found.completed == int(row["completed"])
        assert sum(found.proposals.values()) == int(row["non_publication_cases"])
        assert {kind: found.proposals[KINDS[kind][2]] for kind in KINDS} == {kind: int(row[kind]) for kind in KINDS}
