"""E-mail: sent to a server by `smtplib`, or laid down as drafts that somebody sends by hand.

A message is the same however often it is made: its Message-ID comes from its own id and its date from
the moment at which it was bound, so whoever receives it twice can drop the repeat.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..errors.bad_input import BadValue
from ..errors.faults import NotDelivered
from ..ports.outbox import Message
from .transport import Send

TIMEOUT_SECONDS = 20
"""How long a server is waited for at each step."""

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
EXPECTED_URL = "one like smtp+starttls://user:password@mail.example.org, smtps://… or smtp://…"
PERMANENT = 500
"""From this reply on a server says that it would be no better another time (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, kw_only=True)
class SmtpTransport:
    """A mail server.

    Attributes:
        host: Where it is.
        port: At which port.
        sender: Whom the messages are from.
        encryption: `starttls`, `tls` from the beginning, or empty for none.
        user: Who logs in; None for nobody.
        password: With what.
    """

    host: str
    port: int
    sender: str
    encryption: str = ""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_url(cls, url: str, *, sender: str | None) -> SmtpTransport:
        """The server at a URL: `smtp://`, `smtp+starttls://` or `smtps://`.

        Raises:
            BadValue: where the URL is malformed or would send a password in the clear, or no sender is given.
        """
        name = "the mail server's URL"
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname
        except ValueError:
            parts, port, host = urlsplit(""), None, None
        if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
            # The URL itself is not quoted: it may hold a password.
            raise BadValue(name=name, expected=EXPECTED_URL, found="something else")
        if parts.password and parts.scheme == "smtp" and host not in LOCAL_HOSTS:
            expected = "smtp+starttls:// or smtps://, since there is a password"
            raise BadValue(name=name, expected=expected, found="smtp://, by which it could be read on the way")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not f"{user}{password}".isascii():
            expected = "an account and a password in plain ASCII, as logging in takes them"
            raise BadValue(name=name, expected=expected, found="other letters")
        return cls(
            host=host,
            port=port or PORTS[parts.scheme],
            sender=checked_sender(sender),
            encryption={"smtp": "", "smtp+starttls": "starttls", "smtps": "tls"}[parts.scheme],
            user=user or None,
            password=password or None,
        )

    def __str__(self) -> str:
        return f"the mail server {self.host}, port {self.port}"

    @contextmanager
    def open(self) -> Iterator[Send]:
        """A connection that sends messages, each once it is called.

        Raises:
            NotDelivered: where the server cannot be reached, or lets nobody in.
        """
        server = self._connect()

        def send(message: Message) -> None:
            nonlocal server
            if server.sock is None:  # it hung up after the message before: some take only so many at a time
                server = self._connect()
            _send(server, to_email(message, self.sender), message.address)

        try:
            yield send
        finally:
            # What was handed over stays so, however the server says goodbye.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        secure = ssl.create_default_context() if self.encryption else None
        try:
            if self.encryption == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=secure)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except (OSError, ValueError, smtplib.SMTPException) as error:  # a host's name may be none
            raise NotDelivered(problem=f"{self} does not answer ({type(error).__name__})") from None
        try:
            if self.encryption == "starttls":
                server.starttls(context=secure)
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            # Its own words are left out: they may quote the account.
            raise NotDelivered(problem=f"{self} lets nobody in ({type(error).__name__})") from None
        return server


@dataclass(frozen=True, kw_only=True)
class DraftsTransport:
    """A folder of drafts, for units that have to send by hand: Outlook opens each ready to be sent.

    Attributes:
        folder: Where they are laid.
        sender: Whom they are from; None for whoever opens them.
    """

    folder: Path
    sender: str | None = None

    def __str__(self) -> str:
        return f"drafts in {self.folder}"

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What lays a message down as a draft, in place of one of the same id.

        Raises:
            NotDelivered: where nothing can be written there.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass  # tried, since what a folder allows is told in many ways
        except OSError as error:
            raise NotDelivered(problem=f"{self} cannot be written ({type(error).__name__})") from None
        yield self._write

    def _write(self, message: Message) -> None:
        draft = to_email(message, self.sender)
        draft["X-Unsent"] = "1"
        # A name of so many letters fits into a file's, whatever the letters.
        name = re.sub(r"[^\w-]+", "-", message.person).strip("-")[:40]
        path = self.folder / f"{message.created_at:%Y-%m-%d}-{name}-{message.id[:8]}.eml"
        # Whole or not at all: somebody may be looking into the folder.
        unfinished = self.folder / f".{message.id}.part"
        try:
            unfinished.write_bytes(draft.as_bytes(policy=SMTP.clone(utf8=not message.address.isascii())))
            unfinished.replace(path)
        except OSError as error:
            problem = f"the draft could not be written to {self.folder} ({type(error).__name__})"
            raise NotDelivered(problem=problem) from None


def checked_sender(sender: str | None) -> str:
    """The address that messages are from.

    Raises:
        BadValue: where none is given, or it is not one.
    """
    try:
        return Address(addr_spec=sender or "").addr_spec
    except Exception:  # whatever its parser stumbles over
        found = "something else" if sender else "nothing"
        expected = "an address like unit@example.org"
        raise BadValue(name="the sender of messages", expected=expected, found=found) from None


def to_email(message: Message, sender: str | None) -> EmailMessage:
    """A message as an e-mail; the same each time.

    Args:
        message: The message.
        sender: Whom it is from; None for whoever opens it.

    Raises:
        NotDelivered: where the address is none.
    """
    made = EmailMessage(policy=SMTP)
    try:
        made["To"] = _address(message.person, message.address)
    except Exception:  # whatever its parser stumbles over
        raise NotDelivered(problem="the address is no e-mail address", permanent=True) from None
    if sender is not None:
        made["From"] = sender
    made["Subject"] = message.subject
    made["Date"] = format_datetime(message.created_at)
    made["Message-ID"] = f"<{message.id}@casereview.invalid>"
    # That no holiday reply comes back, nor a loop begins (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(message.body, cte="quoted-printable")
    return made


def _address(name: str, address: str) -> Address:
    # Its parser takes ASCII only; servers do take other letters (RFC 6531).
    found = Address(display_name=name, addr_spec=re.sub(r"[^\x00-\x7f]", "x", address))
    if address.isascii():
        return found
    username, _, domain = address.rpartition("@")
    return Address(display_name=name, username=username, domain=domain)


def _send(server: smtplib.SMTP, made: EmailMessage, address: str) -> None:
    try:
        server.send_message(made, to_addrs=[address])
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _),) = error.recipients.values()
        raise NotDelivered(problem=f"the server refuses the address ({code})", permanent=code >= PERMANENT) from None
    except smtplib.SMTPNotSupportedError:
        problem = "the server takes no address with letters beyond ASCII"
        raise NotDelivered(problem=problem, permanent=True) from None
    except smtplib.SMTPSenderRefused as error:
        # Not the message's fault: it is tried again, so that the sender can be mended meanwhile.
        raise NotDelivered(problem=f"the server refuses the sender ({error.smtp_code})") from None
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise NotDelivered(problem=f"the server refuses the message ({code})", permanent=code >= PERMANENT) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(problem=f"the server broke off ({type(error).__name__})") from None
