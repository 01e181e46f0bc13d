"""The one way to the store: whatever the engine reads or writes for a caller passes here.

The rules on who may read what belong into `Access.reading`. There are none yet: everyone reads everything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors.bad_input import BadValue
from ..errors.base import StoreError
from ..model.people import Actor
from .store import Reader, Store, Writer

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """A store, as one actor reaches it.

    Attributes:
        store: The store itself.
        actor: The actor; None if the caller has not said who acts.
    """

    store: Store
    actor: Actor | None = None

    def reading(self) -> AbstractContextManager[Reader]:
        """Begin to read what the actor may read: everything."""
        return self.store.reading()

    def write(self, work: Callable[[Writer], T]) -> T:
        """Do some work in one transaction; see `Store.write`."""
        return self.store.write(work)

    def finish_disposals(self) -> bool:
        """Remove what was disposed of from the store's files, and return whether nothing is left to do."""
        try:
            return self.store.finish_disposals()
        except StoreError:  # the disposal is recorded, and the next call tries again
            return False

    def within(self, transaction: Any) -> Access:
        """Return the same access within a transaction of the host's; see `Store.within`."""
        return Access(store=self.store.within(transaction), actor=self.actor)

    def acting(self, actor: Actor | None) -> Actor:
        """Return the actor of a verb: the one that it names, or else the one who is bound.

        Raises:
            BadValue: if there is neither.
        """
        found = actor or self.actor
        if found is None:
            expected = "one: give the verb actor=…, or call it on engine.acting_as(actor)"
            raise BadValue(name="the actor", expected=expected, found="none")
        return found
