"""coArchi's layout, as a folder and in archives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ea_repo.errors import MalformedRequest
from ea_repo.exchange import read
from tests.exchange.files import (
    archi,
    coarchi,
    coarchi_object,
    codes,
    concept,
    folder,
    read_bytes,
    tarred,
    view,
    zipped,
)


def _as_folder(entries: dict[str, bytes], at: Path) -> Path:
    for path, data in entries.items():
        file = at / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return at


def test_a_model_is_read_from_its_files(tmp_path: Path) -> None:
    bundle = read(_as_folder(coarchi(), tmp_path))
    assert (bundle.format, bundle.name, bundle.description, bundle.findings) == ("coarchi", "Model", "To test", [])
    assert [(each.identifier, each.type, each.source, each.target) for each in bundle.concepts] == [
        ("a", "BusinessActor", None, None), ("b", "BusinessRole", None, None), ("r", "Assignment", "a", "b")
    ]  # fmt: skip
    assert (concept(bundle, "a").description, concept(bundle, "a").folder) == ("Who", "f-2")
    assert concept(bundle, "a").file == "model/business/f-2/BusinessActor_a.xml"
    assert [(each.identifier, each.parent) for each in bundle.folders] == [
        ("f-business", None), ("f-v", None), ("f-r", None), ("f-2", "f-business")
    ]  # fmt: skip
    assert (view(bundle).folder, view(bundle).content.nodes[0].concept) == ("f-v", "a")


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("top", ["", "./", "some-repository-main/"])
def test_archives_read_like_the_folder(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes], top: str) -> None:
    expected = read(_as_folder(coarchi(), tmp_path))
    found = read_bytes(pack({top + path: data for path, data in coarchi().items()}))
    for bundle in (expected, found):
        for each in bundle.concepts:
            each.file = None
    assert (found.concepts, found.folders, found.views) == (expected.concepts, expected.folders, expected.views)


def test_the_order_of_files_in_an_archive_does_not_matter() -> None:
    one, other = (read_bytes(zipped(entries)) for entries in (coarchi(), dict(reversed(coarchi().items()))))
    assert (one.concepts, one.folders, one.views) == (other.concepts, other.folders, other.views)


def test_top_folders_stand_in_archis_order_and_others_by_name() -> None:
    entries = {"model/folder.xml": coarchi_object("ArchimateModel", 'name="M" id="m"')}
    for kind in ("other", "strategy", "diagrams", "business"):
        entries[f"model/{kind}/folder.xml"] = coarchi_object("Folder", f'name="{kind}" id="{kind}" type="{kind}"')
    for name in ("b", "A", "_c"):
        entries[f"model/other/{name}/folder.xml"] = coarchi_object("Folder", f'name="{name}" id="{name}"')
    folders = sorted(read_bytes(zipped(entries)).folders, key=lambda each: (each.parent or "", each.position))
    assert [each.name for each in folders] == ["strategy", "business", "other", "diagrams", "_c", "A", "b"]


def test_an_image_beside_the_model_is_found() -> None:
    entries = coarchi()
    del entries["model/diagrams/ArchimateDiagramModel_v.xml"]
    note = (
        '<children xsi:type="archimate:DiagramModelNote" id="n" imagePath="images/a.gif" content="Look">'
        '<bounds width="9" height="9"/></children>'
    )
    entries["model/diagrams/ArchimateDiagramModel_v.xml"] = coarchi_object(
        "ArchimateDiagramModel", 'name="V" id="v"', note
    )
    entries["images/a.gif"] = b"GIF"
    content = view(read_bytes(zipped(entries))).content
    assert content.extra["images"] == {"images/a.gif": "data:image/gif;base64,R0lG"}
    assert (content.nodes[0].text, content.nodes[0].width) == ("Look", 9)


def test_a_file_in_a_folder_without_description_is_read_and_said() -> None:
    entries = coarchi()
    del entries["model/business/f-2/folder.xml"]
    bundle = read_bytes(zipped(entries))
    assert concept(bundle, "a").folder is None
    assert codes(bundle) == ["missing-folder", "missing-folder"]


def test_a_broken_file_is_named_with_its_line() -> None:
    entries = {
        **coarchi(),
        "model/business/f-2/BusinessActor_a.xml": b'<archimate:BusinessActor xmlns:archimate="x"\n  name="A',
    }
    with pytest.raises(MalformedRequest, match=r"m\.zip: model/business/f-2/BusinessActor_a\.xml, line 2.*cut off"):
        read_bytes(zipped(entries), "m.zip")


def test_a_zip_with_a_model_file_is_not_taken_for_a_folder_layout() -> None:
    assert read_bytes(zipped({"model.xml": archi(folder("f")), "images/x.png": b""})).format == "archi"
