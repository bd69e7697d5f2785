"""list, show and search: what they print for people and for programs."""

import csv
import io
import os
import subprocess
import sys

import pytest

from tests.cli.conftest import Run


def test_a_type_is_listed_as_a_table(run: Run) -> None:
    ran = run("list", "System")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.lines[2:]] == ["gov:ledger", "gov:pay", "gov:tax"]
    assert "급여 시스템" in ran.out
    assert "gov:tax-office" in ran.out


def test_a_table_in_a_pipe_has_no_colour_and_is_not_cut(run: Run) -> None:
    ran = run("list", "--columns", "uid,name,description,attributes")
    assert "\x1b" not in ran.out
    assert "…" not in ran.out
    assert "General ledger, second line" in ran.out


def test_a_list_as_json_has_every_field(run: Run) -> None:
    found = run("list", "System", "--json").json
    assert found["total"] == 3
    tax = next(item for item in found["items"] if item["uid"] == "gov:tax")
    assert (tax["type"], tax["owner"], tax["model"]) == ("System", "gov:tax-office", "gov")
    assert tax["attributes"]["yearly_cost"] == {"amount": 2500000, "currency": "USD"}


def test_a_list_as_csv_has_the_columns_asked_for(run: Run) -> None:
    ran = run("list", "System", "--columns", "uid,name,users,yearly_cost", "--csv")
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert rows[0] == ["uid", "name", "users", "yearly_cost"]
    assert rows[3] == ["gov:tax", "Tax Returns", "120000", '{"amount": 2500000.0, "currency": "USD"}']
    assert rows[2][1] == "급여 시스템"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["System", "--owner", "gov:finance"], ["gov:ledger", "gov:tax"]),
        (["System", "--on", "2027-06-30"], ["gov:ledger", "gov:tax"]),
        (["System", "--filter", "criticality eq 'vital'"], ["gov:tax"]),
        (["System", "--q", "급여"], ["gov:pay"]),
        (["System", "--sort", "-name"], ["gov:pay", "gov:tax", "gov:ledger"]),
        (["ApplicationComponent", "--limit", "1"], ["gov:ledger"]),
        (["BusinessActor"], ["gov:finance", "gov:health", "gov:tax-office"]),
        (["Flow", "Serving"], ["gov:flow", "gov:serves"]),
        (["--relationships"], ["gov:flow", "gov:part", "gov:realizes", "gov:serves"]),
        (["--as-of", "0"], []),
        (["Agency", "--model", "gov", "--all"], ["gov:finance", "gov:health", "gov:tax-office"]),
    ],
)
def test_lists_are_narrowed(run: Run, arguments: list[str], expected: list[str]) -> None:
    found = run("list", *arguments, "--json").json
    assert [item["uid"] for item in found["items"]] == expected


def test_a_list_says_how_to_see_the_rest(run: Run) -> None:
    assert run("list", "System", "--limit", "2").err == "2 of 3 shown; --limit 3 or --all shows more\n"
    assert run("list", "System").err == ""


def test_an_empty_list_says_so_and_is_no_error(run: Run) -> None:
    ran = run("list", "Server")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing found\n")
    assert run("list", "Server", "--json").json == {"items": [], "total": 0, "changeset": 2}


def test_values_are_shown_in_the_language_of_the_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("list", "System", "--columns", "uid,criticality")
    monkeypatch.setenv("EA_REPO_LANGUAGE", "ko")
    korean = run("list", "System", "--columns", "uid,criticality")
    assert english.out != korean.out
    assert any("\uac00" <= each <= "\ud7a3" for each in korean.out)


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["list", "Systm"], 3, "did you mean System?"),
        (["list", "System", "--columns", "uid,critcality"], 4, "did you mean criticality"),
        (["list", "System", "--filter", "critcality eq 1"], 4, "critcality"),
        (["list", "--owner", "gov:financ"], 3, "gov:finance"),
        (["list", "--sort", "colour"], 4, "uid, name, type"),
        (["list", "--as-of", "99"], 3, "the latest is 2"),
        (["show", "gov:ledge"], 3, "did you mean gov:ledger?"),
        (["show", "gvo"], 3, "gvo"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(run: Run, arguments: list[str], code: int, line: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert line in ran.err
    assert ran.err.count("\n") == 1


def test_an_element_is_shown_with_all_that_is_known(run: Run) -> None:
    ran = run("show", "gov:tax")
    assert ran.lines[0] == "gov:tax  Tax Returns  System (ApplicationComponent)"
    for expected in (
        "Vital",
        "2,500,000",
        "gov:tax-office",
        "gov:portal",
        "Realization",
        "gov:overview",
        "first survey",
    ):
        assert expected in ran.out


def test_an_element_as_json_has_relationships_views_and_history(run: Run) -> None:
    found = run("show", "gov:ledger", "--json").json
    assert found["name"] == "General Ledger"
    assert sorted(each["uid"] for each in found["relationships"]) == ["gov:flow", "gov:serves"]
    assert found["views"] == [{"uid": "gov:overview", "name": "Overview"}]
    assert [(each["version"], each["changeset"], each["reason"]) for each in found["history"]] == [
        (1, 1, "first survey"),
        (2, 2, "corrected"),
    ]


def test_an_element_is_shown_as_it_was(run: Run) -> None:
    assert run("show", "gov:ledger", "--as-of", "1", "--json").json["name"] == "Ledger"


def test_a_model_is_shown_with_what_it_holds(run: Run) -> None:
    found = run("show", "gov", "--json").json
    assert (found["name"], found["counts"]["System"], found["counts"]["Agency"]) == ("Government", 3, 3)
    assert "Made for the tests." in run("show", "gov").out


def test_search_finds_words_best_first(run: Run) -> None:
    found = run("search", "tax", "--json").json
    assert {each["uid"] for each in found["items"]} >= {"gov:tax", "gov:tax-office", "gov:portal"}
    scores = [each["score"] for each in found["items"]]
    assert scores == sorted(scores, reverse=True)
    assert "gov:finance" in run("search", "재정경제").out
    assert [each["uid"] for each in run("search", "tax", "--type", "System", "--json").json["items"]] == ["gov:tax"]


@pytest.mark.parametrize("width", ["20", "40"])
def test_nothing_is_lost_in_a_narrow_terminal(government: str, width: str) -> None:
    environment = {**os.environ, "COLUMNS": width, "TERM": "xterm"}
    program = (
        "import pty, os, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn("
        f"[{sys.executable!r}, '-m', 'ea_repo.cli.main', '-d', {government!r}, 'list', 'System'])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    plain = "".join(each for each in done.stdout if each.isalnum() or "\uac00" <= each <= "\ud7a3")
    assert all(syllable in plain for syllable in "급여시스템")
    assert "…" not in done.stdout
