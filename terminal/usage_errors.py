"""Say what is wrong with a command line in the words of any other error. Loaded when one is not understood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import IO, Any

import click

from ..engine.errors.base import one_of, title_and_exact_code

CUTOFF = 0.65
"""How alike two words have to be, from 0 to 1."""

TYPED_CHOICE = re.compile(r"'([\w-]{1,30})' ")
"""How click begins its message for a choice that is one short word."""

UNQUOTED_TEXT = 'There are too many words. Put quotes round any text that has spaces, for example "two words".'


class PlainUsageError(click.UsageError):
    """An error that prints its sentence alone, like any other error."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence."""
        click.echo(self.format_message(), file=file, err=file is None)


def in_words(error: click.UsageError) -> click.UsageError:
    """Return an error of click in our words; one that we have no words for as it is."""
    if "unexpected extra argument" in error.message:
        # Not quoted: it may be the rest of a text whose quotes were forgotten.
        return click.UsageError(UNQUOTED_TEXT, error.ctx)
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        options = (name for parameter in error.ctx.command.params for name in parameter.opts)
        return unknown_word("option", error.option_name, options, error.ctx)
    if isinstance(error, click.BadParameter) and error.param is not None and (wanted := _wanted(error.param.type)):
        label = error.param.opts[0] if isinstance(error.param, click.Option) else f"the {error.param.name}"
        return PlainUsageError(f"{label}: expected {wanted}, found {_found(error)}.", error.ctx)
    return error


def unknown_word(kind: str, name: str, known: Iterable[str], context: click.Context) -> click.UsageError:
    """Return the error for a command or an option that does not exist.

    Args:
        kind: `command` or `option`.
        name: The word, as typed.
        known: Those that exist.
        context: The command that was to take it.
    """
    near = near_words(name, known)
    meant = f"Did you mean {near}? " if near else ""
    return PlainUsageError(f'There is no {kind} "{name}". {meant}To see all: {context.command_path} --help', context)


def near_words(word: str, known: Iterable[str]) -> str:
    """Return the known words that come near a word, as a readable list; empty if none does.

    The dashes of an option do not count: every option has them.
    """
    names = {name.lstrip("-"): name for name in known}
    near = get_close_matches(word.lstrip("-").casefold(), names, cutoff=CUTOFF)
    return one_of(tuple(names[name] for name in near))


def _found(error: click.BadParameter) -> str:
    """Return what was found, in words; the word itself only if it is a wrong choice of an option."""
    if isinstance(error, click.MissingParameter):
        return "nothing"
    # Anything longer, and any argument, may be words about a case in the wrong place.
    if isinstance(error.param, click.Option) and isinstance(error.param.type, click.Choice):
        typed = TYPED_CHOICE.match(error.message)
        return f'"{typed[1]}"' if typed else "something else"
    return "something else"


def _wanted(kind: object) -> str:
    """Return what a parameter takes, in words; empty if it takes any text."""
    match kind:
        case click.Choice(choices=choices):
            names = (str(choice) for choice in choices)
            return f"one of: {'; '.join(title_and_exact_code(name.replace('_', ' '), name) for name in names)}"
        case click.IntRange(min=int(least), max=int(most)):
            return f"a whole number from {least:,} to {most:,}"
        case click.IntRange(min=int(least)):
            return f"a whole number from {least:,}"
        case click.types.IntParamType():
            return "a whole number"
        case _:
            return ""
