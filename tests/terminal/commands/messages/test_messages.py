"""Tests of the commands on messages."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ....support.command_line import Office, example_record
from ....support.mail_and_web_servers import MailServer, WebhookServer, free_port, mail_server, web_server

LATER = "2026-03-02T09:30:00+00:00"
TOKEN = "t0ken-of-nobody"
SENDER = "unit@example.org"


@pytest.fixture
def late(office: Office, ref: str) -> Office:
    """An office in March with something overdue: for its manager, and for a chair once it is released."""
    return office.prepared(_escalate).at(LATER)


def _escalate(office: Office) -> None:
    for name, role in (("Sam Reed", "business_manager"), ("Kim Cole", "subgroup_chair"), ("Ash Lane", "referrer")):
        office.enter_person(name, role, f"{name[:3].lower()}@example.org")
    office.at(LATER).output("escalate")


@pytest.fixture
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder into which e-mail goes as drafts."""
    folder = tmp_path / "drafts"
    monkeypatch.setenv("CASEREVIEW_DRAFTS", str(folder))
    return folder


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The mail server to which e-mail goes."""
    with mail_server(MailServer()) as box:
        by_smtp(monkeypatch, box.port)
        yield box


def by_smtp(monkeypatch: pytest.MonkeyPatch, port: int, account: str = "") -> None:
    monkeypatch.setenv("CASEREVIEW_SMTP", f"smtp://{account}localhost:{port}")
    monkeypatch.setenv("CASEREVIEW_SENDER", SENDER)


def checks(office: Office) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(office.run("doctor", "--json").stdout)}


def narrow(text: str) -> bool:
    return all(len(line) <= 80 for line in text.splitlines())


# --- looking, releasing ---------------------------------------------------------------------------------


def test_at_first_there_is_none(office: Office) -> None:
    assert "No message yet." in office.output("messages")
    assert "No message matches." in office.output("messages", "list", "--state", "given-up")
    assert office.document("messages") == {"on_hold": [], "pending": [], "messages": []}


def test_what_waits_for_release_is_shown_and_let_go(late: Office, ref: str, drafts: Path) -> None:
    shown = late.output("messages")
    assert "Waits for your release" in shown
    assert narrow(shown)
    held = late.document("messages")["on_hold"]
    assert {(one["person"], one["ref"], one["stale"]) for one in held} == {("Kim Cole", ref, False)}
    assert late.document("messages", "list", "--person", "Nobody")["on_hold"] == []
    released = late.document("messages", "release", "Kim Cole")
    assert [one["person"] for one in released["released"]] == ["Kim Cole"] * len(held)
    assert "stale" not in released["released"][0]
    waiting = late.output("messages")
    assert "Goes out with the next delivery" in waiting
    assert late.document("messages", "send")["sent"] >= 1
    assert {one["person"] for one in late.document("messages")["messages"]} >= {"Kim Cole"}
    assert "No messages wait for release." in late.output("messages", "release", "--all")


def test_what_is_withdrawn_is_said_with_its_number(late: Office) -> None:
    count = len(late.document("messages")["on_hold"])
    said = late.output("messages", "withdraw", "--all", "--reasons", "Told in the meeting.")
    assert f"{count} notice{'' if count == 1 else 's'} withdrawn." in said
    assert late.document("messages")["on_hold"] == []


def test_people_read_what_was_sent_at_80_columns(late: Office, drafts: Path) -> None:
    late.output("messages", "release", "--all")
    late.output("messages", "send")
    shown = late.output("messages")
    assert narrow(shown)
    assert "Kim Cole" in shown
    (message,) = late.document("messages", "list", "--person", "Kim Cole")["messages"]
    assert (message["state"], message["address"], message["attempts"]) == ("sent", "kim@example.org", 1)
    one = late.output("messages", "show", message["id"][:8])
    assert "Dear Kim Cole," in one
    assert "sent, tried 1 time, on Mon 2 Mar 2026" in one or "sent, tried 1 time, on 2 Mar 2026" in one
    assert late.document("messages", "show", message["id"])["body"].startswith("Dear Kim Cole,")
    assert "Rehearsal" in message["subject"]
    assert "THIS IS A REHEARSAL" in one
    limited = late.run("messages", "list", "--limit", "1")
    assert "There may be more" in limited.stderr


@pytest.mark.parametrize(
    ("code", "args", "says"),
    [
        (1, ("release", "--all", "--as", "Ash Lane"), "Ash Lane may not release messages"),
        (1, ("withdraw", "--all", "--reasons", "x", "--as", "Ash Lane"), "Ash Lane may not withdraw messages"),
        (1, ("retry", "--all", "--as", "Ash Lane"), "Ash Lane may not send messages again"),
        (1, ("dismiss", "--all", "--as", "Ash Lane"), "Ash Lane may not dismiss messages"),
        (2, ("release", "--all", "--as", "Nobody"), "Nobody is not among the people"),
        (2, ("release",), "expected names, or --all, found neither"),
        (2, ("release", "Kim Cole", "--all"), "found both"),
        (2, ("release", "Nobody"), "a person with messages on hold: Kim Cole, found Nobody"),
        (2, ("withdraw", "--all", "--reasons", " "), "reasons"),
        (2, ("withdraw", "--all"), "--reasons"),
        (2, ("retry",), "ID: expected names, or --all, found neither"),
        (2, ("retry", "nothing"), "There is no message nothing"),
        (2, ("show", "nothing"), "There is no message nothing"),
        (2, ("list", "--state", "lost"), 'found "lost".'),
    ],
)
def test_what_cannot_be_done_is_refused(late: Office, code: int, args: tuple[str, ...], says: str) -> None:
    assert says in late.fails(code, "messages", *args)


# --- sending --------------------------------------------------------------------------------------------


def test_with_no_way_set_up_it_says_who_waits(late: Office) -> None:
    late.output("messages", "release", "--all")
    done = late.run("messages", "send")
    assert done.exit_code == 0
    assert "0 messages sent." in done.stdout
    assert "Kim Cole cannot be reached yet:" in done.stderr
    assert "CASEREVIEW_SMTP or CASEREVIEW_DRAFTS" in done.stderr
    assert "not set up" in checks(late)["e-mail"]["found"]


def test_messages_go_to_a_server(late: Office, postbox: MailServer) -> None:
    late.output("messages", "release", "--all")
    assert late.document("messages", "send")["unsent"] == []
    assert {address for envelope in postbox.accepted for address in envelope.rcpt_tos} == {"kim@example.org"}
    found = checks(late)["e-mail"]
    assert (found["passed"], found["found"]) == (True, f"the mail server localhost, port {postbox.port}")


def test_messages_go_into_drafts(late: Office, drafts: Path) -> None:
    late.output("messages", "send")
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in drafts.iterdir()]
    assert {(one["X-Unsent"], one["To"].addresses[0].addr_spec) for one in found} == {("1", "sam@example.org")}
    assert checks(late)["e-mail"]["found"] == f"drafts in {drafts}"


def test_a_worker_sends_as_well(late: Office, drafts: Path, program: Path) -> None:
    done = late.by(program).process("worker", "--once", CASEREVIEW_DRAFTS=str(drafts))
    assert done.returncode == 0, done.stderr
    assert "event=delivered" in done.stderr
    assert len(list(drafts.iterdir())) >= 1


def test_a_server_that_is_dead_is_said_and_shown_until_it_is_back(
    late: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    by_smtp(monkeypatch, port, "unit:s3cret@")
    done = late.run("messages", "send")
    assert done.exit_code == 1
    assert "failed, to be tried again later. See why: casereview messages." in done.stdout
    shown = " ".join(late.output("messages").split())
    assert "queued" in shown
    assert "does not answer (ConnectionRefusedError)" in shown
    found = checks(late)["e-mail"]
    assert not found["passed"]
    assert f"port {port} does not answer" in found["found"]
    assert "s3cret" not in f"{done.output}{shown}{found}"


def test_what_was_given_up_is_shown_and_sent_again(late: Office, postbox: MailServer) -> None:
    postbox.refuses_address = ["550 No such user"]
    done = late.run("messages", "send")
    assert (done.exit_code, "1 given up" in done.stdout) == (1, True)
    (given_up,) = late.document("messages", "list", "--state", "given-up")["messages"]
    assert given_up["problem"] == "the server refuses the address (550)"
    assert "the server refuses the address (550)" in checks(late)["messages"]["found"]
    assert "tried 1 time." in " ".join(late.output("messages", "show", given_up["id"]).split())
    assert [one["state"] for one in late.document("messages", "retry", given_up["id"][:8])] == ["queued"]
    assert "0 messages will be sent" in late.output("messages", "retry", "--all")
    assert late.document("messages", "send")["sent"] == 1
    assert checks(late)["messages"]["passed"]


def test_what_was_given_up_can_be_laid_aside(late: Office, postbox: MailServer) -> None:
    postbox.refuses_address = ["550 No such user"]
    late.run("messages", "send")
    assert not checks(late)["messages"]["passed"]
    assert "1 message removed from the list." in late.output("messages", "dismiss", "--all")
    (aside,) = late.document("messages", "list", "--state", "dismissed")["messages"]
    assert "found one that is dismissed" in late.fails(2, "messages", "retry", aside["id"])
    assert late.document("messages", "send")["sent"] == 0
    assert checks(late)["messages"]["passed"]


def test_a_template_that_cannot_be_used_is_said_everywhere(
    late: Office, drafts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    assert len(late.document("messages", "templates", str(folder))) == 2
    assert "The templates are already in" in late.output("messages", "templates", str(folder))
    monkeypatch.setenv("CASEREVIEW_TEMPLATES", str(folder))
    assert "templates" not in checks(late)
    (folder / "digest.txt").write_text("Subject: x\n{{ tea }}\n")
    assert "digest.txt, line 2: 'tea' is undefined" in checks(late)["templates"]["found"]
    done = late.run("messages", "send")
    assert (done.exit_code, "digest.txt, line 2" in done.stderr) == (0, True)
    assert late.fails(2, "messages", "templates", str(folder / "digest.txt"))


# --- what is set up badly -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "check", "says"),
    [
        ({"CASEREVIEW_SMTP": f"smtps://u:{TOKEN}@h:soon", "CASEREVIEW_SENDER": SENDER}, "e-mail", "mail server's URL"),
        ({"CASEREVIEW_SMTP": f"smtp://u:{TOKEN}@h", "CASEREVIEW_SENDER": SENDER}, "e-mail", "could be read on the way"),
        ({"CASEREVIEW_SMTP": f"smtps://u:{TOKEN}@h"}, "e-mail", "CASEREVIEW_SENDER"),
        ({"CASEREVIEW_SMTP": f"smtps://u:{TOKEN}@h", "CASEREVIEW_SENDER": "unit"}, "e-mail", "the sender"),
        ({"CASEREVIEW_SMTP": f"smtps://u:{TOKEN}@h", "CASEREVIEW_DRAFTS": "x"}, "e-mail", "CASEREVIEW_DRAFTS"),
        ({"CASEREVIEW_DRAFTS": "x", "CASEREVIEW_SENDER": "unit"}, "e-mail", "the sender"),
        ({"CASEREVIEW_TEMPLATES": "/nowhere/at/all"}, "templates", "CASEREVIEW_TEMPLATES"),
    ],
    ids=["malformed", "in the clear", "no sender", "a bad sender", "both ways", "a bad sender of drafts", "no folder"],
)
def test_what_is_set_up_badly_is_named_without_its_password(
    late: Office, environment: dict[str, str], check: str, says: str
) -> None:
    for args in (("messages", "send"), ("worker", "--once"), ("--debug", "messages", "send", "--json")):
        said = late.run(*args, **environment)
        assert said.exit_code == 2
        assert says in said.stderr
        assert TOKEN not in said.output
    found = late.run("doctor", "--json", **environment)
    (fault,) = (one for one in json.loads(found.stdout) if one["name"] == check)
    assert (found.exit_code, fault["passed"], says in fault["found"]) == (1, False, True)
    assert TOKEN not in found.output


def test_a_folder_of_drafts_that_cannot_be_written_is_a_fault(late: Office, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = late.run("messages", "send", CASEREVIEW_DRAFTS=str(tmp_path / "file"))
    assert done.exit_code == 1
    found = json.loads(late.run("doctor", "--json", CASEREVIEW_DRAFTS=str(tmp_path / "file")).stdout)
    assert "cannot be written" in next(one["found"] for one in found if one["name"] == "e-mail")


# --- an address that may hold a token -------------------------------------------------------------------


@pytest.mark.parametrize("url", [f"nothing://{TOKEN}", TOKEN, f"json://{TOKEN} x", f"msteams://{TOKEN}"])
@pytest.mark.parametrize("options", [(), ("--json",), ("--debug",)], ids=["", "json", "debug"])
def test_a_malformed_address_is_refused_and_not_quoted(office: Office, url: str, options: tuple[str, ...]) -> None:
    done = office.run("people", "add", "Kim Cole", "--role", "referrer", "--notify", url, *options)
    assert done.exit_code == 2
    assert TOKEN not in done.output
    assert len(office.document("people", "list")) == 1


def test_a_token_is_shown_nowhere(office: Office, ref: str) -> None:
    with web_server(WebhookServer()) as hook:
        url = f"json://{TOKEN}:x@127.0.0.1:{hook.port}/"
        add = ("people", "change", "Sam Reed", "--role", "business_manager", "--notify", url)
        shown = [office.output(*add), json.dumps(office.document(*add)), office.run(*add, "--debug").output]
        assert [one["notify"] for one in office.document("people", "list")] == ["json"]
        office.output("people", "add", "Kim Cole", "--role", "subgroup_chair", "--email", "kim@example.org")
        late = office.at(LATER)
        late.output("escalate")
        looks: tuple[tuple[str, ...], ...] = (
            ("messages", "send", "--debug"),
            ("people", "list"),
            ("people", "list", "--json"),
        )
        shown += [late.run(*args).output for args in looks]
        assert [one["title"] for one in hook.accepted]
        (message, *_) = late.document("messages")["messages"]
        assert (message["channel"], message["address"]) == ("notify", "json://…")
        looks = (("messages",), ("messages", "--json"), ("messages", "show", message["id"]), ("doctor",))
        shown += [late.run(*args).output for args in looks]
        shown.append(late.run("messages", "show", message["id"], "--json").output)
    assert TOKEN not in "".join(shown)


# --- what is sensitive ----------------------------------------------------------------------------------

SECRET = "Zacharias-the-invented"
TITLE = "Title-of-the-case"


@pytest.mark.long
def test_no_message_draft_or_log_holds_what_is_sensitive_or_the_title(
    office: Office, postbox: MailServer, tmp_path: Path
) -> None:
    account = {
        "title": TITLE,
        "what_happened": f"An account of {SECRET}.",
        "child": SECRET,
        "born_on": "2019-03-07",
    }
    ref = office.output(
        "refer", "serious_case_review", "--file", office.write("x.json", example_record("refer", **account)), "--on",
        "2026-01-05",
    ).strip()  # fmt: skip
    office.output("step", ref, "note", "--set", f"text={SECRET}")
    for name, role in (("Sam Reed", "business_manager"), ("Kim Cole", "subgroup_chair")):
        office.enter_person(name, role, f"{name[:3].lower()}@example.org")
    late = office.at(LATER)
    drafts = tmp_path / "drafts"
    worked = late.process("--debug", "worker", "--once", CASEREVIEW_DRAFTS=str(drafts))
    late.output("messages", "release", "--all")
    shown = [late.run("messages", "send", "--debug").output, late.output("messages"), worked.stderr, worked.stdout]
    shown.append(json.dumps(late.document("messages")))
    laid = [path.read_bytes() for path in drafts.iterdir()]
    assert laid
    assert postbox.raw
    everything = b"".join((*postbox.raw, *laid, *(text.encode() for text in shown)))
    assert ref.encode() in everything
    for private in (SECRET, TITLE, "2019-03-07", "7 March 2019"):
        assert private.encode() not in everything
