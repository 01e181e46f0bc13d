"""Hold the settings that `cli.py` reads from the environment. Import nothing of the engine: help needs this module."""

from __future__ import annotations

from dataclasses import dataclass, field

SMTP, SENDER = "CASEREVIEW_SMTP", "CASEREVIEW_SENDER"


DRAFTS, TEMPLATES = "CASEREVIEW_DRAFTS", "CASEREVIEW_TEMPLATES"


@dataclass(frozen=True, kw_only=True, slots=True)
class NotificationSettings:
    """The settings for messages; each is empty if its variable is not set.

    Attributes:
        server: `CASEREVIEW_SMTP`, the mail server's URL; it may contain a password.
        sender: `CASEREVIEW_SENDER`, the sender's address.
        drafts: `CASEREVIEW_DRAFTS`, the folder for drafts if the office sends them by hand.
        templates: `CASEREVIEW_TEMPLATES`, the folder of the office's own templates.
    """

    server: str = field(default="", repr=False)
    sender: str = ""
    drafts: str = ""
    templates: str = ""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Everything that a command takes from the environment and the options before it.

    Attributes:
        actor: `CASEREVIEW_ACTOR`, the person to record as; empty if it is not set.
        machine_account: The account of this process as the machine knows it.
        host: The machine's name; empty if it has none.
        now: An instant to use as the present, as typed.
        debug: True if `--debug` was given before the command.
        notifications: The settings for messages.
        palette_file: The file with the office's colours for reports; empty if there is none.
        file_mode: The permissions of files that hold the record, as typed for `chmod`; empty for the default.
    """

    actor: str
    machine_account: str
    host: str
    now: str | None
    debug: bool
    notifications: NotificationSettings
    palette_file: str = ""
    file_mode: str = ""
