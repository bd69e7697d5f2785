"""Which concepts a question is about: by type with its refinements, by model, by owner with its sub-agencies."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from ea_repo.analysis.graph import Graph
from ea_repo.store.labels import ids_of, model_id
from ea_repo.store.sorted_ids import Mask
from ea_repo.store.state import State

OfTypes = Annotated[tuple[str, ...], "Only concepts of this type or its refinements; give several for any of them."]
OfModels = Annotated[tuple[str, ...], "Only concepts of this model; give several for any of them."]
OfOwners = Annotated[tuple[str, ...], "Only what this agency or an agency below it owns; give several for any of them."]


def chosen(state: State, type: Sequence[str], model: Sequence[str], owner: Sequence[str]) -> Mask | None:
    """The rows of the state's graph that fit every condition; None for all. `NotFound` for a name that is none."""
    graph: Graph = state.graph
    masks = []
    if type:
        masks.append(graph.of_types(each for name in type for each in state.metamodel.descendants(name)))
    if model:
        masks.append(np.isin(graph.models, [model_id(state, uid) for uid in model]))
    if owner:
        agencies = {each for uid in owner for each in state.sub_agencies(uid)}
        masks.append(np.isin(graph.owners, list(ids_of(state, agencies).values())))
    return np.logical_and.reduce(masks) if masks else None
