"""The database, the person acting and the printing of one command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, wraps
from io import StringIO
from typing import Any

import click
import msgspec
from rich.console import Console, RenderableType

from ..engine import Engine
from ..engine.errors.bad_input import BadValue
from ..engine.errors.base import CasereviewError, StoreError
from ..engine.errors.unknown import UnknownOrganisation, UnknownPerson
from ..engine.model.calendar import ENGLAND_AND_WALES, system_now
from ..engine.model.people import Actor, EntryChannel
from ..persistence import Database
from ..persistence.backends.file_modes import parse_mode
from ..reports.values.rag_status import Palette, read_palette
from ..workflows import WORKFLOWS
from .advice import add_suggestion
from .environment import Environment, NotificationSettings
from .errors import error_boundary
from .input import DAY_PATTERN, parse_day, parse_instant, read_file
from .lazy_group import load
from .options import undecodable_options

FILE_MODE = "CASEREVIEW_FILE_MODE"
MAX_WIDTH = 100
REHEARSAL = "REHEARSAL: this database is for training. Nothing in it is a real record."

CLIENT = "cli"
"""The name under which commands send their request IDs."""

CommandBody = Callable[..., None]


@dataclass(kw_only=True)
class Session:
    """Everything that a command works with.

    Attributes:
        url: The database's URL.
        named_actor: The person acting unless `--as` names another; empty for the account's holder.
        machine_account: The account of this process as the machine knows it.
        host: The machine's name; empty if it has none.
        now_override: An instant to use as the present, as typed; only a rehearsal database uses it.
        as_json: True to print JSON.
        debug: True to show tracebacks and a log.
        notifications: The settings for messages.
        palette_file: The file with the office's colours for reports; empty if there is none.
        file_mode: The permissions of files that hold the record, as typed for `chmod`; empty for the default.
    """

    url: str
    named_actor: str
    machine_account: str
    host: str
    now_override: str | None
    as_json: bool
    debug: bool
    notifications: NotificationSettings
    palette_file: str = ""
    file_mode: str = ""
    _rehearsal_noted: bool = field(default=False, init=False)
    _rehearsal_printed: bool = field(default=False, init=False)

    @cached_property
    def database(self) -> Database:
        """Return the database, not yet connected.

        Raises:
            BadValue: if the URL is malformed, of another kind, or names no file.
        """
        database = self.database_at(self.url)
        if database.is_in_memory:
            expected = "one that names a file, like sqlite:///casereview.db"
            raise BadValue(
                name="the database's URL", expected=expected, found="a database in memory, which is lost at once"
            )
        return database

    def database_at(self, url: str) -> Database:
        """Return a database whose files get the office's permissions.

        Raises:
            BadValue: if the URL or `CASEREVIEW_FILE_MODE` cannot be used.
        """
        return Database(url, **({"file_mode": parse_mode(self.file_mode, FILE_MODE)} if self.file_mode else {}))

    @cached_property
    def engine(self) -> Engine:
        """Return the engine over the database, with the database's idea of the present."""
        now = system_now
        if self.now_override is not None:
            instant = self._parsed_now_override()
            if self.database.is_rehearsal:
                now = lambda: instant  # noqa: E731
            else:
                self.print_note("CASEREVIEW_NOW is ignored: this is not a rehearsal database.")
        return Engine(self.database, WORKFLOWS, now=now, client=CLIENT)

    @cached_property
    def palette(self) -> Palette:
        """Return the office's colours for reports.

        Raises:
            BadInput: if the file cannot be read, or does not hold colours.
        """
        return read_palette(read_file(self.palette_file)) if self.palette_file else Palette()

    def parse_as_of(self, text: str | None) -> datetime | None:
        """Return the instant that `--as-of` names (for a day, its end in London); None if it was not given.

        Raises:
            BadValue: if the text is neither an instant nor a day.
        """
        if text is None:
            return None
        if DAY_PATTERN.fullmatch(text):
            try:
                return self.engine.calendar.end_of(parse_day(text, name="--as-of"))
            except OverflowError:  # the last possible day has no end
                raise BadValue(name="--as-of", expected="a day before 9999-12-31", found=repr(text)) from None
        return parse_instant(text, name="--as-of", calendar=self.engine.calendar)

    @property
    def now(self) -> datetime:
        """Return the present that the engine uses."""
        return self.engine.now()

    def actor(self, name: str | None) -> Actor:
        """Return the person who records: the one named, or else the account's holder.

        Raises:
            UnknownAccount: if the account is nobody's.
            UnknownPerson: if no person with that name may act.
            MayNotActAs: if another person is named, and the account's holder may not record for others.
            BadValue: if the machine has no name for the account, or the name cannot be read.
        """
        return self.at_this_machine(self.engine.actor_at(self.checked_account, name=name or self.checked_actor))

    def reader(self, name: str | None) -> Actor:
        """Return the person to show something for; anybody may read.

        Raises:
            UnknownAccount: if no name is given, and the account is nobody's.
            UnknownPerson: if no person with that name may act.
            BadValue: if the machine has no name for the account, or the name cannot be read.
        """
        named = name or self.checked_actor
        return self.engine.actor(named) if named else self.actor(None)

    def at_this_machine(self, actor: Actor) -> Actor:
        """Return an actor with the command line, the account and the machine in use."""
        return replace(actor, channel=EntryChannel.CLI, account=self.checked_account, host=self.host or None)

    @property
    def checked_account(self) -> str:
        """Return the account.

        Raises:
            BadValue: if the machine has no name for it.
        """
        if not self.machine_account:
            raise BadValue(name="the account", expected="one that this machine has a name for", found="none")
        return self.machine_account

    @property
    def checked_actor(self) -> str | None:
        """Return the person named by `CASEREVIEW_ACTOR`; None if it is not set.

        Raises:
            BadValue: if it cannot be read.
        """
        if self.named_actor.encode(errors="ignore").decode() != self.named_actor:
            raise BadValue(name="CASEREVIEW_ACTOR", expected="text in UTF-8", found="something else")
        return self.named_actor or None

    @property
    def is_interactive(self) -> bool:
        """Return True if there is a person to ask; a program asks for JSON."""
        return not self.as_json and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        # An error message from a rehearsal must say that it is one, too.
        if isinstance(error, CasereviewError) and not isinstance(error, StoreError):
            self.mark_rehearsal()
            self._suggest_name(error)
        if "database" in self.__dict__:
            self.database.close()

    def _suggest_name(self, error: CasereviewError) -> None:
        """Add the name on the list that was probably meant to an error about a name that is on none."""
        with suppress(CasereviewError):
            if isinstance(error, UnknownPerson):
                people = self.engine.people()
                add_suggestion(error, (name for one in people for name in (one.name, *one.former_names)))
            if isinstance(error, UnknownOrganisation):
                add_suggestion(
                    error, (name for one in self.engine.organisations() for name in (one.name, *one.aliases))
                )

    # --- printing ---------------------------------------------------------------------------------

    def print_json(self, document: Any) -> None:
        """Print one JSON document on standard output."""
        # Print bytes: JSON is UTF-8, whatever the terminal's encoding.
        click.echo(msgspec.json.encode(document))

    def console(self) -> Console:
        """Return a console at most 100 columns wide, or 80 if the output is no terminal."""
        console = Console(soft_wrap=False, highlight=False, markup=False, emoji=False)
        if console.no_color:  # rich would still print bold text
            console = Console(soft_wrap=False, highlight=False, markup=False, emoji=False, color_system=None)
        console.width = min(console.width, MAX_WIDTH) if console.is_terminal else 80
        return console

    def show(self, *parts: RenderableType) -> None:
        """Print for people on standard output; in a rehearsal, say so first."""
        console = self.console()
        if self.database.is_rehearsal and not self._rehearsal_printed:
            self._rehearsal_printed = True
            console.print(REHEARSAL, style="bold yellow")
        for part in parts:
            # Do not wrap a sentence in a file or pipe, so that it can be searched for; a terminal wraps it itself.
            console.print(part, soft_wrap=isinstance(part, str) and not console.is_terminal)

    def render_text(self, *parts: RenderableType) -> str:
        """Return the same as text for a file: 80 columns wide, without terminal codes."""
        paper = StringIO()
        console = Console(file=paper, width=80, color_system=None, highlight=False, markup=False, emoji=False)
        for part in (*([REHEARSAL, ""] if self.database.is_rehearsal else []), *parts):
            console.print(part)
        return "".join(f"{line.rstrip()}\n" for line in paper.getvalue().splitlines())

    def mark_rehearsal(self) -> None:
        """Say once on standard error that the database is a rehearsal, if it is one."""
        with suppress(CasereviewError):
            if not self._rehearsal_noted and self.database.is_rehearsal:
                self._rehearsal_noted = True
                self.print_note(REHEARSAL)

    def print_note(self, text: str) -> None:
        """Print a line for people on standard error, unless `--json` was asked for."""
        if not self.as_json:
            click.echo(text, err=True)

    def _parsed_now_override(self) -> datetime:
        return parse_instant(str(self.now_override), name="CASEREVIEW_NOW", calendar=ENGLAND_AND_WALES)


def in_session(body: CommandBody) -> CommandBody:
    """Give a command its `Session`, within the error boundary."""

    @wraps(body)
    def command(*, database: str, debug: bool, as_json: bool = False, **rest: Any) -> None:
        found: Environment = click.get_current_context().obj
        debug = debug or found.debug
        if debug:
            # Loaded here: without --debug no command but the worker needs structlog.
            load("terminal.log:configure_log")(debug=True)
        session = Session(
            url=database,
            named_actor=found.actor,
            machine_account=found.machine_account,
            host=found.host,
            now_override=found.now,
            as_json=as_json,
            debug=debug,
            notifications=found.notifications,
            palette_file=found.palette_file,
            file_mode=found.file_mode,
        )
        with error_boundary(as_json=as_json, debug=debug), session:
            _check_encoding(rest)
            body(session, **rest)

    return command


def _check_encoding(typed: Mapping[str, Any]) -> None:
    for name in undecodable_options(click.get_current_context().command, typed):
        raise BadValue(name=name, expected="text in UTF-8", found="something else")
