"""Show one person's day on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.text import Text

from ....engine.definition.registry import Registry
from ....engine.model.calendar import Calendar
from ....engine.model.case import Case
from ....engine.ports.records import DueItem, Heartbeat
from ...values.dates import day
from ...values.today import Today, next_due_day
from .due_lists import deadlines_table
from .styles import FAINT, HEADING, WAITING, new_table


def today_view(today: Today, workflows: Registry, calendar: Calendar, *, limit: int) -> RenderableType:
    """Return the day on one screen, with at most `limit` items of each kind."""
    on = calendar.day_of(today.at)
    parts: list[RenderableType] = [Text(f"{on:%A} {day(on)}, {today.person}", style=HEADING)]
    parts += _due("To do within five working days", today.tasks, today, workflows, calendar, limit=limit)
    parts += _due(
        f"Overdue since {today.since:%A} {day(today.since)}",
        today.newly_overdue,
        today,
        workflows,
        calendar,
        limit=limit,
    )
    parts += _section("Sent in, waiting for an answer", len(today.returned_work))
    if today.returned_work:
        parts += [_came_back(today.returned_work[:limit], workflows, calendar.day_of(today.at))]
        parts += _more(len(today.returned_work), limit, "casereview list --workflow NAME --state STATE")
    parts += ["", Text.assemble(("The last sweep  ", HEADING), _swept(today.last_sweep, calendar))]
    if today.notices_to_release is not None:
        parts += _released(today.notices_to_release)
    return Group(*parts)


def _section(heading: str, count: int) -> Iterator[RenderableType]:
    yield ""
    yield Text.assemble((heading, HEADING), (f"  {count:,}" if count else "  nothing", FAINT))


def _more(count: int, limit: int, where: str) -> Iterator[RenderableType]:
    if count > limit:
        yield Text(f"and {count - limit:,} more: {where}", style=FAINT)


def _due(
    heading: str, items: Sequence[DueItem], today: Today, workflows: Registry, calendar: Calendar, *, limit: int
) -> Iterator[RenderableType]:
    yield from _section(heading, len(items))
    if items:
        of = {item.ref: workflows.for_case(item) for item in items}
        yield deadlines_table(items[:limit], of, at=today.at, calendar=calendar)
        yield from _more(len(items), limit, f"casereview today --limit {len(items)}")


def _came_back(cases: Sequence[Case], workflows: Registry, on: date) -> RenderableType:
    table = new_table(
        ("Since", 11), ("Reference", max(len(case.ref) for case in cases)), ("What waits", None), ("By", 11)
    )
    for case in cases:
        workflow = workflows.for_case(case)
        due = next_due_day(case)
        waits = next((workflow.deadline(one.deadline).title for one in case.clocks if one.is_outstanding), "")
        what = Text(f"{workflow.title}, {workflow.state(case.state).title}").append(
            "".join(f"\n{words}" for words in (", ".join(case.organisations), waits) if words), style=FAINT
        )
        late = due is not None and due < on
        table.add_row(
            day(case.last_step_on), case.ref, what, Text(day(due) if due else "", style=WAITING if late else "")
        )
    return table


def _swept(sweep: Heartbeat | None, calendar: Calendar) -> Text:
    if sweep is None:
        return Text("No sweep has run yet: casereview worker.", style=WAITING)
    heard = sweep.last_seen_at.astimezone(ZoneInfo(calendar.zone))
    text = Text(f"{day(heard.date())} {heard:%H:%M}: {sweep.fired:,} level{'' if sweep.fired == 1 else 's'} reached.")
    if sweep.failed:
        text.append(f" Failed: {', '.join(sweep.failed)}. See casereview doctor.", style=WAITING)
    return text


def _released(held: Sequence[tuple[str, int]]) -> Iterator[RenderableType]:
    yield from _section("Waits for your release", sum(count for _, count in held))
    for person, count in held:
        yield f'{person}: {count:,} notice{"" if count == 1 else "s"} (casereview messages release "{person}")'
