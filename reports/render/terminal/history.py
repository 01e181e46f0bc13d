"""Show a case's history as a table or as a vertical timeline."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ....engine.definition.recorded_fields import titles_of_fields
from ....engine.definition.registry import Registry
from ....engine.definition.workflow import Workflow
from ....engine.forms.digests import StoredValue
from ....engine.model.calendar import Calendar
from ....engine.model.case import Event, standing_events
from ....engine.model.clock import ClockStatus, EventKind
from ....engine.model.evolve import StepEntry, step_entries
from ....engine.model.people import Recorder
from ....engine.model.published_calendars import calendar_title
from ...values.corrections import CorrectedPart, corrected_parts
from ...values.dates import count_of_days, day
from ...values.deliveries import NO_DELIVERIES, Deliveries, people_in_words
from ...values.suspensions import ended_suspensions_in_words
from ...values.unit_record import unit_lines
from .styles import BAD, FAINT, GOOD, HEADING, WAITING, new_table

NOTHING: Mapping[str, StoredValue] = MappingProxyType({})
DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d")
MOVED, STAYED, LATE = "\N{BLACK CIRCLE}", "\N{BOX DRAWINGS LIGHT VERTICAL}", "!"


def history_line(events: Sequence[Event], workflow: Workflow) -> RenderableType:
    """Return the timeline of a case from its events in order."""
    table = Table(show_header=False, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(width=11, justify="right", style=FAINT)
    table.add_column(width=1)
    table.add_column(width=20, overflow="fold")
    table.add_column(overflow="fold")
    for event in events:
        what = Text(_recorded_title(event, workflow))
        if event.decided_by is not None:
            what.append(f"  {event.decided_by.name}", style=FAINT)
        for deadline, late in _done(event, workflow):
            what.append(f"\n{deadline}", style=BAD if late else GOOD)
        if event.kind is EventKind.DEADLINE_EXPIRED:
            title = workflow.deadline(event.trigger).title
            table.add_row(day(event.occurred_on), Text(LATE, style=BAD), "", Text(f"overdue: {title}", style=BAD))
            continue
        *before, latest = step_entries(event)
        for move in before:
            table.add_row(*_row(move, workflow), Text(_step_title(move.step, workflow)))
        table.add_row(*_row(latest, workflow), what)
    return table


def _row(move: StepEntry, workflow: Workflow) -> tuple[str, str, Text]:
    if move.from_state == move.to_state:
        return day(move.on), STAYED, Text()
    return day(move.on), MOVED, Text(workflow.state(move.to_state).title, style=HEADING)


def _done(event: Event, workflow: Workflow) -> list[tuple[str, bool]]:
    done = []
    for clock in event.effects.clocks:
        deadline = workflow.deadline(clock.deadline)
        if clock.status is ClockStatus.MET:
            done.append((f"in time: {deadline.title} (by {day(clock.due)})", False))
        elif clock.status is ClockStatus.MISSED and clock.done_on is not None and not clock.cancelled_by_end:
            late = (clock.done_on - clock.due).days
            done.append((f"{count_of_days(late)} late: {deadline.title} (by {day(clock.due)})", True))
    return done


def history_table(
    events: Sequence[Event],
    workflow: Workflow,
    workflows: Registry,
    *,
    calendar: Calendar,
    deliveries: Deliveries = NO_DELIVERIES,
    stored_values: Mapping[str, StoredValue] = NOTHING,
) -> RenderableType:
    """Return a table of events: day, step, states, decision, and the recording.

    Args:
        events: The events of one case, oldest first.
        workflow: Its workflow.
        workflows: All workflows, which title what the unit's own record names of them.
        calendar: The calendar.
        deliveries: What became of the notices that the events caused.
        stored_values: The case's sensitive values, to tell which of them a correction changed; none is shown.
    """
    table = new_table(("#", 3), ("Happened", 11), ("What", None), ("Decided by", 22), ("Recorded", 12))
    undone = {seq: one.seq for one in events if one.kind is EventKind.TAKEN_BACK for seq in one.data["events"]}
    corrected: dict[int, list[int]] = {}
    for one in standing_events(events):
        if one.kind is EventKind.CORRECTED:
            corrected.setdefault(one.data["event"], []).append(one.seq)
    for event in events:
        special = {EventKind.TAKEN_BACK: _taken_back, EventKind.COMPLETED: _completed}
        what = special.get(event.kind, _what)(event, workflow)
        if event.kind is EventKind.CORRECTED:
            for part in corrected_parts(workflow, events, event, stored_values):
                what.append(f"\n{_correction_line(part)}")
        for number in corrected.get(event.seq, ()):
            what.append(f"\ncorrected, see event {number}", style=WAITING)
        if event.seq in undone:
            what = Text(f"{what.plain}\ntaken back, see event {undone[event.seq]}", style=FAINT)
        if about := () if event.kind is EventKind.CORRECTED else unit_lines(event, workflows):
            what.append(f": {about[0]}").append("".join(f"\n{line}" for line in about[1:]), style=FAINT)
        if event.to_state != event.from_state:
            what.append(f"\n\N{RIGHTWARDS ARROW} {workflow.state(event.to_state).title}", style=GOOD)
        for warning in event.effects.warnings:
            what.append(f"\n{warning}", style=WAITING)
        for sentence in ended_suspensions_in_words(event):
            what.append(f"\n{sentence}", style=WAITING)
        # A level that was reached is not a message that was sent.
        if people := people_in_words(deliveries.of_event(event.ref, event.seq), calendar):
            what.append(f"\n{people}", style=FAINT)
        recorded = Text(f"{day(calendar.day_of(event.recorded_at))}\n{_recorder(event.recorder)}", style=FAINT)
        table.add_row(str(event.seq), day(event.occurred_on), what, _decider(event, workflow), recorded)
    return table


def _taken_back(event: Event, workflow: Workflow) -> Text:
    numbers = event.data["events"]
    which = f"event{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"
    back = Text(f"{which} taken back: {_step_title(event.trigger, workflow)}", style=WAITING)
    return back.append(f"\n{event.data['reasons']}", style=FAINT)


def _correction_line(part: CorrectedPart) -> str:
    """Return what a correction changed in words: the value after it, and the one before; no sensitive one."""
    title = part.title[:1].upper() + part.title[1:]
    if part.sensitive:
        return f"{title}: changed"
    return f"{title}: {_value(part.value)}, instead of {_value(part.former)}"


def _value(value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return day(date.fromisoformat(value)) if DAY_TEXT.fullmatch(value) else value
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _recorder(recorder: Recorder) -> str:
    """Return who recorded an event; if another person entered it for them, that person and where they sat."""
    if recorder.entered_by is None:
        return recorder.name
    place = ", ".join(part for part in (recorder.account, recorder.host) if part)
    return f"{recorder.name}; entered by {recorder.entered_by}{f' ({place})' if place else ''}"


def _what(event: Event, workflow: Workflow) -> Text:
    match event.kind:
        case EventKind.DEADLINE_EXPIRED:
            return Text(f"overdue: {workflow.deadline(event.trigger).title}", style=BAD)
        case EventKind.CORRECTED:
            which = ".".join(str(event.data[name]) for name in ("event", "step") if name in event.data)
            corrected = Text(f"event {which} corrected: {_step_title(event.trigger, workflow)}", style=WAITING)
            return corrected.append(f"\n{event.data['reasons']}", style=FAINT)
        case EventKind.DISPOSED:
            count = len(event.data["digests"])
            disposed = Text(f"{count} value{'' if count == 1 else 's'} disposed of", style=WAITING)
            if "field" in event.data or "event" in event.data:
                field = event.data.get("field")
                title = None if field is None else titles_of_fields(workflow).get(field, field)
                places = (title, f"event {event.data['event']}" if "event" in event.data else None)
                disposed.append(f": {', '.join(place for place in places if place)}")
            return disposed.append(f"\n{event.data['reasons']} ({event.data['rule']})", style=FAINT)
        case EventKind.SUSPENDED:
            suspended = Text(f"suspended for {event.data['proceeding']}", style=WAITING)
            return suspended.append(f"\n{event.data['consulted']} consulted. {event.data['reasons']}", style=FAINT)
        case EventKind.RESUMED:
            return Text("resumed", style=WAITING).append(f"\n{event.data['reasons']}", style=FAINT)
        case EventKind.NEW_DATE:
            moved = Text(f"new date for: {workflow.deadline(event.trigger).title}", style=WAITING)
            was, to = (day(date.fromisoformat(event.data[name])) for name in ("previous_due", "to"))
            return moved.append(f"\n{to}, instead of {was}. {event.data['reasons']}", style=FAINT)
        case EventKind.RECALCULATED:
            counted = Text(f"due dates recalculated{_what_changed(event.data)}", style=WAITING)
            for one in event.data["dates"]:
                was, to = (day(date.fromisoformat(one[name])) for name in ("previous_due", "to"))
                counted.append(f"\n{workflow.deadline(one['deadline']).title}: {to}, instead of {was}", style=FAINT)
            return counted
        case EventKind.ESCALATED:
            return _escalated(event, workflow)
        case EventKind.SKIPPED:
            skipped = Text(f"no reminder: {event.data['skipped']}", style=FAINT)
            return skipped.append(f"\n{_level_title(event, workflow)}: {workflow.deadline(event.trigger).title}")
        case _:
            brought_in = event.kind is EventKind.IMPORTED
            return (
                _imported(event, workflow) if brought_in else Text(_step_title(event.trigger, workflow), style=HEADING)
            )


def _what_changed(record: Mapping[str, Any]) -> str:
    """Return what changed in the calendar, after a colon; nothing if it is neither a day nor the calendar itself."""
    if "day" in record:
        return f": {day(date.fromisoformat(record['day']))} is {record['counts_as'].replace('_', ' ')}"
    return f": the calendar is that of {calendar_title(record['calendar'])}" if "calendar" in record else ""


def _escalated(event: Event, workflow: Workflow) -> Text:
    names = ", ".join(event.data["recipients"])
    reminder = Text(f"reminder for {names}" if names else "reminder without a recipient", style=BAD)
    reminder.append(f"\n{_level_title(event, workflow)}: {workflow.deadline(event.trigger).title}", style=FAINT)
    if "unreachable" in event.data:
        reminder.append(f"\n{event.data['unreachable']}", style=FAINT)
    return reminder


def _completed(event: Event, workflow: Workflow) -> Text:
    known, import_seq = event.data["steps"], event.data["event"]
    completed = Text(f"event {import_seq} completed: what is known from then on", style=WAITING)
    for number, step in enumerate(known, start=1):
        on, title = day(date.fromisoformat(step["on"])), _step_title(step["step"], workflow)
        completed.append(f"\n{import_seq}.{number} {on} {title}", style=FAINT)
    return completed


def _imported(event: Event, workflow: Workflow) -> Text:
    former = event.data.get("former_reference")
    imported = Text("brought in" if former is None else f"brought in as {former}", style=HEADING)
    known = len(event.data["steps"])
    for number, move in enumerate(step_entries(event), start=1):
        # By this number a known step is corrected.
        label = f"{event.seq}.{number} " if number <= known else ""
        imported.append(f"\n{label}{day(move.on)} {_step_title(move.step, workflow)}", style=FAINT)
    return imported


def _recorded_title(event: Event, workflow: Workflow) -> str:
    match event.kind:
        case EventKind.SUSPENDED:
            return "Suspended"
        case EventKind.RESUMED:
            return "Resumed"
        case EventKind.NEW_DATE:
            return f"New date: {workflow.deadline(event.trigger).title}"
        case EventKind.ESCALATED | EventKind.SKIPPED:
            return f"{_level_title(event, workflow).capitalize()}: {workflow.deadline(event.trigger).title}"
        case _:
            return _step_title(event.trigger, workflow)


def _step_title(trigger: str, workflow: Workflow) -> str:
    """Return the title of a step; what is no step of the workflow, such as an import, is a word of its own."""
    step = workflow.transition(trigger)
    return trigger.replace("-", " ").capitalize() if step is None else step.title


def _level_title(event: Event, workflow: Workflow) -> str:
    levels = workflow.policy_for(workflow.deadline(event.trigger))
    return next((level.title for level in levels if level.name == event.data["level"]), str(event.data["level"]))


def _decider(event: Event, workflow: Workflow) -> Text:
    if event.decided_by is None:
        return Text()
    decided = Text(event.decided_by.name)
    capacity = event.decided_by.capacity
    decided.append(f"\n{next((role.title for role in workflow.roles if role.name == capacity), capacity)}", style=FAINT)
    if event.decided_by.evidence:
        decided.append(f"\n{event.decided_by.evidence}", style=FAINT)
    return decided
