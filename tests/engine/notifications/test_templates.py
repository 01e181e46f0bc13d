"""The texts of messages: the default ones, and an office's own."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from casereview.engine.notifications.templates import (
    DIGEST,
    LONGEST_SUBJECT,
    MESSAGE,
    MessageLine,
    MessageTemplates,
    RenderedMessage,
)
from casereview.workflows import MESSAGE_TEMPLATES

TODAY = date(2026, 2, 2)


def line(number: int = 1, *, what: str = "decide", due: date = date(2026, 1, 30), days: int = 3) -> MessageLine:
    return MessageLine(ref=f"LN-2026-{number:03d}", task=what, due=due, days_overdue=days, person="Kim")


def written(wording: MessageTemplates, person: str = "Lee", **lines: list[MessageLine]) -> RenderedMessage:
    return wording.render_message(
        person,
        TODAY,
        overdue=lines.get("overdue", []),
        due_soon=lines.get("due_soon", []),
        done_in_time=lines.get("done_in_time", []),
    )


def own(folder: Path, text: str | bytes, name: str = MESSAGE) -> MessageTemplates:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return MessageTemplates(default=MESSAGE_TEMPLATES, folder=folder)


# --- the default ones --------------------------------------------------------------------------------------


def test_a_message_says_what_is_overdue_since_when_and_what_to_do() -> None:
    found = written(
        MessageTemplates(default=MESSAGE_TEMPLATES),
        overdue=[line(), line(2, due=date(2026, 2, 1), days=1)],
        due_soon=[line(3)],
    )
    assert found.problem is None
    assert found.subject == "2 overdue, 1 due soon: LN-2026-001, LN-2026-002, LN-2026-003"
    assert found.body == (
        "Dear Lee,\n"
        "\n"
        "Overdue on Monday 2 February 2026:\n"
        "\n"
        "  LN-2026-001: decide\n"
        "  It was due on Friday 30 January 2026: 3 days overdue.\n"
        "\n"
        "  LN-2026-002: decide\n"
        "  It was due on Sunday 1 February 2026: 1 day overdue.\n"
        "\n"
        "Due soon:\n"
        "\n"
        "  LN-2026-003: decide\n"
        "  It is due by the end of Friday 30 January 2026.\n"
        "\n"
        "What to do: when it is done, tell the business unit the date. If you need more time, ask them for a\n"
        "new date and say why. After they record either of these, the reminders stop.\n"
        "\n"
        "For confidentiality, this message names no child or family and gives no details of a review.\n"
    )


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        ({"overdue": [line()]}, "1 overdue: LN-2026-001"),
        ({"due_soon": [line(), line(what="inspect")]}, "2 due soon: LN-2026-001"),
        ({"done_in_time": [line()]}, "1 done in time: LN-2026-001"),
    ],
    ids=["overdue", "due soon", "done in time"],
)
def test_the_subject_says_how_much_there_is_of_what(lines: dict[str, list[MessageLine]], subject: str) -> None:
    assert written(MessageTemplates(default=MESSAGE_TEMPLATES), **lines).subject == subject


def test_a_notice_of_work_done_in_time_asks_for_nothing() -> None:
    body = written(MessageTemplates(default=MESSAGE_TEMPLATES), done_in_time=[line()]).body
    assert "You do not\nhave to do anything" in body
    assert "What to do" not in body


def test_a_digest_says_what_waits_for_whom_and_how_to_let_it_go() -> None:
    other = MessageLine(ref="LN-2026-002", task="inspect", due=date(2026, 1, 5), days_overdue=28, person="Ash")
    found = MessageTemplates(default=MESSAGE_TEMPLATES).render_digest("Sam", TODAY, on_hold=[line(), other])
    assert found.subject == "Reminders to check and release: 2 for Ash, Kim"
    ash, kim = found.body.index("For Ash:"), found.body.index("For Kim:")
    assert ash < found.body.index("LN-2026-002: inspect") < kim < found.body.index("LN-2026-001: decide")
    assert "casereview messages release NAME" in found.body
    assert "\n\n\n" not in found.body


def test_a_rehearsal_says_so_in_the_subject_and_at_the_top() -> None:
    for found in (
        written(MessageTemplates(default=MESSAGE_TEMPLATES, rehearsal=True), overdue=[line()]),
        MessageTemplates(default=MESSAGE_TEMPLATES, rehearsal=True).render_digest("Sam", TODAY, on_hold=[line()]),
    ):
        assert found.subject.startswith("Rehearsal: ")
        assert found.body.split("\n\n")[1].startswith("THIS IS A REHEARSAL.")
        assert "\n\n\n" not in found.body


def test_no_line_of_ours_is_wider_than_a_reader_s_window() -> None:
    found = written(
        MessageTemplates(default=MESSAGE_TEMPLATES, rehearsal=True),
        overdue=[line()],
        due_soon=[line(2)],
        done_in_time=[line(3)],
    )
    digest = MessageTemplates(default=MESSAGE_TEMPLATES, rehearsal=True).render_digest("Sam", TODAY, on_hold=[line()])
    assert max(len(text) for one in (found, digest) for text in one.body.splitlines()) <= 100
    assert "\n\n\n" not in found.body


def test_a_subject_of_many_references_is_bounded() -> None:
    subject = written(
        MessageTemplates(default=MESSAGE_TEMPLATES), overdue=[line(number) for number in range(1, 60)]
    ).subject
    assert len(subject) == LONGEST_SUBJECT
    assert (subject[:11], subject[-1]) == ("59 overdue:", "…")


# --- the office's own ------------------------------------------------------------------------------------


def test_the_office_s_own_templates_replace_the_default_ones(tmp_path: Path) -> None:
    wording = own(tmp_path, "Subject: Late, {{ person }}\n\n{{ overdue[0].due | day }}\n")
    assert written(wording, overdue=[line()]) == RenderedMessage(subject="Late, Lee", body="Friday 30 January 2026\n")
    assert wording.render_digest("Sam", TODAY, on_hold=[line()]) == MessageTemplates(
        default=MESSAGE_TEMPLATES
    ).render_digest("Sam", TODAY, on_hold=[line()])
    assert list(own(tmp_path, (MESSAGE_TEMPLATES / MESSAGE).read_bytes()).problems()) == []


@pytest.mark.parametrize(
    "text",
    ["Subject:  One \t two\x0b\u2028three\r\nText", "\ufeffSubject: One two three\nText"],
    ids=["blanks and line ends", "the mark that some editors begin with"],
)
def test_a_subject_is_one_line(tmp_path: Path, text: str) -> None:
    found = written(own(tmp_path, text), overdue=[line()])
    assert (found.subject, found.body, found.problem) == ("One two three", "Text\n", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Subject: x\n\n{% if overdue %}\n", "message.txt, line 3: Unexpected end of template."),
        ("Subject: x\n\n\n{{ personn }}\n", "message.txt, line 4: 'personn' is undefined"),
        ("Subject: x\n{% for one in overdue %}\n{{ one.dew }}\n{% endfor %}", "message.txt, line 3: "),
        ("Dear {{ person }}\n", "message.txt: expected a text in UTF-8 that begins with a line “Subject: …”"),
        ("", "message.txt: expected a text in UTF-8"),
        ("Subject:\nDear {{ person }}\n", "message.txt: expected a text in UTF-8"),
        ("Subject: Verspätet\n".encode("latin-1"), "message.txt: expected a text in UTF-8"),
        ("Subject: x\n{{ person.__class__.__mro__ }}", "message.txt, line 2: "),
        ("Subject: x\n{{ overdue.append(1) }}", "message.txt, line 2: "),
        ("Subject: x\n{% include 'other.txt' %}", "message.txt, line 2: 'other.txt' not found"),
        ("Subject: x\n{{ 1 / 0 }}", "message.txt: ZeroDivisionError"),
        ("Subject: x\n{% for n in range(10 ** 9) %}x{% endfor %}", "message.txt: OverflowError"),
    ],
    ids=[
        "broken off",
        "misspelt",
        "misspelt within",
        "no subject",
        "empty",
        "an empty subject",
        "not UTF-8",
        "reaching out of its sandbox",
        "changing what it is given",
        "another that is not there",
        "what fails",
        "what has no end",
    ],
)
def test_a_template_that_cannot_be_used_is_named_and_ours_is_sent(
    tmp_path: Path, text: str | bytes, problem: str
) -> None:
    wording = own(tmp_path, text)
    found, ours = (
        written(wording, overdue=[line()]),
        written(MessageTemplates(default=MESSAGE_TEMPLATES), overdue=[line()]),
    )
    assert (found.subject, found.body) == (ours.subject, ours.body)
    assert found.problem is not None
    assert found.problem.startswith(problem)
    assert [one.startswith(problem) for one in wording.problems()] == [True]


def test_a_digest_is_tried_as_well_and_a_message_in_each_of_its_forms(tmp_path: Path) -> None:
    wording = own(tmp_path, "Subject: x\n{% if done_in_time %}{{ tea }}{% endif %}")
    own(tmp_path, "Subject: x\n{{ cake }}", DIGEST)
    assert list(wording.problems()) == [
        "message.txt, line 2: 'tea' is undefined",
        "digest.txt, line 2: 'cake' is undefined",
    ]


def test_an_unreadable_folder_stops_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wording = own(tmp_path, "Subject: x\n")

    def forbidden(_path: Path) -> bool:
        raise PermissionError(os.strerror(13))

    monkeypatch.setattr(Path, "is_file", forbidden)
    found = written(wording, overdue=[line()])
    assert (found.subject, found.problem) == ("1 overdue: LN-2026-001", "message.txt: PermissionError")
