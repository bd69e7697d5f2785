"""Operating-performance reviews as they are kept: concepts of type `OperatingReview`, each with the figures of its day."""

from collections.abc import Mapping, Sequence
from datetime import date

from ea_repo.errors import NotFound
from ea_repo.planning.remembered import remembered
from ea_repo.planning.resources.register import day
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

REVIEW = "OperatingReview"


@remembered
def kept_reviews(state: State) -> Sequence[Concept]:
    """All reviews, the latest first, then by uid. O(reviews)."""
    return sorted(state.iterate(Query(types=(REVIEW,))), key=lambda each: (-reviewed_on(each).toordinal(), each.uid))


@remembered
def last_reviews(state: State) -> Mapping[str, Concept]:
    """The last review of each system that was reviewed, by the uid of the system."""
    found: dict[str, Concept] = {}
    for each in kept_reviews(state):
        if (system := system_of(each)) is not None:
            found.setdefault(system, each)
    return found


def review_of(state: State, uid: str) -> Concept:
    """The review of that uid; `NotFound` where there is none, or it is something else."""
    found = state.get(uid)
    if found.type not in state.metamodel.descendants(REVIEW):
        raise NotFound(f'"{uid}" is a {found.type}, not an operating-performance review', uid=uid, nearest=[])
    return found


def system_of(review: Concept) -> str | None:
    """The uid of the reviewed system."""
    found: str | None = review.attributes.get("reviewed_system")
    return found


def reviewed_on(review: Concept) -> date:
    """The day of the review; one that tells none is older than all."""
    return day(review, "performed_on") or date.min
