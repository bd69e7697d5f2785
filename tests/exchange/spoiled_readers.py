"""Every reader of files that others made: what it is given to begin with, how that is spoiled, and what is done with it."""

import io
import random
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from diagrams import book
from ea_repo.errors import RepositoryError
from ea_repo.exchange import read, whole_archive
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.inventory.planner import Inventory
from ea_repo.exchange.inventory.suggesting import suggest
from ea_repo.exchange.reading import open_source
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.metamodel import standard
from ea_repo.metamodel.profile import merge
from ea_repo.planning.index.framework import read_framework
from ea_repo.planning.informatization.reference_file import categories, mapping
from ea_repo.planning.papers import paper_docx
from ea_repo.planning.records import seal
from ea_repo.planning.sharing.agreement import agreement_text
from ea_repo.repository import Repository, open_repository
from tests.exchange import inventories
from tests.exchange.bags import PROFILE, eventful
from tests.exchange.spoiled import changed, packed_or_plain, remanifested, repacked, zipped

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPUS = SHARED / "corpus"
MOST_SEED_BYTES = 600_000


def only_ours(act: Callable[[], object]) -> bool:
    """Whether it went well; an error of ours must be one sentence, and any other error goes on."""
    said = None
    try:
        act()
    except RepositoryError as error:
        said = error.detail
    assert said is None or (said and "\n" not in said), said
    return said is None


# What each reader is given

Act = Callable[[Repository, bytes, random.Random], bool]


@dataclass(frozen=True)
class Target:
    """A reader: its seeds, how they are spoiled, and what is done with them."""

    seeds: Callable[[Repository], list[bytes]]
    spoil: Callable[[bytes, random.Random], bytes]
    act: Act


def read_and_import(repository: Repository, data: bytes, chance: random.Random) -> bool:
    """Reads it; one in five is also compared with a model and looked at as an import."""
    went_well = only_ours(lambda: read(io.BytesIO(data), name="the file"))
    if went_well and chance.random() < 0.2:
        only_ours(partial(import_file, repository, io.BytesIO(data), model="new", author="t", dry_run=True, name="x"))
    return went_well


def import_edits(repository: Repository, data: bytes, chance: random.Random) -> bool:
    missing = "delete" if chance.random() < 0.3 else "keep"
    return only_ours(
        partial(
            import_file, repository, io.BytesIO(data), model="gov", author="t", dry_run=True, name="x", missing=missing
        )  # type: ignore[arg-type]
    )


def import_inventory(repository: Repository, data: bytes, chance: random.Random) -> bool:
    """A table with a mapping that fits it or one that was spoiled as well; or a mapping is suggested."""
    mapping = _MAPPINGS.get(data[:40], chance.choice([each.mapping for each in inventories.ALL]))
    table = repacked(data, chance) if data[:2] == b"PK" else changed(data, chance)
    if chance.random() < 0.25:
        return only_ours(lambda: suggest(open_source(io.BytesIO(table), "the table"), standard(), None))
    said = mapping if chance.random() < 0.6 else changed(mapping.encode(), chance).decode("utf-8", "replace")
    return only_ours(
        partial(import_file, repository, io.BytesIO(table), model="new", author="t", dry_run=True, name="x", inventory=Inventory(said))
    )  # fmt: skip


def verified(verify: Callable[[Path], object], use: Callable[[Repository, Path], object]) -> Act:
    """A kept archive or seal: what is whole is also used."""

    def act(repository: Repository, data: bytes, chance: random.Random) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kept"
            path.write_bytes(data)
            went_well = only_ours(lambda: verify(path))
            if went_well:
                only_ours(lambda: use(repository, path))
        return went_well

    return act


def _restored(repository: Repository, path: Path) -> None:
    whole_archive.restore(path, f"sqlite:///{path.parent}/restored.db")


def read_categories(repository: Repository, data: bytes, chance: random.Random) -> bool:
    """A table of codes, or the table of an old version's codes and the new ones."""
    if chance.random() < 0.2:
        return only_ours(lambda: mapping(data))
    return only_ours(lambda: categories(data, chance.choice(("RAB", "RAL", "RAA", "x"))))


