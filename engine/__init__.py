"""The engine: explicit state machines, decided purely, recorded in one transaction.

Import everything from here, or from the public subpackages: `errors`, `forms`, `model`, `definition`, `unit`, `ports`.
A name is loaded when it is first used, so that a command which only reads loads nothing that only recording needs.
"""

from typing import TYPE_CHECKING

from .lazy import LazyNames

if TYPE_CHECKING:
    from .deadlines.overrides import CalendarOverride as CalendarOverride
    from .deadlines.overrides import DayKind as DayKind
    from .deadlines.overrides import DeadlineOverride as DeadlineOverride
    from .deadlines.overrides import Overrides as Overrides
    from .decisions.accounts import account_holder as account_holder
    from .decisions.context import opening_refusal as opening_refusal
    from .decisions.context import recorded_title as recorded_title
    from .decisions.context import refusal as refusal
    from .decisions.correctable import Correctable as Correctable
    from .decisions.correctable import correctable as correctable
    from .decisions.escalation import FiredLevel as FiredLevel
    from .decisions.names import with_names as with_names
    from .decisions.permission import AvailableStep as AvailableStep
    from .decisions.permission import DecidedByForm as DecidedByForm
    from .decisions.permission import availability_blocks as availability_blocks
    from .decisions.permission import managing_roles as managing_roles
    from .decisions.rescheduling import ChangedDueDate as ChangedDueDate
    from .definition.deadline import DEFAULT_ESCALATION_POLICY as DEFAULT_ESCALATION_POLICY
    from .definition.deadline import OWNER as OWNER
    from .definition.deadline import Citation as Citation
    from .definition.deadline import Deadline as Deadline
    from .definition.deadline import EscalationLevel as EscalationLevel
    from .definition.deadline import Holder as Holder
    from .definition.deadline import OnEnter as OnEnter
    from .definition.deadline import OnExit as OnExit
    from .definition.deadline import OnResume as OnResume
    from .definition.deadline import OnStep as OnStep
    from .definition.deadline import OnSuspend as OnSuspend
    from .definition.guards import Guard as Guard
    from .definition.guards import GuardContext as GuardContext
    from .definition.guards import RelatedCases as RelatedCases
    from .definition.registry import Registry as Registry
    from .definition.registry import step_of as step_of
    from .definition.relations import Cascade as Cascade
    from .definition.relations import Children as Children
    from .definition.relations import LinkFields as LinkFields
    from .definition.relations import Parent as Parent
    from .definition.relations import Relation as Relation
    from .definition.relations import Siblings as Siblings
    from .definition.relations import SpawnsChildren as SpawnsChildren
    from .definition.relations import SpawnsLinked as SpawnsLinked
    from .definition.validation import check as check
    from .definition.workflow import ChosenTarget as ChosenTarget
    from .definition.workflow import Role as Role
    from .definition.workflow import State as State
    from .definition.workflow import Transition as Transition
    from .definition.workflow import Workflow as Workflow
    from .engine import Engine as Engine
    from .errors.bad_input import BadDate as BadDate
    from .errors.bad_input import BadValue as BadValue
    from .errors.bad_input import BatchFailed as BatchFailed
    from .errors.bad_input import ExtraMissing as ExtraMissing
    from .errors.bad_input import FaultyLines as FaultyLines
    from .errors.bad_input import ImportFailed as ImportFailed
    from .errors.bad_input import InvalidForm as InvalidForm
    from .errors.bad_input import LineFault as LineFault
    from .errors.bad_input import NoManagerLeft as NoManagerLeft
    from .errors.bad_input import NothingToDispose as NothingToDispose
    from .errors.bad_input import OrganisationKnown as OrganisationKnown
    from .errors.bad_input import PersonKnown as PersonKnown
    from .errors.bad_input import StillListed as StillListed
    from .errors.base import BadInput as BadInput
    from .errors.base import Block as Block
    from .errors.base import CasereviewError as CasereviewError
    from .errors.base import Fault as Fault
    from .errors.base import StoreError as StoreError
    from .errors.faults import DatabaseProblem as DatabaseProblem
    from .errors.faults import DefinitionChanged as DefinitionChanged
    from .errors.faults import NotDelivered as NotDelivered
    from .errors.faults import UndeclaredPart as UndeclaredPart
    from .errors.faults import UndeclaredRead as UndeclaredRead
    from .errors.faults import UnsoundWorkflow as UnsoundWorkflow
    from .errors.faults import WorkflowFault as WorkflowFault
    from .errors.refusals import CascadeFailed as CascadeFailed
    from .errors.refusals import Conflict as Conflict
    from .errors.refusals import Contention as Contention
    from .errors.refusals import MayNotActAs as MayNotActAs
    from .errors.refusals import NotAllowed as NotAllowed
    from .errors.refusals import Refused as Refused
    from .errors.refusals import RequestIdReused as RequestIdReused
    from .errors.refusals import VersionConflict as VersionConflict
    from .errors.taking_back import AlreadySent as AlreadySent
    from .errors.taking_back import CannotTakeBack as CannotTakeBack
    from .errors.taking_back import CaseVoided as CaseVoided
    from .errors.taking_back import FollowedByOthers as FollowedByOthers
    from .errors.taking_back import LaterEntry as LaterEntry
    from .errors.taking_back import NotReversible as NotReversible
    from .errors.taking_back import RecordedByAnother as RecordedByAnother
    from .errors.taking_back import RecordedOnAnotherDay as RecordedOnAnotherDay
    from .errors.unknown import UnknownAccount as UnknownAccount
    from .errors.unknown import UnknownCase as UnknownCase
    from .errors.unknown import UnknownDeadline as UnknownDeadline
    from .errors.unknown import UnknownMessage as UnknownMessage
    from .errors.unknown import UnknownOrganisation as UnknownOrganisation
    from .errors.unknown import UnknownPerson as UnknownPerson
    from .errors.unknown import UnknownRole as UnknownRole
    from .errors.unknown import UnknownState as UnknownState
    from .errors.unknown import UnknownStep as UnknownStep
    from .errors.unknown import UnknownVersion as UnknownVersion
    from .errors.unknown import UnknownWorkflow as UnknownWorkflow
    from .forms.digests import StoredValue as StoredValue
    from .forms.fields import DECISION as DECISION
    from .forms.fields import SENSITIVE as SENSITIVE
    from .forms.fields import Field as Field
    from .forms.fields import Form as Form
    from .forms.fields import ShortText as ShortText
    from .forms.fields import Text as Text
    from .forms.fields import choice_titles as choice_titles
    from .forms.fields import choices_of as choices_of
    from .forms.fields import fields_of as fields_of
    from .forms.several_names import LISTED as LISTED
    from .forms.several_names import ONE_ORGANISATION as ONE_ORGANISATION
    from .forms.several_names import ONE_PERSON as ONE_PERSON
    from .forms.several_names import NameKind as NameKind
    from .model.calendar import ENGLAND_AND_WALES as ENGLAND_AND_WALES
    from .model.calendar import Calendar as Calendar
    from .model.calendar import Term as Term
    from .model.calendar import TermUnit as TermUnit
    from .model.calendar import days as days
    from .model.calendar import months as months
    from .model.calendar import working_days as working_days
    from .model.case import Case as Case
    from .model.case import Effects as Effects
    from .model.case import Event as Event
    from .model.case import Link as Link
    from .model.clock import Clock as Clock
    from .model.clock import ClockStatus as ClockStatus
    from .model.clock import EventKind as EventKind
    from .model.clock import LevelReached as LevelReached
    from .model.clock import Revision as Revision
    from .model.clock import Suspension as Suspension
    from .model.commands import Command as Command
    from .model.commands import Correct as Correct
    from .model.commands import HistoryStep as HistoryStep
    from .model.commands import Import as Import
    from .model.commands import ImportHistory as ImportHistory
    from .model.commands import ImportSnapshot as ImportSnapshot
    from .model.commands import NewDate as NewDate
    from .model.commands import Open as Open
    from .model.commands import Resume as Resume
    from .model.commands import SnapshotStep as SnapshotStep
    from .model.commands import Step as Step
    from .model.commands import Suspend as Suspend
    from .model.commands import When as When
    from .model.dispose import Dispose as Dispose
    from .model.imports import CompleteImport as CompleteImport
    from .model.notice import Notice as Notice
    from .model.notice import NoticeKind as NoticeKind
    from .model.organisations import Organisation as Organisation
    from .model.people import Absence as Absence
    from .model.people import Actor as Actor
    from .model.people import DecidedBy as DecidedBy
    from .model.people import Person as Person
    from .model.people import RoleHolding as RoleHolding
    from .model.people import role_holdings as role_holdings
    from .model.results import CommandResult as CommandResult
    from .model.results import ImportResult as ImportResult
    from .model.results import NameFinding as NameFinding
    from .model.take_back import TakeBack as TakeBack
    from .notifications.apprise_channel import AppriseTransport as AppriseTransport
    from .notifications.apprise_channel import check_address as check_address
    from .notifications.apprise_channel import is_installed as is_installed
    from .notifications.delivery import GROUPING_WINDOW as GROUPING_WINDOW
    from .notifications.messages import MessageService as MessageService
    from .notifications.messages import ReleaseResult as ReleaseResult
    from .notifications.smtp import DraftsTransport as DraftsTransport
    from .notifications.smtp import SmtpTransport as SmtpTransport
    from .notifications.smtp import checked_sender as checked_sender
    from .notifications.templates import TEMPLATES as TEMPLATES
    from .notifications.templates import MessageTemplates as MessageTemplates
    from .notifications.transport import DeliveryResult as DeliveryResult
    from .notifications.transport import Send as Send
    from .notifications.transport import Transport as Transport
    from .ports.outbox import Channel as Channel
    from .ports.outbox import Message as Message
    from .ports.outbox import MessageState as MessageState
    from .ports.outbox import NoticeState as NoticeState
    from .ports.outbox import NoticeStatus as NoticeStatus
    from .ports.outbox import PendingNotice as PendingNotice
    from .ports.records import CaseSummary as CaseSummary
    from .ports.records import DueItem as DueItem
    from .ports.records import Heartbeat as Heartbeat
    from .ports.records import Selection as Selection
    from .ports.records import StateCount as StateCount
    from .ports.store import Store as Store
    from .service.health import Check as Check
    from .service.health import is_alive as is_alive
    from .service.people import checked_person as checked_person
    from .service.settings import Recalculation as Recalculation
    from .service.sweep import FailedCase as FailedCase
    from .service.sweep import Sweep as Sweep
    from .service.voided import VoidedCase as VoidedCase
    from .worker import Deliver as Deliver
    from .worker import ShouldStop as ShouldStop
    from .worker import Tick as Tick
    from .worker import Worker as Worker
    from .worker import schedule as schedule

