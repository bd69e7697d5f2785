"""What is exported: everything, a model, a folder, an agency, or what a question found. All conditions hold together."""

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import Parameter, entry
from ea_repo.errors import InvalidInput, Problem
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Selection:
    """`model` is a key, `folder` and `owner` are uids, which mean what is below them too; `uids` are concepts.

    A relationship comes with the two that it joins. Nothing said means everything.
    """

    model: str | None = None
    folder: str | None = None
    owner: str | None = None
    uids: tuple[str, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether whole models are meant: then relationships that lead out of them are, too."""
        return self.folder is None and self.owner is None and self.uids is None

    @property
    def title(self) -> str:
        """A short name, for a file."""
        named = self.folder or self.owner or self.model
        return named or ("repository" if self.uids is None else "selection")


def found_by(state: State, question: str, arguments: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The uids that a question of the catalogue finds: of its rows, and of the chains that lead to them.

    `arguments` are the question's own as people write them, such as {"uid": ["finance:tax"], "depth": ["2"]}.
    """
    asked = entry("question", question)
    known = {each.name: each for each in asked.parameters}
    if unknown := sorted(arguments.keys() - known.keys()):
        raise _wrong(unknown[0], f'the question {question} has no "{unknown[0]}"; it has {", ".join(known) or "none"}')
    if lacking := [each.name for each in asked.parameters if each.required and each.name not in arguments]:
        raise _wrong(lacking[0], f"the question {question} needs {lacking[0]}, such as {lacking[0]}=...")
    values = {name: _value(known[name], texts) for name, texts in arguments.items()}
    answer: Answer[Any] = asked.subject(state, **values)
    return tuple(sorted(answer.to_networkx()))


def _value(parameter: Parameter, texts: Sequence[str]) -> Any:
    annotation = parameter.annotation
    if typing.get_origin(annotation) in (tuple, list):
        return tuple(_parsed(parameter, typing.get_args(annotation)[0], text) for text in texts)
    if len(texts) != 1:
        raise _wrong(parameter.name, f"{parameter.name} is given {len(texts)} times; once is enough")
    return _parsed(parameter, annotation, texts[0])


def _parsed(parameter: Parameter, annotation: Any, text: str) -> Any:
    """A value from text, as the parameter's annotation says."""
    wanted = annotation
    try:
        if typing.get_origin(annotation) is typing.Literal:
            wanted = " or ".join(map(str, typing.get_args(annotation)))
            return next(each for each in typing.get_args(annotation) if str(each) == text)
        if annotation is bool:
            wanted = "true or false"
            return {"true": True, "false": False}[text.lower()]
        if annotation is date:
            wanted = "a date such as 2028-01-31"
            return date.fromisoformat(text)
        if annotation is int:
            wanted = "a whole number"
            return _bounded(parameter, int(text))
    except (ValueError, KeyError, StopIteration):
        raise _wrong(parameter.name, f'{parameter.name} is "{text[:80]}"; it should be {wanted}') from None
    return text


def _bounded(parameter: Parameter, number: int) -> int:
    if not (parameter.minimum or 0) <= number <= (parameter.maximum or 1_000_000):
        raise ValueError
    return number


def _wrong(name: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=[Problem(f"/{name}", detail)])
