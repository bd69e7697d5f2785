"""Operating-performance reviews that are kept: with the figures of their day, against what was changed by hand since."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ea_repo.cli.main import main
from ea_repo.errors import InvalidInput, NotFound, StaleVersion
from ea_repo.planning.resources.operating_reviews import OperatingReview, operating_reviews
from ea_repo.planning.resources.recording_reviews import decide_review, record_reviews
from ea_repo.planning.resources.system_review import system_review
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.store.operations import Update
from ea_repo.told import in_language
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element
from tests.sample.government import NOW, government

TODAY, LATER = date(2026, 10, 1), date(2027, 10, 1)


def scored(value: float | None, effect: float | None, **more: object) -> dict[str, object]:
    said = {"business_value_score": value, "cost_effectiveness_score": effect, "go_live": "2015-01-01", **more}
    return {name: each for name, each in said.items() if each is not None}


@pytest.fixture
def gov(sqlite_repository: Repository) -> Repository:
    """Two systems that share a server by their users, 30 and 10, one too young and one without a score."""
    idr = {"currency": "IDR"}
    sqlite_repository.changeset(
        "t", "begin",
        [
            a_model(), an_agency("a"),
            a_system("tax", owner="a", attributes=scored(70, 65, users=30, yearly_cost={"amount": 100, **idr})),
            a_system("mail", attributes=scored(40, 50, users=10, yearly_cost={"amount": 50, **idr})),
            a_system("young", attributes=scored(70, 65, go_live="2025-06-01")), a_system("bare", attributes=scored(None, 5)),
            an_element("server", "Server", attributes={"yearly_cost": {"amount": 40, **idr}}),
            a_relationship("r1", "Serving", "server", "tax"), a_relationship("r2", "Serving", "server", "mail"),
        ],
    ).apply()  # fmt: skip
    return sqlite_repository


def rows_of(repository: Repository, on: date = LATER, **asked: object) -> dict[str, OperatingReview]:
    with repository.state(on=on) as state:
        return {row.review: row for row in operating_reviews(state, **asked)}  # type: ignore[arg-type]


def test_reviews_are_kept_in_one_changeset_as_the_scores_say_with_the_figures_of_the_day(gov: Repository) -> None:
    applied = record_reviews(gov, ["gov:tax", "gov:mail"], author="sari", reviewed_by="Board", reviewed_on=TODAY)
    uids = ["gov:operating-review-tax-2026", "gov:operating-review-mail-2026"]
    assert [uid for record, uid in applied.versions if record == "concept"] == uids
    tax, mail = (rows_of(gov)[uid] for uid in uids)
    assert (tax.decision, tax.by_scores, tax.reviewed_by, tax.reviewed_on) == ("keep", "keep", "Board", TODAY)
    assert (tax.business_value, tax.cost_effectiveness, tax.users) == (70, 65, 30)
    # its own 100, and 30 of 40 users of a server of 40
    assert (tax.running_cost, tax.currency, mail.running_cost) == (130, "IDR", 60)
    assert (mail.decision, tax.owner, mail.owner) == ("retire", "gov:a", None)
    assert tax.since_then == mail.since_then == ()
    assert list(rows_of(gov, changed=True)) == []


def test_what_has_changed_since_is_what_was_changed(gov: Repository) -> None:
    record_reviews(gov, ["gov:tax", "gov:mail"], author="sari", reviewed_on=TODAY)
    gov.changeset(
        "t", "a year later",
        [
            Update("gov:tax", {"attributes": {"cost_effectiveness_score": 55, "users": 70}}),
            Update("gov:mail", {"valid_until": date(2027, 3, 1)}),
        ],
    ).apply()  # fmt: skip
    found = rows_of(gov)
    tax = found["gov:operating-review-tax-2026"]
    # the mail is gone, so that the whole server is borne by the tax system
    assert tax.since_then == (
        "cost effectiveness: 65 → 55", "users: 30 → 70", "running cost: 130 IDR → 140 IDR",
        "the scores say Redevelop now, not Keep",
    )  # fmt: skip
    assert in_language(tax.since_then, "ko")[-1] == "점수 기준 결과가 유지에서 재개발(으)로 바뀜"
    assert in_language(tax.since_then, "id")[-1] == "skor kini menunjukkan Bangun ulang, bukan Pertahankan"
    assert (tax.decision, tax.cost_effectiveness, tax.by_scores_now) == ("keep", 65, "redevelop")
    mail = found["gov:operating-review-mail-2026"]
    assert (mail.since_then, mail.by_scores_now) == (("not there any more on 2027-10-01",), None)
    assert [row.system for row in rows_of(gov, owner=("gov:a",)).values()] == ["gov:tax"]


def test_the_last_review_of_a_system_is_the_one_that_its_list_names(gov: Repository) -> None:
    record_reviews(gov, ["gov:tax"], author="sari", reviewed_on=TODAY)
    for _ in range(2):
        record_reviews(gov, ["gov:tax"], "retire", "Nobody pays", author="sari", reviewed_on=LATER)
    assert set(rows_of(gov)) == {
        "gov:operating-review-tax-2026", "gov:operating-review-tax-2027", "gov:operating-review-tax-2027-2",
    }  # fmt: skip
    assert [(row.reviewed_on, row.decision, row.by_scores) for row in rows_of(gov, latest=True).values()] == [
        (LATER, "retire", "keep")
    ]
    assert list(rows_of(gov, until=TODAY)) == list(rows_of(gov, decision="keep")) == ["gov:operating-review-tax-2026"]
    with gov.state(on=LATER) as state:
        rows = {row.uid: (row.last_reviewed_on, row.last_decision) for row in system_review(state)}
    assert (rows["gov:tax"], rows["gov:mail"]) == ((LATER, "retire"), (None, None))


@pytest.mark.parametrize(
    ("systems", "asked", "told"),
    [
        ([], {}, "no system is named"),
        (["gov:server"], {}, '"gov:server" is no system that holds'),
        (["gov:tax", "gov:young"], {}, "decide nothing: runs since 2025-06-01, not yet 3 years"),
        (["gov:bare"], {}, "no score of business value"),
        (["gov:tax", "gov:mail"], {"decision": "keep"}, "keep is not what the scores say"),
        (["gov:tax"], {"value_cut_off": 80, "decision": "keep", "reasons": " "}, "there are no reasons"),
    ],
)
def test_a_review_that_says_too_little_is_refused_and_nothing_kept(
    gov: Repository, systems: list[str], asked: dict[str, object], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        record_reviews(gov, systems, author="a", reviewed_on=TODAY, **asked)  # type: ignore[arg-type]
    assert rows_of(gov) == {}


def test_a_review_is_decided_anew_on_its_figures(gov: Repository) -> None:
    record_reviews(gov, ["gov:young"], "keep", "It was made for ten years", author="sari", reviewed_on=TODAY)
    uid = "gov:operating-review-young-2026"
    gov.changeset("t", "score", [Update("gov:young", {"attributes": {"business_value_score": 20}})]).apply()
    with pytest.raises(InvalidInput, match="no reasons"):
        decide_review(gov, uid, "enhance", author="budi")
    decide_review(gov, uid, "enhance", "The law changed", author="budi", base_version=1)
    row = rows_of(gov)[uid]
    assert (row.decision, row.by_scores, row.business_value, row.reviewed_on) == ("enhance", "too_young", 70, TODAY)
    assert (row.reasons, row.reviewed_by) == ("The law changed", "budi")
    with pytest.raises(StaleVersion):
        decide_review(gov, uid, "retire", "No", author="sari", base_version=1)
    with pytest.raises(NotFound, match="not an operating-performance review"):
        decide_review(gov, "gov:tax", "keep", "x", author="sari")


def test_by_command(gov: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    database = ["-d", f"sqlite:///{Path(str(gov.url.database))}"]
    asked = ["operating-review", "record", "gov:mail", "gov:tax", "--reviewed-on", "2026-10-01", "--cost-cut-off", "66"]
    assert main([*database, *asked]) == 0
    told = "gov:operating-review-mail-2026: retire\ngov:operating-review-tax-2026: redevelop\n"
    assert capsys.readouterr().out == told
    anew = ["operating-review", "decide", "gov:operating-review-tax-2026", "--decision", "keep", "--reasons", "Rebuilt"]
    assert main([*database, *anew]) == 0
    assert main([*database, "report", "operating-reviews", "--csv"]) == 0
    assert "gov:operating-review-tax-2026,gov:tax,tax,gov:a,a,2026-10-01," in capsys.readouterr().out


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with open_repository(str(tmp_path_factory.mktemp("sample") / "sample.db"), create=True) as repository:
        load(repository)
        yield repository


def test_the_reviews_of_the_sample_are_told_with_the_figures_that_its_systems_have_now(sample: Repository) -> None:
    found, today = government(), date.fromisoformat(NOW)
    rows = rows_of(sample, today)
    assert rows.keys() == set(found.of("OperatingReview"))
    for uid, row in rows.items():
        assert row.system is not None
        names = {
            "business_value_score": "business value",
            "cost_effectiveness_score": "cost effectiveness",
            "users": "users",
        }
        changed = {word for name, word in names.items() if found.said(uid, name) != found.said(row.system, name)}
        told = {each.partition(":")[0] for each in row.since_then if "→" in each} - {"running cost"}
        assert told == changed
    assert {bool(row.since_then) for row in rows.values()} == {True, False}


def test_a_review_of_every_system_that_is_scored_says_that_nothing_has_changed(sample: Repository) -> None:
    today = date.fromisoformat(NOW)
    with sample.state(on=today) as state:
        judged = [row for row in system_review(state) if row.decision not in ("too_young", "not_scored")]
    record_reviews(sample, [row.uid for row in judged], author="sari", reviewed_on=today)
    rows = {row.system: row for row in rows_of(sample, today, since=today).values()}
    assert {uid: row.decision for uid, row in rows.items()} == {row.uid: row.decision for row in judged}
    assert {row.since_then for row in rows.values()} == {()}
