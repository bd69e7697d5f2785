"""Concepts of a repository as nodes, edges and clusters of a drawing. Viewpoints choose which."""

from collections.abc import Iterable, Mapping

from diagrams.drawing import Cluster, Edge, Emphasis, Kind, Node, Words, said
from diagrams.notation import phrase, words
from ea_repo.metamodel import Metamodel
from ea_repo.store import changesets
from ea_repo.store.records import Concept, Folder, Model, View
from ea_repo.store.state import State

_DESCRIPTION_LENGTH = 400
_MOST_TYPES = 4  # told apart in a box that stands for many
LANGUAGES = ("en", "id", "ko")
SEPARATOR = " · "  # between the facts of a subtitle
#: In the order in which architects read a drawing.
_LAYERS = ("motivation", "strategy", "business", "application", "technology", "physical", "implementation")
#: Inside a layer these point upwards: what realizes, serves or specializes stands below.
_UPWARD = frozenset({"Serving", "Realization", "Specialization"})


def kind_of(metamodel: Metamodel, concept: Concept) -> Kind:
    """The figure of the type's base, with the type's own name."""
    declared = metamodel.type(concept.type)
    base = metamodel.base(concept.type)
    if base == "Junction" and concept.attributes.get("junction_type") == "or":
        base = "OrJunction"
    return Kind(base, concept.type, declared.label)


def name_of(concept: Concept | Model | Folder | View) -> Words:
    """The name, with what it is called in other languages."""
    translated = {lang: each["name"] for lang, each in concept.translations.items() if each.get("name")}
    if not translated:
        return concept.name
    # Languages without a translation of their own read the name as it stands.
    own = concept.name or next(iter(translated.values()))
    return {**dict.fromkeys(LANGUAGES, own), **translated}


def node_of(
    metamodel: Metamodel,
    concept: Concept,
    *,
    owners: Mapping[str, Concept] | None = None,
    cluster: str | None = None,
    rank: int | None = None,
    emphasis: Emphasis = "normal",
) -> Node:
    """A box for an element; with `owners` the agency it belongs to stands in small print below the name."""
    owner = (owners or {}).get(concept.owner or "")
    return Node(
        id=concept.uid,
        name=name_of(concept),
        kind=kind_of(metamodel, concept),
        uid=concept.uid,
        stereotype=concept.specialization or "",
        detail=name_of(owner) if owner is not None else "",
        tooltip=tooltip(metamodel, concept, owner),
        cluster=cluster,
        rank=rank,
        emphasis=emphasis,
    )


def edge_of(metamodel: Metamodel, relationship: Concept, *, layers: Mapping[str, str] | None = None) -> Edge:
    """A line for a relationship. `layers` (uid -> layer) lets the layout put the higher layer above."""
    kind = kind_of(metamodel, relationship)
    source, target = relationship.source or "", relationship.target or ""
    return Edge(
        id=relationship.uid,
        source=source,
        target=target,
        kind=kind,
        name=line_name(relationship),
        uid=relationship.uid,
        tooltip=tooltip(metamodel, relationship),
        access=str(relationship.attributes.get("access_type") or ""),
        directed=bool(relationship.attributes.get("directed")),
        backward=_upward(kind.notation, (layers or {}).get(source, ""), (layers or {}).get(target, "")),
    )


def line_name(relationship: Concept) -> Words:
    """The relationship's name; an influence says its strength as well."""
    strength = str(relationship.attributes.get("strength") or "")
    name = name_of(relationship)
    if not strength:
        return name
    return (
        f"{name} {strength}" if isinstance(name, str) else {lang: f"{each} {strength}" for lang, each in name.items()}
    )


def cluster_of(metamodel: Metamodel, concept: Concept, *, cluster: str | None = None, detail: Words = "") -> Cluster:
    return Cluster(
        id=f"in {concept.uid}",
        name=name_of(concept),
        kind=kind_of(metamodel, concept),
        uid=concept.uid,
        detail=detail,
        tooltip=tooltip(metamodel, concept),
        cluster=cluster,
    )


