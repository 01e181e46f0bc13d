"""Ask again, when a message is composed and when it is sent, if its notices are still news and where they go.

Between a sweep and the moment at which a message leaves, days may pass. A person may have been removed, lost a role,
changed an address or gone away; a case may have ended, a deadline been met, suspended or moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from ..deadlines.recipients import Directory, RecipientFinder
from ..decisions.context import DecisionContext
from ..definition.registry import Registry
from ..model.case import Case
from ..model.notice import Notice
from ..model.people import SYSTEM, Person
from ..ports.context import EngineContext
from ..ports.outbox import Channel, Message, MessageState, PendingNotice, message_digest
from ..ports.store import Writer
from .transport import address_of

DEPUTIES_REMEMBERED = timedelta(days=31)
"""The time for which a person who was a deputy may still get what was meant for the deputy."""

NOT_ON_LIST = "They are no longer on the list."
ROLE_LOST = "They no longer hold a role in which they would get it."
NO_ADDRESS = "They have no address any more."
NEW_ADDRESS = "Their address has changed; it goes to the new one."
AWAY_NOW = "Who it goes to has changed: the person is away now, or back. It was written anew."
"""The reasons why a message was not sent as it was composed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Where the notices of a person go.

    Attributes:
        name: The name of who gets them.
        deputy: The same if that is a deputy; None if it is the person.
        channel: The channel.
        address: The address.
    """

    name: str
    deputy: str | None
    channel: Channel
    address: str


@dataclass(frozen=True, kw_only=True)
class RecipientCheck:
    """Asks again about recipients, within one transaction.

    Attributes:
        writer: The transaction.
        context: The workflows and the present.
    """

    writer: Writer
    context: EngineContext

    def person(self, name: str) -> Person | None:
        """Return the person with a name that they have or had; None if they are not on the list."""
        return self._directory.person(name)

    def addressee(self, name: str) -> Addressee | None:
        """Return where a person's notices go: to them or, if they are away, to their deputy; None if nowhere."""
        person = self.person(name)
        if person is None:
            return None
        present = self._directory.present_or_deputy(person, self._context.calendar.day_of(self._context.now))
        if present is None or present == person or not present.is_reachable or self._is_never_notified(present):
            return addressee_of(person)
        found = addressee_of(present)
        return None if found is None else replace(found, deputy=present.name)

    def why_withdrawn(self, pending: PendingNotice) -> str | None:
        """Return why a notice must not be sent any more; None if it may be."""
        if pending.stale_because is not None:
            return pending.stale_because
        person = self.person(pending.notice.person)
        if person is None:
            return NOT_ON_LIST
        return None if self._is_recipient(person, pending) else ROLE_LOST

    def recheck(self, message: Message, carried: Sequence[PendingNotice]) -> tuple[Message | None, int]:
        """Check a message that is about to be sent, and save what changed.

        Its notices that may still be sent are composed anew if others were withdrawn. If an earlier attempt succeeded
        unnoticed, they arrive twice, under two IDs: better than a message to or about the wrong person.

        Args:
            message: The message.
            carried: Its notices.

        Returns:
            The message, with its present address; None if it is not to be sent now by its channel. And the number of
            notices withdrawn.
        """
        why = {one.notice: self.why_withdrawn(one) for one in carried}
        gone = {notice: reason for notice, reason in why.items() if reason is not None}
        if carried:
            to = self.addressee(message.person)
            problem = next(iter(gone.values()), None) or _why_not_sent(message, to)
        else:
            # The message of a week to a manager, about what is on hold.
            person = self.person(message.person)
            to = addressee_of(person) if person is not None and manages(person, self.context.workflows) else None
            problem = ROLE_LOST if to is None else None
        if problem is not None or to is None:
            self.withdraw(gone)
            self.writer.detach([notice for notice in why if notice not in gone])
            self.writer.save(replace(message, state=MessageState.DISMISSED, next_try_at=None, problem=problem))
            return None, len(gone)
        if (message.channel, message.address) == (to.channel, to.address):
            return message, 0
        moved = readdressed(replace(message, problem=NEW_ADDRESS), to)
        self.writer.save(moved)
        # Another transport may have to send it.
        return (moved if moved.channel is message.channel else None), 0

    def withdraw(self, gone: Mapping[Notice, str]) -> None:
        """Withdraw notices, each with its own reason."""
        for reason in dict.fromkeys(gone.values()):
            notices = [notice for notice, why in gone.items() if why == reason]
            self.writer.withdraw_notices(notices, SYSTEM.name, self.context.now(), reason)

    def _is_recipient(self, person: Person, pending: PendingNotice) -> bool:
        """Return whether a person still holds a role of the notice's level or of a higher one, or may deputise."""
        notice, clock, case = pending.notice, pending.clock, self._case(pending.notice.ref)
        if notice.level is None or clock is None or case is None or not self.context.workflows.has(case):
            # It follows from no role, or from one that only another program knows.
            return not self._is_never_notified(person)
        rules = self._context.rules(self.context.workflows.for_case(case))
        finder = RecipientFinder(
            workflow=rules.workflow,
            case=case,
            deadline=rules.deadline(clock),
            escalation_policy=rules.escalation_policy(clock),
            directory=self._directory,
            day=self._context.calendar.day_of(self._context.now),
        )
        return finder.may_be_notified(person, notice.level)

    def _is_never_notified(self, person: Person) -> bool:
        roles = self.context.workflows.roles
        return any(roles[name].never_notified for name in person.roles if name in roles)

    def _case(self, ref: str) -> Case | None:
        if ref not in self._cases:
            self._cases[ref] = self.writer.case(ref)
        return self._cases[ref]

    @cached_property
    def _cases(self) -> dict[str, Case | None]:
        return {}

    @cached_property
    def _context(self) -> DecisionContext:
        return self.context.decision_context(self.writer)

    @cached_property
    def _directory(self) -> Directory:
        # Who was a deputy when the message was written may still get it.
        since = self.context.calendar.day_of(self.context.now()) - DEPUTIES_REMEMBERED
        reader = self.writer
        return Directory(people=reader.people(), absences=reader.absences(since), organisations=reader.organisations())


def addressee_of(person: Person) -> Addressee | None:
    """Return where a person gets messages; None if they have no address."""
    where = address_of(person)
    return None if where is None else Addressee(name=person.name, deputy=None, channel=where[0], address=where[1])


def _why_not_sent(message: Message, to: Addressee | None) -> str | None:
    """Return why a message as a whole is not sent as it was composed; None if it is."""
    if to is None:
        return NO_ADDRESS
    return None if to.deputy == message.deputy else AWAY_NOW


def manages(person: Person, workflows: Registry) -> bool:
    """Return whether a person has a role that manages people, and so releases messages."""
    return any(workflows.roles[name].manages_people for name in person.roles if name in workflows.roles)


def readdressed(message: Message, to: Addressee) -> Message:
    """Return a message to the present address of the same person, with its ID and text."""
    moved = replace(message, channel=to.channel, address=to.address)
    # A message that was changed meanwhile does not become good by being sent elsewhere.
    return replace(moved, digest=message_digest(moved)) if message.digest == message_digest(message) else moved
