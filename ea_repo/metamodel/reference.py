"""The reference page of a metamodel in Markdown, made of its declarations; `docs/metamodel.md` is such.

`python -m ea_repo.metamodel.reference` writes that page again.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ea_repo.metamodel import standard
from ea_repo.metamodel.dependency import NO_RULE, Dependent
from ea_repo.metamodel.rules import letters
from ea_repo.metamodel.types import Attribute, Metamodel, Text, Trait, Type

PAGE = Path("docs/metamodel.md")
_LANGUAGES = ("en", "id", "ko")
_NAMES = ("English", "Indonesian", "Korean")
_RELATIONSHIP = "Relationship"

_INTRODUCTION = """\
# Metamodel reference

What may be said in the repository: the types of ArchiMate 3.2, refined by the government profile{profiles}.
This page is made from the declarations; write it again with `python -m ea_repo.metamodel.reference`.

A type has the attributes of what it refines, of its traits, and its own. Asking for a type also finds those
that refine it. Beside attributes every concept has a name, a description, an owner, `valid_from` and
`valid_until`, a specialization and a folder, and any number of ArchiMate properties.
"""

_KINDS = """\
## Kinds of values

| kind | in JSON |
|---|---|
| text | `"text"` |
| integer | `1200` |
| decimal | `12.5`, at most 15 digits |
| money | `{"amount": 1200.5, "currency": "IDR"}`, the currency by ISO 4217 |
| date | `"2028-01-31"` |
| choice | the name of one of the values listed |
| boolean | `true` or `false` |
| url | `"https://..."` |
| reference | the uid of a concept, `"model:identifier"` |
| list of ... | `[...]` |
"""

_DEPENDS: Mapping[Dependent, str] = {
    "source": "the source depends on the target",
    "target": "the target depends on the source",
    "both": "both depend on each other",
    "none": "neither depends on the other",
}


def reference_page(metamodel: Metamodel) -> str:
    """The whole page, in a stable order."""
    parts = [
        _INTRODUCTION.format(profiles=_own_profiles(metamodel)),
        _contents(metamodel),
        _KINDS,
        *_element_sections(metamodel),
        *_relationship_section(metamodel),
        *_trait_section(metamodel),
        *_permission_section(metamodel),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _own_profiles(metamodel: Metamodel) -> str:
    profiles = dict.fromkeys(each.profile for each in metamodel.types.values())
    own = [name for name in profiles if name not in ("archimate", "government")]
    return f" and by {', '.join(own)}" if own else ""


def _contents(metamodel: Metamodel) -> str:
    titles = [
        "Kinds of values",
        *(_layer_title(metamodel, layer) for layer in metamodel.layers),
        *("Relationships", "Traits", "Permitted relationships"),
    ]
    return "\n".join(f"- [{title}](#{title.lower().replace(' ', '-')})" for title in titles)


def _layer_title(metamodel: Metamodel, layer: str) -> str:
    return f"{metamodel.layers[layer].get('en')} layer"


# Elements, a section a layer: one table of all, then each type that says more.


def _element_sections(metamodel: Metamodel) -> Iterator[str]:
    for layer, label in metamodel.layers.items():
        types = _family_order(metamodel, (each for each in metamodel.elements() if each.layer == layer))
        yield f"## {_layer_title(metamodel, layer)}\n\n{_labels(label)}"
        rows = [
            [_type_link(each), _type_link(metamodel.types[each.refines]) if each.refines else "",
             _aspect(metamodel, each), *(_cell(each.label.get(language)) for language in _LANGUAGES),
             _cell(each.help.get("en"))]
            for each in types
        ]  # fmt: skip
        yield _table(("type", "refines", "aspect", *_NAMES, "what it is"), rows)
        yield from (_type_part(metamodel, each) for each in types if _says_more(each))


def _family_order(metamodel: Metamodel, types: Iterable[Type]) -> list[Type]:
    """Each ArchiMate type followed by those that refine it, in the order of declaration."""
    order = {name: number for number, name in enumerate(metamodel.types)}
    return sorted(types, key=lambda each: [order[name] for name in reversed(metamodel.ancestry(each.name))])


def _says_more(type_: Type) -> bool:
    return bool(type_.attributes or type_.traits)


def _type_link(type_: Type) -> str:
    return f"[{type_.name}](#{type_.name.lower()})" if _says_more(type_) else type_.name


def _aspect(metamodel: Metamodel, type_: Type) -> str:
    return _cell(metamodel.aspects[type_.aspect].get("en")) if type_.aspect else ""


def _type_part(metamodel: Metamodel, type_: Type) -> str:
    lines = [f"### {type_.name}", "", _labels(type_.label)]
    if type_.help:
        lines += ["", type_.help.get("en")]
    if type_.traits:
        lines += ["", f"Traits: {', '.join(f'[{name}](#trait-{name})' for name in type_.traits)}."]
    inherited = _inherited(metamodel, type_)
    if inherited:
        lines += ["", f"Inherited: {inherited}."]
    if type_.attributes:
        lines += ["", _attribute_table(type_.attributes)]
    return "\n".join(lines)


def _inherited(metamodel: Metamodel, type_: Type) -> str:
    if type_.refines is None:
        return ""
    return ", ".join(f"`{name}`" for name in metamodel.attributes(type_.refines))


# Relationships and traits.


def _relationship_section(metamodel: Metamodel) -> Iterator[str]:
    types = _family_order(metamodel, metamodel.relationships())
    yield "## Relationships"
    rows = [
        [_type_link(each), each.refines or "", each.category or "",
         *(_cell(each.label.get(language)) for language in _LANGUAGES),
         _dependency(metamodel, each), _cell(each.help.get("en"))]
        for each in types
    ]  # fmt: skip
    yield _table(("type", "refines", "category", *_NAMES, "dependency", "what it is"), rows)
    yield from (_type_part(metamodel, each) for each in types if _says_more(each))


def _dependency(metamodel: Metamodel, type_: Type) -> str:
    rules = (metamodel.types[name].dependent for name in metamodel.ancestry(type_.name))
    rule = next((each for each in rules if each is not None), NO_RULE)
    said = [f"{condition}: {_DEPENDS[end]}" for condition, end in rule.cases().items() if condition]
    return "; ".join([*said, f"{'otherwise ' if said else ''}{_DEPENDS[rule.default]}"])


def _trait_section(metamodel: Metamodel) -> Iterator[str]:
    yield "## Traits\n\nAttributes that several types share."
    for trait in metamodel.traits.values():
        having = [each.name for each in metamodel.types.values() if trait.name in each.traits]
        yield _trait_part(trait, having)


def _trait_part(trait: Trait, having: Sequence[str]) -> str:
    types = ", ".join(having) or "no type yet"
    lines = [f"### Trait {trait.name}", "", _labels(trait.label), "", f"Of {types}."]
    if trait.attributes:
        lines += ["", _attribute_table(trait.attributes)]
    return "\n".join(lines)


# Attributes.


def _attribute_table(attributes: Iterable[Attribute]) -> str:
    rows = [
        [f"`{each.name}`", _kind(each), _allowed(each), *(_cell(each.label.get(key)) for key in _LANGUAGES),
         _cell(each.help.get("en"))]
        for each in attributes
    ]  # fmt: skip
    return _table(("attribute", "kind", "unit, values", *_NAMES, "what it means"), rows)


def _kind(attribute: Attribute) -> str:
    kind = f"list of {attribute.kind.name}" if attribute.many else attribute.kind.name
    return f"{kind}, required" if attribute.required else kind


def _allowed(attribute: Attribute) -> str:
    """Unit, bounds, the type a reference leads to, and each allowed value in the three languages."""
    low, high = attribute.minimum, attribute.maximum
    bounds = {
        (True, True): f"{low} to {high}",
        (True, False): f"at least {low}",
        (False, True): f"at most {high}",
    }.get((low is not None, high is not None))
    said = [attribute.unit, bounds, attribute.target]
    values = [f"`{each.name}` {_cell(_in_all(each.label))}" for each in attribute.values]
    return "<br>".join([", ".join(each for each in said if each), *values]).removeprefix("<br>")


# What may join what.


def _permission_section(metamodel: Metamodel) -> Iterator[str]:
    short = letters()
    named = ", ".join(f"{letter} {name}" for name, letter in sorted(short.items(), key=lambda each: each[1]))
    yield (
        "## Permitted relationships\n\n"
        "By ArchiMate 3.2, appendix B, from each concept to others. Types that refine one may do as it\n"
        f"does; {_RELATIONSHIP} stands for an end that is one. What breaks this is kept, with a finding.\n\n"
        f"{named}."
    )
    groups = _layer_groups(metamodel)
    concepts = [name for names in groups.values() for name in names]
    rows = [
        [source, said, _joined(groups, targets)]
        for source in concepts
        for said, targets in _targets(metamodel, short, source, concepts)
    ]
    yield _table(("from", "may have", "to"), rows)


def _layer_groups(metamodel: Metamodel) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {layer: [] for layer in metamodel.layers}
    for each in metamodel.elements():
        if each.refines is None:
            groups[each.layer or ""].append(each.name)
    return {**groups, "": [_RELATIONSHIP]}


def _targets(
    metamodel: Metamodel, short: Mapping[str, str], source: str, concepts: Sequence[str]
) -> list[tuple[str, set[str]]]:
    """For each set of relationships, the concepts it may lead to; the richest set first."""
    found: dict[str, set[str]] = {}
    for target in concepts:
        permitted = metamodel.permissions.get((source, target), frozenset())
        found.setdefault("".join(sorted(short[name] for name in permitted)), set()).add(target)
    return sorted(((said, to) for said, to in found.items() if said), key=lambda each: (-len(each[0]), each[0]))


def _joined(groups: Mapping[str, Sequence[str]], names: set[str]) -> str:
    """The names in order, whole layers by their name."""
    if names >= {name for group in groups.values() for name in group}:
        return "*all*"
    said: list[str] = []
    for layer, group in groups.items():
        if len(group) > 1 and names.issuperset(group):
            said.append(f"*all of {layer}*")
        else:
            said += [name for name in group if name in names]
    return ", ".join(said)


# Markdown.


def _labels(label: Text) -> str:
    return " · ".join(f"{name}: {label.get(language)}" for name, language in zip(_NAMES, _LANGUAGES, strict=True))


def _in_all(label: Text) -> str:
    return " · ".join(label.get(language) for language in _LANGUAGES)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Write the page of the standard metamodel where the documents are."""
    PAGE.write_text(reference_page(standard()), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")


if __name__ == "__main__":
    main()
