"""What people are shown at the terminal: within 80 columns, and as plain without colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..engine.definition.deadline import Deadline, Leaving, Recording
from ..engine.definition.workflow import Named, Transition, Workflow
from ..engine.errors.base import Block
from ..engine.forms.digests import Secret, revealed
from ..engine.forms.fields import Form, choices_of, fields_of
from ..engine.model.calendar import Calendar
from ..engine.model.case import Case, Event
from ..engine.model.clock import Clock, ClockStatus, EventKind, Revision, Suspension
from ..engine.model.evolve import moves_of
from ..engine.model.people import Absence, Person
from ..engine.ports.outbox import MessageState, NoticeState, Telling
from ..engine.ports.records import Due

if TYPE_CHECKING:
    from ..engine.decisions.escalation import Fired
    from ..engine.decisions.permission import Possible
from .along import along
from .documents import days_overdue, words_of

HEADING = "bold"
FAINT = "dim"
GOOD, BAD, WAITING = "green", "red", "yellow"
COLOURS = {
    ClockStatus.MET: GOOD,
    ClockStatus.MISSED: BAD,
    ClockStatus.RUNNING: "",
    ClockStatus.SUSPENDED: WAITING,
    ClockStatus.CANCELLED: FAINT,
}

STANDING = {
    NoticeState.HELD: "to be released",
    NoticeState.WAITING: "not sent yet",
    NoticeState.WITHDRAWN: "withdrawn",
    MessageState.QUEUED: "not sent yet",
    MessageState.DEAD: "could not be sent",
    MessageState.DISMISSED: "could not be sent",
}
"""What became of a word that was not sent."""


def day(value: date) -> str:
    """A day for people: `5 Jan 2026`."""
    return f"{value.day} {value:%b %Y}"


def columns(*of: tuple[str, int | None]) -> Table:
    """An empty table with these headings, each with its width, or None for what is left."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=FAINT)
    for title, width in of:
        table.add_column(title, width=width, overflow="fold")
    return table


class CaseView:
    """A case in full: where it stands, its deadlines with their authority, what was recorded."""

    def __init__(
        self, case: Case, workflow: Workflow, secrets: Mapping[str, Secret], *, now: datetime, calendar: Calendar
    ) -> None:
        """A view of one case at one instant."""
        self._case, self._workflow, self._secrets = case, workflow, secrets
        self._now, self._calendar = now, calendar

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The view's parts, from the head down."""
        case, state = self._case, self._workflow.state(self._case.state)
        yield Text.assemble((case.ref, HEADING), "  ", case.title)
        yield Text(f"{self._workflow.title}, {state.title}: {state.means}")
        ended = f"ended {day(case.closed_on)}, " if case.closed_on else ""
        yield Text(f"Opened {day(case.opened_on)}, {ended}version {case.version}.", style=FAINT)
        if case.parent:
            yield Text(f"Part of: {case.parent}")
        if case.agencies:
            yield Text(f"Agencies: {', '.join(case.agencies)}")
        for link in case.links:
            yield Text(f"Linked: {link.ref} ({link.relation.replace('_', ' ')})")
        for suspension in case.suspensions:
            yield _suspension(suspension, self._workflow)
        yield Text()
        yield Text("Deadlines", style=HEADING)
        yield deadline_table(case.clocks, self._workflow, now=self._now, calendar=self._calendar)
        yield Text()
        yield Text("Recorded last at each step", style=HEADING)
        opened = revealed(case.data, self._secrets)
        for transition in (self._workflow.opening, *self._workflow.transitions):
            if transition.trigger in opened:
                yield Text.assemble(("  " + transition.trigger, HEADING), "  ", (transition.title, FAINT))
                yield Padding(record_view(transition.record, opened[transition.trigger]), (0, 0, 0, 4))


def deadline_table(clocks: Sequence[Clock], workflow: Workflow, *, now: datetime, calendar: Calendar) -> RenderableType:
    """Deadlines: when, how they stand, what for, and by what authority."""
    table = columns(("Due", 11), ("Status", 12), ("What", None), ("Authority", 24))
    latest = {clock.deadline: clock.number for clock in clocks}
    # One that was started anew is told by the newer one; the history has both.
    shown = [clock for clock in clocks if not clock.stood_down or clock.number == latest[clock.deadline]]
    for clock in sorted(shown, key=lambda clock: (not clock.is_open, clock.due)):
        deadline = workflow.deadline(clock.deadline)
        what = Text(deadline.title)
        for revision in clock.revisions:
            what.append(f"\n{_revised(revision)}", style=WAITING)
        table.add_row(day(clock.due), _status(clock, now, calendar), what, Text(authority_text(deadline), style=FAINT))
    return table if clocks else Text("  none", style=FAINT)


