"""E-mail: sent to a real server, or written as drafts."""

from __future__ import annotations

import email
import email.policy
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.faults import NotDelivered
from casereview.engine.notifications.smtp import DraftsTransport, SmtpTransport, checked_sender
from casereview.engine.ports.outbox import Message

from ...support.mail_and_web_servers import (
    PASSWORD,
    USER,
    LocalCertificate,
    MailServer,
    free_port,
    mail_server,
    make_certificate,
)
from ...support.messages import message_with

SENDER = "unit@example.org"


@pytest.fixture
def postbox() -> Iterator[MailServer]:
    """A mail server that takes everything, without encryption."""
    with mail_server(MailServer()) as box:
        yield box


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalCertificate:
    """A certificate that this process trusts."""
    made = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.vouched_by))
    return made


def server(box: MailServer, scheme: str = "smtp", account: str = "") -> SmtpTransport:
    return SmtpTransport.from_url(f"{scheme}://{account}localhost:{box.port}", sender=SENDER)


def sent(way: SmtpTransport | DraftsTransport, *messages: Message) -> list[NotDelivered | None]:
    """Return the state of each message."""
    found: list[NotDelivered | None] = []
    with way.open() as send:
        for one in messages:
            try:
                send(one)
                found.append(None)
            except NotDelivered as error:
                found.append(error)
    return found


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_string(raw.decode().replace("\r\n", "\n"), policy=email.policy.default)  # type: ignore[return-value]


# --- what is sent ---------------------------------------------------------------------------------------


def test_a_message_arrives_as_it_was_bound(postbox: MailServer) -> None:
    assert sent(server(postbox), message_with()) == [None]
    (envelope,) = postbox.accepted
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["lee@example.org"])
    arrived = parsed(postbox.raw[0])
    assert {name: arrived[name] for name in arrived} == {
        "To": "Lee <lee@example.org>",
        "From": SENDER,
        "Subject": "1 overdue: LN-2026-001",
        "Date": "Mon, 02 Feb 2026 12:00:00 +0000",
        "Message-ID": "<3f9a1c2e5b7d4f60a1b2c3d4e5f60718@casereview.invalid>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
        **{name: arrived[name] for name in arrived if name in ("X-Peer", "X-MailFrom", "X-RcptTo")},
    }
    assert arrived.get_content() == message_with().body


def test_a_repeat_is_the_same_to_the_last_byte(postbox: MailServer) -> None:
    odd = message_with(body="Grüße — " + "long " * 300 + "\n.\n..\n", subject="Fällig " * 20)
    sent(server(postbox), odd)
    sent(server(postbox), odd)
    first, second = postbox.raw
    assert first == second
    assert parsed(first).get_content() == odd.body
    assert max(len(line) for line in first.splitlines()) <= 78


@pytest.mark.parametrize(
    "person",
    [
        "Zoë Ólafsdóttir",
        "ليلى",
        'Lee "the boss", (again) <x@y>',
        "L" * 200,
        "雪" * 200,
        "=?utf-8?q?Lee?=",
        ", other@example.org",
    ],
    ids=["accents", "right to left", "quotes", "long", "long beyond ASCII", "as if encoded", "as if two"],
)
def test_whatever_a_person_is_called_the_address_is_theirs(postbox: MailServer, person: str) -> None:
    assert sent(server(postbox), message_with(person=person)) == [None]
    assert postbox.accepted[0].rcpt_tos == ["lee@example.org"]
    (address,) = parsed(postbox.raw[0])["To"].addresses
    assert address.addr_spec == "lee@example.org"
    shown = "Lee" if person.startswith("=?") else person
    assert address.display_name.replace(" ", "") == shown.replace(" ", "")


@pytest.mark.parametrize("person", ["Lee\r\nBcc: other@example.org", "Lee\nSubject: x"])
def test_a_name_puts_no_line_of_its_own_into_the_head(postbox: MailServer, person: str) -> None:
    (problem,) = sent(server(postbox), message_with(person=person))
    assert problem is not None
    assert problem.permanent
    assert postbox.accepted == []


def test_an_address_beyond_ascii_is_written_as_it_is(postbox: MailServer) -> None:
    assert sent(server(postbox), message_with(address="zoë@exämple.org")) == [None]
    assert postbox.accepted[0].rcpt_tos == ["zoë@exämple.org"]
    assert "zoë@exämple.org".encode() in postbox.raw[0]


@pytest.mark.parametrize("address", ["lee", "a,b@example.org", "lee@", "@example.org", "l(e@example.org", ""])
def test_what_is_no_address_is_given_up_and_not_quoted(postbox: MailServer, address: str) -> None:
    (problem, none) = sent(server(postbox), message_with(address=address), message_with())
    assert problem is not None
    assert (problem.permanent, problem.problem) == (True, "the address is not an e-mail address")
    assert none is None


