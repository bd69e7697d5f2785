"""The levels that agencies of the sample have in rounds of an index, one digit an indicator, and the evidence for some."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ea_repo.errors import InvalidInput
from ea_repo.sample.tables import Tables, read_table
from ea_repo.store.operations import Create

_FILE, _EVIDENCE = "indicator_levels", "indicator_evidence"
_FOLDER = "goals"
_SELF_BY, _SELF_ON = "Planning bureau", "06-30"
_ROUND = ("agency", "framework", "round_year")


def indicator_levels(tables: Tables) -> Iterator[Create]:
    """An `IndicatorLevel` for each digit; the indicators of both frameworks are numbered from 1."""
    evidence = _evidence(tables)
    for line, cells in read_table(_FILE):
        agency, framework, year = (cells[name] for name in _ROUND)
        owner = _uid(tables, _FILE, line, agency)
        model = owner.partition(":")[0]
        for indicator, level in enumerate(cells["levels"], start=1):
            said = {
                "framework": framework, "indicator": str(indicator), "round_year": int(year),
                **_stage(cells["stage"], level, cells["by"], cells["on"]),
                **evidence.get((agency, framework, year, str(indicator)), {}),
            }  # fmt: skip
            if "self_levels" in cells:
                said |= _stage("self", cells["self_levels"][indicator - 1], _SELF_BY, f"{year}-{_SELF_ON}")
            fields = {
                "name": f"{framework}, indicator {indicator}, {year}", "owner": owner,
                "folder": f"{model}:folder-{_FOLDER}", "attributes": said,
            }  # fmt: skip
            yield Create(f"{model}:level-{framework}-{year}-{agency}-{indicator}", "IndicatorLevel", fields)


def _stage(stage: str, level: str, by: str, on: str) -> dict[str, Any]:
    return {f"{stage}_level": int(level), f"{stage}_by": by, f"{stage}_on": on}


def _evidence(tables: Tables) -> Mapping[tuple[str, ...], dict[str, Any]]:
    """What each indicator of an agency's round has for evidence."""
    found: defaultdict[tuple[str, ...], dict[str, Any]] = defaultdict(dict)
    for line, cells in read_table(_EVIDENCE):
        said: dict[str, Any] = {name: cell for name, cell in cells.items() if name not in (*_ROUND, "indicator")}
        if "evidence" in said:
            said["evidence"] = [_uid(tables, _EVIDENCE, line, each) for each in said["evidence"].split()]
        found[tuple(cells[name] for name in (*_ROUND, "indicator"))] = said
    return found


def _uid(tables: Tables, file: str, line: int, identifier: str) -> str:
    if identifier not in tables.uids:
        raise InvalidInput(f'{file}.csv, line {line}: there is no "{identifier}"')
    return tables.uids[identifier]
