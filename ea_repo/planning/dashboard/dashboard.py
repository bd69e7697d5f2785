"""A dashboard: figures measured over the rows of reports, as `dashboard.toml` says. What a row means is its report's matter."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import entry, report
from ea_repo.errors import NotFound
from ea_repo.planning.index.rounds import latest_framework
from ea_repo.store.state import State
from ea_repo.told import Told, joined, readable, told

Project = Literal["roadmap", "informatization", "sharing", "index", "resources", "records"]
Language = Annotated[Literal["en", "id", "ko"], "Language of names and definitions."]
_said = partial(told, "ea_repo.planning")
_BELOW = re.compile(r"below (-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `value` is None where there is nothing to measure, and `why_empty` says why; `unit` is a currency for money,
    which is summed for each currency apart. `of` is how many rows were looked at; `behind` says which report lists them and
    which of its rows count."""

    project: str
    code: str
    name: str
    value: float | None
    unit: str | None
    of: int
    definition: str
    behind: str
    why_empty: str | None


@report(example={"project": "resources"})
def dashboard(
    state: State,
    *,
    project: Annotated[Project | None, "Which of the six projects; left out, all."] = None,
    agency: Annotated[str | None, "Only of this agency and those below it; left out, the nation."] = None,
    language: Language = "en",
) -> Answer[Figure]:
    """The ten figures that a planner looks at first, for the nation or an agency, each with its definition and the list behind.

    As slow as the reports behind it together; each is asked once.
    """
    within = None if agency is None else state.sub_agencies(agency)
    wanted = [said for said in _figures() if project in (None, said["project"])]
    found: list[Figure] = []
    for _, of_project in groupby(wanted, key=itemgetter("project")):
        asked: dict[tuple[Any, ...], Sequence[Any]] = {}
        for said in of_project:
            found += _measured(state, said, agency, within, asked, language)
        state.kept.clear()  # what one project's reports share, the next one's do not: a nation's is hundreds of megabytes
    return Answer.of(state, found)


@cache
def _figures() -> Sequence[Mapping[str, Any]]:
    text = files("ea_repo.planning.dashboard").joinpath("dashboard.toml").read_text("utf-8")
    found: list[Mapping[str, Any]] = tomllib.loads(text)["figure"]
    return found


def _measured(
    state: State, said: Mapping[str, Any], agency: str | None, within: frozenset[str] | None,
    asked: dict[tuple[Any, ...], Sequence[Any]], language: str,
) -> Iterator[Figure]:  # fmt: skip
    arguments = _arguments(state, said, agency)
    rows: Sequence[Any] = () if arguments is None else _rows(state, said["report"], arguments, asked)
    if within is not None and "agency_field" in said:
        rows = [row for row in rows if getattr(row, said["agency_field"]) in within]
    counted = list(filter(_fitting(said["where"]), rows)) if "where" in said else rows
    for value, currency in _values(said, rows, counted):
        yield Figure(
            said["project"], said["code"], said["name"][language], value, currency or said.get("unit"), len(rows),
            said["definition"][language], _behind(said, arguments or {}, agency),
            _why_empty(said, len(rows)) if value is None else None,
        )  # fmt: skip


def _arguments(state: State, said: Mapping[str, Any], agency: str | None) -> dict[str, Any] | None:
    """What the report is asked with; None where it cannot be asked, as nobody was assessed yet."""
    found = dict(said.get("arguments", {}))
    if found.get("framework") == "latest":
        framework = latest_framework(state)
        if framework is None:
            return None
        found["framework"] = framework
    if agency is not None and "scope" in said:
        found[said["scope"]] = _of_kind(said["report"], said["scope"], agency)
    return found


def _of_kind(name: str, parameter: str, agency: str) -> Any:
    """The agency as the parameter takes it: one, or a list of one."""
    wanted = next(each for each in entry("report", name).parameters if each.name == parameter)
    return (agency,) if getattr(wanted.annotation, "__origin__", None) is tuple else agency


