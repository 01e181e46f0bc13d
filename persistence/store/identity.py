"""Tell one record from another, and one of its lives from the next.

A record has a random ID from its creation on. Its epoch begins at 1 and rises when a backup is restored or the record
is copied to another database: from then on it may continue in another way than it did before.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from ..backends.errors import DamagedError
from ..schema import tables

RECORD_ID = "record_id"
EPOCH = "epoch"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordIdentity:
    """The identity of a record.

    Attributes:
        id: A random ID, the same in its backups and copies.
        epoch: The number of the record's life, from 1.
    """

    id: str
    epoch: int

    def __str__(self) -> str:
        return f"{self.id}, epoch {self.epoch}"


def create_identity(connection: Connection) -> None:
    """Give a new record its ID and its first epoch."""
    rows = [{"name": RECORD_ID, "value": os.urandom(8).hex()}, {"name": EPOCH, "value": "1"}]
    connection.execute(insert(tables.setting), rows)


def identity_of(connection: Connection) -> RecordIdentity:
    """Return the identity of the record.

    Raises:
        DamagedError: if the record has none, or the epoch is no number.
    """
    setting = tables.setting.c
    query = select(setting.name, setting.value).where(setting.name.in_((RECORD_ID, EPOCH)))
    found = {name: str(value) for name, value in connection.execute(query)}
    if not found.get(RECORD_ID) or not found.get(EPOCH, "").isdecimal():
        raise DamagedError
    return RecordIdentity(id=found[RECORD_ID], epoch=int(found[EPOCH]))


def raise_epoch(connection: Connection, *, above: RecordIdentity | None = None) -> None:
    """Begin the next epoch of a record.

    Args:
        connection: A connection that writes.
        above: Another state of the record, whose epoch is over, too; that of another record is ignored.
    """
    own = identity_of(connection)
    latest = own.epoch if above is None or above.id != own.id else max(own.epoch, above.epoch)
    connection.execute(update(tables.setting).where(tables.setting.c.name == EPOCH).values(value=str(latest + 1)))
