"""What stands on the pages of elements and stored views: the many pages, made by several processes.

A page has what it draws, and a context for its template in each language. The lists and the pages about the whole are
in `lists.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

import diagrams
from ea_repo.analysis.impact import impact
from ea_repo.errors import RepositoryError
from ea_repo.publishing import addresses, history
from ea_repo.publishing.pictures import Picture
from ea_repo.publishing.register import Register
from ea_repo.publishing.site import MOST_ROWS, Link, Site
from ea_repo.store.records import Concept, View

Kind = Literal["element", "relationship", "view"]

#: What may stop: what a principle or a process is joined to says little about outages.
_IMPACT_LAYERS = ("application", "technology", "physical")
_MOST_OWNED = 500
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing of a page, before it has positions. `heading` is the key of its words."""

    heading: str
    drawing: Any


@dataclass(frozen=True, slots=True)
class Page:
    """One page in all languages. `uid` is the element or view it is about."""

    path: str
    template: str
    uid: str
    drawn: Sequence[Drawn] = ()
    failed: str = ""  # why it has no drawing, where it should


@dataclass(frozen=True, slots=True)
class Row:
    """A relationship as one of its ends tells it. `anchor` is its id where this is its place, else `path` leads there."""

    is_outward: bool
    label: str
    other: Link
    name: str
    anchor: str
    path: str
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    description: str = ""


def page_of(register: Register, uid: str, kind: Kind, *, draws: bool = True) -> Page:
    """The page of an element, a relationship or a stored view."""
    if kind == "relationship":
        return Page(addresses.relationship(uid), "element.html", uid)
    if kind == "view":
        drawn, failed = _view_drawing(register, uid) if draws else ((), "")
        return Page(addresses.view(uid), "view.html", uid, drawn, failed)
    drawn = tuple(_element_drawings(register, uid)) if draws else ()
    return Page(addresses.element(uid), "element.html", uid, drawn)


def render(site: Site, page: Page, pictures: Sequence[Picture]) -> str:
    """The text of a page in the language of the site."""
    shown = [
        {"heading": site.word(each.heading), "picture": picture}
        for each, picture in zip(page.drawn, pictures, strict=True)
    ]
    context = _view(site, page) if page.template == "view.html" else _element(site, page)
    return site.render(page.template, page.path, drawn=pictures, pictures=shown, **context)


# Drawings


def is_empty(picture: diagrams.Picture) -> bool:
    """Whether there is nothing in a drawing."""
    return isinstance(picture, diagrams.Drawing) and not (picture.nodes or picture.clusters)


def _view_drawing(register: Register, uid: str) -> tuple[tuple[Drawn, ...], str]:
    try:
        drawing = diagrams.draw(register, "view", uid=uid)
    except RepositoryError as error:  # told on the page: one view that cannot be read keeps no site from being made
        return (), error.detail
    return ((), "") if is_empty(drawing) else ((Drawn("view", drawing),), "")


def _element_drawings(register: Register, uid: str) -> Iterator[Drawn]:
    concept = register.elements[uid]
    if uid in register.agencies and register.owns_any(uid):
        drawing = diagrams.draw(register.all_concepts(), "landscape", owner=uid)
        if not is_empty(drawing):
            yield Drawn("landscape", drawing)
    if not register.relationships(uid):
        return
    yield Drawn("context", diagrams.draw(register, "context", uid=uid))
    if _goes_on(register, concept):
        yield Drawn("impact_drawing", diagrams.draw(register.all_concepts(), "impact", uid=uid))


def _goes_on(register: Register, concept: Concept) -> bool:
    """Whether something depends on it that is not joined to it, so that the context does not show it already."""
    layer = register.metamodel.type(register.metamodel.base(concept.type)).layer
    if layer not in _IMPACT_LAYERS:
        return False
    whole = register.all_concepts()
    return len(impact(whole, concept.uid)) > len(impact(whole, concept.uid, depth=1))


# Elements


def _element(site: Site, page: Page) -> dict[str, Any]:
    register, concept = site.register, site.register.get(page.uid)
    is_relationship = concept.kind == "relationship"
    joined = register.relationships(page.uid)
    rows = sorted(_rows(site, page.uid, joined), key=lambda row: (row.label, not row.is_outward, row.other.name))
    views = [each for each in register.views_showing(page.uid) if each.uid in register.drawn]
    return {
        "title": site.link(page.uid).name if is_relationship else site.name(concept),
        "concept": concept,
        "ends": site.links([concept.source or "", concept.target or ""]) if is_relationship else (),
        "description": site.description(concept).strip(),
        "ancestry": [
            Link(site.label(name), addresses.type_list(name) if name in register.listed_types else "")
            for name in reversed(site.metamodel.ancestry(concept.type))
        ],
        "model": site.model(concept.model),
        "owner": site.link(concept.owner) if concept.owner else None,
        "folder": " / ".join(register.folder_line(concept.folder)),
        "attributes": _attributes(site, concept),
        "rows": rows[:MOST_ROWS],
        "joined": len(rows),
        "used_by": site.links(register.named_by(page.uid)),
        "views": sorted((Link(site.name(each), addresses.view(each.uid)) for each in views), key=_by_name),
        **_agency(site, page.uid),
        "history": history.rows(site, register.versions(page.uid)),
    }


