"""Turn errors into a sentence for a person, or a document for a program, and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
import msgspec

from ..engine.errors.bad_input import BadValue, BatchFailed, ExtraMissing, NoManagerLeft, OrganisationKnown, PersonKnown
from ..engine.errors.base import BadInput, CasereviewError, StoreError
from ..engine.errors.faults import DatabaseProblem, NotDelivered
from ..engine.errors.refusals import Conflict, MayNotActAs, NotAllowed, Refused, VersionConflict
from ..engine.errors.taking_back import CannotTakeBack, CaseVoided, NotReversible
from ..engine.errors.unknown import (
    UnknownAccount,
    UnknownCase,
    UnknownDeadline,
    UnknownMessage,
    UnknownOrganisation,
    UnknownPerson,
    UnknownState,
    UnknownStep,
    UnknownWorkflow,
)

DONE, REFUSED, BAD_INPUT, CONFLICT, NO_DATABASE, INTERNAL_ERROR, STOPPED = 0, 1, 2, 3, 4, 70, 130


@contextmanager
def error_boundary(*, as_json: bool, debug: bool) -> Iterator[None]:
    """End the program with a sentence and the right exit code if the block raises an error.

    Exit codes: 1 refused by a rule, 2 bad input, 3 conflict, 4 no usable database, 70 an internal
    error, 130 stopped with Ctrl-C. The traceback is shown only with `debug`.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise  # click ends the program itself for usage errors, help and closed pipes
    except click.Abort:
        click.echo("\nStopped. Nothing was recorded.", err=True)
        sys.exit(STOPPED)
    except Exception as error:  # a boundary must catch everything
        if isinstance(error, CasereviewError):
            if debug:
                click.echo(_printable(traceback.format_exc()), err=True, nl=False)
            _print_error(error, as_json=as_json)
            sys.exit(exit_code(error))
        if debug:
            _print_traceback(error)
        # Do not show the error's own text: it may quote sensitive input.
        kind = type(error).__name__
        sentence = (
            f"Something went wrong inside casereview ({kind}). Part of the command may have been carried out."
            " Check the record before you repeat it. Please report the problem, with the output of --debug."
        )
        print_error_document(sentence, {"error": "internal", "message": sentence, "kind": kind}, as_json=as_json)
        sys.exit(INTERNAL_ERROR)


def exit_code(error: CasereviewError) -> int:
    """Return the exit code for an error."""
    match error:
        case BatchFailed(cause=cause):
            return exit_code(cause)
        case BadInput():
            return BAD_INPUT
        case Conflict():
            return CONFLICT
        case StoreError():
            return NO_DATABASE
        case _:
            return REFUSED


def _print_error(error: CasereviewError, *, as_json: bool) -> None:
    # If an error has facts called error or message, the code and the sentence replace them.
    sentence = advised(error)
    print_error_document(sentence, {**error.facts(), "error": error.code, "message": sentence}, as_json=as_json)


def print_error_document(sentence: str, document: dict[str, Any], *, as_json: bool) -> None:
    """Print an error on standard error: as JSON, or as a sentence."""
    if as_json:
        click.echo(msgspec.json.encode(_encodable(document)), err=True)
    else:
        click.echo(_printable(sentence), err=True)


def _printable(text: str) -> str:
    """Escape control characters, because the text may quote what was typed."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _encodable(value: Any) -> Any:
    """Escape lone surrogates, which a shell passes for bytes that are not UTF-8."""
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {name: _encodable(item) for name, item in value.items()}
        case list():
            return [_encodable(item) for item in value]
        case _:
            return value


def _print_traceback(error: Exception) -> None:
    """Print where an error happened, without its text."""
    click.echo("Traceback (most recent call last):", err=True)
    click.echo("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__, err=True)


LINE_BREAK = "\n"

REMEDIES = {
    "create": "Create one there with: casereview init.",
    "create tables": "Create them with: casereview init.",
    "restore or create": "If it held records, put back the latest backup. If not, run: casereview init.",
    "right file": "Point --database or CASEREVIEW_DATABASE at the right file.",
    "upgrade": "Bring it up to date with: casereview upgrade.",
    "extra postgres": "Install it with: pip install 'casereview[postgres]'.",
    "newer version": "It was made by a newer version: install that one (pip install --upgrade casereview).",
}
"""The commands that help with a problem of the database, by the hint that the error carries."""

CHECK_REMEDIES = {
    "schema": "casereview upgrade",
    "history": "casereview verify, then casereview doctor --mend",
    "journal": "casereview doctor --mend",
    "people": "casereview init, or casereview people recover NAME --reasons TEXT",
    "sweeps": "casereview worker, or casereview escalate once a day",
    "cases swept": "casereview verify",
    "open cases": "casereview verify",
    "recipients": "casereview people add NAME --role ROLE --email ADDRESS",
    "messages": "casereview messages send, or casereview messages retry --all",
    "messages on hold": "casereview messages",
}
"""The commands that help if a check fails, by the check's name."""


