"""Everything that a person reads shows titles and no identifiers, in each shipped workflow."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import click
import pytest
from openpyxl import load_workbook

from casereview.cli import cli
from casereview.demonstration import story
from casereview.engine import CasereviewError, Engine
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.commands import Open, Step
from casereview.engine.model.people import DecidedBy
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.terminal.advice import advised
from casereview.workflows import WORKFLOWS
from casereview.workflows.parts.status import REVIEWS

from ..support.command_line import Office, step_of_file, word_document_text
from ..support.review_stories import RECORDS
from ..support.screen_words import unreadable_in

WIDE = {"COLUMNS": "400"}
RECORDED = datetime(2026, 6, 30, 10, tzinfo=UTC)
LATER = "2026-10-30T10:00:00+00:00"
PEOPLE = (
    ("Kim Cole", "subgroup_chair"),
    ("Bo Hart", "board_chair"),
    ("Al Park", "safeguarding_partners"),
    ("Lee Ward", "quality_assurance"),
)
DECIDED = ("--decided-by", "Bo Hart", "--capacity", "board_chair")
GROUNDS = ("--reasons", "Asked for.", "--rule", "Item 12", *DECIDED)
Args = tuple[str, ...]


def shown(office: Office, args: Args) -> str:
    """Return all that a command prints on a wide terminal, whether it succeeds or not."""
    output = office.run(*args, **WIDE).output
    assert "went wrong inside" not in output, args
    return output


def found_in(office: Office, commands: Iterable[Args]) -> list[str]:
    return [f"{' '.join(args)}\n    {word}" for args in commands for word in unreadable_in(shown(office, args))]


def begin_review(engine: Engine, workflow: str, share: float) -> str:
    """Open a review, take it some of its way by the examples, and return its reference."""
    first, *others = story.files(workflow)
    data, decider = story.read(first)
    ref = engine.open(workflow, actor=story.TYPIST, decided_by=decider, data=data).ref
    for file in others[: round(len(others) * share)]:
        story.take(engine, ref, step_of_file(file), *story.read(file))
    return ref


@pytest.fixture(scope="module")
def played(databases: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with each review in full, and each again after a quarter, a half and three quarters of its way."""
    folder = tmp_path_factory.mktemp("played")
    shutil.copy(databases / "rehearsal.db", folder / "casereview.db")
    office = Office(folder=folder, now=RECORDED.isoformat())
    for name, role in PEOPLE:
        office.output("people", "add", name, "--role", role, "--email", f"{name[:2].lower()}@example.org")
    database = Database(f"sqlite:///{office.path}")
    engine = Engine(database, WORKFLOWS, now=lambda: RECORDED)
    refs = {(workflow, share): begin_review(engine, workflow, share) for workflow in REVIEWS for share in SHARES}
    database.close()
    early = refs["serious_case_review", 1 / 4]
    office.output("meeting", "call", "quality_assurance", "--on", "2026-06-29", "--chair", "Lee Ward", "--quorum", "2")
    office.output("meeting", "attend", "M-2026-001", "--present", "Lee Ward", "--present", "Bo Hart")
    office.output("people", "away", "Kim Cole", "--from", "2026-07-01", "--to", "2026-07-09", "--deputy", "Bo Hart")
    office.output(
        *("terms", "set", "serious_case_review", "decide", "--term", "15 working days", "--from", "2026-07-01"),
        *("--level", "subgroup_chair=12", "--reasons", "As agreed."),
    )
    office.output("new-date", early, "complete_review", "2027-01-29", "--reasons", "Late papers.", *DECIDED)
    trial = ("--proceeding", "Crown Court trial", "--consulted", "The CPS", "--reasons", "Witnesses.")
    for _ in range(2):
        office.output("suspend", early, *trial, *DECIDED)
        office.output("resume", early, "--reasons", "Over.", *DECIDED)
    office.output("suspend", early, *trial, *DECIDED)
    for relation in ("another_area_review", "joint_review"):
        office.output("step", early, "link", "--set", f"relation={relation}", "--set", f"other=NA {relation[0]}")
    office.output("correct", early, "--event", "1", "--wrong", "Mistyped.", "--reasons", "Seen.", "--set", "harm=death")
    office.output("dispose", early, "--field", "referred by", *GROUNDS)
    later = office.at(LATER)
    later.output("calendar", "add", "2026-11-16", "--reasons", "Proclaimed.")
    later.output("escalate")
    return later


