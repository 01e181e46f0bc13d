"""Messages to whatever is not e-mail (Teams, a webhook, SMS), by Apprise. The only module that knows it.

An address is a URL of Apprise's; it may hold a token, so it is never quoted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..errors.bad_input import BadValue
from ..errors.faults import NotDelivered
from ..ports.outbox import Message
from .transport import Send

if TYPE_CHECKING:
    from apprise import Apprise

EXPECTED = "an address as Apprise takes it, like msteams://… or json://host/path"


@dataclass(frozen=True, kw_only=True)
class AppriseTransport:
    """Sends by Apprise."""

    def __str__(self) -> str:
        return "Apprise"

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What sends a message, each once it is called.

        Raises:
            NotDelivered: where Apprise is not installed.
        """
        if not is_installed():
            raise NotDelivered(problem="Apprise is not installed: pip install casereview[notify]")
        yield _send


def is_installed() -> bool:
    """Whether Apprise is there."""
    return find_spec("apprise") is not None  # not imported only to be asked: that takes a while


def check_address(address: str) -> None:
    """Lets pass an address that Apprise understands.

    Raises:
        BadValue: where it does not, or is not there to be asked.
    """
    if not is_installed():
        expected = "Apprise installed (pip install casereview[notify])"
        raise BadValue(name="the address for messages", expected=expected, found="none")
    if _service(address) is None:
        raise BadValue(name="the address for messages", expected=EXPECTED, found="something else")


def _send(message: Message) -> None:
    service = _service(message.address)
    if service is None:
        raise NotDelivered(problem="the address is none that Apprise understands", permanent=True)
    if not service.notify(title=message.subject, body=message.body, body_format="text"):
        raise NotDelivered(problem="the service did not take it")


def _service(address: str) -> Apprise | None:
    import apprise

    # Its log quotes what it does not understand, secure or not.
    logging.getLogger(apprise.__name__).setLevel(logging.CRITICAL)
    # Nothing of it is kept on disk.
    asset = apprise.AppriseAsset(
        app_id="casereview", app_desc="casereview", app_url="", storage_mode="memory", secure_logging=True
    )
    service = apprise.Apprise(asset=asset)
    return service if service.add(address) else None
