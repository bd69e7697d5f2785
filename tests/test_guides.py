"""The guides keep their word: each block of Python runs, and prints what stands below it."""

import contextlib
import csv
import io
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from ea_repo.cli.main import main
from ea_repo.repository import open_repository
from ea_repo.sample import load
from tests.factories import a_model, a_system, an_agency

GUIDES = Path(__file__).resolve().parents[1] / "docs" / "how-to"
_BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:```text\n(?P<printed>.*?)```)?", re.DOTALL)


@pytest.mark.parametrize(
    ("guide", "printing"),
    [
        ("networkx.md", 3),
        ("archive.md", 1),
        ("compare.md", 1),
        ("dashboards.md", 4),
        ("resources.md", 6),
        ("records.md", 4),
    ],
)
def test_what_a_guide_prints_is_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guide: str, printing: int
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = list(_BLOCK.finditer((GUIDES / guide).read_text("utf-8")))
    assert sum(block["printed"] is not None for block in blocks) == printing
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)  # noqa: S102 - our own guide
        assert printed.getvalue() == (block["printed"] or "")
    for opened in {"state", "repository"} & names.keys():
        names[opened].close()  # type: ignore[attr-defined]


def test_the_example_of_the_inventory_guide_is_imported_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (GUIDES / "inventory.md").read_text("utf-8")
    blocks = dict(re.findall(r"```(csv|toml|text)\n(.*?)```", text, re.DOTALL))
    (tmp_path / "inventory.csv").write_text(blocks["csv"], "utf-8")
    (tmp_path / "mapping.toml").write_text(blocks["toml"], "utf-8")
    assert main(["-d", "a.db", "db", "upgrade"]) == 0
    capsys.readouterr()
    assert (
        main(["-d", "a.db", "import", "inventory.csv", "--map", "mapping.toml", "--model", "finance", "--author", "a"])
        == 0
    )
    assert capsys.readouterr().out == blocks["text"]
    assert main(["-d", "a.db", "map", "suggest", "inventory.csv"]) == 0
    assert 'name = "Nama Aplikasi"' in capsys.readouterr().out


