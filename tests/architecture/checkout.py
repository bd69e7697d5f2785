"""The files of this checkout, found without git: a fresh machine may have none, and an archive no history."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Made by tools, and ignored by git (`.gitignore`).
_MADE = {"__pycache__", "build", "dist", "node_modules"}


def files(*folders: str) -> Iterator[str]:
    """Paths below the folders (none: the whole checkout), as `a/b.py`, without what tools make."""
    for folder in folders or (".",):
        yield from sorted(path.relative_to(ROOT).as_posix() for path in _below(ROOT / folder))


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _MADE or path.suffix in (".pyc", ".db", ".egg-info"):
            continue
        if not path.is_dir():
            yield path
        elif not path.name.startswith(".") or path.name == ".ci":
            yield from _below(path)
