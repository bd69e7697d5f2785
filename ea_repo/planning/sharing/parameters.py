"""What the reports of sharing ask for alike."""

from datetime import date
from typing import Annotated

from ea_repo.clock import now
from ea_repo.store.state import State

Level = Annotated[
    int | None,
    "Agencies count as different on this level of the agency tree, 1 being the top; left out, each is one.",
    range(1, 100),
]
Day = Annotated[date | None, "The day that agreements are judged on; left out, that of the state, else today."]
OfDataSet = Annotated[str | None, "Only this data set."]
OfAgency = Annotated[str | None, "Only what this agency, or one below it, takes part in."]
Language = Annotated[str, "Language of what is said: en, id or ko."]

#: The children of the government: what most laws mean by agency.
USUAL_LEVEL = 2


def day_of(state: State, day: date | None) -> date:
    """The day asked for."""
    return day or state.on or now().date()
