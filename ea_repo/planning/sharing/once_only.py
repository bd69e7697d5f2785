"""Where a fact is asked for twice, kept twice, or given without ground: one row a finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.sharing.findings import Found, cut_offs, findings, severity_of
from ea_repo.planning.sharing.parameters import USUAL_LEVEL, Day, Language, Level, OfAgency, day_of
from ea_repo.planning.sharing.register import Register, read
from ea_repo.store.state import State
from ea_repo.told import in_language
from ea_repo.wording import Word, speaker

_GRAVEST = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to put right: what it is about (`uid`), the agencies that have to, and the concepts that show it, in the order
    of the way where it is one."""

    severity: str
    code: str
    what: str
    uid: str
    name: str
    data_set: str | None
    agencies: tuple[str, ...]
    who: tuple[str, ...]
    shown_by: tuple[str, ...]


@report(example={"days": 120})
def once_only(
    state: State,
    *,
    code: Annotated[tuple[str, ...], "Only findings of these kinds, such as collected-twice."] = (),
    severity: Annotated[Literal["error", "warning", "note"] | None, "Only findings as grave as this."] = None,
    agency: OfAgency = None,
    day: Day = None,
    days: Annotated[
        int | None, "An agreement that ends within so many days is expiring; left out, as set.", range(0, 3_651)
    ] = None,
    level: Level = USUAL_LEVEL,
    language: Language = "en",
) -> Answer[Finding]:
    """What breaks the once-only principle: data collected by several, unclear sources, copies, exchanges without ground.

    Also agreements that expired or soon will, personal data without purpose or impact assessment, data passed on against an
    agreement, and risky protocols. `once_only.toml` sets how grave each is and the cut-offs. Exchanges whose life is over are
    left out. O(accesses + exchanges) and the pairs of exchanges by which data are passed on.
    """
    below = None if agency is None else state.sub_agencies(agency)
    today = day_of(state, day)
    register = read(state, level, running_on=today)
    wanted = None if below is None else {register.counted(each) for each in below}
    found = [
        each
        for each in findings(register, today, cut_offs().expiring_days if days is None else days)
        if (not code or each.code in code)
        and severity in (None, severity_of(each))
        and (wanted is None or not wanted.isdisjoint(each.agencies))
    ]
    found.sort(key=lambda each: (_GRAVEST.index(severity_of(each)), each.code, each.uid, each.shown_by))
    word = speaker("ea_repo.planning.sharing", language)
    return Answer(
        state, len(found), lambda positions: list(_told(register, [found[each] for each in positions], word, language))
    )


def _told(register: Register, found: list[Found], word: Word, language: str) -> Iterator[Finding]:
    names = register.names({each.uid for each in found} | {agency for each in found for agency in each.agencies})
    for each in found:
        agencies = tuple(sorted(uid for uid in each.agencies if uid is not None))
        facts = {name: in_language(value, language) for name, value in each.facts.items()}
        yield Finding(
            severity_of(each), each.code, word(f"found_{each.code.replace('-', '_')}", **facts), each.uid,
            names.get(each.uid, ""), each.data_set, agencies, tuple(names.get(uid, "") for uid in agencies), each.shown_by,
        )  # fmt: skip
