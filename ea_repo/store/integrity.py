"""Checks a worked-out changeset as a whole: every name resolves, nothing in use goes, and what the standard says of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from ea_repo.errors import InUse
from ea_repo.metamodel import Finding
from ea_repo.metamodel.rules import check_relationship
from ea_repo.store import images
from ea_repo.store.fields import UID_HINT, Content, Image
from ea_repo.store.images import Identity
from ea_repo.store.making import Draft
from ea_repo.store.operations import RecordKind
from ea_repo.store.resolve import LINKED, Resolved, Resolver, link_uids, owning_model
from ea_repo.store.tables import concept, drawn, folder, reference, view

_SHOWN = 10


def complete(resolver: Resolver, known_findings: Iterable[Finding] = ()) -> Resolved:
    """Checks what the resolver worked out and hands it to the writer.

    Raises the error that tells every problem at once; `InUse` where something to be removed is still used.
    `known_findings` came with the changeset and are not made a second time.
    """
    changed = resolver.changed()
    wanted, particular = _wanted(resolver, changed)
    identities = {record: resolver.identify(record, uids) for record, uids in wanted.items()}
    all_there = all(len(identities[record]) == len(uids) for record, uids in wanted.items())
    for draft in particular if all_there else changed:
        if draft.after is not None:
            check_names(resolver, draft, draft.after, identities)
    check_folder_cycles(resolver, changed)
    resolver.raise_problems()
    _refuse_deletion_in_use(resolver, changed)
    resolver.findings.extend(known_findings)
    resolver.findings.extend(_relationship_findings(resolver, changed, identities["concept"]))
    return Resolved(changed, identities, resolver.difference(), resolver.metamodel)


def drawn_concepts(content: Mapping[str, Any]) -> frozenset[str]:
    """The uids of all concepts that a stored view's content shows."""
    if not isinstance(content, Content):
        return _drawn(content)
    if content.drawn is None:
        content.drawn = _drawn(content)
    return content.drawn


def _drawn(content: Mapping[str, Any]) -> frozenset[str]:
    found = {line["relationship"] for line in content.get("connections", ()) if line.get("relationship")}
    nodes = content.get("nodes", ())
    while nodes:  # level by level
        found.update([node["concept"] for node in nodes if node.get("concept")])
        nodes = [inner for node in nodes if "nodes" in node for inner in node["nodes"]]
    return frozenset(found)


def _wanted(resolver: Resolver, changed: Iterable[Draft]) -> tuple[dict[RecordKind, set[str]], list[Draft]]:
    """Every uid that is named, and the drafts with names that must be of a certain kind: owners, references."""
    wanted: dict[RecordKind, set[Any]] = {"model": set(), "folder": set(), "concept": set(), "view": set()}
    particular = []
    kept: dict[RecordKind, list[tuple[Draft, Image]]] = defaultdict(list)
    for draft in changed:
        if draft.after is not None:
            kept[draft.record].append((draft, draft.after))
    for record, drafts in kept.items():  # field by field: of very many records, a third of the time
        wanted["model"].update([owning_model(record, draft.uid) for draft, _ in drafts])
        for name, linked in LINKED[record]:
            wanted[linked].update([image[name] for _, image in drafts])
    for draft, image in kept["concept"]:
        if image["attributes"] or image["owner"]:
            wanted["concept"].update(uid for _, _, uid in resolver.references(image))
            particular.append(draft)
    for _, image in kept["view"]:
        wanted["concept"].update(drawn_concepts(image["content"]))
    for uids in wanted.values():
        uids.discard(None)
    return wanted, particular


def check_names(
    resolver: Resolver, draft: Draft, image: Image, identities: Mapping[RecordKind, Mapping[str, Identity]]
) -> None:
    """A problem for every name in a record that `identities` does not have, or that is of the wrong kind."""
    model = owning_model(draft.record, draft.uid)
    if model is not None and model not in identities["model"]:
        resolver.problem(
            f"{draft.pointer}/uid", f'"{draft.uid}": there is no model "{model}"; create it first', "no-model"
        )
    for name, record, uid in link_uids(draft.record, image):
        if uid not in identities[record]:
            _missing(resolver, draft, f"fields/{name}", f"{name} names {record}", uid)
        elif name == "owner" and not _may_own(resolver, identities["concept"][uid]):
            resolver.problem(
                f"{draft.pointer}/fields/owner",
                f'{draft.uid}: the owner "{uid}" is a {identities["concept"][uid].type}, not an agency or other actor',
            )
    if draft.record == "concept" and image["attributes"]:
        _check_references(resolver, draft, image, identities["concept"])
    elif draft.record == "view":
        for uid in drawn_concepts(image["content"]) - identities["concept"].keys():
            _missing(resolver, draft, "fields/content", "it shows concept", uid)


def _check_references(resolver: Resolver, draft: Draft, image: Image, identities: Mapping[str, Identity]) -> None:
    for name, _, uid in resolver.references(image):
        target = resolver.metamodel.attributes(image["type"])[name].target
        found = identities.get(uid)
        if found is None:
            _missing(resolver, draft, f"fields/attributes/{name}", f"{name} names", uid)
        elif target is not None and found.type not in resolver.metamodel.descendants(target):
            resolver.problem(
                f"{draft.pointer}/fields/attributes/{name}",
                f'{draft.uid}: {name} names "{uid}", a {found.type}; it must be a {target}',
            )


