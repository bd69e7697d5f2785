"""The one registry: a question, viewpoint or format is entered once, by its decorator, in its own module.

The API routes, the commands and the reference pages are made from the entries. Modules are found by looking into the
folder of each kind on first use; other distributions add theirs through entry points of the group `ea_repo.<kind>`.
"""

import functools
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Literal, TypeVar

from ea_repo.collector import paused_collector
from ea_repo.errors import NotFound

EntryKind = Literal["question", "report", "viewpoint", "format", "picture"]

#: Where the modules of a kind stand.
FOLDERS: Mapping[EntryKind, str] = {
    "question": "ea_repo.analysis",
    "report": "ea_repo.planning",
    "viewpoint": "diagrams.viewpoints",
    "format": "ea_repo.exchange",
    "picture": "diagrams.renderers",
}

Registered = TypeVar("Registered")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of an entry's function, without the leading state: what a route or command has to ask for.

    `Annotated[int, "how many steps", range(1, 7)]` gives its help and, for a number, its bounds: a range, or the
    least and the greatest, `(0.1, 10.0)`. A compiled pattern says how a text is written, all of it.
    """

    name: str
    annotation: Any  # the bare type: str, int, bool, date, a Literal, or tuple[str, ...] for a repeatable one
    help: str
    default: Any = inspect.Parameter.empty
    optional: bool = False  # annotated `| None`
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue knows of one question, viewpoint, file format or picture format.

    `subject` is what was decorated: a function whose first argument is a State, or a format's class instance.
    `example` holds arguments that answer on the sample government.
    """

    kind: EntryKind
    name: str
    summary: str
    subject: Any
    parameters: tuple[Parameter, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)


_entries: dict[EntryKind, dict[str, Entry]] = {kind: {} for kind in FOLDERS}
_discovered: set[EntryKind] = set()


def question(*, name: str | None = None, example: Mapping[str, Any]) -> Callable[[Registered], Registered]:
    """Enter a function `(state, ...) -> rows` as a question. Its docstring's first line is the summary."""
    return _register("question", name, example)


def report(*, name: str | None = None, example: Mapping[str, Any]) -> Callable[[Registered], Registered]:
    """Enter a function `(state, ...) -> rows` as a report of planning: a question whose answer goes to a meeting.

    While it answers, no cycles are looked for: what it reads is much, and in none, so that half of its time would go there.
    """
    enter: Callable[[Any], Any] = _register("report", name, example)
    return lambda subject: enter(_without_collector(subject))


def viewpoint(*, name: str | None = None, example: Mapping[str, Any]) -> Callable[[Registered], Registered]:
    """Enter a function `(state, ...) -> Drawing` as a viewpoint."""
    return _register("viewpoint", name, example)


def file_format(*, name: str) -> Callable[[Registered], Registered]:
    """Enter a class as a file format; its instance is what readers get."""
    return _register("format", name, {})


def picture_format(*, name: str) -> Callable[[Registered], Registered]:
    """Enter a class as a format of pictures: `diagrams.picture_format` says what it has."""
    return _register("picture", name, {})


def entries(kind: EntryKind) -> Mapping[str, Entry]:
    """All entries of a kind by name, in alphabetical order."""
    _discover(kind)
    return dict(sorted(_entries[kind].items()))


def entry(kind: EntryKind, name: str) -> Entry:
    """One entry; `NotFound` names those that exist."""
    if has(kind, name):
        return _entries[kind][name]
    known = entries(kind)
    if name not in known:
        raise NotFound(f'there is no {kind} "{name}"; there are: {", ".join(known)}', nearest=list(known))
    return known[name]


def has(kind: EntryKind, name: str) -> bool:
    """Whether there is an entry of that name. Its own module is tried first: importing all of a kind takes long."""
    if name not in _entries[kind] and kind not in _discovered:
        _import_namesakes(kind, name.replace("-", "_"))
    return name in _entries[kind] or name in entries(kind)


def _without_collector(function: Any) -> Any:
    @functools.wraps(function)
    def paused(*arguments: Any, **named: Any) -> Any:
        with paused_collector():
            return function(*arguments, **named)

    return paused


def _register(kind: EntryKind, name: str | None, example: Mapping[str, Any]) -> Callable[[Registered], Registered]:
    def register(subject: Registered) -> Registered:
        found = name or subject.__name__.replace("_", "-")  # type: ignore[attr-defined]
        is_class = inspect.isclass(subject)
        _entries[kind][found] = Entry(
            kind=kind,
            name=found,
            summary=(inspect.getdoc(subject) or "").partition("\n")[0],
            subject=subject() if isinstance(subject, type) else subject,
            parameters=() if is_class else parameters_of(subject)[1:],
            example=example,
        )
        return subject

    return register


def parameters_of(function: Any) -> tuple[Parameter, ...]:
    """What a function, or a dataclass, asks for."""
    hints = typing.get_type_hints(function, include_extras=True)
    found = []
    for each in inspect.signature(function).parameters.values():
        annotation, help_text = hints.get(each.name, Any), ""
        bounds: range | tuple[float, ...] = ()
        pattern: str | None = None
        if typing.get_origin(annotation) is typing.Annotated:
            annotation, help_text, *rest = typing.get_args(annotation)
            bounds = next((part for part in rest if isinstance(part, range | tuple)), bounds)
            pattern = next((part.pattern for part in rest if isinstance(part, re.Pattern)), None)
        bare, optional = _without_none(annotation)
        minimum, maximum = (bounds[0], bounds[-1]) if len(bounds) else (None, None)
        found.append(Parameter(each.name, bare, help_text, each.default, optional, minimum, maximum, pattern))
    return tuple(found)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return annotation, False
    rest = [each for each in typing.get_args(annotation) if each is not type(None)]
    return rest[0], len(rest) < len(typing.get_args(annotation))


def _import_namesakes(kind: EntryKind, stem: str) -> None:
    """Imports what is called like an entry: an entry's module usually is."""
    if not stem.isidentifier():
        return
    folder = Path(next(iter(importlib.import_module(FOLDERS[kind]).__path__)))
    for found in sorted(folder.rglob(f"{stem}.py")):
        importlib.import_module(".".join([FOLDERS[kind], *found.relative_to(folder).with_suffix("").parts]))


def _discover(kind: EntryKind) -> None:
    if kind in _discovered:
        return
    folder = importlib.import_module(FOLDERS[kind])
    for module in pkgutil.walk_packages(folder.__path__, f"{FOLDERS[kind]}."):
        importlib.import_module(module.name)
    for point in entry_points(group=f"ea_repo.{kind}"):
        point.load()
    _discovered.add(kind)
