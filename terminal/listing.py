"""How many cases there are in each state, in place of the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session


def show_counts(session: Session, *, narrowed: bool) -> None:
    """Prints the counts.

    Args:
        session: The command's session.
        narrowed: Whether an option stood there that names some of the cases.

    Raises:
        BadValue: where one did.
    """
    from ..engine.errors.bad_input import BadValue
    from ..reports.counts import counts_document, counts_table

    if narrowed:
        raise BadValue(name="--counts", expected="it alone: it counts all cases", found="a selection beside it")
    workflows, counts = session.engine.workflows, session.engine.counts()
    if session.as_json:
        session.document(counts_document(counts, workflows))
    else:
        session.show(counts_table(counts, workflows) if counts else "No case yet.")
