"""An import killed at any moment leaves the repository exactly as before or exactly as after, and it opens at once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ea_repo.exchange.importing import import_file
from ea_repo.repository import Repository, open_repository
from ea_repo.store.query import Query
from tests.conftest import FreshDatabase
from tests.exchange.files import archi, archi_element, archi_relationship, archi_view, box, folder

#: Imports, and waits until it is told that it may begin, so that what is timed is the import and not the start of Python.
_PROGRAM = """
import sys
from ea_repo.exchange.importing import import_file
from ea_repo.repository import open_repository
with open_repository(sys.argv[1]) as repository:
    print("ready", flush=True)
    sys.stdin.readline()
    import_file(repository, sys.argv[2], model="m", author="tester")
    print("done", flush=True)
"""
_ROWS = 600


def _model(version: int) -> bytes:
    """A model in which every element, folder and view differs from version to version."""
    rows = [
        archi_element(f"e{number}", inside=f"<documentation>version {version} of {number}</documentation>")
        for number in range(_ROWS)
    ]
    lines = [
        archi_relationship(f"r{number}", "Association", f"e{number}", f"e{(number + version) % _ROWS}")
        for number in range(_ROWS)
    ]
    drawn = [
        archi_view(
            *(box(f"n{number}", f"e{number}", 10 * version, 20) for number in range(100)), identifier=f"v{version}"
        )
    ]
    return archi(folder(f"f{version}", *rows, *lines, *drawn))


def _content(repository: Repository) -> dict[str, object]:
    """Everything that the repository says of the model, and how many changesets it says it holds."""
    with repository.state() as state:
        known = {model.uid for model in state.models()}
        if "m" not in known:
            return {"number": state.number, "models": known}
        concepts = {
            each.uid: (each.type, each.description, each.source, each.target, each.folder, each.version)
            for each in state.iterate(Query(model="m"))
        }
        views = {each.uid: state.view(each.uid).content for each in state.views("m")}
        folders = {each.uid for each in state.folders("m")}
        found = {hit.concept.uid for hit in state.search("version", limit=5_000)}
        return {
            "number": state.number, "models": known, "concepts": concepts, "views": views, "folders": folders, "found": found
        }  # fmt: skip


def _killed_after(url: str, path: Path, seconds: float) -> bool:
    """Runs an import and kills it so long after it began. Whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, url, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        said = process.stdout.read()
    return "done" not in said


def _duration(url: str, path: Path) -> float:
    with open_repository(url) as repository:
        begun = time.perf_counter()
        import_file(repository, path, model="m", author="tester")
        return time.perf_counter() - begun


@pytest.fixture
def versions(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"version-{version}.archimate" for version in range(4)]
    for version, path in enumerate(paths):
        path.write_bytes(_model(version))
    return paths


def _campaign(url: str, spare_url: str, versions: list[Path], kills: int, chance: random.Random) -> list[str]:
    """Kills that many imports, one after another into the same repository; what each left behind.

    Each import brings the next version of the model. What a whole import leaves is known from a repository that is
    never interrupted and does the same imports.
    """
    usual = _duration(spare_url, versions[0])
    outcomes = []
    version = 0
    with open_repository(url) as repository, open_repository(spare_url) as spare:
        before = _content(repository)
        expected = _content(spare)
        while len(outcomes) < kills:
            # Up to half as long again as it takes undisturbed: some are killed at the very end, or after it.
            interrupted = _killed_after(url, versions[version], chance.uniform(0, 1.5 * usual))
            begun = time.perf_counter()
            with open_repository(url) as opened:
                found = _content(opened)
            assert time.perf_counter() - begun < 20
            assert found in (before, expected), "neither as before nor as after"
            assert interrupted or found == expected, "it said it was done"
            outcomes.append("before" if found == before else "after")
            if found == expected:
                before = found
                version = (version + 1) % len(versions)
                import_file(spare, versions[version], model="m", author="tester")
                expected = _content(spare)
        # And the repository can be written at once.
        import_file(repository, versions[version], model="m", author="tester")
        assert _content(repository) == expected
    return outcomes


def _run(fresh_database: FreshDatabase, versions: list[Path], kills: int, seed: int) -> list[str]:
    return _campaign(fresh_database(), fresh_database(), versions, kills, random.Random(seed))


@pytest.mark.timeout(600)
def test_a_few_killed_imports_leave_all_or_nothing(fresh_database: FreshDatabase, versions: list[Path]) -> None:
    assert len(_run(fresh_database, versions, 6, seed=1)) == 6


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_fifty_killed_imports_leave_all_or_nothing(fresh_database: FreshDatabase, versions: list[Path]) -> None:
    outcomes = _run(fresh_database, versions, 50, seed=2)
    assert {"before", "after"} == set(outcomes), "a campaign that never interrupts, or always does, shows nothing"
