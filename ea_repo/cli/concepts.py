"""Concepts as rows of output: which columns there are, and what their cells say."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ea_repo.cli.options import settings
from ea_repo.cli.output import jsonable
from ea_repo.errors import InvalidInput

if TYPE_CHECKING:
    from ea_repo.metamodel import Metamodel
    from ea_repo.store.records import Concept

DEFAULT_COLUMNS = ("uid", "name", "type", "owner")
RELATIONSHIP_COLUMNS = ("uid", "name", "type", "source", "target")


def concept_json(concept: "Concept") -> dict[str, Any]:
    """The concept as JSON."""
    found: dict[str, Any] = jsonable(concept)
    return found


def concept_rows(concepts: Iterable["Concept"], metamodel: "Metamodel", *, as_text: bool) -> Iterator[dict[str, Any]]:
    """Rows with each attribute a column of its own beside the fields; `as_text` for people, in their language."""
    language = settings().language
    for concept in concepts:
        attributes = attribute_texts(concept, metamodel, language) if as_text else concept.attributes
        yield {**attributes, **concept_json(concept)}


def attribute_texts(concept: "Concept", metamodel: "Metamodel", language: str) -> dict[str, str]:
    """What the attributes of a concept say, for people."""
    declared = metamodel.attributes(concept.type)
    return {
        name: declared[name].text(value, language) if name in declared else str(value)
        for name, value in concept.attributes.items()
    }


def wanted_columns(
    asked: str | None, default: Sequence[str], metamodel: "Metamodel", types: Sequence[str]
) -> tuple[str, ...]:
    """The columns to show; `InvalidInput` names one that no concept of these types has."""
    if asked is None:
        only_relationships = bool(types) and all(metamodel.is_relationship(each) for each in types)
        return RELATIONSHIP_COLUMNS if only_relationships else tuple(default)
    from ea_repo.store.records import Concept

    wanted = tuple(name.strip() for name in asked.split(",") if name.strip())
    concerned = types or tuple(metamodel.types)
    known = {*Concept.__dataclass_fields__} | {
        name for type_ in concerned for each in metamodel.descendants(type_) for name in metamodel.attributes(each)
    }
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, n=3) or sorted(known)
            raise InvalidInput(f'no column "{name}" here; did you mean {", ".join(near)}?', nearest=near)
    return wanted
