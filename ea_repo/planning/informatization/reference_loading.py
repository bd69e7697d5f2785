"""Loads reference models into a repository, again and again: what is there is updated, never doubled.

National categories (`locked`) change only by loading another version; agencies' own categories below them stay. Where a
version moves or renames codes, a mapping from old to new carries over what was classified and what agencies added below.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ea_repo.errors import InvalidInput, Problem
from ea_repo.planning.informatization.category_tree import CATEGORY, CLASSIFIED
from ea_repo.planning.informatization.reference_file import Category, categories
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

#: Marks the changesets of loading, so that a locked category changed in another way is known.
SOURCE = "reference-model"
_NOT_IN_UID = re.compile(r"[\s/?#\x00-\x1f\x7f:]+")
_PATCHED = ("attributes", "translations")


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """What loading did, in categories; `carried` are classifications moved to another code.

    `kept` are codes that the file has no longer, kept as something is classified under them or stands below.
    """

    changeset: int | None
    created: int
    updated: int
    deleted: int
    carried: int
    kept: tuple[str, ...]


@dataclass(slots=True)
class _Plan:
    operations: list[Operation]
    created: int = 0
    updated: int = 0
    deleted: int = 0
    carried: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the repository has of one reference model: categories and their compositions by code, usages by uid."""

    categories: Mapping[str, Concept]
    joins: Mapping[str, Concept]  # by the uid of the part
    usages: Mapping[str, Sequence[Concept]]  # by the uid of the category


def load_reference_models(
    repository: Repository,
    content: bytes,
    *,
    codes: Sequence[str],
    model: str,
    author: str,
    version: str = "",
    mapping: Mapping[str, str] | None = None,
    locked_to: int | None = None,
    name: str = "",
    dry_run: bool = False,
) -> LoadedModels:
    """Loads the reference models of these codes from a file into a model, which is made if need be, in one changeset.

    Categories with at most `locked_to` above them are locked; left out, locks stay as they are. `InvalidInput` where a
    locked category would change within one version, and for a mapping from or to a code that there is not.
    """
    plan, kept = _Plan([]), list[str]()
    old_of = dict(mapping or {})
    with repository.state() as state:
        is_new = model not in {each.uid for each in state.models()}
        if is_new:
            plan.operations.append(Create(model, record="model", fields={"name": name or ", ".join(codes)}))
        for code in codes:
            wanted = categories(content, code, model_name=name)
            standing = _Standing({}, {}, {}) if is_new else _standing(state, model, code)
            own = {old: new for old, new in old_of.items() if old in standing.categories}
            kept += _planned(state, plan, _Task(model, code, version, locked_to, wanted, standing, own))
            for old in own:
                del old_of[old]
    if old_of:
        raise InvalidInput(f"{', '.join(sorted(old_of))}: mapped, but no such category is here")
    number = None
    if plan.operations and not dry_run:
        said = f" {version}" if version else ""
        reason = f"Load the reference model {', '.join(codes)}{said}"
        number = repository.changeset(author, reason, plan.operations, source=SOURCE).apply().number
    return LoadedModels(number, plan.created, plan.updated, plan.deleted, plan.carried, tuple(kept))


@dataclass(frozen=True, slots=True)
class _Task:
    model: str
    code: str
    version: str
    locked_to: int | None
    wanted: Sequence[Category]
    standing: _Standing
    mapping: Mapping[str, str]

    def uid(self, code: str) -> str:
        found = self.standing.categories.get(code)
        return found.uid if found else f"{self.model}:{_NOT_IN_UID.sub('-', code)}"

    def fields(self, category: Category) -> dict[str, Any]:
        found = self.standing.categories.get(category.code)
        locked = found is not None and bool(found.attributes.get("locked"))
        attributes: dict[str, Any] = {
            "code": category.code,
            "reference_model": self.code,
            "locked": locked if self.locked_to is None else category.depth <= self.locked_to,
        }
        attributes |= {"reference_version": self.version} if self.version else {}
        attributes |= {"depth": category.depth} if category.depth else {}
        attributes |= {"reserved": category.reserved} if category.reserved is not None else {}
        attributes |= {"common_application": category.common_application} if category.common_application else {}
        said = {"name": category.name, "attributes": attributes, "translations": dict(category.translations)}
        return said | ({"description": category.description} if category.description else {})


def _standing(state: State, model: str, code: str) -> _Standing:
    found = {
        str(each.attributes.get("code")): each
        for each in state.iterate(Query(types=(CATEGORY,), model=model))
        if each.attributes.get("reference_model") == code
    }
    uids = {each.uid for each in found.values()}
    joins = {
        each.target: each
        for each in (state.iterate(Query(types=("Composition",), kind="relationship", model=model)) if uids else ())
        if each.target in uids and each.source in uids
    }
    usages: dict[str, list[Concept]] = {}
    for each in state.iterate(Query(types=(CLASSIFIED,), kind="relationship")) if uids else ():
        if each.target in uids:
            usages.setdefault(each.target, []).append(each)
    return _Standing(found, {str(uid): each for uid, each in joins.items()}, usages)


