"""Reads metamodels in TOML, one grammar for the standard, the government profile and a customer's own, and merges them.

Every fault of a text is told at once, with its line, the key and what would be right.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ea_repo.errors import InvalidInput, Problem
from ea_repo.metamodel.kinds import KINDS
from ea_repo.metamodel.places import Path, line_at, lines_of
from ea_repo.metamodel.types import Attribute, Choice, DependentRule, Metamodel, Text, Trait, Type

_TYPE_NAME = re.compile("[A-Z][A-Za-z0-9]{0,59}")
_ATTRIBUTE_NAME = re.compile("[a-z][a-z0-9_]{0,59}")
_PART_NAME = re.compile("[a-z][a-z0-9_-]{0,59}")
_DEPENDENT = ("source", "target", "both", "none")
_CATEGORIES = ("structural", "dependency", "dynamic", "other")

#: The keys of each table, and what their values must be.
_GRAMMAR: Mapping[str, Mapping[str, str]] = {
    "": {"profile": "table", "layer": "tables", "aspect": "tables", "trait": "tables", "type": "tables",
         "extend": "tables"},
    "profile": {"name": "text", "version": "text", "label": "labels", "help": "labels"},
    "layer": {"name": "text", "label": "labels"},
    "aspect": {"name": "text", "label": "labels"},
    "trait": {"name": "text", "label": "labels", "help": "labels", "attribute": "tables"},
    "type": {"name": "text", "kind": "text", "refines": "text", "layer": "text", "aspect": "text", "category": "text",
             "dependent": "rule", "label": "labels", "plural": "labels", "help": "labels", "traits": "texts",
             "attribute": "tables"},
    "extend": {"type": "text", "traits": "texts", "attribute": "tables"},
    "attribute": {"name": "text", "kind": "text", "label": "labels", "help": "labels", "unit": "text",
                  "values": "list", "target": "text", "many": "boolean", "required": "boolean", "indexed": "boolean",
                  "minimum": "number", "maximum": "number"},
    "values": {"name": "text", "label": "labels", "help": "labels"},
}  # fmt: skip
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "profile": ("name",), "layer": ("name", "label"), "aspect": ("name", "label"), "trait": ("name", "label"),
    "type": ("name", "label"), "extend": ("type",), "attribute": ("name", "kind", "label"), "values": ("name", "label"),
}  # fmt: skip
_SHAPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), 'text in quotes, such as "Agency"'),
    "texts": ((list,), 'a list of names, such as ["life-cycle"]'),
    "list": ((list,), 'a list, such as [{name = "high", label = {en = "High"}}]'),
    "labels": ((dict,), 'texts by language, such as {en = "Agency"}'),
    "table": ((dict,), "a table"),
    "tables": ((list,), "tables in double brackets, such as [[type]]"),
    "boolean": ((bool,), "true or false"),
    "number": ((int, float), "a number"),
    "rule": ((str, dict), 'source, target, both, none, or {attribute = "...", default = "none", ...}'),
}


@dataclass(slots=True)
class _Reader:
    """One text being read: its faults so far, and what has been declared."""

    text: str
    source: str
    base: Metamodel | None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    profile: str = ""

    def wrong(self, path: Path, detail: str, expected: str | None = None, code: str = "invalid") -> None:
        line = line_at(self.lines, path)
        key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        hint = f"; use {expected}" if expected else ""
        self.problems.append(
            Problem(f"{self.source}:{line} {key}".strip(), f"{self.source}, line {line}: {detail}{hint}", code, expected)
        )

    def done(self) -> None:
        if self.problems:
            first = self.problems[0].detail
            more = "" if len(self.problems) == 1 else f" (and {len(self.problems) - 1} more)"
            raise InvalidInput(f"{first}{more}", errors=sorted(self.problems, key=_line_of))


def read(text: str, source: str, permissions: Mapping[tuple[str, str], frozenset[str]]) -> Metamodel:
    """The metamodel that a text declares by itself: the standard's way in."""
    empty = Metamodel({}, {}, {}, {}, permissions)
    return _merged(empty, text, source)


def merge(metamodel: Metamodel, text: str, source: str = "profile.toml", *, custom: bool = True) -> Metamodel:
    """The metamodel with a profile over it. `InvalidInput` has one problem for each fault, in order of line."""
    return _merged(metamodel, text, source, text if custom else None)


