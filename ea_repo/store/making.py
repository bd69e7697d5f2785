"""Makes the image of a record from what is said of it, and judges that by itself: no database is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ea_repo.errors import InvalidInput, NotFound, Problem
from ea_repo.metamodel import Metamodel
from ea_repo.store.fields import BY_NAME, TEXTS, Image, blank, check, check_uid
from ea_repo.store.images import Stored
from ea_repo.store.merge import patched
from ea_repo.store.operations import Create, RecordKind


@dataclass(slots=True)
class Draft:
    """One record while a changeset is worked out. `before` is what is stored, `after` what will be; None: nothing."""

    record: RecordKind
    uid: str
    before: Stored | None
    after: Image | None
    pointer: str
    touched: frozenset[str] = frozenset()


class Making:
    """Makes images by a metamodel; what is wrong is gathered in `problems`, not raised."""

    def __init__(self, metamodel: Metamodel) -> None:
        self.metamodel = metamodel
        self.problems: list[Problem] = []
        self.reference_attributes: dict[str, tuple[str, ...]] = {}

    def made(self, pointer: str, operation: Create) -> Draft:
        """A record that is known to be new, judged by what it says alone; it is not kept here."""
        draft = Draft(operation.record, operation.uid, None, None, pointer)
        wrong = check_uid(operation.record, operation.uid)
        if wrong:
            self.problem(f"{pointer}/uid", f"uid {operation.uid!r}: {wrong}")
        else:
            draft.after = self.new(draft, operation)
        return draft

    def problem(self, pointer: str, detail: str, code: str = "invalid", expected: str | None = None) -> None:
        self.problems.append(Problem(pointer, detail, code, expected))

    def new(self, draft: Draft, operation: Create) -> Image:
        """What a record that was not there will be."""
        is_concept = operation.record == "concept"
        image = self.checked(draft, operation.fields, blank(operation.record).copy())
        if is_concept:
            image = self.checked(draft, {"type": operation.type}, image)
        if (translations := image.get("translations")) and None in translations.values():
            image = patched(image, {"translations": translations})
        return self.meant(draft, image) if is_concept else image

    def checked(self, draft: Draft, fields: Mapping[str, Any], into: dict[str, Any]) -> dict[str, Any]:
        """The fields in their stored form, put into a dict."""
        known, texts = BY_NAME[draft.record], TEXTS[draft.record]
        for name, value in fields.items():
            if type(value) is str and name in texts and value.isascii() and "\0" not in value:
                into[name] = value  # what nearly every value is, without a call
                continue
            try:
                into[name] = check(known[name], value)
            except KeyError:
                self.problem(f"{draft.pointer}/fields/{name}", f'{draft.uid}: a {draft.record} has no field "{name}"',
                             "unknown-field", ", ".join(known))  # fmt: skip
            except ValueError as error:
                self.problem(f"{draft.pointer}/fields/{name}", f"{draft.uid}: {name} {error}")
        return into

    def meant(self, draft: Draft, image: Image) -> Image:
        """A concept's image, which is the draft's own, with its attributes checked and brought into their stored form."""
        try:
            type_ = self.metamodel.types.get(image["type"]) or self.metamodel.type(image["type"])
        except NotFound as error:
            self.problem(f"{draft.pointer}/type", f"{draft.uid}: {error.detail}", "unknown-type")
            return image
        if draft.before and self.metamodel.type(draft.before.image["type"]).kind != type_.kind:
            self.problem(
                f"{draft.pointer}/fields/type",
                f"{draft.uid}: an element cannot become a relationship, nor the reverse",
            )
        is_relationship = type_.kind == "relationship"
        if (image["source"] is not None) is not is_relationship or (image["target"] is not None) is not is_relationship:
            self._tell_of_ends(draft, image, is_relationship)
        if image["valid_until"] and (image["valid_from"] or "") > image["valid_until"]:
            self.problem(f"{draft.pointer}/fields/valid_until", f"{draft.uid}: valid_until is before valid_from")
        try:
            image["attributes"] = self.metamodel.normalise(type_.name, image["attributes"])
        except InvalidInput as error:
            for problem in error.errors:
                self.problem(f"{draft.pointer}/fields{problem.pointer}", f"{draft.uid}: {problem.detail}",
                              problem.code, problem.expected)  # fmt: skip
        return image

    def _tell_of_ends(self, draft: Draft, image: Image, is_relationship: bool) -> None:
        for end in ("source", "target"):
            if (image[end] is not None) != is_relationship:
                wrong = "a relationship needs one" if is_relationship else "an element has none"
                self.problem(f"{draft.pointer}/fields/{end}", f"{draft.uid}: {end}: {wrong}")

    def references(self, image: Image) -> Iterable[tuple[str, int, str]]:
        """(attribute, position, uid) of each reference that a concept's attributes make."""
        attributes = image["attributes"]
        if not attributes:
            return
        for name in self._reference_names(image["type"]):
            value = attributes.get(name)
            if value is not None:
                for position, uid in enumerate(value if isinstance(value, list) else [value]):
                    yield name, position, uid

    def _reference_names(self, type_name: str) -> tuple[str, ...]:
        names = self.reference_attributes.get(type_name)
        if names is None:
            declared = self.metamodel.attributes(type_name).values()
            names = tuple(each.name for each in declared if each.kind.name == "reference")
            self.reference_attributes[type_name] = names
        return names
