"""What a reference in a cell names: a uid, a name with its uid, an identifier, a code or a name that only one has."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.tabular.values import reference_text
from ea_repo.store.query import Query
from ea_repo.store.state import State

_IN_BRACKETS = re.compile(r"\[([^\s\[\]]+:[^\s\]]+(?:\][^\s\]]+)*)\]\s*\Z")
_NEAR, _MOST_COMPARED = 3, 20_000


@dataclass(frozen=True, slots=True)
class Known:
    """A concept that references may name."""

    uid: str
    type: str
    name: str
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class References:
    """Looks names up in the file first, then in the repository. What the repository has is read once, when it is needed."""

    state: State
    model: str
    in_file: Mapping[str, Known] = field(default_factory=dict)
    code: str | None = None  # the attribute that codes are looked for in
    earlier: "References | None" = None  # names of before, which a file may still use
    _by_name: dict[str | None, dict[str, list[Known]]] = field(default_factory=dict)
    _uids: dict[str, Known | None] = field(default_factory=dict)

    def resolve(self, text: str, target: str | None) -> str:
        """The uid that a text names. `ValueError` ends a sentence that names what is near."""
        bracketed = _IN_BRACKETS.search(text)
        if bracketed and (found := self._of_uid(bracketed[1])):
            return self._fitting(found, target)
        unfit: ValueError | None = None
        for uid in (text, uid_of(self.model, text)):
            if ":" in uid and not re.search(r"\s", uid) and (found := self._of_uid(uid)):
                try:
                    return self._fitting(found, target)
                except ValueError as error:  # something else may have the name
                    unfit = error
        alike = self._index(target).get(_folded(text), [])
        if len(alike) == 1:
            return alike[0].uid
        if alike:
            uids = " or ".join(sorted(each.uid for each in alike)[:_NEAR])
            raise ValueError(f"is the name of {len(alike)} things; use {uids}")
        former = self._earlier(text, target)
        if former is not None:
            return former
        if unfit is not None:
            raise unfit
        near = self.near(text, target)
        what = f"no {target}" if target else "nothing"
        raise ValueError(f"names {what} that is there" + (f"; did you mean {', '.join(near)}?" if near else ""))

    def _earlier(self, text: str, target: str | None) -> str | None:
        if self.earlier is None:
            return None
        try:
            uid = self.earlier.resolve(text, target)
        except ValueError:
            return None
        return uid if self._of_uid(uid) else None

    def near(self, text: str, target: str | None) -> list[str]:
        """Names that look alike, each with its uid."""
        index = self._index(target)
        if len(index) > _MOST_COMPARED:  # comparing with all would take seconds a cell
            begins = _folded(text)[:2]
            names = [name for name in index if name.startswith(begins)]
        else:
            names = list(index)
        wanted = _folded(text)[:200]
        found = difflib.get_close_matches(wanted, names, n=4 * _NEAR, cutoff=0.6)
        found.sort(key=lambda name: (-difflib.SequenceMatcher(None, name, wanted).ratio(), name))
        texts = (reference_text(index[name][0].uid, index[name][0].name) for name in found)
        return list(dict.fromkeys(texts))[:_NEAR]

    def name_of(self, uid: str) -> str | None:
        """The name of a concept, None where there is none."""
        found = self._of_uid(uid)
        return None if found is None else found.name

    def need(self, uids: Iterable[str]) -> None:
        """Reads these together: one by one would be slow."""
        missing = [uid for uid in dict.fromkeys(uids) if uid not in self._uids and uid not in self.in_file]
        if missing:
            found = self.state.get_many(missing)
            for uid in missing:
                concept = found.get(uid)
                self._uids[uid] = None if concept is None else Known(uid, concept.type, concept.name)

    def _of_uid(self, uid: str) -> Known | None:
        if uid in self.in_file:
            return self.in_file[uid]
        self.need([uid])
        return self._uids[uid]

    def _fitting(self, found: Known, target: str | None) -> str:
        metamodel = self.state.metamodel
        if target is not None and found.type not in metamodel.descendants(target):
            raise ValueError(f"is a {found.type}; a {target} is wanted here")
        return found.uid

    def _index(self, target: str | None) -> dict[str, list[Known]]:
        """All that may be meant, by name and code in small letters."""
        found = self._by_name.get(target)
        if found is None:
            found = defaultdict(list)
            kinds = None if target is None else self.state.metamodel.descendants(target)
            for each in self.in_file.values():
                if kinds is None or each.type in kinds:
                    self._enter(found, each)
            asked = Query(types=() if target is None else (target,), kind=None if target else "element")
            former: dict[str, list[Known]] = defaultdict(list)
            for concept in self.state.iterate(asked):
                said = concept.attributes.get(self.code) if self.code else None
                codes = () if said is None else (str(said),)
                known = Known(concept.uid, concept.type, concept.name, codes)
                self._enter(former if concept.uid in self.in_file else found, known)
            for text, each_of in former.items():  # what the file renames is still known by its old name
                found.setdefault(text, each_of)
            self._by_name[target] = found
        return found

    @staticmethod
    def _enter(found: dict[str, list[Known]], known: Known) -> None:
        for text in dict.fromkeys(map(_folded, (known.name, identifier_of(known.uid), *known.codes))):
            if text:
                found[text].append(known)


def _folded(text: str) -> str:
    """A name as it is looked up: capitals and blanks aside."""
    return " ".join(text.split()).casefold()
