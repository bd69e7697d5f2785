"""A small government with everything that pages tell, hostile names among it, and how a published site is read."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from ea_repo.publishing.publication import Published, publish
from ea_repo.repository import open_repository
from ea_repo.store.operations import Delete, Update
from tests.factories import (
    a_flow,
    a_folder,
    a_model,
    a_relationship,
    a_system,
    a_view,
    an_agency,
    an_element,
    uid,
)

SCRIPT = "<script>alert(1)</script>"
QUOTES = '"]; x [label="</figure></div></svg>'
HOSTILE = {
    "script": SCRIPT,
    "quotes": QUOTES,
    "template": "{{ 7 * 7 }} {% raw %} #112233 var(--1b2027e9edf2)",
    "arabic": "وزارة المالية",
    "emoji": "🏛️ ministry",
    "long": "a name that does not end " * 200,
    "..": "Up and away",
    "con": "Console",
    "CON": "CONSOLE",
    "50%25&a=b#c": "Half",
}


def government(url: str) -> None:
    """Three changesets; the second corrects, the third takes away."""
    hostile = [a_system(identifier.replace("#", "+"), name) for identifier, name in HOSTILE.items()]
    operations = [
        a_model("gov", "Government", description="Made for the tests."),
        a_model("other", "Another model"),
        a_folder("apps", "Applications"),
        a_folder("inner", "Inner", parent="apps"),
        an_agency("finance", "Ministry of Finance", translations={"ko": {"name": "재정경제부"}}),
        an_agency("tax-office", "Tax Office"),
        an_agency("health", "보건복지부"),
        a_relationship("part", "Composition", "finance", "tax-office"),
        a_system(
            "tax", "Tax Returns", owner="tax-office", folder="inner", description="Ermäßigung und façade",
            attributes={"criticality": "vital", "users": 120000, "yearly_cost": {"amount": 2500000, "currency": "USD"}},
        ),
        a_system("TAX", "Tax Archive", owner="tax-office"),
        a_system("pay", "급여 시스템", owner="health", valid_from="2028-01-01"),
        a_system("ledger", "Ledger", owner="finance", description="General ledger,\nsecond line"),
        an_element("portal", "ApplicationService", "Tax Portal"),
        an_element("other:elsewhere", "ApplicationComponent", "Elsewhere"),
        a_relationship("realizes", "Realization", "tax", "portal"),
        a_relationship("portal-pay", "Serving", "portal", "pay"),
        a_flow("flow", "tax", "ledger", description="Payments of the day"),
        a_relationship("serves", "Serving", "ledger", "tax"),
        a_relationship("away", "Association", "ledger", "other:elsewhere"),
        *hostile,
        *(a_relationship(f"h{at}", "Association", "portal", each.uid) for at, each in enumerate(hostile)),
        a_view("overview", "Overview", shows=("tax", "ledger", "script")),
        a_view("detail", SCRIPT, shows=("tax", "portal")),
        a_system("doomed", "Doomed"),
    ]  # fmt: skip
    with open_repository(url) as repository:
        repository.changeset("architect", "first survey", operations).apply()
        changed = {"name": "General Ledger", "attributes": {"criticality": "ordinary"}}
        repository.changeset("sari", f"corrected {SCRIPT}", [Update(uid("ledger"), changed)]).apply()
        content = {"nodes": [
            {"id": "a", "kind": "element", "x": 10, "y": 10, "width": 120, "height": 55, "concept": uid("tax")},
            {"id": "b", "kind": "view", "x": 10, "y": 100, "width": 120, "height": 55, "view": uid("detail")},
        ], "connections": []}  # fmt: skip
        leads = Update(uid("overview"), {"content": content}, record="view")
        repository.changeset("sari", "clear up", [Delete(uid("doomed")), leads]).apply()


def published(url: str, folder: Path, **options: object) -> Published:
    """The site, made in this process."""
    with open_repository(url) as repository:
        return publish(repository, folder, **{"processes": 1, **options})  # type: ignore[arg-type]


def page(folder: Path, path: str) -> html.HtmlElement:
    found = html.document_fromstring((folder / path).read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    assert isinstance(found, html.HtmlElement)
    return found


def text(element: html.HtmlElement) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split())


def dead_ends(folder: Path) -> Iterator[tuple[str, str]]:
    """(page, address) of everything that a page leads to or loads and that is not there."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    anchors: dict[str, set[str]] = {}
    wanted = []
    for path in sorted(each for each in files if each.endswith(".html")):
        found = page(folder, path)
        ids = found.xpath("//@id")
        anchors[path] = set(ids)
        if len(ids) != len(anchors[path]):
            yield path, "an id twice"
        wanted += [(path, str(each)) for each in found.xpath("//@href | //@src | //@action")]
    for path, address in wanted:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https", "data"):
            continue
        target = _resolved(path, unquote(parts.path)) if parts.path else path
        if target not in files or (parts.fragment and parts.fragment not in anchors[target]):
            yield path, address


def _resolved(path: str, address: str) -> str:
    parts = path.split("/")[:-1]
    for each in address.split("/"):
        if each == "..":
            parts.pop()  # IndexError: it leads out of the site
        elif each != ".":
            parts.append(each)
    return "/".join(parts)
