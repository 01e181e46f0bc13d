"""Say which command helps after an error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..engine.errors.bad_input import BadValue, ExtraMissing, NoManagerLeft, OrganisationKnown, PersonKnown
from ..engine.errors.base import CasereviewError
from ..engine.errors.faults import DatabaseProblem, NotDelivered
from ..engine.errors.refusals import MayNotActAs, NotAllowed, Refused, VersionConflict
from ..engine.errors.taking_back import CannotTakeBack, CaseVoided, NotReversible
from ..engine.errors.unknown import (
    UnknownAccount,
    UnknownCase,
    UnknownDeadline,
    UnknownMessage,
    UnknownOrganisation,
    UnknownPerson,
    UnknownState,
    UnknownStep,
    UnknownWorkflow,
)
from .lazy_group import load

LINE_BREAK = "\n"

REMEDIES = {
    "create": "Create one there with: casereview init.",
    "create tables": "Create them with: casereview init.",
    "restore or create": "If it held records, put back the latest backup. If not, run: casereview init.",
    "right file": "Point --database or CASEREVIEW_DATABASE at the right file.",
    "upgrade": "Bring it up to date with: casereview upgrade.",
    "extra postgres": "Install it with: pip install 'casereview[postgres]'.",
    "newer version": "It was made by a newer version: install that one (pip install --upgrade casereview).",
}
"""The commands that help with a problem of the database, by the hint that the error carries."""

CHECK_REMEDIES = {
    "schema": "casereview upgrade",
    "history": "casereview verify, then casereview doctor --mend",
    "journal": "casereview doctor --mend",
    "disposals": "casereview dispose --finish, when no other program is reading the database",
    "people": "casereview init",
    "accounts": "casereview people recover NAME --reasons TEXT",
    "sweeps": "casereview worker, or casereview escalate once a day",
    "cases swept": "casereview verify",
    "open cases": "casereview verify",
    "recipients": "casereview people add NAME --role ROLE --email ADDRESS",
    "messages": "casereview messages send, or casereview messages retry --all",
    "messages on hold": "casereview messages",
}
"""The commands that help if a check fails, by the check's name."""


UNIT_COMMANDS = {
    "add_person": "people add NAME --role ROLE",
    "change_person": "people change NAME",
    "remove_person": "people remove NAME",
    "recover_manager": "people recover NAME --reasons TEXT",
    "add_absence": "people away NAME --from DATE --to DATE",
    "end_absence": "people back NAME",
    "add_organisation": "organisations add NAME",
    "change_organisation": "organisations change NAME",
    "remove_organisation": "organisations remove NAME",
    "set_day": "calendar add DATE --reasons TEXT",
    "set_calendar": "calendar use CALENDAR --reasons TEXT",
    "set_term": "terms set WORKFLOW DEADLINE --from DATE --reasons TEXT",
}
"""The commands that take the steps of the unit's own record, by step."""


def advised(error: CasereviewError) -> str:
    """Return an error's sentence, with the names that may be meant, followed by the command that helps."""
    if isinstance(error, DatabaseProblem) and error.hint in REMEDIES:
        return str(replace(error, remedy=REMEDIES[error.hint]))
    separator = LINE_BREAK if isinstance(error, Refused) else " "
    return separator.join(part for part in (str(error), *getattr(error, "__notes__", ()), _advice(error)) if part)


def add_suggestion(error: UnknownPerson | UnknownOrganisation, known: Iterable[str]) -> None:
    """Add the known name that was probably meant to an error, if one comes near."""
    # Loaded here, because only a misspelt name needs it, and every command loads this module.
    name = load("engine.forms.suggested_names:suggested_name")(error.name, known)
    if name is not None:
        error.add_note(f'Did you mean "{name}"?')


def command_text(*words: str) -> str:
    """Return a command to copy: with quotes round each word that has spaces."""
    return " ".join(("casereview", *(f'"{word}"' if " " in word else word for word in words)))


