"""Replay a case: what its events amount to, each as it was corrected, in the order in which they happened.

A decision that changes the past (a correction, a step that is recorded after later ones, a step that is taken back)
replays the case twice: as its events say so far, and as they say with the change. `restating.effects_of_change` turns
the difference into the effects of the event that records it. Nothing that differs from neither replay changes.

    was = replay(rules, history, now)
    will_be = replay(rules, (*history, the_new_event), now)       # or without the events that are taken back
    if will_be.problems: ...                                       # steps that would be impossible

No guard is asked again: each step was possible when it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec.structs import replace

from ..deadlines.lifecycle import clocks_after_step
from ..deadlines.schedule import DeadlineRules
from ..deadlines.suspended import suspensions_after
from ..deadlines.triggers import StepFacts
from ..deadlines.unknown import unknown_outcomes, with_unknown_outcomes
from ..definition.paths import destination, path_between
from ..definition.workflow import Transition
from ..forms.names import same_name_key
from ..forms.path_text import field_values, value_at_path
from ..model.case import Case, Event, Link, LinkPath
from ..model.corrections import as_corrected
from ..model.effects import UNKNOWN_RELATION
from .moments import CLOCK_COMMANDS, Moment, Place, in_order, misplaced, moments_of
from .opening import invalidated_steps, linked_paths, organisations_after, title_path
from .replayed_clocks import after_clock_command, after_expiry


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A step that is not possible where the replayed events put it.

    Attributes:
        moment: The step.
        after: The step that it would have to come after, if its day is the problem.
        state: The state in which the case would have been, if that is the problem.
    """

    moment: Moment
    after: Moment | None = None
    state: str | None = None

    def is_like(self, other: Problem) -> bool:
        """Return whether another replay has the same problem with the same step."""
        return self.moment.place == other.moment.place and (self.after is None) == (other.after is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """A case as its events say, and where they say it.

    Attributes:
        case: The case. Its clocks have no levels, and their runs are not those that were recorded.
        title: The place of its title; None if it has that of its workflow.
        organisations: The place of each organisation's name.
        links: Each link, with the record that names it and its paths there; None for one that the engine opened.
        records: The place of the record that counts, by step.
        problems: The steps that are not possible.
        moved_on: The day of the latest step that may have changed the state.
        states: The states, each with the day on which the case entered it; None for an unknown day.
    """

    case: Case
    title: Place | None
    organisations: Mapping[str, Place]
    links: tuple[tuple[Link, Place | None, LinkPath | None], ...]
    records: Mapping[str, Place]
    problems: tuple[Problem, ...]
    moved_on: date
    states: tuple[tuple[date | None, str], ...]

    def states_on(self, day: date) -> tuple[str, ...]:
        """Return the states in which the case was on a day, the latest first; before its opening the initial one."""
        latest: list[str] = []
        for on, state in self.states:
            if latest and on is not None and on > day:
                break
            latest = [state] if on is not None and on < day else [state, *latest]
        return tuple(latest)


def replay(rules: DeadlineRules, events: Iterable[Event], now: datetime) -> Replayed:
    """Replay a case.

    Args:
        rules: The rules of its clocks.
        events: Its events, in the order of their numbers. Those that correct others are applied; other amendments,
            and what the engine recorded by itself, are passed over.
        now: The present (UTC).
    """
    history = as_corrected(events)
    moments = moments_of(rules.workflow, history)
    problems = tuple(Problem(moment=moment, after=after) for after, moment in misplaced(moments))
    replaying = _Replay(rules=rules, first=history[0], now=now)
    for moment in in_order(moments):
        replaying.apply(moment)
    # If steps are in the wrong order, it says nothing that they do not fit the states.
    return replaying.result(problems or tuple(replaying.problems))


@dataclass(kw_only=True)
class _Replay:
    """Applies one moment after another."""

    rules: DeadlineRules
    first: Event
    now: datetime
    case: Case = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    moved_on: date = date.min
    states: list[tuple[date | None, str]] = field(default_factory=list)
    title: Place | None = None
    organisations: dict[str, Place] = field(default_factory=dict)
    links: list[tuple[Link, Place | None, LinkPath | None]] = field(default_factory=list)
    records: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        event, workflow = self.first, self.rules.workflow
        self.case = Case(
            ref=event.ref,
            workflow=workflow.name,
            workflow_version=workflow.version,
            version=0,
            seq=0,
            state="",
            title=workflow.title,
            parent=event.effects.parent,
            opened_on=event.occurred_on,
            closed_on=None,
            last_step_on=date.min,
            recorded_at=self.now,
            been_in=(),
            organisations=(),
            links=(),
            data={},
            clocks=(),
        )

    def result(self, problems: tuple[Problem, ...]) -> Replayed:
        """Return the case after all moments."""
        return Replayed(
            case=replace(
                self.case,
                links=tuple(link for link, *_ in self.links),
                suspensions=tuple(sorted(self.case.suspensions, key=lambda one: one.number)),
            ),
            title=self.title,
            organisations=self.organisations,
            links=tuple(self.links),
            records=self.records,
            problems=problems,
            moved_on=self.moved_on,
            states=tuple(self.states),
        )

    def apply(self, moment: Moment) -> None:
        """Apply the next moment."""
        if moment.on is not None:
            self.case = after_expiry(self.case, moment.on)
            if moment.moves:
                self.moved_on = moment.on
        if moment.event.kind in CLOCK_COMMANDS:
            self.case = after_clock_command(self.rules, self.case, moment.event, self.now)
        elif moment.transition is not None:
            self._step(moment, moment.transition)
        else:
            self._enter_by_unknown_step(moment)
        if moment.ends_import:
            self._finish_import(moment.event)

    # --- steps ------------------------------------------------------------------------------------------

    def _step(self, moment: Moment, step: Transition) -> None:
        case, workflow = self.case, self.rules.workflow
        opens = step is workflow.opening
        on = moment.on or case.last_step_on
        to = workflow.initial if opens else self._target(moment, step)
        state = self.case.state
        invalidated = invalidated_steps(workflow, step, to, case.data)
        data = {name: record for name, record in case.data.items() if name not in invalidated}
        data[step.trigger] = moment.record
        self.records = {name: place for name, place in self.records.items() if name not in invalidated}
        self.records[step.trigger] = moment.place
        facts = StepFacts(
            trigger=step.trigger,
            day=on,
            record=moment.record,
            from_state=None if opens else state,
            to_state=to,
            recorded_at=self.now,
            suspensions=case.suspensions,
            rolls_back=step.rolls_back,
            valid_records=data if not opens and (step.invalidates or step.rolls_back) else None,
        )
        clocks = clocks_after_step(self.rules, case.clocks, facts)
        self.case = replace(
            self.case,
            data=data,
            clocks=clocks,
            suspensions=suspensions_after(workflow, to, clocks, case.suspensions, on),
            opened_on=on if opens else case.opened_on,
        )
        self._enter(to, on)
        self._name(moment, step)
        self.links += [(link, None, None) for link in moment.links]

    def _target(self, moment: Moment, step: Transition) -> str:
        """Return the state to which a step leads, after the unknown steps that must have come before it."""
        state = self.case.state
        if state not in step.sources:
            # A step that keeps the state was possible when it was recorded, whatever the state was on its day.
            path = path_between(self.rules.workflow, state, step.sources) if moment.is_imported else None
            for passed in path or ():
                self._enter(passed, None)
            if path is None and moment.moves:
                self.problems.append(Problem(moment=moment, state=state))
        return destination(step, moment.record, self.case.state, moment.to_state)

    def _enter(self, state: str, on: date | None) -> None:
        case = self.case
        if state != case.state:
            self.states.append((on, state))
            ends = self.rules.workflow.state(state).is_end
            case = replace(case, state=state, closed_on=on if ends else None)
        been_in = case.been_in if state in case.been_in else (*case.been_in, state)
        self.case = replace(case, been_in=been_in, last_step_on=max(case.last_step_on, on or date.min))

    def _name(self, moment: Moment, step: Transition) -> None:
        """Take the title, the organisations and the links that a step's record names."""
        record, known = moment.record, self.case.organisations
        if (path := title_path(step, record)) is not None:
            self._entitle(str(value_at_path(record, path)), moment.place.below(path))
        places = organisations_after(step, record, known)
        if places is not None:
            self._take_part(
                (known[place], self.organisations[known[place]])
                if isinstance(place, int)
                else (str(value_at_path(record, place)), moment.place.below(place))
                for place in places
            )
        for one in linked_paths(step, record):
            relation = UNKNOWN_RELATION if one.relation_at is None else str(value_at_path(record, one.relation_at))
            link = Link(relation=relation, ref=str(value_at_path(record, one.ref_at)))
            self.links.append((link, moment.place, one))

    def _entitle(self, title: str, place: Place) -> None:
        self.title = place
        self.case = replace(self.case, title=title)

    def _take_part(self, organisations: Iterable[tuple[str, Place]]) -> None:
        self.organisations = dict(organisations)
        self.case = replace(self.case, organisations=tuple(sorted(self.organisations)))

    # --- imports ----------------------------------------------------------------------------------------

    def _enter_by_unknown_step(self, moment: Moment) -> None:
        path = path_between(self.rules.workflow, self.case.state, (moment.to_state,))
        if path is None:
            self.problems.append(Problem(moment=moment, state=self.case.state))
        for passed in (path or ())[:-1]:
            self._enter(passed, None)
        if moment.on is not None:
            facts = StepFacts(
                trigger=moment.event.trigger,
                day=moment.on,
                record={},
                from_state=self.case.state,
                to_state=moment.to_state,
                recorded_at=self.now,
                suspensions=self.case.suspensions,
            )
            self.case = replace(self.case, clocks=clocks_after_step(self.rules, self.case.clocks, facts))
        self._enter(moment.to_state, moment.on)

    def _finish_import(self, event: Event) -> None:
        """Take the title and the organisations that an import states; of some deadlines nobody knows the outcome."""
        here = Place(seq=event.seq)
        if event.data.get("title"):
            self._entitle(str(event.data["title"]), here.below("title"))
        stated = {
            same_name_key(name): (name, here.below(at)) for at, name in field_values(("organisations",), event.data)
        }
        known = {same_name_key(name): (name, place) for name, place in self.organisations.items()}
        self._take_part({**stated, **known}.values())
        case = self.case
        at = event.recorded_at
        unknown = unknown_outcomes(self.rules, case.clocks, state=case.state, been_in=case.been_in, at=at)
        self.case = replace(case, clocks=with_unknown_outcomes(self.rules, case.clocks, unknown, at))
