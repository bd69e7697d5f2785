"""What a load has defined and named so far, in a few bytes a concept, and what is wrong with it once all is read.

A file may name what it defines later. So ids are given at the first mention, and whether an end, owner or reference is
there and of the right type is judged at the end, for all at once.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ea_repo.metamodel import Metamodel
from ea_repo.store.images import Identity
from ea_repo.store.judging import NOWHERE, Concepts, Places
from ea_repo.store.numbering import Integers, Numbers

#: Stands for what is not there, and for its type.
NOTHING = -1


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
            self._types = np.concatenate((self._types, np.full(room - len(self._types), NOTHING, np.int16)))
        return found

    def types_of(self, names: Sequence[str]) -> Places:
        """The numbers of types."""
        return np.fromiter(map(self.type_numbers.__getitem__, names), np.int32, len(names))

    def define(self, numbers: Integers, lines: Sequence[int], types: Places) -> dict[int, int]:
        """Enters definitions; returns the earlier line of each number, by its position, that had one already."""
        earlier: dict[int, int] = {}
        is_known = self._lines[numbers] > 0
        each = numbers.tolist()
        if len(set(each)) < len(each) or is_known.any():
            first = dict(zip(numbers[is_known].tolist(), self._lines[numbers[is_known]].tolist(), strict=True))
            for position, number in enumerate(each):
                if number in first:
                    earlier[position] = first[number]
                first.setdefault(number, lines[position])
        self._lines[numbers] = lines
        self._types[numbers] = types
        return earlier

    def name(self, concepts: Concepts, types: Places, ends: Integers) -> bool:
        """Enters what these concepts name. `ends`: what each of `concepts.named` stands for.

        False where something named is surely not there.
        """
        known = np.append(ends, NOTHING).astype(np.int32)  # what is nowhere is the last
        numbers, source, target, owner = (
            known[places] for places in (concepts.uids, *(concepts.ends[end] for end in ("source", "target", "owner")))
        )
        at = np.fromiter((place for place, *_ in concepts.references), np.int32, len(concepts.references))
        type_names = concepts.values["type"]
        wanted = [self._wanted(type_names[place], attribute) for place, attribute, _ in concepts.references]
        is_relationship, is_owned = concepts.ends["source"] != NOWHERE, concepts.ends["owner"] != NOWHERE
        relationships = np.stack((numbers, types, source, target), axis=1)[is_relationship]
        owners = np.stack((numbers, owner), axis=1)[is_owned]
        references = np.stack((numbers[at], np.array(wanted, np.int32), known[concepts.referred]), axis=1)
        kept = ((self._relationships, relationships, 2), (self._owners, owners, 1), (self._references, references, 2))
        all_there = True
        for where, rows, first_end in kept:
            if len(rows):
                where.append(rows)
                all_there = all_there and not (rows[:, first_end:] == NOTHING).any()
        return all_there

    def end_of(self, stored: Identity) -> int:
        """What stands for a stored concept."""
        return -2 - self.type_numbers[stored.type]

    def _wanted(self, type_name: str, attribute: str) -> int:
        """The number of the type that a reference must name, -1 for any."""
        found = self._wanted_types.get((type_name, attribute))
        if found is None:
            target = self.metamodel.attributes(type_name)[attribute].target
            found = NOTHING if target is None else self.type_numbers[target]
            self._wanted_types[type_name, attribute] = found
        return found

    def line_of(self, number: int) -> int:
        """The line that defines a concept; 0 where none does."""
        return int(self._lines[number])

    def wrong_lines(self) -> list[int]:
        """The lines of concepts that name what is not there or not of the right type, in order."""
        wrong: list[Integers] = []
        for rows in self._relationships:
            wrong.append(rows[(self._type_of(rows[:, 2:]) == NOTHING).any(axis=1), 0])
        may_own = np.isin(np.arange(len(self.type_names)), [self.type_numbers[name] for name in self.metamodel.owners])
        for rows in self._owners:
            types = self._type_of(rows[:, 1])
            wrong.append(rows[(types == NOTHING) | ~may_own[types], 0])
        for rows in self._references:
            types = self._type_of(rows[:, 2])
            is_wrong = types == NOTHING
            for wanted in np.unique(rows[:, 1]).tolist():
                if wanted != NOTHING:
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
        types[(ends >= 0) & (self._lines[np.maximum(ends, 0)] == 0)] = NOTHING
        return np.where(ends >= 0, types, np.where(ends == NOTHING, NOTHING, -2 - ends))

    def _names(self, triple: int) -> tuple[str, str, str]:
        rest, target = divmod(triple, len(self.type_names))
        source, own = divmod(rest, len(self.type_names))
        return self.type_names[source], self.type_names[own], self.type_names[target]
