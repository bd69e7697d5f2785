"""Books of diagrams: every fault is told with its line, and what is bound or packed is what each page asked for."""

import io
import zipfile
from collections.abc import Iterator

import pypdf
import pytest

import diagrams
from api.remembered import Remembered
from diagrams import book
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.repository import Repository
from ea_repo.store.state import State
from tests.factories import a_flow, a_model, a_system, a_view, an_agency

TWO = """
title = "All there is"
formats = ["svg"]
options = {theme = "print"}

[[diagram]]
viewpoint = "context"
title = "Around the tax system"
file = "tax"
formats = ["svg", "drawio", "text"]
options = {uid = "gov:tax", depth = 2, theme = "dark"}

[[diagram]]
viewpoint = "view"
options = {uid = "gov:v", paper = "A4"}
"""


@pytest.fixture
def state(sqlite_repository: Repository) -> Iterator[State]:
    operations = [
        a_model(), an_agency("fin", "Ministry of Finance"), a_system("tax", "Tax", owner="fin"), a_system("pay", "Pay"),
        a_flow("f", "tax", "pay", name="Receipts"), a_view("v", "All systems", shows=("tax", "pay")),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "begin", operations).apply()
    with sqlite_repository.state() as found:
        yield found


def test_a_book_is_read_with_its_defaults() -> None:
    read = book.read(TWO)
    first, second = read.leaves
    assert read.title == "All there is"
    assert (first.file, first.formats, first.title) == ("tax", ("svg", "drawio", "text"), "Around the tax system")
    assert (first.arguments, first.options) == ({"uid": "gov:tax", "depth": 2}, {"theme": "dark"})
    assert (second.file, second.formats) == ("02-view", ("svg",))
    assert second.options == {"theme": "print", "paper": "A4"}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("title = 3\n[[diagram]]\nviewpoint = 'landscape'", 1, 'title = "..."'),
        ("a = \n", 1, "this is not TOML"),
        ("", 1, "[[diagram]]"),
        ("[[diagram]]\nviewpoint = 'landscape'\nformat = 'svg'", 3, "formats"),
        ("\n[[diagram]]\nviewpoint = 'contxt'", 3, "context"),
        ("[[diagram]]\nfile = 'x'", 1, "viewpoint"),
        ("[[diagram]]\nviewpoint = 'context'\n\n[[diagram]]\nviewpoint = 'landscape'", 1, "context needs uid"),
        ("[[diagram]]\nviewpoint = 'landscape'\nformats = ['svg', 'gif']", 3, '"gif"'),
        ("[[diagram]]\nviewpoint = 'landscape'\nformats = []", 3, "formats"),
        ("[[diagram]]\nviewpoint = 'landscape'\n[diagram.options]\nlimit = true", 4, "limit"),
        ("[[diagram]]\nviewpoint = 'landscape'\n[diagram.options]\ntheme = 'pink'", 4, "light, dark"),
        ("[[diagram]]\nviewpoint = 'landscape'\n[diagram.options]\nscale = 99", 4, "0.1 to 10"),
        ("[[diagram]]\nviewpoint = 'landscape'\n[diagram.options]\nlimit = 0", 4, "a number from 1"),
        ("[[diagram]]\nviewpoint = 'landscape'\n[diagram.options]\ntype = 'System'", 4, "a list of texts"),
        ("[[diagram]]\nviewpoint = 'landscape'\n[diagram.options]\nengine = 'x'", 4, '"engine"'),
        ("[[diagram]]\nviewpoint = 'landscape'\nfile = '../../etc/passwd'", 3, "without folder"),
        (
            "[[diagram]]\nviewpoint = 'landscape'\nfile = 'a'\n[[diagram]]\nviewpoint = 'landscape'\nfile = 'A'",
            6,
            "two",
        ),
        ("[[diagram]]\nviewpoint = 'landscape'\noptions = 3", 3, "options"),
    ],
)
def test_a_fault_of_a_book_is_told_with_its_line(text: str, line: int, told: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        book.read(text, "our.toml")
    (problem,) = caught.value.errors
    assert problem.pointer.startswith(f"our.toml:{line}")
    assert problem.detail.startswith(f"our.toml, line {line}: ")
    assert told in problem.detail


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        book.read("titel = ''\n[[diagram]]\nviewpoint = 'x'\n[[diagram]]\nviewpoint = 'context'\nfiles = ''")
    assert [problem.pointer.split(":")[1].split(" ")[0] for problem in caught.value.errors] == ["1", "3", "4", "6"]


def test_the_files_of_a_book_are_what_each_diagram_asked_for(state: State) -> None:
    declared = book.read(TWO)
    packed = book.archive(declared, book.pictures(state, declared), "en")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        written = {name: archive.read(name) for name in archive.namelist()}
    assert list(written) == ["tax.svg", "tax.drawio", "tax.txt", "02-view.svg"]
    assert written["tax.txt"].decode().startswith("Around the tax system\n")
    assert b'class="drawing dark"' in written["tax.svg"]
    assert b'class="drawing print"' in written["02-view.svg"]
    assert packed == book.archive(declared, book.pictures(state, declared), "en")


def test_a_bound_book_has_a_page_and_a_bookmark_for_each_diagram(state: State) -> None:
    declared = book.read(TWO)
    read = pypdf.PdfReader(io.BytesIO(book.bound(declared, book.pictures(state, declared), "en")))
    assert [each["/Title"] for each in read.outline] == ["Around the tax system", "All systems"]  # type: ignore[index, call-overload]
    assert "Receipts" in read.pages[0].extract_text()
    sides = sorted(float(side) for side in read.pages[1].mediabox[2:])
    assert sides == pytest.approx([595.3, 841.9], abs=1)  # A4


def test_what_a_diagram_does_not_find_is_told_with_the_diagram(state: State) -> None:
    declared = book.read("[[diagram]]\nviewpoint = 'context'\nfile = 'lost'\noptions = {uid = 'gov:nobody'}")
    with pytest.raises(NotFound, match=r"lost: .*gov:nobody"):
        book.pictures(state, declared)


def test_a_picture_as_text_says_what_is_in_what_and_related_to_what(state: State) -> None:
    drawing = diagrams.draw(state, "landscape")
    lines = diagrams.render(drawing, "text").decode().split("\n")
    assert lines[1] == "=" * len(lines[0])
    at = next(at for at, line in enumerate(lines) if line == "- Ministry of Finance:")
    assert lines[at + 1 : at + 3] == ["  - Tax (System)", "      → Pay (Flow: Receipts)"]


def test_remembered_pictures_are_made_once_and_stay_within_their_bound() -> None:
    remembered, made = Remembered(most_bytes=10), list[str]()

    def ask(key: str, size: int) -> int:
        def make() -> bytes:
            made.append(key)
            return b"x" * size

        return len(remembered.get(key, make))

    assert [ask(*each) for each in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4))] == [4] * 6
    assert made == ["a", "b", "c", "b"]  # b was the one used longest ago
    assert ask("huge", 11) == ask("huge", 11) == 11
    assert made[-2:] == ["huge", "huge"]
    assert remembered._held <= 10
