"""Taking proposed levels: somebody makes them the agency's self-assessment, with what shows them as evidence."""

from collections.abc import Sequence

from ea_repo.errors import InvalidInput, Problem
from ea_repo.planning.index.evidence import Evidence
from ea_repo.planning.index.proposing import assessed_agencies, proposals, told
from ea_repo.planning.index.rounds import assess, framework
from ea_repo.repository import Repository
from ea_repo.store.changesets import Applied
from ea_repo.store.labels import id_of, uids
from ea_repo.wording import speaker

#: How much of what shows a level is named as evidence; all of it is in the report index-evidence.
MOST_EVIDENCE = 100
_LANGUAGE = "en"


def take(
    repository: Repository,
    agency: str,
    code: str,
    year: int,
    indicators: Sequence[str],
    *,
    author: str,
    model: str | None = None,
    reason: str = "",
) -> Applied:
    """Records the proposed levels of these indicators as self-assessed by the author, each with the reasons and the evidence.

    Levels at other stages and of other indicators stay. `InvalidInput` lists every indicator for which nothing is proposed; then
    nothing is written.
    """
    word = speaker(__package__, _LANGUAGE)
    with repository.state() as state:
        wanted = framework(state, code)
        assessed_agencies(state, (), (agency,))
        evidence, owner = Evidence(state, year), id_of(state, agency)
        found = {each.indicator.code: each for each in proposals(evidence, wanted, owner)}
        problems, given, named, notes = [], {}, {}, {}
        for indicator in dict.fromkeys(indicators):
            each = found.get(indicator)
            if each is None or each.level is None:
                proposed = ", ".join(code for code, other in found.items() if other.level is not None)
                detail = f'no level is proposed for indicator "{indicator}" of {wanted.code}'
                problems.append(Problem(f"/indicators/{indicator}", detail, expected=proposed or None))
                continue
            facts = dict.fromkeys(met.need.fact for met in each.shown)
            shown = [id_ for fact in facts for id_, counts, _ in evidence.concepts(fact, owner) if counts]
            ids = list(dict.fromkeys(shown))[:MOST_EVIDENCE]
            names = uids(state, ids)
            given[indicator] = each.level.number
            named[indicator] = [names[id_] for id_ in ids]
            notes[indicator] = word("taken", why="; ".join(told(met, word, _LANGUAGE) for met in each.shown))
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(problems[0].detail + more, errors=problems)
    return assess(
        repository, agency, code, year, given, author=author, model=model, evidence=named, notes=notes,
        reason=reason or f"Take the proposed levels of {agency} by {code} for {year}",
    )  # fmt: skip
