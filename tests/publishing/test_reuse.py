"""What was published before is left as it stands exactly where it would be made the same again; and drafts, and relationships."""

import gzip
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ea_repo import clock
from ea_repo.errors import Conflict
from ea_repo.publishing import making, publication
from ea_repo.publishing.reading import CONCEPTS
from ea_repo.publishing.reuse import kept_as
from ea_repo.repository import open_repository
from ea_repo.store.operations import Create, Delete, Operation, Update
from tests.factories import a_folder, a_relationship, a_system, uid
from tests.publishing.sites import dead_ends, government, page, published, text

#: Changes of all sorts of things that pages tell, some at once.
CHANGES: dict[str, Sequence[Operation]] = {
    "names, descriptions and owners": [
        Update(uid("tax-office"), {"name": "Office of Taxes"}),
        Update(uid("pay"), {"description": "Pays everybody.", "owner": uid("finance")}),
    ],
    "a relationship to a relationship, and one further along a chain": [
        a_relationship("about", "Association", "flow", "health"),
        a_system("new", "New"),
        a_relationship("to-new", "Serving", "pay", "new"),
    ],
    "what only names others": [
        Update(uid("overview"), {"name": "Survey"}, record="view"),
        Update("other", {"name": "The other"}, record="model"),
        Update(uid("inner"), {"name": "Innermost"}, record="folder"),
    ],
    "what is taken away, and parts of another agency": [
        Delete(uid("realizes")),
        Delete(uid("TAX")),
        Delete(uid("part")),
        a_relationship("part-2", "Composition", "health", "tax-office"),
    ],
}


@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("repository") / "gov.db"
    path.write_bytes(sqlite_template.read_bytes())
    government(str(path))
    return str(path)


@pytest.fixture(scope="module")
def made(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    published(url, folder, languages=("en",))
    return folder


@pytest.fixture
def copied(url: str, tmp_path: Path) -> str:
    path = tmp_path / "copy.db"
    path.write_bytes(Path(url).read_bytes())
    return str(path)


@pytest.fixture
def site(made: Path, url: str, copied: str, tmp_path: Path) -> Path:
    """The site in English, to be spoilt, and beside the copied repository what is kept of it."""
    folder = Path(shutil.copytree(made, tmp_path / "site"))
    with open_repository(url) as repository, open_repository(copied) as other:
        kept = repository.pictures.get(kept_as(made))
        assert kept is not None
        other.pictures.put(kept_as(folder), kept)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(one: Path, other: Path) -> list[str]:
    first, second = contents(one), contents(other)
    return sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))


def test_after_each_sort_of_change_the_site_is_what_it_would_be_from_nothing(
    copied: str, site: Path, tmp_path: Path
) -> None:
    folder = site
    for at, (what, operations) in enumerate(CHANGES.items()):
        with open_repository(copied) as repository:
            repository.changeset("sari", what, operations).apply()
        again = published(copied, folder, languages=("en",))
        assert 0 < again.pages_standing < again.pages, what
        anew = published(copied, tmp_path / f"anew-{at}", languages=("en",))
        assert differing(folder, tmp_path / f"anew-{at}") == [], what
        assert again.drawings_made < anew.drawings_made, what
        assert list(dead_ends(folder)) == [], what


