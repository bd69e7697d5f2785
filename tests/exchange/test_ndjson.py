"""NDJSON: what is read, what is refused with its line, and that a large file is loaded as a small one is imported."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.nation import Nation, write_file
from ea_repo.errors import MalformedRequest, RepositoryError
from ea_repo.exchange import loading, read
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.repository import Repository
from ea_repo.store.query import Query
from tests.factories import a_model, a_system

_AGENCY = {"record": "element", "identifier": "MOF", "type": "Agency", "name": "Ministry of Finance"}
_TAX = {
    "record": "element", "identifier": "tax", "type": "System", "name": "Tax", "owner": "MOF", "folder": "all",
    "attributes": {"criticality": "vital", "operator": "MOF"}, "valid_from": "2020-01-31",
    "properties": [{"key": "Colour", "value": "red"}], "translations": {"id": {"name": "Pajak"}},
}  # fmt: skip
_SERVES = {"record": "relationship", "identifier": "r1", "type": "Serving", "source": "tax", "target": "gov:filing"}
_LINES = [
    {"record": "model", "identifier": "finance", "name": "Finance"},
    _SERVES,
    _TAX,
    _AGENCY,
    {"record": "folder", "identifier": "all", "name": "All"},
]


def _text(*lines: Any) -> bytes:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


@pytest.fixture(params=["whole", "as it is read"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways into a new model."""
    monkeypatch.setattr(loading, "LARGE_BYTES", 0 if request.param == "as it is read" else 10**9)
    return str(request.param)


@pytest.fixture
def filed(repository: Repository) -> Repository:
    """With a system of another model that files may name."""
    repository.changeset("tester", "first", [a_model(), a_system("filing")]).apply()
    return repository


def _imported(repository: Repository, data: bytes, **options: Any) -> ImportReport:
    return import_file(repository, io.BytesIO(data), **{"model": "fin", "author": "tester", "name": "f", **options})


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_file_says_owners_dates_attributes_and_names_in_any_order(filed: Repository, way: str, packed: bool) -> None:
    data = _text(*_LINES)
    report = _imported(filed, gzip.compress(data) if packed else data)
    assert (report.format, report.changeset, report.changed) == ("ndjson", 2, True)
    assert (report.loaded is not None) is (way == "as it is read")
    assert report.to_json()["elements"] == {"in_file": 2, "created": 2, "changed": 0, "unchanged": 0, "deleted": 0}
    assert report.to_json()["relationships"]["created"] == 1
    with filed.state() as state:
        tax = state.get("fin:tax")
        assert (tax.owner, tax.folder, str(tax.valid_from)) == ("fin:MOF", "fin:all", "2020-01-31")
        assert tax.attributes == {"criticality": "vital", "operator": "fin:MOF"}
        assert tax.translations == {"id": {"name": "Pajak"}}
        assert [(each.key, each.value) for each in tax.properties] == [("Colour", "red")]
        serves = state.get("fin:r1")
        assert (serves.source, serves.target) == ("fin:tax", "gov:filing")
        assert (state.model("fin").name, state.model("fin").source_identifier) == ("Finance", "finance")


def test_the_same_file_again_changes_nothing_and_another_only_what_differs(filed: Repository, way: str) -> None:
    _imported(filed, _text(*_LINES))
    assert _imported(filed, _text(*_LINES)).changeset is None
    changed = _imported(filed, _text({"record": "element", "identifier": "MOF", "type": "Agency", "name": "Treasury"}))
    assert changed.counts["elements"]["changed"] == 1
    with filed.state() as state:
        assert state.get("fin:MOF").name == "Treasury"
        assert state.get("fin:tax").owner == "fin:MOF"


def test_findings_have_their_line(filed: Repository, way: str) -> None:
    wrong = {"record": "relationship", "identifier": "r2", "type": "Access", "source": "tax", "target": "MOF"}
    report = _imported(filed, _text(*_LINES, wrong))
    assert [(each.code, each.uid, each.line) for each in report.findings] == [("illegal-relationship", "fin:r2", 6)]