def read_framework_text(repository: Repository, data: bytes, chance: random.Random) -> bool:
    return only_ours(lambda: read_framework(data.decode("utf-8", "replace")))


def merge_profile(repository: Repository, data: bytes, chance: random.Random) -> bool:
    return only_ours(lambda: merge(standard(), data.decode("utf-8", "replace")))


def draw_book(repository: Repository, data: bytes, chance: random.Random) -> bool:
    """Reads it; one in twenty is also drawn."""
    drawn: list[book.Book] = []
    went_well = only_ours(lambda: drawn.append(book.read(data.decode("utf-8", "replace"))))
    if went_well and chance.random() < 0.05:
        with repository.state() as state:
            only_ours(lambda: book.archive(drawn[0], book.pictures(state, drawn[0]), "en"))
    return went_well


def fill_template(repository: Repository, data: bytes, chance: random.Random) -> bool:
    with repository.state() as state:
        text = agreement_text(state, "people:AG-POP-NHI")
    return only_ours(lambda: paper_docx.write(text, data))


def _models(*patterns: str) -> Callable[[Repository], list[bytes]]:
    def seeds(repository: Repository) -> list[bytes]:
        found = [path for pattern in patterns for path in sorted(CORPUS.glob(pattern))]
        return [path.read_bytes() for path in found if path.stat().st_size <= MOST_SEED_BYTES]

    return seeds


def _exported(format: str, *more: Path) -> Callable[[Repository], list[bytes]]:
    def seeds(repository: Repository) -> list[bytes]:
        found = []
        with repository.state() as state:
            for selection in (Selection(model="finance"), Selection(model="shared"), Selection(owner="finance:CUST")):
                file = io.BytesIO()
                export(state, format, file, selection)
                found.append(file.getvalue())
        return found + [path.read_bytes() for path in more if path.exists()]

    return seeds


def _csv_folders(repository: Repository) -> list[bytes]:
    found = []
    for table in sorted([*CORPUS.glob("*/elements.csv"), *CORPUS.glob("variants/*/csv/elements.csv")]):
        parts = [table.with_name(f"{name}.csv") for name in ("elements", "relations", "properties")]
        if sum(each.stat().st_size for each in parts if each.exists()) <= MOST_SEED_BYTES:
            found.append(zipped({each.name: each.read_bytes() for each in parts if each.exists()}))
    return found


def _grafico(repository: Repository) -> list[bytes]:
    """Parts of a published folder, and all of what the sample exports."""
    found = _exported("coarchi")(repository)
    published = CORPUS / "gemma-grafico.tar.gz"
    if published.exists():
        with tarfile.open(published) as archive:
            files = {each.name: archive.extractfile(each).read() for each in archive if each.isfile()}  # type: ignore[union-attr]
        chance = random.Random(1)
        for _ in range(4):
            chosen = {
                *chance.sample(sorted(files), 150),
                *(name for name in files if name.endswith("model/folder.xml")),
            }
            found.append(zipped({name: files[name] for name in sorted(chosen)}))
    return found


def _tables(repository: Repository) -> list[bytes]:
    shared = (SHARED / "inventories").glob("*/*")
    wanted = sorted(
        path for path in shared if path.suffix in (".csv", ".xlsx", ".json") and path.stat().st_size < MOST_SEED_BYTES
    )
    return [each.data for each in inventories.ALL] + [path.read_bytes() for path in wanted]


def _backstage(repository: Repository) -> list[bytes]:
    from tests.exchange.test_backstage import CATALOGUE

    return [
        CATALOGUE.encode(),
        *_exported("backstage", SHARED / "inventories/backstage/catalog-info.examples.yaml")(repository),
    ]


def _packed_as_all(write: Callable[[Repository, Path], object]) -> Callable[[Repository], list[bytes]]:
    def seeds(repository: Repository) -> list[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"a{suffix}" for suffix in (".zip", ".tar", ".tar.gz")]
            for path in paths:
                write(repository, path)
            return [path.read_bytes() for path in paths]

    return seeds