def record_view(form: type[Form], record: Mapping[str, Any]) -> RenderableType:
    """What a step recorded, in the order of its form; parts of it indented below their title."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style=FAINT, max_width=26, overflow="fold")
    table.add_column(overflow="fold")
    for field in fields_of(form):
        if field.name in record:
            table.add_row(field.title, _value(field.item or field.kind, record[field.name]))
    return table


def _value(kind: Any, value: Any) -> RenderableType:
    if isinstance(value, list):
        return Group(*(_value(kind, item) for item in value)) if value else Text("none")
    if isinstance(value, Mapping) and isinstance(kind, type) and issubclass(kind, Form):
        return record_view(kind, value)
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    return Text(str(value).replace("_", " ") if choices_of(kind) else str(value))


def history_table(events: Sequence[Event], workflow: Workflow, *, calendar: Calendar) -> RenderableType:
    """What happened: when, what, from where to where, on whose decision, and who recorded it when."""
    table = columns(("#", 3), ("Happened", 11), ("What", None), ("Decided by", 22), ("Recorded", 12))
    for event in events:
        what = _what(event, workflow)
        if event.to_state != event.from_state:
            what.append(f"\n\N{RIGHTWARDS ARROW} {workflow.state(event.to_state).title}", style=GOOD)
        for warning in event.effects.warnings:
            what.append(f"\n{warning}", style=WAITING)
        recorded = Text(f"{day(calendar.day_of(event.recorded_at))}\n{event.recorded_by}", style=FAINT)
        table.add_row(str(event.seq), day(event.occurred_on), what, _decider(event), recorded)
    return table


def case_table(cases: Sequence[Case], workflows: Mapping[str, Workflow], *, now: datetime) -> RenderableType:
    """Cases: reference, title, state, and what is due next."""
    table = columns(
        ("Reference", longest(case.ref for case in cases)), ("Title", None), ("State", 20), ("Next due", 11), ("", 7)
    )
    for case in cases:
        due = min((clock for clock in case.clocks if clock.is_chased), key=lambda clock: clock.due, default=None)
        late = due is not None and due.is_overdue(now)
        state = workflows[case.ref].state(case.state)
        # Parts bear the name of their kind: it is the agency that tells one from another.
        of = f"\n{', '.join(case.agencies)}" if case.parent is not None and case.agencies else ""
        table.add_row(
            case.ref,
            Text(case.title).append(of, style=FAINT),
            state.title,
            day(due.due) if due else "",
            Text("overdue", style=BAD) if late else "",
        )
    return table


def overdue_table(
    items: Sequence[Due],
    workflows: Mapping[str, Workflow],
    tellings: Sequence[Telling],
    *,
    at: datetime,
    calendar: Calendar,
) -> RenderableType:
    """What is overdue, the longest first; who was told, and what became of that word."""
    reference = longest(item.ref for item in items)
    table = columns(("Reference", reference), ("Due", 11), ("Late", 9), ("What", None), ("Owner and who was told", 25))
    for item in items:
        deadline = workflows[item.ref].deadline(item.clock.deadline)
        late = count_of_days(days_overdue(item.clock, at, calendar))
        owner = Text(deadline.owner.replace("_", " "))
        for told in item.clock.told:
            if not told.skipped:
                words = [_word(word, calendar) for word in words_of(told, item, tellings)]
                owner.append(f"\n{day(calendar.day_of(told.at))}: {'; '.join(words) or 'nobody there'}", style=FAINT)
        table.add_row(item.ref, day(item.clock.due), Text(late, style=BAD), deadline.title, owner)
    return table


def _word(word: Telling, calendar: Calendar) -> str:
    if word.sent_at is not None:
        return f"{word.notice.person}, sent {day(calendar.day_of(word.sent_at))}"
    return f"{word.notice.person}, {STANDING[word.message_state or word.state]}"


def fired_table(fired: Sequence[Fired], *, calendar: Calendar) -> RenderableType:
    """Rungs that were, or will be, reached: when, of what, and who is told."""
    table = columns(
        ("When", 11), ("Reference", longest(one.ref for one in fired)), ("What", None), ("Rung", 12), ("Told", 14)
    )
    for one in fired:
        told = Text(", ".join(one.to) or "nobody there", style="" if one.to else BAD)
        if one.held:
            told.append("\nto be released", style=FAINT)
        table.add_row(day(_day_of(one, calendar)), one.ref, _what_is_due(one, calendar), _rung_of(one), told)
    return table


def forecast_view(fired: Sequence[Fired], *, calendar: Calendar) -> RenderableType:
    """What each person will be told, by name; first what nobody will be told."""
    names = sorted({name for one in fired for name in one.to})
    parts: list[RenderableType] = []
    for name in ("", *names):
        theirs = [one for one in fired if (name in one.to if name else not one.to)]
        if not theirs:
            continue
        table = columns(("When", 11), ("Reference", longest(one.ref for one in theirs)), ("What", None), ("Rung", 24))
        for one in theirs:
            rung = Text(_rung_of(one)).append("\nto be released" if one.held else "", style=FAINT)
            table.add_row(day(_day_of(one, calendar)), one.ref, _what_is_due(one, calendar), rung)
        heading = Text(name, style=HEADING) if name else Text("Nobody to tell", style=f"bold {BAD}")
        parts += [Text()] * bool(parts) + [heading, table]
    return Group(*parts)


def _what_is_due(fired: Fired, calendar: Calendar) -> Text:
    # A due date's instant is the midnight after its last day.
    last = calendar.day_of(fired.due) - timedelta(days=1)
    return Text(fired.title).append(f"\ndue {day(last)}", style=FAINT)


def _rung_of(fired: Fired) -> str:
    return fired.rung.replace("_", " ")


def _day_of(fired: Fired, calendar: Calendar) -> date:
    """The day on which people come to know of a rung: that of its instant."""
    return calendar.day_of(fired.at)


def people_table(people: Sequence[Person], absences: Sequence[Absence]) -> RenderableType:
    """Who may act, and who of them is away, or will be."""
    table = columns(("Name", None), ("Roles", None), ("Agency", 16), ("E-mail", 22))
    for person in people:
        name = Text(person.name)
        for away in (absence for absence in absences if absence.name == person.name):
            instead = away.deputy or "nobody"
            name.append(f"\naway {day(away.from_day)}\nto {day(away.to_day)},\n{instead} instead", style=WAITING)
        table.add_row(name, ", ".join(person.roles), person.agency or "", person.email or "")
    return table


def checks_table(checks: Sequence[tuple[str, bool, str, str]]) -> RenderableType:
    """What was looked at: its name, whether it is sound, what was found, what to do."""
    table = columns(("", 7), ("What", 20), ("Found", None))
    for name, sound, found, remedy in checks:
        said = found if sound or not remedy else f"{found}. {remedy}"
        table.add_row(Text("sound" if sound else "UNSOUND", style=GOOD if sound else BAD), name, said)
    return table


def possible_view(
    workflow: Workflow,
    case: Case,
    steps: Sequence[Possible],
    *,
    now: datetime,
    calendar: Calendar,
) -> RenderableType:
    """The steps that are possible now: by whom, what they record and meet, what blocks them, what to mind."""
    state = workflow.state(case.state)
    parts: list[RenderableType] = [
        Text.assemble((case.ref, HEADING), "  ", case.title),
        Text(f"{workflow.title}, {state.title}: {state.means}"),
    ]
    for step in steps:
        transition, to = step.transition, step.to
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(style=FAINT, width=11)
        table.add_column(overflow="fold")
        table.add_row("leads to", _destination(transition, to, case))
        table.add_row("decided by", ", ".join(transition.roles))
        table.add_row("records", Text(_fields(transition)))
        for clock in case.clocks:
            deadline = workflow.deadline(clock.deadline)
            if clock.is_chased and _would_meet(deadline, transition, to, case):
                table.add_row("due", _due(clock, deadline, now, calendar))
        for block in step.blocked_by:
            table.add_row(Text("blocked", style=BAD), Text(_gap(block), style=BAD))
        for block in step.warned_of:
            table.add_row(Text("to mind", style=WAITING), Text(_gap(block), style=WAITING))
        colour = "bold red" if step.blocked_by else "bold green"
        name = Text.assemble((transition.trigger, colour), "  ", transition.title)
        parts += [Text(), name, Padding(table, (0, 0, 0, 2))]
    return Group(*parts)


def _gap(block: Block) -> str:
    return f"{block.reason} {block.cleared_by} can clear it."


def workflow_table(workflows: Iterable[Workflow]) -> RenderableType:
    """The workflows that there are."""
    table = columns(("Workflow", 20), ("Prefix", 6), ("Purpose", None))
    for workflow in workflows:
        table.add_row(f"{workflow.name}\nversion {workflow.version}", workflow.prefix, workflow.purpose)
    return table


def definition_view(workflow: Workflow) -> RenderableType:
    """A workflow's states, steps and deadlines."""
    states = columns(("State", 20), ("Means", None))
    for state in workflow.states:
        states.add_row(state.name, state.means + (" (end)" if state.is_end else ""))
    steps = columns(("Step", 29), ("Leads to", 20), ("Decided by", None))
    for step in (workflow.opening, *workflow.transitions):
        to = "\n".join(step.destinations) if not isinstance(step.to, Named) else f"as named in {step.to.field}"
        decided = Text(", ".join(step.roles))
        for words in along(step):
            decided.append(f"\n{words}", style=FAINT)
        steps.add_row(step.trigger, to or "\N{DITTO MARK}", decided)
    deadlines = columns(("Deadline", 23), ("Term", 23), ("Authority", None))
    for deadline in workflow.deadlines:
        term = f"{deadline.term}{' before' if deadline.counts_back else ''}{', repeated' if deadline.repeats else ''}"
        deadlines.add_row(deadline.name, term, f"{authority_text(deadline)}. {deadline.authority.text}")
    head = Text.assemble((workflow.title, HEADING), f"  {workflow.name}, version {workflow.version}")
    return Group(head, Text(workflow.purpose), Text(), states, Text(), steps, Text(), deadlines)


