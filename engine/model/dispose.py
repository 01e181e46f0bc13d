"""The command that disposes of what should not be held."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from .people import Actor, DecidedBy


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispose:
    """Dispose of stored values for good; the history still verifies by their digests.

    What was decided, by whom, when and why stays: it is corrected. While the review is open, a second person decides.

    Attributes:
        ref: The case.
        actor: The person who records.
        reasons: Why these values should not be held.
        rule: The rule by which they are disposed of, such as a line of the retention schedule.
        seq: The event with the values to dispose of; None for all events of the case.
        field: The field whose words to dispose of, as a path in the event's record (`visits[0].who`), or as
            `recorded_by.name`; None for all sensitive values.
        decided_by: The person who decided; None if the actor did.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
    """

    ref: str
    actor: Actor
    reasons: str = dataclasses.field(repr=False)
    rule: str = dataclasses.field(repr=False)
    seq: int | None = None
    field: str | None = None
    decided_by: DecidedBy | None = None
    if_version: int | None = None
    request_id: str | None = None
