"""Findings about the whole register: on random architectures against the descriptions, and on the sample by hand."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from ea_repo.analysis import quality as checking
from ea_repo.analysis.quality import quality
from ea_repo.repository import Repository
from ea_repo.sample import load
from ea_repo.store.operations import Create, Update
from tests.analysis.architectures import REFINEMENTS, Architecture, architectures
from tests.analysis.test_questions import SMALL_DOSE, stored
from tests.factories import a_flow, a_model, a_system

JUDGED = REFINEMENTS["ApplicationComponent"]


@SMALL_DOSE
@given(drawn=architectures())
def test_findings_are_what_the_descriptions_say(module_repository: Repository, drawn: Architecture) -> None:
    architecture, _ = stored(module_repository, drawn)
    needs, items = architecture.needs(), architecture.items
    ends = {end for item in items.values() for end in (item.source, item.target)}
    owners = {item.owner for item in items.values()}
    elements = {key for key, item in items.items() if item.source is None}
    until = {key: item.valid_until or date.max for key, item in items.items()}
    expected = {
        "orphan": elements - ends - owners,
        "unused": {key for key in elements if items[key].type in JUDGED and not needs.pred[key]},
        "no-owner": {key for key in elements if items[key].type in JUDGED | {"DataSet"} and items[key].owner is None},
        "ends-before-dependant": {key for key in needs if any(until[other] > until[key] for other in needs.pred[key])},
    }
    models = [architecture.model(name) for name in ("one", "two")]
    keys = {architecture.uid(key): key for key in items}
    found = defaultdict(set)
    with module_repository.state() as state:
        rows = list(quality(state, model=models))
    for row in rows:
        found[row.code].add(keys[row.uid])
        if row.code == "ends-before-dependant":
            (step,) = row.chain
            other = keys[step.from_uid]
            assert until[other] == max(until[each] for each in needs.pred[keys[row.uid]])
            assert f"ends on {until[keys[row.uid]]}" in row.message
    for code, wanted in expected.items():
        assert found[code] == wanted, code
    illegal = [row for row in rows if row.code == "illegal-relationship"]
    # The store judges every relationship when it is written, by another way; refused ones are findings there, too.
    with module_repository.state() as state:
        concepts = state.get_many(architecture.uid(key) for key in items)
    permitted = module_repository.metamodel.permitted
    wrong = [
        concept.source
        for concept in concepts.values()
        if concept.source is not None
        and not permitted(concepts[concept.source].type, concept.type, concepts[str(concept.target)].type)
    ]
    assert sorted(row.uid for row in illegal) == sorted(wrong)


def test_the_sample_has_the_troubles_of_its_readme(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    with sqlite_repository.state(on=date(2026, 11, 1)) as state:
        rows = list(quality(state))
    by_code = defaultdict(set)
    for row in rows:
        by_code[row.code].add(row.uid)
    systems = {row.uid for row in rows if row.code == "no-owner" and row.type == "System"}
    assert systems == {"centre:OLDPORTAL", "centre:WEBFORMS", "finance:FIELDAPP"}
    assert by_code["unsupported-service"] == set() or "finance:S-CONSUMER" in by_code["unsupported-service"]
    assert {
        "shared:SRV-GOVID", "shared:SRV-GOVID-DB", "shared:DB-GOVID", "shared:SW-TOMCAT8", "people:SRV-POP-DB",
        "people:DB-POPREG", "finance:MF-TAX", "finance:SW-ORA11", "finance:SRV-CUST-DB", "finance:SRV-PAYROLL",
        "people:SRV-HOSP", "people:SRV-MOH", "regions:SRV-TIR", "regions:SRV-KEN", "people:ND-CIVR-VPN",
        "shared:SW-OFFICE",
    } <= by_code["support-ended"]  # fmt: skip
    assert "finance:TAXLEGACY" in by_code["ends-before-dependant"]
    assert [row.severity for row in rows] == sorted(
        (row.severity for row in rows), key=["error", "warning", "note"].index
    )


def test_what_nobody_wrote_for_long_is_stale(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.changeset("t", "begin", [a_model(), a_system("a"), a_system("b"), a_flow("f", "a", "b")]).apply()
    repository.changeset("t", "later", [Update("gov:b", {"name": "B"})]).apply()
    now = datetime.now(UTC)
    with repository.state() as state:
        assert [row for row in quality(state, stale_days=10) if row.code == "stale"] == []
        monkeypatch.setattr(checking, "now", lambda: now + timedelta(days=11))
        stale = {row.uid: row.message for row in quality(state, stale_days=10) if row.code == "stale"}
    assert stale == {
        "gov:a": "nobody has looked after it since changeset 1",
        "gov:b": "nobody has looked after it since changeset 2",
    }


def test_a_relationship_the_standard_forbids_is_told_of_its_source(repository: Repository) -> None:
    bad = Create("gov:bad", "Assignment", {"source": "gov:data", "target": "gov:a"})
    begin = [a_model(), a_system("a"), Create("gov:data", "DataSet", {"name": "Data"}), bad]
    repository.changeset("t", "begin", begin).apply()
    with repository.state() as state:
        (row,) = [row for row in quality(state) if row.code == "illegal-relationship"]
    assert row.uid == "gov:data"
    assert row.message == "ArchiMate has no Assignment from DataSet to System"


def test_what_is_called_too_ordinary_is_a_finding(repository: Repository) -> None:
    """The portal is vital and needs the gateway, which needs the log: both are called less, the log's log says nothing."""
    said = {"portal": "vital", "gateway": "important", "log": "ordinary", "archive": None}
    systems = [a_system(key, key.title(), attributes={"criticality": value}) for key, value in said.items()]
    flows = [a_flow("f1", "gateway", "portal"), a_flow("f2", "log", "gateway"), a_flow("f3", "archive", "log")]
    repository.changeset("t", "begin", [a_model(), *systems, *flows]).apply()
    with repository.state() as state:
        found = [row for row in quality(state) if row.code == "undervalued"]
    assert [(row.uid, row.message) for row in found] == [
        ("gov:gateway", "the register calls its criticality important, but Portal depends on it and is vital"),
        ("gov:log", "the register calls its criticality ordinary, but Portal depends on it and is vital"),
    ]
    assert [str(step) for step in found[1].chain] == ["gov:portal -Flow- gov:gateway", "gov:gateway -Flow- gov:log"]
