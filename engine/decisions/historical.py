"""Decide the import of a case from elsewhere, as one event, from the known days and records.

No guard and no role is asked: all of it happened elsewhere. But it has to be possible: the steps follow one another
in the workflow, perhaps with unknown steps between them, and lead to the state. Clocks start and are met by the steps
on their days. If no known step met a clock, and no step can meet it any more, its outcome is not known; nor is it if
it was due before the import, and an unknown step may have met it. Nobody gets reminders for the past of a case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..deadlines.lifecycle import clocks_after_step
from ..deadlines.triggers import StepFacts
from ..deadlines.unknown import unknown_outcomes, with_unknown_outcomes
from ..definition.paths import destination, path_between
from ..definition.registry import step_of
from ..definition.workflow import Transition, Workflow
from ..errors.bad_input import BadDate, BadValue
from ..errors.base import one_of
from ..errors.unknown import UnknownState
from ..forms.digests import StoredValue, with_digests
from ..forms.fields import json_values
from ..forms.names import same_name_key
from ..forms.parsing import EARLIEST, parse_partial
from ..forms.path_text import field_values
from ..model.case import IMPORT, Case, Effects, Event, LinkPath
from ..model.clock import Clocks, EventKind
from ..model.commands import ImportSnapshot, SnapshotStep
from ..model.evolve import evolve
from ..model.people import DecidedBy
from .context import ACTION_TITLES, Decision, DecisionContext, opening_refusal
from .opening import check_parent, linked_paths, organisations_after, title_path
from .permission import record_keeper_blocks, record_keeping_role
from .snapshot import WORDS, SnapshotForm, snapshot_form


def decide_import(
    workflow: Workflow, command: ImportSnapshot, context: DecisionContext, *, ref: str, parent: Case | None = None
) -> Decision:
    """Decide to import a case.

    Args:
        workflow: The workflow.
        command: The command.
        context: The present, the calendar, the source of salts.
        ref: The reference for the new case.
        parent: The parent case; None for a root.

    Raises:
        BadInput: if the input cannot be understood, or cannot have led to the state.
        Refused: if the actor may not record for others.
    """
    check_parent(workflow, parent, context)
    if parent is not None:
        context = replace(context, not_before=context.recorded_at(parent))
    if reasons := record_keeper_blocks(workflow, command.actor, None):
        raise opening_refusal(IMPORT, ACTION_TITLES[EventKind.IMPORTED], *reasons)
    known = {state.name: state.title for state in workflow.states}
    if command.state not in known:
        raise UnknownState(state=command.state, known=tuple(known), titles=tuple(known.values()))
    form = snapshot_form(command)
    replay = replayed_import(workflow, command, context)
    event = _event(replay, form, ref, parent)
    return Decision(events=(event,), case=evolve(None, event))


def replayed_import(workflow: Workflow, command: ImportSnapshot, context: DecisionContext) -> ReplayedImport:
    """Replay the known past of a case, or raise BadInput if it cannot have led to its state."""
    replay = ReplayedImport(workflow=workflow, command=command, context=context)
    replay.open()
    replay.apply_all(sorted(command.steps, key=lambda step: step.on))
    return replay


@dataclass(kw_only=True)
class ReplayedImport:
    """Replays the known past of a case, step by step."""

    workflow: Workflow
    command: ImportSnapshot
    context: DecisionContext
    state: str | None = None
    day: date = date.min
    entered_on: date | None = None
    since: date | None = None
    been_in: list[str] = field(default_factory=list)
    clocks: Clocks = ()
    organisations: dict[str, str] = field(default_factory=dict)
    links: tuple[LinkPath, ...] = ()
    title_at: str | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    typed: tuple[str, ...] = ()
    stored_values: tuple[StoredValue, ...] = ()
    warnings: tuple[str, ...] = ()

    def open(self) -> None:
        """Replay the opening."""
        opening = self.workflow.opening
        on = self._day(self.command.opened_on)
        self._record_step(opening, self._record(opening, self.command.data), self.workflow.initial, on)

    def apply(self, known: SnapshotStep) -> None:
        """Replay a known step, after the unknown steps that must have come before it."""
        step = step_of(self.workflow, known.trigger)
        on = self._day(known.on)
        record = self._record(step, known.data)
        path = path_between(self.workflow, str(self.state), step.sources)
        if path is None:
            sources = one_of(tuple(self._title(source) for source in step.sources))
            raise BadValue(
                name=f"the step {_quoted(step.title)}",
                expected=f"one that can follow {self._last_step}, in the workflow {_quoted(self.workflow.title)}",
                found=f"one that is possible at the stage {sources}, and no step leads there from"
                f" {self._title(self.state)}",
            )
        self._pass_through(path)
        self._record_step(step, record, destination(step, record, str(self.state), self.command.state), on)
        for invalidated in step.invalidates:
            for entry in self.steps[:-1]:
                if entry["step"] == invalidated:
                    entry["invalidated"] = True

    def apply_all(self, steps: Sequence[SnapshotStep]) -> None:
        """Replay all known steps, and the unknown ones that led to the given state."""
        state, since = self.command.state, self.command.since
        before = [step for step in steps if since is None or self._is_before_state(step, since)]
        for step in before:
            self.apply(step)
        if self.state != state:
            self._enter_by_unknown_step(state, since)
        elif since not in (None, self.entered_on):
            latest = (
                self._last_step
                if self.entered_on is None
                else f"{self.entered_on}, the day of the step that led to {self._title(state)}"
            )
            raise BadValue(name="since", expected=f"{latest}, or nothing", found=str(since))
        for step in (step for step in steps if step not in before):
            self.apply(step)
        if self.state != state:
            expected = f"the state that the steps lead to, {self._title(self.state)}"
            raise BadValue(name="the state", expected=expected, found=self._title(state))
        self.clocks = self._with_unknown_outcomes()

    def _is_before_state(self, known: SnapshotStep, since: date) -> bool:
        """Return whether a step came before the case entered its state on a day."""
        step = step_of(self.workflow, known.trigger)
        return known.on < since or (known.on == since and step.to is not None)

    def _enter_by_unknown_step(self, state: str, since: date | None) -> None:
        on = None if since is None else self._day(since)
        path = path_between(self.workflow, str(self.state), (state,))
        if path is None:
            expected = f"a state that can follow {self._last_step}, which left the case in {self._title(self.state)}"
            raise BadValue(name="the state", expected=expected, found=self._title(state))
        if on is None and self.workflow.state(state).is_end:
            expected = f"the day on which the case came into {self._title(state)}, its end"
            raise BadValue(name="since", expected=expected, found="nothing")
        self._pass_through(path[:-1])
        if on is None:
            self._pass_through((state,))
            title = self.workflow.state(state).title
            self.warnings += (
                f"The day on which the case came into {title} is not known, so no deadline starts from it.",
            )
            return
        steps = [step for step in self.workflow.steps_from(str(self.state)) if state in step.targets]
        if len(steps) == 1:
            # Only this step leads there, although its record is not known.
            self._record_step(steps[0], {}, state, on)
            return
        self.clocks = self._clocks_after(IMPORT, {}, state, on)
        self._enter(state, on)
        self.day = self.since = on

    # --- single events ------------------------------------------------------------------------------

    def _record_step(self, step: Transition, record: dict[str, Any], to: str, on: date) -> None:
        here = f"steps[{len(self.steps)}].record"
        digested = with_digests(step.form, record, self.context.salt).under(here)
        self.typed += digested.typed
        self.stored_values += digested.stored_values
        self.clocks = self._clocks_after(step.trigger, record, to, on)
        self._change_organisations(step, record, here)
        self.links += tuple(one.under(here) for one in linked_paths(step, record))
        title_at = title_path(step, record)
        self.title_at = self.title_at if title_at is None else f"{here}.{title_at}"
        self.steps.append({"step": step.trigger, "on": on.isoformat(), "from": self.state, "to": to, "record": record})
        self._enter(to, on)
        self.day = on

    def _change_organisations(self, step: Transition, record: Mapping[str, Any], here: str) -> None:
        """Apply a step's change of the organisations, each with its path in the event's data."""
        before = tuple(self.organisations.items())
        places = organisations_after(step, record, tuple(self.organisations))
        named = dict(field_values(step.adds_organisations, record))
        if places is not None:
            self.organisations = dict(
                before[place] if isinstance(place, int) else (named[place], f"{here}.{place}") for place in places
            )

    def _enter(self, state: str, on: date | None) -> None:
        if state != self.state:
            self.entered_on = on
        self.state = state
        if state not in self.been_in:
            self.been_in.append(state)

    def _pass_through(self, path: tuple[str, ...]) -> None:
        for state in path:
            self._enter(state, None)

    def _clocks_after(self, trigger: str, record: Mapping[str, Any], to: str, on: date) -> Clocks:
        facts = StepFacts(
            trigger=trigger,
            day=on,
            record=record,
            from_state=self.state,
            to_state=to,
            recorded_at=self.context.now,
        )
        return clocks_after_step(self.context.rules(self.workflow), self.clocks, facts)

    def _record(self, step: Transition, data: Mapping[str, Any]) -> dict[str, Any]:
        return parse_partial(step.form, data, subject=step.trigger, title=step.title)

    def _day(self, on: date) -> date:
        today = self.context.calendar.day_of(self.context.now)
        first = max(self.day, EARLIEST)
        if not first <= on <= today:
            raise BadDate(found=on.isoformat(), expected=f"a day from {first} to today, {today}")
        return on

    @property
    def _last_step(self) -> str:
        return f"{_quoted(self.workflow.title_of_step(self.steps[-1]['step']))} on {self.steps[-1]['on']}"

    def _title(self, state: str | None) -> str:
        return _quoted(self.workflow.state(str(state)).title)

    def _with_unknown_outcomes(self) -> Clocks:
        """Return the clocks, of which some have an outcome that nobody knows."""
        rules, at = self.context.rules(self.workflow), self.context.now
        unknown = unknown_outcomes(rules, self.clocks, state=str(self.state), been_in=self.been_in, at=at)
        titles = (self.workflow.deadline(clock.deadline).title for clock in unknown)
        self.warnings += tuple(f"{title}: its outcome is not known, so it gets no reminders." for title in titles)
        return with_unknown_outcomes(rules, self.clocks, unknown, at)


def _event(replay: ReplayedImport, form: SnapshotForm, ref: str, parent: Case | None) -> Event:
    command, context, workflow = replay.command, replay.context, replay.workflow
    capacity = record_keeping_role(workflow, command.actor)
    data: dict[str, Any] = {"opened_on": command.opened_on.isoformat(), "steps": replay.steps}
    data.update({name: value for name in WORDS if (value := json_values(form).get(name))})
    typed = (*replay.typed, *(path for path, _ in field_values(WORDS, data)))
    stated = ((name, path) for path, name in field_values(("organisations",), data))
    organisations = {same_name_key(name): (name, path) for name, path in (*stated, *replay.organisations.items())}
    title_at = replay.title_at if form.title is None else "title"
    if replay.since is not None:
        data["since"] = replay.since.isoformat()
    return Event(
        ref=ref,
        seq=1,
        kind=EventKind.IMPORTED,
        trigger=IMPORT,
        from_state=None,
        to_state=command.state,
        recorder=command.actor.recorder,
        decided_by=DecidedBy(name=command.actor.name, capacity=capacity, evidence=form.source),
        command_id=context.command_id,
        occurred_at=min(context.calendar.noon(replay.day), context.now),
        occurred_on=replay.day,
        recorded_at=context.recorded_at(None),
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=Effects(
            title=workflow.title if title_at is None else None,
            title_at=title_at,
            organisations=tuple(path for _, path in sorted(organisations.values())) or None,
            closed_on=replay.entered_on if workflow.state(command.state).is_end else None,
            clocks=replay.clocks,
            linked_at=replay.links,
            warnings=replay.warnings,
            parent=parent.ref if parent else None,
            been_in=tuple(replay.been_in),
        ),
        typed=typed,
        stored_values=replay.stored_values,
    )


def _quoted(title: str) -> str:
    return f'"{title}"'
