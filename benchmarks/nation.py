"""A made-up nation: agencies, services, systems and infrastructure with what joins them, the same for the same seed.

    python -m benchmarks.nation --elements 1000000 --seed 1 --out nation.ndjson.gz
    python -m benchmarks.nation --elements 100000 --database sqlite:///nation.db

Everything is made in blocks of some thousand, each from chance of its own, so memory does not grow with the scale.
What there is of each kind, and how it is joined, stands in `nation_facts.py`; the grammar is that of the format ndjson.
"""

import argparse
import gzip
import io
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.nation_facts import ACTIVITIES, PLACES, SORTS, SUBJECTS, TRANSLATED, WIRINGS, Fact, Sort, Wiring
from ea_repo import open_repository
from ea_repo.exchange.ndjson import creates
from ea_repo.metamodel import Metamodel
from ea_repo.store.fields import ENCODER
from ea_repo.store.load import Loaded
from ea_repo.store.operations import Create

ELEMENTS, RELATIONSHIPS_EACH = 1_000_000, 3
_FULL = 1_000_000
_BLOCK = 10_000
#: Agencies grow with the root of the scale: a small nation has small agencies, not two of them.
_AGENCIES = next(sort for sort in SORTS if sort.name == "agency").share
#: The chance that the redundancy of one dependent is used, in percent, and that of these two are needed.
_REDUNDANT, _TWO_NEEDED = 25, 5
_TYPES = {sort.name: sort for sort in SORTS}