def _planned(state: State, plan: _Plan, task: _Task) -> list[str]:
    """Adds the operations of one reference model to the plan; returns the codes kept though the file has them no longer."""
    wanted = {each.code: each for each in task.wanted}
    if unknown := sorted({new for new in task.mapping.values() if new not in wanted}):
        raise InvalidInput(f"{', '.join(unknown)}: mapped to, but the file has no such code")
    gone = {code: each for code, each in task.standing.categories.items() if code not in wanted}
    _refuse_within_version(task, wanted, gone)
    taken = state.get_many(task.uid(code) for code in wanted if code not in task.standing.categories)
    if taken:
        raise InvalidInput(f"{', '.join(sorted(taken))}: there is something else of that uid; load into another model")
    for each in task.wanted:
        _put(plan, task, each)
    plan.operations += _carried(plan, task)
    moved = {task.standing.categories[old].uid: task.uid(new) for old, new in task.mapping.items() if old in gone}
    own_below = set()
    for part, join in task.standing.joins.items():
        part_code = next(code for code, each in task.standing.categories.items() if each.uid == part)
        if part_code in gone and part_code not in task.mapping and not gone[part_code].attributes.get("locked"):
            if join.source in moved:  # an agency's own category goes along with what it stands below
                plan.operations.append(Update(join.uid, {"source": moved[str(join.source)]}))
            else:
                own_below.add(join.source)
    return list(_removed(state, plan, task, gone, own_below))


def _refuse_within_version(task: _Task, wanted: Mapping[str, Category], gone: Mapping[str, Concept]) -> None:
    root = task.standing.categories.get(task.code)
    if task.version and (root is None or root.attributes.get("reference_version") != task.version):
        return
    changed = [code for code, each in task.standing.categories.items() if each.attributes.get("locked") and (
        code in gone or _differs(each, task.fields(wanted[code])) or _is_moved(task, wanted[code]))]  # fmt: skip
    if changed:
        problems = [
            Problem(f"/{code}", f"{code} is fixed nationally", expected="another version") for code in sorted(changed)
        ]
        raise InvalidInput(
            f"{', '.join(sorted(changed)[:5])}: fixed nationally; such categories change only with another version",
            errors=problems,
        )


def _differs(concept: Concept, fields: Mapping[str, Any]) -> bool:
    return any(
        any(getattr(concept, name).get(key) != each for key, each in value.items())
        if name in _PATCHED
        else getattr(concept, name) != value
        for name, value in fields.items()
    )


def _is_moved(task: _Task, category: Category) -> bool:
    join = task.standing.joins.get(task.uid(category.code))
    return (join.source if join else None) != (task.uid(category.parent) if category.parent is not None else None)


def _put(plan: _Plan, task: _Task, category: Category) -> None:
    """Creates the category or brings it up to date, with its place in the tree."""
    uid, fields, found = task.uid(category.code), task.fields(category), task.standing.categories.get(category.code)
    is_moved = found is not None and _is_moved(task, category)
    if found is None:
        plan.operations.append(Create(uid, CATEGORY, fields))
        plan.created += 1
    elif _differs(found, fields) or is_moved:
        plan.operations.append(Update(uid, fields))
        plan.updated += 1
    join = task.standing.joins.get(uid)
    if category.parent is not None and join is None:
        above = task.uid(category.parent)
        identifier = f"{above.partition(':')[2]}.contains.{uid.partition(':')[2]}"
        ends = {"source": above, "target": uid}
        plan.operations.append(Create(f"{task.model}:{identifier}", "Composition", ends))
    elif join is not None and is_moved:
        moved = Delete(join.uid) if category.parent is None else Update(join.uid, {"source": task.uid(category.parent)})
        plan.operations.append(moved)


def _carried(plan: _Plan, task: _Task) -> Iterator[Operation]:
    """Moves what is classified under an old code to its new one; what is there already is not classified twice."""
    uid_of = {old: task.standing.categories[old].uid for old in task.mapping}
    there = {
        (each.source, target)
        for target, some in task.standing.usages.items()
        for each in some
        if target not in uid_of.values()
    }
    for old, new in sorted(task.mapping.items()):
        if old == new:
            continue
        for each in task.standing.usages.get(uid_of[old], ()):
            pair = (each.source, task.uid(new))
            plan.carried += 1
            yield Delete(each.uid) if pair in there else Update(each.uid, {"target": pair[1]})
            there.add(pair)


def _removed(
    state: State, plan: _Plan, task: _Task, gone: Mapping[str, Concept], own_below: set[str | None]
) -> Iterator[str]:
    """Deletes national and mapped categories that nothing needs, deepest first, with their place; gives those that stay."""
    above = {part: join.source for part, join in task.standing.joins.items()}
    stays = set(own_below)
    for code, each in sorted(gone.items(), key=lambda item: -int(item[1].attributes.get("depth") or 0)):
        is_national = code in task.mapping or bool(each.attributes.get("locked"))
        if not is_national:
            stays.add(above.get(each.uid))
            continue
        classified = code not in task.mapping and task.standing.usages.get(each.uid)
        ours = {use.uid for use in task.standing.usages.get(each.uid, ())} | {
            join.uid for join in task.standing.joins.values()
        }
        used = any(kind == "view" or user not in ours for kind, user, _ in state.users_of(each.uid))
        if each.uid in stays or classified or used:
            stays.add(above.get(each.uid))
            yield code
        else:
            join = task.standing.joins.get(each.uid)
            plan.operations += [Delete(join.uid)] if join else []
            plan.operations.append(Delete(each.uid))
            plan.deleted += 1
