"""The metamodel in force: which types there are, what they say, how the standard lets them be joined."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import OpenState
from api.encoding import json_response
from api.routes import READS, new_router, problems
from api.schemas.values import TYPE_PATTERN
from ea_repo.errors import NotFound
from ea_repo.metamodel import Attribute, Metamodel, Type
from ea_repo.metamodel.json_schema import type_schema

router = new_router("metamodel")
TypePath = Annotated[str, Path(pattern=TYPE_PATTERN, examples=["System"])]
Texts = dict[str, str]


class ChoiceAnswer(BaseModel):
    name: str
    label: Texts


class AttributeAnswer(BaseModel):
    name: str
    kind: str
    label: Texts
    help: Texts
    unit: str | None
    values: list[ChoiceAnswer]
    target: str | None
    many: bool
    required: bool
    minimum: float | None
    maximum: float | None


class TypeRow(BaseModel):
    name: str
    kind: Literal["element", "relationship"]
    refines: str | None
    base: str
    layer: str | None
    aspect: str | None
    category: str | None
    profile: str
    label: Texts
    plural: Texts
    help: Texts


class TypeAnswer(TypeRow):
    ancestry: list[str]
    refined_by: list[str]
    attributes: list[AttributeAnswer]


class TypeList(BaseModel):
    items: list[TypeRow]


class Layer(BaseModel):
    name: str
    label: Texts
    types: list[str]


class LayerList(BaseModel):
    items: list[Layer]


class MetamodelAnswer(BaseModel):
    fingerprint: str
    elements: int
    relationships: int
    custom_profile: bool


@router.get("/metamodel", response_model=MetamodelAnswer, responses=problems(*READS))
def get_metamodel(user: Reader, open_state: OpenState) -> Response:
    """How much there is, and a fingerprint that changes when anything of it does."""
    with open_state() as state:
        found = state.metamodel
    return json_response(
        {
            "fingerprint": found.fingerprint,
            "elements": len(found.elements()),
            "relationships": len(found.relationships()),
            "custom_profile": found.profile_text is not None,
        }
    )


@router.get("/metamodel/types", response_model=TypeList, responses=problems(*READS))
def list_types(
    user: Reader, open_state: OpenState, kind: Annotated[Literal["element", "relationship"] | None, Query()] = None
) -> Response:
    """All types, with labels in each language."""
    with open_state() as state:
        found = state.metamodel
    items = [_row(found, each) for each in found.types.values() if kind in (None, each.kind)]
    return json_response({"items": items})


@router.get("/metamodel/types/{name}", response_model=TypeAnswer, responses=problems(*READS))
def get_type(user: Reader, open_state: OpenState, name: TypePath) -> Response:
    """One type with all its attributes, inherited ones included."""
    with open_state() as state:
        found = state.metamodel
    type_ = found.type(name)
    return json_response(
        {
            **_row(found, type_),
            "ancestry": found.ancestry(name),
            "refined_by": sorted(found.descendants(name) - {name}),
            "attributes": [_attribute(each) for each in found.attributes(name).values()],
        }
    )


@router.get("/metamodel/types/{name}/schema", response_model=dict[str, Any], responses=problems(*READS))
def get_type_schema(user: Reader, open_state: OpenState, name: TypePath) -> Response:
    """JSON Schema 2020-12 of the attributes that a concept of this type may have."""
    with open_state() as state:
        return json_response(type_schema(state.metamodel, name))


@router.get("/metamodel/layers", response_model=LayerList, responses=problems(*READS))
def list_layers(user: Reader, open_state: OpenState) -> Response:
    """The layers of ArchiMate with their types."""
    with open_state() as state:
        found = state.metamodel
    return json_response({"items": list(_layers(found))})


@router.get(
    "/metamodel/profile",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems(*READS)},
)
def get_profile(user: Reader, open_state: OpenState) -> Response:
    """The repository's own profile, as TOML. It is changed with `ea-repo metamodel apply`."""
    with open_state() as state:
        text = state.metamodel.profile_text
    if text is None:
        raise NotFound("this repository has no profile of its own; ea-repo metamodel apply puts one in force")
    return PlainTextResponse(text)


def _row(metamodel: Metamodel, type_: Type) -> dict[str, Any]:
    return {
        "name": type_.name,
        "kind": type_.kind,
        "refines": type_.refines,
        "base": metamodel.base(type_.name),
        "layer": type_.layer,
        "aspect": type_.aspect,
        "category": type_.category,
        "profile": type_.profile,
        "label": dict(type_.label),
        "plural": dict(type_.plural),
        "help": dict(type_.help),
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "kind": attribute.kind.name,
        "label": dict(attribute.label),
        "help": dict(attribute.help),
        "unit": attribute.unit,
        "values": [{"name": choice.name, "label": dict(choice.label)} for choice in attribute.values],
        "target": attribute.target,
        "many": attribute.many,
        "required": attribute.required,
        "minimum": attribute.minimum,
        "maximum": attribute.maximum,
    }


def _layers(metamodel: Metamodel) -> Iterator[dict[str, Any]]:
    for name, label in metamodel.layers.items():
        types = [each.name for each in metamodel.elements() if each.layer == name]
        yield {"name": name, "label": dict(label), "types": types}
