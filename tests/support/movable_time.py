"""A clock that a test can move."""

from __future__ import annotations

from datetime import datetime


class MovableTime:
    """The present, as a test sets it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at