_MODULES = {
    "deadlines.overrides": "CalendarOverride DayKind DeadlineOverride Overrides",
    "decisions.context": "opening_refusal recorded_title refusal",
    "decisions.correctable": "Correctable correctable",
    "decisions.escalation": "FiredLevel",
    "decisions.accounts": "account_holder",
    "decisions.names": "with_names",
    "decisions.permission": "AvailableStep DecidedByForm availability_blocks managing_roles",
    "decisions.rescheduling": "ChangedDueDate",
    "definition.deadline": (
        "Citation DEFAULT_ESCALATION_POLICY Deadline EscalationLevel Holder OWNER OnEnter OnExit OnResume "
        "OnStep OnSuspend"
    ),
    "definition.guards": "Guard GuardContext RelatedCases",
    "definition.registry": "Registry step_of",
    "definition.relations": "Cascade Children LinkFields Parent Relation Siblings SpawnsChildren SpawnsLinked",
    "definition.validation": "check",
    "definition.workflow": "ChosenTarget Role State Transition Workflow",
    "engine": "Engine",
    "errors.bad_input": (
        "BadDate BadValue BatchFailed ExtraMissing FaultyLines ImportFailed InvalidForm LineFault NoManagerLeft "
        "NothingToDispose OrganisationKnown PersonKnown StillListed"
    ),
    "errors.base": "BadInput Block CasereviewError Fault StoreError",
    "errors.faults": (
        "DatabaseProblem DefinitionChanged NotDelivered UndeclaredPart UndeclaredRead UnsoundWorkflow WorkflowFault"
    ),
    "errors.refusals": (
        "CascadeFailed Conflict Contention MayNotActAs NotAllowed Refused RequestIdReused VersionConflict"
    ),
    "errors.taking_back": (
        "AlreadySent CannotTakeBack CaseVoided FollowedByOthers LaterEntry NotReversible RecordedByAnother "
        "RecordedOnAnotherDay"
    ),
    "errors.unknown": (
        "UnknownAccount UnknownCase UnknownDeadline UnknownMessage UnknownOrganisation UnknownPerson UnknownRole "
        "UnknownState UnknownStep UnknownVersion UnknownWorkflow"
    ),
    "forms.digests": "StoredValue",
    "forms.fields": "DECISION Field Form SENSITIVE ShortText Text choice_titles choices_of fields_of",
    "forms.several_names": "LISTED NameKind ONE_ORGANISATION ONE_PERSON",
    "model.calendar": "Calendar ENGLAND_AND_WALES Term TermUnit days months working_days",
    "model.case": "Case Effects Event Link",
    "model.clock": "Clock ClockStatus EventKind LevelReached Revision Suspension",
    "model.commands": (
        "Command Correct HistoryStep Import ImportHistory ImportSnapshot NewDate Open Resume SnapshotStep "
        "Step Suspend When"
    ),
    "model.dispose": "Dispose",
    "model.notice": "Notice NoticeKind",
    "model.organisations": "Organisation",
    "model.people": "Absence Actor DecidedBy Person RoleHolding role_holdings",
    "model.results": "CommandResult ImportResult NameFinding",
    "model.imports": "CompleteImport",
    "model.take_back": "TakeBack",
    "notifications.apprise_channel": "AppriseTransport check_address is_installed",
    "notifications.delivery": "GROUPING_WINDOW",
    "notifications.messages": "MessageService ReleaseResult",
    "notifications.smtp": "DraftsTransport SmtpTransport checked_sender",
    "notifications.templates": "MessageTemplates TEMPLATES",
    "notifications.transport": "DeliveryResult Send Transport",
    "ports.outbox": "Channel Message MessageState NoticeState NoticeStatus PendingNotice",
    "ports.records": "CaseSummary DueItem Heartbeat Selection StateCount",
    "ports.store": "Store",
    "service.health": "Check is_alive",
    "service.people": "checked_person",
    "service.settings": "Recalculation",
    "service.sweep": "FailedCase Sweep",
    "service.voided": "VoidedCase",
    "worker": "Deliver ShouldStop Tick Worker schedule",
}
_LAZY = LazyNames(__name__, _MODULES)
__all__ = list(_LAZY.names)
__getattr__ = _LAZY.load
__dir__ = _LAZY.listed
