"""Everything that a person reads shows titles and no identifiers, in each shipped workflow."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

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

from ..support.command_line import Office, step_of_file
from ..support.review_stories import RECORDS
from ..support.screen_words import identifiers_in

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
Args = tuple[str, ...]


def shown(office: Office, args: Args) -> str:
    """Return all that a command prints on a wide terminal, whether it succeeds or not."""
    output = office.run(*args, **WIDE).output
    assert "went wrong inside" not in output, args
    return output


def found_in(office: Office, commands: Iterable[Args]) -> list[str]:
    return [f"{' '.join(args)}\n    {word}" for args in commands for word in identifiers_in(shown(office, args))]


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
    office.output("dispose", early, "--field", "referred by", "--reasons", "Asked for.")
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
    assert found_in(played, [(read, ref) for ref in refs for read in reads]) == []


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
                found += identifiers_in(said_of(engine, command))
    assert found == []


@pytest.mark.long
def test_every_refused_opening_shows_titles(engine: Engine) -> None:
    found = []
    for workflow in WORKFLOWS:
        for parent in (None, "SCR-2026-001", "M-2026-001"):
            command = Open(workflow=workflow.name, actor=story.TYPIST, data={}, parent=parent)
            found += identifiers_in(said_of(engine, command))
    assert found == []


def said_of(engine: Engine, command: Open | Step) -> str:
    """Return what a person reads if a command is tried: the error, or the warnings."""
    try:
        return "\n".join(engine.dry_run(command).warnings)
    except CasereviewError as error:
        return advised(error)
