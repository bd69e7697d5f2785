"""What may be said: ArchiMate 3.2, the government profile over it, and a customer's own over both."""

from functools import cache
from importlib.resources import files

from ea_repo.metamodel.dependency import Dependent
from ea_repo.metamodel.finding import Finding, Severity
from ea_repo.metamodel.kinds import Kind, Money
from ea_repo.metamodel.profile import merge, read
from ea_repo.metamodel.rules import permissions
from ea_repo.metamodel.types import Attribute, Choice, Metamodel, Text, Trait, Type

#: The built-in metamodels, each laid over those before it.
_BUILT_IN = ("archimate.toml", "government.toml")


@cache
def standard() -> Metamodel:
    """The built-in metamodel: ArchiMate 3.2 refined by the government profile."""
    folder = files("ea_repo.metamodel")
    standard_name, *profiles = _BUILT_IN
    metamodel = read(folder.joinpath(standard_name).read_text("utf-8"), standard_name, permissions())
    for name in profiles:
        metamodel = merge(metamodel, folder.joinpath(name).read_text("utf-8"), name, custom=False)
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