def _attributes(site: Site, concept: Concept) -> list[Mapping[str, Any]]:
    """What the attributes say: label, help, text with its unit; links where they name concepts or addresses."""
    declared = site.metamodel.attributes(concept.type) if concept.type in site.metamodel.types else {}
    order = {name: at for at, name in enumerate(declared)}
    shown: list[Mapping[str, Any]] = []
    for name in sorted(concept.attributes, key=lambda each: order.get(each, len(order))):
        value, attribute = concept.attributes[name], declared.get(name)
        kind = attribute.kind.name if attribute else ""
        values = value if isinstance(value, list) else [value]
        shown.append(
            {
                "label": history.attribute_label(site, concept.type, name),
                "help": str(attribute.help.get(site.language) or "") if attribute else "",
                "text": history.attribute_text(site, concept.type, name, value),
                "links": site.links(map(str, values)) if kind == "reference" else [],
                "addresses": [each for each in map(str, values) if kind == "url" and each.startswith(_WEB)],
            }
        )
    return shown


def _rows(site: Site, uid: str, relationships: Sequence[Concept]) -> Iterator[Row]:
    for each in relationships:
        facts = [
            *((fact["label"], fact["text"]) for fact in _attributes(site, each)),
            *((found.key, found.value) for found in each.properties),
        ]
        name = site.name(each) if each.name or each.translations else ""
        for is_outward in (True, False):
            end, other = (each.source, each.target) if is_outward else (each.target, each.source)
            if end == uid:
                description = site.description(each).strip()
                is_here = each.uid not in site.register.told and site.place(each) == uid
                yield Row(
                    is_outward, site.label(each.type), site.link(other or ""), name,
                    anchor=addresses.anchor(each.uid) if is_here and (is_outward or each.source != each.target) else "",
                    path="" if is_here else site.path(each.uid), facts=facts, description=description,
                )  # fmt: skip


def _agency(site: Site, uid: str) -> dict[str, Any]:
    """What an agency owns, and the agencies it is a part of or has below it."""
    register = site.register
    if uid not in register.agencies:
        return {"owned": [], "owned_count": 0, "parts": [], "part_of": None}
    own = sorted(register.owned.get(uid, ()), key=lambda each: (site.plural(each.type), site.name(each), each.uid))
    shown = [
        (site.plural(name), [Link(site.name(each), addresses.element(each.uid)) for each in rows])
        for name, rows in groupby(own[:_MOST_OWNED], key=lambda each: each.type)
    ]
    above = register.above.get(uid)
    return {
        "owned": shown,
        "owned_count": len(own),
        "parts": sorted(site.links(register.below.get(uid, ())), key=_by_name),
        "part_of": site.link(above) if above else None,
    }


def _by_name(link: Link) -> tuple[str, str]:
    return link.name, link.path


# Views


def _view(site: Site, page: Page) -> dict[str, Any]:
    register, view = site.register, site.register.drawn[page.uid]
    shown = [site.register.concept(uid) for uid in register.shown_by(view)]
    elements = sorted((site.link_to(each) for each in shown if each and each.kind == "element"), key=_by_name)
    return {
        "title": site.name(view),
        "view": view,
        "description": site.description(view).strip(),
        "failed": page.failed,
        "model": site.model(view.model),
        "folder": " / ".join(register.folder_line(view.folder)),
        "elements": elements,
        "others": sorted(
            (Link(site.name(each), addresses.view(each.uid)) for each in _led_to(register, view)), key=_by_name
        ),
        "history": history.rows(site, register.versions(page.uid, "view")),
    }


def _led_to(register: Register, view: View) -> Iterator[View]:
    """The published views that a view refers to."""
    pending, found = list((view.content or {}).get("nodes", ())), set()
    while pending:
        node = pending.pop()
        found.add(node.get("view"))
        pending.extend(node.get("nodes", ()))
    return (register.drawn[uid] for uid in sorted(uid for uid in found if uid in register.drawn))
