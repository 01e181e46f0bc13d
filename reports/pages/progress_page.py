"""The progress report as a page, and for programs."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ..values.figures import Bars
from ..values.progress import Heard, Move, Progress
from ..values.rag_status import MEANS, Palette, Rag
from ..values.review import short
from ..values.tracker import counts
from .decision_tables import decisions_table, lateness_table, named, slipped_table
from .page import Column, Page, Picture, Section, Table, counted, day
from .tracker_page import legend, summary

MOVES = (
    Column(title="What", share=20, width=19),
    Column(title="Whose", share=18, under=True),
    Column(title="Was", share=13, width=10),
    Column(title="Is", share=15),
    Column(title="Items", share=9, width=5),
    Column(title="Which", share=26, under=True),
    Column(title="Latest on", share=16, width=11),
)
HEARD = (
    Column(title="Ref.", share=8, width=6),
    Column(title="Who", share=25),
    Column(title="Stands", share=25, width=24),
    Column(title="Last step", share=14, width=11),
)


def progress_page(of: Progress, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """The progress report of a review.

    Args:
        of: What there is to report.
        palette: The colours.
        today: The day of which it is.
        rehearsal: Whether nothing in it is a real record.
    """
    return Page(
        title=f"Progress report: {of.review} {of.title}",
        about=f"{day(today)}. The review is in: {of.state}. News since {day(of.since.day)}, {of.since.why}.",
        on=today,
        sections=(_decide(of), _moved(of), _late(of, palette), _family(of)),
        palette=palette,
        rehearsal=rehearsal,
    )


def _decide(of: Progress) -> Section:
    return Section(heading="For decision", parts=(decisions_table(of.decisions),))


def _moved(of: Progress) -> Section:
    alike: dict[tuple[str, str, str, str], list[Move]] = {}
    for move in of.moves:
        alike.setdefault((move.kind, move.agency, move.before or "(new)", move.now), []).append(move)
    moved = Table(
        caption="What moved",
        columns=MOVES,
        rows=tuple(
            (*kind, len(moves), named([move.ref for move in moves]), max(move.on for move in moves))
            for kind, moves in alike.items()
        ),
        nothing="Nothing moved.",
    )
    return Section(heading=f"What moved since {day(of.since.day)}", parts=(moved, slipped_table(of.slipped)))


def _late(of: Progress, palette: Palette) -> Section:
    return Section(
        heading="Actions",
        parts=(legend(palette), summary(of.tracked.rows), by_agency(of), open_actions(of), lateness_table(of.late)),
    )


def by_agency(of: Progress) -> Picture:
    """How each agency's actions stand, as a picture."""
    shown = [(agency, found) for agency, rows in of.tracked.by_agency() if (found := counts(rows))]
    every = counts(of.tracked.rows)
    words = ", ".join(f"{every[rag]} {rag} ({MEANS[rag]})" for rag in Rag if every[rag])
    bars = Bars(
        names=tuple(agency for agency, _ in shown),
        parts={rag: tuple(found[rag] for _, found in shown) for rag in Rag},
        of="actions",
    )
    return Picture(
        caption="Actions by agency and colour",
        words=f"{counted(every.total(), 'action')}: {words}." if shown else "There is no action yet.",
        chart=bars if shown else None,
    )


def open_actions(of: Progress) -> Picture:
    """How many actions were open over time, as a picture."""
    lines, caption = of.actions, "Open and assured actions over time"
    if lines is None:
        return Picture(caption=caption, words="No action was agreed yet.", chart=None)
    is_open, assured = lines.counts["open"], lines.counts["assured"]
    most = max(is_open)
    words = (
        f"{counted(most, 'action')} at most {'was' if most == 1 else 'were'} open, first on"
        f" {day(lines.days[is_open.index(most)])}; {is_open[-1]} open and {assured[-1]} assured on {day(lines.until)}."
    )
    return Picture(caption=caption, words=words, chart=lines)


def _family(of: Progress) -> Section:
    family = [one for one in of.heard if one.family]
    others = [one for one in of.heard if not one.family]
    if not of.heard:
        return Section(heading="Family voice", parts=("Nobody is down to be heard yet.",))
    told = sum(one.told for one in family)
    parts = (
        f"Family: {_standing(family)}. Told of the findings: {told} of {len(family)}.",
        _heard("Family", family),
        f"Practitioners: {_standing(others)}.",
        _heard("Practitioners", others),
    )
    return Section(heading="Family voice", parts=parts)


def _standing(of: list[Heard]) -> str:
    found = Counter(one.state for one in of)
    return ", ".join(f"{count} {state}" for state, count in found.items()) or "none"


def _heard(caption: str, of: list[Heard]) -> Table:
    rows = tuple((short(one.ref), one.who, one.state, one.on) for one in of)
    return Table(caption=f"{caption}: who is heard, and how that stands", columns=HEARD, rows=rows)
