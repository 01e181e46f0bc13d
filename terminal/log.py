"""Write the log to standard error. The only module of the terminal that imports structlog."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

import structlog

from ..engine.model.case import Event


def configure_log(*, debug: bool) -> None:
    """Send the log to standard error; with `debug` all of it."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def log_events(events: Iterable[Event], *, dry_run: bool) -> None:
    """Log each event that a command recorded, or would record."""
    log = structlog.get_logger("casereview")
    for event in events:
        log.info("recorded", ref=event.ref, seq=event.seq, trigger=event.trigger, dry_run=dry_run)
