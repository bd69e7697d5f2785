"""Duplicates planted in a made-up nation are found; the benchmark does the same among 30,000 systems."""

from pathlib import Path

import pytest

from benchmarks.nation import Nation, load
from benchmarks.planted import plant
from ea_repo.planning.informatization.similar_systems import similar_systems
from ea_repo.planning.informatization.system_profiles import system_profiles
from ea_repo.planning.informatization.weights import weights_of
from ea_repo.repository import open_repository


def test_nineteen_of_twenty_planted_duplicates_have_their_original_among_the_first_five(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'nation.db'}"
    load(Nation(12_000), database, "nation")
    with open_repository(database) as repository:
        original_of = plant(repository, 20)
        with repository.state() as state:
            known = system_profiles(state, weights_of())
            at = {each.uid: place for place, each in enumerate(known.systems)}
            best = known.profiles.joined(0.2).best(len(at), 5)
            found = [copy for copy, original in original_of.items() if at[original] in best[at[copy]]]
            assert len(found) >= 19
            copy = found[0]
            first = next(each for each in similar_systems(state, copy, top=5) if each.uid == original_of[copy])
            pair = at[copy], at[original_of[copy]]
            assert first.score == pytest.approx(known.profiles.against_all(pair[0])[pair[1]], abs=1e-4)