def test_a_view_that_is_renamed_makes_only_the_pages_that_name_it_anew(
    copied: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_repository(copied) as repository:
        repository.changeset("sari", "rename", [Update(uid("detail"), {"name": "Closer"}, record="view")]).apply()
    made: list[str] = []
    usual = making.page_of

    def noted(register: object, uid: str, kind: making.Kind, **options: object) -> object:
        made.append(uid)
        return usual(register, uid, kind, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "page_of", noted)
    published(copied, site, languages=("en",))
    # What it shows, itself, and the view that leads to it.
    assert sorted(made) == sorted(map(uid, ("tax", "portal", "detail", "overview")))


@pytest.mark.parametrize("damaged", ["a text", "a drawing", "a list", "the font", "a page that is gone"])
def test_what_somebody_else_changed_is_put_right(damaged: str, copied: str, site: Path) -> None:
    folder = site
    before = contents(folder)
    file = folder / {
        "a text": "en/elements/gov/tax.html", "a drawing": "en/views/gov/detail.html", "a list": "en/types/index.html",
        "the font": "assets/font.css", "a page that is gone": "en/elements/gov/ledger.html",
    }[damaged]  # fmt: skip
    if damaged == "a page that is gone":
        file.unlink()
    else:
        content = file.read_bytes()
        mark = {"a drawing": b"Tax Portal</", "the font": b"base64,"}.get(damaged, b"</main>")
        assert mark in content
        file.write_bytes(content.replace(mark, b"x" + mark))
    published(copied, folder, languages=("en",))
    assert contents(folder) == before


@pytest.mark.parametrize(
    "kept", [b"", b"not packed", gzip.compress(b"{}", mtime=0), gzip.compress(b"[1]", mtime=0), None]
)
def test_records_that_cannot_be_believed_are_not(kept: bytes | None, copied: str, site: Path) -> None:
    with open_repository(copied) as repository:
        whole = repository.pictures.get(kept_as(site))
        assert whole is not None
        repository.pictures.put(kept_as(site), whole[:-40] if kept is None else kept)
    before = contents(site)
    again = published(copied, site, languages=("en",))
    assert (again.pages_standing, again.written) == (0, 0)
    assert contents(site) == before


def test_another_title_or_another_program_makes_every_page_anew(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    published(url, folder, languages=("en",), drawings=False)
    assert published(url, folder, languages=("en",), drawings=False, title="Other").pages_standing == 0
    monkeypatch.setattr("ea_repo.publishing.reuse.program", lambda: "another")
    assert published(url, folder, languages=("en",), drawings=False, title="Other").pages_standing == 0


def test_on_another_day_only_the_pages_about_the_whole_are_made(
    copied: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now().replace(year=2040)
    monkeypatch.setattr(publication, "now", lambda: later)
    again = published(copied, site, languages=("en",))
    pages = sum(path.parts[-3] in ("elements", "views") for path in (site / "en").rglob("*.html"))
    assert again.pages_standing == pages < again.pages


def test_a_draft_is_published_as_if_it_were_applied_and_says_so(copied: str, tmp_path: Path) -> None:
    operations = [
        Create(uid("new"), "System", {"name": "New portal"}),
        Update(uid("tax"), {"name": "Tax filing"}),
        Delete(uid("TAX")),
    ]
    with open_repository(copied) as repository:
        draft = repository.changeset("sari", "A plan", operations).save()
    folder = tmp_path / "site"
    made = published(copied, folder, languages=("ko",), draft=draft.id, drawings=False)
    assert (made.draft, made.changeset) == (draft.id, 3)
    assert list(dead_ends(folder)) == []
    found = page(folder, "ko/elements/gov/tax.html")
    assert text(found.xpath("//h1")[0]) == "Tax filing"
    assert f"초안 {draft.id}번" in text(found.xpath("//*[@class='draft']")[0])
    rows = [text(each) for each in found.xpath("//h2[.='이력']/following::table[1]/tbody/tr")]
    assert len(rows) == 1  # a draft is no history
    assert (folder / "ko/elements/gov/new.html").exists()
    assert "Tax Archive" not in text(page(folder, "ko/index/t.html"))
    told = text(page(folder, "ko/changes/draft.html"))
    assert "A plan" in told
    assert "New portal" in told
    again = published(copied, folder, languages=("ko",), draft=draft.id, drawings=False)
    assert (again.written, again.drawings_made) == (0, 0)
    applied = published(copied, folder, languages=("ko",), drawings=False)
    assert applied.draft is None
    assert not (folder / "ko/elements/gov/new.html").exists()
    assert not page(folder, "ko/elements/gov/tax.html").xpath("//*[@class='draft']")


def test_a_draft_that_changes_meanwhile_is_refused(copied: str, tmp_path: Path) -> None:
    with open_repository(copied) as repository:
        draft = repository.changeset("sari", "A plan", [Update(uid("tax"), {"name": "Tax filing"})]).save()
        usual = making.Maker.opened(_order(copied, draft.id, tmp_path))
        assert usual.register.get(uid("tax")).name == "Tax filing"
        repository.changeset("budi", "Meanwhile", [a_folder("late", "Late")]).apply()
    with pytest.raises(Conflict, match="publish it again"):
        making.Maker.opened(_order(copied, draft.id, tmp_path))


def _order(database: str, draft: int, folder: Path) -> making.Order:
    from ea_repo.publishing.reading import Digests
    from ea_repo.publishing.register import Register
    from ea_repo.publishing.scope import Scope

    with open_repository(database) as repository, repository.state(draft=draft) as state:
        concepts = Digests(Register(state, Scope())).one(CONCEPTS)
    return making.Order(f"sqlite:///{database}", 3, None, draft, concepts, Scope(), ("en",), "", folder, False, 20)


def test_every_relationship_has_a_place_that_links_lead_to(copied: str, tmp_path: Path) -> None:
    with open_repository(copied) as repository:
        operations = [
            a_relationship("about", "Association", "serves", "portal"),
            Update(uid("flow"), {"description": "Payments of the week"}),
        ]
        repository.changeset("sari", "more", operations).apply()
    folder = tmp_path / "site"
    published(copied, folder, languages=("en",), drawings=False)
    assert list(dead_ends(folder)) == []
    # A row on the page of its source, where its other end leads to.
    tax, portal = page(folder, "en/elements/gov/tax.html"), page(folder, "en/elements/gov/portal.html")
    assert text(tax.xpath("//*[@id='r:gov:realizes']")[0]).startswith("→")
    assert portal.xpath("//td/a[contains(@href, '#')]/@href") == [
        "../../relationships/gov/serves.html#r:gov:about", "../../elements/gov/tax.html#r:gov:realizes",
    ]  # fmt: skip
    # A page of its own: one that has changed, and one at which another ends.
    flow = page(folder, "en/relationships/gov/flow.html")
    assert "Payments of the day → Payments of the week" in text(flow)
    assert flow.xpath("//dt[.='From']/following::a[1]/text()") == ["Tax Returns"]
    assert tax.xpath("//td/a[contains(@href, 'relationships')]/@href") == [
        "../../relationships/gov/flow.html", "../../relationships/gov/serves.html",
    ]  # fmt: skip
    serves = page(folder, "en/relationships/gov/serves.html")
    assert serves.xpath("//*[@id='r:gov:about']")
    assert page(folder, "en/changes/4.html").xpath("//td/a/@href") == [
        "../relationships/gov/serves.html#r:gov:about", "../relationships/gov/flow.html",
    ]  # fmt: skip
