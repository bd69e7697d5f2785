"""What a load has defined and named so far, in a few bytes a concept, and what is wrong with it once all is read.

A file may name what it defines later. So ids are given at the first mention, and whether an end, owner or reference is
there and of the right type is judged at the end, for all at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ea_repo.metamodel import Metamodel
from ea_repo.store.images import Identity
from ea_repo.store.numbering import Integers, Numbers
from ea_repo.store.resolve import Draft

#: Stands for the type of what is not there.
_NOTHING = -1
#: (attribute, position, uid) of each reference of an image.
References = Callable[[dict[str, object]], Iterable[tuple[str, int, str]]]


class Mentions:
    """What some concepts name, by what they name it as."""

    def __init__(self, drafts: Sequence[Draft], references: References) -> None:
        images = [(draft.uid, draft.after) for draft in drafts if draft.after is not None]
        self.uids = [uid for uid, _ in images]
        self.types = [str(image["type"]) for _, image in images]
        #: (uid, type, source, target)
        self.relationships = [
            (uid, image["type"], image["source"], image["target"])
            for uid, image in images
            if image["source"] is not None
        ]
        #: (uid, owner)
        self.owners = [(uid, image["owner"]) for uid, image in images if image["owner"] is not None]
        #: (uid, type, attribute, what it refers to)
        self.references = [
            (uid, image["type"], attribute, named)
            for uid, image in images
            if image["attributes"]
            for attribute, _, named in references(image)
        ]

    def named(self) -> list[str]:
        """Every uid once, in the order of mention."""
        pairs: list[tuple[str, ...]] = [each[2:] for each in self.relationships]
        pairs += (each[-1:] for each in (*self.owners, *self.references))
        return list(dict.fromkeys(chain(self.uids, chain.from_iterable(pairs))))


class Register:
    """Concepts by number: the line that defines each (0: none yet), its type, and what it names.

    What a name stands for is kept as an *end*: the number of a new concept, -1 for nothing, and -2 - t for a stored one
    of type number t.
    """

    def __init__(self, metamodel: Metamodel) -> None:
        self.metamodel = metamodel
        self.numbers = Numbers()
        self.type_names = list(metamodel.types)
        self.type_numbers = {name: number for number, name in enumerate(self.type_names)}
        self._wanted_types: dict[tuple[str, str], int] = {}
        self._lines = np.zeros(1, np.int32)
        self._types = np.zeros(1, np.int16)
        self._relationships: list[NDArray[np.int32]] = []
        self._owners: list[NDArray[np.int32]] = []
        self._references: list[NDArray[np.int32]] = []

    @property
    def size(self) -> int:
        """How many new concepts were named, defined or not."""
        return self.numbers.count

    def give(self, uids: Sequence[str]) -> Integers:
        """The number of each of these different uids of new concepts, given now where it has none."""
        found = self.numbers.give(uids)
        if self.size > len(self._lines):
            room = self.size + self.size // 2
            self._lines = np.concatenate((self._lines, np.zeros(room - len(self._lines), np.int32)))
            self._types = np.concatenate((self._types, np.full(room - len(self._types), _NOTHING, np.int16)))
        return found

    def define(self, numbers: Sequence[int], lines: Sequence[int], types: Sequence[str]) -> dict[int, int]:
        """Enters definitions; returns the earlier line of each number, by its position, that had one already."""
        at = np.array(numbers, np.int64)
        earlier: dict[int, int] = {}
        is_known = self._lines[at] > 0
        if len(set(numbers)) < len(numbers) or is_known.any():
            first = dict(zip(at[is_known].tolist(), self._lines[at[is_known]].tolist(), strict=True))
            for position, number in enumerate(numbers):
                if number in first:
                    earlier[position] = first[number]
                first.setdefault(number, lines[position])
        self._lines[at] = lines
        self._types[at] = [self.type_numbers[name] for name in types]
        return earlier

    def name(self, mentions: Mentions, numbers: Mapping[str, int], stored: Mapping[str, Identity]) -> bool:
        """Enters what these concepts name. False where something named is surely not there."""
        ends = numbers
        if stored:
            ends = {**numbers, **{uid: -2 - self.type_numbers[found.type] for uid, found in stored.items()}}
        end, types = ends.get, self.type_numbers
        relationships = [
            (numbers[uid], types[type_name], end(source, _NOTHING), end(target, _NOTHING))
            for uid, type_name, source, target in mentions.relationships
        ]
        owners = [(numbers[uid], end(owner, _NOTHING)) for uid, owner in mentions.owners]
        references = [
            (numbers[uid], self._wanted(type_name, attribute), end(named, _NOTHING))
            for uid, type_name, attribute, named in mentions.references
        ]
        kept = ((self._relationships, relationships, 2), (self._owners, owners, 1), (self._references, references, 2))
        all_there = True
        for where, rows, first_end in kept:
            if rows:
                width = len(rows[0])
                found = np.fromiter(chain.from_iterable(rows), np.int32, width * len(rows)).reshape(-1, width)
                where.append(found)
                all_there = all_there and not (found[:, first_end:] == _NOTHING).any()
        return all_there

    def _wanted(self, type_name: str, attribute: str) -> int:
        """The number of the type that a reference must name, -1 for any."""
        found = self._wanted_types.get((type_name, attribute))
        if found is None:
            target = self.metamodel.attributes(type_name)[attribute].target
            found = _NOTHING if target is None else self.type_numbers[target]
            self._wanted_types[type_name, attribute] = found
        return found

    def line_of(self, number: int) -> int:
        """The line that defines a concept; 0 where none does."""
        return int(self._lines[number])

    def wrong_lines(self) -> list[int]:
        """The lines of concepts that name what is not there or not of the right type, in order."""
        wrong: list[Integers] = []
        for rows in self._relationships:
            wrong.append(rows[(self._type_of(rows[:, 2:]) == _NOTHING).any(axis=1), 0])
        may_own = np.isin(np.arange(len(self.type_names)), [self.type_numbers[name] for name in self.metamodel.owners])
        for rows in self._owners:
            types = self._type_of(rows[:, 1])
            wrong.append(rows[(types == _NOTHING) | ~may_own[types], 0])
        for rows in self._references:
            types = self._type_of(rows[:, 2])
            is_wrong = types == _NOTHING
            for wanted in np.unique(rows[:, 1]).tolist():
                if wanted != _NOTHING:
                    fitting = self.metamodel.descendants(self.type_names[wanted])
                    is_wrong |= (rows[:, 1] == wanted) & ~np.isin(types, [self.type_numbers[name] for name in fitting])
            wrong.append(rows[is_wrong, 0])
        numbers = np.unique(np.concatenate(wrong)) if wrong else np.zeros(0, np.int64)
        return sorted(self._lines[numbers].tolist())

    def unpermitted(self) -> Iterator[tuple[int, str, str, str]]:
        """(number, type of the source, own type, type of the target) of relationships the standard has no place for."""
        known: dict[int, bool] = {}
        wide = len(self.type_names)
        for rows in self._relationships:
            ends = self._type_of(rows[:, 2:]).astype(np.int64)
            triples = (ends[:, 0] * wide + rows[:, 1]) * wide + ends[:, 1]
            for triple in np.unique(triples).tolist():
                if triple not in known:
                    known[triple] = self.metamodel.permitted(*self._names(triple))
            refused = [triple for triple, is_permitted in known.items() if not is_permitted]
            for at in np.flatnonzero(np.isin(triples, refused)).tolist() if refused else ():
                yield int(rows[at, 0]), *self._names(int(triples[at]))

    def identities(self, uids: Sequence[str]) -> dict[str, Identity]:
        """What new concepts stand for, those left out that nothing defines."""
        numbers = zip(uids, self.numbers.find(uids).tolist(), strict=True)
        found = {uid: int(self._types[number]) for uid, number in numbers if number >= 0 and self._lines[number]}
        names = {uid: self.type_names[type_number] for uid, type_number in found.items()}
        return {uid: Identity(0, self.metamodel.type(name).kind, name) for uid, name in names.items()}

    def _type_of(self, ends: NDArray[np.int32]) -> NDArray[np.int32]:
        types = self._types[np.maximum(ends, 0)].astype(np.int32)
        types[(ends >= 0) & (self._lines[np.maximum(ends, 0)] == 0)] = _NOTHING
        return np.where(ends >= 0, types, np.where(ends == _NOTHING, _NOTHING, -2 - ends))

    def _names(self, triple: int) -> tuple[str, str, str]:
        rest, target = divmod(triple, len(self.type_names))
        source, own = divmod(rest, len(self.type_names))
        return self.type_names[source], self.type_names[own], self.type_names[target]
