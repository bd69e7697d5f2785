"""What of a bundle, or of rows that are selected, a format cannot carry: one finding a sort of thing, with how many there are."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ea_repo.exchange.bundle import Bundle, BundleConcept, BundleFolder, BundleView
from ea_repo.exchange.export import Export
from ea_repo.metamodel import Finding

Described = BundleConcept | BundleFolder | BundleView
#: Counts how many things of a sort a bundle has.
Count = Callable[[Bundle], int]


def not_carried(bundle: Bundle, format: str, sorts: Iterable[str]) -> Iterator[Finding]:
    """A finding for each of these sorts, by its name in `SORTS`, of which there is anything."""
    for sort in sorts:
        count = SORTS[sort](bundle)
        if count:
            yield _finding(format, sort, count)


def left_out(
    export: Export, format: str, sorts: Iterable[str] = ("views", "folders", "texts of models")
) -> Iterator[Finding]:
    """The same for a format that is written from rows, with what leads out of the selection. Sorts are those of `ROW_SORTS`."""
    for sort in sorts:
        count = ROW_SORTS[sort](export)
        if count:
            yield _finding(format, sort, count)
    yield from export.leading_out()


def _finding(format: str, sort: str, count: int) -> Finding:
    return Finding("not-carried", "note", f"{format} cannot carry {sort}: {count:,} left out")


def _described(bundle: Bundle) -> Iterator[Described]:
    yield from bundle.concepts
    yield from bundle.folders
    yield from bundle.views


def _translated(bundle: Bundle) -> int:
    own = set(bundle.translations)
    records = sum(bool(each.translations) for each in _described(bundle))
    # The model's own language stands among them with nothing but the name.
    return records + sum(1 for said in bundle.translations.values() if said.get("name") != bundle.name and own)


def _typed_properties(bundle: Bundle) -> int:
    own = sum(each.kind is not None and each.kind not in ("metadata", "specialization") for each in bundle.properties)
    return own + sum(
        (each.kind is not None and each.kind not in ("feature", "specialization")) or each.lang is not None
        for record in _described(bundle)
        for each in record.properties
    )


SORTS: Mapping[str, Count] = {
    "views": lambda bundle: len(bundle.views),
    "folders": lambda bundle: len(bundle.folders),
    "translations": _translated,
    "data types and languages of properties": _typed_properties,
    "sketches and canvases": lambda bundle: sum(view.kind != "archimate" for view in bundle.views),
    "properties of folders": lambda bundle: sum(len(folder.properties) for folder in bundle.folders),
    "empty folders": lambda bundle: len(empty_folders(bundle)),
}


def _views(export: Export) -> int:
    if export.is_whole:  # listed without their content
        return sum(len(export.state.views(model.uid)) for model in export.models())
    return sum(1 for _ in export.views())


#: Counts how many things of a sort are selected.
ROW_SORTS: Mapping[str, Callable[[Export], int]] = {
    "views": _views,
    "folders": lambda export: sum(1 for _ in export.folders()),
    "texts of models": lambda export: sum(bool(each.description or each.properties) for each in export.models()),
}


def empty_folders(bundle: Bundle) -> set[str]:
    """The identifiers of folders with nothing in them nor below."""
    parents = {folder.identifier: folder.parent for folder in bundle.folders}
    used: set[str] = set()
    for folder in (*(each.folder for each in bundle.concepts), *(each.folder for each in bundle.views)):
        while folder is not None and folder not in used:
            used.add(folder)
            folder = parents.get(folder)
    return parents.keys() - used
