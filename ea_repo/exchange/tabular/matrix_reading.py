"""What changed on the sheet of a matrix."""

from collections.abc import Iterator
from dataclasses import dataclass

from ea_repo.errors import Problem, RepositoryError
from ea_repo.exchange.identifiers import identifier_of, uid_of
from ea_repo.exchange.plan import Missed
from ea_repo.exchange.tabular.cells import letters, text_of
from ea_repo.exchange.tabular.matrix import joining, matrix_of
from ea_repo.exchange.tabular.xlsx import Sheet
from ea_repo.metamodel import Finding
from ea_repo.store.operations import Create, Delete, Operation
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class MatrixSheet:
    """A matrix as it was read."""

    sheet: Sheet

    def marks(self) -> Iterator[tuple[int, int, str, str, bool]]:
        """(row, column, uid of the source, uid of the target, whether there is a mark) of every cell."""
        targets = [text_of(cell).strip() for cell in self.sheet.rows[0]]
        for at, row in enumerate(self.sheet.rows[2:], 2):
            source = text_of(row[0]).strip()
            if not source:
                continue
            for number in range(2, len(targets)):
                if targets[number]:
                    cell = row[number] if number < len(row) else None
                    yield at, number, source, targets[number], bool(text_of(cell).strip())


@dataclass(slots=True)
class MatrixEdits:
    """What the matrices of a workbook change. `known` are relationships that its other sheets make."""

    state: State
    base: State
    model: str
    deletes: bool
    known: set[tuple[str, str, str]]
    operations: list[Operation]
    findings: list[Finding]
    problems: list[Problem]
    missed: list[Missed]

    def read(self, found: MatrixSheet) -> None:
        """Adds the operations of one matrix."""
        sheet = found.sheet
        try:
            matrix = matrix_of(text_of(sheet.rows[0][0]), self.state.metamodel)
        except RepositoryError as error:
            self.problems.append(Problem(f"{sheet.name}!A1", f"Sheet {sheet.name}, cell A1: {error.detail}"))
            return
        marks = list(found.marks())
        ends = {uid for _, _, source, target, _ in marks for uid in (source, target)}
        before = joining(matrix, self.base.iterate(Query(types=(matrix.type,))), ends)
        now = joining(matrix, self.state.iterate(Query(types=(matrix.type,))), ends)
        there = self.state.get_many(ends)
        for row, column, source, target, is_marked in marks:
            had, has = before.get((source, target), []), now.get((source, target), [])
            if is_marked is bool(had):
                continue
            place = f"Sheet {sheet.name}, cell {letters(column)}{row + 1}"
            if not is_marked:
                self._unmarked(has, place)
            elif not has and (matrix.type, source, target) not in self.known:
                if missing := [uid for uid in (source, target) if uid not in there]:
                    detail = f'{place}: there is no "{missing[0]}" to join.'
                    self.problems.append(Problem(f"{sheet.name}!{letters(column)}{row + 1}", detail, "not-found"))
                else:
                    self._marked(matrix.type, source, target)

    def _marked(self, type_name: str, source: str, target: str) -> None:
        said = f"{type_name.lower()}-{identifier_of(source)}-{identifier_of(target)}".replace(":", "-")
        uid, number = uid_of(self.model, said), 1
        taken = {each.uid for each in self.operations}
        while uid in taken or self.state.get_many([uid]):
            number += 1
            uid = uid_of(self.model, f"{said}-{number}")
        self.known.add((type_name, source, target))
        self.operations.append(Create(uid, type_name, {"source": source, "target": target}))

    def _unmarked(self, has: list[Concept], place: str) -> None:
        told = {each.uid for each in self.missed}
        self.missed.extend(Missed.concept(each) for each in has if each.uid not in told)
        if not self.deletes:
            if has:
                message = f"{place}: the mark is gone; the relationship stays, as deleting was not asked for"
                self.findings.append(Finding("mark-removed", "note", message, has[0].uid))
            return
        gone = {each.uid for each in self.operations if isinstance(each, Delete)}
        self.operations.extend(Delete(each.uid, each.version) for each in has if each.uid not in gone)
