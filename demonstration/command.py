"""TODO: describe."""

from __future__ import annotations

import click

from ..terminal.options import common_options
from ..terminal.session import Session, in_session
from . import play


@click.command()
@common_options
@in_session
def demo(session: Session) -> None:
    r"""Play the whole thing on invented cases.

    Then the published record of 85 reviews is replayed at its durations.

    \b
    Example:  casereview demo
    """
    play(session.console())
