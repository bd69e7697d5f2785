"""The list behind the running cost: which part of which resource each system bears."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.resources.cost_sharing import AskedRule, Share, costs
from ea_repo.planning.resources.register import on_a_day
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class CostShare:
    """A system's part of a resource's yearly cost: by its `weight`. Without a system: nobody stands on the resource."""

    uid: str
    name: str
    type: str
    owner: str | None
    system: str | None
    system_name: str
    system_owner: str | None
    weight: float
    amount: float
    currency: str


@report(example={"system": "centre:GOVID"})
def running_cost_shares(
    state: State,
    *,
    rule: AskedRule = "users",
    system: Annotated[str | None, "Only what this system bears."] = None,
    resource: Annotated[str | None, "Only how the cost of this resource is shared."] = None,
) -> Answer[CostShare]:
    """Which part of the yearly cost of each resource each system bears: the list behind running-cost.

    By resource, then the largest part first. O(resources x the systems that stand on each).
    """
    state = on_a_day(state)
    for uid in (system, resource):
        if uid is not None:
            state.get(uid)
    found = [
        share
        for share in costs(state, rule).shares
        if (resource is None or share.resource.uid == resource)
        and (system is None or (share.system is not None and share.system.uid == system))
    ]
    found.sort(
        key=lambda share: (share.resource.uid, -float(share.part.amount), share.system.uid if share.system else "")
    )
    return Answer(state, len(found), lambda positions: [_told(found[each]) for each in positions])


def _told(share: Share) -> CostShare:
    resource, system = share.resource, share.system
    return CostShare(
        resource.uid, resource.name, resource.type, resource.owner, system.uid if system else None,
        system.name if system else "", system.owner if system else None, float(share.weight), float(share.part.amount),
        share.part.currency,
    )  # fmt: skip
