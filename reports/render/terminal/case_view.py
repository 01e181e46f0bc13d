"""Show one case in full: its state, deadlines and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ....engine.definition.registry import Registry
from ....engine.definition.workflow import Workflow
from ....engine.forms.digests import StoredValue, with_stored_values
from ....engine.forms.fields import Form, choice_titles_of, fields_of, unwrap
from ....engine.model.calendar import Calendar
from ....engine.model.case import Case
from ....engine.model.clock import Clock, ClockStatus, EventKind, Revision, Suspension
from ...values.dates import count_of_days, day, days_overdue
from ...values.links import link_text
from ...values.unit_record import PartTitles
from .styles import BAD, FAINT, GOOD, HEADING, WAITING, new_table
from .workflows import citation_text

COLOURS = {
    ClockStatus.MET: GOOD,
    ClockStatus.MISSED: BAD,
    ClockStatus.RUNNING: "",
    ClockStatus.SUSPENDED: WAITING,
    ClockStatus.CANCELLED: FAINT,
    ClockStatus.NOT_KNOWN: FAINT,
}


class CaseView:
    """A case in full: its state, its deadlines with their citations, its records."""

    def __init__(
        self,
        case: Case,
        workflows: Registry,
        secrets: Mapping[str, StoredValue],
        *,
        now: datetime,
        calendar: Calendar,
    ) -> None:
        """Initialize a view of one case at one instant."""
        self._case, self._workflow, self._secrets = case, workflows.for_case(case), secrets
        self._workflows = workflows
        self._now, self._calendar = now, calendar

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the view's parts from the top."""
        case, state = self._case, self._workflow.state(self._case.state)
        yield Text.assemble((case.ref, HEADING), "  ", case.title)
        yield Text(f"{self._workflow.title}, {state.title}: {state.meaning}")
        ended = f"ended {day(case.closed_on)}, " if case.closed_on else ""
        yield Text(f"Opened {day(case.opened_on)}, {ended}version {case.version}.", style=FAINT)
        if case.parent:
            yield Text(f"Part of: {case.parent}")
        if case.organisations:
            yield Text(f"Agencies: {', '.join(case.organisations)}")
        for link in case.links:
            yield Text(f"Linked: {link_text(link, self._workflows)}")
        for suspension in case.suspensions:
            yield _suspension(suspension, self._workflow)
        yield Text()
        yield Text("Deadlines", style=HEADING)
        yield deadline_table(case.clocks, self._workflow, now=self._now, calendar=self._calendar)
        yield Text()
        yield Text("Latest record of each step", style=HEADING)
        opened, titles = with_stored_values(case.data, self._secrets), PartTitles(self._workflows)
        for transition in (self._workflow.opening, *self._workflow.transitions):
            if transition.trigger in opened:
                yield Text(f"  {transition.title}", style=HEADING)
                yield Padding(record_view(transition.form, opened[transition.trigger], titles), (0, 0, 0, 4))


def deadline_table(clocks: Sequence[Clock], workflow: Workflow, *, now: datetime, calendar: Calendar) -> RenderableType:
    """Return a table of deadlines: due day, status, title, citation."""
    table = new_table(("Due", 11), ("Status", 12), ("What", None), ("Citation", 24))
    latest = {clock.deadline: clock.number for clock in clocks}
    # If a deadline was started again, only the newer clock is shown. The history has both.
    shown = [clock for clock in clocks if not clock.cancelled_by_end or clock.number == latest[clock.deadline]]
    for clock in sorted(
        shown, key=lambda clock: (not clock.is_open or clock.status is ClockStatus.NOT_KNOWN, clock.due)
    ):
        deadline = workflow.deadline(clock.deadline)
        what = Text(deadline.title)
        for revision in clock.revisions:
            what.append(f"\n{_revised(revision)}", style=WAITING)
        table.add_row(day(clock.due), _status(clock, now, calendar), what, Text(citation_text(deadline), style=FAINT))
    return table if clocks else Text("  none", style=FAINT)


def record_view(
    form: type[Form], record: Mapping[str, Any], titles: PartTitles, workflow: str | None = None
) -> RenderableType:
    """Yield a step's record in the order of its form, with nested values indented.

    Args:
        form: The form.
        record: Its values.
        titles: The titles of the parts of workflows that it names.
        workflow: The workflow to which these parts belong, if the record around it says so.
    """
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style=FAINT, max_width=26, overflow="fold")
    table.add_column(overflow="fold")
    parts_of = record.get("workflow", workflow)

    def shown(kind: Any, choices: Mapping[str, str], value: Any) -> RenderableType:
        if isinstance(value, list):
            return Group(*(shown(kind, choice_titles_of(kind), item) for item in value)) if value else Text("none")
        bare, _, _ = unwrap(kind)
        if isinstance(value, Mapping) and isinstance(bare, type) and issubclass(bare, Form):
            return record_view(bare, value, titles, parts_of)
        if isinstance(value, bool):
            return Text("yes" if value else "no")
        if bare is date and isinstance(value, str):
            return Text(day(date.fromisoformat(value)))
        return Text(choices.get(str(value), str(value)))

    for field in fields_of(form):
        if field.name in record and not field.for_programs:
            value = record[field.name]
            named = {value: titles.title(field.part, value, parts_of)} if field.part else field.choice_titles
            table.add_row(field.title, shown(field.item_type or field.kind, named, value))
    return table


def _status(clock: Clock, now: datetime, calendar: Calendar) -> Text:
    if clock.suspended_on is not None:
        missed = "late, " if clock.status is ClockStatus.MISSED else ""
        return Text(f"{missed}suspended, {clock.time_left} left", style=WAITING)
    if clock.is_overdue(now):
        return Text(f"{count_of_days(days_overdue(clock, now, calendar))} overdue", style=BAD)
    if clock.minimum_period and clock.is_open:
        return Text("until then")
    if clock.status is ClockStatus.MISSED and clock.done_on is not None and not clock.cancelled_by_end:
        return Text(f"late, {day(clock.done_on)}", style=BAD)
    return Text(str(clock.status).replace("_", " "), style=COLOURS[clock.status])


def _revised(revision: Revision) -> str:
    """Return the reason for a changed due date: `was 5 Jan 2026 (missed); Board chair: a further agency`."""
    missed = " (missed)" if revision.was_missed else ""
    causes = {
        EventKind.RESUMED: "resumed",
        EventKind.RECALCULATED: "the calendar changed",
        EventKind.CORRECTED: "its start was corrected",
        EventKind.STEP: "a step before others was recorded",
        EventKind.COMPLETED: "the import was completed",
    }
    cause = causes.get(revision.cause, revision.agreed_by or "")
    why = ": ".join(part for part in (cause, revision.reasons) if part)
    return f"was {day(revision.previous_due)}{missed}; {why}"


def _suspension(suspension: Suspension, workflow: Workflow) -> Text:
    which = ", ".join(workflow.deadline(name).title for name in suspension.deadlines) or "all clocks"
    if suspension.until is not None:
        span = f"from {day(suspension.since)} to {day(suspension.until)}"
        return Text(f"Suspension {suspension.number}, {span}: {suspension.proceeding} ({which})", style=FAINT)
    text = (
        f"Suspended since {day(suspension.since)} for {suspension.proceeding} ({which});"
        f" {suspension.consulted} consulted; to be reviewed by {day(suspension.review_by)}."
        f" Suspension {suspension.number}."
    )
    return Text(text, style=WAITING)
