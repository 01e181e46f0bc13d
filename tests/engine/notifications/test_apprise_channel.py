"""Messages by Apprise, to a real web server."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from casereview.engine.errors.bad_input import BadValue, ExtraMissing
from casereview.engine.errors.faults import NotDelivered
from casereview.engine.notifications.apprise_channel import AppriseTransport, check_address
from casereview.engine.ports.outbox import Channel, Message

from ...support.mail_and_web_servers import WebhookServer, free_port, web_server
from ...support.messages import message_with

TOKEN = "t0ken-of-nobody"
MALFORMED = [f"nothing://{TOKEN}", f"json://:{TOKEN}", "json://", "", TOKEN, f"msteams://{TOKEN}"]


@pytest.fixture
def hook() -> Iterator[WebhookServer]:
    """A web server that takes everything."""
    with web_server(WebhookServer()) as found:
        yield found


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apprise is not installed."""
    monkeypatch.setitem(sys.modules, "apprise", None)


def to(port: int) -> Message:
    return message_with(channel=Channel.NOTIFY, address=f"json://{TOKEN}:x@127.0.0.1:{port}/")


def send(one: Message) -> None:
    with AppriseTransport().open() as way:
        way(one)


def test_a_message_arrives_at_a_webhook(hook: WebhookServer) -> None:
    send(to(hook.port))
    (taken,) = hook.accepted
    assert (taken["title"], taken["message"].strip()) == (message_with().subject, message_with().body.strip())
    assert str(AppriseTransport()) == "Apprise"


def test_what_a_service_refuses_is_tried_again(hook: WebhookServer, caplog: pytest.LogCaptureFixture) -> None:
    hook.status = 500
    for port in (hook.port, free_port()):
        with caplog.at_level(logging.DEBUG), pytest.raises(NotDelivered) as caught:
            send(to(port))
        assert (caught.value.problem, caught.value.permanent) == ("the service did not accept it", False)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("address", MALFORMED)
def test_an_address_that_apprise_does_not_understand_is_given_up(
    address: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(NotDelivered) as caught:
        send(message_with(channel=Channel.NOTIFY, address=address))
    assert (caught.value.problem, caught.value.permanent) == ("Apprise does not understand the address", True)
    assert TOKEN not in f"{caught.value!r}{caplog.text}{capfd.readouterr()}"


@pytest.mark.parametrize("address", MALFORMED)
def test_such_an_address_is_refused_before_it_is_kept_and_not_quoted(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(BadValue) as caught:
        check_address(address)
    assert "an address that Apprise understands" in str(caught.value)
    assert TOKEN not in f"{caught.value!r}{caught.value}{caplog.text}"


def test_an_address_that_it_understands_may_be_kept() -> None:
    check_address(to(80).address)


@pytest.mark.usefixtures("missing")
def test_without_apprise_the_way_is_closed_and_no_address_is_kept() -> None:
    with (
        pytest.raises(NotDelivered, match='Apprise, of the extra "notify", is not installed'),
        AppriseTransport().open(),
    ):
        pass
    with pytest.raises(ExtraMissing, match=r'needs Apprise, which is not installed\. It comes with the extra "notify"'):
        check_address(to(80).address)
