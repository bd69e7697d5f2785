"""Setting up: when `.venv` is made anew, when it is only added to, when it is left alone."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


class Setup:
    """A checkout with pins of its own, in which commands are noted and not run."""

    def __init__(self, dev: ModuleType, folder: Path) -> None:
        self.dev, self.folder = dev, folder
        self.done: list[str] = []

    def pin(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def prepare(self, *, for_developers: bool) -> list[str]:
        self.done.clear()
        self.dev.prepare(for_developers=for_developers)
        return list(self.done)

    def run(self, command: list[str], *, check: bool) -> None:
        assert check
        if "venv" in command:
            (self.folder / ".venv").mkdir()
            self.done.append("made")
        elif "-r" in command:
            assert "--require-hashes" in command
            self.done.append(command[-1])
        else:
            self.done.append("installed")


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    spec = importlib.util.spec_from_file_location("dev_under_test", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)
    found = Setup(dev, tmp_path)
    monkeypatch.setattr(dev, "HERE", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev.subprocess, "run", found.run)
    found.pin("requirements.txt", "a==1")
    found.pin("requirements-dev.txt", "a==1\nb==1")
    return found


def test_the_second_time_nothing_is_done(setup: Setup) -> None:
    assert setup.prepare(for_developers=False) == ["made", "requirements.txt", "installed"]
    assert setup.prepare(for_developers=False) == []


def test_what_tests_need_is_added_to_what_a_running_demo_uses(setup: Setup) -> None:
    setup.prepare(for_developers=False)
    assert setup.prepare(for_developers=True) == ["requirements-dev.txt", "installed"]
    assert setup.prepare(for_developers=False) == []
    assert setup.prepare(for_developers=True) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_changed_pins_make_it_anew_as_pip_removes_nothing(setup: Setup, name: str) -> None:
    setup.prepare(for_developers=True)
    setup.pin(name, "a==2")
    assert setup.prepare(for_developers=True) == ["made", "requirements-dev.txt", "installed"]


def test_pins_of_developers_alone_do_not_concern_the_demo(setup: Setup) -> None:
    setup.prepare(for_developers=True)
    setup.pin("requirements-dev.txt", "a==1\nb==2")
    assert setup.prepare(for_developers=False) == []


def test_another_python_makes_it_anew(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.prepare(for_developers=False)
    monkeypatch.setattr(setup.dev.sys, "version", "3.99.0 (made up)\n[of two lines]")
    assert setup.prepare(for_developers=False) == ["made", "requirements.txt", "installed"]
    assert setup.prepare(for_developers=False) == []


def test_an_installation_that_was_interrupted_is_made_anew(setup: Setup) -> None:
    setup.prepare(for_developers=False)
    (setup.folder / ".venv" / "made-of").unlink()
    assert setup.prepare(for_developers=False)[0] == "made"


def test_a_python_without_venv_is_told_what_to_install(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.dev.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        setup.prepare(for_developers=False)
    assert setup.done == []


def test_an_older_python_is_told_which_is_needed() -> None:
    """Run with the version of an older one: the check comes before anything that one could not do."""
    source = (ROOT / "dev.py").read_text("utf-8").replace("if sys.version_info < OLDEST:", "if (3, 8) < OLDEST:")
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed; this is .* PYTHON=python3\.12"):
        exec(compile(source, "dev.py", "exec"), {"__name__": "__main__", "__file__": str(ROOT / "dev.py")})  # noqa: S102
