"""The folder of a publication: what was written there, and writing only what differs.

`publication.json` names every file that publishing made, and those it is about to make, before the first of them is
written: so an interrupted run leaves nothing that the next does not know, and nothing of anybody else's is removed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ea_repo.errors import Conflict, InvalidInput, NotAllowed

NAME = "publication.json"
_FORMAT = "ea-repo publication 1"


@dataclass(slots=True)
class Manifest:
    """`files` are the paths of the earlier publication, finished or not; `facts` what else it said of itself."""

    folder: Path
    files: set[str] = field(default_factory=set)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Manifest":
        """The publication in a folder. `Conflict` where the folder holds anything else."""
        if folder.exists() and not folder.is_dir():
            raise InvalidInput(f"{folder} is a file; name a folder to publish to")
        path = folder / NAME
        if not path.exists():
            if folder.is_dir() and any(folder.iterdir()):
                raise Conflict(f"{folder} is not empty and holds no earlier publication; name another folder")
            return cls(folder)
        try:
            said = json.loads(path.read_text("utf-8"))
            files = {str(each) for each in said["files"]}
            known = said["format"] == _FORMAT
        except (ValueError, TypeError, KeyError):
            known, files, said = False, set(), {}
        if not known:
            raise Conflict(f"{path} is not one that this version of ea-repo wrote; name another folder")
        return cls(folder, {each for each in files if _is_inside(each)}, said)

    @property
    def is_complete(self) -> bool:
        """Whether the earlier publication was finished."""
        return bool(self.facts.get("complete"))

    def begin(self, planned: Iterable[str]) -> None:
        """Names what may be written from now on, beside what is there."""
        self._write({"complete": False, "files": sorted({*self.files, *planned})})

    def finish(self, written: Iterable[str], facts: Mapping[str, Any]) -> int:
        """Removes what the publication no longer has, and says that it is whole. How many files were removed."""
        kept = set(written)
        gone = sorted(self.files - kept)
        removed = sum(self._remove(path) for path in gone)
        self._write({**facts, "complete": True, "files": sorted(kept)})
        return removed

    def _write(self, said: Mapping[str, Any]) -> None:
        text = json.dumps({"format": _FORMAT, **said}, ensure_ascii=False, indent=0)
        put(self.folder, NAME, text.encode())

    def _remove(self, path: str) -> bool:
        target = self.folder / path
        try:
            target.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise NotAllowed(f"{target} cannot be removed: {error.strerror}") from error
        for parent in target.parents:
            if parent == self.folder or any(parent.iterdir()):
                break
            parent.rmdir()
        return True


def put(folder: Path, path: str, content: bytes) -> bool:
    """Writes a file whole, or not at all, where it does not say the same already. Whether it was written."""
    target = folder / path
    try:
        if target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.new")  # a broken-off run leaves no more than one of each
        beside.write_bytes(content)
        beside.replace(target)
    except PermissionError as error:
        raise NotAllowed(f"{target} may not be written; name another folder") from error
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written: {error.strerror}; name another folder") from error
    return True


def _is_inside(path: str) -> bool:
    """Whether a path of a manifest stays in its folder: the file may have been changed by somebody."""
    parts = path.split("/")
    return bool(path) and not Path(path).is_absolute() and "\\" not in path and not {"", ".", ".."} & set(parts)
