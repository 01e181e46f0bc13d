"""Pure decisions: one command and one case give events, or a refusal with reasons.

A name is loaded when it is first used: most commands need few of them.
"""

from typing import TYPE_CHECKING

from ..lazy import LazyNames

if TYPE_CHECKING:
    from .accounts import actor_at as actor_at
    from .backdating import backdated_events as backdated_events
    from .backdating import past_of as past_of
    from .completing import decide_completion as decide_completion
    from .correction import decide_correction as decide_correction
    from .disposal import decide_disposal as decide_disposal
    from .historical import decide_import as decide_import
    from .opening import decide_opening as decide_opening
    from .permission import available_steps as available_steps
    from .rescheduling import decide_new_date as decide_new_date
    from .step import decide_step as decide_step
    from .suspension import decide_resumption as decide_resumption
    from .suspension import decide_suspension as decide_suspension

LAZY = LazyNames(
    __name__,
    {
        "accounts": "actor_at",
        "backdating": "backdated_events past_of",
        "completing": "decide_completion",
        "correction": "decide_correction",
        "disposal": "decide_disposal",
        "historical": "decide_import",
        "opening": "decide_opening",
        "permission": "available_steps",
        "rescheduling": "decide_new_date",
        "step": "decide_step",
        "suspension": "decide_resumption decide_suspension",
    },
)
__getattr__ = LAZY.load
