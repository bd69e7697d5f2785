"""What each report of planning is asked with on the made-up nation: its own arguments, and those that ask of one agency."""

from collections.abc import Mapping
from typing import Any, get_origin

from ea_repo.catalogue import Entry

#: Of all that a report cannot do without, what the nation has.
_NAMED: Mapping[str, Any] = {
    "agency": "nation:agency-1", "from_plateau": "nation:plateau-0", "to_plateau": "nation:plateau-5",
    "framework": "spbe-2020", "target": "4",
}  # fmt: skip
_UID = {"roadmap-slip": "nation:initiative-0"}
_SCOPES = ("owner", "agency")


def arguments_of(report: Entry) -> dict[str, Any]:
    """What a report has to be told."""
    needed = [each.name for each in report.parameters if each.required]
    named = {**_NAMED, "uid": _UID.get(report.name, "nation:system-0")}
    return {name: named.get(name, report.example.get(name)) for name in needed}


def one_agency(report: Entry) -> dict[str, Any]:
    """What a report is told to answer for one agency and those below it; nothing where it cannot be asked so."""
    for each in report.parameters:
        if each.name in _SCOPES and not each.required:
            agency = _NAMED["agency"]
            return {each.name: (agency,) if get_origin(each.annotation) is tuple else agency}
    return {}
