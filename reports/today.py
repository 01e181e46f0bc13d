"""What there is to do today: one person's tasks, what became overdue, what came back, what waits for release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from ..engine.definition.registry import Registry
from ..engine.model.calendar import Calendar
from ..engine.model.case import Case
from ..engine.model.people import Absence
from ..engine.ports.records import Due, Heartbeat
from .deadlines import deadlines_table
from .documents import Document, due_document
from .tables import FAINT, HEADING, WAITING, columns, day

MOST_AWAY = timedelta(days=60)
"""So far back a last working day is looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """What there is to do.

    Attributes:
        who: Whose day it is.
        at: The present (UTC).
        since: Their last working day before.
        tasks: What they have to do, overdue or soon, the earliest due first.
        fell_due: What became overdue since, whoever's task it is.
        came_back: What agencies sent in and nobody has answered, the longest waiting first.
        sweep: Whoever swept last; None where nobody ever did.
        held: How many notices wait for release, by person; None where it is not theirs to release.
    """

    who: str
    at: datetime
    since: date
    tasks: tuple[Due, ...]
    fell_due: tuple[Due, ...]
    came_back: tuple[Case, ...]
    sweep: Heartbeat | None
    held: tuple[tuple[str, int], ...] | None


def working_day_before(today: date, *, name: str, absences: Iterable[Absence], calendar: Calendar) -> date:
    """The last day before today on which somebody was at work; where they were away for long, the first looked at."""
    away = [one for one in absences if one.name == name]
    found = today - timedelta(days=1)
    while found > today - MOST_AWAY:
        if calendar.is_working_day(found) and not any(one.from_day <= found <= one.to_day for one in away):
            break
        found -= timedelta(days=1)
    return found


def waiting_longest(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases in the order in which they came into their state, as far as their latest step says."""
    return tuple(sorted(cases, key=lambda case: (case.last_step_on, case.ref)))


def today_view(today: Today, workflows: Registry, calendar: Calendar, *, limit: int) -> RenderableType:
    """The day on one screen; at most `limit` of each kind, and how many more there are."""
    on = calendar.day_of(today.at)
    parts: list[RenderableType] = [Text(f"{on:%A} {day(on)}, {today.who}", style=HEADING)]
    parts += _due("To do within five working days", today.tasks, today, workflows, calendar, limit=limit)
    parts += _due(
        f"Overdue since {today.since:%A} {day(today.since)}", today.fell_due, today, workflows, calendar, limit=limit
    )
    parts += _section("Came back, and waits for an answer", len(today.came_back))
    if today.came_back:
        parts += [_came_back(today.came_back[:limit], workflows, calendar.day_of(today.at))]
        parts += _more(len(today.came_back), limit, "casereview list --workflow NAME --state STATE")
    parts += ["", Text.assemble(("The last sweep  ", HEADING), _swept(today.sweep, calendar))]
    if today.held is not None:
        parts += _released(today.held)
    return Group(*parts)


def today_document(today: Today, workflows: Registry, calendar: Calendar) -> Document:
    """The same for programs."""

    def due(items: Sequence[Due]) -> list[Document]:
        found = ((item, workflows.version(item.workflow, item.workflow_version)) for item in items)
        return [due_document(item, workflow, at=today.at, calendar=calendar) for item, workflow in found]

    return {
        "day": calendar.day_of(today.at).isoformat(),
        "who": today.who,
        "since": today.since.isoformat(),
        "to_do": due(today.tasks),
        "became_overdue": due(today.fell_due),
        "came_back": [
            {
                "ref": case.ref,
                "workflow": case.workflow,
                "state": case.state,
                "agencies": list(case.agencies),
                "since": case.last_step_on.isoformat(),
                "due": None if (due_on := due_of(case)) is None else due_on.isoformat(),
            }
            for case in today.came_back
        ],
        "sweep": None
        if today.sweep is None
        else {
            "worker": today.sweep.worker,
            "at": today.sweep.heard_at.isoformat(),
            "fired": today.sweep.fired,
            "set_aside": list(today.sweep.set_aside),
        },
        "to_release": None
        if today.held is None
        else [{"person": person, "notices": count} for person, count in today.held],
    }


def _section(heading: str, count: int) -> Iterator[RenderableType]:
    yield ""
    yield Text.assemble((heading, HEADING), (f"  {count:,}" if count else "  nothing", FAINT))


def _more(count: int, limit: int, where: str) -> Iterator[RenderableType]:
    if count > limit:
        yield Text(f"and {count - limit:,} more: {where}", style=FAINT)


def _due(
    heading: str, items: Sequence[Due], today: Today, workflows: Registry, calendar: Calendar, *, limit: int
) -> Iterator[RenderableType]:
    yield from _section(heading, len(items))
    if items:
        of = {item.ref: workflows.version(item.workflow, item.workflow_version) for item in items}
        yield deadlines_table(items[:limit], of, at=today.at, calendar=calendar)
        yield from _more(len(items), limit, f"casereview today --limit {len(items)}")


def _came_back(cases: Sequence[Case], workflows: Registry, on: date) -> RenderableType:
    table = columns(
        ("Since", 11), ("Reference", max(len(case.ref) for case in cases)), ("What waits", None), ("By", 11)
    )
    for case in cases:
        workflow = workflows.of(case)
        due = due_of(case)
        waits = next((workflow.deadline(one.deadline).title for one in case.clocks if one.is_chased), "")
        what = Text(f"{workflow.title}, {workflow.state(case.state).title}").append(
            "".join(f"\n{words}" for words in (", ".join(case.agencies), waits) if words), style=FAINT
        )
        late = due is not None and due < on
        table.add_row(
            day(case.last_step_on), case.ref, what, Text(day(due) if due else "", style=WAITING if late else "")
        )
    return table


def due_of(case: Case) -> date | None:
    return min((clock.due for clock in case.clocks if clock.is_chased), default=None)


def _swept(sweep: Heartbeat | None, calendar: Calendar) -> Text:
    if sweep is None:
        return Text("Nobody has swept yet: casereview worker.", style=WAITING)
    heard = sweep.heard_at.astimezone(ZoneInfo(calendar.zone))
    text = Text(f"{day(heard.date())} {heard:%H:%M}: {sweep.fired:,} rung{'' if sweep.fired == 1 else 's'} reached.")
    if sweep.set_aside:
        text.append(f" Set aside: {', '.join(sweep.set_aside)}. See casereview doctor.", style=WAITING)
    return text


def _released(held: Sequence[tuple[str, int]]) -> Iterator[RenderableType]:
    yield from _section("Waits for your release", sum(count for _, count in held))
    for person, count in held:
        yield f'{person}: {count:,} notice{"" if count == 1 else "s"} (casereview messages release "{person}")'
