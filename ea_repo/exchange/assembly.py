"""Puts together what a reader found, whatever its order: duplicates, dangling ends and places are settled
here.

A reader adds what it meets, faults and all; `finish` makes a bundle in which every name resolves, and a
finding for
every fault with the file and line.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder, BundleView
from ea_repo.exchange.grounding import FreshNames, grounded
from ea_repo.exchange.markers import recover_places
from ea_repo.exchange.view_assembly import Drawing, settle_view
from ea_repo.metamodel.finding import Finding, Severity

#: Types that have no name by nature.
_NAMELESS_TYPES = frozenset({"Junction"})


@dataclass(frozen=True, slots=True)
class Place:
    """An object put in a folder somewhere else in the file than where it is defined. `is_view`: it can be nothing else."""

    item: str
    folder: str
    file: str | None
    line: int | None
    is_view: bool = False


class Assembly:
    """What a reader found so far. `holds` counts every entry of the file, faulty ones too."""

    def __init__(self, format_name: str) -> None:
        self.bundle = Bundle(format_name, None, "")
        self.holds: Counter[str] = Counter()
        self.elements: list[BundleConcept] = []
        self.relationships: list[BundleConcept] = []
        self.drawings: list[Drawing] = []
        self.places: list[Place] = []
        self.images: Mapping[str, bytes] = {}
        self._fresh = FreshNames()

    def finding(
        self,
        code: str,
        severity: Severity,
        message: str,
        *,
        uid: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        self.bundle.findings.append(Finding(code, severity, message, uid, file, line))

    def add_element(self, concept: BundleConcept) -> None:
        concept.identifier = concept.identifier or self._invented("element", concept)
        self.elements.append(concept)

    def add_relationship(self, concept: BundleConcept) -> None:
        concept.identifier = concept.identifier or self._invented("relationship", concept)
        self.relationships.append(concept)

    def add_view(self, drawing: Drawing) -> None:
        view = drawing.view
        if not view.identifier:
            view.identifier = f"without-id-{len(self.drawings) + 1}"
            self._no_identifier("view", view.name, drawing.file, view.line)
        self.drawings.append(drawing)

    def add_folder(self, folder: BundleFolder) -> None:
        self.bundle.folders.append(folder)

    def finish(self) -> Bundle:
        """The bundle, every name in it resolved."""
        bundle = self.bundle
        self._separate(bundle.folders, "folder")
        self._separate_concepts()
        kept = self._grounded()
        bundle.concepts = [*self.elements, *(each for each in self.relationships if each.identifier in kept)]
        self._separate([drawing.view for drawing in self.drawings], "view")
        concepts = {concept.identifier: concept for concept in bundle.concepts}
        views = {drawing.view.identifier: drawing.view for drawing in self.drawings}
        for drawing in self.drawings:
            bundle.findings.extend(settle_view(drawing, concepts, views, self.images))
        bundle.views = [drawing.view for drawing in self.drawings]
        self._place(concepts)
        recover_places(bundle)
        self._remark(bundle.concepts)
        bundle.holds = {
            "elements": len(self.elements) + self.holds["elements"],
            "relationships": len(self.relationships) + self.holds["relationships"],
            "views": len(self.drawings),
            "nodes": sum(len(drawing.nodes) for drawing in self.drawings),
            "connections": sum(len(drawing.connections) for drawing in self.drawings),
            "properties": self.holds["properties"],
            "folders": self.holds["folders"],
        }
        bundle.findings.sort(key=lambda found: (found.file or "", found.line or 0))
        return bundle

    def _invented(self, kind: str, concept: BundleConcept) -> str:
        self._no_identifier(kind, concept.name, concept.file, concept.line)
        return f"without-id-{len(self.elements) + len(self.relationships) + 1}"

    def _no_identifier(self, kind: str, name: str, file: str | None, line: int | None) -> None:
        self.finding(
            "missing-identifier", "warning",
            f'the {kind} "{name}" has no identifier; one is made up, which may change with the file',
            file=file, line=line,
        )  # fmt: skip

    def _separate_concepts(self) -> None:
        """Drops repeated entries, and gives different ones under one identifier identifiers of their own."""
        seen: dict[str, BundleConcept] = {}
        repeated: set[int] = set()
        for concept in (*self.elements, *self.relationships):
            first = seen.setdefault(concept.identifier, concept)
            if first is concept:
                continue
            if _same(first, concept):
                repeated.add(id(concept))
                self._duplicate(concept, "is in the file again, word for word; the repetition is left out")
            else:
                new = self._fresh.name(concept.identifier, seen)
                self._duplicate(concept, f'is used by something else already; this one is kept as "{new}"')
                concept.identifier = new
                seen[new] = concept
        self.holds["elements"] = sum(id(each) in repeated for each in self.elements)
        self.holds["relationships"] = len(repeated) - self.holds["elements"]
        if repeated:
            self.elements = [each for each in self.elements if id(each) not in repeated]
            self.relationships = [each for each in self.relationships if id(each) not in repeated]

    def _duplicate(self, concept: BundleConcept, what: str) -> None:
        self.finding(
            "duplicate-identifier", "warning",
            f'the identifier "{concept.identifier}" ({concept.type} "{concept.name}") {what}',
            uid=concept.identifier, file=concept.file, line=concept.line,
        )  # fmt: skip

    def _separate(self, items: Sequence[BundleFolder] | Sequence[BundleView], kind: str) -> None:
        seen: dict[str, object] = {}
        fresh = FreshNames()
        for item in items:
            if item.identifier in seen:
                new = fresh.name(item.identifier, seen)
                self.finding(
                    "duplicate-identifier", "warning",
                    f'two {kind}s have the identifier "{item.identifier}"; "{item.name}" is kept as "{new}"',
                    uid=item.identifier, line=getattr(item, "line", None),
                )  # fmt: skip
                item.identifier = new
            seen[item.identifier] = item

    def _grounded(self) -> set[str]:
        """The relationships whose ends are there, and the ends of those; a finding for each of the others."""
        known = {element.identifier for element in self.elements}
        ends = [(each.identifier, each.source or "", each.target or "") for each in self.relationships]
        kept = grounded(known, ends)
        if len(kept) < len(ends):
            names = known | {identifier for identifier, _, _ in ends}
            for each in self.relationships:
                if each.identifier not in kept:
                    self._dangling(each, known | kept, names)
        return kept

    def _dangling(self, concept: BundleConcept, kept: set[str], names: set[str]) -> None:
        lost = []
        for end, identifier in (("source", concept.source), ("target", concept.target)):
            if not identifier:
                lost.append(f"it has no {end}")
            elif identifier not in kept:
                why = "is left out too" if identifier in names else "is not in the file"
                lost.append(f'its {end} "{identifier}" {why}')
        self.finding(
            "dangling-end", "error",
            f'the {concept.type} "{concept.identifier}" is left out: {" and ".join(lost)}',
            uid=concept.identifier, file=concept.file, line=concept.line,
        )  # fmt: skip

    def _place(self, concepts: Mapping[str, BundleConcept]) -> None:
        views = {view.identifier: view for view in self.bundle.views}
        known = concepts.keys() | views.keys()
        known |= {each.identifier for each in self.relationships}  # left out above, and said so there
        placed: dict[tuple[str, bool], str] = {}
        for place in self.places:
            first = placed.setdefault((place.item, place.is_view), place.folder)
            if place.item not in known:
                self.finding(
                    "dangling-item", "warning", f'a folder lists "{place.item}", which is not in the file',
                    uid=place.item, file=place.file, line=place.line,
                )  # fmt: skip
            elif first != place.folder:
                self.finding(
                    "two-folders", "note", f'"{place.item}" is in two folders; it is kept in the first',
                    uid=place.item, file=place.file, line=place.line,
                )  # fmt: skip
        for (item, is_view), folder in placed.items():
            found = views.get(item) if is_view else concepts.get(item) or views.get(item)
            if found is not None:
                found.folder = folder

    def _remark(self, concepts: Iterable[BundleConcept]) -> None:
        """What is allowed but seldom meant."""
        seen: dict[tuple[str, str | None, str | None, str], str] = {}
        for concept in concepts:
            if concept.source is None:
                if not concept.name.strip() and concept.type not in _NAMELESS_TYPES:
                    self._note(concept, "unnamed-element", f"the {concept.type} has no name")
            else:
                if concept.source == concept.target:
                    self._note(concept, "self-relationship", f"the {concept.type} joins an element to itself")
                key = (concept.type, concept.source, concept.target, concept.name)
                first = seen.setdefault(key, concept.identifier)
                if first != concept.identifier:
                    self._note(concept, "repeated-relationship", f'the {concept.type} says the same as "{first}"')
            if "\ufffd" in concept.name or "\ufffd" in (concept.description or ""):
                self._note(concept, "broken-text", "the text holds U+FFFD: a character was lost before it came here")

    def _note(self, concept: BundleConcept, code: str, message: str) -> None:
        self.finding(code, "note", message, uid=concept.identifier, file=concept.file, line=concept.line)


def _same(one: BundleConcept, other: BundleConcept) -> bool:
    return replace(one, file=None, line=None) == replace(other, file=None, line=None)
