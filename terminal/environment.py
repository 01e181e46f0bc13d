"""Hold the settings that `cli.py` reads from the environment. Import nothing of the engine: help needs this module."""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What `cli.py`, the only reader of the environment, found there.

    Attributes:
        account: The account's name; empty where the machine has none for it.
        now: An instant that stands for now, as it was given.
        debug: Whether `--debug` stood before the command.
        notifications: By what ways messages go out.
        palette_file: The file in which the unit sets the colours of reports; empty where it sets none.
    """

    account: str
    now: str | None
    debug: bool
    notifications: NotificationSettings
    palette_file: str = ""
