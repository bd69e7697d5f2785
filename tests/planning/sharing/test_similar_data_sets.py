"""Data sets that are alike: those that the sample was made with, and a case worked out by hand."""

from collections.abc import Iterator
from math import log1p

import pytest

from ea_repo.planning.sharing.similar_data_sets import settings, similar_data_sets
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    with open_repository(str(path), create=True) as repository:
        load(repository)
        with repository.state() as opened:
            yield opened


def test_the_taxes_that_two_regions_collect_each_for_itself_are_found_first(state: State) -> None:
    rows = list(similar_data_sets(state))
    assert [(row.one, row.other) for row in rows] == [
        ("regions:D-PTAX-KEN", "regions:D-PTAX-LIN"), ("regions:D-VTAX-SAG", "regions:D-VTAX-TIR"),
    ]  # fmt: skip
    assert all(set(row.one_agencies).isdisjoint(row.other_agencies) and row.reasons for row in rows)
    of_one = list(similar_data_sets(state, agency="regions:TIR", least_percent=20))
    assert 2 <= len(of_one) < len(similar_data_sets(state, least_percent=20))
    assert all("regions:TIR" in row.one_agencies + row.other_agencies for row in of_one)


def test_a_score_worked_out_by_hand_and_none_within_one_agency(sqlite_repository: Repository) -> None:
    made = [a_model(), an_agency("north"), an_agency("south")]
    for uid, owner, name, kind in (
        ("a", "north", "Fishing boats", "register"), ("b", "south", "Boats register", "register"),
        ("c", "south", "Boats catalogue", "reference"), ("d", "north", "Nobody collects boats", "register"),
    ):  # fmt: skip
        made += [
            a_system(f"s{uid}", owner=owner),
            an_element(uid, "DataSet", name=name, attributes={"data_kind": kind}),
        ]
        said = {"access_type": "write", **({} if uid == "d" else {"origin": "collected"})}
        made.append(a_relationship(f"r{uid}", "Access", f"s{uid}", uid, attributes=said))
    sqlite_repository.changeset("t", "t", made).apply()
    with sqlite_repository.state() as state:
        rows = {(row.one, row.other): row for row in similar_data_sets(state, least_percent=20)}
    weights = settings()["weights"]
    total = sum(weights.values())
    text, kind = weights["text"] / total, weights["kind"] / total
    boats, once = log1p(3 / 3), log1p(3 / 1)  # of three data sets, all have boats, and each has another word
    shared = text * boats / (boats + once)  # both have words of the same weights
    score = (shared + kind) / (2 * text - shared + kind)
    assert rows.keys() == {("gov:a", "gov:b")} | (
        {("gov:a", "gov:c")} if shared / (2 * text - shared + 2 * kind) >= 0.2 else set()
    )
    assert rows["gov:a", "gov:b"].score == pytest.approx(score, abs=0.0001)
    assert rows["gov:a", "gov:b"].reasons == ("text: boats", "kind: data_kind: register")
