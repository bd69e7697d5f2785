"""Bodies of elements, relationships, models, folders and views, new ones and patches.

They are checked strictly here for their shape; everything that depends on what is stored is checked by the library.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.schemas.values import Attributes, Body, Day, Keyed, ModelKey, Number, Text, TypeName, Uid, example, whole


class Property(Body):
    """An ArchiMate property: free text under a free key."""

    key: Text
    value: Text
    kind: Text | None = None
    lang: Text | None = None


Translations = Annotated[
    Keyed[Keyed[Text] | None],
    Field(description='By language, the fields said in it, such as {"id": {"name": "Sistem Perbendaharaan"}}.'),
]


class Described(Body):
    name: Text = ""
    description: Text | None = None
    properties: list[Property] = Field(default_factory=list)
    translations: Translations = Field(default_factory=dict)


class ConceptFields(Described):
    """What can be said of an element."""

    specialization: Text | None = Field(default=None, description="A specialization that no type stands for.")
    owner: Uid | None = Field(default=None, description="The agency that it belongs to.")
    folder: Uid | None = None
    attributes: Attributes = Field(default_factory=dict)
    valid_from: Day | None = Field(default=None, description="First day on which it holds.")
    valid_until: Day | None = Field(default=None, description="Last day on which it holds.")


class EndedFields(ConceptFields):
    """What can be said of an element, and the ends that a relationship has."""

    source: Uid = Field(default_factory=str, description="A relationship's: from which concept.")
    target: Uid = Field(default_factory=str, description="A relationship's: to which concept.")


class NewElement(ConceptFields):
    model_config = example(
        uid="kemenkeu:SAKTI", type="System", name="Treasury system", attributes={"criticality": "vital"}
    )

    uid: Uid
    type: TypeName


class NewRelationship(ConceptFields):
    model_config = example(uid="kemenkeu:r1", type="Flow", source="kemenkeu:SAKTI", target="kemenkeu:SPAN")

    uid: Uid
    type: TypeName
    source: Uid
    target: Uid


class ElementPatch(ConceptFields):
    """The fields that change. In `attributes` and `translations` only the keys given change; null removes one."""

    type: TypeName = Field(default_factory=str, description="Another type: a refinement, or back to what it refines.")


class RelationshipPatch(EndedFields):
    """The fields that change. In `attributes` and `translations` only the keys given change; null removes one."""

    type: TypeName = Field(default_factory=str, description="Another type: a refinement, or back to what it refines.")


class ModelFields(Described):
    source_identifier: Text | None = Field(default=None, description="Its identifier in the file it came from.")


class NewModel(ModelFields):
    model_config = example(uid="kemenkeu", name="Ministry of Finance")

    uid: ModelKey


class FolderFields(Described):
    parent: Uid | None = None
    type: Text | None = None
    position: Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(whole)] = 0


class NewFolder(FolderFields):
    uid: Uid


class Style(Body):
    fill: Text | None = None
    fill_alpha: Annotated[int, Field(ge=0, le=255), BeforeValidator(whole)] | None = None
    line: Text | None = None
    line_alpha: Annotated[int, Field(ge=0, le=255), BeforeValidator(whole)] | None = None
    line_width: Annotated[int, Field(ge=0, le=100), BeforeValidator(whole)] | None = None
    font_name: Text | None = None
    font_size: Annotated[float, Field(ge=1, le=500)] | None = None
    font_bold: bool = False
    font_italic: bool = False
    font_color: Text | None = None
    text_alignment: Literal["left", "center", "right"] | None = None
    text_position: Literal["top", "middle", "bottom"] | None = None
    extra: Keyed[Text] = Field(default_factory=dict)


class Node(Body):
    """A box at absolute coordinates in pixels."""

    id: Text
    kind: Literal["element", "group", "note", "view", "image", "label", "sticky", "actor", "container"]
    x: Number
    y: Number
    width: Annotated[float, Field(ge=-1, le=1e6, description="-1: the notation's own.")]
    height: Annotated[float, Field(ge=-1, le=1e6)]
    concept: Uid | None = None
    view: Uid | None = None
    text: Text | None = None
    label_expression: Text | None = None
    figure: Annotated[int, Field(ge=0, le=100), BeforeValidator(whole)] = 0
    image: Text | None = None
    description: Text | None = None
    style: Style = Field(default_factory=Style)
    nodes: list["Node"] = []


class Connection(Body):
    id: Text
    source: Text = Field(description="The id of a node or connection of this view.")
    target: Text
    relationship: Uid | None = None
    text: Text | None = None
    bend_points: list[Annotated[list[Number], Field(min_length=2, max_length=2)]] = []
    description: Text | None = None
    style: Style = Field(default_factory=Style)


class ViewContent(Body):
    """What a stored view shows."""

    nodes: list[Node] = []
    connections: list[Connection] = []
    extra: Keyed[Text | Keyed[Text]] = Field(
        default_factory=dict, description="What only the tool of origin reads, and the images shown."
    )


class ViewFields(Described):
    viewpoint: Text | None = None
    kind: Literal["archimate", "sketch", "canvas"] = "archimate"
    folder: Uid | None = None
    content: ViewContent = Field(default_factory=ViewContent)


class NewView(ViewFields):
    uid: Uid
