"""Show lists of cases: as a table, by state, or counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from ....engine import VoidedCase
from ....engine.definition.registry import Registry
from ....engine.definition.workflow import Workflow
from ....engine.model.calendar import Calendar
from ....engine.model.case import Case
from ....engine.ports.records import CaseSummary, StateCount
from ...values.dates import day
from ...values.overview import SOON, counts_in_order, first_due_day, review_colour
from .styles import BAD, FAINT, GOOD, HEADING, WAITING, longest_ref, new_table

COLOURS = {"red": BAD, "amber": WAITING, "green": GOOD}


COLOUR_MEANINGS = {"red": "something overdue", "amber": f"something due within {SOON}", "green": "neither"}


def overview_table(
    summaries: Sequence[CaseSummary], workflows: Registry, calendar: Calendar, *, limit: int
) -> RenderableType:
    """Return the open reviews by state, at most `limit` of each, with their number.

    Args:
        summaries: The reviews, the earliest due first.
        workflows: All workflows.
        calendar: The calendar that days are counted by.
        limit: The maximum number of reviews shown for a state.
    """
    parts: list[RenderableType] = []
    for title, of_state in _by_state(summaries, workflows):
        table = new_table(("", max(len(one.ref) for one in of_state)), ("", 5), ("", None), ("", 23))
        table.show_header = False
        for one in of_state[:limit]:
            colour = review_colour(one)
            table.add_row(one.ref, Text(colour, style=COLOURS[colour]), Text(one.title), _what(one, calendar))
        if len(of_state) > limit:
            table.add_row("", "", Text(f"and {len(of_state) - limit:,} more", style=FAINT), "")
        parts += [_heading(title, of_state), table, ""]
    legend = ", ".join(f"{colour}: {means}" for colour, means in COLOUR_MEANINGS.items())
    return Group(*parts, Text(f"Of a review and all that is part of it. {legend}.", style=FAINT))


def voided_table(cases: Sequence[VoidedCase], workflows: Registry) -> RenderableType:
    """Return a table of cases that were opened by mistake: their numbers, and who voided them, when and why."""
    table = new_table(("Reference", longest_ref(case.ref for case in cases)), ("Voided", 11), ("By", 20), ("Why", None))
    for case in cases:
        kind = Text(f"\n{workflows.for_case(case).title}", style=FAINT)
        table.add_row(case.ref, day(case.voided_on), case.voided_by, Text(case.reasons).append(kind))
    return table


def _by_state(summaries: Sequence[CaseSummary], workflows: Registry) -> Iterator[tuple[str, list[CaseSummary]]]:
    for workflow in workflows:
        for state in workflows.states_of(workflow.name).values():
            found = [one for one in summaries if (one.workflow, one.state) == (workflow.name, state.name)]
            if found:
                yield f"{workflow.title}: {state.title}", found
    yield from _in_other_states(summaries, workflows)


def _in_other_states(summaries: Sequence[CaseSummary], workflows: Registry) -> Iterator[tuple[str, list[CaseSummary]]]:
    """Yield the cases in states that only another program has, under the names of these."""
    titles = {workflow.name: workflow.title for workflow in workflows}
    known = {(name, state) for name in titles for state in workflows.states_of(name)}
    others = sorted(
        (one for one in summaries if (one.workflow, one.state) not in known), key=lambda one: (one.workflow, one.state)
    )
    for (name, state), found in groupby(others, key=lambda one: (one.workflow, one.state)):
        title = titles.get(name, name.replace("_", " ").capitalize())
        yield f"{title}: {state.replace('_', ' ')}", list(found)


def _heading(title: str, summaries: Iterable[CaseSummary]) -> Text:
    counts = Counter(review_colour(one) for one in summaries)
    heading = Text(f"{title} ({counts.total():,})", style=HEADING)
    for colour, style in COLOURS.items():
        if counts[colour]:
            heading.append(f"  {counts[colour]:,} {colour}", style=f"not bold {style}")
    return heading


def _what(summary: CaseSummary, calendar: Calendar) -> str:
    due = first_due_day(summary, calendar)
    if due is None:
        return ""
    return f"{summary.overdue} overdue, {day(due)}" if summary.overdue else f"due {day(due)}"


def counts_table(counts: Sequence[StateCount], workflows: Registry) -> RenderableType:
    """Return the number of open cases of each workflow, and of cases in each state."""
    table = new_table(("", None), ("Cases", 10))
    table.columns[1].justify = "right"
    known = {workflow.name: workflow for workflow in workflows}
    for name, of_workflow in groupby(counts_in_order(counts, workflows), key=lambda one: one[0].workflow):
        found = list(of_workflow)
        is_open = sum(count.cases for count, _, is_end in found if not is_end)
        title = known[name].title if name in known else name
        table.add_row(Text(f"{title}, open", style=HEADING), Text(f"{is_open:,}", style=HEADING))
        for count, state, is_end in found:
            style = FAINT if is_end else ""
            table.add_row(Text(f"  {state}", style=style), Text(f"{count.cases:,}", style=style))
    return table


def case_table(cases: Sequence[Case], workflows: Mapping[str, Workflow], *, now: datetime) -> RenderableType:
    """Return a table of cases: reference, title, state, next due day."""
    table = new_table(
        ("Reference", longest_ref(case.ref for case in cases)),
        ("Title", None),
        ("State", 20),
        ("Next due", 11),
        ("", 7),
    )
    for case in cases:
        due = min((clock for clock in case.clocks if clock.is_outstanding), key=lambda clock: clock.due, default=None)
        late = due is not None and due.is_overdue(now)
        state = workflows[case.ref].state(case.state)
        # Parts of a kind share their title, so the agency distinguishes them.
        of = f"\n{', '.join(case.organisations)}" if case.parent is not None and case.organisations else ""
        table.add_row(
            case.ref,
            Text(case.title).append(of, style=FAINT),
            state.title,
            day(due.due) if due else "",
            Text("overdue", style=BAD) if late else "",
        )
    return table
