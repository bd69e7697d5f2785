"""Which types stand for systems, functions and data in a repository: those of the government, else ArchiMate's own."""

from ea_repo.store.query import Query
from ea_repo.store.state import State

SYSTEMS = ("System", "ApplicationComponent")
FUNCTIONS = ("BusinessFunction", "BusinessProcess", "Capability")
DATA = ("DataSet", "DataObject", "BusinessObject")


def first_of(state: State, names: tuple[str, ...]) -> tuple[str, ...]:
    """The first of these types that the state has any of; none where it has none."""
    known = [name for name in names if name in state.metamodel.types]
    return next(((name,) for name in known if state.count(Query(types=(name,)))), ())
