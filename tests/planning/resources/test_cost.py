"""The running cost: parts are exact and sum to the whole, against an independent computation on made governments."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.planning.resources.allocation import divided
from ea_repo.planning.resources.cost_sharing import ShareRule
from ea_repo.planning.resources.running_cost import running_cost
from ea_repo.planning.resources.running_cost_shares import running_cost_shares
from ea_repo.repository import Repository
from ea_repo.sample import load
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element
from tests.sample.government import NOW, government

AMOUNTS = st.decimals(0, 10**12, places=2)
WEIGHTS = st.lists(st.integers(0, 10**7) | st.fractions(0, 1000), min_size=1, max_size=30)


@given(amount=AMOUNTS, weights=WEIGHTS)
def test_parts_sum_to_the_amount_and_each_is_within_a_cent_of_what_is_due(
    amount: Decimal, weights: Sequence[int | Fraction]
) -> None:
    parts = divided(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for weight, part in zip(weights, parts, strict=True):
        due = Fraction(amount) * weight / total if total else Fraction(amount) / len(weights)
        assert abs(Fraction(part) - due) < Fraction(1, 100)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("100", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.01", [1, 3], ["0", "0.01"]),
        ("10", [0, 0], ["5", "5"]),
        ("0.001", [1, 1], ["0.001", "0"]),
        ("7", [0, 2], ["0", "7"]),
    ],
)
def test_parts_worked_out_by_hand(amount: str, weights: list[int], parts: list[str]) -> None:
    assert divided(Decimal(amount), weights) == [Decimal(each) for each in parts]


@pytest.mark.parametrize(("amount", "weights"), [(1, []), (-1, [1]), (1, [2, -1])])
def test_what_cannot_be_divided_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="at least nothing"):
        divided(Decimal(amount), weights)


LINKS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 10)).filter(lambda pair: pair[0] != pair[1]), max_size=16)
USERS = st.lists(st.none() | st.integers(0, 9), min_size=4, max_size=4)
COSTS = st.lists(st.integers(0, 50), min_size=11, max_size=11)
NUMBERS = count()
PLACES = [*(f"r{number}" for number in range(7)), *(f"s{number}" for number in range(4))]


@SMALL_DOSE
@given(links=LINKS, between=st.sets(st.tuples(st.integers(7, 10), st.integers(7, 10)), max_size=3), users=USERS,
       amounts=COSTS, rule=st.sampled_from(("users", "evenly", "cost")))  # fmt: skip
def test_the_cost_of_made_governments_is_that_of_an_independent_computation(
    sqlite_repository: Repository, links: set[tuple[int, int]], between: set[tuple[int, int]],
    users: list[int | None], amounts: list[int], rule: ShareRule,
) -> None:  # fmt: skip
    model = f"m{next(NUMBERS)}-"
    made = [a_model(model), an_agency(f"{model}:a0"), an_agency(f"{model}:a1")]
    for at, name in enumerate(PLACES):
        said = {"yearly_cost": f"{amounts[at]} IDR"}
        owner = f"{model}:a{at % 2}"
        if name.startswith("r"):
            made.append(an_element(f"{model}:{name}", "Server", owner=owner, attributes=said))
        else:
            more = {} if users[at - 7] is None else {"users": users[at - 7]}
            made.append(a_system(f"{model}:{name}", owner=owner, attributes={**said, **more}))
    edges = links | {pair for pair in between if pair[0] != pair[1]}
    made += [
        a_relationship(f"{model}:{n}", "Serving", f"{model}:{PLACES[below]}", f"{model}:{PLACES[above]}")
        for n, (below, above) in enumerate(sorted(edges))
    ]
    sqlite_repository.changeset("t", "make", made).apply()

    # Independently: what is reached when systems lead nowhere, and each share a float.
    graph = nx.DiGraph()
    graph.add_nodes_from(range(11))
    graph.add_edges_from(links)
    expected: dict[str, float] = defaultdict(float)
    for at, name in enumerate(PLACES):
        bearers = [each for each in nx.descendants(graph, at) if each > 6] if at < 7 else [at]
        weight = {each: {"users": users[each - 7] or 0, "evenly": 1, "cost": amounts[each]}[rule] for each in bearers}
        total = sum(weight.values())
        for each in bearers:
            expected[PLACES[each]] += amounts[at] * (weight[each] / total if total else 1 / len(bearers))
        if not bearers:
            expected[name] += amounts[at]

    with sqlite_repository.state() as state:
        mine = {row.uid: row for row in running_cost(state, rule=rule) if str(row.uid).startswith(f"{model}:")}
        for name, amount in expected.items():
            assert mine[f"{model}:{name}"].total == pytest.approx(amount, abs=0.08)
        assert round(sum(row.total for row in mine.values()), 2) == sum(amounts)
        agencies = [row for row in running_cost(state, by="agency", rule=rule) if str(row.uid).startswith(f"{model}:")]
        assert round(sum(row.total for row in agencies), 2) == sum(amounts)
        shares = [row for row in running_cost_shares(state, rule=rule) if row.uid.startswith(f"{model}:")]
        assert round(sum(row.amount for row in shares), 2) == sum(amounts[:7])


def test_the_costs_of_the_sample_sum_to_what_its_tables_tell_with_no_software_counted_twice(
    sqlite_repository: Repository,
) -> None:
    load(sqlite_repository)
    found = government()

    def holds(uid: str) -> bool:
        said = found.concepts[uid].fields
        return said.get("valid_from", NOW) <= NOW <= said.get("valid_until", NOW)

    licensed = {found.said(uid, "software") for uid in found.of("Licence") if found.said(uid, "yearly_cost")["amount"]}
    counted = [uid for uid in [*found.resources, *found.of("System")] if holds(uid) and uid not in licensed]
    whole = sum(cost["amount"] for uid in counted if (cost := found.said(uid, "yearly_cost")))
    with sqlite_repository.state(on=date.fromisoformat(NOW)) as state:
        for rule in ("users", "evenly", "cost"):
            assert round(sum(row.total for row in running_cost(state, rule=rule)), 2) == whole
            assert round(sum(row.total for row in running_cost(state, by="agency", rule=rule)), 2) == whole
        # One server of 160 million for the users of two registers.
        users = {uid: found.said(uid, "users") for uid in ("people:POPREG", "people:CIVILREG")}
        shares = {row.system: row for row in running_cost_shares(state, resource="people:SRV-POP1")}
        assert shares.keys() == users.keys()
        for uid, row in shares.items():
            assert row.amount == pytest.approx(160e6 * users[uid] / sum(users.values()), abs=0.01)
        even = running_cost_shares(state, resource="people:SRV-POP1", rule="evenly")
        assert {row.amount for row in even} == {80e6}
        # The licence of the Ministry of Finance is borne by its own agencies, not by the others on the same product.
        bearers = {row.system_owner for row in running_cost_shares(state, resource="finance:LIC-ORA-MOF")}
        assert bearers <= state.sub_agencies("finance:MOF")
        only = running_cost(state, owner=("finance:MOF",))
        assert {row.owner for row in only} <= state.sub_agencies("finance:MOF")