PLAIN_ADVICE: dict[type[CasereviewError], str] = {
    UnknownCase: "References look like SCR-2026-001: see casereview list.",
    UnknownWorkflow: "To see all: casereview workflows",
    UnknownState: "To see all: casereview workflows",
    UnknownDeadline: "To see all: casereview terms",
    UnknownMessage: "Give its first characters: see casereview messages.",
    CaseVoided: "To see when, by whom and why: casereview list --voided",
    MayNotActAs: "To record in your own name, leave out --as and CASEREVIEW_ACTOR.",
    NotAllowed: "The business manager can give a role: casereview people add NAME --role ROLE",
}
"""The advice that is the same for every error of its kind."""


def _advice(error: CasereviewError) -> str:
    return (
        PLAIN_ADVICE.get(type(error)) or _advice_on_lists(error) or _advice_on_values(error) or _advice_on_work(error)
    )


def _advice_on_lists(error: CasereviewError) -> str:
    match error:
        case UnknownPerson(name=name):
            return f'The business manager can add them: casereview people add "{name}" --role ROLE'
        case UnknownAccount(account=account):
            return (
                f'The business manager can give it to somebody: casereview people change NAME --account "{account}".'
                " If no business manager can: casereview people recover NAME --reasons TEXT"
            )
        case NoManagerLeft():
            return "For example: casereview people add NAME --role business_manager --account ACCOUNT"
        case PersonKnown(name=name) if not hasattr(error, "__notes__"):
            return f'For the same person: casereview people change "{name}" --role ROLE'
        case UnknownOrganisation(name=name):
            return f'To add it: casereview organisations add "{name}". To see the list: casereview organisations list'
        case OrganisationKnown(known_as=known_as):
            return f'For another name of it: casereview organisations change "{known_as}" --alias NAME'
        case _:
            return ""


def _advice_on_values(error: CasereviewError) -> str:
    match error:
        case BadValue(name="the organisation", found="none"):
            return "Name it with --agency."
        case BadValue(name="the correction", found="nothing"):
            return "Give it with --set FIELD=VALUE, --on DAY or --decider NAME. Nothing was recorded."
        case BadValue(name="the event"):
            return "To see the numbers: casereview history REF"
        case BadValue(name="CASEREVIEW_TEMPLATES"):
            return "To write one: casereview messages templates FOLDER"
        case _:
            return ""


def _advice_on_work(error: CasereviewError) -> str:
    match error:
        case ExtraMissing(extra=extra):
            return f"Install it with: pip install 'casereview[{extra}]'"
        case UnknownStep(workflow="unit"):
            return "Each of its steps has a command of its own: casereview --help"
        case UnknownStep(workflow=workflow):
            return f"To see all: casereview workflows {workflow}"
        case NotDelivered(permanent=True):
            return "See casereview messages."
        case Refused(ref="UNIT", step=step):
            command = UNIT_COMMANDS.get(step)
            return f"Use: casereview {command}" if command else "The program records it by itself."
        case Refused(ref=ref, step="decide" | "minute", state="called"):
            return f"Record who attended first: casereview meeting attend {ref} --present NAME"
        case Refused(ref=ref, step="dispose", reasons=reasons) if any(one.guard == "decision" for one in reasons):
            return f"To correct it: casereview correct {ref} --event N --wrong TEXT --reasons TEXT --set FIELD=VALUE"
        case Refused(step="dispose", reasons=reasons) if any(one.guard == "second_person" for one in reasons):
            return "Name who decided it: --decided-by NAME --capacity ROLE --evidence TEXT"
        case NotReversible():
            return ""
        case CannotTakeBack(ref=ref, seq=seq):
            return (
                f"To correct it: casereview correct {ref} --event {seq} --wrong TEXT --reasons TEXT --set FIELD=VALUE"
            )
        case VersionConflict(ref=ref):
            return f"To look at it: casereview show {ref}"
        case _:
            cause = getattr(error, "cause", None)
            return _advice(cause) if isinstance(cause, CasereviewError) else ""
