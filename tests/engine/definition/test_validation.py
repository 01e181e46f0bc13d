"""Check declarations before any case depends on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import pytest

from casereview.engine.definition.deadline import (
    OWNER,
    EscalationLevel,
    Holder,
    OnEnter,
    OnExit,
    OnResume,
    OnStep,
    OnSuspend,
)
from casereview.engine.definition.relations import LinkFields
from casereview.engine.definition.validation import errors_within
from casereview.engine.definition.workflow import ChosenTarget, Role, State, Workflow
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText
from casereview.engine.model.calendar import days

from ...support.loan_workflow import (
    CLAIM,
    DEADLINES,
    ESCALATED_LOAN,
    ESCALATION_LEVELS,
    LOAN,
    OPENING,
    REVIEW,
    STATES,
    TRANSITIONS,
    Asking,
    Remark,
    Reopening,
    Report,
    deadline,
    loan,
    step_to,
)


class Buyer(Form, frozen=True, kw_only=True):
    name: Annotated[ShortText, SENSITIVE]
    town: ShortText


class Selling(Form, frozen=True, kw_only=True):
    """A record whose fields are sensitive: themselves, in their items or in a part."""

    target: Annotated[ShortText, SENSITIVE]
    relation: Annotated[ShortText, SENSITIVE]
    ref: Annotated[ShortText | None, SENSITIVE] = None
    shops: list[Annotated[ShortText, SENSITIVE]]
    buyer: Annotated[Buyer, SENSITIVE]
    sold_on: Annotated[date, SENSITIVE] | None = None


SUSPENSION_WITHOUT_REVIEW = (
    "The workflow must declare both or neither: the roles that may suspend deadlines,"
    " and a deadline that a suspension starts."
)


def also(**parts: Any) -> dict[str, Any]:
    """Return the loan's parts with one more of a kind."""
    declared = {"transitions": TRANSITIONS, "deadlines": DEADLINES, "states": STATES}
    return {name: (*declared[name], *more) for name, more in parts.items()}


def late(**more: Any) -> dict[str, Any]:
    """Return the loan's parts with one more deadline, sound except for the given parts."""
    sound = {"term": days(1), "starts": (OnStep(step="lend"),), "met_by": (OnStep(step="report"),)}
    return also(deadlines=(deadline("late", **{**sound, **more}),))


