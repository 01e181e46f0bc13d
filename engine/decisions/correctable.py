"""Find what a correction is about: an event, or a known step of an imported case, with the form that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from ..definition.registry import step_of
from ..definition.workflow import Transition, Workflow
from ..errors.bad_input import BadValue
from ..errors.unknown import UnknownState
from ..forms.fields import Form, ShortText, Text, json_values
from ..forms.parsing import parse, parse_partial
from ..model.case import Event
from ..model.clock import EventKind
from ..model.corrections import ITSELF
from .context import ACTION_TITLES, ReasonsForm
from .moments import CLOCK_COMMANDS, HAPPENED
from .snapshot import StatedForm
from .suspension import SuspensionForm


class ImportedForm(StatedForm, frozen=True, kw_only=True):
    """The facts of an imported case apart from its steps, as a correction states them."""

    state: Annotated[ShortText, Meta(title="The stage")]
    since: Annotated[date, Meta(title="At this stage since")] | None = None


class NewDateForm(Form, frozen=True, kw_only=True):
    """A new date of a deadline."""

    to: Annotated[date, Meta(title="The new date")]
    reasons: Annotated[Text, Meta(title="Why")]


CLOCK_FORMS: Mapping[EventKind, type[Form]] = {
    EventKind.SUSPENDED: SuspensionForm,
    EventKind.RESUMED: ReasonsForm,
    EventKind.NEW_DATE: NewDateForm,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Correctable:
    """Something that can be corrected.

    Attributes:
        event: The event, as it was corrected so far.
        step: The number of the import's step; `ITSELF` for the event itself.
        trigger: The step.
        title: The step in words.
        day: The day on which it happened; None if an import has no day of its own.
        form: The form of its record.
        record: The record, as it was corrected so far.
        fixed: The parts of the event's data that its form does not have.
        roles: The roles of which any may decide it; empty if any role of the workflow may.
        states: The titles of the states, if the record states one.
    """

    event: Event
    step: int
    trigger: str
    title: str
    day: date | None
    form: type[Form]
    record: Mapping[str, Any]
    fixed: Mapping[str, Any]
    roles: tuple[str, ...]
    states: Mapping[str, str]

    def parse(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Check a record, and return it as plain JSON values.

        Raises:
            BadInput: if it is not well formed.
        """
        if self.step != ITSELF:
            return parse_partial(self.form, record, subject=self.trigger, title=self.title)
        values = json_values(parse(self.form, record, subject=self.trigger, title=self.title))
        if self.states and values["state"] not in self.states:
            raise UnknownState(state=values["state"], known=tuple(self.states), titles=tuple(self.states.values()))
        return values


def correctable(workflow: Workflow, corrected: Sequence[Event], seq: int, step: int | None = None) -> Correctable:
    """Return what a correction is about.

    Args:
        workflow: The workflow.
        corrected: The case's events, as they were corrected so far.
        seq: The event's number.
        step: The number of a known step of an import; None for the event itself.

    Raises:
        BadInput: if there is no such event or step, the workflow does not have it, or it is corrected in another way.
    """
    event = next((one for one in corrected if one.seq == seq), None)
    if event is None or event.kind not in HAPPENED:
        expected = "the number of a step in the case's history"
        if event is not None and event.kind is EventKind.CORRECTED:
            expected = f"{event.data['event']}, the event that this one corrects"
        raise BadValue(name="the event", expected=expected, found=str(seq))
    if step is not None:
        return _imported_step(workflow, event, step)
    if event.kind is EventKind.IMPORTED:
        return _import(workflow, event)
    if event.kind in CLOCK_COMMANDS:
        form = CLOCK_FORMS[event.kind]
        names = set(form.__struct_fields__)
        return Correctable(
            event=event,
            step=ITSELF,
            trigger=event.trigger,
            title=ACTION_TITLES[event.kind],
            day=event.occurred_on,
            form=form,
            record={name: value for name, value in event.data.items() if name in names and value != []},
            fixed={name: value for name, value in event.data.items() if name not in names},
            roles=_deciders(workflow, event),
            states={},
        )
    return _step(event, _transition(workflow, event.trigger), ITSELF, event.data, event.occurred_on)


def _deciders(workflow: Workflow, event: Event) -> tuple[str, ...]:
    if event.kind is EventKind.NEW_DATE:
        return workflow.reschedulers_of(workflow.deadline(event.trigger))
    return workflow.may_suspend


def _transition(workflow: Workflow, trigger: str) -> Transition:
    # The opening is none of the steps of a case that is open.
    return workflow.transition(trigger) or step_of(workflow, trigger)


def _step(event: Event, transition: Transition, step: int, record: Mapping[str, Any], day: date) -> Correctable:
    return Correctable(
        event=event,
        step=step,
        trigger=transition.trigger,
        title=transition.title,
        day=day,
        form=transition.form,
        record=record,
        fixed={},
        # A cascaded step is decided by those who decide the step that it follows.
        roles=() if transition.cascade_only else transition.roles,
        states={},
    )


def _imported_step(workflow: Workflow, event: Event, number: int) -> Correctable:
    steps = event.data["steps"] if event.kind is EventKind.IMPORTED else ()
    if not 1 <= number <= len(steps):
        expected = f"a number from 1 to {len(steps)}" if steps else "none: only an imported case has several steps"
        raise BadValue(name="the step", expected=expected, found=str(number))
    known = steps[number - 1]
    day = date.fromisoformat(known["on"])
    return _step(event, _transition(workflow, known["step"]), number, known["record"], day)


def _import(workflow: Workflow, event: Event) -> Correctable:
    names = set(ImportedForm.__struct_fields__)
    return Correctable(
        event=event,
        step=ITSELF,
        trigger=event.trigger,
        title=ACTION_TITLES[event.kind],
        day=None,
        form=ImportedForm,
        record={"state": event.to_state, **{name: value for name, value in event.data.items() if name in names}},
        fixed={},
        roles=(),
        states={state.name: state.title for state in workflow.states},
    )
