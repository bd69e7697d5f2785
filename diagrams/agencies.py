"""Who owns what is drawn, and how the owners stand below one another: for frames, and boxes that stand for an agency."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from diagrams.concepts import kind_of, name_of, tooltip
from diagrams.drawing import Kind, Node, Words
from diagrams.notation import phrase
from ea_repo.metamodel import Metamodel
from ea_repo.store.records import Concept
from ea_repo.store.state import State

NOBODY = "nobody"


class Owners:
    """The owners of some concepts, with the agencies above them."""

    def __init__(self, state: State, concepts: Mapping[str, Concept]) -> None:
        """`concepts` by uid. O(agencies), a query each."""
        self.state = state
        self.metamodel: Metamodel = state.metamodel
        self._concepts = concepts
        owners = {each.owner for each in concepts.values() if each.owner}
        self.parents: dict[str, str] = {}
        self.agencies = state.get_many(sorted(owners))
        self._climb(owners)

    def owner_of(self, uid: str) -> str:
        """The uid of the owner; `NOBODY` where none is recorded."""
        concept = self._concepts[uid]
        return concept.owner if concept.owner and concept.owner in self.agencies else NOBODY

    def _climb(self, owners: Iterable[str]) -> None:
        """The agencies above the owners, by the parts they are of."""
        pending = sorted(owners)
        while pending:
            found: set[str] = set()
            for uid in pending:
                whole = self._whole(uid)
                if whole is not None and whole not in self.above(uid):
                    self.parents[uid] = whole
                    found.add(whole)
            fresh = found - self.agencies.keys()
            self.agencies |= self.state.get_many(sorted(fresh))
            pending = sorted(fresh)

    def _whole(self, uid: str) -> str | None:
        for each in self.state.relationships(uid, direction="in", types=self.metamodel.whole_part):
            whole = self.state.get_many([each.source or ""]).get(each.source or "")
            if whole is not None and whole.type in self.metamodel.owners:
                return whole.uid
        return None

    def above(self, uid: str) -> list[str]:
        """The agency, the one it is a part of, and so on."""
        found = [uid]
        while (parent := self.parents.get(found[-1])) is not None and parent not in found:
            found.append(parent)
        return found

    def frames(self, owners: Iterable[str]) -> dict[str, str | None]:
        """Which agencies get a frame, each with the frame around it.

        An agency that only passes on to a single one below it gets none, and neither does one that holds all.
        """
        owners = set(owners) - {NOBODY}
        below: defaultdict[str, set[str]] = defaultdict(set)
        for owner in owners:
            for child, parent in zip(self.above(owner), self.above(owner)[1:], strict=False):
                below[parent].add(child)
        wanted = owners | {agency for agency, children in below.items() if len(children) > 1}
        tops = {agency for agency in wanted if not wanted.intersection(self.above(agency)[1:])}
        if len(tops) == 1 and not tops & owners:
            wanted -= tops
        frames: dict[str, str | None] = {}
        for agency in sorted(wanted):
            around = next((each for each in self.above(agency)[1:] if each in wanted), None)
            # Two agencies that are parts of each other cannot both be inside: the one met last is.
            frames[agency] = None if around is not None and agency in _chain(frames, around) else around
        return frames

    def ministries(self, shown: Sequence[str]) -> dict[str, str]:
        """The frame for each agency: the one right below the top under which several of those shown stand."""
        tops: dict[str, str] = {}
        for owner in shown:
            above = self.above(owner) if owner != NOBODY else []
            if len(above) > 1:
                tops[owner] = above[-2] if len(above) > 2 else above[0]
            elif above:
                tops[owner] = above[0]
        sizes = Counter(tops.values())
        return {owner: top for owner, top in tops.items() if sizes[top] > 1}

    def box(self, owner: str, detail: Words = "", frame: str | None = None) -> Node:
        """A box for an agency, in the frame of another."""
        cluster = f"in {frame}" if frame else None
        if owner == NOBODY:
            return Node(NOBODY, phrase("no_owner"), Kind("Frame"), detail=detail, cluster=cluster)
        agency = self.agencies[owner]
        return Node(
            owner,
            name_of(agency),
            kind_of(self.metamodel, agency),
            owner,
            stereotype=agency.specialization or "",
            detail=detail,
            tooltip=tooltip(self.metamodel, agency),
            cluster=cluster,
        )


def _chain(frames: Mapping[str, str | None], agency: str | None) -> list[str]:
    """The agency and the frames around it."""
    found: list[str] = []
    while agency is not None:
        found.append(agency)
        agency = frames.get(agency)
    return found
