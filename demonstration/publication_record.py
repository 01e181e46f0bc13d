"""Replay the published record of three years: the outcomes of reports proposed not to be published.

The Department for Education counted the Serious Case Reviews completed in each year, and the outcomes of those
that were not to be published (written parliamentary question 68088; `data/pq-68088-publication.csv`). As many
invented reviews are taken through the real engine, each to the outcome that was counted, and the annual figures
are drawn from the database. Nothing is known of the single reviews: within a year they are spread evenly.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..engine import Engine
from ..engine.model.commands import Command, Open, Step
from ..engine.model.people import DecidedBy
from ..engine.ports.records import Selection
from ..reports.values import annual_figures
from ..workflows import PUBLICATION, SERIOUS_CASE_REVIEW
from ..workflows.parts import status
from .present import Present
from .story import TYPIST, example

SOURCE = "written parliamentary question 68088"
PUBLISHED = "pq-68088-publication.csv"
RECORDED = date(2016, 6, 1)
PAGE = 1_000

BEFORE_AGREEMENT = (
    ("refer", timedelta(days=200)),
    ("recommend", timedelta(days=190)),
    ("screen", timedelta(days=180)),
    ("agree_terms", timedelta(days=170)),
    ("appoint_reviewer", timedelta(days=160)),
    ("begin_engagement", timedelta(days=150)),
    ("E01-take_part", timedelta(days=140)),
    ("receive_draft", timedelta(days=40)),
    ("PUB01-check_accuracy", timedelta(days=20)),
    ("agree_recommendations", timedelta(0)),
)
UNIT = DecidedBy(name=TYPIST.name, capacity="business_manager", evidence="the panel's letter")
ADVICE, PUBLISH = timedelta(days=14), timedelta(days=28)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The outcome of a report.

    Attributes:
        kind: How it is published.
        advice: What the national panel says, where it is asked.
        figure: What the annual figures call it; None for one that was never to be kept back.
    """

    kind: str
    advice: str | None = None
    figure: str | None = None


