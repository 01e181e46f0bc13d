"""Make the threads of one process take turns at writing to one SQLite file.

SQLite's write lock knows no queue, and asking for it costs processor time. So only the thread whose turn it is asks.
A turn is no substitute for SQLite's lock, and protects nothing: it only keeps threads from asking in vain.
"""

from __future__ import annotations

import os
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Lock

from .errors import NoTurn

LOOK_SECONDS = 0.000_3
"""Seconds between two looks if a host's transaction is over. The host does not report its end."""

BURST_SECONDS = 0.005
"""Seconds for which threads that are awake go before the first that sleeps. Waking one for each step takes as long."""

LONGEST_WAIT = 1.0
"""Seconds after which a waiting thread looks if the turn was lost, since its thread was interrupted."""


class Turn:
    """The turn of one writer.

    Attributes:
        is_over: Return whether the host's transaction is over; None if the writer gives its turn back itself.
    """

    __slots__ = ("__weakref__", "is_over")

    def __init__(self) -> None:
        """Begin a turn that is given back."""
        self.is_over: Callable[[], bool] | None = None


class Turns:
    """The turns of all threads of this process at one file. A turn belongs to a transaction, not to a thread."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self.renew()

    def renew(self) -> None:
        """Forget everybody: in a forked process the other threads no longer exist."""
        self._mutex = Lock()
        self._queue: deque[Condition] = deque()
        self._burst_ends = 0.0
        # Weak: if an interrupted thread lost its turn, the next one gets it.
        self._latest: Callable[[], Turn | None] = lambda: None
        self._host_s: Turn | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Hold the turn for a transaction that begins and ends within.

        Raises:
            NoTurn: if other threads did not finish in time.
        """
        mine = self._take(seconds)
        try:
            yield
        finally:
            self._give_back(mine)

    @contextmanager
    def turn_of_host(self, seconds: float, is_over: Callable[[], bool]) -> Iterator[None]:
        """Hold the turn while a host's transaction begins, and on until it is over.

        Args:
            seconds: Seconds to wait for other threads.
            is_over: Return whether the transaction is over. Any thread may call it.

        Raises:
            NoTurn: if other threads did not finish in time.
        """
        mine = self._take(seconds)
        try:
            yield
        except BaseException:
            self._give_back(mine)
            raise
        with self._mutex:
            mine.is_over = is_over
            self._host_s = mine
            self._wake_first()

    def _take(self, seconds: float) -> Turn:
        mine = Turn()
        with self._mutex:
            if not self._is_free() or (self._queue and time.monotonic() > self._burst_ends):
                self._wait(seconds)
                self._burst_ends = time.monotonic() + BURST_SECONDS
            self._latest, self._host_s = weakref.ref(mine), None
        return mine

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        place = Condition(self._mutex)
        self._queue.append(place)
        try:
            while self._queue[0] is not place or not self._is_free():
                left = end - time.monotonic()
                if left <= 0:
                    raise NoTurn
                is_next_to_host = self._queue[0] is place and self._host_s is not None
                place.wait(min(left, LOOK_SECONDS if is_next_to_host else LONGEST_WAIT))
        except BaseException:
            self._queue.remove(place)
            self._wake_first()
            raise
        self._queue.popleft()

    def _is_free(self) -> bool:
        turn = self._latest()
        return turn is None or (turn.is_over is not None and turn.is_over())

    def _give_back(self, turn: Turn) -> None:
        with self._mutex:
            # In a process that was forked meanwhile it is another's turn.
            if self._latest() is turn:
                self._latest = lambda: None
                self._wake_first()

    def _wake_first(self) -> None:
        if self._queue:
            self._queue[0].notify()


_mutex = Lock()
_known: weakref.WeakValueDictionary[str, Turns] = weakref.WeakValueDictionary()


def turns_at(path: Path) -> Turns:
    """Return the turns at a file: the same ones for every database object of this process that names it."""
    key = os.path.normcase(os.path.realpath(path))
    with _mutex:
        return _known.setdefault(key, Turns())


def _renew_all() -> None:
    global _mutex  # noqa: PLW0603 (another thread of the parent may have held it)
    _mutex = Lock()
    for turns in _known.values():
        turns.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