Line = dict[str, Any]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Nation:
    """A nation of so many elements and, by default, three times as many relationships."""

    elements: int = ELEMENTS
    seed: int = 1
    wanted_relationships: int | None = None

    @property
    def relationships(self) -> int:
        return self.wanted_relationships or self.elements * RELATIONSHIPS_EACH

    @property
    def sorts(self) -> Sequence[Sort]:
        return SORTS

    @property
    def wirings(self) -> Sequence[Wiring]:
        return WIRINGS

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many there are of each sort; processes make up the number."""
        scale = self.elements / _FULL
        found = {sort.name: max(2, round(sort.share * scale)) for sort in SORTS}
        found["agency"] = max(4, round(_AGENCIES * scale**0.5))
        found["process"] += self.elements - sum(found.values())
        if found["process"] < 2:
            raise ValueError("a nation has at least 200 elements")
        return found

    @cached_property
    def wired(self) -> list[int]:
        """How many relationships there are of each wiring; the last makes up the number."""
        left = self.relationships - (self.sizes["agency"] - 1)
        scale = self.relationships / (_FULL * RELATIONSHIPS_EACH)
        found = [max(1, round(wiring.share * scale)) for wiring in WIRINGS]
        found[-1] += left - sum(found)
        if found[-1] < 1:
            raise ValueError("there are too few relationships for the number of agencies")
        return found

    @cached_property
    def agency_ends(self) -> NDArray[np.float64]:
        """Where in the order of any sort each agency's own end: a few agencies have most."""
        weights = 1 / np.arange(10, 10 + self.sizes["agency"]) ** 0.8
        return cast(NDArray[np.float64], np.cumsum(weights / weights.sum()))

    def lines(self) -> Iterator[Line]:
        """The nation as lines of the format ndjson."""
        yield {"record": "model", "identifier": "nation", "name": f"Nation of {self.elements:,} elements"}
        for position, sort in enumerate(self.sorts):
            yield {"record": "folder", "identifier": f"all-{sort.name}", "name": sort.noun, "position": position}
        for position, sort in enumerate(self.sorts):
            yield from self._elements(position, sort)
        yield from self._tree()
        number = self.sizes["agency"] - 1
        for position, wiring in enumerate(self.wirings):
            yield from self._relationships(position, wiring, number)
            number += self.wired[position]

    def _chance(self, *place: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *place])

    def _elements(self, position: int, sort: Sort) -> Iterator[Line]:
        size = self.sizes[sort.name]
        for begin in range(0, size, _BLOCK):
            numbers = np.arange(begin, min(begin + _BLOCK, size))
            chance = self._chance(1, position, begin)
            owners = self._owners(numbers, size).tolist()
            names = _names(chance, sort, numbers)
            said = self._facts(chance, sort.facts, numbers / size, numbers)
            begins = _dates(chance, 1998, 2026, len(numbers), 0.9)
            ends = _dates(chance, 2027, 2040, len(numbers), 0.06)
            for at, number in enumerate(numbers.tolist()):
                line: Line = {
                    "record": "element", "identifier": f"{sort.name}-{number}", "type": sort.type, "name": names[at],
                    "folder": f"all-{sort.name}",
                }  # fmt: skip
                if sort.name != "agency":
                    line["owner"] = f"agency-{owners[at]}"
                    if number % 3 == 0:
                        line["description"] = f"{names[at]}, kept by agency {owners[at]} for the {PLACES[number % 12]}."
                if sort.noun in TRANSLATED and number % 5 == 0:
                    line["translations"] = {"id": {"name": names[at].replace(sort.noun, TRANSLATED[sort.noun], 1)}}
                _add(line, said[at], begins[at], ends[at])
                yield line

    def _owners(self, numbers: Integers, size: int) -> Integers:
        return np.searchsorted(self.agency_ends[:-1], numbers / size, "right")

    def _tree(self) -> Iterator[Line]:
        """Every agency but the first is part of one before it: few at the top, some with very many parts."""
        size = self.sizes["agency"]
        along = self._chance(2).random(size - 1)
        parents = np.minimum((np.arange(1, size) * along**2.5).astype(np.int64), np.arange(size - 1)).tolist()
        for number, parent in enumerate(parents):
            yield relationship(f"r{number:07}", "Composition", f"agency-{parent}", f"agency-{number + 1}")

    def _relationships(self, position: int, wiring: Wiring, first: int) -> Iterator[Line]:
        count = self.wired[position]
        for begin in range(0, count, _BLOCK):
            numbers = np.arange(begin, min(begin + _BLOCK, count))
            chance = self._chance(3, position, begin)
            relying, relied = self._ends(chance, wiring, numbers, count)
            said = self._facts(chance, wiring.facts, numbers / count, numbers)
            begins = _dates(chance, 2005, 2026, len(numbers), 0.2)
            sources, targets = (relied, relying) if wiring.relied == "source" else (relying, relied)
            rows = zip(numbers.tolist(), sources.tolist(), targets.tolist(), relying.tolist(), strict=True)
            for at, (number, source, target, dependent) in enumerate(rows):
                line = relationship(
                    f"r{first + number:07}", wiring.type, f"{wiring.source}-{source}", f"{wiring.target}-{target}"
                )
                if wiring.type == "DataExchange":
                    line["name"] = f"{ACTIVITIES[number % 18]} data {number}"
                if wiring.redundant:
                    said[at] |= _redundancy(dependent)
                _add(line, said[at], begins[at], None)
                yield line

    def _ends(
        self, chance: np.random.Generator, wiring: Wiring, numbers: Integers, count: int
    ) -> tuple[Integers, Integers]:
        """The one that relies on the other, evenly, and the other: near it or a central one, and before it."""
        relied, relying = wiring.source, wiring.target
        if wiring.relied == "target":
            relied, relying = relying, relied
        many, few = self.sizes[relying], self.sizes[relied]
        dependents = numbers * many // count
        along = dependents / many
        step = chance.exponential(0.0005, len(numbers))
        is_near = chance.random(len(numbers)) < wiring.near
        place = np.where(is_near, np.maximum(along - step, 0), along * chance.random(len(numbers)) ** wiring.skew)
        chosen = np.minimum((place * few).astype(np.int64), few - 1)
        if wiring.source == wiring.target:
            # One of a kind relies on one before it; the first, for want of one, on none of its own but the next.
            chosen = np.where(chosen >= dependents, np.maximum(dependents - 1, 0), chosen)
            dependents = np.where(dependents == chosen, dependents + 1, dependents)
            is_back = is_near & (chance.random(len(numbers)) < wiring.back)
            dependents, chosen = np.where(is_back, chosen, dependents), np.where(is_back, dependents, chosen)
        return dependents, chosen

    def _facts(
        self, chance: np.random.Generator, facts: Sequence[Fact], along: NDArray[np.float64], numbers: Integers
    ) -> list[dict[str, Any]]:
        """The attributes of each of a block."""
        found: list[dict[str, Any]] = [{} for _ in along]
        for fact in facts:
            is_there = chance.random(len(along)) < fact.present
            values = self._values(chance, fact, along, numbers)
            for at in np.flatnonzero(is_there).tolist():
                found[at][fact.name] = values[at]
        return found

    def _values(
        self, chance: np.random.Generator, fact: Fact, along: NDArray[np.float64], numbers: Integers
    ) -> Sequence[Any]:
        count, values = len(along), cast(Any, fact.values)
        match fact.method:
            case "choice":
                return [values[at] for at in chance.integers(0, len(values), count).tolist()]
            case "money":
                amounts = np.round(_spread(chance, values, count), -2).tolist()
                return [{"amount": amount, "currency": "USD"} for amount in amounts]
            case "integer":
                return cast(list[Any], (_spread(chance, values, count).astype(np.int64) + 1).tolist())
            case "decimal":
                return cast(list[Any], np.round(_spread(chance, values, count), 1).tolist())
            case "date":
                return _dates(chance, *values, count, 1.0)
            case "flag":
                return cast(list[Any], (chance.random(count) < values[0]).tolist())
            case "code":
                return [f"{values[0]}{number:06}" for number in numbers.tolist()]
        size = self.sizes[values[0]]
        named = [f"{values[0]}-{at}" for at in (along * chance.random(count) ** 2 * size).astype(np.int64).tolist()]
        return named if fact.method == "reference" else [[each] for each in named]


