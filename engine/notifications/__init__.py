"""Compose, release and send messages, by several transports.

A name is loaded when it is first used: most commands need few of them.
"""

from typing import TYPE_CHECKING

from ..lazy import LazyNames

if TYPE_CHECKING:
    from .messages import MessageService as MessageService

LAZY = LazyNames(
    __name__,
    {
        "messages": "MessageService",
    },
)
__getattr__ = LAZY.load