# --- parts -------------------------------------------------------------------------------------------


def longest(references: Iterable[str]) -> int:
    """The width in which every reference stays whole, to be copied."""
    return max((len(reference) for reference in references), default=0)


def _status(clock: Clock, now: datetime, calendar: Calendar) -> Text:
    if clock.suspended_on is not None:
        missed = "late, " if clock.status is ClockStatus.MISSED else ""
        return Text(f"{missed}stands still, {clock.time_left} left", style=WAITING)
    if clock.is_overdue(now):
        return Text(f"{count_of_days(days_overdue(clock, now, calendar))} overdue", style=BAD)
    if clock.minimum_period and clock.is_open:
        return Text("until then")
    if clock.status is ClockStatus.MISSED and clock.done_on is not None and not clock.stood_down:
        return Text(f"late, {day(clock.done_on)}", style=BAD)
    return Text(str(clock.status), style=COLOURS[clock.status])


def _revised(revision: Revision) -> str:
    """Why a due date is another than it was: `was 5 Jan 2026 (missed); Board chair: a further agency`."""
    missed = " (missed)" if revision.was_missed else ""
    causes = {
        EventKind.RESUMED: "resumed",
        EventKind.RECALCULATED: "the calendar changed",
        EventKind.CORRECTED: "its start was corrected",
    }
    cause = causes.get(revision.cause, revision.agreed_by or "")
    return f"was {day(revision.was)}{missed}; {cause}: {revision.reasons}"


