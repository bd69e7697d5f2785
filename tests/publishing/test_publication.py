"""A published site says everything, leads nowhere that is not there, and is made again only where it differs."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ea_repo.catalogue import entries
from ea_repo.cli.main import main
from ea_repo.errors import Conflict, InvalidInput, NotFound
from ea_repo.publishing import addresses, processes, publication, reports, whole
from ea_repo.publishing.manifest import Manifest
from ea_repo.publishing.publication import Published
from ea_repo.publishing.register import Register
from ea_repo.publishing.scope import Scope
from ea_repo.publishing.site import Site
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.store.operations import Delete, Update
from ea_repo.wording import headings, words
from tests.factories import uid
from tests.publishing.sites import HOSTILE, SCRIPT, dead_ends, government, page, published, text


@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("repository") / "gov.db"
    path.write_bytes(sqlite_template.read_bytes())
    government(str(path))
    return str(path)


@pytest.fixture(scope="module")
def made(url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Published]:
    folder = tmp_path_factory.mktemp("site")
    return folder, published(url, folder)


@pytest.fixture(scope="module")
def site(made: tuple[Path, Published]) -> Path:
    return made[0]


def test_every_link_and_anchor_of_the_site_resolves(site: Path) -> None:
    assert list(dead_ends(site)) == []


def test_the_summary_counts_what_there_is(made: tuple[Path, Published]) -> None:
    folder, summary = made
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert (summary.elements, summary.views, summary.changeset) == (9 + len(HOSTILE), 2, 3)
    assert summary.files == len(files)
    assert summary.bytes == sum(path.stat().st_size for path in files)
    assert summary.pages == sum(path.suffix == ".html" for path in files) - 1  # beside the door
    assert summary.written == summary.files - 1


def test_an_element_says_all_that_is_known_of_it(site: Path) -> None:
    found = page(site, "en/elements/gov/tax.html")
    said = text(found)
    for each in ("Tax Returns", "gov:tax", "Government", "Tax Office", "Applications / Inner", "120,000", "2,500,000 USD",
                 "Vital", "Ermäßigung und façade", "Payments of the day"):  # fmt: skip
        assert each in said
    assert found.xpath("//dt[.='Users']/following-sibling::dd/text()") == ["120,000 persons"]  # its unit once
    rows = [text(row) for row in found.xpath("//h2[contains(., 'Relationships')]/following::table[1]/tbody/tr")]
    assert [row.split()[0] for row in rows].count("→") == 2
    assert [row.split()[0] for row in rows].count("←") == 1
    headings = [text(each) for each in found.xpath("//h2")]
    assert "Context" in headings
    assert "What would be hit if this stopped" in headings  # pay, by way of the portal
    assert found.xpath("//h2[contains(., 'Shown in views')]/following::ul[1]//a/text()") == [SCRIPT, "Overview"]


def test_labels_and_names_are_in_the_language_of_the_page(site: Path) -> None:
    assert text(page(site, "ko/elements/gov/finance.html").xpath("//h1")[0]) == "재정경제부"
    assert text(page(site, "en/elements/gov/finance.html").xpath("//h1")[0]) == "Ministry of Finance"
    for language, label in (("en", "Relationships"), ("id", "Hubungan"), ("ko", "관계")):
        found = page(site, f"{language}/elements/gov/tax.html")
        assert found.get("lang") == language
        assert label in text(found)


def test_an_agency_shows_its_landscape_what_it_owns_and_its_parts(site: Path) -> None:
    found = page(site, "en/elements/gov/finance.html")
    headings = [text(each) for each in found.xpath("//h2")]
    assert headings[:2] == ["Landscape of systems", "Context"]
    assert found.xpath("//h2[contains(., 'Owns')]/following::ul[1]//a/text()") == ["General Ledger"]
    assert found.xpath("//h2[contains(., 'Agencies below')]/following::ul[1]//a/text()") == ["Tax Office"]


def test_the_history_tells_who_changed_what_when_and_why(site: Path) -> None:
    rows = page(site, "en/elements/gov/ledger.html").xpath("//h2[.='History']/following::table[1]/tbody/tr")
    assert len(rows) == 2
    newest = text(rows[0])
    assert "sari" in newest
    assert f"corrected {SCRIPT}" in newest
    assert "Name : Ledger → General Ledger" in newest
    assert "Criticality : Ordinary" in newest
    assert text(rows[1]).endswith("created")


def test_a_changeset_tells_what_it_did(site: Path) -> None:
    assert "deleted Doomed" in text(page(site, "en/changes/3.html"))
    assert "Name : Ledger → General Ledger" in text(page(site, "en/changes/2.html"))


def test_a_view_has_shapes_that_lead_to_elements_and_views(site: Path) -> None:
    found = page(site, "en/views/gov/overview.html")
    assert set(found.xpath("//figure//a/@href")) == {"../../elements/gov/tax.html", "../../views/gov/detail.html"}


def test_hostile_names_are_text(site: Path) -> None:
    for path in site.rglob("*.html"):
        markup = path.read_text("utf-8")
        assert "<script>" not in markup
        assert not page(site, path.relative_to(site).as_posix()).xpath("//@onclick | //@onload | //@style")
    for name in HOSTILE.values():
        listed = page(site, f"en/types/{addresses.file_name('System')}.html").xpath("//td[1]//a/text()")
        assert name.strip() in [each.strip() for each in listed]


def test_every_page_forbids_what_is_not_its_own(site: Path) -> None:
    for path in site.rglob("*.html"):
        policy = page(site, path.relative_to(site).as_posix()).xpath(
            "//meta[@http-equiv='Content-Security-Policy']/@content"
        )
        assert policy
        assert policy[0].startswith("default-src 'none'")
        assert "unsafe" not in policy[0]


def test_nothing_is_asked_of_the_internet(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix == ".html":
            found = page(site, path.relative_to(site).as_posix())
            assert not [each for each in found.xpath("//@src | //link/@href") if "//" in each]
        elif path.suffix == ".css":
            assert "url(http" not in path.read_text("utf-8")
            assert "@import" not in path.read_text("utf-8")


def test_publishing_again_writes_nothing(url: str, site: Path) -> None:
    before = {
        path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file() and path.name != "publication.json"
    }
    again = published(url, site)
    assert (again.written, again.removed, again.drawings_made) == (0, 0, 0)
    assert again.drawings_reused > 0
    assert again.pages_standing == again.pages > 0
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())


@pytest.fixture
def copied(url: str, tmp_path: Path) -> str:
    path = tmp_path / "copy.db"
    path.write_bytes(Path(url).read_bytes())
    return str(path)


def test_a_change_touches_only_the_pages_that_tell_of_it(copied: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    published(copied, folder, languages=("en",))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with open_repository(copied) as repository:
        changed = Update(uid("pay"), {"description": "Pays everybody."})
        repository.changeset("sari", "describe", [changed]).apply()
        repository.changeset("sari", "clear up", [Delete(uid("serves"))]).apply()
    again = published(copied, folder, languages=("en",))
    differing = {
        path.relative_to(folder).as_posix()
        for path, content in before.items()
        if path.exists() and path.read_bytes() != content
    }
    elements = {path for path in differing if path.startswith("en/elements/")}
    # The tooltip of pay is in the drawings around it; the relationship was one of tax and ledger.
    assert {f"en/elements/gov/{each}.html" for each in ("pay", "tax", "ledger")} <= elements
    assert "en/elements/gov/health.html" not in elements
    assert not any(path.startswith("en/views/") for path in differing)
    assert again.drawings_reused > 0
    assert list(dead_ends(folder)) == []


def test_what_is_gone_is_removed_and_nothing_else(copied: str, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    published(copied, folder, languages=("en",))
    (folder / "CNAME").write_text("architecture.example.go.id")
    with open_repository(copied) as repository:
        gone = [Delete(uid("away")), Delete("other:elsewhere")]
        repository.changeset("sari", "clear up", gone).apply()
    again = published(copied, folder, languages=("en",))
    assert not (folder / "en/elements/other").exists()
    assert again.removed >= 1
    assert (folder / "CNAME").exists()
    assert list(dead_ends(folder)) == []


def test_an_interrupted_run_is_finished_by_the_next(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "site"

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publication, "write_whole", fails)
        with pytest.raises(KeyboardInterrupt):
            published(url, folder, languages=("en",))
    assert (folder / "en/elements/gov/tax.html").exists()
    assert json.loads((folder / "publication.json").read_text())["complete"] is False
    finished = published(url, folder, languages=("en",), model="other")
    assert finished.elements == 1
    assert not (folder / "en/elements/gov").exists()  # of the run that was broken off
    assert list(dead_ends(folder)) == []


def test_a_folder_with_something_else_in_it_is_refused(url: str, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Conflict, match="not empty"):
        published(url, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "publication.json").write_text("{}")
    with pytest.raises(Conflict, match="not one that this version"):
        published(url, tmp_path)
    with pytest.raises(InvalidInput, match="is a file"):
        published(url, tmp_path / "thesis.txt")


def test_a_manifest_removes_nothing_outside_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = tmp_path / "site"
    manifest = Manifest.of(folder)
    manifest.begin([])
    said = json.loads((folder / "publication.json").read_text())
    said["files"] = ["../outside.txt", str(outside), "a/../../outside.txt", ""]
    (folder / "publication.json").write_text(json.dumps(said))
    assert Manifest.of(folder).finish([], {}) == 0
    assert outside.exists()


def test_an_agency_is_published_without_what_others_own(url: str, tmp_path: Path) -> None:
    summary = published(url, tmp_path / "site", owner=uid("finance"), languages=("en",))
    assert summary.elements == 5  # two agencies, three systems
    assert list(dead_ends(tmp_path / "site")) == []
    ledger = page(tmp_path / "site", "en/elements/gov/ledger.html")
    assert "Elsewhere" in text(ledger)  # named, as it is joined
    assert not (tmp_path / "site/en/elements/other").exists()
    assert "Doomed" not in text(page(tmp_path / "site", "en/changes/1.html"))
    found = (path.read_text("utf-8") for path in (tmp_path / "site/search").rglob("*.js"))
    assert not any("보건복지부" in each for each in found)


def test_names_that_are_not_there_are_told_before_anything_is_written(url: str, tmp_path: Path) -> None:
    for options in ({"model": "nowhere"}, {"owner": "gov:nobody"}):
        with pytest.raises(NotFound):
            published(url, tmp_path / "site", **options)
    with pytest.raises(InvalidInput, match="no language"):
        published(url, tmp_path / "site", languages=("xx",))
    assert not (tmp_path / "site").exists()


def test_the_past_can_be_published(url: str, tmp_path: Path) -> None:
    summary = published(url, tmp_path / "site", as_of=1, languages=("en",), drawings=False)
    assert (summary.changeset, summary.drawings_made) == (1, 0)
    assert text(page(tmp_path / "site", "en/elements/gov/ledger.html").xpath("//h1")[0]) == "Ledger"
    assert (tmp_path / "site/en/elements/gov/doomed.html").exists()
    assert list(dead_ends(tmp_path / "site")) == []


def test_several_processes_make_the_same_site(
    url: str, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_WORTH_A_PROCESS", 5)
    published(url, tmp_path / "site", processes=2)
    names = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path / "site") for path in (tmp_path / "site").rglob("*") if path.is_file()} == names
    for name in names:
        assert (site / name).read_bytes() == (tmp_path / "site" / name).read_bytes(), name


def test_the_command_publishes_and_tells_what_it_did(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["-d", url, "publish", str(tmp_path / "site"), "--language", "id", "--model", "other", "--json"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["languages"], told["elements"]) == (["id"], 1)
    assert (tmp_path / "site/id/index.html").exists()


def test_every_report_and_picture_of_the_whole_is_named_in_every_language(sample_register: Register) -> None:
    """So do the columns, of all that answers on the sample."""
    titles = whole._titles()
    untitled = {
        name for name, each in entries("viewpoint").items() if not any(one.required for one in each.parameters)
    } - titles.keys()
    assert untitled == set()
    known = words("ea_repo.publishing").keys()
    for each in reports.reports(sample_register, ("en",)):
        assert isinstance(each, reports.Report), each
        named = reports._settings().get(each.name, {}).get("title", {})
        assert named.keys() == {"en", "id", "ko"}, each.name
        shown = (
            {one.name for one in fields(rows[0])} - reports._NOT_SHOWN - {"uid"} - known
            if (rows := each.rows["en"])
            else set()
        )
        for language, said in headings().items():
            assert shown <= said.keys(), (each.name, language)
    assert headings()["id"].keys() == headings()["ko"].keys()


def test_what_a_report_says_is_in_the_language_of_the_site(sample_register: Register) -> None:
    languages = ("en", "id", "ko")
    found = {
        each.name: each for each in reports.reports(sample_register, languages) if isinstance(each, reports.Report)
    }

    def in_each(name: str) -> dict[str, Any]:
        return {each: found[name].shown(Site(sample_register, each, languages, "Site")) for each in languages}

    shown = in_each("roadmap-conflicts")
    assert len({said["summary"] for said in shown.values()}) == len(shown)
    texts = {language: {str(row) for row in said["rows"]} for language, said in shown.items()}
    assert all(len(said) > 1 for said in texts.values())
    assert any("starts on" in row for row in texts["en"])
    assert not any("starts on" in row for row in texts["id"] | texts["ko"])
    assert any("padahal yang ditunggunya" in row for row in texts["id"])
    assert any("선행 과제는" in row for row in texts["ko"])
    holders = in_each("data-set-holders")["en"]
    assert {"Data set", "Agency", "System"} <= {heading for heading, _ in holders["columns"]}
    assert not [heading for heading, _ in holders["columns"] if heading.endswith(" name")]
    # One that takes a language itself, one of the questions, and one whose values are choices of the metamodel.
    for name, english, korean in [
        ("once-only", "data flow", "데이터가 오감"),
        ("quality", "depends on it and goes on", "그 뒤에도 계속됨"),
        ("propagated-criticality", "'important'", "'중요'"),
    ]:
        rows = {language: str(said["rows"]) for language, said in in_each(name).items()}
        assert english in rows["en"], name
        assert korean in rows["ko"], name
        assert english not in rows["ko"], name


@pytest.fixture
def sample_register(sqlite_repository: Repository) -> Iterator[Register]:
    load(sqlite_repository)
    with sqlite_repository.state() as state:
        yield Register(state, Scope())


def test_processes_end_with_the_one_that_leads_them(url: str, tmp_path: Path) -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("which processes there are is read from /proc")
    program = (
        "import sys, time\n"
        "from multiprocessing import active_children\n"
        "from pathlib import Path\n"
        "from ea_repo.publishing import processes, publication\n"
        "from ea_repo.repository import open_repository\n"
        "def told(*_):\n"
        "    print(*[each.pid for each in active_children()], flush=True)\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    processes._WORTH_A_PROCESS, processes._TOGETHER = 1, 2\n"
        "    with open_repository(sys.argv[1]) as repository:\n"
        "        publication.publish(repository, Path(sys.argv[2]), languages=['en'], drawings=False, processes=2, progress=told)\n"
    )
    script = tmp_path / "publishing.py"
    script.write_text(program)
    with subprocess.Popen(
        [sys.executable, str(script), url, str(tmp_path / "site")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    ) as leading:  # fmt: skip
        try:
            assert leading.stdout is not None
            workers = leading.stdout.readline().split()
            assert len(workers) == 2
            leading.send_signal(signal.SIGKILL)
            leading.wait(20)
            end = time.monotonic() + 20
            while any(_runs(each) for each in workers):
                assert time.monotonic() < end, f"still running: {[each for each in workers if _runs(each)]}"
                time.sleep(0.02)
        finally:
            leading.kill()


def _runs(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
