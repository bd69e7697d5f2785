"""Brings a model file into the repository: one comparison, one changeset, one transaction.

A record's uid is `model:identifier` with the identifier of the file, so importing again updates instead of
doubling.
What the file says wins; what no file can say (owner, dates, attributes set here, a refined type) is kept.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ea_repo.collector import paused_collector
from ea_repo.errors import Conflict, InvalidInput, StaleVersion
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.comparison import plan
from ea_repo.exchange.format import Reader
from ea_repo.exchange.inventory.planner import Inventory
from ea_repo.exchange.loading import load_large
from ea_repo.exchange.plan import Conflicts, Missing, Plan, Terms
from ea_repo.exchange.reading import open_source, recognised
from ea_repo.exchange.report import ImportReport, Progress
from ea_repo.store.changesets import Pending, refuse_findings
from ea_repo.store.difference import Difference
from ea_repo.store.state import State

if TYPE_CHECKING:
    from ea_repo.repository import Repository

_OPERATION = re.compile(r"/operations/(\d+)")
#: How often the comparison is made anew because somebody wrote in the meantime.
_ATTEMPTS = 5


def import_file(
    repository: "Repository",
    path: str | Path | BinaryIO,
    *,
    model: str,
    author: str,
    reason: str | None = None,
    name: str | None = None,
    strict: bool = False,
    dry_run: bool = False,
    missing: Missing = "keep",
    conflicts: Conflicts | None = None,
    base: int | None = None,
    progress: Progress | None = None,
    inventory: Inventory | None = None,
) -> ImportReport:
    """Imports a model file, archive or folder into the model called `model`, which is made if need be.

    A table of any other shape is imported by a mapping, as an `inventory`. A large file in a format that is read line by line is loaded as it is read, where the model is new.

    `strict` refuses (`InvalidInput`, with the findings) where there is any; `dry_run` writes nothing;
    `missing="delete"` removes what the model has and the file has not. The file is as old as the changeset `base`, else
    as it says itself, else as the last import of the model: where a field was changed since and the file says otherwise,
    the report tells of it under `conflicts`. With "file" the file wins, with "keep" what is here is kept, with "refuse"
    nothing is written (`Conflict`) until somebody says which. None: "file", for an edited workbook or table "refuse".
    Raises what `read` and `Pending.apply` raise, and then nothing was written.
    """
    tell = progress or (lambda done, total, what: None)
    source = name or (Path(path).name if isinstance(path, str | Path) else "")
    with paused_collector():
        report = None if inventory is not None else load_large(
            repository, path, model=model, author=author, reason=reason, name=name, strict=strict, dry_run=dry_run,
            progress=progress,
        )  # fmt: skip
        if report is not None:
            return report
        tell(0, 1, "reading")
        opened = open_source(path, name)
        format_name, found = ("inventory", inventory) if inventory is not None else recognised(opened)
        terms = Terms(model, missing, conflicts, base)
        options: dict[str, Any] = {
            "author": author, "source": source, "strict": strict, "dry_run": dry_run, "progress": progress,
        }  # fmt: skip
        if isinstance(found, Reader):
            bundle = found.read(opened)
            tell(1, 1, "reading")
            return import_bundle(
                repository, bundle, terms, reason=reason or f"Import {source or bundle.name}", **options
            )
        tell(1, 1, "reading")
        return import_plan(
            repository, lambda state: found.plan(state, opened, terms), format_name, model=model,
            reason=reason or f"Import {source or opened.name}", **options,
        )  # fmt: skip


def import_bundle(
    repository: "Repository",
    bundle: Bundle,
    terms: Terms,
    *,
    author: str,
    reason: str,
    source: str = "",
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports what a reader made. See `import_file`."""
    return import_plan(
        repository, lambda state: plan(state, bundle, terms), bundle.format, model=terms.model, author=author, reason=reason,
        source=source, strict=strict, dry_run=dry_run, progress=progress, size=len(bundle.concepts),
    )  # fmt: skip


def import_plan(
    repository: "Repository",
    planned_by: Callable[[State], Plan],
    format_name: str,
    *,
    model: str,
    author: str,
    reason: str,
    source: str = "",
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    size: int = 1,
) -> ImportReport:
    """Carries out a plan, made anew where somebody wrote in the meantime. See `import_file`."""
    tell = progress or (lambda done, total, what: None)
    for attempt in range(1, _ATTEMPTS + 1):
        tell(0, size, "comparing")
        with repository.state() as state:
            planned = replace(planned_by(state), number=state.number)
        tell(size, size, "comparing")
        if strict:
            refuse_findings(planned.findings)
        if not dry_run:
            planned.refuse()
        pending = repository.changeset(
            author, reason, planned.operations, source=source, findings=planned.findings, strict=strict
        )
        try:
            return _carry_out(pending, planned, format_name, model, dry_run, tell)
        except (Conflict, StaleVersion):
            if attempt == _ATTEMPTS:
                raise
        except InvalidInput as error:
            raise _placed(error, planned) from error
    raise AssertionError("the loop above returns or raises")


def _placed(error: InvalidInput, planned: Plan) -> InvalidInput:
    """The error with the places in the file for the operations made of them, where those are known."""
    problems = []
    for problem in error.errors:
        found = _OPERATION.match(problem.pointer)
        rest = problem.pointer[found.end() :] if found else ""
        place = planned.place(planned.operations[int(found[1])].uid, rest.rpartition("/")[2]) if found else None
        if place is not None:
            pointer = f"{place[0]}{rest}" if place[0].startswith("line") else place[0]
            problem = replace(problem, pointer=pointer, detail=f"{place[1]}: {problem.detail}")
        problems.append(problem)
    if not problems or problems[0] == error.errors[0]:
        return error
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return InvalidInput(problems[0].detail + more, errors=problems, **error.facts)


def _carry_out(
    pending: Pending, planned: Plan, format_name: str, model: str, dry_run: bool, tell: Progress
) -> ImportReport:
    report = partial(
        ImportReport, model, format_name, counts=planned.counts, base=planned.base, planned=planned.number,
        missing=planned.missing, conflicts=planned.conflicts, holds=planned.holds,
    )  # fmt: skip
    if not planned.operations:
        unchanged = Difference((), tuple(planned.findings))
        return report(changeset=None, findings=planned.findings, difference=unchanged, dry_run=dry_run)
    if dry_run:
        difference = pending.preview()
        return report(changeset=None, findings=difference.findings, difference=difference, dry_run=True)
    applied = pending.apply(lambda done, total: tell(done, total, "writing"))
    number = applied.number if applied.changed else None
    return report(changeset=number, findings=applied.difference.findings, difference=applied.difference)


__all__ = ["ImportReport", "Plan", "import_bundle", "import_file", "plan"]
