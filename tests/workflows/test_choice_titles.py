"""Each choice of a shipped form has a title, and a state that a step may choose has the state's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casereview.engine.definition.workflow import ChosenTarget, Workflow
from casereview.engine.forms.fields import TITLES, Form, fields_of, unwrap
from casereview.workflows import WORKFLOWS


def untitled(form: type[Form]) -> Iterator[str]:
    """Yield the choices of a form, and of the forms in it, that have an underscore and no declared title."""
    for field in fields_of(form):
        kind = field.kind if field.item_type is None else unwrap(field.item_type)[0]
        if isinstance(kind, type) and issubclass(kind, Form):
            yield from untitled(kind)
        declared = {value for meta in field.meta for value in (meta.extra_json_schema or {}).get(TITLES, {})}
        yield from (value for value in field.choices if "_" in value and value not in declared)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_each_choice_of_several_words_declares_its_title(workflow: Workflow) -> None:
    steps = (step for step in (workflow.opening, *workflow.transitions) if not isinstance(step.to, ChosenTarget))
    assert [choice for step in steps for choice in untitled(step.form)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_a_state_to_choose_has_the_title_of_the_state(workflow: Workflow) -> None:
    for step in workflow.transitions:
        if isinstance(step.to, ChosenTarget):
            (field,) = (field for field in fields_of(step.form) if field.name == step.to.field)
            assert field.choice_titles == {name: workflow.state(name).title for name in step.to.choices}
