"""Archives for the tests, and hands that alter them: made whole again by the `bagit` library, which is not ours."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit

from ea_repo.exchange import whole_archive
from ea_repo.repository import Repository
from ea_repo.store.operations import Delete, Update
from tests.factories import a_flow, a_folder, a_model, a_relationship, a_system, a_view, an_agency, uid

PROFILE = """
[profile]
name = "transport"
version = "1"

[[type]]
name = "Vehicle"
refines = "Equipment"
label = {en = "Vehicle"}
"""
ODD = 'א "quoted" \\ \u2028 급여 𝔘 <b>&amp;</b>\n\ttab'


_HISTORIES = 60


def eventful(repository: Repository) -> Repository:
    """A history with everything in it: changes, deletions, what came back, a revert, a view, drafts of every state."""
    steps: list[list[Any]] = [
        [a_model(), a_folder("f", "Folder"), a_folder("g", "Inner", parent="f"), an_agency("fin", ODD),
         a_system("tax", "Tax", owner="fin", folder="g", attributes={"criticality": "vital", "yearly_cost": {"amount": 2.5, "currency": "USD"}},
                  translations={"ko": {"name": "세금"}}, properties=[{"key": "Colour", "value": "red"}], valid_from="2026-01-01")],
        [a_system("pay", "Pay", description=ODD), a_flow("r", "tax", "pay"), a_relationship("rr", "Association", "pay", "r"),
         a_view("v", "View", shows=("tax", "pay"), folder="f")],
        [Update(uid("tax"), {"name": "Tax 2", "attributes": {"criticality": None}})],
        [Delete(uid("rr")), Delete(uid("v"), record="view")],
        [a_relationship("rr", "Association", "tax", "r")],
    ]  # fmt: skip
    for position, operations in enumerate(steps, 1):
        repository.changeset(f"author {position}", f"step {position} {ODD[:4]}", operations, source="x.csv").apply()
    repository.apply_profile(PROFILE, "architect").apply()
    repository.revert(3, "reverter").apply()
    repository.changeset("planner", "a plan", [a_system("new", "New")]).save()
    repository.changeset("planner", "handed in", [Delete(uid("rr"))]).save(submitted=True)
    dropped = repository.changeset("planner", "no", [a_system("no", "No")]).save()
    repository.draft(dropped.id).reject()
    for data in (bytes(range(256)) * 9_000, b"small"):
        repository.contents.keep(io.BytesIO(data), most_bytes=10_000_000)
    repository.accounts.create_token("robot", ["read"])
    return repository


def everything(repository: Repository) -> dict[str, Any]:
    """All that can be asked of a repository, at every changeset that ever was, and of all changesets."""
    said: dict[str, Any] = {}
    with repository.state() as state:
        last = state.number
    for number in range(last + 1):
        with repository.state(as_of=number) as state:
            uids = [concept.uid for concept in state.find_all()][-_HISTORIES:]
            said[f"as of {number}"] = {
                "concepts": state.find_all(),
                "models": state.models(),
                "folders": state.folders(),
                "views": [state.view(view.uid) for view in state.views()],
                "histories": [state.history(each) for each in uids],
                "types": len(state.metamodel.types),
            }
    changesets = repository.changesets(limit=1_000).rows
    said["changesets"] = changesets
    said["differences"] = [repository.difference(each.id).to_json() for each in changesets if each.state != "rejected"]
    with repository.state() as state:
        said["found"] = [hit.concept.uid for hit in state.search("tax")]
        said["uses"] = {each: state.users_of(each) for each in uids}
    return said


def folder_bag(repository: Repository, target: Path) -> Path:
    """An archive as a folder, to be laid hands on."""
    whole_archive.write(repository, target)
    return target


def remade(bag: Path) -> Path:
    """The bag with manifests that fit what is in it now."""
    bagit.Bag(str(bag)).save(manifests=True)
    return bag


def retold(bag: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The archive with another `tables.json`, and manifests that fit."""
    path = bag / "data" / "tables.json"
    said = json.loads(path.read_text("utf-8"))
    change(said)
    path.write_text(json.dumps(said), "utf-8")
    return remade(bag)


def relined(bag: Path, table: str, change: Callable[[list[Any]], list[Any]]) -> Path:
    """The archive with other rows in a table, their number told, and manifests that fit."""
    path = bag / "data" / f"{table}.ndjson"
    rows = change([json.loads(line) for line in path.read_text("utf-8").split("\n") if line])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    def tell(said: dict[str, Any]) -> None:
        next(each for each in said["tables"] if each["name"] == table)["rows"] = len(rows)

    return retold(bag, tell)
