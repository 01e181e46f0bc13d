"""The interfaces to what the engine needs from outside: a store, an outbox and the present.

A name is loaded when it is first used: most commands need few of them.
"""

from typing import TYPE_CHECKING

from ..lazy import LazyNames

if TYPE_CHECKING:
    from .context import EngineContext as EngineContext

LAZY = LazyNames(
    __name__,
    {
        "context": "EngineContext",
    },
)
__getattr__ = LAZY.load
