"""The duplicate review on the sample: planted duplicates, reserved fields, weights, clusters, and reviews that are kept."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ea_repo import sample
from ea_repo.cli.main import main
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.informatization.duplicates import duplicate_clusters, duplicate_pairs
from ea_repo.planning.informatization.investment_reviews import investment_reviews, record_review
from ea_repo.planning.informatization.reserved_fields import reserved_field_systems
from ea_repo.planning.informatization.similar_systems import similar_systems
from ea_repo.repository import Repository, open_repository
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_element
from tests.sample.government import government, troubles


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    with open_repository(str(tmp_path_factory.mktemp("sample") / "sample.db"), create=True) as opened:
        sample.load(opened)
        with opened.state() as found:
            yield found


@pytest.mark.parametrize(
    "trouble", [each for each in troubles() if each.kind == "duplicate-systems"], ids=lambda each: each.about
)
def test_the_duplicates_that_the_sample_plants_are_each_others_nearest(state: State, trouble) -> None:  # type: ignore[no-untyped-def]
    for uid in trouble.uids:
        found = {each.uid for each in similar_systems(state, uid, top=5)}
        assert found & trouble.uids


def test_the_reasons_name_what_both_have(state: State) -> None:
    found = {each.uid: each for each in similar_systems(state, "regions:KEN-PERMIT", top=5)}
    permits = found["regions:LIN-PERMIT"]
    assert (permits.function, permits.service) == (1.0, 0.0)
    assert any(
        each.startswith("function: ") and "Business registration and licensing" in each for each in permits.reasons
    )
    assert permits.owner == "regions:LIN"
    said = government().said("regions:LIN-PERMIT", "yearly_cost")
    assert (permits.yearly_cost, permits.currency) == (said["amount"], "IDR")
    assert found["centre:REGPERMIT"].stage == "planned"
    assert found["finance:LICENSING"].linked


def test_systems_in_reserved_fields_are_those_of_the_readme_and_named_with_their_common_application(
    state: State,
) -> None:
    listed = next(each.uids for each in troubles() if each.kind == "reserved-field")
    rows = {each.uid: each.common_application for each in reserved_field_systems(state)}
    assert rows.keys() == listed
    assert rows["people:HEALTHHR"] == "centre:PERSONNEL"
    found = {each.uid: each for each in similar_systems(state, "people:HEALTHHR", top=1)}
    assert found["centre:PERSONNEL"].is_designated
    tax = next(each for each in similar_systems(state, "centre:PERSONNEL") if each.uid == "finance:TAXHR")
    assert (tax.reserved_for, tax.is_designated) == ("centre:PERSONNEL", False)


def test_a_planner_sets_the_weights(state: State) -> None:
    by_text = similar_systems(
        state, "regions:KEN-PERMIT", function_weight=0, data_weight=0, service_weight=0, technology_weight=0,
        users_weight=0,
    )  # fmt: skip
    assert all(each.function is None and each.score == each.text for each in by_text)
    with pytest.raises(InvalidInput, match="every weight is 0"):
        similar_systems(
            state, "regions:KEN-PERMIT", function_weight=0, data_weight=0, service_weight=0, text_weight=0,
            technology_weight=0, users_weight=0,
        )  # fmt: skip


def test_what_is_no_system_is_refused(state: State) -> None:
    with pytest.raises(NotFound):
        similar_systems(state, "regions:NONE")
    with pytest.raises(InvalidInput, match="not a system"):
        similar_systems(state, "finance:MOF")


def test_a_cluster_says_what_it_costs_and_saves_by_its_rule(state: State) -> None:
    cluster = next(each for each in duplicate_clusters(state, least_percent=40) if "regions:BAT-PERMIT" in each.systems)
    assert set(cluster.systems) == {"regions:LIN-PERMIT", "regions:BAT-PERMIT", "regions:KEN-PERMIT"}
    costs = {each: government().said(each, "yearly_cost")["amount"] for each in cluster.systems}
    users = {each: government().said(each, "users") for each in cluster.systems}
    assert cluster.keep == max(users, key=lambda each: users[each])
    assert cluster.yearly_cost == sum(costs.values())
    assert cluster.yearly_saving == pytest.approx((sum(costs.values()) - costs[cluster.keep]) * 0.7)
    assert "70 %" in cluster.rule
    half = duplicate_clusters(state, least_percent=40, saved_percent=35)
    assert sum(each.yearly_saving or 0 for each in half) * 2 == pytest.approx(
        sum(each.yearly_saving or 0 for each in duplicate_clusters(state, least_percent=40))
    )


def test_every_two_of_a_cluster_are_among_the_pairs(state: State) -> None:
    pairs = {frozenset((each.one, each.other)): each.score for each in duplicate_pairs(state, least_percent=40)}
    for cluster in duplicate_clusters(state, least_percent=40):
        inside = [pairs[frozenset((one, other))] for one in cluster.systems for other in cluster.systems if one < other]
        assert min(inside) == cluster.least_score >= 0.4
    only = duplicate_pairs(state, least_percent=40, across_agencies=True, owner=("people:MOE",))
    assert {each.one_owner == each.other_owner for each in only} == {False}
    assert all("people:" in each.one + each.other for each in only)


def test_costs_in_several_currencies_are_not_summed_and_a_building_site_is_avoided(
    sqlite_repository: Repository,
) -> None:
    def costs(amount: int, currency: str, **more: object) -> dict[str, object]:
        return {"yearly_cost": {"amount": amount, "currency": currency}, "users": amount, **more}

    planned = {"planned_on": "2027-01-01", "development_cost": {"amount": 900, "currency": "IDR"}}
    systems = {"a": costs(10, "IDR"), "b": costs(4, "IDR", **planned), "c": costs(2, "IDR"), "d": costs(3, "USD")}
    made = [a_model(), an_element("f", "BusinessFunction"), an_element("g", "BusinessFunction")]
    made += [a_system(name, name="Same words", attributes=said) for name, said in systems.items()]
    made += [
        a_relationship(f"r{name}", "Serving", name, of) for name, of in zip("abcd", ("f", "f", "g", "g"), strict=True)
    ]
    sqlite_repository.changeset("t", "t", made).apply()
    with sqlite_repository.state() as state:
        rows = {each.systems: each for each in duplicate_clusters(state, least_percent=90, users_weight=0)}
    first, second = rows["gov:a", "gov:b"], rows["gov:c", "gov:d"]
    assert (first.keep, first.yearly_cost, first.yearly_saving) == ("gov:a", 14, 2.8)
    assert first.avoidable_development_cost == 900
    assert (second.yearly_cost, second.yearly_saving, second.currency) == (None, None, None)


def test_a_review_is_kept_and_summed(sqlite_repository: Repository) -> None:
    made = [a_model(), a_system("new"), a_system("old"), a_system("other")]
    sqlite_repository.changeset("t", "t", made).apply()
    for name, saved in (("new", 30.5), ("new", 12.0)):
        record_review(
            sqlite_repository, f"gov:{name}", "merge", "It does the same", author="sari", candidates=["gov:old"],
            amount_saved=saved, currency="IDR", reviewed_by="Committee", reviewed_on=date(2026, 10, 1),
        )  # fmt: skip
    record_review(
        sqlite_repository, "gov:other", "proceed", "Nothing like it", author="sari", reviewed_on=date(2026, 11, 1)
    )
    with sqlite_repository.state() as state:
        rows = list(investment_reviews(state))
        assert [(each.review, each.decision, each.amount_saved) for each in rows] == [
            ("gov:review-other-1", "proceed", None), ("gov:review-new-1", "merge", 30.5),
            ("gov:review-new-2", "merge", 12.0), (None, None, 42.5),
        ]  # fmt: skip
        assert rows[-1].reviews == 2
        assert rows[1].candidates == ("gov:old",)
        assert [each.review for each in investment_reviews(state, decision="merge", until=date(2026, 9, 30))] == [None]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"reasons": " "}, "no reasons"),
        ({"decision": "reuse"}, "no other system"),
        ({"candidates": ["gov:new"]}, "among its candidates"),
        ({"amount_saved": 3.0}, "go together"),
    ],
)
def test_a_review_that_says_too_little_is_refused(
    sqlite_repository: Repository, given: dict[str, object], told: str
) -> None:
    sqlite_repository.changeset("t", "t", [a_model(), a_system("new")]).apply()
    asked = {"decision": "stop", "reasons": "Twice", **given}
    with pytest.raises(InvalidInput, match=told):
        record_review(sqlite_repository, "gov:new", author="a", **asked)  # type: ignore[arg-type]
    with sqlite_repository.state() as state:
        assert len(investment_reviews(state)) == 1


def test_a_review_is_recorded_by_command(sqlite_repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    sqlite_repository.changeset("t", "t", [a_model(), a_system("new"), a_system("old")]).apply()
    database = ["-d", f"sqlite:///{Path(str(sqlite_repository.url.database))}"]
    asked = ["review", "record", "gov:new", "--decision", "reuse", "--reasons", "Old does it", "--candidate", "gov:old"]
    assert main([*database, *asked, "--saved", "5", "--currency", "IDR", "--reviewed-on", "2026-11-02"]) == 0
    assert capsys.readouterr().out == "gov:review-new-1: reuse\n"
    assert main([*database, "report", "investment-reviews", "--csv"]) == 0
    assert "gov:review-new-1,gov:new,new" in capsys.readouterr().out
