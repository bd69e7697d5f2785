"""What the identifiers of a file stand for: uids of the model that it goes into, or of what the repository has."""

from collections.abc import Mapping

from ea_repo.exchange.bundle import Bundle, BundleConcept
from ea_repo.exchange.identifiers import Uids, uid_of
from ea_repo.exchange.meanings import refined_type
from ea_repo.store.fields import model_of
from ea_repo.store.records import Concept
from ea_repo.store.state import State


class FileNames:
    """The names in a bundle. `uids` are those of its concepts by identifier, and of any other; `elsewhere` are concepts of other models that the
    file names as such, where the repository has them.
    """

    def __init__(self, state: State, bundle: Bundle, model: str) -> None:
        self.state = state
        self.model = model
        self.in_file: Mapping[str, BundleConcept] = {concept.identifier: concept for concept in bundle.concepts}
        named = {each.uid for each in bundle.concepts if each.uid is not None and model_of(each.uid) != model}
        self.elsewhere: Mapping[str, Concept] = state.get_many(named) if named else {}
        self.uids = Uids(model, self.in_file)
        for identifier, concept in self.in_file.items():
            if concept.uid is not None and (concept.uid in self.elsewhere or model_of(concept.uid) == model):
                self.uids[identifier] = concept.uid  # where a file says that it lives
        self.folders = {folder.identifier: uid_of(model, folder.identifier) for folder in bundle.folders}

    def named(self, text: str) -> str:
        """The uid that a name in the file stands for: of something in it, or as it is."""
        return self.uids.get(text) or (text if ":" in text else uid_of(self.model, text))

    def folder(self, text: str) -> str:
        return self.folders.get(text) or (text if ":" in text else uid_of(self.model, text))

    def target(self, text: str) -> tuple[str, str] | None:
        """The uid and type of what a reference may mean: something in the file, or a uid of the repository."""
        concept = self.in_file.get(text)
        if concept is not None:
            uid = self.uids[text]
            there = self.elsewhere.get(uid)
            return uid, refined_type(self.state.metamodel, concept) if there is None else there.type
        found = self.state.get_many([text]).get(text)
        return None if found is None else (found.uid, found.type)
