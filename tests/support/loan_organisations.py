"""A loan that changes its organisations and links."""

from __future__ import annotations

from casereview.engine.definition.relations import LinkFields
from casereview.engine.forms.fields import Form, ShortText

from .loan_workflow import ALL_STATES, TRANSITIONS, loan, step_to


class Leaving(Form, frozen=True, kw_only=True):
    """Libraries that no longer take part, and one that replaces them."""

    left: tuple[ShortText, ...] = ()
    joins: ShortText | None = None


class Connecting(Form, frozen=True, kw_only=True):
    """Another loan, of this library or another."""

    relation: ShortText
    ref: ShortText | None = None


CHANGING = (
    step_to("leave", ALL_STATES, None, Leaving, removes_organisations=("left",), adds_organisations=("joins",)),
    step_to("connect", ALL_STATES, None, Connecting, link_fields=LinkFields(relation="relation", ref="ref")),
    step_to("start_again", ("asked", "approved"), "asked", Leaving, invalidates=("inspect", "approve")),
)


CHANGING_LOAN = loan(transitions=(*TRANSITIONS, *CHANGING))