def test_the_commands_of_the_spreadsheet_guide_do_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_repository("a.db", create=True) as repository:
        repository.changeset(
            "a", "Begin", [a_model("finance"), an_agency("finance:MOF"), a_system("finance:tax", owner="finance:MOF")]
        ).apply()
    commands = re.findall(r"^    ea-repo (.*)$", (GUIDES / "spreadsheet.md").read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        assert main(["-d", "a.db", *command.split()]) == 0, command
    assert capsys.readouterr().out.count("nothing has changed") == 2
    assert sorted(path.name for path in tmp_path.glob("*.[xc]*")) == ["finance.xlsx", "systems.csv"]


@pytest.mark.parametrize(("guide", "commands"), [("dashboards.md", 8), ("resources.md", 24), ("records.md", 9)])
def test_the_commands_of_a_guide_of_planning_answer_on_the_sample_government(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], guide: str, commands: int
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_repository("a.db", create=True) as repository:
        load(repository)
    found = re.findall(r"^    ea-repo (.*)$", (GUIDES / guide).read_text("utf-8"), re.MULTILINE)
    assert len(found) == commands
    for command in found:
        assert main(["-d", "a.db", *shlex.split(command)]) == 0, command
        assert "nothing found" not in capsys.readouterr().out, command


def test_the_sharing_guide_leads_from_an_empty_repository_to_the_final_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test_what_a_guide_prints_is_what_it_says(tmp_path, monkeypatch, "sharing.md", 4)
    commands = re.findall(r"^    ea-repo (.*)$", (GUIDES / "sharing.md").read_text("utf-8"), re.MULTILINE)
    for command in commands:
        assert main(["-d", "government.db", *command.split()]) == 0, command
    written = re.findall(r"^wrote (.*)$", capsys.readouterr().err, re.MULTILINE)
    assert len(written) == len(commands) == 6
    assert all((tmp_path / name).stat().st_size > 500 for name in written)


def test_the_informatization_guide_leads_from_an_empty_repository_to_the_kept_review(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (GUIDES / "informatization.md").read_text("utf-8")
    (tmp_path / "rab.csv").write_text(re.findall(r"```csv\n(.*?)```", text, re.DOTALL)[0], "utf-8")
    commands = [shlex.split(each) for each in re.findall(r"^    ea-repo (.*)$", text, re.MULTILINE)]
    assert [each[0] for each in commands] == ["db", "reference-model", "review", "report"]
    for command in commands[:2]:
        assert main(["-d", "work.db", *command]) == 0, command
    names: dict[str, object] = {}
    for block in _BLOCK.finditer(text):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)  # noqa: S102 - our own guide
        assert printed.getvalue() == (block["printed"] or "")
    for opened in ("state", "repository"):
        names[opened].close()  # type: ignore[attr-defined]
    for command in commands[2:]:
        assert main(["-d", "work.db", *command]) == 0, command
    inline = [each for each in re.findall(r"`ea-repo\s+(report\s+[^`]*)`", text) if "coverage --by" not in each]
    assert len(inline) == 4
    for command in inline:
        assert main(["-d", "work.db", *command.split()]) == 0, command
    sheets = openpyxl.load_workbook(tmp_path / "reviews.xlsx").worksheets
    values = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert values.count(1700) == 2


def test_the_guide_to_documents_leads_from_an_empty_folder_to_the_list_of_what_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (GUIDES / "documents.md").read_text("utf-8")
    steps = re.findall(r"^    (?:printf '(.*)\\n' > (\S+)|ea-repo (.*))$|```text\n([^`]*)```", text, re.MULTILINE)
    said, run = "", 0
    for content, file, command, printed in steps:
        if file:
            Path(file).write_text(f"{content}\n", "utf-8")
        elif command:
            options = [] if command.startswith("-d ") else ["-d", "government.db"]
            assert main([*options, *shlex.split(command)]) == 0, command
            captured = capsys.readouterr()
            said, run = captured.out + captured.err, run + 1
        else:
            assert printed in said
    assert run == 9
    assert [Path(each).read_text("utf-8").strip()[-6:] for each in ("draft.txt", "now.txt")] == [" draft", "signed"]
    rows = list(csv.DictReader(Path("due.csv").read_text("utf-8").splitlines()))
    told = {row["uid"]: (row["standing"], row["outcome"], row["due_on"]) for row in rows}
    assert told["people:document-bc4013e221fa86f4"] == ("due", "destroy", "2024-01-01")


def test_the_guide_of_the_roadmap_leads_from_an_empty_repository_to_the_last_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    text = (GUIDES / "roadmap.md").read_text("utf-8")
    steps = [*_BLOCK.finditer(text), *re.finditer(r"^    ea-repo (?P<command>.*)$", text, re.MULTILINE)]
    blocks = commands = 0
    for step in sorted(steps, key=lambda each: each.start()):
        if "command" in step.groupdict():
            assert main(["-d", "plan.db", *step["command"].split()]) == 0, step["command"]
            assert "nothing found" not in capsys.readouterr().out
            commands += 1
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(step["code"], names)  # noqa: S102 - our own guide
        assert printed.getvalue() == (step["printed"] or "")
        blocks += 1
    assert (blocks, commands) == (7, 19)
    names["repository"].close()  # type: ignore[attr-defined]
    assert {"roadmap.xlsx", "budget.xlsx", "roadmap.svg"} <= {path.name for path in tmp_path.iterdir()}


def test_the_commands_of_the_index_guide_answer_on_the_sample_government(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_repository("a.db", create=True) as repository:
        load(repository)
    scale = '[[scale]]\nname = "s"\nlevel = [{number = 1, name = "one"}, {number = 2, name = "two"}]\n'
    part = '[[part]]\ncode = "1"\nname = "One"\nweight = 100\nscale = "s"\n'
    Path("our-index.toml").write_text(f'code = "ours"\nname = "Ours"\n{scale}{part}', "utf-8")
    commands = re.findall(r"^    ea-repo (.*)$", (GUIDES / "index-assessment.md").read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 17
    for command in commands:
        assert main(["-d", "a.db", *shlex.split(command, comments=True)]) == 0, command
    said = capsys.readouterr()
    assert said.err.count("written as changeset") == 7
    assert "Ministry of Finance" in said.out
