"""One command's run: which database, who acts, how to print."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console, RenderableType

    from ..engine.case import Actor
    from ..engine.engine import Engine
    from ..persistence import Database

WIDEST = 100
REHEARSAL = "REHEARSAL: a database for training. Nothing in it is a real record."


@dataclass(kw_only=True)
class Session:
    """What every command is given.

    Attributes:
        url: The database's URL.
        account: Who acts unless `--as` says otherwise.
        present: An instant that stands for now, as it was given; only a rehearsal takes it.
        as_json: Whether to print JSON.
        debug: Whether to show tracebacks and a log.
    """

    url: str
    account: str
    present: str | None
    as_json: bool
    debug: bool

    @cached_property
    def database(self) -> Database:
        """The database; nothing is connected yet."""
        from ..persistence import Database

        return Database(self.url)

    @cached_property
    def engine(self) -> Engine:
        """The engine over the database, with the present that holds there."""
        from ..engine.engine import Engine
        from ..engine.timekeeping import system_now
        from ..workflows import WORKFLOWS

        now = system_now
        if self.present is not None:
            instant = self._given_present()
            if self.database.is_rehearsal:
                now = lambda: instant  # noqa: E731
            else:
                click.echo("CASEREVIEW_NOW is ignored: this is not a rehearsal database.", err=True)
        return Engine(self.database, WORKFLOWS, now=now)

    @property
    def now(self) -> datetime:
        """The present, as the engine takes it."""
        return self.engine.now()

    def actor(self, name: str | None) -> Actor:
        """The person who acts: the one named, or the account's.

        Raises:
            UnknownPerson: where nobody of that name may act.
        """
        return self.engine.actor(name or self.account)

    @property
    def at_a_terminal(self) -> bool:
        """Whether there is a person who can be asked."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    # --- printing ---------------------------------------------------------------------------------

    def document(self, document: Any) -> None:
        """One JSON document on standard output, and nothing else there."""
        import msgspec

        click.echo(msgspec.json.encode(document).decode())

    def console(self) -> Console:
        """Where people read: at most 100 columns wide, and 80 where it is no terminal."""
        from rich.console import Console

        console = Console(soft_wrap=False, highlight=False, markup=False, emoji=False)
        console.width = min(console.width, WIDEST) if console.is_terminal else 80
        return console

    def show(self, *parts: RenderableType) -> None:
        """Something for people on standard output, said to be a rehearsal where it is one."""
        console = self.console()
        if self.database.is_rehearsal:
            console.print(REHEARSAL, style="bold yellow")
        for part in parts:
            console.print(part)

    def remark(self, text: str) -> None:
        """A line for people on standard error; not with `--json`, where programs read."""
        if not self.as_json:
            click.echo(text, err=True)

    def _given_present(self) -> datetime:
        from ..engine.calendars import ENGLAND_AND_WALES
        from .given import parsed_instant

        return parsed_instant(str(self.present), name="CASEREVIEW_NOW", calendar=ENGLAND_AND_WALES)
