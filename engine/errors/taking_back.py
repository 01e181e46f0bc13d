"""Errors for an entry that cannot be taken back, each with the facts and with another way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from .base import CasereviewError, day_in_words


@dataclass(kw_only=True, eq=False)
class CannotTakeBack(CasereviewError):
    """The last entry of a case cannot be taken back.

    Attributes:
        ref: The case's reference.
        seq: The number of the entry's event.
        step: The entry's step.
        step_title: The step in words.
    """

    code: ClassVar[str] = "cannot_take_back"
    ref: str
    seq: int
    step: str
    step_title: str

    @property
    def entry(self) -> str:
        """Return the entry in words, as the beginning of a sentence."""
        return f'The last entry in {self.ref}, "{self.step_title}" (event {self.seq}),'


@dataclass(kw_only=True, eq=False)
class RecordedOnAnotherDay(CannotTakeBack):
    """The entry was recorded on an earlier day.

    Attributes:
        recorded_on: The day on which it was recorded.
        today: The present day.
    """

    code: ClassVar[str] = "recorded_on_another_day"
    recorded_on: date
    today: date

    def __str__(self) -> str:
        return (
            f"{self.entry} was recorded on {day_in_words(self.recorded_on)}. An entry can be taken back only on the day"
            " on which it was recorded. Correct it instead."
        )


@dataclass(kw_only=True, eq=False)
class RecordedByAnother(CannotTakeBack):
    """Another person recorded the entry, or the same one at another account.

    Attributes:
        recorded_by: The person who recorded it, and who entered it for them.
        actor: The person who asks, and who enters it for them.
    """

    code: ClassVar[str] = "recorded_by_another"
    recorded_by: str
    actor: str

    def __str__(self) -> str:
        return (
            f"{self.entry} was recorded by {self.recorded_by}, and you are {self.actor}. Only the person who recorded"
            " an entry can take it back, at the same account. Correct it instead."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterEntry:
    """Something that came after an entry and rests on it.

    Attributes:
        ref: The case's reference.
        seq: The number of its event.
        step_title: What it is, in words.
        recorded_by: The person or service that recorded it.
    """

    ref: str
    seq: int
    step_title: str
    recorded_by: str

    def __str__(self) -> str:
        return f'"{self.step_title}" in {self.ref} (event {self.seq}), recorded by {self.recorded_by}'


@dataclass(kw_only=True, eq=False)
class FollowedByOthers(CannotTakeBack):
    """Something came after the entry that rests on it, in one of the cases that it changed or in a related one.

    Attributes:
        later: The entries that came after it, in the order of recording.
    """

    code: ClassVar[str] = "followed_by_others"
    later: tuple[LaterEntry, ...]

    def __str__(self) -> str:
        listed = "".join(f"\n  - {one}" for one in self.later)
        return (
            f"{self.entry} cannot be taken back, because this came after it:{listed}"
            "\nTake that back first, or correct the entry."
        )


@dataclass(kw_only=True, eq=False)
class AlreadySent(CannotTakeBack):
    """A message that the entry caused was sent, or is being sent.

    Attributes:
        recipients: The names of the people who got it, in order.
    """

    code: ClassVar[str] = "already_sent"
    recipients: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.entry} cannot be taken back, because a message about it was sent, or is being sent, to"
            f" {', '.join(self.recipients)}. Correct it instead."
        )


@dataclass(kw_only=True, eq=False)
class NotReversible(CannotTakeBack):
    """The entry is of a kind that cannot be undone.

    Attributes:
        why: The reason, as a sentence that says what to do instead.
    """

    code: ClassVar[str] = "not_reversible"
    why: str

    def __str__(self) -> str:
        return f"{self.entry} cannot be taken back. {self.why}"


@dataclass(kw_only=True, eq=False)
class CaseVoided(CasereviewError):
    """The case was opened by mistake and voided, so nothing more is recorded in it, and no report shows it.

    Attributes:
        ref: The case's reference.
    """

    code: ClassVar[str] = "case_voided"
    ref: str

    def __str__(self) -> str:
        return (
            f"{self.ref} was opened by mistake and voided: no report shows it, and nothing more can be recorded in it."
            " If the case is needed, open it again: it gets a new reference."
        )
