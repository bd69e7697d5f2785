"""Impact: what depends on a concept, directly or through others. Drawing it is left to the viewpoint of that name."""

from typing import Annotated

from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes
from ea_repo.analysis.reach import Depth, Reach, reach
from ea_repo.catalogue import question
from ea_repo.store.state import State


@question(example={"uid": "shared:SRV-GOVID"})
def impact(
    state: State,
    uid: Annotated[str, "The concept that would stop or change."],
    *,
    depth: Depth = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Reach:
    """What depends on this, to n steps or all, each with the chain that explains it.

    The nearest come first. The conditions choose what is reported, not where the search goes: a service that depends
    through systems of another agency is found. The concept itself is never reported. O(edges of the part reached).
    """
    return reach(state, uid, "dependents", depth=depth, type=type, model=model, owner=owner)
