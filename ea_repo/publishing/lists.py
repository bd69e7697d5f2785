"""The pages about the whole: lists by type, model, agency and letter are here, those that sum up in `overviews.py`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from typing import Any

from ea_repo.publishing import addresses, overviews
from ea_repo.publishing.initials import initial
from ea_repo.publishing.overviews import Whole, count_of
from ea_repo.publishing.site import Link, Site
from ea_repo.store.records import Concept, Folder

_ROWS = 500

Context = Callable[[Site], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its path, its template, and what that gets, by language."""

    path: str
    template: str
    context: Context


def sheets(site: Site, whole: Whole) -> Iterator[Sheet]:
    """Every page that is not about one element or view. `site` only says what there is; texts come with rendering."""
    register = site.register
    yield Sheet("index.html", "start.html", partial(overviews.start, whole=whole))
    yield Sheet("types/index.html", "types.html", _types)
    for name in register.by_type:
        yield from _type_sheets(register.by_type[name], name)
    yield Sheet("views/index.html", "views.html", _views)
    yield Sheet("agencies/index.html", "agencies.html", _agencies)
    for model in register.catalogued:
        yield Sheet(addresses.model(model.uid), "model.html", partial(_model, key=model.uid))
    yield from _letter_sheets(site)
    yield Sheet("changes/index.html", "changes.html", partial(overviews.changes, whole=whole))
    for row in whole.changes:
        yield Sheet(addresses.changeset(row[0].number), "change.html", partial(overviews.change, row=row))
    yield Sheet("reports/index.html", "reports.html", partial(overviews.reports_page, whole=whole))
    for report in whole.reports:
        yield Sheet(addresses.report(report.name), "report.html", report.shown)
    for picture in whole.pictures:
        yield Sheet(addresses.picture(picture.name), "picture.html", partial(overviews.picture_page, picture=picture))
    yield Sheet("search.html", "search.html", _nothing)
    yield Sheet("about.html", "about.html", partial(overviews.about, whole=whole))


def _types(site: Site) -> Mapping[str, Any]:
    """Types by layer, in the metamodel's order."""
    by_layer: defaultdict[str, list[tuple[Link, int]]] = defaultdict(list)
    for name, rows in site.register.by_type.items():
        layer = site.metamodel.type(site.metamodel.base(name)).layer if name in site.metamodel.types else ""
        by_layer[layer or ""].append((Link(site.plural(name), addresses.type_list(name)), len(rows)))
    order = [*site.metamodel.layers, ""]
    return {
        "layers": [
            (_layer(site, name), sorted(by_layer[name], key=lambda row: row[0].name))
            for name in sorted(by_layer, key=lambda each: order.index(each) if each in order else len(order))
        ]
    }


def _layer(site: Site, name: str) -> str:
    return (
        str(site.metamodel.layers[name].get(site.language) or name)
        if name in site.metamodel.layers
        else site.word("others")
    )


def _type_sheets(rows: Sequence[Concept], name: str) -> Iterator[Sheet]:
    pages = _pages(len(rows))
    for page in range(1, pages + 1):
        yield Sheet(addresses.type_list(name, page), "list.html", partial(_type_list, rows=rows, name=name, page=page))


def _type_list(site: Site, rows: Sequence[Concept], name: str, page: int) -> Mapping[str, Any]:
    return {
        "title": site.plural(name),
        "crumb": Link(site.word("types"), "types/index.html"),
        "count": len(rows),
        **_listed(site, rows, page, lambda number: addresses.type_list(name, number)),
    }


def _listed(site: Site, rows: Iterable[Concept], page: int, address: Callable[[int], str]) -> dict[str, Any]:
    """One page of a list in the order of names, and the links to its other pages."""
    ordered = sorted(((site.name(each), each) for each in rows), key=lambda pair: (pair[0], pair[1].uid))
    part = ordered[(page - 1) * _ROWS : page * _ROWS]
    return {
        "rows": [
            (Link(name, addresses.element(each.uid), site.label(each.type)), site.link(each.owner) if each.owner else None, each.model)
            for name, each in part
        ],
        "pages": [(number, address(number)) for number in range(1, _pages(len(ordered)) + 1)],
        "page": page,
    }  # fmt: skip


