"""Levels that the repository proposes: worked by hand on the sample's tables and on small registers made for it."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ea_repo import sample
from ea_repo.clock import now
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.index.framework import read_framework
from ea_repo.planning.index.index_evidence import index_evidence
from ea_repo.planning.index.index_proposals import Proposal, index_proposals
from ea_repo.planning.index.rounds import assess, built_in, levels
from ea_repo.planning.index.taking import take
from ea_repo.repository import Repository, open_repository
from ea_repo.store.query import Query
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element
from tests.planning.index.test_index import SMALL


def table(name: str) -> list[dict[str, str]]:
    text = files("ea_repo.sample").joinpath("data", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def state(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """The sample in SQLite; that PostgreSQL counts alike is tested on the small government."""
    path = tmp_path_factory.mktemp("proposals") / "sample.db"
    shutil.copyfile(sqlite_template, path)
    with open_repository(str(path)) as repository:
        sample.load(repository)
        with repository.state() as opened:
            yield opened


def proposed(state: State, agency: str, framework: str = "spbe-2020", **asked: Any) -> dict[str, Proposal]:
    return {each.code: each for each in index_proposals(state, framework, agency=(agency,), **asked)}


def test_the_levels_of_a_city_are_those_worked_by_hand(state: State) -> None:
    """Lintara, from the sample's tables: five domains, as nothing of security; no initiative; all four systems in its own data
    centre, none on the intra-network, one audited in 2023; its one exchange beside the hub; two data sets without a standard;
    six assets, all with life and cost; two public services at level 3, whose systems exchange nothing."""
    found = proposed(state, "regions:LIN", year=2025)
    assert {code: each.level for code, each in found.items()} == {
        "11": 2, "12": None, "13": None, "14": 3, "16": 3, "17": None, "18": 1, "22": None, "23": 2, "24": 3,
        "29": None, "30": 1, "31": None, "43": None, "45": 3, "46": 3, "47": None,
    }  # fmt: skip
    assert found["11"].missing == (
        "domains of the architecture with something registered: 5 of 6; at least 6 needed (not there: security)",
    )  # what is to be is missing as well: nothing of Lintara is changed by an initiative of anybody
    assert (found["16"].given, found["16"].stage) == (3, "final")
    assert found["16"].next_level == 4
    assert found["16"].missing[0].startswith("level 4, Integrated and measured: people judge this")
    assert found["12"].next_level == 1
    assert proposed(state, "regions:LIN", year=2025, language="ko")["16"].name == "린타라 시"


def test_what_is_told_of_a_ministry_is_counted_in_the_tables(state: State) -> None:
    below = {"MOF", "TREA", "TAX", "CUST"}
    found = proposed(state, "finance:MOF", year=2026)
    systems = [each for each in table("systems") if each["owner"] in below and _holds(each)]
    hosted = [
        each for each in systems if each["hosting"] in ("national_data_centre", "own_data_centre", "government_cloud")
    ]
    assert (
        found["16"]
        .why[-1]
        .startswith(f"systems in a data centre or cloud of government: {len(hosted)} of {len(systems)};")
    )
    audited = [each for each in systems if "2025-01-01" <= each["last_audit"] <= "2026-12-31"]
    assert found["30"].missing == (
        f"systems audited in the two years of the round: {len(audited)} of {len(systems)}; 50 % needed",
    )
    data = [each for each in table("data_sets") if each["steward"] in below]
    standard = sum(bool(each["data_standard"]) for each in data)
    assert found["23"].missing == (f"data sets that follow a data standard: {standard} of {len(data)}; 100 % needed",)
    budgeted = [each for each in table("initiatives") if each["lead"] in below or each["owner"] in below]
    assert f"1 of {len(budgeted)}; 50 % needed" in found["13"].why[-1]


def _holds(row: dict[str, str]) -> bool:
    today = now().date().isoformat()
    return row["go_live"] <= today and not (row["end_of_life_on"] and row["end_of_life_on"] <= today)


def test_an_exchange_counts_for_whoever_gives_and_whoever_receives(state: State) -> None:
    owners = {each["id"]: each["owner"] for each in table("systems") if each["owner"]}
    below = {"finance:MOF": {"MOF", "TREA", "TAX", "CUST"}, "people:NHI": {"NHI"}, "regions:LIN": {"LIN"}}
    for agency, its in below.items():
        known = [
            each for each in table("exchanges")
            if each["active_on"] <= now().date().isoformat() and not its.isdisjoint({owners.get(each["source"]), owners.get(each["target"])})
        ]  # fmt: skip
        behind = list(index_evidence(state, agency, "spbe-2020", "18", year=2026))
        through = [row for row in behind if row.fact == "exchanges-through-hub"]
        assert len([row for row in behind if row.fact == "exchanges"]) == len(through) == len(known)
        assert sum(row.counts for row in through) == sum(bool(each["through"]) for each in known)


def test_every_figure_of_a_proposal_is_as_long_as_the_list_behind_it(state: State) -> None:
    for code, each in proposed(state, "finance:MOF", year=2026).items():
        rows = list(index_evidence(state, "finance:MOF", "spbe-2020", code, year=2026))
        by_name: dict[str, list[Any]] = {}
        for row in rows:
            by_name.setdefault(row.called, []).append(row)
        for text in (*each.why, *each.missing):
            name, _, rest = (
                text.rpartition(" (not there")[0].rpartition(": ") if "(not there" in text else text.rpartition(": ")
            )
            if name.startswith("level "):
                continue
            counting = [row for row in by_name.get(name, []) if row.counts]
            number = len({row.group for row in counting}) if any(row.group for row in counting) else len(counting)
            assert int(rest.partition(";")[0].split(" of ")[0]) == number, text


def test_the_nation_is_proposed_at_once_what_each_agency_is_alone(state: State) -> None:
    nation = list(index_proposals(state, "pemdi-2026"))
    agencies = {each.uid for each in nation}
    assert {each.year for each in nation} == {2026}
    units = {
        f"{each['model']}:{each['id']}" for each in table("agencies") if each["agency_kind"] in ("unit", "supplier")
    }
    assert {"finance:MOF", "regions:LIN"} <= agencies
    assert not agencies & units
    assert len(nation) == len(agencies) * len(built_in()["pemdi-2026"].rules)
    for agency in ("finance:MOF", "land:MLA"):
        assert [each for each in nation if each.uid == agency] == list(
            index_proposals(state, "pemdi-2026", agency=(agency,))
        )


def test_nobody_is_proposed_anything_where_nothing_is(sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as state:
        assert list(index_proposals(state, "spbe-2020")) == []
        assert list(index_proposals(state, "egdi")) == []
    sqlite_repository.changeset("t", "begin", [a_model(), an_agency("a")]).apply()
    with sqlite_repository.state() as state:
        found = list(index_proposals(state, "spbe-2020"))
        assert [each.level for each in found] == [None] * 17
        assert all(each.missing and not each.why for each in found)
        assert list(index_proposals(state, "egdi")) == []
        assert list(index_evidence(state, "gov:a", "spbe-2020", "16")) == []


@pytest.fixture
def government(repository: Repository) -> Repository:
    """Agency a with unit u: two systems in the national centre, one in an office, one that begins later; b has one of its own."""
    hosting = {"s1": "national_data_centre", "s2": "government_cloud", "s3": "office"}
    operations = [
        a_model(), an_agency("a", attributes={"agency_kind": "ministry"}),
        an_agency("u", attributes={"agency_kind": "unit"}), an_agency("b", attributes={"agency_kind": "province"}),
        a_relationship("a.u", "Composition", "a", "u"),
        *(a_system(key, owner="u", attributes={"hosting": where}) for key, where in hosting.items()),
        a_system("later", owner="a", valid_from="2200-01-01", attributes={"hosting": "office"}),
        a_system("other", owner="b"),
        an_element("i", "Initiative", owner="a", attributes={"programme": "applications", "starts_on": "2027-01-01"}),
        a_relationship("i.later", "Realization", "i", "later"),
        an_element("net", "Network", owner="b", attributes={"network_kind": "government_intranet"}),
        an_element("server", "Server", owner="b"),
        a_relationship("net.server", "Serving", "net", "server"),
        a_relationship("server.s1", "Serving", "server", "s1"),
        a_relationship("s1.other", "Serving", "s1", "other"),
    ]  # fmt: skip
    repository.changeset("t", "begin", operations).apply()
    return repository


def test_a_level_stands_only_where_all_that_it_needs_is_there(government: Repository) -> None:
    with government.state() as state:
        found = proposed(state, "gov:a", year=2026)
        # Two of three: the one that begins later is not there yet. Half is needed for level 2, all for level 3.
        assert (found["16"].level, found["16"].missing) == (
            2, ("systems in a data centre or cloud of government: 2 of 3; 100 % needed",),
        )  # fmt: skip
        # s1 stands on the network through a server; what s1 serves stands on s1, not on the network.
        assert found["17"].why == ("systems on the intra-government network: 1; at least 1 needed",)
        assert proposed(state, "gov:b", year=2026)["17"].level is None
        # An initiative is there, but without an end.
        assert (found["12"].level, found["12"].missing) == (
            1, ("initiatives with a beginning and an end: 0 of 1; 50 % needed",),
        )  # fmt: skip
        assert found["11"].level == 1
        later = proposed(state, "gov:a", year=2026, language="ko")
        assert later["16"].missing == ("정부 데이터센터·클라우드에 있는 시스템: 3건 중 2건, 100 % 필요",)
    with government.state(on=date(2200, 1, 1)) as state:
        assert proposed(state, "gov:a", year=2026)["16"].missing == (
            "systems in a data centre or cloud of government: 2 of 4; 100 % needed",
        )


def test_the_list_behind_names_what_counts_and_what_does_not(government: Repository) -> None:
    with government.state() as state:
        rows = [
            each
            for each in index_evidence(state, "gov:a", "spbe-2020", "16", year=2026)
            if each.fact == "systems-in-data-centre"
        ]
        assert [(each.uid, each.counts, each.levels) for each in rows] == [
            ("gov:s1", True, (2, 3)), ("gov:s2", True, (2, 3)), ("gov:s3", False, (2, 3)),
        ]  # fmt: skip
        with pytest.raises(NotFound, match='can show nothing about indicator "1"'):
            index_evidence(state, "gov:a", "spbe-2020", "1")
        with pytest.raises(InvalidInput, match="only an agency is assessed"):
            index_proposals(state, "spbe-2020", agency=("gov:s1",))


def test_a_proposal_becomes_a_level_only_when_somebody_takes_it(government: Repository) -> None:
    assess(government, "gov:a", "spbe-2020", 2026, {"16": 1, "17": 1}, author="reviewer", stage="review")
    with government.state() as state:
        list(index_proposals(state, "spbe-2020"))
        assert state.count(Query(types=("IndicatorLevel",))) == 2
    with pytest.raises(InvalidInput, match='no level is proposed for indicator "43"'):
        take(government, "gov:a", "spbe-2020", 2026, ["16", "43"], author="sari")
    take(government, "gov:a", "spbe-2020", 2026, ["16", "12"], author="sari")
    with government.state() as state:
        own = levels(state, built_in()["spbe-2020"], 2026, stage="self")[2026]["gov:a"]
        assert {code: (float(each.level), each.by) for code, each in own.items()} == {
            "16": (2, "sari"),
            "12": (1, "sari"),
        }
        kept = state.get(own["16"].uid).attributes
        assert set(kept["evidence"]) == {"gov:s1", "gov:s2", "gov:s3"}  # all three say where they are hosted
        assert kept["evidence_state"] == "submitted"
        assert "2 of 3; 50 % needed" in kept["note"]
        assert (kept["review_level"], kept["review_by"]) == (1, "reviewer")
        assert {each.uid for each in state.iterate(Query(types=("IndicatorLevel",)))} >= {own["12"].uid}
        told = proposed(state, "gov:a", year=2026)
        assert (told["16"].given, told["16"].stage) == (1, "review")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("[propose.9]\n1 = {systems = 1}", 'there is no indicator "9"'),
        ("[propose.1]\n2 = {systems = 1}", "begin with the lowest"),
        ("[propose.1]\n1 = {systems = 1}\n3 = {systems = 2}", "begin with the lowest"),
        ("[propose.1]\n1 = {sistems = 1}", 'there is no fact "sistems"'),
        ('[propose.1]\n1 = {systems = "half"}', "neither a number above 0 nor a share"),
        ("[propose.1]\n1 = {systems = 0}", "neither a number above 0 nor a share"),
        ('[propose.1]\n1 = {systems = "101%"}', "neither a number above 0 nor a share"),
        ("[propose.1]\n1 = {}", "is not a table of facts"),
        ("[propose]\n1 = 3", "is not a table of levels"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_key(rule: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_framework(f"{SMALL}\n{rule}\n")
