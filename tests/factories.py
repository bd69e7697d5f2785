"""Operations with plain arguments, so that tests write as users write: `a_system("tax", owner=finance)`."""

from typing import Any

from ea_repo.store.operations import Create

MODEL = "gov"


def uid(identifier: str, model: str = MODEL) -> str:
    return identifier if ":" in identifier else f"{model}:{identifier}"


def a_model(key: str = MODEL, name: str = "Government", **fields: Any) -> Create:
    return Create(key, record="model", fields={"name": name, **fields})


def an_element(identifier: str, type_name: str, name: str | None = None, **fields: Any) -> Create:
    return Create(uid(identifier), type_name, {"name": identifier if name is None else name, **_linked(fields)})


def an_agency(identifier: str, name: str | None = None, **fields: Any) -> Create:
    return an_element(identifier, "Agency", name, **fields)


def a_system(identifier: str, name: str | None = None, **fields: Any) -> Create:
    return an_element(identifier, "System", name, **fields)


def a_relationship(identifier: str, type_name: str, source: str, target: str, **fields: Any) -> Create:
    ends = {"source": uid(source), "target": uid(target)}
    return Create(uid(identifier), type_name, {**ends, **_linked(fields)})


def a_flow(identifier: str, source: str, target: str, **fields: Any) -> Create:
    return a_relationship(identifier, "Flow", source, target, **fields)


def a_folder(identifier: str, name: str | None = None, **fields: Any) -> Create:
    parent = {"parent": uid(fields.pop("parent"))} if "parent" in fields else {}
    said = {"name": identifier if name is None else name, **parent, **fields}
    return Create(uid(identifier), record="folder", fields=said)


def a_view(identifier: str, name: str | None = None, *, shows: tuple[str, ...] = (), **fields: Any) -> Create:
    boxes = [
        {"id": f"box-{position}", "kind": "element", "x": 20 + 160 * position, "y": 20, "width": 120, "height": 55,
         "concept": uid(each)}
        for position, each in enumerate(shows)
    ]  # fmt: skip
    content = {"nodes": boxes, "connections": []}
    said = {"name": identifier if name is None else name, "content": content, **_linked(fields)}
    return Create(uid(identifier), record="view", fields=said)


def _linked(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: uid(value) if name in ("owner", "folder") and value else value for name, value in fields.items()}
