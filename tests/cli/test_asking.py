"""The questions and viewpoints of the catalogue as commands: any entry, without a word about it in the command."""

import csv
import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import pytest
from typer.exceptions import TyperException

from ea_repo import catalogue
from ea_repo.cli.entries import entry_command
from ea_repo.cli.questions import question_command
from ea_repo.errors import NotFound
from tests.cli.conftest import Run


def test_what_depends_on_a_system_is_told_with_the_chain_by_name(run: Run) -> None:
    # The ledger serves the tax system, which realizes the portal.
    ran = run("impact", "gov:ledger")
    assert [line.split()[0] for line in ran.lines[2:]] == ["gov:tax", "gov:portal"]
    assert ran.lines[3].rstrip().endswith("General Ledger -Serving- Tax Returns -Realization- Tax Portal")


def test_an_answer_as_json_has_every_step(run: Run) -> None:
    found = run("impact", "gov:ledger", "--json").json
    assert (found["total"], found["changeset"]) == (2, 2)
    assert [(each["uid"], each["distance"]) for each in found["items"]] == [("gov:tax", 1), ("gov:portal", 2)]
    assert found["items"][1]["chain"] == [
        {"relationship": "gov:serves", "type": "Serving", "from_uid": "gov:ledger", "to_uid": "gov:tax"},
        {"relationship": "gov:realizes", "type": "Realization", "from_uid": "gov:tax", "to_uid": "gov:portal"},
    ]


def test_an_answer_as_csv_has_a_row_each(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("dependencies", "gov:portal", "--csv").out)))
    assert [(row["uid"], row["distance"]) for row in rows] == [("gov:tax", "1"), ("gov:ledger", "2")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--depth", "1"], ["gov:tax"]),
        (["--type", "ApplicationService"], ["gov:portal"]),
        (["--type", "ApplicationService", "--type", "System"], ["gov:tax", "gov:portal"]),
        (["--owner", "gov:finance"], ["gov:tax"]),
        (["--limit", "1"], ["gov:tax"]),
        (["--model", "gov"], ["gov:tax", "gov:portal"]),
        (["--as-of", "1"], ["gov:tax", "gov:portal"]),
    ],
)
def test_questions_take_the_options_of_their_entry(run: Run, arguments: list[str], expected: list[str]) -> None:
    found = run("impact", "gov:ledger", *arguments, "--json").json
    assert [each["uid"] for each in found["items"]] == expected


def test_a_cut_answer_says_how_to_see_the_rest(run: Run) -> None:
    assert run("impact", "gov:ledger", "--limit", "1").err == "1 of 2 shown; --limit 2 shows more\n"


