"""Correct what was recorded."""

from __future__ import annotations

from typing import Any

import click

from ...engine import correctable
from ...engine.definition.workflow import Transition
from ...engine.errors.bad_input import BadValue
from ...engine.forms.digests import with_stored_values
from ...engine.model.commands import Correct
from ...engine.model.corrections import as_corrected
from .. import completion
from ..correction_questions import ask_corrections, ask_event, event_number
from ..input import parse_day
from ..options import amendment_options, case_argument, parse_identifier
from ..prompts import ask_line
from ..record_input import parse_record
from ..recording import amendment_base, run_amendment
from ..session import Session, in_session


@click.command()
@case_argument
@click.option(
    "--event",
    metavar="N",
    help="The number of the event, or 1.2 for step 2 of an imported case. See casereview history.",
)
@click.option("--wrong", metavar="TEXT", help="What was wrong. Stored separately, because it may be sensitive.")
@click.option("--reasons", metavar="TEXT", help="Why you correct it.")
@click.option("--file", metavar="F.json", help="The correct fields, as a JSON object in a file; - for standard input.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One correct field. Can be repeated.")
@click.option("--on", metavar="DATE", help="The day on which it really happened (YYYY-MM-DD).")
@click.option("--decider", metavar="NAME", help="Who really decided it.")
@click.option(
    "--decider-capacity",
    metavar="ROLE",
    shell_complete=completion.roles,
    callback=parse_identifier,
    help="The role in which they really decided it.",
)
@click.option("--decider-evidence", metavar="TEXT", help="Where their decision can really be read.")
@amendment_options
@in_session
def correct(
    session: Session,
    *,
    ref: str,
    event: str | None,
    wrong: str | None,
    reasons: str | None,
    file: str | None,
    settings: tuple[str, ...],
    on: str | None,
    decider: str | None,
    decider_capacity: str | None,
    decider_evidence: str | None,
    **options: Any,
) -> None:
    """Correct an event: any field, the day, or who decided it.

    The event itself does not change. The correction is recorded beside it, and deadlines, agencies and
    the title follow. At a terminal you are asked for what you leave out.

    \b
    Example:  casereview correct SCR-2026-001 --event 3 --wrong "Mistyped." \\
                --reasons "Found when filing." --set reference=SIN-0002
    """
    engine = session.engine
    workflow, events = engine.workflows.for_case(engine.case(ref)), as_corrected(engine.history(ref))
    asks = session.is_interactive
    if event is None and not asks:
        raise click.UsageError("Missing option '--event'.")
    seq, step = ask_event(workflow, events) if event is None else event_number(event)
    found = correctable(workflow, events, seq, step)
    by = amendment_base(session, options)
    step_like = Transition(
        trigger=found.trigger, title=found.title, sources=(), to=None, roles=found.roles, form=found.form
    )
    typed = parse_record(step_like, file=file, settings=settings, documents=(), decider=by["decided_by"])
    by["decided_by"] = typed.decided_by
    right: dict[str, Any] = {
        "data": typed.data,
        "on": None if on is None else parse_day(on, name="--on"),
        "decider": decider,
        "capacity": decider_capacity,
        "evidence": decider_evidence,
    }
    if asks and not any(right.values()) and decider_evidence is None:
        # Who may not correct it is told before anything is asked.
        engine.dry_run(Correct(ref=ref, seq=seq, step=step, wrong="-", reasons="-", **by))
        right |= ask_corrections(found, with_stored_values(found.record, engine.stored_values(ref)))
    if asks:
        wrong = wrong or ask_line("What was wrong")
        reasons = reasons or ask_line("Why you correct it")
    for name, value in (("--wrong", wrong), ("--reasons", reasons)):
        if value is None:
            raise click.UsageError(f"Missing option '{name}'.")
    command = Correct(ref=ref, seq=seq, step=step, wrong=str(wrong), reasons=str(reasons), **right, **by)
    if not any(right.values()) and right["evidence"] is None:
        engine.dry_run(command)  # who may not correct it is told first
        raise BadValue(name="the correction", expected="what is right", found="nothing")
    which = seq if step is None else f"{seq}.{step}"
    run_amendment(session, command, f"event {which} corrected", dry_run=options["dry_run"])
