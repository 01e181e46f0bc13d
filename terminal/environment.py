"""TODO: describe."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..engine import MessageTemplates, Transport
    from ..engine.ports.outbox import Channel


SMTP, SENDER = "CASEREVIEW_SMTP", "CASEREVIEW_SENDER"


DRAFTS, TEMPLATES = "CASEREVIEW_DRAFTS", "CASEREVIEW_TEMPLATES"


@dataclass(frozen=True, kw_only=True, slots=True)
class NotificationSettings:
    """What `cli.py` found in the environment about messages; each empty where there was nothing.

    Attributes:
        server: `CASEREVIEW_SMTP`, the mail server's URL; it may hold a password.
        sender: `CASEREVIEW_SENDER`, whom messages are from.
        drafts: `CASEREVIEW_DRAFTS`, the folder for drafts where somebody sends by hand.
        templates: `CASEREVIEW_TEMPLATES`, the folder of the unit's own templates.
    """

    server: str = field(default="", repr=False)
    sender: str = ""
    drafts: str = ""
    templates: str = ""

    def transports(self) -> Mapping[Channel, Transport]:
        """The ways that are set up.

        Raises:
            BadValue: where one is not well formed, or e-mail would go two ways.
        """
        from ..engine import AppriseTransport, DraftsTransport, SmtpTransport, checked_sender, is_installed
        from ..engine.errors.bad_input import BadValue
        from ..engine.ports.outbox import Channel

        ways: dict[Channel, Transport] = {}
        if self.server and self.drafts:
            raise BadValue(name=DRAFTS, expected=f"it without {SMTP}: e-mail goes one way", found="both")
        if self.server and not self.sender:
            expected = "an address like unit@example.org, whom messages are from"
            raise BadValue(name=SENDER, expected=expected, found="nothing")
        if self.server:
            ways[Channel.EMAIL] = SmtpTransport.from_url(self.server, sender=self.sender)
        elif self.drafts:
            sender = checked_sender(self.sender) if self.sender else None
            ways[Channel.EMAIL] = DraftsTransport(folder=Path(self.drafts), sender=sender)
        if is_installed():
            ways[Channel.NOTIFY] = AppriseTransport()
        return ways

    def wording(self, *, rehearsal: bool) -> MessageTemplates:
        """The words of messages.

        Raises:
            BadValue: where the folder of the unit's own templates is not there.
        """
        from ..engine import MessageTemplates
        from ..engine.errors.bad_input import BadValue

        folder = Path(self.templates) if self.templates else None
        if folder is not None and not folder.is_dir():
            raise BadValue(name=TEMPLATES, expected="a folder (casereview messages templates FOLDER)", found="none")
        return MessageTemplates(folder=folder, rehearsal=rehearsal)


class ConfigureLog(Protocol):
    """Makes the log go to standard error; with `debug` all of it."""

    def __call__(self, *, debug: bool) -> None:
        """Configures it for this process."""
        ...


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What `cli.py`, the only reader of the environment, found there.

    Attributes:
        account: The account's name; empty where the machine has none for it.
        now: An instant that stands for now, as it was given.
        debug: Whether `--debug` stood before the command.
        configure_log: Makes the log go to standard error.
        notifications: By what ways messages go out.
        palette_file: The file in which the unit sets the colours of reports; empty where it sets none.
    """

    account: str
    now: str | None
    debug: bool
    configure_log: ConfigureLog
    notifications: NotificationSettings
    palette_file: str = ""
