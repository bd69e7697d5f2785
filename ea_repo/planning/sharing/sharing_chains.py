"""Who gets data at second and third hand, and through whom."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.chains import Step
from ea_repo.catalogue import report
from ea_repo.planning.sharing.hands import hands, sources, way
from ea_repo.planning.sharing.parameters import Level, OfAgency, OfDataSet
from ea_repo.planning.sharing.register import Exchange, Register, read
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class SharedOn:
    """A system that has a data set through others. `hand` counts the agencies it was handed over to, this one included.

    `through` are the agencies between, in order. `onward_sharing` is whether every agreement on the way but the last allows
    handing on: None where one says nothing, or there is none.
    """

    data_set: str
    data_set_name: str
    hand: int
    agency: str | None
    agency_name: str
    system: str
    system_name: str
    origin: str | None
    origin_name: str
    through: tuple[str | None, ...]
    onward_sharing: bool | None
    chain: tuple[Step, ...]


@report(example={})
def sharing_chains(
    state: State,
    *,
    data_set: OfDataSet = None,
    agency: OfAgency = None,
    hand: Annotated[int, "Only who has it at this hand or a later one.", range(1, 100)] = 2,
    level: Level = None,
) -> Answer[SharedOn]:
    """Who gets each data set at second hand and later, through whom, with the chain of exchanges, and whether that is allowed.

    The shortest way by number of agencies from those who collect, derive or write the data; who also gets it from the source
    itself has it at first hand. O(accesses + exchanges).
    """
    if data_set is not None:
        state.get(data_set)
    below = None if agency is None else state.sub_agencies(agency)
    register = read(state, level)
    rows = []
    for uid, exchanges in register.exchanges_by_data_set.items():
        if data_set not in (None, uid):
            continue
        begun = sources(register.accesses_by_data_set.get(uid, ()), exchanges)
        reached = hands(begun, exchanges)
        rows += [
            (uid, system, each.hand, way(reached, system))
            for system, each in reached.items()
            if each.hand >= hand and each.by is not None and (below is None or each.by.receiver in below)
        ]
    rows.sort(key=lambda row: (register.data_sets[row[0]].name, row[0], row[2], row[1]))
    return Answer.of(state, _told(register, rows))


def _told(register: Register, rows: list[tuple[str, str, int, list[Exchange]]]) -> list[SharedOn]:
    names = register.names(
        {row[1] for row in rows} | {side for row in rows for each in row[3] for side in (each.provider, each.receiver)}
    )
    types = {uid: each.type for uid, each in register.state.get_many(
        sorted({each.uid for row in rows for each in row[3]})).items()}  # fmt: skip
    return [
        SharedOn(
            uid, register.data_sets[uid].name, hand, chain[-1].receiver, names.get(chain[-1].receiver, ""), system,
            names.get(system, ""), chain[0].provider, names.get(chain[0].provider, ""), through(chain),
            may_be_handed_on(register, chain), tuple(Step(each.uid, types[each.uid], each.source, each.target) for each in chain),
        )
        for uid, system, hand, chain in rows
    ]  # fmt: skip


def through(chain: list[Exchange]) -> tuple[str | None, ...]:
    """The agencies between the first that gives and the last that gets."""
    return tuple(each.receiver for each in chain if each.is_between)[:-1]


def may_be_handed_on(register: Register, chain: list[Exchange]) -> bool | None:
    """Whether every agreement on the way but the last allows onward sharing. Within an agency none is needed."""
    between = [each for each in chain if each.is_between]
    said = [
        None if each.agreement is None else register.agreements[each.agreement].attributes.get("onward_sharing")
        for each in between[:-1]
    ]
    if False in said:
        return False
    return None if None in said else True