SHARES = (1, 3 / 4, 1 / 2, 1 / 4)


@pytest.fixture(scope="module")
def engine(played: Office) -> Iterator[Engine]:
    database = Database(f"sqlite:///{played.path}")
    yield Engine(database, WORKFLOWS, now=lambda: datetime.fromisoformat(LATER))
    database.close()


def one_of_each_state(engine: Engine) -> dict[tuple[str, str], str]:
    """Return a case of each workflow in each state that one is in."""
    cases = (case for workflow in WORKFLOWS for case in engine.cases(Selection(workflow=workflow.name, limit=1_000)))
    return {(case.workflow, case.state): case.ref for case in cases}


def commands(group: click.Group = cli, path: Args = ()) -> Iterator[Args]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def leaves(group: click.Group = cli, path: Args = ()) -> Iterator[tuple[Args, click.Command]]:
    """Yield each command that is no group, with its name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


def wrong_uses(path: Args, command: click.Command) -> Iterator[Args]:
    """Yield uses of a command that it does not understand: an option that there is not, none, and nonsense."""
    options = [one for one in command.params if isinstance(one, click.Option)]
    arguments = ["nonsense" for one in command.params if isinstance(one, click.Argument)]
    needed = [word for one in options if one.required for word in (one.opts[0], "nonsense")]
    yield (*path, "--nonsense")
    yield (*path, *arguments, *needed, "too many")
    for option in options:
        if option.name != "database" and not option.is_flag:
            yield (*path, option.opts[0], "nonsense")
    if arguments or needed:
        yield path
        yield (*path, *arguments, *needed)


def text_of_file(path: Path) -> str:
    """Return what a person reads in a file: the whole text of a page, a document, a workbook or a calendar."""
    match path.suffix:
        case ".docx":
            return word_document_text(str(path))
        case ".html":
            return unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.S))
        case ".xlsx":
            cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
            texts = [cell.value for cell in cells if isinstance(cell.value, str)]
            return "\n".join((*texts, *(cell.comment.text for cell in cells if cell.comment is not None)))
        case _:
            return path.read_text(encoding="utf-8").replace("\r\n ", "")


def test_every_help_text_shows_codes_only_to_type(empty: Office) -> None:
    assert found_in(empty, [(*path, "--help") for path in [(), *commands()]]) == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_every_definition_shows_titles(empty: Office, workflow: Workflow) -> None:
    asked = ("workflows", workflow.name)
    assert found_in(empty, [asked, (*asked, "--markdown"), (*asked, "--check"), ("workflows",)]) == []


@pytest.mark.long
def test_every_page_of_a_case_shows_titles(played: Office, engine: Engine) -> None:
    refs = one_of_each_state(engine).values()
    reads = ("show", "history", "next", "timeline")
    assert found_in(played, [(read, ref) for ref in (*refs, "UNIT") for read in reads]) == []


@pytest.mark.long
def test_every_list_shows_titles(played: Office) -> None:
    lists = [("list", "--workflow", workflow.name) for workflow in WORKFLOWS]
    lists += [("list",), ("list", "--parent", "SCR-2026-001"), ("list", "--counts"), ("board",), ("today",)]
    lists += [("overdue",), ("forecast", "--days", "90"), ("people", "list"), ("calendar",), ("terms",)]
    lists += [("messages",), ("meeting", "list"), ("doctor",), ("verify",), ("report", "deadlines")]
    lists += [("escalate", "--at", "2027-03-01", "--dry-run"), ("meeting", "agenda", "M-2026-001")]
    lists += [("calendar", "add", "2026-12-01", "--reasons", "x", "--dry-run")]
    lists += [("messages", "show", message["id"]) for message in played.document("messages")["messages"]]
    assert found_in(played, lists) == []


@pytest.mark.long
def test_every_report_shows_titles(played: Office) -> None:
    refs = [case["ref"] for case in played.document("list")]
    reports = [("report", "tracker"), ("report", "exceptions"), ("report", "annual"), ("handover", "Sam Reed")]
    reports += [("report", name, ref) for ref in refs for name in ("tracker", "progress", "exceptions")]
    reports += [("handover", ref, "--with-sensitive") for ref in refs]
    reports += [("meeting", "minutes", "M-2026-001")]
    assert found_in(played, reports) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["html", "docx", "xlsx", "ics"])
def test_every_file_shows_titles(played: Office, kind: str) -> None:
    reviews = ("SCR-2026-001", "PR-2026-001", "CSPR-2026-001")
    reports: dict[str, list[Args]] = {
        "html": [("handover", ref, "--with-sensitive") for ref in reviews],
        "docx": [("report", name, ref) for ref in reviews for name in ("progress", "exceptions")],
        "xlsx": [("report", "tracker"), ("report", "annual"), ("report", "tracker", "SCR-2026-001")],
        "ics": [("report", "deadlines")],
    }
    reports["html"] += [("handover", "Kim Cole"), ("report", "annual"), *reports["xlsx"], *reports["docx"]]
    reports["docx"] += [("meeting", "minutes", "M-2026-001"), *reports["html"]]
    found = []
    for args in reports[kind]:
        file = played.folder / f"report.{kind}"
        played.output(*args, "--format", kind, "--out", str(file))
        found += unreadable_in(text_of_file(file))
    if kind == "xlsx":
        for option in ("--template", "--export"):
            file = played.folder / "register.xlsx"
            played.output("bring-in", option, str(file))
            found += unreadable_in(text_of_file(file))
    assert found == []


@pytest.mark.long
def test_the_demonstration_shows_titles(played: Office) -> None:
    assert found_in(played, [("demo",)]) == []


@pytest.mark.long
def test_the_answer_to_every_wrong_use_shows_titles(played: Office) -> None:
    runs_on = ("worker", "demo", "init", "completion", "restore", "upgrade", "copy", "backup")
    uses = [use for path, command in leaves() if path[0] not in runs_on for use in wrong_uses(path, command)]
    assert len(uses) > 300
    assert found_in(played, uses) == []


@pytest.mark.long
def test_the_answer_to_every_wrong_amendment_shows_titles(played: Office) -> None:
    wrong = ("--wrong", "x", "--reasons", "y", "--dry-run")
    amendments: list[Args] = []
    for ref in ("SCR-2026-004", "PR-2026-003", "M-2026-001", "UNIT"):
        amendments.append(("dispose", ref, "--field", "nonsense", *GROUNDS, "--dry-run"))
        for event in played.document("history", ref)[:40]:
            at = ("--event", str(event["seq"]))
            amendments.append(("dispose", ref, *at, "--field", "nonsense", *GROUNDS, "--dry-run"))
            amendments.append(("correct", ref, *at, *wrong))
            amendments.append(("correct", ref, *at, "--set", "nonsense=x", *wrong))
    assert found_in(played, amendments) == []


@pytest.mark.long
def test_every_refusal_and_every_fault_of_a_record_shows_titles(engine: Engine) -> None:
    """Each step is tried in each state, without a record and with a sound one, and decided by a wrong role."""
    found = []
    for (name, _), ref in one_of_each_state(engine).items():
        workflow = engine.workflows.latest(name)
        sound = RECORDS[workflow]
        for step in workflow.transitions:
            decider = DecidedBy(name="Kim Cole", capacity=step.roles[0])
            wrong = DecidedBy(name="Kim Cole", capacity="panel_member")
            for data, by in (
                ({}, decider),
                (sound.get(step.trigger, {}), decider),
                (sound.get(step.trigger, {}), wrong),
            ):
                command = Step(ref=ref, trigger=step.trigger, actor=story.TYPIST, decided_by=by, data=data)
                found += unreadable_in(said_of(engine, command))
    assert found == []


@pytest.mark.long
def test_every_refused_opening_shows_titles(engine: Engine) -> None:
    found = []
    for workflow in WORKFLOWS:
        for parent in (None, "SCR-2026-001", "M-2026-001"):
            command = Open(workflow=workflow.name, actor=story.TYPIST, data={}, parent=parent)
            found += unreadable_in(said_of(engine, command))
    assert found == []


def said_of(engine: Engine, command: Open | Step) -> str:
    """Return what a person reads if a command is tried: the error, or the warnings."""
    try:
        return "\n".join(engine.dry_run(command).warnings)
    except CasereviewError as error:
        return advised(error)
