"""`ea-repo export`: to files, folders and standard output."""

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_a_model_is_exported_and_what_is_left_out_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gov.zip"
    ran = run("export", "archi-csv", "-o", str(path), "--model", "gov")
    assert (ran.code, path.stat().st_size > 100) == (0, True)
    assert ran.err.splitlines() == [
        "note: Archi's CSV cannot carry views: 1 left out",
        "note: Archi's CSV cannot carry translations: 1 left out",
        f"wrote {path}",
    ]
    ran = run("import", str(path), "--model", "gov", "--dry-run", "--json")
    assert (ran.json["changed"], ran.json["elements"]["unchanged"]) == (False, 7)


def test_an_answer_is_exported_as_json_says(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "some"
    arguments = ("--question", "impact", "--argument", "uid=gov:tax", "--argument", "depth=1")
    ran = run("export", "archi-csv", "-o", str(path), *arguments, "--json")
    assert json.loads(ran.out)["format"] == "archi-csv"
    assert sorted(each.name for each in path.iterdir()) == ["elements.csv", "properties.csv", "relations.csv"]


def test_the_formats_are_listed(run: Run) -> None:
    assert "archi-csv" in run("export", "?").out


def test_what_is_wrong_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "no" / "such.zip"
    for arguments, code, words in (
        (("export", "archi-csv"), 2, "--output"),
        (("export", "docx", "-o", "x.docx"), 4, "cannot be written"),
        (("export", "-o", "x.docx"), 4, "says no format"),
        (("export", "archi-csv", "-o", "x.zip", "--model", "gow"), 3, "gow"),
        (("export", "archi-csv", "-o", str(nowhere)), 4, "cannot be written"),
        (("export", "archi-csv", "-o", "x.zip", "--argument", "uid=gov:tax"), 2, "--question"),
    ):
        ran = run(*arguments)
        assert (ran.code, words in ran.err) == (code, True), ran.err
    assert not Path("x.zip").exists()