IN_FULL = Outcome(kind="in_full")
OUTCOMES: Mapping[str, Outcome] = {
    "panel_agreed": Outcome(kind="not_published", advice="agreed", figure=annual_figures.PANEL_AGREED),
    # Where the panel does not agree, the report is published after all.
    "panel_refused": Outcome(kind="in_full", advice="refused", figure=annual_figures.PANEL_REFUSED),
    "anonymous_with_nspcc": Outcome(kind="anonymously", figure=annual_figures.ANONYMOUSLY),
    "summary_only": Outcome(kind="in_summary", figure=annual_figures.SUMMARY_ONLY),
}
"""What the source counts, by the name of its column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """A year of the published table.

    Attributes:
        title: As the source names it (2013-14).
        completed: How many reviews were completed.
        counted: How many of them came to each outcome, by the name of its column.
    """

    title: str
    completed: int
    counted: Mapping[str, int]

    @property
    def period(self) -> annual_figures.Period:
        """Its days: from April to March."""
        return annual_figures.reporting_year(int(self.title[:4]))

    def reviews(self) -> Iterator[tuple[date, Outcome]]:
        """Return the reviews of the year: when each is completed, and what happens to its report."""
        outcomes = [OUTCOMES[name] for name, count in self.counted.items() for _ in range(count)]
        outcomes += [IN_FULL] * (self.completed - len(outcomes))
        length = (self.period.last - self.period.first).days
        for index, outcome in enumerate(outcomes):
            yield self.period.first + timedelta(days=length * index // max(len(outcomes) - 1, 1)), outcome


def play(engine: Engine, present: Present, console: Console) -> None:
    """Replays the years, and prints what the annual figures make of them beside what was published."""
    years = published()
    console.print(Text("\nWhat became of reports, replayed", style="bold"))
    console.print(f"{sum(year.completed for year in years)} completed reviews of three years ({SOURCE}).")
    replay(engine, present, years)
    console.print(results_table(years, [figures(engine, year.period) for year in years]))


def published(source: str = PUBLISHED) -> tuple[Year, ...]:
    """Return the years as they were published."""
    with (Path(__file__).parent / "data" / source).open(encoding="utf-8", newline="") as file:
        return tuple(
            Year(
                title=row["year"],
                completed=int(row["completed"]),
                counted={name: int(row[name]) for name in OUTCOMES},
            )
            for row in csv.DictReader(file)
        )


def replay(engine: Engine, present: Present, years: Sequence[Year]) -> None:
    """Replay as many reviews as were counted, step by step and all at once, to the published outcomes."""
    present.move_to(RECORDED)
    reviews = [review for year in years for review in year.reviews()]
    refs: list[str] = []
    for name, before in BEFORE_AGREEMENT:
        data, decider = _shortened(name)
        commands: list[Command] = []
        for index, (agreed, _) in enumerate(reviews):
            if name == "refer":
                given = {**data, "aware_on": (agreed - before).isoformat()}
                commands.append(_open(given, decider, agreed - before))
            else:
                commands.append(_step(refs[index], name, data, decider, agreed - before))
        recorded = engine.record_many(commands)
        refs = refs or [one.case.ref for one in recorded]
    engine.record_many(
        [command for ref, (agreed, of) in zip(refs, reviews, strict=True) for command in _ending(ref, agreed, of)]
    )


def figures(engine: Engine, period: annual_figures.Period) -> annual_figures.AnnualFigures:
    """Return the annual figures of a period."""
    return annual_figures.count_annual_figures(
        _all(engine, SERIOUS_CASE_REVIEW.name),
        _all(engine, PUBLICATION.name),
        (),
        period=period,
        workflows=engine.workflows,
        calendar=engine.calendar,
        parts=status,
    )


def results_table(years: Sequence[Year], found: Sequence[annual_figures.AnnualFigures]) -> Table:
    """Return a table of published and replayed counts, year by year."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Published / replayed", width=42)
    for year in years:
        table.add_column(year.title, justify="right")
    rows = [("completed", [(year.completed, of.completed) for year, of in zip(years, found, strict=True)])]
    for name, outcome in OUTCOMES.items():
        figure = str(outcome.figure)
        rows.append(
            (figure, [(year.counted[name], of.proposals[figure]) for year, of in zip(years, found, strict=True)])
        )
    for title, counts in rows:
        table.add_row(title, *(f"{source} / {ours}" for source, ours in counts))
    return table


def _shortened(name: str) -> tuple[dict[str, Any], DecidedBy]:
    """Return an example of a step that opens as few parts as possible."""
    data, decider = example(name)
    if name == "begin_engagement":
        data = {**data, "family": data["family"][:1], "practitioners": []}
        data["no_practitioners_because"] = "Invented: nobody is there to be heard."
    if name == "agree_recommendations":
        data = {**data, "recommendations": data["recommendations"][:1]}
        data.pop("planned_publication_on", None)
    if name == "receive_draft":
        data.pop("planned_on", None)
    return data, decider


def _ending(ref: str, agreed: date, of: Outcome) -> Iterator[Command]:
    if of.advice is not None:
        data = {"advice": of.advice, "reasons": "As the panel wrote."}
        yield _step(ref, "PUB01-record_panel_advice", data, UNIT, agreed + ADVICE)
    data, decider = example("PUB01-publish")
    data |= {"kind": of.kind, "family_not_informed": "Invented: nobody is there to be informed."}
    if of.kind != "in_full":
        data["reasons"] = "As the source counts it."
    yield _step(ref, "PUB01-publish", data, decider, agreed + PUBLISH)


def _open(data: Mapping[str, Any], decider: DecidedBy, on: date) -> Open:
    return Open(workflow=SERIOUS_CASE_REVIEW.name, actor=TYPIST, data=data, decided_by=decider, on=on)


def _step(ref: str, name: str, data: Mapping[str, Any], decider: DecidedBy, on: date) -> Step:
    part, _, trigger = name.rpartition("-")
    of = f"{ref}/{part}" if part else ref
    return Step(ref=of, trigger=trigger, actor=TYPIST, data=data, decided_by=decider, on=on)


def _all(engine: Engine, workflow: str) -> Iterator[Any]:
    after: str | None = None
    while found := engine.cases(Selection(workflow=workflow, after=after, limit=PAGE)):
        yield from found
        after = found[-1].ref
