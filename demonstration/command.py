"""The command `demo`."""

from __future__ import annotations

import click

from ..terminal.options import common_options
from ..terminal.session import Session, in_session
from . import play


@click.command()
@common_options
@in_session
def demo(session: Session) -> None:
    """Show a whole review with invented data.

    Then replays the published record of 85 reviews with their real durations.

    \b
    Example:  casereview demo
    """  # noqa: D301
    play(session.console())
