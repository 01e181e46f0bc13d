"""Build the transports and templates of messages from the environment's settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..engine import (
    AppriseTransport,
    BadValue,
    DraftsTransport,
    MessageTemplates,
    SmtpTransport,
    Transport,
    checked_sender,
    is_installed,
)
from ..engine.ports.outbox import Channel
from ..workflows import MESSAGE_TEMPLATES
from .environment import DRAFTS, SENDER, SMTP, TEMPLATES, NotificationSettings
from .session import Session


def transports_of(settings: NotificationSettings) -> Mapping[Channel, Transport]:
    """Return the transports that are set up.

    Raises:
        BadValue: if a setting is not well formed, or both a server and a drafts folder are set.
    """
    ways: dict[Channel, Transport] = {}
    if settings.server and settings.drafts:
        raise BadValue(name=DRAFTS, expected=f"either {SMTP} or {DRAFTS}", found="both")
    if settings.server and not settings.sender:
        expected = "the address that messages are sent from, like unit@example.org"
        raise BadValue(name=SENDER, expected=expected, found="nothing")
    if settings.server:
        ways[Channel.EMAIL] = SmtpTransport.from_url(settings.server, sender=settings.sender)
    elif settings.drafts:
        sender = checked_sender(settings.sender) if settings.sender else None
        ways[Channel.EMAIL] = DraftsTransport(folder=Path(settings.drafts), sender=sender)
    if is_installed():
        ways[Channel.NOTIFY] = AppriseTransport()
    return ways


def templates_of(session: Session) -> MessageTemplates:
    """Return the templates of messages; in a rehearsal, each message says so.

    Raises:
        BadValue: if the folder of the office's own templates does not exist.
    """
    folder = Path(session.notifications.templates) if session.notifications.templates else None
    if folder is not None and not folder.is_dir():
        raise BadValue(name=TEMPLATES, expected="a folder of templates", found="none")
    return MessageTemplates(default=MESSAGE_TEMPLATES, folder=folder, rehearsal=session.database.is_rehearsal)