# --- what a server refuses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "problem", "permanent"),
    [
        ({"refuses_address": ["550 No such user"]}, "the server refuses the address (550)", True),
        ({"refuses_address": ["450 Come back later"]}, "the server refuses the address (450)", False),
        ({"refuses_data": ["554 Not wanted"]}, "the server refuses the message (554)", True),
        ({"refuses_data": ["451 Busy"]}, "the server refuses the message (451)", False),
    ],
    ids=["no such address", "an address for now", "a message", "a message for now"],
)
def test_what_a_server_refuses_it_refuses_for_good_or_for_now(
    postbox: MailServer, replies: dict[str, list[str]], problem: str, permanent: bool
) -> None:
    for name, found in replies.items():
        setattr(postbox, name, found)
    refused, taken = sent(server(postbox), message_with(), message_with(id="b" * 32))
    assert refused is not None
    assert (refused.problem, refused.permanent, taken) == (problem, permanent, None)
    assert len(postbox.accepted) == 1


def test_a_sender_that_is_refused_is_no_message_s_fault(postbox: MailServer) -> None:
    postbox.refuses_sender = "550 Who are you?"
    (refused,) = sent(server(postbox), message_with())
    assert refused is not None
    assert (refused.problem, refused.permanent) == ("the server refuses the sender (550)", False)


def test_a_server_that_takes_only_ascii_gives_up_other_addresses(
    postbox: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda _server, _name: False)
    (refused,) = sent(server(postbox), message_with(address="zoë@example.org"))
    assert refused is not None
    assert (refused.problem, refused.permanent) == ("the server accepts no address with letters beyond ASCII", True)


def test_a_server_that_hangs_up_is_called_again_for_what_is_left(postbox: MailServer) -> None:
    postbox.hangs_up_after = 1
    found = sent(server(postbox), message_with(), message_with(id="b" * 32), message_with(id="c" * 32))
    assert [one and (one.problem, one.permanent) for one in found] == [
        None,
        ("the server broke off (SMTPServerDisconnected)", False),
        None,
    ]
    assert len(postbox.accepted) == 2


def test_a_port_without_a_server_closes_the_transport() -> None:
    port = free_port()
    with (
        pytest.raises(NotDelivered) as caught,
        SmtpTransport.from_url(f"smtp://localhost:{port}", sender=SENDER).open(),
    ):
        pass
    expected = f"the mail server localhost, port {port} does not answer (ConnectionRefusedError)"
    assert (caught.value.problem, caught.value.permanent) == (expected, False)


def test_a_name_that_is_no_host_s_is_a_way_that_is_closed() -> None:
    with (
        pytest.raises(NotDelivered, match="does not answer"),
        SmtpTransport.from_url("smtp://a..b", sender=SENDER).open(),
    ):
        pass


def test_a_server_that_goes_while_it_is_left_takes_nothing_back(postbox: MailServer) -> None:
    with server(postbox).open() as send:
        send(message_with())
        postbox.hangs_up_after = 0
        with pytest.raises(NotDelivered):
            send(message_with())


# --- encryption and login -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_mail_is_sent_encrypted_with_a_login(certificate: LocalCertificate, scheme: str) -> None:
    tls = {"smtps": {"tls": certificate.context}, "smtp+starttls": {"starttls": certificate.context}}[scheme]
    with mail_server(MailServer(), login=True, **tls) as box:
        assert sent(server(box, scheme, f"{USER}:{quote(PASSWORD, safe='')}@"), message_with()) == [None]
    assert (box.logins, box.encrypted) == ([(USER, PASSWORD)], [True])


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_no_mail_goes_to_an_untrusted_server(
    certificate: LocalCertificate, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    tls = {"smtps": {"tls": certificate.context}, "smtp+starttls": {"starttls": certificate.context}}[scheme]
    with mail_server(MailServer(), login=True, **tls) as box, pytest.raises(NotDelivered) as caught:
        sent(server(box, scheme, f"{USER}:x@"), message_with())
    assert "SSLCertVerificationError" in caught.value.problem
    assert (box.accepted, box.logins) == ([], [])


def test_a_server_that_cannot_encrypt_is_sent_nothing(postbox: MailServer) -> None:
    with pytest.raises(NotDelivered, match=r"rejects the login \(SMTPNotSupportedError\)"):
        sent(server(postbox, "smtp+starttls"), message_with())
    assert postbox.accepted == []


def test_a_password_that_is_wrong_closes_the_way_and_is_not_quoted() -> None:
    with mail_server(MailServer(), login=True) as box, pytest.raises(NotDelivered) as caught:
        sent(server(box, account=f"{USER}:wr0ng@"), message_with())
    assert "rejects the login (SMTPAuthenticationError)" in caught.value.problem
    assert "wr0ng" not in f"{caught.value!r}{caught.value}"


# --- what is set up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host", "port", "encryption", "account"),
    [
        ("smtp://mail.example.org", "mail.example.org", 25, "", (None, None)),
        ("smtp+starttls://mail.example.org", "mail.example.org", 587, "starttls", (None, None)),
        ("smtps://u%40x:p%2Fw@mail.example.org:2465/", "mail.example.org", 2465, "tls", ("u@x", "p/w")),
        ("smtp://u:s3cret@localhost", "localhost", 25, "", ("u", "s3cret")),
        ("smtp://[::1]:2525", "::1", 2525, "", (None, None)),
    ],
    ids=["plain", "starttls", "tls", "a password on this machine", "IPv6"],
)
def test_a_server_is_named_by_a_url(
    url: str, host: str, port: int, encryption: str, account: tuple[str | None, str | None]
) -> None:
    found = SmtpTransport.from_url(url, sender=SENDER)
    assert (found.host, found.port, found.encryption) == (host, port, encryption)
    assert ((found.user, found.password), found.sender) == (account, SENDER)
    assert str(account[1]) not in f"{found!r}{found}".replace("user=None", "")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://u:s3cret@mail.example.org",
        "smtp://",
        "smtp://u:s3cret@",
        "smtps://u:s3cret@mail.example.org:99999",
        "smtps://u:s3cret@mail.example.org:soon",
        "smtps://u:s3cret@mail.example.org/inbox",
        "smtps://u:s3cret@mail.example.org?x=1",
        "smtps://u:25#s3cret@mail.example.org",
        "smtps://[u:s3cret@mail.example.org",
        "smtp://u:s3cret@mail.example.org",
        "smtps://u:s3cretß@mail.example.org",
    ],
)
def test_a_malformed_url_is_reported_without_its_password(url: str) -> None:
    with pytest.raises(BadValue) as caught:
        SmtpTransport.from_url(url, sender=SENDER)
    assert caught.value.name == "the mail server's URL"
    assert "s3cret" not in f"{caught.value!r}{caught.value}{caught.value.facts()}"


