"""Tables that are none, or attacks: only our own errors, little memory, no hang."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.errors import RepositoryError, TooLarge
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.inventory.grid import read_grid
from ea_repo.exchange.inventory.mapping import TableForm, read_mapping
from ea_repo.exchange.inventory.planner import Inventory
from ea_repo.exchange.inventory.suggesting import suggest
from ea_repo.exchange.reading import open_source
from ea_repo.exchange.safe_yaml import documents
from ea_repo.exchange.tabular.xlsx import read_workbook
from ea_repo.metamodel import standard
from ea_repo.repository import Repository, open_repository
from tests.exchange import inventories
from tests.exchange.test_backstage import CATALOGUE
from tests.exchange.workbooks import register, written

_ALPHABET = b"<>&\"'=/\\0\n;,[]{}:*&!%@`|-_ r1A9XFD1048576tsvc\xff\x00\xed\xa0"


def _changed(data: bytes, chance: random.Random) -> bytes:
    """The data with a few bytes changed, cut, doubled or put in."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0:
                found[at : at + 1] = bytes([chance.choice(_ALPHABET)])
            case 1:
                del found[at : at + chance.randrange(1, 50)]
            case 2:
                found[at:at] = found[at : at + chance.randrange(1, 200)]
            case _:
                found[at:at] = bytes(chance.choice(_ALPHABET) for _ in range(chance.randrange(1, 9)))
    return bytes(found)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """A workbook with one of its parts changed."""
    if chance.random() < 0.2:
        return _changed(data, chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as other:
        chosen = chance.choice([name for name in archive.namelist() if name.endswith((".xml", ".rels"))])
        for name in archive.namelist():
            content = archive.read(name)
            other.writestr(name, _changed(content, chance) if name == chosen else content)
    return packed.getvalue()


def _only_ours(act: Callable[[], object]) -> None:
    said = ""
    try:
        act()
    except RepositoryError as error:
        said = error.detail
    assert "\n" not in said


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    path = tmp_path_factory.mktemp("bad") / "a.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_repository(str(path)) as repository:
        repository.changeset("setup", "Register", register()).apply()
        yield repository


def _any_table(repository: Repository, seed: int) -> None:
    chance = random.Random(seed)
    metamodel = standard()
    inventory = chance.choice(inventories.ALL)
    is_workbook = inventory.name.endswith(".xlsx")
    data = _repacked(inventory.data, chance) if is_workbook else _changed(inventory.data, chance)
    mapping = _changed(inventory.mapping.encode(), chance).decode("utf-8", "replace")
    _only_ours(lambda: read_mapping(mapping, "mapping.toml", metamodel))
    _only_ours(lambda: read_grid(open_source(io.BytesIO(data), inventory.name), TableForm()))
    _only_ours(lambda: suggest(open_source(io.BytesIO(data), inventory.name), metamodel, "System"))
    for said in (mapping, inventory.mapping):
        mapped = Inventory(said)
        _only_ours(lambda mapped=mapped: import_file(  # type: ignore[misc]
            repository, io.BytesIO(data), model="new", author="t", dry_run=True, name="x", inventory=mapped
        ))  # fmt: skip
    catalogue = _changed(CATALOGUE.encode(), chance)
    _only_ours(lambda: list(documents(catalogue, "catalog-info.yaml")))
    _only_ours(lambda: import_file(repository, io.BytesIO(catalogue), model="new", author="t", dry_run=True, name="x"))
    workbook = _repacked(_workbook_of(repository), chance)
    _only_ours(lambda: import_file(repository, io.BytesIO(workbook), model="gov", author="t", dry_run=True, name="x"))


_kept: dict[int, bytes] = {}


def _workbook_of(repository: Repository) -> bytes:
    if id(repository) not in _kept:
        _kept[id(repository)] = written(repository)
    return _kept[id(repository)]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**40))
def test_whatever_a_table_holds_only_our_errors_come(filled: Repository, seed: int) -> None:
    _any_table(filled, seed)


@pytest.mark.soak
@pytest.mark.timeout(1_200)
@settings(max_examples=3_000, deadline=None)
@given(seed=st.integers(0, 2**60))
def test_for_long_only_our_errors_come(filled: Repository, seed: int) -> None:
    _any_table(filled, seed)


def _xlsx(sheet: str, strings: str = "") -> bytes:
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>',
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _bomb() -> bytes:
    """A sheet of 300 MB, never in memory as a whole."""
    packed = io.BytesIO(_xlsx(""))
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b" " * 1_000_000)
    return packed.getvalue()


def test_a_small_workbook_made_by_hand_is_read() -> None:
    data = _xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row>', "<si><t>Name</t></si>")
    assert read_workbook(data, "a.xlsx")[0].rows == [["Name", 2.0]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "spans 1,048,576 rows"),
        (_xlsx('<row r="1">' + '<c t="s"><v>0</v></c>' * 200_000 + "</row>", f"<si><t>{'x' * 30_000}</t></si>"), "MB of text|spans"),
        (_xlsx("".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000)), f"<si><t>{'x' * 30_000}</t></si>"), "MB of text"),
        (_bomb(), "unpacks to more than"),
    ],
    ids=["a cell in the far corner", "unplaced cells", "one long text in many cells", "a bomb"],
)  # fmt: skip
def test_a_workbook_that_would_eat_the_memory_is_refused(data: bytes, said: str) -> None:
    assert len(data) < 2_000_000
    with pytest.raises(TooLarge, match=said):
        read_workbook(data, "a.xlsx")
