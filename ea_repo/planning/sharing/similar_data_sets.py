"""Data sets that different agencies collect and that are alike: perhaps the same facts, asked for twice under two names."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import labels_of
from ea_repo.analysis.joins import mask_of, rows_of
from ea_repo.catalogue import report
from ea_repo.planning.informatization.category_tree import classified
from ea_repo.planning.informatization.similarity import Numbers, Profiles
from ea_repo.planning.informatization.system_profiles import words_of
from ea_repo.planning.sharing.parameters import USUAL_LEVEL, Level, OfAgency
from ea_repo.planning.sharing.register import Register, read
from ea_repo.store.labels import Label
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import Told
from ea_repo.told import told as told_in

_KIND = ("subject", "data_kind")


@dataclass(frozen=True, slots=True)
class SimilarDataSets:
    """Two data sets, who collects each, how alike they are, 0 to 1, and what both have."""

    one: str
    one_name: str
    one_agencies: tuple[str, ...]
    other: str
    other_name: str
    other_agencies: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]


@report(example={"least_percent": 30})
def similar_data_sets(
    state: State,
    *,
    least_percent: Annotated[
        int | None, "Only pairs at least so alike, in percent; left out, as set.", range(20, 101)
    ] = None,
    agency: OfAgency = None,
    level: Level = USUAL_LEVEL,
) -> Answer[SimilarDataSets]:
    """Data sets of different names that different agencies collect and that are alike, the most alike first.

    The score is a weighted Jaccard index of words, category, fields and kind (`similar_data_sets.toml`), by the exact join of
    the duplicate review, which is near-linear. Of one data set that several collect, `once-only` tells.
    """
    register = read(state, level)
    collectors = {uid: _collectors(register, uid) for uid in register.data_sets}
    found = [register.data_sets[uid] for uid in sorted(collectors) if collectors[uid]]
    wanted = None if agency is None else {register.counted(each) for each in state.sub_agencies(agency)}
    profiles, words, category_rows = _profiles(state, register, found)
    least = settings()["least_percent"] if least_percent is None else least_percent
    pairs = profiles.joined(least / 100)
    kept = [
        at
        for at, (one, other) in enumerate(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))
        if (sides := (collectors[found[one].uid], collectors[found[other].uid]))[0] != sides[1]
        and (wanted is None or not wanted.isdisjoint(sides[0] | sides[1]))
    ]
    kept.sort(key=lambda at: (-round(float(pairs.scores[at]), 9), int(pairs.one[at]), int(pairs.other[at])))

    @cache
    def named() -> Mapping[int, Label]:
        return labels_of(state, set(category_rows))

    def told(positions: Sequence[int]) -> list[SimilarDataSets]:
        categories = named()
        rows = []
        for at in (kept[each] for each in positions):
            one, other = int(pairs.one[at]), int(pairs.other[at])
            reasons = []
            for name, (_, both) in profiles.by_feature(one, other).items():
                common = [categories[token].name if token >= 0 else words[-token - 1] for token in both[:4]]
                reasons += [_in_common(name, common)] if common else []
            rows.append(
                SimilarDataSets(
                    found[one].uid, found[one].name, tuple(sorted(collectors[found[one].uid])), found[other].uid,
                    found[other].name, tuple(sorted(collectors[found[other].uid])), round(float(pairs.scores[at]), 4),
                    tuple(reasons),
                )
            )  # fmt: skip
        return rows

    return Answer(state, len(kept), told)


@cache
def settings() -> Mapping[str, Any]:
    """What `similar_data_sets.toml` says."""
    return tomllib.loads(files(__package__).joinpath("similar_data_sets.toml").read_text("utf-8"))


def _in_common(feature: str, which: Sequence[str]) -> Told:
    return told_in("ea_repo.planning", "in_common", what=told_in("ea_repo.planning", feature), which=", ".join(which))


def _collectors(register: Register, data_set: str) -> frozenset[str]:
    accesses = register.accesses_by_data_set.get(data_set, ())
    return frozenset(each.agency for each in accesses if each.is_collected and each.agency is not None)


def _profiles(
    state: State, register: Register, found: Sequence[Concept]
) -> tuple[Profiles, Sequence[str], Sequence[int]]:
    """The profiles in this order; words are tokens below zero, categories rows of the graph, which are given as well."""
    numbers: dict[str, int] = {}

    def worded(said: Iterable[Iterable[str]]) -> tuple[Numbers, Numbers]:
        pairs = [(at, -1 - numbers.setdefault(word, len(numbers))) for at, some in enumerate(said) for word in some]
        made = np.array(pairs, np.int64).reshape(-1, 2)
        return made[:, 0], made[:, 1]

    place = {uid: at for at, each in enumerate(found) for uid in [each.uid]}
    row_of = rows_of(state, place)
    category, thing = classified(state, mask_of(state, row_of))
    places = np.array([place[row_of[row]] for row in thing.tolist()], np.int64)
    having = {
        "text": worded(words_of(each) for each in found),
        "category": (places, category),
        "fields": worded(
            {field.lower() for each in register.exchanges_by_data_set.get(data.uid, ()) for field in each.said("fields") or ()}
            for data in found
        ),
        "kind": worded(
            [f"{name}: {each.attributes[name]}" for name in _KIND if name in each.attributes] for each in found
        ),
    }  # fmt: skip
    weights = {name: float(value) for name, value in settings()["weights"].items()}
    return Profiles.of(len(found), having, weights), tuple(numbers), category.tolist()
