"""Brings a model file into the repository: one comparison, one changeset, one transaction.

A record's uid is `model:identifier` with the identifier of the file, so importing again updates instead of
doubling.
What the file says wins; what no file can say (owner, dates, attributes set here, a refined type) is kept.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ea_repo.errors import Conflict, InvalidInput, StaleVersion
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.collector import paused_collector
from ea_repo.exchange.comparison import Missing, Plan, plan
from ea_repo.exchange.identifiers import uid_of
from ea_repo.exchange.loading import load_large
from ea_repo.exchange.reading import read
from ea_repo.exchange.report import ImportReport, Progress
from ea_repo.store.changesets import Pending, refuse_findings
from ea_repo.store.difference import Difference

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
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a model file, archive or folder into the model called `model`, which is made if need be.

    A large file in a format that is read line by line is loaded as it is read, where the model is new.

    `strict` refuses (`InvalidInput`, with the findings) where there is any; `dry_run` writes nothing;
    `missing="delete"` removes what the model has and the file has not. Raises what `read` and `Pending.apply` raise,
    and then nothing was written.
    """
    tell = progress or (lambda done, total, what: None)
    source = name or (Path(path).name if isinstance(path, str | Path) else "")
    with paused_collector():
        report = load_large(
            repository, path, model=model, author=author, reason=reason, name=name, strict=strict, dry_run=dry_run,
            progress=progress,
        )  # fmt: skip
        if report is not None:
            return report
        tell(0, 1, "reading")
        bundle = read(path, name=name)
        tell(1, 1, "reading")
        return import_bundle(
            repository, bundle, model=model, author=author,
            reason=reason or f"Import {source or bundle.name}", source=source,
            strict=strict, dry_run=dry_run, missing=missing, progress=progress,
        )  # fmt: skip


def import_bundle(
    repository: "Repository",
    bundle: Bundle,
    *,
    model: str,
    author: str,
    reason: str,
    source: str = "",
    strict: bool = False,
    dry_run: bool = False,
    missing: Missing = "keep",
    progress: Progress | None = None,
) -> ImportReport:
    """Imports what a reader made. See `import_file`."""
    tell = progress or (lambda done, total, what: None)
    for attempt in range(1, _ATTEMPTS + 1):
        tell(0, len(bundle.concepts), "comparing")
        with repository.state() as state:
            planned = plan(state, bundle, model, missing)
        tell(len(bundle.concepts), len(bundle.concepts), "comparing")
        if strict:
            refuse_findings(planned.findings)
        pending = repository.changeset(
            author, reason, planned.operations, source=source, findings=planned.findings, strict=strict
        )
        try:
            return _carry_out(pending, planned, bundle, model, dry_run, tell)
        except (Conflict, StaleVersion):
            if attempt == _ATTEMPTS:
                raise
        except InvalidInput as error:
            raise _placed(error, planned, bundle, model) from error
    raise AssertionError("the loop above returns or raises")


def _placed(error: InvalidInput, planned: Plan, bundle: Bundle, model: str) -> InvalidInput:
    """The error with the lines of the file for the operations made of them, where those are known."""
    lines = {uid_of(model, concept.identifier): concept.line for concept in bundle.concepts}
    problems = []
    for problem in error.errors:
        found = _OPERATION.match(problem.pointer)
        line = lines.get(planned.operations[int(found[1])].uid) if found else None
        if found and line is not None:
            pointer = f"line {line}{problem.pointer[found.end() :]}"
            problem = replace(problem, pointer=pointer, detail=f"line {line}: {problem.detail}")
        problems.append(problem)
    if not problems or problems[0] == error.errors[0]:
        return error
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return InvalidInput(problems[0].detail + more, errors=problems, **error.facts)


def _carry_out(
    pending: Pending, planned: Plan, bundle: Bundle, model: str, dry_run: bool, tell: Progress
) -> ImportReport:
    if not planned.operations:
        unchanged = Difference((), tuple(planned.findings))
        return ImportReport(model, bundle.format, None, planned.counts, planned.findings, unchanged, dry_run)
    if dry_run:
        difference = pending.preview()
        return ImportReport(model, bundle.format, None, planned.counts, difference.findings, difference, True)
    applied = pending.apply(lambda done, total: tell(done, total, "writing"))
    number = applied.number if applied.changed else None
    return ImportReport(model, bundle.format, number, planned.counts, applied.difference.findings, applied.difference)


__all__ = ["ImportReport", "Plan", "import_bundle", "import_file", "plan"]
