"""Reports in Indonesian and Korean: no text of theirs lacks a language, and every way to ask for one is heard."""

import re
import tomllib
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args, get_origin, get_type_hints

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.catalogue import _row_type
from ea_repo.catalogue import entries
from ea_repo.cli.main import main
from ea_repo.exchange import row_workbook
from ea_repo.exchange.row_words import RowWords, summaries, summary
from ea_repo.metamodel import standard
from ea_repo.metamodel.finding import Severity
from ea_repo.planning.dashboard.dashboard import Project
from ea_repo.planning.index.rounds import Stage
from ea_repo.planning.sharing.data_set_holders import Role
from ea_repo.repository import Repository, open_repository
from ea_repo.settings import Settings
from ea_repo.wording import LANGUAGES, headings
from tests.factories import a_model, an_element

REPORTS = entries("report")
OTHERS = ("id", "ko")
HANGUL = re.compile("[가-힣]")
PACKAGES = Path(__file__).parents[2] / "ea_repo"
TEXTS = sorted([PACKAGES / "words.toml", *(PACKAGES / "planning").rglob("words.toml")])


def choices(annotation: Any) -> set[str]:
    """The texts that a type allows."""
    if get_origin(annotation) is Literal:
        return {each for each in get_args(annotation) if isinstance(each, str)}
    return set().union(*map(choices, get_args(annotation))) if get_args(annotation) else set()


def values_of_columns() -> set[tuple[str, str]]:
    """What is said in the columns of reports, where not everything can be."""
    found = {("role", each) for each in choices(Role)} | {("severity", each) for each in choices(Severity)}
    found |= {("stage", each) for each in ("planned", "running", "ended", *choices(Stage))}
    found |= {("project", each) for each in choices(Project)}
    for entry in REPORTS.values():
        row = _row_type(get_type_hints(entry.subject)["return"])
        hints = get_type_hints(row)
        found |= {(each.name, value) for each in fields(row) for value in choices(hints[each.name])}
    figures = tomllib.loads((PACKAGES / "planning" / "dashboard" / "dashboard.toml").read_text("utf-8"))["figure"]
    return found | {("unit", each["unit"]) for each in figures if "unit" in each}


def test_every_value_of_a_report_has_a_word_in_each_language() -> None:
    for language in OTHERS:
        words = RowWords(standard(), language)
        said = {each: words.cell(*each) for each in values_of_columns()}
        assert {each for each, word in said.items() if word == each[1]} == set()
        assert language != "ko" or all(map(HANGUL.search, said.values()))


def test_every_report_says_in_each_language_what_it_answers() -> None:
    for language in OTHERS:
        assert summaries()[language].keys() == REPORTS.keys() | entries("question").keys()
    assert all(HANGUL.search(summary(each, "ko")) for each in REPORTS.values())
    assert summary(REPORTS["roadmap"], "en").startswith("Every initiative")


def test_every_parameter_of_a_report_has_a_heading() -> None:
    for language in OTHERS:
        asked = {each.name for entry in REPORTS.values() for each in entry.parameters}
        assert asked - headings()[language].keys() == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.parent.relative_to(PACKAGES)))
def test_no_text_lacks_a_language_or_a_value_that_it_has_in_another(path: Path) -> None:
    for key, said in tomllib.loads(path.read_text("utf-8")).items():
        assert said.keys() == set(LANGUAGES), key
        named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in said.values()]
        assert named[0] == named[1] == named[2], key


def test_every_figure_of_a_dashboard_has_its_name_and_definition_in_each_language() -> None:
    figures = tomllib.loads((PACKAGES / "planning" / "dashboard" / "dashboard.toml").read_text("utf-8"))["figure"]
    for each in figures:
        assert each["name"].keys() == each["definition"].keys() == set(LANGUAGES), each["code"]
        assert HANGUL.search(each["name"]["ko"])
        assert HANGUL.search(each["definition"]["ko"])


CHANGE = [
    a_model(),
    an_element("late", "Initiative", "Late", attributes={"status": "approved"}),
    an_element("host", "Server", "Host", attributes={"cpu_percent": 90, "measured_on": "2026-10-01"}),
]


def test_the_command_tells_a_report_in_the_language_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EA_REPO_DATABASE_URL", f"sqlite:///{tmp_path}/a.db")
    with open_repository(f"{tmp_path}/a.db", create=True) as repository:
        repository.changeset("t", "begin", CHANGE).apply()

    def said(*arguments: str) -> str:
        assert main(["report", *arguments]) == 0
        return capsys.readouterr().out

    assert "tanpa tanggal" in (told := said("roadmap-conflicts", "--language", "id"))
    assert "tanpa tanggal mulai atau selesai" in told
    assert "has no start or no end" in said("roadmap-conflicts")
    assert "일정 없음" in said("roadmap-conflicts", "--language", "ko")
    # Files for programs keep the choices.
    assert '"without-dates"' in (told := said("roadmap-conflicts", "--language", "ko", "--json"))
    assert "시작일이나 종료일이 없거나" in told
    assert "과다 사용" in (told := said("capacity", "--language", "ko"))
    assert "처리기 90 >= 85" in told
    monkeypatch.setenv("EA_REPO_LANGUAGE", "ko")
    assert "이행과제" in said("dashboard", "--project", "roadmap")
    assert "Inisiatif" in said("dashboard", "--project", "roadmap", "--language", "id")
    assert "로드맵의 충돌" in said("list")


def test_the_service_tells_a_report_in_the_language_of_the_reader(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "begin", CHANGE).apply()
    with TestClient(create_app(sqlite_repository, Settings()), base_url="http://127.0.0.1") as client:
        address = "/api/v1/planning/roadmap-conflicts"

        def explanation(**asked: Any) -> str:
            answer = client.get(address, **asked)
            assert answer.headers["Vary"] == "Accept, Accept-Language"
            assert {each["kind"] for each in answer.json()["items"]} == {"without-budget", "without-dates"}
            return " ".join(each["explanation"] for each in answer.json()["items"])

        assert "nothing says what it costs" in explanation()
        assert "비용이 등록되지 않음" in explanation(headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"})
        assert "biayanya tidak disebutkan" in explanation(headers={"Accept-Language": "ko"}, params={"language": "id"})
        assert "nothing says what it costs" in explanation(headers={"Accept-Language": "fr, en"})
        tags = {client.get(address, params={"language": each}).headers["ETag"] for each in LANGUAGES}
        assert len(tags) == 3
        figures = client.get(
            "/api/v1/planning/dashboard", params={"project": "roadmap"}, headers={"Accept-Language": "ko"}
        )
        assert figures.json()["items"][0]["name"] == "이행과제"
        book = client.get(address, headers={"Accept": row_workbook.MEDIA_TYPE, "Accept-Language": "id"})
        rows, about = openpyxl.load_workbook(BytesIO(book.content)).worksheets
        assert {cell.value for cell in rows["A"][1:]} == {"tanpa anggaran", "tanpa tanggal"}
        assert (about.title, about["A1"].value) == ("Tentang", "Isi laporan")
        assert str(about["B1"].value).startswith("Konflik peta rencana")
        reports = client.get("/api/v1/planning", headers={"Accept-Language": "ko"}).json()["items"]
        assert all(HANGUL.search(each["summary"]) for each in reports)
        assert client.get(address, params={"language": "fr"}).status_code == 422
