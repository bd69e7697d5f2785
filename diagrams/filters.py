"""What a picture was narrowed to, as its subtitle says it: whose, in which models, of which types."""

from diagrams.concepts import joined, name_of, type_names
from diagrams.drawing import Words
from diagrams.notation import phrase
from ea_repo.store.state import State

Named = str | tuple[str, ...] | None


def filters(state: State, *, owner: Named = None, model: Named = None, type: tuple[str, ...] = ()) -> list[Words]:
    """One text for each filter that is given, in the order in which they are told; none for those left out."""
    found: list[Words] = []
    if owners := _several(owner):
        found.append(phrase("of_owner", name=joined([name_of(state.get(each)) for each in owners], ", ")))
    if models := _several(model):
        found.append(phrase("in_model", name=joined([name_of(state.model(each)) for each in models], ", ")))
    if type:
        found.append(phrase("only_types", names=type_names(state.metamodel, type)))
    return found


def _several(given: Named) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()