def tooltip(metamodel: Metamodel, concept: Concept, owner: Concept | None = None) -> Words:
    """Name, type, owner, uid and the beginning of the description, a line each."""
    label = metamodel.type(concept.type).label
    found = {}
    for lang in LANGUAGES:
        kind = said(label, lang)
        second = f"{kind} · {said(name_of(owner), lang)}" if owner is not None else kind
        lines = [said(name_of(concept), lang), second, concept.uid, _beginning(_described(concept, lang))]
        found[lang] = "\n".join(line for line in lines if line)
    return found


def _described(concept: Concept, lang: str) -> str | None:
    return concept.translations.get(lang, {}).get("description") or concept.description


def _beginning(description: str | None) -> str:
    plain = (description or "").strip()
    return plain if len(plain) <= _DESCRIPTION_LENGTH else plain[:_DESCRIPTION_LENGTH].rstrip() + "…"


def layers_of(metamodel: Metamodel, concepts: Iterable[Concept]) -> dict[str, str]:
    return {each.uid: metamodel.type(metamodel.base(each.type)).layer or "" for each in concepts}


def _upward(notation: str, source: str, target: str) -> bool:
    """Whether a line is laid out from its target down to its source."""
    known = source in _LAYERS and target in _LAYERS
    if known and source != target:
        return _LAYERS.index(source) > _LAYERS.index(target)
    return notation in _UPWARD


def moment_of(state: State) -> list[Words]:
    """Of when a drawing is: changeset and its date, the draft laid over it, and the date where one was asked for."""
    found = [_changeset(state)]
    if state.draft is not None:
        found.append(phrase("with_draft", id=state.draft.id))
    if state.on is not None:
        found.append(phrase("on_date", date=state.on.isoformat()))
    return found


def _changeset(state: State) -> Words:
    if not state.number:
        return phrase("of_nothing")
    applied = changesets.find_number(state.connection, state.number).applied_at
    return phrase("of_changeset", number=state.number, date=applied.date().isoformat() if applied else "")


def joined(parts: Iterable[Words], separator: str = SEPARATOR) -> Words:
    """Several texts as one, language by language."""
    kept = [part for part in parts if part]
    return {lang: separator.join(said(part, lang) for part in kept) for lang in words("legend")}


def type_names(metamodel: Metamodel, types: Iterable[str]) -> Words:
    """The names of types, with commas, in each language."""
    return joined([metamodel.type(name).label for name in types], ", ")


def owners_of(state: State, concepts: Iterable[Concept]) -> dict[str, Concept]:
    """The agencies that own these concepts, by uid."""
    return state.get_many(sorted({each.owner for each in concepts if each.owner}))


def summary_node(metamodel: Metamodel, id: str, counts: Mapping[str, int], *, rank: int | None = None) -> Node:
    """A box with a shadow that stands for many elements: how many of which types."""
    name, tooltip = (joined(counted_types(metamodel, counts, most=most), "\n") for most in (_MOST_TYPES, len(counts)))
    return Node(f"many {id}", name, Kind("Summary"), tooltip=tooltip, rank=rank)


def counted_types(metamodel: Metamodel, counts: Mapping[str, int], *, most: int = _MOST_TYPES) -> list[Words]:
    """How many of which types, the most first; beyond so many types only how many more."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [phrase("counted", count=count, name=plural(metamodel, name, count)) for name, count in ordered[:most]]
    rest = sum(count for _, count in ordered[most:])
    return [*shown, *([phrase("more", count=rest)] if rest else [])]


def plural(metamodel: Metamodel, name: str, count: int) -> Words:
    """What so many concepts of a type are called."""
    declared = metamodel.type(name)
    return declared.several if count > 1 else declared.label


def summary_edge(
    metamodel: Metamodel,
    relationship_type: str,
    source: str,
    target: str,
    *,
    count: int,
    layers: Mapping[str, str],
) -> Edge:
    """A line that stands for many relationships of a type."""
    kind = Kind(metamodel.base(relationship_type), relationship_type, metamodel.type(relationship_type).label)
    return Edge(
        id=f"many {source} {relationship_type} {target}",
        source=source,
        target=target,
        kind=kind,
        tooltip=phrase("counted", count=count, name=kind.label),
        count=count,
        backward=_upward(kind.notation, layers.get(source, ""), layers.get(target, "")),
    )
