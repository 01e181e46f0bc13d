"""Turn errors into a sentence for a person, or a document for a program, and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec

from ..engine.errors.bad_input import BatchFailed
from ..engine.errors.base import BadInput, CasereviewError, StoreError
from ..engine.errors.refusals import Conflict
from .advice import advised

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
