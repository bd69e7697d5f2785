"""Compares the content of a file with what a model holds, and makes the operations that bring the model up to
it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ea_repo.exchange.archi_features import with_kinds_of
from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder
from ea_repo.exchange.file_views import FileViews
from ea_repo.exchange.held import held_by, positions
from ea_repo.exchange.identifiers import uid_of
from ea_repo.exchange.meanings import NATIVE_ATTRIBUTES, Meanings, Meant
from ea_repo.exchange.naming import FileNames
from ea_repo.exchange.plan import Plan, Terms, settled
from ea_repo.metamodel import Finding
from ea_repo.metamodel.rules import check_relationship
from ea_repo.store.newer import last_import
from ea_repo.store.operations import Create, Delete, Operation, RecordKind, Update
from ea_repo.store.records import Concept, Folder, Model, View
from ea_repo.store.state import State

#: What the attributes that formats have fields for mean where nothing is said.
_USUAL: Mapping[str, Any] = {"access_type": "access", "strength": "", "directed": False, "junction_type": "and"}
#: What a file says of a concept by leaving it out.
_UNSAID: Mapping[str, Any] = {
    "name": "", "description": None, "specialization": None, "attributes": {}, "properties": [], "translations": {}
}  # fmt: skip
_DONE: Mapping[type[Operation], str] = {Create: "created", Update: "changed", Delete: "deleted"}


def plan(state: State, bundle: Bundle, terms: Terms) -> Plan:
    """The operations, counts and findings of importing a bundle into a model. O(file + model); nothing is written."""
    return _Comparison(state, bundle, terms.checked(state)).plan()


class _Comparison:
    def __init__(self, state: State, bundle: Bundle, terms: Terms) -> None:
        self.state = state
        self.bundle = bundle
        self.terms = terms
        self.model = terms.model
        self.held = held_by(state, terms.model)
        self.names = FileNames(state, bundle, terms.model)
        self.meanings = Meanings(state.metamodel, self.names.target)
        self.meant = {concept.identifier: self._meant(concept) for concept in bundle.concepts}
        self.lines: dict[str, int | None] = {}
        self.reference_names: dict[str, frozenset[str]] = {}
        self.positions = positions(bundle.folders, self.names.folders, self.held.folders)
        self.views = FileViews(state, bundle, self.names, self.held)

    def plan(self) -> Plan:
        operations = [*self._model(), *self._folders(), *self._concepts(), *self._views()]
        deletions = list(self._deletions())
        base = last_import(self.state, self.model) if self.terms.base is None else self.terms.base
        found = settled(self.state, self.terms, operations, deletions, base=base, place=self._place)
        findings = [
            *(self._of_the_model(finding) for finding in (*self.bundle.findings, *self.meanings.findings)),
            *self._illegal_relationships(),
        ]
        return Plan(
            found.operations, self._counts(found.operations), findings, self._place,
            [self.held.missed(each) for each in deletions], found.conflicts, base, self.state.number,
            holds=self.terms.conflicts or "file",
        )  # fmt: skip

    def _place(self, uid: str, field: str) -> tuple[str, str] | None:
        self.lines = self.lines or {self.names.uids[each.identifier]: each.line for each in self.bundle.concepts}
        line = self.lines.get(uid)
        return None if line is None else (f"line {line}", f"line {line}")

    def _meant(self, concept: BundleConcept) -> Meant:
        if concept.is_proxy and (there := self.names.elsewhere.get(concept.uid or "")) is not None:
            return Meant(there.type, None, {}, [])
        return self.meanings.of(concept)

    def _model(self) -> Iterator[Operation]:
        bundle, held = self.bundle, self.held.model
        if bundle.is_of_several and held is not None:
            return  # it says nothing of this one
        fields = {
            "name": bundle.name or (held.name if held else self.model),
            "description": bundle.description or None,
            "properties": bundle.properties,
            "translations": bundle.translations,
            # A model that came from no file goes into one by its key.
            "source_identifier": None if bundle.identifier in ("", self.model) else bundle.identifier,
        }
        yield from self._difference("model", self.model, fields, held)

    def _folders(self) -> Iterator[Operation]:
        for folder in self.bundle.folders:
            uid = uid_of(self.model, folder.identifier)
            yield from self._difference("folder", uid, self._folder_fields(folder), self.held.folders.get(uid))

    def _folder_fields(self, folder: BundleFolder) -> dict[str, Any]:
        return {
            "name": folder.name,
            "parent": None if folder.parent is None else self.names.folder(folder.parent),
            "type": folder.type or None,
            "description": folder.description or None,
            "position": self.positions[folder.identifier],
            "properties": folder.properties,
            "translations": folder.translations,
        }

    def _concepts(self) -> Iterator[Operation]:
        uids, known = self.names.uids, {**self.held.concepts, **self.names.elsewhere}
        for concept in self.bundle.concepts:
            uid = uids[concept.identifier]
            if concept.is_proxy and uid in self.names.elsewhere:
                continue  # it is what is there
            meant = self.meant[concept.identifier]
            fields = self._concept_fields(concept, uid, meant)
            held = known.get(uid)
            if held is None:
                yield Create(uid, meant.type, fields)
                continue
            fields = {**_UNSAID, **fields}
            if self._says_folder(uid):
                fields.setdefault("folder")
            fields["type"] = meant.type
            if held.type != meant.type and held.type in self.state.metamodel.descendants(meant.type):
                fields["type"] = held.type  # refined here, which the file cannot say
            yield from self._difference("concept", uid, fields, held)

    def _concept_fields(self, concept: BundleConcept, uid: str, meant: Meant) -> dict[str, Any]:
        """What the file says of a concept, apart from its type. What it leaves out is `_UNSAID`."""
        fields: dict[str, Any] = {}
        if concept.name:
            fields["name"] = concept.name
        if concept.description:
            fields["description"] = concept.description
        if meant.specialization:
            fields["specialization"] = meant.specialization
        if meant.attributes:
            fields["attributes"] = self._with_uids(meant)
        if meant.properties:
            fields["properties"] = meant.properties
        if concept.translations:
            fields["translations"] = concept.translations
        if concept.source is not None and concept.target is not None:
            fields["source"], fields["target"] = self.names.named(concept.source), self.names.named(concept.target)
        if owner := meant.owner or concept.owner:
            fields["owner"] = self.names.named(owner)
        if valid_from := meant.valid_from or concept.valid_from:
            fields["valid_from"] = date.fromisoformat(valid_from)
        if valid_until := meant.valid_until or concept.valid_until:
            fields["valid_until"] = date.fromisoformat(valid_until)
        if concept.folder is not None and self._says_folder(uid):
            fields["folder"] = self.names.folder(concept.folder)
        return fields

    def _says_folder(self, uid: str) -> bool:
        """A file without folders says nothing about them, nor about those of another model."""
        return bool(self.bundle.folders) and uid not in self.names.elsewhere

    def _with_uids(self, meant: Meant) -> Mapping[str, Any]:
        """The attributes with uids for names of the file."""
        references = self._references(meant.type) & meant.attributes.keys()
        if not references:
            return meant.attributes
        found = dict(meant.attributes)
        for name in references:
            value = found[name]
            if isinstance(value, list):
                found[name] = [self.names.named(each) if isinstance(each, str) else each for each in value]
            elif isinstance(value, str):
                found[name] = self.names.named(value)
        return found

    def _references(self, type_name: str) -> frozenset[str]:
        known = self.reference_names.get(type_name)
        if known is None:
            declared = self.state.metamodel.attributes(type_name) if type_name in self.state.metamodel.types else {}
            known = frozenset(each.name for each in declared.values() if each.kind.name == "reference")
            self.reference_names[type_name] = known
        return known

    def _views(self) -> Iterator[Operation]:
        for view in self.bundle.views:
            held = self.views.held[view.identifier]
            if view.is_cut and held is not None:
                continue  # or what was not selected would be lost from it
            yield from self._difference("view", self.views.uid(view.identifier), self.views.fields(view), held)

    def _difference(
        self,
        record: RecordKind,
        uid: str,
        fields: dict[str, Any],
        held: Model | Folder | Concept | View | None,
    ) -> Iterator[Operation]:
        if held is None:
            yield Create(uid, "", _said(fields), record)
            return
        if not self.bundle.says_kinds:
            fields["properties"] = with_kinds_of(fields["properties"], held.properties)
        changed = {name: value for name, value in fields.items() if not _equal(value, getattr(held, name))}
        for name in ("attributes", "translations"):
            if name in changed:
                patch = self._patch(name, changed.pop(name), getattr(held, name))
                changed |= {name: patch} if patch else {}
        if changed:
            yield Update(uid, changed, held.version, record)

    def _patch(self, name: str, said: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
        """Keys that the file says otherwise; None for those it took away."""
        patch = {key: value for key, value in said.items() if held.get(key) != value}
        gone: list[str] = []
        if name == "attributes":
            # What a file must say, where nothing was said, is no change; nor is what it leaves out because it goes without.
            patch = {key: value for key, value in patch.items() if key in held or _USUAL.get(key) != value}
            gone = [key for key in NATIVE_ATTRIBUTES if key in held and key not in said and held[key] != _USUAL[key]]
        elif self.terms.missing == "delete":
            gone = [key for key in held if key not in said]
        return {**patch, **dict.fromkeys(gone)}

    def _deletions(self) -> Iterator[Delete]:
        views = {self.views.uid(view.identifier) for view in self.bundle.views}
        folders = {uid_of(self.model, folder.identifier) for folder in self.bundle.folders}
        concepts = set(self.names.uids.values())
        yield from (
            Delete(uid, each.version, record="view") for uid, each in self.held.views.items() if uid not in views
        )
        yield from (Delete(uid, each.version) for uid, each in self.held.concepts.items() if uid not in concepts)
        if self.bundle.folders:
            for uid, each in self.held.folders.items():
                if uid not in folders:
                    yield Delete(uid, each.version, record="folder")

    def _illegal_relationships(self) -> Iterator[Finding]:
        """What the standard's table says of each relationship in the file, with its line."""
        known: dict[tuple[str, str, str], bool] = {}
        for concept in self.bundle.concepts:
            if concept.source not in self.meant or concept.target not in self.meant:
                continue  # an element, or with an end that the changeset will look at
            types = (
                self.meant[concept.source].type,
                self.meant[concept.identifier].type,
                self.meant[concept.target].type,
            )
            if known.get(types) or not self.state.metamodel.types.keys() >= set(types):
                continue
            uid = self.names.uids[concept.identifier]
            found = check_relationship(self.state.metamodel, uid, *types, file=concept.file, line=concept.line)
            known[types] = found is None
            if found is not None:
                yield found

    def _of_the_model(self, finding: Finding) -> Finding:
        return finding if finding.uid is None else replace(finding, uid=self.names.uids[finding.uid])

    def _counts(self, operations: Sequence[Operation]) -> dict[str, dict[str, int]]:
        counts = {
            sort: {
                "in_file": self.bundle.holds.get(sort, 0),
                "created": 0,
                "changed": 0,
                "unchanged": 0,
                "deleted": 0,
            }
            for sort in ("elements", "relationships", "views")
        }
        relationships = {self.names.uids[each.identifier] for each in self.bundle.concepts if each.source is not None}
        counts["relationships"]["unchanged"] = sum(each.source is not None for each in self.bundle.concepts)
        counts["elements"]["unchanged"] = len(self.bundle.concepts) - counts["relationships"]["unchanged"]
        counts["views"]["unchanged"] = len(self.bundle.views)
        done = Counter(
            (self._sort_of(each, relationships), _DONE[type(each)])
            for each in operations
            if each.record in ("concept", "view")
        )
        for (sort, what), count in done.items():
            counts[sort][what] = count
            counts[sort]["unchanged"] -= 0 if what == "deleted" else count
        return counts

    def _sort_of(self, operation: Operation, relationships: set[str]) -> str:
        if operation.record == "view":
            return "views"
        held = self.held.concepts.get(operation.uid)
        is_relationship = operation.uid in relationships or (held is not None and held.kind == "relationship")
        return "relationships" if is_relationship else "elements"


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: every field's default is empty, 0 or None."""
    return {name: value for name, value in fields.items() if value}


def _equal(said: Any, held: Any) -> bool:
    if isinstance(said, list) and isinstance(held, Sequence) and not isinstance(held, str):
        return said == list(held)
    return bool(said == held or (said is None and held == ""))
