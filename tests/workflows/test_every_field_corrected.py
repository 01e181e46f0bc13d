"""Every field of every step of every workflow can be corrected, in a live case and in an imported one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine.decisions.correction import decide_correction
from casereview.engine.decisions.historical import decide_import
from casereview.engine.decisions.step import decide_step
from casereview.engine.definition.workflow import ChosenTarget, Transition, Workflow
from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.forms.digests import digest_of, with_stored_values
from casereview.engine.forms.fields import Field, Form, fields_of
from casereview.engine.model.case import Case, Event
from casereview.engine.model.commands import Correct, ImportSnapshot, SnapshotStep, Step
from casereview.engine.model.corrections import as_corrected
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor
from casereview.workflows import WORKFLOWS

from ..support import step_records
from ..support.loan_decisions import decision_context, evening_of

OPENED, HAPPENED, TODAY = date(2019, 1, 7), date(2019, 3, 4), date(2019, 6, 3)
CONTEXT = decision_context(evening_of(TODAY))
RECORDS = {
    "serious_case_review": step_records.SERIOUS_CASE_RECORDS,
    "child_safeguarding_practice_review": step_records.PRACTICE_REVIEW_RECORDS,
    "partnership_review": step_records.PARTNERSHIP_RECORDS,
    "engagement": step_records.ENGAGEMENT_RECORDS,
    "agency_return": step_records.RETURN_RECORDS,
    "recommendation": step_records.RECOMMENDATION_RECORDS,
    "agency_action_plan": step_records.PLAN_RECORDS,
    "action": step_records.ACTION_RECORDS,
    "publication": step_records.PUBLICATION_RECORDS,
    "meeting": step_records.MEETING_RECORDS,
}


def unguarded(workflow: Workflow) -> Workflow:
    """Return a workflow with its forms, states and deadlines, and without conditions, parents and cases to open."""
    keeper = next(role.name for role in workflow.roles if role.records_for_others)

    def free(step: Transition) -> Transition:
        return replace(
            step, guards=(), warnings=(), roles=(keeper,), spawns_linked=None, spawns_children=(), cascades=(),
            cascade_only=False,
        )  # fmt: skip

    return replace(
        workflow,
        opening=free(workflow.opening),
        transitions=tuple(map(free, workflow.transitions)),
        parent_workflows=(),
    )


def records_of(workflow: Workflow) -> dict[str, dict[str, Any]]:
    return {**step_records.FILING, **step_records.COURSE_CHANGES, **RECORDS[workflow.name]}


def other_values(field: Field, value: Any) -> Iterator[Any]:
    """Yield values that may be right in place of another one."""
    if not field.required:
        yield None
    yield from field.choices
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield from ("2018-01-04", "2019-04-01", "1.9", "Other words")
    elif isinstance(value, list):
        yield from (value[:1], [*value, *value], ["Agency 8"])
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from ({name: other} for other in ("2018-01-04", "Other words", "not_met") if other != part)
    yield from (sample(field, text) for text in ("Other words", "2018-01-04", "0" * 64))


def sample(field: Field, text: str) -> Any:
    """Return a value of a field's type, with the required parts."""
    if field.choices:
        return field.choices[0]
    if field.form is not None:
        return whole(field.form, text)
    if field.item_type is not None:
        item = field.item_type
        return [whole(item, text) if isinstance(item, type) and issubclass(item, Form) else text]
    return {bool: True, int: 1, date: "2018-01-04"}.get(field.kind, text)


def whole(form: type[Form], text: str) -> dict[str, Any]:
    return {field.name: sample(field, text) for field in fields_of(form) if field.required}


def actor_in(workflow: Workflow) -> Actor:
    return Actor(name="Sam Reed", roles=frozenset(role.name for role in workflow.roles))


