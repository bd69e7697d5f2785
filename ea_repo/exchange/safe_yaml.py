"""The one place where untrusted YAML is read: no aliases, which can stand for terabytes, bounded depth and size."""

from collections.abc import Iterator
from typing import Any

import yaml

from ea_repo.errors import MalformedRequest, TooLarge

MEGABYTE = 1024 * 1024
MAX_BYTES = 16 * MEGABYTE
_MOST_DEPTH = 64
_MOST_NODES = 2_000_000
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def documents(data: bytes, name: str) -> Iterator[tuple[int, Any]]:
    """Each document with the line on which it begins. Raises `MalformedRequest`, `TooLarge`."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name} is larger than {MAX_BYTES // MEGABYTE} MB, the most YAML that is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedRequest(f"{name} is not UTF-8") from None
    try:
        _check(text, name)
        loader = yaml.CSafeLoader(text)
        try:
            while loader.check_node():
                node: Any = loader.get_node()
                yield node.start_mark.line + 1, loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        said = " ".join(str(getattr(error, "problem", None) or error).split())
        raise MalformedRequest(f"{name}{where}: not YAML: {said}") from None
    except (
        ValueError,
        OverflowError,
        RecursionError,
        TypeError,
    ) as error:  # a date of month 13, a number of a million digits
        raise MalformedRequest(f"{name}: a value that cannot be read: {str(error)[:200]}") from None


def _check(text: str, name: str) -> None:
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
    for count, event in enumerate(events):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise MalformedRequest(
                f"{name}, line {line}: it uses an alias (*{event.anchor}); write out what it stands for"
            )
        depth += isinstance(event, _OPENING)
        depth -= isinstance(event, _CLOSING)
        if depth > _MOST_DEPTH:
            raise MalformedRequest(f"{name}, line {line}: nested more than {_MOST_DEPTH} deep")
        if count > _MOST_NODES:
            raise TooLarge(f"{name} has more than {_MOST_NODES:,} values, which is not read")
