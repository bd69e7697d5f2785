"""Gap analysis: the sample's plateaus by hand, and random plateaus against plain set arithmetic."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.roadmap.gaps import gaps
from ea_repo.repository import Repository
from ea_repo.store.operations import Delete
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_element
from tests.planning.roadmap.test_timetable import an_initiative


def told(state: State, first: str, second: str) -> dict[tuple[str, str], tuple[str, set[str]]]:
    return {
        (each.what, each.uid.partition(":")[2]): (each.filled, {uid.partition(":")[2] for uid in each.initiatives})
        for each in gaps(state, f"roadmap:{first}", f"roadmap:{second}")
    }


def test_from_2028_to_2030_in_the_sample_by_hand(sample_state: State) -> None:
    """The column includes of the plateaus against the columns of the initiatives."""
    assert told(sample_state, "P-2028", "P-2030") == {
        ("appears", "REGREVENUE"): ("filled", {"I-REGREVENUE"}),
        ("disappears", "LICENSING"): ("unfilled", set()),  # nobody retires it
        ("changes", "GOVID"): ("filled", {"I-AUDIT"}),
        ("changes", "POPREG"): ("filled", {"I-AUDIT", "I-POPDB"}),  # I-ADDRESS has ended before
        ("changes", "PERSONNEL"): ("filled", {"I-PAYROLL"}),
        ("gap", "GAP-LOCALTAX"): ("filled", {"I-REGREVENUE"}),
    }


def test_from_2026_to_2030_every_gap_is_filled_or_listed(sample_state: State) -> None:
    found = told(sample_state, "P-2026", "P-2030")
    # LICENSING goes by 2030, and I-BIZREG closes a gap that is about it.
    assert found["disappears", "LICENSING"] == ("filled", {"I-BIZREG"})
    assert {uid: filled for (what, uid), (filled, _) in found.items() if what == "gap"} == {
        "GAP-BUSINESS": "filled", "GAP-PERMITS": "filled", "GAP-IDENTITY": "filled", "GAP-TAX": "filled",
        "GAP-LOCALTAX": "filled", "GAP-VITAL": "filled", "GAP-HERITAGE": "unfilled", "GAP-CONSUMER": "unfilled",
    }  # fmt: skip
    open_ones = gaps(sample_state, "roadmap:P-2026", "roadmap:P-2030", unfilled=True)
    assert {(each.uid, each.status) for each in open_ones} == {
        ("roadmap:GAP-HERITAGE", "open"), ("roadmap:GAP-CONSUMER", "postponed"),
    }  # fmt: skip


def test_the_wrong_way_round_and_what_is_no_plateau_are_refused(sample_state: State) -> None:
    with pytest.raises(InvalidInput, match="the other way round"):
        gaps(sample_state, "roadmap:P-2030", "roadmap:P-2026")
    with pytest.raises(NotFound, match="not a plateau"):
        gaps(sample_state, "roadmap:P-2026", "finance:TAXREG")


SYSTEMS = [f"s{at}" for at in range(5)]
SOME = st.sets(st.sampled_from(SYSTEMS))
DOES = st.lists(
    st.tuples(
        st.sampled_from(("introduce", "change", "retire")), st.sampled_from(SYSTEMS),
        st.sampled_from(("2026-06-30", "2027-06-30", "2029-06-30")), st.sampled_from(("approved", "cancelled")),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=SOME, after=SOME, does=DOES)
def test_random_plateaus_differ_as_sets_do(
    sqlite_repository: Repository, before: set[str], after: set[str], does: list[tuple[str, str, str, str]]
) -> None:
    def a_plateau(name: str, day: str, holds: set[str]) -> list[Any]:
        lines = [a_relationship(f"{name}-{uid}", "Aggregation", name, uid) for uid in sorted(holds)]
        return [an_element(name, "Plateau", attributes={"reached_on": day}), *lines]

    operations = [a_model(), *map(a_system, SYSTEMS)]
    operations += [*a_plateau("p1", "2026-12-31", before), *a_plateau("p2", "2028-12-31", after)]
    for at, (effect, system, ends, status) in enumerate(does):
        operations.append(an_initiative(f"i{at}", "2026-01-01", ends, status=status))
        if effect == "introduce":
            operations.append(a_relationship(f"r{at}", "Realization", f"i{at}", system))
        else:
            operations.append(a_relationship(f"r{at}", "Association", f"i{at}", system, attributes={"effect": effect}))
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        rows = {(each.what, each.uid): each for each in gaps(state, "gov:p1", "gov:p2")}
    sqlite_repository.changeset("t", "t", [Delete("gov", record="model", cascade=True)]).apply()

    def doing(system: str, *effects: str) -> dict[str, str]:
        return {
            f"gov:i{at}": ends
            for at, (effect, name, ends, status) in enumerate(does)
            if name == system and effect in effects and status == "approved" and ends > "2026-12-31"
        }

    wanted = {("appears", each): doing(each, "introduce", "change") for each in after - before}
    wanted |= {("disappears", each): doing(each, "retire") for each in before - after}
    wanted |= {("changes", each): by for each in before & after if (by := doing(each, "change"))}
    assert {(what, uid.partition(":")[2]) for what, uid in rows} == wanted.keys()
    for (what, system), by in wanted.items():
        row = rows[what, f"gov:{system}"]  # type: ignore[index]
        assert set(row.initiatives) == by.keys()
        in_time = any(ends <= "2028-12-31" for ends in by.values())
        assert row.filled == ("filled" if in_time else "late" if by else "unfilled")


def test_a_gap_that_no_initiative_closes_in_time_is_late(sqlite_repository: Repository) -> None:
    operations = [
        a_model(), a_system("s"), an_initiative("i", "2027-01-01", "2029-01-31"),
        an_element("p1", "Plateau", attributes={"reached_on": "2026-12-31"}),
        an_element("p2", "Plateau", attributes={"reached_on": "2028-12-31"}),
        an_element("g", "Gap", attributes={"status": "planned"}),
        a_relationship("g1", "Association", "g", "p1"), a_relationship("g2", "Association", "p2", "g"),
        a_relationship("gs", "Association", "g", "s"), a_relationship("gi", "Association", "i", "g"),
        a_relationship("h1", "Aggregation", "p1", "s"), a_relationship("h2", "Aggregation", "p2", "s"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        rows = gaps(state, "gov:p1", "gov:p2")
        assert [(each.what, each.uid, each.filled, each.gaps) for each in rows] == [
            ("changes", "gov:s", "late", ("gov:g",)), ("gap", "gov:g", "late", ()),
        ]  # fmt: skip
