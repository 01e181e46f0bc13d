"""Send e-mail by a mail server, or write drafts that a person sends.

A message is the same however often it is made: its Message-ID comes from its own ID and its date from the instant at
which it was composed, so that its recipient can drop a repeat.
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
"""The time to wait for the server at each step."""

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
EXPECTED_URL = "one like smtp+starttls://user:password@mail.example.org, smtps://… or smtp://…"
PERMANENT = 500
"""The lowest reply by which a server says that a retry would fail too (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, kw_only=True)
class SmtpTransport:
    """A mail server.

    Attributes:
        host: The host's name.
        port: The port.
        sender: The sender's address.
        encryption: `starttls`, `tls` from the beginning, or empty for none.
        user: The account to log in with; None for no login.
        password: The password to log in with.
    """

    host: str
    port: int
    sender: str
    encryption: str = ""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_url(cls, url: str, *, sender: str | None) -> SmtpTransport:
        """Return the server at a URL: `smtp://`, `smtp+starttls://` or `smtps://`.

        Raises:
            BadValue: if the URL is malformed or would send a password unencrypted, or no sender is given.
        """
        name = "the mail server's URL"
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname
        except ValueError:
            parts, port, host = urlsplit(""), None, None
        if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
            # Do not quote the URL: it may hold a password.
            raise BadValue(name=name, expected=EXPECTED_URL, found="something else")
        if parts.password and parts.scheme == "smtp" and host not in LOCAL_HOSTS:
            expected = "smtp+starttls:// or smtps://, since there is a password"
            raise BadValue(name=name, expected=expected, found="smtp://, by which it could be read on the way")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not f"{user}{password}".isascii():
            expected = "an account and a password in plain ASCII, as a login needs"
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
        """Yield a function that sends a message over one connection.

        Raises:
            NotDelivered: if the server cannot be reached, or rejects the login.
        """
        server = self._connect()

        def send(message: Message) -> None:
            nonlocal server
            if server.sock is None:  # some servers hang up after a number of messages
                server = self._connect()
            _send(server, to_email(message, self.sender), message.address)

        try:
            yield send
        finally:
            # The messages are sent, whatever happens when the connection closes.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        secure = ssl.create_default_context() if self.encryption else None
        try:
            if self.encryption == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=secure)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except (OSError, ValueError, smtplib.SMTPException) as error:  # the host's name may be malformed
            raise NotDelivered(problem=f"{self} does not answer ({type(error).__name__})") from None
        try:
            if self.encryption == "starttls":
                server.starttls(context=secure)
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            # Leave out its text: it may quote the account.
            raise NotDelivered(problem=f"{self} rejects the login ({type(error).__name__})") from None
        return server


@dataclass(frozen=True, kw_only=True)
class DraftsTransport:
    """A folder of drafts, for offices that have to send by hand: Outlook opens each ready to be sent.

    Attributes:
        folder: The folder.
        sender: The sender's address; None for that of the person who opens the draft.
    """

    folder: Path
    sender: str | None = None

    def __str__(self) -> str:
        return f"drafts in {self.folder}"

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Yield a function that writes a message as a draft, in place of one with the same ID.

        Raises:
            NotDelivered: if the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass  # trying is the only reliable test
        except OSError as error:
            raise NotDelivered(problem=f"{self} cannot be written ({type(error).__name__})") from None
        yield self._write

    def _write(self, message: Message) -> None:
        draft = to_email(message, self.sender)
        draft["X-Unsent"] = "1"
        # Forty letters of any script fit into a file's name.
        name = re.sub(r"[^\w-]+", "-", message.person).strip("-")[:40]
        path = self.folder / f"{message.created_at:%Y-%m-%d}-{name}-{message.id[:8]}.eml"
        # Rename it when it is complete: a person may have the folder open.
        unfinished = self.folder / f".{message.id}.part"
        try:
            unfinished.write_bytes(draft.as_bytes(policy=SMTP.clone(utf8=not message.address.isascii())))
            unfinished.replace(path)
        except OSError as error:
            problem = f"the draft could not be written to {self.folder} ({type(error).__name__})"
            raise NotDelivered(problem=problem) from None


def checked_sender(sender: str | None) -> str:
    """Return the address that messages are from.

    Raises:
        BadValue: if it is missing or malformed.
    """
    try:
        return Address(addr_spec=sender or "").addr_spec
    except Exception:  # the parser raises errors of many types
        found = "something else" if sender else "nothing"
        expected = "an address like unit@example.org"
        raise BadValue(name="the sender of messages", expected=expected, found=found) from None


def to_email(message: Message, sender: str | None) -> EmailMessage:
    """Return a message as an e-mail; the same each time.

    Args:
        message: The message.
        sender: The sender's address; None for that of the person who opens it.

    Raises:
        NotDelivered: if the recipient's address is malformed.
    """
    made = EmailMessage(policy=SMTP)
    try:
        made["To"] = _address(message.person, message.address)
    except Exception:  # the parser raises errors of many types
        raise NotDelivered(problem="the address is not an e-mail address", permanent=True) from None
    if sender is not None:
        made["From"] = sender
    made["Subject"] = message.subject
    made["Date"] = format_datetime(message.created_at)
    made["Message-ID"] = f"<{message.id}@casereview.invalid>"
    # Prevent holiday replies and loops (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(message.body, cte="quoted-printable")
    return made


def _address(name: str, address: str) -> Address:
    # The parser accepts only ASCII, but servers accept other letters (RFC 6531).
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
        problem = "the server accepts no address with letters beyond ASCII"
        raise NotDelivered(problem=problem, permanent=True) from None
    except smtplib.SMTPSenderRefused as error:
        # Not the message's fault: try again, so that the sender can be corrected meanwhile.
        raise NotDelivered(problem=f"the server refuses the sender ({error.smtp_code})") from None
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise NotDelivered(problem=f"the server refuses the message ({code})", permanent=code >= PERMANENT) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(problem=f"the server broke off ({type(error).__name__})") from None
