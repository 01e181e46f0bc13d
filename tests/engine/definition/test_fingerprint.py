"""Fingerprints hold what a workflow decides, and name what changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from casereview.engine.definition.fingerprint import changes, declaration, fingerprint, form_contents
from casereview.engine.definition.guards import Guard
from casereview.engine.definition.workflow import Workflow
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText, choice_titles
from casereview.engine.model.calendar import days
from casereview.workflows import WORKFLOWS

from ...support.loan_workflow import DEADLINES, LOAN, ROLES, STATES, TRANSITIONS, loan, step_to


class Size(Enum):
    SMALL = "small"


class Thing:
    """A type of a host's own."""


class Buyer(Form, frozen=True, kw_only=True):
    name: ShortText
    knows: Buyer | None = None


class Selling(Form, frozen=True, kw_only=True):
    buyer: Annotated[Buyer, Meta(title="Buyer"), SENSITIVE]
    price: Annotated[int, Meta(ge=1)] = 1
    kind: Literal["new", "old"] = "new"
    size: Size = Size.SMALL
    parts: tuple[tuple[int, date], ...] = ()
    thing: Thing | None = None


class OtherWords(Form, frozen=True, kw_only=True):
    """The same fields under other titles."""

    buyer: Annotated[Buyer, Meta(title="Who buys it", description="Their name."), SENSITIVE]
    price: Annotated[int, Meta(ge=1)] = 1
    kind: Annotated[Literal["new", "old"], choice_titles(old="used")] = "new"
    size: Size = Size.SMALL
    parts: tuple[tuple[int, date], ...] = ()
    thing: Thing | None = None


class Firm(Form, frozen=True, kw_only=True):
    name: ShortText
    knows: ShortText


class Supply(Form, frozen=True, kw_only=True):
    to: Buyer


class OtherSupply(Form, frozen=True, kw_only=True):
    to: Firm


class Dearer(Form, frozen=True, kw_only=True):
    buyer: ShortText
    price: Annotated[int, Meta(ge=2)] = 1
    kind: Literal["new", "old", "broken"] = "new"
    size: Size | None = None
    note: str = ""


def check(_context: object) -> tuple[str, ...]:
    return ()


def other_check(_context: object) -> tuple[str, ...]:
    return ("Not now.",)


WHOLE = Guard(name="whole", check=check, cleared_by="keeper")


def with_sale(**more: Any) -> Workflow:
    """Return a loan with one step more."""
    form = more.pop("form", Selling)
    return loan(transitions=(*TRANSITIONS, step_to("sell", ("lent",), None, form, **{"guards": (WHOLE,), **more})))


def changed(before: Workflow, after: Workflow) -> tuple[str, ...]:
    first, second = fingerprint(before), fingerprint(after)
    found = changes(first.content, second.content)
    assert (first.sha256 == second.sha256) == (found == ())
    return found


def test_a_fingerprint_is_the_digest_of_its_content() -> None:
    found = fingerprint(LOAN)
    assert found.sha256 == hashlib.sha256(found.content.encode()).hexdigest()
    assert list(json.loads(found.content)["states"]) == sorted(state.name for state in STATES)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_each_shipped_workflow_has_a_fingerprint(workflow: Workflow) -> None:
    assert workflow.title not in json.loads(fingerprint(workflow).content).values()


def test_a_declaration_is_the_fingerprint_without_its_forms() -> None:
    content = json.loads(fingerprint(LOAN).content)
    forms = {step: part.pop("form") for step, part in content["steps"].items()}
    assert json.loads(json.dumps(declaration(LOAN))) == content
    transitions = (LOAN.opening, *LOAN.transitions)
    described = form_contents(transition.form for transition in transitions)
    assert forms == {
        one.trigger: json.loads(json.dumps(form)) for one, form in zip(transitions, described, strict=True)
    }


def test_a_form_described_alone_or_with_others_is_the_same() -> None:
    assert form_contents([Firm, Selling, Dearer])[1] == form_contents([Selling])[0]
    assert form_contents([Supply]) + form_contents([OtherSupply]) == form_contents([Supply, OtherSupply])


def test_words_and_code_may_change_under_a_version() -> None:
    reworded = replace(WHOLE, check=other_check)
    assert changed(with_sale(), with_sale(guards=(reworded,), form=OtherWords)) == ()
    titles = tuple(replace(state, title="Another", meaning="Another.") for state in STATES)
    roles = tuple(replace(role, title="Another") for role in ROLES)
    assert changed(LOAN, loan(title="Another", purpose="Another.", states=titles, roles=roles)) == ()


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (with_sale(guards=(replace(WHOLE, revision=2),)), ("step sell: guard whole: revision",)),
        (with_sale(guards=()), ("step sell: guards",)),
        (with_sale(roles=("librarian",)), ("step sell: roles",)),
        (LOAN, ("step sell (removed)",)),
        (
            with_sale(form=Dearer),
            (
                "step sell: field buyer: type",
                "step sell: field kind: type",
                "step sell: field note (added)",
                "step sell: field parts (removed)",
                "step sell: field price: type",
                "step sell: field size: default",
                "step sell: field size: type",
                "step sell: field thing (removed)",
            ),
        ),
    ],
)
def test_a_changed_step_is_named(after: Workflow, found: tuple[str, ...]) -> None:
    assert changed(with_sale(), after) == found


def test_a_changed_field_of_a_part_is_named() -> None:
    assert changed(with_sale(form=Supply), with_sale(form=OtherSupply)) == (
        "step sell: field to: type: field knows: default (removed)",
        "step sell: field to: type: field knows: required",
        "step sell: field to: type: field knows: type",
    )


def test_a_changed_deadline_or_order_of_states_is_named() -> None:
    longer = (replace(DEADLINES[0], term=days(99)), *DEADLINES[1:])
    assert changed(LOAN, loan(deadlines=longer)) == (f"deadline {DEADLINES[0].name}: term",)
    assert changed(LOAN, loan(states=STATES[::-1])) == ("order of states",)
