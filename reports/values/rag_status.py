"""Rate an action red, amber or green, with the reason in words. Never show the colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta

from ...engine.forms.fields import Form, fields_of
from ...engine.forms.parsing import parse
from ...engine.model.calendar import Calendar
from ...engine.model.case import Case
from ...engine.model.clock import Clock, ClockStatus
from .review_parts import ReviewParts

DEFAULT_DUE_SOON = 28
MAX_DUE_SOON = 366


class RagColour(StrEnum):
    """A colour. `ENDED` is shown without one."""

    GREY = "grey"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    BLUE = "blue"
    ENDED = "ended"


COLOUR_MEANINGS = MappingProxyType(
    {
        RagColour.GREY: "not started",
        RagColour.GREEN: "on track",
        RagColour.AMBER: "due soon or slipping",
        RagColour.RED: "overdue",
        RagColour.BLUE: "assured",
        RagColour.ENDED: "ended otherwise",
    }
)
"""The meaning of each colour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RagRating:
    """The rating of an action.

    Attributes:
        rag: The colour.
        reason: The reason for the colour.
        days_overdue: The days since its due day; 0 if it is not overdue.
    """

    rag: RagColour
    reason: str
    days_overdue: int = 0

    def __str__(self) -> str:
        return f"{self.rag}: {self.reason}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The settings of the colours.

    Attributes:
        due_soon: The number of days before a due date in which an action is amber.
        fills: The background of each colour word, as `#rrggbb`.
    """

    due_soon: int = DEFAULT_DUE_SOON
    fills: Mapping[RagColour, str] = field(
        default_factory=lambda: {
            RagColour.GREY: "#d9d9d9",
            RagColour.GREEN: "#c5e0b3",
            RagColour.AMBER: "#ffd966",
            RagColour.RED: "#f4a9a0",
            RagColour.BLUE: "#a9cbea",
            RagColour.ENDED: "#ffffff",
        }
    )

    def text_colour(self, rag: RagColour) -> str:
        """Return black or white, whichever can be read on a colour's background."""
        red, green, blue = (int(self.fills[rag][at : at + 2], 16) for at in (1, 3, 5))
        return "#000000" if 299 * red + 587 * green + 114 * blue > 128_000 else "#ffffff"


def rate_action(
    case: Case, state: str, *, parts: ReviewParts, at: datetime, calendar: Calendar, due_soon: int
) -> RagRating:
    """Rate an action at an instant.

    Args:
        case: The action.
        state: The title of its state.
        parts: The rules of a review's parts.
        at: The instant (UTC).
        calendar: The calendar that days are counted by.
        due_soon: The number of days before a due date in which it is amber.
    """
    if case.closed_on is not None:
        return RagRating(rag=RagColour.BLUE if case.state == parts.ASSURED else RagColour.ENDED, reason=state)
    running = latest_clock(case, parts.CARRY_OUT)
    if running is None or not running.is_open or running.status is ClockStatus.NOT_KNOWN:
        return _rate_without_due_date(case, state, parts, at, calendar)
    left, status = (running.due - calendar.day_of(at)).days, parts.progress_status_of(case)
    if running.is_overdue(at):
        return RagRating(rag=RagColour.RED, reason=f"{_days(-left)} overdue", days_overdue=-left)
    if status == parts.SLIPPING:
        return RagRating(rag=RagColour.AMBER, reason="slipping")
    if running.is_outstanding and left <= due_soon:
        return RagRating(
            rag=RagColour.AMBER, reason={0: "due today", 1: "due tomorrow"}.get(left, f"due in {_days(left)}")
        )
    return (
        RagRating(rag=RagColour.GREEN, reason="on track")
        if status == parts.ON_TRACK
        else RagRating(rag=RagColour.GREY, reason=NOT_STARTED)
    )


def latest_clock(case: Case, deadline: str) -> Clock | None:
    """Return the latest clock of a deadline, or None."""
    return next((clock for clock in reversed(case.clocks) if clock.deadline == deadline), None)


class RagFillSettings(Form, frozen=True, kw_only=True):
    """The colours in an office's file. Colours left out keep their defaults."""

    grey: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", title="Not started", examples=["#d9d9d9"])] | None = None
    green: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", title="On track", examples=["#c5e0b3"])] | None = None
    amber: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", title="Due soon", examples=["#ffd966"])] | None = None
    red: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", title="Overdue", examples=["#f4a9a0"])] | None = None
    blue: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", title="Assured", examples=["#a9cbea"])] | None = None


class RagSettings(Form, frozen=True, kw_only=True):
    """The content of an office's file of colours."""

    due_soon: Annotated[int, Meta(ge=0, le=MAX_DUE_SOON, title="Due soon", description="Days.")] = DEFAULT_DUE_SOON
    colours: RagFillSettings = RagFillSettings()


def read_palette(data: Mapping[str, Any]) -> Palette:
    """Return the palette from an office's file.

    Raises:
        InvalidForm: if a name or a colour is not valid.
    """
    setting = parse(RagSettings, data, subject="the colours' file")
    ours = Palette()
    set_by_unit = {RagColour(one.name): getattr(setting.colours, one.name) for one in fields_of(RagFillSettings)}
    fills = {rag: set_by_unit.get(rag) or fill for rag, fill in ours.fills.items()}
    return Palette(due_soon=setting.due_soon, fills=fills)


NOT_STARTED = COLOUR_MEANINGS[RagColour.GREY]


def _rate_without_due_date(case: Case, state: str, parts: ReviewParts, at: datetime, calendar: Calendar) -> RagRating:
    """Rate an action that is not agreed yet, or is with quality assurance."""
    if case.state == parts.PROPOSED:
        return RagRating(rag=RagColour.GREY, reason="not agreed yet")
    assuring = latest_clock(case, parts.ASSURE)
    if assuring is not None and assuring.is_overdue(at):
        late = (calendar.day_of(at) - assuring.due).days
        return RagRating(rag=RagColour.AMBER, reason=f"assurance {_days(late)} overdue")
    return RagRating(rag=RagColour.GREEN, reason=state)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