def test_a_dry_run_writes_nothing(filed: Repository, way: str) -> None:
    report = _imported(filed, _text(*_LINES), dry_run=True)
    assert (report.changeset, report.changed, report.counts["elements"]["created"]) == (None, True, 2)
    with filed.state() as state:
        assert state.number == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([_AGENCY, _AGENCY], 'line 2: "[^"]*MOF" exists already, on line 1'),
        ([_TAX], 'line 1: .*owner names concept "fin:MOF"'),
        ([_AGENCY, {**_AGENCY, "identifier": "x", "type": "Nonsense"}], 'line 2: .*no type "Nonsense"'),
        ([{**_AGENCY, "attributes": {"colour": "red"}}], "line 1: .*colour"),
        ([{**_AGENCY, "attributes": []}], "line 1: .*attributes"),
        ([{**_AGENCY, "properties": [1]}], "line 1: .*properties"),
        ([{**_AGENCY, "name": None}], "line 1: .*name"),
        ([{**_AGENCY, "valid_from": "soon"}], "line 1: .*is not a date"),
        ([_AGENCY, {**_SERVES, "source": "MOF", "target": "gone"}], 'line 2: .*target names concept "fin:gone"'),
    ],
)  # fmt: skip
def test_what_no_changeset_would_take_is_told_with_its_line(
    filed: Repository, way: str, lines: list[Any], said: str
) -> None:
    model = {"record": "model", "identifier": "m", "name": "M"}
    with pytest.raises(RepositoryError, match=said) as raised:
        _imported(filed, _text(*lines, model))
    assert raised.value.errors
    with filed.state() as state:
        assert state.number == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"record": "element"\n', "line 1: column 21: this is not JSON"),
        (_text(_AGENCY) + b'{"record"}\n', "line 2: column 10: this is not JSON"),
        (_text(_AGENCY) + b"[]\n", "line 2: a line is an object"),
        (_text(_AGENCY) + b'{"record": "view"}\n', 'line 2: "record" must be one of'),
        (_text({**_AGENCY, "colour": 1}), "line 1: a line of element has no colour"),
        (_text({**_AGENCY, "identifier": "a:b"}), "line 1: .*without a colon"),
        (_text({"record": "element", "identifier": "x"}), 'line 1: a line of element needs "type"'),
        (_text({**_SERVES, "target": None}), 'line 1: a line of relationship needs "target"'),
        (_text(_AGENCY) + b'{"record": "\xff"}\n', "line 2: bytes that are not UTF-8"),
        (_text(_AGENCY) + b'{"record": "element", "identifier": NaN}\n', "line 2: this is not JSON: NaN"),
        (_text(_AGENCY) + b'{"a": 1} {"b": 2}\n', "line 2: column 10: this is not JSON"),
        (gzip.compress(_text(*_LINES) * 500)[:-20], "damaged or cut off"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_line(filed: Repository, way: str, data: bytes, said: str) -> None:
    with pytest.raises(MalformedRequest, match=said):
        _imported(filed, data)
    with filed.state() as state:
        assert state.number == 1


@pytest.mark.parametrize("at", [1, 2, 40, 333, 700])
def test_bytes_that_are_not_utf8_are_told_by_their_own_line(at: int) -> None:
    """Though a file is decoded thousands of bytes at a time."""
    lines = [_text({**_AGENCY, "identifier": f"a{number}", "name": "정보" * number}) for number in range(1, 701)]
    lines[at - 1] = lines[at - 1].replace(b'"name"', b'"na\xffme"')
    with pytest.raises(MalformedRequest, match=f"line {at}: bytes that are not UTF-8"):
        read(io.BytesIO(b"".join(lines)))


def test_empty_lines_and_a_byte_order_mark_are_passed_over() -> None:
    data = b"\xef\xbb\xbf" + _text(_AGENCY).replace(b"\n", b"\r\n") + b"\n  \n" + _text(_LINES[0])
    bundle = read(io.BytesIO(data))
    assert (bundle.name, [concept.identifier for concept in bundle.concepts]) == ("Finance", ["MOF"])
    assert bundle.concepts[0].line == 1


def test_a_whole_nation_is_loaded_as_it_is_imported(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "nation.ndjson.gz"
    write_file(Nation(1_000), file)
    report = loading.load_large(repository, file, model="a", author="tester", from_bytes=0)
    assert report is not None
    assert not report.findings
    import_file(repository, file, model="b", author="tester")

    def said(key: str) -> list[str]:
        with repository.state() as state:
            found = map(repr, state.iterate(Query(model=key)))
            return sorted(each.replace(f"{key}:", "").replace(f"model='{key}'", "") for each in found)

    one, other = said("a"), said("b")
    assert len(one) == 4_000
    assert [each.replace("written=1", "written=2") for each in one] == other
    for model in ("a", "b"):
        assert import_file(repository, file, model=model, author="tester").changeset is None


def test_a_large_file_for_a_model_that_is_there_is_compared(filed: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGE_BYTES", 0)
    report = _imported(filed, _text(_AGENCY), model="gov")
    assert report.loaded is None
    with filed.state() as state:
        assert state.get("gov:filing")
        assert isinstance(state.get("gov:MOF").name, str)


def test_progress_tells_how_much_and_how_fast(filed: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGE_BYTES", 0)
    told: list[tuple[int, int, str]] = []
    _imported(filed, _text(*_LINES), progress=lambda *each: told.append(each))
    assert told[-1][:2] == (5, 5)
    assert "rows a second" in told[-1][2]
