"""The one place where errors become a sentence and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..engine.errors import CasereviewError

DONE, REFUSED, BAD_INPUT, CONFLICT, NO_DATABASE, OUR_FAULT = 0, 1, 2, 3, 4, 70


@contextmanager
def boundary(*, as_json: bool, debug: bool) -> Iterator[None]:
    """Ends the program with a sentence and the right exit code where the block raises.

    Exit codes: 1 refused by a rule, 2 bad input, 3 conflict, 4 no usable database, 70 a fault of
    ours. The traceback is shown only with `debug`.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:  # the last resort is the point of a boundary
        from ..engine.errors import CasereviewError

        if debug:
            traceback.print_exc()
        if isinstance(error, CasereviewError):
            _say(error, as_json=as_json)
            sys.exit(exit_code(error))
        # The error's own text is not shown: it may quote what was being recorded.
        click.echo(
            f"Something went wrong inside casereview ({type(error).__name__}). Nothing was recorded by this"
            " command. Run it again with --debug, and report what that shows.",
            err=True,
        )
        sys.exit(OUR_FAULT)


def exit_code(error: CasereviewError) -> int:
    """The exit code that an error stands for."""
    from ..engine.errors import BadInput, Conflict, StoreError

    match error:
        case BadInput():
            return BAD_INPUT
        case Conflict():
            return CONFLICT
        case StoreError():
            return NO_DATABASE
        case _:
            return REFUSED


def _say(error: CasereviewError, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        # The facts stand beside the sentence; where an error has facts of these names, ours win.
        document = {**error.facts(), "error": error.code, "message": str(error)}
        click.echo(msgspec.json.encode(document).decode(), err=True)
    else:
        click.echo(str(error), err=True)
