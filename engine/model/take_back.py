"""The command that takes back the last entry of a case."""

from __future__ import annotations

from dataclasses import dataclass, field

from .people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeBack:
    """Take back the last entry of a case, with all that its command caused in any case.

    Only the person who recorded it can, on the same day, while nothing rests on it and no message about it was sent.
    If its opening is taken back, the case is voided.

    Attributes:
        ref: The case.
        actor: The person who records.
        reasons: The reasons; `repr` does not show them.
        if_version: The version that the caller has seen; any other is a conflict.
        request_id: The caller's ID, which makes a repeated request return the first result.
    """

    ref: str
    actor: Actor
    reasons: str = field(repr=False)
    if_version: int | None = None
    request_id: str | None = None