def _spread(chance: np.random.Generator, values: tuple[float, float], count: int) -> NDArray[np.float64]:
    """Numbers with a heavy tail around a middle."""
    return np.minimum(values[0] * np.exp(chance.normal(0, values[1], count)), values[0] * 1_000)


def _dates(chance: np.random.Generator, first: int, last: int, count: int, present: float) -> list[Any]:
    days = np.datetime64(f"{first}-01-01") + chance.integers(0, 365 * (last - first + 1), count)
    there = (chance.random(count) < present).tolist()
    return [day if is_there else None for day, is_there in zip(days.astype(str).tolist(), there, strict=True)]


def _names(chance: np.random.Generator, sort: Sort, numbers: Integers) -> list[str]:
    about = zip(
        *(chance.integers(0, len(words), len(numbers)).tolist() for words in (SUBJECTS, ACTIVITIES)), strict=True
    )
    return [
        f"{sort.noun} for {ACTIVITIES[activity]} of {SUBJECTS[subject]} {number}"
        for (subject, activity), number in zip(about, numbers.tolist(), strict=True)
    ]


def relationship(identifier: str, type_name: str, source: str, target: str) -> Line:
    return {"record": "relationship", "identifier": identifier, "type": type_name, "source": source, "target": target}


def _redundancy(dependent: int) -> dict[str, Any]:
    """The group of some dependents: all that serve one of these stand in for each other."""
    lot = dependent * 2_654_435_761 % 100
    if lot >= _REDUNDANT:
        return {}
    return {"redundancy_group": "main", **({"redundancy_needed": 2} if lot < _TWO_NEEDED else {})}


def _add(line: Line, attributes: dict[str, Any], begins: str | None, ends: str | None) -> None:
    if attributes:
        line["attributes"] = attributes
    if begins is not None:
        line["valid_from"] = begins
    if ends is not None:
        line["valid_until"] = ends


def write(nation: Nation, file: IO[bytes]) -> int:
    """Writes the nation as NDJSON; returns the number of lines."""
    encode, count = ENCODER.encode, 0
    text = io.TextIOWrapper(file, "utf-8", newline="\n", write_through=False)
    for line in nation.lines():
        text.write(encode(line) + "\n")
        count += 1
    text.flush()
    text.detach()
    return count


def write_file(nation: Nation, path: Path) -> int:
    """Writes the nation to a file, packed if its name ends in .gz; the same nation gives the same bytes."""
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(path.open("wb"))
        if path.suffix == ".gz":  # without name and time, which would differ
            file = cast(IO[bytes], stack.enter_context(gzip.GzipFile("", "wb", 6, file, mtime=0)))
        return write(nation, file)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.nation", description="Makes up a nation.")
    parser.add_argument("--elements", type=int, default=ELEMENTS)
    parser.add_argument("--relationships", type=int, help="three times as many as elements if left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="FILE.ndjson[.gz]")
    parser.add_argument("--database", metavar="URL", help="load it into a new model of this database")
    parser.add_argument("--model", default="nation", metavar="KEY", help="the key of that model")
    parser.add_argument("--planned", action="store_true", help="with what planners keep: see `planned_nation.py`")
    asked = parser.parse_args(arguments)
    kind = import_module("benchmarks.planned_nation").PlannedNation if asked.planned else Nation
    nation = kind(asked.elements, asked.seed, asked.relationships)
    begun = time.perf_counter()
    if asked.out:
        count = write_file(nation, asked.out)
        taken = time.perf_counter() - begun
        print(f"{count:,} lines in {taken:.1f} s, {count / taken:,.0f} a second", file=sys.stderr)
    if asked.database:
        loaded = load(nation, asked.database, asked.model)
        rate = loaded.lines / loaded.seconds
        print(f"{loaded.lines:,} rows in {loaded.seconds:.1f} s, {rate:,.0f} a second", file=sys.stderr)
    return 0


def load(nation: Nation, database: str, model: str) -> Loaded:
    """Loads the nation into a new model of a database, which is made if need be, without a file between."""

    def lines(metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        return creates(enumerate(nation.lines(), 1), model, metamodel)

    with open_repository(database, create=True) as repository:
        return repository.load("nation", f"A made-up nation, seed {nation.seed}", lines).apply()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
