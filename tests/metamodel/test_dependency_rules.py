"""Which end depends on which: cases worked by hand, one question each ("if that stops, does this suffer?")."""

from typing import Any

import pytest

from ea_repo.metamodel import Dependent, merge, standard

CASES: list[tuple[str, dict[str, Any], Dependent, str]] = [
    ("Composition", {}, "source", "a system suffers when a module of it stops"),
    ("Aggregation", {}, "source", "a portfolio suffers when a member of it stops"),
    ("Assignment", {}, "target", "a process suffers when the role that performs it is vacant"),
    ("Realization", {}, "target", "a service suffers when the process behind it stops"),
    ("Serving", {}, "target", "a process suffers when the system that serves it stops"),
    ("Access", {}, "source", "work that uses data, nothing said of how, suffers without them"),
    ("Access", {"access_type": "access"}, "source", "the same, said outright"),
    ("Access", {"access_type": "read"}, "source", "a reader suffers without its data"),
    ("Access", {"access_type": "write"}, "target", "data grow old when their writer stops"),
    ("Access", {"access_type": "read_write"}, "both", "both of these"),
    ("Influence", {}, "none", "a goal is not stopped by a driver"),
    ("Influence", {"strength": "++"}, "none", "however strong it is"),
    ("Association", {}, "none", "a line without direction says no dependency"),
    ("Association", {"directed": False}, "none", "the same, said outright"),
    ("Association", {"directed": True}, "source", "who points at something needs it"),
    ("Triggering", {}, "target", "what is triggered waits for what triggers it"),
    ("Flow", {}, "target", "who receives waits for who sends"),
    ("Specialization", {}, "source", "a special case changes with the general one"),
    ("DataExchange", {}, "target", "the consumer waits for the provider"),
    ("ClassifiedAs", {"directed": True}, "none", "a shelf mark is no dependency, whatever it looks like"),
]


@pytest.mark.parametrize(("relationship", "attributes", "end", "why"), CASES)
def test_which_end_depends(relationship: str, attributes: dict[str, Any], end: Dependent, why: str) -> None:
    assert standard().dependent(relationship, attributes) == end, why


def test_every_relationship_of_the_standard_is_worked_out_above() -> None:
    assert {each.name for each in standard().relationships() if each.refines is None} <= {case[0] for case in CASES}


def test_a_profile_may_say_otherwise_by_the_value_of_its_own_attribute() -> None:
    profile = """
        [profile]
        name = "trial"

        [[type]]
        name = "Replication"
        refines = "Flow"
        label = {en = "Replication"}
        dependent = {attribute = "direction", default = "none", one_way = "target", both_ways = "both"}

        [[type.attribute]]
        name = "direction"
        kind = "choice"
        label = {en = "Direction"}
        values = [{name = "one_way", label = {en = "One way"}}, {name = "both_ways", label = {en = "Both"}}]

        [[type]]
        name = "NightlyReplication"
        refines = "Replication"
        label = {en = "Nightly replication"}
    """
    metamodel = merge(standard(), profile)
    for name in ("Replication", "NightlyReplication"):
        assert metamodel.dependent(name, {}) == "none"
        assert metamodel.dependent(name, {"direction": "one_way"}) == "target"
        assert metamodel.dependent(name, {"direction": "both_ways"}) == "both"
    assert metamodel.dependent("Flow", {}) == "target"
