"""The site in a real browser, opened from files: reading, clicking, searching, light and dark, and without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ea_repo.publishing import addresses
from ea_repo.repository import open_repository
from ea_repo.store import search
from ea_repo.store.query import Query
from tests.publishing.sites import SCRIPT, government, published

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the path")

#: One of each kind of page.
KINDS = (
    "index.html", "elements/gov/tax.html", "elements/gov/finance.html", "views/gov/overview.html", "types/index.html",
    f"{addresses.type_list('System')}", "views/index.html", "agencies/index.html", "models/gov.html", "index/index.html",
    "index/t.html", "changes/index.html", "changes/2.html", "reports/index.html", "reports/quality.html",
    "pictures/landscape.html", "search.html?q=tax", "about.html",
)  # fmt: skip
QUERIES = (
    "tax", "TAX ret", "ledg", "general", "ermassigung", "Ermäßigung", "FAÇADE", "보건", "급여", "복지부", "급여 시스템",
    "재정경제부", "gov:tax", "vital", "nothing at all", "ministry", "وزارة", "alert", "a", "office", "script 1",
)  # fmt: skip


@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("repository") / "gov.db"
    path.write_bytes(sqlite_template.read_bytes())
    government(str(path))
    return str(path)


@pytest.fixture(scope="module")
def site(url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("site")
    published(url, folder)
    return folder.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page; whatever it complains of fails the test."""
    context = browser.new_context()
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_a_reader_goes_from_a_view_to_an_element_to_another_view(site: str, page: Any) -> None:
    page.goto(f"{site}/en/views/gov/overview.html")
    page.locator("figure a", has_text="Tax Returns").click()
    assert page.url.endswith("/en/elements/gov/tax.html")
    page.get_by_role("link", name=SCRIPT, exact=True).click()
    assert page.url.endswith("/en/views/gov/detail.html")
    page.locator("figure a", has_text="Tax Portal").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Tax Portal"


def test_a_view_leads_to_the_view_it_refers_to(site: str, page: Any) -> None:
    page.goto(f"{site}/en/views/gov/overview.html")
    page.locator("figure a[href*='detail']").click()
    assert page.url.endswith("/en/views/gov/detail.html")


def test_search_begins_on_any_page_and_leads_to_an_element(site: str, page: Any) -> None:
    page.goto(f"{site}/en/elements/gov/finance.html")
    page.get_by_role("searchbox").fill("ledg")
    page.get_by_role("button", name="Search").click()
    page.locator(".hits a").first.click()
    assert page.url.endswith("/en/elements/gov/ledger.html")


def test_search_finds_what_the_repository_finds_in_the_same_order(url: str, site: str, page: Any) -> None:
    page.goto(f"{site}/en/search.html")
    with open_repository(url) as repository, repository.state() as state:
        views = {view.uid for view in state.views()}
        for query in QUERIES:
            expected = [hit.concept.uid for hit in state.search(query, limit=1_000) if hit.concept.kind == "element"]
            found = [uid for uid in page.evaluate("text => publication.found(text)", query) if uid not in views]
            by_uid = {uid for uid in expected if uid == query}  # the browser knows an identifier as words only
            assert [uid for uid in found if uid not in by_uid] == [uid for uid in expected if uid not in by_uid], query


def test_search_takes_words_apart_as_the_repository_does(url: str, site: str, page: Any) -> None:
    texts = [*QUERIES, "ΑΣ ΣΊΣΥΦΟΣ ς", "İstanbul I ı", "ﬁre ½ ² ℛ", "한국어 문서 가", "日本語のテキスト", "ไทย กำ", "हिन्दी", "ß SS ẞ",
             "e\u0301é", "a_b-c.d", "Ꭰ ꭰ", "ǅ ŉ"]  # fmt: skip
    with open_repository(url) as repository, repository.state() as state:
        texts += [each.name for each in state.iterate(Query(kind="element"))]
    page.goto(f"{site}/en/search.html")
    for each in texts:
        expected = [list(term) for term in search._terms(each)]
        assert page.evaluate("text => publication.asked(text)", each) == expected, each


def test_a_hostile_query_is_text(site: str, page: Any) -> None:
    page.goto(f"{site}/en/search.html?q={quote('<img src=x onerror=alert(1)>')}")
    page.locator(".count", has_text="Nothing").wait_for()
    assert page.locator("main img").count() == 0


def test_no_kind_of_page_has_an_accessibility_violation(site: str, browser: Any) -> None:
    """In dark as well, of which of the rules only contrast can tell."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    found = {}
    for kind in (*(f"en/{each}" for each in KINDS), "ko/elements/gov/finance.html"):
        opened.emulate_media(color_scheme="light")
        opened.goto(f"{site}/{kind}")
        if "search" in kind:
            opened.locator(".hits li").first.wait_for()
        told = _violations(opened)
        opened.emulate_media(color_scheme="dark")
        told += _violations(opened, runOnly=["color-contrast"])
        if told:
            found[kind] = told
    context.close()
    assert found == {}


def _violations(opened: Any, **options: Any) -> list[tuple[str, str]]:
    # Only violations are told in full: what passes would take as long again.
    told = axe.Axe().run(opened, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in told]


def test_the_theme_is_switched_and_remembered(site: str, page: Any) -> None:
    page.goto(f"{site}/en/elements/gov/tax.html")
    shape = page.locator("figure .node path").first
    light = shape.evaluate("each => getComputedStyle(each).fill")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("button.theme").click()
    assert shape.evaluate("each => getComputedStyle(each).fill") != light
    page.goto(f"{site}/en/index.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper


def test_the_language_is_switched_in_place_and_chosen_at_the_door(site: str, page: Any) -> None:
    page.goto(f"{site}/en/elements/gov/finance.html")
    page.get_by_role("link", name="한국어").click()
    assert page.url.endswith("/ko/elements/gov/finance.html")
    page.goto(f"{site}/index.html")
    page.wait_for_url("**/ko/index.html")


def test_without_javascript_everything_can_be_read_and_search_says_so(site: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{site}/index.html")
    opened.get_by_role("link", name="English").click()
    opened.get_by_role("link", name="A to Z").click()
    opened.get_by_role("link", name="T", exact=True).click()
    opened.get_by_role("link", name="Tax Returns").click()
    assert opened.locator("figure svg").first.is_visible()
    assert "needs JavaScript" in opened.locator("header").inner_text()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_screen(site: str, browser: Any, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    opened = context.new_page()
    too_wide = []
    for kind in KINDS:
        opened.goto(f"{site}/en/{kind}")
        if opened.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(kind)
    context.close()
    assert too_wide == []
