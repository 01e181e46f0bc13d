"""Send messages by Apprise to addresses other than e-mail (Teams, a webhook, SMS).

An address is one of Apprise's URLs. It may hold a token, so no error quotes it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..errors.bad_input import BadValue, ExtraMissing
from ..errors.extras import NOTIFY
from ..errors.faults import NotDelivered
from ..ports.outbox import Message
from .transport import Send

if TYPE_CHECKING:
    from apprise import Apprise

EXPECTED = "an address that Apprise understands, like msteams://… or json://host/path"


@dataclass(frozen=True, kw_only=True)
class AppriseTransport:
    """Sends by Apprise."""

    def __str__(self) -> str:
        return "Apprise"

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Yield a function that sends a message.

        Raises:
            NotDelivered: if Apprise is not installed.
        """
        if not is_installed():
            raise NotDelivered(problem=f'Apprise, of the extra "{NOTIFY}", is not installed')
        yield _send


def is_installed() -> bool:
    """Return whether Apprise is installed."""
    return find_spec("apprise") is not None  # importing it would take a while


def check_address(address: str) -> None:
    """Raise BadValue or ExtraMissing unless Apprise understands the address.

    Raises:
        BadValue: if Apprise does not understand it.
        ExtraMissing: if Apprise is not installed.
    """
    if not is_installed():
        raise ExtraMissing(feature="An address for messages", package="Apprise", extra=NOTIFY)
    if _service(address) is None:
        raise BadValue(name="the address for messages", expected=EXPECTED, found="something else")


def _send(message: Message) -> None:
    service = _service(message.address)
    if service is None:
        raise NotDelivered(problem="Apprise does not understand the address", permanent=True)
    if not service.notify(title=message.subject, body=message.body, body_format="text"):
        raise NotDelivered(problem="the service did not accept it")


def _service(address: str) -> Apprise | None:
    # Imported here, because it is optional and slow.
    import apprise

    # Its log quotes addresses that it does not understand, tokens included.
    logging.getLogger(apprise.__name__).setLevel(logging.CRITICAL)
    # Store nothing on disk.
    asset = apprise.AppriseAsset(
        app_id="casereview", app_desc="casereview", app_url="", storage_mode="memory", secure_logging=True
    )
    service = apprise.Apprise(asset=asset)
    return service if service.add(address) else None
