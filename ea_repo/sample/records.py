"""The models of the sample, and the folders that its concepts and views are filed in."""

from collections.abc import Iterable, Iterator
from typing import Any

from ea_repo.sample.concepts import LANGUAGES
from ea_repo.sample.tables import Tables
from ea_repo.store.operations import Create


def models(tables: Tables) -> Iterator[Create]:
    for cells in tables.models:
        translations = {language: {"name": cells[f"name_{language}"]} for language in LANGUAGES}
        fields = {"name": cells["name"], "description": cells["description"], "translations": translations}
        yield Create(cells["id"], fields=fields, record="model")


def folders(tables: Tables, content: Iterable[Create]) -> Iterator[Create]:
    """Those folders of each model that something is in, and the folders above them."""
    used = {each.fields["folder"] for each in content}
    by_id = {folder.id: folder for folder in tables.folders}
    for uid in sorted(used):
        model, _, identifier = uid.partition(":folder-")
        if by_id[identifier].parent:
            used.add(f"{model}:folder-{by_id[identifier].parent}")
    for cells in tables.models:
        for position, folder in enumerate(tables.folders):
            uid = f"{cells['id']}:folder-{folder.id}"
            if uid in used:
                translations = {language: {"name": folder.name[language]} for language in LANGUAGES}
                fields: dict[str, Any] = {
                    "name": folder.name["en"], "translations": translations, "position": position,
                }  # fmt: skip
                if folder.type:
                    fields["type"] = folder.type
                if folder.parent:
                    fields["parent"] = f"{cells['id']}:folder-{folder.parent}"
                yield Create(uid, fields=fields, record="folder")