def test_a_path_tells_which_end_depends_on_the_other(run: Run) -> None:
    (found,) = run("path", "gov:portal", "gov:ledger", "--json").json["items"]
    assert (found["dependency"], found["distance"]) == ("source depends on target", 2)
    assert run("path", "gov:portal", "gov:health").err == "nothing found\n"


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["impact", "gov:ledgr"], 3, "did you mean gov:ledger?"),
        (["impact", "gov:ledger", "--depth", "many"], 2, "--depth"),
        (["impact", "gov:ledger", "--type", "Systm"], 3, "System"),
        (["impact"], 2, "Missing argument 'UID'"),
        (["path", "gov:tax"], 2, "Missing argument 'TARGET'"),
    ],
)
def test_a_wrong_question_is_told_in_one_line(run: Run, arguments: list[str], code: int, line: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert line in ran.err


def test_every_question_has_help(run: Run) -> None:
    for name in catalogue.entries("question"):
        assert run(name, "--help").code == 0


@dataclass(frozen=True)
class Greeting:
    to: str
    times: int
    loud: bool


@pytest.fixture
def greet() -> Iterator[str]:
    """A question entered by somebody else."""

    @catalogue.question(example={"to": "world"})
    def greet(
        state: object,
        to: Annotated[str, "Whom."],
        *,
        times: Annotated[int, "How often.", range(1, 4)] = 1,
        tone: Annotated[Literal["warm", "cold"], "How."] = "warm",
        loud: Annotated[bool, "Shout."] = False,
        also: Annotated[tuple[str, ...], "Others."] = (),
    ) -> list[Greeting]:
        """Greets."""
        return [Greeting(f"{each} ({tone})", times, loud) for each in (to, *also)]

    yield "greet"
    del catalogue._entries["question"]["greet"]


def test_a_new_entry_is_a_command_with_its_options(greet: str, government: str) -> None:
    command = question_command(greet)
    assert command.help == "Greets."
    assert {option for each in command.params for option in each.opts} >= {
        "to", "--times", "--tone", "--loud", "--also", "--on", "--as-of", "--json", "--csv", "--limit",
    }  # fmt: skip


def test_a_new_entry_gets_its_arguments_typed(greet: str) -> None:
    got: dict[str, object] = {}
    command = entry_command(catalogue.entry("question", greet), (), lambda ctx, arguments: got.update(arguments))
    command.main(args=["a", "--times", "3", "--tone", "cold", "--also", "b", "--also", "c"], standalone_mode=False)
    assert got == {"to": "a", "times": 3, "tone": "cold", "loud": False, "also": ("b", "c")}
    command.main(args=["a", "--loud"], standalone_mode=False)
    assert got == {"to": "a", "times": 1, "tone": "warm", "loud": True, "also": ()}
    with pytest.raises(TyperException, match="9 is not from 1 to 3"):
        command.main(args=["a", "--times", "9"], standalone_mode=False)


def test_a_question_that_nobody_entered_is_not_a_command() -> None:
    with pytest.raises(NotFound, match="there are: "):
        question_command("nonsense")


def test_viewpoints_and_stored_views_are_listed(run: Run) -> None:
    names = [each["viewpoint"] for each in run("diagram", "list", "--json").json["items"]]
    assert names == sorted(catalogue.entries("viewpoint"))
    assert run("diagram", "list", "--views", "--json").json["items"] == [
        {"uid": "gov:overview", "name": "Overview", "viewpoint": None}
    ]


@pytest.mark.parametrize(
    ("suffix", "begins"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")]
)
def test_a_stored_view_is_drawn_to_a_file_of_each_format(run: Run, tmp_path: Path, suffix: str, begins: bytes) -> None:
    path = tmp_path / f"overview.{suffix}"
    ran = run("diagram", "export", "view", "gov:overview", "-o", str(path))
    assert (ran.code, ran.out, ran.err) == (0, "", f"wrote {path}\n")
    assert begins in path.read_bytes()[:300]


def test_a_question_is_drawn_with_the_options_of_its_viewpoint(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "context.svg"
    assert run("diagram", "export", "context", "gov:tax", "--depth", "1", "--theme", "dark", "-o", str(path)).code == 0
    text = "".join(ElementTree.fromstring(path.read_text(encoding="utf-8")).itertext())
    assert "General Ledger" in text
    assert "Tax Portal" in text


def test_a_diagram_can_be_piped(run: Run) -> None:
    assert "<svg" in run("diagram", "export", "view", "gov:overview", "-o", "-").out[:300]


def test_a_diagram_is_shown_as_text_or_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("diagram", "show", "view", "gov:overview")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Overview\n========\n")
    opened = list[str]()
    monkeypatch.setattr("webbrowser.open", lambda address: not opened.append(address))
    assert run("diagram", "show", "view", "gov:overview", "--open").code == 0
    assert b"<svg" in Path(urlsplit(opened[0]).path).read_bytes()
    Path(urlsplit(opened[0]).path).unlink()


def test_a_book_is_drawn_into_a_folder_or_bound(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    book.write_text("formats = ['svg', 'text']\n[[diagram]]\nviewpoint = 'view'\noptions = {uid = 'gov:overview'}\n")
    assert run("diagram", "export", "--all", str(book), "-o", str(tmp_path / "out")).code == 0
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["01-view.svg", "01-view.txt"]
    assert run("diagram", "export", "--all", str(book), "-o", str(tmp_path / "all.pdf")).code == 0
    assert (tmp_path / "all.pdf").read_bytes().startswith(b"%PDF")
    book.write_text("[[diagram]]\nviewpoint = 'veiw'\n")
    wrong = run("diagram", "export", "--all", str(book))
    assert (wrong.code, wrong.out) == (4, "")
    assert "book.toml, line 2" in wrong.err


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["view", "gov:overview", "-o", "x.bmp"], 4, ".pdf, .puml, .plantuml, .png, .svg"),
        (["view", "gov:overview"], 2, "--output"),
        (["view", "gov:overvew", "-o", "x.svg"], 3, "gov:overview"),
        (["view", "gov:overview", "-o", "missing/folder/x.svg"], 4, "name another file"),
        (["veiw", "gov:overview", "-o", "x.svg"], 2, "Did you mean 'view'?"),
        (["view", "gov:overview", "-o", "x.svg", "--theme", "blue"], 2, "--theme"),
    ],
)
def test_a_wrong_diagram_is_told_in_one_line(run: Run, arguments: list[str], code: int, line: str) -> None:
    ran = run("diagram", "export", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert line in ran.err
