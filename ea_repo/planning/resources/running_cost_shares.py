"""The list behind the running cost: which part of which resource each system bears."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.resources.cost_sharing import AskedRule, costs
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
    rows = [
        CostShare(
            share.resource.uid, share.resource.name, share.resource.type, share.resource.owner,
            None if share.system is None else share.system.uid, "" if share.system is None else share.system.name,
            None if share.system is None else share.system.owner,
            float(share.weight), float(share.part.amount), share.part.currency,
        )
        for share in costs(state, rule).shares
        if (resource is None or share.resource.uid == resource)
        and (system is None or (share.system is not None and share.system.uid == system))
    ]  # fmt: skip
    return Answer.of(state, sorted(rows, key=lambda row: (row.uid, -row.amount, row.system or "")))
