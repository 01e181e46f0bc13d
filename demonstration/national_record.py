"""Replay the published national record: 85 Serious Case Reviews and the time they took.

Ofsted counted completed reviews by the months from the decision to the agreed report (reported in
2010; `data/ofsted-2010-timeliness.csv`). Each is taken through the real engine at a duration of its
band, and the table that comes out is drawn from the database. Nothing is known of the single
reviews: within a band they are spread evenly, and the source gives the last band no end.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from ..engine import Engine
from ..engine.model.calendar import Calendar, months
from ..engine.model.clock import EventKind
from ..reports.values.dates import day
from ..workflows import SERIOUS_CASE_REVIEW
from .escalation import add_people, level_results, level_table
from .present import Present
from .story import TYPIST, example, take

SOURCE = "Ofsted, as reported by Community Care on 7 April 2010"
PUBLISHED = "ofsted-2010-timeliness.csv"
FIRST_DECISION = date(2006, 1, 9)
BETWEEN_DECISIONS = timedelta(days=7)
BEFORE_DECISION = (
    ("refer", timedelta(days=28)),
    ("notify_incident", timedelta(days=26)),
    ("recommend", timedelta(days=14)),
    ("screen", timedelta(0)),
)
SOON_AFTER = (
    ("tell_panel", timedelta(days=3)),
    ("agree_terms", timedelta(days=14)),
    ("appoint_reviewer", timedelta(days=21)),
    ("begin_engagement", timedelta(days=28)),
    ("E01-take_part", timedelta(days=29)),
    ("E02-record_unable", timedelta(days=29)),
    ("E03-take_part", timedelta(days=29)),
    ("receive_draft", timedelta(days=30)),
    ("PUB01-check_accuracy", timedelta(days=30)),
)
SHORTEST = timedelta(days=30)
DEADLINE = "complete_review"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineOutcome:
    """The outcome of a deadline in one case.

    Attributes:
        ref: The case.
        anchor: The day from which the term is counted.
        done_on: The day on which it was met; None while it is open.
        expiry_recorded_on: The due day that was recorded as expired with nothing done; None if none was.
    """

    ref: str
    anchor: date
    done_on: date | None
    expiry_recorded_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Reviews that took about as long.

    Attributes:
        above: More than so many months.
        up_to: At most so many months.
        reviews: How many of them the source counted.
    """

    above: int
    up_to: int
    reviews: int

    def holds(self, decided: date, agreed: date, calendar: Calendar) -> bool:
        """Return True if a review decided and agreed on those days belongs to the band."""
        first, last = self._ends(decided, calendar)
        return first < agreed <= last

    def agreed(self, decided: date, index: int, calendar: Calendar) -> date:
        """Return the day on which review number `index` (from 0) of the band is agreed."""
        first, last = self._ends(decided, calendar)
        first = max(first, decided + SHORTEST)
        return first + timedelta(days=1 + (last - first).days * index // self.reviews)

    def _ends(self, decided: date, calendar: Calendar) -> tuple[date, date]:
        return calendar.after(decided, months(self.above)), calendar.after(decided, months(self.up_to))


@dataclass(frozen=True, kw_only=True, slots=True)
class BandResult:
    """The result of the replay for one band.

    Attributes:
        band: The band.
        completed: How many reviews the database has in it.
        expiry_recorded_on: The days on which the six-month clock flagged them, in order.
    """

    band: Band
    completed: int
    expiry_recorded_on: tuple[date, ...]


def play(engine: Engine, present: Present, console: Console) -> None:
    """Replays the record, and prints what came out beside what was published."""
    bands = published()
    count = sum(band.reviews for band in bands)
    console.print(Text("The published national record, replayed", style="bold"))
    console.print(f"{count} completed reviews ({SOURCE}), each taken through the engine at its length.")
    add_people(engine)
    reviews = tuple(_reviews(bands, engine.calendar))
    progress = track(reviews, "Replaying", console=console, disable=not console.is_terminal)
    refs = {replay(engine, present, decided, agreed) for decided, agreed in progress}
    console.print(results_table(results(engine, bands, refs)))
    console.print(f"Source of the counts: {SOURCE}. Within a band, the lengths are spread evenly.")
    console.print(Text("\nWho would have been reminded of them", style="bold"))
    cases = [engine.case(ref) for ref in sorted(refs)]
    console.print(level_table(level_results(cases, DEADLINE, engine.calendar)))


def published(source: str = PUBLISHED) -> tuple[Band, ...]:
    """Return the bands as they were published, shortest first."""
    with (Path(__file__).parent / "data" / source).open(encoding="utf-8", newline="") as file:
        return tuple(
            Band(above=int(row["months_from"]), up_to=int(row["months_to"]), reviews=int(row["completed_reviews"]))
            for row in csv.DictReader(file)
        )


def replay(engine: Engine, present: Present, decided: date, agreed: date) -> str:
    """One review, from its referral to the board's agreement of the report; its reference."""
    days = [(name, decided - before) for name, before in BEFORE_DECISION]
    days += [(name, decided + after) for name, after in SOON_AFTER]
    days.append(("agree_recommendations", agreed))
    ref = ""
    for name, when in days:
        present.move_to(when)
        data, decider = example(name)
        if name == "refer":
            data["aware_on"] = when.isoformat()
            ref = engine.open(SERIOUS_CASE_REVIEW.name, actor=TYPIST, decided_by=decider, data=data).ref
        else:
            data.pop("planned_publication_on", None)
            # What happened by itself until then: whoever sweeps late finds the same.
            engine.sweep()
            take(engine, ref, name, data, decider)
    return ref


def results(engine: Engine, bands: Sequence[Band], refs: Set[str]) -> tuple[BandResult, ...]:
    """Return what the database shows about the replayed reviews, by band."""
    records = deadline_outcomes(engine, refs)
    return tuple(_result(band, records, engine.calendar) for band in bands)


def deadline_outcomes(engine: Engine, refs: Iterable[str]) -> tuple[DeadlineOutcome, ...]:
    """Return the outcome of the six-month deadline in each of several reviews that has it, by reference."""
    return tuple(
        DeadlineOutcome(
            ref=ref,
            anchor=clock.anchor,
            done_on=clock.done_on,
            expiry_recorded_on=next(
                (
                    event.occurred_on
                    for event in engine.history(ref)
                    if (event.kind, event.trigger) == (EventKind.DEADLINE_EXPIRED, DEADLINE)
                    and event.occurred_at == clock.due_at
                ),
                None,
            ),
        )
        for ref in sorted(refs)
        for clock in engine.case(ref).clocks
        if clock.deadline == DEADLINE
    )


def results_table(found: Sequence[BandResult]) -> Table:
    """Return a table of published and replayed counts, and of the reviews past the six-month deadline."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Time to complete", width=18)
    for title in ("Published", "Replayed", "Flagged"):
        table.add_column(title, justify="right")
    table.add_column("Flagged on (first to last)")
    for result in found:
        days = result.expiry_recorded_on
        when = f"{day(days[0])} to {day(days[-1])}" if days else "never"
        table.add_row(_title(result.band), str(result.band.reviews), str(result.completed), str(len(days)), when)
    flagged = sorted(day for result in found for day in result.expiry_recorded_on)
    completed = sum(result.completed for result in found)
    table.add_row(
        Text("all", style="bold"),
        Text(str(sum(result.band.reviews for result in found)), style="bold"),
        Text(str(completed), style="bold"),
        Text(str(len(flagged)), style="bold"),
        f"{found[0].completed} of {completed} within six months, {len(flagged)} flagged",
    )
    return table


def _reviews(bands: Sequence[Band], calendar: Calendar) -> Iterator[tuple[date, date]]:
    decided = FIRST_DECISION
    # The longest first, so that all are done by about the time of the count.
    for band in reversed(bands):
        for index in range(band.reviews):
            yield decided, band.agreed(decided, index, calendar)
            decided += BETWEEN_DECISIONS


def _result(band: Band, records: Sequence[DeadlineOutcome], calendar: Calendar) -> BandResult:
    mine = [r for r in records if r.done_on is not None and band.holds(r.anchor, r.done_on, calendar)]
    flagged = sorted(record.expiry_recorded_on for record in mine if record.expiry_recorded_on is not None)
    return BandResult(band=band, completed=len(mine), expiry_recorded_on=tuple(flagged))


def _title(band: Band) -> str:
    return f"up to {band.up_to} months" if band.above == 0 else f"{band.above} to {band.up_to} months"