@pytest.mark.parametrize("workflow", [LOAN, ESCALATED_LOAN, CLAIM], ids=["loan", "a loan with escalation", "claim"])
def test_a_sound_declaration_has_no_errors(workflow: Workflow) -> None:
    assert list(errors_within(workflow)) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param(
            also(states=(State(name="voided", title="voided", meaning="It was a mistake.", is_end=True),)),
            ["The state voided is that of a case that was opened by mistake, and is not declared."],
            id="the state that every workflow has",
        ),
        pytest.param(
            also(states=(STATES[0],)),
            ["The state asked is declared 2 times."],
            id="a state declared twice",
        ),
        pytest.param(
            also(transitions=(TRANSITIONS[0],)),
            ["The step inspect is declared 2 times."],
            id="a step declared twice",
        ),
        pytest.param(
            also(transitions=(step_to("ask", ("lent",), None, Remark),)),
            ["The step ask is declared 2 times."],
            id="a step of the opening's name",
        ),
        pytest.param(
            also(deadlines=(DEADLINES[0], DEADLINES[0])),
            ["The deadline inspect is declared 3 times."],
            id="a deadline declared three times",
        ),
        pytest.param(
            {"opening": replace(OPENING, to=None)},
            ["The opening ask must have no source state and exactly one target state."],
            id="an opening that leads nowhere",
        ),
        pytest.param(
            {"opening": replace(OPENING, to=ChosenTarget(field="title", choices=("asked",)))},
            ["The opening ask must have no source state and exactly one target state."],
            id="an opening whose record names the state",
        ),
        pytest.param(
            {"opening": replace(OPENING, sources=("lent",))},
            ["The opening ask must have no source state and exactly one target state."],
            id="an opening from somewhere",
        ),
        pytest.param(
            also(transitions=(step_to("lose", (), None, Remark),)),
            ["lose has no source state."],
            id="a step without a source state",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lend",), "sold", Remark),)),
            [
                "sell names the state lend, which is not declared.",
                "sell names the state sold, which is not declared.",
            ],
            id="misspelt states",
        ),
        pytest.param(
            also(
                transitions=(
                    step_to("sell", ("lent",), ChosenTarget(field="return_to", choices=("asked", "sold")), Reopening),
                )
            ),
            ["sell names the state sold, which is not declared."],
            id="a misspelt state among those that a record may name",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lent",), None, Remark, roles=("keeper", "king")),)),
            ["sell names the role king, which is not declared."],
            id="a misspelt role",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lent",), None, Remark, roles=()),)),
            ["sell has no role that may decide it."],
            id="a step without a decider",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lent",), ChosenTarget(field="to", choices=("asked",)), Remark),)),
            ["sell names the field to, which its form does not have."],
            id="a misspelt field for the destination",
        ),
        pytest.param(
            also(
                transitions=(
                    step_to("sell", ("lent",), ChosenTarget(field="address.town", choices=("asked",)), Asking),
                )
            ),
            ["sell names the field address.town, which is not one of its form's own."],
            id="a destination in a part of the form",
        ),
        pytest.param(
            also(
                transitions=(
                    step_to(
                        "sell", ("lent",), None, Asking, title_field="titel", adds_organisations=("library", "other")
                    ),
                )
            ),
            [
                "sell names the field other, which its form does not have.",
                "sell names the field titel, which its form does not have.",
            ],
            id="misspelt fields for title and agencies",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lent",), None, Asking, title_field="address.county"),)),
            ["sell names the field address.county, which its form does not have."],
            id="a misspelt field of a part",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lent",), None, Asking, title_field="title.first"),)),
            ["sell names the field title.first, which its form does not have."],
            id="a field of what has no parts",
        ),
        pytest.param(
            also(transitions=(step_to("sell", ("lent",), None, Asking, title_field="address.town"),)),
            [],
            id="a field of a part",
        ),
        pytest.param(
            also(
                transitions=(
                    step_to(
                        "sell",
                        ("lent",),
                        ChosenTarget(field="target", choices=("asked",)),
                        Selling,
                        title_field="buyer.name",
                        adds_organisations=("shops",),
                        removes_organisations=("shops",),
                        link_fields=LinkFields(relation="relation", ref="ref"),
                    ),
                )
            ),
            [
                "sell takes the target state from the field target, which is sensitive.",
                "sell takes the link to another case from the field relation, which is sensitive.",
                "sell takes the link to another case from the field ref, which is sensitive.",
                "sell takes organisations from the field shops, which is sensitive.",
                "sell takes organisations from the field shops, which is sensitive.",
                "sell takes the title from the field buyer.name, which is sensitive.",
            ],
            id="sensitive fields that would be shown",
        ),
        pytest.param(
            {
                **also(
                    transitions=(step_to("sell", ("lent",), None, Selling),),
                    deadlines=(
                        deadline(
                            "late",
                            term=days(1),
                            starts=(OnStep(step="sell", day_field="sold_on", field="target", values=("x",)),),
                            met_by=(OnStep(step="report"),),
                        ),
                    ),
                ),
                "holders": (Holder(role="keeper", step="sell", field="buyer"),),
            },
            [
                "The workflow takes the holder of the role keeper from the field buyer of sell, which is sensitive.",
            ],
            id="a sensitive holder",
        ),
        pytest.param(
            also(
                transitions=(step_to("sell", ("lent",), None, Selling),),
                deadlines=(
                    deadline(
                        "late",
                        term=days(1),
                        starts=(OnStep(step="sell", day_field="sold_on", field="target", values=("x",)),),
                        met_by=(OnStep(step="report"),),
                    ),
                ),
            ),
            [
                "The deadline late depends on the field sold_on of sell, which is sensitive.",
                "The deadline late depends on the field target of sell, which is sensitive.",
            ],
            id="a deadline that counts from a sensitive day",
        ),
        pytest.param(
            also(states=(State(name="sold", title="sold", meaning="It is sold.", is_end=True),)),
            ["The state sold cannot be reached."],
            id="a state that cannot be reached",
        ),
        pytest.param(
            {
                **also(
                    states=(State(name="stuck", title="stuck", meaning="It is stuck."),),
                    transitions=(step_to("stick", ("lent",), "stuck", Remark),),
                )
            },
            ["The state stuck leads to no end state."],
            id="a state without a way out",
        ),
        pytest.param(
            {
                **also(
                    states=(
                        State(name="here", title="here", meaning="It is here."),
                        State(name="there", title="there", meaning="It is there."),
                    ),
                    transitions=(
                        step_to("hide", ("lent", "there"), "here", Remark),
                        step_to("seek", ("here",), "there", Remark),
                    ),
                )
            },
            ["The state here leads to no end state.", "The state there leads to no end state."],
            id="two states that lead only to each other",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], owner="king"),)},
            ["The deadline inspect is owned by king, which is not a declared role."],
            id="a deadline without an owner",
        ),
        pytest.param(late(starts=()), ["The deadline late never starts."], id="a deadline that never starts"),
        pytest.param(
            late(met_by=()),
            ["The deadline late must either have something that meets it or be a minimum period."],
            id="a deadline that cannot be met",
        ),
        pytest.param(
            late(minimum_period=True),
            ["The deadline late must either have something that meets it or be a minimum period."],
            id="a minimum period that is met",
        ),
        pytest.param(late(minimum_period=True, met_by=()), [], id="a minimum period"),
        pytest.param(
            late(starts=(OnStep(step="lends"),)),
            ["The deadline late names the step lends, which is not declared."],
            id="a deadline that a misspelt step starts",
        ),
        pytest.param(
            late(met_by=(OnStep(step="reports"),)),
            ["The deadline late names the step reports, which is not declared."],
            id="a deadline that a misspelt step meets",
        ),
        pytest.param(
            late(starts=(OnStep(step="lend", day_field="on", field="sort", values=("display",)),)),
            [
                "The deadline late names the field on, which lend does not have.",
                "The deadline late names the field sort, which lend does not have.",
            ],
            id="a deadline with misspelt fields",
        ),
        pytest.param(
            late(starts=(OnStep(step="lend", in_states=("sold",)),)),
            ["The deadline late names the state sold, which is no source state of lend."],
            id="a deadline started by a step in a state that is no source",
        ),
        pytest.param(
            late(starts=(OnEnter(state="lend"),), met_by=(OnExit(state="lend"),)),
            ["The deadline late names the state lend, which is not declared."] * 2,
            id="a deadline with misspelt states",
        ),
    ],
)
def test_a_contradiction_is_reported_in_a_sentence(changed: dict[str, Any], found: list[str]) -> None:
    assert list(errors_within(loan(**changed))) == found


