"""What a writer writes: a state cut to a selection, as a neutral bundle or as rows that are read while they are written.

Where whole models are selected, concepts of other models that their relationships and views reach go along as
*proxies*: enough to draw and to join, and never changed by importing them again. From a smaller selection what leads
out of it is left out, and a finding says how much.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder, BundleView
from ea_repo.exchange.chosen import Chosen, shown
from ea_repo.exchange.grounding import grounded
from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.view_cutting import cut, with_identifiers
from ea_repo.metamodel import Finding
from ea_repo.store.fields import model_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept, Folder, Model, View
from ea_repo.store.state import State
from ea_repo.store.view_content import ViewContent


@dataclass(frozen=True)
class Export:
    """A state, what of it is selected, and the language of what is written for people."""

    state: State
    selection: Selection = field(default_factory=Selection)
    language: str = "en"
    options: Mapping[str, str] = field(default_factory=dict)  # of the format

    # Rows, in order of uid, never all in memory where whole models are selected

    def elements(self) -> Iterator[Concept]:
        """The elements selected."""
        if self._chosen is None:
            yield from self.state.iterate(Query(kind="element", model=self.selection.model))
        else:
            found = self.state.get_many(sorted(self._chosen))
            yield from (each for each in found.values() if each.kind == "element")

    def relationships(self) -> Iterator[Concept]:
        """Of a whole model all its relationships, else those whose both ends are selected."""
        everything = self.state.iterate(Query(kind="relationship", model=self.selection.model))
        if self._chosen is None:
            yield from everything
        else:
            kept = self._which.relationships
            yield from (each for each in everything if each.uid in kept)

    @property
    def is_whole(self) -> bool:
        """Whether whole models are selected, so that rows can be read straight from the store."""
        return self._chosen is None

    def models(self) -> list[Model]:
        """The models that anything selected is of."""
        if self.selection.model is not None:
            return [self.state.model(self.selection.model)]
        if self._chosen is None:
            return self.state.models()
        keys = {model_of(uid) for uid in self._chosen}
        return [each for each in self.state.models() if each.uid in keys]

    def folders(self) -> Iterator[Folder]:
        """The folders of whole models; else those in which something selected lies, and those around them."""
        if self._chosen is None:
            for model in self.models():
                yield from self.state.folders(model.uid)
            return
        used = {each.folder for each in (*self.elements(), *self.relationships())}
        used |= {view.folder for view in self.views()}
        for model in self.models():
            yield from _with_those_around({each.uid: each for each in self.state.folders(model.uid)}, used)

    def views(self) -> Iterator[View]:
        """The stored views with their content: of whole models all, else those that show something selected."""
        for model in self.models():
            for listed in self.state.views(model.uid):
                view = self.state.view(listed.uid)
                if self._chosen is None or shown(view) & self._which.all:
                    yield view

    # Everything at once

    @cached_property
    def home(self) -> str | None:
        """The key of the model that the identifiers of a file are of; None where several models are selected."""
        if self.selection.model is not None:
            return self.selection.model
        if self.selection.folder is not None:
            return model_of(self.selection.folder)
        keys = [each.uid for each in self.models()]
        return keys[0] if len(keys) == 1 else None

    def identifier(self, uid: str) -> str:
        """What a file calls a record: its own identifier, or the whole uid where it is of another model."""
        return identifier_of(uid) if model_of(uid) == self.home else uid

    def bundle(self) -> Bundle:
        """All that is selected, for formats that need it whole. O(selected); made once."""
        return self._bundle

    @cached_property
    def _bundle(self) -> Bundle:
        model = None if self.home is None else self.state.model(self.home)
        bundle = Bundle("", "repository", self._title if model is None else model.name, is_of_several=model is None)
        if model is not None:
            bundle.identifier = model.source_identifier or model.uid
            bundle.description = model.description
            bundle.properties = list(model.properties)
            bundle.translations = {key: dict(said) for key, said in model.translations.items()}
        elements, relationships, views = list(self.elements()), list(self.relationships()), list(self.views())
        known = {each.uid for each in (*elements, *relationships)}
        proxies = self._proxies(known, relationships, views) if self.selection.is_whole else []
        # An end of another model that does not hold on the date has no proxy, and what it joined goes too.
        kept = _grounded([*elements, *proxies], relationships)
        concepts = [*elements, *relationships]
        bundle.concepts = [self._concept(each, proxy=False) for each in concepts if each.uid in kept]
        bundle.concepts += [self._concept(each, proxy=True) for each in proxies if each.uid in kept]
        bundle.folders = [self._folder(each) for each in self.folders()] if self.home is not None else []
        bundle.views = list(self._cut_views(views, kept, bundle))
        bundle.findings += self._remarks(proxies, len(concepts) - len(kept & known))
        bundle.holds = {
            "elements": len(elements), "relationships": len(relationships), "views": len(bundle.views),
            "folders": len(bundle.folders),
        }  # fmt: skip
        return bundle

    @cached_property
    def _title(self) -> str:
        return self.state.get(self.selection.owner).name if self.selection.owner else self.selection.title

    @cached_property
    def _which(self) -> Chosen:
        return Chosen(self.state, self.selection)

    @property
    def _chosen(self) -> frozenset[str] | None:
        return self._which.elements

    def _proxies(self, known: set[str], relationships: list[Concept], views: list[View]) -> list[Concept]:
        """What relationships and views of whole models reach in others, in order of uid."""
        wanted = {end for each in relationships for end in (each.source, each.target) if end is not None}
        for view in views:
            wanted |= shown(view)
        found: dict[str, Concept] = {}
        pending = wanted - known
        while pending:
            new = self.state.get_many(pending)
            found |= new
            ends = {end for each in new.values() for end in (each.source, each.target) if end is not None}
            pending = ends - known - found.keys()
        ordered = sorted(found.values(), key=lambda each: (each.kind, each.uid))
        return [each for each in ordered if self._holds(each)]

    def _holds(self, concept: Concept) -> bool:
        on = self.state.on
        return on is None or (
            (concept.valid_from is None or concept.valid_from <= on)
            and (concept.valid_until is None or on <= concept.valid_until)
        )

    # How

    def _concept(self, concept: Concept, *, proxy: bool) -> BundleConcept:
        """The concept with identifiers of the file for those it names."""

        def named(uid: str | None) -> str | None:
            return None if uid is None else self.identifier(uid)

        return BundleConcept(
            self.identifier(concept.uid), concept.type, concept.name, concept.description, concept.specialization,
            source=named(concept.source), target=named(concept.target),
            folder=named(concept.folder) if model_of(concept.uid) == self.home else None,
            owner=named(concept.owner),
            valid_from=None if concept.valid_from is None else concept.valid_from.isoformat(),
            valid_until=None if concept.valid_until is None else concept.valid_until.isoformat(),
            attributes=self._attributes(concept), properties=list(concept.properties),
            translations={key: dict(said) for key, said in concept.translations.items()},
            uid=self._uid_to_say(concept.uid), is_proxy=proxy,
        )  # fmt: skip

    def _uid_to_say(self, uid: str) -> str | None:
        """The uid, where the identifier does not lead back to it: of another model, or one that no file would give."""
        home = self.home
        return None if home is not None and uid_of(home, self.identifier(uid)) == uid else uid

    def _attributes(self, concept: Concept) -> dict[str, object]:
        """The attributes with identifiers of the file for the concepts they name."""
        found = dict(concept.attributes)
        declared = self.state.metamodel.attributes(concept.type)
        for name in found.keys() & declared.keys():
            if declared[name].kind.name == "reference":
                value = found[name]
                found[name] = list(map(self.identifier, value)) if isinstance(value, list) else self.identifier(value)
        return found

    def _folder(self, folder: Folder) -> BundleFolder:
        return BundleFolder(
            self.identifier(folder.uid), folder.name, None if folder.parent is None else self.identifier(folder.parent),
            folder.type, folder.description, folder.position, list(folder.properties),
            {key: dict(said) for key, said in folder.translations.items()},
        )  # fmt: skip

    def _cut_views(self, views: Iterable[View], kept: set[str], bundle: Bundle) -> Iterator[BundleView]:
        there = {view.uid for view in views}
        for view in views:
            content = ViewContent.from_json(view.content or {})
            is_cut = cut(content, kept, there)
            if is_cut:
                message = f'of the view "{view.name}" only what is selected is written'
                bundle.findings.append(Finding("cut-view", "note", message, view.uid))
            with_identifiers(content, self.identifier)
            is_home = model_of(view.uid) == self.home
            yield BundleView(
                self.identifier(view.uid), view.name, view.description, view.viewpoint, view.kind,
                self.identifier(view.folder) if view.folder is not None and is_home else None, content,
                list(view.properties), {key: dict(said) for key, said in view.translations.items()},
                uid=None if is_home else view.uid, is_cut=is_cut,
            )  # fmt: skip

    def _remarks(self, proxies: list[Concept], lost: int) -> Iterator[Finding]:
        folders = sum(1 for _ in self.folders()) if self.home is None else 0
        if folders:
            message = (
                f"{folders} folders are left out, as several models are in one file; export each model, or an archive"
            )
            yield Finding("folders-left-out", "note", message)
        if proxies:
            message = f"{len(proxies)} concepts of other models go along, as relationships or views reach them"
            yield Finding("proxies", "note", message)
        if lost:
            yield Finding("lost-end", "warning", f"{lost} relationships are left out: an end does not hold on the date")
        yield from self.leading_out()

    def leading_out(self) -> Iterator[Finding]:
        """How many relationships join something selected with what is not, where no whole models are: they are left out."""
        if self._chosen is None:
            return
        table = self.state.iterate(Query(kind="relationship"))
        ends = ((each.source, each.target) for each in table if each.uid not in self._which.relationships)
        leading_out = sum(source in self._which.all or target in self._which.all for source, target in ends)
        if leading_out:
            message = f"relationships that lead out of what is selected: {leading_out:,} left out"
            yield Finding("leads-out", "note", message)


def _grounded(elements: list[Concept], relationships: list[Concept]) -> set[str]:
    """The uids of these that can stand: an end of each relationship is there."""
    known = {each.uid for each in elements if each.kind == "element"}
    joining = [*relationships, *(each for each in elements if each.kind == "relationship")]
    return known | grounded(known, [(each.uid, each.source or "", each.target or "") for each in joining])


def _with_those_around(known: dict[str, Folder], used: set[str | None]) -> Iterator[Folder]:
    wanted: set[str] = set()
    for uid in used:
        while uid is not None and uid in known and uid not in wanted:
            wanted.add(uid)
            uid = known[uid].parent
    yield from (each for uid, each in known.items() if uid in wanted)
