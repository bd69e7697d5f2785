"""What a user installs holds all that the program needs: built from this checkout, without the network."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ea_repo import __version__
from tests.architecture.checkout import ROOT, files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    program = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return zipfile.ZipFile(folder / done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("folder", ["ea_repo", "api", "diagrams", "migrations"])
def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile, folder: str) -> None:
    kept = set(files(folder))
    assert len(kept) > 3
    assert kept == {name for name in wheel.namelist() if name.startswith(f"{folder}/")}


def test_the_wheel_says_its_command_and_licence(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert b"ea-repo = ea_repo.cli.main:run" in wheel.read(names["entry_points.txt"])
    assert b"Apache License" in wheel.read(names["LICENSE"])
    assert f"Version: {__version__}\n".encode() in wheel.read(names["METADATA"])


def test_an_installed_wheel_runs_from_another_folder(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Unpacked apart from the checkout, with the installed requirements: it makes a database and answers."""
    wheel.extractall(tmp_path / "site")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import ea_repo.cli.main as main;"
        "assert main.__file__.startswith(sys.argv[1]), main.__file__;"
        "sys.argv[1:] = sys.argv[2:]; main.run()"
    )
    for words in (["db", "upgrade"], ["db", "check"], ["metamodel", "show"]):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "site"), "-d", "there.db", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "there.db").exists()
