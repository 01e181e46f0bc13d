"""Record a step from the command line, and print the result."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from ..engine import Command, CommandResult, Engine, Workflow, availability_blocks, opening_refusal, refusal, step_of
from ..engine.definition.workflow import Transition
from ..engine.errors.bad_input import InvalidForm
from ..engine.model.case import Case
from ..engine.model.commands import Open, Step
from ..engine.model.occurrence import occurrence
from ..reports.render.json.cases import case_document
from ..reports.values.dates import day
from ..reports.values.suspensions import ended_suspensions_in_words
from . import prompts
from .input import parse_day
from .lazy_group import load
from .name_questions import ask_about_names
from .record_input import parse_decided_by, parse_record
from .session import Session

C = TypeVar("C", "Open", "Step")

MAX_REFS_SHOWN = 5
"""The most references of other cases that are printed one by one."""


def command_base(session: Session, options: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a step outside its form: who records it, its day and its request ID."""
    who, on, request_id = (options.pop(name) for name in ("who", "on", "request_id"))
    day = None if on is None else parse_day(on, name="--on")
    return {"actor": session.actor(who), "data": {}, "on": day, "request_id": request_id}


def complete_command(
    session: Session,
    command: C,
    transition: Transition,
    case: Case | None,
    *,
    file: str | None,
    settings: tuple[str, ...],
    documents: tuple[str, ...],
    decided_by: str | None,
    capacity: str | None,
    evidence: str | None,
) -> C:
    """Return the command with its record; at a terminal, ask for what is missing."""
    decider = parse_decided_by(
        decided_by, capacity, evidence, roles=transition.roles, titles=session.engine.workflows.roles
    )
    found = parse_record(
        transition,
        file=file,
        settings=settings,
        documents=documents,
        decider=decider,
    )
    data, authority = found.data, found.decided_by
    if session.is_interactive:
        if command.request_id is None:  # a repeated request gets its answer whatever happened to the case since
            precheck(session.engine, command, transition, case)
        session.mark_rehearsal()
        data = prompts.ask_missing_fields(transition.form, data, heading=transition.title)
        if authority is None and not command.actor.roles & set(transition.roles):
            authority = prompts.ask_decided_by(transition, session.engine.workflows.roles)
    return replace(command, data=data, decided_by=authority)


def run_command(session: Session, command: Command, *, dry_run: bool) -> CommandResult:
    """Record a command, or try it without recording; with `--debug`, log it.

    At a terminal, ask about names that are on no list.
    """
    command = ask_about_names(session, command)
    recorded = session.engine.dry_run(command) if dry_run else session.engine.record(command)
    if session.debug:
        # Loaded here: without --debug no step needs structlog.
        load("terminal.log:log_events")(recorded.events, dry_run=dry_run)
    return recorded


def run_step(
    session: Session, ref: str, trigger: str, *, dry_run: bool, if_version: int | None = None, **options: Any
) -> None:
    """Record one step of one case, and print the result.

    Args:
        session: The command's session.
        ref: The case.
        trigger: The step.
        dry_run: True to record nothing and only show the result.
        if_version: The version that the case must have; None for any.
        options: The options of any step.
    """
    case = session.engine.case(ref)
    transition = step_of(session.engine.workflows.for_case(case), trigger)
    bare = Step(ref=ref, trigger=trigger, if_version=if_version, **command_base(session, options))
    command = complete_command(session, bare, transition, case, **options)
    recorded = run_command(session, command, dry_run=dry_run)
    if session.as_json:
        print_result_json(session, recorded, dry_run=dry_run)
    else:
        print_step_result(session, case, trigger, recorded, dry_run=dry_run)


def print_step_result(session: Session, case: Case, trigger: str, recorded: CommandResult, *, dry_run: bool) -> None:
    """Print the result of a step in words.

    Args:
        session: The command's session.
        case: The case before the step.
        trigger: The step.
        recorded: The result.
        dry_run: True if nothing was recorded.
    """
    after = recorded.case
    workflow = session.engine.workflows.for_case(after)
    before, now = workflow.state(case.state).title, workflow.state(after.state).title
    moved = f"Stage: {now}" if after.state == case.state else f"Stage: {before} → {now}"
    done = "would be recorded; nothing was changed" if dry_run else "is recorded"
    if recorded.repeated:
        done = "was already recorded by this request; nothing was changed"
        moved = f"Stage then: {now}"
    session.show(f'{after.ref}: "{step_of(workflow, trigger).title}" {done}. {moved} (version {after.version}).')
    print_notes(session, recorded, dry_run=dry_run)


