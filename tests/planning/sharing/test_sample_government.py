"""Sharing in the sample government: what its README says was built in, and answers worked out by hand."""

from collections.abc import Iterator
from datetime import date

import pytest

from ea_repo.catalogue import entries
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.sharing.data_set_holders import data_set_holders
from ea_repo.planning.sharing.findings import cut_offs
from ea_repo.planning.sharing.once_only import once_only
from ea_repo.planning.sharing.sharing_candidates import sharing_candidates
from ea_repo.planning.sharing.sharing_chains import sharing_chains
from ea_repo.planning.sharing.sharing_matrix import sharing_matrix
from ea_repo.planning.sharing.sharing_plan import sharing_plan
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.store.state import State
from ea_repo.wording import LANGUAGES, words
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element
from tests.sample.government import troubles

NOW = date(2026, 11, 1)
REPORTS = ("data-set-holders", "sharing-matrix", "sharing-chains", "once-only", "sharing-candidates", "sharing-plan")
#: The kinds of trouble in the README, and the code of the finding.
BUILT_IN = {
    "collected-twice": "collected-twice",
    "no-authoritative-source": "no-authoritative-source",
    "two-authoritative-sources": "several-authoritative-sources",
    "missing-agreement": "missing-agreement",
    "agreement-not-in-force": "agreement-not-in-force",
    "expired-agreement": "expired-agreement",
    "expiring-agreement": "expiring-agreement",
    "missing-legal-basis": "missing-legal-basis",
    "missing-purpose": "personal-without-purpose",
    "repealed-legal-basis": "repealed-legal-basis",
    "no-impact-assessment": "no-impact-assessment",
    "second-hand-data": "passed-on-against-agreement",
}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    with open_repository(str(path), create=True) as repository:
        load(repository)
        with repository.state() as opened:
            yield opened


@pytest.mark.parametrize("trouble", BUILT_IN)
def test_the_troubles_that_the_sample_lists_are_found_and_no_others(state: State, trouble: str) -> None:
    wanted = {uid for each in troubles() if each.kind == trouble for uid in each.uids}
    found = list(once_only(state, code=(BUILT_IN[trouble],), day=NOW, days=119))
    assert {row.uid for row in found} == wanted
    assert all(row.who and row.shown_by for row in found if row.code != "no-authoritative-source")


@pytest.mark.parametrize(
    ("code", "uid", "words"),
    [
        ("agreement-not-in-force", "regions:X-AIR-LIN", ("(Suspended)", "(Ditangguhkan)", "(중지)")),
        ("agreement-not-in-force", "finance:X-PRICE-FOOD", ("(Draft)", "(Rancangan)", "(초안)")),
    ],
)
def test_a_finding_says_a_choice_by_its_label(state: State, code: str, uid: str, words: tuple[str, ...]) -> None:
    for language, word in zip(LANGUAGES, words, strict=True):
        found = {row.uid: row.what for row in once_only(state, code=(code,), day=NOW, language=language)}
        assert found[uid].endswith(word)


def test_no_sentence_of_a_finding_has_a_code_of_a_choice_in_it(state: State) -> None:
    for language in LANGUAGES:
        for row in once_only(state, day=NOW, language=language):
            assert "_" not in row.what


def test_population_data_beside_the_hub_is_found_among_others(state: State) -> None:
    wanted = next(each.uids for each in troubles() if each.kind == "beside-the-hub")
    assert wanted <= {row.uid for row in once_only(state, code=("beside-the-hub",), day=NOW)}


def test_data_for_many_without_a_promise_is_found(state: State) -> None:
    """The weather goes to three agencies, and none was promised anything."""
    rows = [row for row in once_only(state, code=("no-service-level",), day=NOW) if row.uid == "land:D-WEATHER"]
    assert [row.shown_by for row in rows] == [("land:X-WEATHER-AIR", "land:X-WEATHER-FOOD", "land:X-WEATHER-PORT")]


def test_the_poor_households_by_hand(state: State) -> None:
    rows = {(row.role, row.system, row.uid) for row in data_set_holders(state, data_set="people:D-POOR")}
    received = {system for role, system, _ in rows if role == "receives"}
    assert ("authoritative", "people:WELFARE", "people:WELFARE.keeps.D-POOR") in rows
    assert ("collects", "regions:SAG-AID", "people:SAG-AID.collects.D-POOR") in rows
    assert ("provides", "people:WELFARE", "people:X-POOR-SAGAID") in rows
    assert "regions:SAG-AID" in received


def test_an_exchange_says_its_terms(state: State) -> None:
    rows = data_set_holders(state, data_set="people:D-PERSON", role="receives", agency="finance:TAX")
    row = next(each for each in rows if each.uid == "people:X-POP-TAX")
    assert (row.agency, row.other_agency, row.agreement, row.agreement_status) == (
        "finance:TAX", "people:CIVR", "people:AG-POP-TAX", "active",
    )  # fmt: skip
    assert row.expires_on == date(2031, 3, 31)
    assert row.legal_basis == ("reference:L-POP", "reference:L-TAX")
    assert (row.frequency, row.protocol, row.through) == ("realtime", "rest", "centre:HUB")
    assert (row.classification, row.personal_data, row.service_level) == ("closed", True, "Answer within 3 seconds")


