"""Real servers for tests: one receives mail, by SMTP with or without encryption, and one receives JSON."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "unit", "s3cret pass/word"


class ReadyController(Controller):
    """A controller that does not check at its start whether an encrypted port answers in plain text."""

    def _trigger_server(self) -> None:
        with closing(socket.create_connection((self.hostname, self.port), timeout=5)):
            pass


@dataclass
class MailServer:
    """The messages that a mail server has received, and its rules for refusing others.

    Attributes:
        refuses_address: Its reply to each address in turn; empty to accept it.
        refuses_data: Its reply to each message in turn; empty to accept it.
        refuses_sender: Its reply to the sender.
        hangs_up_after: Number of messages after which it closes a connection without a reply.
    """

    refuses_address: list[str] = field(default_factory=list)
    refuses_data: list[str] = field(default_factory=list)
    refuses_sender: str = ""
    hangs_up_after: int | None = None
    accepted: list[Envelope] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    @property
    def raw(self) -> list[bytes]:
        return [bytes(envelope.content or b"") for envelope in self.accepted]

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_sender:
            return self.refuses_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.refuses_address.pop(0) if self.refuses_address else ""
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hangs_up_after is not None:
            taken = getattr(session, "casereview_taken", 0)
            if taken >= self.hangs_up_after:
                server.transport.close()
                return "421 bye"
            session.casereview_taken = taken + 1  # type: ignore[attr-defined]
        reply = self.refuses_data.pop(0) if self.refuses_data else ""
        if reply:
            return reply
        self.accepted.append(envelope)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"

    def authenticate(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD), handled=False)


@dataclass(frozen=True, kw_only=True)
class LocalCertificate:
    """A certificate for this machine, and the file of its authority."""

    context: ssl.SSLContext
    vouched_by: Path


def make_certificate(folder: Path) -> LocalCertificate:
    """Make a certificate for `localhost`, by an authority that only the test trusts."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    vouched_by = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(vouched_by))
    return LocalCertificate(context=context, vouched_by=vouched_by)


@contextmanager
def mail_server(
    postbox: MailServer,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[MailServer]:
    """Run a mail server on this machine that stores the messages it accepts."""
    kind = Controller if tls is None else ReadyController
    controller = kind(
        postbox,
        hostname="localhost",
        port=free_port(),
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=postbox.authenticate if login else None,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    postbox.port = controller.port
    try:
        yield postbox
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port without a server."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass
class WebhookServer:
    """The requests to a web server, and its answer."""

    status: int = 200
    accepted: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0


@contextmanager
def web_server(hook: WebhookServer) -> Iterator[WebhookServer]:
    """Run a web server on this machine that stores the JSON it receives."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.accepted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.port = server.server_port
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield hook
        finally:
            server.shutdown()
            serving.join()
