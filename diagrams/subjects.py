"""Which types stand for systems, functions and data in a repository: those of the government, else ArchiMate's own."""

from diagrams.concepts import joined, plural, type_names
from diagrams.drawing import Words
from diagrams.notation import phrase
from ea_repo.analysis.coverage import FUNCTIONS, SYSTEMS
from ea_repo.store.query import Query
from ea_repo.store.state import State

__all__ = ["DATA", "FUNCTIONS", "SYSTEMS", "choice_label", "counted", "first_of"]

DATA = ("DataSet", "DataObject", "BusinessObject")


def first_of(state: State, names: tuple[str, ...]) -> tuple[str, ...]:
    """The first of these types that the state has any of; none where it has none."""
    known = [name for name in names if name in state.metamodel.types]
    return next(((name,) for name in known if state.count(Query(types=(name,)))), ())


def counted(state: State, types: tuple[str, ...], count: int) -> Words:
    """How many of which types."""
    if len(types) == 1:
        return phrase("counted", count=count, name=plural(state.metamodel, types[0], count))
    several = [phrase("only_types", names=type_names(state.metamodel, types))] if types else []
    return joined([phrase("things_count", count=count), *several])


def choice_label(state: State, type_name: str, attribute: str, value: str) -> Words:
    """What a choice is called; the value itself where the type has no such choice."""
    declared = state.metamodel.attributes(type_name).get(attribute) if type_name in state.metamodel.types else None
    found = next((each.label for each in declared.values if each.name == value), None) if declared is not None else None
    return found or value
