"""The pages that sum up: the start, changesets, reports, pictures of the whole, and what is said about the publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ea_repo.publishing import addresses, history
from ea_repo.publishing.pictures import Picture
from ea_repo.publishing.reports import Report
from ea_repo.publishing.site import Link, Site
from ea_repo.store.difference import Change
from ea_repo.store.records import Changeset

_LARGEST_TYPES = 12
_LATEST = 5
#: So many changes of one changeset are told.
MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class WholePicture:
    """A picture of the whole by a viewpoint, with its markup by language."""

    name: str
    titles: Mapping[str, str]
    markup: Mapping[str, Picture]


@dataclass(frozen=True, slots=True)
class Whole:
    """What the pages about the whole are made of, beside the register."""

    changes: Sequence[tuple[Changeset, Sequence[Change], int]]
    reports: Sequence[Report]
    pictures: Sequence[WholePicture]
    left_out: Sequence[str]
    seconds: float


def start(site: Site, whole: Whole) -> Mapping[str, Any]:
    register = site.register
    counts = sorted(register.by_type.items(), key=lambda item: (-len(item[1]), item[0]))
    return {
        "elements": len(register.elements),
        "relationships": register.relationship_count,
        "views": len(register.drawn),
        "changesets": len(whole.changes),
        "models": [(site.model(each.uid), each.uid, site.description(each), count_of(site, each.uid)) for each in register.catalogued],
        "types": [(Link(site.plural(name), addresses.type_list(name)), len(rows)) for name, rows in counts[:_LARGEST_TYPES]],
        "latest": [row for row, _, _ in whole.changes[:_LATEST]],
        "whole_pictures": _picture_links(site, whole),
        **moment(site),
    }  # fmt: skip


def moment(site: Site) -> dict[str, Any]:
    """Of when and of what the site is."""
    register, scope = site.register, site.register.scope
    if scope.owner is not None:
        of = site.word("only_owner", name=site.link(scope.owner).name)
    elif scope.model is not None:
        of = site.word("only_model", name=site.model(scope.model).name)
    else:
        of = site.word("whole_repository")
    last = register.changeset(register.number) if register.number else None
    date = last.applied_at.date().isoformat() if last and last.applied_at else ""
    as_of = site.word("as_of_changeset", number=register.number, date=date) if last else ""
    on = site.word("holds_on", date=register.on.isoformat()) if register.on else ""
    return {"of": of, "as_of": as_of, "on": on, "is_whole": scope.is_whole}


def count_of(site: Site, model: str) -> int:
    return sum(each.model == model for each in site.register.elements.values())


def picture_page(site: Site, picture: WholePicture) -> Mapping[str, Any]:
    shown = picture.markup[site.language]
    return {"title": picture.titles[site.language], "picture": shown, "drawn": (shown,)}


def change(site: Site, row: tuple[Changeset, Sequence[Change], int]) -> Mapping[str, Any]:
    changeset, changes, total = row
    shown = [
        {
            "action": each.action,
            "link": Link(site.name_of_change(each), site.path(each.uid) if each.record in ("concept", "view") else ""),
            "kind": site.label(each.type) if each.type else site.word(each.record),
            "fields": history.changes(site, each.was or {}, each.became or {}) if each.action == "changed" else [],
        }
        for each in changes
    ]
    return {"changeset": changeset, "changes": shown, "total": total}


def changes(site: Site, whole: Whole) -> Mapping[str, Any]:
    return {"rows": [row for row, _, _ in whole.changes]}


def reports_page(site: Site, whole: Whole) -> Mapping[str, Any]:
    return {
        "reports": [
            (each.title(site), each.summary(site), addresses.report(each.name), each.total) for each in whole.reports
        ],
        "whole_pictures": _picture_links(site, whole),
    }


def _picture_links(site: Site, whole: Whole) -> list[Link]:
    return [Link(each.titles[site.language], addresses.picture(each.name)) for each in whole.pictures]


def about(site: Site, whole: Whole) -> Mapping[str, Any]:
    return {**moment(site), "left_out": whole.left_out, "seconds": f"{whole.seconds:g}"}