def history_of(workflow: Workflow, transition: Transition, record: dict[str, Any], *, live: bool) -> list[Event]:
    """Return a case in which a step was applied last, recorded live or known from an import."""
    records, known = records_of(workflow), SnapshotStep(trigger=transition.trigger, on=HAPPENED, data=record)
    state = transition.sources[0]
    if not live:
        to = record.get(transition.to.field) if isinstance(transition.to, ChosenTarget) else transition.to
        state = str(to or state)
    is_end = live and workflow.state(state).is_end
    command = ImportSnapshot(
        workflow=workflow.name,
        actor=actor_in(workflow),
        state=state,
        opened_on=OPENED,
        source="the old register",
        data=records[workflow.opening.trigger],
        steps=() if live else (known,),
        since=date(2019, 2, 4) if is_end else None,
    )
    imported = decide_import(workflow, command, CONTEXT, ref="X-2019-001")
    if not live:
        return list(imported.events)
    step = Step(ref="X-2019-001", trigger=transition.trigger, actor=actor_in(workflow), data=record, on=HAPPENED)
    return [*imported.events, *decide_step(workflow, imported.case, step, CONTEXT).events]


def folded(events: list[Event]) -> Case:
    case = fold(events)
    assert case is not None
    return case


EACH = [
    pytest.param(unguarded(one), id=one.name, marks=[pytest.mark.long] if one.is_primary else []) for one in WORKFLOWS
]


@pytest.mark.parametrize("live", [True, False], ids=["live", "imported"])
@pytest.mark.parametrize("workflow", EACH)
def test_every_field_of_every_step_is_corrected(workflow: Workflow, live: bool) -> None:
    uncorrected, count = [], 0
    for transition in workflow.transitions:
        record = records_of(workflow).get(transition.trigger)
        if record is None:
            continue
        events = history_of(workflow, transition, record, live=live)
        values = {digest_of(value): value for event in events for value in event.stored_values}
        seq, step = (events[-1].seq, None) if live else (1, len(events[0].data["steps"]))
        for field in fields_of(transition.form):
            count += 1
            for other in other_values(field, record.get(field.name, "")):
                command = Correct(
                    ref="X-2019-001", seq=seq, step=step, actor=actor_in(workflow), wrong="x", reasons="x",
                    data={field.name: other},
                )  # fmt: skip
                try:
                    decision = decide_correction(
                        workflow, folded(events), command, CONTEXT, history=events, stored_values=values
                    )
                except (BadValue, InvalidForm, Refused):
                    continue
                after = [*events, *decision.events]
                assert folded(after) == decision.case
                corrected = as_corrected(after)[seq - 1].data
                corrected = corrected if step is None else corrected["steps"][step - 1]["record"]
                known = values | {digest_of(value): value for value in decision.events[-1].stored_values}
                shown = with_stored_values(corrected, known)
                assert shown == with_stored_values(decision.case.data[transition.trigger], known)
                if other is None:
                    assert field.name not in shown
                break
            else:
                uncorrected.append(f"{transition.trigger}.{field.name}")
    # The rest is corrected together with another field: a reviewer who is not independent has connections.
    assert len(uncorrected) * 20 <= count, uncorrected


@pytest.mark.parametrize("workflow", EACH)
def test_the_day_of_every_step_is_corrected(workflow: Workflow) -> None:
    for transition in workflow.transitions:
        record = records_of(workflow).get(transition.trigger)
        if record is None:
            continue
        events = history_of(workflow, transition, record, live=True)
        values = {digest_of(value): value for event in events for value in event.stored_values}
        day = HAPPENED + timedelta(days=1)
        command = Correct(
            ref="X-2019-001", seq=events[-1].seq, actor=actor_in(workflow), wrong="x", reasons="x", on=day
        )  # fmt: skip
        decision = decide_correction(workflow, folded(events), command, CONTEXT, history=events, stored_values=values)
        assert folded([*events, *decision.events]) == decision.case
        assert decision.case.last_step_on == day
