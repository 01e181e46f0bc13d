"""The state of the unit's own record: what its events amount to, and the tables repeat.

A name is loaded when it is first used: most commands need few of them.
"""

from typing import TYPE_CHECKING

from ..lazy import LazyNames

if TYPE_CHECKING:
    from .checks import check_correction as check_correction
    from .checks import check_disposal as check_disposal
    from .steps import unit_state as unit_state

LAZY = LazyNames(
    __name__,
    {
        "checks": "check_correction check_disposal",
        "steps": "unit_state",
    },
)
__getattr__ = LAZY.load
