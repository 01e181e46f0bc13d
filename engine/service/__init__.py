"""Transactions: one command, a batch, a sweep, settings and queries.

A name is loaded when it is first used: most commands need few of them.
"""

from typing import TYPE_CHECKING

from ..lazy import LazyNames

if TYPE_CHECKING:
    from .batch import BatchHandler as BatchHandler
    from .conflicts import version_conflict as version_conflict
    from .count_checks import miscounted as miscounted
    from .definitions import changed_definitions as changed_definitions
    from .definitions import ensure_registered as ensure_registered
    from .handler import CommandHandler as CommandHandler
    from .health import HealthService as HealthService
    from .machine_clock import clock_gap as clock_gap
    from .names import name_finding as name_finding
    from .names import name_findings as name_findings
    from .organisations import OrganisationService as OrganisationService
    from .people import PeopleService as PeopleService
    from .people import checked_person as checked_person
    from .related_cases import load_related_cases as load_related_cases
    from .settings import SettingsService as SettingsService
    from .sweep import Sweeper as Sweeper
    from .sweep import checked_instant as checked_instant
    from .taking_back import lock_trees as lock_trees
    from .taking_back import take_back as take_back
    from .tasks import tasks_of as tasks_of

LAZY = LazyNames(
    __name__,
    {
        "batch": "BatchHandler",
        "conflicts": "version_conflict",
        "definitions": "changed_definitions ensure_registered",
        "handler": "CommandHandler",
        "health": "HealthService",
        "organisations": "OrganisationService",
        "people": "PeopleService checked_person",
        "machine_clock": "clock_gap",
        "count_checks": "miscounted",
        "names": "name_finding name_findings",
        "related_cases": "load_related_cases",
        "settings": "SettingsService",
        "sweep": "Sweeper checked_instant",
        "taking_back": "lock_trees take_back",
        "tasks": "tasks_of",
    },
)
__getattr__ = LAZY.load