def print_result_json(session: Session, recorded: CommandResult, *, dry_run: bool, **extra: Any) -> None:
    """Print the result of a command as JSON, with any extra keys."""
    engine, case = session.engine, recorded.case
    workflow: Workflow = engine.workflows.for_case(case)
    document = case_document(case, workflow, now=session.now, calendar=engine.calendar)
    result = {"warnings": list(recorded.warnings), "repeated": recorded.repeated, "dry_run": dry_run}
    others = {"opened": list(recorded.opened), "moved": list(recorded.cascaded)}
    session.print_json({**document, **result, **others, **extra})


def print_notes(session: Session, recorded: CommandResult, *, dry_run: bool) -> None:
    """Print notes for a person: warnings, what was opened, what is due next."""
    case: Case = recorded.case
    if recorded.repeated:
        session.print_note(f"This request was already recorded. See: casereview show {case.ref}")
        return
    for warning in recorded.warnings:
        session.print_note(f"Warning: {warning}")
    for event in recorded.events:
        for sentence in ended_suspensions_in_words(event):
            session.print_note(sentence)
    if dry_run:
        return
    for label, refs in (("Also opened", recorded.opened), ("Also changed", recorded.cascaded)):
        if refs:
            session.print_note(f"{label}: {_first_refs(refs)}.")
    due = min((clock for clock in case.clocks if clock.is_outstanding), key=lambda clock: clock.due, default=None)
    if due is not None:
        title = session.engine.workflows.for_case(case).deadline(due.deadline).title
        late = " (overdue)" if due.is_overdue(session.now) else ""
        session.print_note(f"Due next: {title}, {day(due.due)}{late}. See: casereview next {case.ref}")


def _first_refs(refs: tuple[str, ...]) -> str:
    more = f" and {len(refs) - MAX_REFS_SHOWN} more" if len(refs) > MAX_REFS_SHOWN else ""
    return ", ".join(refs[:MAX_REFS_SHOWN]) + more


def amendment_base(session: Session, options: dict[str, Any]) -> dict[str, Any]:
    """Return what every amendment takes: who records, on whose decision, the version and the request ID."""
    decider = parse_decided_by(
        options["decided_by"], options["capacity"], options["evidence"], roles=(), titles=session.engine.workflows.roles
    )
    return {
        "actor": session.actor(options["who"]),
        "decided_by": decider,
        "if_version": options["if_version"],
        "request_id": options["request_id"],
    }


def run_amendment(session: Session, command: Any, summary: str, *, dry_run: bool) -> CommandResult:
    """Record an amendment, or try it without recording, and print the result."""
    engine = session.engine
    command = ask_about_names(session, command)
    recorded = engine.dry_run(command) if dry_run else engine.record(command)
    case = recorded.case
    if session.as_json:
        document = case_document(case, engine.workflows.for_case(case), now=session.now, calendar=engine.calendar)
        result = {"warnings": list(recorded.warnings), "repeated": recorded.repeated, "dry_run": dry_run}
        session.print_json({**document, **result})
        return recorded
    outcome = "It would be recorded; nothing was changed" if dry_run else "Recorded"
    session.show(f"{outcome}: {case.ref}, {summary} (version {case.version}).")
    for warning in recorded.warnings:
        session.print_note(f"Warning: {warning}")
    return recorded


def precheck(engine: Engine, command: Open | Step, transition: Transition, case: Case | None) -> None:
    """Raise an error if a step is impossible whatever its form says.

    Args:
        engine: The engine that will record the step.
        command: The step so far; its data is not read.
        transition: Its declaration.
        case: The case; None if the step opens one.

    Raises:
        BadInput: if the step cannot have happened on its day.
        Conflict: if the case is no longer at `if_version`.
        Refused: if the state, the actor's roles or a guard that does not read the form forbids it.
    """
    if isinstance(command, Open):
        # The form, which names the organisations of the new case, is not filled in yet.
        own = sorted({holding.organisation for holding in command.actor.holdings})
        blocks = availability_blocks(engine.workflows.latest(command.workflow), transition, command.actor, own)
        refused = opening_refusal(transition.trigger, transition.title, *blocks)
    else:
        assert case is not None
        alone = case.state in transition.sources and not transition.cascade_only
        is_late = occurrence(command.on, engine.now(), engine.calendar).on < case.last_step_on
        if not alone or is_late or command.if_version not in (None, case.version):
            _dry_run_without_form(engine, command)
        possible = engine.available_steps(case.ref, command.actor)
        blocks = next((step.blocked_by for step in possible if step.transition is transition), ())
        refused = refusal(
            engine.workflows.for_case(case),
            case,
            transition.trigger,
            transition.title,
            *blocks,
            alternatives=tuple(step.transition.trigger for step in possible if step.transition is not transition),
        )
    occurrence(command.on, engine.now(), engine.calendar)
    if blocks:
        raise refused


def _dry_run_without_form(engine: Engine, command: Step) -> None:
    """Raise an error if a step is impossible at this stage, on this day or for this version, whatever its form says."""
    with suppress(InvalidForm):  # that is still to be filled in
        engine.dry_run(command)