def _missing(resolver: Resolver, draft: Draft, where: str, what: str, uid: str) -> None:
    resolver.problem(
        f"{draft.pointer}/{where}", f'{draft.uid}: {what} "{uid}", which does not exist', "dangling", UID_HINT
    )


def _may_own(resolver: Resolver, owner: Identity) -> bool:
    return owner.type in resolver.metamodel.owners


def check_folder_cycles(resolver: Resolver, changed: Iterable[Draft]) -> None:
    """A problem for every folder that would lie inside itself."""
    for draft in changed:
        if draft.record != "folder" or draft.after is None or "parent" not in draft.touched:
            continue
        seen = {draft.uid}
        parent = draft.after["parent"]
        while parent is not None:
            if parent in seen:
                resolver.problem(f"{draft.pointer}/fields/parent", f'"{draft.uid}" would lie inside itself', "cycle")
                break
            seen.add(parent)
            above = resolver.draft("folder", parent).after
            parent = above["parent"] if above else None


def _relationship_findings(
    resolver: Resolver, changed: Iterable[Draft], identities: Mapping[str, Identity]
) -> Iterator[Finding]:
    known = {(finding.code, finding.uid) for finding in resolver.findings}
    permitted: set[tuple[str, str, str]] = set()  # a handful of triples, where there may be a million relationships
    for draft in changed:
        if draft.record != "concept" or draft.after is None or draft.after["source"] is None:
            continue
        if draft.before and not draft.touched & {"type", "source", "target"}:
            continue
        source, target = identities[draft.after["source"]].type, identities[draft.after["target"]].type
        types = (source, draft.after["type"], target)
        if types in permitted:
            continue
        finding = check_relationship(resolver.metamodel, draft.uid, *types)
        if finding is None:
            permitted.add(types)
        elif (finding.code, finding.uid) not in known:
            yield finding


#: (table of the user, column that names the deleted, record kind of the user, what people call it)
_USES: Mapping[RecordKind, tuple[tuple[Table, str, RecordKind, str], ...]] = {
    "profile": (),
    "view": (),
    "concept": (
        (concept, "source_id", "concept", "source"),
        (concept, "target_id", "concept", "target"),
        (concept, "owner_id", "concept", "owner"),
    ),
    "folder": (
        (folder, "parent_id", "folder", "parent"),
        (concept, "folder_id", "concept", "folder"),
        (view, "folder_id", "view", "folder"),
    ),
    "model": (
        (folder, "model_id", "folder", "model"),
        (concept, "model_id", "concept", "model"),
        (view, "model_id", "view", "model"),
    ),
}


def users(connection: Connection, record: RecordKind, ids: Iterable[int]) -> Iterator[tuple[RecordKind, str, str, int]]:
    """(kind of record, uid, field, id used) of everything stored that uses one of these records."""
    for chunk in images.chunks(ids):
        for table, column, kind, name in _USES[record]:
            query = select(table.c.uid, table.c[column]).where(table.c[column].in_(chunk)).order_by(table.c.uid)
            for uid, used in connection.execute(query):
                yield kind, uid, name, used
        if record == "concept":
            by_reference = (
                select(concept.c.uid, reference.c.attribute, reference.c.target_id)
                .join(concept, concept.c.id == reference.c.concept_id)
                .where(reference.c.target_id.in_(chunk))
            )
            for uid, attribute, used in connection.execute(by_reference.order_by(concept.c.uid)):
                yield "concept", uid, f"attributes.{attribute}", used
            by_view = (
                select(view.c.uid, drawn.c.concept_id)
                .join(view, view.c.id == drawn.c.view_id)
                .where(drawn.c.concept_id.in_(chunk))
            )
            for uid, used in connection.execute(by_view.order_by(view.c.uid)):
                yield "view", uid, "content", used


def _refuse_deletion_in_use(resolver: Resolver, changed: Iterable[Draft]) -> None:
    gone: dict[RecordKind, dict[int, str]] = defaultdict(dict)
    for draft in changed:
        if draft.after is None and draft.before is not None:
            gone[draft.record][draft.before.id] = draft.uid
    left = []
    for record, uids in gone.items():
        for kind, user, name, used in users(resolver.connection, record, uids):
            if _still_uses(resolver, kind, user, name, uids[used]):
                left.append({"record": kind, "uid": user, "field": name, "uses": uids[used]})
    if left:
        first = left[0]
        more = "" if len(left) == 1 else f" and {len(left) - 1} more uses"
        raise InUse(
            f'"{first["uses"]}" cannot be removed: it is {first["field"]} of {first["record"]} "{first["uid"]}"{more}',
            users=left[:_SHOWN],
            count=len(left),
        )


def _still_uses(resolver: Resolver, kind: RecordKind, user: str, name: str, used: str) -> bool:
    draft = resolver.drafts[kind].get(user)
    if draft is None:
        return True
    if draft.after is None:
        return False
    if name == "model":
        return True
    if name == "content":
        return used in drawn_concepts(draft.after["content"])
    if name.startswith("attributes."):
        return any(uid == used for _, _, uid in resolver.references(draft.after))
    return bool(draft.after[name] == used)
