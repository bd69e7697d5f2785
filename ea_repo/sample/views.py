"""Makes the stored views: a small grid in `views.toml` says which box stands where; lines are the relationships between them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ea_repo.errors import InvalidInput
from ea_repo.sample.tables import read_toml
from ea_repo.store.operations import Create
from ea_repo.store.view_content import Connection, Node, Style, ViewContent

_WIDTH, _HEIGHT = 150, 60
_GAP, _ROW_GAP = 30, 60
_MARGIN, _BAND_TITLE, _BAND_PADDING = 20, 30, 20
_EMPTY = "."


def views(concepts: Iterable[Create]) -> Iterator[Create]:
    """All views of the sample, over the concepts that they show."""
    by_id = {each.uid.partition(":")[2]: each for each in concepts}
    for said in read_toml("views.toml")["view"]:
        content = _content(said, by_id)
        language = said.get("language", "en")
        fields = {
            "name": said["name"][language],
            "description": said["description"],
            "viewpoint": said["viewpoint"],
            "folder": f"{said['model']}:folder-views",
            "translations": {other: {"name": name} for other, name in said["name"].items() if other != language},
            "content": content.to_json(),
        }
        yield Create(f"{said['model']}:{said['id']}", fields=fields, record="view")


def _content(said: Mapping[str, Any], by_id: Mapping[str, Create]) -> ViewContent:
    """Bands below each other, each a group around one or more rows of boxes."""
    boxes: dict[str, Node] = {}
    bands = []
    columns = max(len(line.split()) for band in said["band"] for line in band["rows"])
    gap = said.get("gap", _GAP)
    width = columns * (_WIDTH + gap) - gap + 2 * _BAND_PADDING
    top = float(_MARGIN)
    for number, band in enumerate(said["band"], 1):
        node = _band(f"{said['id']}-band-{number}", band, width, top)
        node.nodes = list(_boxes(said["id"], band["rows"], node, gap, by_id))
        boxes.update({str(box.concept): box for box in node.nodes})
        top = node.y + node.height + _ROW_GAP
        bands.append(node)
    note = Node(
        f"{said['id']}-note",
        "note",
        _MARGIN,
        top,
        bands[0].width,
        50,
        text=said["note"],
        style=Style(text_alignment="left"),
    )
    lines = list(_lines(said, boxes, by_id))
    return ViewContent(nodes=[*bands, note], connections=lines)


def _band(id_: str, band: Mapping[str, Any], width: float, top: float) -> Node:
    rows = len(band["rows"])
    return Node(
        id=id_,
        kind="group",
        x=_MARGIN,
        y=top,
        width=width,
        height=rows * (_HEIGHT + _ROW_GAP) - _ROW_GAP + _BAND_TITLE + _BAND_PADDING,
        text=band["title"],
        style=Style(fill=band["fill"]),
    )


def _boxes(view: str, rows: Iterable[str], band: Node, gap: float, by_id: Mapping[str, Create]) -> Iterator[Node]:
    for row, line in enumerate(rows):
        for column, identifier in enumerate(line.split()):
            if identifier == _EMPTY:
                continue
            if identifier not in by_id:
                raise InvalidInput(f'views.toml, {view}: there is no "{identifier}"')
            yield Node(
                id=f"{view}-{identifier}",
                kind="element",
                x=band.x + _BAND_PADDING + column * (_WIDTH + gap),
                y=band.y + _BAND_TITLE + row * (_HEIGHT + _ROW_GAP),
                width=_WIDTH,
                height=_HEIGHT,
                concept=by_id[identifier].uid,
            )


def _lines(said: Mapping[str, Any], boxes: Mapping[str, Node], by_id: Mapping[str, Create]) -> Iterator[Connection]:
    left_out = set(said.get("without", ()))
    for identifier, each in by_id.items():
        ends = each.fields.get("source"), each.fields.get("target")
        if ends[0] in boxes and ends[1] in boxes and each.type not in left_out and identifier not in left_out:
            source, target = boxes[str(ends[0])], boxes[str(ends[1])]
            yield Connection(f"{said['id']}-{identifier}", source.id, target.id, relationship=each.uid)