@pytest.mark.parametrize("sender", [None, "", "unit", "Unit <unit@example.org>", "a,b@example.org", "a@b\r\nBcc: c@d"])
def test_a_sender_has_to_be_an_address(sender: str | None) -> None:
    with pytest.raises(BadValue, match="the sender of messages: expected an address like unit@example"):
        SmtpTransport.from_url("smtp://localhost", sender=sender)
    assert checked_sender(SENDER) == SENDER


# --- drafts ---------------------------------------------------------------------------------------------


def test_a_draft_opens_ready_to_be_sent(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "drafts"
    odd = message_with(person="Zoë / Ó. (again)", body="Grüße\n")
    assert sent(DraftsTransport(folder=folder, sender=SENDER), odd) == [None]
    (file,) = folder.iterdir()
    assert file.name == "2026-02-02-Zoë-Ó-again-3f9a1c2e.eml"
    draft = parsed(file.read_bytes())
    assert (draft["X-Unsent"], draft["From"], draft["Subject"]) == ("1", SENDER, odd.subject)
    assert draft["To"].addresses[0].display_name == odd.person
    assert draft.get_content() == odd.body
    assert file.read_bytes().count(b"\r\n") == file.read_bytes().count(b"\n")


def test_a_draft_without_a_sender_has_none(tmp_path: Path) -> None:
    sent(DraftsTransport(folder=tmp_path), message_with())
    (file,) = tmp_path.iterdir()
    assert "From" not in parsed(file.read_bytes())


def test_a_draft_takes_the_place_of_one_of_the_same_id(tmp_path: Path) -> None:
    drafts = DraftsTransport(folder=tmp_path)
    sent(drafts, message_with())
    (file,) = tmp_path.iterdir()
    first = file.read_bytes()
    sent(drafts, message_with())
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [first]
    sent(drafts, message_with(id="b" * 32), message_with(created_at=datetime(2026, 2, 3, tzinfo=UTC)))
    assert len(list(tmp_path.iterdir())) == 3


def test_drafts_are_as_readable_as_their_folder(tmp_path: Path) -> None:
    (tmp_path / "any").write_text("x")
    drafts = DraftsTransport(folder=tmp_path / "drafts")
    sent(drafts, message_with())
    (file,) = drafts.folder.iterdir()
    assert file.stat().st_mode == (tmp_path / "any").stat().st_mode


@pytest.mark.parametrize("person", ["𐌰" * 200, "雪" * 200, "L" * 200, "///"])
def test_a_draft_has_a_name_that_a_folder_takes(tmp_path: Path, person: str) -> None:
    assert sent(DraftsTransport(folder=tmp_path), message_with(person=person)) == [None]
    assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]


def test_a_draft_to_an_address_beyond_ascii_keeps_it(tmp_path: Path) -> None:
    sent(DraftsTransport(folder=tmp_path), message_with(address="zoë@example.org", body="Grüße\n"))
    (file,) = tmp_path.iterdir()
    assert parsed(file.read_bytes())["To"].addresses[0].addr_spec == "zoë@example.org"


def test_a_folder_that_cannot_be_written_is_a_way_that_is_closed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    drafts = DraftsTransport(folder=tmp_path / "file")
    with pytest.raises(NotDelivered) as caught, drafts.open():
        pass
    assert caught.value.problem == f"drafts in {tmp_path / 'file'} cannot be written (FileExistsError)"
    assert not caught.value.permanent


def test_a_draft_that_cannot_be_written_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    (problem,) = sent(DraftsTransport(folder=tmp_path), message_with(created_at=datetime.now(UTC) + timedelta(0)))
    assert problem is not None
    assert (problem.problem, problem.permanent) == (f"the draft could not be written to {tmp_path} (OSError)", False)
