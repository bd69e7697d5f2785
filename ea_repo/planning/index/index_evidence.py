"""The list behind a proposed level: what counts and what does not."""

from dataclasses import dataclass

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.errors import NotFound
from ea_repo.planning.index.evidence import Evidence, called
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import Agency, FrameworkCode, Indicator, Language, Year
from ea_repo.planning.index.proposing import assessed_agencies
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import levels
from ea_repo.store.labels import id_of, labels
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A concept that a fact was asked about: whether it `counts`, for which levels the fact is needed, and as which `group` it
    counts where groups are counted."""

    fact: str
    called: str
    levels: tuple[int, ...]
    counts: bool
    group: str | None
    uid: str
    name: str
    type: str
    owner: str | None


@report(example={"agency": "finance:MOF", "framework": "spbe-2020", "indicator": "16"})
def index_evidence(
    state: State,
    agency: Agency,
    framework: FrameworkCode,
    indicator: Indicator,
    *,
    year: Year = None,
    language: Language = "en",
) -> Answer[EvidenceRow]:
    """The list behind a proposed level: every concept that its facts were asked about, those that count first.

    `NotFound` for an indicator about which the repository can show nothing. O(concepts + relationships) for each fact.
    """
    wanted = framework_of(state, framework)
    assessed_agencies(state, (), (agency,))
    if indicator not in wanted.rules:
        known = list(wanted.rules)
        raise NotFound(
            f'the repository can show nothing about indicator "{indicator}" of {wanted.code}; it can about {", ".join(known)}'
            if known else f"the repository can show nothing about the indicators of {wanted.code}", nearest=known[:5],
        )  # fmt: skip
    evidence = Evidence(state, year if year is not None else max(levels(state, wanted), default=now().year))
    rule, owner = wanted.rules[indicator], id_of(state, agency)
    rows = []
    for fact in dict.fromkeys(need.fact for needs in rule.needs.values() for need in needs):
        needing = tuple(level for level, needs in rule.needs.items() if any(need.fact == fact for need in needs))
        found = list(evidence.concepts(fact, owner))
        known_as = labels(evidence.ever, [id_ for id_, _, _ in found])
        own = []
        for id_, counts, group in found:
            label = known_as[id_]
            own.append(
                EvidenceRow(
                    fact, called(fact, language), needing, counts, None if group is None else said_in(group, language),
                    label.uid, label.name, label.type, label.owner,
                )
            )  # fmt: skip
        rows += sorted(own, key=lambda row: (not row.counts, row.name, row.uid))
    return Answer.of(state, rows)
