"""The engine's values: cases, events, clocks, commands, notices and people.

A name is loaded when it is first used: most commands need few of them.
"""

from typing import TYPE_CHECKING

from ..lazy import LazyNames

if TYPE_CHECKING:
    from .commands import Open as Open
    from .commands import Step as Step
    from .corrections import as_corrected as as_corrected
    from .dispose import Dispose as Dispose
    from .evolve import fold as fold
    from .take_back import TakeBack as TakeBack

LAZY = LazyNames(
    __name__,
    {
        "commands": "Open Step",
        "corrections": "as_corrected",
        "dispose": "Dispose",
        "evolve": "fold",
        "take_back": "TakeBack",
    },
)
__getattr__ = LAZY.load
