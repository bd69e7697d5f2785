"""Label expressions of stored views: `${name}`, `${property:Owner}`, `$view{name}` and the like.

The modelling tool of origin writes them on boxes and lines in place of a fixed text. What is not known here
becomes empty.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ea_repo.store.records import Concept

#: (concept's uid, relationship type, "source" or "target") -> the concept at that end of such a relationship.
Related = Callable[[str, str, str], Concept | None]

_PREFIX = re.compile(r"\$([A-Za-z]*(?::(?:source|target))?)\{")
_DEEPEST = 20
_RELATIONSHIPS = (
    "Composition", "Aggregation", "Assignment", "Realization", "Serving", "Access",
    "Influence", "Association", "Triggering", "Flow", "Specialization",
)  # fmt: skip
_BY_PREFIX = {name.lower(): name for name in _RELATIONSHIPS}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an expression is about: a concept or the text of a note, the box around, the view."""

    concept: Concept | None = None
    type_label: str = ""
    content: str = ""
    parent: "Subject | None" = None
    view: Mapping[str, str] | None = None  # name, documentation, viewpoint
    related: Related | None = None


def evaluate(expression: str, subject: Subject | None, depth: int = 0) -> str:
    """The text that the expression gives for its subject."""
    if depth > _DEEPEST:
        return ""
    found, at = [], 0
    while match := _PREFIX.search(expression, at):
        end = _closing(expression, match.end())
        if end is None:
            break
        found.append(expression[at : match.start()])
        about = _prefixed(match[1], subject)
        found.append(_value(expression[match.end() : end], about, depth + 1))
        at = end + 1
    found.append(expression[at:])
    return "".join(found)


def _closing(text: str, start: int) -> int | None:
    """The brace that closes the one before `start`."""
    open_braces = 1
    for at in range(start, len(text)):
        open_braces += {"{": 1, "}": -1}.get(text[at], 0)
        if open_braces == 0:
            return at
    return None


def _prefixed(prefix: str, subject: Subject | None) -> Subject | None:
    """What a prefix leads to: the box around, the view, the concept at the other end of a relationship."""
    if not prefix or subject is None:
        return subject
    if prefix == "parent":
        return subject.parent
    if prefix == "view":
        return Subject(view=subject.view)
    name, _, end = prefix.partition(":")
    relationship = _BY_PREFIX.get(name.lower())
    if relationship is None or not end or subject.concept is None or subject.related is None:
        return None
    other = subject.related(subject.concept.uid, relationship, end)
    return Subject(concept=other, related=subject.related) if other is not None else None


def _value(body: str, subject: Subject | None, depth: int) -> str:
    name, *arguments = _parted(body)
    if name in ("if", "nif"):
        return _conditional(name, arguments, subject, depth)
    if name == "wordwrap":
        return evaluate(":".join(arguments[1:]), subject, depth)
    if subject is None:
        return ""
    if name == "property":
        return _property(subject, evaluate(":".join(arguments), subject, depth))
    return _field(name, subject)


def _conditional(name: str, arguments: list[str], subject: Subject | None, depth: int) -> str:
    condition, then, *otherwise = [*arguments, "", ""][: max(len(arguments), 2)]
    holds = bool(evaluate(condition, subject, depth).strip())
    if holds == (name == "if"):
        return evaluate(then, subject, depth)
    return evaluate(otherwise[0], subject, depth) if otherwise else ""


def _parted(body: str) -> list[str]:
    """Split at colons that stand in no inner braces."""
    parts, depth = [""], 0
    for character in body:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == ":" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _property(subject: Subject, key: str) -> str:
    if subject.concept is None:
        return ""
    return next((each.value for each in subject.concept.properties if each.key == key), "")


def _field(name: str, subject: Subject) -> str:
    concept, view = subject.concept, subject.view or {}
    if name == "content":
        return subject.content
    if concept is None:
        return view.get(name, "") or (subject.content if name == "name" else "")
    fields = {
        "name": concept.name,
        "documentation": concept.description or "",
        "type": subject.type_label or concept.type,
        "specialization": concept.specialization or "",
        "strength": str(concept.attributes.get("strength") or ""),
        "accessType": str(concept.attributes.get("access_type") or ""),
        "properties": "\n".join(f"{each.key}: {each.value}" for each in concept.properties),
        "propertiesvalues": "\n".join(each.value for each in concept.properties),
    }
    return fields.get(name, "")
