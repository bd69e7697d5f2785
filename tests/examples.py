"""The examples of the catalogue's entries, as a command line."""

from ea_repo.catalogue import Entry


def arguments_of(entry: Entry) -> list[str]:
    """What is required in order, then options."""
    positional = [
        str(value) for each in entry.parameters if each.required for value in _several(entry.example[each.name])
    ]
    named = [
        text
        for each in entry.parameters
        if each.name in entry.example and not each.required
        for value in _several(entry.example[each.name])
        for text in (f"--{each.name.replace('_', '-')}", str(value))
    ]
    return [*positional, *named]


def _several(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)