def _suspension(suspension: Suspension, workflow: Workflow) -> Text:
    which = ", ".join(workflow.deadline(name).title for name in suspension.deadlines) or "all clocks"
    if suspension.until is not None:
        span = f"from {day(suspension.since)} to {day(suspension.until)}"
        return Text(f"Suspension {suspension.number}, {span}: {suspension.proceeding} ({which})", style=FAINT)
    told = (
        f"Suspended since {day(suspension.since)} for {suspension.proceeding} ({which});"
        f" {suspension.consulted} consulted; to be reviewed by {day(suspension.review_by)}."
        f" Suspension {suspension.number}."
    )
    return Text(told, style=WAITING)


def authority_text(deadline: Deadline) -> str:
    return deadline.authority.name + ("" if deadline.authority.verified else " (unverified)")


def _what(event: Event, workflow: Workflow) -> Text:
    match event.kind:
        case EventKind.DEADLINE_PASSED:
            return Text(f"the day passed for: {workflow.deadline(event.trigger).title}", style=BAD)
        case EventKind.CORRECTED:
            corrected = Text(f"event {event.data['event']} corrected: {event.trigger}", style=WAITING)
            return corrected.append(f"\n{event.data['reasons']}", style=FAINT)
        case EventKind.DISPOSED:
            count = len(event.data["digests"])
            disposed = Text(f"{count} sensitive value{'' if count == 1 else 's'} disposed of", style=WAITING)
            return disposed.append(f"\n{event.data['reasons']}", style=FAINT)
        case EventKind.SUSPENDED:
            suspended = Text(f"suspended for {event.data['proceeding']}", style=WAITING)
            return suspended.append(f"\n{event.data['consulted']} consulted. {event.data['reasons']}", style=FAINT)
        case EventKind.RESUMED:
            return Text("resumed", style=WAITING).append(f"\n{event.data['reasons']}", style=FAINT)
        case EventKind.NEW_DATE:
            moved = Text(f"new date for: {workflow.deadline(event.trigger).title}", style=WAITING)
            was, to = (day(date.fromisoformat(event.data[name])) for name in ("was", "to"))
            return moved.append(f"\n{to}, instead of {was}. {event.data['reasons']}", style=FAINT)
        case EventKind.RECALCULATED:
            of = day(date.fromisoformat(event.data["day"]))
            counted = Text(f"dates counted anew: {of} is {event.data['counts_as'].replace('_', ' ')}", style=WAITING)
            for one in event.data["dates"]:
                was, to = (day(date.fromisoformat(one[name])) for name in ("was", "to"))
                counted.append(f"\n{workflow.deadline(one['deadline']).title}: {to}, instead of {was}", style=FAINT)
            return counted
        case EventKind.ESCALATED:
            told = Text(f"told: {', '.join(event.data['to']) or 'nobody'}", style=BAD)
            told.append(f"\n{_rung(event)}: {workflow.deadline(event.trigger).title}", style=FAINT)
            return told.append(f"\n{event.data['instead']}", style=FAINT) if "instead" in event.data else told
        case EventKind.SKIPPED:
            skipped = Text(f"told: nobody, {event.data['skipped']}", style=FAINT)
            return skipped.append(f"\n{_rung(event)}: {workflow.deadline(event.trigger).title}")
        case _:
            brought_in = event.kind is EventKind.BROUGHT_IN
            return _brought_in(event) if brought_in else Text(event.trigger, style=HEADING)