def _pages(rows: int) -> int:
    return max((rows + _ROWS - 1) // _ROWS, 1)


def _views(site: Site) -> Mapping[str, Any]:
    found = sorted(site.register.drawn.values(), key=lambda each: (each.model, site.name(each), each.uid))
    return {
        "by_model": [
            (site.model(key), [Link(site.name(each), addresses.view(each.uid), each.viewpoint or "") for each in rows])
            for key, rows in groupby(found, key=lambda each: each.model)
        ]
    }


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a tree: of agencies, or of folders with what lies in them."""

    link: Link
    below: Sequence["Branch"]
    inside: Sequence[Link] = ()
    count: int = 0


def _agencies(site: Site) -> Mapping[str, Any]:
    register = site.register

    def branch(uid: str) -> Branch:
        below = sorted((branch(part) for part in register.below.get(uid, ())), key=lambda each: each.link.name)
        return Branch(site.link(uid), below, count=len(register.owned.get(uid, ())))

    top = (branch(uid) for uid in register.agencies if uid not in register.above)
    return {"tree": sorted(top, key=lambda each: (not each.below, each.link.name)), "count": len(register.agencies)}


def _model(site: Site, key: str) -> Mapping[str, Any]:
    register = site.register
    found = next(each for each in register.catalogued if each.uid == key)
    inside: defaultdict[str | None, list[Link]] = defaultdict(list)
    for each in register.elements.values():
        if each.model == key:
            inside[each.folder].append(site.link_to(each))
    for view in register.drawn.values():
        if view.model == key:
            inside[view.folder].append(Link(site.name(view), addresses.view(view.uid), site.word("view")))
    tree = _folders(site, key, inside)
    counts = sorted(
        ((site.plural(name), name, sum(each.model == key for each in rows)) for name, rows in register.by_type.items()),
    )
    return {
        "model": found,
        "title": site.name(found),
        "description": site.description(found).strip(),
        "tree": tree,
        "loose": _ordered(inside[None]),
        "types": [(Link(label, addresses.type_list(name)), count) for label, name, count in counts if count],
        "elements": count_of(site, key),
        "views": sum(each.model == key for each in register.drawn.values()),
    }


def _folders(site: Site, key: str, inside: Mapping[str | None, list[Link]]) -> list[Branch]:
    """The folders of a model in their order, without those in which nothing published lies."""
    below: defaultdict[str | None, list[Folder]] = defaultdict(list)
    for each in site.register.folders_of.get(key, ()):
        below[each.parent].append(each)

    def branches(parent: str | None) -> list[Branch]:
        found = []
        for each in below[parent]:
            content, deeper = inside.get(each.uid, []), branches(each.uid)
            if content or deeper:
                count = len(content) + sum(branch.count for branch in deeper)
                found.append(Branch(Link(site.name(each), ""), deeper, _ordered(content), count))
        return found

    return branches(None)


def _ordered(links: Iterable[Link]) -> list[Link]:
    return sorted(links, key=lambda each: (each.name, each.path))


def _letter_sheets(site: Site) -> Iterator[Sheet]:
    """The index: every element and view under its first letter, in the language of the page."""
    keys: set[tuple[str, int]] = set()
    for language in site.languages:
        for key, rows in _letters(_in(site, language)).items():
            keys |= {(key, page) for page in range(1, _pages(len(rows[1])) + 1)}
    yield Sheet("index/index.html", "letters.html", _index)
    for key, page in sorted(keys):
        yield Sheet(addresses.letter_list(key, page), "letter.html", partial(_letter, key=key, page=page))


def _in(site: Site, language: str) -> Site:
    return site if site.language == language else Site(site.register, language, site.languages, site.title, site.draft)


def _index(site: Site) -> Mapping[str, Any]:
    return {"letters": _letter_links(site)}


@lru_cache(maxsize=1)  # the sheets of one language are written one after the other
def _letters(site: Site) -> dict[str, tuple[str, list[Link]]]:
    found: dict[str, tuple[str, list[Link]]] = {}
    links = [site.link_to(each) for each in site.register.elements.values()]
    links += [
        Link(site.name(each), addresses.view(each.uid), site.word("view")) for each in site.register.drawn.values()
    ]
    for link in _ordered(links):
        key, letter = initial(link.name)
        found.setdefault(key, (letter or site.word("others"), []))[1].append(link)
    return found


def _letter_links(site: Site) -> list[tuple[Link, int]]:
    found = _letters(site)
    return [(Link(letter, addresses.letter_list(key)), len(rows)) for key, (letter, rows) in sorted(found.items())]


def _letter(site: Site, key: str, page: int) -> Mapping[str, Any]:
    letters = _letters(site)
    letter, rows = letters.get(key, (site.word("others"), []))
    return {
        "letter": letter,
        "rows": rows[(page - 1) * _ROWS : page * _ROWS],
        "count": len(rows),
        "letters": _letter_links(site),
        "pages": [(number, addresses.letter_list(key, number)) for number in range(1, _pages(len(rows)) + 1)],
        "page": page,
    }


def _nothing(site: Site) -> Mapping[str, Any]:
    return {}
