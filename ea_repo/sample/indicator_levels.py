"""The levels that agencies of the sample have in rounds of an index: one row a round, one digit an indicator."""

from collections.abc import Iterator

from ea_repo.errors import InvalidInput
from ea_repo.sample.tables import Tables, read_table
from ea_repo.store.operations import Create

_FILE = "indicator_levels"
_FOLDER = "goals"


def indicator_levels(tables: Tables) -> Iterator[Create]:
    """An `IndicatorLevel` for each digit; the indicators of both frameworks are numbered from 1."""
    for line, cells in read_table(_FILE):
        agency, framework, year, stage = (cells[name] for name in ("agency", "framework", "round_year", "stage"))
        if agency not in tables.uids:
            raise InvalidInput(f'{_FILE}.csv, line {line}: there is no agency "{agency}"')
        owner = tables.uids[agency]
        model = owner.partition(":")[0]
        for indicator, level in enumerate(cells["levels"], start=1):
            said = {
                "framework": framework, "indicator": str(indicator), "round_year": int(year),
                f"{stage}_level": int(level), f"{stage}_by": "assessors", f"{stage}_on": f"{year}-09-15",
            }  # fmt: skip
            fields = {
                "name": f"{framework}, indicator {indicator}, {year}", "owner": owner,
                "folder": f"{model}:folder-{_FOLDER}", "attributes": said,
            }  # fmt: skip
            yield Create(f"{model}:level-{framework}-{year}-{agency}-{indicator}", "IndicatorLevel", fields)