def _brought_in(event: Event) -> Text:
    former = event.data.get("former_reference")
    told = Text("brought in" if former is None else f"brought in as {former}", style=HEADING)
    return told.append("".join(f"\n{day(move.on)} {move.step}" for move in moves_of(event)), style=FAINT)


def _rung(event: Event) -> str:
    return str(event.data["rung"]).replace("_", " ")


def _decider(event: Event) -> Text:
    if event.decided_by is None:
        return Text()
    decided = Text(event.decided_by.name)
    decided.append(f"\n{event.decided_by.capacity.replace('_', ' ')}", style=FAINT)
    if event.decided_by.evidence:
        decided.append(f"\n{event.decided_by.evidence}", style=FAINT)
    return decided


def _fields(transition: Transition) -> str:
    fields = fields_of(transition.record)
    needed = ", ".join(field.name for field in fields if field.required)
    optional = ", ".join(field.name for field in fields if not field.required)
    return "; if known: ".join(part for part in (needed, optional) if part)


def _destination(transition: Transition, to: str | None, case: Case) -> str:
    if isinstance(transition.to, Named):
        return f"the state named in {transition.to.field}"
    return f"stays in {case.state}" if transition.to is None else str(to)


def _would_meet(deadline: Deadline, transition: Transition, to: str | None, case: Case) -> bool:
    for event in deadline.met_by:
        match event:
            case Recording(step=step) if step == transition.trigger:
                return True
            case Leaving(state=state) if state == case.state and transition.to is not None and to != state:
                return True
    return False


def _due(clock: Clock, deadline: Deadline, now: datetime, calendar: Calendar) -> Text:
    late = days_overdue(clock, now, calendar)
    overdue = f", {count_of_days(late)} overdue" if late else ""
    return Text(f"{day(clock.due)}{overdue}: {deadline.title}. {authority_text(deadline)}", style=BAD if late else "")


def count_of_days(count: int) -> str:
    """Days in words: `1 day`, `12 days`."""
    return "1 day" if count == 1 else f"{count} days"