def _small_bags(write: Callable[[Repository, Path], object]) -> Callable[[Repository], list[bytes]]:
    """A small repository with history, views and a profile, as a zipped bag."""

    def seeds(repository: Repository) -> list[bytes]:
        with (
            tempfile.TemporaryDirectory() as folder,
            open_repository(str(Path(folder) / "small.db"), create=True) as small,
        ):
            eventful(small)
            write(small, Path(folder) / "a.zip")
            return [(Path(folder) / "a.zip").read_bytes()]

    return seeds


def _write_seal(repository: Repository, path: Path) -> None:
    with repository.state() as state:
        seal.write(state, path)


def _categories(repository: Repository) -> list[bytes]:
    published = sorted((SHARED / "reference").glob("reference-model*.csv"))
    own = (
        "code,name_en,name_id,parent,reserved\nRAB,Sectors,Sektor,,\nRAB.01,Money,Uang,RAB,true\nRAB.02,Land,,RAB,no\n"
    )
    return [own.encode(), b"old,new\nRAB.01,RAB.02\n", *(path.read_bytes() for path in published)]


def _frameworks(repository: Repository) -> list[bytes]:
    shipped = files("ea_repo.planning.index").joinpath("frameworks").iterdir()
    return [each.read_bytes() for each in shipped if each.name.endswith(".toml")]


def _word_templates(repository: Repository) -> list[bytes]:
    from tests.planning.sharing.test_agreement import a_template

    return [
        a_template("Between {{provider}} and {{consumers}}", "{{section data}}", "{{signatures}}", cell="{{number}}"),
        a_template("{{sections}}"),
    ]


_BOOKS = (
    'title = "All"\nformats = ["svg"]\n[[diagram]]\nviewpoint = "context"\nfile = "tax"\noptions = {uid = "finance:SYS-TAX", depth = 2}\n'
    '[[diagram]]\nviewpoint = "landscape"\nformats = ["drawio", "png"]\noptions = {theme = "dark", paper = "A4"}\n',
    '[[diagram]]\nviewpoint = "agency-tree"\n[[diagram]]\nviewpoint = "agency-matrix"\nfile = "m"\noptions.lang = "ko"\n',
)


_MAPPINGS = {each.data[:40]: each.mapping for each in inventories.ALL}
_ARCHIVE, _SEAL = verified(whole_archive.verify, _restored), verified(seal.verify, seal.changes)
_EXCEL = SHARED / "inventories/excel"
TARGETS: Mapping[str, Target] = {
    "archi": Target(_models("*/model.archimate", "variants/*.archimate", "variants/*/*.archimate"), changed, read_and_import),
    "archimate-exchange": Target(_models("*/model.xml", "variants/*.xml", "variants/*/*.xml"), changed, read_and_import),
    "coarchi": Target(_grafico, repacked, read_and_import),
    "archi-csv": Target(_csv_folders, repacked, read_and_import),
    "ndjson": Target(_exported("ndjson"), changed, read_and_import),
    "backstage": Target(_backstage, changed, read_and_import),
    "csv": Target(_exported("csv"), changed, import_edits),
    "xlsx": Target(_exported("xlsx", *sorted(_EXCEL.glob("*.xlsx"))), repacked, import_edits),
    "inventory": Target(_tables, lambda data, chance: data, import_inventory),
    "archive": Target(_packed_as_all(whole_archive.write), packed_or_plain, _ARCHIVE),
    "archive-payload": Target(_small_bags(whole_archive.write), remanifested, _ARCHIVE),
    "seal": Target(_packed_as_all(_write_seal), packed_or_plain, _SEAL),
    "seal-payload": Target(_small_bags(_write_seal), remanifested, _SEAL),
    "reference-model": Target(_categories, changed, read_categories),
    "framework": Target(_frameworks, changed, read_framework_text),
    "profile": Target(lambda repository: [PROFILE.encode()], changed, merge_profile),
    "book": Target(lambda repository: [each.encode() for each in _BOOKS], changed, draw_book),
    "word-template": Target(_word_templates, repacked, fill_template),
}  # fmt: skip