def _rows(
    state: State, name: str, arguments: Mapping[str, Any], asked: dict[tuple[Any, ...], Sequence[Any]]
) -> Sequence[Any]:
    key = (name, *sorted(arguments.items()))
    if key not in asked:
        try:
            asked[key] = list(entry("report", name).subject(state, **arguments))
        except NotFound:  # what the report is about is not there, and so nothing of it
            asked[key] = ()
    return asked[key]


def _fitting(where: Mapping[str, Sequence[Any]]) -> Callable[[Any], bool]:
    """Whether a row has one of the values in each field that is named. Asked of every row of every report: mostly of one field."""
    tests = [(attrgetter(name), _any_of([_test(value) for value in values])) for name, values in where.items()]
    if len(tests) == 1:
        ((read, test),) = tests
        return lambda row: test(read(row))
    return lambda row: all(test(read(row)) for read, test in tests)


def _any_of(tests: Sequence[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    return tests[0] if len(tests) == 1 else lambda found: any(test(found) for test in tests)


def _test(wanted: Any) -> Callable[[Any], bool]:
    if wanted == "present":
        return lambda found: found not in (None, "", (), [])
    if wanted == "positive":
        return lambda found: found is not None and found > 0
    if isinstance(wanted, str) and (below := _BELOW.fullmatch(wanted)):
        bound = float(below[1])
        return lambda found: found is not None and found < bound
    if isinstance(wanted, list):
        return lambda found: list(found) == wanted
    return lambda found: bool(found == wanted)


def _values(
    said: Mapping[str, Any], rows: Sequence[Any], counted: Sequence[Any]
) -> Iterator[tuple[float | None, str | None]]:
    """The value, with its currency where it is money; the currency of most rows first."""
    measure = said["measure"]
    if measure == "count":
        yield len(counted), None
    elif measure == "share":
        whole = list(filter(_fitting(said["of"]), rows)) if "of" in said else rows
        yield (round(100 * len(counted) / len(whole), 2) if whole else None), None
    else:
        numbers: defaultdict[str | None, list[float]] = defaultdict(list)
        for row in counted:
            if (number := getattr(row, said["field"])) is not None:
                numbers[_currency(row, said)].append(float(number))
        currencies = Counter({each: len(values) for each, values in numbers.items()})
        if not currencies:
            yield (0.0 if measure == "sum" else None), None
        for currency, _ in currencies.most_common():
            yield round(_MEASURES[measure](numbers[currency]), 4), currency


def _currency(row: Any, said: Mapping[str, Any]) -> str | None:
    """The currency of a row's amounts; counts in a row with a currency have a unit of their own."""
    return getattr(row, "currency", None) if "unit" not in said and said["measure"] == "sum" else None


_MEASURES: Mapping[str, Any] = {
    "sum": sum,
    "mean": lambda numbers: sum(numbers) / len(numbers),
    "most": max,
    "least": min,
}


def _behind(said: Mapping[str, Any], arguments: Mapping[str, Any], agency: str | None) -> str:
    """How to see the rows: the command, and which of them count."""
    required = {each.name for each in entry("report", said["report"]).parameters if each.required}
    words = ["ea-repo report", said["report"]]
    words += [_one(value) for name, value in arguments.items() if name in required]
    words += [f"--{name.replace('_', '-')} {_one(value)}" for name, value in arguments.items() if name not in required]
    counted = [
        _said(
            "field_is",
            field=readable(name),
            values=joined([_said("none") if each == [] else each for each in values], _said("or")),
        )
        for name, values in said.get("where", {}).items()
    ]
    if agency is not None and "agency_field" in said:
        counted.append(_said("field_is", field=readable(said["agency_field"]), values=_said("or_below", agency=agency)))
    command = " ".join(words)
    return _said("rows_with", command=command, what=joined(counted)) if counted else command


def _why_empty(said: Mapping[str, Any], of: int) -> Told:
    """Why there is no value: no rows at all, or none that has what is measured, for which the figure may have words of its own."""
    if not of:
        return _said("no_rows")
    if "empty" in said:
        return Told(said["empty"]["en"], said["empty"].get)
    return (
        _said("no_row_has_it", of=of, field=readable(said["field"])) if "field" in said else _said("share_of_nothing")
    )


def _one(value: Any) -> str:
    return str(value[0]) if isinstance(value, tuple) else str(value)
