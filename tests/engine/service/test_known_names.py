"""The names in a command are compared with the lists of people and of organisations."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from casereview.engine import Engine
from casereview.engine.decisions.names import with_names
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.forms.fields import Form, ShortText
from casereview.engine.forms.several_names import LISTED, ONE_ORGANISATION, ONE_PERSON, NameKind
from casereview.engine.forms.suggested_names import suggested_name
from casereview.engine.model.case import UNIT
from casereview.engine.model.commands import Correct, ImportSnapshot, NewDate, SnapshotStep, Step
from casereview.engine.model.people import DecidedBy
from casereview.engine.model.results import NameFinding
from casereview.persistence import Database

from ...support.loan_decisions import evening_of
from ...support.loan_engine import MONDAY, ask
from ...support.loan_workflow import ALL_STATES, CLAIM, LIBRARIAN_1, TRANSITIONS, loan, step_to


class Appointing(Form, frozen=True, kw_only=True):
    """A partner, a curator and guests."""

    partner: Annotated[ShortText, ONE_ORGANISATION, LISTED] | None = None
    curator: Annotated[ShortText, ONE_PERSON, LISTED] | None = None
    guests: tuple[Annotated[ShortText, ONE_PERSON], ...] = ()


APPOINT = step_to("appoint", ALL_STATES, None, Appointing, adds_organisations=("partner",), roles=("librarian",))
DECIDER = DecidedBy(name="Kim Cole", capacity="librarian")


@pytest.fixture
def engine(database: Database) -> Engine:
    workflow = loan(transitions=(*TRANSITIONS, APPOINT))
    return Engine(database, (workflow, CLAIM), now=lambda: evening_of(MONDAY)).acting_as(LIBRARIAN_1)


@pytest.fixture
def ref(engine: Engine) -> str:
    return ask(engine).ref


def fill(engine: Engine) -> None:
    engine.add_organisation("London Borough of X", aliases=("LBX",))
    engine.add_organisation("Y Trust")
    engine.add_person("Kim Cole", role="keeper")
    engine.add_person("Sam Reed", role="librarian")


def appoint(ref: str, decided_by: DecidedBy | None = None, **data: Any) -> Step:
    return Step(ref=ref, trigger="appoint", actor=LIBRARIAN_1, data=data, decided_by=decided_by)


def test_another_name_of_an_organisation_is_recorded_as_the_first(engine: Engine, ref: str) -> None:
    fill(engine)
    done = engine.record(appoint(ref, partner="lbx"))
    assert done.case.data["appoint"]["partner"] == "London Borough of X"
    assert "London Borough of X" in done.case.organisations
    assert done.warnings == ('"lbx" is recorded as "London Borough of X".',)
    assert engine.history(ref)[-1].effects.warnings == done.warnings
    # Another spelling is no other name.
    again = engine.record(appoint(ref, partner="Y  TRUST"))
    assert (again.case.data["appoint"]["partner"], again.warnings) == ("Y Trust", ())


def test_a_former_name_is_recorded_as_the_present_one(engine: Engine, ref: str) -> None:
    fill(engine)
    engine.change_person("Kim Cole", new_name="Kim Reed-Cole")
    decider = DecidedBy(name="kim  cole", capacity="librarian")
    done = engine.record(appoint(ref, decider, curator="Kim\u00a0Cole", guests=[" sam\u00a0REED ", "Anybody   Else "]))
    recorded = done.case.data["appoint"]
    assert (recorded["curator"], recorded["guests"]) == ("Kim Reed-Cole", ["Sam Reed", "Anybody Else"])
    assert done.events[-1].decided_by == DecidedBy(name="Kim Reed-Cole", capacity="librarian")
    assert done.warnings == ('"kim cole" is recorded as "Kim Reed-Cole".',)


def test_names_of_the_lists_themselves_are_as_typed(engine: Engine) -> None:
    """A correction may give a person back a name that is a former one of theirs."""
    fill(engine)
    engine.change_person("Kim Cole", new_name="Kim Reed")
    engine.add_person("Lee Hart", role="keeper", organisation="Z Trust")
    seq = engine.history(UNIT)[-1].seq
    roles = [{"role": "keeper", "organisation": "lbx"}]
    engine.record(Correct(ref=UNIT, seq=seq, actor=LIBRARIAN_1, wrong="x", reasons="x", data={"roles": roles}))
    assert [one.organisations for one in engine.people() if one.name == "Lee Hart"] == [("London Borough of X",)]
    engine.record(Correct(ref=UNIT, seq=seq - 1, actor=LIBRARIAN_1, wrong="x", reasons="x", data={"name": "Kim Cole"}))
    assert "Kim Cole" in {one.name for one in engine.people()}


def test_names_on_no_list_are_pointed_out_each_once(engine: Engine, ref: str) -> None:
    fill(engine)
    decider = DecidedBy(name="Kim Coel", capacity="librarian")
    done = engine.record(appoint(ref, decider, partner="Y Trsut", curator="kim coel", guests=["Anybody Else"]))
    assert done.warnings == (
        '"Kim Coel" is not on the list of people. Did you mean "Kim Cole"?',
        '"Y Trsut" is not on the list of organisations. Did you mean "Y Trust"?',
    )
    assert [one.suggestion for one in done.name_findings] == ["Kim Cole", "Y Trust"]
    assert engine.name_findings(appoint(ref, curator="Nobody")) == (
        NameFinding(path=("data", "curator"), title="curator", name="Nobody", kind=NameKind.PERSON, is_unknown=True),
    )
    # It takes part now, and who records is known.
    known = appoint(ref, DecidedBy(name="librarian 1", capacity="librarian"), partner="Y Trsut", curator="SAM REED")
    assert engine.record(known).warnings == ()


def test_an_empty_list_warns_of_nothing(engine: Engine, ref: str) -> None:
    engine.add_person("Sam Reed", role="librarian")
    assert engine.record(appoint(ref, DECIDER, partner="Y Trust", curator="Lee Hart")).warnings == ()


def test_what_may_be_several_names_is_one_if_it_is_on_the_list(engine: Engine, ref: str) -> None:
    assert engine.record(appoint(ref, partner="Parks and Sport")).warnings == (
        '"Parks and Sport" may be several names. If so, record each by itself.',
    )
    fill(engine)
    assert engine.record(appoint(ref, partner="Roads & Sons", guests=["Hart, Lee"])).warnings == (
        '"Roads & Sons" is not on the list of organisations. It may be several names: if so, record each by itself.',
        '"Hart, Lee" may be several names. If so, record each by itself.',
    )
    engine.add_organisation("Roads & Sons")
    other = ask(engine).ref
    assert engine.record(appoint(other, partner="roads & sons")).warnings == ()


def test_two_organisations_on_the_list_are_not_one(engine: Engine, ref: str) -> None:
    fill(engine)
    with pytest.raises(InvalidForm, match="found several organisations that are on the list"):
        engine.record(appoint(ref, partner="LBX and Y Trust"))
    assert engine.case(ref).organisations == ("Library 1",)


def test_the_names_of_corrections_and_imports_are_compared_too(engine: Engine, ref: str) -> None:
    fill(engine)
    engine.record(appoint(ref, curator="Kim Cole"))
    seq = engine.case(ref).seq
    right = Correct(
        ref=ref, seq=seq, actor=LIBRARIAN_1, wrong="The name.", reasons="Misread.",
        data={"partner": "LBX", "curator": "Kim Coel"}, decided_by=DECIDER,
    )  # fmt: skip
    corrected = engine.record(right)
    assert corrected.case.data["appoint"]["partner"] == "London Borough of X"
    assert len(corrected.warnings) == 2
    in_words = Correct(ref=ref, seq=seq, actor=LIBRARIAN_1, wrong="A.", reasons="B.")
    assert engine.record(in_words).warnings == ()
    snapshot = ImportSnapshot(
        workflow="loan", actor=LIBRARIAN_1, state="asked", opened_on=MONDAY, source="a list",
        organisations=("LBX", "Z Trust"),
        steps=(SnapshotStep(trigger="appoint", on=MONDAY, data={"partner": "lbx", "curator": "Sam Red"}),),
    )  # fmt: skip
    (imported,) = engine.import_many((snapshot,))
    assert engine.case(imported.ref).organisations == ("London Borough of X", "Z Trust")
    assert [one.name for one in imported.name_findings] == ["LBX", "Z Trust", "Sam Red"]
    assert imported.warnings[-3:] == tuple(map(str, imported.name_findings))


def test_what_decides_nothing_about_a_case_has_no_findings(engine: Engine) -> None:
    assert engine.name_findings(appoint("LN-2026-999", partner="LBX")) == ()
    assert engine.name_findings(Step(ref=ask(engine).ref, trigger="dance", actor=LIBRARIAN_1, data={})) == ()
    assert engine.name_finding("Y Trust", NameKind.ORGANISATION) is None
    fill(engine)
    found = engine.name_finding("Y Trsut", NameKind.ORGANISATION)
    assert found is not None
    assert found.suggestion == "Y Trust"
    assert engine.name_finding("Lee Hart", NameKind.PERSON, listed=False) is None


def test_a_command_gets_other_names_at_their_places(engine: Engine, ref: str) -> None:
    command = appoint(ref, DECIDER, guests=["A", "B"])
    changed = with_names(command, [(("decided_by", "name"), "C"), (("data", "guests", 1), "D")])
    assert (changed.decided_by.name, changed.data) == ("C", {"guests": ["A", "D"]})
    later = NewDate(ref=ref, deadline="x", to=MONDAY, actor=LIBRARIAN_1, reasons="R.", decided_by=DECIDER)
    assert with_names(later, [(("decided_by", "name"), "C")]).decided_by.name == "C"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kim Coel", "Kim Cole"),
        ("Cole, Kim", "Kim Cole"),
        ("kim", "Kim Cole"),
        ("Reed", None),  # two people have it
        ("Agency 7", None),  # another number is another agency
        ("Agencey 1", "Agency 1"),
        ("Somebody Else", None),
        ("?", None),
    ],
)
def test_the_known_name_that_is_most_alike_is_suggested(name: str, expected: str | None) -> None:
    known = ("Kim Cole", "Sam Reed", "Lee Reed", "Agency 1", "Agency 2")
    assert suggested_name(name, known) == expected


def test_a_corrected_step_of_an_import_names_an_organisation_as_listed(engine: Engine) -> None:
    fill(engine)
    step = SnapshotStep(trigger="appoint", on=MONDAY, data={"partner": "Y Trust"})
    snapshot = ImportSnapshot(
        workflow="loan", actor=LIBRARIAN_1, state="asked", opened_on=MONDAY, source="x", steps=(step,)
    )
    (imported,) = engine.import_many((snapshot,))
    command = Correct(
        ref=imported.ref, seq=1, step=2, actor=LIBRARIAN_1, wrong="x", reasons="x", data={"partner": "LBX"}
    )
    assert engine.record(command).case.organisations == ("London Borough of X",)
