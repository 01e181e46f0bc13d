"""A change of a person that changes nothing is refused."""

from __future__ import annotations

from ...support.command_line import Office


def test_a_change_of_a_person_needs_something_that_changes(office: Office) -> None:
    said = office.fails(2, "people", "change", "Sam Reed")
    assert (
        "the change: expected at least one of --name, --role, --agency, --email, --notify and --account, found none."
        in said
    )