def test_names_are_checked_before_the_paths_through_them() -> None:
    unsound = loan(**also(states=(State(name="sold", title="sold", meaning="It is sold."),)))
    misspelt = loan(
        **also(
            states=(State(name="sold", title="sold", meaning="It is sold."),),
            transitions=(step_to("lose", ("lost",), None, Report),),
        )
    )
    assert list(errors_within(unsound)) == ["The state sold cannot be reached."]
    assert list(errors_within(misspelt)) == ["lose names the state lost, which is not declared."]


# --- escalation, suspension and new dates ---------------------------------------------------------


def level(**changed: Any) -> EscalationLevel:
    return replace(EscalationLevel(name="owner", to=OWNER, working_days=0), **changed)


NO_KEEPER = (
    "acts for an organisation, so it counts only in that organisation's cases: it cannot record for others or manage"
    " people."
)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param(
            {"escalation_policy": ()},
            [
                f"The escalation policy of the deadline {one.name} has no levels."
                for one in ESCALATED_LOAN.deadlines
                if not one.minimum_period
            ],
            id="an empty policy",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], escalation_policy=()), REVIEW)},
            ["The escalation policy of the deadline inspect has no levels."],
            id="an empty policy of its own",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], escalation_policy=(level(), level(working_days=5))), REVIEW)},
            ["The escalation policy of the deadline inspect has 2 levels named owner."],
            id="two levels of one name",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], escalation_policy=(level(to="king"),)), REVIEW)},
            ["The deadline inspect notifies king, which is not a declared role."],
            id="a level for an undeclared role",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], escalation_policy=(level(to="donor"),)), REVIEW)},
            ["The deadline inspect notifies donor, a role that is never notified."],
            id="a level for a role that is never notified",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], owner="donor", escalation_policy=ESCALATION_LEVELS[:1]), REVIEW)},
            ["The deadline inspect notifies donor, a role that is never notified."],
            id="an owner that is never notified",
        ),
        pytest.param(
            {
                "deadlines": (
                    replace(DEADLINES[0], owner="king", escalation_policy=(level(), level(name="keeper", to="keeper"))),
                    REVIEW,
                )
            },
            ["The deadline inspect is owned by king, which is not a declared role."],
            id="an undeclared owner is reported once",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], may_reschedule=("king",)), REVIEW)},
            ["The deadline inspect may be rescheduled by king, which is not a declared role."],
            id="an undeclared role that may reschedule",
        ),
        pytest.param(
            {"may_reschedule": ("king",), "may_suspend": ("queen",)},
            [
                "The workflow names the role king, which is not declared.",
                "The workflow names the role queen, which is not declared.",
            ],
            id="undeclared roles that may reschedule or suspend",
        ),
        pytest.param(
            {"deadlines": DEADLINES},
            [SUSPENSION_WITHOUT_REVIEW],
            id="suspensions without a review",
        ),
        pytest.param(
            {"may_suspend": ()},
            [SUSPENSION_WITHOUT_REVIEW],
            id="a review without roles that may suspend",
        ),
        pytest.param(
            {"deadlines": (replace(REVIEW, met_by=(OnStep(step="tell"),)),)},
            ["The deadline review_suspension must both start with a suspension and be met when it is lifted."],
            id="a review that lifting does not meet",
        ),
        pytest.param(
            {"deadlines": (replace(DEADLINES[0], met_by=(OnResume(),)), REVIEW)},
            ["The deadline inspect must both start with a suspension and be met when it is lifted."],
            id="a step whose clock lifting meets",
        ),
        pytest.param(
            {"deadlines": (REVIEW, replace(REVIEW, name="look_again", starts=(OnSuspend(),)))},
            ["A suspension starts review_suspension and look_again, but may start only one deadline."],
            id="two reviews of one suspension",
        ),
        pytest.param(
            {"holders": (Holder(role="king", step="crown", field="name"),)},
            [
                "The workflow says who holds the role king, which is not declared.",
                "The workflow names the step crown, which is not declared.",
            ],
            id="a holder of nothing",
        ),
        pytest.param(
            {"holders": (Holder(role="courier", step="name_courier", field="name"),)},
            ["The workflow names the field name, which name_courier does not record."],
            id="a holder without a field",
        ),
        pytest.param(
            {
                "roles": (
                    *ESCALATED_LOAN.roles,
                    Role(name="w", title="w", acts_for_organisation=True, manages_people=True),
                )
            },
            [f"The role w {NO_KEEPER}"],
            id="a manager who acts for an organisation",
        ),
    ],
)
def test_escalation_and_suspension_need_declared_roles(changed: dict[str, Any], found: list[str]) -> None:
    parts = {name: getattr(ESCALATED_LOAN, name) for name in PARTS}
    assert list(errors_within(loan(**{**parts, **changed}))) == found


PARTS = ("roles", "transitions", "deadlines", "escalation_policy", "may_reschedule", "may_suspend", "holders")
