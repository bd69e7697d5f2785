"""Dependencies: what a concept needs, directly or through others."""

from typing import Annotated

from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes
from ea_repo.analysis.reach import Depth, Reach, reach
from ea_repo.catalogue import question
from ea_repo.store.state import State


@question(example={"uid": "people:S-IDCARD"})
def dependencies(
    state: State,
    uid: Annotated[str, "The concept whose needs are asked."],
    *,
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Reach:
    """What this depends on, to n steps or all, each with the chain that explains it.

    The nearest come first. The conditions choose what is reported, not where the search goes. The concept itself is
    never reported; a relationship depends on both its ends. O(edges of the part reached).
    """
    return reach(state, uid, "dependencies", depth=depth, type=type, model=model, owner=owner)
