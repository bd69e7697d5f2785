"""What may be said: ArchiMate 3.2, the government profile over it, and a customer's own over both."""

from functools import cache
from importlib.resources import files

from ea_repo.metamodel.finding import Finding, Severity
from ea_repo.metamodel.kinds import Kind, Money
from ea_repo.metamodel.profile import merge, read
from ea_repo.metamodel.rules import permissions
from ea_repo.metamodel.types import Attribute, Choice, Dependent, Metamodel, Text, Trait, Type

#: The built-in metamodels, each laid over those before it.
_BUILT_IN = ("archimate.toml", "government.toml")


@cache
def standard() -> Metamodel:
    """The built-in metamodel: ArchiMate 3.2 refined by the government profile."""
    folder = files("ea_repo.metamodel")
    first, *rest = (folder.joinpath(name).read_text("utf-8") for name in _BUILT_IN if folder.joinpath(name).is_file())
    metamodel = read(first, _BUILT_IN[0], permissions())
    for name, text in zip(_BUILT_IN[1:], rest, strict=False):
        metamodel = merge(metamodel, text, name, custom=False)
    return metamodel


__all__ = [
    "Attribute",
    "Choice",
    "Dependent",
    "Finding",
    "Kind",
    "Metamodel",
    "Money",
    "Severity",
    "Text",
    "Trait",
    "Type",
    "merge",
    "standard",
]
