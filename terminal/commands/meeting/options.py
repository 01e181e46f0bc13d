"""Options and arguments that the commands about meetings share."""

from __future__ import annotations

import click

from ....engine import Case
from ....engine.errors.bad_input import BadValue
from ....workflows.meeting import NAME
from ... import completion
from ...options import DECIDED_BY_OPTIONS, parse_reference
from ...session import Session

meeting_argument = click.argument(
    "meeting", metavar="MEETING", shell_complete=completion.cases, callback=parse_reference
)
who_option = DECIDED_BY_OPTIONS[0]


def load_meeting(session: Session, ref: str) -> Case:
    """Load a meeting.

    Raises:
        UnknownCase: if there is no such case.
        BadValue: if the case is not a meeting.
    """
    found = session.engine.case(ref)
    if found.workflow != NAME:
        raise BadValue(name="MEETING", expected="a meeting, such as M-2026-001", found=ref)
    return found
