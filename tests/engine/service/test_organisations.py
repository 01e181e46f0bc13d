"""The list of organisations: each is one, under whichever of its names it is typed."""

from __future__ import annotations

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import BadValue, InvalidForm, OrganisationKnown, PersonKnown
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.errors.unknown import UnknownOrganisation
from casereview.engine.model.case import UNIT
from casereview.engine.model.dispose import Dispose
from casereview.engine.model.organisations import Organisation
from casereview.engine.model.people import RoleHolding
from casereview.engine.ports.records import Selection
from casereview.persistence import Database

from ...support.loan_decisions import evening_of
from ...support.loan_engine import MONDAY
from ...support.loan_workflow import (
    BRANCH_CLERK,
    BRANCH_LEAD,
    CLAIM,
    LIBRARIAN_1,
    READER_1,
    RECORDS_BY_STEP,
    ROLES,
    loan,
)

LEAD = BRANCH_LEAD.name
LBX = Organisation(name="London Borough of X", aliases=("LBX", "X Council"))


@pytest.fixture
def engine(database: Database) -> Engine:
    workflow = loan(roles=(*ROLES, BRANCH_LEAD, BRANCH_CLERK))
    return Engine(database, (workflow, CLAIM), now=lambda: evening_of(MONDAY)).acting_as(LIBRARIAN_1)


def add_lbx(engine: Engine) -> None:
    engine.add_organisation(LBX.name, aliases=(" X Council", "lbx", "LBX", LBX.name))


def test_each_name_of_an_organisation_finds_it(engine: Engine) -> None:
    assert engine.organisations() == ()
    add_lbx(engine)
    assert engine.organisations() == (LBX,)
    for name in ("london borough of x", "LBX", "x  council"):
        assert engine.organisation(name) == LBX
    assert engine.organisation("Y Council") is None


@pytest.mark.parametrize(
    ("name", "aliases", "text"),
    [
        ("LBX", (), "LBX is a name of London Borough of X already."),
        ("Y Council", ("london borough of X",), "London Borough of X is on the list of organisations already."),
        ("Y Council", ("x council",), "x council is a name of London Borough of X already."),
    ],
)
def test_no_name_belongs_to_two_organisations(engine: Engine, name: str, aliases: tuple[str, ...], text: str) -> None:
    add_lbx(engine)
    with pytest.raises(OrganisationKnown) as error:
        engine.add_organisation(name, aliases=aliases)
    assert str(error.value).startswith(text)
    engine.add_organisation("Z Trust")
    with pytest.raises(OrganisationKnown):
        engine.change_organisation("Z Trust", new_name=name, add_aliases=aliases)
    assert [one.names for one in engine.organisations()] == [LBX.names, ("Z Trust",)]


@pytest.mark.parametrize(("name", "aliases"), [("LBX, Z Trust", ()), ("Y", ("Z Trust and x council",))])
def test_two_organisations_are_not_added_as_one(engine: Engine, name: str, aliases: tuple[str, ...]) -> None:
    add_lbx(engine)
    engine.add_organisation("Z Trust")
    with pytest.raises(InvalidForm, match="several organisations that are on the list"):
        engine.add_organisation(name, aliases=aliases)
    with pytest.raises(InvalidForm, match="several organisations that are on the list"):
        engine.change_organisation("Z Trust", new_name="LBX and Z Trust")
    with pytest.raises(InvalidForm, match="several organisations that are on the list"):
        engine.add_person("Lee Hart", role=LEAD, organisation="Z Trust and LBX")
    engine.add_person("Lee Hart", role=LEAD, organisation="LBX")
    with pytest.raises(InvalidForm, match="several organisations that are on the list"):
        engine.change_person("Lee Hart", organisation="Z Trust and LBX")
    # One that is not on the list may be called so.
    engine.add_organisation("Barnet, Enfield and Haringey Trust")


@pytest.mark.parametrize("name", ["(disposed of)", " (Disposed\u00a0 of) "])
def test_nothing_is_called_disposed_of(engine: Engine, name: str) -> None:
    engine.add_person("Lee Hart", role=LEAD, organisation="LBX")
    for refused in (
        lambda: engine.add_person(name, role="keeper"),
        lambda: engine.add_person("Kim Cole", role=LEAD, organisation=name),
        lambda: engine.change_person("Lee Hart", new_name=name),
        lambda: engine.change_person("Lee Hart", organisation=name),
        lambda: engine.add_organisation(name),
        lambda: engine.add_organisation("LBX", aliases=(name,)),
    ):
        with pytest.raises(BadValue, match="not the words that stand for a name disposed of"):
            refused()


def test_blanks_in_new_names_are_put_in_order(engine: Engine) -> None:
    added = engine.add_organisation(" London\u00a0\u00a0Borough of  X", aliases=("L\u200bB\ufeffX ",))
    assert added.names == ("London Borough of X", "LBX")
    person = engine.add_person("Lee \u3164 Hart", role=LEAD, organisation=" Y  Trust ")
    assert (person.name, person.organisations) == ("Lee Hart", ("Y Trust",))
    assert engine.change_person("Lee Hart", new_name="Lee\u202fReed").name == "Lee Reed"


