"""The folders of Archi's models on the way out: its own top folders, what lies in which, and in what order."""

from collections import Counter
from collections.abc import Iterator, Mapping

from ea_repo.exchange.archi_objects import OF_THE_FILE
from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder, BundleView
from ea_repo.metamodel import Metamodel

#: The folders that every model of Archi has, with the layers of what lies in them.
TOP_FOLDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "strategy": ("Strategy", ("strategy",)),
    "business": ("Business", ("business",)),
    "application": ("Application", ("application",)),
    "technology": ("Technology & Physical", ("technology", "physical")),
    "motivation": ("Motivation", ("motivation",)),
    "implementation_migration": ("Implementation & Migration", ("implementation",)),
    "other": ("Other", ()),
    "relations": ("Relations", ()),
    "diagrams": ("Views", ()),
}


class FolderOrder:
    """Arranges one bundle. `misplaced`, once `folders` was asked for, are those whose position must be said."""

    def __init__(self, bundle: Bundle, layers: Mapping[str, str | None], *, is_folders: bool) -> None:
        self.bundle = bundle
        self.layers = layers
        self.is_folders = is_folders
        self.misplaced: set[str] = set()

    def folders(self) -> list[BundleFolder]:
        """All folders, each after the one around it: below Archi's top folders, which are added where they lack."""
        placed = [
            each if each.parent is not None or each.type in TOP_FOLDERS else _below(each, self._top_for(each))
            for each in sorted(self.bundle.folders, key=lambda each: (each.position, each.identifier))
        ]
        roots = [each for each in placed if each.parent is None]
        wanted = {each.parent for each in placed}
        wanted.update(map(self.place, self.bundle.concepts), map(self.place, self.bundle.views))
        there = {each.type for each in roots}
        for type_name, (name, _) in TOP_FOLDERS.items():
            identifier = f"{OF_THE_FILE}{type_name}"
            if type_name not in there or identifier in wanted:
                roots.append(BundleFolder(identifier, name, None, type_name, position=len(roots)))
        order = list(TOP_FOLDERS)
        roots.sort(key=lambda each: (order.index(each.type or ""), each.position))
        inside: dict[str | None, list[BundleFolder]] = {}
        for each in placed:
            inside.setdefault(each.parent, []).append(each)
        self.misplaced = set(self._out_of_order(inside))
        found, pending = [], list(reversed(roots))
        while pending:
            found.append(pending.pop())
            pending.extend(reversed(inside.get(found[-1].identifier, ())))
        return found

    def _out_of_order(self, inside: Mapping[str | None, list[BundleFolder]]) -> Iterator[str]:
        """The folders whose place among their siblings the file does not say by itself."""
        held = [each for each in self.bundle.folders if each.parent is None]
        natural = sorted(held, key=self._natural)
        if any(each.type not in TOP_FOLDERS for each in held) or [each.position for each in natural] != sorted(
            each.position for each in held
        ):
            yield from (each.identifier for each in held)
        for parent, siblings in inside.items():
            names = [natural_order(each.type or "", each.name, each.identifier) for each in siblings]
            if parent is not None and self.is_folders and names != sorted(names):
                yield from (each.identifier for each in siblings)

    def _natural(self, folder: BundleFolder) -> tuple[int, float, str, str]:
        """Where a top folder stands by the layout itself: in Archi's order, and among those of one kind as they are written."""
        rank, name, identifier = natural_order(folder.type or "", folder.name, folder.identifier)
        return (rank, 0, name, identifier) if self.is_folders else (rank, folder.position, "", "")

    def place(self, record: BundleConcept | BundleView) -> str:
        """The folder that a concept or view lies in; one of the file where it lies in none."""
        if record.folder is not None:
            return record.folder
        if isinstance(record, BundleView):
            return f"{OF_THE_FILE}diagrams"
        return f"{OF_THE_FILE}{self._top(record)}"

    def _top(self, concept: BundleConcept) -> str:
        if concept.source is not None:
            return "relations"
        layer = self.layers.get(concept.type)
        return next((name for name, (_, layers) in TOP_FOLDERS.items() if layer in layers), "other")

    def _top_for(self, folder: BundleFolder) -> str:
        """The top folder for one that has no type: where most of what lies in and below it belongs."""
        below, pending = {folder.identifier}, [folder.identifier]
        while pending:
            parent = pending.pop()
            new = [each.identifier for each in self.bundle.folders if each.parent == parent]
            below.update(new)
            pending.extend(new)
        tops = Counter(self._top(each) for each in self.bundle.concepts if each.folder in below)
        tops["diagrams"] += sum(view.folder in below for view in self.bundle.views)
        top = max(TOP_FOLDERS, key=lambda each: tops[each]) if tops.total() else "other"
        return f"{OF_THE_FILE}{top}"


def natural_order(type_name: str, name: str, identifier: str) -> tuple[int, str, str]:
    """Where a folder stands among its siblings in a layout that says no order: Archi's kinds in its order, then by name."""
    order = list(TOP_FOLDERS)
    return (order.index(type_name) if type_name in TOP_FOLDERS else len(order), name.lower(), identifier)


def layers_of(metamodel: Metamodel) -> dict[str, str | None]:
    """The layer of each element type of the standard."""
    return {each.name: each.layer for each in metamodel.elements()}


def _below(folder: BundleFolder, parent: str) -> BundleFolder:
    return BundleFolder(
        folder.identifier, folder.name, parent, folder.type, folder.description, folder.position, folder.properties,
        folder.translations,
    )  # fmt: skip
