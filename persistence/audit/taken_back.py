"""Find the events that were taken back, before the history is folded without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from ...engine.model.clock import EventKind
from ..schema import tables
from .raw_rows import STATEMENTS, UNREADABLE, events_below, raw_columns


def taken_back_events(connection: Connection, ref: str | None) -> Mapping[str, frozenset[int]]:
    """Return the numbers of the events that were taken back, by case; leave out the cases without any.

    If a row cannot be read, its event is reported when its turn comes.

    Args:
        connection: The connection.
        ref: The reference of the case to verify, with those below it; None for all.
    """
    found: dict[str, frozenset[int]] = defaultdict(frozenset)
    for owner, data in connection.execute(_events(connection.dialect.name, ref)):
        try:
            content = msgspec.json.decode(data) if isinstance(data, str) else data
            found[str(owner)] |= frozenset(seq for seq in content["events"] if isinstance(seq, int))
        except UNREADABLE:
            continue
    return found


@lru_cache(maxsize=STATEMENTS)
def _events(dialect: str, ref: str | None) -> Select[Any]:
    event = tables.event.c
    taken_back = event.kind == str(EventKind.TAKEN_BACK)
    return select(*raw_columns(dialect, (event.case_ref, event.data))).where(taken_back, *events_below(ref))
