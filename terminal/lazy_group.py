"""TODO: describe."""

from __future__ import annotations

import sys
from typing import Any

import click

from .errors import BAD_INPUT, print_error_document

ASKED_FOR_JSON = "casereview.json"


UNQUOTED_TEXT = 'There are words too many. A text stands in quotes: --set text="two words".'


class CommandGroup(click.Group):
    """A group whose usage errors are told like any other: as a JSON object where JSON was asked for."""

    group_class = type

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notes, before anything can fail, whether JSON is asked for."""
        ctx.meta.setdefault(ASKED_FOR_JSON, "--json" in args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was named."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            told = error
            if "unexpected extra argument" in error.message:
                # Not quoted: it may be the rest of a text whose quotes were forgotten.
                told = click.UsageError(UNQUOTED_TEXT, error.ctx)
            if not ctx.meta[ASKED_FOR_JSON]:
                raise told from None
            message = told.format_message()
            print_error_document(message, {"error": "usage", "message": message}, as_json=True)
            sys.exit(BAD_INPUT)
