"""The workbook (.xlsx): a sheet a type, edited in Excel or LibreOffice and imported again as a changeset of the edits.

What was exported is compared with what there is now by the changeset that the workbook names, so newer work of others
is never overwritten: where both changed a field, the import is refused and says which. Row 1 of each sheet is hidden and
keeps the keys of the columns, so headers may be in any language and columns in any order; sheets may be renamed.
"""

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from ea_repo.catalogue import file_format
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import Source
from ea_repo.exchange.losses import left_out
from ea_repo.exchange.plan import Plan, Terms
from ea_repo.exchange.tabular import xlsx
from ea_repo.exchange.tabular.edits import plan_edits
from ea_repo.exchange.tabular.matrix import matrix_of
from ea_repo.exchange.tabular.workbook_reading import table_of
from ea_repo.exchange.tabular.workbook_writing import write_workbook
from ea_repo.metamodel import Finding
from ea_repo.store.state import State


@file_format(name="xlsx")
class Workbook:
    """One workbook for Excel and LibreOffice: a sheet a type, edited there and imported again."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix = ".xlsx"
    options: Mapping[str, str] = {
        "matrix": "One sheet more: a relationship type between two types, such as Serving:System:BusinessFunction; several by commas."
    }

    def recognises(self, source: Source) -> bool:
        return source.entries is None and xlsx.is_workbook(source.data)

    def plan(self, state: State, source: Source, terms: Terms) -> Plan:
        """The edits as operations."""
        sheets = xlsx.read_workbook(source.data, source.name)
        return plan_edits(state, table_of(state, sheets, source.name, terms.checked(state).base), terms)

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """The workbook of what is selected. O(selected) ; beyond 120,000 concepts, in memory of some 100 bytes each."""
        wanted = [each.strip() for each in export.options.get("matrix", "").split(",") if each.strip()]
        matrices = [matrix_of(each, export.state.metamodel) for each in wanted]
        return [*write_workbook(export, file, matrices), *left_out(export, "the workbook")]
