"""`casereview.engine` exports everything that a host needs, by one import."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, get_args

import pytest

import casereview.engine
from casereview.engine import (
    SENSITIVE,
    Actor,
    CasereviewError,
    ChosenTarget,
    Citation,
    Command,
    Deadline,
    Engine,
    EscalationLevel,
    Form,
    Guard,
    GuardContext,
    OnStep,
    Refused,
    Role,
    ShortText,
    State,
    Text,
    Transition,
    Workflow,
    check,
    working_days,
)
from casereview.engine import errors as error_modules
from casereview.persistence import Database

from ..support.movable_time import MovableTime

FACES = {
    "casereview.engine": casereview.engine._LAZY,
    **{
        f"casereview.engine.{name}": import_module(f"casereview.engine.{name}").LAZY
        for name in ("decisions", "model", "notifications", "ports", "service", "unit")
    },
}
"""The packages that load what they offer when it is first used."""


class Request(Form, frozen=True, kw_only=True):
    """A member asks for a repair."""

    thing: ShortText
    wish: Annotated[Text, SENSITIVE]


class Answer(Form, frozen=True, kw_only=True):
    """The workshop accepts or declines the repair."""

    outcome: ShortText


def missing_thing(context: GuardContext) -> Iterator[str]:
    if context.case.title == "Nothing":
        yield "Say what is to be repaired."


REPAIR = Workflow(
    name="repair",
    title="Repair",
    purpose="Repairs a thing for a member.",
    version=1,
    prefix="RP",
    opening=Transition(
        trigger="ask", title="Ask", sources=(), to="asked", roles=("member",), form=Request, title_field="thing"
    ),
    states=(
        State(name="asked", title="Asked", meaning="A member has asked."),
        State(name="accepted", title="Accepted", meaning="The workshop repairs it.", is_end=True),
        State(name="declined", title="Declined", meaning="The workshop does not repair it.", is_end=True),
    ),
    transitions=(
        Transition(
            trigger="answer",
            title="Answer",
            sources=("asked",),
            to=ChosenTarget(field="outcome", choices=("accepted", "declined")),
            roles=("workshop",),
            form=Answer,
            guards=(Guard(name="thing", check=missing_thing, cleared_by="member"),),
        ),
    ),
    deadlines=(
        Deadline(
            name="answer",
            title="Answer the member",
            term=working_days(5),
            starts=(OnStep(step="ask"),),
            met_by=(OnStep(step="answer"),),
            owner="workshop",
            citation=Citation(name="House rules", text="The workshop answers within a week."),
        ),
    ),
    roles=(
        Role(name="member", title="member"),
        Role(name="workshop", title="workshop", records_for_others=True, manages_people=True),
    ),
    escalation_policy=(EscalationLevel(name="owner", to="owner", working_days=0),),
)
MEMBER = Actor(name="Member 1", roles=frozenset({"member"}))
WORKSHOP = Actor(name="Workshop 1", roles=frozenset({"workshop"}))


@pytest.mark.parametrize("package", FACES)
def test_names_for_type_checkers_and_lazy_names_agree(package: str) -> None:
    tree = ast.parse(Path(import_module(package).__file__ or "").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    typed = [(str(node.module), name.name) for node in imports for name in node.names]
    assert sorted(typed) == sorted(
        (module, name) for module, names in FACES[package].modules.items() for name in names.split()
    )
    assert all(name.asname == name.name for node in imports for name in node.names)


@pytest.mark.parametrize("package", FACES)
def test_every_exported_name_is_that_of_its_module(package: str) -> None:
    face = import_module(package)
    for module, names in FACES[package].modules.items():
        for name in names.split():
            assert getattr(face, name) is getattr(import_module(f"{package}.{module}"), name)


def test_the_engine_lists_what_it_offers() -> None:
    assert set(casereview.engine.__all__) <= set(dir(casereview.engine))


@pytest.mark.parametrize("package", FACES)
def test_a_name_that_is_not_offered_is_no_attribute(package: str) -> None:
    with pytest.raises(AttributeError, match=f"'{package}' has no attribute 'unknown_name'"):
        import_module(package).unknown_name  # noqa: B018


def test_every_command_is_exported() -> None:
    for command in get_args(Command):
        assert getattr(casereview.engine, command.__name__) is command


def test_every_error_is_exported() -> None:
    names = [module.name for module in pkgutil.iter_modules(error_modules.__path__)]
    modules = [import_module(f"{error_modules.__name__}.{name}") for name in names]
    errors = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    for error in errors:
        if issubclass(error, CasereviewError):
            assert getattr(casereview.engine, error.__name__) is error


def test_a_host_declares_and_runs_a_workflow_by_one_import(database: Database, present: MovableTime) -> None:
    assert check((REPAIR,)) == ()
    engine = Engine(database, (REPAIR,), now=present)
    case = engine.open("repair", actor=MEMBER, data={"thing": "A chair", "wish": "Quickly"}, on=date(2026, 10, 1))
    assert [item.clock.due for item in engine.deadlines()] == [date(2026, 10, 8)]
    case = engine.step(case.ref, "answer", actor=WORKSHOP, data={"outcome": "accepted"})
    assert case.state == "accepted"
    nothing = engine.open("repair", actor=MEMBER, data={"thing": "Nothing", "wish": "None"})
    with pytest.raises(Refused, match="Say what is to be repaired"):
        engine.step(nothing.ref, "answer", actor=WORKSHOP, data={"outcome": "accepted"})