def test_roles_follow_an_organisation_through_its_names(engine: Engine) -> None:
    """Otherwise a person whose role was entered under a former name would miss their reminders one day."""
    add_lbx(engine)
    engine.add_person("Lee Hart", role=(LEAD, "keeper"), organisation="LBX")
    engine.add_person("Kim Cole", role="keeper", organisation="Z Trust")
    engine.change_organisation("LBX", new_name="North Borough", remove_aliases=("LBX",))
    engine.change_organisation("North Borough", remove_aliases=("London Borough of X",))
    assert [(one.name, one.organisations) for one in engine.people()] == [
        ("Kim Cole", ("Z Trust",)),
        ("Lee Hart", ("North Borough",)),
    ]
    with pytest.raises(BadValue, match="North Borough, for which Lee Hart acts"):
        engine.remove_organisation("X Council")
    engine.add_person("Ann Ivy", role=LEAD, organisation="X council")
    with pytest.raises(BadValue, match="North Borough, for which Ann Ivy and Lee Hart act"):
        engine.remove_organisation("X Council")
    for name in ("Lee Hart", "Ann Ivy"):
        engine.remove_person(name)
    assert engine.remove_organisation("X Council").name == "North Borough"


def test_an_organisation_gets_other_names_and_loses_some(engine: Engine) -> None:
    add_lbx(engine)
    changed = engine.change_organisation(
        "lbx", new_name="Council of X", add_aliases=("CX",), remove_aliases=("x council",)
    )
    assert changed == Organisation(name="Council of X", aliases=("CX", "LBX", "London Borough of X"))
    assert engine.organisations() == (changed,)
    with pytest.raises(BadValue, match="expected one of CX, LBX or London Borough of X, found Y"):
        engine.change_organisation("CX", remove_aliases=("Y",))
    engine.change_organisation("CX", remove_aliases=changed.aliases)
    with pytest.raises(BadValue, match="expected none, since it has none, found Y"):
        engine.change_organisation("Council of X", remove_aliases=("Y",))
    assert engine.remove_organisation("council of x").name == "Council of X"
    assert engine.organisations() == ()
    for verb in (engine.remove_organisation, engine.change_organisation):
        with pytest.raises(UnknownOrganisation):
            verb("LBX")


def test_only_a_manager_changes_the_list_and_only_with_single_names(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        engine.add_organisation("LBX", actor=READER_1)
    with pytest.raises(InvalidForm):
        engine.add_organisation("LBX; LBY")
    with pytest.raises(InvalidForm):
        engine.add_organisation("LBX", aliases=("LBY/LBZ",))
    assert engine.organisations() == ()


def test_a_role_in_an_organisation_is_held_under_its_name(engine: Engine) -> None:
    add_lbx(engine)
    engine.add_person("Lee", role=LEAD, organisation="LBX")
    assert engine.people()[0].holdings == (RoleHolding(LEAD, LBX.name),)
    engine.change_person("Lee", role=LEAD, organisation="X Council")
    assert engine.people()[0].holdings == (RoleHolding(LEAD, LBX.name),)
    # A case that was recorded under another of its names is a case of theirs, too.
    assert {one.organisation for one in engine.actor("Lee").holdings} == set(LBX.names)
    assert engine.remove_person("Lee", role=LEAD, organisation="lbx").holdings == ()


def test_cases_recorded_under_several_names_are_listed_as_of_one(engine: Engine) -> None:
    refs = [
        engine.open("loan", actor=READER_1, data={**RECORDS_BY_STEP["ask"], "others": others}).ref
        for others in (["LBX"], ["london borough of x", "LBX"], ["Y Council"])
    ]
    assert [one.ref for one in engine.cases(Selection(organisation="LBX"))] == refs[:2]
    assert [one.ref for one in engine.cases(Selection(organisation=LBX.name))] == refs[1:2]
    add_lbx(engine)
    for name in LBX.names:
        assert [one.ref for one in engine.cases(Selection(organisation=name))] == refs[:2]
        assert {one.ref for one in engine.deadlines(organisation=name)} == set(refs[:2])


def test_a_person_with_another_name_is_still_found_by_the_former(engine: Engine) -> None:
    engine.add_person("Lee Hart", role="keeper", email="lee@example.org")
    engine.add_person("Kim Cole", role="keeper")
    day = evening_of(MONDAY).date()
    engine.add_absence("Lee Hart", from_day=day, to_day=day, deputy="Kim Cole")
    changed = engine.change_person("lee hart", new_name="Lee Reed")
    assert (changed.name, changed.former_names, changed.email) == ("Lee Reed", ("Lee Hart",), "lee@example.org")
    assert changed in engine.people()
    assert engine.actor("LEE HART").id == engine.actor("Lee Reed").id
    assert [one.name for one in engine.absences()] == ["Lee Reed"]
    with pytest.raises(PersonKnown, match="Lee Reed is on the list already"):
        engine.add_person("Lee Hart", role="keeper")
    with pytest.raises(PersonKnown, match="Lee Reed is on the list already"):
        engine.change_person("Kim Cole", new_name="lee hart")
    assert engine.change_person("Lee Reed", new_name="Lee Hart").former_names == ("Lee Reed",)
    engine.change_person("Kim Cole", new_name="Kim Ray")
    assert [one.deputy for one in engine.absences()] == ["Kim Ray"]
    assert [one.name for one in engine.end_absences("Lee Reed", day=day)] == ["Lee Hart"]
    engine.remove_person("Lee Reed")
    assert [one.name for one in engine.people()] == ["Kim Ray"]


def test_disposed_names_of_people_and_organisations_are_no_names(engine: Engine) -> None:
    add_lbx(engine)
    engine.add_person("Lee Hart", role="keeper")
    engine.change_person("Lee Hart", new_name="Lee Reed")
    keeper = engine.history(UNIT)
    for seq, field in ((keeper[-3].seq, "aliases[0]"), (keeper[-2].seq, "name")):
        engine.record(Dispose(ref=UNIT, actor=LIBRARIAN_1, reasons="Asked for.", rule="Item 12.", seq=seq, field=field))
    assert engine.organisations() == (Organisation(name=LBX.name, aliases=("X Council",)),)
    (person,) = engine.people()
    assert (person.name, person.former_names) == ("Lee Reed", ())
