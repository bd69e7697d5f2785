"""Judges the lines of a load by themselves, and makes of each batch the columns of its rows.

No database is asked here: what a name stands for is left as a place in the list of all names of the batch. So the work can
be done in another process (`judging_apart.py`) as well as in this one, by the same code.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.errors import Problem
from ea_repo.metamodel import Metamodel
from ea_repo.store import search
from ea_repo.store.fields import FIELDS, Image, model_of
from ea_repo.store.making import Draft, Making
from ea_repo.store.operations import Create
from ea_repo.store.write import stored_values

#: (line, what it creates), by the metamodel in force, read anew at each call: what is wrong is told from a second reading.
#: An attribute `position` says how many bytes of a file were read so far.
Lines = Callable[[Metamodel], Iterable[tuple[int, Create]]]
Places = NDArray[np.int32]

_BATCH = 500  # so that what is made of a line is still in the processor's cache when its columns are made
#: The place of what is not named.
NOWHERE = -1
#: The fields of a concept that name other concepts.
ENDS = tuple(field.name for field in FIELDS["concept"] if field.to == "concept")


@dataclass(slots=True)
class Concepts:
    """Concepts by columns, one entry each. Uids are places in `named`, where each stands once, in the order of mention."""

    lines: list[int]
    named: list[str]
    models: list[str]
    model_places: Places  # of everything in `named`, in `models`
    own_models: Mapping[str, int]  # the models that these concepts are of, with the first line of each
    folders: Mapping[str, int]  # uids of folders, with the first line that names each
    folder_places: Places
    uids: Places
    ends: Mapping[str, Places]  # source, target, owner
    values: Mapping[str, list[Any]]  # of all other fields, as they are stored
    references: list[tuple[int, str, int]]  # (place of the concept here, attribute, position)
    referred: Places  # what each of these refers to
    documents: list[tuple[int, str, str]]  # (place of the concept here, names, other words) for the text index


@dataclass(slots=True)
class Batch:
    """So many lines: models and folders as drafts, concepts by columns, or what is wrong with them.

    Once a line is wrong, nothing more will be written, and only problems are looked for.
    """

    lines: int
    position: int
    problems: list[Problem]
    drafts: list[Draft]
    concepts: Concepts | None


def judged(lines: Lines, metamodel: Metamodel) -> Generator[Batch, None, None]:
    """All lines, in order. Raises what reading them raises."""
    judge = _Judge(metamodel)
    rest = iter(lines(metamodel))
    while batch := list(islice(rest, _BATCH)):
        yield judge.judged(batch, getattr(lines, "position", 0))


class _Judge:
    """Makes batches of lines. What a batch holds does not depend on the lines before it, but for errors."""

    def __init__(self, metamodel: Metamodel) -> None:
        self.making = Making(metamodel)
        self._is_sound = True

    def judged(self, batch: Sequence[tuple[int, Create]], position: int) -> Batch:
        drafts: list[Draft] = []
        concepts: list[Draft] = []
        numbers: list[int] = []
        found: list[Problem] = []
        problems = self.making.problems
        for line, operation in batch:
            draft = self.making.made("", operation)
            if operation.record == "concept":
                concepts.append(draft)
                numbers.append(line)
            elif operation.record in ("model", "folder"):
                draft.pointer = f"line {line}"
                drafts.append(draft)
            else:
                self.making.problem("/record", f"a load brings in no {operation.record}")
            if problems:
                self._is_sound = False
                found.extend(replace(each, pointer=f"line {line}{each.pointer}") for each in problems)
                problems.clear()
        columns = self._columns(concepts, numbers) if self._is_sound else None
        return Batch(len(batch), position, found, drafts, columns)

    def _columns(self, drafts: Sequence[Draft], lines: list[int]) -> Concepts:
        images = [draft.after or {} for draft in drafts]
        uids = [draft.uid for draft in drafts]
        references = [
            (place, attribute, position, uid)
            for place, image in enumerate(images)
            if image["attributes"]
            for attribute, position, uid in self.making.references(image)
        ]
        ends = {end: [image[end] for image in images] for end in ENDS}
        both_ends = chain.from_iterable(zip(ends["source"], ends["target"], strict=True))
        named = _numbered(chain(uids, both_ends, ends["owner"], (uid for *_, uid in references)))
        keys = [model_of(uid) for uid in named if uid is not None]
        models = _numbered(keys)
        folders = [image["folder"] for image in images]
        return Concepts(
            lines,
            _names(named),
            _names(models),
            _places(models, keys),
            _first_lines(map(model_of, uids), lines),
            _first_lines(folders, lines),
            _places(_numbered(folders), folders),
            _places(named, uids),
            {end: _places(named, values) for end, values in ends.items()},
            {field.name: stored_values(field, images) for field in FIELDS["concept"] if field.to is None},
            [(place, attribute, position) for place, attribute, position, _ in references],
            _places(named, [uid for *_, uid in references]),
            list(_documents(uids, images)),
        )


def _numbered(names: Iterable[str | None]) -> dict[str | None, int]:
    """Each different name with its place in the order of first mention; None is nowhere."""
    found = dict.fromkeys(names)
    found.pop(None, None)
    return {**dict(zip(found, count())), None: NOWHERE}


def _names(numbered: Mapping[str | None, int]) -> list[str]:
    return [name for name in numbered if name is not None]


def _places(numbered: Mapping[str | None, int], names: Sequence[str | None]) -> Places:
    return np.fromiter(map(numbered.__getitem__, names), np.int32, len(names))


def _first_lines(names: Iterable[str | None], lines: Sequence[int]) -> dict[str, int]:
    first: dict[str, int] = {}
    for name, line in zip(names, lines, strict=True):
        if name is not None and name not in first:
            first[name] = line
    return first


def _documents(uids: Sequence[str], images: Sequence[Image]) -> Iterator[tuple[int, str, str]]:
    for place, (uid, image) in enumerate(zip(uids, images, strict=True)):
        names, body = search.document(uid, image)
        if names or body:
            yield place, names, body