def advised(error: CasereviewError) -> str:
    """Return an error's sentence, followed by the command that helps."""
    if isinstance(error, DatabaseProblem) and error.hint in REMEDIES:
        return str(replace(error, remedy=REMEDIES[error.hint]))
    advice = _advice(error)
    if not advice:
        return str(error)
    return f"{error}{LINE_BREAK if isinstance(error, Refused) else ' '}{advice}"


PLAIN_ADVICE: dict[type[CasereviewError], str] = {
    UnknownCase: "References look like SCR-2026-001: see casereview list.",
    UnknownWorkflow: "To see all: casereview workflows",
    UnknownState: "To see all: casereview workflows",
    UnknownDeadline: "To see all: casereview terms",
    UnknownMessage: "Give its first characters: see casereview messages.",
    CaseVoided: "To see when, by whom and why: casereview list --voided",
    MayNotActAs: "To record in your own name, leave out --as and CASEREVIEW_ACTOR.",
    NotAllowed: "The business manager can give a role: casereview people add NAME --role ROLE",
}
"""The advice that is the same for every error of its kind."""


def _advice(error: CasereviewError) -> str:
    return PLAIN_ADVICE.get(type(error)) or _advice_on_lists(error) or _advice_on_work(error)


def _advice_on_lists(error: CasereviewError) -> str:
    match error:
        case UnknownPerson(name=name):
            return f'The business manager can add them: casereview people add "{name}" --role ROLE'
        case UnknownAccount(account=account):
            return (
                f'The business manager can give it to somebody: casereview people change NAME --account "{account}".'
                " If no business manager can: casereview people recover NAME --reasons TEXT"
            )
        case NoManagerLeft():
            return "For example: casereview people add NAME --role business_manager --account ACCOUNT"
        case PersonKnown(name=name):
            return f'For the same person: casereview people change "{name}" --role ROLE'
        case UnknownOrganisation(name=name):
            return f'To add it: casereview organisations add "{name}". To see the list: casereview organisations list'
        case OrganisationKnown(known_as=known_as):
            return f'For another name of it: casereview organisations change "{known_as}" --alias NAME'
        case _:
            return ""


def _advice_on_work(error: CasereviewError) -> str:
    match error:
        case ExtraMissing(extra=extra):
            return f"Install it with: pip install 'casereview[{extra}]'"
        case UnknownStep(workflow=workflow):
            return f"To see all: casereview workflows {workflow}"
        case NotDelivered(permanent=True):
            return "See casereview messages."
        case Refused(ref=ref, step="decide" | "minute", state="called"):
            return f"Record who attended first: casereview meeting attend {ref} --present NAME"
        case BadValue(name="the event"):
            return "To see the numbers: casereview history REF"
        case BadValue(name="CASEREVIEW_TEMPLATES"):
            return "To write one: casereview messages templates FOLDER"
        case NotReversible():
            return ""
        case CannotTakeBack(ref=ref, seq=seq):
            return (
                f"To correct it: casereview correct {ref} --event {seq} --wrong TEXT --reasons TEXT --set FIELD=VALUE"
            )
        case VersionConflict(ref=ref):
            return f"To look at it: casereview show {ref}"
        case _:
            cause = getattr(error, "cause", None)
            return _advice(cause) if isinstance(cause, CasereviewError) else ""