def _merged(base: Metamodel, text: str, source: str, profile_text: str | None = None) -> Metamodel:
    reader = _Reader(text, source, base)
    tables = _parsed(reader)
    _check_table(reader, "", tables, ())
    reader.done()
    reader.profile = tables.get("profile", {}).get("name", source)
    layers = {**base.layers, **{each["name"]: Text(each["label"]) for each in tables.get("layer", ())}}
    aspects = {**base.aspects, **{each["name"]: Text(each["label"]) for each in tables.get("aspect", ())}}
    traits = _traits(reader, base, tables)
    types = _types(reader, base, tables, traits, layers, aspects)
    _extend(reader, tables, traits, types)
    reader.done()
    _check_references(reader, tables, types)
    reader.done()
    return replace(
        base, types=types, traits=traits, layers=layers, aspects=aspects,
        profile_text=profile_text, sources=(*base.sources, text),
    )  # fmt: skip


def _parsed(reader: _Reader) -> dict[str, Any]:
    try:
        tables = tomllib.loads(reader.text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else reader.text.count("\n") + 1
        detail = f"{reader.source}, line {line}: not TOML: {str(error).partition(' (at')[0]}"
        raise InvalidInput(detail, errors=[Problem(f"{reader.source}:{line}", detail, "not-toml")]) from None
    except RecursionError:
        raise InvalidInput(f"{reader.source}: nested too deep to be a profile") from None
    reader.lines = lines_of(reader.text)
    return tables


def _check_table(reader: _Reader, kind: str, table: Mapping[str, Any], path: Path) -> None:
    """Every key is known and of the right shape, and none that is needed is missing."""
    known = _GRAMMAR[kind]
    for key, value in table.items():
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            expected = nearest[0] if nearest else ", ".join(known)
            where = f"[[{kind}]] has no" if kind else "there is no"
            reader.wrong((*path, key), f'{where} "{key}"', expected, "unknown-key")
            continue
        types, expected = _SHAPES[known[key]]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            reader.wrong((*path, key), f'"{key}" is {value!r}', expected)
            continue
        _check_inside(reader, key, known[key], value, (*path, key))
    for key in _NEEDED.get(kind, ()):
        if key not in table:
            reader.wrong(path, f'"{key}" is missing here', f"{key} = ...", "missing-key")


def _check_inside(reader: _Reader, key: str, shape: str, value: Any, path: Path) -> None:
    if shape == "table":
        _check_table(reader, key, value, path)
    elif shape in ("tables", "list"):
        for position, each in enumerate(value):
            if isinstance(each, dict):
                _check_table(reader, key, each, (*path, position))
            else:
                reader.wrong((*path, position), f'"{key}" holds {each!r}', _SHAPES[shape][1])
    elif shape == "texts":
        for each in value:
            if not isinstance(each, str):
                reader.wrong(path, f'"{key}" holds {each!r}', _SHAPES[shape][1])
    elif shape == "labels":
        _check_labels(reader, key, value, path)


def _check_labels(reader: _Reader, key: str, value: Mapping[str, Any], path: Path) -> None:
    for language, text in value.items():
        if not isinstance(text, str) or not text.strip():
            reader.wrong(path, f'"{key}" in "{language}" is {text!r}', "text in quotes")
    if "en" not in value:
        reader.wrong(path, f'"{key}" says nothing in English', 'en = "..."', "missing-label")


def _traits(reader: _Reader, base: Metamodel, tables: Mapping[str, Any]) -> dict[str, Trait]:
    found = dict(base.traits)
    for position, each in enumerate(tables.get("trait", ())):
        path: Path = ("trait", position)
        name = each["name"]
        if not _PART_NAME.fullmatch(name):
            reader.wrong((*path, "name"), f'"{name}" is not the name of a trait', "small letters and dashes: life-cycle")
        if name in found:
            reader.wrong((*path, "name"), f'there is a trait "{name}" already', "another name", "duplicate")
        found[name] = Trait(name, Text(each["label"]), _attributes(reader, each, path))
    return found


def _types(
    reader: _Reader,
    base: Metamodel,
    tables: Mapping[str, Any],
    traits: Mapping[str, Trait],
    layers: Mapping[str, Text],
    aspects: Mapping[str, Text],
) -> dict[str, Type]:
    declared = {each["name"]: (position, each) for position, each in enumerate(tables.get("type", ()))}
    found = dict(base.types)
    done: set[str] = set()
    for position, each in enumerate(tables.get("type", ())):
        path: Path = ("type", position)
        name = each["name"]
        if not _TYPE_NAME.fullmatch(name):
            reader.wrong((*path, "name"), f'"{name}" is not the name of a type', "letters and digits: DataSet")
        if name in base.types:
            owner = base.types[name].profile
            reader.wrong((*path, "name"), f'"{name}" is declared by {owner} already', "[[extend]] to add attributes",
                         "duplicate")  # fmt: skip
        elif declared[name][0] != position:
            reader.wrong((*path, "name"), f'there is a type "{name}" already', "another name", "duplicate")
    if reader.problems:
        return found

    def declare(name: str, waiting: tuple[str, ...]) -> Type | None:
        if name in found:
            return found[name]
        position, each = declared[name]
        path = ("type", position)
        parent_name = each.get("refines")
        if parent_name in waiting or parent_name == name:
            reader.wrong((*path, "refines"), f'"{name}" would refine itself', "a type that does not refine it", "cycle")
            return None
        parent = None
        if parent_name is not None:
            if parent_name not in found and parent_name not in declared:
                _unknown_type(reader, (*path, "refines"), parent_name, [*found, *declared])
                return None
            parent = declare(parent_name, (*waiting, name))
            if parent is None:
                return None
        found[name] = _type(reader, path, each, parent, traits, layers, aspects)
        return found[name]

    for name in declared:
        if name not in done:
            done.add(name)
            declare(name, ())
    return {name: found[name] for name in (*base.types, *declared) if name in found}


def _type(
    reader: _Reader,
    path: Path,
    said: Mapping[str, Any],
    parent: Type | None,
    traits: Mapping[str, Trait],
    layers: Mapping[str, Text],
    aspects: Mapping[str, Text],
) -> Type:
    kind = said.get("kind") or (parent.kind if parent else None)
    if kind not in ("element", "relationship"):
        reader.wrong(path, f'"{said["name"]}" refines nothing and says no kind', 'refines = "BusinessActor" or the like')
        kind = "element"
    if parent and kind != parent.kind:
        reader.wrong((*path, "kind"), f"a {kind} cannot refine {parent.name}, a {parent.kind}", f"a {kind} type")
    if "layer" in said and said["layer"] not in layers:
        reader.wrong((*path, "layer"), f'there is no layer "{said["layer"]}"', ", ".join(layers))
    if "aspect" in said and said["aspect"] not in aspects:
        reader.wrong((*path, "aspect"), f'there is no aspect "{said["aspect"]}"', ", ".join(aspects))
    if "category" in said and said["category"] not in _CATEGORIES:
        reader.wrong((*path, "category"), f'there is no category "{said["category"]}"', ", ".join(_CATEGORIES))
    return Type(
        name=said["name"],
        kind=kind,  # type: ignore[arg-type]
        label=Text(said["label"]),
        refines=parent.name if parent else None,
        layer=said.get("layer") or (parent.layer if parent else None),
        aspect=said.get("aspect") or (parent.aspect if parent else None),
        category=said.get("category") or (parent.category if parent else None),
        dependent=_rule(reader, path, said, kind),
        plural=Text(said.get("plural")),
        help=Text(said.get("help")),
        traits=_known_traits(reader, said, path, traits),
        attributes=_attributes(reader, said, path),
        profile=reader.profile,
    )


def _rule(reader: _Reader, path: Path, said: Mapping[str, Any], kind: str) -> DependentRule | None:
    rule = said.get("dependent")
    if rule is None:
        return None
    path = (*path, "dependent")
    if kind != "relationship":
        reader.wrong(path, "only a relationship has a dependent end", "a relationship type")
    by_value = {} if isinstance(rule, str) else {key: end for key, end in rule.items() if key != "attribute"}
    default = rule if isinstance(rule, str) else by_value.pop("default", "none")
    for end in (default, *by_value.values()):
        if end not in _DEPENDENT:
            reader.wrong(path, f'"{end}" is not an end', ", ".join(_DEPENDENT))
    attribute = None if isinstance(rule, str) else rule.get("attribute")
    if by_value and not isinstance(attribute, str):
        reader.wrong(path, "the rule says values but no attribute", 'attribute = "access_type"')
    return DependentRule(default, attribute, by_value)


def _known_traits(
    reader: _Reader, said: Mapping[str, Any], path: Path, traits: Mapping[str, Trait]
) -> tuple[str, ...]:
    for name in said.get("traits", ()):
        if name not in traits:
            nearest = difflib.get_close_matches(name, traits, n=3) or list(traits)
            reader.wrong((*path, "traits"), f'there is no trait "{name}"', ", ".join(nearest), "unknown-trait")
    return tuple(name for name in said.get("traits", ()) if name in traits)


def _extend(
    reader: _Reader, tables: Mapping[str, Any], traits: Mapping[str, Trait], types: dict[str, Type]
) -> None:
    for position, each in enumerate(tables.get("extend", ())):
        path: Path = ("extend", position)
        name = each["type"]
        if name not in types:
            _unknown_type(reader, (*path, "type"), name, types)
            continue
        extended = types[name]
        known = {attribute.name for attribute in extended.attributes}
        added = _attributes(reader, each, path)
        for number, attribute in enumerate(added):
            if attribute.name in known:
                reader.wrong((*path, "attribute", number, "name"), f'{name} has an attribute "{attribute.name}" already',
                             "another name", "duplicate")  # fmt: skip
        types[name] = replace(
            extended,
            attributes=(*extended.attributes, *added),
            traits=tuple(dict.fromkeys((*extended.traits, *_known_traits(reader, each, path, traits)))),
        )


def _attributes(reader: _Reader, said: Mapping[str, Any], path: Path) -> tuple[Attribute, ...]:
    found: dict[str, Attribute] = {}
    for position, each in enumerate(said.get("attribute", ())):
        at: Path = (*path, "attribute", position)
        name = each["name"]
        if not _ATTRIBUTE_NAME.fullmatch(name):
            reader.wrong((*at, "name"), f'"{name}" is not the name of an attribute', "small letters, digits and _: yearly_cost")
        if name in found:
            reader.wrong((*at, "name"), f'there is an attribute "{name}" here already', "another name", "duplicate")
        attribute = _attribute(reader, at, each)
        if attribute is not None:
            found[name] = attribute
    return tuple(found.values())


def _attribute(reader: _Reader, path: Path, said: Mapping[str, Any]) -> Attribute | None:
    kind = KINDS.get(said["kind"])
    if kind is None:
        nearest = difflib.get_close_matches(said["kind"], KINDS, n=1)
        reader.wrong((*path, "kind"), f'there is no kind "{said["kind"]}"', ", ".join(nearest or KINDS), "unknown-kind")
        return None
    values = tuple(
        Choice(each["name"], Text(each["label"]), Text(each.get("help"))) for each in said.get("values", ())
    )
    if (kind.name == "choice") != bool(values):
        expected = 'values = [{name = "high", label = {en = "High"}}]' if not values else 'kind = "choice"'
        reader.wrong((*path, "kind"), "a choice has values, and nothing else has", expected)
    names = [choice.name for choice in values]
    for name in {each for each in names if names.count(each) > 1}:
        reader.wrong((*path, "values"), f'the value "{name}" is there twice', "each value once", "duplicate")
    if ("target" in said) != (kind.name == "reference"):
        reader.wrong((*path, "kind"), "a reference has a target, and nothing else has", 'kind = "reference", target = "System"')
    low, high = said.get("minimum"), said.get("maximum")
    if (low is not None or high is not None) and kind.name not in ("integer", "decimal", "money"):
        reader.wrong(path, f"a {kind.name} has no minimum or maximum", "them with integer, decimal or money only")
    elif low is not None and high is not None and low > high:
        reader.wrong((*path, "minimum"), f"the minimum {low} is above the maximum {high}", "a smaller minimum")
    return Attribute(
        name=said["name"], kind=kind, label=Text(said["label"]), help=Text(said.get("help")), unit=said.get("unit"),
        values=values, target=said.get("target"), many=said.get("many", False), required=said.get("required", False),
        indexed=said.get("indexed", False), minimum=low, maximum=high,
    )  # fmt: skip


def _check_references(reader: _Reader, tables: Mapping[str, Any], types: Mapping[str, Type]) -> None:
    """References name types that exist, and a refinement does not give an inherited attribute another meaning."""
    for section in ("trait", "type", "extend"):
        for position, each in enumerate(tables.get(section, ())):
            for number, attribute in enumerate(each.get("attribute", ())):
                target = attribute.get("target")
                if target is not None and target not in types:
                    path: Path = (section, position, "attribute", number, "target")
                    _unknown_type(reader, path, target, types)
    for position, each in enumerate(tables.get("type", ())):
        inherited = _inherited(types, types[each["name"]].refines)
        for number, attribute in enumerate(each.get("attribute", ())):
            known = inherited.get(attribute["name"])
            if known is not None and known.kind.name != attribute["kind"]:
                reader.wrong(
                    ("type", position, "attribute", number, "kind"),
                    f'"{attribute["name"]}" is inherited as {known.kind.name}', known.kind.name,
                )  # fmt: skip


def _inherited(types: Mapping[str, Type], name: str | None) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    while name is not None:
        for attribute in types[name].attributes:
            found.setdefault(attribute.name, attribute)
        name = types[name].refines
    return found


def _unknown_type(reader: _Reader, path: Path, name: str, known: Iterable[str]) -> None:
    nearest = difflib.get_close_matches(name, list(known), n=3)
    reader.wrong(path, f'there is no type "{name}"', ", ".join(nearest) or "a type of the metamodel", "unknown-type")


def _line_of(problem: Problem) -> int:
    found = re.search(r":(\d+)", problem.pointer)
    return int(found[1]) if found else 0
