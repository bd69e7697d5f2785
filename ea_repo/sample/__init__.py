"""The sample government: the invented Republic of Arunika, kept as tables that an architect can read and edit.

`README.md` here describes the tables and lists the troubles built into them.
"""

from ea_repo.errors import Conflict
from ea_repo.metamodel import standard
from ea_repo.repository import Repository
from ea_repo.sample.concepts import concepts
from ea_repo.sample.documents import keep_files, with_files
from ea_repo.sample.indicator_levels import indicator_levels
from ea_repo.sample.records import folders, models
from ea_repo.sample.tables import read_tables
from ea_repo.sample.views import views
from ea_repo.store.operations import Create, Operation

REASON = "Load the sample government: the invented Republic of Arunika"


def operations() -> list[Operation]:
    """Everything of the sample as one list of creations: models, folders, concepts, views."""
    tables = read_tables()
    things = with_files([*concepts(tables, standard()), *indicator_levels(tables)])
    drawn = list(views(things))
    return [*models(tables), *folders(tables, [*things, *drawn]), *things, *drawn]


def loaded(repository: Repository) -> int | None:
    """The number of the changeset that brought the sample, None where it is not there.

    `Conflict` where some of its models exist already and others do not: their keys are taken.
    """
    wanted = {cells["id"] for cells in read_tables().models}
    with repository.state() as state:
        found = {model.uid: model.written for model in state.models() if model.uid in wanted}
    if not found:
        return None
    if found.keys() != wanted:
        taken = ", ".join(sorted(found))
        raise Conflict(f"models of the sample government's names are there already: {taken}; use an empty repository")
    return min(found.values())


def load(repository: Repository, author: str = "demo") -> int:
    """Loads the sample as one changeset and returns its number; where `loaded` already, that one's, changing nothing."""
    number = loaded(repository)
    if number is not None:
        return number
    wanted = operations()
    keep_files(repository, (each for each in wanted if isinstance(each, Create)))
    return repository.changeset(author, REASON, wanted, source="ea_repo.sample").apply().number