def test_home_affairs_gives_tax_the_population_register_once(state: State) -> None:
    cells = {(row.source, row.target): row for row in sharing_matrix(state)}
    cell = cells["people:CIVR", "finance:TAX"]
    assert "people:D-PERSON" in cell.data_sets
    assert "people:X-POP-TAX" in cell.shown_by
    assert sum(row.exchanges for row in sharing_matrix(state, within=True)) == 109  # rows of exchanges.csv


def test_payments_come_to_the_land_office_at_second_hand(state: State) -> None:
    row = next(iter(sharing_chains(state, data_set="centre:D-PAYMENT", level=2)))
    assert [step.relationship for step in row.chain] == ["centre:X-PAYGATE-TAXPAY", "finance:X-TAX-LAND"]
    assert (row.hand, row.agency, row.through, row.onward_sharing) == (2, "land:MLA", ("finance:MOF",), False)


def test_the_province_could_stop_asking_who_is_poor(state: State) -> None:
    row = next(each for each in sharing_candidates(state, data_set="people:D-POOR") if each.agency == "regions:SAG")
    assert (row.kind, row.source_agency, row.source_system) == ("collects", "people:MOSA", "people:WELFARE")
    assert row.received == ("people:X-POOR-SAGAID",)
    assert (row.services, row.citizens) == (("people:S-CASHAID",), 10_200_000)
    plan = next(each for each in sharing_plan(state, starts_on=NOW) if each.data_set == row.data_set)
    assert (plan.effort, plan.effort_days) == (("stop collecting 10",), 10)


def test_by_effort_alone_the_quickest_comes_first(state: State) -> None:
    rows = list(sharing_plan(state, starts_on=NOW, weight_citizens=0, weight_effort=1))
    assert [row.effort_days for row in rows] == sorted(row.effort_days for row in rows)
    by_citizens = list(sharing_plan(state, starts_on=NOW, weight_citizens=1, weight_effort=0))
    assert [row.citizens for row in by_citizens] == sorted((row.citizens for row in by_citizens), reverse=True)
    with pytest.raises(InvalidInput, match="0 or more"):
        sharing_plan(state, weight_citizens=-1)


def test_with_both_weights_0_nothing_is_weighed_and_days_decide(state: State) -> None:
    rows = list(sharing_plan(state, starts_on=NOW, weight_citizens=0, weight_effort=0))
    assert {row.score for row in rows} == {0}
    assert len(rows) > 5
    assert rows == sorted(rows, key=lambda row: (row.effort_days, row.data_set, row.agency, row.kind))


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_said_of_an_empty_repository(name: str, sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as empty:
        assert list(entries("report")[name].subject(empty)) == []


def test_one_agency_shares_with_nobody(sqlite_repository: Repository) -> None:
    said = {"access_type": "write", "origin": "collected", "authoritative": True}
    operations = [
        a_model(), an_agency("tax"), a_system("s", owner="tax"), a_system("t", owner="tax"), an_element("d", "DataSet"),
        a_relationship("h", "Access", "s", "d", attributes=said),
        a_relationship("x", "DataExchange", "s", "t", attributes={"data_set": "gov:d"}),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "begin", operations).apply()
    with sqlite_repository.state() as alone:
        assert [row.role for row in data_set_holders(alone)] == ["authoritative", "provides", "receives"]
        assert [row.exchanges for row in sharing_matrix(alone)] == []
        assert [row.exchanges for row in sharing_matrix(alone, within=True)] == [1]
        assert [row.code for row in once_only(alone)] == ["missing-legal-basis"]
        assert not sharing_chains(alone)
        assert not sharing_candidates(alone)
        assert not sharing_plan(alone)


@pytest.mark.parametrize("name", REPORTS)
def test_an_agency_or_data_set_that_is_none_is_not_found(name: str, state: State) -> None:
    report = entries("report")[name]
    asked = {each.name for each in report.parameters} & {"agency", "data_set"}
    for each in asked:
        with pytest.raises(NotFound):
            report.subject(state, **{each: "people:NOBODY"})


def test_an_exchange_whose_life_is_over_is_no_finding(sqlite_repository: Repository) -> None:
    for_years = {"data_set": "gov:d", "end_of_life_on": "2026-10-31"}
    operations = [
        a_model(), an_agency("a"), an_agency("b"), a_system("s", owner="a"), a_system("t", owner="b"),
        an_element("d", "DataSet"), a_relationship("x", "DataExchange", "s", "t", attributes=for_years),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "begin", operations).apply()
    with sqlite_repository.state() as found:
        assert {row.code for row in once_only(found, day=NOW)} == {"no-authoritative-source"}
        before = {row.code for row in once_only(found, day=date(2026, 10, 31))}
    assert before == {"no-authoritative-source", "missing-agreement", "missing-legal-basis"}


def test_every_code_has_words_in_every_language() -> None:
    said = words("ea_repo.planning.sharing")
    codes = {*cut_offs().severity, "risky-protocol", "risky-protocol-protected"}
    for code in codes:
        assert said[f"found_{code.replace('-', '_')}"].keys() == set(LANGUAGES)


def test_findings_are_told_in_indonesian(state: State) -> None:
    row = next(iter(once_only(state, code=("missing-legal-basis",), language="id")))
    assert row.what == "dasar hukum tidak tercatat"
