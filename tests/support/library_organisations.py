"""TODO: describe."""

from __future__ import annotations

from casereview.engine.definition.relations import Links
from casereview.engine.forms.fields import Form, Words

from .library_workflow import EVERYWHERE, TRANSITIONS, loan, step_to


class Leaving(Form, frozen=True, kw_only=True):
    """Libraries that take part no longer, and one that does in their place."""

    left: tuple[Words, ...] = ()
    joins: Words | None = None


class Connecting(Form, frozen=True, kw_only=True):
    """Another loan, of this house or another."""

    relation: Words
    ref: Words | None = None


CHANGING = (
    step_to("leave", EVERYWHERE, None, Leaving, drops_agencies=("left",), names_agencies=("joins",)),
    step_to("connect", EVERYWHERE, None, Connecting, links=Links(relation="relation", ref="ref")),
    step_to("start_again", ("asked", "approved"), "asked", Leaving, sets_aside=("inspect", "approve")),
)


WORKFLOW = loan(transitions=(*TRANSITIONS, *CHANGING))
